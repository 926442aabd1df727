"""The largest concurrence against atomic decay, cavity loss and dephasing, by scheme."""

import pandas as pd
from matplotlib.figure import Figure

from qnet.present import panels, save, schemes


def draw(chiral_decay: pd.DataFrame, chiral_cavity_loss: pd.DataFrame, chiral_dephasing: pd.DataFrame) -> Figure:
    fig, axes = panels.page(columns=3, height_in=2.9)
    for ax, rows, against, label in zip(
        axes,
        (chiral_decay, chiral_cavity_loss, chiral_dephasing),
        ("atomic_decay", "cavity_loss", "dephasing"),
        (r"atomic decay $\Gamma$", r"cavity loss $\kappa_i$", r"dephasing $\gamma_\phi$"),
        strict=True,
    ):
        schemes.draw(ax, rows, against)
        ends = (rows[against].min(), rows[against].max())
        ax.set(xlabel=rf"{label} $[\gamma_{{\max}}]$", xlim=ends, ylim=(3e-3, 1))
    axes[0].set_ylabel(r"$1-C$ of the best couplings")
    axes[2].legend(loc="lower right", title="scheme", alignment="left", handlelength=2.8)
    return fig


if __name__ == "__main__":
    save.render(draw, snakemake)
