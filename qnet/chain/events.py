"""A chain simulated event by event: slow and literal, to check faster ways of sampling the same chain.

The engine knows qubits, pairs and events; each protocol adds the rules by which its nodes act.

Avis et al., arXiv:2305.09635, Sec. III. Events are the end of one attempt of one link and the arrival of one message;
everything else happens at the moment of an event. Each attempt is an event of its own with a Bernoulli outcome, so that
nothing rests on a formula for the number of attempts. Every link draws from a stream of its own, in the order of its
own attempts, so the history does not depend on the order in which simultaneous events are taken.
"""

import heapq
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import count

import numpy as np
from numpy.typing import ArrayLike

from qnet import checks
from qnet.chain.links import Links
from qnet.chain.protocols.protocol import COHERENCE
from qnet.chain.protocols.swap_asap import STANDARD, SwapAsap
from qnet.checks import Floats
from qnet.errors import Refused

_LEAST_PROBABILITY = 1e-6  # at most about a second per elementary state
_LEFT, _RIGHT = 0, -1  # which of the things listed from left to right is at that end


@dataclass(frozen=True)
class Deliveries:
    """End-to-end states in the order of their delivery; d deliveries over n links.

    delivered_s: when both end nodes are done, measured from the start of the run; shape (d,).
    werner: Werner parameter of the state as measured, that of the elementary states included; shape (d,).
    storage_s: how long each qubit was stored, from left to right, two qubits a link; shape (d, 2 n).
    swapped_s: when each repeater, from left to right, swapped for this state; shape (d, n - 1).
    """

    delivered_s: Floats
    werner: Floats
    storage_s: Floats
    swapped_s: Floats


def simulate_events(
    links: Links,
    protocol: SwapAsap = STANDARD,
    *,
    deliveries: int,
    seed: int,
    coherence_time_s: float = 1.0,
) -> Deliveries:
    """Delivery times and Werner parameters of the first `deliveries` end-to-end states, warm-up included.

    A qubit stored for t depolarises: rho -> e^(-t/T) rho + (1 - e^(-t/T)) Tr_q rho (x) 1/2 with T = coherence_time_s,
    which may be infinite. A swap of Werner states gives a Werner state whose parameter is the product. Avis et al.,
    Sec. III and Eq. (33). Takes about a microsecond per attempt, so 1 / success_probability of them per state and link.
    Raises Refused for deliveries that are not a positive integer, a seed that is not a non-negative integer, a
    coherence time below 1e-30 s, and a success probability below 1e-6, for which attempts are too many.
    """
    checks.instance("links", links, Links)
    checks.instance("protocol", protocol, *_RULES)
    wanted = checks.count("deliveries", deliveries, most=10**12)
    entropy = checks.seed(seed)
    coherence_time = checks.number("coherence_time_s", coherence_time_s, COHERENCE)
    probability = _floats(links.success_probability)
    if min(probability) < _LEAST_PROBABILITY:
        raise Refused(
            f"links must have success probabilities of {_LEAST_PROBABILITY:g} or more to be simulated attempt by "
            f"attempt, but one has {min(probability)!r}"
        )
    chain = _RULES[type(protocol)](links, entropy, coherence_time, protocol)
    while len(chain.delivered) < wanted:
        chain.next_event()
    times, pairs = zip(*chain.delivered, strict=True)
    return Deliveries(
        np.array(times),
        np.array([pair.werner for pair in pairs]),
        np.array([[stored for state in pair.states for stored in state.storage_s] for pair in pairs]),
        np.array([pair.swapped_s for pair in pairs]).reshape(wanted, len(links) - 1),
    )


@dataclass(eq=False)
class _State:
    """An elementary state made by a link; how long its left and its right qubit were stored."""

    link: int
    storage_s: list[float]


@dataclass(eq=False)
class _Qubit:
    """A memory: the pair that it holds half of, None if free, and since when."""

    pair: "_Pair | None" = None
    since_s: float = 0.0


@dataclass(eq=False)
class _Pair:
    """An entangled pair, the memories at its ends, and the elementary states and swaps it came from, left to right."""

    left: _Qubit
    right: _Qubit
    werner: float
    states: list[_State]
    swapped_s: list[float]
    ends_that_are_done: int = 0


class _EndNode:
    """One qubit, and the swap outcomes that have arrived: which elementary state was joined to which one beyond it."""

    def __init__(self, side: int, qubit: _Qubit, own_link: int, last_link: int) -> None:
        self.side = side
        self.qubit = qubit
        self.own_link = own_link
        self.last_link = last_link
        self.joined: dict[_State, _State] = {}
        self.waits_with: _Pair | None = None

    def known_pair(self) -> _Pair | None:
        """The pair held here, if the outcomes that arrived lead from its state here to one at the other end node."""
        pair = self.qubit.pair
        if pair is None:
            return None
        state = pair.states[self.side]
        while state.link != self.last_link:
            if state not in self.joined:
                return None
            state = self.joined[state]
        return pair


class _Chain:
    """The engine: qubits, pairs, events, and links that attempt until they succeed. What follows, subclasses say.

    Link i joins the right-hand qubit of node i to the left-hand qubit of node i + 1; nodes 0 and n are the ends.
    """

    def __init__(self, links: Links, seed: int, coherence_time_s: float) -> None:
        self.cycle_time_s = _floats(links.cycle_time_s)
        self.success_probability = _floats(links.success_probability)
        self.message_time_s = _floats(links.message_time_s)
        self.werner = _floats(links.werner)
        self.coherence_time_s = coherence_time_s
        self.last = len(links) - 1
        self.random = [np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(len(links))]
        self.left_qubit = [_Qubit() for _ in range(len(links))]
        self.right_qubit = [_Qubit() for _ in range(len(links))]
        self.ends = (
            _EndNode(_LEFT, self.left_qubit[0], own_link=0, last_link=self.last),
            _EndNode(_RIGHT, self.right_qubit[-1], own_link=self.last, last_link=0),
        )
        self.now_s = 0.0
        self.events: list[tuple[float, int, Callable[[], None]]] = []
        self.ticket = count()
        self.delivered: list[tuple[float, _Pair]] = []

    def schedule(self, delay_s: float, action: Callable[[], None]) -> None:
        heapq.heappush(self.events, (self.now_s + delay_s, next(self.ticket), action))

    def next_event(self) -> None:
        self.now_s, _, action = heapq.heappop(self.events)
        action()

    def start_all(self) -> None:
        for link in range(self.last + 1):
            self.start_attempt(link)

    def start_attempt(self, link: int) -> None:
        self.schedule(self.cycle_time_s[link], partial(self.end_attempt, link))

    def end_attempt(self, link: int) -> None:
        if self.random[link].random() >= self.success_probability[link]:
            self.start_attempt(link)
            return
        left, right = self.left_qubit[link], self.right_qubit[link]
        pair = _Pair(left, right, self.werner[link], [_State(link, [0.0, 0.0])], [])
        left.pair = right.pair = pair
        left.since_s = right.since_s = self.now_s
        self.link_done(link)

    def link_done(self, link: int) -> None:
        """The protocol's rule for a link that holds a new state."""
        raise NotImplementedError

    def join(self, left: _Pair, right: _Pair) -> None:
        """A swap at the node where two pairs meet; both its qubits are free afterwards."""
        near, far = left.right, right.left
        self.end_storage(left, _RIGHT)
        self.end_storage(right, _LEFT)
        joined = _Pair(
            left.left,
            right.right,
            left.werner * right.werner,
            left.states + right.states,
            [*left.swapped_s, self.now_s, *right.swapped_s],
        )
        joined.left.pair = joined.right.pair = joined
        near.pair = far.pair = None

    def end_storage(self, pair: _Pair, side: int) -> None:
        """The qubit at that end of the pair has been stored until now, and the pair has decayed by as much."""
        qubit = (pair.left, pair.right)[side]
        stored = self.now_s - qubit.since_s
        pair.states[side].storage_s[side] = stored
        pair.werner *= math.exp(-stored / self.coherence_time_s)

    def start_if_free(self, link: int) -> None:
        if self.left_qubit[link].pair is None and self.right_qubit[link].pair is None:
            self.start_attempt(link)


class _SwapAsap(_Chain):
    """The rules of `SwapAsap`."""

    def __init__(self, links: Links, seed: int, coherence_time_s: float, protocol: SwapAsap) -> None:
        super().__init__(links, seed, coherence_time_s)
        self.protocol = protocol
        self.start_all()

    def link_done(self, link: int) -> None:
        for node in (link, link + 1):
            if 1 <= node <= self.last:
                self.swap_if_ready(node)
        for end in self.ends:
            self.look_at_outcomes(end)

    def swap_if_ready(self, node: int) -> None:
        near, far = self.right_qubit[node - 1], self.left_qubit[node]
        if near.pair is None or far.pair is None:
            return
        left, right = near.pair, far.pair
        self.join(left, right)
        self.send_outcome(node, left.states[-1], right.states[0])
        if self.protocol.restart == "as_soon_as_free":
            self.start_if_free(node - 1)
            self.start_if_free(node)

    def send_outcome(self, node: int, left: _State, right: _State) -> None:
        """To both end nodes, along the fibre if messages take time: the states that the swap at `node` has joined."""
        to_left, to_right = sum(self.message_time_s[:node]), sum(self.message_time_s[node:])
        if not self.protocol.messages:
            to_left = to_right = 0.0
        self.schedule(to_left, partial(self.receive_outcome, self.ends[_LEFT], left, right))
        self.schedule(to_right, partial(self.receive_outcome, self.ends[_RIGHT], right, left))

    def receive_outcome(self, end: _EndNode, near: _State, far: _State) -> None:
        end.joined[near] = far
        self.look_at_outcomes(end)

    def look_at_outcomes(self, end: _EndNode) -> None:
        pair = end.known_pair()
        if pair is None or pair is end.waits_with:
            return
        if self.protocol.measure == "one_message_later":
            end.waits_with = pair
            self.schedule(sum(self.message_time_s), partial(self.finish, end, pair))
        else:
            self.finish(end, pair)

    def finish(self, end: _EndNode, pair: _Pair) -> None:
        if self.protocol.measure != "at_once":
            self.end_storage(pair, end.side)
        end.qubit.pair = None
        for state in pair.states:
            end.joined.pop(state, None)
        pair.ends_that_are_done += 1
        if pair.ends_that_are_done == 2:
            self.delivered.append((self.now_s, pair))
        if self.protocol.restart == "as_soon_as_free":
            self.start_if_free(end.own_link)
        elif pair.ends_that_are_done == 2:
            self.start_all()


_RULES = {SwapAsap: _SwapAsap}


def _floats(values: ArrayLike) -> list[float]:
    return np.asarray(values, dtype=np.float64).tolist()
