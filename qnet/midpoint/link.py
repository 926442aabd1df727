"""A link with all that an off-centre midpoint does to it: cycle time, losses, dispersion. Avis et al., Sec. II."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qnet import checks
from qnet.midpoint import gaussian, lorentzian
from qnet.midpoint.arguments import (
    BELOW_ONE,
    DISTINGUISHABILITY,
    FIDELITY,
    SUCCESS,
    EmissionFidelity,
    narrow,
    refuse,
    shape,
    spread,
)
from qnet.midpoint.arms import LocalTime, Midpoint, Placement, cycle_time
from qnet.midpoint.double_click import double_click
from qnet.midpoint.herald import Detectors
from qnet.midpoint.photons import DoubleClickPhotons
from qnet.midpoint.single_click import COHERENCE, Coherence, heralded
from qnet.midpoint.wave_packet import Mismatch, ShapedPhotons
from qnet.records import Floats, Quantity, about

TARGET = Quantity("1", "fidelity that is asked for", checks.PROBABILITY)
LOSS = Quantity("1", "tolerated loss of indistinguishability", BELOW_ONE)

TargetFidelity = Annotated[ArrayLike, TARGET]
Loss = Annotated[ArrayLike, LOSS]

_CHUNK = 4096
_TRIED = np.geomspace(1e-9, 1, 181)  # of the largest q
_GOLDEN = (np.sqrt(5) - 1) / 2
_HALVINGS = 60


@dataclass(frozen=True)
class Link:
    """Loss of indistinguishability, herald and rate; the shape of the broadcast arguments."""

    distinguishability: Floats = field(metadata={"quantity": DISTINGUISHABILITY})
    success_probability: Floats = field(metadata={"quantity": SUCCESS})
    fidelity: Floats = field(metadata={"quantity": FIDELITY})
    rate_hz: Floats = field(metadata=about("1/s", "mean rate of heralds"))


@dataclass(frozen=True)
class TunedLink(Link):
    """As `Link`, with the q that was chosen, and whether the fidelity asked for was reached."""

    q: Floats = field(metadata=about("1", "probability that a node's photon is emitted and detected"))
    reached: NDArray[np.bool_] = field(metadata=about("", "whether the fidelity asked for is reached"))


@dataclass(frozen=True)
class Tolerance:
    """Largest |asymmetry|; the shape of the broadcast arguments."""

    tolerated_asymmetry_km: Floats = field(metadata=about("km", "asymmetry at which the tolerated loss is reached"))


def double_click_link(
    midpoint: Midpoint,
    photons: ShapedPhotons,
    detectors: Detectors,
    *,
    emission_fidelity: EmissionFidelity = 1.0,
    local_time_s: LocalTime = 0.0,
) -> Link:
    """`double_click` with the indistinguishability that second-order dispersion leaves, and its rate.

    The photons are alike at both nodes but for the fibre behind them. Keywords as in `DoubleClickPhotons` and
    `cycle_time`; all arguments broadcast against each other.
    Raises Refused as `double_click` does, and for a link without length and local time, whose rate has no bound.
    """
    checks.instance("midpoint", midpoint, Midpoint)
    overlap, lost = _alike(photons, midpoint)
    emitted = DoubleClickPhotons(indistinguishability=overlap, emission_fidelity=emission_fidelity)
    herald = double_click(midpoint, emitted, detectors)
    success, cycle = np.asarray(herald.success_probability), np.asarray(_cycle_s(midpoint, local_time_s))
    whole = shape(dark_count=success, local_time_s=cycle)
    return Link(*(spread(values, whole) for values in (lost, success, herald.fidelity, success / cycle)))


def single_click_link(
    midpoint: Midpoint,
    photons: ShapedPhotons,
    detectors: Detectors,
    *,
    target_fidelity: TargetFidelity,
    coherence: Coherence = "physical",
    local_time_s: LocalTime = 0.0,
) -> TunedLink:
    """`single_click` at the largest q, and so the highest rate, whose fidelity reaches the target.

    With number-resolving detectors q stays below 1/2, beyond which the rate falls; with threshold ones it rises up to
    q = 2/3 at least. Where no q reaches the target, q is that of the highest fidelity and `reached` is false.
    Keywords otherwise as in `single_click` and `cycle_time`; all arguments broadcast against each other.
    Raises Refused as these do, for a link without length and local time, and where the photons of a node never arrive.
    """
    checks.instance("midpoint", midpoint, Midpoint)
    overlap, lost = _alike(photons, midpoint)
    p_left, p_right = midpoint.detection()
    refuse(p_left * p_right == 0, "p_det", "must let photons arrive from both nodes", narrow(midpoint.p_det))
    target = TARGET.checked("target_fidelity", target_fidelity)
    kind = COHERENCE.checked("coherence", coherence)
    cycle = _cycle_s(midpoint, local_time_s)
    whole = shape(
        midpoint=(midpoint, Midpoint),
        detectors=(detectors, Detectors),
        photons=overlap,
        local_time_s=np.asarray(cycle),
        target_fidelity=target,
        coherence=kind,
    )
    physical = kind == "physical"
    *columns, targets, cycles, losses = (
        np.broadcast_to(values, whole).ravel()
        for values in (
            p_left, p_right, overlap, detectors.dark_count, detectors.number_resolving, physical, target, cycle, lost
        )
    )  # fmt: skip
    q, success, fidelity = np.empty((3, targets.size))
    for start in range(0, targets.size, _CHUNK):
        part = slice(start, start + _CHUNK)
        q[part], success[part], fidelity[part] = _tuned([column[part] for column in columns], targets[part])
    results: list[NDArray[Any]] = [losses, success, fidelity, success / cycles, q, fidelity >= targets]
    return TunedLink(*(values.reshape(whole)[()] for values in results))


def tolerated_asymmetry(photons: ShapedPhotons, *, loss: Loss) -> Tolerance:
    """|asymmetry| at which second-order dispersion takes mu from 1 to 1 - loss: Avis et al., Eqs. (21), (25), inverted.

    It grows as the square of the duration. Arrays broadcast.
    Raises Refused for a loss outside [0, 1), for a beta_2 that is 0, and where the asymmetry is not a finite number.
    """
    lost = LOSS.checked("loss", loss)
    whole = shape(photons=(photons, ShapedPhotons), loss=lost)
    duration, beta2 = narrow(photons.duration_s), narrow(photons.beta2_s2_per_km)
    refuse(beta2 == 0, "beta2_s2_per_km", "must not be 0", beta2)
    is_gaussian, of_gaussian = narrow(photons.photon) == "gaussian", 4 * np.sqrt(np.expm1(-2 * np.log1p(-lost)))
    strength = np.where(is_gaussian, of_gaussian, _lorentzian_strength(lost))
    with np.errstate(over="ignore"):
        tolerated = strength * duration**2 / np.abs(beta2)
    refuse(np.isinf(tolerated), "beta2_s2_per_km", "must be so large that the asymmetry is finite", beta2)
    return Tolerance(spread(tolerated, whole))


def _lorentzian_strength(lost: Floats) -> Floats:
    """|beta_2 Delta L| / tau^2 of a given loss, by bisection of its logarithm."""
    low, high = np.full(lost.shape, -80.0), np.full(lost.shape, 80.0)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        above = lorentzian.dispersed(np.exp(middle))[1] > lost
        low, high = np.where(above, low, middle), np.where(above, middle, high)
    return np.where(lost > 0, np.exp((low + high) / 2), 0.0)


def _cycle_s(placement: Placement, local_time_s: ArrayLike) -> Floats:
    cycle = cycle_time(placement, local_time_s=local_time_s).cycle_time_s
    refuse(cycle < 1e-30, "local_time_s", "must be positive where the link has no length", local_time_s)
    return cycle


def _alike(photons: ShapedPhotons, placement: Placement) -> tuple[Floats, Floats]:
    """(mu, 1 - mu) behind second-order dispersion."""
    asymmetry = narrow(placement.asymmetry_km)
    gauss = Mismatch.of(photons, ShapedPhotons, asymmetry, per_duration=0.5)
    lorentz = Mismatch.of(photons, ShapedPhotons, asymmetry, per_duration=1.0)
    is_gaussian = np.broadcast_to(photons.photon == "gaussian", gauss.shape)
    parts = zip(gaussian.dispersed(gauss), lorentzian.dispersed(lorentz.quadratic), strict=True)
    kept, lost = (np.where(is_gaussian, g.reshape(gauss.shape), other.reshape(gauss.shape)) for g, other in parts)
    return kept, lost


def _tuned(columns: list[NDArray], target: Floats) -> tuple[Floats, Floats, Floats]:
    """(q, success probability, fidelity) of the largest q that reaches the target, or of the best one. Flat arrays."""
    p_left, p_right, mu, dark, resolving, physical = columns
    largest = np.minimum(np.minimum(p_left, p_right), np.where(resolving, 0.5, 1.0))

    def herald(fraction: Floats) -> tuple[Floats, Floats]:
        q = fraction * largest
        return heralded(p_left, p_right, q / p_left, q / p_right, mu, dark, resolving, physical)

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
