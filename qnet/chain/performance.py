"""How fast a chain delivers, how well, and which key rate follows, by sampling."""

from dataclasses import dataclass
from dataclasses import field as column
from typing import Annotated

import numpy as np
from numpy.typing import ArrayLike

from qnet import checks, key_rate
from qnet.chain.estimate import Estimate, chain_sums, estimated
from qnet.chain.links import FIBRE, Fibre, Links, fibre_links
from qnet.chain.nodes import NODES, Nodes
from qnet.chain.protocols.protocol import Protocol
from qnet.chain.protocols.swap_asap import STANDARD, SwapAsap
from qnet.records import Quantity, about

DURATION = Quantity("s", "mean time per end-to-end state")
QBER = Quantity("1", "probability that the parity of outcomes in the same basis is wrong, the mean of X and Z")
KEY_RATE = Quantity("bit/s", "asymptotic BB84 secret-key rate")

DeliveryCount = Annotated[int, Quantity("1", "end-to-end states per estimate", int)]


@dataclass(frozen=True)
class Performance:
    """Mean time per end-to-end state, error rates and BB84 key rate, each with its standard error.

    qber: the mean of qber_x and qber_z, the error rates in the two bases, which are one where states are Werner states.
    Covariances are those of the estimates. key_rate_one_sided: whether there is no key, so that the error of its rate
    points up only (see `qnet.key_rate.bb84`).
    """

    duration_s: float = column(metadata={"quantity": DURATION})
    duration_s_se: float = column(metadata=about("s", "standard error of duration_s"))
    qber: float = column(metadata={"quantity": QBER})
    qber_se: float = column(metadata=about("1", "standard error of qber"))
    qber_x: float = column(metadata=about("1", "probability that the parity of outcomes in X is wrong"))
    qber_x_se: float = column(metadata=about("1", "standard error of qber_x"))
    qber_z: float = column(metadata=about("1", "probability that the parity of outcomes in Z is wrong"))
    qber_z_se: float = column(metadata=about("1", "standard error of qber_z"))
    covariance_duration_x_s: float = column(metadata=about("s", "covariance of duration_s and qber_x"))
    covariance_duration_z_s: float = column(metadata=about("s", "covariance of duration_s and qber_z"))
    covariance_x_z: float = column(metadata=about("1", "covariance of qber_x and qber_z"))
    key_rate_hz: float = column(metadata={"quantity": KEY_RATE})
    key_rate_hz_se: float = column(metadata=about("bit/s", "standard error of key_rate_hz"))
    key_rate_one_sided: bool = column(
        metadata=about("", "whether there is no key, so that the error of its rate points up only")
    )


def swap_asap(
    nodes: Nodes = NODES,
    protocol: SwapAsap = STANDARD,
    fibre: Fibre = FIBRE,
    *,
    link_lengths_km: ArrayLike,
    deliveries: DeliveryCount,
    seed: int,
) -> Performance:
    """A chain of fibre links between repeaters that swap as soon as they can: Avis et al., Secs. III.3 and III.5.

    It is `sample` of the links of `fibre_links`, whose states are perfect. link_lengths_km: from left to right.
    Raises Refused as `fibre_links` and `sample` do.
    """
    return sample(
        fibre_links(fibre, link_lengths_km=link_lengths_km), nodes, protocol, deliveries=deliveries, seed=seed
    )


def sample(
    links: Links, nodes: Nodes = NODES, protocol: Protocol = STANDARD, *, deliveries: DeliveryCount, seed: int
) -> Performance:
    """Estimates for a chain of any links under any protocol.

    Independent chains run side by side, 32 to 512 of them, each past its transient of 20 + 3 links deliveries or more,
    so that standard errors come from means that are truly independent. `deliveries` is rounded up to a multiple of the
    number of chains; a protocol that throws states away delivers about as many. Normal intervals hold from about a
    thousand deliveries on; an error of 0 says that no two chains differed. The same seed gives the same result whatever
    the number of threads (all that Numba is told to use).
    Raises Refused for a number of deliveries that is not positive or above 1e12, a negative seed, lists of another
    length than the chain has nodes, and chains that the protocol cannot settle (see its `warm_up_rounds`) or finish.
    """
    checks.instance("links", links, Links)
    checks.instance("nodes", nodes, Nodes)
    checks.instance("protocol", protocol, Protocol)
    sums = chain_sums(
        links=links,
        nodes=nodes,
        protocol=protocol,
        deliveries=deliveries,
        seed=seed,
        warm_up=protocol.warm_up_rounds(links),
    )
    return performance(estimated(sums, links, nodes))


def performance(estimate: Estimate) -> Performance:
    """The estimates, and the key rate that follows from them."""
    time, x, _, z = (float(value) for value in estimate.mean)
    covariance = estimate.covariance[np.ix_([0, 1, 3], [0, 1, 3])]
    time_se, x_se, z_se = (float(se) for se in np.sqrt(np.diag(covariance)))
    qber_se = float(np.sqrt(covariance[1:, 1:].sum())) / 2
    rate = key_rate.bb84_of_bases(
        duration_s=time,
        qber_x=x,
        qber_z=z,
        duration_s_se=time_se,
        qber_x_se=x_se,
        qber_z_se=z_se,
        covariance_duration_x_s=covariance[0, 1],
        covariance_duration_z_s=covariance[0, 2],
        covariance_x_z=covariance[1, 2],
    )
    return Performance(
        duration_s=time,
        duration_s_se=time_se,
        qber=(x + z) / 2,
        qber_se=qber_se,
        qber_x=x,
        qber_x_se=x_se,
        qber_z=z,
        qber_z_se=z_se,
        covariance_duration_x_s=float(covariance[0, 1]),
        covariance_duration_z_s=float(covariance[0, 2]),
        covariance_x_z=float(covariance[1, 2]),
        key_rate_hz=float(rate.key_rate_hz),
        key_rate_hz_se=float(rate.key_rate_hz_se),
        key_rate_one_sided=bool(rate.one_sided),
    )
