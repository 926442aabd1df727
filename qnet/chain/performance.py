"""How fast a chain delivers, how well, and which key rate follows, by sampling."""

from dataclasses import dataclass
from dataclasses import field as column
from typing import Annotated

from numpy.typing import ArrayLike

from qnet import checks, key_rate
from qnet.chain.estimate import Estimate, chain_means, estimated
from qnet.chain.links import FIBRE, Fibre, Links, fibre_links
from qnet.chain.protocols.protocol import CoherenceTime, Protocol
from qnet.chain.protocols.swap_asap import STANDARD, SwapAsap
from qnet.records import Quantity, about

DURATION = Quantity("s", "mean time per end-to-end state")
QBER = Quantity("1", "probability that the parity of outcomes in the same basis is wrong")
KEY_RATE = Quantity("bit/s", "asymptotic BB84 secret-key rate")

DeliveryCount = Annotated[int, Quantity("1", "end-to-end states per estimate", int)]


@dataclass(frozen=True)
class Performance:
    """Mean time per end-to-end state, error rate and BB84 key rate, each with its standard error.

    key_rate_one_sided: whether there is no key, so that the error of its rate points up only (see `bb84`).
    """

    duration_s: float = column(metadata={"quantity": DURATION})
    duration_s_se: float = column(metadata=about("s", "standard error of duration_s"))
    qber: float = column(metadata={"quantity": QBER})
    qber_se: float = column(metadata=about("1", "standard error of qber"))
    key_rate_hz: float = column(metadata={"quantity": KEY_RATE})
    key_rate_hz_se: float = column(metadata=about("bit/s", "standard error of key_rate_hz"))
    key_rate_one_sided: bool = column(
        metadata=about("", "whether there is no key, so that the error of its rate points up only")
    )


def swap_asap(
    protocol: SwapAsap = STANDARD,
    fibre: Fibre = FIBRE,
    *,
    link_lengths_km: ArrayLike,
    deliveries: DeliveryCount,
    seed: int,
    coherence_time_s: CoherenceTime = 1.0,
) -> Performance:
    """A chain of fibre links between repeaters that swap as soon as they can: Avis et al., Secs. III.3 and III.5.

    It is `sample` of the links of `fibre_links`, whose states are perfect. link_lengths_km: from left to right.
    Raises Refused as `fibre_links` and `sample` do.
    """
    links = fibre_links(fibre, link_lengths_km=link_lengths_km)
    return sample(links, protocol, deliveries=deliveries, seed=seed, coherence_time_s=coherence_time_s)


def sample(
    links: Links,
    protocol: Protocol = STANDARD,
    *,
    deliveries: DeliveryCount,
    seed: int,
    coherence_time_s: CoherenceTime = 1.0,
) -> Performance:
    """Estimates for a chain of any links under any protocol.

    coherence_time_s: of the depolarising memories, Avis et al., Eq. (33); it may be infinite.
    Independent chains run side by side, 32 to 512 of them, each past its transient of 20 + 3 links deliveries or more,
    so that standard errors come from means that are truly independent. `deliveries` is rounded up to a multiple of the
    number of chains. Normal intervals hold from about a thousand deliveries on; an error of 0 says that no two chains
    differed. The same seed gives the same result whatever the number of threads (all that Numba is told to use).
    Raises Refused for a number of deliveries that is not positive or above 1e12, a negative seed, a coherence time
    below 1e-30 s, and chains that do not settle (see `warm_up_rounds`).
    """
    checks.instance("links", links, Links)
    checks.instance("protocol", protocol, Protocol)
    warm_up = protocol.warm_up_rounds(links)
    means = chain_means(
        links=links,
        deliveries=deliveries,
        seed=seed,
        coherence_time_s=coherence_time_s,
        protocol=protocol,
        warm_up=warm_up,
    )
    return performance(estimated(*means))


def performance(estimate: Estimate) -> Performance:
    """The estimates, and the key rate that follows from them."""
    rate = key_rate.bb84(
        duration_s=estimate.duration_s,
        qber=estimate.qber,
        duration_s_se=estimate.duration_s_se,
        qber_se=estimate.qber_se,
        covariance=estimate.covariance_s,
    )
    return Performance(
        estimate.duration_s,
        estimate.duration_s_se,
        estimate.qber,
        estimate.qber_se,
        float(rate.key_rate_hz),
        float(rate.key_rate_hz_se),
        bool(rate.one_sided),
    )
