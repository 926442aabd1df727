"""What uneven spacing costs real routes, and what may tell it."""

from dataclasses import dataclass, replace
from dataclasses import field as column

import numpy as np

from qnet.chain import fibre_links, node_asymmetry
from qnet.checks import Floats
from qnet.fibre import attenuation_length_km
from qnet.records import about
from qnet.route.zoo import CoherenceTime, DeliveryCount, ZooRoute, compared, lost, nothing, repeated, taken

_TIMES = np.geomspace(1e-4, 1e3, 701)  # of the longest mean time, for the mean of the last of several links


@dataclass(frozen=True)
class ZooLoss:
    """What uneven spacing costs a route, and numbers that may predict it. 0 and false where there is no such route."""

    exists: bool = column(metadata=about("", "whether the network has so many routes"))
    repeated: bool = column(metadata=about("", "whether the Zoo has a later map of the same network"))
    route_km: float = column(metadata=about("km", "length of fibre from end to end"))
    links: int = column(metadata=about("", "number of elementary links"))
    asymmetry: float = column(metadata=about("1", "mean over repeaters of abs(L_left - L_right) / (L_left + L_right)"))
    asymmetry_rms: float = column(metadata=about("1", "root mean square of the same"))
    excess: float = column(metadata=about("1", "longest link less the mean one, in attenuation lengths"))
    log_mean_time: float = column(metadata=about("1", "ln of the mean of exp(L / L_att) over that of the even chain"))
    log_slowest: float = column(
        metadata=about("1", "ln of the mean time of the slowest link of a round over that of the even chain")
    )
    even_storage: float = column(metadata=about("1", "storage in the even chain over the coherence time, -ln(1 - 2 Q)"))
    even_key_rate_hz: float = column(metadata=about("bit/s", "key rate of the evenly spaced chain"))
    even_key_rate_hz_se: float = column(metadata=about("bit/s", "standard error of even_key_rate_hz"))
    key_rate_hz: float = column(metadata=about("bit/s", "key rate of the route"))
    key_rate_hz_se: float = column(metadata=about("bit/s", "standard error of key_rate_hz"))
    even_has_key: bool = column(metadata=about("", "whether the evenly spaced chain has a key"))
    has_key: bool = column(metadata=about("", "whether the route has a key"))
    loss: float = column(metadata=about("1", "fraction of the even chain's key rate that is lost, 0 where it has none"))
    loss_se: float = column(metadata=about("1", "standard error of loss"))


def zoo_loss(route: ZooRoute, *, coherence_time_s: CoherenceTime, deliveries: DeliveryCount, seed: int) -> ZooLoss:
    """A repeater at every place and hut of a route, beside as many evenly spaced on fibre of the same length.

    Links, repeaters and end nodes are those of Avis et al., Sec. III.5. Both chains have the same random numbers.
    Raises Refused for a network that the Zoo does not have, and as `qnet.chain.sample` does.
    """
    found, later = taken(route), route.network in repeated()
    if found is None:
        return replace(nothing(ZooLoss), repeated=later)
    lengths = np.diff(found.nodes_km("all"))
    chains = [found.even_chain(len(lengths)), found.chain("all")]
    result = compared(chains, coherence_time_s, deliveries, seed)
    one, other = result.performances
    return ZooLoss(
        True,
        later,
        found.length_km(),
        len(lengths),
        *predictors(lengths),
        max(float(-np.log(max(1 - 2 * one.qber, 1e-300))), 0.0),
        *(one.key_rate_hz, one.key_rate_hz_se, other.key_rate_hz, other.key_rate_hz_se),
        not one.key_rate_one_sided,
        not one.key_rate_one_sided and not other.key_rate_one_sided,
        *lost(result, 1),
    )


@dataclass(frozen=True)
class ZooExtended:
    """What a route gains if fibre is spooled at its links until all are as long as the longest."""

    exists: bool = column(metadata=about("", "whether the network has so many routes"))
    has_key: bool = column(metadata=about("", "whether the route has a key"))
    extended_gain: float = column(
        metadata=about("1", "fraction of the route's key rate that is gained, 0 if it has none")
    )
    extended_gain_se: float = column(metadata=about("1", "standard error of extended_gain"))


def zoo_extended(
    route: ZooRoute, *, coherence_time_s: CoherenceTime, deliveries: DeliveryCount, seed: int
) -> ZooExtended:
    """Extended fibre, Avis et al., Sec. III.4, on a real route. Raises Refused as `zoo_loss` does."""
    found = taken(route)
    if found is None:
        return nothing(ZooExtended)
    lengths = np.diff(found.nodes_km("all"))
    longest = fibre_links(link_lengths_km=np.full(len(lengths), lengths.max()))
    result = compared([found.chain("all"), longest], coherence_time_s, deliveries, seed)
    loss, error = lost(result, 1)
    return ZooExtended(True, not result.undefined, -loss, error)


def predictors(lengths_km: Floats) -> tuple[float, float, float, float, float]:
    """What may tell the loss of a chain of such links: the five numbers of `ZooLoss` from asymmetry to log_slowest."""
    of_nodes = np.atleast_1d(node_asymmetry(link_lengths_km=lengths_km).size) if len(lengths_km) > 1 else np.zeros(1)
    per_km = 1 / float(attenuation_length_km())
    mean = lengths_km.mean()
    relative = np.exp((lengths_km - mean) * per_km) * lengths_km / mean  # mean times T / p over that of even links
    alike = (1 / np.arange(1, len(lengths_km) + 1)).sum()  # mean of the slowest of equal ones, over the mean of one
    return (
        float(of_nodes.mean()),
        float(np.sqrt((of_nodes**2).mean())),
        float((lengths_km.max() - mean) * per_km),
        max(float(np.log(np.exp((lengths_km - mean) * per_km).mean())), 0.0),
        max(float(np.log(mean_of_slowest(relative) / alike)), 0.0),
    )


def mean_of_slowest(mean_times: Floats) -> float:
    """Mean of the largest of independent exponential times with these means: the integral of 1 - product of (1 - e).

    By the trapezium rule on logarithmic steps, good to 1e-3.
    """
    longest = mean_times.max()
    times = longest * _TIMES
    left = -np.expm1(np.log(-np.expm1(-times[:, None] / mean_times)).sum(axis=1))
    return float(times[0] + np.trapezoid(left, times))
