"""Attenuation, delay and dispersion of fibre."""

import math

import numpy as np
import pytest

from qnet import fibre
from qnet.errors import Refused

CONFIG = {"beta2": -2.1682619391414896e-23, "beta3": 1.2678295976714747e-37}  # in s^2/km and s^3/km, of config.yaml


def test_dispersion_of_standard_fibre():
    """D = 17 ps/(nm km) is -21.68 ps^2/km; the table of beta_3 against the slope, in ps^3/km."""
    slopes = [0.056, 0.060, 0.070, 0.080, 0.090, 0.092]
    found = fibre.dispersion(d_ps_per_nm_km=17, slope_ps_per_nm2_km=slopes, wavelength_nm=1550)
    np.testing.assert_allclose(found.beta2_s2_per_km * 1e24, -21.683, atol=5e-4)
    np.testing.assert_allclose(
        found.beta3_s3_per_km * 1e36, [0.1268, 0.1333, 0.1496, 0.1658, 0.1821, 0.1853], atol=6e-5
    )
    assert found.beta3_s3_per_km[0] == pytest.approx(CONFIG["beta3"], rel=1e-12, abs=0)
    assert np.unique(found.beta2_s2_per_km) == pytest.approx(CONFIG["beta2"], rel=1e-12, abs=0)


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
    found = fibre.dispersion(d_ps_per_nm_km=d, slope_ps_per_nm2_km=slope, wavelength_nm=1550)
    assert found.beta2_s2_per_km * 1e24 == pytest.approx(beta2, rel=1e-6)
    assert found.beta3_s3_per_km * 1e36 == pytest.approx(beta3, rel=1e-4)


def test_attenuation():
    assert fibre.attenuation_length_km() == pytest.approx(21.7147, abs=1e-4)
    assert fibre.attenuation_length_km(attenuation_db_per_km=0) == np.inf
    np.testing.assert_allclose(fibre.transmission(length_km=[0, 50, 100]), [1, 0.1, 0.01], rtol=1e-15)
    lengths = np.array([[3.0], [80.0]])
    attenuations = np.array([0.0, 0.2, 0.5])
    found = fibre.transmission(length_km=lengths, attenuation_db_per_km=attenuations)
    np.testing.assert_allclose(found, np.exp(-lengths * attenuations * fibre.LN_PER_DB), rtol=1e-14)


def test_delay():
    assert fibre.delay_s(length_km=20) == 1e-4
    np.testing.assert_array_equal(fibre.delay_s(length_km=30, speed_km_per_s=[2e5, 3e5]), [1.5e-4, 1e-4])


def test_errors():
    with pytest.raises(Refused, match=r"^wavelength_nm must lie in \[1e-30, 1e30\], but is 0.0$"):
        fibre.dispersion(d_ps_per_nm_km=17, wavelength_nm=0)
    with pytest.raises(Refused, match=r"^length_km must be finite, not negative and at most 1e30, but is -1.0$"):
        fibre.transmission(length_km=-1)
    with pytest.raises(Refused, match=r"^speed_km_per_s must lie in \[1e-30, 1e30\], but is 0.0$"):
        fibre.delay_s(length_km=1, speed_km_per_s=0)
    with pytest.raises(Refused, match=r"^arguments must broadcast against each other, but the shapes are length_km"):
        fibre.transmission(length_km=[1, 2, 3], attenuation_db_per_km=[0.1, 0.2])
