"""Where the nodes of a chain stand. Avis et al., Sec. III.4."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from qnet import checks
from qnet.chain.rows import rowwise
from qnet.checks import Floats
from qnet.errors import Refused

MOST_LINKS = 1_000_000
ENDS = ("long", "short")
LAYOUTS = ("asymmetric", "extended_fibre")
_ASYMMETRY: checks.Rule = ("must lie in [0, 1)", lambda x: (x >= 0) & (x < 1))


@dataclass(frozen=True)
class NodeAsymmetry:
    """|L_left - L_right| / (L_left + L_right) and sign(L_left - L_right) of every repeater; mean size of all."""

    size: Floats
    sign: Floats
    chain: float


@dataclass(frozen=True)
class Position:
    """Distance of a node from the left end; the shape of the broadcast arguments."""

    position_km: float


def alternating_lengths_km(*, asymmetry: float, links: int, length_km: float, ends: str = "long") -> Floats:
    """Link lengths, shape (links,), of the chain whose repeaters all have the same asymmetry and alternating sign.

    Links alternate between (1 + A) l and (1 - A) l. With an odd number of links both end links are long or both are
    short, as `ends` says: two different chains. With an even number `ends` says which the left one is: mirror images.
    Avis et al., Sec. III.4.
    Raises Refused for an asymmetry outside [0, 1), no link or more than a million, or no length.
    """
    a = checks.number("asymmetry", asymmetry, _ASYMMETRY)
    count = checks.count("links", links, MOST_LINKS)
    total = checks.number("length_km", length_km, checks.POSITIVE_TO_1E30)
    left = 1 if checks.option("ends", ends, ENDS) == "long" else -1
    unequal = 1 + left * a * np.where(np.arange(count) % 2 == 0, 1, -1)
    return total * unequal / unequal.sum()


def extended_lengths_km(*, asymmetry: float, links: int, length_km: float, ends: str = "long") -> Floats:
    """As `alternating_lengths_km`, with fibre spooled at the short links until they are as long as the long ones."""
    lengths = alternating_lengths_km(asymmetry=asymmetry, links=links, length_km=length_km, ends=ends)
    return np.full(len(lengths), lengths.max())


def node_asymmetry(*, link_lengths_km: ArrayLike) -> NodeAsymmetry:
    """Asymmetry of each repeater, shape (links - 1,), and of the chain. Avis et al., Eqs. (28)-(30).

    Raises Refused for lengths that are not positive, or fewer than two of them.
    """
    lengths = checks.real("link_lengths_km", link_lengths_km, checks.POSITIVE_TO_1E30)
    if lengths.ndim != 1 or len(lengths) < 2:
        raise Refused(f"link_lengths_km must list two links or more, but is {checks.shown(link_lengths_km)}")
    left, right = lengths[:-1], lengths[1:]
    size = np.abs(left - right) / (left + right)
    return NodeAsymmetry(size, np.sign(left - right), float(size.mean()))


def alternating_position(
    *, asymmetry: ArrayLike, node: ArrayLike, links: ArrayLike, length_km: ArrayLike, ends: ArrayLike = "long"
) -> Position:
    """Where node 1, 2, ..., links + 1 of the alternating chain stands; the left end is node 1. Arrays broadcast.

    Raises Refused as `alternating_lengths_km` does, and for a node that the chain does not have.
    """
    return Position(*rowwise(_position, asymmetry=asymmetry, node=node, links=links, length_km=length_km, ends=ends))


def _position(*, node: int, **chain: Any) -> Position:
    lengths = alternating_lengths_km(**chain)
    if not 1 <= checks.count("node", node) <= len(lengths) + 1:
        raise Refused(f"node must lie in 1 to {len(lengths) + 1}, but is {node}")
    return Position(lengths[: node - 1].sum())
