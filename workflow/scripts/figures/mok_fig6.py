"""Atomic decay: fixed and re-optimised couplings. Mok et al., Fig. 6."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from qnet.present import panels, save, style

_SAME = 0.01  # in log couplings: ascents that end within 1 % of each other have found the same optimum


def draw(mok_decay: pd.DataFrame, mok_decay_optimum: pd.DataFrame, printed: dict) -> Figure:
    fig, (value, couplings) = panels.column(rows=2, height_in=3.5)
    slow, fast = _branches(mok_decay_optimum)
    value.plot(mok_decay.decay, mok_decay.concurrence, color=style.COLOR["concurrence"], label="$C_0$, printed")
    for branch, dash, label in ((slow, style.DASHES[1], r"$C_{\rm opt}$, branch of the printed optimum"),
                                (fast, style.DASHES[2], r"$C_{\rm opt}$, fast branch")):  # fmt: skip
        value.plot(branch.decay, branch.concurrence, color=style.COLOR["optimum"], ls=dash, label=label)
        for node in (1, 2):
            color, name = style.COLOR[f"node_{node}"], f"$g_{node}$, {'fast' if branch is fast else 'printed'} branch"
            couplings.semilogy(branch.decay, branch[f"g{node}"], color=color, ls=dash, label=name)
            _label(couplings, branch, node, above=node == 1 and branch is fast)
    other = _on_neither(mok_decay_optimum, (slow, fast))
    elsewhere = {"color": style.COLOR["guide"], "lw": 0.6, "label": "_best on neither branch"}
    value.plot(other.decay, other.concurrence, ".-", **elsewhere)
    for node in (1, 2):
        couplings.plot(other.decay, other[f"g{node}"], ".-", **elsewhere)
    value.plot(0, printed["concurrence"], clip_on=False, **style.PRINTED)
    value.set(ylabel=r"$C_{\max}$", xlim=(0, 0.2), ylim=(0, 1))
    value.legend(title="couplings", title_fontsize=7, alignment="left", loc="lower left", borderaxespad=0.2)

    joined = slow.merge(fast, on="decay", suffixes=("_slow", "_fast"))
    lead = (joined.concurrence_slow - joined.concurrence_fast).to_numpy()
    if (lead[:-1] * lead[1:] < 0).any():
        crossing = float(np.interp(0, -lead, joined.decay))
        for ax in (value, couplings):
            ax.axvline(crossing, color=style.COLOR["guide"], lw=0.8, zorder=0)
        value.text(
            crossing + 0.003, 0.9, rf"branches cross at $\Gamma={crossing:.3f}\,\gamma_R$", fontsize=7, color="0.35"
        )
    couplings.plot([0, 0], [printed["g1"], printed["g2"]], clip_on=False, **style.PRINTED)
    couplings.margins(y=0.15)
    couplings.set_yticks([0.1, 0.2, 0.5, 1, 2], ["0.1", "0.2", "0.5", "1", "2"])
    couplings.yaxis.set_minor_formatter(NullFormatter())
    for ax in (value, couplings):
        ax.set_xticks(np.linspace(0, 0.2, 5))
    couplings.set(xlabel=r"atomic decay rate $\Gamma/\gamma_R$", ylabel=r"optimal $g/\gamma_R$", xlim=(0, 0.2))
    return fig


def _label(ax, branch, node, *, above):
    if len(branch):
        ends = (branch.decay.iloc[-1] * 0.98, branch[f"g{node}"].iloc[-1] * (1.06 if above else 0.94))
        align = {"ha": "right", "va": "bottom" if above else "top"}
        panels.label_line(ax, *ends, f"$g_{node}$", style.COLOR[f"node_{node}"], **align)


def _branches(optima: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The branch of the printed optimum, g1 < g2, and the fast one, g1 > g2, each followed from the lowest decay rate.

    Each starts at the best optimum of its kind there and goes on, in increasing decay, to the nearest settled optimum
    in log couplings.
    """
    settled = optima[optima.converged]
    first = settled[settled.decay == settled.decay.min()]
    slow, fast = (_continued(settled, first[kind]) for kind in (first.g1 < first.g2, first.g1 > first.g2))
    return slow, fast


def _continued(settled, starts):
    branch = [*starts.nlargest(1, "concurrence").index]
    if branch:
        for _, rows in list(settled.groupby("decay"))[1:]:
            branch.append(_log_distance(rows, settled.loc[branch[-1]]).idxmin())
    return settled.loc[branch]


def _on_neither(optima, branches):
    """The best ascent at each decay rate, settled or not, where it ended on neither branch."""
    best = optima.loc[optima.groupby("decay").concurrence.idxmax()].set_index("decay", drop=False)
    apart = [_log_distance(best, branch.set_index("decay")) for branch in branches]
    return best[~(pd.concat(apart, axis=1) < _SAME).any(axis=1)]


def _log_distance(a, b):
    return np.hypot(np.log(a.g1 / b.g1), np.log(a.g2 / b.g2))


if __name__ == "__main__":
    save.render(draw, snakemake)
