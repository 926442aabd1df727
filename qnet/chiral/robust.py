"""Couplings that are best where frequencies are random: the largest mean concurrence, beside what ideal ones give.

Two nodes with equal rates on a perfectly chiral waveguide, gamma_R1 = gamma_R2 = 1, whose atoms or cavities have
detunings that are uniform in [-width/2, width/2], as in Mok et al., Sec. IV C, Fig. 5. The mean is that of each run's
largest concurrence, each at its own best time. It is maximised over one set of detunings, climbing from the best of a
scan, and estimated with others, which the search has not seen. Couplings depend on that set where the mean is flat: by
a per cent or two, and by tens of per cent where only cavities are detuned by more than gamma_R; the mean does not.
"""

from dataclasses import dataclass
from dataclasses import field as column
from functools import lru_cache
from typing import Annotated

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qnet import checks
from qnet.chiral.climb import apart, climb, evenly_spread, highest
from qnet.chiral.disorder import Samples, checked_samples, estimate, replicate_peaks
from qnet.chiral.global_optimum import global_optimum
from qnet.chiral.network import G1, G2, RATE
from qnet.chiral.schemes import Scheme
from qnet.records import Floats, Quantity, about

_DETUNED = {"atoms": (1.0, 1.0, 0.0, 0.0), "cavities": (0.0, 0.0, 1.0, 1.0), "both": (1.0, 1.0, 1.0, 1.0)}
_WIDTH: checks.Rule = ("must lie in [0, 3]", lambda x: (x >= 0) & (x <= 3))
DETUNED = Quantity("", "whose frequencies are random, in both nodes", tuple(_DETUNED))
WIDTH = Quantity(RATE, "full width of each uniform detuning", _WIDTH)

_WEAKEST, _STRONGEST = 0.02, 5.0  # for widths up to 3; beyond, stronger ones would be best
_SCANNED, _OF_SCAN = 300, 2  # places, and points per replicate there
_CLIMBS, _ROUNDS, _FINALISTS, _OF_CLIMB = 6, 5, 3, 16
_OF_FIRST = 4  # points per replicate in the first rounds of all climbs
_ROUNDING = 1e-12
_FOREVER = 1e4  # the ideal couplings are those without a limit of time


@dataclass(frozen=True)
class RobustOptimum:
    """The best couplings under random detunings, beside the ideal ones; the shape of the broadcast arguments.

    mean_peak: mean largest concurrence at g1, g2; ideal_mean_peak: the same at the couplings that are best without
    detunings; gain: by how much the former is larger, from the same detunings. Standard errors are from the scatter of
    8 replicates. agreeing, climbs: how many climbs reached the same mean to 1e-9. converged: whether the best settled.
    """

    g1: Floats = column(metadata={"quantity": G1})
    g2: Floats = column(metadata={"quantity": G2})
    mean_peak: Floats = column(metadata=about("1", "mean largest concurrence at these couplings"))
    mean_peak_se: Floats = column(metadata=about("1", "standard error of mean_peak"))
    ideal_mean_peak: Floats = column(metadata=about("1", "the same at the couplings that are best without detunings"))
    ideal_mean_peak_se: Floats = column(metadata=about("1", "standard error of ideal_mean_peak"))
    gain: Floats = column(metadata=about("1", "mean_peak - ideal_mean_peak"))
    gain_se: Floats = column(metadata=about("1", "standard error of gain"))
    agreeing: NDArray = column(metadata=about("", "number of climbs that reached the same mean"))
    climbs: NDArray = column(metadata=about("", "number of climbs"))
    converged: NDArray = column(metadata=about("", "whether the climb to the optimum settled"))


def robust_optimum(
    *,
    detuned: Annotated[ArrayLike, DETUNED],
    width: Annotated[ArrayLike, WIDTH],
    samples: Samples = 256,
    seed: ArrayLike,
) -> RobustOptimum:
    """Couplings, between 0.02 and 5, with the largest mean concurrence under random detunings. All broadcast.

    detuned: whether the frequencies of the atoms, of the cavities or of both are random, each by itself, in both nodes.
    samples: points of each of 8 scrambled Sobol sequences in the estimates; the search has 16 in each of 8 others.
    Raises Refused for a width outside [0, 3], for samples that are not a power of two up to 65536, and for a seed that
    is not a non-negative integer.
    """
    arrays = checks.broadcast({
        "detuned": DETUNED.checked("detuned", detuned), "width": WIDTH.checked("width", width),
        "samples": checked_samples(samples), "seed": checks.whole("seed", seed),
    })  # fmt: skip
    checks.not_empty(arrays["seed"].shape)
    rows = [_optimum(*row) for row in zip(*(array.ravel().tolist() for array in arrays.values()), strict=True)]
    shape = arrays["seed"].shape
    return RobustOptimum(*(np.array(values).reshape(shape)[()] for values in zip(*rows, strict=True)))


def _optimum(detuned: str, width: float, samples: int, seed: int) -> tuple[float | bool, ...]:
    widths = width * np.array(_DETUNED[detuned])

    def peaks(places: Floats, samples: int, stream: int) -> Floats:
        g1, g2 = np.exp(places).T
        return replicate_peaks(g1, g2, widths, samples, (seed, stream))

    def mean(places: Floats, samples: int = _OF_CLIMB) -> Floats:
        return peaks(places, samples, 0).mean(axis=(-1, -2))

    ideal = np.log(_ideal())
    low, high = np.full(2, np.log(_WEAKEST)), np.full(2, np.log(_STRONGEST))
    scan = low + (high - low) * evenly_spread(_SCANNED, 2)
    starts = np.vstack([scan[apart(scan, mean(scan, _OF_SCAN), _CLIMBS - 1)], ideal])
    places, _, _ = climb(lambda at: mean(at, _OF_FIRST), starts, low, high, rounds=_ROUNDS)
    best_few = np.argsort(-mean(places), kind="stable")[:_FINALISTS]
    found = highest(mean, places[best_few], low, high)
    place = found.place if found.value > mean(ideal[None])[0] + _ROUNDING else ideal
    best, before = (peaks(at, samples, 1).mean(axis=1) for at in (place, ideal))
    g1, g2 = np.exp(place).tolist()
    estimates = *estimate(best), *estimate(before), *estimate(best - before)
    return g1, g2, *estimates, found.agreeing, found.climbs, found.settled


@lru_cache(maxsize=1)
def _ideal() -> tuple[float, float]:
    best = global_optimum(Scheme(scheme="equal_rates"), time_budget=_FOREVER)
    return best.coupling_1, best.coupling_2
