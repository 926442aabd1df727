"""One repeater that makes one link at a time, and starts again when the second one takes too long.

Rounds are alike and independent. With X the time of the first link, of mean T_f / p_f, and the second one done after B
attempts of T_g, a round with a cut-off of t, in which g whole attempts fit, succeeds with P = 1 - q^g, q = 1 - p_g, and
takes X + min(B T_g, t). So the mean time is (E[X] + E[min(B T_g, t)]) / P, and storage leaves the mean of y^B over
B <= g, where y is what is left after the time of an attempt.
"""

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from qnet.chain.kernels import attempts, forget, words
from qnet.chain.links import Links, attempts_per_log2
from qnet.chain.nodes import Nodes
from qnet.chain.protocols.cutoff import CUTOFF, MOST_DISCARDS, SAME
from qnet.chain.protocols.protocol import MEASURE, Exact, Protocol, delivered, refuse_distilled
from qnet.chain.protocols.sequential import ORDER, Sequential
from qnet.checks import Floats
from qnet.errors import Refused
from qnet.kernels import kernel
from qnet.records import word_or_each

_FIRST = {"left_first": (0,), "right_first": (1,), "random": (0, 1)}


@frozen(kw_only=True, eq=False)
class SequentialCutoff(Protocol):
    """A repeater makes one link, then the other; where that takes too long, it drops the first state and starts again.

    Only one repeater: longer chains have `GlobalCutoff` and `LocalCutoff`, whose repeaters attempt on both sides.
    Attempts are back to back; a new round begins with the first link, also after a delivery.

    cutoff_s: for how long the repeater stores the first state. order: which link is made first, as in `Sequential`; a
    coin is tossed again in each round. measure: as in `GlobalCutoff`.

    Raises Refused for anything else, more than two links, and where more than 1e4 states are dropped per delivery.
    """

    jumps = True
    cutoff_s: float = field(metadata={"quantity": CUTOFF})
    order: str | tuple[str, ...] = field(converter=word_or_each, default="odd_first", metadata={"quantity": ORDER})
    measure: str = field(default="on_knowledge", metadata={"quantity": MEASURE})

    def warm_up_rounds(self, links: Links) -> int:
        return 0

    def first(self, links: Links) -> tuple[int, ...]:
        """Which link is made first, 0 or 1, or both if a coin decides."""
        refuse_distilled(links, "a repeater with a cut-off that makes one link at a time")
        if len(links) != 2:
            raise Refused(f"links must be two for one repeater with a cut-off, but are {len(links)}")
        return _FIRST[Sequential(order=self.order).settled(links).order[0]]

    def rounds_per_delivery(self, links: Links) -> float:
        success = np.mean([self._success(links, 1 - first) for first in self.first(links)])
        if success * (1 + MOST_DISCARDS) < 1:
            raise Refused(
                f"cutoff_s must let one round in {MOST_DISCARDS:g} or more succeed, but {self.cutoff_s!r} lets one in "
                f"{1 / success if success else np.inf:.3g}"
            )
        return float(1 / success)

    def sums(self, state: NDArray, links: Links, nodes: Nodes, warm_up: int, rounds: int) -> Floats:
        return run(
            state,
            links.cycle_time_s,
            attempts_per_log2(links.success_probability),
            np.array(self.first(links)),
            self._decay_hz(nodes),
            self.cutoff_s,
            SAME * links.cycle_time_s.min(),
            rounds,
        )

    def exact(self, links: Links, nodes: Nodes) -> Exact:
        """The formulas at the top of the file; with a coin, means over both orders of what is in them."""
        success = duration = kept = 0.0
        for first in self.first(links):
            time, p = links.cycle_time_s[1 - first], links.success_probability[1 - first]
            chance, g = self._success(links, 1 - first), self._attempts(links, 1 - first)
            after_one = np.exp(-time * self._decay_hz(nodes)[first])
            success += chance
            duration += links.cycle_time_s[first] / links.success_probability[first]
            duration += time / p * (chance - g * p * (1 - chance)) + self.cutoff_s * (1 - chance)
            kept += p * after_one * (1 - ((1 - p) * after_one) ** g) / (1 - (1 - p) * after_one)
        return delivered(duration / success, kept / success, links, nodes)

    def _attempts(self, links: Links, second: int) -> float:
        """Whole attempts of the second link that fit into the cut-off."""
        cycle_s = links.cycle_time_s
        return float(np.floor((self.cutoff_s + SAME * cycle_s.min()) / cycle_s[second]))

    def _success(self, links: Links, second: int) -> float:
        return float(1 - (1 - links.success_probability[second]) ** self._attempts(links, second))

    def _decay_hz(self, nodes: Nodes) -> Floats:
        """Of the state that waits, where the left and where the right link is first; shape (2,)."""
        decay_hz = nodes.decay_hz(2)
        return decay_hz[1] + (decay_hz[[0, 2]] if self.measure == "on_knowledge" else np.zeros(2))


@kernel(nogil=True, error_model="numpy")
def run(state, cycle_s, attempts_per_log2, first, decay_hz, cutoff_s, same_s, rounds):
    """Deliveries, times, and what storage takes, summed over `rounds` rounds, fruitless ones included; (3, chains).

    state: (4, chains), generators of the chains, moved on. cycle_s, attempts_per_log2: (2,), of both links. first: the
    links among which a coin decides. decay_hz: (2,), of the state that waits, by the link that is first. same_s: times
    that differ by less are the same.
    """
    chains = state.shape[1]
    spent, bits = np.empty((2, chains)), np.empty(chains, np.uint64)
    stored, lost = np.empty(1), np.zeros(1)
    sums = np.zeros((3, chains))
    for _ in range(rounds):
        for i in range(2):
            attempts(state, attempts_per_log2[i], 0.0, cycle_s[i], spent[i])
        words(state, bits)
        for j in range(chains):
            f = first[int(bits[j] >> np.uint64(63)) % first.size]
            waits = spent[1 - f, j]
            complete = waits <= cutoff_s + same_s
            sums[0, j] += complete
            sums[1, j] += spent[f, j] + (waits if complete else cutoff_s)
            if complete:
                stored[0], lost[0] = waits * decay_hz[f], 0.0
                forget(stored, lost)
                sums[2, j] += lost[0]
    return sums
