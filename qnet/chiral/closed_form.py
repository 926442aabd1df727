"""The closed forms that Mok et al. print, for resonance and perfect chirality, in units of gamma_R (gamma_R1)."""

from dataclasses import dataclass
from dataclasses import field as column
from typing import Annotated, Any

import numpy as np
from numpy.typing import ArrayLike

from qnet import checks
from qnet.chiral.network import CONCURRENCE, G1, G2, Complexes, Time
from qnet.errors import Refused
from qnet.records import Floats

Coupling1 = Annotated[ArrayLike, G1]
Coupling2 = Annotated[ArrayLike, G2]


@dataclass(frozen=True)
class LongTime:
    """Concurrence in the long-time approximation; the shape of the broadcast arguments."""

    concurrence: Floats = column(metadata={"quantity": CONCURRENCE})


def resonant_amplitudes(*, time: Time, g1: Coupling1, g2: Coupling2) -> Complexes:
    """(c_eg, c_ge, c_10, c_01) for gamma_R1 = gamma_R2 = 1, k D = alpha = 0, shape (..., 4). Mok et al., Eq. (8).

    Raises Refused at g1 = g2 and at g = 1/4, where the printed form is 0/0, and loses digits next to them;
    `amplitudes` has no such lines.
    """
    t, g1, g2 = _real_arrays(time=time, g1=g1, g2=g2)
    if np.any(g1**2 == g2**2):
        raise Refused("g1 must differ from g2 in Eq. (8); the limit is Eq. (9)")
    kappa1, kappa2 = (_kappa(name, g) for name, g in (("g1", g1), ("g2", g2)))
    (sinh1, cosh1), (sinh2, cosh2) = (_damped(kappa, t) for kappa in (kappa1, kappa2))
    sinh1, sinh2 = sinh1 / kappa1, sinh2 / kappa2
    difference = g1**2 - g2**2
    return np.stack(
        [
            sinh1 + cosh1,
            4 * g1 * g2 * (sinh2 - sinh1) / difference,
            -4j * g1 * sinh1,
            -1j * g1 * (sinh2 - sinh1 + cosh1 - cosh2) / difference,
        ],
        axis=-1,
    )


def equal_coupling_probabilities(*, time: Time, g: ArrayLike) -> Floats:
    """(P_eg, P_ge, P_10, P_01) for g1 = g2 = g and gamma_R1 = gamma_R2 = 1, shape (..., 4). Mok et al., Eq. (9).

    Raises Refused at g = 1/4, where the printed form is 0/0.
    """
    t, g = _real_arrays(time=time, g=g)
    kappa = _kappa("g", g)
    sinh, cosh = _damped(kappa, t)
    roots = [
        sinh / kappa + cosh,
        8 * g**2 * (kappa * t * cosh - 4 * sinh) / kappa**3,
        4 * g * sinh / kappa,
        2 * g * (kappa * t * cosh - (4 + kappa**2 * t) * sinh) / kappa**3,
    ]
    return np.abs(np.stack(roots, axis=-1)) ** 2


def long_time_concurrence(*, time: Time, g1: Coupling1, g2: Coupling2) -> LongTime:
    """C(t) with exp(-kappa_1 t / 4) dropped, for g1 < 1/4 < g2 and gamma_R1 = gamma_R2 = 1. Mok et al., Eq. (10).

    Raises Refused outside that range of couplings.
    """
    t, g1, g2 = _real_arrays(time=time, g1=g1, g2=g2)
    if np.any(np.abs(g1) >= 0.25) or np.any(np.abs(g2) <= 0.25):
        raise Refused("g1 must be below 1/4 and g2 above in Eq. (10), in units of gamma_R")
    kappa1, k2 = np.sqrt(1 - 16 * g1**2), np.sqrt(16 * g2**2 - 1)
    prefactor = 2 * g1 * g2 / ((g1**2 - g2**2) * kappa1 * k2) * (1 + 1 / kappa1)
    wave = kappa1 * np.sin(k2 * t / 4) * np.exp(-(2 - kappa1) * t / 4) - k2 * np.exp(-(1 - kappa1) * t / 2) / 2
    return LongTime(concurrence=2 * np.abs(prefactor * wave))


def bare_concurrence(*, time: Time, gamma_r2: ArrayLike) -> Floats:
    """C(t) of two atoms without cavities, for any gamma_R2; the limit gamma_R2 = 1 is 2 t e^{-t}.

    time: in 1 / gamma_R1. gamma_r2: in gamma_R1. Arrays broadcast.
    Raises Refused for a negative time, and for a gamma_r2 that is not positive.
    """
    t, r = _real_arrays(time=time, gamma_r2=gamma_r2)
    half_difference = (r - 1) / 2
    same = half_difference == 0
    size = np.abs(half_difference)
    growth = np.where(same, t, -np.expm1(-size * t) / np.where(same, 1, size))
    return 2 * np.sqrt(r) * np.exp(-np.minimum(1, (1 + r) / 2) * t) * growth


def bare_peak(*, gamma_r2: ArrayLike) -> tuple[Floats, Floats]:
    """Peak of `bare_concurrence` over all times, and its time in 1 / gamma_R1; 2/e at 1 for gamma_R2 = 1.

    Raises Refused for a gamma_r2 that is not positive.
    """
    (r,) = _real_arrays(gamma_r2=gamma_r2)
    x = (r - 1) / 2
    same = x == 0
    time = np.where(same, 1.0, np.log1p(x) / np.where(same, 1, x))
    return 4 * np.sqrt(r) / (1 + r) * np.exp(-time), time


def _real_arrays(**values: ArrayLike) -> tuple[Floats, ...]:
    rules = {"time": checks.NOT_NEGATIVE_TO_1E30, "gamma_r2": checks.POSITIVE_TO_1E30}
    arrays = {name: checks.real(name, value, rules.get(name, checks.AT_MOST_1E9)) for name, value in values.items()}
    return tuple(checks.broadcast(arrays).values())


def _damped(kappa: Complexes, t: Floats) -> tuple[Any, Any]:
    """sinh and cosh of kappa t / 4, both times e^{-t/4}, without overflow."""
    grow, fall = np.exp((kappa - 1) * t / 4), np.exp(-(kappa + 1) * t / 4)
    return (grow - fall) / 2, (grow + fall) / 2


def _kappa(name: str, g: Floats) -> Complexes:
    """kappa = sqrt(1 - 16 g^2), real or imaginary."""
    if np.any(np.abs(g) == 0.25):
        raise Refused(f"{name} must differ from 1/4 (kappa = 0) in the printed closed forms")
    return np.sqrt(1 - 16 * g**2 + 0j)
