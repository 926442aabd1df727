"""Heralding by silence against jumps by QuTiP, quadrature, and closed forms."""

import numpy as np
import pytest
from scipy.integrate import quad

from qnet import chiral


def test_bare_cascade_without_loss_is_the_normalised_state():
    """c_eg = e^{-t/2}, c_ge = t e^{-t/2}: C = 2 t / (1 + t^2) given silence, which has the probability (1 + t^2) e^-t."""
    times = np.array([0.1, 1.0, 3.0, 12.0])
    found = chiral.heralded(chiral.BareNetwork(), time=times)
    np.testing.assert_allclose(found.concurrence_no_click, 2 * times / (1 + times**2), rtol=1e-10)
    np.testing.assert_allclose(found.probability_no_click, (1 + times**2) * np.exp(-times), rtol=1e-10)
    np.testing.assert_allclose(found.concurrence_no_jump, found.concurrence_no_click, rtol=1e-12)


def test_what_is_lost_unseen_against_quadrature(random_network):
    """P(no click) = |psi|^2 + what atoms and cavities lost, integrated from the amplitudes."""
    p = random_network()
    network, time = chiral.Network(**p), 6.0
    unseen = np.array([p["decay_1"], p["decay_2"], p["loss_1"], p["loss_2"]])
    lost = quad(lambda t: unseen @ np.abs(chiral.amplitudes(network, time=t)) ** 2, 0, time, epsabs=1e-12, limit=200)[0]
    psi = chiral.amplitudes(network, time=time)
    norm, coherence = (np.abs(psi) ** 2).sum(), 2 * abs(psi[0] * psi[1])
    found = chiral.heralded(network, time=time)
    assert found.probability_no_jump == pytest.approx(norm, abs=1e-12)
    assert found.probability_no_click == pytest.approx(norm + lost, abs=1e-10)
    assert found.concurrence_no_click == pytest.approx(coherence / (norm + lost), abs=1e-10)
    assert found.concurrence_no_jump == pytest.approx(coherence / norm, abs=1e-12)


def test_what_is_seen_is_the_flux_at_both_ends(random_network):
    """The other way round: P(click) by t is the integral of what leaves node 2 to the right and node 1 to the left."""
    p = random_network()
    network, time = chiral.Network(**p), 4.0
    right, left = np.sqrt([p["gamma_r1"], p["gamma_r2"]]), np.sqrt([p["gamma_l1"], p["gamma_l2"]])
    turn = np.exp(1j * p["phase"])

    def flux(t):
        """|L_R psi|^2 + |L_L psi|^2 with L_R = sqrt(gamma_R1) a_1 + sqrt(gamma_R2) e^{-ikD} a_2, and L_L likewise with e^{ikD}."""
        one, two = chiral.amplitudes(network, time=t)[2:]
        return abs(right[0] * one + right[1] / turn * two) ** 2 + abs(left[0] * one + left[1] * turn * two) ** 2

    clicked = quad(flux, 0, time, epsabs=1e-12, limit=200)[0]
    assert chiral.heralded(network, time=time).probability_no_click == pytest.approx(1 - clicked, abs=1e-9)


def test_the_peak_is_the_best_of_all_times(random_network):
    network = chiral.Network(**random_network())
    found = chiral.heralded_peak(network, window=40.0)
    curve = chiral.heralded(network, time=np.linspace(0.01, 40, 4000)).concurrence_no_click
    assert found.concurrence_no_click == pytest.approx(curve.max(), abs=1e-4)
    assert found.concurrence_no_click >= curve.max() - 1e-9
    there = chiral.heralded(network, time=found.time)
    assert there.concurrence_no_click == pytest.approx(found.concurrence_no_click, abs=1e-12)
    assert there.probability_no_click == pytest.approx(found.probability_no_click, abs=1e-12)


def test_silence_of_a_nonchiral_pair_without_loss_leaves_a_bell_state():
    """At D = lambda/2 bare atoms have a dark Bell state, which half of the runs end in."""
    network = chiral.BareNetwork(gamma_l1=1.0, gamma_l2=1.0, phase=np.pi)
    found = chiral.heralded(network, time=60.0)
    assert found.concurrence_no_click == pytest.approx(1, abs=1e-12)
    assert found.probability_no_click == pytest.approx(0.5, abs=1e-12)
