"""Compiled coarse scans of the concurrence with a delay: where a search for its maximum begins.

The scheme is that of `qnet.chiral.retarded_kernel`, with shorter series, and with concurrences at the ends of steps
only, between which they are parabolas. The energy in the nodes and between them bounds all that can still come; where
that is too little, a scan goes no further.
"""

import numpy as np

from qnet.chiral.retarded_kernel import MAX_STEPS, advance, evaluate, flux, grid, norm
from qnet.kernels import kernel

STEP, STORED_STEP = 1.25, 0.6  # in units of the shortest time: five and ten in the period of what oscillates fastest
COARSE = 1e-5  # the first term of a series that is left out
MAX_STORED, MAX_TRIED = 80_000, 1_000_000  # with storage: up to the first one, and after all that are tried
SCANNED = 16  # times at which a coarse scan stores the first atom
LACK = 0.15  # behind the best that a coarse scan has found before, at which it leaves a point alone
_UNSURE = 1.15  # times the energy between the nodes, whose integral is a sum of trapezia


@kernel
def _walk(a, b, state, past, flights, slot, step, terms, emits, rates):
    """One step on, in `state` and in the rings of what is under way; by how much the energy between the nodes grows."""
    before = flux(state, emits, rates)
    advance(a, b, state, past[slot], step, terms)
    sent = 0.5 * step * (before + flux(state, emits, rates))
    growth = sent - flights[slot]
    flights[slot] = sent
    return growth


@kernel
def _concurrence(state):
    return 2.0 * abs(state[0]) * abs(state[1])


@kernel
def _at_window(series, terms, s):
    """Concurrence at s = t / step."""
    value, slope = np.empty(4, series.dtype), np.empty(4, series.dtype)
    evaluate(series, terms, s, value, slope)
    return _concurrence(value)


@kernel
def _top(before, here, now):
    """Highest of a parabola through values one step apart, if that is near the middle, else `now`; steps from there."""
    if here < now or here <= before:
        return now, 1.0
    shift = 0.5 * (now - before) / (2.0 * here - before - now)
    return here + 0.25 * (now - before) * shift, shift


@kernel
def _seen(state, series, terms, end, before, here):
    """The highest concurrence in a step, and where; end: that of the window, in steps, where it is below 1."""
    if end < 1.0:
        return _at_window(series, terms, end), end
    return _top(before, here, _concurrence(state))


@kernel
def _room(count, terms, dtype):
    """The state at the start, and the rings of series and of energies under way."""
    state, slots = np.zeros(4, dtype), max(1, count)
    state[0] = 1.0
    return state, np.zeros((slots, terms, 4), dtype), np.zeros(slots)


@kernel
def _highest(generators, delayed, delay, emits, rates, window, floor):
    """Highest 2 |c_eg c_ge| over 0 <= t <= window, and its time; 0 where nothing above `floor` can come."""
    count, step, terms = grid(generators, delayed, delay, STEP, COARSE)
    state, past, flights = _room(count, terms, generators.dtype)
    best, best_time, in_flight, before, here = 0.0, 0.0, 0.0, np.inf, 0.0
    for index in range(MAX_STEPS):
        start, slot = index * step, index % len(flights)
        if start >= window or norm(state) + _UNSURE * in_flight <= max(best, floor):
            break
        growth = _walk(generators[0], delayed[0], state, past, flights, slot, step, terms, emits, rates)
        if count > 0:
            in_flight += growth
        top, at = _seen(state, past[slot], terms, (window - start) / step, before, here)
        if top > best:
            best, best_time = top, start + step * at
        before, here = here, _concurrence(state)
    return best, best_time


@kernel
def scan_common(generators, delayed, delays, emits, rates, windows, out):
    """Coarsely, the highest concurrence at a common time into out[0], and this time into out[1].

    Shapes and arguments are those of `highest_retarded`. Where all stays below the best of the networks before by
    `LACK`, the concurrence is 0.
    """
    best = 0.0
    for n in range(len(windows)):
        out[0, n], out[1, n] = _highest(generators[n], delayed[n], delays[n], emits, rates[n], windows[n], best - LACK)
        best = max(best, out[0, n])


@kernel
def _highest_after(a, b, atom, state, past, flights, in_flight, index, step, count, terms, emits, rates, left, floor):
    """Highest 2 |c_eg c_ge| within `left` after an atom is stored, how much later that is, and the number of steps.

    0 where nothing above `floor` can come any more.
    """
    state, past, flights = state.copy(), past.copy(), flights.copy()
    best, best_time, later, before, here = 0.0, 0.0, 0, np.inf, _concurrence(state)
    for later in range(MAX_STEPS):
        start, slot = later * step, (index + later) % len(flights)
        kept = abs(state[atom]) ** 2
        coming = 2.0 * np.sqrt(kept * max(norm(state) - kept + _UNSURE * in_flight, 0.0))
        if start >= left or coming <= max(best, floor):
            break
        growth = _walk(a, b, state, past, flights, slot, step, terms, emits, rates)
        if count > 0:
            in_flight += growth
        top, at = _seen(state, past[slot], terms, (left - start) / step, before, here)
        if top > best:
            best, best_time = top, start + step * at
        before, here = here, _concurrence(state)
    return best, best_time, later


@kernel
def scan_stored(generators, delayed, delay, emits, rates, window, stride, longest, floor, lack, gains, laters):
    """The best that storing an atom at the start of every stride-th step leads to.

    longest: a step, in units of the shortest time of the network.
    gains[j, n] and laters[j, n], of atom j stored at the n-th of these times: the highest 2 |c_eg c_ge| from then on,
    as far as it comes to within `lack` of the best so far, or of `floor`, and how much later the other atom is stored.
    Returns the number of times and the time between them; -1 where the room or MAX_STEPS does not suffice.
    """
    count, step, terms = grid(generators, delayed, delay, longest, COARSE)
    state, past, flights = _room(count, terms, generators.dtype)
    best, in_flight, tried = floor, 0.0, 0
    for index in range(MAX_STORED):
        start, n = index * step, index // stride
        total = norm(state) + _UNSURE * in_flight
        if total + 1e-12 <= best - lack or start >= window:
            return (index + stride - 1) // stride, stride * step
        if index % stride == 0:
            if n >= gains.shape[1]:
                return -1, step
            for atom in range(2):
                gains[atom, n], laters[atom, n], steps = _highest_after(
                    generators[atom + 1], delayed[atom + 1], atom, state, past, flights, in_flight, index, step, count,
                    terms, emits, rates, window - start, max(best - lack, 0.0),
                )  # fmt: skip
                best = max(best, gains[atom, n])
                tried += steps
            if tried > MAX_TRIED:
                return -2, step
        slot = index % len(flights)
        growth = _walk(generators[0], delayed[0], state, past, flights, slot, step, terms, emits, rates)
        if count > 0:
            in_flight += growth
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
        step = grid(generators[n], delayed[n], delays[n], STEP, COARSE)[1]
        stride = max(1, int(np.ceil(windows[n] / (step * SCANNED))))
        floor = max(best - LACK, 0.0)
        count, between = scan_stored(
            generators[n], delayed[n], delays[n], emits, rates[n], windows[n], stride, STEP, floor, 0.0, gains, laters
        )
        out[0, n], out[1, n], out[2, n] = 0.0, step, step
        for atom in range(2):
            for index in range(count):
                if gains[atom, index] > max(out[0, n], floor):
                    first = index * between
                    out[0, n] = gains[atom, index]
                    out[1 + atom, n], out[2 - atom, n] = first, first + laters[atom, index]
        best = max(best, out[0, n])
