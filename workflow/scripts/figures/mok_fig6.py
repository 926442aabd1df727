"""Atomic decay: fixed and re-optimised couplings. Mok et al., Fig. 6."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from qnet import figure


def draw(mok_decay: pd.DataFrame, mok_decay_optimum: pd.DataFrame, printed: dict) -> Figure:
    fig, (value, couplings) = figure.column(rows=2, height_in=3.5)
    slow, fast = _branches(mok_decay_optimum)
    value.plot(
        mok_decay.decay, mok_decay.concurrence, color=figure.COLOR["concurrence"], label="$C_0$, printed couplings"
    )
    for branch, dash, label in ((slow, figure.DASHES[1], r"$C_{\rm opt}$, branch of the printed optimum"),
                                (fast, figure.DASHES[2], r"$C_{\rm opt}$, fast branch")):  # fmt: skip
        value.plot(branch.decay, branch.concurrence, color=figure.COLOR["optimum"], ls=dash, label=label)
        couplings.semilogy(branch.decay, branch.g1, color=figure.CYCLE[1], ls=dash)
        couplings.semilogy(branch.decay, branch.g2, color=figure.CYCLE[2], ls=dash)
    value.plot(0, printed["concurrence"], clip_on=False, **figure.PRINTED)
    value.set(ylabel=r"$C_{\max}$", xlim=(0, 0.2), ylim=(0, 1))
    value.legend(loc="lower left", borderaxespad=0.2)

    joined = slow.merge(fast, on="decay", suffixes=("_slow", "_fast"))
    lead = (joined.concurrence_slow - joined.concurrence_fast).to_numpy()
    if (lead[:-1] * lead[1:] < 0).any():
        crossing = float(np.interp(0, -lead, joined.decay))
        for ax in (value, couplings):
            ax.axvline(crossing, color=figure.COLOR["guide"], lw=0.8, zorder=0)
        value.text(
            crossing + 0.003, 0.9, rf"branches cross at $\Gamma={crossing:.3f}\,\gamma_R$", fontsize=7, color="0.35"
        )
    figure.label_line(couplings, 0.196, slow.g1.iloc[-1] * 0.8, "$g_1$", figure.CYCLE[1], ha="right", va="top")
    figure.label_line(couplings, 0.196, slow.g2.iloc[-1] * 0.8, "$g_2$", figure.CYCLE[2], ha="right", va="top")
    couplings.plot([0, 0], [printed["g1"], printed["g2"]], clip_on=False, **figure.PRINTED)
    couplings.set_yticks([0.1, 0.2, 0.5, 1, 2], ["0.1", "0.2", "0.5", "1", "2"])
    couplings.yaxis.set_minor_formatter(NullFormatter())
    for ax in (value, couplings):
        ax.set_xticks(np.linspace(0, 0.2, 5))
    couplings.set(xlabel=r"atomic decay rate $\Gamma/\gamma_R$", ylabel=r"optimal $g/\gamma_R$", xlim=(0, 0.2))
    return fig


def _branches(optima: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The two branches that are ever the best: at each decay rate the best optimum of either kind.

    On the slow branch, which continues the printed optimum, g1 < g2; on the fast one g1 > g2.
    """
    settled = optima[optima.converged]
    kinds = (settled[settled.g1 < settled.g2], settled[settled.g1 > settled.g2])
    slow, fast = (kind.loc[kind.groupby("decay").concurrence.idxmax()] for kind in kinds)
    return slow, fast


if __name__ == "__main__":
    figure.render(draw, snakemake)
