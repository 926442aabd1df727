"""A single repeater: exact, and as in the argument that first-order effects cancel. Avis et al., Sec. III.7."""

from dataclasses import dataclass
from dataclasses import field as column
from typing import Annotated

import numpy as np
from attrs import field, frozen
from numpy.typing import ArrayLike

from qnet import checks
from qnet.chain.exact_means import exact
from qnet.chain.links import Links, placed_links
from qnet.chain.nodes import Nodes
from qnet.chain.placement import ASYMMETRY, LENGTH
from qnet.chain.protocols.swap_asap import SwapAsap
from qnet.checks import Floats
from qnet.records import Quantity, Single, about

_EITHER_SIDE: checks.Rule = ("must lie in (-1, 1)", lambda x: np.abs(x) < 1)
_INSIDE: checks.Rule = ("must lie in (0, 1)", lambda x: (x > 0) & (x < 1))

_SUCCESS = Quantity("1", "probability that an attempt is heralded", _INSIDE)


@frozen(kw_only=True, eq=False)
class OneRepeater(Single):
    """A repeater at (1 + A) L / 2 from its left and (1 - A) L / 2 from its right neighbour.

    asymmetry: A, negative where the left fibre is the short one. length_km: L, of both fibres together.
    Raises Refused for an asymmetry outside (-1, 1), and for a length outside 1e-30 to 1e30 km.
    """

    asymmetry: float = field(metadata=about("1", ASYMMETRY, _EITHER_SIDE))
    length_km: float = field(metadata={"quantity": LENGTH})

    def links(self) -> Links:
        """The two links, of the fibre of `Fibre` as it is by default."""
        return placed_links("length_km", np.array([1 + self.asymmetry, 1 - self.asymmetry]) * self.length_km / 2)


@dataclass(frozen=True)
class SwapTimes:
    """Mean time from start to swap, and mean storage of the first state."""

    swap_time_s: float = column(metadata=about("s", "mean time until a single repeater swaps"))
    storage_time_s: float = column(metadata=about("s", "mean time for which a single repeater stores its first state"))


@dataclass(frozen=True)
class Kink:
    """d ln(swap time) / dA and d ln(storage time) / dA at A = +0; the shape of success_probability."""

    swap_time_slope: Floats = column(metadata=about("1", "d ln(mean time to the swap) / d(asymmetry) at +0"))
    storage_time_slope: Floats = column(metadata=about("1", "d ln(mean storage time) / d(asymmetry) at +0"))


def one_repeater(repeater: OneRepeater) -> SwapTimes:
    """Exact means, attempts being discrete. The first state waits for the second.

    E|E_1 - E_2| = 2 E max(E_1, E_2) - E E_1 - E E_2, E_1 and E_2 being when the links are done.
    Raises Refused for fibres that are too long for `exact`.
    """
    checks.instance("repeater", repeater, OneRepeater)
    links = repeater.links()
    forever, together = Nodes(coherence_time_s=np.inf), SwapAsap(restart="restart_together")
    swap = exact(links, forever, together).duration_s
    return SwapTimes(swap, float(2 * swap - (links.cycle_time_s / links.success_probability).sum()))


def exponential_repeater(repeater: OneRepeater) -> SwapTimes:
    """As `one_repeater`, as if links succeeded at a rate instead of attempt by attempt: Avis et al., Eqs. (34)-(36).

    Raises Refused for fibres so long that a success has a probability below 1e-100.
    """
    checks.instance("repeater", repeater, OneRepeater)
    links = repeater.links()
    slow, fast = links.success_probability / links.cycle_time_s
    total = slow + fast
    storage = (slow / fast + fast / slow) / total
    return SwapTimes(float(1 / total + storage), float(storage))


def repeater_kink(*, success_probability: Annotated[ArrayLike, _SUCCESS]) -> Kink:
    """Slopes at A = +0 of a single repeater's means, both links alike at A = 0. An array gives arrays.

    They are all due to ties: the links are done after the same number g of attempts with probability p^2 (1-p)^(2g-2),
    and asymmetry then parts them by 2 A g cycles, half of it before, half of it after. E[g; tie] = 1 / (2-p)^2; the
    mean swap takes (3-2p) / (p(2-p)) cycles, the mean storage 2(1-p) / (p(2-p)). p / 6 and p / 2 for rare successes.
    Raises Refused for a probability outside (0, 1).
    """
    p = _SUCCESS.checked("success_probability", success_probability)
    return Kink((p / ((2 - p) * (3 - 2 * p)))[()], (p / ((2 - p) * (1 - p)))[()])
