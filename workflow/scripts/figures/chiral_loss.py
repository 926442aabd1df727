"""The largest concurrence against atomic decay, cavity loss and dephasing, by scheme."""

import pandas as pd
from matplotlib.figure import Figure

from qnet.present import panels, save, schemes


def draw(chiral_decay: pd.DataFrame, chiral_cavity_loss: pd.DataFrame, chiral_dephasing: pd.DataFrame) -> Figure:
    fig, axes = panels.page(columns=3, height_in=3.1)
    for ax, rows, against, label in zip(
        axes,
        (chiral_decay, chiral_cavity_loss, chiral_dephasing),
        ("atomic_decay", "cavity_loss", "dephasing"),
        (r"atomic decay $\Gamma$", r"cavity loss $\kappa_i$", r"dephasing $\gamma_\phi$"),
        strict=True,
    ):
        schemes.draw(ax, rows, against)
        ends = (rows[against].min(), rows[against].max())
        ax.set(xlabel=rf"{label} $[\gamma_{{\max}}]$", xlim=ends, ylim=(2e-3, 1))
    axes[0].set_ylabel(r"$1-C$ of the best couplings")
    handles, labels = axes[0].get_legend_handles_labels()
    fig.legend(handles, labels, loc="outside lower center", title="scheme", ncols=6, handlelength=2.8)
    return fig


if __name__ == "__main__":
    save.render(draw, snakemake)
