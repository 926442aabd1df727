"""python -m qnet.route MAP FROM TO: the key rate of a route, its bottleneck and what to change."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from qnet import fibre
from qnet.chain import Fibre, Nodes, SwapAsap
from qnet.errors import Refused
from qnet.midpoint import Detectors, DoubleClickPhotons, SingleClickPhotons
from qnet.route.links import Direct, Heralded
from qnet.route.maps import LONGEST_SPAN_KM
from qnet.route.path import Technology
from qnet.route.read import read_map, zoo_map
from qnet.route.report import as_csv, as_text, parse_repeaters, report

EXAMPLE = """
examples:
  python -m qnet.route spans.csv Utrecht Zwolle --repeaters best --csv route.csv --picture route.png
  python -m qnet.route topozoo/Surfnet Utrecht Zwolle --route-factor 1.5 --huts 80
where spans.csv begins with the line   from,to,length_km,loss_db
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the report; 2 and one sentence where something was refused."""
    asked = _parser().parse_args(arguments)
    try:
        return _run(asked)
    except Refused as refusal:
        print(f"Error: {refusal}", file=sys.stderr)
    except ModuleNotFoundError as missing:
        print(f"Error: {missing.name} must be installed, as pip install '.[route]' does, but is not", file=sys.stderr)
    except OSError as failure:
        print(f"Error: {failure.filename} must be a file that can be written, but {failure.strerror}", file=sys.stderr)
    return 2


def _run(asked: argparse.Namespace) -> int:
    if not Path(asked.map).exists() and asked.map.startswith("topozoo/"):
        if asked.route_factor is None:
            raise Refused(f"{asked.map} has coordinates alone, so --route-factor must be given, but is not")
        network = zoo_map(asked.map, route_factor=asked.route_factor, longest_span_km=asked.longest_span)
    else:
        network = read_map(asked.map, asked.sites, route_factor=asked.route_factor, longest_span_km=asked.longest_span)
    route = network.route(asked.start, asked.end)
    for note in network.notes:
        if any(_concerns(note, route.sites[i].name) for i in range(len(route.sites))):
            print(f"Note: {note}.", file=sys.stderr)
    if asked.huts is not None:
        route = route.with_huts(asked.huts)
    repeaters = parse_repeaters(asked.repeaters)
    if not isinstance(repeaters, str):
        repeaters = [network.site(name).name for name in repeaters]
    found = report(
        route,
        repeaters,
        _technology(asked),
        Nodes(coherence_time_s=asked.coherence_time),
        SwapAsap(restart=asked.restart, messages=asked.messages),
        reach_km=asked.reach,
        less_db=asked.less_db,
        deliveries=asked.deliveries,
        seed=asked.seed,
        progress=lambda step: print(f"{step} ...", file=sys.stderr, flush=True),
    )
    print(as_text(found), end="")
    if asked.csv:
        Path(asked.csv).write_text(as_csv(found), encoding="utf-8")
    if asked.picture:
        from qnet.route.picture import save

        save(found, asked.picture)
    return 0


def _concerns(note: str, name: str) -> bool:
    return name in note


def _technology(asked: argparse.Namespace) -> Technology:
    line = Fibre(attenuation_db_per_km=asked.attenuation)
    if asked.heralded is None:
        return Direct(fibre=line, werner=asked.werner)
    photons: DoubleClickPhotons | SingleClickPhotons
    if asked.heralded == "double":
        photons = DoubleClickPhotons(indistinguishability=asked.indistinguishability)
    else:
        photons = SingleClickPhotons(q=asked.q, indistinguishability=asked.indistinguishability)
    midpoints = asked.midpoints if asked.midpoints in ("centre", "sites") else parse_repeaters(asked.midpoints)
    return Heralded(
        p_det=asked.p_det,
        photons=photons,
        detectors=Detectors(dark_count=asked.dark_count),
        midpoints=midpoints,
        fibre=line,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m qnet.route",
        description="The key rate of a chain of quantum repeaters on a route of a fibre map, with its error; its "
        "bottleneck; and what moving or leaving out a node, or better fibre, would gain.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("map", metavar="MAP", help="CSV of spans, GraphML, GML, JSON (node-link, GNPy, Open Fibre), or topozoo/NAME")
    add("start", metavar="FROM", help="site at the left end")
    add("end", metavar="TO", help="site at the right end")
    add("--sites", metavar="CSV", help="coordinates for a CSV of spans: columns name, latitude, longitude")
    add("--route-factor", type=float, metavar="X", help="fibre over straight line, where lengths are not known")
    add("--longest-span", type=float, default=LONGEST_SPAN_KM, metavar="KM", help="beyond it a map is schematic")
    add("--huts", type=float, metavar="KM", help="adds sites, evenly in each span that is longer, until none is")
    add("--repeaters", default="all", metavar="WHICH", help="all, best, none, or names between commas (all)")
    add(
        "--attenuation",
        type=float,
        default=fibre.ATTENUATION_DB_PER_KM,
        metavar="DB",
        help="dB per km where no loss was measured (0.2)",
    )
    add("--coherence-time", type=float, default=1.0, metavar="S", help="of the memories in s (1)")
    add("--werner", type=float, default=1.0, metavar="W", help="Werner parameter of links' states (1)")
    add(
        "--restart",
        choices=("as_soon_as_free", "restart_together"),
        default="as_soon_as_free",
        help="when links start again (as_soon_as_free)",
    )
    add("--messages", action="store_true", help="end nodes wait for messages with the outcomes of swaps")
    add("--heralded", choices=("single", "double"), help="links with a midpoint station, and the clicks it waits for")
    add("--midpoints", default="centre", metavar="WHERE", help="of heralded links: centre, sites, or names (centre)")
    add("--p-det", type=float, default=0.5, metavar="P", help="heralded: a photon's detection without fibre (0.5)")
    add("--q", type=float, default=0.01, metavar="Q", help="single click: a photon is emitted and detected (0.01)")
    add("--dark-count", type=float, default=0.0, metavar="P", help="heralded: dark count per detector and window (0)")
    add("--indistinguishability", type=float, default=1.0, metavar="MU", help="heralded: of the photons (1)")
    add("--reach", type=float, default=10.0, metavar="KM", help="how far a node may be moved (10)")
    add("--less-db", type=float, default=1.0, metavar="DB", help="by how much the loss of a span is lowered (1)")
    add("--deliveries", type=int, default=200_000, metavar="N", help="end-to-end states per estimate (200000)")
    add("--seed", type=int, default=1, metavar="N", help="of the random numbers (1)")
    add("--csv", metavar="FILE", help="writes a row per node and link")
    add("--picture", metavar="FILE", help="draws the route: .png, .pdf or .svg")
    return parser


if __name__ == "__main__":
    sys.exit(main())
