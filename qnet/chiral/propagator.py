"""Compiled kernels for the single-excitation dynamics: exact propagation and the highest peak over all times.

The state psi = (c_eg, c_ge, c_10, c_01) obeys d psi/dt = A psi with a generator A that never lets the norm grow.
Everything here works alike for a real and for a complex A, and in any basis of the two cavities.

Propagation stores E = exp(A h) - 1 instead of exp(A h): squaring in the form E -> 2 E + E^2 keeps the relative
accuracy of slow decay over long times, and holds at degenerate eigenvalues, where an eigenbasis does not exist.

The search for the highest peak of w |z|, z = c_i conj(c_ge), marches along t. Since exp(A t) contracts, the norms of
psi and of its derivatives at t bound those at every later time, hence z''' and, by Taylor's theorem, z, z' and z'' in
a step ahead. A step is taken only where one of three facts makes sure that no peak above the best so far hides in it:
(a) w |z| stays below the best; (b) d|z|^2/dt keeps its sign; (c) d^2|z|^2/dt^2 keeps its sign, so that there is at
most one peak, and then the slopes at the ends tell. Steps are halved until one holds, down to 1/(16 |A|). Neither
w |z| nor any later value exceeds |psi|^2: once that has fallen below the best, the search is over.

All compiled functions stay in this file: Numba's cache does not notice an edit of a function in another one.
"""

from math import frexp

import numpy as np

from qnet.kernels import kernel

DIM = 4
LEVELS = 100
FIRST_STEP = 1.0 / 16.0
TAYLOR_TERMS = 12
MAX_STEPS = 10_000_000
NEWTON_STEP = 1e-8
GROWTH = 1.0 + 1e-12  # a norm that grows more than that in a step means that rounding has taken over


@kernel
def _apply(matrix, vector, out):
    for row in range(DIM):
        total = matrix[row, 0] * vector[0]
        for column in range(1, DIM):
            total += matrix[row, column] * vector[column]
        out[row] = total


@kernel
def _square_norm(vector):
    total = 0.0
    for row in range(DIM):
        total += vector[row].real ** 2 + vector[row].imag ** 2
    return total


@kernel
def _scale(generator):
    total = 0.0
    for row in range(DIM):
        total += _square_norm(generator[row])
    return np.sqrt(total)


@kernel
def _expm1(generator, step, out):
    """exp(A h) - 1 for |A| h <= 1/16: eleven terms of the Taylor series leave less than 1e-22."""
    term, next_term = np.empty_like(generator), np.empty_like(generator)
    for row in range(DIM):
        for column in range(DIM):
            term[row, column] = generator[row, column] * step
            out[row, column] = term[row, column]
    for order in range(2, TAYLOR_TERMS):
        factor = step / order
        for row in range(DIM):
            for column in range(DIM):
                total = term[row, 0] * generator[0, column]
                for k in range(1, DIM):
                    total += term[row, k] * generator[k, column]
                next_term[row, column] = factor * total
                out[row, column] += factor * total
        term, next_term = next_term, term


@kernel
def _double(half, out):
    """exp(2 A h) - 1 from exp(A h) - 1."""
    for row in range(DIM):
        for column in range(DIM):
            total = 2.0 * half[row, column]
            for k in range(DIM):
                total += half[row, k] * half[k, column]
            out[row, column] = total


@kernel
def _size(z):
    return np.sqrt(z.real**2 + z.imag**2)


@kernel
def _scalar_product(x, y):
    return x.real * y.real + x.imag * y.imag


@kernel
def _rate(psi, slope, i):
    """Half the time derivative of |z|^2, z = c_i conj(c_ge)."""
    z = psi[i] * np.conj(psi[1])
    return _scalar_product(z, slope[i] * np.conj(psi[1]) + psi[i] * np.conj(slope[1]))


@kernel
def _overlap(psi, i):
    return _size(psi[i] * np.conj(psi[1]))


@kernel
def _safe_level(state, i, weight, best, first, level):
    """The longest step first 2^k, k <= level, over which (a), (b) or (c) holds; `state` has rows psi ... psi'''."""
    a, b = state[:, i], state[:, 1]
    z = a[0] * np.conj(b[0])
    z1 = a[1] * np.conj(b[0]) + a[0] * np.conj(b[1])
    z2 = a[2] * np.conj(b[0]) + 2.0 * a[1] * np.conj(b[1]) + a[0] * np.conj(b[2])
    norm, norm1 = np.sqrt(_square_norm(state[0])), np.sqrt(_square_norm(state[1]))
    norm2, norm3 = np.sqrt(_square_norm(state[2])), np.sqrt(_square_norm(state[3]))
    # bounds of the first three derivatives of z at all later times
    ever1 = (1.0 + i) * norm1 * norm
    ever2 = (1.0 + i) * (norm2 * norm + norm1**2)
    ever3 = (1.0 + i) * (norm3 * norm + 3.0 * norm1 * norm2)
    size, size1, size2 = _size(z), _size(z1), _size(z2)
    slope, bend = abs(_scalar_product(z, z1)), abs(size1**2 + _scalar_product(z, z2))
    while level > 0:
        step = first * 2.0**level
        most2 = min(size2 + step * ever3, ever2)
        if weight * (max(size, _size(z + step * z1)) + step**2 * most2 / 2.0) <= best:
            break
        most1 = min(size1 + step * most2, ever1)
        most = size + step * most1
        if slope >= step * (most1**2 + most * most2) or bend >= step * (3.0 * most1 * most2 + most * ever3):
            break
        level -= 1
    return level


@kernel
def _highest_peak(generator, i, weight, window, table):
    """As `highest_peaks` for one point; `table` is workspace of shape (LEVELS, 4, 4)."""
    dtype = generator.dtype
    scale = _scale(generator)
    if scale == 0.0:
        return 0.0, 0.0
    first = FIRST_STEP / scale
    _expm1(generator, first, table[0])
    built = 1

    # rows psi ... psi''': each obeys the same equation, and propagating all of them keeps slow motion free of rounding
    state, new = np.zeros((4, DIM), dtype), np.empty((4, DIM), dtype)
    state[0, 0] = 1.0
    for order in range(3):
        _apply(generator, state[order], state[order + 1])
    time, norm, best, best_time = 0.0, 1.0, 0.0, 0.0

    # a first idea of the best, from the times first 2^level
    for level in range(LEVELS):
        if first * 2.0**level > window:
            break
        if level == built:
            _double(table[level - 1], table[level])
            built += 1
        for row in range(DIM):
            new[0, row] = table[level, row, 0]
        new[0, 0] += 1.0
        before, norm = norm, _square_norm(new[0])
        if norm > before * GROWTH:
            break
        if weight * _overlap(new[0], i) > best:
            best, best_time = weight * _overlap(new[0], i), first * 2.0**level
        if norm <= best:
            break

    norm, rate, level = 1.0, 0.0, 0
    for _ in range(MAX_STEPS):
        before, norm = norm, _square_norm(state[0])
        if norm <= best:
            return best, best_time
        if norm > before * GROWTH:
            break
        level = min(level + 2, LEVELS - 1)
        while level > 0 and time + first * 2.0**level > window:
            level -= 1
        level = _safe_level(state, i, weight, best, first, level)
        while built <= level:
            _double(table[built - 1], table[built])
            built += 1
        step, change = first * 2.0**level, table[level]
        if time + step > window:
            step = window - time
            change = np.empty((DIM, DIM), dtype)
            _expm1(generator, step, change)
        for order in range(4):
            _apply(change, state[order], new[order])
            for row in range(DIM):
                new[order, row] += state[order, row]
        new_rate = _rate(new[0], new[1], i)

        if rate >= 0.0 and new_rate < 0.0:
            value, offset = _refine(generator, state[0], i, step, level, table)
            if weight * value > best:
                best, best_time = weight * value, time + offset
        state, new = new, state
        rate = new_rate
        time += step
        if time >= window or level == LEVELS - 1:
            here = weight * _overlap(state[0], i)
            if here > best:
                best, best_time = here, time
            return best, best_time
    return best, np.nan


@kernel
def _refine(generator, start, i, width, level, table):
    """The peak inside [0, width] after the state `start`: bisection by table, then Newton on the Taylor series."""
    dtype = generator.dtype
    psi, slope, trial = start.copy(), np.empty(DIM, dtype), np.empty(DIM, dtype)
    offset = 0.0
    while level > 0:
        level -= 1
        width *= 0.5
        _apply(table[level], psi, trial)
        for row in range(DIM):
            trial[row] += psi[row]
        _apply(generator, trial, slope)
        if _rate(trial, slope, i) >= 0.0:
            psi, trial = trial, psi
            offset += width

    series = np.empty((TAYLOR_TERMS, DIM), dtype)
    for row in range(DIM):
        series[0, row] = psi[row]
    for order in range(1, TAYLOR_TERMS):
        _apply(generator, series[order - 1], series[order])
        for row in range(DIM):
            series[order, row] /= order

    low, high, s = 0.0, width, 0.5 * width
    curve = np.empty(DIM, dtype)
    for _ in range(60):
        for row in range(DIM):
            value, first, second = series[-1, row], 0.0 * series[0, row], 0.0 * series[0, row]
            for order in range(TAYLOR_TERMS - 2, -1, -1):
                second = second * s + 2.0 * first
                first = first * s + value
                value = value * s + series[order, row]
            trial[row], slope[row], curve[row] = value, first, second
        rate = _rate(trial, slope, i)
        if rate >= 0.0:
            low = s
        else:
            high = s
        z = trial[i] * np.conj(trial[1])
        dz = slope[i] * np.conj(trial[1]) + trial[i] * np.conj(slope[1])
        ddz = curve[i] * np.conj(trial[1]) + trial[i] * np.conj(curve[1]) + 2.0 * slope[i] * np.conj(slope[1])
        bend = dz.real**2 + dz.imag**2 + z.real * ddz.real + z.imag * ddz.imag
        new = s - rate / bend if bend < 0.0 else 0.5 * (low + high)
        if not (low < new < high):
            new = 0.5 * (low + high)
        converged = abs(new - s) <= NEWTON_STEP * width
        s = new
        if converged:
            break
    return _overlap(trial, i), offset + s


@kernel
def highest_peaks(generators, i, weight, windows, out):
    """Maximum of weight |c_i conj(c_ge)| over 0 <= t <= window into out[0], its time into out[1], point by point.

    i = 0 and weight = 2 give the concurrence, i = 1 and weight = 1 the transfer fidelity. Shapes: generators
    (n, 4, 4), real or complex, windows (n,), out (2, n). Where the maximum is only approached, the time is one at which
    it is reached to rounding. A time of NaN says that MAX_STEPS were not enough, and that points from there on were not
    looked at.
    """
    table = np.empty((LEVELS, DIM, DIM), generators.dtype)
    for n in range(len(generators)):
        out[0, n], out[1, n] = _highest_peak(generators[n], i, weight, windows[n], table)
        if np.isnan(out[1, n]):
            for m in range(n, len(generators)):
                out[0, m] = out[1, m] = np.nan
            return


@kernel
def evolve(generators, times, out):
    """State psi(t) from psi(0) = (1, 0, 0, 0), point by point. Shapes: (n, 4, 4), (n,), out (n, 4)."""
    for n in range(len(times)):
        generator, time, psi = generators[n], times[n], out[n]
        for row in range(DIM):
            psi[row] = 0.0
        psi[0] = 1.0
        scale = _scale(generator)
        if scale * time == 0.0:
            continue
        halvings = max(0, frexp(scale * time / FIRST_STEP)[1])
        here, double = np.empty_like(generator), np.empty_like(generator)
        _expm1(generator, time / 2.0**halvings, here)
        for _ in range(halvings):
            _double(here, double)
            here, double = double, here
        for row in range(DIM):
            psi[row] += here[row, 0]


@kernel
def evolve_tangent(generator, change, time):
    """psi(t) and its derivative along `change`, d/ds at s = 0 for the generator A + s change, each of shape (4,)."""
    halvings = max(0, frexp(_scale(generator) * time / FIRST_STEP)[1])
    step = time / 2.0**halvings
    # exp(A h) - 1 and its derivative, the terms of their Taylor series, and room for what follows on either
    here, tangent = np.empty_like(generator), np.empty_like(generator)
    term, turned = np.empty_like(generator), np.empty_like(generator)
    next_here, next_tangent = np.empty_like(generator), np.empty_like(generator)
    for row in range(DIM):
        for column in range(DIM):
            here[row, column] = term[row, column] = generator[row, column] * step
            tangent[row, column] = turned[row, column] = change[row, column] * step
    for order in range(2, TAYLOR_TERMS):
        factor = step / order
        for row in range(DIM):
            for column in range(DIM):
                first = term[row, 0] * generator[0, column]
                second, third = turned[row, 0] * generator[0, column], term[row, 0] * change[0, column]
                for k in range(1, DIM):
                    first += term[row, k] * generator[k, column]
                    second += turned[row, k] * generator[k, column]
                    third += term[row, k] * change[k, column]
                next_here[row, column] = first * factor
                next_tangent[row, column] = (second + third) * factor
                here[row, column] += first * factor
                tangent[row, column] += (second + third) * factor
        term, next_here = next_here, term
        turned, next_tangent = next_tangent, turned
    for _ in range(halvings):
        for row in range(DIM):
            for column in range(DIM):
                first = here[row, 0] * here[0, column]
                second, third = here[row, 0] * tangent[0, column], tangent[row, 0] * here[0, column]
                for k in range(1, DIM):
                    first += here[row, k] * here[k, column]
                    second += here[row, k] * tangent[k, column]
                    third += tangent[row, k] * here[k, column]
                next_here[row, column] = 2.0 * here[row, column] + first
                next_tangent[row, column] = 2.0 * tangent[row, column] + second + third
        here, next_here = next_here, here
        tangent, next_tangent = next_tangent, tangent
    psi, slope = np.empty(DIM, generator.dtype), np.empty(DIM, generator.dtype)
    for row in range(DIM):
        psi[row], slope[row] = here[row, 0], tangent[row, 0]
    psi[0] += 1.0
    return psi, slope


@kernel
def coherences(generators, step, coherence, norm):
    """c_eg conj(c_ge) and |psi|^2 at the times 0, step, 2 step ..., point by point; outputs of shape (n, times)."""
    change = np.zeros(DIM, generators.dtype)
    jump, double = np.empty_like(generators[0]), np.empty_like(generators[0])
    for n in range(len(generators)):
        halvings = max(0, frexp(_scale(generators[n]) * step / FIRST_STEP)[1])
        _expm1(generators[n], step / 2.0**halvings, jump)
        for _ in range(halvings):
            _double(jump, double)
            jump, double = double, jump
        psi = np.zeros(DIM, generators.dtype)
        psi[0] = 1.0
        for k in range(coherence.shape[1]):
            coherence[n, k] = psi[0] * np.conj(psi[1])
            norm[n, k] = _square_norm(psi)
            _apply(jump, psi, change)
            for row in range(DIM):
                psi[row] += change[row]
