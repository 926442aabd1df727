"""How alike two photons arrive at the midpoint: arguments, result, and what any shape of wave packet shares.

Avis et al., arXiv:2305.09635, Sec. II.3. With b_n = beta_n asymmetry_km, u = omega - omega_0 and spectral amplitudes
phi centred at omega_0 -+ detuning / 2 (the left one lower for a positive detuning), Eqs. (16)-(19):

    mu = |I|^2,  I = int du phi_left(u) phi_right(u)* exp[i (b_2 u^2 / 2 + b_3 u^3 / 6 - delay u)].

delay > 0 means that the right photon is late. Reversing the sign of delay, or of both b_n, changes mu only through
their mixed terms.
"""

from dataclasses import dataclass
from dataclasses import field as column
from typing import Self

import numpy as np
from attrs import field, frozen
from numpy.typing import ArrayLike, NDArray

from qnet import checks
from qnet.midpoint.arguments import (
    ASYMMETRY,
    DISTINGUISHABILITY,
    INDISTINGUISHABILITY,
    narrow,
    refuse,
    shape,
)
from qnet.records import Arrays, Floats, about, array, words

Complexes = NDArray[np.complex128]

_MOST = 1e30  # of each mismatch, in units of the photons' width
_LEAST_CUBIC = 1e-100  # below it nothing of it is left


@frozen(kw_only=True, eq=False)
class WavePackets(Arrays):
    """What all photons here have: how long they are, and how the fibre behind them spreads them. Fields broadcast.

    duration_s: for Gaussian photons 1 / (2 sigma), for Lorentzian ones, those of a decaying emitter, the lifetime tau.
    """

    duration_s: Floats = field(
        converter=array, metadata=about("s", "standard deviation in time of the photon", checks.POSITIVE_TO_1E30)
    )
    beta2_s2_per_km: Floats = field(
        converter=array, metadata=about("s^2/km", "group-velocity dispersion", checks.FINITE)
    )


@frozen(kw_only=True, eq=False)
class DispersedPhotons(WavePackets):
    """Photons that differ only by the second-order dispersion of the fibre behind them. Fields broadcast.

    Raises Refused for a duration that is not positive or values that are not finite.
    """


@frozen(kw_only=True, eq=False)
class ShapedPhotons(WavePackets):
    """As `DispersedPhotons`, with the shape of their wave packets by name. Fields broadcast."""

    photon: NDArray[np.str_] = field(
        converter=words, metadata=about("", "shape of the wave packet", ("gaussian", "lorentzian"))
    )


@frozen(kw_only=True, eq=False)
class MismatchedPhotons(WavePackets):
    """Photons that differ by dispersion of second and third order, in time and in frequency. Fields broadcast.

    delay_s: by which the right photon is late. The photons are centred at detuning / 2 on either side of the reference
    frequency, at which beta_2 and beta_3 are taken.
    Raises Refused for a duration that is not positive or values that are not finite.
    """

    beta3_s3_per_km: Floats = field(
        default=0.0, converter=array, metadata=about("s^3/km", "third-order dispersion", checks.FINITE)
    )
    delay_s: Floats = field(
        default=0.0, converter=array, metadata=about("s", "time by which the right photon is late", checks.FINITE)
    )
    detuning_rad_per_s: Floats = field(
        default=0.0,
        converter=array,
        metadata=about("rad/s", "difference of the photons' centre frequencies", checks.FINITE),
    )


@dataclass(frozen=True)
class Overlap:
    """Squared overlap mu of two wave packets; the shape of the broadcast arguments.

    distinguishability: 1 - mu, without cancellation where mu is near 1.
    third_order_change: what third-order dispersion adds to mu, without cancellation where it is small.
    """

    indistinguishability: Floats = column(metadata={"quantity": INDISTINGUISHABILITY})
    distinguishability: Floats = column(metadata={"quantity": DISTINGUISHABILITY})
    third_order_change: Floats = column(
        metadata=about("1", "what third-order dispersion adds to the indistinguishability")
    )


@dataclass(frozen=True)
class Mismatch:
    """The photons' differences in units of their width: of sigma for Gaussian, of 1 / tau for Lorentzian ones.

    quadratic, cubic: b_2 and b_3; linear: the delay; detuning: the difference of the centres. Flat arrays.
    shape: that of the arguments.
    """

    quadratic: Floats
    cubic: Floats
    linear: Floats
    detuning: Floats
    shape: tuple[int, ...]

    @classmethod
    def of(cls, photons: WavePackets, kind: type[WavePackets], asymmetry_km: ArrayLike, *, per_duration: float) -> Self:
        """Checks the arguments of a public function, which takes photons of one kind.

        The unit of frequency is per_duration / duration_s.
        """
        asymmetry = ASYMMETRY.checked("asymmetry_km", asymmetry_km)
        whole = shape(photons=(photons, kind), asymmetry_km=asymmetry)
        given = {"asymmetry_km": asymmetry}
        # what photons of this kind do not have is 0
        for name in ("beta2_s2_per_km", "beta3_s3_per_km", "delay_s", "detuning_rad_per_s"):
            given[name] = narrow(getattr(photons, name, np.zeros(())))
        asymmetry, beta2, beta3, delay, detuning = given.values()
        unit = per_duration / narrow(photons.duration_s)
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
        quadratic, cubic, linear, centres = (np.broadcast_to(part, whole).ravel() for part in parts.values())
        cubic = np.where(np.abs(cubic) < _LEAST_CUBIC, 0.0, cubic)
        return cls(quadratic, cubic, linear, centres, whole)

    def overlap(self, kept: Floats, lost: Floats, change: Floats) -> Overlap:
        """The result, from flat arrays of mu, 1 - mu and the third-order change."""
        return Overlap(*(part.reshape(self.shape)[()] for part in (kept, lost, change)))


def changed(amplitude: Complexes, by: Complexes) -> Floats:
    """|amplitude + by|^2 - |amplitude|^2."""
    return 2 * (by * amplitude.conj()).real + np.abs(by) ** 2
