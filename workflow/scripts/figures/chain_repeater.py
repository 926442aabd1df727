"""One repeater: the argument that first-order effects cancel, and what it lacks. Avis et al., Sec. III.7."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from qnet.present import panels, save, style

_DB_PER_KM = 0.2


def draw(
    chain_one_repeater: pd.DataFrame,
    chain_exponential_repeater: pd.DataFrame,
    chain_kink: pd.DataFrame,
    chain_slopes_spacing: pd.DataFrame,
) -> Figure:
    fig, (swap, storage, kink) = panels.page(columns=3, height_in=2.3)
    _against(swap, chain_one_repeater, chain_exponential_repeater, "swap_time_s", "time to swap")
    _against(storage, chain_one_repeater, chain_exponential_repeater, "storage_time_s", "storage time")
    swap.plot([], [], "k", ls=style.DASHES[1], lw=0.8, label="Eqs. (34)-(36)")
    swap.legend(title="sum of both lengths", alignment="left", loc="upper left")
    kink.plot(
        chain_kink.success_probability, chain_kink.swap_time_slope, color=style.COLOR["even"], label="_one repeater"
    )
    for (links, rows), marker, fill in zip(chain_slopes_spacing.groupby("links"), "os", ("white", "0.5"), strict=True):
        p = 10 ** (-_DB_PER_KM * rows.spacing_km / 10)
        looks = {"color": style.COLOR["even"], "mfc": fill, "label": f"{links}"}
        panels.samples(kink, p, rows.duration_kink, rows.duration_kink_se, marker, **looks)
    kink.set(
        xlabel="success probability $p$", ylabel=r"${\rm d}\ln T/{\rm d}\mathcal{A}$ at $+0$",
        xscale="log", yscale="log", xlim=(0.02, 0.8), ylim=(1e-3, 1),
    )  # fmt: skip
    kink.set_xticks([0.02, 0.05, 0.1, 0.2, 0.5], ["0.02", "0.05", "0.1", "0.2", "0.5"])
    kink.xaxis.set_minor_formatter("")
    kink.legend(title="number of links", alignment="left", loc="upper left")
    return fig


def _against(ax: Axes, exact: pd.DataFrame, argument: pd.DataFrame, name: str, label: str) -> None:
    families = exact.groupby("length_km")
    for (length, rows), color in zip(families, panels.sequence(len(families)), strict=True):
        rival = argument[argument.length_km == length]
        unit = rival[name].iloc[0]
        ax.plot(rows.asymmetry, rows[name] / unit, color=color, label=f"{length:g} km")
        ax.plot(rival.asymmetry, rival[name] / unit, color=color, ls=style.DASHES[1], lw=0.8,
                label=f"_{length:g} km, Eqs. (34)-(36)")  # fmt: skip
    ax.set(
        xlabel=r"node asymmetry $\mathcal{A}_n$", ylabel=f"{label}, relative", xlim=(0, 0.4), yscale="log",
        ylim=(0.5, 11), xticks=np.linspace(0, 0.4, 5),
    )  # fmt: skip
    ax.set_yticks([0.5, 1, 2, 4, 8], ["0.5", "1", "2", "4", "8"])
    ax.yaxis.set_minor_formatter("")


if __name__ == "__main__":
    save.render(draw, snakemake)
