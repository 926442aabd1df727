"""What `qnet.chain.estimate` and `qnet.chain.exact_means` ask of any protocol."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Annotated

from attrs import frozen
from numpy.typing import NDArray

from qnet import checks
from qnet.chain.links import Links
from qnet.checks import Floats
from qnet.records import Quantity, Single

COHERENCE: checks.Rule = ("must be 1e-30 or more, infinity included", lambda x: x >= 1e-30)

CoherenceTime = Annotated[float, Quantity("s", "coherence time of the memories", COHERENCE)]


@dataclass(frozen=True)
class Exact:
    """Mean time per delivery in s, and mean Werner parameter, a pure number, of what is delivered."""

    duration_s: float
    werner: float


@frozen(kw_only=True, eq=False)
class Protocol(Single, ABC):
    """A protocol: its fields are its conventions, and its methods say how it is sampled and what is known exactly."""

    @abstractmethod
    def warm_up_rounds(self, links: Links) -> int:
        """Deliveries of a chain that started empty after which what is left of its transient can be neglected."""

    @abstractmethod
    def period(self, links: Links) -> int:
        """A number of deliveries after which a chain may repeat itself: means are taken over multiples of it."""

    @abstractmethod
    def sums(self, state: NDArray, links: Links, coherence_time_s: float, warm_up: int, rounds: int) -> Floats:
        """(time, 1 - Werner parameter) of each chain, summed over `rounds` deliveries after the first `warm_up`.

        Shape (2, chains). The Werner parameter is that of perfect links; state: (4, chains), random generators.
        """

    @abstractmethod
    def exact(self, links: Links, coherence_time_s: float) -> Exact:
        """Means without sampling. Raises Refused where the protocol has none for these links, or they cost too much."""
