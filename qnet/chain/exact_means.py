"""Means of what a chain delivers without sampling, where its protocol has them."""

from qnet import checks
from qnet.chain.links import Links
from qnet.chain.nodes import NODES, Nodes
from qnet.chain.protocols.protocol import Exact, Protocol
from qnet.chain.protocols.swap_asap import STANDARD


def exact(links: Links, nodes: Nodes = NODES, protocol: Protocol = STANDARD) -> Exact:
    """Mean duration and correlators of a delivery, where the protocol knows them; each says for which links it does.

    Raises Refused where it does not, or where they would cost too much.
    """
    checks.instance("links", links, Links)
    checks.instance("nodes", nodes, Nodes)
    checks.instance("protocol", protocol, Protocol)
    return protocol.exact(links, nodes)
