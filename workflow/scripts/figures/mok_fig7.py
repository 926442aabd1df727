"""Unequal waveguide couplings, without and with cavities. Mok et al., Fig. 7."""

import pandas as pd
from matplotlib.figure import Figure

from qnet import figure


def draw(mok_bare_evolution: pd.DataFrame, mok_cavity_evolution: pd.DataFrame, printed: dict) -> Figure:
    fig, (bare, cavities) = figure.column(rows=2, height_in=3.5)
    _curves(bare, mok_bare_evolution, ["gamma_r2"], 5, r"$\gamma_{{R2}}={gamma_r2:.4g}$")
    _curves(cavities, mok_cavity_evolution, ["gamma_r2", "g1", "g2"], 20, r"$({g1:.4g},\,{g2:.4g},\,{gamma_r2:.4g})$")
    cavities.legend(title=r"$(g_1,\,g_2,\,\gamma_{R2})/\gamma_{R1}$", title_fontsize=7, loc="upper right",
                    bbox_to_anchor=(1, 0.8))  # fmt: skip
    for ax, name in ((bare, "bare"), (cavities, "cavities")):
        ax.plot(printed[f"{name}_times"], printed[name], **figure.PRINTED)
        ax.set(ylabel="concurrence $C$", ylim=(0, 1.09))
    cavities.set_xlabel(r"time $\gamma_{R1} t$")
    return fig


def _curves(ax, frame, keys, last, label):
    for (_, rows), dash, color in zip(frame.groupby(keys, sort=False), figure.DASHES, figure.CYCLE, strict=False):
        ax.plot(rows.time, rows.concurrence, color=color, ls=dash, label=label.format(**rows.iloc[0]))
    ax.set_xlim(0, last)
    ax.legend(loc="upper right", bbox_to_anchor=(1, 0.72))


if __name__ == "__main__":
    figure.render(draw, snakemake)
