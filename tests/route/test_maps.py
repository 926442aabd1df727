"""Maps: distances against a second formula, routes against NetworkX, what is odd is noted, what is wrong refused."""

import networkx
import numpy as np
import pytest

from fibre_maps import line
from qnet import route
from qnet.errors import Refused
from qnet.route.maps import EARTH_RADIUS_KM, distinct_names

A = route.Site(name="A", latitude=52.0, longitude=4.0)
B = route.Site(name="B", latitude=52.0, longitude=5.0)
C = route.Site(name="C")


def test_great_circles_against_the_angle_between_vectors():
    rng = np.random.default_rng(1)
    north, to_north = rng.uniform(-90, 90, (2, 500))
    east, to_east = rng.uniform(-180, 180, (2, 500))

    def vector(latitude, longitude):
        up, round_ = np.radians(latitude), np.radians(longitude)
        return np.array([np.cos(up) * np.cos(round_), np.cos(up) * np.sin(round_), np.sin(up)])

    one, other = vector(north, east), vector(to_north, to_east)
    angle = np.arctan2(np.linalg.norm(np.cross(one.T, other.T), axis=1), (one * other).sum(axis=0))
    found = route.great_circle_km(latitude=north, longitude=east, to_latitude=to_north, to_longitude=to_east)
    np.testing.assert_allclose(found, EARTH_RADIUS_KM * angle, rtol=1e-9, atol=1e-6)


def test_shortest_routes_against_networkx():
    graph = networkx.gnm_random_graph(30, 60, seed=4)
    rng = np.random.default_rng(2)
    lengths = {edge: float(length) for edge, length in zip(graph.edges, rng.uniform(0, 100, 60), strict=True)}
    networkx.set_edge_attributes(graph, lengths, "length")
    network = route.Map(
        sites=tuple(route.Site(name=f"n{i}") for i in graph),
        spans=tuple(route.Span(left=f"n{a}", right=f"n{b}", length_km=km) for (a, b), km in lengths.items()),
    )
    expected = dict(networkx.all_pairs_dijkstra_path_length(graph, weight="length"))
    for a in graph:
        for b in graph:
            if a != b and b in expected[a]:
                found = network.route(f"n{a}", f"n{b}")
                np.testing.assert_allclose(found.length_km(), expected[a][b])
                assert (found.sites[0].name, found.sites[-1].name) == (f"n{a}", f"n{b}")
    some = network.routes(shortest_km=50, longest_km=120)
    wanted = [(a, b) for a in graph for b in graph if a < b and 50 <= expected[a].get(b, np.inf) <= 120]
    wanted.sort(key=lambda pair: expected[pair[0]][pair[1]])
    assert [(one.sites[0].name, one.sites[-1].name) for one in some] == [(f"n{a}", f"n{b}") for a, b in wanted]


def test_a_span_of_no_length_is_still_a_span():
    found = line([0.0, 10.0, 0.0, 5.0])
    assert len(found.spans) == 4
    assert [found.sites[i].name for i in found.chosen("all")] == ["s2"]
    assert len(found.chain("all")) == 2


def test_lengths_are_estimated_where_only_coordinates_are_known():
    network = route.Map(sites=(A, B), spans=(route.Span(left="A", right="B"),), route_factor=1.5)
    (span,) = network.spans
    assert span.estimated
    straight = EARTH_RADIUS_KM * np.arccos(
        np.sin(np.radians(52)) ** 2 + np.cos(np.radians(52)) ** 2 * np.cos(np.radians(1))
    )
    np.testing.assert_allclose(span.length_km, 1.5 * straight)


def test_the_shortest_of_parallel_spans_is_taken_and_noted():
    network = route.Map(
        sites=(A, B),
        spans=tuple(route.Span(left=a, right=b, length_km=km) for a, b, km in (("A", "B", 90), ("B", "A", 80))),
    )
    assert network.route("A", "B").length_km() == 80
    assert any("several spans join A and B" in note for note in network.notes)


@pytest.mark.parametrize(("sites", "spans", "note"), [
    ((A, B), [("A", "B", 0.0)], "the span from A to B has no length"),
    ((A, B), [("A", "B", 40.0)], "the span from A to B is 40.0 km long, shorter than the straight line of 68.5 km"),
    ((A, B), [("A", "A", 3.0), ("A", "B", 80.0)], "the span from A to A leads nowhere and is left out"),
    ((A, B, route.Site(name="D", latitude=52.0, longitude=4.0)), [("A", "B", 80.0)], "A, D are in one place"),
])  # fmt: skip
def test_what_is_odd_is_noted(sites, spans, note):
    network = route.Map(sites=sites, spans=tuple(route.Span(left=a, right=b, length_km=km) for a, b, km in spans))
    assert note in network.notes


def test_nothing_is_noted_of_a_map_that_is_not_odd():
    assert route.Map(sites=(A, B), spans=(route.Span(left="A", right="B", length_km=80.0),)).notes == ()


def test_a_place_is_found_by_what_is_enough():
    names = distinct_names(["Delft", "Zwolle", "Zwolle"], [1, 2, 3])
    assert names == ["Delft", "Zwolle [2]", "Zwolle [3]"]
    network = route.Map(
        sites=tuple(route.Site(name=name) for name in names),
        spans=(route.Span(left="Delft", right="Zwolle [2]", length_km=1),),
    )
    assert network.site("delft").name == "Delft"
    assert network.site("Zwolle [3]").name == "Zwolle [3]"
    with pytest.raises(
        Refused, match=r"^place must be one site of the map, but 'zwolle' may be any of Zwolle \[2\], Zwolle \[3\]$"
    ):
        network.site("zwolle")
    with pytest.raises(Refused, match=r"^place must be a site of the map, but 'Delf' is none; near it are Delft$"):
        network.site("Delf")
    with pytest.raises(Refused, match=r"^place must be a site of the map, but 3 is none$"):
        network.site(3)
    with pytest.raises(Refused, match=r"^route must exist, but no spans lead from 'Delft' to 'Zwolle \[3\]'$"):
        network.route("Delft", "Zwolle [3]")
    with pytest.raises(Refused, match=r"^route must join two places, but both are 'Delft'$"):
        network.route("Delft", "delft")


SPAN = {"left": "A", "right": "B"}
FAR = route.Site(name="B", latitude=0.0, longitude=90.0)


@pytest.mark.parametrize(("make", "said"), [
    (lambda: route.Site(name=" "), "name must not be empty, but is ' '"),
    (lambda: route.Site(name="A", latitude=1.0), "A must have both latitude and longitude or neither, but one is missing"),
    (lambda: route.Site(name="A", latitude=91.0, longitude=0.0, source="f.csv, row 2"), "f.csv, row 2: latitude of A must lie in [-90, 90] degrees, but is 91.0"),
    (lambda: route.Site(name="A", latitude=1.0, longitude=float("nan")), "longitude of A must lie in [-180, 180] degrees, but is nan"),
    (lambda: route.Span(**SPAN, length_km=-1.0), "length_km of the span from A to B must lie in [0, 1e6], but is -1.0"),
    (lambda: route.Span(**SPAN, loss_db=float("nan")), "loss_db of the span from A to B must lie in [0, 1e6], but is nan"),
    (lambda: route.Map(sites=(A, A), spans=()), "name must be used once, but 'A' is used again"),
    (lambda: route.Map(sites=(A,), spans=(route.Span(**SPAN, length_km=1),)), "a span must join two sites of the map, but 'B' is none"),
    (lambda: route.Map(sites=(A, B), spans=(route.Span(**SPAN),)), "the span from A to B has no length_km, so there must be a route_factor by which to estimate it, but there is none"),
    (lambda: route.Map(sites=(A, C), spans=(route.Span(left="A", right="C"),), route_factor=1.5), "the span from A to C must have a length_km or coordinates at both ends, but has neither"),
    (lambda: route.Map(sites=(A, B), spans=(route.Span(**SPAN),), route_factor=0.9), "route_factor must lie in [1, 10], but is 0.9"),
    (lambda: route.Map(sites=(A, FAR), spans=(route.Span(**SPAN),), route_factor=1.5), "coordinates must be true ones, not schematic, but the span from A to B is 9734 km in a straight line, above longest_span_km = 3000"),
    (lambda: route.Map(sites=(A, B), spans=(route.Span(**SPAN, length_km=4000.0),)), "length_km of the span from A to B must be at most longest_span_km = 3000, but is 4000.0"),
    (lambda: line([0.0, 0.0]), "route must have a length, but s0 and s2 are 0 km apart"),
])  # fmt: skip
def test_what_is_wrong_is_refused(make, said):
    with pytest.raises(Refused) as refusal:
        make()
    assert str(refusal.value) == said
