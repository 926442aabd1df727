"""The paper's own parametrisation: two nodes alike but for their couplings, at a distance, with a chirality."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qnet import checks
from qnet.chiral.network import Network
from qnet.chiral.peak import PeakConcurrence, highest_concurrence

HOLDS = ("gamma_r", "gamma_total")
DISTANCE: checks.Rule = ("must be finite, at most 1e8 in size", lambda x: np.abs(x) <= 1e8)


def rates(chirality: ArrayLike, hold: ArrayLike = "gamma_r") -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(gamma_R, gamma_L) for chi = (gamma_R - gamma_L) / (gamma_R + gamma_L), in the unit that `hold` keeps at 1.

    hold: "gamma_r" or "gamma_total" = gamma_R + gamma_L. Raises Refused for a chirality outside [0, 1].
    """
    chi = checks.real("chirality", chirality, checks.PROBABILITY)
    kept = checks.choice("hold", hold, HOLDS)
    checks.broadcast({"chirality": chi, "hold": kept})
    total = np.where(kept == "gamma_r", 2 / (1 + chi), 1.0)
    return total * (1 + chi) / 2, total * (1 - chi) / 2


def symmetric_network(
    *,
    g1: ArrayLike,
    g2: ArrayLike,
    gamma_r2: ArrayLike = 1.0,
    chirality: ArrayLike = 1.0,
    distance_wavelengths: ArrayLike = 0.0,
    decay: ArrayLike = 0.0,
    hold: ArrayLike = "gamma_r",
) -> Network:
    """`Network` at resonance with one chirality and one atomic decay rate for both nodes. Mok et al., Secs. III-VI.

    Couplings, `decay` and `gamma_r2` (of node 2; its gamma_L2 follows by the chirality) in units of the rate held at
    1; k D = 2 pi distance_wavelengths. Raises Refused as `Network` and `rates` do.
    """
    distance = checks.real("distance_wavelengths", distance_wavelengths, DISTANCE)
    decay = checks.real("decay", decay, checks.NOT_NEGATIVE_TO_1E9)
    right, left = rates(chirality, hold)
    ratio = checks.real("gamma_r2", gamma_r2, checks.NOT_NEGATIVE_TO_1E9)
    checks.broadcast({"gamma_r2": ratio, "chirality": right})
    return Network(
        g1=g1, g2=g2, gamma_r1=right, gamma_l1=left, gamma_r2=ratio * right, gamma_l2=ratio * left,
        phase=2 * np.pi * distance, decay_1=decay, decay_2=decay,
    )  # fmt: skip


def symmetric_peak(
    *,
    g1: ArrayLike,
    g2: ArrayLike,
    gamma_r2: ArrayLike = 1.0,
    chirality: ArrayLike = 1.0,
    distance_wavelengths: ArrayLike = 0.0,
    decay: ArrayLike = 0.0,
    hold: ArrayLike = "gamma_r",
    window: ArrayLike = np.inf,
) -> PeakConcurrence:
    """C_max over 0 <= t <= window; arguments and errors as in `symmetric_network` and `peak_concurrence`."""
    network = symmetric_network(
        g1=g1, g2=g2, gamma_r2=gamma_r2, chirality=chirality, distance_wavelengths=distance_wavelengths,
        decay=decay, hold=hold,
    )  # fmt: skip
    return highest_concurrence(network, window=window)
