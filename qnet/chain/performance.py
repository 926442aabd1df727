"""How fast a chain delivers, how well, and which key rate follows, by sampling."""

from dataclasses import dataclass

from numpy.typing import ArrayLike

from qnet import checks, key_rate
from qnet.chain.estimate import Estimate, chain_means, estimated
from qnet.chain.links import Links, fibre_links
from qnet.chain.protocols.protocol import Protocol
from qnet.chain.protocols.swap_asap import STANDARD, SwapAsap


@dataclass(frozen=True)
class Performance:
    """Mean time per end-to-end state, error rate and BB84 key rate, each with its standard error.

    key_rate_one_sided: whether there is no key, so that the error of its rate points up only (see `bb84`).
    """

    duration_s: float
    duration_s_se: float
    qber: float
    qber_se: float
    key_rate_hz: float
    key_rate_hz_se: float
    key_rate_one_sided: bool


def swap_asap(
    *,
    link_lengths_km: ArrayLike,
    deliveries: int,
    seed: int,
    coherence_time_s: float = 1.0,
    attenuation_db_per_km: float = 0.2,
    speed_km_per_s: float = 200_000.0,
    restart: str = "as_soon_as_free",
    messages: bool = False,
    measure: str = "on_knowledge",
) -> Performance:
    """A chain of fibre links between repeaters that swap as soon as they can: Avis et al., Secs. III.3 and III.5.

    link_lengths_km: from left to right. coherence_time_s: of the depolarising memories, Eq. (33); may be infinite.
    restart, messages, measure: as in `SwapAsap`. Links are as in `fibre_links`; their states are perfect.
    Deliveries, seed and errors as in `sample`.
    """
    links = fibre_links(
        link_lengths_km=link_lengths_km, attenuation_db_per_km=attenuation_db_per_km, speed_km_per_s=speed_km_per_s
    )
    protocol = SwapAsap(restart=restart, messages=messages, measure=measure)
    return sample(links=links, deliveries=deliveries, seed=seed, coherence_time_s=coherence_time_s, protocol=protocol)


def sample(
    *, links: Links, deliveries: int, seed: int, coherence_time_s: float = 1.0, protocol: Protocol = STANDARD
) -> Performance:
    """As `swap_asap`, for any links and the protocol as one argument.

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
