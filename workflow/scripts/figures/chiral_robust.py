"""Mean concurrence under random detunings, with the best couplings for them and with the ideal ones."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from qnet.present import panels, save, style

_DETUNED = {  # whose frequencies are random: colour, dashes with the best couplings, mark with the ideal ones
    "cavities": (style.COLOR["cavity"], style.DASHES[0], "o"),
    "atoms": (style.COLOR["atom"], style.DASHES[1], "s"),
    "both": (style.COLOR["optimum"], style.DASHES[2], "v"),
}
_JUMP = 5.0  # the ratio from which on a change of the best g1 is one to another maximum


def draw(chiral_robust: pd.DataFrame) -> Figure:
    fig, (mean, first, second) = panels.page(columns=3, height_in=2.3)
    for detuned, (color, dash, mark) in _DETUNED.items():
        rows = chiral_robust[chiral_robust.detuned == detuned].sort_values("width")
        panels.estimate(mean, rows.width, rows.mean_peak, rows.mean_peak_se, color=color, ls=dash, label=detuned)
        name = f"_{detuned}, ideal couplings"
        mean.plot(rows.width, rows.ideal_mean_peak, mark, mfc="none", mec=color, mew=0.6, ms=2.8, label=name)
        jumps = 1 + np.flatnonzero(rows.g1.to_numpy()[1:] > _JUMP * rows.g1.to_numpy()[:-1])
        for ax, couplings in ((first, rows.g1), (second, rows.g2)):
            at, values = (np.insert(column.to_numpy(), jumps, np.nan) for column in (rows.width, couplings))
            ax.semilogy(at, values, color=color, ls=dash, label=f"_{detuned}")
    for ax in (mean, first, second):
        ax.set(xlabel=r"width of the detunings $\delta/\gamma_R$", xlim=(0, 2.03))
    mean.set(ylabel=r"mean $C_{\max}$", ylim=(0.3, 1))
    mean.legend(title="random detunings of", title_fontsize=7, handlelength=2.8, loc="lower left")
    first.set(ylabel=r"best $g_1/\gamma_R$", ylim=(0.03, 3))
    second.set(ylabel=r"best $g_2/\gamma_R$", ylim=(0.03, 3))
    return fig


if __name__ == "__main__":
    save.render(draw, snakemake)
