"""Which first derivatives vanish at zero asymmetry, for 2 to 21 links."""

import pandas as pd
from matplotlib.figure import Figure

from qnet.present import panels, save, style

_QUANTITIES = {"duration": r"\ln T", "qber": r"\ln Q", "key_rate": r"\ln\,{\rm SKR}"}


def draw(
    chain_slopes_even: pd.DataFrame, chain_slopes_odd: pd.DataFrame, chain_slopes_extended: pd.DataFrame
) -> Figure:
    fig, axes = panels.page(columns=3, height_in=2.4)
    even, odd, extended = (
        frame[frame.messages] for frame in (chain_slopes_even, chain_slopes_odd, chain_slopes_extended)
    )
    kinds = {
        "extended_fibre": ("s", "extended fibre", extended),
        "odd_long": ("^", "odd, long links at the ends", odd[odd.ends == "long"]),
        "odd_short": ("v", "odd, short links at the ends", odd[odd.ends == "short"]),
        "even": ("o", "even", even),
    }
    for ax, (name, symbol) in zip(axes, _QUANTITIES.items(), strict=True):
        ax.axhline(0, color="black", lw=0.5, zorder=0)
        for kind, (marker, label, rows) in kinds.items():
            slope, se = rows[f"{name}_slope"], rows[f"{name}_slope_se"]
            panels.samples(ax, rows.links, slope, se, marker, color=style.COLOR[kind], mfc="white", label=label)
        ax.set(xlabel="number of links", xlim=(1, 25), ylim=(-5, 4.5), xticks=[2, 6, 10, 14, 18, 22])
        ax.set_ylabel(rf"${{\rm d}}{symbol}/{{\rm d}}\mathcal{{A}}$ at $+0$", labelpad=1)
    for (kind, (_, label, _)), (x, y) in zip(kinds.items(), ((8, 3.5), (8, 1.2), (8, -1.6), (21.3, 0.12)), strict=True):
        panels.label_line(axes[0], x, y, label, style.COLOR[kind])
    return fig


if __name__ == "__main__":
    save.render(draw, snakemake)
