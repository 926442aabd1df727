"""Which sites of real routes should hold repeaters, and what rules of placement lose."""

from dataclasses import dataclass
from dataclasses import field as column
from typing import Annotated

import numpy as np

from qnet.chain import Links, Nodes, Performance, sample
from qnet.chain.links import WERNER
from qnet.checks import Floats
from qnet.records import Quantity, about
from qnet.route.choice import choose, other_seed
from qnet.route.links import Direct
from qnet.route.subsets import cheapest_ways
from qnet.route.zoo import CoherenceTime, DeliveryCount, ZooRoute, compared, lost, nothing, taken

_MOST_STEPS = 5  # from a site to the next, where every k-th holds a repeater
_TRY = 4000  # deliveries for each chain of which rules take the best

Werner = Annotated[float, Quantity("1", "Werner parameter of links' states", WERNER)]


@dataclass(frozen=True)
class ZooChoice:
    """The best subset of a route's sites, and what rules of placement lose beside it."""

    exists: bool = column(metadata=about("", "whether the network has so many routes"))
    has_key: bool = column(metadata=about("", "whether the best subset found has a key and repeaters"))
    sites: int = column(metadata=about("", "places and huts between the ends of the route"))
    repeaters: int = column(metadata=about("", "repeaters of the best subset found"))
    even_repeaters: int = column(metadata=about("", "the best number of repeaters were they evenly spaced"))
    key_rate_hz: float = column(metadata=about("bit/s", "key rate of the best subset found"))
    key_rate_hz_se: float = column(metadata=about("bit/s", "standard error of key_rate_hz"))
    all_loss: float = column(metadata=about("1", "fraction lost with a repeater at every site"))
    all_loss_se: float = column(metadata=about("1", "standard error of all_loss"))
    nearest_loss: float = column(
        metadata=about("1", "fraction lost with even_repeaters at the sites nearest to even spacing")
    )
    nearest_loss_se: float = column(metadata=about("1", "standard error of nearest_loss"))
    squares_loss: float = column(
        metadata=about("1", "fraction lost with even_repeaters where the sum of squared lengths is least")
    )
    squares_loss_se: float = column(metadata=about("1", "standard error of squares_loss"))
    every_loss: float = column(
        metadata=about("1", "fraction lost with a repeater at every k-th site, k the best of 1 to 5")
    )
    every_loss_se: float = column(metadata=about("1", "standard error of every_loss"))
    even_gain: float = column(metadata=about("1", "fraction gained were even_repeaters evenly spaced"))
    even_gain_se: float = column(metadata=about("1", "standard error of even_gain"))


def zoo_choice(
    route: ZooRoute, *, werner: Werner, coherence_time_s: CoherenceTime, deliveries: DeliveryCount, seed: int
) -> ZooChoice:
    """`choose` on a real route, beside four rules that need hardly any simulation, all compared by a fresh seed.

    Raises Refused as `zoo_loss` and `choose` do.
    """
    found = taken(route)
    if found is None:
        return nothing(ZooChoice)
    nodes, links = Nodes(coherence_time_s=coherence_time_s), Direct(werner=werner)
    inner = found.chosen("all")
    best = choose(found, links, nodes, deliveries=deliveries, seed=seed).repeaters
    number = _best([found.even_chain(each + 1, links) for each in range(len(inner) + 1)], nodes, seed)
    places = found.positions_km()[[0, *inner, len(found.sites) - 1]]
    every = [found.links(np.append(places[:-1:each], places[-1]), links) for each in range(1, _MOST_STEPS + 1)]
    chains = [
        found.chain(best, links),
        found.chain("all", links),
        *(found.links(places[[0, *way, -1]], links) for way in (_nearest(places, number), _squares(places, number))),
        every[_best(every, nodes, seed)],
        found.even_chain(number + 1, links),
    ]
    result = compared(chains, coherence_time_s, deliveries, other_seed(other_seed(seed)))
    losses = [lost(result, i) for i in range(1, 6)]
    losses[4] = (-losses[4][0], losses[4][1])
    first = result.performances[0]
    return ZooChoice(
        True, bool(best) and not first.key_rate_one_sided, len(inner), len(best), number,
        first.key_rate_hz, first.key_rate_hz_se,
        *(each for pair in losses for each in pair),
    )  # fmt: skip


def _best(chains: list[Links], nodes: Nodes, seed: int) -> int:
    """Which chain has the highest key rate, or where none has a key, the fewest errors."""

    def score(which: int) -> tuple[float, float]:
        found: Performance = sample(chains[which], nodes, deliveries=_TRY, seed=seed)
        return found.key_rate_hz, -found.qber

    return max(range(len(chains)), key=score)


def _nearest(places: Floats, repeaters: int) -> tuple[int, ...]:
    """The inner places nearest to even spacing, each once."""
    wanted = np.linspace(0, places[-1], repeaters + 2)[1:-1]
    return tuple(sorted({1 + int(np.argmin(np.abs(places[1:-1] - at))) for at in wanted}))


def _squares(places: Floats, repeaters: int) -> tuple[int, ...]:
    """The inner places that part the route into links whose squared lengths have the least sum."""
    lengths = places[None, :] - places[:, None]
    step = np.where(lengths > 0, lengths**2, np.inf)
    return cheapest_ways(step, np.zeros([len(places)] * 3), repeaters + 1, 1)[repeaters + 1][0]
