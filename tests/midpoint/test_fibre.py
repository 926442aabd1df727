"""Attenuation, delay, dispersion and cycle time."""

import math

import numpy as np
import pytest
from standard_fibre import BETA2, BETA3

from qnet import midpoint
from qnet.errors import Refused


def test_dispersion_of_standard_fibre():
    """D = 17 ps/(nm km) is -21.68 ps^2/km; the table of beta_3 against the slope, in ps^3/km."""
    slopes = [0.056, 0.060, 0.070, 0.080, 0.090, 0.092]
    found = midpoint.dispersion(d_ps_per_nm_km=17, slope_ps_per_nm2_km=slopes, wavelength_nm=1550)
    np.testing.assert_allclose(found.beta2_s2_per_km * 1e24, -21.683, atol=5e-4)
    np.testing.assert_allclose(
        found.beta3_s3_per_km * 1e36, [0.1268, 0.1333, 0.1496, 0.1658, 0.1821, 0.1853], atol=6e-5
    )
    assert found.beta3_s3_per_km[0] == pytest.approx(BETA3, rel=1e-12, abs=0)
    assert np.unique(found.beta2_s2_per_km) == pytest.approx(BETA2, rel=1e-12, abs=0)


def test_dispersion_against_derivatives_of_the_wave_number():
    """D = d(beta_1)/d(lambda) for a fibre of known beta(omega), by differences."""
    c = 299_792.458  # nm/ps
    beta2, beta3, centre = -22.0, 0.13, 2 * math.pi * c / 1550  # ps^2/km, ps^3/km, rad/ps

    def group_delay(wavelength):
        u = 2 * math.pi * c / wavelength - centre
        return beta2 * u + beta3 * u * u / 2

    h = 0.01
    d = (group_delay(1550 + h) - group_delay(1550 - h)) / (2 * h)
    slope = (group_delay(1550 + h) - 2 * group_delay(1550) + group_delay(1550 - h)) / h**2
    found = midpoint.dispersion(d_ps_per_nm_km=d, slope_ps_per_nm2_km=slope, wavelength_nm=1550)
    assert found.beta2_s2_per_km * 1e24 == pytest.approx(beta2, rel=1e-6)
    assert found.beta3_s3_per_km * 1e36 == pytest.approx(beta3, rel=1e-4)


def test_attenuation():
    assert midpoint.attenuation_length_km() == pytest.approx(21.7147, abs=1e-4)
    assert midpoint.attenuation_length_km(attenuation_db_per_km=0) == np.inf
    arms = midpoint.arrival(length_km=100, asymmetry_km=[0, 20, -100], p_det=0.1)
    np.testing.assert_allclose(arms.p_left * arms.p_right, 1e-4, rtol=1e-13)  # p_tot knows no asymmetry
    np.testing.assert_allclose(arms.p_left, [0.01, 0.1 * 10**-1.2, 0.1], rtol=1e-13)
    total = arms.p_left + arms.p_right  # Eq. (6)
    np.testing.assert_allclose(total, 0.02 * np.cosh(np.array([0, 20, 100]) / 2 / 21.714724095), rtol=1e-9)


def test_cycle_time():
    found = midpoint.cycle_time(length_km=100, asymmetry_km=[-100, -40, 0, 40, 100], local_time_s=7e-4).cycle_time_s
    np.testing.assert_allclose(found, [1e-3, 7e-4, 7e-4, 7e-4, 1e-3], rtol=1e-14)
    free = midpoint.cycle_time(length_km=50, asymmetry_km=[0, 1, -1]).cycle_time_s
    np.testing.assert_allclose(free, [2.5e-4, 2.55e-4, 2.55e-4], rtol=1e-14)
    assert midpoint.rate_hz(success_probability=0.5, cycle_time_s=1e-3) == 500
    assert midpoint.delay_s(length_km=20) == pytest.approx(1e-4)


def test_errors():
    with pytest.raises(Refused, match=r"^local_time_s must be finite, not negative and at most 1e30, but is -1.0$"):
        midpoint.cycle_time(length_km=1, asymmetry_km=0, local_time_s=-1)
    with pytest.raises(Refused, match=r"^asymmetry_km must lie between -length_km and length_km, but is 2.0$"):
        midpoint.cycle_time(length_km=1, asymmetry_km=2)
    with pytest.raises(Refused, match=r"^wavelength_nm must lie in \[1e-30, 1e30\], but is 0.0$"):
        midpoint.dispersion(d_ps_per_nm_km=17, wavelength_nm=0)
    with pytest.raises(Refused, match=r"^cycle_time_s must lie in \[1e-30, 1e30\], but is 0.0$"):
        midpoint.rate_hz(success_probability=0.5, cycle_time_s=0)
    with pytest.raises(Refused, match=r"^arguments must broadcast against each other, but the shapes are"):
        midpoint.arrival(length_km=[1, 2, 3], asymmetry_km=[0, 0], p_det=0.5)
