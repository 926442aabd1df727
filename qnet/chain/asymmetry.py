"""Alternating chains and their extended-fibre remedy, as functions of the asymmetry. Avis et al., Sec. III.6."""

from dataclasses import dataclass
from dataclasses import field as column

from qnet import checks, key_rate
from qnet.chain.exact_means import exact
from qnet.chain.links import FIBRE, Fibre, Links, placed_links
from qnet.chain.performance import DURATION, KEY_RATE, QBER, DeliveryCount, Performance, sample
from qnet.chain.placement import AlternatingChain
from qnet.chain.protocols.protocol import CoherenceTime
from qnet.chain.protocols.swap_asap import STANDARD, SwapAsap


@dataclass(frozen=True)
class ExactPerformance:
    """Mean time per end-to-end state, error rate and BB84 key rate."""

    duration_s: float = column(metadata={"quantity": DURATION})
    qber: float = column(metadata={"quantity": QBER})
    key_rate_hz: float = column(metadata={"quantity": KEY_RATE})


def alternating_chain(
    chain: AlternatingChain,
    protocol: SwapAsap = STANDARD,
    fibre: Fibre = FIBRE,
    *,
    deliveries: DeliveryCount,
    seed: int,
    coherence_time_s: CoherenceTime = 1.0,
) -> Performance:
    """`sample` of the links that the chain has of this fibre. Errors are those of `sample` and of `fibre_links`."""
    return sample(links_of(chain, fibre), protocol, deliveries=deliveries, seed=seed, coherence_time_s=coherence_time_s)


def exact_alternating_chain(
    chain: AlternatingChain, protocol: SwapAsap, fibre: Fibre = FIBRE, *, coherence_time_s: CoherenceTime = 1.0
) -> ExactPerformance:
    """What `alternating_chain` estimates, without sampling, where `exact` can. Errors are those of `exact`."""
    found = exact(links_of(chain, fibre), protocol, coherence_time_s=coherence_time_s)
    qber = (1 - found.werner) / 2
    rate = key_rate.bb84(duration_s=found.duration_s, qber=qber)
    return ExactPerformance(found.duration_s, qber, float(rate.key_rate_hz))


def links_of(chain: AlternatingChain, fibre: Fibre) -> Links:
    """The links that the chain has of this fibre. Raises Refused for what is neither, and as `fibre_links`."""
    checks.instance("chain", chain, AlternatingChain)
    checks.instance("fibre", fibre, Fibre)
    return placed_links("length_km", chain.link_lengths_km(), fibre)
