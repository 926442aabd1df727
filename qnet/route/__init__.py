"""Real fibre maps: from a map to the key rate of a route, its bottleneck and its best sites. Ours.

`Map`, `Site`, `Span` and `Route` say what is there, `Direct` and `Heralded` how a link makes entanglement. What reads
files (`qnet.route.read`), draws (`qnet.route.picture`) and takes commands (`python -m qnet.route`) is imported by who
needs it, with the extra `route` installed.
"""

from qnet.route.choice import Choice, choose
from qnet.route.ends import EndsGain, ShortEnds, short_ends
from qnet.route.links import Direct, Heralded
from qnet.route.maps import Map, Site, Span, great_circle_km
from qnet.route.path import Route
from qnet.route.sensitivity import Sensitivity, sensitivity
from qnet.route.zoo import Network, ZooRoute
from qnet.route.zoo_choice import ZooChoice, zoo_choice
from qnet.route.zoo_loss import ZooExtended, ZooLoss, zoo_extended, zoo_loss
from qnet.route.zoo_midpoints import ZooMidpoints, zoo_midpoints
from qnet.route.zoo_node import ZooNode, ZooSpan, zoo_node, zoo_span

__all__ = [
    "Choice",
    "Direct",
    "EndsGain",
    "Heralded",
    "Map",
    "Network",
    "Route",
    "Sensitivity",
    "ShortEnds",
    "Site",
    "Span",
    "ZooChoice",
    "ZooExtended",
    "ZooLoss",
    "ZooMidpoints",
    "ZooNode",
    "ZooRoute",
    "ZooSpan",
    "choose",
    "great_circle_km",
    "sensitivity",
    "short_ends",
    "zoo_choice",
    "zoo_extended",
    "zoo_loss",
    "zoo_midpoints",
    "zoo_node",
    "zoo_span",
]
