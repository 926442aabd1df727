"""Means of exponentials of storage times, exactly, for links that complete at the points of independent lattices.

Link i completes at E_i, with any probabilities on its lattice. The mean of exp(-S / T_coh) is a sum over the E_i, link
by link: exp(-|E_{i+1} - E_i| / T_coh) joins neighbours only. Where storage ends at a maximum D = max_i(E_i + a_i),
exp(-D / T_coh) is the integral of exp(-x / T_coh) dx / T_coh over x > D, which turns the maximum into bounds. With two
maxima, E_i <= min(x - a_i, y - b_i), constant between the times at which some E_i + a_i (E_i + b_i) can be. As a grows
and b falls along the chain, y bounds the links up to some c, x those beyond it, and x - y alone tells c: a sweep for
every y and a sweep for every x suffice, joined at c by a sum over the window of y that c leaves for x.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from qnet.chain.kernels import add_windows, carry
from qnet.checks import Floats
from qnet.errors import Refused

Integers = NDArray[np.int64]

MOST_STEPS = 1e10  # points of all links times bounds: a minute, or several where decays underflow
_MOST_NUMBERS = 5e7  # kept at once: 400 MB
_COLUMNS = 128  # bounds that are swept together where there is one maximum


@dataclass(frozen=True)
class Lattice:
    """When a link can be done, and with which probability; the time between two of these."""

    times_s: Floats
    probability: Floats
    spacing_s: float


def lattice_of(start: float, cycle: float, success: float, log_failure: float, points: int) -> Lattice:
    probability = np.full(points, success, np.float64)
    probability[1:] *= np.exp(log_failure * np.arange(1, points))
    return Lattice(start + cycle * np.arange(1.0, points + 1), probability, cycle)


def _decay(later: Floats, earlier: Floats, decay_hz: float) -> Floats:
    """exp(-(later - earlier) decay_hz), where later >= earlier up to rounding; 1 after for ever without decay."""
    with np.errstate(over="ignore", invalid="ignore"):
        return np.exp(-np.nan_to_num(np.maximum(later - earlier, 0) * decay_hz, nan=0.0, posinf=np.inf))


def _steps(lattices: Sequence[Lattice], decay_hz: Floats) -> list[tuple[Integers, Floats, Floats, float, Floats]]:
    """What takes `kernels.carry` from each link to the next: its arguments from `first` on."""
    steps = []
    for (here, after), decay in zip(pairwise(lattices), decay_hz, strict=True):
        first = np.append(np.searchsorted(here.times_s, after.times_s, side="right"), len(here.times_s))
        following = np.searchsorted(after.times_s, here.times_s)
        up = _decay(np.append(after.times_s, np.inf)[following], here.times_s, decay)
        down = _decay(here.times_s, np.append(-np.inf, after.times_s)[following], decay)
        step = float(np.exp(-after.spacing_s * decay))
        steps.append((first, up, down, step, after.probability))
    return steps


def mean_of_last(lattices: Sequence[Lattice], delay_s: Floats) -> float:
    """Mean over the E_i of max_i(E_i + delay_i), the integral of the probability that some link is not done.

    From the tails of the distributions, so that nothing cancels where all links are done but for a rare one.
    """
    delayed = [lattice.times_s + delay for lattice, delay in zip(lattices, delay_s, strict=True)]
    times = np.unique(np.concatenate(delayed))[:-1]
    log_done = np.zeros(len(times))
    for each, lattice in zip(delayed, lattices, strict=True):
        later = np.append(np.cumsum(lattice.probability[::-1])[::-1], 0.0)[np.searchsorted(each, times, side="right")]
        with np.errstate(divide="ignore"):
            log_done += np.log1p(-np.minimum(later, 1.0))
    ends = np.append(times, max(each[-1] for each in delayed))
    return float(ends[0] + np.sum(-np.expm1(log_done) * np.diff(ends)))


def swaps_only(lattices: Sequence[Lattice], decay_hz: Floats) -> float:
    """Mean of exp(-sum_i |E_{i+1} - E_i| decay_i), decay_i that of the repeater between links i and i + 1."""
    state = _empty(lattices, 1)
    state[: len(lattices[0].times_s), 0] = lattices[0].probability
    always = np.zeros(len(state), np.int64)
    for step in _steps(lattices, decay_hz):
        carry(state, always, always, *step)
    return float(state[: len(lattices[-1].times_s)].sum())


def one_maximum(lattices: Sequence[Lattice], decay_hz: Floats) -> float:
    """Mean of exp(-storage), stored at the ends, without messages: one bound on all links, D_l = D_r.

    decay_hz: of every node, shape (links + 1,).
    """
    bounds, enter = _bounds(lattices, np.zeros(len(lattices)))
    _refuse_steps(lattices, len(bounds))
    between = _between(bounds, decay_hz[0] + decay_hz[-1])
    steps = _steps(lattices, decay_hz[1:-1])
    total = 0.0
    for left in range(0, len(bounds), _COLUMNS):
        here = slice(left, left + _COLUMNS)
        enter_here = [np.maximum(e - left, 0) for e in enter]
        state = _empty(lattices, len(bounds[here]))
        _enter(state, lattices[0], enter_here[0], _decay(bounds[here], lattices[0].times_s[:, None], decay_hz[0]))
        for i, step in enumerate(steps):
            carry(state, enter_here[i], enter_here[i + 1], *step)
        total += _leave(state, _decay(bounds[here], lattices[-1].times_s[:, None], decay_hz[-1]), between[here])
    return total


def two_maxima(lattices: Sequence[Lattice], to_left: Floats, to_right: Floats, decay_hz: Floats) -> float:
    """Mean of exp(-storage), stored at the ends, which are alike, until the messages are there.

    decay_hz: of every node, shape (links + 1,).

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
    ends = float(decay_hz[0])
    between_x, between_y = _between(x, ends), _between(y, ends)
    first_s, last_s = lattices[0].times_s[:, None], lattices[-1].times_s[:, None]

    under_y = _empty(lattices, len(y))
    _enter(under_y, lattices[0], enter_y[0], _decay(y, first_s, ends) * between_y)
    under_x = _empty(lattices, len(x))
    _enter(under_x, lattices[0], enter_x[0], _decay(np.append(y, np.inf)[split[0]], first_s, ends))
    for i, step in enumerate(_steps(lattices, decay_hz[1:-1])):
        add_windows(under_y, under_x, len(lattices[i].times_s), split[i + 1], split[i])
        carry(under_y, enter_y[i], enter_y[i + 1], *step)
        carry(under_x, enter_x[i], enter_x[i + 1], *step)
    least_x = np.append(x, np.inf)[np.searchsorted(split[-1], np.arange(len(y)), side="right")]
    return _leave(under_x, _decay(x, last_s, ends), between_x) + _leave(
        under_y, _decay(least_x, last_s, ends), np.ones(len(y))
    )


def _bounds(lattices: Sequence[Lattice], delay_s: Floats) -> tuple[Floats, list[Integers]]:
    """The times at which some link's delayed state can be there, and for each link where among them its own are.

    Times that agree up to rounding are one, the last of them.
    """
    delayed = [lattice.times_s + delay for lattice, delay in zip(lattices, delay_s, strict=True)]
    times = np.sort(np.concatenate(delayed))
    rounding = (8 + len(lattices)) * np.finfo(float).eps * times[-1]
    times = times[np.append(np.diff(times) > rounding, True)]
    return times, [np.searchsorted(times, own) for own in delayed]


def _between(bounds: Floats, decay_hz: float) -> Floats:
    """Integral of exp(-(x - bound) decay_hz) decay_hz dx from each bound to the next one, or without end."""
    with np.errstate(over="ignore"):
        return np.append(-np.expm1(-np.diff(bounds) * decay_hz), 1.0)


def _empty(lattices: Sequence[Lattice], columns: int) -> Floats:
    return np.zeros((max(len(lattice.times_s) for lattice in lattices), columns))


def _enter(state: Floats, lattice: Lattice, enter: Integers, factor: Floats) -> None:
    """Starts a sweep at the left end of the chain, with the points that the bounds allow."""
    allowed = np.arange(state.shape[1]) >= enter[:, None]
    state[: len(enter)] = np.where(allowed, lattice.probability[:, None] * factor, 0.0)


def _leave(state: Floats, factor: Floats, between: Floats) -> float:
    """Ends a sweep at the right end of the chain."""
    return float(np.einsum("sc,sc,c->", state[: len(factor)], factor, between))


def _refuse_steps(lattices: Sequence[Lattice], bounds: int) -> None:
    operations = sum(len(lattice.times_s) for lattice in lattices) * bounds
    if operations > MOST_STEPS:
        raise Refused(f"links must need at most {MOST_STEPS:g} operations for on_knowledge, but need {operations:.3g}")
