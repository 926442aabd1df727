"""Distance and chirality. Mok et al., Fig. 4."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from qnet.present import panels, save, style

_HELD = {"gamma_r": r"$\gamma_R$ fixed", "gamma_total": r"$\gamma_R+\gamma_L$ fixed"}
_LEVELS = (0.5, 0.7, 0.9)
_SHOWN = (1.0, 0.9, 0.7, 0.4, 0.2, 0.0)
_NAMED_AT = 0.25  # the distance at which the curves are farthest apart


def draw(
    mok_distance: pd.DataFrame, mok_chirality: pd.DataFrame, mok_chirality_optimum: pd.DataFrame, printed: dict
) -> Figure:
    fig, (lines, chirality, both) = panels.page(columns=3, height_in=2.25)
    grid = mok_distance.pivot(index="chirality", columns="distance_wavelengths", values="concurrence")
    nearest = sorted({float(grid.index[np.abs(grid.index - chi).argmin()]) for chi in _SHOWN}, reverse=True)
    for chi, shade in zip(nearest, panels.sequence(len(nearest)), strict=True):
        lines.plot(grid.columns, grid.loc[chi], color=shade, label=rf"$\chi={chi:.1f}$")
        here = float(np.interp(_NAMED_AT, grid.columns, grid.loc[chi])) + 0.01
        name = rf"$\chi={chi:.1f}$" if chi == nearest[0] else f"{chi:.1f}"
        panels.label_line(lines, _NAMED_AT, here, name, shade, ha="center", va="bottom")
    lines.set(xlabel=r"distance $D/\lambda$", ylabel=r"$C_{\max}$", xlim=(0, 1), ylim=(0, 1.03))

    for (hold, label), dash in zip(_HELD.items(), style.DASHES, strict=False):
        rows = mok_chirality[mok_chirality.hold == hold]
        chirality.plot(rows.chirality, rows.concurrence, color=style.COLOR["concurrence"], ls=dash, label=label)
    best = mok_chirality_optimum.groupby("chirality").concurrence.max()
    chirality.plot(best.index, best, color=style.COLOR["optimum"], ls=style.DASHES[3], label="re-optimised")
    chirality.plot(1.0, printed["concurrence"], clip_on=False, **style.PRINTED)
    chirality.set(xlabel=r"chirality $\chi$", ylabel=r"$C_{\max}$ at $D=\lambda/2$", xlim=(0, 1), ylim=(0, 1.03))
    chirality.legend(title=r"as $\chi$ varies", title_fontsize=7, loc="lower right")

    panels.heat_map(both, grid.columns, grid.index, grid.to_numpy(), r"$C_{\max}$", levels=_LEVELS, vmin=0, vmax=1)
    both.set(xlabel=r"distance $D/\lambda$", ylabel=r"chirality $\chi$")
    return fig


if __name__ == "__main__":
    save.render(draw, snakemake)
