"""Compiled search for the highest coherence of a linear system of any size, exact to rounding.

The state x obeys dx/dt = L x with a real L that never lets the norm of x grow, as a density matrix written as a vector
does. The coherence is z = x_k + i x_l, or x_k alone where l is negative. The search is that of
`qnet.chiral.propagator`, with bounds that are simpler since z is linear in x: |z'''| <= |x'''|, and so on, now and at
all later times. A step is taken only where one of three facts makes sure that no peak above the best so far hides in
it: (a) |z| stays below the best; (b) d|z|^2/dt keeps its sign; (c) d^2|z|^2/dt^2 keeps its sign. Steps are halved until
one holds, down to 1/(16 |L|). Since |z| <= |x|, the search is over once |x| has fallen below the best.
"""

from math import frexp

import numpy as np

from qnet.kernels import kernel

LEVELS = 100
FIRST_STEP = 1.0 / 16.0
TAYLOR_TERMS = 12
LAST = 3
MAX_STEPS = 1_000_000


@kernel
def _norm(x):
    total = 0.0
    for entry in x:
        total += entry * entry
    return np.sqrt(total)


@kernel
def _apply(matrix, vector, out):
    for row in range(len(matrix)):
        total = 0.0
        for k in range(len(matrix)):
            total += matrix[row, k] * vector[k]
        out[row] = total


@kernel
def _expm1(generator, step, out):
    """exp(L h) - 1 for |L| h <= 1/16: eleven terms of the Taylor series leave less than 1e-22."""
    size = len(generator)
    term, next_term = np.empty_like(generator), np.empty_like(generator)
    for row in range(size):
        for column in range(size):
            term[row, column] = out[row, column] = generator[row, column] * step
    for order in range(2, TAYLOR_TERMS):
        _multiply(term, generator, step / order, next_term)
        for row in range(size):
            for column in range(size):
                out[row, column] += next_term[row, column]
        term, next_term = next_term, term


@kernel
def _multiply(left, right, factor, out):
    size = len(left)
    for row in range(size):
        for column in range(size):
            out[row, column] = 0.0
        for k in range(size):
            entry = factor * left[row, k]
            for column in range(size):
                out[row, column] += entry * right[k, column]


@kernel
def _double(half, out):
    """exp(2 L h) - 1 from exp(L h) - 1."""
    _multiply(half, half, 1.0, out)
    for row in range(len(half)):
        for column in range(len(half)):
            out[row, column] += 2.0 * half[row, column]


@kernel
def _scale(generator):
    total = 0.0
    for row in range(len(generator)):
        for column in range(len(generator)):
            total += generator[row, column] ** 2
    return np.sqrt(total)


@kernel
def _coherence(x, k, other):
    return complex(x[k], x[other] if other >= 0 else 0.0)


@kernel
def _product(x, y):
    return x.real * y.real + x.imag * y.imag


@kernel
def _safe_level(z, z1, z2, norms, best, first, level):
    """The longest step first 2^k, k <= level, over which (a), (b) or (c) holds; norms are those of x ... x'''."""
    size, size1, size2 = abs(z), abs(z1), abs(z2)
    slope, bend = abs(_product(z, z1)), abs(size1**2 + _product(z, z2))
    while level > 0:
        step = first * 2.0**level
        most2 = min(size2 + step * norms[3], norms[2])
        if max(size, abs(z + step * z1)) + step**2 * most2 / 2.0 <= best:
            break
        most1 = min(size1 + step * most2, norms[1])
        most = size + step * most1
        if slope >= step * (most1**2 + most * most2) or bend >= step * (3.0 * most1 * most2 + most * norms[3]):
            break
        level -= 1
    return level


@kernel
def _refined(generator, x, k, other, width, level, table):
    """(|z|, offset) of the peak inside [0, width] after x: bisection by table, then Newton on the series of z."""
    size, offset = len(generator), 0.0
    x, trial, slope = x.copy(), np.empty(size), np.empty(size)
    while level > 0:
        level -= 1
        width *= 0.5
        _apply(table[level], x, trial)
        for row in range(size):
            trial[row] += x[row]
        _apply(generator, trial, slope)
        if _product(_coherence(trial, k, other), _coherence(slope, k, other)) >= 0.0:
            x, trial = trial, x
            offset += width
    series = np.empty(TAYLOR_TERMS, np.complex128)
    for order in range(TAYLOR_TERMS):
        series[order] = _coherence(x, k, other)
        _apply(generator, x, trial)
        for row in range(size):
            x[row] = trial[row] / (order + 1.0)
    low, high, s = 0.0, width, 0.5 * width
    value = 0.0j
    for _ in range(60):
        value, first, second = series[-1], 0.0j, 0.0j
        for order in range(TAYLOR_TERMS - 2, -1, -1):
            second = second * s + 2.0 * first
            first = first * s + value
            value = value * s + series[order]
        rate, bend = _product(value, first), abs(first) ** 2 + _product(value, second)
        if rate >= 0.0:
            low = s
        else:
            high = s
        new = s - rate / bend if bend < 0.0 else 0.5 * (low + high)
        if not low < new < high:
            new = 0.5 * (low + high)
        settled = abs(new - s) <= 1e-8 * width
        s = new
        if settled:
            break
    return abs(value), offset + s


@kernel
def _highest(generator, k, other, window, table):
    size = len(generator)
    scale = _scale(generator)
    if scale == 0.0:
        return 0.0, 0.0
    first = FIRST_STEP / scale
    _expm1(generator, first, table[0])
    built = 1
    state, new, norms, x = np.zeros((4, size)), np.empty((4, size)), np.empty(4), np.empty(size)
    state[0, 0] = 1.0
    for order in range(3):
        _apply(generator, state[order], state[order + 1])
    time, best, best_time, norm = 0.0, 0.0, 0.0, 1.0
    for level in range(LEVELS):  # a first idea of the best, from the times first 2^level
        if first * 2.0**level > window:
            break
        if level == built:
            _double(table[level - 1], table[level])
            built += 1
        for row in range(size):
            x[row] = table[level, row, 0]
        x[0] += 1.0
        if abs(_coherence(x, k, other)) > best:
            best, best_time = abs(_coherence(x, k, other)), first * 2.0**level
        if _norm(x) <= best:
            break

    rate, level = 0.0, 0
    for _ in range(MAX_STEPS):
        for order in range(4):
            norms[order] = _norm(state[order])
        if norms[0] <= best:
            return best, best_time
        if norms[0] > norm * (1.0 + 1e-12):
            break
        norm = norms[0]
        level = min(level + 2, LEVELS - 1)
        while level > 0 and time + first * 2.0**level > window:
            level -= 1
        z, z1, z2 = (
            _coherence(state[0], k, other), _coherence(state[1], k, other), _coherence(state[2], k, other)
        )  # fmt: skip
        level = _safe_level(z, z1, z2, norms, best, first, level)
        while built <= level:
            _double(table[built - 1], table[built])
            built += 1
        step, change = first * 2.0**level, table[level]
        if time + step > window:
            step = window - time
            change = np.empty((size, size))
            _expm1(generator, step, change)
        for order in range(4):
            _apply(change, state[order], new[order])
            for row in range(size):
                new[order, row] += state[order, row]
        new_rate = _product(_coherence(new[0], k, other), _coherence(new[1], k, other))
        if rate >= 0.0 and new_rate < 0.0:
            value, offset = _refined(generator, state[0], k, other, step, level, table)
            if value > best:
                best, best_time = value, time + offset
        state, new, rate = new, state, new_rate
        time += step
        if time >= window or level == LEVELS - 1:
            here = abs(_coherence(state[0], k, other))
            if here > best:
                best, best_time = here, time
            return best, best_time
    return best, np.nan


@kernel
def highest_coherences(generators, k, other, windows, out):
    """Maximum of |z| over 0 <= t <= window into out[0], its time into out[1], point by point, from x = (1, 0, ...).

    Shapes: generators (n, d, d), windows (n,), out (2, n). A time of NaN says that MAX_STEPS were not enough, and that
    points from there on were not looked at.
    """
    table = np.empty((LEVELS, generators.shape[1], generators.shape[1]))
    for n in range(len(generators)):
        out[0, n], out[1, n] = _highest(generators[n], k, other, windows[n], table)
        if np.isnan(out[1, n]):
            for m in range(n, len(generators)):
                out[0, m] = out[1, m] = np.nan
            return


@kernel
def coherences_at(generators, k, other, times, out):
    """|z| at one time each, from x = (1, 0, ...). Shapes: generators (n, d, d), times (n,), out (n,).

    The last doublings act on x, eight steps for three of them, since that is less work than a product of matrices.
    """
    size = generators.shape[1]
    change, double, x, moved = np.empty((size, size)), np.empty((size, size)), np.empty(size), np.empty(size)
    for n in range(len(generators)):
        halvings = max(LAST, frexp(_scale(generators[n]) * times[n] / FIRST_STEP)[1])
        _expm1(generators[n], times[n] / 2.0**halvings, change)
        for _ in range(halvings - LAST):
            _double(change, double)
            change, double = double, change
        for row in range(size):
            x[row] = change[row, 0]
        x[0] += 1.0
        for _ in range(2**LAST - 1):
            _apply(change, x, moved)
            for row in range(size):
                x[row] += moved[row]
        out[n] = abs(_coherence(x, k, other))
