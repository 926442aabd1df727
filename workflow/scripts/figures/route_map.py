"""One real route on its map: for which links it waits, and what moving its nodes would gain."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from qnet.present import panels, save, style

_HUT = r"\d+/\d+$"  # how names of huts end
# Where a name stands beside its place, so that it is clear of the route: signs to the east and to the north.
_BESIDE = {
    "Bielsko-Biala": (-1, -1), "Gliwice": (-1, -1), "Opole": (-1, -1), "Krakow": (1, -1), "Kielce": (1, -1),
    "Radom": (-1, 1),
}  # fmt: skip


def draw(route_map: pd.DataFrame, route_map_spans: pd.DataFrame) -> Figure:
    fig, (plane, shares, gains) = panels.page(columns=3, height_in=2.7)
    nodes = route_map[route_map.exists].sort_values("node")
    _map(plane, nodes, route_map_spans[route_map_spans.exists])
    places = nodes.position_km.to_numpy()
    share = nodes.iloc[:-1]
    shares.bar(
        places[:-1], 100 * share.share, np.diff(places), align="edge", color=style.COLOR["node_2"], ec="white", lw=0.6
    )
    middle = (places[1:] + places[:-1]) / 2
    shares.errorbar(
        middle, 100 * share.share, 200 * share.share_se, fmt=".", color="black", ms=2.5, lw=0.8, label="_share"
    )
    shares.set(ylabel="share of the waiting time [%]", ylim=(0, None))

    inner = nodes[(nodes.node > 1) & (nodes.node < len(nodes))]
    for way, marker in ((1, ">"), (-1, "<"), (0, "o")):
        rows = inner[np.sign(inner.moved_km) == way]
        panels.samples(
            gains, rows.position_km, 100 * rows.move_gain, 100 * rows.move_gain_se, marker,
            color=style.COLOR["optimum"], label=f"_gain by a move, {('none', 'to the right', 'to the left')[way]}",
        )  # fmt: skip
    gains.axhline(0, color="black", lw=0.5, zorder=0)
    gains.set(ylabel="gain of key by the best move [%]")
    for ax in (shares, gains):
        ax.set(xlabel="position along the fibre [km]", xlim=(0, places[-1]))
    return fig


def _map(ax: Axes, nodes: pd.DataFrame, spans: pd.DataFrame) -> None:
    gaps = np.full(len(spans), np.nan)
    ends = (
        np.array([spans[f"left_{what}"], spans[f"right_{what}"], gaps]).T.ravel() for what in ("longitude", "latitude")
    )
    ax.plot(*ends, lw=0.6, color=style.COLOR["guide"], zorder=0, label="_network")
    east, north = nodes.longitude.to_numpy(), nodes.latitude.to_numpy()
    share = nodes.share.to_numpy()
    for i in range(len(nodes) - 1):
        ax.plot(
            east[i : i + 2], north[i : i + 2], color=style.COLOR["node_2"], lw=1 + 5 * share[i] / share.max(),
            solid_capstyle="butt", zorder=1, label="_links",
        )  # fmt: skip
    huts = nodes.place.str.contains(_HUT).to_numpy()
    ax.plot(east[huts], north[huts], "s", ms=2.5, mfc="white", color=style.COLOR["node_1"], zorder=2, label="_huts")
    ax.plot(east[~huts], north[~huts], "o", ms=3.5, color=style.COLOR["node_1"], zorder=2, label="_places")
    for _, node in nodes[~huts].iterrows():
        right, up = _BESIDE.get(node.place, (1, 1))
        ax.annotate(
            node.place, (node.longitude, node.latitude), xytext=(4 * right, 3 * up), textcoords="offset points",
            fontsize=7, ha="left" if right > 0 else "right", va="bottom" if up > 0 else "top",
            color=style.COLOR["node_1"],
        )  # fmt: skip
    ax.set_aspect(1 / np.cos(np.radians(north.mean())), adjustable="datalim")
    ax.margins(0.08)
    ax.set(xlabel="longitude [degree]", ylabel="latitude [degree]")


if __name__ == "__main__":
    save.render(draw, snakemake)
