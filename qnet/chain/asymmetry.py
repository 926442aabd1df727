"""Alternating chains and their extended-fibre remedy, as functions of the asymmetry. Avis et al., Sec. III.6."""

from dataclasses import dataclass
from dataclasses import field as column

from qnet import checks, key_rate
from qnet.chain.exact_means import exact
from qnet.chain.links import FIBRE, Fibre, Links, placed_links
from qnet.chain.nodes import NODES, Nodes
from qnet.chain.performance import DURATION, KEY_RATE, QBER, DeliveryCount, Performance, sample
from qnet.chain.placement import AlternatingChain
from qnet.chain.protocols import AnyProtocol
from qnet.chain.protocols.swap_asap import STANDARD


@dataclass(frozen=True)
class ExactPerformance:
    """Mean time per end-to-end state, error rate and BB84 key rate."""

    duration_s: float = column(metadata={"quantity": DURATION})
    qber: float = column(metadata={"quantity": QBER})
    key_rate_hz: float = column(metadata={"quantity": KEY_RATE})


def alternating_chain(
    chain: AlternatingChain,
    nodes: Nodes = NODES,
    protocol: AnyProtocol = STANDARD,
    fibre: Fibre = FIBRE,
    *,
    deliveries: DeliveryCount,
    seed: int,
) -> Performance:
    """`sample` of the links that the chain has of this fibre. Errors are those of `sample` and of `fibre_links`."""
    return sample(links_of(chain, fibre), nodes, protocol, deliveries=deliveries, seed=seed)


def exact_alternating_chain(
    chain: AlternatingChain, nodes: Nodes = NODES, protocol: AnyProtocol = STANDARD, fibre: Fibre = FIBRE
) -> ExactPerformance:
    """What `alternating_chain` estimates, without sampling, where `exact` can. Errors are those of `exact`."""
    found = exact(links_of(chain, fibre), nodes, protocol)
    x, z = (1 - found.x) / 2, (1 - found.z) / 2
    rate = key_rate.bb84_of_bases(duration_s=found.duration_s, qber_x=x, qber_z=z)
    return ExactPerformance(found.duration_s, (x + z) / 2, float(rate.key_rate_hz))


def links_of(chain: AlternatingChain, fibre: Fibre) -> Links:
    """The links that the chain has of this fibre. Raises Refused for what is neither, and as `fibre_links`."""
    checks.instance("chain", chain, AlternatingChain)
    checks.instance("fibre", fibre, Fibre)
    return placed_links("length_km", chain.link_lengths_km(), fibre)
