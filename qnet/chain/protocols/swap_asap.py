"""Repeaters swap as soon as they can. Avis et al., arXiv:2305.09635, Secs. III.1 and III.3.

E_i(k) is when link i makes its k-th state. It starts when its neighbours and itself have done with the (k-1)-th:
E_i(k) = max(E_{i-1}, E_i, E_{i+1})(k-1) + G_i(k) T_i, G_i geometric. E_0 and E_{n+1} stand for the end nodes: when they
are done with the state that they know to be complete. Times are counted from the previous delivery, so they stay small
for ever.
"""

from collections.abc import Sequence

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from qnet import checks
from qnet.chain.kernels import completed, generated, latest, lose, mean_last, nothing_lost, waited
from qnet.chain.lattice import MOST_STEPS, Lattice, lattice_of, mean_of_last, one_maximum, swaps_only, two_maxima
from qnet.chain.links import Links
from qnet.chain.nodes import Nodes
from qnet.chain.protocols.protocol import RESTART, Exact, Protocol, counted, perfect
from qnet.checks import Floats
from qnet.errors import Refused
from qnet.kernels import kernel
from qnet.records import about

_TAIL = 1e-17  # the probability that exact means neglect
_MOST_POINTS = 3e7  # lattice points of all links: seconds
_SLOW_ROUNDS, _MOST_ROUNDS = 1.5, 1_000_000
_MOST_UNMEASURED, _MEASURED_CHAINS = 10_000, 32
_LONG = 32_768  # rounds of 32 chains in which something is seen that happens once in a million deliveries


@frozen(kw_only=True, eq=False)
class SwapAsap(Protocol):
    """When links start again, when the end nodes know, and when they measure.

    Always: a link attempts back to back and holds its state from the end of the attempt that succeeds; a repeater
    swaps at the moment at which both its qubits are entangled, which takes no time, never fails and frees both qubits;
    nothing is ever thrown away.

    messages: when does an end node know that end-to-end entanglement is complete? False: at the last swap. True: when
    the outcomes of all swaps have travelled along the fibre to it. With a single link, when that link is done.
    restart: "as_soon_as_free": a link attempts whenever both its qubits are free; an end node's qubit is free again
    when that node is done. "restart_together": all links start anew once both end nodes are done.
    measure: "on_knowledge": an end node stores its qubit until it knows, measures it and is done. "one_message_later":
    it waits first for as long as a message takes from end to end, say for its own word that it knows to reach the other
    end. "at_once": it measures as soon as its link is done, so nothing is stored there; the qubit is still taken until
    the node knows, so the schedule is that of "on_knowledge".

    Raises Refused for anything else.
    """

    restart: str = field(default="as_soon_as_free", metadata={"quantity": RESTART})
    messages: bool = field(
        default=False,
        metadata=about("", "whether end nodes wait for messages with the outcomes of all swaps", bool),
    )
    measure: str = field(
        default="on_knowledge",
        metadata=about("", "when end nodes measure", ("on_knowledge", "one_message_later", "at_once")),
    )

    def warm_up_rounds(self, links: Links) -> int:
        return _warm_up_rounds(links, self)

    def period(self, links: Links) -> int:
        """Two where the ends take turns; where their links never fail, they do so for ever."""
        return 2 if self.messages and self.restart == "as_soon_as_free" else 1

    def sums(self, state: NDArray, links: Links, nodes: Nodes, warm_up: int, rounds: int) -> Floats:
        return counted(_sums(state, links, nodes.decay_hz(len(links)), self, np.zeros(2), warm_up, rounds), rounds)

    def exact(self, links: Links, nodes: Nodes) -> Exact:
        """For restart_together, and for as_soon_as_free with one link (where the two are the same) or two.

        Exact up to rounding, about 1e-16 of the longest time considered over the coherence time, relative in both, and
        to the neglect of events of total probability 1e-17, absolute in the correlators.
        Cost: K attempts of all links are within reach (about 42 / p each), at N different times (fewer where links are
        equal or commensurate). Two links, and at_once, take K operations, on_knowledge N K, with messages both N summed
        and a memory of as many numbers as N times the largest K of a link.
        Raises Refused for as_soon_as_free with three or more links, whose rounds depend on each other; for end nodes
        that store differently, where there are two links or messages; and where the cost would be K > 3e7, N K > 1e10,
        as many comparisons of times (K times links), or 5e7 numbers.
        """
        return _exact(links, self, nodes)


STANDARD = SwapAsap()


@kernel(nogil=True, error_model="numpy")
def run(state, law, kept, to_left_s, to_right_s, decay_hz, ends_store, together, late_s, warm_up, rounds):
    """Times, and what is lost of correlators, summed over `rounds` deliveries of each chain after the first `warm_up`.

    Shape (2 or 4, chains), see `kernels.lose`. state: (4, chains), generators of the chains, moved on. law:
    (links, columns), and kept: None or (3, chains), see `kernels`. to_left_s, to_right_s: (links,), from a link's
    completion until that end node can be done. decay_hz: (links + 1,), of each node's memories. ends_store: whether end
    nodes store until they are. together: whether all links restart at each delivery. late_s: (2,), how long the left
    and the right end node are busy when everything else starts.
    """
    links, chains = law.shape[0], state.shape[1]
    spent, stored, delivered = np.empty(chains), np.empty(chains), np.zeros(chains)
    buffers, bits, rows = np.empty((3, chains)), np.empty(chains, np.uint64), 1 if kept is None else 3
    before, now = np.zeros((links + 2, chains)), np.zeros((links + 2, chains))
    sums = np.zeros((1 + rows, chains))
    for j in range(chains):
        before[0, j], before[links + 1, j] = late_s[0], late_s[1]
    for k in range(warm_up + rounds):
        left, right = now[0], now[links + 1]
        for j in range(chains):
            left[j] = right[j] = -np.inf
            stored[j] = 0.0
        nothing_lost(kept)
        for i in range(links):
            generated(state, law, i, spent, kept, buffers, bits)
            completed(before[i], before[i + 1], before[i + 2], delivered, spent, now[i + 1])
            latest(now[i + 1], to_left_s[i], to_right_s[i], left, right)
            if i > 0:
                waited(now[i + 1], now[i], decay_hz[i], stored)
        if ends_store:
            waited(left, now[1], decay_hz[0], stored)
            waited(right, now[links], decay_hz[links], stored)
        for j in range(chains):
            delivered[j] = max(left[j], right[j])
        if k >= warm_up:
            for j in range(chains):
                sums[0, j] += delivered[j]
            lose(stored, kept, buffers[0], sums[1:])
        if together:
            for i in range(links + 2):
                for j in range(chains):
                    now[i, j] = delivered[j]
        before, now = now, before
    return sums


def _sums(
    state: NDArray, links: Links, decay_hz: Floats, protocol: SwapAsap, late_s: Floats, warm_up: int, rounds: int
) -> Floats:
    """`run` of chains with generators `state`, shape (4, chains)."""
    to_left, to_right = news_s(links, protocol) + _wait_s(links, protocol)
    return run(
        state,
        links.law(decay_hz),
        links.kept(state.shape[1]),
        to_left,
        to_right,
        decay_hz,
        protocol.measure != "at_once",
        protocol.restart == "restart_together",
        late_s,
        warm_up,
        rounds,
    )


def news_s(links: Links, protocol: SwapAsap) -> Floats:
    """From the completion of each link to the news of the swaps at its ends, at the left and at the right end node.

    Shape (2, links). A lower bound that is tight: a swap may wait for the other link, whose own bound then holds. A
    single link has none.
    """
    count = len(links)
    if count == 1 or not protocol.messages:
        return np.zeros((2, count))
    here = np.arange(count)
    from_left, from_right = np.cumsum(links.message_time_s), np.cumsum(links.message_time_s[::-1])[::-1]
    return np.stack([from_left[np.minimum(here, count - 2)], from_right[np.maximum(here, 1)]])


def _wait_s(links: Links, protocol: SwapAsap) -> float:
    """From when an end node knows until it is done."""
    return float(links.message_time_s.sum()) if protocol.measure == "one_message_later" else 0.0


def _warm_up_rounds(links: Links, protocol: SwapAsap) -> int:
    """Deliveries of a chain that started empty until what is left of its transient is lost in a million deliveries.

    News of a delivery spreads by a link per round, so some rounds per link do. Messages add a slower motion: each
    end node's next start follows the other's, not its own, so the difference between the two moves only as far as
    attempts at the end links scatter, round by round, until it has explored the time that a message takes: the
    square of the ratio, in rounds. To wait for longer moves both starts alike. An inner link that is so late that
    both ends wait for it moves the difference too, and can only shorten that; how often it does has no simple form.
    So where the ends would take more than ten thousand rounds, or never fail, it is measured how soon chains forget
    how they started. Where ends never fail and inner links are never that late, the difference does not move, and
    the empty start, which decides it, is never forgotten.
    Tests look at what is left of the transient.
    Raises Refused where that takes more than a million rounds, or is not seen to take less.
    """
    if protocol.restart == "restart_together":
        return 0
    rounds = 20 + 3 * len(links)
    message = links.message_time_s.sum()
    if not protocol.messages or message == 0 or (links.success_probability == 1).all():
        return rounds
    p = links.success_probability[[0, -1]]
    variance = np.sum(links.cycle_time_s[[0, -1]] ** 2 * (1 - p) / p**2)
    slow = _SLOW_ROUNDS * message**2 / variance if variance > 0 else np.inf
    if slow > _MOST_UNMEASURED and (links.success_probability[1:-1] < 1).any():
        slow = min(slow, _measured_rounds(links, protocol, rounds))
    if slow > _MOST_ROUNDS:
        found = "do not" if np.isinf(slow) else f"take {slow:.3g}"
        raise Refused(
            f"links must settle within {_MOST_ROUNDS:g} deliveries, but {found}: with messages, "
            "attempts at the ends scatter too little"
        )
    return rounds + int(slow)


def _measured_rounds(links: Links, protocol: SwapAsap, least: int) -> float:
    """Deliveries until chains no longer know which end node was busy, for as long as a message takes, when they began.

    Twice the number after which none of 32 does, whatever their attempts: if one in 32 chains did, one in a thousand
    does after twice as many. None where ends never fail, and deliveries from the empty start on repeat for ever;
    infinite where that is not seen within seconds.
    """
    state = np.random.SeedSequence(0).generate_state(4 * _MEASURED_CHAINS, np.uint64).reshape(4, -1)
    message = max(float(links.message_time_s.sum()), 1e-300)  # whose inverse is finite
    decay_hz = np.full(len(links) + 1, 1 / message)

    def run(late: tuple[float, float], warm_up: int, rounds: int) -> Floats:
        return _sums(state.copy(), links, decay_hz, protocol, np.array(late), warm_up, rounds)

    if (links.success_probability[[0, -1]] == 1).all():
        period, total = run((0.0, 0.0), least, 2)[0], run((0.0, 0.0), least, _LONG)[0]
        if np.allclose(total, period * _LONG / 2, rtol=1e-10, atol=0):
            return 0
    rounds = least
    while rounds * max(len(links) / 4, 1) <= _MOST_ROUNDS / 2:
        empty, left, right = (run(late, rounds, 10) for late in ((0.0, 0.0), (message, 0.0), (0.0, message)))
        if np.allclose(empty, left, rtol=1e-9, atol=0) and np.allclose(empty, right, rtol=1e-9, atol=0):
            return 2 * rounds
        rounds *= 2
    return np.inf


def _exact(links: Links, protocol: SwapAsap, nodes: Nodes) -> Exact:
    """See `qnet.chain.exact`.

    All links start at 0 and link i is done at E_i = T_i G_i, G_i geometric. The last swap next to link i becomes known
    at the left end a_i and at the right end b_i after E_i at the earliest, the one-way times from the repeater of link
    i that is farther away, so the ends know at D_l = max_i(E_i + a_i) and D_r = max_i(E_i + b_i); without messages
    a = b = 0. A round takes max(D_l, D_r) + w, and storage lasts S = sum_i |E_{i+1} - E_i|, plus (D_l - E_1) +
    (D_r - E_n) + 2 w where the end nodes store; w is what they wait once they know. With as_soon_as_free and one
    repeater each link starts again when its own end node is done, m_i + w after the swap, so successive swaps are
    max_i(m_i + w + T_i G_i) apart, independently.
    """
    count = len(links)
    free = protocol.restart == "as_soon_as_free"
    if free and count > 2:
        raise Refused(f"links must be one or two for restart as_soon_as_free, but are {count}")
    decay = nodes.decay_hz(count)
    cycle, success, wait = links.cycle_time_s, links.success_probability, _wait_s(links, protocol)
    best = perfect(links, nodes) * np.exp(-wait * (decay[0] + decay[-1]))
    if count == 1:
        x, y, z = best * links.transform(decay, np.zeros(1))[:, 0]
        return Exact(float(links.mean_duration_s(decay)[0]) + wait, float(x), float(y), float(z))

    to_left, to_right = news_s(links, protocol)
    start = np.array([to_left[0], to_right[-1]]) + wait if free else np.zeros(count)
    known = start if free else np.maximum(to_left, to_right) + wait
    if decay[0] != decay[-1] and protocol.measure != "at_once" and (count == 2 or protocol.messages):
        raise Refused(
            "coherence_time_s must be the same at both end nodes for exact means of two links, and with messages, "
            f"but is {checks.shown(nodes.coherence_time_s)}"
        )

    def stored(lattices: Sequence[Lattice]) -> float:
        """What storage leaves on average, times what the lattices have in the place of probabilities."""
        if protocol.measure == "at_once":
            return swaps_only(lattices, decay[1:-1])
        if count == 2:  # either end waits as long as the repeater in between does, and for its message
            news = float(np.exp(-(to_left[0] + to_right[-1]) * decay[0]))
            return swaps_only(lattices, decay[:1] + decay[1:2]) * news
        return two_maxima(lattices, to_left, to_right, decay) if protocol.messages else one_maximum(lattices, decay)

    if links.rows > 1:
        laws = [links.lattice(i, decay, _TAIL / count) for i in range(count)]
        _refuse_cost(float(sum(law.shape[1] for law in laws)), count)
        times = [s + t * np.arange(1.0, law.shape[1] + 1) for s, t, law in zip(start, cycle, laws, strict=True)]
        kinds = [[Lattice(*each) for each in zip(times, rows, cycle, strict=True)] for rows in zip(*laws, strict=True)]
        left = [stored(kind) if decay.any() else float(np.prod([k.probability.sum() for k in kind])) for kind in kinds]
        x, y, z = best * left[1:]
        return Exact(mean_of_last(kinds[0], known - start), float(x), float(y), float(z))

    with np.errstate(divide="ignore"):
        log_failure = np.log1p(-success)
    points = np.maximum(np.ceil(np.log(_TAIL / count) / log_failure), 1)
    _refuse_cost(float(points.sum()), count)
    points = points.astype(np.int64)
    last = float(mean_last(cycle, log_failure, points, known))
    lattices = [
        lattice_of(s, t, p, q, k) for s, t, p, q, k in zip(start, cycle, success, log_failure, points, strict=True)
    ]
    x, y, z = best * (min(stored(lattices), 1.0) if decay.any() else 1.0)
    return Exact(last, float(x), float(y), float(z))


def _refuse_cost(points: float, count: int) -> None:
    """points: of the lattices of all links, `count` of them."""
    if points > _MOST_POINTS:
        raise Refused(
            f"links must succeed within {_MOST_POINTS:g} attempts in total, all but certainly, but take {points:.3g}"
        )
    if points * count > MOST_STEPS:
        raise Refused(f"links must need at most {MOST_STEPS:g} comparisons of times, but need {points * count:.3g}")
