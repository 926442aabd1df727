"""Real routes for statistics: those of the Internet Topology Zoo, as the package `topohub` ships it. Ours.

The Zoo (Knight et al., IEEE J. Sel. Areas Commun. 29, 1765, 2011; CC BY 4.0) has places and who is joined to whom, but
no lengths of fibre: these are great circles times a route factor that varies from span to span at random. Huts between
places, where amplifiers stand, can hold repeaters too. All of this is assumed, and so are parameters.
"""

import re
from dataclasses import fields
from functools import lru_cache
from importlib import resources
from typing import Annotated, Any

import numpy as np
from attrs import evolve, field, frozen

from qnet import checks
from qnet.chain import Comparison, Links, Nodes, SwapAsap, compare
from qnet.errors import Refused
from qnet.records import Quantity, Single, about
from qnet.route.maps import LONGEST_SPAN_KM, Map, Span
from qnet.route.path import Route
from qnet.route.read import zoo_map

_ROUTE_FACTOR: checks.Rule = ("must lie in [1, 10]", lambda x: (x >= 1) & (x <= 10))
_SCATTER: checks.Rule = ("must lie in [0, 2]", lambda x: (x >= 0) & (x <= 2))
LENGTH: checks.Rule = ("must lie in [1, 20000]", lambda x: (x >= 1) & (x <= 20_000))
_COHERENCE: checks.Rule = ("must lie in [1e-30, 1e30]", lambda x: (x >= 1e-30) & (x <= 1e30))
_ANY_SPAN_KM = 30_000.0  # half around the Earth, with a route factor: long spans are left out here, not refused
_YEAR = re.compile(r"^(.*?[A-Za-z])(\d{3,})")

CoherenceTime = Annotated[float, Quantity("s", "coherence time of the memories", _COHERENCE)]
DeliveryCount = Annotated[int, Quantity("1", "end-to-end states per estimate", int)]
Number = Annotated[int, Quantity("", "which one, counted from 1", int)]

_ZERO: dict[object, object] = {bool: False, int: 0, float: 0.0, str: ""}


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
    hut_km: float = field(metadata=about("km", "longest span between places or huts", LENGTH))
    draw: int = field(default=1, metadata=about("", "which random numbers draw the route factors of spans", int))


@frozen(kw_only=True, eq=False)
class ZooRoute(Network):
    """One of the routes of a network: shortest paths between two of its places, of some length, by way of a third.

    number: which one, from 1, the short ones first; most_routes: how many are taken of a network, at even steps of
    their rank by length. latest_maps: of several maps of a network by year, only the last has routes.
    """

    number: int = field(metadata=about("", "which route of the network, counted from 1", int))
    most_routes: int = field(metadata=about("", "routes that are taken of a network", int))
    shortest_km: float = field(metadata=about("km", "least length of fibre of a route", LENGTH))
    longest_km: float = field(metadata=about("km", "greatest length of fibre of a route", LENGTH))
    latest_maps: bool = field(
        default=True, metadata=about("", "whether a network has routes in its latest map alone", bool)
    )

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        if not 1 <= self.number <= self.most_routes <= 10_000:
            raise Refused(f"number must lie in 1 to most_routes, 10000 at most, but is {self.number}")


def nothing(kind: type[Any]) -> Any:
    """Columns of a row for which there is nothing: 0, false and no word."""
    return kind(*(_ZERO[each.type] for each in fields(kind)))


def key_of(route: ZooRoute) -> tuple:
    """What `routes_of` takes of the route, and its number."""
    return (
        route.network, route.route_factor, route.route_factor_scatter, route.hut_km, route.draw, route.most_routes,
        route.shortest_km, route.longest_km, route.number,
    )  # fmt: skip


def taken(route: ZooRoute) -> Route | None:
    """The route, if there is one. Raises Refused for a network that the Zoo does not have."""
    checks.instance("route", route, ZooRoute)
    if route.latest_maps and route.network in repeated():
        return None
    found = routes_of(*key_of(route)[:-1])
    return found[route.number - 1] if route.number <= len(found) else None


@lru_cache(maxsize=4)
def routes_of(
    name: str, factor: float, scatter: float, hut_km: float, draw: int, most: int, shortest_km: float, longest_km: float
) -> list[Route]:
    """All routes of a network that are taken, huts included."""
    whole = Network(network=name, route_factor=factor, route_factor_scatter=scatter, hut_km=hut_km, draw=draw)
    routes = map_of(whole).routes(shortest_km=shortest_km, longest_km=longest_km, direct=False, most=most)
    return [route.with_huts(hut_km) for route in routes]


def map_of(network: Network) -> Map:
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
def repeated() -> set[str]:
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


def compared(chains: list[Links], coherence_time_s: float, deliveries: int, seed: int) -> Comparison:
    """These chains under the paper's protocol, by common random numbers."""
    return compare(chains, Nodes(coherence_time_s=coherence_time_s), SwapAsap(), deliveries=deliveries, seed=seed)


def lost(result: Comparison, which: int) -> tuple[float, float]:
    """The fraction of the first chain's key rate that another one lacks, and its error; 0 where there is no key."""
    if result.undefined:
        return 0.0, 0.0
    return 1 - float(result.key_rate_ratio[which]), float(result.key_rate_ratio_se[which])
