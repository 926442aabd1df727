"""Loss of indistinguishability against the photons' duration. Avis et al., Fig. 3."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from qnet.present import panels, save, style

_GAUSSIAN, _LORENTZIAN = "-", style.DASHES[1]


def draw(
    avis_gaussian: pd.DataFrame,
    avis_gaussian_leading: pd.DataFrame,
    avis_lorentzian: pd.DataFrame,
    avis_lorentzian_leading: pd.DataFrame,
    printed: dict,
) -> Figure:
    fig, (ax,) = panels.column(height_in=2.7)
    lengths = sorted(avis_gaussian.asymmetry_km.unique(), reverse=True)
    for length, color in zip(lengths, panels.sequence(len(lengths)), strict=True):
        shapes = ((avis_gaussian, _GAUSSIAN, ""), (avis_lorentzian, _LORENTZIAN, "_Lorentzian, "))
        for frame, dash, shape in shapes:
            rows = frame[frame.asymmetry_km == length]
            label = f"{shape}{length:g} km"
            ax.plot(1e9 * rows.duration_s, rows.distinguishability, color=color, ls=dash, label=label)
    leading = (
        (avis_gaussian_leading, "Gaussian", style.DASHES[2]),
        (avis_lorentzian_leading, "Lorentzian", style.DASHES[3]),
    )
    for frame, shape, dash in leading:
        label = f"_{shape}, leading order"
        ax.plot(1e9 * frame.duration_s, frame.distinguishability, color="black", lw=0.7, ls=dash, label=label)
    mark = style.PRINTED | {"label": "40 km, printed"}
    ax.plot(1e9 * printed["duration_s"], printed["distinguishability"], **mark)
    ax.set(
        xlabel="photon duration, standard deviation in time [ns]", ylabel=r"loss of indistinguishability $1-\mu$",
        xscale="log", yscale="log", xlim=(1e-3, 1e2), ylim=(1e-10, 10), yticks=10.0 ** np.arange(-10, 1, 2),
    )  # fmt: skip
    ax.yaxis.minorticks_off()
    ax.legend(title=r"$\Delta L$", title_fontsize=7, loc="lower left")
    panels.label_line(ax, 3, 1e-1, "Lorentzian", "black", ha="center")
    panels.label_line(ax, 0.2, 1e-7, "Gaussian", "black", ha="right")
    return fig


if __name__ == "__main__":
    save.render(draw, snakemake)
