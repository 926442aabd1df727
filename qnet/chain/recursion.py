"""Compiled recursion for the completion times of a chain's links, for many independent chains side by side.

E_i(k) is when link i makes its k-th state. It starts when its neighbours and itself have done with the (k-1)-th:
E_i(k) = max(E_{i-1}, E_i, E_{i+1})(k-1) + G_i(k) T_i, G_i geometric. E_0 and E_{n+1} stand for the end nodes: when they
know that the state is complete. Times are counted from the previous delivery, so they stay small for ever.

Chains run along the last axis of every array and never meet, so the compiler works on several at once and the results
are the same whatever their number, the order of additions included. All compiled functions stay in this file: Numba's
cache does not notice an edit of a function in another one.
"""

import numpy as np

from qnet.kernels import kernel

_ONE = np.uint64(0x3FF0000000000000)  # bits of 1.0
_EXPONENT_UNIT = np.uint64(0x4330000000000000)  # bits of 2^52, whose last bit is worth 1
_FRACTION = np.uint64(0x000FFFFFFFFFFFFF)
_BIAS = 2.0**52 + 1023.0
_ROOT = np.sqrt(2.0)
_TWO_OVER_LN2 = 2.0 / np.log(2.0)


@kernel(nogil=True, error_model="numpy")
def _attempts(state, attempts_per_log2, out):
    """A geometric number of attempts for every chain, by inversion: 1 + floor(log(u) / log(1 - p)), u in (0, 1].

    u has 52 bits, from xoshiro256+ (Blackman and Vigna 2021). log2 from the bits of u: exponent, and for the fraction f
    the series of artanh((f - sqrt 2) / (f + sqrt 2)), good to 1e-14 where it is largest.
    """
    a, b, c, d = state[0], state[1], state[2], state[3]
    for i in range(out.size):
        bits = ((a[i] + d[i]) >> np.uint64(12)) | _ONE
        shifted = b[i] << np.uint64(17)
        c[i] ^= a[i]
        d[i] ^= b[i]
        b[i] ^= c[i]
        a[i] ^= d[i]
        c[i] ^= shifted
        d[i] = (d[i] << np.uint64(45)) | (d[i] >> np.uint64(19))
        u = np.float64(2.0 - np.uint64(bits).view(np.float64)).view(np.uint64)
        exponent = np.uint64((u >> np.uint64(52)) | _EXPONENT_UNIT).view(np.float64) - _BIAS
        fraction = np.uint64((u & _FRACTION) | _ONE).view(np.float64)
        s = (fraction - _ROOT) / (fraction + _ROOT)
        s2 = s * s
        series = 1.0 / 17.0
        for odd in (15.0, 13.0, 11.0, 9.0, 7.0, 5.0, 3.0, 1.0):
            series = series * s2 + 1.0 / odd
        log2 = exponent + 0.5 + _TWO_OVER_LN2 * s * series
        out[i] = 1.0 + np.floor(log2 * attempts_per_log2)


@kernel(nogil=True, error_model="numpy")
def run(
    state, cycle_s, attempts_per_log2, to_left_s, to_right_s, decay_hz, ends_store, together, late_s, warm_up, rounds
):
    """(time, 1 - Werner parameter), summed over `rounds` deliveries of each chain after the first `warm_up`.

    state: (4, chains), generators of the chains, moved on. cycle_s, attempts_per_log2 = 1 / log2(1 - p): (links,).
    to_left_s, to_right_s: (links,), from a link's completion to the news at that end node. ends_store: whether end
    nodes store until they know. together: whether all links restart at each delivery. late_s: (2,), how long the left
    and the right end node are busy when everything else starts.
    """
    links, chains = cycle_s.size, state.shape[1]
    attempts, storage, delivered = np.empty(chains), np.empty(chains), np.zeros(chains)
    before, now = np.zeros((links + 2, chains)), np.zeros((links + 2, chains))
    sums = np.zeros((2, chains))
    for j in range(chains):
        before[0, j], before[links + 1, j] = late_s
    for k in range(warm_up + rounds):
        left, right = now[0], now[links + 1]
        for j in range(chains):
            left[j] = right[j] = -np.inf
            storage[j] = 0.0
        for i in range(links):
            _attempts(state, attempts_per_log2[i], attempts)
            last, own, next_ = before[i], before[i + 1], before[i + 2]
            done, duration = now[i + 1], cycle_s[i]
            news_left, news_right = to_left_s[i], to_right_s[i]
            for j in range(chains):
                done[j] = max(max(last[j], own[j]), next_[j]) - delivered[j] + attempts[j] * duration
                left[j] = max(left[j], done[j] + news_left)
                right[j] = max(right[j], done[j] + news_right)
            if i > 0:
                neighbour = now[i]
                for j in range(chains):
                    storage[j] += abs(done[j] - neighbour[j])
        if ends_store:
            for j in range(chains):
                storage[j] += (left[j] - now[1, j]) + (right[j] - now[links, j])
        for j in range(chains):
            delivered[j] = max(left[j], right[j])
        if k >= warm_up:
            for j in range(chains):
                sums[0, j] += delivered[j]
                sums[1, j] -= np.expm1(-decay_hz * storage[j])
        if together:
            for i in range(links + 2):
                for j in range(chains):
                    now[i, j] = delivered[j]
        before, now = now, before
    return sums
