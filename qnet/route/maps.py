"""A map of fibre: sites, and the spans between them. What it says is checked once, here."""

import difflib
import math
from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise

import numpy as np
from attrs import evolve, field, frozen
from numpy.typing import ArrayLike
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from qnet import checks
from qnet.checks import Floats
from qnet.errors import Refused
from qnet.route.path import Route

EARTH_RADIUS_KM = 6371.0088  # mean radius, Moritz (2000), Geodetic Reference System 1980
LONGEST_SPAN_KM = 3000.0  # ours: land spans are far shorter; schematic coordinates give thousands of km
_ROUTE_FACTOR: checks.Rule = ("must lie in [1, 10]", lambda x: (x >= 1) & (x <= 10))
_ROUNDING_KM = 2.0  # places are often rounded to 0.01 degree
_SAME_PLACE_KM = 0.05
_LEAST_KM = 1e-9  # of a span, for shortest paths: a span of no length is still a span


@frozen(kw_only=True)
class Site:
    """A place where a node could stand. latitude, longitude: in degrees, north and east positive, or None.

    source: where it was read, for messages.
    Raises Refused for a name that is empty, one coordinate without the other, and coordinates out of range.
    """

    name: str
    latitude: float | None = None
    longitude: float | None = None
    source: str = field(default="", eq=False)

    def __attrs_post_init__(self) -> None:
        at = _at(self.source)
        if not isinstance(self.name, str) or not self.name.strip():
            raise Refused(f"{at}name must not be empty, but is {checks.shown(self.name)}")
        if (self.latitude is None) != (self.longitude is None):
            raise Refused(f"{at}{self.name} must have both latitude and longitude or neither, but one is missing")
        for what, most in (("latitude", 90), ("longitude", 180)):
            value = getattr(self, what)
            if value is not None and not abs(value) <= most:
                raise Refused(f"{at}{what} of {self.name} must lie in [-{most}, {most}] degrees, but is {value!r}")

    @property
    def is_placed(self) -> bool:
        """Whether its coordinates are known."""
        return self.latitude is not None


@frozen(kw_only=True)
class Span:
    """A fibre between two neighbouring sites, named by them.

    length_km: of the fibre; None where only coordinates are known: then a `Map` estimates it. loss_db: as measured,
    connectors and splices included; None where it is the fibre's attenuation that counts. estimated: whether the length
    is a route factor times a straight line. source: where it was read, for messages.
    Raises Refused for a length or loss that is negative or not finite.
    """

    left: str
    right: str
    length_km: float | None = None
    loss_db: float | None = None
    estimated: bool = False
    source: str = field(default="", eq=False)

    def __attrs_post_init__(self) -> None:
        for what in ("length_km", "loss_db"):
            value = getattr(self, what)
            if value is not None and not 0 <= value <= 1e6:
                raise Refused(f"{_at(self.source)}{what} of {self} must lie in [0, 1e6], but is {value!r}")

    def __str__(self) -> str:
        return f"the span from {self.left} to {self.right}"

    def of_length_km(self) -> float:
        """The length, of a span that has one."""
        if self.length_km is None:
            raise Refused(f"{_at(self.source)}{self} must have a length_km, but has none")
        return self.length_km


@frozen(kw_only=True)
class Map:
    """Sites and spans of a network, every span with a length.

    route_factor: length of the fibre over that of the straight line, for spans whose length is not known; None where
    there shall be none of these. longest_span_km: coordinates that give longer spans are schematic, and refused.
    notes: what is odd about the map, a sentence each, found here.
    Raises Refused for two sites of one name, a span to a site that is not there, a span without length where the route
    factor or coordinates are missing, a span beyond longest_span_km, and a route factor outside [1, 10].
    """

    sites: tuple[Site, ...]
    spans: tuple[Span, ...]
    route_factor: float | None = None
    longest_span_km: float = LONGEST_SPAN_KM
    name: str = ""
    notes: tuple[str, ...] = field(init=False, eq=False)

    def __attrs_post_init__(self) -> None:
        if self.route_factor is not None:
            checks.number("route_factor", self.route_factor, _ROUTE_FACTOR)
        checks.number("longest_span_km", self.longest_span_km, checks.POSITIVE_TO_1E30)
        known: dict[str, Site] = {}
        for site in self.sites:
            if site.name in known:
                raise Refused(f"{_at(site.source)}name must be used once, but {site.name!r} is used again")
            known[site.name] = site
        notes: list[str] = []
        spans = []
        for span in self.spans:
            for end in (span.left, span.right):
                if end not in known:
                    raise Refused(f"{_at(span.source)}a span must join two sites of the map, but {end!r} is none")
            if span.left == span.right:
                notes.append(f"{_at(span.source)}{span} leads nowhere and is left out")
                continue
            spans.append(self._with_length(span, known[span.left], known[span.right], notes))
        notes += _odd_spans(spans) + _odd_places(self.sites)
        object.__setattr__(self, "spans", tuple(spans))
        object.__setattr__(self, "notes", tuple(notes))

    def _with_length(self, span: Span, left: Site, right: Site, notes: list[str]) -> Span:
        straight = straight_km(left, right)
        if straight is not None and straight > self.longest_span_km:
            raise Refused(
                f"{_at(span.source)}coordinates must be true ones, not schematic, but {span} is {straight:.0f} km in a "
                f"straight line, above longest_span_km = {self.longest_span_km:g}"
            )
        if span.length_km is not None:
            if span.length_km > self.longest_span_km:
                raise Refused(
                    f"{_at(span.source)}length_km of {span} must be at most longest_span_km = "
                    f"{self.longest_span_km:g}, but is {span.length_km!r}"
                )
            if straight is not None and span.length_km < straight - _ROUNDING_KM:
                notes.append(
                    f"{_at(span.source)}{span} is {span.length_km:.1f} km long, shorter than the straight line of "
                    f"{straight:.1f} km"
                )
            return span
        if straight is None:
            raise Refused(
                f"{_at(span.source)}{span} must have a length_km or coordinates at both ends, but has neither"
            )
        if self.route_factor is None:
            raise Refused(
                f"{_at(span.source)}{span} has no length_km, so there must be a route_factor by which to estimate it, "
                "but there is none"
            )
        return evolve(span, length_km=self.route_factor * straight, estimated=True)

    def site(self, name: str) -> Site:
        """The site of that name; case, and what is added in brackets to tell sites apart, need not be given.

        Raises Refused, with the nearest names, where no site or several fit.
        """
        exact = [site for site in self.sites if site.name == name]
        wanted = name.casefold().strip() if isinstance(name, str) else None
        loose = [site for site in self.sites if wanted in (site.name.casefold(), _base(site.name).casefold())]
        found = exact or loose
        if len(found) == 1:
            return found[0]
        if found:
            several = ", ".join(site.name for site in found[:6])
            raise Refused(f"place must be one site of the map, but {name!r} may be any of {several}")
        names = {each.casefold(): site.name for site in self.sites for each in (_base(site.name), site.name)}
        near = difflib.get_close_matches(wanted or "", names, n=3, cutoff=0.4)
        hint = f"; near it are {', '.join(dict.fromkeys(names[each] for each in near))}" if near else ""
        raise Refused(f"place must be a site of the map, but {checks.shown(name)} is none{hint}")

    def route(self, start: str, end: str) -> Route:
        """The route with the shortest fibre between two sites, by Dijkstra's algorithm as SciPy has it.

        Raises Refused for a place that is unknown or ambiguous, twice the same place, and where no route exists.
        """
        first, last = self.site(start), self.site(end)
        if first == last:
            raise Refused(f"route must join two places, but both are {first.name!r}")
        index = {site.name: i for i, site in enumerate(self.sites)}
        distance, before = self._shortest(np.array([index[first.name]]))
        if np.isinf(distance[0, index[last.name]]):
            raise Refused(f"route must exist, but no spans lead from {first.name!r} to {last.name!r}")
        return self._walk(before[0], index[last.name])

    def routes(
        self, *, shortest_km: float, longest_km: float, direct: bool = True, most: int | None = None
    ) -> list[Route]:
        """The shortest routes between all pairs of sites whose length is in this range, each pair once; short first.

        direct: whether routes of a single span count. most: if there are more, as many, at even steps of their rank.
        """
        distance, before = self._shortest(np.arange(len(self.sites)))
        pairs = np.argwhere(np.triu((distance >= shortest_km) & (distance <= longest_km), k=1))
        pairs = pairs if direct else pairs[before[pairs[:, 0], pairs[:, 1]] != pairs[:, 0]]
        pairs = pairs[np.argsort(distance[pairs[:, 0], pairs[:, 1]], kind="stable")]
        if most is not None and len(pairs) > most:
            pairs = pairs[((np.arange(most) + 0.5) * len(pairs) / most).astype(int)]
        return [self._walk(before[a], b) for a, b in pairs]

    @cached_property
    def _shortest_span(self) -> dict[tuple[str, str], Span]:
        """The shortest of the spans between two sites, in either order of the two, as it is walked."""
        shortest: dict[tuple[str, str], Span] = {}
        for span in self.spans:
            for way in (span, evolve(span, left=span.right, right=span.left)):
                found = shortest.get((way.left, way.right))
                if found is None or way.of_length_km() < found.of_length_km():
                    shortest[way.left, way.right] = way
        return shortest

    def _shortest(self, starts: np.ndarray) -> tuple[Floats, np.ndarray]:
        """Distances and predecessors from some sites, each of shape (starts, sites)."""
        index = {site.name: i for i, site in enumerate(self.sites)}
        ways = self._shortest_span
        lengths = [max(span.of_length_km(), _LEAST_KM) for span in ways.values()]
        ends = np.array([(index[left], index[right]) for left, right in ways], dtype=int).reshape(-1, 2)
        graph = coo_array((lengths, (ends[:, 0], ends[:, 1])), shape=(len(self.sites), len(self.sites))).tocsr()
        return dijkstra(graph, indices=starts, return_predecessors=True)

    def _walk(self, before: np.ndarray, end: int) -> Route:
        on_way = [int(end)]
        while before[on_way[-1]] >= 0:
            on_way.append(int(before[on_way[-1]]))
        sites = [self.sites[i] for i in reversed(on_way)]
        spans = [self._shortest_span[a.name, b.name] for a, b in pairwise(sites)]
        return Route(sites=tuple(sites), spans=tuple(spans))


def great_circle_km(
    *, latitude: ArrayLike, longitude: ArrayLike, to_latitude: ArrayLike, to_longitude: ArrayLike
) -> Floats:
    """Length of the shortest line on a sphere, from degrees, by the haversine formula. Arrays broadcast.

    The Earth's flattening changes it by 0.5 % at most. Raises Refused for coordinates that are not finite, and for
    shapes that do not broadcast.
    """
    given = {"latitude": latitude, "longitude": longitude, "to_latitude": to_latitude, "to_longitude": to_longitude}
    checked = checks.broadcast({name: checks.real(name, value, checks.AT_MOST_1E9) for name, value in given.items()})
    north, east, to_north, to_east = map(np.radians, checked.values())
    half = np.sin((to_north - north) / 2) ** 2 + np.cos(north) * np.cos(to_north) * np.sin((to_east - east) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * np.arcsin(np.minimum(np.sqrt(half), 1.0))


def straight_km(one: Site, other: Site) -> float | None:
    """Length of the straight line between two sites, as `great_circle_km`; None where a place is not known."""
    if one.latitude is None or one.longitude is None or other.latitude is None or other.longitude is None:
        return None
    north, to_north = math.radians(one.latitude), math.radians(other.latitude)
    east, to_east = math.radians(one.longitude), math.radians(other.longitude)
    half = math.sin((to_north - north) / 2) ** 2
    half += math.cos(north) * math.cos(to_north) * math.sin((to_east - east) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(min(math.sqrt(half), 1.0))


def distinct_names(labels: Sequence[str], keys: Sequence[object]) -> list[str]:
    """The labels, and where several are alike, each with its key in brackets."""
    return [label if labels.count(label) == 1 else f"{label} [{key}]" for label, key in zip(labels, keys, strict=True)]


def _base(name: str) -> str:
    """A name without what `distinct_names` adds."""
    return name[: name.rindex(" [")] if name.endswith("]") and " [" in name else name


def _at(source: str) -> str:
    return f"{source}: " if source else ""


def _odd_spans(spans: list[Span]) -> list[str]:
    notes = [f"{_at(span.source)}{span} has no length" for span in spans if span.length_km == 0]
    seen: dict[frozenset[str], int] = {}
    for span in spans:
        ends = frozenset((span.left, span.right))
        seen[ends] = seen.get(ends, 0) + 1
    several = [" and ".join(sorted(ends)) for ends, count in seen.items() if count > 1]
    return notes + [f"several spans join {ends}; routes take the shortest" for ends in several]


def _odd_places(sites: tuple[Site, ...]) -> list[str]:
    """Sites of different names in one place, rounded as `_SAME_PLACE_KM` has it."""
    step = np.degrees(_SAME_PLACE_KM / EARTH_RADIUS_KM)
    together: dict[tuple[int, int], list[str]] = {}
    for site in sites:
        if site.latitude is not None and site.longitude is not None:
            together.setdefault((round(site.latitude / step), round(site.longitude / step)), []).append(site.name)
    return [f"{', '.join(names)} are in one place" for names in together.values() if len(names) > 1]
