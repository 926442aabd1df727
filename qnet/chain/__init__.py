"""Chains of repeaters that swap as soon as they can. Avis et al., arXiv:2305.09635, Sec. III."""

from qnet.chain.links import Links, fibre_links
from qnet.chain.placement import (
    alternating_lengths_km,
    alternating_position,
    extended_lengths_km,
    node_asymmetry,
)
from qnet.chain.protocol import Protocol
from qnet.chain.sample import Performance, sample, swap_asap

__all__ = [
    "Links",
    "Performance",
    "Protocol",
    "alternating_lengths_km",
    "alternating_position",
    "extended_lengths_km",
    "fibre_links",
    "node_asymmetry",
    "sample",
    "swap_asap",
]
