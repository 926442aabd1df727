"""A network and one of its routes on the map, node by node and span by span."""

from dataclasses import dataclass
from dataclasses import field as column
from functools import lru_cache
from typing import Annotated

from qnet import checks
from qnet.chain import Nodes
from qnet.records import Quantity, about
from qnet.route.report import Report, report
from qnet.route.zoo import (
    LENGTH,
    CoherenceTime,
    DeliveryCount,
    Network,
    Number,
    ZooRoute,
    key_of,
    map_of,
    nothing,
    routes_of,
    taken,
)


@dataclass(frozen=True)
class ZooSpan:
    """A span of a network on the map; all 0 where it has none of that number."""

    exists: bool = column(metadata=about("", "whether the network has so many spans"))
    left_latitude: float = column(metadata=about("degree", "latitude of one end"))
    left_longitude: float = column(metadata=about("degree", "longitude of one end"))
    right_latitude: float = column(metadata=about("degree", "latitude of the other end"))
    right_longitude: float = column(metadata=about("degree", "longitude of the other end"))


def zoo_span(whole: Network, *, span: Number) -> ZooSpan:
    """Where a span of a network is. Raises Refused for a network that the Zoo does not have."""
    checks.instance("whole", whole, Network)
    found = map_of(whole)
    if checks.count("span", span) > len(found.spans):
        return nothing(ZooSpan)
    sites = {site.name: site for site in found.sites}
    ends = (sites[name] for name in (found.spans[span - 1].left, found.spans[span - 1].right))
    return ZooSpan(True, *(each or 0.0 for site in ends for each in (site.latitude, site.longitude)))


@dataclass(frozen=True)
class ZooNode:
    """A node of a route, the link to the right of it, and what changes of them would gain; 0 where there is none."""

    exists: bool = column(metadata=about("", "whether the route has so many nodes"))
    place: str = column(metadata=about("", "name of the site"))
    latitude: float = column(metadata=about("degree", "latitude of the node"))
    longitude: float = column(metadata=about("degree", "longitude of the node"))
    position_km: float = column(metadata=about("km", "distance from the left end"))
    share: float = column(metadata=about("1", "share of the time that is spent waiting for the link to the right"))
    share_se: float = column(metadata=about("1", "standard error of share"))
    moved_km: float = column(metadata=about("km", "the best move within reach, to the right if positive"))
    move_gain: float = column(metadata=about("1", "fraction of the key rate that this move gains"))
    move_gain_se: float = column(metadata=about("1", "standard error of move_gain"))
    removal_gain: float = column(metadata=about("1", "fraction of the key rate that leaving the node out gains"))
    removal_gain_se: float = column(metadata=about("1", "standard error of removal_gain"))


Reach = Annotated[float, Quantity("km", "how far a node may be moved", LENGTH)]


def zoo_node(
    route: ZooRoute,
    *,
    node: Number,
    reach_km: Reach,
    coherence_time_s: CoherenceTime,
    deliveries: DeliveryCount,
) -> ZooNode:
    """What `report` says of one node of a route, with the random numbers that `draw` says, the same for all nodes.

    Raises Refused as `zoo_loss` and `report` do.
    """
    checks.instance("route", route, ZooRoute)
    found = taken(route)
    count = checks.count("node", node)
    if found is None or count > len(found.nodes_km("all")):
        return nothing(ZooNode)
    told = _report(key_of(route), reach_km, coherence_time_s, deliveries)
    here = told.nodes[node - 1]
    place, changes = found.sites[here], told.changes
    share = (told.waiting.share[node - 1], told.waiting.share_se[node - 1]) if node < len(told.nodes) else (0.0, 0.0)
    columns = (changes.moved_km, changes.move_gain, changes.move_gain_se, changes.removal_gain, changes.removal_gain_se)
    gains = [float(each[node - 2]) if 1 < node < len(told.nodes) else 0.0 for each in columns]
    position = float(found.positions_km()[here])
    return ZooNode(
        True, place.name, place.latitude or 0.0, place.longitude or 0.0, position, *map(float, share), *gains
    )


@lru_cache(maxsize=4)
def _report(key: tuple, reach_km: float, coherence_time_s: float, deliveries: int) -> Report:
    *_, number = key
    found = routes_of(*key[:-1])[number - 1]
    nodes = Nodes(coherence_time_s=coherence_time_s)
    return report(found, nodes=nodes, reach_km=reach_km, deliveries=deliveries, seed=key[4])
