"""What an off-centre midpoint costs at fixed fidelity, for photons of several shapes and durations."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from qnet.present import panels, save, style

_TARGET = 0.9  # fidelity; that of the single-click study
_LENGTH_KM = 100  # of every link here
_COLOR = {name: style.COLOR[name] for name in ("gaussian", "lorentzian")}
_MARKER = {3e-11: "o", 1e-10: "s", 1e-9: "^"}
_DASH = dict(zip(_MARKER, (style.DASHES[2], style.DASHES[1], "-"), strict=True))


def draw(
    midpoint_single_click: pd.DataFrame,
    midpoint_double_click: pd.DataFrame,
    midpoint_near_centre: pd.DataFrame,
    midpoint_tolerance: pd.DataFrame,
) -> Figure:
    fig, (single, double, slope, tolerance) = panels.page(rows=2, columns=2, height_in=4.6)
    _rates(single, midpoint_single_click[midpoint_single_click.reached])
    single.set(ylabel=rf"single-click rate, $F\geq{_TARGET}$ [1/s]", ylim=(0.02, 6))
    single.legend(ncols=2, loc="lower left", columnspacing=1)
    _rates(double, midpoint_double_click[midpoint_double_click.fidelity >= _TARGET])
    double.set(ylabel=rf"double-click rate, $F\geq{_TARGET}$ [1/s]", ylim=(0.04, 0.14))
    for ax in (single, double):
        ax.set(xlabel=r"asymmetry $|\Delta L|$ [km]", xlim=(0, 103), yscale="log")
        ax.yaxis.set_major_formatter("{x:g}")
        ax.yaxis.set_minor_formatter("")
    single.set_yticks([0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5])
    double.set_yticks([0.04, 0.06, 0.08, 0.1, 0.12, 0.14])
    ends = midpoint_double_click[
        (midpoint_double_click.photon == "lorentzian") & (midpoint_double_click.fidelity >= _TARGET)
    ]
    for duration, rows in ends.groupby("duration_s"):
        if rows.asymmetry_km.max() < midpoint_double_click.asymmetry_km.max():
            end = rows.iloc[-1]
            text = f"Lorentzian, {1e12 * duration:g} ps:\n$F<{_TARGET}$ beyond {end.asymmetry_km:.0f} km"
            panels.label_line(double, end.asymmetry_km + 2, end.rate_hz * 1.03, text, _COLOR["lorentzian"], va="bottom")

    best = midpoint_double_click[midpoint_double_click.asymmetry_km == 0].fidelity.max()
    for (photon, duration), rows in midpoint_near_centre.groupby(["photon", "duration_s"], sort=False):
        looks = {"color": _COLOR[photon], "ls": _DASH[duration], "label": _name(photon, duration)}
        slope.plot(rows.asymmetry_km, best - rows.fidelity, **looks)
    slope.set(
        xlabel=r"asymmetry $|\Delta L|$ [km]", ylabel=r"fidelity lost $F(0)-F(\Delta L)$",
        xscale="log", yscale="log", xlim=(0.01, 100), ylim=(1e-12, 1),
    )  # fmt: skip
    slope.yaxis.minorticks_off()
    panels.label_line(slope, 0.02, 1.2e-1, r"Lorentzian, $\propto|\Delta L|^{1/2}$", _COLOR["lorentzian"])
    panels.label_line(slope, 0.3, 3e-11, r"Gaussian, $\propto\Delta L^2$", _COLOR["gaussian"])

    tolerance.axhspan(_LENGTH_KM, 1e9, color="0.92", lw=0)
    panels.label_line(tolerance, 1.3e-12, 2 * _LENGTH_KM, "longer than the link", "0.4")
    for (photon, loss), rows in midpoint_tolerance.groupby(["photon", "loss"], sort=False):
        dash = "-" if loss == midpoint_tolerance.loss.max() else style.DASHES[1]
        tolerance.plot(
            rows.duration_s,
            rows.tolerated_asymmetry_km,
            color=_COLOR[photon],
            ls=dash,
            label=f"{photon.capitalize()}, {100 * loss:g} %",
        )
    tolerance.set(
        xlabel="photon duration, standard deviation in time [s]", ylabel=r"tolerated $|\Delta L|$ [km]",
        xscale="log", yscale="log", xlim=(1e-12, 1e-7), ylim=(1e-6, 1e6),
    )  # fmt: skip
    tolerance.set_yticks(10.0 ** np.arange(-6, 7, 2))
    tolerance.yaxis.minorticks_off()
    tolerance.legend(loc="lower right")
    return fig


def _name(photon: str, duration_s: float) -> str:
    return f"{photon.capitalize()}, {duration_s * 1e12:g} ps"


def _rates(ax: Axes, frame: pd.DataFrame) -> None:
    for (photon, duration), rows in frame.groupby(["photon", "duration_s"], sort=False):
        color, marker = _COLOR[photon], _MARKER[duration]
        label = _name(photon, duration)
        ax.plot(rows.asymmetry_km, rows.rate_hz, color=color, ls=_DASH[duration], label=f"_{label}")
        end = rows.iloc[-1]
        ax.plot(
            [end.asymmetry_km], [end.rate_hz], marker, mfc="white", mec=color, ms=4.5, zorder=5, label=f"_{label}, end"
        )
        ax.plot([], [], color=color, ls=_DASH[duration], marker=marker, mfc="white", label=label)


if __name__ == "__main__":
    save.render(draw, snakemake)
