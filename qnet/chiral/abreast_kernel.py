"""The amplitudes with a delay of many networks at once, sixteen side by side, for searches that try thousands of them.

The scheme is that of `qnet.chiral.retarded_kernel`, for concurrences at given times. Arrays are flat: what row r of the
state of network k needs is at r * ABREAST + k. Inner loops over k become vector instructions then, in which a processor
takes several networks at a time; the sums of a single one would wait for each other.
"""

import numpy as np

from qnet.chiral.retarded_kernel import EXACT, INVERSE, terms_of
from qnet.kernels import kernel

ABREAST = 16
LONGEST_STEP = 4.0  # in units of the shortest time of a network
# of the state, c_eg, c_ge, c_10 and c_01: what feeds each within the nodes, and from the other one
_WITHIN = ((0, 0), (0, 2), (1, 1), (1, 3), (2, 2), (2, 0), (3, 3), (3, 1))
_BETWEEN = ((0, 1), (1, 0), (2, 3), (3, 2))


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
    for k in range(4 * ABREAST):
        sums[k] = 0.0
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
    for k in range(4 * ABREAST):
        states[k] = sums[k]


@kernel
def _concurrence(series, terms, k, s):
    """2 |c_eg| |c_ge| of network k at s = t / step."""
    v0, v1 = 0.0 * series[0, k], 0.0 * series[0, k]
    for n in range(terms - 1, -1, -1):
        v0, v1 = v0 * s + series[n, k], v1 * s + series[n, ABREAST + k]
    return 2.0 * abs(v0) * abs(v1)


@kernel
def concurrences_abreast(generators, delayed, times_1, times_2, steps, counts, scales, order, out):
    """2 |c_eg| |c_ge| with atom 1 stored at times_1 and atom 2 at times_2, read at the later one, of those in `order`.

    Shapes: generators and delayed (n, 3, 4, 4), out and the others (n,), order (m,). steps: their lengths; counts: how
    many are in a delay, which must not differ much between those that are beside each other in `order`; scales: inverse
    shortest times.
    """
    group = np.empty(ABREAST, np.int64)
    for start in range(0, len(order), ABREAST):
        count = 0
        for k in range(ABREAST):
            group[k] = order[min(start + k, len(order) - 1)]
            count = max(count, counts[group[k]])
        _abreast(group, generators, delayed, times_1, times_2, steps, counts, scales, count, out)


@kernel
def _abreast(group, generators, delayed, times_1, times_2, steps, counts, scales, count, out):
    """Those of a group, all with `count` steps per delay.

    The step in which an atom is stored is cut there, and with it that in its place in each delay, so that a driving
    step still ends where the driven one does: `pieces` in a delay.
    """
    pieces, terms = count, 1
    for k in range(ABREAST):
        if times_1[group[k]] != times_2[group[k]]:
            pieces = count + 1
    lengths, left, rest = np.empty((pieces, ABREAST)), np.empty(ABREAST), np.zeros(ABREAST)
    stored, changes = np.zeros(ABREAST, np.int64), np.zeros(ABREAST, np.int64)  # the piece at which an atom is alone
    feeds, states = np.zeros(12 * ABREAST, generators.dtype), np.zeros(4 * ABREAST, generators.dtype)
    for k in range(ABREAST):
        n = group[k]
        step = steps[n] * counts[n] / count
        for piece in range(pieces):
            lengths[piece, k] = step
        left[k], changes[k], states[k] = min(times_1[n], times_2[n]), -1, 1.0
        if pieces > count:
            whole = int(left[k] / step)
            place, part = whole % count, left[k] / step - whole
            lengths[place, k], lengths[place + 1, k] = part * step, (1.0 - part) * step
            if times_1[n] != times_2[n]:
                stored[k] = 1 if times_1[n] < times_2[n] else 2
                changes[k] = whole // count * pieces + place + 1
                rest[k] = abs(times_1[n] - times_2[n])
        _put(generators[n, 0], delayed[n, 0], k, feeds)
        terms = max(terms, terms_of(scales[n] * step, EXACT))
    past, sums = np.zeros((pieces, terms, 4 * ABREAST), generators.dtype), np.zeros(4 * ABREAST, generators.dtype)
    going, piece = ABREAST, 0
    while going > 0:
        at = piece % pieces
        for k in range(ABREAST):
            if piece == changes[k]:
                left[k], changes[k] = rest[k], -1
                _put(generators[group[k], stored[k]], delayed[group[k], stored[k]], k, feeds)
        _advance(feeds, lengths[at], states, sums, past[at], terms)
        for k in range(ABREAST):
            if changes[k] < 0 and 0.0 <= left[k] <= lengths[at, k]:
                out[group[k]] = _concurrence(past[at], terms, k, left[k] / max(lengths[at, k], 1e-300))
                going -= 1
                left[k] = -1.0
            elif left[k] >= 0.0:
                left[k] -= lengths[at, k]
        piece += 1
