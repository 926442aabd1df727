"""Secret-key rate of entanglement-based BB84 from how often and how well entanglement arrives."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qnet import checks
from qnet.errors import Refused
from qnet.records import Floats, about

_DURATION: checks.Rule = ("must be finite, 1e-150 or more", lambda x: np.isfinite(x) & (x >= 1e-150))
_TINY = np.finfo(float).tiny


@dataclass(frozen=True)
class KeyRate:
    """Rate in bit/s with its standard error; the shape of the broadcast arguments.

    one_sided: where there is no key. The rate is 0 there and its error points up only: it is the rate of an error rate
    one standard error nearer to 0 (to 1 above 1/2) at the same duration, 0 where that is no key either.
    """

    key_rate_hz: Floats = field(metadata=about("bit/s", "asymptotic BB84 secret-key rate"))
    key_rate_hz_se: Floats = field(metadata=about("bit/s", "standard error of key_rate_hz"))
    one_sided: NDArray[np.bool_] = field(
        metadata=about("", "whether there is no key, so that the error of its rate points up only")
    )


def binary_entropy(x: ArrayLike) -> Floats:
    """-x log2 x - (1 - x) log2(1 - x), elementwise. Raises Refused outside [0, 1]."""
    p = checks.real("x", x, checks.PROBABILITY)
    return (_surprise(p) + _surprise(1 - p))[()]


def bb84(
    *,
    duration_s: ArrayLike,
    qber: ArrayLike,
    duration_s_se: ArrayLike = 0.0,
    qber_se: ArrayLike = 0.0,
    covariance: ArrayLike = 0.0,
) -> KeyRate:
    """Asymptotic rate max(0, 1 - 2 h(Q)) / T, no sifting: Avis et al., Eq. (27).

    There is a key for Q < 0.110028 (and above 0.889972, with all outcomes flipped).
    duration_s is T, the mean time per end-to-end state. qber is Q, the probability that outcomes differ, which must be
    the same in the bases X and Z. covariance is that of the estimates of T and Q.
    The error is that of first order, but with h no steeper than h(qber_se) / qber_se, its mean slope from 0 to one
    standard error, since at 0 its own is infinite. That matters where Q (or 1 - Q) is below about 1/e standard errors;
    there an error rate one standard error higher or lower changes the rate by that error at most, and by just that at
    Q = 0: 2 h(qber_se) / T. Arrays broadcast.
    Raises Refused for a duration below 1e-150 s, an error rate outside [0, 1], or negative standard errors.
    """
    return bb84_of_bases(
        duration_s=duration_s,
        qber_x=checks.real("qber", qber, checks.PROBABILITY),
        qber_z=qber,
        duration_s_se=duration_s_se,
        qber_x_se=checks.real("qber_se", qber_se, checks.NOT_NEGATIVE),
        qber_z_se=qber_se,
        covariance_duration_x_s=checks.real("covariance", covariance, checks.FINITE),
        covariance_duration_z_s=covariance,
        covariance_x_z=np.square(qber_se),
    )


def bb84_of_bases(
    *,
    duration_s: ArrayLike,
    qber_x: ArrayLike,
    qber_z: ArrayLike,
    duration_s_se: ArrayLike = 0.0,
    qber_x_se: ArrayLike = 0.0,
    qber_z_se: ArrayLike = 0.0,
    covariance_duration_x_s: ArrayLike = 0.0,
    covariance_duration_z_s: ArrayLike = 0.0,
    covariance_x_z: ArrayLike = 0.0,
) -> KeyRate:
    """As `bb84`, with an error rate for each basis: max(0, 1 - h(Q_X) - h(Q_Z)) / T (Shor and Preskill 2000).

    Covariances are those of the estimates. Raises Refused as `bb84` does.
    """
    given = checks.broadcast(
        {
            "duration_s": checks.real("duration_s", duration_s, _DURATION),
            "qber_x": checks.real("qber_x", qber_x, checks.PROBABILITY),
            "qber_z": checks.real("qber_z", qber_z, checks.PROBABILITY),
            "duration_s_se": checks.real("duration_s_se", duration_s_se, checks.NOT_NEGATIVE),
            "qber_x_se": checks.real("qber_x_se", qber_x_se, checks.NOT_NEGATIVE),
            "qber_z_se": checks.real("qber_z_se", qber_z_se, checks.NOT_NEGATIVE),
            "covariance_duration_x_s": checks.real("covariance_duration_x_s", covariance_duration_x_s, checks.FINITE),
            "covariance_duration_z_s": checks.real("covariance_duration_z_s", covariance_duration_z_s, checks.FINITE),
            "covariance_x_z": checks.real("covariance_x_z", covariance_x_z, checks.FINITE),
        }
    )
    time, x, z, time_se, x_se, z_se, time_x, time_z, x_z = given.values()
    fraction = 1 - binary_entropy(x) - binary_entropy(z)
    by_x, by_z = _slope(x, x_se), _slope(z, z_se)
    with np.errstate(over="ignore", invalid="ignore"):
        of_fraction = (by_x * x_se) ** 2 + (by_z * z_se) ** 2 + 2 * by_x * by_z * x_z
        variance = (
            (fraction * time_se / time) ** 2 + of_fraction - 2 * fraction * (by_x * time_x + by_z * time_z) / time
        )
    se = np.sqrt(np.maximum(variance, 0))
    none = fraction <= 0
    better = 1 - sum(binary_entropy(np.maximum(np.minimum(q, 1 - q) - q_se, 0)) for q, q_se in ((x, x_se), (z, z_se)))
    with np.errstate(over="ignore"):
        upward = np.where(none, np.maximum(better, 0), se) / time
    for i in np.argwhere(~np.isfinite(upward))[:1]:
        errors = ", ".join(f"{name} {float(given[name][tuple(i)])!r}" for name in list(given)[3:])
        raise Refused(f"standard errors must leave that of the rate finite, but are {errors}")
    return KeyRate((np.maximum(fraction, 0) / time)[()], upward[()], none[()])


def _slope(q: Floats, q_se: Floats) -> Floats:
    """That of -h at q, no steeper than h(q_se) / q_se."""
    inner = np.clip(q, _TINY, 1 - np.finfo(float).epsneg)
    near = np.clip(q_se, _TINY, 0.5)
    steepest = binary_entropy(near) / near
    return np.clip(-np.log2((1 - inner) / inner), -steepest, steepest)


def _surprise(p: Floats) -> Floats:
    return -p * np.log2(np.where(p > 0, p, 1))
