"""Concurrence averaged over random detunings, in the three senses that "average" can have."""

from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import field as column
from functools import lru_cache
from typing import Annotated

import numpy as np
from attrs import asdict, field, frozen
from numpy.typing import ArrayLike, NDArray

from qnet import checks
from qnet.chiral.network import G1, G2, RATE, Network, atom_2_reached
from qnet.chiral.peak import highest_concurrence
from qnet.chiral.propagator import coherences
from qnet.errors import Refused
from qnet.records import Arrays, Floats, Quantity, about, array, words

REPLICATES = 8
RUNS = 20
_TIME_STEP = 0.1
_FIRST_HORIZON = 40.0
_LAST_HORIZON = 3000.0
_MOST_SAMPLES = 65_536
_MOST_NUMBERS = 1e8  # kept of all curves: 2.4 GB
_NODES = {"both": (1.0, 1.0), "first": (1.0, 0.0), "second": (0.0, 1.0)}

SAMPLES = Quantity("1", "points per replicate", int)

Samples = Annotated[ArrayLike, SAMPLES]
Seed = int | tuple[int, int]


@frozen(kw_only=True, eq=False)
class DisorderedNetwork(Arrays):
    """Two nodes on a perfectly chiral waveguide, gamma_R1 = gamma_R2 = 1, with random detunings. Fields broadcast.

    Every frequency is drawn by itself, uniformly in [-width/2, width/2]. Mok et al., Sec. IV C.
    width_atoms, width_cavities: full widths of the detunings of the atoms and of the cavities.
    nodes: the nodes whose frequencies are random: "both", "first" or "second".
    Raises Refused for a negative width, and for a coupling that is not finite or beyond 1e9 in size.
    """

    g1: Floats = field(converter=array, metadata={"quantity": G1})
    g2: Floats = field(converter=array, metadata={"quantity": G2})
    width_atoms: Floats = field(
        default=0.0,
        converter=array,
        metadata=about(RATE, "full width of the uniform detuning of each atom", checks.NOT_NEGATIVE_TO_1E9),
    )
    width_cavities: Floats = field(
        default=0.0,
        converter=array,
        metadata=about(RATE, "full width of the uniform detuning of each cavity", checks.NOT_NEGATIVE_TO_1E9),
    )
    nodes: NDArray[np.str_] = field(
        default="both", converter=words, metadata=about("", "whose frequencies are random", tuple(_NODES))
    )


@dataclass(frozen=True)
class DisorderedPeak:
    """Mean over runs of each run's own C_max, with its standard error; the shape of the broadcast arguments.

    peak_sd: standard deviation of C_max of a single run.
    runs_mean: mean C_max of only RUNS = 20 pseudo-random runs, as many as in the paper.
    """

    mean_peak: Floats = column(metadata=about("1", "mean over detunings of the largest concurrence of each run"))
    mean_peak_se: Floats = column(metadata=about("1", "standard error of mean_peak"))
    peak_sd: Floats = column(metadata=about("1", "standard deviation of the largest concurrence of one run"))
    runs_mean: Floats = column(metadata=about("1", "mean largest concurrence of 20 random runs"))


@dataclass(frozen=True)
class DisorderedReadout:
    """Concurrence when all runs are read out at one time, with standard errors; the shape of the broadcast arguments.

    peak_mean: maximum over time of the mean of C(t): the detunings of each run are known, but not used.
    peak_state: maximum over time of the concurrence of the averaged state: the detunings are not known.
    """

    peak_mean: Floats = column(metadata=about("1", "largest value over time of the mean concurrence"))
    peak_mean_se: Floats = column(metadata=about("1", "standard error of peak_mean"))
    peak_state: Floats = column(metadata=about("1", "largest concurrence over time of the averaged state"))
    peak_state_se: Floats = column(metadata=about("1", "standard error of peak_state"))


def disordered_peak(network: DisorderedNetwork, *, samples: Samples = 256, seed: ArrayLike) -> DisorderedPeak:
    """Mean over the random detunings of max_t C(t). Mok et al., Sec. IV C, Fig. 5.

    samples: number of points of each of 8 independently scrambled Sobol sequences, a power of two up to 65536. The
    scatter of the 8 sequences gives the standard error.
    The network, samples and seed broadcast against each other. Raises Refused for samples that are not a power of two,
    and for a seed that is not a non-negative integer.
    """
    rows, shape = _rows(_mean_peak, network, samples, seed)
    return DisorderedPeak(*(np.array(values).reshape(shape)[()] for values in zip(*rows, strict=True)))


def disordered_readout(network: DisorderedNetwork, *, samples: Samples = 256, seed: ArrayLike) -> DisorderedReadout:
    """Maxima over time of the averaged C(t) and of C of the averaged state; all else as in `disordered_peak`."""
    rows, shape = _rows(_readout, network, samples, seed)
    return DisorderedReadout(*(np.array(values).reshape(shape)[()] for values in zip(*rows, strict=True)))


def _rows(
    average: Callable[..., tuple[float, ...]], network: DisorderedNetwork, samples: Samples, seed: ArrayLike
) -> tuple[list[tuple[float, ...]], tuple[int, ...]]:
    checks.instance("network", network, DisorderedNetwork)
    numbers = {"samples": checked_samples(samples), "seed": checks.whole("seed", seed)}
    arrays = checks.broadcast(asdict(network) | numbers)
    checks.not_empty(arrays["seed"].shape)
    columns = [values.ravel().tolist() for values in arrays.values()]
    rows = [
        average(g1, g2, np.outer([atoms, cavities], _NODES[nodes]).ravel(), samples, seed)
        for g1, g2, atoms, cavities, nodes, samples, seed in zip(*columns, strict=True)
    ]
    return rows, arrays["seed"].shape


def checked_samples(samples: ArrayLike) -> NDArray:
    counts = SAMPLES.checked("samples", samples)
    for count in np.unique(counts).tolist():
        if not 1 <= count <= _MOST_SAMPLES or count & (count - 1):
            raise Refused(f"samples must be a power of two, {_MOST_SAMPLES} at most, but is {count}")
    return counts


def _mean_peak(g1: float, g2: float, widths: Floats, samples: int, seed: int) -> tuple[float, ...]:
    peaks = replicate_peaks(g1, g2, widths, samples, seed)
    few = np.random.default_rng([seed, RUNS]).random((RUNS, 4))
    runs = np.asarray(highest_concurrence(_network(g1, g2, widths, few)).concurrence)
    mean, error = estimate(peaks.mean(axis=1))
    return mean, error, float(peaks.std(ddof=1)), float(runs.mean())


def _readout(g1: float, g2: float, widths: Floats, samples: int, seed: int) -> tuple[float, ...]:
    network = _replicates(g1, g2, widths, samples, seed)
    if not atom_2_reached(network.generator()).any():
        return 0.0, 0.0, 0.0, 0.0
    from scipy.interpolate import CubicSpline

    times, state, size = _replicate_curves(network)
    best = _peak_time(times, size.mean(axis=0))
    of_mean = estimate(CubicSpline(times, size, axis=1)(best))

    best = _peak_time(times, np.abs(state.mean(axis=0)))
    at_peak = CubicSpline(times, state, axis=1)(best)
    along = np.exp(-1j * np.angle(at_peak.mean()))
    return *of_mean, *estimate((at_peak * along).real)


def estimate(means: Floats) -> tuple[float, float]:
    """Mean of the replicates' means, and its standard error."""
    return float(means.mean()), float(means.std(ddof=1) / np.sqrt(REPLICATES))


def replicate_peaks(g1: ArrayLike, g2: ArrayLike, widths: Floats, samples: int, seed: Seed) -> Floats:
    """The largest concurrence of every run, shape (..., 8, samples), for couplings of shape (...).

    widths: of the detunings of a1, a2, c1 and c2.
    """
    g1, g2 = np.asarray(g1)[..., None], np.asarray(g2)[..., None]
    peaks = np.asarray(highest_concurrence(_replicates(g1, g2, widths, samples, seed)).concurrence)
    return peaks.reshape(*peaks.shape[:-1], REPLICATES, samples)


def _replicates(g1: ArrayLike, g2: ArrayLike, widths: Floats, samples: int, seed: Seed) -> Network:
    return _network(g1, g2, widths, _scrambled(samples, seed))


@lru_cache(maxsize=8)
def _scrambled(samples: int, seed: Seed) -> Floats:
    """Points of all replicates in the unit cube, one after the other; shape (8 samples, 4)."""
    from scipy.stats import qmc  # half a second, which only averages need

    return np.concatenate([
        qmc.Sobol(4, rng=np.random.default_rng(child)).random(samples)
        for child in np.random.SeedSequence(seed).spawn(REPLICATES)
    ])  # fmt: skip


def _network(g1: ArrayLike, g2: ArrayLike, widths: Floats, uniform: Floats) -> Network:
    a1, a2, c1, c2 = (widths * (uniform - 0.5)).T
    return Network(g1=g1, g2=g2, delta_a1=a1, delta_a2=a2, delta_c1=c1, delta_c2=c2)


def _replicate_curves(network: Network) -> tuple[Floats, NDArray[np.complex128], Floats]:
    """Times, and per replicate the means of 2 z(t) and of |2 z(t)| up to where the norm rules out a later maximum."""
    generators = network.generator()
    step = _TIME_STEP / max(1.0, np.linalg.norm(generators, axis=(1, 2)).max() / 2)
    horizon = _FIRST_HORIZON
    while True:
        if (numbers := len(generators) * horizon / step) > _MOST_NUMBERS:
            raise Refused(
                f"g1, g2 and the widths must let {_MOST_NUMBERS:g} numbers follow the curves, but need {numbers:.3g}"
            )
        times = np.arange(0, horizon, step)
        z = np.empty((len(generators), len(times)), dtype=np.complex128)
        norm = np.empty(z.shape)
        coherences(generators, step, z, norm)
        by_replicate = 2 * z.reshape(REPLICATES, -1, len(times))
        state, size = by_replicate.mean(axis=1), np.abs(by_replicate).mean(axis=1)
        if norm[:, -1].mean() <= np.abs(state.mean(axis=0)).max():
            return times, state, size
        horizon *= 2
        if horizon > _LAST_HORIZON:
            raise Refused(
                f"g1 and g2 must let the averaged concurrence peak before {_LAST_HORIZON:g} / gamma_R, but do not"
            )


def _peak_time(times: Floats, curve: Floats) -> float:
    from scipy.interpolate import CubicSpline

    spline = CubicSpline(times, curve)
    roots = spline.derivative().roots(extrapolate=False)
    candidates = np.append(roots[np.isfinite(roots)], times)  # NaN where the curve is flat
    return float(candidates[np.argmax(spline(candidates))])
