"""Couplings and rates that maximise the peak concurrence: one local optimum from each start, polished to rounding.

At a peak time inside the window dC/dt = 0. The gradient of C_max is therefore the partial derivative of C at that
time, and no derivative of the peak time is needed. (At the end of the window the time is fixed, so that the same
holds.) The derivative is computed exactly, from that of exp(A t) along dA. The optimum can then be found as a root of
the gradient, to far more digits than the values near a flat maximum could give.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from dataclasses import field as column
from typing import Annotated, Any

import numpy as np
from attrs import asdict, field, frozen
from numpy.typing import ArrayLike, NDArray

from qnet import checks
from qnet.chiral.network import (
    CONCURRENCE,
    G1,
    G2,
    GAMMA_R2,
    RATE,
    TIME,
    WINDOW,
    BareNetwork,
    Network,
    Window,
    with_dark_mode,
)
from qnet.chiral.peak import ATOM_1, unsettled_window
from qnet.chiral.propagator import evolve_tangent, highest_peaks
from qnet.chiral.symmetric import Environment, SymmetricNetwork
from qnet.records import Arrays, Floats, Quantity, about, array, flags

START_GAMMA_R2 = Quantity(RATE, "start of the ascent in gamma_R2", checks.POSITIVE)
CONVERGED = Quantity("", "whether the gradient vanishes at the optimum")

_CLIMB: Any = {"ftol": 0.0, "gtol": 1e-6, "maxiter": 500}
_NEARLY_SETTLED, _SETTLED = 1e-3, 1e-7
_SEARCHED = (1e-5, 1e2)
_POSSIBLE = (1e-100, 1e8)
_TINY = 1e-300


@frozen(kw_only=True, eq=False)
class Ascent(Arrays):
    """Where an ascent starts, in units of gamma_R1, and whether it varies gamma_R2 too. Fields broadcast.

    equal_rates: whether gamma_R2 stays equal to gamma_R1, whatever its start. If not, it is optimised as well.
    Raises Refused for a start that is not positive.
    """

    start_g1: Floats = field(converter=array, metadata=about(RATE, "start of the ascent in g1", checks.POSITIVE))
    start_g2: Floats = field(converter=array, metadata=about(RATE, "start of the ascent in g2", checks.POSITIVE))
    start_gamma_r2: Floats = field(default=1.0, converter=array, metadata={"quantity": START_GAMMA_R2})
    equal_rates: NDArray[np.bool_] = field(
        default=True, converter=flags, metadata=about("", "whether gamma_R2 = gamma_R1 is kept", bool)
    )


@dataclass(frozen=True)
class Optimum:
    """A local maximum of C_max for each start; the shape of the broadcast arguments.

    concurrence, time: the peak there. g1, g2, gamma_r2: where it is, in units of gamma_R1.
    converged: whether the gradient of log C by the logarithms vanishes there (below 1e-7). It does not where the
    ascent ran off to the edge of the box that is searched, 1e-5 to 100 for each value.
    """

    concurrence: Floats = column(metadata={"quantity": CONCURRENCE})
    time: Floats = column(metadata={"quantity": TIME})
    g1: Floats = column(metadata={"quantity": G1})
    g2: Floats = column(metadata={"quantity": G2})
    gamma_r2: Floats = column(metadata={"quantity": GAMMA_R2})
    converged: NDArray[np.bool_] = column(metadata={"quantity": CONVERGED})


@dataclass(frozen=True)
class BareOptimum:
    """As `Optimum`, without cavities."""

    concurrence: Floats = column(metadata={"quantity": CONCURRENCE})
    time: Floats = column(metadata={"quantity": TIME})
    gamma_r2: Floats = column(metadata={"quantity": GAMMA_R2})
    converged: NDArray[np.bool_] = column(metadata={"quantity": CONVERGED})


_IDEAL = Environment()


def local_optimum(ascent: Ascent, environment: Environment = _IDEAL, *, window: Window = np.inf) -> Optimum:
    """Local maximum of C_max(g1, g2[, gamma_R2]) uphill of each start. Mok et al., Secs. III and V, Table I.

    The maximum is over 0 <= t <= window, of a `SymmetricNetwork` in this environment. Records and window broadcast
    against each other. Raises Refused as `peak_concurrence` does.
    """
    checks.instance("ascent", ascent, Ascent)
    checks.instance("environment", environment, Environment)
    windows = {"window": WINDOW.checked("window", window)}
    arrays = checks.broadcast(asdict(ascent) | asdict(environment) | windows)

    def climb(g1: float, g2: float, ratio: float, equal: bool, chi: float, d: float, gamma: float, t: float) -> tuple:
        def network(values: Floats) -> Network:
            return SymmetricNetwork(
                g1=values[0], g2=values[1], gamma_r2=1.0 if equal else values[2], chirality=chi,
                distance_wavelengths=d, decay=gamma,
            ).network()  # fmt: skip

        values, concurrence, time, converged = _ascend(network, [g1, g2] if equal else [g1, g2, ratio], t)
        return concurrence, time, values[0], values[1], 1.0 if equal else values[2], converged

    checks.not_empty(arrays["window"].shape)
    rows = [climb(*row) for row in zip(*(array.ravel().tolist() for array in arrays.values()), strict=True)]
    return Optimum(*_columns(rows, arrays["window"].shape))


def bare_local_optimum(*, start_gamma_r2: Annotated[ArrayLike, START_GAMMA_R2]) -> BareOptimum:
    """Local maximum of C_max(gamma_R2) without cavities, uphill of each start. Mok et al., Sec. V.

    start_gamma_r2: in gamma_R1. Raises Refused for a start that is not positive, and for no start at all.
    """
    starts = START_GAMMA_R2.checked("start_gamma_r2", start_gamma_r2)
    checks.not_empty(starts.shape)
    rows = []
    for start in starts.ravel():
        values, concurrence, time, converged = _ascend(lambda r: BareNetwork(gamma_r2=r[0]), [float(start)], np.inf)
        rows.append((concurrence, time, values[0], converged))
    return BareOptimum(*_columns(rows, starts.shape))


def _columns(rows: list[tuple], shape: tuple[int, ...]) -> list[NDArray]:
    return [np.array(column).reshape(shape)[()] for column in zip(*rows, strict=True)]


def _ascend(
    network: Callable[[Floats], Network | BareNetwork], start: Sequence[float], window: float
) -> tuple[Floats, float, float, bool]:
    """(values, C_max, peak time, converged) of the local maximum over the logarithms of the values.

    network: gives the networks for values of shape (parameters, networks).
    """
    from scipy.optimize import Bounds, minimize, root  # a third of a second, which only an ascent needs

    family = _Family(network, len(start), window)

    def descent(log: Floats) -> tuple[float, Floats]:
        value, _, slope = family.peak_and_slope(_values(log))
        return -float(np.log(max(value, _TINY))), -slope / max(value, _TINY)

    def slope_at(log: Floats) -> Floats:
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


def _values(log: Floats) -> Floats:
    """Values that a network can have, wherever a step of the polishing leads."""
    return np.exp(np.clip(log, *np.log(_POSSIBLE)))


class _Family:
    """Networks that differ in a few values v_n, so that their generator is a + sum_n [b_n sqrt(v_n) + c_n v_n].

    The generators with one value at 0, 1 or 4 and the others at 0 give a, b_n and c_n, and these give all other
    generators and their derivatives. An ascent therefore builds networks only once. Where all generators are real,
    they are kept as real numbers, which is faster.
    """

    def __init__(self, network: Callable[[Floats], Network | BareNetwork], size: int, window: float) -> None:
        corners = np.concatenate([np.zeros((size, 1)), np.eye(size), 4 * np.eye(size)], axis=1)
        generators: NDArray[Any] = network(corners).generator()
        if not generators.imag.any():
            generators = generators.real
        self.constant = generators[0]
        at_one, at_four = (part - generators[0] for part in (generators[1 : 1 + size], generators[1 + size :]))
        self.linear = at_four / 2 - at_one
        self.root = at_one - self.linear
        self.network, self.window = network, np.array([window])

    def peak_and_slope(self, values: Floats) -> tuple[float, float, Floats]:
        """(C_max, peak time, dC_max/d log(value)) of one network."""
        by_root = self.root * np.sqrt(values)[:, None, None]
        by_value = self.linear * values[:, None, None]
        here = self.constant + (by_root + by_value).sum(axis=0)
        changes = with_dark_mode(here, by_root / 2 + by_value)
        here = with_dark_mode(here)
        peak = np.empty((2, 1))
        highest_peaks(here[None], ATOM_1, 2.0, self.window, peak)
        value, time = peak[0, 0], peak[1, 0]
        if np.isnan(time):
            raise unsettled_window(self.network(values), self.window[0], ())
        slope = np.empty(len(values))
        for n, change in enumerate(changes):
            psi, tangent = evolve_tangent(here, change, time)
            z = psi[0] * np.conj(psi[1])
            dz = tangent[0] * np.conj(psi[1]) + psi[0] * np.conj(tangent[1])
            slope[n] = 2 * (np.conj(z) * dz).real / np.abs(z) if z else 0.0
        return value, time, slope
