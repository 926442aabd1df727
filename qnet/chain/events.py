"""A chain simulated event by event: slow and literal, to check faster ways of sampling the same chain.

The engine knows qubits, pairs and events; each protocol adds the rules by which its nodes act.

Avis et al., arXiv:2305.09635, Sec. III. Events are the end of one attempt of one link and the arrival of one message;
everything else happens at the moment of an event. Each attempt is an event of its own with a Bernoulli outcome, so that
nothing rests on a formula for the number of attempts. Every link draws from a stream of its own, in the order of its
own attempts, so the history does not depend on the order in which simultaneous events are taken.
"""

import heapq
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from itertools import count

import numpy as np
from numpy.typing import ArrayLike

from qnet import checks
from qnet.chain.distillation import Distillation, DistilledLinks
from qnet.chain.links import Links
from qnet.chain.nodes import NODES, Nodes
from qnet.chain.protocols.cutoff import MOST_DISCARDS, SAME, GlobalCutoff, LocalCutoff
from qnet.chain.protocols.protocol import Protocol
from qnet.chain.protocols.sequential import Sequential
from qnet.chain.protocols.sequential_cutoff import SequentialCutoff
from qnet.chain.protocols.swap_asap import STANDARD, SwapAsap
from qnet.checks import Floats
from qnet.errors import Refused

_LEAST_PROBABILITY = 1e-6  # at most about a second per elementary state
_LEFT, _RIGHT = 0, -1  # which of the things listed from left to right is at that end


@dataclass(frozen=True)
class Deliveries:
    """End-to-end states in the order of their delivery; d deliveries over n links.

    delivered_s: when both end nodes are done, measured from the start of the run; shape (d,).
    x, y, z: correlators <XX>, -<YY> and <ZZ> of the state as measured, those of elementary states included; shape (d,).
    storage_s: how long each qubit was stored, from left to right, two qubits a link; shape (d, 2 n).
    swapped_s: when each repeater, from left to right, swapped for this state; shape (d, n - 1).
    """

    delivered_s: Floats
    x: Floats
    y: Floats
    z: Floats
    storage_s: Floats
    swapped_s: Floats

    @property
    def werner(self) -> Floats:
        """Werner parameters of states of the same fidelity, means of x, y and z; shape (d,)."""
        return (self.x + self.y + self.z) / 3


def simulate_events(
    links: Links, nodes: Nodes = NODES, protocol: Protocol = STANDARD, *, deliveries: int, seed: int
) -> Deliveries:
    """Delivery times and states of the first `deliveries` end-to-end states, warm-up included.

    Qubits decay while they are stored as `Nodes` says. A swap of Bell-diagonal states gives a Bell-diagonal state whose
    correlators are products. Takes about a microsecond per attempt, so 1 / success_probability of them per state and
    link. Raises Refused for deliveries that are not a positive integer, a seed that is not a non-negative integer,
    lists of another length than the chain has nodes, a protocol without rules here, a success probability below 1e-6,
    for which attempts are too many, and a cut-off that drops more than 1e4 times per delivery.
    """
    checks.instance("links", links, Links)
    checks.instance("nodes", nodes, Nodes)
    checks.instance("protocol", protocol, Protocol)
    rules = _RULES.get(type(protocol), protocol.rules)
    if rules is None:
        raise Refused(f"protocol must have rules event by event, but {type(protocol).__name__} has none")
    wanted = checks.count("deliveries", deliveries, most=10**12)
    entropy = checks.seed(seed)
    probability = _floats(links.success_probability)
    if min(probability) < _LEAST_PROBABILITY:
        raise Refused(
            f"links must have success probabilities of {_LEAST_PROBABILITY:g} or more to be simulated attempt by "
            f"attempt, but one has {min(probability)!r}"
        )
    chain: Rules = rules(links, nodes, entropy, protocol)
    while len(chain.delivered) < wanted:
        chain.next_event()
    times, pairs = zip(*chain.delivered, strict=True)
    x, y, z = np.array([pair.correlators for pair in pairs]).T
    return Deliveries(
        np.array(times),
        x,
        y,
        z,
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
    """A memory: its node, the pair that it holds half of, None if free, and since when."""

    node: int
    pair: "_Pair | None" = None
    since_s: float = 0.0


@dataclass(eq=False)
class _Pair:
    """An entangled pair, the memories at its ends, and the elementary states and swaps it came from, left to right."""

    left: _Qubit
    right: _Qubit
    correlators: Floats
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


class Rules:
    """The engine: qubits, pairs, events, and links that attempt until they succeed. What follows, subclasses say.

    Link i joins the right-hand qubit of node i to the left-hand qubit of node i + 1; nodes 0 and n are the ends.
    """

    def __init__(self, links: Links, nodes: Nodes, seed: int) -> None:
        self.cycle_time_s = _floats(links.cycle_time_s)
        self.success_probability = _floats(links.success_probability)
        self.message_time_s = _floats(links.message_time_s)
        self.correlators = links.correlators().T
        self.decay_hz = _floats(nodes.decay_hz(len(links)))
        self.swap_factor = nodes.swap_factors(len(links)).T
        self.last = len(links) - 1
        seeds = np.random.SeedSequence(seed)
        self.random = [np.random.default_rng(child) for child in seeds.spawn(len(links))]
        self.coin = [np.random.default_rng(child) for child in seeds.spawn(len(links) + 1)]
        self.running = [0] * len(links)  # how often attempts of a link were aborted
        self.distillation = links.distillation if isinstance(links, DistilledLinks) else None
        self.wanted_states = [1 + bool(each) for each in getattr(links, "distils", [False] * len(links))]
        self.held_since_s: list[list[float]] = [[] for _ in range(len(links))]  # elementary states
        self.left_qubit = [_Qubit(node) for node in range(len(links))]
        self.right_qubit = [_Qubit(node + 1) for node in range(len(links))]
        self.ends = (
            _EndNode(_LEFT, self.left_qubit[0], own_link=0, last_link=self.last),
            _EndNode(_RIGHT, self.right_qubit[-1], own_link=self.last, last_link=0),
        )
        self.now_s = 0.0
        self.events: list[tuple[float, int, Callable[[], None]]] = []
        self.ticket = count()
        self.delivered: list[tuple[float, _Pair]] = []
        self.discards = 0

    def schedule(self, delay_s: float, action: Callable[[], None]) -> None:
        heapq.heappush(self.events, (self.now_s + delay_s, next(self.ticket), action))

    def next_event(self) -> None:
        self.now_s, _, action = heapq.heappop(self.events)
        action()

    def start_all(self) -> None:
        for link in range(self.last + 1):
            self.start_link(link)

    def start_link(self, link: int) -> None:
        self.held_since_s[link] = []
        self.start_attempt(link)

    def start_attempt(self, link: int) -> None:
        self.schedule(self.cycle_time_s[link], partial(self.end_attempt, link, self.running[link]))

    def end_attempt(self, link: int, running: int) -> None:
        if running != self.running[link]:
            return
        held, wanted = self.held_since_s[link], self.wanted_states[link]
        parallel = self.distillation is not None and self.distillation.channels == "parallel"
        for _ in range(wanted - len(held) if parallel else 1):
            if self.random[link].random() < self.success_probability[link]:
                held.append(self.now_s)
        if len(held) < wanted:
            self.start_attempt(link)
        elif self.distillation is None or wanted == 1:
            self.hold(link, self.correlators[link])
        else:
            self.distil(link, self.distillation)

    def distil(self, link: int, distillation: Distillation) -> None:
        """One round on the two states of a link: the newer one is kept if it succeeds."""
        older_s, newer_s = self.held_since_s[link]
        both_hz = self.decay_hz[link] + self.decay_hz[link + 1]
        measured = self.correlators[link] * math.exp(-(newer_s - older_s) * both_hz)
        chance, kept = distillation.round(self.correlators[link], measured)
        wait_s = self.message_time_s[link] if distillation.confirm else 0.0
        done = self.random[link].random() < chance
        kept = kept * math.exp(-wait_s * both_hz)
        self.schedule(wait_s, partial(self.end_round, link, self.running[link], kept if done else None))

    def end_round(self, link: int, running: int, kept: Floats | None) -> None:
        if running == self.running[link]:
            if kept is None:
                self.start_link(link)
            else:
                self.hold(link, kept)

    def hold(self, link: int, correlators: Floats) -> None:
        """The link has a state with these correlators."""
        left, right = self.left_qubit[link], self.right_qubit[link]
        pair = _Pair(left, right, correlators, [_State(link, [0.0, 0.0])], [])
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
            left.correlators * right.correlators * self.swap_factor[near.node],
            left.states + right.states,
            [*left.swapped_s, self.now_s, *right.swapped_s],
        )
        joined.left.pair = joined.right.pair = joined
        near.pair = far.pair = None

    def swapped(self, link: int) -> list[int]:
        """Repeaters next to a link that is done swap if they can: those that did."""
        done = []
        for node in (link, link + 1):
            left, right = self.pairs_at(node)
            if left and right:
                self.join(left, right)
                done.append(node)
        return done

    def pairs_at(self, node: int) -> tuple[_Pair | None, _Pair | None]:
        """What a repeater holds halves of, on its left and on its right; nothing at an end node."""
        if not 1 <= node <= self.last:
            return None, None
        return self.right_qubit[node - 1].pair, self.left_qubit[node].pair

    def deliver_if_complete(self, measure: str) -> bool:
        """Whether a pair leads from end to end; both end nodes know at once, measure it, and are free."""
        pair = self.left_qubit[0].pair
        if pair is None or pair.right is not self.right_qubit[-1]:
            return False
        if measure == "on_knowledge":
            self.end_storage(pair, _LEFT)
            self.end_storage(pair, _RIGHT)
        pair.left.pair = pair.right.pair = None
        self.delivered.append((self.now_s, pair))
        return True

    def end_storage(self, pair: _Pair, side: int) -> None:
        """The qubit at that end of the pair has been stored until now, and the pair has decayed by as much."""
        qubit = (pair.left, pair.right)[side]
        stored = self.now_s - qubit.since_s
        pair.states[side].storage_s[side] = stored
        pair.correlators = pair.correlators * math.exp(-stored * self.decay_hz[qubit.node])

    def dropped(self, cutoff_s: float) -> None:
        """The protocol has thrown something away."""
        self.discards += 1
        if self.discards > MOST_DISCARDS * (len(self.delivered) + 1):
            raise Refused(
                f"cutoff_s must drop at most {MOST_DISCARDS:g} times per delivery, but {cutoff_s!r} drops more"
            )

    def start_if_free(self, link: int) -> None:
        if self.left_qubit[link].pair is None and self.right_qubit[link].pair is None:
            self.start_link(link)


class _SwapAsap(Rules):
    """The rules of `SwapAsap`."""

    def __init__(self, links: Links, nodes: Nodes, seed: int, protocol: SwapAsap) -> None:
        super().__init__(links, nodes, seed)
        self.protocol = protocol
        self.start_all()

    def link_done(self, link: int) -> None:
        for node in (link, link + 1):
            self.swap_if_ready(node)
        for end in self.ends:
            self.look_at_outcomes(end)

    def swap_if_ready(self, node: int) -> None:
        left, right = self.pairs_at(node)
        if left is None or right is None:
            return
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


class _Sequential(Rules):
    """The rules of `Sequential`: what each repeater still wants in this round, the link that it makes now first."""

    def __init__(self, links: Links, nodes: Nodes, seed: int, protocol: Sequential) -> None:
        super().__init__(links, nodes, seed)
        settled = protocol.settled(links)
        self.protocol = settled
        self.order = ["", *(settled.order if len(links) > 1 else ()), ""]
        self.wanted: list[list[int]] = [[] for _ in range(len(links) + 1)]
        self.begin(range(len(links) + 1))

    def begin(self, nodes: Iterable[int]) -> None:
        """A new round at these nodes, as if at one time."""
        begun = list(nodes)
        for node in begun:
            self.wanted[node] = [link for link in (node - 1, node) if 0 <= link <= self.last]
            if self.order[node] == "right_first" or (self.order[node] == "random" and self.coin[node].random() < 0.5):
                self.wanted[node].reverse()
        self.start_agreed({link for node in begun for link in self.wanted[node]})

    def start_agreed(self, links: Iterable[int]) -> None:
        """Those of the links start that both their nodes make now."""
        for link in links:
            if all(self.wanted[node][:1] == [link] for node in (link, link + 1)):
                self.start_link(link)

    def link_done(self, link: int) -> None:
        for node in (link, link + 1):
            self.wanted[node].remove(link)
        swaps = self.swapped(link)
        self.start_agreed({wanted for node in (link, link + 1) for wanted in self.wanted[node][:1]})
        complete = self.deliver_if_complete(self.protocol.measure)
        if self.protocol.restart == "as_soon_as_free":
            self.begin(swaps + [0, self.last + 1] * complete)
        elif complete:
            self.begin(range(self.last + 2))


class _SequentialCutoff(_Sequential):
    """The rules of `SequentialCutoff`: those of `Sequential`, and a time-out from the first success on."""

    def __init__(self, links: Links, nodes: Nodes, seed: int, protocol: SequentialCutoff) -> None:
        self.cutoff_s = protocol.cutoff_s
        self.same_s = SAME * float(links.cycle_time_s.min())
        together = Sequential(order=protocol.order, restart="restart_together", measure=protocol.measure)
        super().__init__(links, nodes, seed, together)

    def link_done(self, link: int) -> None:
        pair = self.left_qubit[link].pair
        over = self.now_s + self.cutoff_s
        super().link_done(link)
        if pair and pair in self.pairs_at(1):
            self.schedule(self.cutoff_s + self.same_s, partial(self.give_up, link, pair, over))

    def give_up(self, link: int, pair: _Pair, over_s: float) -> None:
        """The repeater drops that pair, if it still holds half of it."""
        if pair in self.pairs_at(1):
            self.dropped(self.cutoff_s)
            self.now_s = over_s
            self.left_qubit[link].pair = self.right_qubit[link].pair = None
            self.running = [each + 1 for each in self.running]
            self.begin(range(3))


class _GlobalCutoff(Rules):
    """The rules of `GlobalCutoff`."""

    def __init__(self, links: Links, nodes: Nodes, seed: int, protocol: GlobalCutoff) -> None:
        super().__init__(links, nodes, seed)
        self.protocol = protocol
        self.same_s = SAME * min(self.cycle_time_s)
        self.round, self.waits = 0, False
        self.start_all()

    def link_done(self, link: int) -> None:
        if not self.waits:
            self.waits = True
            over = self.now_s + self.protocol.cutoff_s
            self.schedule(self.protocol.cutoff_s + self.same_s, partial(self.give_up, self.round, over))
        self.swapped(link)
        if self.deliver_if_complete(self.protocol.measure):
            self.begin_round()

    def give_up(self, of_round: int, over_s: float) -> None:
        if of_round == self.round:
            self.dropped(self.protocol.cutoff_s)
            self.now_s = over_s
            for qubit in (*self.left_qubit, *self.right_qubit):
                qubit.pair = None
            self.begin_round()

    def begin_round(self) -> None:
        self.round += 1
        self.waits = False
        self.running = [each + 1 for each in self.running]
        self.start_all()


class _LocalCutoff(Rules):
    """The rules of `LocalCutoff`."""

    def __init__(self, links: Links, nodes: Nodes, seed: int, protocol: LocalCutoff) -> None:
        super().__init__(links, nodes, seed)
        self.protocol = protocol
        self.same_s = SAME * min(self.cycle_time_s)
        self.start_all()

    def link_done(self, link: int) -> None:
        over = self.now_s + self.protocol.cutoff_s
        for qubit in (self.left_qubit[link], self.right_qubit[link]):
            if qubit.pair and 1 <= qubit.node <= self.last:
                action = partial(self.give_up, qubit, qubit.pair.states[0], over)
                self.schedule(self.protocol.cutoff_s + self.same_s, action)
        swaps = self.swapped(link)
        complete = self.deliver_if_complete(self.protocol.measure)
        if self.protocol.restart == "as_soon_as_free":
            touched = {each for node in swaps for each in (node - 1, node)} | ({0, self.last} if complete else set())
            for each in touched:
                self.start_if_free(each)
        elif complete:
            self.start_all()

    def give_up(self, qubit: _Qubit, state: _State, over_s: float) -> None:
        """The repeater drops the pair that the qubit holds half of, if it still is the one with that state."""
        pair = qubit.pair
        if pair is None or state not in pair.states:
            return
        self.dropped(self.protocol.cutoff_s)
        self.now_s = over_s
        pair.left.pair = pair.right.pair = None
        first, last = pair.states[0].link, pair.states[-1].link
        together = self.protocol.restart == "restart_together"
        for link in range(first, last + 1) if together else {first, last}:
            self.start_if_free(link)


_RULES: dict[type[Protocol], Callable[..., Rules]] = {
    SwapAsap: _SwapAsap,
    Sequential: _Sequential,
    SequentialCutoff: _SequentialCutoff,
    GlobalCutoff: _GlobalCutoff,
    LocalCutoff: _LocalCutoff,
}


def _floats(values: ArrayLike) -> list[float]:
    return np.asarray(values, dtype=np.float64).tolist()
