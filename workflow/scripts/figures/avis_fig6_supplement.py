"""Key rate against asymmetry for other chains, and the effect of extended fibre. Avis et al., supplement to Fig. 6."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from qnet.present import panels, save, style


def draw(
    avis_chain_links: pd.DataFrame, avis_chain_lengths: pd.DataFrame, avis_chain_coherence: pd.DataFrame
) -> Figure:
    fig, axes = panels.page(rows=2, columns=3, height_in=4.6)
    links = avis_chain_links.assign(chain=[_links(row) for row in avis_chain_links.itertuples()])
    lengths = avis_chain_lengths.assign(chain=[f"{x:g} km" for x in avis_chain_lengths.length_km])
    coherence = avis_chain_coherence.assign(chain=[f"{x:g} s" for x in avis_chain_coherence.coherence_time_s])
    for frame, above, below in zip((links, lengths, coherence), axes[:3], axes[3:], strict=True):
        _column(above, below, frame)
        above.set(ylim=(0, 1.6), yticks=np.linspace(0, 1, 6))
        above.yaxis.minorticks_off()
        below.set(ylim=(0, 1.05), xlabel=r"chain asymmetry $\mathcal{A}$")
    axes[0].set_ylabel("asymmetric / symmetric key rate")
    axes[3].set_ylabel("extended-fibre / asymmetric key rate")
    for ax in axes:
        ax.set(xlim=(0, 0.4), xticks=np.linspace(0, 0.4, 5))
    return fig


def _links(row: tuple) -> str:
    return f"{row.links} links" + (f", ends {row.ends}" if row.links % 2 else "")


def _column(above: Axes, below: Axes, frame: pd.DataFrame) -> None:
    chains = frame.groupby("chain", sort=False)
    for (chain, rows), color, dash in zip(chains, panels.sequence(len(chains)), style.DASHES, strict=False):
        placed, extended = (
            rows[rows.layout == layout].set_index("asymmetry") for layout in ("asymmetric", "extended_fibre")
        )
        symmetric = placed.key_rate_hz.iloc[0]
        looks = {"color": color, "ls": dash, "label": chain}
        panels.estimate(above, placed.index, placed.key_rate_hz / symmetric, placed.key_rate_hz_se / symmetric, **looks)
        keyed = placed.key_rate_hz > 10 * placed.key_rate_hz_se
        placed, extended = placed[keyed], extended[keyed]
        ratio = extended.key_rate_hz / placed.key_rate_hz
        se = np.hypot(extended.key_rate_hz_se, ratio * placed.key_rate_hz_se) / placed.key_rate_hz
        panels.estimate(below, placed.index, ratio, se, **looks)
    below.axhline(1, color=style.COLOR["guide"], lw=0.6, zorder=0)
    above.legend(loc="upper right")


if __name__ == "__main__":
    save.render(draw, snakemake)
