"""The amplitudes with a delay of many networks at once, sixteen side by side, for searches that try thousands of them.

The scheme is that of `qnet.chiral.retarded_kernel`, without its search for what lies between the ends of steps. Arrays
are flat: what row r of the state of network k needs is at r * ABREAST + k. Inner loops over k become vector instructions
then, in which a processor takes several networks at a time; sums of a single one would wait for each other.
"""

import numpy as np

from qnet.chiral.retarded_kernel import EXACT, INVERSE, MAX_STEPS, at_once, inverse_time, terms_of
from qnet.kernels import kernel

ABREAST = 16
LONGEST_STEP = 4.0  # in units of the shortest time of a network
# of the state, c_eg, c_ge, c_10 and c_01: what feeds each within the nodes, and from the other one
_WITHIN = ((0, 0), (0, 2), (1, 1), (1, 3), (2, 2), (2, 0), (3, 3), (3, 1))
_BETWEEN = ((0, 1), (1, 0), (2, 3), (3, 2))


@kernel
def _in_order(counts, lasts):
    """The networks, those beside each other that take like numbers of steps per delay and until the last time."""
    order = np.argsort(lasts, kind="mergesort")
    return order[np.argsort(counts[order], kind="mergesort")]


@kernel
def _put(generator, delayed, k, feeds):
    """Makes `generator` and `delayed` those of network k."""
    for n in range(len(_WITHIN)):
        feeds[n * ABREAST + k] = generator[_WITHIN[n]]
    for n in range(len(_BETWEEN)):
        feeds[(len(_WITHIN) + n) * ABREAST + k] = delayed[_BETWEEN[n]]


@kernel(fastmath={"contract"})
def _advance(feeds, lengths, states, sums, series, terms):
    """As in `retarded_kernel`, a step of network k being lengths[k]; `sums` is room for the states."""
    sums[:] = 0.0
    for n in range(terms):
        for k in range(ABREAST):
            x0, x1, x2, x3 = states[k], states[ABREAST + k], states[2 * ABREAST + k], states[3 * ABREAST + k]
            p0, p1 = series[n, k], series[n, ABREAST + k]
            p2, p3 = series[n, 2 * ABREAST + k], series[n, 3 * ABREAST + k]
            series[n, k], series[n, ABREAST + k] = x0, x1
            series[n, 2 * ABREAST + k], series[n, 3 * ABREAST + k] = x2, x3
            sums[k] += x0
            sums[ABREAST + k] += x1
            sums[2 * ABREAST + k] += x2
            sums[3 * ABREAST + k] += x3
            factor = INVERSE[n] * lengths[k]
            states[k] = factor * ((feeds[k] * x0 + feeds[ABREAST + k] * x2) + feeds[8 * ABREAST + k] * p1)
            states[ABREAST + k] = factor * (
                (feeds[2 * ABREAST + k] * x1 + feeds[3 * ABREAST + k] * x3) + feeds[9 * ABREAST + k] * p0
            )
            states[2 * ABREAST + k] = factor * (
                (feeds[4 * ABREAST + k] * x2 + feeds[5 * ABREAST + k] * x0) + feeds[10 * ABREAST + k] * p3
            )
            states[3 * ABREAST + k] = factor * (
                (feeds[6 * ABREAST + k] * x3 + feeds[7 * ABREAST + k] * x1) + feeds[11 * ABREAST + k] * p2
            )
    states[:] = sums


@kernel
def _concurrence(series, terms, k, s):
    """2 |c_eg| |c_ge| of network k at s = t / step."""
    v0, v1 = 0.0 * series[0, k], 0.0 * series[0, k]
    for n in range(terms - 1, -1, -1):
        v0, v1 = v0 * s + series[n, k], v1 * s + series[n, ABREAST + k]
    return 2.0 * abs(v0) * abs(v1)


@kernel
def retarded_concurrences(generators, delayed, delays, times_1, times_2, out):
    """2 |c_eg| |c_ge| with atom 1 stored at times_1 and atom 2 at times_2, read at the later one; NaN if too late.

    Shapes: generators and delayed (n, 3, 4, 4), all else (n,).
    """
    scales, counts, lasts = np.empty(len(out)), np.empty(len(out)), np.empty(len(out))
    for n in range(len(out)):
        scales[n] = inverse_time(generators[n], delayed[n])
        counts[n] = max(1.0, np.ceil(delays[n] * scales[n] / LONGEST_STEP))
        lasts[n] = max(times_1[n], times_2[n])
        out[n] = np.nan
        if delays[n] == 0.0:
            out[n] = at_once(generators[n], times_1[n], times_2[n])
            lasts[n] = np.inf
        else:
            lasts[n] *= counts[n] / delays[n]
    order = _in_order(counts, lasts)
    order = order[lasts[order] <= MAX_STEPS]
    for start in range(0, len(order), ABREAST):
        group = order[np.minimum(np.arange(start, start + ABREAST), len(order) - 1)]
        _stored_abreast(group, generators, delayed, delays, times_1, times_2, scales, counts[group].max(), out)


@kernel
def _stored_abreast(group, generators, delayed, delays, times_1, times_2, scales, count, out):
    """`retarded_concurrences` of the networks of a group, with so many steps per delay.

    The step in which an atom is stored is cut there, and with it that in its place in each delay, so that a driving
    step still ends where the driven one does: `pieces` in a delay.
    """
    first, last = np.minimum(times_1[group], times_2[group]), np.maximum(times_1[group], times_2[group])
    step, stored = delays[group] / count, np.zeros(ABREAST, np.int64)
    stored[times_1[group] < times_2[group]] = 1
    stored[times_2[group] < times_1[group]] = 2
    cut = stored.any()
    per_delay = int(count)
    pieces = per_delay + 1 if cut else per_delay
    lengths = np.empty((pieces, ABREAST))
    changes = np.full(ABREAST, -1)  # the piece at which an atom is alone
    left = np.where(stored == 0, last, first)
    feeds, terms = np.zeros(12 * ABREAST, generators.dtype), 1
    for k in range(ABREAST):
        lengths[:, k] = step[k]
        if cut:
            whole = int(first[k] / step[k])
            place, part = whole % per_delay, first[k] / step[k] - whole
            lengths[place, k], lengths[place + 1, k] = part * step[k], (1.0 - part) * step[k]
            if stored[k] != 0:
                changes[k] = whole // per_delay * pieces + place + 1
        _put(generators[group[k], 0], delayed[group[k], 0], k, feeds)
        terms = max(terms, terms_of(scales[group[k]] * step[k], EXACT))
    past = np.zeros((pieces, terms, 4 * ABREAST), generators.dtype)
    states, sums = np.zeros(4 * ABREAST, generators.dtype), np.zeros(4 * ABREAST, generators.dtype)
    states[:ABREAST] = 1.0
    done, piece = 0, 0
    alone = stored == 0  # or both to be read at once
    found = np.zeros(ABREAST, np.bool_)
    while done < ABREAST:
        at = piece % pieces
        for k in range(ABREAST):
            if piece == changes[k]:
                alone[k], left[k] = True, last[k] - first[k]
                _put(generators[group[k], stored[k]], delayed[group[k], stored[k]], k, feeds)
        _advance(feeds, lengths[at], states, sums, past[at], terms)
        for k in range(ABREAST):
            if alone[k] and not found[k] and left[k] <= lengths[at, k]:
                out[group[k]] = _concurrence(past[at], terms, k, left[k] / max(lengths[at, k], 1e-300))
                found[k] = True
                done += 1
            left[k] -= lengths[at, k]
        piece += 1
