"""Schematic of a midpoint station off centre. Avis et al., Fig. 1."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch, Rectangle

from qnet.present import panels, save, style

_LEFT, _CENTRE, _MIDPOINT, _RIGHT = 0.0, 5.0, 6.4, 10.0
_NODE, _STATION = style.COLOR["node_1"], style.COLOR["station"]


def draw() -> Figure:
    fig, (ax,) = panels.column(height_in=1.25)
    ax.set(xlim=(-0.75, 10.75), ylim=(-2.75, 1.4), aspect="equal")
    ax.axis("off")
    ax.plot([_LEFT, _RIGHT], [0, 0], color="0.75", lw=3, zorder=0)
    for x, name in ((_LEFT, "left node"), (_RIGHT, "right node")):
        ax.add_patch(Circle((x, 0), 0.36, fc="white", ec=_NODE, lw=1.6))
        ax.add_patch(Circle((x, 0), 0.13, fc=_NODE, ec="none"))
        outside, ha = (x - 0.5, "left") if x == _LEFT else (x + 0.5, "right")
        ax.text(outside, 0.62, name, color=_NODE, fontsize=7, ha=ha, va="bottom")
    ax.add_patch(Rectangle((_MIDPOINT - 0.36, -0.36), 0.72, 0.72, fc="white", ec=_STATION, lw=1.6))
    ax.plot([_MIDPOINT - 0.22, _MIDPOINT + 0.22], [-0.22, 0.22], color=_STATION, lw=1.2)
    ax.plot([_MIDPOINT - 0.22, _MIDPOINT + 0.22], [0.22, -0.22], color=_STATION, lw=1.2)
    ax.text(_MIDPOINT, 0.62, "midpoint", color=_STATION, fontsize=7, ha="center", va="bottom")
    ax.plot([_CENTRE, _CENTRE], [-2.1, 0.45], color="0.5", lw=0.7, ls=(0, (3, 2)))
    ax.text(_CENTRE, 0.62, "centre", color="0.4", fontsize=7, ha="center", va="bottom")
    _span(ax, _LEFT, _MIDPOINT, -1.0, r"$L_{\rm left}$")
    _span(ax, _MIDPOINT, _RIGHT, -1.0, r"$L_{\rm right}$")
    _span(ax, _CENTRE, _MIDPOINT, -1.9, r"$\Delta L/2$")
    for x in (_LEFT, _MIDPOINT, _RIGHT):
        ax.plot([x, x], [-2.1 if x == _MIDPOINT else -1.2, -0.45], color="0.5", lw=0.5)
    ax.text(
        0, -2.35, r"$L=L_{\rm left}+L_{\rm right}$,  $\Delta L=L_{\rm left}-L_{\rm right}$", fontsize=7, va="center"
    )
    return fig


def _span(ax: Axes, start: float, end: float, y: float, text: str) -> None:
    ax.add_patch(
        FancyArrowPatch(
            (start, y), (end, y), arrowstyle="<|-|>", mutation_scale=5, lw=0.7, color="black", shrinkA=0, shrinkB=0
        )
    )
    ax.text((start + end) / 2, y - 0.12, text, ha="center", va="top")


if __name__ == "__main__":
    save.render(draw, snakemake)
