"""Which links a chain waits for: the critical path of its recursion.

The k-th delivery is as late as the slowest way to it: the last link of the way is the one that completes last, before
it comes the neighbour (or the same link, or an end node) that let it start, and so on back to the beginning. The time
between deliveries is the time that links spend on that way, and, with messages, that news of swaps does. Nothing else
can delay a delivery: by Euler's theorem the share of a link is also d ln T / d ln T_i, the logarithmic derivative of
the mean time per delivery by its cycle time, since T is homogeneous of degree one in all times.
Where several things let a link start at the same instant, each has an equal part.
"""

from dataclasses import dataclass

import numpy as np

from qnet import checks
from qnet.chain.kernels import generated, nothing_lost
from qnet.chain.links import Links
from qnet.chain.nodes import NODES, Nodes
from qnet.chain.performance import DeliveryCount
from qnet.chain.protocols.swap_asap import STANDARD, SwapAsap, news_s
from qnet.checks import Floats
from qnet.errors import Refused
from qnet.kernels import kernel

_CHAINS = 64
_MOST_LINKS = 200  # whose ways take some 40 MB
_NOTICED = 1e-12  # of a time: what differs by less is one instant


@dataclass(frozen=True)
class Bottlenecks:
    """Share of the time per delivery that is spent waiting for each link, shape (links,), and for messages.

    All shares add up to 1, each has its standard error.
    """

    share: Floats
    share_se: Floats
    message_share: float
    message_share_se: float


def bottlenecks(
    links: Links, nodes: Nodes = NODES, protocol: SwapAsap = STANDARD, *, deliveries: DeliveryCount, seed: int
) -> Bottlenecks:
    """Which links a SWAP-ASAP chain waits for, and for how much of its time. Ours; the recursion is that of `SwapAsap`.

    Only durations matter; memories decide those of links that distil. deliveries are rounded up to a multiple of 64.
    Raises Refused as `sample` does, and for more than 200 links.
    """
    checks.instance("links", links, Links)
    checks.instance("nodes", nodes, Nodes)
    checks.instance("protocol", protocol, SwapAsap)
    wanted, seeded = checks.count("deliveries", deliveries, most=10**12), checks.seed(seed)
    if len(links) > _MOST_LINKS:
        raise Refused(f"links must be {_MOST_LINKS} at most for their shares, but are {len(links)}")
    state = np.random.SeedSequence(seeded).generate_state(4 * _CHAINS, np.uint64).reshape(_CHAINS, 4).T
    to_left, to_right = news_s(links, protocol)
    rounds = -(-wanted // _CHAINS)
    rounds += -rounds % protocol.period(links)
    spent = ways(
        np.ascontiguousarray(state),
        links.law(nodes.decay_hz(len(links))),
        links.kept(_CHAINS),
        to_left,
        to_right,
        protocol.restart == "restart_together",
        protocol.warm_up_rounds(links),
        rounds,
    )
    mean = spent.mean(axis=1)
    total = mean.sum()
    share = mean / total
    residual = (spent - share[:, None] * spent.sum(axis=0)) / total
    se = residual.std(axis=1, ddof=1) / np.sqrt(_CHAINS)
    return Bottlenecks(share[:-1], se[:-1], float(share[-1]), float(se[-1]))


@kernel(nogil=True, error_model="numpy")
def ways(state, law, kept, to_left_s, to_right_s, together, warm_up, rounds):
    """Time on the critical path at each link, and in messages, summed over `rounds` deliveries: (links + 1, chains).

    Arguments as those of `SwapAsap`'s `run`. `on_way[v]` says what the way to the instant at which v was done is made
    of since the warm-up: v = 0 and links + 1 are the end nodes, 1 to links the links.
    """
    links, chains = law.shape[0], state.shape[1]
    took, buffers, bits = np.empty((links, chains)), np.empty((3, chains)), np.empty(chains, np.uint64)
    before, now = np.zeros((chains, links + 2)), np.zeros((chains, links + 2))
    on_way, next_way = np.zeros((chains, links + 2, links + 1)), np.zeros((chains, links + 2, links + 1))
    at_delivery = np.zeros((chains, links + 1))
    delivered = np.zeros(chains)
    last = np.zeros(links + 2)
    for k in range(warm_up + rounds):
        nothing_lost(kept)
        for i in range(links):
            generated(state, law, i, took[i], kept, buffers, bits)
        for j in range(chains):
            for i in range(1, links + 1):
                spent = took[i - 1, j]
                start = max(max(before[j, i - 1], before[j, i]), before[j, i + 1])
                mean_of_last(before[j, i - 1 : i + 2], start, on_way[j, i - 1 : i + 2], next_way[j, i])
                next_way[j, i, i - 1] += spent
                now[j, i] = start - delivered[j] + spent
            for end in range(2):
                news = to_left_s if end == 0 else to_right_s
                known = -np.inf
                for i in range(links):
                    last[i] = now[j, i + 1] + news[i]
                    known = max(known, last[i])
                v = 0 if end == 0 else links + 1
                mean_of_last(last[:links], known, next_way[j, 1 : links + 1], next_way[j, v])
                tied = 0
                late = 0.0
                for i in range(links):
                    if last[i] >= known - _NOTICED * abs(known):
                        tied += 1
                        late += news[i]
                next_way[j, v, links] += late / tied
                now[j, v] = known
            delivered[j] = max(now[j, 0], now[j, links + 1])
            last[0], last[1] = now[j, 0], now[j, links + 1]
            mean_of_last(last[:2], delivered[j], next_way[j, :: links + 1], at_delivery[j])
            if together:
                for i in range(links + 2):
                    now[j, i] = delivered[j]
                    for s in range(links + 1):
                        next_way[j, i, s] = at_delivery[j, s]
        if k == warm_up - 1:
            next_way[:] = 0.0
        before, now = now, before
        on_way, next_way = next_way, on_way
    return at_delivery.T.copy()


@kernel(nogil=True, error_model="numpy")
def mean_of_last(times, latest, ways_to, out):
    """The way to the latest of several instants, the mean of them where several are the latest."""
    tied = 0
    for s in range(out.size):
        out[s] = 0.0
    for i in range(times.size):
        if times[i] >= latest - _NOTICED * abs(latest):
            tied += 1
            for s in range(out.size):
                out[s] += ways_to[i, s]
    if tied > 1:
        for s in range(out.size):
            out[s] /= tied
