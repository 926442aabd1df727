"""Couplings and rates that maximise the peak concurrence: one local optimum from each start, polished to rounding.

At a peak time inside the window dC/dt = 0, so the gradient of C_max is the partial derivative of C at that time
(and at the window's end the time is fixed): no derivative of the peak time is needed. It is computed exactly, from
the derivative of exp(A t) along dA, so the optimum is found as a root of the gradient, to far more digits than the
values near a flat maximum could give.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qnet import checks
from qnet.chiral.network import BareNetwork, Network, with_dark_mode
from qnet.chiral.peak import unsettled_window
from qnet.chiral.propagator import evolve_tangent, highest_peaks
from qnet.chiral.symmetric import DISTANCE, symmetric_network

_CLIMB: Any = {"ftol": 0.0, "gtol": 1e-6, "maxiter": 500}
_NEARLY_SETTLED, _SETTLED = 1e-3, 1e-7
_SEARCHED = (1e-5, 1e2)
_POSSIBLE = (1e-100, 1e8)
_TINY = 1e-300


@dataclass(frozen=True)
class Optimum:
    """A local maximum of C_max for each start; the shape of the broadcast arguments.

    concurrence, time: the peak there. g1, g2, gamma_r2: where it is, in units of gamma_R1.
    converged: whether the gradient of log C by the logarithms vanishes there (below 1e-7); false where the
    ascent ran off to the edge of the box that is searched, 1e-5 to 100 for each value.
    """

    concurrence: NDArray[np.float64]
    time: NDArray[np.float64]
    g1: NDArray[np.float64]
    g2: NDArray[np.float64]
    gamma_r2: NDArray[np.float64]
    converged: NDArray[np.bool_]


@dataclass(frozen=True)
class BareOptimum:
    """As `Optimum`, without cavities."""

    concurrence: NDArray[np.float64]
    time: NDArray[np.float64]
    gamma_r2: NDArray[np.float64]
    converged: NDArray[np.bool_]


def local_optimum(
    *,
    start_g1: ArrayLike,
    start_g2: ArrayLike,
    start_gamma_r2: ArrayLike = 1.0,
    equal_rates: ArrayLike = True,
    chirality: ArrayLike = 1.0,
    distance_wavelengths: ArrayLike = 0.0,
    decay: ArrayLike = 0.0,
    window: ArrayLike = np.inf,
) -> Optimum:
    """Local maximum of C_max(g1, g2[, gamma_R2]) uphill of each start. Mok et al., Secs. III and V, Table I.

    Starts are positive, in units of gamma_R1; gamma_R2 is optimised too unless `equal_rates`, which keeps it at
    gamma_R1 whatever its start. Other arguments, and errors, as in `symmetric_network` and `peak_concurrence`.
    """
    arrays = checks.broadcast(
        {
            "start_g1": checks.real("start_g1", start_g1, checks.POSITIVE),
            "start_g2": checks.real("start_g2", start_g2, checks.POSITIVE),
            "start_gamma_r2": checks.real("start_gamma_r2", start_gamma_r2, checks.POSITIVE),
            "equal_rates": checks.flag("equal_rates", equal_rates),
            "chirality": checks.real("chirality", chirality, checks.PROBABILITY),
            "distance_wavelengths": checks.real("distance_wavelengths", distance_wavelengths, DISTANCE),
            "decay": checks.real("decay", decay, checks.NOT_NEGATIVE_TO_1E9),
            "window": checks.real("window", window, checks.POSITIVE_OR_INF),
        }
    )

    def climb(g1: float, g2: float, ratio: float, equal: bool, chi: float, d: float, gamma: float, t: float) -> tuple:
        def network(values: NDArray[np.float64]) -> Network:
            return symmetric_network(
                g1=values[0], g2=values[1], gamma_r2=1.0 if equal else values[2], chirality=chi,
                distance_wavelengths=d, decay=gamma,
            )  # fmt: skip

        values, concurrence, time, converged = _ascend(network, [g1, g2] if equal else [g1, g2, ratio], t)
        return concurrence, time, values[0], values[1], 1.0 if equal else values[2], converged

    checks.not_empty(arrays["window"].shape)
    rows = [climb(*row) for row in zip(*(array.ravel().tolist() for array in arrays.values()), strict=True)]
    return Optimum(*_columns(rows, arrays["window"].shape))


def bare_local_optimum(*, start_gamma_r2: ArrayLike) -> BareOptimum:
    """Local maximum of C_max(gamma_R2) without cavities, uphill of each (positive) start. Mok et al., Sec. V."""
    starts = checks.real("start_gamma_r2", start_gamma_r2, checks.POSITIVE)
    checks.not_empty(starts.shape)
    rows = []
    for start in starts.ravel():
        values, concurrence, time, converged = _ascend(lambda r: BareNetwork(gamma_r2=r[0]), [float(start)], np.inf)
        rows.append((concurrence, time, values[0], converged))
    return BareOptimum(*_columns(rows, starts.shape))


def _columns(rows: list[tuple], shape: tuple[int, ...]) -> list[NDArray]:
    return [np.array(column).reshape(shape)[()] for column in zip(*rows, strict=True)]


def _ascend(
    network: Callable[[NDArray[np.float64]], Network | BareNetwork], start: Sequence[float], window: float
) -> tuple[NDArray[np.float64], float, float, bool]:
    """(values, C_max, peak time, converged) of the local maximum over the logarithms of the values.

    `network` takes values of shape (parameters, networks).
    """
    from scipy.optimize import Bounds, minimize, root  # a third of a second, which only an ascent needs

    family = _Family(network, len(start), window)

    def descent(log: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        value, _, slope = family.peak_and_slope(_values(log))
        return -float(np.log(max(value, _TINY))), -slope / max(value, _TINY)

    def slope_at(log: NDArray[np.float64]) -> NDArray[np.float64]:
        return -descent(log)[1]

    box = Bounds(*np.log(_SEARCHED))
    climbed = minimize(descent, np.log(start), jac=True, method="L-BFGS-B", bounds=box, options=_CLIMB).x
    best = climbed
    if np.max(np.abs(slope_at(climbed))) < _NEARLY_SETTLED:
        polished = root(slope_at, climbed, tol=1e-15, options={"factor": 0.1}).x
        inside = bool(np.all((box.lb <= polished) & (polished <= box.ub)))
        best = polished if inside and descent(polished)[0] <= descent(climbed)[0] + 1e-12 else climbed
    value, time, _ = family.peak_and_slope(_values(best))
    return _values(best), value, time, bool(np.max(np.abs(slope_at(best))) < _SETTLED)


def _values(log: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values that a network can have, wherever a step of the polishing leads."""
    return np.exp(np.clip(log, *np.log(_POSSIBLE)))


class _Family:
    """Networks that differ in a few values v_n: their generator is a sum over n of a + b_n sqrt(v_n) + c_n v_n.

    So three generators for each value, at 0, 1 and 4, give all others and their derivatives, and an ascent asks the
    networks for no more.
    """

    def __init__(
        self, network: Callable[[NDArray[np.float64]], Network | BareNetwork], size: int, window: float
    ) -> None:
        corners = np.concatenate([np.zeros((size, 1)), np.eye(size), 4 * np.eye(size)], axis=1)
        generators = network(corners).generator()
        self.constant = generators[0]
        at_one, at_four = (part - generators[0] for part in (generators[1 : 1 + size], generators[1 + size :]))
        self.linear = at_four / 2 - at_one
        self.root = at_one - self.linear
        self.network, self.window = network, window

    def peak_and_slope(self, values: NDArray[np.float64]) -> tuple[float, float, NDArray[np.float64]]:
        """(C_max, peak time, dC_max/d log(value)) of one network."""
        by_root = self.root * np.sqrt(values)[:, None, None]
        by_value = self.linear * values[:, None, None]
        here = self.constant + (by_root + by_value).sum(axis=0)
        changes = with_dark_mode(here, by_root / 2 + by_value)
        here = with_dark_mode(here)
        peak = np.empty((2, 1))
        highest_peaks(here[None], 0, 2.0, np.array([self.window]), peak)
        value, time = peak[0, 0], peak[1, 0]
        if np.isnan(time):
            raise unsettled_window(self.network(values), np.array(self.window), ())
        slope = np.empty(len(values))
        for n, change in enumerate(changes):
            psi, tangent = evolve_tangent(here, change, time)
            z = psi[0] * np.conj(psi[1])
            dz = tangent[0] * np.conj(psi[1]) + psi[0] * np.conj(tangent[1])
            slope[n] = 2 * (np.conj(z) * dz).real / np.abs(z) if z else 0.0
        return value, time, slope
