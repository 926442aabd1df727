"""Reads maps of fibre: CSV, GraphML, GML, node-link JSON, GNPy's and the Open Fibre Data Standard's JSON.

NetworkX reads the graphs, since formats have more corners than a reader of our own would know.
"""

import csv
import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from qnet.errors import Refused
from qnet.route.maps import LONGEST_SPAN_KM, Map, Site, Span, distinct_names, great_circle_km

FORMATS = "CSV, GraphML, GML, node-link JSON, GNPy JSON or Open Fibre Data Standard JSON"
# Names under which what we need is found, in lower case, the first one that is there.
_NAME = ("name", "label", "site", "city")
_LATITUDE, _LONGITUDE = ("latitude", "lat"), ("longitude", "lon", "lng", "long")
_LENGTH, _LOSS = ("length_km", "length", "distance_km", "distance"), ("loss_db", "loss")
_ENDS = (("from", "left", "source", "a"), ("to", "right", "target", "b"))
_FIBRES = ("Fiber", "RamanFiber")
_PER_KM = {"km": 1.0, "m": 1e-3}

Parts = tuple[list[Site], list[Span]]


def read_map(
    path: str | Path,
    sites: str | Path | None = None,
    *,
    route_factor: float | None = None,
    longest_span_km: float = LONGEST_SPAN_KM,
) -> Map:
    """The map in a file. Lengths in it are km of fibre, or as its format says; losses are in dB.

    CSV: a row per span, with columns from, to, and optionally length_km and loss_db; coordinates, if wanted, in a
    second file `sites` with columns name, latitude, longitude. GraphML, GML and node-link JSON: nodes with name or
    label, latitude, longitude (or pos, the two in reverse), edges with length_km (or length, distance) and loss_db.
    GNPy: fibres are spans, amplifiers and other nodes that are joined without fibre are one site. Open Fibre Data
    Standard: fibreLength in m, else the length of the drawn route. Other arguments as in `Map`.
    Raises Refused, with file, row and value, for a file that cannot be read or is none of these, for missing columns,
    what is not a number, and all that `Map`, `Site` and `Span` refuse.
    """
    file = Path(path)
    try:
        text = file.read_text(encoding="utf-8-sig")
        of_sites = None if sites is None else Path(sites).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no UTF-8 text"
        raise Refused(f"{getattr(error, 'filename', None) or file} must be a file of text, but {reason}") from None
    kind = file.suffix.lower()
    if kind == ".csv":
        found = _csv(file.name, text, None if of_sites is None or sites is None else (Path(sites).name, of_sites))
    elif sites is not None:
        raise Refused(f"sites must come with a CSV file of spans, but the map is {file.name}")
    elif kind == ".json":
        found = _json(file.name, text)
    elif kind in (".graphml", ".gml"):
        found = _graph(file.name, _networkx(file, kind))
    else:
        raise Refused(f"{file.name} must be {FORMATS}, but its name ends in {kind or 'nothing'}")
    read, spans = found
    if not spans:
        raise Refused(f"{file.name} must hold spans, but has none")
    return Map(
        sites=tuple(read),
        spans=tuple(spans),
        route_factor=route_factor,
        longest_span_km=longest_span_km,
        name=file.stem,
    )


def zoo_map(name: str, *, route_factor: float, longest_span_km: float = LONGEST_SPAN_KM) -> Map:
    """A map that the package `topohub` ships, such as "topozoo/Abilene": real places, lengths estimated from them.

    The Internet Topology Zoo: Knight et al., IEEE J. Sel. Areas Commun. 29, 1765 (2011). The lengths in the package are
    great circles, so that they are not taken for lengths of fibre.
    Raises Refused for a name that the package does not know, and as `Map` does.
    """
    file = resources.files("topohub") / "data" / f"{name}.json"  # topohub.get leaves its files open
    if not re.fullmatch(r"\w+/\w+", name) or not file.is_file():
        raise Refused(f"map must be one of the package topohub, such as topozoo/Abilene, but is {name!r}")
    graph = json.loads(file.read_text(encoding="utf-8"))
    sites, spans = _node_link(name, graph)
    return Map(
        sites=tuple(sites),
        spans=tuple(spans),
        route_factor=route_factor,
        longest_span_km=longest_span_km,
        name=name,
    )


def _csv(file: str, text: str, sites: tuple[str, str] | None) -> Parts:
    spans = []
    for source, row in _rows(file, text):
        left, right = (_text(row, names) for names in _ENDS)
        if not left or not right:
            raise Refused(f"{source}: a span must have columns 'from' and 'to', but has {', '.join(row)}")
        length, loss = (_number(source, row, names) for names in (_LENGTH, _LOSS))
        spans.append(Span(left=left, right=right, length_km=length, loss_db=loss, source=source))
    read = []
    for source, row in _rows(*sites) if sites else ():
        if not (name := _text(row, _NAME)):
            raise Refused(f"{source}: a site must have a column 'name', but has {', '.join(row)}")
        read.append(_site(source, name, row))
    if sites is None:
        read = [Site(name=name) for name in dict.fromkeys(end for span in spans for end in (span.left, span.right))]
    return read, spans


def _rows(file: str, text: str) -> Iterator[tuple[str, dict[str, str]]]:
    """(where, row) of a table with a header, separated by commas, semicolons or tabs; empty lines are passed over."""
    header = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(",;\t", key=header.count)
    table = csv.DictReader(text.splitlines(), delimiter=separator)
    for row in table:
        if any(isinstance(value, list) for value in row.values()):
            raise Refused(f"{file}, row {table.line_num}: a row must have no more cells than the header, but has")
        yield f"{file}, row {table.line_num}", {name.strip().lower(): (row[name] or "").strip() for name in row}


def _json(file: str, text: str) -> Parts:
    try:
        content = json.loads(text)
    except ValueError as error:
        raise Refused(f"{file} must be JSON, but {error}") from None
    if isinstance(content, dict):
        if isinstance(content.get("elements"), list) and isinstance(content.get("connections"), list):
            return _whole(file, "GNPy JSON", lambda: _gnpy(file, content))
        if isinstance(content.get("networks"), list):
            return _whole(file, "Open Fibre Data Standard JSON", lambda: _open_fibre(file, content["networks"]))
        if isinstance(content.get("nodes"), list) and isinstance(content.get("spans"), list):
            return _whole(file, "Open Fibre Data Standard JSON", lambda: _open_fibre(file, [content]))
        if isinstance(content.get("nodes"), list):
            return _node_link(file, content)
    raise Refused(f"{file} must be {FORMATS}, but has none of their keys")


def _whole(file: str, kind: str, read: Callable[[], Parts]) -> Parts:
    """What is read of a file that is to be of a kind; Refused where it is not."""
    try:
        return read()
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise Refused(f"{file} must be whole {kind}, but lacks or has another kind of {error}") from None


def _node_link(file: str, content: dict[str, Any]) -> Parts:
    import networkx

    links = "edges" if "edges" in content else "links"
    try:
        graph = networkx.node_link_graph({"multigraph": False, "directed": False, **content}, edges=links)
    except (networkx.NetworkXException, KeyError, TypeError, AttributeError, ValueError) as error:
        raise Refused(f"{file} must be node-link JSON as NetworkX writes it, but lacks or has odd {error}") from None
    return _graph(file, graph)


def _networkx(file: Path, kind: str) -> Any:
    import networkx

    try:
        return networkx.read_graphml(file) if kind == ".graphml" else networkx.read_gml(file, label="id")
    except Exception as error:  # NetworkX lets what the parsers raise pass, and that is any kind
        said = " ".join(str(error).split())
        raise Refused(
            f"{file.name} must be {kind[1:]} that NetworkX can read, but {said or type(error).__name__}"
        ) from None


def _graph(file: str, graph: Any) -> Parts:
    """Sites and spans of a NetworkX graph."""
    nodes = [(key, _lower(values)) for key, values in graph.nodes(data=True)]
    names = distinct_names([_text(values, _NAME) or str(key) for key, values in nodes], [key for key, _ in nodes])
    of_key = {key: name for (key, _), name in zip(nodes, names, strict=True)}
    sites = [_site(f"{file}, node {key}", of_key[key], values) for key, values in nodes]
    spans = []
    for left, right, data in graph.edges(data=True):
        source, values = f"{file}, edge {left} - {right}", _lower(data)
        spans.append(
            Span(
                left=of_key[left],
                right=of_key[right],
                length_km=_number(source, values, _LENGTH),
                loss_db=_number(source, values, _LOSS),
                source=source,
            )
        )
    return sites, spans


def _gnpy(file: str, content: dict[str, Any]) -> Parts:
    """Elements joined without fibre are one site; the two directions of a fibre pair are one span."""
    elements = {element["uid"]: element for element in content["elements"]}
    fibres = {uid: element for uid, element in elements.items() if element["type"] in _FIBRES}
    root = {uid: uid for uid in elements if uid not in fibres}

    def find(uid: str) -> str:
        while root[uid] != uid:
            uid = root[uid]
        return uid

    ends: dict[str, dict[str, str]] = {uid: {} for uid in fibres}
    joints = 0
    for one in content["connections"]:
        a, b = one["from_node"], one["to_node"]
        for uid in (a, b):
            if uid not in elements:
                raise Refused(f"{file}: connections must be between elements, but {uid!r} is none")
        if a in fibres and b in fibres:
            joints += 1
            between = f"{a} | {b}"
            root[between] = between
            ends[a]["to"] = ends[b]["from"] = between
        elif a in fibres:
            ends[a]["to"] = b
        elif b in fibres:
            ends[b]["from"] = a
        else:
            root[find(a)] = find(b)
    members: dict[str, list[str]] = {}
    for uid in root:
        members.setdefault(find(uid), []).append(uid)
    places = {
        key: _gnpy_place(key, [elements[uid] for uid in uids if uid in elements]) for key, uids in members.items()
    }
    names = dict(zip(places, distinct_names([name for name, _, _ in places.values()], list(places)), strict=True))
    spans: dict[tuple[frozenset[str], float], Span] = {}
    for uid, element in fibres.items():
        if set(ends[uid]) != {"from", "to"}:
            raise Refused(f"{file}, element {uid}: a fibre must have connections at both ends, but lacks one")
        span = _gnpy_span(f"{file}, element {uid}", element, *(names[find(ends[uid][end])] for end in ("from", "to")))
        same = frozenset((span.left, span.right)), span.of_length_km()
        if same not in spans or (span.loss_db or 0.0) > (spans[same].loss_db or 0.0):
            spans[same] = span  # of the two directions the one that loses more
    used = {end for span in spans.values() for end in (span.left, span.right)}
    sites = [
        Site(name=names[key], latitude=latitude, longitude=longitude, source=f"{file}, element {key}")
        for key, (_, latitude, longitude) in places.items() if names[key] in used
    ]  # fmt: skip
    return sites, list(spans.values())


def _gnpy_place(key: str, elements: list[dict[str, Any]]) -> tuple[str, float | None, float | None]:
    """(name, latitude, longitude): of the first transceiver or ROADM with a city, else any; 0, 0 is GNPy's for none."""
    ranked = sorted(elements, key=lambda element: element["type"] not in ("Transceiver", "Roadm"))
    found = [element.get("metadata", {}).get("location", {}) for element in ranked]
    name = next((place["city"] for place in found if place.get("city")), ranked[0]["uid"] if ranked else key)
    for place in found:
        where = place.get("latitude"), place.get("longitude")
        if None not in where and any(where):
            return str(name), float(where[0]), float(where[1])
    return str(name), None, None


def _gnpy_span(source: str, element: dict[str, Any], left: str, right: str) -> Span:
    params = element.get("params", {})
    unit = params.get("length_units", "km")
    if unit not in _PER_KM:
        raise Refused(f"{source}: length_units must be km or m, but is {unit!r}")
    length = _number(source, params, ("length",))
    per_km = params.get("loss_coef")
    if isinstance(per_km, Mapping):  # by frequency
        per_km = max(per_km["value"])
    loss = None
    if length is not None and per_km is not None:
        ends = sum(_number(source, params, (end,)) or 0.0 for end in ("con_in", "con_out", "att_in"))
        lumped = sum(float(one["loss"]) for one in params.get("lumped_losses") or ())
        loss = float(per_km) * length * _PER_KM[unit] + ends + lumped
    return Span(
        left=left,
        right=right,
        length_km=None if length is None else length * _PER_KM[unit],
        loss_db=loss,
        source=source,
    )


def _open_fibre(file: str, networks: Iterable[dict[str, Any]]) -> Parts:
    sites: list[Site] = []
    spans: list[Span] = []
    for network in networks:
        nodes = network["nodes"]
        labels = [node.get("name") or str(node["id"]) for node in nodes]
        names = distinct_names(labels, [node["id"] for node in nodes])
        of_id = {str(node["id"]): name for node, name in zip(nodes, names, strict=True)}
        for node, name in zip(nodes, names, strict=True):
            longitude, latitude = (node.get("location") or {}).get("coordinates", (None, None))[:2]
            source = f"{file}, node {node['id']}"
            sites.append(_site(source, name, {"latitude": latitude, "longitude": longitude}))
        for span in network["spans"]:
            source = f"{file}, span {span['id']}"
            ends = [span[end]["id"] if isinstance(span[end], dict) else span[end] for end in ("start", "end")]
            for end in ends:
                if str(end) not in of_id:
                    raise Refused(f"{source}: a span must join two nodes, but {end!r} is none")
            metres = _number(source, span, ("fibreLength",))
            drawn = None if metres is not None else _drawn_km((span.get("route") or {}).get("coordinates"))
            spans.append(
                Span(
                    left=of_id[str(ends[0])],
                    right=of_id[str(ends[1])],
                    length_km=drawn if metres is None else metres / 1000,
                    estimated=drawn is not None,
                    source=source,
                )
            )
    return sites, spans


def _drawn_km(points: list[list[float]] | None) -> float | None:
    """Length of a line of (longitude, latitude)."""
    if not points or len(points) < 2:
        return None
    east, north = [point[0] for point in points], [point[1] for point in points]
    steps = great_circle_km(latitude=north[:-1], longitude=east[:-1], to_latitude=north[1:], to_longitude=east[1:])
    return float(steps.sum())


def _site(source: str, name: str, values: Mapping[str, Any]) -> Site:
    latitude, longitude = _number(source, values, _LATITUDE), _number(source, values, _LONGITUDE)
    place = values.get("pos")
    if latitude is None and longitude is None and isinstance(place, list | tuple) and len(place) == 2:
        longitude, latitude = (_number(source, {"pos": value}, ("pos",)) for value in place)
    return Site(name=name, latitude=latitude, longitude=longitude, source=source)


def _lower(values: Mapping[str, Any]) -> dict[str, Any]:
    return {str(name).lower(): value for name, value in values.items()}


def _text(values: Mapping[str, Any], names: Iterable[str]) -> str:
    found = next((values[name] for name in names if values.get(name) not in (None, "")), "")
    return str(found).strip()


def _number(source: str, values: Mapping[str, Any], names: Iterable[str]) -> float | None:
    """The first of these that is there and not empty, as a number."""
    for name in names:
        if (value := values.get(name)) not in (None, ""):
            try:
                number = math.nan if isinstance(value, bool) else float(value)
            except (TypeError, ValueError):
                number = math.nan
            if not math.isfinite(number):
                raise Refused(f"{source}: {name} must be a finite number, but is {value!r}")
            return number
    return None
