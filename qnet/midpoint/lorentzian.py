"""Indistinguishability of Lorentzian photons, those of a decaying two-level system, behind unequal lengths of fibre.

Avis et al., arXiv:2305.09635, Sec. II.3.2 and Appendix B.2. In units of 1 / tau, tau = duration, with k = tau u:
I = int dk / (2 pi) exp(i phase) / {[1/2 - i (k + detuning/2)] [1/2 + i (k - detuning/2)]}.
"""

import numpy as np
from numpy.typing import NDArray

from qnet.midpoint import contour
from qnet.midpoint.arguments import Asymmetry
from qnet.midpoint.wave_packet import Complexes, DispersedPhotons, Mismatch, MismatchedPhotons, Overlap, changed
from qnet.records import Floats

_CHUNK = 4096
_TURN = np.exp(0.25j * np.pi)
_REACH = 9.0  # exp(-9^2 / 2) < 3e-18
_WEAK = 0.1  # cubic / quadratic^(3/2) up to which the two saddles are far apart


def lorentzian_indistinguishability(photons: MismatchedPhotons, *, asymmetry_km: Asymmetry) -> Overlap:
    """Squared overlap at the midpoint: Avis et al., Eq. (25), the same with mismatches, or Eq. (19) by quadrature.

    Every field is good to a relative 1e-12 without delay, detuning and strong third-order dispersion; with a delay, or
    third-order dispersion with a detuning, 1e-13 absolutely. Arrays broadcast.
    Raises Refused for an asymmetry that is not finite.
    """
    mismatch = Mismatch.of(photons, MismatchedPhotons, asymmetry_km, per_duration=1.0)
    amplitude, second_order, lost = _second_order(mismatch)
    change = _third_order_change(mismatch, amplitude, second_order)
    return mismatch.overlap(second_order + change, lost - change, change)


def lorentzian_fresnel(photons: DispersedPhotons, *, asymmetry_km: Asymmetry) -> Overlap:
    """The printed form, without delay, detuning and third-order dispersion. Avis et al., Eq. (25).

    Fresnel integrals with kernels cos(pi t^2 / 2), sin(pi t^2 / 2) at z = sqrt(|beta_2 Delta L| / pi) / (2 tau).
    Raises Refused for an asymmetry that is not finite.
    """
    mismatch = Mismatch.of(photons, DispersedPhotons, asymmetry_km, per_duration=1.0)
    kept, lost = dispersed(mismatch.quadratic)
    return mismatch.overlap(kept, lost, np.zeros_like(kept))


def lorentzian_leading_order(photons: DispersedPhotons, *, asymmetry_km: Asymmetry) -> Overlap:
    """1 - sqrt(|beta_2 Delta L| / pi) / tau, negative for short photons. Avis et al., Eq. (26).

    Raises Refused for an asymmetry that is not finite.
    """
    mismatch = Mismatch.of(photons, DispersedPhotons, asymmetry_km, per_duration=1.0)
    z = _fresnel_argument(mismatch.quadratic)
    return mismatch.overlap(1 - 2 * z, 2 * z, np.zeros_like(z))


def dispersed(quadratic: Floats) -> tuple[Floats, Floats]:
    """(mu, 1 - mu) after second-order dispersion of that strength alone, by Fresnel integrals."""
    from scipy import special  # takes longer to import than all else here

    sine, cosine = special.fresnel(_fresnel_argument(quadratic))
    kept = 2 * ((0.5 - cosine) ** 2 + (0.5 - sine) ** 2)
    return kept, 2 * (cosine + sine) - 2 * (cosine**2 + sine**2)


def _fresnel_argument(quadratic: Floats) -> Floats:
    return np.sqrt(np.abs(quadratic) / np.pi) / 2


def _second_order(mismatch: Mismatch) -> tuple[Complexes, Floats, Floats]:
    """(I, or its conjugate where b_2 < 0; mu; 1 - mu) without third-order dispersion, by the Faddeeva function.

    I = [w(zeta_+) + w(zeta_-)] / [2 (1 - i detuning)], zeta_+- = sqrt(b/2) e^(-i pi/4) (detuning/2 -+ linear/b + i/2).
    A negative b is that of the conjugate, with the signs of linear and detuning reversed.
    """
    sign = np.where(mismatch.quadratic < 0, -1.0, 1.0)
    b = np.abs(mismatch.quadratic)
    linear, detuning = sign * mismatch.linear, sign * mismatch.detuning
    complex_detuning = (detuning + 1j) / 2
    centre = np.sqrt(b / 2) * complex_detuning
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        shift = np.where(linear == 0, 0.0, linear / b * np.sqrt(b / 2))
        simple = (b == 0) | ~(np.abs(shift) < 1e50)
    unlike = 1 - 1j * detuning
    kept, missing = np.zeros_like(centre), -2j * detuning
    for side in (-1, 1):
        zeta = np.where(simple, 0, (centre + side * shift) / _TURN)
        # -zeta^2, written out: with a delay its large imaginary part would swamp the real one
        exponent = np.where(simple, 0, 1j * (centre**2 + side * linear * complex_detuning + shift**2))
        kept += _faddeeva(zeta, exponent)
        missing += _one_minus_faddeeva(zeta, exponent)
    kept, missing = kept / (2 * unlike), missing / (2 * unlike)
    # without second-order dispersion |I|^2 = exp(-|linear|) / (1 + detuning^2)
    decay = np.abs(linear) + np.log1p(detuning**2)
    late = np.exp(-(1 + 1j * np.sign(linear) * detuning) * np.abs(linear) / 2) / unlike
    amplitude = np.where(simple, late, kept)
    mu = np.where(simple, np.exp(-decay), np.abs(kept) ** 2)
    lost = np.where(simple, -np.expm1(-decay), 2 * missing.real - np.abs(missing) ** 2)
    return amplitude, mu, lost


def _faddeeva(zeta: Complexes, exponent: Complexes) -> Complexes:
    """w(zeta), given exponent = -zeta^2."""
    from scipy import special

    lower = zeta.imag < 0
    upper = special.wofz(np.where(lower, -zeta, zeta))
    return np.where(lower, 2 * np.exp(np.where(lower, exponent, 0)) - upper, upper)


def _one_minus_faddeeva(zeta: Complexes, exponent: Complexes) -> Complexes:
    """1 - w(zeta), without cancellation where zeta is small."""
    from scipy import special

    small = np.abs(zeta) < 1
    near, power = np.where(small, zeta, 0), np.where(small, exponent, 0)
    return np.where(small, -np.expm1(power) - np.exp(power) * special.erf(1j * near), 1 - _faddeeva(zeta, exponent))


def _third_order_change(mismatch: Mismatch, amplitude: Complexes, second_order: Floats) -> Floats:
    change = np.zeros_like(second_order)
    cubic, b = np.abs(mismatch.cubic), np.abs(mismatch.quadratic)
    matched = (mismatch.linear == 0) & (mismatch.detuning == 0)
    # with both photons alike, k -> -k and complex conjugation make the signs of b and the cubic term irrelevant
    weak = matched & (cubic <= _WEAK * b**1.5)
    points = np.flatnonzero((cubic != 0) & weak)
    for part in (points[i : i + _CHUNK] for i in range(0, len(points), _CHUNK)):
        by = _first_saddle(b[part], cubic[part]) + _second_saddle(b[part], cubic[part])
        change[part] = changed(amplitude[part], by)
    for i in np.flatnonzero((cubic != 0) & ~weak):
        change[i] = abs(_amplitude(mismatch, int(i))) ** 2 - second_order[i]
    return change


def _first_saddle(b: Floats, cubic: Floats) -> Complexes:
    """What the cubic phase adds to I along k = e^(i pi/4) rho through 0; nodes crowd where the spectrum peaks."""
    t = np.linspace(0, 1, 161)
    last = np.arcsinh(2 * _REACH / np.sqrt(b))[:, None]
    rho = np.sinh(last * t) / 2
    weights = last / 160 * np.cosh(last * t) / 2 * np.where(t > 0, 1, 0.5)
    k = _TURN * rho
    less = -2 * np.sin(cubic[:, None] * k**3 / 12) ** 2 * np.exp(-b[:, None] * rho**2 / 2)
    return _TURN / np.pi * np.sum(weights * less / (0.25 + k**2), axis=1)


def _second_saddle(b: Floats, cubic: Floats) -> Complexes:
    """The whole of I along the steepest path through k = -2 b / cubic, where the dispersion changes its sign."""
    steps = np.linspace(-_REACH, _REACH, 181)
    rho = steps / np.sqrt(b)[:, None]
    offset = rho / _TURN
    k = offset - (2 * b / cubic)[:, None]
    exponent = -(steps**2) / 2 + 1j * cubic[:, None] * offset**3 / 6
    total = np.sum(np.exp(exponent) / (0.25 + k**2), axis=1) * (steps[1] - steps[0]) / np.sqrt(b)
    return np.exp(2j / 3 * b**3 / cubic**2) / _TURN / (2 * np.pi) * total


def _amplitude(mismatch: Mismatch, i: int) -> complex:
    half = float(mismatch.detuning[i]) / 2

    def spectrum(k: Complexes) -> Complexes:
        return 1 / (2 * np.pi * (0.5 - 1j * (k + half)) * (0.5 + 1j * (k - half)))

    def reach(s: NDArray) -> NDArray:
        return 0.3 / np.sqrt(1 / (1 + (s - half) ** 2) + 1 / (1 + (s + half) ** 2))

    return contour.integral(
        amplitude=spectrum,
        reach=reach,
        structure=(-half, half),
        width=0.5,
        quadratic=float(mismatch.quadratic[i]),
        cubic=float(mismatch.cubic[i]),
        linear=float(mismatch.linear[i]),
    )
