"""Concurrence averaged over random detunings, in the three senses that "average" can have."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.interpolate import CubicSpline
from scipy.stats import qmc

from qnet import checks
from qnet.chiral.network import Network
from qnet.chiral.peak import highest_concurrence
from qnet.chiral.propagator import coherences

REPLICATES = 8
RUNS = 20
_TIME_STEP = 0.1
_FIRST_HORIZON = 40.0

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class DisorderedPeak:
    """Averages of the concurrence over random detunings, each with its standard error; shape of the arguments.

    mean_peak: mean over the runs of each run's C_max, which is what Mok et al. plot.
    peak_sd: standard deviation of C_max of a single run.
    runs_mean: mean C_max of only RUNS = 20 random runs, as in the paper.
    peak_mean: maximum over time of the mean C(t): all runs read out at one time.
    peak_state: maximum over time of the concurrence of the averaged state: nobody knows the detunings.
    """

    mean_peak: Floats
    mean_peak_se: Floats
    peak_sd: Floats
    runs_mean: Floats
    peak_mean: Floats
    peak_mean_se: Floats
    peak_state: Floats
    peak_state_se: Floats


def disordered_peak(
    *,
    g1: ArrayLike,
    g2: ArrayLike,
    width_a1: ArrayLike = 0.0,
    width_a2: ArrayLike = 0.0,
    width_c1: ArrayLike = 0.0,
    width_c2: ArrayLike = 0.0,
    samples: ArrayLike = 256,
    seed: ArrayLike,
) -> DisorderedPeak:
    """Averages over detunings uniform in [-width/2, width/2], for a cascaded network with gamma_R1 = gamma_R2 = 1.

    width_a1 ... width_c2: width for the frequency of atom 1, atom 2, cavity 1, cavity 2, drawn independently.
    samples: points per replicate, a power of two; 8 independently scrambled Sobol sequences give mean and error.
    Source: Mok et al., Sec. IV C, Fig. 5. Raises ValueError for a negative width, samples that are not a power of
    two or a seed that is not a non-negative integer.
    """
    arrays = checks.broadcast(
        {
            "g1": checks.real("g1", g1, checks.FINITE),
            "g2": checks.real("g2", g2, checks.FINITE),
            "width_a1": checks.real("width_a1", width_a1, checks.NOT_NEGATIVE),
            "width_a2": checks.real("width_a2", width_a2, checks.NOT_NEGATIVE),
            "width_c1": checks.real("width_c1", width_c1, checks.NOT_NEGATIVE),
            "width_c2": checks.real("width_c2", width_c2, checks.NOT_NEGATIVE),
            "samples": checks.whole("samples", samples),
            "seed": checks.whole("seed", seed),
        }
    )
    for count in np.unique(arrays["samples"]):
        if count < 1 or count & (count - 1):
            raise ValueError(f"samples must be a power of two, but is {count}")
    g1, g2, a1, a2, c1, c2, counts, seeds = (array.ravel() for array in arrays.values())
    widths = np.stack([a1, a2, c1, c2], axis=-1)
    rows = [_average(*row) for row in zip(g1, g2, widths, counts, seeds, strict=True)]
    shape = arrays["g1"].shape
    return DisorderedPeak(*(np.array(column).reshape(shape)[()] for column in zip(*rows, strict=True)))


def _average(g1: float, g2: float, widths: Floats, samples: int, seed: int) -> tuple[float, ...]:
    scrambling, random = np.random.SeedSequence(int(seed)).spawn(2)
    few = _network(g1, g2, widths * (np.random.default_rng(random).random((RUNS, 4)) - 0.5))
    runs_mean = float(np.mean(highest_concurrence(few).concurrence))

    unit = [qmc.Sobol(4, rng=np.random.default_rng(s)).random(samples) for s in scrambling.spawn(REPLICATES)]
    network = _network(g1, g2, widths * (np.concatenate(unit) - 0.5))
    peaks = np.asarray(highest_concurrence(network).concurrence)
    mean_peak = peaks.reshape(REPLICATES, samples).mean(axis=1)

    times, z, size = _replicate_curves(network)
    peak_time = _peak_time(times, size.mean(axis=0))
    peak_mean = CubicSpline(times, size, axis=1)(peak_time)
    state_time = _peak_time(times, np.abs(z.mean(axis=0)))
    at_peak = CubicSpline(times, z, axis=1)(state_time)
    direction = np.conj(at_peak.mean()) / np.abs(at_peak.mean()) if at_peak.mean() else 1.0
    peak_state = (at_peak * direction).real

    estimates = [(x.mean(), x.std(ddof=1) / np.sqrt(REPLICATES)) for x in (mean_peak, peak_mean, peak_state)]
    (mean, mean_se), (of_mean, of_mean_se), (of_state, of_state_se) = estimates
    return mean, mean_se, peaks.std(ddof=1), runs_mean, of_mean, of_mean_se, of_state, of_state_se


def _network(g1: float, g2: float, detunings: Floats) -> Network:
    a1, a2, c1, c2 = detunings.T
    return Network(g1=g1, g2=g2, delta_a1=a1, delta_a2=a2, delta_c1=c1, delta_c2=c2)


def _replicate_curves(network: Network) -> tuple[Floats, NDArray[np.complex128], Floats]:
    """Times, and per replicate the means of 2 z(t) and of |2 z(t)| up to where the norm rules out a later maximum."""
    generators = network.generator()
    horizon = _FIRST_HORIZON
    while True:
        times = np.arange(0, horizon, _TIME_STEP)
        z = np.empty((len(generators), len(times)), dtype=np.complex128)
        norm = np.empty(z.shape)
        coherences(generators, _TIME_STEP, z, norm)
        by_replicate = 2 * z.reshape(REPLICATES, -1, len(times))
        state, size = by_replicate.mean(axis=1), np.abs(by_replicate).mean(axis=1)
        if norm[:, -1].mean() <= np.abs(state.mean(axis=0)).max():
            return times, state, size
        horizon *= 2


def _peak_time(times: Floats, curve: Floats) -> float:
    spline = CubicSpline(times, curve)
    candidates = np.append(spline.derivative().roots(extrapolate=False), times)
    return float(candidates[np.argmax(spline(candidates))])
