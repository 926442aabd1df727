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
STORED_STEP = 0.6  # where an atom may be stored at the start of each: ten in the period of what oscillates fastest
MOST_TERMS = 32
INVERSE = 1.0 / np.arange(1.0, MOST_TERMS + 1)
MAX_STEPS = 100_000
MAX_STORED, MAX_TRIED = 80_000, 1_000_000  # with storage: up to the first one, and after all that are tried
POINTS = 8  # parts of a step, at the ends of which a search looks for a change of slope; 2 or a multiple of 4
SCAN_POINTS = 2  # the same of a coarse scan
SCANNED = 16  # times at which a coarse scan stores the first atom
LACK = 0.15  # behind the best that a coarse scan has found before, at which it leaves a point alone
UNSURE = 1.01  # times the energy between the nodes, which is integrated coarsely


@kernel
def _size(matrix):
    total = 0.0
    for row in range(4):
        for column in range(4):
            total += abs(matrix[row, column]) ** 2
    return np.sqrt(total)


@kernel
def _grid(generators, delayed, delay, exact, longest):
    """(steps per delay, length of a step, terms of the series): to rounding where exact, else good enough to scan.

    longest: a step, in units of the shortest time of the network.
    """
    scale = _size(generators[0]) + _size(delayed[0])
    if delay > 0.0:
        count = max(1.0, np.ceil(delay * scale / longest))
        step = delay / count
    else:
        count, step = 0.0, longest / max(scale, 1e-300)
    terms, term = 1, 1.0
    while term > (1e-18 if exact else 1e-7) and terms < MOST_TERMS:
        term *= step * scale / terms
        terms += 1
    return int(count), step, terms


@kernel
def _advance(a, b, state, series, step, terms):
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
def _evaluate(series, terms, s, value, slope):
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
def _concurrence(generators, delayed, delay, time_1, time_2):
    first, last = min(time_1, time_2), max(time_1, time_2)
    stored = 0
    if time_1 < time_2:
        stored = 1
    elif time_2 < time_1:
        stored = 2
    state = np.zeros(4, generators.dtype)
    state[0] = 1.0
    if delay == 0.0:
        _propagate(generators[0], first, state)
        _propagate(generators[stored], last - first, state)
        return 2.0 * abs(state[0]) * abs(state[1])
    count, step, terms = _grid(generators, delayed, delay, True, LONGEST_STEP)
    if last > MAX_STEPS * step:
        return np.nan
    # pieces of a step: up to where an atom is stored, and from there on; one alone where both are read at once
    pieces = 1 if stored == 0 else 2
    whole = int(first / step) if stored != 0 else 0
    part = first / step - whole if stored != 0 else 1.0
    past = np.zeros((pieces * count, terms, 4), generators.dtype)
    which, left = 0, first if stored != 0 else last
    for piece in range(2 * MAX_STEPS + 2):
        if stored != 0 and piece == 2 * whole + 1:
            which, left = stored, last - first
        length = step * (part if piece % pieces == 0 else 1.0 - part)
        series = past[piece % len(past)]
        if left <= length and (stored == 0 or which != 0):
            slope = state.copy()
            _advance(generators[which], delayed[which], state, series, length, terms)
            _evaluate(series, terms, left / max(length, 1e-300), state, slope)
            return 2.0 * abs(state[0]) * abs(state[1])
        _advance(generators[which], delayed[which], state, series, length, terms)
        left -= length
    return np.nan


@kernel
def retarded_concurrences(generators, delayed, delays, times_1, times_2, out):
    """2 |c_eg| |c_ge| with atom 1 stored at times_1 and atom 2 at times_2, read at the later one; NaN if too late.

    Shapes: generators and delayed (n, 3, 4, 4), all else (n,).
    """
    for n in range(len(out)):
        out[n] = _concurrence(generators[n], delayed[n], delays[n], times_1[n], times_2[n])


@kernel
def _norm(state):
    total = 0.0
    for row in range(4):
        total += abs(state[row]) ** 2
    return total


@kernel
def _flux(state, emits, rates):
    """What the nodes emit towards each other, per time."""
    return rates[0] * abs(state[emits]) ** 2 + rates[1] * abs(state[emits + 1]) ** 2


@kernel
def _weight(point, points):
    """Of an end of one of so many parts of an interval in an integral: Boole's rule, or Simpson's for two parts."""
    if points == 2:
        return (4.0 if point == 1 else 1.0) / 6.0
    weight = 32.0 if point % 2 == 1 else 12.0 if point % 4 == 2 else 7.0 if point % points == 0 else 14.0
    return weight * 2.0 / (45.0 * points)


@kernel
def _march(a, b, values, slopes, past, flights, slot, step, end, terms, emits, rates):
    """One step on from values[0]: values and slopes at the parts of `end` steps, and the rings of what is under way.

    As many parts as `values` has room for.

    Returns by how much the energy between the nodes grows: what was sent in this step, less what was
    sent one delay before.
    """
    for row in range(4):
        slopes[0, row] = values[0, row]  # room for the state at the end, which values[-1] will have
    _advance(a, b, slopes[0], past[slot], step, terms)
    sent, points = 0.0, len(values) - 1
    for point in range(points + 1):
        _evaluate(past[slot], terms, end * point / points, values[point], slopes[point])
        sent += _weight(point, points) * _flux(values[point], emits, rates) * step * end
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
        _evaluate(series, terms, middle, value, slope)
        if _rate(value, slope) >= 0.0:
            low = middle
        else:
            high = middle
    _evaluate(series, terms, low, value, slope)
    return 2.0 * abs(value[0]) * abs(value[1]), low


@kernel
def _room(generators, count, terms, points):
    """Values and slopes at the parts of a step, and the rings of series and of energies under way."""
    dtype, slots = generators.dtype, max(1, count)
    values, slopes = np.zeros((points + 1, 4), dtype), np.zeros((points + 1, 4), dtype)
    values[0, 0] = 1.0
    return values, slopes, np.zeros((slots, terms, 4), dtype), np.zeros(slots)


@kernel
def _highest(generators, delayed, delay, emits, rates, window, points, floor):
    """Highest 2 |c_eg c_ge| over 0 <= t <= window, and its time; 0 where nothing above `floor` can come."""
    count, step, terms = _grid(generators, delayed, delay, points == POINTS, LONGEST_STEP)
    a, b = generators[0], delayed[0]
    values, slopes, past, flights = _room(generators, count, terms, points)
    value, slope = np.empty(4, generators.dtype), np.empty(4, generators.dtype)
    best, best_time, in_flight = 0.0, 0.0, 0.0
    for index in range(MAX_STEPS):
        start = index * step
        if _norm(values[0]) + UNSURE * in_flight + 1e-12 <= max(best, floor):  # it bounds every later concurrence
            return best, best_time
        end = min(1.0, (window - start) / step)
        slot = index % len(flights)
        growth = _march(a, b, values, slopes, past, flights, slot, step, end, terms, emits, rates)
        if count > 0:
            in_flight += growth
        for point in range(points):
            if _rate(values[point], slopes[point]) >= 0.0 and _rate(values[point + 1], slopes[point + 1]) < 0.0:
                low, high = end * point / points, end * (point + 1) / points
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
def highest_retarded(generators, delayed, delays, emits, rates, windows, points, lack, out):
    """Highest concurrence at a common time into out[0], its time into out[1]; NaN if not settled in MAX_STEPS.

    emits: place of the first of the two amplitudes that emit; rates: at which they do so towards the other node, (n,
    2). Other shapes as in `retarded_concurrences`, windows (n,), out (2, n). Peaks are looked for between the ends of
    so many parts of a step, 2 or a multiple of 4: with `POINTS`, at most a third of the shortest time apart. A search
    ends where all that can come is below the best of the networks before by `lack`, infinite where all are wanted.
    """
    best = 0.0
    for n in range(len(windows)):
        out[0, n], out[1, n] = _highest(
            generators[n], delayed[n], delays[n], emits, rates[n], windows[n], points, best - lack
        )
        best = max(best, out[0, n])


@kernel
def _highest_after(a, b, atom, values, past, flights, in_flight, index, step, count, terms, emits, rates, left, floor):
    """Highest 2 |c_eg c_ge| within `left` after an atom is stored, at parts of steps, and how much later that is.

    0 where nothing above `floor` can come any more.
    """
    values, past, flights = values.copy(), past.copy(), flights.copy()
    slopes = np.empty_like(values)
    best, best_time, later = 0.0, 0.0, 0
    for later in range(MAX_STEPS):
        start = later * step
        kept = abs(values[0, atom]) ** 2
        if 2.0 * np.sqrt(kept * max(_norm(values[0]) - kept + UNSURE * in_flight, 0.0)) <= max(best, floor):
            break
        end = min(1.0, (left - start) / step)
        if end <= 0.0:
            break
        slot = (index + later) % len(flights)
        growth = _march(a, b, values, slopes, past, flights, slot, step, end, terms, emits, rates)
        if count > 0:
            in_flight += growth
        for point in range(1, len(values)):
            here = 2.0 * abs(values[point, 0]) * abs(values[point, 1])
            if here > best:
                best, best_time = here, start + step * end * point / (len(values) - 1)
        for row in range(4):
            values[0, row] = values[-1, row]
    return best, best_time, later


@kernel
def scan_stored(generators, delayed, delay, emits, rates, window, stride, floor, lack, points, gains, laters):
    """The best that storing an atom at the start of every stride-th step leads to, at so many parts of later steps.

    gains[j, n] and laters[j, n], of atom j stored at the n-th of these times: the highest 2 |c_eg c_ge| from then on,
    as far as it comes to within `lack` of the best so far, or of `floor`, and how much later the other atom is stored.
    Returns the number of times and the time between them; -1 where the room or MAX_STEPS does not suffice.
    """
    exact = points == POINTS
    count, step, terms = _grid(generators, delayed, delay, exact, STORED_STEP if exact else LONGEST_STEP)
    values, slopes, past, flights = _room(generators, count, terms, points)
    best, in_flight, tried = floor, 0.0, 0
    for index in range(MAX_STORED):
        start, n = index * step, index // stride
        total = _norm(values[0]) + UNSURE * in_flight
        if total + 1e-12 <= best - lack or start >= window:
            return (index + stride - 1) // stride, stride * step
        if index % stride == 0:
            if n >= gains.shape[1]:
                return -1, step
            for atom in range(2):
                gains[atom, n], laters[atom, n], steps = _highest_after(
                    generators[atom + 1], delayed[atom + 1], atom, values, past, flights, in_flight, index, step, count,
                    terms, emits, rates, window - start, max(best - lack, 0.0),
                )  # fmt: skip
                best = max(best, gains[atom, n])
                tried += steps
            if tried > MAX_TRIED:
                return -2, step
        slot = index % len(flights)
        growth = _march(generators[0], delayed[0], values, slopes, past, flights, slot, step, 1.0, terms, emits, rates)
        if count > 0:
            in_flight += growth
        for row in range(4):
            values[0, row] = values[-1, row]
    return -2, step


@kernel
def scan_both(generators, delayed, delays, emits, rates, windows, out):
    """Coarsely, the highest concurrence with each atom stored at a time of its own, and both times: out (3, n).

    The first atom is stored at one of up to `SCANNED` times. Where steps do not suffice, or all stays below the best of
    the points before by `LACK`, the concurrence is 0.
    """
    gains, laters = np.zeros((2, SCANNED)), np.zeros((2, SCANNED))
    best = 0.0
    for n in range(len(windows)):
        step = _grid(generators[n], delayed[n], delays[n], False, LONGEST_STEP)[1]
        stride = max(1, int(np.ceil(windows[n] / (step * SCANNED))))
        floor = max(best - LACK, 0.0)
        count, between = scan_stored(
            generators[n], delayed[n], delays[n], emits, rates[n], windows[n], stride, floor, 0.0, SCAN_POINTS, gains,
            laters,
        )  # fmt: skip
        out[0, n], out[1, n], out[2, n] = 0.0, step, step
        for atom in range(2):
            for index in range(count):
                if gains[atom, index] > max(out[0, n], floor):
                    first = index * between
                    out[0, n] = gains[atom, index]
                    out[1 + atom, n], out[2 - atom, n] = first, first + laters[atom, index]
        best = max(best, out[0, n])
