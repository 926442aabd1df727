"""Pure dephasing, and a second excitation, against the master equation in QuTiP and closed forms."""

import numpy as np
import pytest

from qnet import chiral
from qnet.chiral.master_equation import atom_states, concurrence_with_excited_atom_2


def test_any_network_against_the_master_equation(random_network, rng):
    for real in (True, False):
        overrides = dict.fromkeys(("delta_a1", "delta_a2", "delta_c1", "delta_c2"), 0.0) | {"phase": np.pi}
        network, rate = chiral.Network(**random_network(**(overrides if real else {}))), float(rng.uniform(0.01, 0.3))
        found = chiral.dephased_peak(network, dephasing=rate, window=30.0)
        times = np.unique([0.0, *np.linspace(0.0, 30.0, 301), float(found.time)])
        curve = 2 * np.abs(atom_states(network, times=times, dephasing=rate, tolerance=1e-11)[:, 1, 2])
        at_peak = curve[np.searchsorted(times, found.time)]
        assert found.concurrence == pytest.approx(at_peak, abs=1e-9)
        assert found.concurrence >= curve.max() - 1e-9


def test_no_dephasing_is_the_model_without(random_network):
    network = chiral.Network(**random_network())
    found, expected = chiral.dephased_peak(network, dephasing=0.0), chiral.peak_concurrence(network)
    np.testing.assert_allclose([found.concurrence, found.time], [expected.concurrence, expected.time], rtol=1e-7)


@pytest.mark.parametrize("rate", [0.0, 0.03, 0.4])
def test_bare_atoms_of_a_cascade(rate):
    """rho_eg,ge decays at 1 + 2 gamma_phi and is fed by the population e^-t: |rho| = (e^-t - e^-(1 + 2 gamma_phi) t) / 2 gamma_phi."""
    found = chiral.bare_dephased_peak(chiral.BareNetwork(), dephasing=rate)
    # slope zero: (1 + x) e^{-x t} = 1 with x = 2 gamma_phi
    x = 2 * rate
    time = np.log1p(x) / x if rate else 1.0
    expected = 2 * np.exp(-time) * (-np.expm1(-x * time) / x if rate else time)
    np.testing.assert_allclose([found.concurrence, found.time], [expected, time], rtol=1e-7)


def test_a_second_excitation_costs_about_its_share():
    """None is the single-excitation model; concurrence is convex, so that C <= (1 - p) C(0) + p C(1)."""
    network, times, p = chiral.Network(g1=0.126, g2=0.277), np.array([0.0, 12.6]), 0.01
    clean = chiral.amplitudes(network, time=12.6)
    none, some, twice, always = (
        concurrence_with_excited_atom_2(network, times=times, excited_2=excited, tolerance=1e-8)[1]
        for excited in (0.0, p, 2 * p, 1.0)
    )
    assert none == pytest.approx(2 * abs(clean[0] * clean[1]), abs=1e-6)
    assert none * (1 - 2 * p) < some <= (1 - p) * none + p * always + 1e-6
    assert some <= (none + twice) / 2 + 1e-6
