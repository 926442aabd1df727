"""How good memories must be for a key: the coherence time at which an alternating chain begins to have one."""

from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import field as column

import numpy as np
from scipy import optimize

from qnet import checks, key_rate
from qnet.chain.asymmetry import links_of
from qnet.chain.exact_means import exact
from qnet.chain.links import FIBRE, Fibre
from qnet.chain.nodes import Nodes
from qnet.chain.performance import DeliveryCount, Performance, sample
from qnet.chain.placement import AlternatingChain
from qnet.chain.protocols.swap_asap import STANDARD, SwapAsap
from qnet.records import Quantity, about

NEEDED = Quantity("s", "coherence time above which there is a key, 0 where there is one at any")

_FORGETFUL_S = 1e-30  # the shortest coherence time that models take
_STEP = 0.01  # of the logarithm of the coherence time, for the slope of the error rate


@dataclass(frozen=True)
class ExactMemoryNeeded:
    """The coherence time above which there is a key; 0 where there is one at any."""

    memory_needed_s: float = column(metadata={"quantity": NEEDED})


@dataclass(frozen=True)
class MemoryNeeded:
    """The coherence time above which there is a key, with its standard error; both 0 where there is one at any."""

    memory_needed_s: float = column(metadata={"quantity": NEEDED})
    memory_needed_s_se: float = column(metadata=about("s", "standard error of memory_needed_s"))


def exact_memory_needed(chain: AlternatingChain, protocol: SwapAsap, fibre: Fibre = FIBRE) -> ExactMemoryNeeded:
    """Where 1 - 2 h(Q) changes sign, Q being the exact error rate, which falls with the coherence time.

    Good to 1e-11 of itself. Errors are those of `exact` and of `fibre_links`.
    """

    links = links_of(chain, fibre)
    checks.instance("protocol", protocol, SwapAsap)

    def qber(coherence_time_s: float) -> float:
        return (1 - exact(links, Nodes(coherence_time_s=coherence_time_s), protocol).werner) / 2

    return ExactMemoryNeeded(_key_begins(qber))


def memory_needed(
    chain: AlternatingChain,
    protocol: SwapAsap = STANDARD,
    fibre: Fibre = FIBRE,
    *,
    deliveries: DeliveryCount,
    seed: int,
) -> MemoryNeeded:
    """What `exact_memory_needed` is, sampled: along the same histories the error rate falls with the coherence time.

    Its error is that of the error rate over the slope of the latter. Raises Refused as
    `alternating_chain` does.
    """

    links = links_of(chain, fibre)
    checks.instance("protocol", protocol, SwapAsap)

    def found(coherence_time_s: float) -> Performance:
        nodes = Nodes(coherence_time_s=coherence_time_s)
        return sample(links, nodes, protocol, deliveries=deliveries, seed=seed)

    needed = _key_begins(lambda time: found(time).qber)
    if needed == 0:
        return MemoryNeeded(0.0, 0.0)
    sooner, later = (found(needed * np.exp(step)).qber for step in (-_STEP, _STEP))
    return MemoryNeeded(needed, needed * found(needed).qber_se * 2 * _STEP / (sooner - later))


def _key_begins(qber: Callable[[float], float]) -> float:
    """The coherence time at which an error rate that falls with it, to 0, leaves a key."""

    def spare(log_time: float) -> float:
        return 0.5 - float(key_rate.binary_entropy(qber(float(np.exp(log_time)))))

    if 0.5 - float(key_rate.binary_entropy(qber(_FORGETFUL_S))) > 0:
        return 0.0
    low = high = -5.0  # of a few milliseconds, where most chains are
    while spare(high) <= 0:
        low, high = high, high + 2
    while spare(low) > 0:
        low, high = low - 2, low
    return float(np.exp(optimize.brentq(spare, low, high, xtol=1e-11)))
