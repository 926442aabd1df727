"""A route through a map: sites in a row, and what fibre lies between them."""

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from attrs import evolve, frozen
from numpy.typing import ArrayLike

from qnet import checks
from qnet.chain import Links
from qnet.checks import Floats
from qnet.errors import Refused
from qnet.route.links import DIRECT, Direct, Heralded

if TYPE_CHECKING:
    from qnet.route.maps import Site, Span

Technology = Direct | Heralded
_MOST_PARTS = 1_000_000  # of a span


@frozen(kw_only=True)
class Route:
    """Sites from left to right, and the spans between neighbours, which are one fewer.

    Positions along the route are in km of fibre from the left end. Between the ends of a span its loss grows evenly.
    """

    sites: "tuple[Site, ...]"
    spans: "tuple[Span, ...]"

    def __attrs_post_init__(self) -> None:
        if len(self.sites) != len(self.spans) + 1 or not self.spans:
            raise Refused(
                f"route must have one or more spans and one site more, but has {len(self.spans)} spans and "
                f"{len(self.sites)} sites"
            )
        if not self.length_km() > 0:
            raise Refused(
                f"route must have a length, but {self.sites[0].name} and {self.sites[-1].name} are 0 km apart"
            )

    def positions_km(self) -> Floats:
        """Where the sites are, shape (sites,)."""
        return np.append(0.0, np.cumsum([span.of_length_km() for span in self.spans]))

    def length_km(self) -> float:
        """Of the fibre from end to end."""
        return float(self.positions_km()[-1])

    def loss_db(self, positions_km: ArrayLike, attenuation_db_per_km: float) -> Floats:
        """Loss from the left end to some positions; attenuation: of spans whose loss was not measured."""
        losses = [
            attenuation_db_per_km * span.of_length_km() if span.loss_db is None else span.loss_db for span in self.spans
        ]
        return np.interp(np.asarray(positions_km, float), self.positions_km(), np.append(0.0, np.cumsum(losses)))

    def chosen(self, names: str | Iterable[str]) -> tuple[int, ...]:
        """Indices of inner sites by name, from left to right; "all": every one that is not where the last one is.

        Raises Refused for a name that is not an inner site of the route, and where two of them are in one place.
        """
        places = self.positions_km()
        if isinstance(names, str):
            if names != "all":
                raise Refused(f"repeaters must be 'all' or a list of names, but is {names!r}")
            found: list[int] = []
            for i in range(1, len(self.sites) - 1):
                if places[found[-1] if found else 0] < places[i] < places[-1]:
                    found.append(i)
            return tuple(found)
        inner = {site.name: i for i, site in enumerate(self.sites)}
        for name in (names := list(names)):
            if inner.get(name, 0) in (0, len(self.sites) - 1):
                raise Refused(
                    f"repeaters must be sites between the ends of the route, {', '.join(list(inner)[1:-1]) or 'none'}, "
                    f"but one is {name!r}"
                )
        indices = sorted({inner[name] for name in names})
        for a, b in zip([0, *indices], [*indices, len(self.sites) - 1], strict=True):
            if places[a] == places[b]:
                raise Refused(
                    f"nodes must be apart, but {self.sites[a].name} and {self.sites[b].name} are 0 km from each other"
                )
        return tuple(indices)

    def nodes_km(self, repeaters: str | Iterable[str] = "all") -> Floats:
        """Positions of the ends and of repeaters at these sites, shape (nodes,)."""
        return self.positions_km()[[0, *self.chosen(repeaters), len(self.sites) - 1]]

    def chain(self, repeaters: str | Iterable[str] = "all", technology: Technology = DIRECT) -> Links:
        """The chain of repeaters at these sites, and its links as the technology makes them.

        repeaters: names of sites between the ends, or "all".
        Raises Refused as `chosen` and the technology do.
        """
        return self.links(self.nodes_km(repeaters), technology)

    def links(self, nodes_km: ArrayLike, technology: Technology = DIRECT) -> Links:
        """The chain of nodes at any positions along the route, ends included, shape (nodes,), in rising order."""
        nodes = checks.real("nodes_km", nodes_km, checks.NOT_NEGATIVE_TO_1E30)
        if nodes.ndim != 1 or len(nodes) < 2 or not (np.diff(nodes) > 0).all():
            raise Refused(f"nodes_km must list two positions or more that rise, but is {checks.shown(nodes_km)}")
        return technology.attempts(self, nodes[:-1], nodes[1:]).links()

    def even_chain(self, links: int, technology: Technology = DIRECT) -> Links:
        """Evenly spaced nodes along a fibre of the same length and loss, its midpoints in the middle of their links."""
        count = checks.count("links", links, 1_000_000)
        total = float(self.loss_db(self.length_km(), technology.fibre.attenuation_db_per_km))
        whole = evolve(self.spans[0], right=self.spans[-1].right, length_km=self.length_km(), loss_db=total)
        plain = evolve(self, sites=(self.sites[0], self.sites[-1]), spans=(whole,))
        return plain.links(np.linspace(0, self.length_km(), count + 1), technology.centred())

    def with_huts(self, longest_km: float) -> "Route":
        """The route with sites added, evenly in each span that is longer than this, until none is. Ours.

        Raises Refused for a length that is not positive, and where there would be more than a million of them.
        """
        most = checks.number("longest_km", longest_km, checks.POSITIVE_TO_1E30)
        sites, spans = [self.sites[0]], []
        for span, end in zip(self.spans, self.sites[1:], strict=True):
            parts = max(math.ceil(span.of_length_km() / most), 1)
            if parts > _MOST_PARTS:
                raise Refused(f"longest_km must part a span into {_MOST_PARTS} at most, but {most!r} into {parts}")
            length, loss = span.of_length_km() / parts, None if span.loss_db is None else span.loss_db / parts
            huts = [_between(sites[-1], end, i, parts) for i in range(1, parts)]
            for site in (*huts, end):
                spans.append(evolve(span, left=sites[-1].name, right=site.name, length_km=length, loss_db=loss))
                sites.append(site)
        return evolve(self, sites=tuple(sites), spans=tuple(spans))

    def with_less_loss(self, span: int, less_db: float, attenuation_db_per_km: float) -> "Route":
        """The route with the loss of one span lower by so much, down to none."""
        old = self.spans[span]
        loss = attenuation_db_per_km * old.of_length_km() if old.loss_db is None else old.loss_db
        new = evolve(old, loss_db=max(loss - less_db, 0.0))
        return evolve(self, spans=(*self.spans[:span], new, *self.spans[span + 1 :]))


def _between(left: "Site", right: "Site", hut: int, parts: int) -> "Site":
    """The site that is so many parts of the way from one to the other; where coordinates are known, in between."""
    part = hut / parts
    latitude, longitude = (
        None if a is None or b is None else (1 - part) * a + part * b
        for a, b in ((left.latitude, right.latitude), (left.longitude, right.longitude))
    )
    return evolve(left, name=f"{left.name} - {right.name} {hut}/{parts}", latitude=latitude, longitude=longitude)
