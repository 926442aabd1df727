"""How long states should be kept: the cut-off with the highest key rate."""

from dataclasses import dataclass
from dataclasses import field as column

import numpy as np
from attrs import evolve

from qnet import checks
from qnet.chain.links import FIBRE, Fibre, placed_links
from qnet.chain.nodes import NODES, Nodes
from qnet.chain.performance import DeliveryCount, Performance, sample
from qnet.chain.placement import AlternatingChain
from qnet.chain.protocols import AnyCutoff
from qnet.errors import Refused
from qnet.records import about

_RATIO, _FINER = 0.8, 0.8 ** (1 / 3)  # of neighbouring cut-offs of the search, first and around the best of them
_WORSE = 4  # so many cut-offs in a row below the best one end the search
_SHARE = 8  # of the deliveries that the search spends on each cut-off


@dataclass(frozen=True)
class BestCutoff(Performance):
    """The cut-off with the highest key rate, and the performance with it, from histories of its own."""

    best_cutoff_s: float = column(metadata=about("s", "cut-off with the highest key rate among those tried"))


def best_cutoff(
    chain: AlternatingChain,
    protocol: AnyCutoff,
    nodes: Nodes = NODES,
    fibre: Fibre = FIBRE,
    *,
    deliveries: DeliveryCount,
    seed: int,
) -> BestCutoff:
    """From `protocol.cutoff_s` down, by a fifth each time, until key rates fall; then by less around the best one.

    Cut-offs are odd multiples of half an attempt over the mean length of a link, so that none is a whole number of
    attempts, where a little asymmetry changes much. All are tried with the same random numbers, an eighth of the
    deliveries each. The key rate falls slowly around the best cut-off, which is found to some ten per cent. The best of
    many estimates is too good on average: so the performance is that of another seed, with all deliveries.
    Raises Refused as `alternating_chain` does, and where no cut-off gives a key.
    """
    checks.instance("chain", chain, AlternatingChain)
    checks.instance("protocol", protocol, *AnyCutoff.__args__)
    checks.instance("nodes", nodes, Nodes)
    checks.instance("fibre", fibre, Fibre)
    wanted, (searching, reporting) = checks.count("deliveries", deliveries, most=10**12), _seeds(seed)
    links = placed_links("length_km", chain.link_lengths_km(), fibre)
    attempt_s = float(links.cycle_time_s.mean())
    found: dict[float, float] = {}

    def rate(cutoff_s: float) -> float:
        """Key rate with the nearest cut-off that is no whole number of attempts."""
        kept = (np.floor(cutoff_s / attempt_s) + 0.5) * attempt_s
        if kept not in found:
            try:
                tried = evolve(protocol, cutoff_s=kept)
                found[kept] = sample(links, nodes, tried, deliveries=-(-wanted // _SHARE), seed=searching).key_rate_hz
            except Refused:  # too many discards
                found[kept] = 0.0
        return found[kept]

    cutoff_s, highest, worse = protocol.cutoff_s, 0.0, 0
    while worse < _WORSE and cutoff_s > attempt_s / 2:
        now = rate(cutoff_s)
        worse = worse + 1 if highest > 0 and now < highest else 0
        highest = max(highest, now)
        cutoff_s *= _RATIO
    best = max(found, key=lambda each: found[each])
    for step in (_FINER, _FINER**2, 1 / _FINER, 1 / _FINER**2):
        rate(best * step)
    best = max(found, key=lambda each: found[each])
    if not found[best] > 0:
        raise Refused(f"cutoff_s must leave a key somewhere below {protocol.cutoff_s!r}, but no cut-off does")
    there = sample(links, nodes, evolve(protocol, cutoff_s=best), deliveries=wanted, seed=reporting)
    return BestCutoff(**vars(there), best_cutoff_s=best)


def _seeds(seed: int) -> tuple[int, int]:
    one, other = np.random.SeedSequence(checks.seed(seed)).generate_state(2, np.uint64)
    return int(one), int(other)
