"""Mean duration and mean Werner parameter of a chain without sampling, for rounds that are independent of each other.

Avis et al., arXiv:2305.09635, Sec. III.1 and III.3, with the conventions of `qnet.chain.protocol`. All links start at 0
and link i is done at E_i = T_i G_i, G_i geometric. The last swap next to link i becomes known at the left end a_i and
at the right end b_i after E_i at the earliest, the one-way times from the repeater of link i that is farther away, so
the ends know at D_l = max_i(E_i + a_i) and D_r = max_i(E_i + b_i); without messages a = b = 0. A round takes
max(D_l, D_r), and storage lasts S = sum_i |E_{i+1} - E_i|, plus (D_l - E_1) + (D_r - E_n) where the end nodes store.

The mean of exp(-S / T_coh) is a sum over the E_i, link by link: exp(-|E_{i+1} - E_i| / T_coh) joins neighbours only.
exp(-D / T_coh) is the integral of exp(-x / T_coh) dx / T_coh over x > D, which turns the maxima into bounds,
E_i <= min(x - a_i, y - b_i), constant between the times at which some E_i + a_i (E_i + b_i) can be. As a grows and b
falls along the chain, y bounds the links up to some c, x those beyond it, and x - y alone tells c: a sweep for every y
and a sweep for every x suffice, joined at c by a sum over the window of y that c leaves for x.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from qnet import checks
from qnet.chain.links import Links, news_s
from qnet.chain.protocol import COHERENCE, Protocol
from qnet.chain.sweep import add_windows, carry, mean_last
from qnet.checks import Floats
from qnet.errors import Refused

Integers = NDArray[np.int64]

_TAIL = 1e-17  # the probability that is neglected
_MOST_POINTS = 3e7  # lattice points of all links: seconds
_MOST_STEPS = 1e10  # points of all links times bounds: a minute, or several where decays underflow
_MOST_NUMBERS = 5e7  # kept at once: 400 MB
_COLUMNS = 128  # bounds that are swept together where there is one maximum


@dataclass(frozen=True)
class Exact:
    """Mean time per delivery, and mean Werner parameter of what is delivered."""

    duration_s: float
    werner: float


@dataclass(frozen=True)
class _Lattice:
    """When a link can be done, and with which probability; the time between two of these."""

    times_s: Floats
    probability: Floats
    spacing_s: float


def exact(*, links: Links, protocol: Protocol, coherence_time_s: float = 1.0) -> Exact:
    """Mean duration and Werner parameter of a delivery; the latter times the product of `links.werner`.

    Exact up to rounding, about 1e-16 of the longest time considered over the coherence time, relative in both, and to
    the neglect of events of total probability 1e-17, absolute in the Werner parameter. For restart_together, and for
    as_soon_as_free with one link (where the two are the same) or two. There each link starts again when its own end
    node knows, m_i after the swap, so successive swaps are max_i(m_i + T_i G_i) apart, independently.

    Cost: K attempts of all links are within reach (about 42 / p each), at N different times (fewer where links are
    equal or commensurate). Two links, and at_once, take K operations, on_knowledge N K, with messages both N summed
    and a memory of as many numbers as N times the largest K of a link.
    Raises Refused for as_soon_as_free with three or more links, whose rounds depend on each other, for a coherence
    time below 1e-30 s (it may be infinite), and where the cost would be K > 3e7, N K > 1e10, as many comparisons of
    times (K times links), or 5e7 numbers.
    """
    checks.instance("links", links, Links)
    checks.instance("protocol", protocol, Protocol)
    coherence = checks.number("coherence_time_s", coherence_time_s, COHERENCE)
    count = len(links)
    free = protocol.restart == "as_soon_as_free"
    if free and count > 2:
        raise Refused(f"links must be one or two for restart as_soon_as_free, but are {count}")
    cycle, success, message, werner = (
        np.asarray(x) for x in (links.cycle_time_s, links.success_probability, links.message_time_s, links.werner)
    )
    perfect = float(werner.prod())
    if count == 1:
        return Exact(float(cycle[0] / success[0]), perfect)

    with np.errstate(divide="ignore"):
        log_failure = np.log1p(-success)
    points = np.maximum(np.ceil(np.log(_TAIL / count) / log_failure), 1)
    if points.sum() > _MOST_POINTS:
        raise Refused(
            f"links must succeed within {_MOST_POINTS:g} attempts in total, all but certainly, "
            f"but take {float(points.sum()):.3g}"
        )
    if points.sum() * count > _MOST_STEPS:
        raise Refused(
            f"links must need at most {_MOST_STEPS:g} comparisons of times, but need {float(points.sum() * count):.3g}"
        )
    points = points.astype(np.int64)
    message = message * protocol.messages
    to_left, to_right = np.array(news_s(links)) * protocol.messages
    start = message if free else np.zeros(count)
    last = mean_last(cycle, log_failure, points, start if free else np.maximum(to_left, to_right))
    if np.isinf(coherence):
        return Exact(float(last), perfect)

    lattices = [
        _lattice(s, t, p, q, k) for s, t, p, q, k in zip(start, cycle, success, log_failure, points, strict=True)
    ]
    if protocol.measure == "at_once":
        stored = _swaps_only(lattices, coherence)
    elif count == 2:  # either end waits as long as the repeater in between does, and for its message
        stored = _swaps_only(lattices, coherence / 2) * np.exp(-message.sum() / coherence)
    elif protocol.messages:
        stored = _two_maxima(lattices, to_left, to_right, coherence)
    else:
        stored = _one_maximum(lattices, coherence)
    return Exact(float(last), perfect * min(float(stored), 1.0))


def _lattice(start: float, cycle: float, success: float, log_failure: float, points: int) -> _Lattice:
    probability = np.full(points, success, np.float64)
    probability[1:] *= np.exp(log_failure * np.arange(1, points))
    return _Lattice(start + cycle * np.arange(1.0, points + 1), probability, cycle)


def _decay(later: Floats, earlier: Floats, coherence: float) -> Floats:
    """exp(-(later - earlier) / coherence), where later >= earlier up to rounding."""
    with np.errstate(over="ignore"):
        return np.exp(-np.maximum(later - earlier, 0) / coherence)


def _steps(lattices: Sequence[_Lattice], coherence: float) -> list[tuple[Integers, Floats, Floats, float, Floats]]:
    """What takes `sweep.carry` from each link to the next: its arguments from `first` on."""
    steps = []
    for here, after in pairwise(lattices):
        first = np.append(np.searchsorted(here.times_s, after.times_s, side="right"), len(here.times_s))
        following = np.searchsorted(after.times_s, here.times_s)
        up = _decay(np.append(after.times_s, np.inf)[following], here.times_s, coherence)
        down = _decay(here.times_s, np.append(-np.inf, after.times_s)[following], coherence)
        step = float(np.exp(-after.spacing_s / coherence))
        steps.append((first, up, down, step, after.probability))
    return steps


def _swaps_only(lattices: Sequence[_Lattice], coherence: float) -> float:
    """Mean of exp(-sum_i |E_{i+1} - E_i| / coherence)."""
    state = _empty(lattices, 1)
    state[: len(lattices[0].times_s), 0] = lattices[0].probability
    always = np.zeros(len(state), np.int64)
    for step in _steps(lattices, coherence):
        carry(state, always, always, *step)
    return float(state[: len(lattices[-1].times_s)].sum())


def _one_maximum(lattices: Sequence[_Lattice], coherence: float) -> float:
    """Mean of exp(-S / coherence), stored at the ends, without messages: one bound on all links, D_l = D_r."""
    bounds, enter = _bounds(lattices, np.zeros(len(lattices)))
    _refuse_steps(lattices, len(bounds))
    between = _between(bounds, coherence / 2)
    steps = _steps(lattices, coherence)
    total = 0.0
    for left in range(0, len(bounds), _COLUMNS):
        here = slice(left, left + _COLUMNS)
        enter_here = [np.maximum(e - left, 0) for e in enter]
        state = _empty(lattices, len(bounds[here]))
        _enter(state, lattices[0], enter_here[0], _decay(bounds[here], lattices[0].times_s[:, None], coherence))
        for i, step in enumerate(steps):
            carry(state, enter_here[i], enter_here[i + 1], *step)
        total += _leave(state, _decay(bounds[here], lattices[-1].times_s[:, None], coherence), between[here])
    return total


def _two_maxima(lattices: Sequence[_Lattice], to_left: Floats, to_right: Floats, coherence: float) -> float:
    """Mean of exp(-S / coherence), stored at the ends until the messages are there.

    Link i is bounded by y where y - b_i <= x - a_i: those y are the first split[i] of them, a number for each x.
    """
    x, enter_x = _bounds(lattices, to_left)
    y, enter_y = _bounds(lattices, to_right)
    numbers = max(len(lattice.times_s) for lattice in lattices) * (len(x) + len(y))
    if numbers > _MOST_NUMBERS:
        raise Refused(
            f"links must need at most {_MOST_NUMBERS:g} numbers in memory with messages and on_knowledge, "
            f"but need {numbers:.3g}"
        )
    _refuse_steps(lattices, len(x) + len(y))
    split = [np.searchsorted(y, x - (a - b), side="right") for a, b in zip(to_left, to_right, strict=True)]
    between_x, between_y = _between(x, coherence), _between(y, coherence)
    first_s, last_s = lattices[0].times_s[:, None], lattices[-1].times_s[:, None]

    under_y = _empty(lattices, len(y))
    _enter(under_y, lattices[0], enter_y[0], _decay(y, first_s, coherence) * between_y)
    under_x = _empty(lattices, len(x))
    _enter(under_x, lattices[0], enter_x[0], _decay(np.append(y, np.inf)[split[0]], first_s, coherence))
    for i, step in enumerate(_steps(lattices, coherence)):
        add_windows(under_y, under_x, len(lattices[i].times_s), split[i + 1], split[i])
        carry(under_y, enter_y[i], enter_y[i + 1], *step)
        carry(under_x, enter_x[i], enter_x[i + 1], *step)
    least_x = np.append(x, np.inf)[np.searchsorted(split[-1], np.arange(len(y)), side="right")]
    return _leave(under_x, _decay(x, last_s, coherence), between_x) + _leave(
        under_y, _decay(least_x, last_s, coherence), np.ones(len(y))
    )


def _bounds(lattices: Sequence[_Lattice], delay_s: Floats) -> tuple[Floats, list[Integers]]:
    """The times at which some link's delayed state can be there, and for each link where among them its own are.

    Times that agree up to rounding are one, the last of them.
    """
    delayed = [lattice.times_s + delay for lattice, delay in zip(lattices, delay_s, strict=True)]
    times = np.sort(np.concatenate(delayed))
    rounding = (8 + len(lattices)) * np.finfo(float).eps * times[-1]
    times = times[np.append(np.diff(times) > rounding, True)]
    return times, [np.searchsorted(times, own) for own in delayed]


def _between(bounds: Floats, coherence: float) -> Floats:
    """Integral of exp(-(x - bound) / coherence) dx / coherence from each bound to the next one, or without end."""
    with np.errstate(over="ignore"):
        return np.append(-np.expm1(-np.diff(bounds) / coherence), 1.0)


def _empty(lattices: Sequence[_Lattice], columns: int) -> Floats:
    return np.zeros((max(len(lattice.times_s) for lattice in lattices), columns))


def _enter(state: Floats, lattice: _Lattice, enter: Integers, factor: Floats) -> None:
    """Starts a sweep at the left end of the chain, with the points that the bounds allow."""
    allowed = np.arange(state.shape[1]) >= enter[:, None]
    state[: len(enter)] = np.where(allowed, lattice.probability[:, None] * factor, 0.0)


def _leave(state: Floats, factor: Floats, between: Floats) -> float:
    """Ends a sweep at the right end of the chain."""
    return float(np.einsum("sc,sc,c->", state[: len(factor)], factor, between))


def _refuse_steps(lattices: Sequence[_Lattice], bounds: int) -> None:
    operations = sum(len(lattice.times_s) for lattice in lattices) * bounds
    if operations > _MOST_STEPS:
        raise Refused(f"links must need at most {_MOST_STEPS:g} operations for on_knowledge, but need {operations:.3g}")
