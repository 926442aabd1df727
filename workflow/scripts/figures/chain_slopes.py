"""Slopes of duration, error rate and key rate at zero asymmetry, for 2 to 21 links."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from qnet.present import panels, save, style

_LINEAR = 0.1
_QUANTITIES = {"duration": r"\ln T", "qber": r"\ln Q", "key_rate": r"\ln\,{\rm SKR}"}
_EXTENDED = {"color": style.COLOR["extended_fibre"], "marker": "^", "label": "extended fibre"}
_EVEN = {"color": style.COLOR["even"], "marker": "o", "label": "even"}
_ODD = {
    "long": {"color": style.COLOR["odd_long"], "marker": "s", "label": "odd, ends long"},
    "short": {"color": style.COLOR["odd_short"], "marker": "v", "label": "odd, ends short"},
}


def draw(
    chain_slopes_even: pd.DataFrame, chain_slopes_odd: pd.DataFrame, chain_slopes_extended: pd.DataFrame
) -> Figure:
    fig, axes = panels.page(rows=2, columns=3, height_in=4.4)
    for row, messages in zip(axes.reshape(2, 3), (False, True), strict=True):
        even, odd, extended = (
            frame[frame.messages == messages] for frame in (chain_slopes_even, chain_slopes_odd, chain_slopes_extended)
        )
        for ax, (name, symbol) in zip(row, _QUANTITIES.items(), strict=True):
            _points(ax, extended, name, **_EXTENDED)
            for ends, looks in _ODD.items():
                _points(ax, odd[odd.ends == ends], name, **looks)
            _points(ax, even, name, **_EVEN)
            kinks = pd.concat([even, odd[odd.ends == "long"]])
            ax.plot(kinks.links, kinks[f"{name}_kink"], "x", color="black", ms=3, mew=0.7, label="kink", zorder=4)
            ax.axhline(0, color="black", lw=0.5)
            for level in (-_LINEAR, _LINEAR):
                ax.axhline(level, color=style.COLOR["guide"], lw=0.5, zorder=0)
            ax.set_yscale("symlog", linthresh=_LINEAR, linscale=2)
            ax.set(xlim=(0.5, 22.5), ylim=(-9, 9), xticks=[2, 6, 10, 14, 18, 22])
            ax.set_yticks([-5, -1, -0.1, -0.05, 0, 0.05, 0.1, 1, 5], ["-5", "-1", "-0.1", "", "0", "", "0.1", "1", "5"])
            ax.yaxis.minorticks_off()
            ax.set_ylabel(rf"${{\rm d}}{symbol}/{{\rm d}}\mathcal{{A}}$ at $+0$", labelpad=1)
        row[0].text(0.97, 0.04, "messages" if messages else "no messages", transform=row[0].transAxes, ha="right")
    for ax in axes[3:]:
        ax.set_xlabel("number of links")
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=5, columnspacing=1.5)
    return fig


def _points(ax: Axes, frame: pd.DataFrame, name: str, *, marker: str, color: str, label: str) -> None:
    slope, se = frame[f"{name}_slope"], frame[f"{name}_slope_se"]
    place = frame.links + {"s": -0.15, "v": 0.15}.get(marker, 0)  # side by side where they agree
    ax.errorbar(place, slope, 2 * se, fmt=marker, color=color, mfc="white", mew=0.8, ms=3, lw=0.8, label=label)


if __name__ == "__main__":
    save.render(draw, snakemake)
