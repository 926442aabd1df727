"""The best that a scheme can do: the global optimum over couplings, rates, chirality and read-out times.

Places of a scheme, evenly spread, are scanned at a few times each; from the best that are apart from each other, all
free variables and times are climbed with together (`qnet.chiral.climb`), by the concurrence at given times, which is
smooth. What is found is then searched over all times up to the budget once more. Times run up to the budget; where more
time is better, the best time is the budget itself.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from dataclasses import field as column
from functools import lru_cache
from typing import Annotated

import numpy as np
from attrs import evolve
from numpy.typing import ArrayLike, NDArray

from qnet import checks
from qnet.chiral.climb import apart, evenly_spread, highest
from qnet.chiral.dephasing import dephased_at, highest_dephased
from qnet.chiral.network import CONCURRENCE, G1, G2, Window
from qnet.chiral.peak import ATOM_1
from qnet.chiral.propagator import coherences, highest_peaks
from qnet.chiral.propagator import evolve as states
from qnet.chiral.retardation import Delay, Retarded, concurrence_at, split
from qnet.chiral.retarded_kernel import highest_retarded
from qnet.chiral.retarded_scan import scan_both, scan_common
from qnet.chiral.schemes import READOUT, TIME_BUDGET, Best, Design, Scheme, Space, TimeBudget, space_of
from qnet.chiral.symmetric import CHIRALITY
from qnet.errors import Refused
from qnet.records import Floats, about

_SCANNED = {1: 32, 2: 512, 3: 3072, 4: 4096}  # places, by the number of free variables
_CLIMBS = 20
_SCANNED_LATE = 800  # with a delay or storage: light that returns again and again makes many maxima beside each other
_CLIMBS_SLOW, _FINALISTS = 16, 8  # with these or dephasing, whose climbs take longer
_ALIKE = 5.0  # the largest ratio of couplings of like size
_NUDGE = 0.05
_EARLIEST = 1e-3
_SLOW, _TIMES, _TIMES_SHIFTED = 20.0, 96, 48  # of a scan: latest time, in units of the slowest one; number of times
_DELAY: checks.Rule = ("must lie in [0, 500]", lambda x: (x >= 0) & (x <= 500))
_WINDOW: checks.Rule = ("must lie in [1e-2, 5e5]", lambda x: (x >= 1e-2) & (x <= 5e5))
_PERIODS = 2.0  # times the time budget over the faster coupling: latest time of a scan, where that is not early
_TRANSITS = 6  # of a scan: latest time, in transit times
_COST = 0.01

_CONTAINED = {
    "unequal_rates": ("equal_rates",),
    "nonchiral_unequal": ("nonchiral_equal",),
    "any_chirality": ("unequal_rates", "nonchiral_unequal"),
}
_ONE_WAY = {"nonchiral_equal": "equal_rates", "nonchiral_unequal": "unequal_rates"}


def global_optimum(scheme: Scheme, *, time_budget: TimeBudget) -> Best:
    """The largest concurrence that a scheme reaches at or before the time budget, over all that it leaves free.

    Times are sought exactly (`peak_concurrence`, `dephased_peak`, `delayed_peak`, `stored_peak`). Couplings, rates and
    chirality are those of the best of climbs from the best of a dense scan, and from the optima of the schemes that
    this one contains, so that it is never below these. Couplings are sought up to 30, or ten times the inverse time
    budget, and down to a tenth of it: C <= 2 sqrt(2) g T, for what comes to atom 2. Ratios of rates go up to e^4.
    Raises Refused for a time budget outside [1e-2, 1e6], and for more than one.
    """
    checks.instance("scheme", scheme, Scheme)
    return _optimum(scheme, checks.number("time_budget", time_budget, TIME_BUDGET.what))


@lru_cache(maxsize=4096)  # what a scheme contains, others contain, too
def _optimum(scheme: Scheme, budget: float) -> Best:
    space = space_of(scheme)
    if scheme.transit and scheme.readout == "own" and space.chirality == 1:  # a delay only moves the clock of node 2
        at_once = _optimum(evolve(scheme, transit=0.0), budget)
        if at_once.time_2 + scheme.transit <= budget:
            return replace(at_once, time_2=at_once.time_2 + scheme.transit)
    inner = [_optimum(evolve(scheme, scheme=name), budget) for name in _CONTAINED.get(scheme.scheme, ())]
    if scheme.transit and space.chirality is not None and space.chirality < 1:  # good where nothing returns in time
        inner.append(_optimum(evolve(scheme, scheme=_ONE_WAY.get(scheme.scheme, scheme.scheme), chirality=1.0), budget))
    low, high = space.box(budget)
    fast = scheme.at_once or _shifted(scheme)
    scan = _spread(space, low, high, _SCANNED[len(low)] if fast else _SCANNED_LATE)
    values, times = _scanned(scheme, space.parts(scan), budget)
    slow = scheme.dephasing > 0 or not scheme.at_once
    chosen = apart(scan, values, _CLIMBS_SLOW if slow else _CLIMBS)
    starts = list(np.hstack([scan, np.log(np.maximum(times, _EARLIEST))])[chosen])
    count = times.shape[1]
    for best in inner:  # what is best in a smaller scheme may be a saddle of the larger one
        place = np.append(
            space.place(*_parts(best)), np.log(np.maximum((best.time_1, best.time_2)[-count:], _EARLIEST))
        )
        nudge = np.append(np.full(len(low), _NUDGE), np.zeros(count))
        starts += [place, place + nudge, place - nudge]
    bounds = np.append(low, np.full(count, np.log(_EARLIEST))), np.append(high, np.full(count, np.log(budget)))

    def concurrence(places: Floats) -> Floats:
        return _at(scheme, space.parts(places[:, :-count]), np.exp(places[:, -count:]))

    found = highest(concurrence, np.array(starts), *bounds, finalists=_FINALISTS if slow else len(starts))
    parts = space.parts(found.place[None, :-count])
    value, times = found.value, np.exp(found.place[-count:])
    if scheme.readout == "common":  # over all times, whatever peak the climb was on
        value, time = _peaks(scheme, parts, np.array([budget]))[:, 0]
        times = np.array([time])
    first, second, rate_1, rate_2, chirality = (float(part[0]) for part in parts)
    return Best(
        concurrence=float(value), time_1=float(times[0]), time_2=float(times[-1]), coupling_1=first, coupling_2=second,
        rate_1=rate_1, rate_2=rate_2, best_chirality=chirality, agreeing=found.agreeing, climbs=found.climbs,
        converged=bool(found.settled and abs(value - found.value) < 1e-9),
    )  # fmt: skip


def design(scheme: Scheme, *, time_budget: TimeBudget) -> Design:
    """As `global_optimum`, errors included, with the change of each coupling that costs 1 % of the concurrence.

    Raises Refused for a scheme with a transit time or with storage, too.
    """
    best = global_optimum(scheme, time_budget=time_budget)
    if scheme.readout == "own":
        raise Refused("readout must be common for a tolerance, but is own")
    budget = np.float64(checks.number("time_budget", time_budget, TIME_BUDGET.what))
    varied = (2, 3) if scheme.scheme == "bare" else (0, 1)  # of the parts

    def kept(part: int, factors: Floats) -> NDArray[np.bool_]:
        parts = [np.full(len(factors), value) for value in _parts(best)]
        parts[part] = parts[part] * factors
        return _peaks(scheme, parts, np.full(len(factors), budget))[0] >= (1 - _COST) * best.concurrence

    def tolerance(part: int) -> float:
        """The first change at which too little is left: among 64 on a logarithmic scale, then between two of these."""
        low, high = 1e-6, 1.0
        for _ in range(4):
            changes = np.geomspace(low, high, 64)
            good = kept(part, 1 + changes) & kept(part, 1 - changes)
            first = int(np.argmin(good))  # the last one, which takes a coupling away, is never good
            low, high = changes[max(first - 1, 0)], changes[first]
        return float(high)

    return Design(**asdict(best), tolerance_1=tolerance(varied[0]), tolerance_2=tolerance(varied[1]))


@dataclass(frozen=True)
class DelayedOptimum:
    """The best couplings with a delay; the shape of the broadcast arguments. Counts and `converged` as in `Best`."""

    concurrence: Floats = column(metadata={"quantity": CONCURRENCE})
    stored_1: Floats = column(metadata=about("1/gamma_R1", "when atom 1 is read out or stored"))
    stored_2: Floats = column(metadata=about("1/gamma_R1", "when atom 2 is read out or stored"))
    g1: Floats = column(metadata={"quantity": G1})
    g2: Floats = column(metadata={"quantity": G2})
    agreeing: NDArray = column(metadata=about("", "number of climbs that reached the same concurrence"))
    climbs: NDArray = column(metadata=about("", "number of climbs"))
    converged: NDArray = column(metadata=about("", "whether the climb to the optimum settled"))


def delayed_optimum(
    *,
    chirality: Annotated[ArrayLike, CHIRALITY],
    delay: Delay,
    readout: Annotated[ArrayLike, READOUT],
    window: Window,
) -> DelayedOptimum:
    """`global_optimum` of two nodes with equal rates, a delay and D = lambda / 2, in units of gamma_R. All broadcast.

    Raises Refused for a chirality outside [0, 1], a delay outside [0, 500] and a window outside [1e-2, 5e5].
    """
    arrays = checks.broadcast({
        "chirality": CHIRALITY.checked("chirality", chirality), "delay": checks.real("delay", delay, _DELAY),
        "readout": READOUT.checked("readout", readout), "window": checks.real("window", window, _WINDOW),
    })  # fmt: skip
    checks.not_empty(arrays["window"].shape)
    rows = []
    for chi, tau, word, end in zip(*(array.ravel().tolist() for array in arrays.values()), strict=True):
        total = 2 / (1 + chi)  # gamma_R + gamma_L in gamma_R
        scheme = Scheme(scheme="equal_rates", chirality=chi, transit=tau * total, readout=word)
        best = global_optimum(scheme, time_budget=end * total)
        rows.append((
            best.concurrence, best.time_1 / total, best.time_2 / total, best.coupling_1 * total,
            best.coupling_2 * total, best.agreeing, best.climbs, best.converged,
        ))  # fmt: skip
    shape = arrays["window"].shape
    return DelayedOptimum(*(np.array(values).reshape(shape)[()] for values in zip(*rows, strict=True)))


def _parts(best: Best) -> tuple[float, ...]:
    return best.coupling_1, best.coupling_2, best.rate_1, best.rate_2, best.best_chirality


def _spread(space: Space, low: Floats, high: Floats, count: int) -> Floats:
    """Places of a scan, shape (count, d). Every other one has couplings of like size, as optima tend to have."""
    unit = evenly_spread(count, len(low))
    places = low + (high - low) * unit
    if space.cavities:
        alike = places[::2, 0] + np.log(_ALIKE) * (2 * unit[::2, 1] - 1)
        places[::2, 1] = np.clip(alike, low[1], high[1])
    return places


def _windows(scheme: Scheme, parts: Sequence[Floats], budget: float) -> Floats:
    """Latest times of a scan, shape (n,). Late returns of what is fast are left out, even where all else is slow."""
    first, second, rate_1, rate_2, _ = parts
    slowest, returned = np.minimum(rate_1, rate_2), _TRANSITS * scheme.transit
    early = np.minimum(budget, _SLOW / slowest + returned)
    if scheme.scheme == "bare":
        return early
    weaker, stronger = np.minimum(first, second), np.maximum(first, second)
    late = np.minimum(budget, _SLOW / np.minimum(slowest, weaker * np.minimum(1, weaker)) + returned)
    return np.maximum(early, np.minimum(late, _PERIODS * budget / np.maximum(1, stronger)))


def _scanned(scheme: Scheme, parts: Sequence[Floats], budget: float) -> tuple[Floats, Floats]:
    """Highest concurrences, shape (n,), and times, shape (n, 1), or (n, 2) with storage: good enough to start from.

    Dephasing is taken as a loss of amplitude, without what it leaves behind.
    """
    windows = _windows(scheme, parts, budget)
    if scheme.readout == "own":
        late = _retarded(scheme, parts)
        found = np.empty((3, len(windows)))
        scan_both(late.generators, late.delayed, late.delays, late.emits, late.rates, windows, found)
        return found[0], found[1:].T
    if _shifted(scheme):
        times = scheme.transit + np.linspace(0, 1, _TIMES_SHIFTED) * np.maximum(windows - scheme.transit, 0)[:, None]
        each = [np.repeat(part, _TIMES_SHIFTED) for part in parts]
        values = _at(scheme, each, times.reshape(-1, 1)).reshape(times.shape)
        best = values.argmax(axis=1)[:, None]
        return np.take_along_axis(values, best, axis=1)[:, 0], np.take_along_axis(times, best, axis=1)
    if scheme.transit:
        late, found = _retarded(scheme, parts), np.empty((2, len(windows)))
        scan_common(late.generators, late.delayed, late.delays, late.emits, late.rates, windows, found)
        return found[0], found[1][:, None]
    lossy = evolve(scheme, atomic_decay=scheme.atomic_decay + 2 * scheme.dephasing, dephasing=0.0)
    shape = (len(windows), _TIMES + 1)
    found, norm = np.empty(shape), np.empty(shape)
    coherences(_generators(lossy, parts) * windows[:, None, None], 1 / _TIMES, found, norm)
    found = np.abs(found)
    best = found.argmax(axis=1)
    return 2 * found.max(axis=1), (np.maximum(best, 1) / _TIMES * windows)[:, None]


def _peaks(scheme: Scheme, parts: Sequence[Floats], windows: Floats) -> Floats:
    """Peaks at a common time and their times, shape (2, n)."""
    out = np.empty((2, len(windows)))
    if scheme.transit:
        late = _retarded(scheme, parts)
        highest_retarded(late.generators, late.delayed, late.delays, late.emits, late.rates, windows, out)
        return out
    generators = _generators(scheme, parts)
    if scheme.dephasing:
        return highest_dephased(generators, np.full(len(generators), scheme.dephasing), windows)
    highest_peaks(generators, ATOM_1, 2.0, windows, out)
    return out


def _at(scheme: Scheme, parts: Sequence[Floats], times: Floats) -> Floats:
    """Concurrences, shape (n,), at a common time, (n, 1), or at both times of storage, (n, 2)."""
    if _shifted(scheme):
        generators, out = _generators(scheme, parts), np.empty((2, len(times), 4))
        states(generators, times[:, 0].copy(), out[0])
        states(generators, np.maximum(times[:, 0] - scheme.transit, 0), out[1])
        return 2 * np.abs(out[0, :, 0] * out[1, :, 1])
    if not scheme.at_once:
        return np.nan_to_num(concurrence_at(_retarded(scheme, parts), times[:, 0].copy(), times[:, -1].copy()))
    generators = _generators(scheme, parts)
    if scheme.dephasing:
        return dephased_at(generators, np.full(len(generators), scheme.dephasing), times[:, 0])
    out = np.empty((len(generators), 4))
    states(generators, times[:, 0].copy(), out)
    return 2 * np.abs(out[:, 0] * out[:, 1])


def _shifted(scheme: Scheme) -> bool:
    """Whether nothing returns: then a delay only moves the clock of node 2, C = 2 |c_eg(t) c_ge(t - tau)|."""
    return scheme.transit > 0 and scheme.readout == "common" and space_of(scheme).chirality == 1


def _retarded(scheme: Scheme, parts: Sequence[Floats]) -> Retarded:
    _, _, rate_1, rate_2, chirality = parts
    rates = np.stack([rate_1 * (1 + chirality) / 2, rate_2 * (1 - chirality) / 2], axis=1)
    alone = np.full((len(rates), 2), -scheme.atomic_decay / 2)
    emits = 0 if scheme.scheme == "bare" else 2
    return split(_generators(scheme, parts), alone, rates, np.full(len(rates), scheme.transit), emits=emits)


def _generators(scheme: Scheme, parts: Sequence[Floats]) -> Floats:
    """Generators of `Network` or `BareNetwork`, real since D = lambda / 2; shape (n, 4, 4)."""
    first, second, rate_1, rate_2, chirality = parts
    right, left = (np.sqrt(rate_1 * rate_2) * (1 + sign * chirality) / 2 for sign in (1, -1))
    a = np.zeros((len(first), 4, 4))
    if scheme.scheme == "bare":
        a[:, 0, 0], a[:, 1, 1] = -(rate_1 + scheme.atomic_decay) / 2, -(rate_2 + scheme.atomic_decay) / 2
        a[:, 1, 0], a[:, 0, 1] = right, left
        return a
    a[:, 0, 0] = a[:, 1, 1] = -scheme.atomic_decay / 2
    a[:, 2, 2], a[:, 3, 3] = -(rate_1 + scheme.cavity_loss) / 2, -(rate_2 + scheme.cavity_loss) / 2
    a[:, 2, 0], a[:, 0, 2] = first, -first
    a[:, 3, 1], a[:, 1, 3] = second, -second
    a[:, 3, 2], a[:, 2, 3] = -right, -left
    return a
