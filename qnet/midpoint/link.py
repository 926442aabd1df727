"""A link with all that an off-centre midpoint does to it: cycle time, losses, dispersion. Avis et al., Sec. II."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qnet import checks
from qnet.midpoint.arguments import BELOW_ONE, Floats, reals, refuse
from qnet.midpoint.double_click import double_click
from qnet.midpoint.fibre import arrival, cycle_time
from qnet.midpoint.gaussian import gaussian_indistinguishability
from qnet.midpoint.lorentzian import lorentzian_fresnel
from qnet.midpoint.single_click import COHERENCES, single_click_arms

PHOTONS = ("gaussian", "lorentzian")
_CHUNK = 4096
_TRIED = np.geomspace(1e-9, 1, 181)  # of the largest q
_GOLDEN = (np.sqrt(5) - 1) / 2
_HALVINGS = 60


@dataclass(frozen=True)
class Link:
    """Loss of indistinguishability, herald and rate in 1/s; the shape of the broadcast arguments."""

    distinguishability: Floats
    success_probability: Floats
    fidelity: Floats
    rate_hz: Floats


@dataclass(frozen=True)
class TunedLink(Link):
    """As `Link`, with the q that was chosen, and whether the fidelity asked for was reached."""

    q: Floats
    reached: NDArray[np.bool_]


@dataclass(frozen=True)
class Tolerance:
    """Largest |asymmetry| in km; the shape of the broadcast arguments."""

    tolerated_asymmetry_km: Floats


def double_click_link(
    *,
    photon: ArrayLike,
    duration_s: ArrayLike,
    length_km: ArrayLike,
    asymmetry_km: ArrayLike,
    p_det: ArrayLike,
    dark_count: ArrayLike,
    beta2_s2_per_km: ArrayLike,
    emission_fidelity: ArrayLike = 1.0,
    attenuation_db_per_km: ArrayLike = 0.2,
    number_resolving: ArrayLike = False,
    local_time_s: ArrayLike = 0.0,
) -> Link:
    """`double_click` with the indistinguishability that second-order dispersion leaves, and its rate.

    photon: "gaussian" or "lorentzian", of standard deviation duration_s in time, else alike at both nodes. Other
    arguments and errors as in `double_click` and `cycle_time`. Arrays broadcast.
    Raises Refused also for a link without length and local time, whose rate has no bound.
    """
    overlap, lost = _alike(photon, duration_s, asymmetry_km, beta2_s2_per_km)
    herald = double_click(
        length_km=length_km,
        asymmetry_km=asymmetry_km,
        p_det=p_det,
        dark_count=dark_count,
        indistinguishability=overlap,
        emission_fidelity=emission_fidelity,
        attenuation_db_per_km=attenuation_db_per_km,
        number_resolving=number_resolving,
    )
    cycle = _cycle_s(length_km, asymmetry_km, local_time_s)
    checks.broadcast({"local_time_s": cycle, "dark_count": np.asarray(herald.success_probability)})
    return Link(lost, herald.success_probability, herald.fidelity, herald.success_probability / cycle)


def single_click_link(
    *,
    photon: ArrayLike,
    duration_s: ArrayLike,
    length_km: ArrayLike,
    asymmetry_km: ArrayLike,
    p_det: ArrayLike,
    dark_count: ArrayLike,
    beta2_s2_per_km: ArrayLike,
    target_fidelity: ArrayLike,
    attenuation_db_per_km: ArrayLike = 0.2,
    number_resolving: ArrayLike = False,
    coherence: ArrayLike = "physical",
    local_time_s: ArrayLike = 0.0,
) -> TunedLink:
    """`single_click` at the largest q, and so the highest rate, whose fidelity reaches the target.

    With number-resolving detectors q stays below 1/2, beyond which the rate falls; with threshold ones it rises up to
    q = 2/3 at least.
    Where no q does, q is that of the highest fidelity and `reached` is false. Other arguments as in `double_click_link`
    and `single_click`. Raises Refused as they do, and where the photons of a node never arrive.
    """
    overlap, lost = _alike(photon, duration_s, asymmetry_km, beta2_s2_per_km)
    arms = arrival(
        length_km=length_km, asymmetry_km=asymmetry_km, p_det=p_det, attenuation_db_per_km=attenuation_db_per_km
    )
    refuse(arms.p_left * arms.p_right == 0, "p_det", "must let photons arrive from both nodes", p_det)
    target = checks.real("target_fidelity", target_fidelity, checks.PROBABILITY)
    cycle = _cycle_s(length_km, asymmetry_km, local_time_s)
    given = checks.broadcast(
        {
            "p_left": arms.p_left,
            "p_right": arms.p_right,
            "dark_count": checks.real("dark_count", dark_count, BELOW_ONE),
            "indistinguishability": np.asarray(overlap),
            "number_resolving": checks.flag("number_resolving", number_resolving),
            "coherence": checks.choice("coherence", coherence, COHERENCES),
            "target_fidelity": target,
            "cycle_time_s": cycle,
            "distinguishability": np.asarray(lost),
        }
    )
    shape = given["p_left"].shape
    *columns, targets, cycles, losses = (array.ravel() for array in given.values())
    q, success, fidelity = np.empty((3, targets.size))
    for start in range(0, targets.size, _CHUNK):
        part = slice(start, start + _CHUNK)
        q[part], success[part], fidelity[part] = _tuned([column[part] for column in columns], targets[part])
    return TunedLink(
        losses.reshape(shape)[()],
        success.reshape(shape)[()],
        fidelity.reshape(shape)[()],
        (success / cycles).reshape(shape)[()],
        q.reshape(shape)[()],
        (fidelity >= targets).reshape(shape)[()],
    )


def tolerated_asymmetry(
    *, photon: ArrayLike, duration_s: ArrayLike, beta2_s2_per_km: ArrayLike, loss: ArrayLike
) -> Tolerance:
    """|asymmetry| at which second-order dispersion takes mu from 1 to 1 - loss: Avis et al., Eqs. (21), (25), inverted.

    It grows as the square of the duration. Arrays broadcast.
    Raises Refused for a duration that is not positive, a loss outside [0, 1), or a beta_2 that is 0.
    """
    kind = checks.choice("photon", photon, PHOTONS)
    given = reals(
        {"duration_s": checks.POSITIVE_TO_1E30, "beta2_s2_per_km": checks.FINITE, "loss": BELOW_ONE},
        {"duration_s": duration_s, "beta2_s2_per_km": beta2_s2_per_km, "loss": loss},
    )
    duration, beta2, lost = given.values()
    checks.broadcast({**given, "photon": kind})
    refuse(beta2 == 0, "beta2_s2_per_km", "must not be 0", beta2)
    gaussian = 4 * np.sqrt(np.expm1(-2 * np.log1p(-lost)))
    strength = np.where(kind == "gaussian", gaussian, _lorentzian_strength(lost))
    with np.errstate(over="ignore"):
        tolerated = strength * duration**2 / np.abs(beta2)
    refuse(np.isinf(tolerated), "beta2_s2_per_km", "must be so large that the asymmetry is finite", beta2)
    return Tolerance(tolerated)


def _lorentzian_strength(lost: Floats) -> Floats:
    """|beta_2 Delta L| / tau^2 of a given loss, by bisection of its logarithm."""
    low, high = np.full(lost.shape, -80.0), np.full(lost.shape, 80.0)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        enough = lorentzian_fresnel(duration_s=1.0, asymmetry_km=np.exp(middle), beta2_s2_per_km=1.0)
        above = enough.distinguishability > lost
        low, high = np.where(above, low, middle), np.where(above, middle, high)
    return np.where(lost > 0, np.exp((low + high) / 2), 0.0)


def _cycle_s(length_km: ArrayLike, asymmetry_km: ArrayLike, local_time_s: ArrayLike) -> Floats:
    cycle = cycle_time(length_km=length_km, asymmetry_km=asymmetry_km, local_time_s=local_time_s).cycle_time_s
    refuse(cycle < 1e-30, "local_time_s", "must be positive where the link has no length", local_time_s)
    return cycle


def _alike(
    photon: ArrayLike, duration_s: ArrayLike, asymmetry_km: ArrayLike, beta2_s2_per_km: ArrayLike
) -> tuple[Floats, Floats]:
    """(mu, 1 - mu) behind second-order dispersion."""
    kind = checks.choice("photon", photon, PHOTONS)
    pulse = {"duration_s": duration_s, "asymmetry_km": asymmetry_km, "beta2_s2_per_km": beta2_s2_per_km}
    gaussian, lorentzian = gaussian_indistinguishability(**pulse), lorentzian_fresnel(**pulse)
    checks.broadcast({"photon": kind, "duration_s": np.asarray(gaussian.indistinguishability)})
    return (
        np.where(kind == "gaussian", gaussian.indistinguishability, lorentzian.indistinguishability),
        np.where(kind == "gaussian", gaussian.distinguishability, lorentzian.distinguishability),
    )


def _tuned(columns: list[NDArray], target: Floats) -> tuple[Floats, Floats, Floats]:
    """(q, success probability, fidelity) of the largest q that reaches the target, or of the best one. Flat arrays."""
    p_left, p_right, dark, mu, resolving, coherence = columns
    largest = np.minimum(np.minimum(p_left, p_right), np.where(resolving, 0.5, 1.0))

    def herald(fraction: Floats) -> tuple[Floats, Floats]:
        q = fraction * largest
        found = single_click_arms(
            p_left=p_left,
            p_right=p_right,
            bright_left=q / p_left,
            bright_right=q / p_right,
            dark_count=dark,
            indistinguishability=mu,
            number_resolving=resolving,
            coherence=coherence,
        )
        return found.success_probability, found.fidelity

    tried = np.stack([herald(np.full(largest.shape, f))[1] for f in _TRIED], axis=1)
    best = np.clip(np.argmax(tried, axis=1), 1, len(_TRIED) - 2)
    highest = _highest(lambda x: herald(np.exp(x))[1], np.log(_TRIED[best - 1]), np.log(_TRIED[best + 1]))
    good = tried >= target[:, None]
    last = len(_TRIED) - 1 - np.argmax(good[:, ::-1], axis=1)
    some = good.any(axis=1)
    low = np.where(some, np.log(_TRIED[last]), highest)
    high = np.log(np.where(some, _TRIED[np.minimum(last + 1, len(_TRIED) - 1)], _TRIED[best + 1]))
    reachable = herald(np.exp(low))[1] >= target
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        up = reachable & (herald(np.exp(middle))[1] >= target)
        low, high = np.where(up, middle, low), np.where(up | ~reachable, high, middle)
    fraction = np.exp(np.where(some & (last == len(_TRIED) - 1), 0.0, low))
    success, fidelity = herald(fraction)
    return fraction * largest, success, fidelity


def _highest(value: Callable[[Floats], Floats], low: Floats, high: Floats) -> Floats:
    """Where a function with one maximum between low and high has it, by golden-section search."""
    for _ in range(_HALVINGS):
        left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
        rising = value(left) < value(right)
        low, high = np.where(rising, left, low), np.where(rising, high, right)
    return (low + high) / 2
