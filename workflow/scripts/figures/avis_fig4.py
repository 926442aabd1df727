"""Loss of indistinguishability with third-order dispersion, and what that adds. Avis et al., Fig. 4."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from qnet.present import panels, save, style

_EVERY = 32  # of the integrated points is marked
_SHAPES = {"Gaussian": ("-", "o"), "Lorentzian": (style.DASHES[1], "s")}


def draw(avis_gaussian_third_order: pd.DataFrame, avis_lorentzian_third_order: pd.DataFrame) -> Figure:
    fig, (loss, change) = panels.column(rows=2, height_in=4.4)
    frames = (avis_gaussian_third_order, avis_lorentzian_third_order)
    lengths = sorted(avis_gaussian_third_order.asymmetry_km.unique(), reverse=True)
    for frame, (shape, (dash, marker)) in zip(frames, _SHAPES.items(), strict=True):
        for length, color in zip(lengths, panels.sequence(len(lengths)), strict=True):
            rows = frame[frame.asymmetry_km == length]
            name = f"{shape}, {length:g} km"
            label = f"{length:g} km" if frame is frames[0] else f"_{name}"
            without = rows.distinguishability + rows.third_order_change
            loss.plot(1e9 * rows.duration_s, without, color=color, ls=dash, lw=0.9, label=label)
            marked = rows.iloc[::_EVERY]
            loss.plot(1e9 * marked.duration_s, marked.distinguishability, marker, mfc="none", mec=color, mew=0.7, ms=3,
                      label=f"_{name}, integrated")  # fmt: skip
            change.plot(1e9 * rows.duration_s, rows.third_order_change.abs(), color=color, ls=dash, label=name)
    loss.set(ylabel=r"loss $1-\mu$", ylim=(1e-10, 10), yticks=10.0 ** np.arange(-9, 1, 3))
    loss.legend(title=r"$\Delta L$", title_fontsize=7, loc="lower left")
    panels.label_line(loss, 0.22, 5e-1, "Lorentzian", "black", ha="center")
    panels.label_line(loss, 0.021, 1e-6, "Gaussian", "black")
    change.set(
        xlabel="photon duration, standard deviation in time [ns]", ylabel=r"third-order effect $|\mu-\mu_{\beta_3=0}|$",
        ylim=(1e-21, 1e-6), yticks=10.0 ** np.arange(-21, -5, 3),
    )  # fmt: skip
    panels.label_line(change, 0.2, 1e-8, "Lorentzian", "black", ha="center")
    panels.label_line(change, 0.12, 3e-12, "Gaussian", "black")
    for ax in (loss, change):
        ax.set(xscale="log", yscale="log", xlim=(0.9e-3, 1.1))
        ax.yaxis.minorticks_off()
    return fig


if __name__ == "__main__":
    save.render(draw, snakemake)
