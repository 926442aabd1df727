"""Compiled kernels of `qnet.chain.exact`: sweeps along a chain of links that complete at the points of their lattices.

A state has one row per point s of a link's lattice and one column per bound on the maxima; column c only holds the
points with enter[s] <= c, where `enter` does not decrease. The storage factor exp(-|t - s| / T_coh) between neighbours
splits at the points of the next lattice into decays towards the next point (`up`) and from the previous one (`down`),
so a step costs as much as there are points, not pairs. All sums have positive terms.

All compiled functions stay in this file: Numba's cache does not notice an edit of a function in another one.
"""

import numpy as np

from qnet.kernels import kernel

BLOCK = 256  # columns that are carried together: the buffer of a block fits into the cache


@kernel
def carry(state, enter, enter_next, first, up, down, step, weight):
    """In place: state[t] <- weight[t] sum_s exp(-|t - s| / T_coh) state[s], from one link's lattice to the next one's.

    first[t]: the number of points s <= t, so that points first[t - 1] to first[t] lie between t - 1 and t; its last
    entry is the number of all points s. step: decay over one spacing of the next lattice.
    """
    points, columns = len(weight), state.shape[1]
    width = min(BLOCK, columns)
    buffer = np.empty((points, width))
    running = np.empty(width)
    for left in range(0, columns, width):
        right = min(left + width, columns)
        for t in range(points):
            for c in range(width):
                buffer[t, c] = 0.0
        for c in range(width):
            running[c] = 0.0
        s = 0
        for t in range(points):
            low = max(enter_next[t], left)
            if low >= right:
                break
            for c in range(low, right):
                running[c - left] *= step
            while s < first[t]:
                for c in range(max(low, enter[s]), right):
                    running[c - left] += up[s] * state[s, c]
                s += 1
            for c in range(low, right):
                buffer[t, c - left] = running[c - left]
        for c in range(width):
            running[c] = 0.0
        lowest = right
        for t in range(points - 1, -1, -1):
            for c in range(lowest, right):
                running[c - left] *= step
            for s in range(first[t], first[t + 1]):
                low = max(enter[s], left)
                if low >= right:
                    break
                lowest = min(lowest, low)
                for c in range(low, right):
                    running[c - left] += down[s] * state[s, c]
            for c in range(max(lowest, enter_next[t]), right):
                buffer[t, c - left] += running[c - left]
        for t in range(points):
            for c in range(left, right):
                state[t, c] = weight[t] * buffer[t, c - left]


@kernel
def add_windows(source, target, points, begin, end):
    """target[s, k] += sum of source[s, begin[k]:end[k]] for the first rows; begin and end do not decrease.

    A window is the tail of a block, whose sums from the right are kept, and what came after: nothing is subtracted.
    """
    tail = np.zeros(source.shape[1] + 1)
    for s in range(points):
        middle = reached = 0
        after = 0.0
        for k in range(len(begin)):
            while reached < end[k]:
                after += source[s, reached]
                reached += 1
            if begin[k] >= middle:
                middle = reached
                after = 0.0
                tail[middle] = 0.0
                for c in range(middle - 1, begin[k] - 1, -1):
                    tail[c] = tail[c + 1] + source[s, c]
            target[s, k] += tail[min(begin[k], middle)] + after


@kernel
def mean_last(cycle_time, log_failure, points, offset):
    """Mean over the G of max_i(offset_i + cycle_time_i G_i), where G_i exceeds g with probability exp(g log_failure_i).

    The integral of the probability that some link is not done, piece by piece between the times at which that changes.
    """
    links = len(points)
    done = np.zeros(links, np.int64)
    coming = offset + cycle_time
    log_done = np.full(links, -np.inf)
    total = rest = now = 0.0
    while True:
        i = np.argmin(coming)
        if coming[i] == np.inf:
            return total
        term = (coming[i] - now) * -np.expm1(np.sum(log_done)) - rest
        now = coming[i]
        grown = total + term
        rest = (grown - total) - term
        total = grown
        done[i] += 1
        log_done[i] = np.log1p(-np.exp(done[i] * log_failure[i]))
        coming[i] = offset[i] + cycle_time[i] * (done[i] + 1) if done[i] < points[i] else np.inf
