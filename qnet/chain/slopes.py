"""First derivatives of a chain's performance at zero asymmetry: do they vanish? Avis et al., Secs. III.6 and III.7.

At A = 0 all links are alike, and whatever is asked, f, changes by the sum over links of df/dlnL_i times dlnL_i/dA.
With an even number of links, asymmetry -A is asymmetry A seen in a mirror. f does not mind the mirror, so f(-A) = f(A),
and where f is smooth its slope vanishes. But attempts are discrete: links of equal length complete in the same instant
with a probability of the order of p, any asymmetry parts them, and the maximum of the two has a kink at A = 0. So the
slope at +0 is positive for duration and error rate, and vanishes with p. With an odd number of links no mirror turns A
into -A; then the smooth part does not vanish, unless f treats all links alike, and changes sign with the ends.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from qnet import checks, key_rate
from qnet.chain.estimate import chain_means
from qnet.chain.links import Links, placed_links
from qnet.chain.placement import ENDS, LAYOUTS, MOST_LINKS
from qnet.chain.protocols.swap_asap import SwapAsap
from qnet.chain.rows import rowwise
from qnet.checks import Floats
from qnet.errors import Refused

_STEP_OF_TIMES = 1e-7  # of ln L; no two times that differ can change places within it
_STEP_OF_SUCCESS = 0.01  # of ln L, to either side
_STEP_OF_LOG_SUCCESS = 0.02  # at most, of ln p; leaves a relative error below a sixth of its square, 7e-5


@dataclass(frozen=True)
class Slopes:
    """d ln(duration) / dA, d ln(error rate) / dA and d ln(key rate) / dA at A = +0, each with its standard error.

    kink: the part of the slope that keeps its sign when long and short links change places; the rest changes sign.
    """

    duration_slope: float
    duration_slope_se: float
    qber_slope: float
    qber_slope_se: float
    key_rate_slope: float
    key_rate_slope_se: float
    duration_kink: float
    duration_kink_se: float
    qber_kink: float
    qber_kink_se: float
    key_rate_kink: float
    key_rate_kink_se: float


def slopes(
    *,
    links: ArrayLike,
    spacing_km: ArrayLike,
    deliveries: ArrayLike,
    seed: ArrayLike,
    layout: ArrayLike = "asymmetric",
    ends: ArrayLike = "long",
    coherence_time_s: ArrayLike = 1.0,
    restart: ArrayLike = "as_soon_as_free",
    messages: ArrayLike = False,
    measure: ArrayLike = "on_knowledge",
) -> Slopes:
    """One-sided logarithmic derivatives at zero asymmetry of the chain of `alternating_chain`.

    spacing_km: between nodes, when spaced evenly. Cycle and message times vary along each random history, exactly;
    success probabilities by common random numbers, to 1e-4 of their part. Fibre as in `fibre_links`. deliveries are
    those of each of five runs. Arrays broadcast; each element is a run of its own.
    Raises Refused as `alternating_chain` does, and for a chain without errors or without a key.
    """
    return Slopes(
        *rowwise(
            _slopes,
            links=links,
            spacing_km=spacing_km,
            deliveries=deliveries,
            seed=seed,
            layout=layout,
            ends=ends,
            coherence_time_s=coherence_time_s,
            restart=restart,
            messages=messages,
            measure=measure,
        )
    )


def direction(*, links: int, layout: str, ends: str) -> Floats:
    """d ln L_i / dA at A = 0, shape (links,)."""
    left = 1.0 if checks.option("ends", ends, ENDS) == "long" else -1.0
    sign = left * (-1.0) ** np.arange(checks.count("links", links, MOST_LINKS))
    change = sign - sign.mean()
    return change if checks.option("layout", layout, LAYOUTS) == "asymmetric" else np.full(links, change.max())


def _slopes(
    *, links: int, spacing_km: float, deliveries: int, seed: int, layout: str, ends: str, coherence_time_s: float,
    restart: str, messages: bool, measure: str,
) -> Slopes:  # fmt: skip
    along = direction(links=links, layout=layout, ends=ends)
    even = placed_links("spacing_km", np.full(links, checks.number("spacing_km", spacing_km, checks.POSITIVE_TO_1E30)))
    protocol = SwapAsap(restart=restart, messages=messages, measure=measure)
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
