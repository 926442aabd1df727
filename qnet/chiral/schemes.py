"""Schemes to entangle two atoms through a waveguide: what is free in each, and in which unit they are compared.

The schemes differ in what is free. They are compared in one unit: the larger total decay rate gamma_R + gamma_L of the
two nodes into the waveguide is 1 (intrinsic losses of the cavities are not counted). Both nodes have the same chirality
and are on resonance, and D = lambda / 2 wherever anything travels left. Mok et al., PRA 101, 053861 (2020), study bare
atoms, equal and unequal rates with cavities, and nonchiral ones, each for one setting; the others are ours.
"""

from dataclasses import dataclass
from dataclasses import field as column
from typing import Annotated

import numpy as np
from attrs import field, frozen
from numpy.typing import ArrayLike

from qnet import checks
from qnet.chiral.network import CONCURRENCE
from qnet.errors import Refused
from qnet.records import Floats, Quantity, Single, about

UNIT = "gamma_max"  # the larger total decay rate of the two nodes into the waveguide
SCHEMES = ("bare", "equal_rates", "unequal_rates", "nonchiral_equal", "nonchiral_unequal", "any_chirality")
_RATE: checks.Rule = ("must lie in [0, 1e3]", lambda x: (x >= 0) & (x <= 1e3))
_TRANSIT: checks.Rule = ("must lie in [0, 1e3]", lambda x: (x >= 0) & (x <= 1e3))
_BUDGET: checks.Rule = ("must lie in [1e-2, 1e6]", lambda x: (x >= 1e-2) & (x <= 1e6))
TIME_BUDGET = Quantity("1/gamma_max", "time at or before which the state must be there", _BUDGET)
TimeBudget = Annotated[ArrayLike, TIME_BUDGET]
READOUT = Quantity("", "whether both atoms are read at one time, or each is stored at its own", ("common", "own"))

_STRONGEST, _WEAKEST = 30.0, 0.02  # couplings
_STRONGEST_WITHIN, _WEAKEST_WITHIN = 10.0, 0.1  # times the time budget, where that goes further
_RATIO = 2.0  # root of the largest logarithm of a ratio of rates


@frozen(kw_only=True)
class Scheme(Single):
    """What may be chosen, and what stands in the way. Rates in units of the larger total rate of the two nodes.

    scheme: which parameters are free.
      bare: two atoms without cavities, their two rates; perfectly chiral.
      equal_rates: with cavities of equal rates, the two couplings; unequal_rates: the ratio of the rates as well.
      nonchiral_equal, nonchiral_unequal: the same with gamma_L = gamma_R.
      any_chirality: couplings, ratio of rates and chirality.
    chirality: of bare, equal_rates and unequal_rates; the others have their own, and take no other value than 1 here.
    atomic_decay, cavity_loss: rates at which each atom and each cavity loses its energy to anything but the waveguide.
    dephasing: rate gamma_phi of pure dephasing of each atom.
    transit: time that light takes from one node to the other.
    readout: "common", both atoms at one time, or "own", each atom stored at a time of its own; see `stored_peak`.

    Raises Refused for a rate outside [0, 1e3], a chirality outside [0, 1], a transit time outside [0, 1e3], a chirality
    that the scheme has no use for, and dephasing together with a transit time or storage.
    """

    scheme: str = field(metadata=about("", "what is free to be chosen", SCHEMES))
    chirality: float = field(
        default=1.0, metadata=about("1", "(gamma_R - gamma_L) / (gamma_R + gamma_L)", checks.PROBABILITY)
    )
    atomic_decay: float = field(
        default=0.0, metadata=about(UNIT, "decay rate of each atom outside the waveguide", _RATE)
    )
    cavity_loss: float = field(default=0.0, metadata=about(UNIT, "intrinsic loss rate of each cavity", _RATE))
    dephasing: float = field(default=0.0, metadata=about(UNIT, "rate of pure dephasing of each atom", _RATE))
    transit: float = field(
        default=0.0, metadata=about("1/gamma_max", "time that light takes from one node to the other", _TRANSIT)
    )
    readout: str = field(default="common", metadata={"quantity": READOUT})

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        if self.chirality != 1 and self.scheme not in ("bare", "equal_rates", "unequal_rates"):
            raise Refused(f"chirality must be 1, its default, for the scheme {self.scheme}, but is {self.chirality}")
        if self.dephasing and (self.transit or self.readout == "own"):
            raise Refused(
                "dephasing must be 0 with a transit time or atoms stored at times of their own, but is "
                f"{self.dephasing}"
            )

    @property
    def at_once(self) -> bool:
        """Whether there is neither a transit time nor storage, so that the paper's model holds."""
        return self.transit == 0 and self.readout == "common"


@dataclass(frozen=True)
class Best:
    """The best that a scheme can do. Rates in units of the larger total rate of the two nodes.

    concurrence: at the best time. time_1, time_2: when atoms 1 and 2 are read out or stored. coupling_1, coupling_2: of
    atom and cavity, 0 without cavities. rate_1, rate_2: total decay rates gamma_R + gamma_L of the nodes into the
    waveguide. best_chirality: that of both nodes.
    agreeing, climbs: how many of the climbs from many starts reached this concurrence to 1e-9.
    converged: whether the climb to it settled.
    """

    concurrence: float = column(metadata={"quantity": CONCURRENCE})
    time_1: float = column(metadata=about("1/gamma_max", "when atom 1 is read out or stored"))
    time_2: float = column(metadata=about("1/gamma_max", "when atom 2 is read out or stored"))
    coupling_1: float = column(metadata=about(UNIT, "atom-cavity coupling of node 1"))
    coupling_2: float = column(metadata=about(UNIT, "atom-cavity coupling of node 2"))
    rate_1: float = column(metadata=about(UNIT, "total decay rate of node 1 into the waveguide"))
    rate_2: float = column(metadata=about(UNIT, "total decay rate of node 2 into the waveguide"))
    best_chirality: float = column(metadata=about("1", "chirality of both nodes at the optimum"))
    agreeing: int = column(metadata=about("", "number of climbs that reached the same concurrence"))
    climbs: int = column(metadata=about("", "number of climbs"))
    converged: bool = column(metadata=about("", "whether the climb to the optimum settled"))


@dataclass(frozen=True)
class Design(Best):
    """As `Best`, with what it tolerates.

    tolerance_1, tolerance_2: the smaller relative change, up or down, of the coupling of node 1 or 2 that costs 1 % of
    the concurrence, the atom being read out at its new best time within the time budget. Without cavities, of the
    atom's rate.
    """

    tolerance_1: float = column(metadata=about("1", "relative change of coupling 1 that costs 1 % of the concurrence"))
    tolerance_2: float = column(metadata=about("1", "relative change of coupling 2 that costs 1 % of the concurrence"))


@dataclass(frozen=True)
class Space:
    """Free variables of a scheme: logarithms of couplings, one for the ratio of rates, an angle for the chirality.

    rate_1 = exp(-max(0, w)^2) and rate_2 = exp(-max(0, -w)^2), so that the larger one is 1 and nothing has a corner;
    chirality = sin^2(angle). chirality: None where it is free.
    """

    cavities: bool
    ratio: bool
    chirality: float | None

    def parts(self, places: Floats) -> tuple[Floats, ...]:
        """(coupling_1, coupling_2, rate_1, rate_2, chirality) at places of shape (n, d)."""
        columns, zero = list(places.T), np.zeros(len(places))
        first, second = (np.exp(columns.pop(0)), np.exp(columns.pop(0))) if self.cavities else (zero, zero)
        w = columns.pop(0) if self.ratio else zero
        chirality = np.sin(columns.pop(0)) ** 2 if self.chirality is None else zero + self.chirality
        return first, second, np.exp(-(np.maximum(0, w) ** 2)), np.exp(-(np.maximum(0, -w) ** 2)), chirality

    def place(self, first: float, second: float, rate_1: float, rate_2: float, chirality: float) -> Floats:
        """The inverse of `parts`, for one place."""
        w = np.sqrt(max(0.0, -np.log(rate_1))) - np.sqrt(max(0.0, -np.log(rate_2)))
        couplings = [np.log(first), np.log(second)] if self.cavities else []
        angle = [] if self.chirality is not None else [np.arcsin(np.sqrt(chirality))]
        return np.array(couplings + [w] * self.ratio + angle)

    def box(self, time_budget: float) -> tuple[Floats, Floats]:
        """Lowest and highest values of the free variables. What is too slow for the time budget needs no look."""
        weakest = np.log(min(_WEAKEST, _WEAKEST_WITHIN / time_budget))
        strongest = np.log(max(_STRONGEST, _STRONGEST_WITHIN / time_budget))
        free = self.chirality is None
        low = [weakest, weakest] * self.cavities + [-_RATIO] * self.ratio + [0.0] * free
        high = [strongest] * 2 * self.cavities + [_RATIO] * self.ratio + [np.pi / 2] * free
        return np.array(low), np.array(high)


def space_of(scheme: Scheme) -> Space:
    return {
        "bare": Space(False, True, scheme.chirality),
        "equal_rates": Space(True, False, scheme.chirality),
        "unequal_rates": Space(True, True, scheme.chirality),
        "nonchiral_equal": Space(True, False, 0.0),
        "nonchiral_unequal": Space(True, True, 0.0),
        "any_chirality": Space(True, True, None),
    }[scheme.scheme]
