"""Alternating chains of imperfect links, some of which distil; and the alternative that needs no memories."""

from dataclasses import dataclass
from dataclasses import field as column
from typing import Annotated

import numpy as np

from qnet import checks, key_rate
from qnet.chain.distillation import Distillation, b_step, distilled
from qnet.chain.estimate import Estimate, chain_sums, estimated
from qnet.chain.links import FIBRE, WERNER, Fibre, Links, placed_links
from qnet.chain.nodes import NODES, Nodes
from qnet.chain.performance import DeliveryCount, Performance, performance
from qnet.chain.placement import AlternatingChain
from qnet.chain.protocols import AnyProtocol
from qnet.chain.protocols.protocol import Protocol
from qnet.chain.protocols.swap_asap import STANDARD
from qnet.chain.slopes import EvenChain, Slopes, slopes_along
from qnet.checks import Floats
from qnet.records import Quantity, about

Which = Annotated[str, Quantity("", "which links distil", ("none", "all", "long", "short"))]
Werner = Annotated[float, Quantity("1", "Werner parameter of the elementary states", WERNER)]
_STEP = 1e-6  # of ln of each mean, for derivatives of key rates


@dataclass(frozen=True)
class DistilledPerformance(Performance):
    """A chain's `Performance`, and the key rate where a B step distils what it has delivered, each with its error.

    qber_y: half of 1 - y, y = -<YY>.
    """

    qber_y: float = column(metadata=about("1", "probability that the parity of outcomes in Y is wrong"))
    qber_y_se: float = column(metadata=about("1", "standard error of qber_y"))
    b_step_key_rate_hz: float = column(metadata=about("bit/s", "secret-key rate after a B step on delivered pairs"))
    b_step_key_rate_hz_se: float = column(metadata=about("bit/s", "standard error of b_step_key_rate_hz"))


def distilled_chain(
    chain: AlternatingChain,
    distillation: Distillation,
    nodes: Nodes = NODES,
    protocol: AnyProtocol = STANDARD,
    fibre: Fibre = FIBRE,
    *,
    which: Which,
    werner: Werner = 1.0,
    deliveries: DeliveryCount,
    seed: int,
) -> DistilledPerformance:
    """Estimates for an alternating chain of fibre links in Werner states, of which those that are named distil.

    A B step: both end nodes announce the parity of their outcomes in Z of two delivered pairs, and keep one of the two
    where it agrees: it needs no memory, and half of the pairs or more are lost.
    Raises Refused as `sample`, `fibre_links` and `distilled` do.
    """
    checks.instance("chain", chain, AlternatingChain)
    checks.instance("nodes", nodes, Nodes)
    checks.instance("protocol", protocol, Protocol)
    checks.instance("fibre", fibre, Fibre)
    links = _links(placed_links("length_km", chain.link_lengths_km(), fibre, werner), distillation, which, chain)
    sums = chain_sums(
        links=links,
        nodes=nodes,
        protocol=protocol,
        deliveries=deliveries,
        seed=seed,
        warm_up=protocol.warm_up_rounds(links),
    )
    estimate = estimated(sums, links, nodes)
    rate, rate_se = _after_b_step(estimate)
    return DistilledPerformance(
        **vars(performance(estimate)),
        qber_y=float(estimate.mean[2]),
        qber_y_se=float(np.sqrt(estimate.covariance[2, 2])),
        b_step_key_rate_hz=rate,
        b_step_key_rate_hz_se=rate_se,
    )


def distilled_slopes(
    chain: EvenChain,
    distillation: Distillation,
    nodes: Nodes = NODES,
    protocol: AnyProtocol = STANDARD,
    *,
    which: Which,
    werner: Werner = 1.0,
    deliveries: DeliveryCount,
    seed: int,
) -> Slopes:
    """As `slopes`, of chains as `distilled_chain` has them. Long links are those that become long.

    For a negative asymmetry, as the kink asks for, long and short links change places, and so do those that distil.
    Raises Refused as both do.
    """
    checks.instance("chain", chain, EvenChain)
    even = placed_links("spacing_km", np.full(chain.links, chain.spacing_km), werner=werner)
    ends = ("long", "short") if chain.ends == "long" else ("short", "long")
    sides = [
        _links(even, distillation, which, AlternatingChain(asymmetry=0.0, links=chain.links, length_km=1.0, ends=each))
        for each in ends
    ]
    return slopes_along(chain.direction(), (sides[0], sides[1]), nodes, protocol, deliveries=deliveries, seed=seed)


def _links(links: Links, distillation: Distillation, which: str, chain: AlternatingChain) -> Links:
    long = chain.long_links()
    chosen = {"none": np.zeros_like(long), "all": np.ones_like(long), "long": long, "short": ~long}
    checks.choice("which", which, tuple(chosen))
    return links if which == "none" else distilled(links, distillation, chosen[which])


def _after_b_step(estimate: Estimate) -> tuple[float, float]:
    """Key rate, and its standard error to first order."""

    def rate(mean: Floats) -> float:
        success, (x, _, z) = b_step(1 - 2 * mean[1:])
        found = key_rate.bb84_of_bases(duration_s=mean[0], qber_x=(1 - x) / 2, qber_z=(1 - z) / 2)
        return float(success * found.key_rate_hz / 2)

    steps = _STEP * np.diag(estimate.mean)
    size = np.diag(steps)
    change = [(rate(estimate.mean + step) - rate(estimate.mean - step)) / 2 for step in steps]
    slope = np.array([each / step if step > 0 else 0.0 for each, step in zip(change, size, strict=True)])
    return rate(estimate.mean), float(np.sqrt(max(slope @ estimate.covariance @ slope, 0.0)))
