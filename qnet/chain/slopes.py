"""First derivatives of a chain's performance at zero asymmetry: do they vanish? Avis et al., Secs. III.6 and III.7.

At A = 0 all links are alike, and whatever is asked, f, changes by the sum over links of df/dlnL_i times dlnL_i/dA.
With an even number of links, asymmetry -A is asymmetry A seen in a mirror. f does not mind the mirror, so f(-A) = f(A),
and where f is smooth its slope vanishes. But attempts are discrete: links of equal length complete in the same instant
with a probability of the order of p, any asymmetry parts them, and the maximum of the two has a kink at A = 0. So the
slope at +0 is positive for duration and error rate, and vanishes with p. With an odd number of links no mirror turns A
into -A; then the smooth part does not vanish, unless f treats all links alike, and changes sign with the ends.
"""

from dataclasses import dataclass
from dataclasses import field as column

import numpy as np
from attrs import field, frozen

from qnet import checks, key_rate
from qnet.chain.estimate import chain_means
from qnet.chain.links import Links, placed_links
from qnet.chain.performance import DeliveryCount
from qnet.chain.placement import ENDS, LAYOUT, LINKS, count_links
from qnet.chain.protocols.protocol import CoherenceTime
from qnet.chain.protocols.swap_asap import STANDARD, SwapAsap
from qnet.checks import Floats
from qnet.errors import Refused
from qnet.records import Single, about

_STEP_OF_TIMES = 1e-7  # of ln L; no two times that differ can change places within it
_STEP_OF_SUCCESS = 0.01  # of ln L, to either side
_STEP_OF_LOG_SUCCESS = 0.02  # at most, of ln p; leaves a relative error below a sixth of its square, 7e-5


@frozen(kw_only=True, eq=False)
class EvenChain(Single):
    """An evenly spaced chain, and the way in which it becomes asymmetric.

    spacing_km: between neighbouring nodes. links, layout, ends: those of the `AlternatingChain` that it becomes.
    Raises Refused for no link or more than a million, a spacing outside 1e-30 to 1e30 km, and for an unknown layout or
    unknown ends.
    """

    links: int = field(metadata={"quantity": LINKS})
    spacing_km: float = field(
        metadata=about("km", "distance between neighbours in the evenly spaced chain", checks.POSITIVE_TO_1E30)
    )
    layout: str = field(default="asymmetric", metadata={"quantity": LAYOUT})
    ends: str = field(default="long", metadata={"quantity": ENDS})

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        count_links(self.links)

    def direction(self) -> Floats:
        """d ln L_i / dA at A = 0 of every link, shape (links,)."""
        left = 1.0 if self.ends == "long" else -1.0
        sign = left * (-1.0) ** np.arange(self.links)
        change = sign - sign.mean()
        return change if self.layout == "asymmetric" else np.full(self.links, change.max())


@dataclass(frozen=True)
class Slopes:
    """d ln(duration) / dA, d ln(error rate) / dA and d ln(key rate) / dA at A = +0, each with its standard error.

    kink: the part of the slope that keeps its sign when long and short links change places; the rest changes sign.
    """

    duration_slope: float = column(metadata=about("1", "d ln(mean duration) / d(asymmetry) at +0"))
    duration_slope_se: float = column(metadata=about("1", "standard error of duration_slope"))
    qber_slope: float = column(metadata=about("1", "d ln(error rate) / d(asymmetry) at +0"))
    qber_slope_se: float = column(metadata=about("1", "standard error of qber_slope"))
    key_rate_slope: float = column(metadata=about("1", "d ln(key rate) / d(asymmetry) at +0"))
    key_rate_slope_se: float = column(metadata=about("1", "standard error of key_rate_slope"))
    duration_kink: float = column(
        metadata=about("1", "part of duration_slope that is the same when long and short links change places")
    )
    duration_kink_se: float = column(metadata=about("1", "standard error of duration_kink"))
    qber_kink: float = column(
        metadata=about("1", "part of qber_slope that is the same when long and short links change places")
    )
    qber_kink_se: float = column(metadata=about("1", "standard error of qber_kink"))
    key_rate_kink: float = column(
        metadata=about("1", "part of key_rate_slope that is the same when long and short links change places")
    )
    key_rate_kink_se: float = column(metadata=about("1", "standard error of key_rate_kink"))


def slopes(
    chain: EvenChain,
    protocol: SwapAsap = STANDARD,
    *,
    deliveries: DeliveryCount,
    seed: int,
    coherence_time_s: CoherenceTime = 1.0,
) -> Slopes:
    """One-sided logarithmic derivatives at zero asymmetry of what `alternating_chain` estimates.

    Cycle and message times vary along each random history, exactly; success probabilities by common random numbers, to
    1e-4 of their part. The fibre is `Fibre` as it is by default. deliveries are those of each of five runs.
    Raises Refused as `alternating_chain` does, and for a chain without errors or without a key.
    """
    checks.instance("chain", chain, EvenChain)
    checks.instance("protocol", protocol, SwapAsap)
    along = chain.direction()
    even = placed_links("spacing_km", np.full(chain.links, chain.spacing_km))
    warm_up = protocol.warm_up_rounds(even)

    def run(times: float, success: float) -> Floats:
        changed = Links(
            cycle_time_s=even.cycle_time_s * (1 + times * along),
            success_probability=even.success_probability ** (1 + success * along),
            message_time_s=even.message_time_s * (1 + times * along),
        )
        return np.stack(
            chain_means(
                links=changed,
                deliveries=deliveries,
                seed=seed,
                coherence_time_s=coherence_time_s,
                protocol=protocol,
                warm_up=warm_up,
            )
        )

    here = run(0, 0)
    qber = here[1].mean()
    if not qber > 0 or key_rate.bb84(duration_s=1.0, qber=qber).one_sided:
        raise Refused(f"coherence_time_s must leave errors and a key to have slopes, but the error rate is {qber:.3g}")
    forth = (run(_STEP_OF_TIMES, 0) - here) / _STEP_OF_TIMES
    back = (run(-_STEP_OF_TIMES, 0) - here) / _STEP_OF_TIMES
    step = _STEP_OF_SUCCESS
    if (loss := -np.log(even.success_probability[0])) * step > _STEP_OF_LOG_SUCCESS:
        step = _STEP_OF_LOG_SUCCESS / loss
    success = (run(0, step) - run(0, -step)) / (2 * step)
    return Slopes(*_jackknife(here, forth + success), *_jackknife(here, (forth + back) / 2))


def _jackknife(here: Floats, change: Floats) -> list[float]:
    """Logarithmic slopes, each with its standard error, from means of independent chains, shape (2, chains)."""
    means = np.concatenate([here, change])
    chains = means.shape[1]
    others = (means.sum(axis=1, keepdims=True) - means) / (chains - 1)
    value, scatter = _logarithmic(means.mean(axis=1)), _logarithmic(others)
    se = np.sqrt((chains - 1) * scatter.var(axis=1))
    return [float(x) for pair in zip(value, se, strict=True) for x in pair]


def _logarithmic(means: Floats) -> Floats:
    """Derivatives of ln T, ln Q and ln of the key rate, from T, Q and their derivatives."""
    time, qber, time_change, qber_change = means
    fraction = 1 - 2 * key_rate.binary_entropy(qber)
    by_qber = -2 * np.log2((1 - qber) / qber)
    return np.stack([time_change / time, qber_change / qber, by_qber * qber_change / fraction - time_change / time])
