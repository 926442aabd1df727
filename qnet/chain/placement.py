"""Where the nodes of a chain stand. Avis et al., Sec. III.4."""

from dataclasses import dataclass
from dataclasses import field as column
from typing import Annotated

import numpy as np
from attrs import field, frozen
from numpy.typing import ArrayLike, NDArray

from qnet import checks
from qnet.checks import Floats
from qnet.errors import Refused
from qnet.records import Quantity, Single, about

_MOST_LINKS = 1_000_000
_ASYMMETRY: checks.Rule = ("must lie in [0, 1)", lambda x: (x >= 0) & (x < 1))

# What several records of this package hold, written once.
ASYMMETRY = "|L_left - L_right| / (L_left + L_right) of every repeater"
LENGTH = Quantity("km", "length of the chain from end to end", checks.POSITIVE_TO_1E30)
LINKS = Quantity("", "number of elementary links", int)
LAYOUT = Quantity(
    "", "whether short links stay short or are extended with spooled fibre", ("asymmetric", "extended_fibre")
)
ENDS = Quantity("", "whether the left end link is long or short", ("long", "short"))

Node = Annotated[int, Quantity("", "which node, counted from 1 at the left end", int)]


@frozen(kw_only=True, eq=False)
class AlternatingChain(Single):
    """A chain whose repeaters all have the same asymmetry, with alternating sign. Avis et al., Sec. III.4.

    asymmetry: A. Neighbouring nodes are (1 + A) l and (1 - A) l apart in turn, for some l. links: their number.
    length_km: the distance from end to end, without spooled fibre.
    layout: "asymmetric": links are as long as their nodes are apart. "extended_fibre": fibre is spooled at the short
    links until they are as long as the long ones; no node moves.
    ends: with an odd number of links, whether both end links are long or both are short, which are two different
    chains. With an even number, whether the left one is long or short, which are mirror images.
    Raises Refused for an asymmetry outside [0, 1), no link or more than a million, a length outside 1e-30 to 1e30 km,
    and for an unknown layout or unknown ends.
    """

    asymmetry: float = field(metadata=about("1", ASYMMETRY, _ASYMMETRY))
    links: int = field(metadata={"quantity": LINKS})
    length_km: float = field(metadata={"quantity": LENGTH})
    layout: str = field(default="asymmetric", metadata={"quantity": LAYOUT})
    ends: str = field(default="long", metadata={"quantity": ENDS})

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        count_links(self.links)

    def long_links(self) -> NDArray[np.bool_]:
        """Which links are the long ones, at zero asymmetry those that become so, shape (links,)."""
        return (np.arange(self.links) % 2 == 0) == (self.ends == "long")

    def distances_km(self) -> Floats:
        """Distances between neighbouring nodes from left to right, shape (links,)."""
        left = 1 if self.ends == "long" else -1
        unequal = 1 + left * self.asymmetry * np.where(np.arange(self.links) % 2 == 0, 1, -1)
        return self.length_km * unequal / unequal.sum()

    def link_lengths_km(self) -> Floats:
        """Lengths of the links' fibres from left to right, shape (links,), spooled fibre included."""
        distances = self.distances_km()
        return np.full(self.links, distances.max()) if self.layout == "extended_fibre" else distances


@dataclass(frozen=True)
class NodeAsymmetry:
    """|L_left - L_right| / (L_left + L_right) and sign(L_left - L_right) of every repeater; mean size of all."""

    size: Floats
    sign: Floats
    chain: float


@dataclass(frozen=True)
class Position:
    """Distance of a node from the left end."""

    position_km: float = column(metadata=about("km", "distance from the left end"))


def count_links(links: int) -> None:
    """Raises Refused unless a chain can have so many links."""
    checks.count("links", links, _MOST_LINKS)


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


def alternating_position(chain: AlternatingChain, *, node: Node) -> Position:
    """Where node 1, 2, ..., links + 1 of the chain stands; the left end is node 1.

    Raises Refused for a node that the chain does not have.
    """
    checks.instance("chain", chain, AlternatingChain)
    if not 1 <= checks.count("node", node) <= chain.links + 1:
        raise Refused(f"node must lie in 1 to {chain.links + 1}, but is {node}")
    return Position(float(chain.distances_km()[: node - 1].sum()))
