"""Repeaters that attempt on one side at a time, by the link that they make first."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from qnet.present import panels, save, style

_ORDERS = {  # the name of each, its colour, dash and mark
    "short_first": ("short link first", "short_first", style.DASHES[1], "s"),
    "right_first": ("right link first", "right_first", style.DASHES[3], ">"),
    "random": ("by a coin", "random_order", style.DASHES[2], "o"),
    "left_first": ("left link first", "left_first", style.DASHES[4], "<"),
    "long_first": ("long link first", "long_first", style.DASHES[0], "^"),
}
_PARALLEL = ("both sides at once", "asymmetric", style.DASHES[5], "D")


def draw(
    avis_chain: pd.DataFrame,
    chain_sequential: pd.DataFrame,
    chain_sequential_slopes: pd.DataFrame,
    chain_slopes_even: pd.DataFrame,
) -> Figure:
    fig, (rate, near, slope) = panels.page(columns=3, height_in=2.5)
    fibre = avis_chain[
        (avis_chain.layout == "asymmetric") & ~avis_chain.messages & (avis_chain.restart == "as_soon_as_free")
    ]
    kinds = {"parallel": (fibre, _PARALLEL)}
    kinds |= {order: (chain_sequential[chain_sequential.order == order], look) for order, look in _ORDERS.items()}
    for rows, (label, color, dash, _) in kinds.values():
        looks = {"color": style.COLOR[color], "ls": dash, "label": label}
        panels.estimate(rate, rows.asymmetry, rows.key_rate_hz, rows.key_rate_hz_se, **looks)
        _relative(near, rows, **looks)
    rate.set(xlabel=r"chain asymmetry $\mathcal{A}$", ylabel="secret-key rate [bit/s]", xlim=(0, 0.4), ylim=(0, 100))
    near.set(
        xlabel=r"chain asymmetry $\mathcal{A}$",
        ylabel="key rate, relative to symmetric",
        xlim=(0, 0.1),
        ylim=(0.8, 1.08),
    )
    near.axhline(1, color="black", lw=0.5, zorder=0)

    even = chain_slopes_even[~chain_slopes_even.messages]
    sequential = chain_sequential_slopes[chain_sequential_slopes.links % 2 == 0]
    for name, (label, color, _, marker) in {"parallel": _PARALLEL, **_ORDERS}.items():
        rows = even if name == "parallel" else sequential[sequential.order == name]
        marker = "." if name == "parallel" else marker
        panels.samples(
            slope, rows.links, rows.key_rate_slope, rows.key_rate_slope_se, marker,
            color=style.COLOR[color], mfc="white", label=f"_slope, {label}",
        )  # fmt: skip
    slope.axhline(0, color="black", lw=0.5, zorder=0)
    slope.set(
        xlabel="number of links", ylabel=r"${\rm d}\ln {\rm SKR}/{\rm d}\mathcal{A}$ at $+0$", xlim=(0, 22),
        ylim=(-1.6, 1.6), xticks=[2, 4, 8, 12, 16, 20],
    )  # fmt: skip
    rate.legend(loc="upper right", title="attempts on", alignment="left", handlelength=2.6)
    return fig


def _relative(ax: Axes, rows: pd.DataFrame, **looks: object) -> None:
    here = rows[rows.asymmetry <= 0.1001]
    even = here.key_rate_hz.iloc[0]
    panels.estimate(ax, here.asymmetry, here.key_rate_hz / even, here.key_rate_hz_se / even, **looks)


if __name__ == "__main__":
    save.render(draw, snakemake)
