"""A single repeater: exact, and as in the argument that first-order effects cancel. Avis et al., Sec. III.7."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from qnet import checks
from qnet.chain.exact_means import exact
from qnet.chain.links import Links, placed_links
from qnet.chain.protocols.swap_asap import SwapAsap
from qnet.chain.rows import rowwise
from qnet.checks import Floats


@dataclass(frozen=True)
class Repeater:
    """Mean time from start to swap, and mean storage of the first state; the shape of the broadcast arguments."""

    swap_time_s: float
    storage_time_s: float


@dataclass(frozen=True)
class Kink:
    """d ln(swap time) / dA and d ln(storage time) / dA at A = +0; the shape of success_probability."""

    swap_time_slope: Floats
    storage_time_slope: Floats


def one_repeater(*, asymmetry: ArrayLike, length_km: ArrayLike) -> Repeater:
    """Exact means for a repeater at (1 + A) L / 2 and (1 - A) L / 2 from its neighbours, attempts being discrete.

    length_km: L, of both fibres together; links as in `fibre_links`. The first state waits for the second:
    E|E_1 - E_2| = 2 E max(E_1, E_2) - E E_1 - E E_2. Arrays broadcast.
    Raises Refused for an asymmetry outside (-1, 1), a length that is not positive, or too long for `exact`.
    """
    return Repeater(*rowwise(_one_repeater, asymmetry=asymmetry, length_km=length_km))


def exponential_repeater(*, asymmetry: ArrayLike, length_km: ArrayLike) -> Repeater:
    """As `one_repeater`, as if links succeeded at a rate instead of attempt by attempt: Avis et al., Eqs. (34)-(36)."""
    return Repeater(*rowwise(_exponential_repeater, asymmetry=asymmetry, length_km=length_km))


def repeater_kink(*, success_probability: ArrayLike) -> Kink:
    """Slopes at A = +0 of a single repeater's means, both links alike at A = 0.

    They are all due to ties: the links are done after the same number g of attempts with probability p^2 (1-p)^(2g-2),
    and asymmetry then parts them by 2 A g cycles, half of it before, half of it after. E[g; tie] = 1 / (2-p)^2; the
    mean swap takes (3-2p) / (p(2-p)) cycles, the mean storage 2(1-p) / (p(2-p)). p / 6 and p / 2 for rare successes.
    Raises Refused for a probability outside (0, 1).
    """
    inside: checks.Rule = ("must lie in (0, 1)", lambda x: (x > 0) & (x < 1))
    p = checks.real("success_probability", success_probability, inside)
    return Kink((p / ((2 - p) * (3 - 2 * p)))[()], (p / ((2 - p) * (1 - p)))[()])


def _links(asymmetry: float, length_km: float) -> Links:
    a = checks.number("asymmetry", asymmetry, ("must lie in (-1, 1)", lambda x: np.abs(x) < 1))
    length = checks.number("length_km", length_km, checks.POSITIVE_TO_1E30)
    return placed_links("length_km", np.array([1 + a, 1 - a]) * length / 2)


def _one_repeater(**row: Any) -> Repeater:
    links = _links(**row)
    swap = exact(links=links, coherence_time_s=np.inf, protocol=SwapAsap(restart="restart_together")).duration_s
    return Repeater(swap, 2 * swap - (links.cycle_time_s / links.success_probability).sum())


def _exponential_repeater(**row: Any) -> Repeater:
    links = _links(**row)
    slow, fast = links.success_probability / links.cycle_time_s
    total = slow + fast
    storage = (slow / fast + fast / slow) / total
    return Repeater(1 / total + storage, storage)
