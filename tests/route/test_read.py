"""Every format gives the map that it was written from; what is wrong in a file is named with its file, row and value."""

import itertools
import json

import networkx
import pytest

from qnet.errors import Refused
from qnet.route.read import read_map, zoo_map

PLACES = {"Delft": (52.01, 4.36), "Gouda": (52.01, 4.71), "Utrecht": (52.09, 5.12)}
SPANS = [("Delft", "Gouda", 31.2, 7.1), ("Gouda", "Utrecht", 38.5, None)]


def graph():
    made = networkx.Graph()
    for i, (name, (latitude, longitude)) in enumerate(PLACES.items()):
        made.add_node(i, label=name, Latitude=latitude, Longitude=longitude)
    keys = list(PLACES)
    for left, right, length, loss in SPANS:
        more = {} if loss is None else {"loss_db": loss}
        made.add_edge(keys.index(left), keys.index(right), length_km=length, **more)
    return made


def csv(folder):
    rows = [f"{a};{b};{km};{'' if loss is None else loss}" for a, b, km, loss in SPANS]
    (folder / "map.csv").write_text("\n".join(["From;To;length_km;loss_db", *rows, ""]), encoding="utf-8-sig")
    rows = [f"{name},{latitude},{longitude}" for name, (latitude, longitude) in PLACES.items()]
    (folder / "sites.csv").write_text("\n".join(["name,latitude,longitude", *rows]), encoding="utf-8")
    return read_map(folder / "map.csv", folder / "sites.csv")


def graphml(folder):
    networkx.write_graphml(graph(), folder / "map.graphml")
    return read_map(folder / "map.graphml")


def gml(folder):
    made = graph()
    networkx.write_gml(networkx.relabel_nodes(made, dict(made.nodes(data="label"))), folder / "map.gml")
    return read_map(folder / "map.gml")


def node_link(folder):
    made = networkx.node_link_data(graph(), edges="links")
    (folder / "map.json").write_text(json.dumps(made), encoding="utf-8")
    return read_map(folder / "map.json")


def gnpy(folder):
    """A transceiver and a ROADM at each end, amplifiers between, and a fibre for each direction."""
    elements, connections = [], []

    def join(*uids):
        connections.extend({"from_node": a, "to_node": b} for a, b in itertools.pairwise(uids))

    for name, (latitude, longitude) in PLACES.items():
        where = {"metadata": {"location": {"city": name, "latitude": latitude, "longitude": longitude}}}
        elements += [{"uid": f"{kind} {name}", "type": kind, **where} for kind in ("Transceiver", "Roadm")]
        join(f"Transceiver {name}", f"Roadm {name}", f"Transceiver {name}")
    for left, right, km, loss in SPANS:
        for a, b in ((left, right), (right, left)):
            fibre, amplifier = f"fibre {a} {b}", f"amplifier {a} {b}"
            ends = {} if loss is None else {"con_in": 0.5, "con_out": 0.36, "loss_coef": (loss - 0.86) / km}
            elements.append(
                {"uid": fibre, "type": "Fiber", "params": {"length": km * 1000, "length_units": "m", **ends}}
            )
            elements.append(
                {"uid": amplifier, "type": "Edfa", "metadata": {"location": {"latitude": 0, "longitude": 0}}}
            )
            join(f"Roadm {a}", amplifier, fibre, f"Roadm {b}")
    (folder / "map.json").write_text(json.dumps({"elements": elements, "connections": connections}), encoding="utf-8")
    return read_map(folder / "map.json")


def open_fibre(folder):
    nodes = [
        {"id": str(i), "name": name, "location": {"type": "Point", "coordinates": [longitude, latitude]}}
        for i, (name, (latitude, longitude)) in enumerate(PLACES.items())
    ]
    keys = list(PLACES)
    spans = [
        {"id": str(i), "start": str(keys.index(a)), "end": {"id": str(keys.index(b))}, "fibreLength": km * 1000}
        for i, (a, b, km, _) in enumerate(SPANS)
    ]
    text = json.dumps({"networks": [{"id": "n", "nodes": nodes, "spans": spans}]})
    (folder / "map.json").write_text(text, encoding="utf-8")
    return read_map(folder / "map.json")


@pytest.mark.parametrize("write", [csv, graphml, gml, node_link, gnpy, open_fibre])
def test_every_format_gives_the_map(write, tmp_path):
    found = write(tmp_path)
    assert {site.name: (site.latitude, site.longitude) for site in found.sites} == PLACES
    along = found.route("Delft", "Utrecht")
    assert [site.name for site in along.sites] == list(PLACES)
    assert [span.length_km for span in along.spans] == pytest.approx([31.2, 38.5])
    assert not any(span.estimated for span in found.spans)
    if write is not open_fibre:  # which has no losses
        assert along.spans[0].loss_db == pytest.approx(7.1)
    assert along.spans[1].loss_db is None
    assert found.notes == ()


def test_csv_without_sites(tmp_path):
    (tmp_path / "map.csv").write_text("from,to,length_km\nA,B,10\nB,C,20\n", encoding="utf-8")
    found = read_map(tmp_path / "map.csv")
    assert [site.name for site in found.sites] == ["A", "B", "C"]
    assert found.route("C", "A").length_km() == 30


def test_the_drawn_route_counts_where_no_fibre_length_is_given(tmp_path):
    nodes = [{"id": i, "location": {"coordinates": [0.0, float(i)]}} for i in range(2)]
    points = [[0.0, 0.0], [0.0, 2.0], [0.0, 1.0]]
    span = {"id": 1, "start": 0, "end": 1, "route": {"type": "LineString", "coordinates": points}}
    (tmp_path / "map.json").write_text(json.dumps({"networks": [{"nodes": nodes, "spans": [span]}]}), encoding="utf-8")
    (found,) = read_map(tmp_path / "map.json").spans
    assert found.length_km == pytest.approx(3 * 111.195, rel=1e-5)
    assert found.estimated


def test_gnpy_fibres_that_meet_make_a_site(tmp_path):
    elements = [{"uid": uid, "type": "Transceiver"} for uid in ("a", "b")]
    elements += [
        {"uid": uid, "type": "Fiber", "params": {"length": 10, "loss_coef": {"value": [0.2, 0.3]}}}
        for uid in ("f", "g")
    ]
    joins = [{"from_node": a, "to_node": b} for a, b in (("a", "f"), ("f", "g"), ("g", "b"))]
    (tmp_path / "map.json").write_text(json.dumps({"elements": elements, "connections": joins}), encoding="utf-8")
    along = read_map(tmp_path / "map.json").route("a", "b")
    assert [site.name for site in along.sites] == ["a", "f | g", "b"]
    assert along.spans[0].loss_db == pytest.approx(3.0)


def test_a_map_of_the_zoo():
    found = zoo_map("topozoo/Abilene", route_factor=1.5)
    assert len(found.sites) == 11
    assert all(span.estimated for span in found.spans)
    assert found.route("New York", "Chicago").length_km() == pytest.approx(
        1.5 * 1146.16, rel=2e-3
    )  # as the package has it


BAD = {
    "map.txt": ("", "map.txt must be CSV, GraphML, GML, node-link JSON, GNPy JSON or Open Fibre Data Standard JSON, but its name ends in .txt"),
    "empty.csv": ("from,to\n", "empty.csv must hold spans, but has none"),
    "columns.csv": ("x,y\n1,2\n", "columns.csv, row 2: a span must have columns 'from' and 'to', but has x, y"),
    "number.csv": ("from,to,length_km\nA,B,10\n\nB,C,ten\n", "number.csv, row 4: length_km must be a finite number, but is 'ten'"),
    "negative.csv": ("from,to,length_km,loss_db\nA,B,10,-2\n", "negative.csv, row 2: loss_db of the span from A to B must lie in [0, 1e6], but is -2.0"),
    "nan.csv": ("from,to,length_km,loss_db\nA,B,10,nan\n", "nan.csv, row 2: loss_db must be a finite number, but is 'nan'"),
    "cells.csv": ("from,to\nA,B,C\n", "cells.csv, row 2: a row must have no more cells than the header, but has"),
    "length.csv": ("from,to\nA,B\n", "length.csv, row 2: the span from A to B must have a length_km or coordinates at both ends, but has neither"),
    "no.json": ("{", "no.json must be JSON, but Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
    "other.json": ("[]", "other.json must be CSV, GraphML, GML, node-link JSON, GNPy JSON or Open Fibre Data Standard JSON, but has none of their keys"),
    "half.json": ('{"nodes": [{"id": 1}], "links": [{"source": 1}]}', "half.json must be node-link JSON as NetworkX writes it, but lacks or has odd 'target'"),
    "gnpy.json": ('{"elements": [{"uid": "a"}], "connections": []}', "gnpy.json must be whole GNPy JSON, but lacks or has another kind of 'type'"),
    "loose.json": ('{"elements": [{"uid": "f", "type": "Fiber"}], "connections": []}', "loose.json, element f: a fibre must have connections at both ends, but lacks one"),
    "ofds.json": ('{"networks": [{"nodes": [], "spans": [{"id": 7, "start": 1, "end": 2}]}]}', "ofds.json, span 7: a span must join two nodes, but 1 is none"),
    "bad.graphml": ("<graphml", "bad.graphml must be graphml that NetworkX can read, but unclosed token: line 1, column 0"),
    "place.gml": ('graph [ node [ id 1 label "A" Latitude 95 Longitude 5 ] node [ id 2 label "B" ] edge [ source 1 target 2 ] ]', "place.gml, node 1: latitude of A must lie in [-90, 90] degrees, but is 95.0"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_what_is_wrong_is_named(name, tmp_path):
    text, said = BAD[name]
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as refusal:
        read_map(tmp_path / name)
    assert str(refusal.value) == said


def test_files_that_are_not_there_or_no_text(tmp_path):
    with pytest.raises(Refused, match=r"none.csv must be a file of text, but No such file or directory$"):
        read_map(tmp_path / "none.csv")
    (tmp_path / "map.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(Refused, match=r"map.csv must be a file of text, but it is no UTF-8 text$"):
        read_map(tmp_path / "map.csv")
    (tmp_path / "map.gml").write_text("graph []", encoding="utf-8")
    with pytest.raises(Refused, match=r"^sites must come with a CSV file of spans, but the map is map.gml$"):
        read_map(tmp_path / "map.gml", tmp_path / "map.gml")
    with pytest.raises(Refused, match=r"^map must be one of the package topohub"):
        zoo_map("topozoo/Nowhere", route_factor=1.5)
