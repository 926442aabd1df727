"""What an off-centre midpoint costs at fixed fidelity, for photons of several shapes and durations."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from qnet.present import panels, save, style

_TARGET = 0.9  # fidelity; that of the single-click study
_LENGTH_KM = 100  # of every link here
_NAMED_KM = 1.0  # where the curves of panel (d) have their names
_COLOR = {name: style.COLOR[name] for name in ("gaussian", "lorentzian")}
_MARKER = {3e-11: "o", 1e-10: "s", 1e-9: "^"}
_DASH = dict(zip(_MARKER, (style.DASHES[2], style.DASHES[1], style.DASHES[3]), strict=True))


def draw(
    midpoint_single_click: pd.DataFrame,
    midpoint_double_click: pd.DataFrame,
    midpoint_near_centre: pd.DataFrame,
    midpoint_tolerance: pd.DataFrame,
) -> Figure:
    fig, (single, double, slope, tolerance) = panels.page(rows=2, columns=2, height_in=4.6)
    _rates(single, midpoint_single_click[midpoint_single_click.reached])
    single.set(ylabel=rf"single-click rate, $F\geq{_TARGET}$ [1/s]", ylim=(0.02, 6))
    single.legend(
        title="photons, standard deviation in time", alignment="left", ncols=2, loc="lower left", columnspacing=1
    )
    _same_rate(double, midpoint_double_click)
    double.set(ylabel=rf"double-click rate, $F\geq{_TARGET}$ [1/s]", ylim=(0.04, 0.14))
    for ax in (single, double):
        ax.set(xlabel=r"asymmetry $|\Delta L|$ [km]", xlim=(0, 103), yscale="log")
        ax.yaxis.set_major_formatter("{x:g}")
        ax.yaxis.set_minor_formatter("")
    single.set_yticks([0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5])
    double.set_yticks([0.04, 0.06, 0.08, 0.1, 0.12, 0.14])

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
    panels.label_line(tolerance, 1.3e-3, 2 * _LENGTH_KM, "longer than the link", "0.4")
    for (photon, loss), rows in midpoint_tolerance.groupby(["photon", "loss"], sort=False):
        most = loss == midpoint_tolerance.loss.max()
        dash, aside, ha, va = ("-", 0.95, "right", "bottom") if most else (style.DASHES[4], 1.1, "left", "top")
        duration_ns, name = 1e9 * rows.duration_s, f"{100 * loss:g} %"
        label = f"_{photon.capitalize()}, {name}"
        tolerance.plot(duration_ns, rows.tolerated_asymmetry_km, color=_COLOR[photon], ls=dash, label=label)
        place = float(np.interp(_NAMED_KM, rows.tolerated_asymmetry_km, duration_ns))
        panels.label_line(tolerance, place * aside, _NAMED_KM, name, _COLOR[photon], ha=ha, va=va)
    panels.label_line(tolerance, 1.3e-3, 20, "Gaussian", _COLOR["gaussian"])
    panels.label_line(tolerance, 1.5, 1e-2, "Lorentzian", _COLOR["lorentzian"])
    tolerance.set(
        xlabel="photon duration, standard deviation in time [ns]", ylabel=r"tolerated $|\Delta L|$ [km]",
        xscale="log", yscale="log", xlim=(1e-3, 1e2), ylim=(1e-6, 1e6),
    )  # fmt: skip
    tolerance.set_yticks(10.0 ** np.arange(-6, 7, 2))
    tolerance.yaxis.minorticks_off()
    return fig


def _name(photon: str, duration_s: float) -> str:
    return f"{photon.capitalize()}, {duration_s * 1e9:g} ns"


def _rates(ax: Axes, frame: pd.DataFrame) -> None:
    for (photon, duration), rows in frame.groupby(["photon", "duration_s"], sort=False):
        color, marker = _COLOR[photon], _MARKER[duration]
        label = _name(photon, duration)
        ax.plot(rows.asymmetry_km, rows.rate_hz, color=color, ls=_DASH[duration], label=f"_{label}")
        _end(ax, rows, photon, duration)
        ax.plot([], [], color=color, ls=_DASH[duration], marker=marker, mfc="white", label=label)


def _same_rate(ax: Axes, frame: pd.DataFrame) -> None:
    """The rate, which is the same for all photons, with a mark where the fidelity of some falls below the target."""
    rate, color = frame.groupby("asymmetry_km").rate_hz.mean(), style.COLOR["double_click"]
    ax.plot(rate.index, rate, color=color, label="_all photons")
    panels.label_line(ax, 3, 0.043, f"the same for all photons;\nthe others keep $F\\geq{_TARGET}$ throughout", color)
    for (photon, duration), rows in frame[frame.fidelity >= _TARGET].groupby(["photon", "duration_s"], sort=False):
        if rows.asymmetry_km.max() < rate.index.max():
            _end(ax, rows, photon, duration)
            x, y = rows.asymmetry_km.iloc[-1], rows.rate_hz.iloc[-1]
            text = f"{_name(photon, duration)}:\n$F<{_TARGET}$ beyond {x:.0f} km"
            panels.label_line(ax, x + 2, y * 1.03, text, _COLOR[photon], va="bottom")


def _end(ax: Axes, rows: pd.DataFrame, photon: str, duration_s: float) -> None:
    """A hollow mark at the end of a curve."""
    looks = {"mfc": "white", "mec": _COLOR[photon], "ms": 4.5, "zorder": 5}
    label = f"_{_name(photon, duration_s)}, end"
    ax.plot(rows.asymmetry_km.iloc[-1:], rows.rate_hz.iloc[-1:], _MARKER[duration_s], label=label, **looks)


if __name__ == "__main__":
    save.render(draw, snakemake)
