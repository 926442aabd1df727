"""Duration, error rate and key rate of a SWAP-ASAP chain against its asymmetry. Avis et al., Fig. 6."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from qnet.present import panels, save, style

_LAYOUT = {"asymmetric": "asymmetric", "extended_fibre": "extended fibre"}
_RESTART = {"as_soon_as_free": "links restart\nas soon as free", "restart_together": "links restart\ntogether"}
_CONVENTIONS = {  # whether end nodes wait for messages, and whether they measure at once; how curves of them look
    (False, False): ("end nodes know at once", "-"),
    (True, False): ("end nodes wait for messages", style.DASHES[1]),
    (False, True): ("know at once, measure at once", style.DASHES[2]),
    (True, True): ("wait for messages, measure at once", style.DASHES[3]),
}
_EXACT = {"marker": "x", "color": "black", "ls": "none", "ms": 3, "mew": 0.7, "label": "_exact"}
_THRESHOLD = 0.110028  # error rate beyond which there is no key: Sec. III.3


def draw(
    avis_chain: pd.DataFrame, avis_chain_at_once: pd.DataFrame, avis_chain_exact: pd.DataFrame, printed: dict
) -> Figure:
    fig, (duration, qber, rate, free, together, key) = panels.page(rows=2, columns=3, height_in=4.2)
    _layouts(avis_chain[avis_chain.restart == "as_soon_as_free"], duration, qber, rate)
    duration.set(ylabel="generation duration [ms]", ylim=(0, 30))
    panels.label_line(duration, 0.2, 18.5, "extended fibre", style.COLOR["extended_fibre"], ha="right")
    panels.label_line(duration, 0.22, 6, "asymmetric", style.COLOR["asymmetric"])
    qber.axhline(_THRESHOLD, color="black", lw=0.6, ls=style.DASHES[2])
    panels.label_line(qber, 0.01, _THRESHOLD + 0.002, "no key above", "black", va="bottom")
    qber.set(ylabel=r"QBER $Q$", ylim=(0, 0.14))
    rate.set(ylabel="secret-key rate [bit/s]", ylim=(0, 100))

    exact = avis_chain_exact.assign(
        relative=avis_chain_exact.key_rate_hz
        / avis_chain_exact.groupby(["messages", "measure"]).key_rate_hz.transform("first")
    )
    together.plot(exact.asymmetry, exact.relative, zorder=4, **_EXACT)
    for ax, restart in ((free, "as_soon_as_free"), (together, "restart_together")):
        for frame, at_once in ((avis_chain[avis_chain.layout == "asymmetric"], False), (avis_chain_at_once, True)):
            _relative(ax, frame[frame.restart == restart], style.COLOR[restart], at_once)
        ax.plot(printed["asymmetry"], printed["relative_key_rate"], **style.PRINTED)
        ax.text(0.97, 0.95, _RESTART[restart], transform=ax.transAxes, ha="right", va="top", color=style.COLOR[restart])
        ax.set(ylabel="key rate, relative to symmetric", ylim=(0, 1.05))
    for ax in (duration, qber, rate, free, together):
        ax.set(xlabel=r"chain asymmetry $\mathcal{A}$", xlim=(0, 0.4), xticks=np.linspace(0, 0.4, 5))

    for label, dash in _CONVENTIONS.values():
        key.plot([], [], color="black", ls=dash, label=label)
    key.plot([], [], **_EXACT | {"label": "exact"})
    key.plot([], [], **style.PRINTED | {"label": "printed"})
    key.set_title("", loc="left")
    key.set_axis_off()
    key.legend(loc="center", title="in (a) to (e)", alignment="left")
    return fig


def _layouts(frame: pd.DataFrame, duration: Axes, qber: Axes, rate: Axes) -> None:
    for (layout, messages), rows in frame.groupby(["layout", "messages"], sort=False):
        label = f"{_LAYOUT[layout]}, messages" if messages else _LAYOUT[layout]
        looks = {"color": style.COLOR[layout], "ls": _CONVENTIONS[messages, False][1], "label": label}
        panels.estimate(duration, rows.asymmetry, 1e3 * rows.duration_s, 1e3 * rows.duration_s_se, **looks)
        panels.estimate(qber, rows.asymmetry, rows.qber, rows.qber_se, **looks)
        panels.estimate(rate, rows.asymmetry, rows.key_rate_hz, rows.key_rate_hz_se, **looks)


def _relative(ax: Axes, frame: pd.DataFrame, color: str, at_once: bool) -> None:
    for messages, rows in frame.groupby("messages", sort=False):
        symmetric = rows.key_rate_hz.iloc[0]
        label, dash = _CONVENTIONS[bool(messages), at_once]
        looks = {"color": color, "ls": dash, "label": f"_{label}"}
        panels.estimate(ax, rows.asymmetry, rows.key_rate_hz / symmetric, rows.key_rate_hz_se / symmetric, **looks)


if __name__ == "__main__":
    save.render(draw, snakemake)
