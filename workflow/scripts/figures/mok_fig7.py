"""Unequal waveguide couplings, without and with cavities. Mok et al., Fig. 7."""

import pandas as pd
from matplotlib.figure import Figure

from qnet.present import panels, save, style

# In the order of the studies: equal rates, the printed optimum, the true one.
_CASES = ("concurrence", "printed", "optimum")


def draw(mok_bare_evolution: pd.DataFrame, mok_cavity_evolution: pd.DataFrame, printed: dict) -> Figure:
    fig, (bare, cavities) = panels.column(rows=2, height_in=3.5)
    _curves(bare, mok_bare_evolution, ["gamma_r2"], 5, r"{gamma_r2:.4g}")
    _curves(cavities, mok_cavity_evolution, ["gamma_r2", "g1", "g2"], 20, r"$({g1:.4g},\,{g2:.4g},\,{gamma_r2:.4g})$")
    bare.legend(title=r"$\gamma_{R2}/\gamma_{R1}$", title_fontsize=7, loc="upper right", bbox_to_anchor=(1, 0.8))
    cavities.legend(title=r"$(g_1,\,g_2,\,\gamma_{R2})/\gamma_{R1}$", title_fontsize=7, loc="upper right",
                    bbox_to_anchor=(1, 0.8))  # fmt: skip
    for ax, name in ((bare, "bare"), (cavities, "cavities")):
        ax.plot(printed[f"{name}_times"], printed[name], **style.PRINTED)
        ax.set(xlabel=r"time $\gamma_{R1} t$", ylabel="concurrence $C$", ylim=(0, 1.09))
    return fig


def _curves(ax, frame, keys, last, label):
    for (_, rows), dash, case in zip(frame.groupby(keys, sort=False), style.DASHES, _CASES, strict=False):
        ax.plot(rows.time, rows.concurrence, color=style.COLOR[case], ls=dash, label=label.format(**rows.iloc[0]))
    ax.set_xlim(0, last)


if __name__ == "__main__":
    save.render(draw, snakemake)
