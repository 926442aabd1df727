"""Key rate against asymmetry for other chains, and the effect of extended fibre. Avis et al., supplement to Fig. 6."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from qnet.present import panels, save, style

_OF_FIG_6 = {"links": 20, "length_km": 1000.0, "coherence_time_s": 1.0}
_KEYED = 10  # standard errors that a key rate has to be above zero for a ratio to it to be drawn


def draw(
    avis_chain_links: pd.DataFrame, avis_chain_lengths: pd.DataFrame, avis_chain_coherence: pd.DataFrame
) -> Figure:
    fig, axes = panels.page(rows=3, columns=2, height_in=5.6)
    links = avis_chain_links.assign(chain=[_links(row) for row in avis_chain_links.itertuples()])
    lengths = avis_chain_lengths.assign(chain=[f"{x:g} km" for x in avis_chain_lengths.length_km])
    coherence = avis_chain_coherence.assign(chain=[f"{x:g} s" for x in avis_chain_coherence.coherence_time_s])
    families = {"links of 50 km": links, "length of 20 links": lengths, "memories at 1000 km": coherence}
    for (left, right), (title, frame) in zip(axes.reshape(3, 2), families.items(), strict=True):
        _row(left, right, frame)
        right.legend(title=title, alignment="left", loc="center left", bbox_to_anchor=(1.02, 0.5))
        left.set_ylabel("asymmetric / symmetric\nkey rate")
        right.set_ylabel("extended-fibre / asymmetric\nkey rate")
    for ax in axes:
        ax.set(xlim=(0, 0.4), ylim=(0, 1.05), xticks=np.linspace(0, 0.4, 5), yticks=np.linspace(0, 1, 6))
    for ax in axes[-2:]:
        ax.set_xlabel(r"chain asymmetry $\mathcal{A}$")
    return fig


def _links(row: tuple) -> str:
    return f"{row.links}" + (f", {row.ends} at the ends" if row.links % 2 else "")


def _row(left: Axes, right: Axes, frame: pd.DataFrame) -> None:
    """What asymmetry leaves of the key rate, and beside it what extended fibre leaves of that."""
    known = [name for name in _OF_FIG_6 if name in frame]
    of_fig_6 = (frame[known] == [_OF_FIG_6[name] for name in known]).all(axis=1)
    others = frame[~of_fig_6].chain.unique()
    colors = zip(others, panels.sequence(len(others)), style.DASHES[1:], strict=False)
    looks = {chain: {"color": color, "ls": dash, "label": chain} for chain, color, dash in colors}
    for chain, rows in frame.groupby("chain", sort=False):
        look = looks.get(chain, {"color": style.COLOR["chain_of_fig_6"], "lw": 1.4, "label": f"{chain} (Fig. 6)"})
        placed, extended = (
            rows[rows.layout == layout].set_index("asymmetry") for layout in ("asymmetric", "extended_fibre")
        )
        symmetric = placed.key_rate_hz.iloc[0]
        panels.estimate(left, placed.index, placed.key_rate_hz / symmetric, placed.key_rate_hz_se / symmetric, **look)
        keyed = placed.key_rate_hz > _KEYED * placed.key_rate_hz_se
        placed, extended = placed[keyed], extended[keyed]
        ratio = extended.key_rate_hz / placed.key_rate_hz
        se = np.hypot(extended.key_rate_hz_se, ratio * placed.key_rate_hz_se) / placed.key_rate_hz
        panels.estimate(right, placed.index, ratio, se, **look)


if __name__ == "__main__":
    save.render(draw, snakemake)
