"""The nonchiral waveguide. Mok et al., Fig. 8."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from qnet.present import panels, save, style

_CURVES = {
    "concurrence": r"$C$",
    "fidelity_plus": r"$F_1$",
    "fidelity_minus": r"$F_2$",
    "transfer": r"$F_3$",
}


def draw(
    mok_nonchiral_evolution: pd.DataFrame,
    mok_nonchiral_map: pd.DataFrame,
    mok_nonchiral_distance: pd.DataFrame,
    mok_nonchiral_detail: pd.DataFrame,
    mok_nonchiral_optimum: pd.DataFrame,
    printed: dict,
) -> Figure:
    fig, (time, couplings, distance, window) = panels.page(rows=2, columns=2, height_in=4.3)
    for (name, label), dash in zip(_CURVES.items(), style.DASHES, strict=False):
        rows = mok_nonchiral_evolution
        time.plot(rows.time, rows[name], color=style.COLOR[name], ls=dash, label=label)
    time.plot(printed["time"], printed["concurrence"], **style.PRINTED)
    time.plot(printed["time"], printed["transfer"], **style.PRINTED)
    time.set(xlabel=r"time $\gamma t$", ylabel="concurrence, fidelity", xlim=(0, 4000), ylim=(0, 1.2))
    time.legend(loc="upper center", ncols=4, borderaxespad=0.2)

    grid = mok_nonchiral_map.pivot(index="g2", columns="g1", values="concurrence")
    label = r"$C_{\max}$, $\gamma t\leq 1000$"
    panels.heat_map(couplings, grid.columns * 1e3, grid.index * 1e3, grid.to_numpy(), label, vmin=0, vmax=1)
    couplings.plot(printed["g1"] * 1e3, printed["g2"] * 1e3, **style.PRINTED)
    couplings.set(xlabel=r"$10^3\,g_1/\gamma$", ylabel=r"$10^3\,g_2/\gamma$")

    for ax, rows in (
        (distance, mok_nonchiral_distance),
        (distance.inset_axes([0.13, 0.38, 0.2, 0.42]), mok_nonchiral_detail),
    ):
        ax.plot(rows.distance_wavelengths, rows.concurrence, color=style.COLOR["concurrence"], lw=0.9, label="$C$")
        ax.set(xlim=(rows.distance_wavelengths.min(), rows.distance_wavelengths.max()), ylim=(0, 1.03))
    ax.set_xticks([0.48, 0.5, 0.52], ["0.48", "0.5", "0.52"])
    ax.tick_params(labelsize=6)
    distance.set(xlabel=r"distance $D/\lambda$", ylabel=r"$C_{\max}$")
    distance.plot(0.5, printed["concurrence"], **style.PRINTED)

    best, swapped = (_best_found(rows) for rows in (mok_nonchiral_optimum, mok_nonchiral_optimum.query("g1 < g2")))
    window.loglog(best.window, 1 - best.concurrence, color=style.COLOR["optimum"], label="optimum")
    window.loglog(swapped.window, 1 - swapped.concurrence, color=style.COLOR["optimum"], ls=style.DASHES[2],
                  label="best with $g_1<g_2$")  # fmt: skip
    window.plot(printed["time"], 1 - printed["concurrence"], **style.PRINTED)
    window.text(
        printed["time"] * 0.75, (1 - printed["concurrence"]) * 0.8, "printed optimum", fontsize=7, ha="right", va="top"
    )
    window.set(xlabel=r"window $\gamma T$", ylabel=r"$1-C_{\max}$ at the best couplings found")
    window.legend(loc="upper right")
    for ax in (time, distance):
        ax.set_yticks(np.linspace(0, 1, 6))
    return fig


def _best_found(optima: pd.DataFrame) -> pd.DataFrame:
    """The best row of each window, settled ascent or not: its concurrence is reached, so the maximum is no lower."""
    return optima.loc[optima.groupby("window").concurrence.idxmax()]


if __name__ == "__main__":
    save.render(draw, snakemake)
