"""Links with dispersion, and their rates at a given fidelity."""

import numpy as np
import pytest
from standard_fibre import BETA2

from flat import midpoint
from qnet.errors import Refused

LINK = {"length_km": 100.0, "p_det": 0.1, "dark_count": 1e-6, "beta2_s2_per_km": BETA2}


def test_double_click_link_is_made_of_its_parts():
    link = LINK | {"asymmetry_km": 30.0, "duration_s": 1e-10}
    for photon, shape in (
        ("gaussian", midpoint.gaussian_indistinguishability),
        ("lorentzian", midpoint.lorentzian_indistinguishability),
    ):
        found = midpoint.double_click_link(photon=photon, **link, emission_fidelity=0.99)
        overlap = shape(duration_s=1e-10, asymmetry_km=30.0, beta2_s2_per_km=BETA2)
        herald = midpoint.double_click(
            length_km=100.0, asymmetry_km=30.0, p_det=0.1, dark_count=1e-6,
            indistinguishability=overlap.indistinguishability, emission_fidelity=0.99,
        )  # fmt: skip
        assert found.distinguishability == pytest.approx(overlap.distinguishability, rel=1e-12, abs=0)
        assert found.fidelity == pytest.approx(herald.fidelity, rel=1e-13, abs=0)
        assert found.rate_hz == pytest.approx(herald.success_probability * 2e5 / 130, rel=1e-13, abs=0)


@pytest.mark.parametrize("coherence", ["physical", "literature"])
@pytest.mark.parametrize("target", [0.7, 0.9, 0.95, 0.999])
def test_single_click_is_tuned_to_the_largest_q(target, coherence):
    asymmetry, duration = np.array([0.0, 3.0, 40.0, 90.0]), 1e-9
    found = midpoint.single_click_link(
        photon="lorentzian",
        duration_s=duration,
        asymmetry_km=asymmetry,
        target_fidelity=target,
        coherence=coherence,
        **LINK,
    )
    mu = midpoint.lorentzian_indistinguishability(duration_s=duration, asymmetry_km=asymmetry, beta2_s2_per_km=BETA2)
    largest = 0.1 * 10 ** (-0.2 * (100 + asymmetry) / 20)
    tried = np.geomspace(1e-6, 1, 200_001)[:, None] * largest
    link = {name: LINK[name] for name in ("length_km", "p_det", "dark_count")}
    fidelity = midpoint.single_click(
        **link, asymmetry_km=asymmetry, q=tried, indistinguishability=mu.indistinguishability, coherence=coherence
    ).fidelity
    np.testing.assert_array_equal(found.reached, (fidelity >= target).any(axis=0))
    for i, reached in enumerate(found.reached):
        good = tried[fidelity[:, i] >= target, i] if reached else tried[[fidelity[:, i].argmax()], i]
        assert found.q[i] == pytest.approx(good.max(), rel=1e-4 if reached else 3e-3)
        if reached:
            assert found.fidelity[i] == pytest.approx(target, abs=1e-9)
        else:
            assert found.fidelity[i] == pytest.approx(fidelity[:, i].max(), abs=1e-8)
            assert found.fidelity[i] < target


def test_brightest_emitters_if_any_fidelity_will_do():
    found = midpoint.single_click_link(
        photon="gaussian", duration_s=1e-9, asymmetry_km=10.0, target_fidelity=0.0, **LINK
    )
    assert found.q == pytest.approx(0.1 * 10 ** (-0.2 * 55 / 10), rel=1e-12, abs=0)
    assert found.reached


def test_resolving_detectors_without_loss_take_half_a_photon_each():
    """There F = 1 for every q, and 2 q (1 - q) is largest at 1/2."""
    found = midpoint.single_click_link(
        photon="gaussian", duration_s=1e-9, beta2_s2_per_km=BETA2, length_km=1.0, asymmetry_km=0.0, p_det=1.0,
        dark_count=0.0, attenuation_db_per_km=0.0, target_fidelity=0.9, number_resolving=True,
    )  # fmt: skip
    assert (found.q, found.success_probability, found.reached) == (0.5, 0.5, True)


def test_rate_has_a_kink_at_the_centre():
    """d ln R / d |Delta L| = -1/L there, although neither probability nor fidelity has a slope."""
    found = midpoint.double_click_link(photon="gaussian", duration_s=1e-9, asymmetry_km=[0.0, 1e-3, -1e-3], **LINK)
    slope = np.log(found.rate_hz[1:] / found.rate_hz[0]) / 1e-3
    np.testing.assert_allclose(slope, -1 / 100, rtol=1e-4)
    slow = midpoint.double_click_link(
        photon="gaussian", duration_s=1e-9, asymmetry_km=[0.0, 1e-3], local_time_s=1e-3, **LINK
    )
    assert slow.rate_hz[1] == pytest.approx(slow.rate_hz[0], rel=1e-9)


@pytest.mark.parametrize("photon", ["gaussian", "lorentzian"])
@pytest.mark.parametrize("loss", [1e-9, 0.01, 0.5, 0.95])
def test_tolerance_inverts_the_loss(photon, loss):
    shape = getattr(midpoint, f"{photon}_indistinguishability")
    found = midpoint.tolerated_asymmetry(photon=photon, duration_s=[1e-11, 1e-9], beta2_s2_per_km=BETA2, loss=loss)
    at = shape(duration_s=[1e-11, 1e-9], asymmetry_km=found.tolerated_asymmetry_km, beta2_s2_per_km=BETA2)
    np.testing.assert_allclose(at.distinguishability, loss, rtol=1e-11)


def test_errors():
    with pytest.raises(Refused, match=r"^photon must be one of gaussian, lorentzian, but is 'square'$"):
        midpoint.double_click_link(photon="square", duration_s=1e-9, asymmetry_km=0.0, **LINK)
    with pytest.raises(Refused, match=r"^target_fidelity must lie in \[0, 1\], but is 1.1$"):
        midpoint.single_click_link(photon="gaussian", duration_s=1e-9, asymmetry_km=0.0, target_fidelity=1.1, **LINK)
    with pytest.raises(Refused, match=r"^loss must lie in \[0, 1\), but is 1.0$"):
        midpoint.tolerated_asymmetry(photon="gaussian", duration_s=1e-9, beta2_s2_per_km=BETA2, loss=1.0)
    with pytest.raises(Refused, match=r"^beta2_s2_per_km must not be 0, but is 0.0$"):
        midpoint.tolerated_asymmetry(photon="gaussian", duration_s=1e-9, beta2_s2_per_km=0.0, loss=0.1)
    for link in (midpoint.double_click_link, midpoint.single_click_link):
        target = {"target_fidelity": 0.9} if link is midpoint.single_click_link else {}
        with pytest.raises(Refused, match=r"^local_time_s must be positive where the link has no length, but is 0.0$"):
            link(photon="gaussian", duration_s=1e-9, asymmetry_km=0.0, **LINK | {"length_km": 0.0}, **target)
