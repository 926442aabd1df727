"""The long-time approximation against the master equation. Mok et al., Fig. 3."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from qnet.present import panels, save, style


def draw(mok_master_equation: pd.DataFrame, mok_long_time: pd.DataFrame, printed: dict) -> Figure:
    fig, (value, error) = panels.column(rows=2, height_in=3.1)
    exact, approximate = mok_master_equation, mok_long_time
    value.plot(exact.time, exact.concurrence, color=style.COLOR["concurrence"], label="master equation")
    value.plot(
        approximate.time,
        approximate.concurrence,
        color=style.COLOR["approximation"],
        ls=style.DASHES[1],
        label="Eq. (10)",
    )
    value.set(ylabel="concurrence $C$", ylim=(0, 1.05))
    value.legend(title="printed couplings", title_fontsize=7, loc="upper right")

    late = exact.time > 0
    relative = np.abs(approximate.concurrence[late] / exact.concurrence[late] - 1)
    error.semilogy(exact.time[late], relative, color=style.COLOR["approximation"], ls=style.DASHES[1], label="Eq. (10)")
    peak = exact.time[exact.concurrence.idxmax()]
    for ax in (value, error):
        ax.axvline(peak, color=style.COLOR["guide"], lw=0.8)
        ax.axvline(printed["good_from"], color=style.COLOR["printed"], lw=0.6, ls=(0, (1, 2)))
        ax.set_xlim(0, 40)
    error.text(peak + 0.5, 3, "peak of the exact curve", fontsize=7, color="0.35")
    error.text(printed["good_from"] - 0.5, 3e-5, "good from here,\nsays the paper", fontsize=7, ha="right")
    error.set(xlabel=r"time $\gamma_R t$", ylabel="relative error of Eq. (10)", ylim=(1e-5, 30))
    return fig


if __name__ == "__main__":
    save.render(draw, snakemake)
