"""Averages over detunings against quadrature, in limits, and with honest errors."""

import numpy as np
import pytest

from qnet import chiral
from qnet.errors import Refused

COUPLINGS = {"g1": 0.126, "g2": 0.277}


def test_one_random_frequency_against_quadrature():
    node, weight = np.polynomial.legendre.leggauss(60)
    for nodes, width, name in (
        ("first", "width_atoms", "delta_a1"),
        ("second", "width_atoms", "delta_a2"),
        ("first", "width_cavities", "delta_c1"),
        ("second", "width_cavities", "delta_c2"),
    ):
        found = chiral.disordered_peak(
            chiral.DisorderedNetwork(**COUPLINGS, **{width: 1.0}, nodes=nodes), samples=256, seed=1
        )
        expected = weight @ chiral.peak_concurrence(chiral.Network(**COUPLINGS, **{name: node / 2})).concurrence / 2
        assert abs(found.mean_peak - expected) < 5 * found.mean_peak_se + 1e-9


def test_readout_against_quadrature():
    """Both atoms random: the averaged curves from a tensor grid at the times that matter."""
    node, weight = np.polynomial.legendre.leggauss(24)
    times = np.arange(0, 30, 0.05)
    network = chiral.Network(**COUPLINGS, delta_a1=node[:, None, None] / 2, delta_a2=node[:, None] / 2)
    psi = chiral.amplitudes(network, time=times)
    z = 2 * psi[..., 0] * np.conj(psi[..., 1])
    mean = lambda f: np.einsum("i,j,ijt->t", weight, weight, f) / 4  # noqa: E731
    found = chiral.disordered_readout(chiral.DisorderedNetwork(**COUPLINGS, width_atoms=1.0), samples=512, seed=2)
    assert found.peak_mean == pytest.approx(mean(np.abs(z)).max(), abs=5 * found.peak_mean_se + 2e-5)
    assert found.peak_state == pytest.approx(np.abs(mean(z)).max(), abs=5 * found.peak_state_se + 2e-5)


def test_averages_are_ordered():
    """Reading out every run at its own best time beats one time for all, which beats not knowing the run."""
    peak = chiral.disordered_peak(
        chiral.DisorderedNetwork(**COUPLINGS, width_atoms=1.5, width_cavities=0.5), samples=128, seed=3
    )
    readout = chiral.disordered_readout(
        chiral.DisorderedNetwork(**COUPLINGS, width_atoms=1.5, width_cavities=0.5), samples=128, seed=3
    )
    assert peak.mean_peak > readout.peak_mean > readout.peak_state


def test_no_disorder_is_no_average():
    clean = chiral.peak_concurrence(chiral.Network(**COUPLINGS)).concurrence
    peak = chiral.disordered_peak(chiral.DisorderedNetwork(**COUPLINGS), samples=2, seed=4)
    readout = chiral.disordered_readout(chiral.DisorderedNetwork(**COUPLINGS), samples=2, seed=4)
    assert peak.mean_peak == pytest.approx(clean, abs=1e-14)
    assert peak.peak_sd == pytest.approx(0, abs=1e-14)
    assert (readout.peak_mean, readout.peak_state) == pytest.approx((clean, clean), abs=1e-6)


def test_errors_cover_the_truth():
    """Deviations of 40 independent estimates from a converged one, in units of their errors, are of order one."""
    truth = chiral.disordered_peak(
        chiral.DisorderedNetwork(**COUPLINGS, width_atoms=2.0), samples=4096, seed=5
    ).mean_peak
    few = chiral.disordered_peak(chiral.DisorderedNetwork(**COUPLINGS, width_atoms=2.0), samples=16, seed=np.arange(40))
    z = (few.mean_peak - truth) / few.mean_peak_se
    assert np.mean(np.abs(z) < 2.36) > 0.85  # 95 % of Student's t with 7 degrees of freedom; 3.5 binomial sigmas
    assert abs(z.mean()) < 4 / np.sqrt(40) * z.std()


def test_runs_scatter_as_their_standard_deviation_says():
    runs = chiral.disordered_peak(
        chiral.DisorderedNetwork(**COUPLINGS, width_atoms=1.0), samples=64, seed=np.arange(200)
    )
    scatter = runs.runs_mean.std(ddof=1)
    expected = runs.peak_sd.mean() / np.sqrt(20)
    assert scatter == pytest.approx(expected, rel=4 / np.sqrt(2 * 199))


def test_seed_decides_everything():
    one, same, other = (
        chiral.disordered_peak(chiral.DisorderedNetwork(**COUPLINGS, width_atoms=1.0), samples=8, seed=s)
        for s in (7, 7, 8)
    )
    assert one == same
    assert one.mean_peak != other.mean_peak


def test_readout_of_strong_couplings_keeps_its_accuracy():
    found = chiral.disordered_readout(chiral.DisorderedNetwork(g1=10.0, g2=9.0), samples=1, seed=0)
    assert found.peak_mean == pytest.approx(
        chiral.peak_concurrence(chiral.Network(g1=10.0, g2=9.0)).concurrence, abs=1e-5
    )


@pytest.mark.parametrize(("arguments", "message"), [
    ({"samples": 100}, "samples must be a power of two, 65536 at most, but is 100"),
    ({"samples": 2.5}, "samples must be a non-negative integer"),
    ({"seed": -1}, "seed must be a non-negative integer"),
    ({"nodes": "third"}, "nodes must be one of both, first, second, but is 'third'"),
    ({"width_atoms": -1.0}, "width_atoms must be finite, not negative and at most 1e9, but is -1.0"),
])  # fmt: skip
def test_bad_arguments_are_named(arguments, message):
    def peak(*, samples=256, seed=0, **network):
        chiral.disordered_peak(chiral.DisorderedNetwork(**network), samples=samples, seed=seed)

    with pytest.raises(Refused, match=message):
        peak(**COUPLINGS | arguments)


def test_averages_that_never_peak_are_refused():
    with pytest.raises(Refused, match="g1 and g2 must let the averaged concurrence peak"):
        chiral.disordered_readout(chiral.DisorderedNetwork(g1=1e-3, g2=1e-3), samples=1, seed=0)


@pytest.mark.parametrize(("g1", "g2"), [(86.0, 0.0), (1.0, 0.0), (0.0, 0.3), (0.0, 0.0)])
@pytest.mark.parametrize("width", [0.0, 2.0])
def test_nothing_is_read_out_of_an_atom_that_is_out_of_reach(monkeypatch, g1, g2, width):
    """Where no norm shows that all is over before the last horizon, too; no curve is followed to find that out."""
    monkeypatch.setattr("qnet.chiral.disorder._replicate_curves", None)
    found = chiral.disordered_readout(chiral.DisorderedNetwork(g1=g1, g2=g2, width_atoms=width), samples=1, seed=2)
    assert (found.peak_mean, found.peak_mean_se, found.peak_state, found.peak_state_se) == (0, 0, 0, 0)
    assert (
        chiral.disordered_peak(chiral.DisorderedNetwork(g1=g1, g2=g2, width_atoms=width), samples=1, seed=2).mean_peak
        == 0
    )
