"""All global cut-offs at once."""

import numpy as np
from numpy.typing import ArrayLike

from qnet import checks
from qnet.chain.estimate import estimated, side_by_side
from qnet.chain.links import Links
from qnet.chain.nodes import NODES, Nodes
from qnet.chain.performance import Performance, performance
from qnet.chain.protocols.cutoff import GlobalCutoff, global_sums
from qnet.errors import Refused

_CHAINS = 512


def global_cutoffs(
    links: Links,
    nodes: Nodes = NODES,
    *,
    cutoffs_s: ArrayLike,
    measure: str = "on_knowledge",
    rounds: int,
    seed: int,
) -> tuple[Performance, ...]:
    """The performance with each of many cut-offs, all from one sample of rounds, as under `GlobalCutoff`.

    A round does not know the cut-off: it delivers with every cut-off from the time on for which its first link waits
    for the last one. So estimates of neighbouring cut-offs are correlated, and their differences precise.

    cutoffs_s: one-dimensional, ascending or not; the tuple has their order. rounds: of all links, with and without
    success, rounded up to a multiple of 512; a cut-off that lets one in ten succeed has a tenth of them as deliveries.
    Raises Refused for anything else, and where a cut-off lets no round succeed.
    """
    checks.instance("links", links, Links)
    checks.instance("nodes", nodes, Nodes)
    wanted = checks.real("cutoffs_s", cutoffs_s, checks.POSITIVE_TO_1E30)
    if wanted.ndim != 1 or not wanted.size:
        raise Refused(f"cutoffs_s must be a list of one number or more, but has the shape {wanted.shape}")
    GlobalCutoff(cutoff_s=1.0, measure=measure)  # refuses other words
    ascending, places = np.unique(wanted, return_inverse=True)
    each = -(-checks.count("rounds", rounds, most=10**12) // _CHAINS)
    sums = side_by_side(
        lambda state: global_sums(state, links, nodes, ascending, measure, each), chains=_CHAINS, seed=seed
    )
    fruitless = ascending[sums[:, 0].sum(axis=1) == 0].tolist()
    if fruitless:
        raise Refused(f"cutoffs_s must let some of {_CHAINS * each} rounds succeed, but {fruitless[-1]!r} lets none")
    return tuple(performance(estimated(sums[place], links, nodes)) for place in places)
