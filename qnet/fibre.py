"""Optical fibre: how much light it lets through, how long light takes, and how it spreads a pulse.

The constants of the papers' fibre stand here and nowhere else. Lengths are in km, attenuations in dB/km, times in s.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from qnet import checks
from qnet.records import Floats, about

ATTENUATION_DB_PER_KM = 0.2  # Avis et al., Sec. III.5
LIGHT_KM_PER_S = 200_000.0  # in fibre, Avis et al., Sec. III
LN_PER_DB = np.log(10) / 10  # a loss in dB times this is minus the natural logarithm of the transmission
_VACUUM_NM_PER_PS = 299_792.458


@dataclass(frozen=True)
class Dispersion:
    """Second and third Taylor coefficient of the wave number in angular frequency; the shape of the broadcast input."""

    beta2_s2_per_km: Floats = field(metadata=about("s^2/km", "group-velocity dispersion"))
    beta3_s3_per_km: Floats = field(metadata=about("s^3/km", "third-order dispersion"))


def transmission(*, length_km: ArrayLike, attenuation_db_per_km: ArrayLike = ATTENUATION_DB_PER_KM) -> Floats:
    """Probability that a photon passes the fibre, 10^(-attenuation length / 10). Arrays broadcast.

    Raises Refused for a length or an attenuation that is negative or above 1e30.
    """
    length, attenuation = _reals(
        {"length_km": length_km, "attenuation_db_per_km": attenuation_db_per_km}, checks.NOT_NEGATIVE_TO_1E30
    )
    return 10 ** (-attenuation * length / 10)


def attenuation_length_km(*, attenuation_db_per_km: ArrayLike = ATTENUATION_DB_PER_KM) -> Floats:
    """L_att = 10 / (attenuation ln 10), over which transmission falls to 1/e; infinite without attenuation.

    Raises Refused for an attenuation that is negative or above 1e30.
    """
    (attenuation,) = _reals({"attenuation_db_per_km": attenuation_db_per_km}, checks.NOT_NEGATIVE_TO_1E30)
    with np.errstate(divide="ignore", over="ignore"):
        return np.divide(10 / np.log(10), attenuation)


def delay_s(*, length_km: ArrayLike, speed_km_per_s: ArrayLike = LIGHT_KM_PER_S) -> Floats:
    """Time that light takes through the fibre in s. Arrays broadcast.

    Raises Refused for a length that is negative or above 1e30, and for a speed outside 1e-30 to 1e30 km/s.
    """
    length = checks.real("length_km", length_km, checks.NOT_NEGATIVE_TO_1E30)
    speed = checks.real("speed_km_per_s", speed_km_per_s, checks.POSITIVE_TO_1E30)
    checks.broadcast({"length_km": length, "speed_km_per_s": speed})
    return length / speed


def dispersion(
    *, d_ps_per_nm_km: ArrayLike, slope_ps_per_nm2_km: ArrayLike = 0.0, wavelength_nm: ArrayLike = 1550.0
) -> Dispersion:
    """beta_2 = -D K and beta_3 = K^2 (S + 2 D / lambda) with K = lambda^2 / (2 pi c), from D and S = dD/dlambda.

    D, S and the wavelength lambda are what data sheets of fibre give; lambda is that of vacuum. Arrays broadcast.
    Raises Refused for a wavelength outside 1e-30 to 1e30 nm, and for values beyond 1e30 in size.
    """
    wavelength = checks.real("wavelength_nm", wavelength_nm, checks.POSITIVE_TO_1E30)
    d, slope = _reals(
        {"d_ps_per_nm_km": d_ps_per_nm_km, "slope_ps_per_nm2_km": slope_ps_per_nm2_km}, checks.AT_MOST_1E30
    )
    checks.broadcast({"d_ps_per_nm_km": d, "slope_ps_per_nm2_km": slope, "wavelength_nm": wavelength})
    nm_ps = wavelength**2 / (2 * np.pi * _VACUUM_NM_PER_PS)
    return Dispersion(-d * nm_ps * 1e-24, nm_ps**2 * (slope + 2 * d / wavelength) * 1e-36)


def _reals(values: dict[str, ArrayLike], rule: checks.Rule) -> list[Floats]:
    """The values as arrays of floats that obey the rule and broadcast against each other."""
    arrays = {name: checks.real(name, value, rule) for name, value in values.items()}
    checks.broadcast(arrays)
    return list(arrays.values())
