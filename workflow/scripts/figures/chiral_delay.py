"""Concurrence against the time that light takes between the nodes."""

import pandas as pd
from matplotlib.figure import Figure

from qnet.present import panels, save, style

_READOUTS = {"common": "both atoms read at one time", "own": "each atom stored at its own time"}


def draw(
    chiral_delay_printed: pd.DataFrame, chiral_delay_stored: pd.DataFrame, chiral_delay_optimum: pd.DataFrame
) -> Figure:
    fig, axes = panels.page(rows=2, columns=2, height_in=4.6)
    printed = {"common": chiral_delay_printed, "own": chiral_delay_stored}
    best = dict(list(chiral_delay_optimum.groupby("readout")))
    for row, (studies, couplings) in enumerate(((printed, "printed"), (best, "best"))):
        for column, (readout, words) in enumerate(_READOUTS.items()):
            ax = axes[2 * row + column]
            _curves(ax, studies[readout])
            ax.set_title(f"{couplings} couplings, {words}", pad=3, fontsize=7)
            ax.set_ylim((0, 1) if couplings == "printed" else (0.78, 1))
    for ax in axes[2:]:
        ax.set_xlabel(r"delay $\tau$ $[1/\gamma_R]$")
    for ax in axes[::2]:
        ax.set_ylabel(r"largest concurrence $C$")
    axes[0].legend(loc="lower left", title=r"chirality $\chi$", alignment="left", handlelength=2.8)
    return fig


def _curves(ax, rows: pd.DataFrame) -> None:
    families = sorted(rows.chirality.unique(), reverse=True)
    for chirality, color, dash in zip(families, panels.sequence(len(families)), style.DASHES, strict=False):
        here = rows[rows.chirality == chirality]
        here = here.sort_values("delay")
        ax.plot(here.delay, here.concurrence, color=color, ls=dash, label=f"{chirality:g}")
    ax.set_xscale("symlog", linthresh=0.5, linscale=0.5)
    ax.set_xlim(0, rows.delay.max())
    ax.set_xticks([0, 0.5, 1, 2, 5, 10, 20, 50], ["0", "0.5", "1", "2", "5", "10", "20", "50"])
    ax.set_xticks([], minor=True)


if __name__ == "__main__":
    save.render(draw, snakemake)
