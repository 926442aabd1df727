"""What the papers print beside what is computed."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from qnet.present import panels, save, style

_CASES = (("equal rates", "concurrence", style.DASHES[0]), ("unequal rates", "optimum", style.DASHES[2]))


def draw(
    mok_bare_evolution: pd.DataFrame,
    mok_bare_peak: pd.DataFrame,
    mok_bare_optima: pd.DataFrame,
    mok_cavity_evolution: pd.DataFrame,
    mok_optima: pd.DataFrame,
    avis_chain: pd.DataFrame,
    avis_chain_at_once: pd.DataFrame,
    avis_chain_news: pd.DataFrame,
    printed: dict,
) -> Figure:
    fig, (bare, cavities, chain) = panels.page(columns=3, height_in=2.4)
    equal, best = mok_bare_peak[mok_bare_peak.gamma_r2 == 1], mok_bare_optima[mok_bare_optima.converged]
    _peaks(bare, mok_bare_evolution, (equal, best), printed["bare"], ((2.0, 0.74), (1.2, 1.0)))
    bare.set(xlim=(0, 5), ylabel="concurrence $C$, atoms alone")
    found = mok_optima[mok_optima.converged]
    equal, best = found[found.equal_rates], found[~found.equal_rates]
    _peaks(cavities, mok_cavity_evolution, (equal, best), printed["cavities"], ((8.0, 0.55), (2.9, 1.08)))
    cavities.set(xlim=(0, 20), ylabel="concurrence $C$, with cavities")

    for frame in (avis_chain[avis_chain.layout == "asymmetric"], avis_chain_at_once):
        for _, rows in frame.groupby(["messages", "restart"]):
            chain.plot(rows.asymmetry, _relative(rows), color=style.COLOR["guide"], lw=0.8, label="_other readings")
    later = (avis_chain_news.measure == "one_message_later") & avis_chain_news.messages
    rows = avis_chain_news[later & (avis_chain_news.restart == "as_soon_as_free")]
    color, left = style.COLOR["as_soon_as_free"], _relative(rows)
    chain.plot(rows.asymmetry, left, color=color, marker="o", ls="none", label="_a message later")
    lost = ", ".join(f"{100 * (1 - part):.1f}" for part in left.iloc[1:])
    said = f"lost, in %: printed 10, 50,\none reading {lost}"
    panels.label_line(chain, 0.125, 1.0, said, color, va="center")
    chain.plot(printed["asymmetry"], printed["relative_key_rate"], **style.PRINTED)
    chain.set(xlim=(0, 0.4), xticks=[0, 0.1, 0.2, 0.3, 0.4], xlabel=r"chain asymmetry $\mathcal{A}$")
    chain.set(ylim=(0, 1.2), yticks=bare.get_yticks(), ylabel="key rate, relative to symmetric")
    return fig


def _peaks(
    ax: Axes, evolution: pd.DataFrame, peaks: tuple[pd.DataFrame, ...], printed: list[float], places: tuple
) -> None:
    """Concurrence at equal and at the best rates, and each peak beside what is printed."""
    curves = [rows for _, rows in evolution.groupby("gamma_r2", sort=False)]  # equal, printed, best
    for rows, candidates, value, (x, y), (words, case, dash) in zip(
        curves[::2], peaks, printed, places, _CASES, strict=True
    ):
        peak = candidates.loc[candidates.concurrence.idxmax()]
        ax.plot(rows.time, rows.concurrence, color=style.COLOR[case], ls=dash, label=f"_{words}")
        ax.plot(peak.time, value, **style.PRINTED)
        said = f"{words}: printed {value:.3f},\ncomputed {peak.concurrence:.4f}"
        panels.label_line(ax, x, y, said, style.COLOR[case], va="center")
    ax.set(xlabel=r"time $\gamma_{R1} t$", ylim=(0, 1.2), yticks=[0, 0.2, 0.4, 0.6, 0.8, 1])


def _relative(rows: pd.DataFrame) -> pd.Series:
    return rows.key_rate_hz / rows.key_rate_hz.iloc[0]


if __name__ == "__main__":
    save.render(draw, snakemake)
