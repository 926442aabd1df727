"""The paper's own parametrisation: two nodes alike but for their couplings, at a distance, with a chirality."""

from typing import Annotated

import numpy as np
from attrs import field, frozen
from numpy.typing import ArrayLike, NDArray

from qnet import checks
from qnet.chiral.network import G1, G2, GAMMA_R2, RATE, Network, Window
from qnet.chiral.peak import PeakConcurrence, highest_concurrence
from qnet.records import Arrays, Floats, Quantity, about, array, words

CHIRALITY = Quantity("1", "(gamma_R - gamma_L) / (gamma_R + gamma_L)", checks.PROBABILITY)
HOLD = Quantity("", "which rate is the unit as the chirality varies", ("gamma_r", "gamma_total"))
_DISTANCE: checks.Rule = ("must be finite, at most 1e8 in size", lambda x: np.abs(x) <= 1e8)

Hold = Annotated[ArrayLike, HOLD]


@frozen(kw_only=True, eq=False)
class _Surroundings(Arrays):
    """What surrounds both nodes alike."""

    chirality: Floats = field(default=1.0, converter=array, metadata={"quantity": CHIRALITY})
    distance_wavelengths: Floats = field(
        default=0.0, converter=array, metadata=about("wavelength", "distance between the nodes", _DISTANCE)
    )
    decay: Floats = field(
        default=0.0,
        converter=array,
        metadata=about(RATE, "decay rate of each atom outside the waveguide", checks.NOT_NEGATIVE_TO_1E9),
    )


@frozen(kw_only=True, eq=False)
class Environment(_Surroundings):
    """What surrounds both nodes alike: the waveguide between them, and all else that the atoms decay to.

    By default the waveguide is perfectly chiral, so that the distance does not matter, and the atoms decay to nothing
    else. Fields broadcast. Raises Refused for a chirality outside [0, 1], for a distance that is not finite or beyond
    1e8 in size, and for a decay rate that is negative or beyond 1e9.
    """


@frozen(kw_only=True, eq=False)
class SymmetricNetwork(_Surroundings):
    """Two nodes on resonance, alike but for their couplings. Mok et al., Secs. III-VI.

    chirality, distance_wavelengths, decay: as in `Environment`.
    hold: the rate that is 1, and in units of which all others are: "gamma_r" or "gamma_total" = gamma_R + gamma_L.
    gamma_r2: ratio of the rates of node 2, to the right and to the left, to those of node 1.
    Fields broadcast. Raises Refused as `Environment` and `Network` do.
    """

    g1: Floats = field(converter=array, metadata={"quantity": G1})
    g2: Floats = field(converter=array, metadata={"quantity": G2})
    gamma_r2: Floats = field(default=1.0, converter=array, metadata={"quantity": GAMMA_R2})
    hold: NDArray[np.str_] = field(default="gamma_r", converter=words, metadata={"quantity": HOLD})

    def network(self) -> Network:
        """The same network by all its rates: k D = 2 pi distance_wavelengths, and gamma_L follows by the chirality."""
        right, left = rates(self.chirality, self.hold)
        return Network(
            g1=self.g1, g2=self.g2, gamma_r1=right, gamma_l1=left, gamma_r2=self.gamma_r2 * right,
            gamma_l2=self.gamma_r2 * left, phase=2 * np.pi * self.distance_wavelengths,
            decay_1=self.decay, decay_2=self.decay,
        )  # fmt: skip


def rates(chirality: ArrayLike, hold: Hold = "gamma_r") -> tuple[Floats, Floats]:
    """(gamma_R, gamma_L) for chi = (gamma_R - gamma_L) / (gamma_R + gamma_L), in the unit that `hold` keeps at 1.

    hold: "gamma_r" or "gamma_total" = gamma_R + gamma_L. Raises Refused for a chirality outside [0, 1].
    """
    chi, kept = CHIRALITY.checked("chirality", chirality), HOLD.checked("hold", hold)
    checks.broadcast({"chirality": chi, "hold": kept})
    total = np.where(kept == "gamma_r", 2 / (1 + chi), 1.0)
    return total * (1 + chi) / 2, total * (1 - chi) / 2


def symmetric_peak(network: SymmetricNetwork, *, window: Window = np.inf) -> PeakConcurrence:
    """C_max over 0 <= t <= window of a symmetric network. Mok et al., Secs. III-VI.

    Window and errors are those of `peak_concurrence`.
    """
    checks.instance("network", network, SymmetricNetwork)
    return highest_concurrence(network.network(), window)
