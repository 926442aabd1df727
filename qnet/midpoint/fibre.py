"""The two fibres between the nodes and the midpoint: attenuation, delay, dispersion, cycle time.

Avis et al., arXiv:2305.09635, Secs. II.1-II.3. L_left + L_right = length_km and L_left - L_right = asymmetry_km, which
is positive where the midpoint is nearer to the right node.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from qnet import checks
from qnet.midpoint.arguments import Floats, fibres, lengths, reals

LIGHT_KM_PER_S = 200_000.0  # in fibre, Sec. III
_VACUUM_NM_PER_PS = 299_792.458


@dataclass(frozen=True)
class Arrival:
    """Probability that an emitted photon of each node is detected; the shape of the broadcast arguments."""

    p_left: Floats
    p_right: Floats


@dataclass(frozen=True)
class Dispersion:
    """Taylor coefficients of the wave number, in s^2/km and s^3/km; the shape of the broadcast arguments."""

    beta2_s2_per_km: Floats
    beta3_s3_per_km: Floats


@dataclass(frozen=True)
class Cycle:
    """Least duration of one attempt in s; the shape of the broadcast arguments."""

    cycle_time_s: Floats


def attenuation_length_km(*, attenuation_db_per_km: ArrayLike = 0.2) -> Floats:
    """L_att = 10 / (alpha_dB ln 10), over which transmission falls by 1/e; infinite without attenuation.

    Raises Refused for a negative attenuation.
    """
    attenuation = checks.real("attenuation_db_per_km", attenuation_db_per_km, checks.NOT_NEGATIVE_TO_1E30)
    with np.errstate(divide="ignore", over="ignore"):
        return np.divide(10 / np.log(10), attenuation)


def arrival(
    *, length_km: ArrayLike, asymmetry_km: ArrayLike, p_det: ArrayLike, attenuation_db_per_km: ArrayLike = 0.2
) -> Arrival:
    """p = p_det exp(-L_side / L_att) for both nodes. Avis et al., Eq. (5). Arrays broadcast.

    p_det: emission, coupling and detection together at zero length, alike for both nodes.
    Raises Refused for lengths that are negative, |asymmetry_km| > length_km, or p_det outside [0, 1].
    """
    efficiency, db_per_km, left, right = fibres(
        length_km=length_km, asymmetry_km=asymmetry_km, p_det=p_det, attenuation_db_per_km=attenuation_db_per_km
    )
    per_km = db_per_km * (np.log(10) / 10)
    return Arrival(efficiency * np.exp(-left * per_km), efficiency * np.exp(-right * per_km))


def delay_s(*, length_km: ArrayLike, speed_km_per_s: ArrayLike = LIGHT_KM_PER_S) -> Floats:
    """Travel time of light through the fibre in s. Raises Refused for a negative length or a speed not positive."""
    rules = {"length_km": checks.NOT_NEGATIVE_TO_1E30, "speed_km_per_s": checks.POSITIVE_TO_1E30}
    length, speed = reals(rules, {"length_km": length_km, "speed_km_per_s": speed_km_per_s}).values()
    return length / speed


def dispersion(
    *, d_ps_per_nm_km: ArrayLike, slope_ps_per_nm2_km: ArrayLike = 0.0, wavelength_nm: ArrayLike = 1550.0
) -> Dispersion:
    """beta_2 = -D K and beta_3 = K^2 (S + 2 D / lambda) with K = lambda^2 / (2 pi c), from D and S = dD/dlambda.

    Raises Refused for a wavelength that is not positive or values that are not finite.
    """
    given = reals(
        {
            "d_ps_per_nm_km": checks.AT_MOST_1E30,
            "slope_ps_per_nm2_km": checks.AT_MOST_1E30,
            "wavelength_nm": checks.POSITIVE_TO_1E30,
        },
        {
            "d_ps_per_nm_km": d_ps_per_nm_km,
            "slope_ps_per_nm2_km": slope_ps_per_nm2_km,
            "wavelength_nm": wavelength_nm,
        },
    )
    d, slope, wavelength = given.values()
    nm_ps = wavelength**2 / (2 * np.pi * _VACUUM_NM_PER_PS)
    return Dispersion(-d * nm_ps * 1e-24, nm_ps**2 * (slope + 2 * d / wavelength) * 1e-36)


def cycle_time(
    *,
    length_km: ArrayLike,
    asymmetry_km: ArrayLike,
    local_time_s: ArrayLike = 0.0,
    speed_km_per_s: ArrayLike = LIGHT_KM_PER_S,
) -> Cycle:
    """max{local_time_s, (L + |Delta L|) / c}: photon and message over the longer arm. Avis et al., Eq. (4).

    local_time_s: what an attempt takes without communication; the paper names such a floor but gives no symbol to it.
    The cycle time grows linearly, with a kink at asymmetry 0, except below the floor, where it is constant.
    Raises Refused for negative times and lengths, |asymmetry_km| > length_km, or a speed that is not positive.
    """
    given = reals(
        {
            "length_km": checks.NOT_NEGATIVE_TO_1E30,
            "asymmetry_km": checks.FINITE,
            "local_time_s": checks.NOT_NEGATIVE_TO_1E30,
            "speed_km_per_s": checks.POSITIVE_TO_1E30,
        },
        {
            "length_km": length_km,
            "asymmetry_km": asymmetry_km,
            "local_time_s": local_time_s,
            "speed_km_per_s": speed_km_per_s,
        },
    )
    left, right = lengths(given["length_km"], given["asymmetry_km"])
    return Cycle(np.maximum(given["local_time_s"], 2 * np.maximum(left, right) / given["speed_km_per_s"]))


def rate_hz(*, success_probability: ArrayLike, cycle_time_s: ArrayLike) -> Floats:
    """Mean rate of heralds in 1/s. Avis et al., Eq. (1). Raises Refused outside [0, 1] or for times not positive."""
    rules = {"success_probability": checks.PROBABILITY, "cycle_time_s": checks.POSITIVE_TO_1E30}
    probability, cycle = reals(
        rules, {"success_probability": success_probability, "cycle_time_s": cycle_time_s}
    ).values()
    return probability / cycle
