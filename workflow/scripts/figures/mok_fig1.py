"""Schematic of the two nodes on the chiral waveguide. Mok et al., Fig. 1."""

from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch

from qnet.present import panels, save, style

_NODES = {1: 2.0, 2: 7.0}
_RING, _ATOM = style.COLOR["cavity"], style.COLOR["atom"]


def draw() -> Figure:
    fig, (ax,) = panels.column(height_in=1.55)
    ax.set(xlim=(-0.1, 9.1), ylim=(-1.0, 3.15), aspect="equal")
    ax.axis("off")
    ax.plot([0.1, 8.9], [0, 0], color=style.COLOR["guide"], lw=5, solid_capstyle="round")
    ax.text(8.9, -0.22, "waveguide", ha="right", va="top", fontsize=7)
    for node, x in _NODES.items():
        ax.add_patch(Circle((x, 1.1), 0.8, fill=False, ec=_RING, lw=2))
        ax.add_patch(Circle((x, 2.35), 0.13, fc=_ATOM, ec="none"))
        ax.text(x + 0.28, 2.42, f"atom {node}", va="center", fontsize=7, color=_ATOM)
        ax.text(x, 1.1, f"cavity {node}", ha="center", va="center", fontsize=7, color=_RING)
        _arrow(ax, (x, 2.28), (x, 1.88), looks="<->")
        ax.text(x - 0.14, 2.1, rf"$g_{node}$", ha="right", va="center", color=style.COLOR[f"node_{node}"])
        _arrow(ax, (x + 0.15, 0.2), (x + 1.15, 0.2))
        ax.text(x + 1.2, 0.36, rf"$\gamma_{{R{node}}}$", ha="left", va="center")
        _arrow(ax, (x - 0.15, 0.2), (x - 0.75, 0.2), lw=0.6)
        ax.text(x - 0.85, 0.36, rf"$\gamma_{{L{node}}}$", ha="right", va="center")
        _arrow(ax, (x - 0.1, 2.45), (x - 0.65, 2.85), lw=0.6)
        ax.text(x - 0.72, 2.9, rf"$\Gamma_{node}$", ha="right", va="center")
    _arrow(ax, (_NODES[1], -0.45), (_NODES[2], -0.45), looks="<->", lw=0.6)
    ax.text(sum(_NODES.values()) / 2, -0.8, r"$D$", ha="center", va="center")
    return fig


def _arrow(ax, start, end, *, looks="-|>", lw=0.9):
    ax.add_patch(
        FancyArrowPatch(start, end, arrowstyle=looks, mutation_scale=7, lw=lw, color="black", shrinkA=0, shrinkB=0)
    )


if __name__ == "__main__":
    save.render(draw, snakemake)
