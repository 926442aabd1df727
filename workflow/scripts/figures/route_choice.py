"""What simple rules of placement lose beside the best subset of sites found."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from qnet.present import panels, save, style

_RULES = {  # the name of each, its colour and mark
    "all": ("every site", "random_order", "o"),
    "squares": ("least squares", "short_first", "s"),
    "nearest": ("nearest to even", "long_first", "^"),
    "every": ("every k-th site", "distil_all", "v"),
}
_CASES = {  # Werner parameter, distance of huts in km
    "huts every 40 km": (0.99, 40.0),
    "Werner 0.98": (0.98, 20.0),
    "Werner 1": (1.0, 20.0),
}


def draw(route_choice: pd.DataFrame, route_choice_assumptions: pd.DataFrame) -> Figure:
    fig, (number, lost, assumed) = panels.page(columns=3, height_in=2.6)
    routes = route_choice[route_choice.has_key]
    most = routes.sites.max() + 2
    number.plot([0, most], [0, most], color=style.COLOR["guide"], ls=style.DASHES[2], label="_a repeater at every site")
    panels.label_line(number, 22, 25, "every site", style.COLOR["random_order"], rotation=45, ha="center", va="center")
    number.plot(routes.sites, routes.repeaters, "x", color=style.COLOR["optimum"], label="best subset found")
    number.plot(routes.sites, routes.even_repeaters, ".", color=style.COLOR["even"], label="if evenly spaced")
    number.set(xlabel="sites between the ends", ylabel="repeaters", xlim=(8, most), ylim=(0, most))
    number.legend(loc="upper left", title="best number", alignment="left")

    for name, (label, color, marker) in _RULES.items():
        ordered = np.sort(routes[f"{name}_loss"])
        share = (np.arange(len(ordered)) + 1) / len(ordered)
        lost.plot(ordered, share, marker, color=style.COLOR[color], mfc="white", ms=3, label=label)
    lost.set(xlabel="fraction of key lost", ylabel="share of routes that lose less", xlim=(-0.03, 1.03), ylim=(0, 1.03))
    lost.legend(loc="lower right", title="repeaters at", alignment="left")

    same = routes[routes.network.isin(route_choice_assumptions.network) & (routes.number == 2)]
    other = route_choice_assumptions[route_choice_assumptions.has_key]
    cases = {"as in (a, b)": same}
    cases |= {name: other[(other.werner == w) & (other.hut_km == huts)] for name, (w, huts) in _CASES.items()}
    places = np.arange(len(cases))[::-1]
    for name, (label, color, marker) in _RULES.items():
        medians = [rows[f"{name}_loss"].median() for rows in cases.values()]
        assumed.plot(medians, places, marker, color=style.COLOR[color], mfc="white", ms=4, label=f"_{label}")
    for place, (name, rows) in zip(places, cases.items(), strict=True):
        fewer = (rows.all_loss > 0.01 + 4.5 * rows.all_loss_se).sum()
        assumed.text(0.5, place + 0.4, f"{name}:", fontsize=7, ha="center")
        assumed.text(0.5, place + 0.22, f"fewer are better on {fewer} of {len(rows)}", fontsize=7, ha="center")
    assumed.set(xlabel="fraction of key lost, median", xlim=(-0.05, 1.05), ylim=(-0.3, len(cases) - 0.3), yticks=[])
    assumed.tick_params(axis="y", which="both", length=0)
    return fig


if __name__ == "__main__":
    save.render(draw, snakemake)
