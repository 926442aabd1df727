"""How good memories must be for a key: the coherence time at which an alternating chain begins to have one."""

from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import field as column

import numpy as np
from scipy import optimize

from qnet import key_rate
from qnet.chain.asymmetry import alternating_chain, exact_alternating_chain
from qnet.chain.links import FIBRE, Fibre
from qnet.chain.performance import DeliveryCount
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

    Good to 1e-12 of itself. Errors are those of `exact`.
    """

    def qber(coherence_time_s: float) -> float:
        return exact_alternating_chain(chain, protocol, fibre, coherence_time_s=coherence_time_s).qber

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

    Its error is that of the error rate over the slope of the latter. Errors raised are those of `alternating_chain`.
    """

    def found(coherence_time_s: float) -> tuple[float, float]:
        estimate = alternating_chain(
            chain, protocol, fibre, deliveries=deliveries, seed=seed, coherence_time_s=coherence_time_s
        )
        return estimate.qber, estimate.qber_se

    needed = _key_begins(lambda time: found(time)[0])
    if needed == 0:
        return MemoryNeeded(0.0, 0.0)
    sooner, later = (found(needed * np.exp(step))[0] for step in (-_STEP, _STEP))
    return MemoryNeeded(needed, needed * found(needed)[1] * 2 * _STEP / (sooner - later))


def _key_begins(qber: Callable[[float], float]) -> float:
    """The coherence time at which an error rate that falls with it, to 0, leaves a key."""

    def spare(log_time: float) -> float:
        return 0.5 - float(key_rate.binary_entropy(qber(float(np.exp(log_time)))))

    if 0.5 - float(key_rate.binary_entropy(qber(_FORGETFUL_S))) > 0:
        return 0.0
    low = high = 0.0
    while spare(high) <= 0:
        low, high = high, high + 3
    while spare(low) > 0:
        low, high = low - 3, low
    return float(np.exp(optimize.brentq(spare, low, high, xtol=1e-13, rtol=1e-13)))
