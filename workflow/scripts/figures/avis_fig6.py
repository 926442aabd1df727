"""Duration, error rate and key rate of a SWAP-ASAP chain against its asymmetry. Avis et al., Fig. 6."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from qnet.present import panels, save, style

_LAYOUT = {"asymmetric": "asymmetric", "extended_fibre": "extended fibre"}
_RESTART = {"as_soon_as_free": "as soon as free", "restart_together": "together"}
_DASH = {False: "-", True: style.DASHES[1]}
_THRESHOLD = 0.110028  # error rate beyond which there is no key: Sec. III.3


def draw(
    avis_chain: pd.DataFrame, avis_chain_at_once: pd.DataFrame, avis_chain_exact: pd.DataFrame, printed: dict
) -> Figure:
    fig, (duration, qber, rate, relative) = panels.page(rows=2, columns=2, height_in=4.6)
    free = avis_chain[avis_chain.restart == "as_soon_as_free"]
    for (layout, messages), rows in free.groupby(["layout", "messages"], sort=False):
        label = f"{_LAYOUT[layout]}, messages" if messages else _LAYOUT[layout]
        looks = {"color": style.COLOR[layout], "ls": _DASH[messages], "label": label}
        panels.estimate(duration, rows.asymmetry, 1e3 * rows.duration_s, 1e3 * rows.duration_s_se, **looks)
        panels.estimate(qber, rows.asymmetry, rows.qber, rows.qber_se, **looks)
        panels.estimate(rate, rows.asymmetry, rows.key_rate_hz, rows.key_rate_hz_se, **looks)
    duration.set(ylabel="generation duration [ms]", ylim=(5, 30), yscale="log")
    duration.set_yticks([5, 7, 10, 15, 20, 30], ["5", "7", "10", "15", "20", "30"])
    duration.yaxis.set_minor_formatter("")
    duration.legend(loc="upper left")
    qber.axhline(_THRESHOLD, color="black", lw=0.6, ls=style.DASHES[2])
    panels.label_line(qber, 0.01, _THRESHOLD + 0.002, "no key above", "black", va="bottom")
    qber.set(ylabel=r"QBER $Q$", ylim=(0, 0.14))
    rate.set(ylabel="secret-key rate [bit/s]", ylim=(0, 100))

    _relative(relative, avis_chain[avis_chain.layout == "asymmetric"], lw=1.1)
    _relative(relative, avis_chain_at_once, lw=0.5, suffix=", measured at once")
    exact = avis_chain_exact.assign(
        relative=avis_chain_exact.key_rate_hz
        / avis_chain_exact.groupby(["messages", "measure"]).key_rate_hz.transform("first")
    )
    relative.plot(
        exact.asymmetry, exact.relative, "x", color=style.COLOR["restart_together"], ms=3, mew=0.7, label="_exact"
    )
    relative.plot(printed["asymmetry"], printed["relative_key_rate"], **style.PRINTED)
    for restart, label in _RESTART.items():
        relative.plot([], [], color=style.COLOR[restart], label=f"restart {label}")
    relative.plot([], [], color="black", ls=_DASH[True], label="messages")
    relative.plot([], [], color="black", lw=0.5, label="measured at once")
    relative.plot([], [], "x", color=style.COLOR["restart_together"], ms=3, mew=0.7, label="exact")
    relative.plot([], [], **style.PRINTED | {"label": "printed"})
    relative.legend(loc="upper right")
    relative.set(ylabel="key rate, relative to symmetric", ylim=(0, 1.05))
    for ax in (duration, qber, rate, relative):
        ax.set(xlabel=r"chain asymmetry $\mathcal{A}$", xlim=(0, 0.4), xticks=np.linspace(0, 0.4, 5))
    return fig


def _relative(ax: Axes, frame: pd.DataFrame, *, lw: float, suffix: str = "") -> None:
    for (restart, messages), rows in frame.groupby(["restart", "messages"], sort=False):
        symmetric = rows.key_rate_hz.iloc[0]
        se = rows.key_rate_hz_se / symmetric
        looks = {"color": style.COLOR[restart], "ls": _DASH[messages], "lw": lw}
        label = f"_restart {_RESTART[restart]}{', messages' if messages else ''}{suffix}"
        panels.estimate(ax, rows.asymmetry, rows.key_rate_hz / symmetric, se, label=label, **looks)


if __name__ == "__main__":
    save.render(draw, snakemake)
