"""The global optimum against brute force, known optima, limits, and denser searches."""

import numpy as np
import pytest
from scipy.linalg import expm

from qnet import chiral
from qnet.errors import Refused

CONTAINED = [
    ("equal_rates", "unequal_rates"), ("nonchiral_equal", "nonchiral_unequal"), ("unequal_rates", "any_chirality"),
    ("nonchiral_unequal", "any_chirality"),
]  # fmt: skip


def optimum(scheme, time_budget, **values):
    return chiral.global_optimum(chiral.Scheme(scheme=scheme, **values), time_budget=time_budget)


@pytest.mark.parametrize(
    ("scheme", "concurrence"),
    [("bare", 0.8693765818), ("equal_rates", 0.9200231589), ("unequal_rates", 0.9690077876)],
)
def test_all_the_time_gives_table_1(scheme, concurrence):
    assert optimum(scheme, 1e4).concurrence == pytest.approx(concurrence, abs=1e-9)


def test_bare_atoms_have_a_closed_form():
    """C = 4 sqrt(r1 r2) / |r2 - r1| e^{-r1 t / 2} |e^{-r1 t / 2} - e^{-r2 t / 2}|, on a lattice of ratios and times."""
    ratio, t = np.geomspace(1.001, 50, 4000)[:, None], np.linspace(0.01, 1.3, 200)
    best = 0.0
    for r1, r2 in ((1 / ratio, 1.0), (1.0, 1 / ratio)):
        curve = 4 * np.sqrt(r1 * r2) / np.abs(r2 - r1) * np.exp(-r1 * t / 2)
        best = max(best, (curve * np.abs(np.exp(-r1 * t / 2) - np.exp(-r2 * t / 2))).max())
    assert optimum("bare", 1.3).concurrence - 1e-6 < best <= optimum("bare", 1.3).concurrence + 1e-12


@pytest.mark.parametrize(("scheme", "chirality"), [("equal_rates", 1.0), ("nonchiral_equal", 0.0)])
@pytest.mark.parametrize("time_budget", [3.0, 12.0])
def test_brute_force_over_both_couplings(scheme, chirality, time_budget):
    """A lattice of 200 x 200 couplings, each with its exact peak in the window, lies below and comes near."""
    found = optimum(scheme, time_budget)
    total = 2 / (1 + chirality)
    g = np.geomspace(0.02, 8, 200) * total
    network = chiral.SymmetricNetwork(g1=g[:, None], g2=g, chirality=chirality, distance_wavelengths=0.5)
    best = chiral.symmetric_peak(network, window=time_budget / total).concurrence.max()
    assert found.concurrence - 2e-3 < best <= found.concurrence + 1e-12


@pytest.mark.parametrize(("inner", "outer"), CONTAINED)
@pytest.mark.parametrize("values", [{"time_budget": 5.0}, {"time_budget": 60.0, "atomic_decay": 1e-3}])
def test_more_freedom_is_never_worse(inner, outer, values):
    assert optimum(outer, **values).concurrence >= optimum(inner, **values).concurrence - 1e-12


def test_what_is_found_is_reached():
    """The network with these couplings, as a `Network`, has this concurrence at this time."""
    found = optimum("any_chirality", 40.0, atomic_decay=1e-4, cavity_loss=2e-4)
    right, left = (1 + found.best_chirality) / 2, (1 - found.best_chirality) / 2
    network = chiral.Network(
        g1=found.coupling_1, g2=found.coupling_2, gamma_r1=right * found.rate_1, gamma_r2=right * found.rate_2,
        gamma_l1=left * found.rate_1, gamma_l2=left * found.rate_2, phase=np.pi, decay_1=1e-4, decay_2=1e-4, loss_1=2e-4,
        loss_2=2e-4,
    )  # fmt: skip
    peak = chiral.peak_concurrence(network, window=40.0)
    np.testing.assert_allclose([peak.concurrence, peak.time], [found.concurrence, found.time_1], rtol=1e-9)
    assert 0 < found.best_chirality < 1


def test_random_networks_never_beat_any_chirality(rng):
    """Ten thousand random networks with decay and cavity loss, each with its exact peak in the window."""
    n, window = 10_000, 15.0
    found = optimum("any_chirality", window, atomic_decay=0.01, cavity_loss=0.02)
    chi, ratio, first = rng.uniform(0, 1, n), rng.uniform(0.02, 1, n), rng.random(n) < 0.5
    rate_1, rate_2 = np.where(first, 1, ratio), np.where(first, ratio, 1)
    network = chiral.Network(
        g1=np.exp(rng.uniform(-3, 1, n)), g2=np.exp(rng.uniform(-3, 1, n)), gamma_r1=rate_1 * (1 + chi) / 2,
        gamma_r2=rate_2 * (1 + chi) / 2, gamma_l1=rate_1 * (1 - chi) / 2, gamma_l2=rate_2 * (1 - chi) / 2, phase=np.pi,
        decay_1=0.01, decay_2=0.01, loss_1=0.02, loss_2=0.02,
    )  # fmt: skip
    best = chiral.peak_concurrence(network, window=window).concurrence.max()
    assert found.concurrence - 0.05 < best <= found.concurrence


def test_storage_at_two_times_is_a_product_of_one_amplitude_each():
    """In a cascade, with atom 1 stored first, by brute force: atom 2 goes on with what is under way."""
    found = optimum("equal_rates", 200.0, readout="own")
    network = chiral.Network(g1=found.coupling_1, g2=found.coupling_2)
    peak = chiral.stored_peak(network)
    times = [found.time_1, found.time_2]
    np.testing.assert_allclose([peak.concurrence, peak.stored_1, peak.stored_2], [found.concurrence, *times], rtol=1e-6)
    before, later = chiral.amplitudes(network, time=found.time_1), found.time_2 - found.time_1
    g2 = found.coupling_2
    rest = np.array([[0, 0, -1j * g2], [0, -0.5, 0], [-1j * g2, -1, -0.5]])  # of (c_ge, c_10, c_01), without atom 1
    moved = expm(rest * later) @ before[1:]
    assert found.time_1 < found.time_2
    assert 2 * abs(before[0] * moved[0]) == pytest.approx(found.concurrence, abs=1e-9)


def test_a_delay_only_moves_the_clock_of_node_2_where_nothing_returns():
    at_once, late = (optimum("equal_rates", 500.0, transit=t, readout="own") for t in (0.0, 20.0))
    assert late.concurrence == at_once.concurrence
    assert late.time_2 - at_once.time_2 == pytest.approx(20, abs=1e-9)


def test_what_returns_too_late_is_lost():
    """Then the left-going light is a loss: (1 + chi) / 2 of the amplitude gets to node 2, and nothing else changes."""
    chirality = 0.9
    alone = optimum("equal_rates", 2000.0, readout="own").concurrence
    late = optimum("equal_rates", 2000.0, transit=100.0, readout="own", chirality=chirality)
    assert late.concurrence == pytest.approx((1 + chirality) / 2 * alone, abs=1e-9)


@pytest.mark.parametrize("chirality", [0.5, 1.0])
def test_delayed_optimum_is_that_of_its_scheme(chirality):
    found = chiral.delayed_optimum(chirality=chirality, delay=2.0, readout="common", window=200.0)
    assert found.converged
    network = chiral.SymmetricNetwork(g1=found.g1, g2=found.g2, chirality=chirality, distance_wavelengths=0.5)
    peak = chiral.symmetric_delayed_peak(network, delay=2.0, window=200.0)
    assert peak.concurrence == pytest.approx(found.concurrence, abs=1e-10)
    near = [
        chiral.symmetric_delayed_peak(
            chiral.SymmetricNetwork(g1=found.g1 * a, g2=found.g2 * b, chirality=chirality, distance_wavelengths=0.5),
            delay=2.0, window=200.0,
        ).concurrence
        for a, b in ((1.03, 1), (0.97, 1), (1, 1.03), (1, 0.97))
    ]  # fmt: skip
    assert max(near) < found.concurrence


def test_dephasing_at_the_optimum_is_that_of_the_network():
    found = optimum("equal_rates", 100.0, dephasing=2e-3)
    network = chiral.Network(g1=found.coupling_1, g2=found.coupling_2)
    assert chiral.dephased_peak(network, dephasing=2e-3).concurrence == pytest.approx(found.concurrence, abs=1e-10)


def test_a_tolerance_costs_one_per_cent():
    found = chiral.design(chiral.Scheme(scheme="equal_rates"), time_budget=50.0)
    g1, g2 = found.coupling_1, found.coupling_2
    for tolerance, changed in ((found.tolerance_1, (1, 0)), (found.tolerance_2, (0, 1))):
        kept = [
            chiral.peak_concurrence(
                chiral.Network(
                    g1=g1 * (1 + sign * tolerance * changed[0]), g2=g2 * (1 + sign * tolerance * changed[1])
                ),
                window=50.0,
            ).concurrence
            for sign in (1, -1)
        ]
        assert min(kept) == pytest.approx(0.99 * found.concurrence, abs=1e-5)


def test_bad_settings_are_refused():
    with pytest.raises(Refused, match=r"^chirality must be 1, its default, for the scheme any_chirality, but is 0.5$"):
        chiral.Scheme(scheme="any_chirality", chirality=0.5)
    with pytest.raises(Refused, match=r"^dephasing must be 0 with a transit time"):
        chiral.Scheme(scheme="bare", dephasing=0.1, transit=1.0)
    with pytest.raises(Refused, match=r"^time_budget must lie in \[1e-2, 1e6\], but is 0"):
        optimum("bare", 0.0)
    with pytest.raises(Refused, match=r"^readout must be common for a tolerance, but is own$"):
        chiral.design(chiral.Scheme(scheme="equal_rates", readout="own"), time_budget=10.0)
