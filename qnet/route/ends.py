"""Chains that are even but for their ends, whose links start again last of all. Ours."""

from dataclasses import dataclass
from dataclasses import field as column

import numpy as np
from attrs import field, frozen

from qnet.chain import SwapAsap, compare, fibre_links
from qnet.chain.performance import DeliveryCount
from qnet.chain.placement import LENGTH, LINKS
from qnet.checks import Floats, Rule
from qnet.errors import Refused
from qnet.records import Single, about

_SHORTER: Rule = ("must be finite and not negative, at most 1e6", lambda x: (x >= 0) & (x <= 1e6))


@frozen(kw_only=True, eq=False)
class ShortEnds(Single):
    """Even links, but both end links are shorter, and the others share what these lack.

    links, length_km: their number, and the distance from end to end. shorter_km: by how much less than even.
    Raises Refused for fewer than three links, more than a million, and for ends with no length left.
    """

    links: int = field(metadata={"quantity": LINKS})
    length_km: float = field(metadata={"quantity": LENGTH})
    shorter_km: float = field(metadata=about("km", "by how much both end links are shorter than even ones", _SHORTER))

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        if not 3 <= self.links <= 1_000_000:
            raise Refused(f"links must lie in 3 to 1000000, but is {self.links}")
        if not self.shorter_km < self.length_km / self.links:
            raise Refused(
                f"shorter_km must be less than an even link of {self.length_km / self.links:g} km, "
                f"but is {self.shorter_km!r}"
            )

    def link_lengths_km(self) -> Floats:
        """From left to right, shape (links,)."""
        even = self.length_km / self.links
        lengths = np.full(self.links, even + 2 * self.shorter_km / (self.links - 2))
        lengths[[0, -1]] = even - self.shorter_km
        return lengths


@dataclass(frozen=True)
class EndsGain:
    """What short ends gain; 0 where even links have no key."""

    key_rate_gain: float = column(metadata=about("1", "fraction of the even chain's key rate that is gained"))
    key_rate_gain_se: float = column(metadata=about("1", "standard error of key_rate_gain"))


def short_ends(
    ends: ShortEnds,
    protocol: SwapAsap = SwapAsap(),  # noqa: B008  a frozen record
    *,
    deliveries: DeliveryCount,
    seed: int,
) -> EndsGain:
    """Key rate with short ends beside that with even links, from common random numbers. Raises Refused as `compare`."""
    even = np.full(ends.links, ends.length_km / ends.links)
    chains = [fibre_links(link_lengths_km=lengths) for lengths in (even, ends.link_lengths_km())]
    found = compare(chains, protocol=protocol, deliveries=deliveries, seed=seed)
    if found.undefined:
        return EndsGain(0.0, 0.0)
    return EndsGain(float(found.key_rate_ratio[1]) - 1, float(found.key_rate_ratio_se[1]))
