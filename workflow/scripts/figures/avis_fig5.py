"""The alternating chain at several asymmetries. Avis et al., Fig. 5."""

import pandas as pd
from matplotlib.figure import Figure

from qnet.present import panels, save, style

_NODE = style.COLOR["node_1"]


def draw(avis_positions: pd.DataFrame) -> Figure:
    fig, (ax,) = panels.page(columns=1, height_in=1.6)
    even = avis_positions[avis_positions.asymmetry == 0]
    chains = list(avis_positions.groupby("asymmetry"))
    ax.vlines(even.position_km, -0.5, len(chains) - 0.5, color=style.COLOR["guide"], lw=0.5, zorder=0)
    for row, (asymmetry, nodes) in enumerate(chains):
        y = len(chains) - 1 - row
        ax.plot(nodes.position_km, [y] * len(nodes), color="0.55", lw=1.6, zorder=1)
        ends = nodes.node.isin([nodes.node.min(), nodes.node.max()])
        for part, fill in ((nodes[ends], "white"), (nodes[~ends], _NODE)):
            ax.plot(part.position_km, [y] * len(part), "o", mfc=fill, mec=_NODE, mew=1.0, ms=5.5, zorder=2)
        ax.text(-22, y, rf"$\mathcal{{A}}={asymmetry:g}$", ha="right", va="center")
    ax.set(xlim=(-110, 1015), ylim=(-0.5, len(chains) - 0.3), xlabel="distance from the left end [km]")
    ax.set_xticks(range(0, 1001, 100))
    ax.set_xticks(range(50, 1000, 100), minor=True)
    ax.tick_params(which="both", top=False, left=False, right=False, labelleft=False)
    for side in ("top", "left", "right"):
        ax.spines[side].set_visible(False)
    ax.spines["bottom"].set_bounds(0, 1000)
    return fig


if __name__ == "__main__":
    save.render(draw, snakemake)
