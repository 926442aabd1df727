"""Success probability, fidelity, cycle time and rate against the midpoint's asymmetry. Avis et al., Fig. 2."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from qnet.present import panels, save, style

_DOUBLE, _SINGLE = style.COLOR["double_click"], style.COLOR["single_click"]
_KEPT = 0.99  # of the fidelity of a centred midpoint: the mark that Sec. II.2 uses


def draw(
    avis_double_click: pd.DataFrame,
    avis_double_click_leading: pd.DataFrame,
    avis_double_click_simulated: pd.DataFrame,
    avis_single_click: pd.DataFrame,
    avis_single_click_leading: pd.DataFrame,
    avis_single_click_literature: pd.DataFrame,
    avis_single_click_simulated: pd.DataFrame,
    avis_cycle: pd.DataFrame,
) -> Figure:
    fig, (probability, fidelity, cycle, rate) = panels.page(rows=2, columns=2, height_in=4.3)
    double = (avis_double_click, avis_double_click_leading, avis_double_click_simulated)
    single = (avis_single_click, avis_single_click_leading, avis_single_click_simulated)
    for tables, color, dashes, marker, label in (
        (double, _DOUBLE, ("-", style.DASHES[1]), "o", "double click"),
        (single, _SINGLE, (style.DASHES[3], style.DASHES[2]), "s", "single click"),
    ):
        centre = _centre(tables[0])
        rises = [100 * (table.success_probability / centre - 1) for table in tables]
        _protocol(
            probability, tables, rises, color, dashes, marker, f"{label}, $P(0)={1e4 * centre:.2f}\\times 10^{{-4}}$"
        )
        _protocol(fidelity, tables, [table.fidelity for table in tables], color, dashes, marker, label)
    probability.set(ylabel=r"$P_{\rm succ}/P_{\rm succ}(0)-1$ [%]", ylim=(-0.5, 5))
    probability.plot([], [], "k", lw=0.6, ls=style.DASHES[1], label="leading order")
    probability.plot([], [], "o", mfc="white", mec="black", mew=0.8, ms=3, label="brute force")
    probability.legend(title="in (a) and (b)", alignment="left", loc="upper center")
    fidelity.plot(
        avis_single_click_literature.asymmetry_km,
        avis_single_click_literature.fidelity,
        color=style.COLOR["approximation"],
        lw=0.9,
        ls=style.DASHES[2],
        label="single click, literature coherence",
    )
    text = "single click, coherence of the literature (dotted)"
    panels.label_line(fidelity, 0, 0.835, text, style.COLOR["approximation"], ha="center")
    fidelity.set(ylabel=r"fidelity $F$", ylim=(0.82, 1))
    for exact, color, name in (
        (avis_double_click, _DOUBLE, "double click"),
        (avis_single_click, _SINGLE, "single click"),
    ):
        _mark_kept(fidelity, exact, color, name)

    free = avis_cycle[avis_cycle.local_time_s == 0]
    for (floor, rows), dash in zip(avis_cycle.groupby("local_time_s"), style.DASHES, strict=False):
        label = rf"local floor {1e3 * floor:g} ms" if floor else "no local floor"
        cycle.plot(rows.asymmetry_km, 1e3 * rows.cycle_time_s, color="black", ls=dash, label=label)
        above = 0.015 if floor else -0.04
        panels.label_line(cycle, 0, 1e3 * rows.cycle_time_s.min() + above, label, "black", ha="center")
    cycle.set(ylabel=r"cycle time $T_{\rm cycle}$ [ms]", ylim=(0.4, 1.1))
    protocols = (
        (avis_double_click, _DOUBLE, "-", "double click"),
        (avis_single_click, _SINGLE, style.DASHES[3], "single click"),
    )
    for exact, color, dash, name in protocols:
        rate.plot(
            exact.asymmetry_km,
            exact.success_probability.to_numpy() / free.cycle_time_s.to_numpy(),
            color=color,
            ls=dash,
            label=name,
        )
    rate.set(ylabel=r"rate $P_{\rm succ}/T_{\rm cycle}$ [1/s]", yscale="log", ylim=(0.04, 0.6))
    rate.set_yticks([0.05, 0.1, 0.2, 0.5], ["0.05", "0.1", "0.2", "0.5"])
    rate.yaxis.set_minor_formatter("")
    panels.label_line(rate, 0, 0.36, "single click", _SINGLE, ha="center", va="top")
    panels.label_line(rate, 0, 0.08, "double click", _DOUBLE, ha="center", va="top")
    for ax in (probability, fidelity, cycle, rate):
        ax.set(xlabel=r"asymmetry $\Delta L$ [km]", xlim=(-102, 102), xticks=np.linspace(-100, 100, 5))
    return fig


def _centre(exact: pd.DataFrame) -> float:
    """The success probability of a centred midpoint."""
    return float(exact.success_probability[exact.asymmetry_km.abs().idxmin()])


def _protocol(
    ax: Axes, tables: Sequence[pd.DataFrame], values: Sequence[pd.Series], color: str, dashes: tuple[Any, Any],
    marker: str, label: str,
) -> None:  # fmt: skip
    """Exact, to leading order and by brute force."""
    exact, leading, simulated = (table.asymmetry_km for table in tables)
    ax.plot(exact, values[0], color=color, ls=dashes[0], label=label)
    ax.plot(leading, values[1], color="black", lw=0.6, ls=dashes[1], zorder=3, label=f"_{label}, leading order")
    ax.plot(
        simulated, values[2], marker, mfc="white", mec=color, mew=0.8, ms=3, zorder=4, label=f"_{label}, brute force"
    )


def _mark_kept(ax: Axes, exact: pd.DataFrame, color: str, name: str) -> None:
    """A triangle at either asymmetry where the fidelity is 99 % of its largest, and that asymmetry in words."""
    right = exact[exact.asymmetry_km >= 0]
    level = _KEPT * exact.fidelity.max()
    place = float(np.interp(-level, -right.fidelity, right.asymmetry_km))
    ax.plot([-place, place], [level, level], "v", color=color, ms=4.5, zorder=6, label=f"_{name}, 99 % of the largest")
    text = rf"$F=0.99\,F(0)$ at $\pm${place:.0f} km"
    panels.label_line(ax, 0, exact.fidelity.max() - 0.009, text, color, ha="center", va="top")


if __name__ == "__main__":
    save.render(draw, snakemake)
