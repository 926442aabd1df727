"""Compiled solution of the amplitudes with a delay between the nodes, step by step.

The state x = (c_eg, c_ge, c_10, c_01) obeys dx/dt = A x(t) + B x(t - tau), with nothing before t = 0: an ordinary
equation on each interval of length tau, driven by the one before (method of steps). An interval is cut into steps h
with (|A| + |B|) h <= 5/2, and in each of them x is its Taylor series to the order at which the terms are below 1e-18
(1e-7 in scans). The series of the driving step is known to the same order, so that no interpolation comes in: the
scheme is of that order (30 at the longest step), and rounding is its error. Without a delay, tau = 0, all is in A and B
is 0.

Storage: from the first of two times on, one atom is alone, and A and B are others. Steps are cut where it is stored, at
the same place in each, so that a driving step still ends where the driven one does.

`generators` and `delayed` have shape (3, 4, 4): both atoms coupled, atom 1 stored, atom 2 stored. An amplitude is
coupled to that two places on (an atom to its cavity), and to that beside it (through the waveguide), and to no other.
"""

from math import frexp

import numpy as np

from qnet.chiral.propagator import FIRST_STEP, _apply, _double, _expm1, _scale
from qnet.kernels import kernel

LONGEST_STEP = 2.5
MOST_TERMS = 40
EXACT = 1e-18  # the first term that is left out
INVERSE = 1.0 / np.arange(1.0, MOST_TERMS + 1)
MAX_STEPS = 100_000
_POINTS = 8  # parts of a step, at the ends of which a search looks for a change of slope; a multiple of 4
_UNSURE = 1.01  # times the energy between the nodes, which is integrated


@kernel
def _size(matrix):
    total = 0.0
    for row in range(4):
        for column in range(4):
            total += abs(matrix[row, column]) ** 2
    return np.sqrt(total)


@kernel
def inverse_time(generators, delayed):
    """The inverse of the shortest time of a network."""
    return _size(generators[0]) + _size(delayed[0])


@kernel
def terms_of(length, least):
    """How many terms the series of a step has that are not below `least`; length: in units of the shortest time."""
    terms, term = 1, 1.0
    while term > least and terms < MOST_TERMS:
        term *= length / terms
        terms += 1
    return terms


@kernel
def grid(generators, delayed, delay, longest, least):
    """(steps per delay, length of a step, terms of its series); longest: a step, in units of the shortest time."""
    scale = inverse_time(generators, delayed)
    if delay > 0.0:
        count = max(1.0, np.ceil(delay * scale / longest))
        step = delay / count
    else:
        count, step = 0.0, longest / max(scale, 1e-300)
    return int(count), step, terms_of(step * scale, least)


@kernel
def advance(a, b, state, series, step, terms):
    """One step on: `state` at its start becomes that at its end; `series`, that of the step one delay before, its own.

    A series is one in powers of t / step.
    """
    a00, a01, a02, a11, a10, a13 = a[0, 0], a[0, 1], a[0, 2], a[1, 1], a[1, 0], a[1, 3]
    a22, a20, a23, a33, a31, a32 = a[2, 2], a[2, 0], a[2, 3], a[3, 3], a[3, 1], a[3, 2]
    b01, b10, b23, b32 = b[0, 1], b[1, 0], b[2, 3], b[3, 2]
    x0, x1, x2, x3 = state[0], state[1], state[2], state[3]
    sum0, sum1, sum2, sum3 = x0, x1, x2, x3
    for n in range(terms):
        p0, p1, p2, p3 = series[n, 0], series[n, 1], series[n, 2], series[n, 3]
        series[n, 0], series[n, 1], series[n, 2], series[n, 3] = x0, x1, x2, x3
        factor = step * INVERSE[n]
        x0, x1, x2, x3 = (
            factor * ((a00 * x0 + a02 * x2) + (a01 * x1 + b01 * p1)),
            factor * ((a11 * x1 + a13 * x3) + (a10 * x0 + b10 * p0)),
            factor * ((a22 * x2 + a20 * x0) + (a23 * x3 + b23 * p3)),
            factor * ((a33 * x3 + a31 * x1) + (a32 * x2 + b32 * p2)),
        )
        if n < terms - 1:
            sum0, sum1, sum2, sum3 = sum0 + x0, sum1 + x1, sum2 + x2, sum3 + x3
    state[0], state[1], state[2], state[3] = sum0, sum1, sum2, sum3


@kernel
def evaluate(series, terms, s, value, slope):
    """Value of a series at s = t / step, and the derivative by s of its first two rows, those of the atoms."""
    v0, v1, v2, v3 = series[terms - 1, 0], series[terms - 1, 1], series[terms - 1, 2], series[terms - 1, 3]
    d0, d1 = 0.0 * v0, 0.0 * v1
    for n in range(terms - 2, -1, -1):
        d0, d1 = d0 * s + v0, d1 * s + v1
        v0, v1 = v0 * s + series[n, 0], v1 * s + series[n, 1]
        v2, v3 = v2 * s + series[n, 2], v3 * s + series[n, 3]
    value[0], value[1], value[2], value[3] = v0, v1, v2, v3
    slope[0], slope[1] = d0, d1


@kernel
def _rate(value, slope):
    """Half the derivative of |z|^2, z = c_eg conj(c_ge)."""
    z = value[0] * np.conj(value[1])
    dz = slope[0] * np.conj(value[1]) + value[0] * np.conj(slope[1])
    return z.real * dz.real + z.imag * dz.imag


@kernel
def _propagate(generator, time, state):
    """`state` becomes exp(A t) state."""
    halvings = max(0, frexp(_scale(generator) * time / FIRST_STEP)[1])
    here, double, change = np.empty_like(generator), np.empty_like(generator), np.empty_like(state)
    _expm1(generator, time / 2.0**halvings, here)
    for _ in range(halvings):
        _double(here, double)
        here, double = double, here
    _apply(here, state, change)
    for row in range(4):
        state[row] += change[row]


@kernel
def concurrences_at_once(generators, times_1, times_2, out):
    """2 |c_eg| |c_ge| without a delay, with atom 1 stored at times_1 and atom 2 at times_2, read at the later one."""
    for n in range(len(out)):
        first, last = min(times_1[n], times_2[n]), max(times_1[n], times_2[n])
        stored = 0 if first == last else 1 if first == times_1[n] else 2
        state = np.zeros(4, generators.dtype)
        state[0] = 1.0
        _propagate(generators[n, 0], first, state)
        _propagate(generators[n, stored], last - first, state)
        out[n] = 2.0 * abs(state[0]) * abs(state[1])


@kernel
def norm(state):
    total = 0.0
    for row in range(4):
        total += abs(state[row]) ** 2
    return total


@kernel
def flux(state, emits, rates):
    """What the nodes emit towards each other, per time."""
    return rates[0] * abs(state[emits]) ** 2 + rates[1] * abs(state[emits + 1]) ** 2


@kernel
def _weight(point):
    """Of an end of one of the parts of a step in an integral, by Boole's rule."""
    weight = 32.0 if point % 2 == 1 else 12.0 if point % 4 == 2 else 7.0 if point % _POINTS == 0 else 14.0
    return weight * 2.0 / (45.0 * _POINTS)


@kernel
def _march(a, b, values, slopes, past, flights, slot, step, end, terms, emits, rates):
    """One step on from values[0]: values and slopes at the parts of `end` steps, and the rings of what is under way.

    Returns by how much the energy between the nodes grows: what was sent in this step, less what was
    sent one delay before.
    """
    for row in range(4):
        slopes[0, row] = values[0, row]  # room for the state at the end, which values[-1] will have
    advance(a, b, slopes[0], past[slot], step, terms)
    sent = 0.0
    for point in range(_POINTS + 1):
        evaluate(past[slot], terms, end * point / _POINTS, values[point], slopes[point])
        sent += _weight(point) * flux(values[point], emits, rates) * step * end
    growth = sent - flights[slot]
    flights[slot] = sent
    return growth


@kernel
def _top(series, terms, low, high, value, slope):
    """(concurrence, s) of the peak between s = low, where it rises, and s = high, where it falls."""
    for _ in range(60):
        middle = 0.5 * (low + high)
        if middle <= low or middle >= high:
            break
        evaluate(series, terms, middle, value, slope)
        if _rate(value, slope) >= 0.0:
            low = middle
        else:
            high = middle
    evaluate(series, terms, low, value, slope)
    return 2.0 * abs(value[0]) * abs(value[1]), low


@kernel
def _highest(generators, delayed, delay, emits, rates, window):
    """Highest 2 |c_eg c_ge| over 0 <= t <= window, and its time."""
    count, step, terms = grid(generators, delayed, delay, LONGEST_STEP, EXACT)
    a, b, dtype = generators[0], delayed[0], generators.dtype
    values, slopes = np.zeros((_POINTS + 1, 4), dtype), np.zeros((_POINTS + 1, 4), dtype)
    values[0, 0] = 1.0
    past, flights = np.zeros((max(1, count), terms, 4), dtype), np.zeros(max(1, count))
    value, slope = np.empty(4, dtype), np.empty(4, dtype)
    best, best_time, in_flight = 0.0, 0.0, 0.0
    for index in range(MAX_STEPS):
        start = index * step
        if norm(values[0]) + _UNSURE * in_flight + 1e-12 <= best:  # it bounds every later concurrence
            return best, best_time
        end = min(1.0, (window - start) / step)
        slot = index % len(flights)
        growth = _march(a, b, values, slopes, past, flights, slot, step, end, terms, emits, rates)
        if count > 0:
            in_flight += growth
        for point in range(_POINTS):
            if _rate(values[point], slopes[point]) >= 0.0 and _rate(values[point + 1], slopes[point + 1]) < 0.0:
                low, high = end * point / _POINTS, end * (point + 1) / _POINTS
                here, s = _top(past[slot], terms, low, high, value, slope)
                if here > best:
                    best, best_time = here, start + step * s
        if start + step >= window:
            here = 2.0 * abs(values[-1, 0]) * abs(values[-1, 1])
            if here > best:
                best, best_time = here, window
            return best, best_time
        for row in range(4):
            values[0, row] = values[-1, row]
    return best, np.nan


@kernel
def highest_retarded(generators, delayed, delays, emits, rates, windows, out):
    """Highest concurrence at a common time into out[0], its time into out[1]; NaN if not settled in MAX_STEPS.

    Shapes: generators and delayed (n, 3, 4, 4), rates (n, 2), delays and windows (n,), out (2, n). emits: place of the
    first of the two amplitudes that emit; rates: at which they do so towards the other node. Peaks are looked for
    between the ends of the parts of a step, at most a third of the shortest time apart.
    """
    for n in range(len(windows)):
        out[0, n], out[1, n] = _highest(generators[n], delayed[n], delays[n], emits, rates[n], windows[n])
