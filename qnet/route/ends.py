"""Chains that are even but for their ends, whose links start again last of all. Ours."""

from dataclasses import dataclass
from dataclasses import field as column
from typing import Annotated

import numpy as np
from attrs import field, frozen

from qnet.chain import SwapAsap, compare, fibre_links
from qnet.checks import POSITIVE_TO_1E30, Floats, Rule
from qnet.errors import Refused
from qnet.records import Quantity, Single, about

_SHORTER: Rule = ("must be finite and not negative, at most 1e6", lambda x: (x >= 0) & (x <= 1e6))


@frozen(kw_only=True, eq=False)
class ShortEnds(Single):
    """Even links, but both end links are shorter, and the others share what these lack.

    links, length_km: their number, and the distance from end to end. shorter_km: by how much less than even.
    messages: as in `SwapAsap`.
    Raises Refused for fewer than three links, more than a million, and for ends with no length left.
    """

    links: int = field(metadata=about("", "number of elementary links", int))
    length_km: float = field(metadata=about("km", "length of the chain from end to end", POSITIVE_TO_1E30))
    shorter_km: float = field(metadata=about("km", "by how much both end links are shorter than even ones", _SHORTER))
    messages: bool = field(
        metadata=about("", "whether end nodes wait for messages with the outcomes of all swaps", bool)
    )

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
    ends: ShortEnds, *, deliveries: Annotated[int, Quantity("1", "end-to-end states per estimate", int)], seed: int
) -> EndsGain:
    """Key rate with short ends beside that with even links, from common random numbers. Raises Refused as `compare`."""
    even = np.full(ends.links, ends.length_km / ends.links)
    chains = [fibre_links(link_lengths_km=lengths) for lengths in (even, ends.link_lengths_km())]
    found = compare(chains, protocol=SwapAsap(messages=ends.messages), deliveries=deliveries, seed=seed)
    if found.undefined:
        return EndsGain(0.0, 0.0)
    return EndsGain(float(found.key_rate_ratio[1]) - 1, float(found.key_rate_ratio_se[1]))
