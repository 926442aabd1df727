"""Random detunings. Mok et al., Fig. 5."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from qnet.present import panels, save, style

_RUNS = 20  # per point, Fig. 5 of the paper
_LEVELS = (0.5, 0.7, 0.9)
_PLACES = ((0.9, 0.74), (0.93, 0.27), (0.05, 0.17))  # of the names of averages, each beside its curve


def draw(
    mok_atom_detuning: pd.DataFrame,
    mok_cavity_detuning: pd.DataFrame,
    mok_detuning_map: pd.DataFrame,
    mok_readout: pd.DataFrame,
) -> Figure:
    fig, (alone, both, senses) = panels.page(columns=3, height_in=2.3)
    kinds = {  # from the highest curve to the lowest
        "cavity 1": (mok_cavity_detuning, "first", style.COLOR["cavity"], "o"),
        "cavity 2": (mok_cavity_detuning, "second", style.COLOR["cavity"], "^"),
        "atom 1": (mok_atom_detuning, "first", style.COLOR["atom"], "s"),
        "atom 2": (mok_atom_detuning, "second", style.COLOR["atom"], "v"),
    }
    keys = {}
    for (label, (frame, nodes, color, marker)), dash in zip(kinds.items(), style.DASHES, strict=False):
        rows = frame[frame.nodes == nodes]
        width = rows.filter(like="width").iloc[:, 0]
        scatter = rows.peak_sd / np.sqrt(_RUNS)
        alone.fill_between(width, rows.mean_peak - scatter, rows.mean_peak + scatter, color=color, alpha=0.18, lw=0)
        panels.estimate(alone, width, rows.mean_peak, rows.mean_peak_se, color=color, ls=dash, label=label)
        name = f"_{label}, {_RUNS} runs"
        marks = alone.plot(width, rows.runs_mean, marker, mfc="none", mec=color, mew=0.6, ms=2.8, label=name)
        keys[label] = (alone.lines[-2], *marks)
    alone.set(
        xlabel=r"width of the detuning $\delta/\gamma_R$", ylabel=r"mean $C_{\max}$", xlim=(0, 2.03), ylim=(0.4, 1)
    )
    alone.legend(keys.values(), keys, title="detuned alone", title_fontsize=7, handlelength=2.8, loc="lower left")

    grid = mok_detuning_map.pivot(index="width_atoms", columns="width_cavities", values="mean_peak")
    panels.heat_map(both, grid.columns, grid.index, grid.to_numpy(), r"mean $C_{\max}$", levels=_LEVELS, vmin=0, vmax=1)
    both.set(xlabel=r"$\delta_{\rm cavity}/\gamma_R$", ylabel=r"$\delta_{\rm atom}/\gamma_R$")

    paired = mok_atom_detuning[mok_atom_detuning.nodes == "both"]
    averages = {
        "mean_of_maxima": ("mean of the maxima", paired.width_atoms, paired.mean_peak, paired.mean_peak_se),
        "maximum_of_mean": (
            "maximum of the mean",
            mok_readout.width_atoms,
            mok_readout.peak_mean,
            mok_readout.peak_mean_se,
        ),
        "averaged_state": (
            "averaged state",
            mok_readout.width_atoms,
            mok_readout.peak_state,
            mok_readout.peak_state_se,
        ),
    }
    for (name, (label, width, value, error)), dash in zip(averages.items(), style.DASHES, strict=False):
        panels.estimate(senses, width, value, error, color=style.COLOR[name], ls=dash, label=label)
    senses.set(
        xlabel=r"width for both atoms $\delta_{\rm atom}/\gamma_R$",
        ylabel="averaged concurrence",
        xlim=(0, 2.03),
        ylim=(0, 1),
    )
    for (name, (label, *_)), (x, y) in zip(averages.items(), _PLACES, strict=True):
        panels.label_line(senses, x, y, label, style.COLOR[name])
    return fig


if __name__ == "__main__":
    save.render(draw, snakemake)
