"""Chains of repeaters, their protocols and what they deliver. Avis et al., arXiv:2305.09635, Sec. III."""

from qnet.chain.asymmetry import ExactPerformance, alternating_chain, exact_alternating_chain
from qnet.chain.best_cutoff import BestCutoff, best_cutoff
from qnet.chain.compare import Comparison, compare
from qnet.chain.critical_path import Bottlenecks, bottlenecks
from qnet.chain.distillation import Distillation, DistilledLinks, b_step, distilled
from qnet.chain.distilled_chain import DistilledPerformance, distilled_chain, distilled_slopes
from qnet.chain.events import Deliveries, simulate_events
from qnet.chain.exact_means import exact
from qnet.chain.global_cutoffs import global_cutoffs
from qnet.chain.links import Fibre, Links, fibre_links
from qnet.chain.memory import ExactMemoryNeeded, MemoryNeeded, exact_memory_needed, memory_needed
from qnet.chain.nodes import Nodes
from qnet.chain.one_repeater import OneRepeater, exponential_repeater, one_repeater, repeater_kink
from qnet.chain.performance import Performance, sample, swap_asap
from qnet.chain.placement import AlternatingChain, alternating_position, node_asymmetry
from qnet.chain.protocols.cutoff import GlobalCutoff, LocalCutoff
from qnet.chain.protocols.protocol import Exact, Protocol
from qnet.chain.protocols.sequential import Sequential
from qnet.chain.protocols.sequential_cutoff import SequentialCutoff
from qnet.chain.protocols.swap_asap import SwapAsap
from qnet.chain.slopes import EvenChain, Slopes, slopes

__all__ = [
    "AlternatingChain",
    "BestCutoff",
    "Bottlenecks",
    "Comparison",
    "Deliveries",
    "Distillation",
    "DistilledLinks",
    "DistilledPerformance",
    "EvenChain",
    "Exact",
    "ExactMemoryNeeded",
    "ExactPerformance",
    "Fibre",
    "GlobalCutoff",
    "Links",
    "LocalCutoff",
    "MemoryNeeded",
    "Nodes",
    "OneRepeater",
    "Performance",
    "Protocol",
    "Sequential",
    "SequentialCutoff",
    "Slopes",
    "SwapAsap",
    "alternating_chain",
    "alternating_position",
    "b_step",
    "best_cutoff",
    "bottlenecks",
    "compare",
    "distilled",
    "distilled_chain",
    "distilled_slopes",
    "exact",
    "exact_alternating_chain",
    "exact_memory_needed",
    "exponential_repeater",
    "fibre_links",
    "global_cutoffs",
    "memory_needed",
    "node_asymmetry",
    "one_repeater",
    "repeater_kink",
    "sample",
    "simulate_events",
    "slopes",
    "swap_asap",
]
