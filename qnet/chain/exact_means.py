"""Means of what a chain delivers without sampling, where its protocol has them."""

from qnet import checks
from qnet.chain.links import Links
from qnet.chain.protocols.protocol import COHERENCE, CoherenceTime, Exact, Protocol


def exact(links: Links, protocol: Protocol, *, coherence_time_s: CoherenceTime = 1.0) -> Exact:
    """Mean duration and Werner parameter of a delivery; the latter times the product of `links.werner`.

    Exact up to rounding, about 1e-16 of the longest time considered over the coherence time, relative in both, and to
    the neglect of events of total probability 1e-17, absolute in the Werner parameter. For restart_together, and for
    as_soon_as_free with one link (where the two are the same) or two. There each link starts again when its own end
    node is done, m_i after the swap, so successive swaps are max_i(m_i + T_i G_i) apart, independently.

    Cost: K attempts of all links are within reach (about 42 / p each), at N different times (fewer where links are
    equal or commensurate). Two links, and at_once, take K operations, on_knowledge N K, with messages both N summed
    and a memory of as many numbers as N times the largest K of a link.
    Raises Refused for as_soon_as_free with three or more links, whose rounds depend on each other, for a coherence
    time below 1e-30 s (it may be infinite), and where the cost would be K > 3e7, N K > 1e10, as many comparisons of
    times (K times links), or 5e7 numbers.
    """
    checks.instance("links", links, Links)
    checks.instance("protocol", protocol, Protocol)
    return protocol.exact(links, checks.number("coherence_time_s", coherence_time_s, COHERENCE))
