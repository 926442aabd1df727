"""Cut-offs: how long states should be kept, and what that recovers of the loss by asymmetry."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from qnet.present import panels, save, style

_KINDS = {  # of cut-offs: the name, and the marks without asymmetry and with
    "local_cutoff": ("each repeater for itself", "o^"),
    "global_cutoff": ("all at once", "sv"),
}
_RESTARTS = {"as_soon_as_free": style.DASHES[0], "restart_together": style.DASHES[3]}
_ASYMMETRIES = {0.0: style.DASHES[0], 0.2: style.DASHES[1]}


def draw(chain_cutoff: pd.DataFrame, chain_cutoff_best: pd.DataFrame, chain_cutoff_none: pd.DataFrame) -> Figure:
    fig, (scan, best, kept) = panels.page(columns=3, height_in=2.5)
    families = chain_cutoff.groupby("coherence_time_s")
    for (time, of_time), color in zip(families, panels.sequence(len(families)), strict=True):
        for asymmetry, rows in of_time.groupby("asymmetry"):
            label = f"{time:g} s" if asymmetry == 0 else f"_{time:g} s, {asymmetry:g}"
            looks = {"color": color, "ls": _ASYMMETRIES[asymmetry], "label": label}
            panels.estimate(scan, 1e3 * rows.cutoff_s, rows.key_rate_hz, rows.key_rate_hz_se, **looks)
    scan.set(xlabel="cut-off [ms]", ylabel="secret-key rate [bit/s]", xscale="log", ylim=(0, 105), xlim=(3, 400))
    scan.legend(loc=(0.5, 0.5), title="memories of", alignment="left")

    for kind, (label, marks) in _KINDS.items():
        rows = chain_cutoff_best[(chain_cutoff_best.protocol == kind) & (chain_cutoff_best.coherence_time_s <= 1)]
        for (asymmetry, each), mark in zip(rows.groupby("asymmetry"), marks, strict=True):
            name = label if asymmetry == 0 else f"_{label}, {asymmetry:g}"
            best.plot(each.coherence_time_s, 1e3 * each.best_cutoff_s, mark, **_marked(kind), label=name)
    best.set(xlabel="coherence time [s]", ylabel="best cut-off [ms]", xscale="log", yscale="log", ylim=(1, 100))
    best.set_xticks([0.2, 0.3, 0.5, 1], ["0.2", "0.3", "0.5", "1"])
    best.xaxis.set_minor_formatter("")
    best.legend(loc="upper left", title="states are dropped by", alignment="left")

    for restart, dash in _RESTARTS.items():
        rows = chain_cutoff_none[chain_cutoff_none.restart == restart]
        name = restart.replace("_", " ").removeprefix("restart ")
        _penalty(kept, rows, color=style.COLOR[restart], ls=dash, label=name)
    for kind, (label, marks) in _KINDS.items():
        rows = chain_cutoff_best[chain_cutoff_best.protocol == kind]
        _penalty(kept, rows, **_marked(kind), marker=marks[0], ls="none", label=f"_{label}")
    kept.set(
        xlabel="coherence time [s]", ylabel=r"key rate at $\mathcal{A}=0.2$ over that at 0", xscale="log", ylim=(0, 0.8)
    )
    kept.legend(loc="lower right", title="no cut-off, links restart", alignment="left")
    return fig


def _marked(kind: str) -> dict[str, Any]:
    return {"color": style.COLOR[kind], "mfc": "white", "ms": 3.5, "mew": 0.8}


def _penalty(ax: Axes, rows: pd.DataFrame, **looks: object) -> None:
    """Key rate that is left at asymmetry 0.2, where the even chain has one."""
    even, uneven = (rows[rows.asymmetry == each].set_index("coherence_time_s") for each in (0.0, 0.2))
    even = even[even.key_rate_hz > 0]
    ratio = uneven.key_rate_hz.loc[even.index] / even.key_rate_hz
    ax.plot(ratio.index, ratio, **looks)


if __name__ == "__main__":
    save.render(draw, snakemake)
