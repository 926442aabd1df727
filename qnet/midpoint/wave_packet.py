"""How alike two photons arrive at the midpoint: arguments, result, and what any shape of wave packet shares.

Avis et al., arXiv:2305.09635, Sec. II.3. With b_n = beta_n asymmetry_km, u = omega - omega_0 and spectral amplitudes
phi centred at omega_0 -+ detuning / 2 (the left one lower for a positive detuning), Eqs. (16)-(19):

    mu = |I|^2,  I = int du phi_left(u) phi_right(u)* exp[i (b_2 u^2 / 2 + b_3 u^3 / 6 - delay u)].

delay > 0 means that the right photon is late. Reversing the sign of delay, or of both b_n, changes mu only through
their mixed terms.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qnet import checks
from qnet.midpoint.arguments import Floats, refuse

Complexes = NDArray[np.complex128]

_MOST = 1e30  # of each mismatch, in units of the photons' width
_LEAST_CUBIC = 1e-100  # below it nothing of it is left


@dataclass(frozen=True)
class Overlap:
    """Squared overlap mu of two wave packets; the shape of the broadcast arguments.

    distinguishability: 1 - mu, without cancellation where mu is near 1.
    third_order_change: what third-order dispersion adds to mu, without cancellation where it is small.
    """

    indistinguishability: Floats
    distinguishability: Floats
    third_order_change: Floats


@dataclass(frozen=True)
class Mismatch:
    """The photons' differences in units of their width: of sigma for Gaussian, of 1 / tau for Lorentzian ones.

    quadratic, cubic: b_2 and b_3; linear: the delay; detuning: the difference of the centres. Flat arrays.
    """

    quadratic: Floats
    cubic: Floats
    linear: Floats
    detuning: Floats
    shape: tuple[int, ...]

    @classmethod
    def between(
        cls,
        *,
        per_duration: float,
        duration_s: ArrayLike,
        asymmetry_km: ArrayLike,
        beta2_s2_per_km: ArrayLike,
        beta3_s3_per_km: ArrayLike,
        delay_s: ArrayLike,
        detuning_rad_per_s: ArrayLike,
    ) -> Self:
        """Checks the arguments of a public function; the unit of frequency is per_duration / duration_s."""
        given = {"duration_s": checks.real("duration_s", duration_s, checks.POSITIVE_TO_1E30)}
        for name, value in {
            "asymmetry_km": asymmetry_km,
            "beta2_s2_per_km": beta2_s2_per_km,
            "beta3_s3_per_km": beta3_s3_per_km,
            "delay_s": delay_s,
            "detuning_rad_per_s": detuning_rad_per_s,
        }.items():
            given[name] = checks.real(name, value, checks.FINITE)
        shape = checks.broadcast(given)["duration_s"].shape
        duration, asymmetry, beta2, beta3, delay, detuning = given.values()
        unit = per_duration / duration
        with np.errstate(over="ignore", invalid="ignore"):
            # one power of the unit at a time: squares and cubes of 1e-12 s would underflow for no reason
            parts = {
                "asymmetry_km beta2_s2_per_km / duration_s^2": asymmetry * (beta2 * unit * unit),
                "asymmetry_km beta3_s3_per_km / duration_s^3": asymmetry * (beta3 * unit * unit * unit),
                "delay_s / duration_s": delay * unit,
                "detuning_rad_per_s duration_s": detuning / unit,
            }
        for product, part in parts.items():
            name = product.split()[0]
            refuse(~(np.abs(part) <= _MOST), name, f"must keep {product} below {_MOST:g} in size", given[name])
        quadratic, cubic, linear, centres = (np.broadcast_to(part, shape).ravel() for part in parts.values())
        cubic = np.where(np.abs(cubic) < _LEAST_CUBIC, 0.0, cubic)
        return cls(quadratic, cubic, linear, centres, shape)


def changed(amplitude: Complexes, by: Complexes) -> Floats:
    """|amplitude + by|^2 - |amplitude|^2."""
    return 2 * (by * amplitude.conj()).real + np.abs(by) ** 2
