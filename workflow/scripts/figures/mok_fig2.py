"""Entanglement and transfer in the symmetric cascaded network. Mok et al., Fig. 2."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from qnet.present import panels, save, style

_CRITICAL = 0.25  # g/gamma_R at which kappa = 0 and Eq. (8) is 0/0
_CURVES = {
    "concurrence": r"$C$",
    "fidelity_plus": r"$F_1$ ($\Psi^+$)",
    "fidelity_minus": r"$F_2$ ($\Psi^-$)",
    "transfer": r"$F_3$ ($ge$)",
}


def draw(
    mok_evolution: pd.DataFrame,
    mok_map: pd.DataFrame,
    mok_transfer_map: pd.DataFrame,
    mok_optima: pd.DataFrame,
    printed: dict,
) -> Figure:
    fig, (time, entangled, transferred) = panels.page(columns=3, height_in=2.15)
    for (name, label), dash in zip(_CURVES.items(), style.DASHES, strict=False):
        time.plot(mok_evolution.time, mok_evolution[name], color=style.COLOR[name], ls=dash, label=label)
    time.plot(printed["time"], printed["concurrence"], **style.PRINTED)
    time.plot(printed["time"], printed["transfer"], **style.PRINTED)
    time.set(xlabel=r"time $\gamma_R t$", ylabel="concurrence, fidelity", xlim=(0, 40), ylim=(0, 1))
    time.legend(
        title="printed", title_fontsize=7, alignment="right", labelspacing=0.25, handlelength=1.9, borderaxespad=0.1
    )

    _map(entangled, mok_map, "concurrence", r"$C_{\max}$")
    best = mok_optima[mok_optima.equal_rates].nlargest(1, "concurrence")
    entangled.plot(best.g1, best.g2, **style.FOUND)
    entangled.plot(printed["g1"], printed["g2"], **style.PRINTED)
    _map(transferred, mok_transfer_map, "fidelity", r"$F_{3,\max}$")
    top = mok_transfer_map.nlargest(1, "fidelity")
    transferred.plot(top.g1, top.g2, **style.FOUND)
    transferred.plot(printed["transfer_g"], printed["transfer_g"], **style.PRINTED)
    for ax in (entangled, transferred):
        ax.axvline(_CRITICAL, color="white", lw=0.7, ls=(0, (4, 2)))
        ax.axhline(_CRITICAL, color="white", lw=0.7, ls=(0, (4, 2)))
        ax.text(_CRITICAL + 0.015, 0.97, r"$\kappa_1=0$", color="white", fontsize=7, va="top")
        ax.text(0.985, _CRITICAL + 0.015, r"$\kappa_2=0$", color="white", fontsize=7, ha="right", va="bottom")
    return fig


def _map(ax, frame, value, label):
    grid = frame.pivot(index="g2", columns="g1", values=value)
    panels.heat_map(ax, grid.columns, grid.index, grid.to_numpy(), label, vmin=0, vmax=1)
    ax.set(
        xlabel=r"$g_1/\gamma_R$",
        ylabel=r"$g_2/\gamma_R$",
        xticks=np.linspace(0, 1, 6),
        yticks=np.linspace(0, 1, 6),
    )


if __name__ == "__main__":
    save.render(draw, snakemake)
