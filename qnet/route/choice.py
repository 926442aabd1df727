"""Which sites of a route should hold repeaters: the subset with the highest key rate.

The key rate of a chain is not a sum over its links, so no algorithm in use finds its maximum for certain but trying
all. Sums that go with it are minimised exactly: that of squared lengths, that of the fourth powers of the links' mean
times (which weighs the slowest), and that of the mean times that neighbours wait for each other. The few cheapest
subsets for each sum and each number of repeaters are candidates, and so is every second site, every third, and so on,
since routes may have sites at even steps. Common random numbers thin them out, with ever more
deliveries for ever fewer; then single sites are added, removed and exchanged for their neighbours for as long as that
helps. The key rate that is reported comes from other random numbers, since the best of many noisy ones is biased up.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from qnet import checks
from qnet.chain import Links, Nodes, Performance, Protocol, SwapAsap, sample
from qnet.chain.compare import common_sums, key_rates
from qnet.chain.nodes import NODES
from qnet.checks import Floats
from qnet.errors import Refused
from qnet.route.links import DIRECT
from qnet.route.path import Route, Technology
from qnet.route.subsets import cheapest_ways

_MOST_SITES = 150  # of which the dynamic programme takes seconds
_KEEP = 6  # subsets per sum and number of repeaters
_SCREEN, _THIN, _FINE = 2_000, 8_000, 32_000  # deliveries of each chain, from stage to stage
_WITHIN, _NUMBERS = 0.25, 5  # numbers of repeaters of which more are tried: nearly as good as the best, or the best few
_SURVIVORS = 12
_MOST_ROUNDS = 20
_MOST_STEPS = 5  # from a site to the next, where repeaters stand at even steps

Way = tuple[int, ...]


@dataclass(frozen=True)
class Choice:
    """The best subset found.

    repeaters: names of its sites from left to right. performance: from random numbers that took no part in the choice.
    tried: how many subsets were sampled.
    """

    repeaters: tuple[str, ...]
    performance: Performance
    tried: int


def choose(
    route: Route,
    technology: Technology = DIRECT,
    nodes: Nodes = NODES,
    protocol: Protocol = SwapAsap(),  # noqa: B008  a frozen record
    *,
    candidates: str | Iterable[str] = "all",
    repeaters: int | None = None,
    deliveries: int = 200_000,
    seed: int,
) -> Choice:
    """The subset of candidate sites with the highest key rate; see the module for how it is found. Ours.

    candidates: as in `Route.chain`. repeaters: how many there shall be; None leaves it free. deliveries: behind the
    reported performance. It is a search, not a proof: tests compare it with all subsets of short routes. Where no
    subset has a key, the one with the lowest error rate is taken.
    Raises Refused as `Route.chain` and `qnet.chain.sample` do, for more than 150 candidates, and for more repeaters
    than candidates.
    """
    checks.instance("route", route, Route)
    inner = route.chosen(candidates)
    if len(inner) > _MOST_SITES:
        raise Refused(f"candidates must be {_MOST_SITES} at most, but are {len(inner)}")
    if repeaters is not None:
        wanted = checks.whole("repeaters", repeaters)
        if wanted.shape or wanted > len(inner):
            raise Refused(f"repeaters must be one number up to the {len(inner)} candidates, but is {repeaters!r}")
    seeded = checks.seed(seed)
    places = route.positions_km()[[0, *inner, len(route.sites) - 1]]
    search = _Search(route, technology, nodes, protocol, places, seeded)
    best = search.best(None if repeaters is None else int(repeaters))
    performance = sample(search.chain(best), nodes, protocol, deliveries=deliveries, seed=other_seed(seeded))
    names = tuple(route.sites[inner[i - 1]].name for i in best)
    return Choice(names, performance, len(search.tried))


class _Search:
    """Ways through the places of a route: indices of inner places, rising."""

    def __init__(
        self, route: Route, technology: Technology, nodes: Nodes, protocol: Protocol, places_km: Floats, seed: int
    ) -> None:
        self.route, self.technology, self.nodes, self.protocol = route, technology, nodes, protocol
        self.places_km, self.seed = places_km, seed
        self.tried: set[Way] = set()

    def chain(self, way: Way) -> Links:
        return self.route.links(self.places_km[[0, *way, len(self.places_km) - 1]], self.technology)

    def scores(self, ways: list[Way], deliveries: int) -> list[float]:
        """Key rates; below -1 where there is no key, and the more so the more errors there are."""
        self.tried.update(ways)
        chains = [self.chain(way) for way in ways]
        sums = common_sums(chains, self.nodes, self.protocol, deliveries=deliveries, seed=self.seed)
        found = [key_rates(each.sum(axis=1), links, self.nodes) for links, each in zip(chains, sums, strict=True)]
        return [float(rate if rate > 0 else rate * time - 1) for rate, time in found]

    def ranked(self, ways: Iterable[Way], deliveries: int) -> list[tuple[float, Way]]:
        unique = sorted(set(ways))
        return sorted(zip(self.scores(unique, deliveries), unique, strict=True), reverse=True)

    def best(self, repeaters: int | None) -> Way:
        by_sum = self._cheapest(repeaters)
        first = self.ranked({ways[number][0] for ways in by_sum for number in ways}, _SCREEN)
        least = first[0][0] - _WITHIN * abs(first[0][0])
        ranked = list(dict.fromkeys(len(way) + 1 for _, way in first))
        numbers = {len(way) + 1 for score, way in first if score >= least} | set(ranked[:_NUMBERS])
        ways = {way for ways in by_sum for number in numbers & set(ways) for way in ways[number]}
        ways |= {way for way in self._regular() if repeaters in (None, len(way))}
        survivors = [way for _, way in self.ranked(ways, _SCREEN)[: 4 * _SURVIVORS]]
        survivors = [way for _, way in self.ranked(survivors, _THIN)[:_SURVIVORS]]
        score, best = self.ranked(survivors, _FINE)[0]
        for _ in range(_MOST_ROUNDS):
            around = self._neighbours(best, repeaters is None)
            if not around:
                break
            promising = [way for _, way in self.ranked(around, _THIN)[:4]]
            found, way = self.ranked(promising, _FINE)[0]
            if found <= score:
                break
            score, best = found, way
        return best

    def _regular(self) -> set[Way]:
        """Every k-th site, from any of the first k."""
        last = len(self.places_km) - 1
        ways = {tuple(range(first, last, k)) for k in range(1, _MOST_STEPS + 1) for first in range(1, k + 1)}
        return {way for way in ways if all(self.possible[a, b] for a, b in pairwise((0, *way, last)))}

    def _cheapest(self, repeaters: int | None) -> list[dict[int, list[Way]]]:
        """The cheapest ways of each number of links, for each sum."""
        count = len(self.places_km)
        left, right = np.triu_indices(count, k=1)
        of_pairs = self.technology.attempts(self.route, self.places_km[left], self.places_km[right])
        length, time = np.full((2, count, count), np.inf)
        length[left, right] = of_pairs.length_km
        with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
            mean = of_pairs.cycle_time_s / of_pairs.success_probability
            time[left, right] = np.where(mean < 1e60, mean, np.inf)
            self.possible = np.isfinite(time)
            one, other = time[:, :, None], time[None, :, :]
            wait = np.nan_to_num((one**2 + other**2) / (one + other), nan=np.inf, posinf=np.inf)
        forbidden = np.where(np.isinf(time), np.inf, 0.0)
        none = np.zeros((count, count, count))
        sums = [(length**2 + forbidden, none), (time**4, none), (forbidden, wait)]
        most = count - 1 if repeaters is None else repeaters + 1
        every = [cheapest_ways(step, turn, most, _KEEP) for step, turn in sums]
        found = every if repeaters is None else [{n: w for n, w in ways.items() if n == most} for ways in every]
        if not any(found):
            raise Refused("candidates must leave a chain whose links succeed, but every one has a link that never does")
        return found

    def _neighbours(self, way: Way, free: bool) -> set[Way]:
        """Ways that differ by one site: exchanged for a neighbouring one, and, if free, added or removed."""
        inner, here = range(1, len(self.places_km) - 1), set(way)
        sets = [here - {i} | {j} for i in way for j in (i - 1, i + 1) if j in inner and j not in here]
        if free:
            sets += [here - {i} for i in way] + [here | {j} for j in inner if j not in here]
        return {tuple(sorted(one)) for one in sets} - {way}


def other_seed(seed: int) -> int:
    """A seed whose random numbers have nothing to do with those of `seed`."""
    return int(np.random.SeedSequence([seed, 1]).generate_state(1, np.uint64)[0] >> np.uint64(1))
