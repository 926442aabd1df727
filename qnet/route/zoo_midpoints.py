"""What midpoints at the sites of real routes cost."""

from dataclasses import dataclass
from dataclasses import field as column
from typing import Annotated

import numpy as np

from qnet import checks
from qnet.midpoint import DoubleClickPhotons, SingleClickPhotons
from qnet.records import Quantity, about
from qnet.route.links import Heralded
from qnet.route.path import Route
from qnet.route.zoo import CoherenceTime, DeliveryCount, ZooRoute, compared, lost, nothing, taken
from qnet.route.zoo_loss import predictors

Clicks = Annotated[str, Quantity("", "clicks that herald a link", ("single", "double"))]
DetectionProbability = Annotated[
    float, Quantity("1", "probability that an emitted photon is detected, at zero fibre length", checks.PROBABILITY)
]
Q = Annotated[
    float, Quantity("1", "probability that a single-click node's photon is emitted and detected", checks.PROBABILITY)
]


@dataclass(frozen=True)
class ZooMidpoints:
    """What heralded links lose whose midpoints, or also whose repeaters, stand where sites are."""

    exists: bool = column(metadata=about("", "whether the network has so many routes"))
    even_has_key: bool = column(metadata=about("", "whether even repeaters with central midpoints have a key"))
    repeaters: int = column(metadata=about("", "number of repeaters"))
    repeater_asymmetry: float = column(metadata=about("1", "mean asymmetry of the repeaters"))
    midpoint_asymmetry: float = column(
        metadata=about("1", "mean of abs(L_left - L_right) / (L_left + L_right), midpoints")
    )
    even_key_rate_hz: float = column(metadata=about("bit/s", "key rate of even repeaters with central midpoints"))
    even_key_rate_hz_se: float = column(metadata=about("bit/s", "standard error of even_key_rate_hz"))
    repeaters_loss: float = column(metadata=about("1", "fraction of it lost by uneven repeaters, midpoints central"))
    repeaters_loss_se: float = column(metadata=about("1", "standard error of repeaters_loss"))
    both_loss: float = column(metadata=about("1", "fraction of it lost where midpoints stand at sites as well"))
    both_loss_se: float = column(metadata=about("1", "standard error of both_loss"))
    midpoints_loss: float = column(metadata=about("1", "fraction lost from central midpoints to those at sites"))
    midpoints_loss_se: float = column(metadata=about("1", "standard error of midpoints_loss"))


def zoo_midpoints(
    route: ZooRoute,
    *,
    clicks: Clicks,
    p_det: DetectionProbability,
    q: Q,
    coherence_time_s: CoherenceTime,
    deliveries: DeliveryCount,
    seed: int,
) -> ZooMidpoints:
    """A repeater at every other site of a route, the sites between them for midpoints: `Heralded` links.

    Where the spans are odd in number, the site goes unused whose two spans are shortest together. q is that of
    single-click photons; photons are alike and detectors without dark counts.
    Raises Refused as `zoo_loss` does, and as `Heralded` does.
    """
    checks.choice("clicks", clicks, ("single", "double"))
    found = taken(route)
    if found is None:
        return nothing(ZooMidpoints)
    photons = SingleClickPhotons(q=q) if clicks == "single" else DoubleClickPhotons()
    central = Heralded(p_det=p_det, photons=photons)
    places = found.nodes_km("all")
    if len(places) % 2 == 0:
        places = np.delete(places, 1 + np.argmin(places[2:] - places[:-2]))
    nodes, middles = places[::2], places[1::2]
    at_sites = [site.name for site, at in zip(found.sites, found.positions_km(), strict=True) if at in middles]
    chains = [
        found.even_chain(len(nodes) - 1, central),
        found.links(nodes, central),
        found.links(nodes, Heralded(p_det=p_det, photons=photons, midpoints=_one_each(found, at_sites))),
    ]
    result = compared(chains, coherence_time_s, deliveries, seed)
    off = np.abs(np.round(2 * middles - nodes[:-1] - nodes[1:], 9)) / np.diff(nodes)  # sums of km, to rounding
    even = result.performances[0]
    beside = compared(chains[1:], coherence_time_s, deliveries, seed)
    return ZooMidpoints(
        True, not even.key_rate_one_sided, len(nodes) - 2, predictors(np.diff(nodes))[0], float(off.mean()),
        even.key_rate_hz, even.key_rate_hz_se, *lost(result, 1), *lost(result, 2), *lost(beside, 1),
    )  # fmt: skip


def _one_each(route: Route, names: list[str]) -> tuple[str, ...]:
    """Of names of sites that share a place, the first."""
    places = dict(zip((site.name for site in route.sites), route.positions_km(), strict=True))
    return tuple({places[name]: name for name in reversed(names)}.values())
