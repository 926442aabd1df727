"""What uneven spacing costs real routes, and which number tells it."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import Normal, Stroke

from qnet.present import panels, save, style
from qnet.route.predict import PREDICTORS, bootstrap_error, explained_variance, rank_correlation
from qnet.route.zoo_loss import predictors

_NAMES = {
    "asymmetry": r"asymmetry $\mathcal{A}$",
    "asymmetry_rms": r"$\mathcal{A}$, root mean square",
    "excess": "longest link",
    "log_mean_time": r"mean of $e^{L/L_{\rm att}}$",
    "log_slowest": "slowest link",
    "even_storage": "storage alone",
    "links": "number of links",
    "route_km": "length",
}
_CASES = {  # hut_km, route_factor, route_factor_scatter, coherence_time_s, draw
    "other draw of spans": (80.0, 1.56, 0.24, 1.0, 2),
    "no scatter of spans": (80.0, 1.56, 0.0, 1.0, 1),
    "route factor 1.25": (80.0, 1.25, 0.24, 1.0, 1),
    "huts every 50 km": (50.0, 1.56, 0.24, 1.0, 1),
    "no huts": (3000.0, 1.56, 0.24, 1.0, 1),
    "memories of 10 s": (80.0, 1.56, 0.24, 10.0, 1),
}
_TOLD = {"asymmetry": ("asymmetric", "o"), "log_slowest": ("optimum", "s")}
_LEAST = 1e-3  # what is less is drawn here


def draw(route_loss: pd.DataFrame, route_loss_assumptions: pd.DataFrame, avis_chain: pd.DataFrame) -> Figure:
    fig, (one, best, told, assumed) = panels.page(rows=2, columns=2, height_in=5.0)
    routes = _defined(route_loss)
    zigzag = avis_chain[
        (avis_chain.layout == "asymmetric") & ~avis_chain.messages & (avis_chain.restart == "as_soon_as_free")
    ]
    lost = 1 - zigzag.key_rate_hz / zigzag.key_rate_hz.iloc[0]
    slowest = [predictors(50 * (1 + a * np.tile([1, -1], 10)))[4] for a in zigzag.asymmetry]
    for ax, name, line in ((one, "asymmetry", zigzag.asymmetry), (best, "log_slowest", slowest)):
        points = ax.scatter(
            routes[name].clip(lower=_LEAST), routes.loss, s=4, c=routes.even_storage, cmap=style.SEQUENTIAL, lw=0,
            vmin=0, vmax=0.25, rasterized=True,
        )  # fmt: skip
        ax.plot(
            np.maximum(line, _LEAST), lost, color=style.COLOR["chain_of_fig_6"], ls=style.DASHES[1], lw=1.8,
            path_effects=[Stroke(linewidth=3.6, foreground="white"), Normal()], label="_the paper's zigzag",
        )  # fmt: skip
        ax.set(xscale="log", ylim=(-0.03, 1.03), ylabel="fraction of key lost")
    one.set(xlabel=r"chain asymmetry $\mathcal{A}$", xlim=(_LEAST, 1))
    best.set(xlabel=r"$\ln$ E[slowest link], relative to even", xlim=(_LEAST, 3))
    panels.label_line(one, 0.2, 0.1, "the paper's\nzigzag", style.COLOR["chain_of_fig_6"], ha="left")
    panels.label_line(best, 0.62, 0.3, "the paper's\nzigzag", style.COLOR["chain_of_fig_6"], ha="left")
    bar = fig.colorbar(points, ax=[one, best], pad=0.02, aspect=24, extend="max")
    bar.set_label("storage in the even chain\nover the coherence time")

    _explained(told, routes)
    _assumptions(assumed, {"as in (a-c)": routes, **dict(_cases(route_loss_assumptions))})
    return fig


def _defined(rows: pd.DataFrame) -> pd.DataFrame:
    """Routes whose loss is defined, in the latest map of each network."""
    return rows[rows.exists & rows.even_has_key & ~rows.repeated]


def _explained(ax: Axes, routes: pd.DataFrame) -> None:
    places = np.arange(len(PREDICTORS))[::-1]
    loss, storage, networks = (routes[name].to_numpy() for name in ("loss", "even_storage", "network"))
    alone, joined = [], []
    for name in PREDICTORS:
        x = routes[name].to_numpy(float)
        alone.append(explained_variance(x, loss, networks))
        joined.append(explained_variance([x, storage], loss, networks))
    color = style.COLOR["node_1"]
    ax.hlines(places, alone, joined, color=style.COLOR["guide"], lw=0.8, zorder=0)
    ax.plot(alone, places, "o", mfc="white", color=color, label="alone")
    ax.plot(joined, places, "o", color=color, label="with storage")
    ax.set(xlim=(0, 1), ylim=(-0.6, len(places) - 0.4), xlabel="explained variance of the loss, other networks")
    ax.set_yticks(places, [_NAMES[name] for name in PREDICTORS])
    ax.tick_params(axis="y", which="both", length=0)
    ax.minorticks_off()
    ax.legend(loc="lower right", title="predictor", alignment="left")


def _assumptions(ax: Axes, cases: dict[str, pd.DataFrame]) -> None:
    places = np.arange(len(cases))[::-1]
    for i, (name, (color, marker)) in enumerate(_TOLD.items()):
        values, errors = [], []
        for routes in cases.values():
            x, loss = (routes[each].to_numpy(float) for each in (name, "loss"))
            values.append(rank_correlation(x, loss))
            errors.append(
                float(
                    bootstrap_error(
                        lambda i, x=x, loss=loss: rank_correlation(x[i], loss[i]), routes.network, samples=100
                    )
                )
            )
        ax.errorbar(
            values, places + 0.12 - 0.24 * i, xerr=2 * np.array(errors), fmt=marker, color=style.COLOR[color], lw=0.8,
            label=_NAMES[name],
        )  # fmt: skip
    for place, routes in zip(places, cases.values(), strict=True):
        ax.text(0.03, place, f"{100 * routes.loss.median():.0f} %", va="center", fontsize=7)
    ax.text(0.03, len(cases) - 0.35, "median loss", fontsize=7)
    ax.set(xlim=(0, 1.03), ylim=(-2.1, len(cases) + 0.1), xlabel="rank correlation with the loss")
    ax.set_yticks(places, list(cases))
    ax.tick_params(axis="y", which="both", length=0)
    ax.minorticks_off()
    ax.legend(loc="lower center", title="predictor", alignment="left", ncols=2)


def _cases(rows: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    columns = ["hut_km", "route_factor", "route_factor_scatter", "coherence_time_s", "draw"]
    for name, values in _CASES.items():
        yield name, _defined(rows[(rows[columns] == list(values)).all(axis=1)])


if __name__ == "__main__":
    save.render(draw, snakemake)
