"""Compiled building blocks of the chain package, shared by all protocols.

The first part draws and follows many independent chains side by side. Chains run along the last axis of every array and
never meet, so the compiler works on several at once, and the results are the same whatever their number, the order of
additions included. A protocol's own `run`, in its file of `qnet.chain.protocols`, is made of these. Numba puts
the small ones in place of their calls (`inline`): called, they would take a quarter longer.

The second part sweeps along a chain of links that complete at the points of their lattices, for exact means. A state
has one row per point s of a link's lattice and one column per bound on the maxima; column c only holds the points with
enter[s] <= c, where `enter` does not decrease. The storage factor exp(-|t - s| / T_coh) between neighbours splits at
the points of the next lattice into decays towards the next point (`up`) and from the previous one (`down`), so a step
costs as much as there are points, not pairs. All sums have positive terms.
"""

import math

import numpy as np

from qnet.kernels import kernel

_ONE = np.uint64(0x3FF0000000000000)  # bits of 1.0
_EXPONENT_UNIT = np.uint64(0x4330000000000000)  # bits of 2^52, whose last bit is worth 1
_FRACTION = np.uint64(0x000FFFFFFFFFFFFF)
_BIAS = 2.0**52 + 1023.0
_ROOT = np.sqrt(2.0)
_TWO_OVER_LN2 = 2.0 / np.log(2.0)
_PER_LN2 = 1.0 / np.log(2.0)
_LN2_HIGH, _LN2_LOW = 0.693147180369123816490, 1.90821492927058770002e-10  # ln 2; k times the first is exact
_FACTORIALS = tuple(1.0 / math.factorial(n) for n in range(13, 0, -1))
BLOCK = 256  # columns that are carried together: the buffer of a block fits into the cache


# The law of a link: how long its next state takes, and which state that is. Columns of an array with a row per link.
CYCLE_S, PER_LOG2, PER_LOG2_FIRST, LOG2_SCALE, DISTILLED, CONFIRM_S, DECAY, KAPPA, MU, X, Y, Z, TWIRL = range(13)
LAW = 13
_GOLDEN, _MIX_1, _MIX_2 = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


@kernel(nogil=True, error_model="numpy")
def attempts(state, attempts_per_log2, log2_scale, unit, out):
    """A geometric number of attempts for every chain, by inversion: 1 + floor(log(s u) / log(1 - p)), u in (0, 1].

    Times `unit`, such as how long one takes. s = 1, but for a number that is 0 with a probability 1 - 1 / s of its own.
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
        out[i] = (1.0 + np.floor((log2 + log2_scale) * attempts_per_log2)) * unit


@kernel(nogil=True, error_model="numpy")
def words(state, out):
    """64 random bits for every chain, from the same generators."""
    a, b, c, d = state[0], state[1], state[2], state[3]
    for i in range(out.size):
        out[i] = a[i] + d[i]
        shifted = b[i] << np.uint64(17)
        c[i] ^= a[i]
        d[i] ^= b[i]
        b[i] ^= c[i]
        a[i] ^= d[i]
        c[i] ^= shifted
        d[i] = (d[i] << np.uint64(45)) | (d[i] >> np.uint64(19))


@kernel(nogil=True, error_model="numpy", inline="always")
def uniform(word):
    """A number in (0, 1] from the upper 52 bits of a word."""
    return 2.0 - np.uint64((word >> np.uint64(12)) | _ONE).view(np.float64)


@kernel(nogil=True, error_model="numpy", inline="always")
def mixed(word):
    """Another word, as random as this one: a step of splitmix64 (Steele, Lea and Flood 2014)."""
    word = (word ^ (word >> np.uint64(30))) * _MIX_1
    word = (word ^ (word >> np.uint64(27))) * _MIX_2
    return word ^ (word >> np.uint64(31))


@kernel(nogil=True, error_model="numpy")
def generated(state, law, i, spent, kept, buffers, bits):
    """How long link i takes for its next state; `kept`, shape (3, chains), times the correlators that it has.

    law: of all links. A link that does not distil has one state, whose correlators are counted elsewhere. Where no link
    distils, `kept` is None, and Numba leaves out what is for those that do, which would cost a tenth of the time.
    buffers: (3, chains) and bits: (chains,), for what is between.
    """
    if kept is None or law[i, DISTILLED] == 0.0:
        attempts(state, law[i, PER_LOG2], 0.0, law[i, CYCLE_S], spent)
    else:
        distilled(state, law[i], spent, kept, buffers, bits)


@kernel(nogil=True, error_model="numpy")
def nothing_lost(kept):
    """At the beginning of a round."""
    if kept is not None:
        for c in range(3):
            for j in range(kept.shape[1]):
                kept[c, j] = 1.0


@kernel(nogil=True, error_model="numpy")
def distilled(state, law, spent, kept, buffers, bits):
    """As `generated`, for a link with this law, which distils: see `qnet.chain.distillation`.

    A round takes B attempts until a state waits for the other, d until both are there, and succeeds with
    (1 + kappa r^d) / 2. Each chain draws B, d and one word for its first round. Where that fails, which few do, further
    ones take their numbers from the word, so that the generator of the chain moves on by three draws in any case.
    """
    first, second, lost = buffers[0], buffers[1], buffers[2]
    attempts(state, law[PER_LOG2_FIRST], 0.0, 1.0, first)
    attempts(state, law[PER_LOG2], law[LOG2_SCALE], 1.0, second)
    words(state, bits)
    for j in range(spent.size):
        spent[j] = (first[j] + second[j]) * law[CYCLE_S] + law[CONFIRM_S]
        second[j] *= law[DECAY]
        lost[j] = 0.0
    forget(second, lost)
    for j in range(spent.size):
        if 2.0 * uniform(bits[j]) > 1.0 + law[KAPPA] * (1.0 - lost[j]):
            seed = bits[j]
            while True:
                seed += _GOLDEN
                one = 1.0 + np.floor(np.log2(uniform(mixed(seed))) * law[PER_LOG2_FIRST])
                seed += _GOLDEN
                two = 1.0 + np.floor((np.log2(uniform(mixed(seed))) + law[LOG2_SCALE]) * law[PER_LOG2])
                seed += _GOLDEN
                spent[j] += (one + two) * law[CYCLE_S] + law[CONFIRM_S]
                lost[j] = -np.expm1(-two * law[DECAY])
                if 2.0 * uniform(mixed(seed)) <= 1.0 + law[KAPPA] * (1.0 - lost[j]):
                    break
    for j in range(spent.size):
        r = 1.0 - lost[j]
        norm = 1.0 / (1.0 + law[KAPPA] * r)
        x, y, z = law[X] * r * norm, law[Y] * r * norm, law[Z] * (1.0 + law[MU] * r) * norm
        mean = (x + y + z) / 3.0
        kept[0, j] *= mean if law[TWIRL] == 1.0 else x
        kept[1, j] *= mean if law[TWIRL] == 1.0 else y
        kept[2, j] *= mean if law[TWIRL] == 1.0 else z


@kernel(nogil=True, error_model="numpy", inline="always")
def completed(last, own, following, delivered, spent, done):
    """When a link is done, from its start: the last of the times at which it and its two neighbours were free.

    last, own, following: of the round before, counted from the delivery before that; delivered: the delivery since.
    """
    for j in range(done.size):
        done[j] = max(max(last[j], own[j]), following[j]) - delivered[j] + spent[j]


@kernel(nogil=True, error_model="numpy", inline="always")
def latest(done, to_left_s, to_right_s, left, right):
    """`left` and `right` become the later one of themselves and of `done`, so much afterwards."""
    for j in range(done.size):
        left[j] = max(left[j], done[j] + to_left_s)
        right[j] = max(right[j], done[j] + to_right_s)


@kernel(nogil=True, error_model="numpy", inline="always")
def waited(one, other, decay_hz, stored):
    """Adds to `stored` for how many coherence times the earlier one of two events waits for the later one."""
    for j in range(one.size):
        stored[j] += abs(one[j] - other[j]) * decay_hz


@kernel(nogil=True, error_model="numpy", inline="always")
def forget(stored, lost):
    """Adds 1 - exp(-stored) to `lost`: what memories lose in so many coherence times. Good to 3e-16 of itself.

    exp(-x) = 2^-k exp(r) with |r| <= ln(2) / 2, whose exp(r) - 1 is a series, so that nothing cancels where x is small.
    The mathematical library would take one chain at a time.
    """
    for j in range(stored.size):
        x = min(stored[j], 64.0)
        k = np.floor(x * _PER_LN2 + 0.5)
        r = (k * _LN2_HIGH - x) + k * _LN2_LOW
        series = 0.0
        for factor in _FACTORIALS:
            series = series * r + factor
        scale = np.uint64(np.float64(2.0**52 + 1023.0 - k).view(np.uint64) << np.uint64(52)).view(np.float64)
        lost[j] += (1.0 - scale) - scale * (r * series)


@kernel(nogil=True, error_model="numpy")
def lose(stored, kept, buffer, sums):
    """Adds what is lost of each correlator to `sums`: by storage alone, shape (1, chains), or with links that distil.

    Then what they leave is in `kept`, as in `generated`, and sums has the shape (3, chains). buffer: (chains,), for
    what is between.
    """
    if kept is None:
        forget(stored, sums[0])
    else:
        for j in range(stored.size):
            buffer[j] = 0.0
        forget(stored, buffer)
        for c in range(3):
            for j in range(stored.size):
                sums[c, j] += 1.0 - kept[c, j] * (1.0 - buffer[j])


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


@kernel
def series(numerator, denominator, points):
    """Coefficients of the power series of one polynomial over another, whose first coefficient is 1; (points,)."""
    found = np.zeros(points)
    for k in range(points):
        total = numerator[k] if k < len(numerator) else 0.0
        for i in range(1, min(len(denominator), k + 1)):
            total -= denominator[i] * found[k - i]
        found[k] = total
    return found
