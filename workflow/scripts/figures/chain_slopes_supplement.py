"""Slopes at zero asymmetry where end nodes know at once, and the kink that is all of them for even numbers of links."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from qnet.present import panels, save, style

_QUANTITIES = {"duration": r"\ln T", "qber": r"\ln Q", "key_rate": r"\ln\,{\rm SKR}"}
_PERCENT = {"duration": (0, 4), "qber": (0, 9), "key_rate": (-4, 0)}
_EVEN = style.COLOR["even"]


def draw(chain_slopes_even: pd.DataFrame, chain_slopes_odd: pd.DataFrame) -> Figure:
    fig, axes = panels.page(rows=2, columns=3, height_in=4.2)
    at_once = chain_slopes_odd[~chain_slopes_odd.messages]
    for above, below, (name, symbol) in zip(axes[:3], axes[3:], _QUANTITIES.items(), strict=True):
        above.axhline(0, color="black", lw=0.5, zorder=0)
        for ends, marker in (("long", "^"), ("short", "v")):
            looks = {"color": style.COLOR[f"odd_{ends}"], "label": f"odd, {ends} links at the ends"}
            _points(above, at_once[at_once.ends == ends], name, marker, mfc=looks["color"], **looks)
        even = chain_slopes_even[~chain_slopes_even.messages]
        _points(above, even, name, "o", color=_EVEN, mfc=_EVEN, label="even")
        for messages, rows in chain_slopes_even.groupby("messages"):
            end_nodes = "wait for messages" if messages else "know at once"
            dash, marker, fill = (style.DASHES[1], "s", "white") if messages else ("-", "o", _EVEN)
            kink = [100 * rows[f"{name}_kink{se}"] for se in ("", "_se")]
            panels.estimate(below, rows.links, *kink, color=_EVEN, ls=dash, lw=0.8, label=f"kink, {end_nodes}")
            _points(below, rows, name, marker, 100, color=_EVEN, mfc=fill, label=f"slope, {end_nodes}")
        for ax, unit in ((above, ""), (below, " [%]")):
            ax.set(xlim=(1, 22), xticks=[2, 6, 10, 14, 18, 22])
            ax.set_ylabel(rf"${{\rm d}}{symbol}/{{\rm d}}\mathcal{{A}}$ at $+0${unit}", labelpad=1)
        below.set_xlabel("number of links")
        below.set_ylim(*_PERCENT[name])
    axes[0].set_ylim(-0.23, 0.23)
    panels.label_line(axes[0], 10, 0.19, "odd, long links at the ends", style.COLOR["odd_long"], ha="center")
    panels.label_line(axes[0], 10, -0.21, "odd, short links at the ends", style.COLOR["odd_short"], ha="center")
    panels.label_line(axes[0], 12, 0.03, "even", _EVEN, ha="center")
    axes[3].legend(title="even, end nodes", alignment="left", loc="upper right")
    return fig


def _points(ax: Axes, frame: pd.DataFrame, name: str, marker: str, scale: float = 1, **looks: str) -> None:
    slope, se = scale * frame[f"{name}_slope"], scale * frame[f"{name}_slope_se"]
    panels.samples(ax, frame.links, slope, se, marker, ms=3, **looks)


if __name__ == "__main__":
    save.render(draw, snakemake)
