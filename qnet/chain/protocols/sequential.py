"""Repeaters with one interface, which attempt on one of their two links at a time, and swap at the second success.

Avis et al., arXiv:2305.09635, Sec. IV, leave open what asymmetry does to them. Link i is done at E_i(k) in round k.
Repeaters are free for it at Y_v = max(E_v, E_{v+1})(k-1), end nodes when the state is delivered. A link may start, as
far as a repeater is concerned, at Y_v if it is first there, else once the other link of the repeater is done. It starts
when both its nodes let it, l_i on the left and r_i on the right, and takes X_i = G_i T_i: E_i = max(l_i, r_i) + X_i. A
link that waits for its left neighbour is not waited for by it, so l follows from left to right and r from right to
left: l_{i+1} = max(l_i, Y_i) + X_i where repeater i makes link i first, else Y_i; r_i likewise from r_{i+1}.
"""

import numpy as np
from attrs import evolve, field, frozen
from numpy.typing import NDArray

from qnet.chain.kernels import attempts, generated, lose, nothing_lost, waited
from qnet.chain.links import Links
from qnet.chain.nodes import Nodes
from qnet.chain.protocols.protocol import MEASURE, RESTART, Exact, Protocol, counted, perfect
from qnet.checks import Floats
from qnet.errors import Refused
from qnet.kernels import kernel
from qnet.records import Quantity, word_or_each

_ORDERS = ("odd_first", "even_first", "left_first", "right_first", "long_first", "short_first", "random")
ORDER = Quantity("", "which of its two links a repeater makes first", _ORDERS, per="repeater")
_SAME = 1e-9  # mean times of links that differ by less, relatively, are the same
_NEVER, _ALWAYS, _BY_COIN = 0, 1, 2  # whether a repeater makes its left link first


@frozen(kw_only=True, eq=False)
class Sequential(Protocol):
    """Which link a repeater makes first in each round, when links start again, and when end nodes measure.

    Always: a repeater attempts on at most one of its links at a time, back to back, and a link while both its nodes are
    at it; a link holds its state from the end of the attempt that succeeds; a repeater swaps at its second success,
    which takes no time, never fails and frees both qubits; end nodes know at once that a state is complete.

    order: one word, or a list of one per repeater from left to right. "odd_first", "even_first": the link whose number,
    counted from 1 at the left end, is odd or even. "left_first", "right_first": the link on that side. "long_first",
    "short_first": the link whose state takes longer or less long to make on average; where both take the same, the one
    with the odd number. "random": a fair coin, tossed for each repeater in each round.
    restart: "as_soon_as_free": a repeater begins the next round once it has swapped, an end node once the state is
    delivered. "restart_together": all nodes once the state is delivered.
    measure: "on_knowledge": an end node stores its qubit until the state is delivered. "at_once": not at all.

    Raises Refused for anything else.
    """

    order: str | tuple[str, ...] = field(
        converter=word_or_each,
        default="odd_first",
        metadata={"quantity": ORDER},
    )
    restart: str = field(default="as_soon_as_free", metadata={"quantity": RESTART})
    measure: str = field(default="on_knowledge", metadata={"quantity": MEASURE})

    def warm_up_rounds(self, links: Links) -> int:
        """News of a delivery spreads by a link per round or faster, and in some rounds the one before is forgotten."""
        return 0 if self.restart == "restart_together" else 20 + 3 * len(links)

    def settled(self, links: Links) -> "Sequential":
        """With one order for each repeater, and none that depends on how long links take."""
        words = {_NEVER: "right_first", _ALWAYS: "left_first", _BY_COIN: "random"}
        return evolve(self, order=[words[each] for each in self._left_first(links)]) if len(links) > 1 else self

    def sums(self, state: NDArray, links: Links, nodes: Nodes, warm_up: int, rounds: int) -> Floats:
        decay_hz = nodes.decay_hz(len(links))
        sums = run(
            state,
            links.law(decay_hz),
            links.kept(state.shape[1]),
            self._left_first(links),
            decay_hz,
            self.measure == "on_knowledge",
            self.restart == "restart_together",
            warm_up,
            rounds,
        )
        return counted(sums, rounds)

    def exact(self, links: Links, nodes: Nodes) -> Exact:
        """For chains that are made link by link from one end to the other, which one repeater always does.

        The mean duration is the sum of those of the links. All links but the first to be made are waited for: with s
        the decay of the repeater before a link, and of the first end node where that stores, a state that takes X
        leaves exp(-X s), of which `Links.transform` has the mean.
        Raises Refused where any two repeaters go in different directions, and for coins of two or more of them.
        """
        first = self._left_first(links)
        if len(first) and ((first[0] == _BY_COIN and len(first) > 1) or (first != first[0]).any()):
            raise Refused(
                "order must lead from one end of the chain to the other to have exact means, "
                f"but is {self.order!r} for {len(links)} links"
            )
        decay = nodes.decay_hz(len(links))
        ways = {_ALWAYS: (True,), _NEVER: (False,), _BY_COIN: (True, False)}[first[0] if len(first) else _ALWAYS]
        stored = np.mean([self._stored(links, decay, forth) for forth in ways], axis=0)
        x, y, z = perfect(links, nodes) * stored
        return Exact(float(links.mean_duration_s(decay).sum()), float(x), float(y), float(z))

    def _stored(self, links: Links, decay_hz: Floats, forth: bool) -> Floats:
        """What is left of each correlator on average where links are made from left to right, or from right to left."""
        waits = decay_hz[1:-1] + (decay_hz[0 if forth else -1] if self.measure == "on_knowledge" else 0.0)
        waits = np.append(0.0, waits) if forth else np.append(waits, 0.0)
        return links.transform(decay_hz, waits).prod(axis=1)

    def _left_first(self, links: Links) -> NDArray[np.int64]:
        """Of each repeater, whether it makes its left link first: never, always, or by a coin; shape (links - 1,)."""
        repeaters = len(links) - 1
        words = (self.order,) * repeaters if isinstance(self.order, str) else self.order
        if len(words) != repeaters:
            raise Refused(f"order must be one word, or one for each of {repeaters} repeaters, but lists {len(words)}")
        mean = links.cycle_time_s / links.success_probability
        left, right = mean[:-1], mean[1:]
        left_is_odd = np.arange(repeaters) % 2 == 0
        same = np.isclose(left, right, rtol=_SAME, atol=0)
        left_is = {
            "odd_first": left_is_odd,
            "even_first": ~left_is_odd,
            "left_first": np.full(repeaters, True),
            "right_first": np.full(repeaters, False),
            "long_first": np.where(same, left_is_odd, left > right),
            "short_first": np.where(same, left_is_odd, left < right),
        }
        return np.array(
            [_BY_COIN if word == "random" else int(left_is[word][v]) for v, word in enumerate(words)], dtype=np.int64
        )


@kernel(nogil=True, error_model="numpy")
def run(state, law, kept, left_first, decay_hz, ends_store, together, warm_up, rounds):
    """Times, and what is lost of correlators, summed over `rounds` deliveries of each chain after the first `warm_up`.

    Shape (2 or 4, chains), see `kernels.lose`. state: (4, chains), generators of the chains, moved on. law:
    (links, columns), and kept: None or (3, chains), see `kernels`. left_first: (links - 1,), of each repeater: never,
    always or by a coin. decay_hz: (links + 1,), of each node's memories. ends_store: whether end nodes store until they
    know. together: whether all nodes restart at each delivery.
    """
    links, chains = law.shape[0], state.shape[1]
    stored, delivered, coin = np.empty(chains), np.empty(chains), np.empty(chains)
    buffers, bits, rows = np.empty((3, chains)), np.empty(chains, np.uint64), 1 if kept is None else 3
    free, spent, done = np.zeros((links + 1, chains)), np.empty((links, chains)), np.empty((links, chains))
    left, first = np.empty(chains), np.zeros((links, chains))
    sums = np.zeros((1 + rows, chains))
    for v in range(links - 1):
        for j in range(chains):
            first[v, j] = left_first[v]
    for k in range(warm_up + rounds):
        nothing_lost(kept)
        for i in range(links):
            generated(state, law, i, spent[i], kept, buffers, bits)
        for v in range(links - 1):
            if left_first[v] == _BY_COIN:
                attempts(state, -1.0, 0.0, 1.0, coin)
                for j in range(chains):
                    first[v, j] = 1.0 if coin[j] == 1.0 else 0.0
        for j in range(chains):  # done: when the right node lets a link start
            done[links - 1, j] = free[links, j]
        for i in range(links - 1, 0, -1):
            for j in range(chains):
                after = max(free[i, j], done[i, j]) + spent[i, j]
                done[i - 1, j] = free[i, j] if first[i - 1, j] == 1.0 else after
        for j in range(chains):
            left[j] = free[0, j]
            delivered[j] = stored[j] = 0.0
        for i in range(links):
            for j in range(chains):
                after = max(left[j], free[i + 1, j]) + spent[i, j]
                done[i, j] = max(left[j], done[i, j]) + spent[i, j]
                left[j] = after if first[i, j] == 1.0 else free[i + 1, j]
                delivered[j] = max(delivered[j], done[i, j])
            if i > 0:
                waited(done[i], done[i - 1], decay_hz[i], stored)
        if ends_store:
            waited(delivered, done[0], decay_hz[0], stored)
            waited(delivered, done[links - 1], decay_hz[links], stored)
        if k >= warm_up:
            for j in range(chains):
                sums[0, j] += delivered[j]
            lose(stored, kept, buffers[0], sums[1:])
        if not together:
            for v in range(1, links):
                for j in range(chains):
                    free[v, j] = max(done[v - 1, j], done[v, j]) - delivered[j]
    return sums
