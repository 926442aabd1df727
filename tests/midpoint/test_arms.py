"""Where the midpoint stands: losses and cycle time."""

import numpy as np
import pytest

from qnet import fibre, midpoint
from qnet.errors import Refused
from qnet.midpoint import Midpoint, Placement


def test_arrival():
    arms = midpoint.arrival(Midpoint(length_km=100, asymmetry_km=[0, 20, -100], p_det=0.1))
    np.testing.assert_allclose(arms.p_left * arms.p_right, 1e-4, rtol=1e-13)  # p_tot knows no asymmetry
    np.testing.assert_allclose(arms.p_left, [0.01, 0.1 * 10**-1.2, 0.1], rtol=1e-13)
    total = arms.p_left + arms.p_right  # Eq. (6)
    np.testing.assert_allclose(total, 0.02 * np.cosh(np.array([0, 20, 100]) / 2 / 21.714724095), rtol=1e-9)


def test_arrival_is_what_each_fibre_transmits():
    link = Midpoint(length_km=[80.0, 100.0], asymmetry_km=-30.0, p_det=0.3, attenuation_db_per_km=0.25)
    arms = midpoint.arrival(link)
    for p, km in zip((arms.p_left, arms.p_right), link.sides_km(), strict=True):
        np.testing.assert_allclose(p, 0.3 * fibre.transmission(length_km=km, attenuation_db_per_km=0.25), rtol=1e-13)


def test_cycle_time():
    found = midpoint.cycle_time(Placement(length_km=100, asymmetry_km=[-100, -40, 0, 40, 100]), local_time_s=7e-4)
    np.testing.assert_allclose(found.cycle_time_s, [1e-3, 7e-4, 7e-4, 7e-4, 1e-3], rtol=1e-14)
    free = midpoint.cycle_time(Placement(length_km=50, asymmetry_km=[0, 1, -1])).cycle_time_s
    np.testing.assert_allclose(free, [2.5e-4, 2.55e-4, 2.55e-4], rtol=1e-14)
    slow = midpoint.cycle_time(Midpoint(length_km=50, asymmetry_km=0, p_det=0.1), speed_km_per_s=[1e5, 2e5])
    np.testing.assert_array_equal(slow.cycle_time_s, [5e-4, 2.5e-4])


def test_errors():
    here = Placement(length_km=1, asymmetry_km=0)
    with pytest.raises(Refused, match=r"^local_time_s must be finite, not negative and at most 1e30, but is -1.0$"):
        midpoint.cycle_time(here, local_time_s=-1)
    with pytest.raises(Refused, match=r"^asymmetry_km must lie between -length_km and length_km, but is 2.0$"):
        Placement(length_km=1, asymmetry_km=2)
    with pytest.raises(Refused, match=r"^arguments must broadcast against each other, but the shapes are length_km"):
        Midpoint(length_km=[1, 2, 3], asymmetry_km=[0, 0], p_det=0.5)
    with pytest.raises(
        Refused, match=r"^arguments must broadcast .* the shapes are placement \(3,\), local_time_s \(2,\)"
    ):
        midpoint.cycle_time(Placement(length_km=[1, 2, 3], asymmetry_km=0), local_time_s=[0, 0])
    with pytest.raises(Refused, match=r"^midpoint must be a Midpoint, but is Placement\("):
        midpoint.arrival(here)
