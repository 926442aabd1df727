"""What every protocol for a chain says of itself."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from qnet.chain.links import Links
from qnet.chain.nodes import Nodes
from qnet.checks import Floats
from qnet.errors import Refused
from qnet.records import Quantity, Single

MEASURE = Quantity("", "when end nodes measure", ("on_knowledge", "at_once"))
RESTART = Quantity("", "when links start again", ("as_soon_as_free", "restart_together"))


@dataclass(frozen=True)
class Exact:
    """Mean time per delivery in s, and the means of the correlators x, y and z of what is delivered, pure numbers."""

    duration_s: float
    x: float
    y: float
    z: float

    @property
    def werner(self) -> float:
        """The Werner parameter of a state of the same fidelity: the mean of x, y and z."""
        return (self.x + self.y + self.z) / 3


def delivered(duration_s: float, stored: float, links: Links, nodes: Nodes) -> Exact:
    """The means where storage leaves `stored` of all correlators, links and swaps the same of every state."""
    x, y, z = perfect(links, nodes) * stored
    return Exact(float(duration_s), float(x), float(y), float(z))


def perfect(links: Links, nodes: Nodes) -> Floats:
    """Correlators of what is delivered where nothing is stored, and links that distil lose nothing, shape (3,)."""
    return links.fixed().prod(axis=1) * nodes.swap_factors(len(links)).prod(axis=1)


@frozen(kw_only=True, eq=False)
class Protocol(Single, ABC):
    """A protocol: its fields are its conventions, and its methods say how it is sampled and what is known exactly."""

    rules: ClassVar[Any] = None  # of a protocol that is not of this package: its `qnet.chain.events.Rules`
    jumps: ClassVar[bool] = False  # whether a small change of times may change which states are delivered

    @abstractmethod
    def warm_up_rounds(self, links: Links) -> int:
        """Rounds of a chain that started empty after which what is left of its transient can be neglected."""

    def period(self, links: Links) -> int:
        """A number of rounds after which a chain may repeat itself: means are taken over multiples of it."""
        return 1

    def settled(self, links: Links) -> "Protocol":
        """The same protocol with all that it decides by these links decided."""
        return self

    def rounds_per_delivery(self, links: Links) -> float:
        """Roughly. More than one where the protocol may throw away all that it has and start again."""
        return 1.0

    @abstractmethod
    def sums(self, state: NDArray, links: Links, nodes: Nodes, warm_up: int, rounds: int) -> Floats:
        """(deliveries, time, losses) of each chain, summed over `rounds` after the first `warm_up`.

        Shape (2 + links.rows, chains). Losses: 1 minus what storage leaves of all correlators, one row; where links
        distil, 1 minus what that and these links leave of x, y and z, three rows. state: (4, chains), generators.
        """

    @abstractmethod
    def exact(self, links: Links, nodes: Nodes) -> Exact:
        """Means without sampling. Raises Refused where the protocol has none for these links, or they cost too much."""


def counted(sums: Floats, rounds: int) -> Floats:
    """Sums of durations and losses with the number of deliveries before them, where every round delivers."""
    return np.concatenate([np.full((1, sums.shape[1]), float(rounds)), sums])


def refuse_distilled(links: Links, where: str) -> None:
    if links.rows > 1:
        raise Refused(f"links must not distil for {where}, which are not known of them")
