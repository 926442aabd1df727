"""What several files of claims of Mok et al. use: printed parameters, peaks and optima, Eqs. (6) and (8).

Rates in gamma_R (gamma_R1 where the nodes differ), times in its inverse.
"""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from qnet import chiral

# Printed couplings and rates, and a network in which everything differs from everything else.
PRINTED = {"g1": 0.126, "g2": 0.277}  # Sec. III
UNEQUAL = {"g1": 2.21, "g2": 2.11, "gamma_r2": 4.82}  # Sec. V
FULL = {
    "g1": 0.3, "g2": 0.45, "gamma_r2": 1.4, "gamma_l1": 0.3, "gamma_l2": 0.5, "phase": 0.7, "delta_a1": 0.2,
    "delta_a2": -0.4, "delta_c1": 0.5, "delta_c2": -0.1, "decay_1": 0.05, "decay_2": 0.12,
}  # fmt: skip
BARE = 2 / np.e  # the largest concurrence without cavities, at equal rates
ROUNDING = 1e-12  # bound on the error of what is exact but for rounding
Array = NDArray[Any]


def c_max(**network: Any) -> float:
    """The largest concurrence over all times."""
    return float(chiral.peak_concurrence(chiral.Network(**network)).concurrence)


def best_row(optima: pd.DataFrame, equal_rates: bool) -> pd.Series:
    """The best of the optima that were found, with equal rates of both nodes or with rates that differ."""
    found = optima[optima.converged & (optima.equal_rates == equal_rates)]
    return found.loc[found.concurrence.idxmax()]


def lossy_optimum(decay: float, start: tuple[float, float] = (0.126, 0.277)) -> float:
    """The largest concurrence with atomic decay that an ascent from the couplings `start` finds."""
    ascent = chiral.Ascent(start_g1=start[0], start_g2=start[1])
    return float(chiral.local_optimum(ascent, chiral.Environment(decay=decay)).concurrence)


def best_lossy(decay: float) -> float:
    """The largest concurrence with atomic decay at equal rates, over all couplings and, in effect, all times."""
    return chiral.global_optimum(chiral.Scheme(scheme="equal_rates", atomic_decay=decay), time_budget=1e4).concurrence


def drawn(seed: int) -> SimpleNamespace:
    """A network of Eq. (3) at random: equal rates, everything else different."""
    draw = np.random.default_rng(seed)
    names = ("g1", "g2", "gr", "gl", "decay1", "decay2", "wc1", "wc2", "wa1", "wa2", "alpha", "kx1")
    p = SimpleNamespace(**{name: draw.uniform(0.1, 1.5) for name in names})
    p.kd = draw.uniform(0, 2 * np.pi)
    p.kx2 = p.kx1 + p.kd
    return p


def equation_6(p: SimpleNamespace) -> Array:
    """H of i dc/dt = H c, row by row as printed."""
    forth, turn, width = np.exp(1j * p.kd), np.exp(1j * p.alpha), (p.gl + p.gr) / 2
    return np.array([
        [p.wa1 - 0.5j * p.decay1, 0, p.g1, 0],
        [0, p.wa2 - 0.5j * p.decay2, 0, p.g2 / turn],
        [p.g1, 0, p.wc1 - 1j * width, -1j * p.gl * forth],
        [0, p.g2 * turn, -1j * p.gr * forth, p.wc2 - 1j * width],
    ])  # fmt: skip


def ideal(seed: int, **changes: float) -> SimpleNamespace:
    """A network at random that meets the conditions of Eq. (8); its frequency is wa1."""
    p = drawn(seed)
    p.gl = p.decay1 = p.decay2 = 0.0
    vars(p).update(changes)
    p.wa2 = p.wc1 = p.wc2 = p.wa1
    return p


def equation_8(p: SimpleNamespace, t: Array) -> Array:
    """The amplitudes of |eg00>, |ge00>, |gg10> and |gg01> at the times, as printed."""
    k1, k2 = (np.sqrt(p.gr**2 - 16 * g**2 + 0j) for g in (p.g1, p.g2))
    sinh1, cosh1, sinh2, cosh2 = np.sinh(k1 * t / 4), np.cosh(k1 * t / 4), np.sinh(k2 * t / 4), np.cosh(k2 * t / 4)
    decay, difference = np.exp(-t * (p.gr + 4j * p.wa1) / 4), p.g1**2 - p.g2**2
    turn = np.exp(0.25j * (-4 * p.alpha + 4 * p.kd + 1j * p.gr * t - 4 * p.wa1 * t))
    bracket = p.gr * (sinh2 / k2 - sinh1 / k1) + cosh1 - cosh2
    return np.stack([
        decay * (p.gr * sinh1 / k1 + cosh1),
        4 * p.g1 * p.g2 * p.gr * (k1 * sinh2 - k2 * sinh1) * turn / (difference * k1 * k2),
        -4j * p.g1 * decay * sinh1 / k1,
        -1j * p.g1 * p.gr * np.exp(1j * p.kd) * decay * bracket / difference,
    ], axis=-1)  # fmt: skip


def largest(difference: Any) -> float:
    """The largest size of any element."""
    return float(np.max(np.abs(difference)))
