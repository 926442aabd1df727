"""Links that distil: where that pays, and what asymmetry costs then."""

import numpy as np
import pandas as pd
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure

from qnet.present import panels, save, style

_WHICH = {  # links that distil: the name, the colour and the dash of each
    "all": ("all links", "distil_all", style.DASHES[0]),
    "short": ("short links", "distil_short", style.DASHES[1]),
    "long": ("long links", "distil_long", style.DASHES[2]),
    "none": ("none", "asymmetric", style.DASHES[5]),
}
_WAYS = {  # the shade of each, and the colour and place of its name
    "no key": ("#FFFFFF", "black", 0.964, 0.4),
    "neither": ("#D9D9D9", "black", 0.9968, 8.0),
    "B step": (style.COLOR["b_step"], "white", 0.99, 0.9),
    "distillation": (style.COLOR["distil_all"], "white", 0.98, 12.0),
    "both": (style.COLOR["even"], "white", 0.9735, 1.2),
}


def draw(chain_distilled: pd.DataFrame, chain_distilled_map: pd.DataFrame) -> Figure:
    fig, (rate, loss, plane) = panels.page(columns=3, height_in=2.5)
    here = chain_distilled[(chain_distilled.werner == 0.99) & (chain_distilled.coherence_time_s == 10)]
    for which, (label, color, dash) in _WHICH.items():
        rows = here[here.which == which]
        looks = {"color": style.COLOR[color], "ls": dash}
        panels.estimate(rate, rows.asymmetry, rows.key_rate_hz, rows.key_rate_hz_se, label=label, **looks)
        even = rows.key_rate_hz.iloc[0]
        panels.estimate(
            loss, rows.asymmetry, rows.key_rate_hz / even, rows.key_rate_hz_se / even, label=f"_{label}", **looks
        )
    none = here[here.which == "none"]
    looks = {"color": style.COLOR["b_step"], "ls": style.DASHES[3]}
    panels.estimate(
        rate, none.asymmetry, none.b_step_key_rate_hz, none.b_step_key_rate_hz_se, label="none, but a B step", **looks
    )
    even = none.b_step_key_rate_hz.iloc[0]
    panels.estimate(
        loss, none.asymmetry, none.b_step_key_rate_hz / even, none.b_step_key_rate_hz_se / even,
        label="_none, but a B step", **looks,
    )  # fmt: skip
    rate.set(ylabel="secret-key rate [bit/s]", ylim=(0, 78))
    loss.set(ylabel="key rate, relative to symmetric", ylim=(0, 1.2))
    for ax in (rate, loss):
        ax.set(xlabel=r"chain asymmetry $\mathcal{A}$", xlim=(0, 0.4), xticks=np.linspace(0, 0.4, 5))
    rate.legend(loc="upper right", title="what distils", alignment="left", handlelength=2.6)

    werner, time = np.sort(chain_distilled_map.werner.unique()), np.sort(chain_distilled_map.coherence_time_s.unique())
    of = dict(iter(chain_distilled_map.groupby("which")))
    rates = [
        of[which].pivot(index="coherence_time_s", columns="werner", values=name)
        for which in ("none", "all") for name in ("key_rate_hz", "b_step_key_rate_hz")
    ]  # fmt: skip
    best = np.where(np.max(rates, axis=0) > 0, 1 + np.argmax(rates, axis=0), 0)
    colors = ListedColormap([color for color, *_ in _WAYS.values()])
    plane.pcolormesh(
        werner, time, best, shading="nearest", cmap=colors, vmin=-0.5, vmax=4.5, rasterized=True,
        label=f"what gives the most key: {'; '.join(_WAYS)}",
    )  # fmt: skip
    plane.set(xlabel="Werner parameter of a link", ylabel="coherence time [s]", yscale="log")
    for way, (_, ink, x, y) in _WAYS.items():
        turned = 90 if way == "neither" else 0
        panels.label_line(plane, x, y, way, ink, ha="center", va="center", rotation=turned)
    return fig


if __name__ == "__main__":
    save.render(draw, snakemake)
