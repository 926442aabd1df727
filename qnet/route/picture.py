"""Draws a route: on a map where its places are known, and as a strip of links along the fibre."""

from pathlib import Path

import numpy as np
from matplotlib import style as matplotlib_style
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from qnet.errors import Refused
from qnet.present import style
from qnet.route.report import Report

_SHOWN = 0.01  # of the key rate: the least gain whose number is shown
_KINDS = (".png", ".pdf", ".svg")


def save(found: Report, file: str | Path) -> None:
    """Draws and saves. Raises Refused for a file name that does not end in .png, .pdf or .svg."""
    if Path(file).suffix.lower() not in _KINDS:
        raise Refused(f"picture must be a file that ends in {', '.join(_KINDS)}, but is {str(file)!r}")
    with matplotlib_style.context(style.MATPLOTLIB, after_reset=True):
        draw(found).savefig(file)


def draw(found: Report) -> Figure:
    """The route on a map, if places are known, and below it each link's share of the waiting and each node's gains."""
    placed = all(site.is_placed for site in found.route.sites)
    fig = Figure(figsize=(style.PAGE_IN, 5.2 if placed else 2.6))
    axes = fig.subplots(2 if placed else 1, 1, squeeze=False, height_ratios=[3, 2] if placed else [1])[:, 0]
    if placed:
        _on_map(axes[0], found)
    _along_fibre(axes[-1], found)
    return fig


def _on_map(ax: Axes, found: Report) -> None:
    sites = found.route.sites
    east, north = (np.array([getattr(site, what) for site in sites]) for what in ("longitude", "latitude"))
    east = np.degrees(np.unwrap(np.radians(east)))
    share = found.waiting.share
    for i, (a, b) in enumerate(zip(found.nodes[:-1], found.nodes[1:], strict=True)):
        ax.plot(
            east[a : b + 1], north[a : b + 1], color=style.COLOR["asymmetric"], lw=1 + 6 * share[i] / share.max(),
            solid_capstyle="round", zorder=1,
        )  # fmt: skip
    passed = [i for i in range(len(sites)) if i not in found.nodes]
    ax.plot(east[passed], north[passed], "o", ms=2.5, color=style.COLOR["guide"], zorder=2)
    nodes = list(found.nodes)
    ax.plot(east[nodes], north[nodes], "o", ms=4, color=style.COLOR["node_1"], zorder=3)
    middle = (east.min() + east.max()) / 2
    for i in nodes:
        ax.annotate(
            sites[i].name, (east[i], north[i]), xytext=(4 if east[i] <= middle else -4, 4), textcoords="offset points",
            ha="left" if east[i] <= middle else "right", fontsize=7,
        )  # fmt: skip
    ax.set_aspect(1 / max(np.cos(np.radians(north.mean())), 0.05), adjustable="datalim")
    ax.margins(0.12)
    ax.set(xlabel="longitude (degrees)", ylabel="latitude (degrees)")
    ax.set_title("Nodes (dark), sites passed (grey); links as thick as the time spent waiting for them", loc="left")


def _along_fibre(ax: Axes, found: Report) -> None:
    places = found.route.positions_km()[list(found.nodes)]
    share, error = 100 * found.waiting.share, 200 * found.waiting.share_se
    ax.bar(places[:-1], share, np.diff(places), align="edge", color=style.COLOR["node_2"], edgecolor="white", lw=0.6)
    ax.errorbar((places[:-1] + places[1:]) / 2, share, error, fmt="none", ecolor="black", lw=0.8, capsize=1.5)
    ax.plot(places, np.zeros(len(places)), "o", ms=4, color=style.COLOR["node_1"], clip_on=False, zorder=3)
    changes = found.changes
    if changes.repeaters and not changes.undefined:
        for place, by, gain in zip(places[1:-1], changes.moved_km, changes.move_gain, strict=True):
            if by and gain >= _SHOWN:
                ax.annotate(
                    f"{100 * gain:+.0f}%", (place, 0), xytext=(0, 9), textcoords="offset points", fontsize=7,
                    ha="center", color=style.COLOR["optimum"],
                    bbox={"boxstyle": "round,pad=0.15", "fc": "white", "ec": "none"}, zorder=4,
                )  # fmt: skip
    ax.set(xlim=(places[0], places[-1]), ylim=(0, 1.2 * share.max()), xlabel="position along the fibre (km)")
    ax.set_ylabel("time spent waiting\nfor the link (%)")
    names = ax.secondary_xaxis("top")
    names.set_xticks(places, [found.route.sites[i].name for i in found.nodes], rotation=40, ha="left")
    names.tick_params(length=0)
    names.minorticks_off()
    ax.text(
        0.99, 0.97, f"whiskers: 2 standard errors; numbers: gain of key by the best move within {found.reach_km:g} km",
        transform=ax.transAxes, ha="right", va="top", fontsize=7,
        bbox={"boxstyle": "round,pad=0.15", "fc": "white", "ec": "none"},
    )  # fmt: skip
