"""Real routes for statistics: those of the Internet Topology Zoo, as the package `topohub` ships it. Ours.

The Zoo (Knight et al., IEEE J. Sel. Areas Commun. 29, 1765, 2011; CC BY 4.0) has places and who is joined to whom, but
no lengths of fibre: these are great circles times a route factor that varies from span to span at random. Huts between
places, where amplifiers stand, can hold repeaters too. All of this is assumed, and so are parameters.
"""

import re
from dataclasses import dataclass, fields, replace
from dataclasses import field as column
from functools import lru_cache
from importlib import resources
from typing import Annotated, Any

import numpy as np
from attrs import evolve, field, frozen

from qnet import checks
from qnet.chain import Comparison, Links, Nodes, Performance, SwapAsap, compare, fibre_links, node_asymmetry, sample
from qnet.chain.links import WERNER
from qnet.checks import Floats
from qnet.errors import Refused
from qnet.fibre import attenuation_length_km
from qnet.midpoint import DoubleClickPhotons, SingleClickPhotons
from qnet.records import Quantity, Single, about
from qnet.route.choice import choose, other_seed
from qnet.route.links import Direct, Heralded
from qnet.route.maps import LONGEST_SPAN_KM, Map, Span
from qnet.route.path import Route
from qnet.route.read import zoo_map
from qnet.route.report import Report, report
from qnet.route.subsets import cheapest_ways

_ROUTE_FACTOR: checks.Rule = ("must lie in [1, 10]", lambda x: (x >= 1) & (x <= 10))
_SCATTER: checks.Rule = ("must lie in [0, 2]", lambda x: (x >= 0) & (x <= 2))
_LENGTH: checks.Rule = ("must lie in [1, 20000]", lambda x: (x >= 1) & (x <= 20_000))
_COHERENCE: checks.Rule = ("must lie in [1e-30, 1e30]", lambda x: (x >= 1e-30) & (x <= 1e30))
_ANY_SPAN_KM = 30_000.0  # half around the Earth, with a route factor: long spans are left out here, not refused
_YEAR = re.compile(r"^(.*?[A-Za-z])(\d{3,})")
_TIMES = np.geomspace(1e-4, 1e3, 701)  # of the longest mean time, for the mean of the last of several links
_MOST_STEPS = 5  # from a site to the next, where every k-th holds a repeater
_TRY = 4000  # deliveries for each chain of which rules take the best

CoherenceTime = Annotated[float, Quantity("s", "coherence time of the memories", _COHERENCE)]
DeliveryCount = Annotated[int, Quantity("1", "end-to-end states per estimate", int)]
Werner = Annotated[float, Quantity("1", "Werner parameter of links' states", WERNER)]
Number = Annotated[int, Quantity("", "which one, counted from 1", int)]


@frozen(kw_only=True, eq=False)
class Network(Single):
    """A network of the Zoo with lengths of fibre.

    network: its name in `topohub`'s folder topozoo. route_factor, route_factor_scatter: median of fibre over great
    circle, and the standard deviation of its logarithm from span to span, which is normal; no fibre is shorter than the
    great circle. draw: which random numbers say so. hut_km: huts part longer spans evenly until none is longer.
    """

    network: str = field(metadata=about("", "name of the network in the Internet Topology Zoo", str))
    route_factor: float = field(metadata=about("1", "median length of fibre over great circle", _ROUTE_FACTOR))
    route_factor_scatter: float = field(
        metadata=about("1", "standard deviation of the logarithm of the route factor of spans", _SCATTER)
    )
    hut_km: float = field(metadata=about("km", "longest span between places or huts", _LENGTH))
    draw: int = field(default=1, metadata=about("", "which random numbers draw the route factors of spans", int))


@frozen(kw_only=True, eq=False)
class ZooRoute(Network):
    """One of the routes of a network: shortest paths between two of its places, of some length, by way of a third.

    number: which one, from 1, the short ones first; most_routes: how many are taken of a network, at even steps of
    their rank by length. latest_maps: of several maps of a network by year, only the last has routes.
    """

    number: int = field(metadata=about("", "which route of the network, counted from 1", int))
    most_routes: int = field(metadata=about("", "routes that are taken of a network", int))
    shortest_km: float = field(metadata=about("km", "least length of fibre of a route", _LENGTH))
    longest_km: float = field(metadata=about("km", "greatest length of fibre of a route", _LENGTH))
    latest_maps: bool = field(
        default=True, metadata=about("", "whether a network has routes in its latest map alone", bool)
    )

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        if not 1 <= self.number <= self.most_routes <= 10_000:
            raise Refused(f"number must lie in 1 to most_routes, 10000 at most, but is {self.number}")


@dataclass(frozen=True)
class ZooLoss:
    """What uneven spacing costs a route, and numbers that may predict it. 0 and false where there is no such route."""

    exists: bool = column(metadata=about("", "whether the network has so many routes"))
    repeated: bool = column(metadata=about("", "whether the Zoo has a later map of the same network"))
    route_km: float = column(metadata=about("km", "length of fibre from end to end"))
    links: int = column(metadata=about("", "number of elementary links"))
    asymmetry: float = column(metadata=about("1", "mean over repeaters of abs(L_left - L_right) / (L_left + L_right)"))
    asymmetry_rms: float = column(metadata=about("1", "root mean square of the same"))
    excess: float = column(metadata=about("1", "longest link less the mean one, in attenuation lengths"))
    log_mean_time: float = column(metadata=about("1", "ln of the mean of exp(L / L_att) over that of the even chain"))
    log_slowest: float = column(
        metadata=about("1", "ln of the mean time of the slowest link of a round over that of the even chain")
    )
    even_storage: float = column(metadata=about("1", "storage in the even chain over the coherence time, -ln(1 - 2 Q)"))
    even_key_rate_hz: float = column(metadata=about("bit/s", "key rate of the evenly spaced chain"))
    even_key_rate_hz_se: float = column(metadata=about("bit/s", "standard error of even_key_rate_hz"))
    key_rate_hz: float = column(metadata=about("bit/s", "key rate of the route"))
    key_rate_hz_se: float = column(metadata=about("bit/s", "standard error of key_rate_hz"))
    even_has_key: bool = column(metadata=about("", "whether the evenly spaced chain has a key"))
    has_key: bool = column(metadata=about("", "whether the route has a key"))
    loss: float = column(metadata=about("1", "fraction of the even chain's key rate that is lost, 0 where it has none"))
    loss_se: float = column(metadata=about("1", "standard error of loss"))


def zoo_loss(route: ZooRoute, *, coherence_time_s: CoherenceTime, deliveries: DeliveryCount, seed: int) -> ZooLoss:
    """A repeater at every place and hut of a route, beside as many evenly spaced on fibre of the same length.

    Links, repeaters and end nodes are those of Avis et al., Sec. III.5. Both chains have the same random numbers.
    Raises Refused for a network that the Zoo does not have, and as `qnet.chain.sample` does.
    """
    found, repeated = taken(route), route.network in _repeated()
    if found is None:
        return replace(_nothing(ZooLoss), repeated=repeated)
    lengths = np.diff(found.nodes_km("all"))
    chains = [found.even_chain(len(lengths)), found.chain("all")]
    result = _compared(chains, coherence_time_s, deliveries, seed)
    one, other = result.performances
    return ZooLoss(
        True,
        repeated,
        found.length_km(),
        len(lengths),
        *predictors(lengths),
        max(float(-np.log(max(1 - 2 * one.qber, 1e-300))), 0.0),
        *(one.key_rate_hz, one.key_rate_hz_se, other.key_rate_hz, other.key_rate_hz_se),
        not one.key_rate_one_sided,
        not one.key_rate_one_sided and not other.key_rate_one_sided,
        *_loss(result, 1),
    )


@dataclass(frozen=True)
class ZooExtended:
    """What a route gains if fibre is spooled at its links until all are as long as the longest."""

    exists: bool = column(metadata=about("", "whether the network has so many routes"))
    has_key: bool = column(metadata=about("", "whether the route has a key"))
    extended_gain: float = column(
        metadata=about("1", "fraction of the route's key rate that is gained, 0 if it has none")
    )
    extended_gain_se: float = column(metadata=about("1", "standard error of extended_gain"))


def zoo_extended(
    route: ZooRoute, *, coherence_time_s: CoherenceTime, deliveries: DeliveryCount, seed: int
) -> ZooExtended:
    """Extended fibre, Avis et al., Sec. III.4, on a real route. Raises Refused as `zoo_loss` does."""
    found = taken(route)
    if found is None:
        return _nothing(ZooExtended)
    lengths = np.diff(found.nodes_km("all"))
    longest = fibre_links(link_lengths_km=np.full(len(lengths), lengths.max()))
    result = _compared([found.chain("all"), longest], coherence_time_s, deliveries, seed)
    loss, error = _loss(result, 1)
    return ZooExtended(True, not result.undefined, -loss, error)


def predictors(lengths_km: Floats) -> tuple[float, float, float, float, float]:
    """What may tell the loss of a chain of such links: the five numbers of `ZooLoss` from asymmetry to log_slowest."""
    of_nodes = np.atleast_1d(node_asymmetry(link_lengths_km=lengths_km).size) if len(lengths_km) > 1 else np.zeros(1)
    per_km = 1 / float(attenuation_length_km())
    mean = lengths_km.mean()
    relative = np.exp((lengths_km - mean) * per_km) * lengths_km / mean  # mean times T / p over that of even links
    alike = (1 / np.arange(1, len(lengths_km) + 1)).sum()  # mean of the slowest of equal ones, over the mean of one
    return (
        float(of_nodes.mean()),
        float(np.sqrt((of_nodes**2).mean())),
        float((lengths_km.max() - mean) * per_km),
        max(float(np.log(np.exp((lengths_km - mean) * per_km).mean())), 0.0),
        max(float(np.log(mean_of_slowest(relative) / alike)), 0.0),
    )


def mean_of_slowest(mean_times: Floats) -> float:
    """Mean of the largest of independent exponential times with these means: the integral of 1 - product of (1 - e).

    By the trapezium rule on logarithmic steps, good to 1e-3.
    """
    longest = mean_times.max()
    times = longest * _TIMES
    left = -np.expm1(np.log(-np.expm1(-times[:, None] / mean_times)).sum(axis=1))
    return float(times[0] + np.trapezoid(left, times))


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
        return _nothing(ZooChoice)
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
    result = _compared(chains, coherence_time_s, deliveries, other_seed(other_seed(seed)))
    losses = [_loss(result, i) for i in range(1, 6)]
    losses[4] = (-losses[4][0], losses[4][1])
    first = result.performances[0]
    return ZooChoice(
        True, bool(best) and not first.key_rate_one_sided, len(inner), len(best), number,
        first.key_rate_hz, first.key_rate_hz_se,
        *(each for pair in losses for each in pair),
    )  # fmt: skip


@dataclass(frozen=True)
class ZooMidpoints:
    """What heralded links lose whose midpoints, or also whose repeaters, stand where sites are."""

    exists: bool = column(metadata=about("", "whether the network has so many routes"))
    even_has_key: bool = column(metadata=about("", "whether even repeaters with central midpoints have a key"))
    repeaters: int = column(metadata=about("", "number of repeaters"))
    repeater_asymmetry: float = column(metadata=about("1", "mean asymmetry of the repeaters"))
    midpoint_asymmetry: float = column(
        metadata=about("1", "mean of abs(L_left - L_right) / (L_left + L_right), midpoints")
    )
    even_key_rate_hz: float = column(metadata=about("bit/s", "key rate of even repeaters with central midpoints"))
    even_key_rate_hz_se: float = column(metadata=about("bit/s", "standard error of even_key_rate_hz"))
    repeaters_loss: float = column(metadata=about("1", "fraction of it lost by uneven repeaters, midpoints central"))
    repeaters_loss_se: float = column(metadata=about("1", "standard error of repeaters_loss"))
    both_loss: float = column(metadata=about("1", "fraction of it lost where midpoints stand at sites as well"))
    both_loss_se: float = column(metadata=about("1", "standard error of both_loss"))
    midpoints_loss: float = column(metadata=about("1", "fraction lost from central midpoints to those at sites"))
    midpoints_loss_se: float = column(metadata=about("1", "standard error of midpoints_loss"))


_ZERO: dict[object, object] = {bool: False, int: 0, float: 0.0, str: ""}
Clicks = Annotated[str, Quantity("", "clicks that herald a link", ("single", "double"))]
DetectionProbability = Annotated[
    float, Quantity("1", "probability that an emitted photon is detected, at zero fibre length", checks.PROBABILITY)
]
Q = Annotated[
    float, Quantity("1", "probability that a single-click node's photon is emitted and detected", checks.PROBABILITY)
]


def zoo_midpoints(
    route: ZooRoute,
    *,
    clicks: Clicks,
    p_det: DetectionProbability,
    q: Q,
    coherence_time_s: CoherenceTime,
    deliveries: DeliveryCount,
    seed: int,
) -> ZooMidpoints:
    """A repeater at every other site of a route, the sites between them for midpoints: `Heralded` links.

    Where the spans are odd in number, the site goes unused whose two spans are shortest together. q is that of
    single-click photons; photons are alike and detectors without dark counts.
    Raises Refused as `zoo_loss` does, and as `Heralded` does.
    """
    checks.choice("clicks", clicks, ("single", "double"))
    found = taken(route)
    if found is None:
        return _nothing(ZooMidpoints)
    photons = SingleClickPhotons(q=q) if clicks == "single" else DoubleClickPhotons()
    central = Heralded(p_det=p_det, photons=photons)
    places = found.nodes_km("all")
    if len(places) % 2 == 0:
        places = np.delete(places, 1 + np.argmin(places[2:] - places[:-2]))
    nodes, middles = places[::2], places[1::2]
    at_sites = [site.name for site, at in zip(found.sites, found.positions_km(), strict=True) if at in middles]
    chains = [
        found.even_chain(len(nodes) - 1, central),
        found.links(nodes, central),
        found.links(nodes, Heralded(p_det=p_det, photons=photons, midpoints=_one_each(found, at_sites))),
    ]
    result = _compared(chains, coherence_time_s, deliveries, seed)
    off = np.abs(2 * middles - nodes[:-1] - nodes[1:]) / np.diff(nodes)
    even = result.performances[0]
    beside = _compared(chains[1:], coherence_time_s, deliveries, seed)
    return ZooMidpoints(
        True, not even.key_rate_one_sided, len(nodes) - 2, predictors(np.diff(nodes))[0], float(off.mean()),
        even.key_rate_hz, even.key_rate_hz_se, *_loss(result, 1), *_loss(result, 2), *_loss(beside, 1),
    )  # fmt: skip


@dataclass(frozen=True)
class ZooSpan:
    """A span of a network on the map; all 0 where it has none of that number."""

    exists: bool = column(metadata=about("", "whether the network has so many spans"))
    left_latitude: float = column(metadata=about("degree", "latitude of one end"))
    left_longitude: float = column(metadata=about("degree", "longitude of one end"))
    right_latitude: float = column(metadata=about("degree", "latitude of the other end"))
    right_longitude: float = column(metadata=about("degree", "longitude of the other end"))


def zoo_span(whole: Network, *, span: Number) -> ZooSpan:
    """Where a span of a network is. Raises Refused for a network that the Zoo does not have."""
    checks.instance("whole", whole, Network)
    found = _map(whole)
    if checks.count("span", span) > len(found.spans):
        return _nothing(ZooSpan)
    sites = {site.name: site for site in found.sites}
    ends = (sites[name] for name in (found.spans[span - 1].left, found.spans[span - 1].right))
    return ZooSpan(True, *(each or 0.0 for site in ends for each in (site.latitude, site.longitude)))


@dataclass(frozen=True)
class ZooNode:
    """A node of a route, the link to the right of it, and what changes of them would gain; 0 where there is none."""

    exists: bool = column(metadata=about("", "whether the route has so many nodes"))
    place: str = column(metadata=about("", "name of the site"))
    latitude: float = column(metadata=about("degree", "latitude of the node"))
    longitude: float = column(metadata=about("degree", "longitude of the node"))
    position_km: float = column(metadata=about("km", "distance from the left end"))
    share: float = column(metadata=about("1", "share of the time that is spent waiting for the link to the right"))
    share_se: float = column(metadata=about("1", "standard error of share"))
    moved_km: float = column(metadata=about("km", "the best move within reach, to the right if positive"))
    move_gain: float = column(metadata=about("1", "fraction of the key rate that this move gains"))
    move_gain_se: float = column(metadata=about("1", "standard error of move_gain"))
    removal_gain: float = column(metadata=about("1", "fraction of the key rate that leaving the node out gains"))
    removal_gain_se: float = column(metadata=about("1", "standard error of removal_gain"))


Reach = Annotated[float, Quantity("km", "how far a node may be moved", _LENGTH)]


def zoo_node(
    route: ZooRoute,
    *,
    node: Number,
    reach_km: Reach,
    coherence_time_s: CoherenceTime,
    deliveries: DeliveryCount,
) -> ZooNode:
    """What `report` says of one node of a route, with the random numbers that `draw` says, the same for all nodes.

    Raises Refused as `zoo_loss` and `report` do.
    """
    checks.instance("route", route, ZooRoute)
    found = taken(route)
    count = checks.count("node", node)
    if found is None or count > len(found.nodes_km("all")):
        return _nothing(ZooNode)
    told = _report(_key(route), reach_km, coherence_time_s, deliveries)
    here = told.nodes[node - 1]
    place, changes = found.sites[here], told.changes
    share = (told.waiting.share[node - 1], told.waiting.share_se[node - 1]) if node < len(told.nodes) else (0.0, 0.0)
    columns = (changes.moved_km, changes.move_gain, changes.move_gain_se, changes.removal_gain, changes.removal_gain_se)
    gains = [float(each[node - 2]) if 1 < node < len(told.nodes) else 0.0 for each in columns]
    position = float(found.positions_km()[here])
    return ZooNode(
        True, place.name, place.latitude or 0.0, place.longitude or 0.0, position, *map(float, share), *gains
    )


def _nothing(kind: type[Any]) -> Any:
    """Columns of a row for which there is nothing: 0, false and no word."""
    return kind(*(_ZERO[each.type] for each in fields(kind)))


def _key(route: ZooRoute) -> tuple:
    return (
        route.network, route.route_factor, route.route_factor_scatter, route.hut_km, route.draw, route.most_routes,
        route.shortest_km, route.longest_km, route.number,
    )  # fmt: skip


@lru_cache(maxsize=4)
def _report(key: tuple, reach_km: float, coherence_time_s: float, deliveries: int) -> Report:
    *_, number = key
    found = _routes(*key[:-1])[number - 1]
    nodes = Nodes(coherence_time_s=coherence_time_s)
    return report(found, nodes=nodes, reach_km=reach_km, deliveries=deliveries, seed=key[4])


def taken(route: ZooRoute) -> Route | None:
    """The route, if there is one. Raises Refused for a network that the Zoo does not have."""
    checks.instance("route", route, ZooRoute)
    if route.latest_maps and route.network in _repeated():
        return None
    found = _routes(*_key(route)[:-1])
    return found[route.number - 1] if route.number <= len(found) else None


@lru_cache(maxsize=4)
def _routes(
    name: str, factor: float, scatter: float, hut_km: float, draw: int, most: int, shortest_km: float, longest_km: float
) -> list[Route]:
    whole = Network(network=name, route_factor=factor, route_factor_scatter=scatter, hut_km=hut_km, draw=draw)
    routes = _map(whole).routes(shortest_km=shortest_km, longest_km=longest_km, direct=False, most=most)
    return [route.with_huts(hut_km) for route in routes]


def _map(network: Network) -> Map:
    """With a route factor for every span; those beyond what a `Map` takes by default, under the sea, are left out."""
    straight = _straight(network.network)
    normal = np.random.default_rng([network.draw, *network.network.encode()]).normal(size=len(straight.spans))
    factors = np.maximum(network.route_factor * np.exp(network.route_factor_scatter * normal), 1.0)
    spans = [_longer(span, float(factor)) for span, factor in zip(straight.spans, factors, strict=True)]
    short = tuple(span for span in spans if span.of_length_km() <= LONGEST_SPAN_KM)
    return evolve(straight, spans=short)


@lru_cache(maxsize=256)
def _straight(name: str) -> Map:
    return zoo_map(f"topozoo/{name}", route_factor=1.0, longest_span_km=_ANY_SPAN_KM)


def _longer(span: Span, factor: float) -> Span:
    return evolve(span, length_km=span.of_length_km() * factor, estimated=True)


@lru_cache(maxsize=1)
def _repeated() -> set[str]:
    """Networks of which the Zoo has a later map: names that differ from it in the year alone."""
    folder = resources.files("topohub") / "data" / "topozoo"
    dated: dict[str, list[str]] = {}
    for file in folder.iterdir():
        name = file.name.removesuffix(".json")
        if found := _YEAR.match(name):
            dated.setdefault(found[1], []).append(name)
    return {name for names in dated.values() for name in names if name != max(names, key=_date)}


def _date(name: str) -> tuple[int, int, str]:
    digits = _YEAR.match(name)
    number = digits[2] if digits else ""
    return int(number[:4] or 0), int(number[4:] or 0), name


def _compared(chains: list[Links], coherence_time_s: float, deliveries: int, seed: int) -> Comparison:
    return compare(chains, Nodes(coherence_time_s=coherence_time_s), SwapAsap(), deliveries=deliveries, seed=seed)


def _loss(result: Comparison, which: int) -> tuple[float, float]:
    if result.undefined:
        return 0.0, 0.0
    return 1 - float(result.key_rate_ratio[which]), float(result.key_rate_ratio_se[which])


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


def _one_each(route: Route, names: list[str]) -> tuple[str, ...]:
    """Of names of sites that share a place, the first."""
    places = dict(zip((site.name for site in route.sites), route.positions_km(), strict=True))
    return tuple({places[name]: name for name in reversed(names)}.values())
