"""Indistinguishability of Gaussian photons behind unequal lengths of dispersive fibre.

Avis et al., arXiv:2305.09635, Sec. II.3.1 and Appendix B.1. In units of sigma = 1 / (2 duration), with
A = 1 - i quadratic: I = I_0 <exp(i cubic v^3 / 6)>, where v = w / sqrt(A) - i linear / A and w is standard normal.
"""

import numpy as np

from qnet.midpoint import contour
from qnet.midpoint.arguments import Asymmetry
from qnet.midpoint.wave_packet import Complexes, Mismatch, MismatchedPhotons, Overlap
from qnet.records import Floats

_CHUNK = 4096
_STEP, _REACH = 0.1, 9.0
_W = np.arange(0, _REACH, _STEP)
_WEIGHTS = 2 * _STEP / np.sqrt(2 * np.pi) * np.exp(-(_W**2) / 2) * np.where(_W > 0, 1, 0.5)
_SHIFT = 2.0  # slope of the cubic phase, in widths of the normal density, beyond which the mean cancels
_VANISHED = 30.0  # |centre| beyond which mu is below the smallest float if the cubic phase is weak
_WEAK = 0.1  # below it the cubic phase is small wherever the normal density is not, and no other saddle counts


def gaussian_indistinguishability(photons: MismatchedPhotons, *, asymmetry_km: Asymmetry) -> Overlap:
    """Squared overlap at the midpoint. Avis et al., Eq. (21), and Eq. (19) by quadrature with beta_3. Arrays broadcast.

    Every field is good to a relative 1e-13 for weak third-order dispersion; otherwise 1e-13 absolutely.
    Raises Refused for an asymmetry that is not finite.
    """
    mismatch = Mismatch.of(photons, MismatchedPhotons, asymmetry_km, per_duration=0.5)
    second_order, lost = dispersed(mismatch)
    change = _third_order_change(mismatch, second_order)
    return mismatch.overlap(second_order + change, lost - change, change)


def gaussian_leading_order(photons: MismatchedPhotons, *, asymmetry_km: Asymmetry) -> Overlap:
    """To leading order in every mismatch. Avis et al., Eqs. (22)-(23).

    Its third-order change needs a delay: without one the effect is of second order, -5/12 (beta_3 Delta L sigma^3)^2.
    Raises Refused for an asymmetry that is not finite.
    """
    mismatch = Mismatch.of(photons, MismatchedPhotons, asymmetry_km, per_duration=0.5)
    change = mismatch.cubic * mismatch.linear
    lost = mismatch.quadratic**2 / 2 + mismatch.detuning**2 / 4 + mismatch.linear**2 - change
    return mismatch.overlap(1 - lost, lost, change)


def dispersed(mismatch: Mismatch) -> tuple[Floats, Floats]:
    """(mu, 1 - mu) without third-order dispersion."""
    spread = 1 + mismatch.quadratic**2
    exponent = np.log1p(mismatch.quadratic**2) / 2 + mismatch.detuning**2 / 4 + mismatch.linear**2 / spread
    return np.exp(-exponent), -np.expm1(-exponent)


def _third_order_change(mismatch: Mismatch, second_order: Floats) -> Floats:
    change = np.zeros_like(second_order)
    if not mismatch.cubic.any():
        return change
    inverse = 1 / (1 - 1j * mismatch.quadratic)
    centre = -1j * mismatch.linear * inverse
    curvature = np.abs(mismatch.cubic * inverse) * (1 + np.abs(centre))
    slope = np.abs(mismatch.cubic * np.sqrt(inverse)) * np.abs(centre) ** 2 / 2
    mild = (curvature <= _WEAK) & (slope <= _SHIFT)
    felt = (mismatch.cubic != 0) & ~(mild & (np.abs(centre) > _VANISHED))
    weak = np.flatnonzero(felt & mild)
    for part in (weak[i : i + _CHUNK] for i in range(0, len(weak), _CHUNK)):
        factor = _mean_minus_one(mismatch.cubic[part], centre[part], np.sqrt(inverse[part]))
        change[part] = second_order[part] * (2 * factor.real + np.abs(factor) ** 2)
    for i in np.flatnonzero(felt & ~mild):
        found = contour.integral(
            amplitude=lambda v: np.exp(-v * v / 2) / np.sqrt(2 * np.pi),
            reach=np.ones_like,
            structure=(0.0,),
            width=1.0,
            quadratic=float(mismatch.quadratic[i]),
            cubic=float(mismatch.cubic[i]),
            linear=float(mismatch.linear[i]),
        )
        change[i] = abs(found) ** 2 * np.exp(-(mismatch.detuning[i] ** 2) / 4) - second_order[i]
    return change


def _mean_minus_one(cubic: Floats, centre: Complexes, width: Complexes) -> Complexes:
    """<exp(i cubic v^3 / 6)> - 1 for v = centre + width w, over the even part in w, so that nothing cancels."""
    third, centre, width = 1j / 6 * cubic[:, None], centre[:, None], width[:, None]
    even = third * centre * (centre**2 + 3 * (width * _W) ** 2)
    odd = third * width * _W * (3 * centre**2 + (width * _W) ** 2)
    return (np.expm1(even) * np.cosh(odd) + 2 * np.sinh(odd / 2) ** 2) @ _WEIGHTS
