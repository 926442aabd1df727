"""The largest concurrence within a time budget, by scheme."""

import pandas as pd
from matplotlib.figure import Figure

from qnet.present import panels, save, schemes, style


def draw(chiral_front: pd.DataFrame, printed: dict) -> Figure:
    fig, (front,) = panels.column(height_in=3.4)
    schemes.draw(front, chiral_front, "time_budget")
    for time, concurrence in zip(printed["time"], printed["concurrence"], strict=True):
        front.plot(time, 1 - concurrence, **style.PRINTED)
    front.set(
        xlabel=r"time budget $T$ $[1/\gamma_{\max}]$", ylabel=r"$1-C$ of the best couplings", xlim=(0.9, 1e4),
        ylim=(5e-5, 1),
    )  # fmt: skip
    front.legend(loc="lower left", title="scheme", alignment="left", handlelength=2.8)
    return fig


if __name__ == "__main__":
    save.render(draw, snakemake)
