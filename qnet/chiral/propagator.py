"""Compiled kernels for the single-excitation dynamics: exact propagation and the highest peak over all times.

The state psi = (c_eg, c_ge, c_10, c_01) obeys d psi/dt = A psi with a generator A that never lets the norm grow.
Everything here works alike for a real and for a complex A.

Propagation stores E = exp(A h) - 1 instead of exp(A h): squaring in the form E -> 2 E + E^2 keeps the relative
accuracy of slow decay over any time, and holds at degenerate eigenvalues, where an eigenbasis does not exist.

The search marches along t with three facts:
* exp(A t) contracts, so the norms of psi, psi' and psi'' at t bound those at every later time;
* hence |z''| <= 2 sqrt(2) |psi''| |psi| + 2 |psi'|^2 for z = c_i conj(c_ge), so a linear interpolation of z over a
  step h is off by at most h^2/8 of that: a step is as long as no peak above the best found can hide in it, up to
  a resolution RESOLUTION |psi|^2;
* 2 |c_eg c_ge| and |c_ge|^2 never exceed |psi|^2: once that has fallen below the best peak, no later one is higher.

All compiled functions stay in this file: Numba's cache does not notice an edit of a function in another one.
"""

from math import frexp

import numpy as np
from numba import njit

DIM = 4
LEVELS = 100
FIRST_STEP = 1.0 / 16.0
TAYLOR_TERMS = 12
RESOLUTION = 1.0 / 256.0
MAX_STEPS = 2_000_000
NEWTON_STEP = 1e-8


@njit(cache=True)
def _apply(matrix, vector, out):
    for row in range(DIM):
        total = matrix[row, 0] * vector[0]
        for column in range(1, DIM):
            total += matrix[row, column] * vector[column]
        out[row] = total


@njit(cache=True)
def _square_norm(vector):
    total = 0.0
    for row in range(DIM):
        total += vector[row].real ** 2 + vector[row].imag ** 2
    return total


@njit(cache=True)
def _scale(generator):
    total = 0.0
    for row in range(DIM):
        total += _square_norm(generator[row])
    return np.sqrt(total)


@njit(cache=True)
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


@njit(cache=True)
def _double(half, out):
    """exp(2 A h) - 1 from exp(A h) - 1."""
    for row in range(DIM):
        for column in range(DIM):
            total = 2.0 * half[row, column]
            for k in range(DIM):
                total += half[row, k] * half[k, column]
            out[row, column] = total


@njit(cache=True)
def _rate(psi, slope, i):
    """Half the time derivative of |z|^2, z = c_i conj(c_ge)."""
    z = psi[i] * np.conj(psi[1])
    dz = slope[i] * np.conj(psi[1]) + psi[i] * np.conj(slope[1])
    return z.real * dz.real + z.imag * dz.imag


@njit(cache=True)
def _overlap(psi, i):
    z = psi[i] * np.conj(psi[1])
    return np.sqrt(z.real**2 + z.imag**2)


@njit(cache=True)
def _highest_peak(generator, i, weight, window, table):
    """As `highest_peaks` for one point; `table` is workspace of shape (LEVELS, 4, 4)."""
    dtype = generator.dtype
    scale = _scale(generator)
    if scale == 0.0:
        return 0.0, 0.0
    first = FIRST_STEP / scale
    _expm1(generator, first, table[0])
    built = 1

    # rows psi, psi', psi'': each obeys the same equation, and propagating all three keeps slow motion free of rounding
    state, new = np.zeros((3, DIM), dtype), np.empty((3, DIM), dtype)
    state[0, 0] = 1.0
    _apply(generator, state[0], state[1])
    _apply(generator, state[1], state[2])
    rate = 0.0
    time, best, best_time = 0.0, 0.0, 0.0

    for _ in range(MAX_STEPS):
        norm = _square_norm(state[0])
        if norm <= best:
            return best, best_time
        bound = 2.0 * np.sqrt(2.0 * norm * _square_norm(state[2])) + 2.0 * _square_norm(state[1])
        here = weight * _overlap(state[0], i)
        room = max(RESOLUTION * norm, best - here)
        level = LEVELS - 1
        error = weight * bound * first**2 / 8.0
        if error * 4.0**LEVELS > room:
            # first 2^level is the largest such step with an interpolation error, error 4^level, within room
            level = max(0, (frexp(room / error)[1] - 1) // 2)
        while level > 0 and time + first * 2.0**level > window:
            level -= 1
        step = first * 2.0**level
        while built <= level:
            _double(table[built - 1], table[built])
            built += 1
        change = table[level]
        last = time + step >= window
        if last:
            step = window - time
            change = np.empty((DIM, DIM), dtype)
            _expm1(generator, step, change)
        for order in range(3):
            _apply(change, state[order], new[order])
            for row in range(DIM):
                new[order, row] += state[order, row]
        new_rate = _rate(new[0], new[1], i)
        there = weight * _overlap(new[0], i)

        if rate >= 0.0 and new_rate < 0.0 and max(here, there) + weight * bound * step**2 / 8.0 > best:
            value, offset = _refine(generator, state[0], i, step, level, table)
            if weight * value > best:
                best, best_time = weight * value, time + offset
        state, new = new, state
        rate = new_rate
        time += step
        if last or level == LEVELS - 1:
            if there > best:
                best, best_time = there, time if last else np.inf
            return best, best_time
    return best, np.nan


@njit(cache=True)
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
    series[0] = psi
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


@njit(cache=True)
def highest_peaks(generators, i, weight, windows, out):
    """Maximum of weight |c_i conj(c_ge)| over 0 <= t <= window into out[0], its time into out[1], point by point.

    i = 0 and weight = 2 give the concurrence, i = 1 and weight = 1 the transfer fidelity. Shapes: generators
    (n, 4, 4), windows (n,), out (2, n). A time is infinite where the maximum is only approached, and NaN where
    MAX_STEPS were not enough.
    """
    real_table = np.empty((LEVELS, DIM, DIM))
    complex_table = np.empty((LEVELS, DIM, DIM), np.complex128)
    real = np.empty((DIM, DIM))
    for n in range(len(generators)):
        if np.any(generators[n].imag):
            peak = _highest_peak(generators[n], i, weight, windows[n], complex_table)
        else:
            real[:] = generators[n].real
            peak = _highest_peak(real, i, weight, windows[n], real_table)
        out[0, n], out[1, n] = peak


@njit(cache=True)
def evolve(generators, times, out):
    """State psi(t) from psi(0) = (1, 0, 0, 0), point by point. Shapes: (n, 4, 4), (n,), out (n, 4)."""
    for n in range(len(times)):
        generator, time, psi = generators[n], times[n], out[n]
        psi[:] = 0.0
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


@njit(cache=True)
def evolve_tangent(generator, change, time):
    """psi(t) and its derivative along `change`, d/ds at s = 0 for the generator A + s change, each of shape (4,)."""
    halvings = max(0, frexp(_scale(generator) * time / FIRST_STEP)[1])
    step = time / 2.0**halvings
    power, turned = generator * step, change * step
    here, tangent = power.copy(), turned.copy()
    for order in range(2, TAYLOR_TERMS):
        turned = (_product(turned, generator) + _product(power, change)) * (step / order)
        power = _product(power, generator) * (step / order)
        here += power
        tangent += turned
    for _ in range(halvings):
        tangent = 2.0 * tangent + _product(here, tangent) + _product(tangent, here)
        here = 2.0 * here + _product(here, here)
    psi = here[:, 0].copy()
    psi[0] += 1.0
    return psi, tangent[:, 0].copy()


@njit(cache=True)
def _product(left, right):
    out = np.zeros_like(left)
    for row in range(DIM):
        for column in range(DIM):
            for k in range(DIM):
                out[row, column] += left[row, k] * right[k, column]
    return out


@njit(cache=True)
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
            psi += change
