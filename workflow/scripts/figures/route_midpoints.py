"""What midpoints at existing sites cost heralded links, beside uneven repeaters."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from qnet.present import panels, save, style

_CLICKS = {  # the name of each, its colour and mark, and its dashes for the two causes of a loss
    "double": ("double click", "double_click", "o", style.DASHES[0], style.DASHES[1]),
    "single": ("single click", "single_click", "s", style.DASHES[3], style.DASHES[2]),
}
_CAUSES = {"repeaters_loss": "uneven repeaters", "midpoints_loss": "midpoints at sites"}


def draw(route_midpoints: pd.DataFrame) -> Figure:
    fig, (parts, of_midpoints) = panels.page(columns=2, height_in=2.6)
    routes = route_midpoints[route_midpoints.exists & route_midpoints.even_has_key]
    for clicks, (label, color, marker, *dashes) in _CLICKS.items():
        rows = routes[routes.clicks == clicks]
        known = rows[rows.repeaters_loss < 1]
        for (cause, told), dash, some in zip(_CAUSES.items(), dashes, (rows, known), strict=True):
            ordered = np.sort(some[cause])
            share = (np.arange(len(ordered)) + 1) / len(ordered)
            parts.step(ordered, share, where="post", color=style.COLOR[color], ls=dash, label=f"{label}, {told}")
        panels.samples(
            of_midpoints, known.midpoint_asymmetry, known.midpoints_loss, known.midpoints_loss_se, marker,
            color=style.COLOR[color], mfc="white", ms=3, label=label,
        )  # fmt: skip
    parts.set(
        xlabel="fraction of key lost", ylabel="share of routes that lose less", xlim=(-0.02, 1.02), ylim=(0, 1.02)
    )
    parts.legend(loc="lower right", title="links, cause", alignment="left")
    of_midpoints.set(
        xlabel="mean asymmetry of the midpoints",
        ylabel="fraction lost to midpoints",
        xlim=(-0.005, None),
        ylim=(-0.03, 1.03),
    )
    of_midpoints.legend(loc="upper right", title="links", alignment="left")
    return fig


if __name__ == "__main__":
    save.render(draw, snakemake)
