"""The nonchiral waveguide. Mok et al., Fig. 8."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patheffects import Normal, Stroke

from qnet.present import panels, save, style

_CURVES = {
    "concurrence": r"$C$",
    "fidelity_plus": r"$F_1$",
    "fidelity_minus": r"$F_2$",
    "transfer": r"$F_3$",
}
_EQUAL_AGAIN = np.sqrt(3)  # ratio of weak couplings beyond which their exchange leaves C_max as it is


def draw(
    mok_nonchiral_evolution: pd.DataFrame,
    mok_nonchiral_map: pd.DataFrame,
    mok_nonchiral_distance: pd.DataFrame,
    mok_nonchiral_detail: pd.DataFrame,
    mok_nonchiral_optimum: pd.DataFrame,
    printed: dict,
) -> Figure:
    fig, (time, ever, distance, allowed, within, change) = panels.page(rows=3, columns=2, height_in=6.3)
    for (name, label), dash in zip(_CURVES.items(), style.DASHES, strict=False):
        rows = mok_nonchiral_evolution
        time.plot(rows.time, rows[name], color=style.COLOR[name], ls=dash, label=label)
    time.plot(printed["time"], printed["concurrence"], **style.PRINTED)
    time.plot(printed["time"], printed["transfer"], **style.PRINTED)
    time.set(xlabel=r"time $\gamma t$", ylabel="concurrence, fidelity", xlim=(0, 4000), ylim=(0, 1.05))
    time.legend(title="printed couplings", title_fontsize=7, loc="lower right", bbox_to_anchor=(1, 1), ncols=4,
                borderaxespad=0)  # fmt: skip

    window = mok_nonchiral_map.window.min()
    limited = rf"$\gamma t\leq {window:.0f}$"
    grids = {end: rows.pivot(index="g2", columns="g1", values="concurrence")
             for end, rows in mok_nonchiral_map.groupby("window")}  # fmt: skip
    _map(ever, grids[np.inf], r"$C_{\max}$, all times", printed, vmax=1)
    _map(within, grids[window], rf"$C_{{\max}}$, {limited}", printed, vmax=1)
    _map(change, (grids[np.inf] - grids[np.inf].T).abs(), r"change of $C_{\max}$ by exchange", printed, vmax=0.05)
    for slope in (_EQUAL_AGAIN, 1 / _EQUAL_AGAIN):
        change.axline((0, 0), slope=slope, color="white", lw=0.7, ls=(0, (4, 2)))

    closer = distance.inset_axes([0.13, 0.43, 0.27, 0.5])
    for ax, study in ((distance, mok_nonchiral_distance), (closer, mok_nonchiral_detail)):
        for (end, label), dash in zip(((np.inf, "all times"), (window, limited)), style.DASHES, strict=False):
            rows = study[study.window == end]
            ax.plot(rows.distance_wavelengths, rows.concurrence, color=style.COLOR["concurrence"], ls=dash, label=label)
        ax.set(xlim=(study.distance_wavelengths.min(), study.distance_wavelengths.max()), ylim=(0, 1.05))
    closer.set_xticks([0.495, 0.5, 0.505], ["0.495", "0.5", "0.505"])
    distance.set(xlabel=r"distance $D/\lambda$", ylabel=r"$C_{\max}$")
    distance.legend(title="largest within", title_fontsize=7, loc="upper right", bbox_to_anchor=(0.96, 1))

    best, swapped = (_best_found(rows) for rows in (mok_nonchiral_optimum, mok_nonchiral_optimum.query("g1 < g2")))
    allowed.loglog(best.window, 1 - best.concurrence, color=style.COLOR["optimum"], label="any")
    allowed.loglog(swapped.window, 1 - swapped.concurrence, color=style.COLOR["optimum"], ls=style.DASHES[2],
                   label="$g_1<g_2$")  # fmt: skip
    allowed.plot(printed["time"], 1 - printed["concurrence"], **style.PRINTED)
    allowed.set(xlabel=r"window $\gamma T$", ylabel=r"$1-C_{\max}$ of the best found")
    allowed.legend(title="couplings", title_fontsize=7, loc="upper right")
    for ax in (time, distance):
        ax.set_yticks(np.linspace(0, 1, 6))
    return fig


def _map(ax, grid, label, printed, **limits):
    """A map over the couplings, with the printed ones, and these exchanged."""
    scale = 1e3
    panels.heat_map(ax, grid.columns * scale, grid.index * scale, grid.to_numpy(), label, vmin=0, **limits)
    g1, g2 = printed["g1"] * scale, printed["g2"] * scale
    seen = style.PRINTED | {"path_effects": [Stroke(linewidth=2, foreground="white"), Normal()]}
    ax.plot(g1, g2, **seen)
    ax.plot(g2, g1, **seen | {"marker": "s", "label": "_exchanged"})
    ax.set(xlabel=r"$10^3\,g_1/\gamma$", ylabel=r"$10^3\,g_2/\gamma$")
    ends = (grid.index.min() * scale, grid.index.max() * scale)
    ax.set(xticks=np.linspace(2, 10, 5), yticks=np.linspace(2, 10, 5), xlim=ends, ylim=ends)


def _best_found(optima: pd.DataFrame) -> pd.DataFrame:
    """The best row of each window, settled ascent or not: its concurrence is reached, so the maximum is no lower."""
    return optima.loc[optima.groupby("window").concurrence.idxmax()]


if __name__ == "__main__":
    save.render(draw, snakemake)
