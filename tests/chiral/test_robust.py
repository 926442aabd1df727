"""The best couplings under random detunings, against a search of its own over plain random runs."""

import sys

import numpy as np
import pytest

from qnet import chiral
from qnet.chiral.disorder import replicate_peaks
from qnet.errors import Refused

RUNS = 200
TIMES = np.arange(0.1, 60, 0.1)


def peaks(g1, g2, detunings):
    """Largest concurrence of each run on a grid of times, by eigenvectors; detunings: of a1, a2, c1, c2, (runs, 4)."""
    a = np.zeros((len(detunings), 4, 4), complex)
    a[:, range(4), range(4)] = -1j * detunings - np.array([0, 0, 0.5, 0.5])
    a[:, 0, 2] = a[:, 2, 0] = -1j * g1
    a[:, 1, 3] = a[:, 3, 1] = -1j * g2
    a[:, 3, 2] = -1
    values, vectors = np.linalg.eig(a)
    start = np.linalg.inv(vectors)[:, :, 0]
    moved = np.exp(values[:, None] * TIMES[:, None]) * start[:, None]
    first, second = (np.einsum("rk,rtk->rt", vectors[:, row], moved) for row in (0, 1))
    return 2 * np.abs(first * second).max(axis=1)


@pytest.mark.parametrize(("detuned", "scale", "width"), [
    ("atoms", [1, 1, 0, 0], 0.5), ("atoms", [1, 1, 0, 0], 1.5), ("cavities", [0, 0, 1, 1], 1.0), ("both", [1, 1, 1, 1], 1.25),
])  # fmt: skip
def test_no_other_couplings_are_better_in_plain_random_runs(detuned, scale, width):
    """At most four standard errors, of means from the same runs; a grid of couplings finds hardly less."""
    found = chiral.robust_optimum(detuned=detuned, width=width, samples=64, seed=3)
    detunings = np.random.default_rng(4).uniform(-width / 2, width / 2, (RUNS, 4)) * scale
    best = peaks(found.g1, found.g2, detunings)
    assert abs(best.mean() - found.mean_peak) < 4 * np.hypot(best.std() / np.sqrt(RUNS), found.mean_peak_se) + 1e-3
    grid = np.geomspace(0.05, 4, 16)
    means = np.array([[peaks(g1, g2, detunings[:40]).mean() for g2 in grid] for g1 in grid])
    i, j = np.unravel_index(means.argmax(), means.shape)
    less = best - peaks(grid[i], grid[j], detunings)
    assert less.mean() > -4 * less.std() / np.sqrt(RUNS) - 1e-3


def test_without_detunings_nothing_is_better_than_the_ideal_couplings():
    found = chiral.robust_optimum(detuned=["atoms", "cavities", "both"], width=0.0, samples=1, seed=5)
    ideal = chiral.local_optimum(chiral.Ascent(start_g1=0.1, start_g2=0.3))
    np.testing.assert_allclose(found.g1, ideal.g1, rtol=1e-5)
    np.testing.assert_allclose(found.g2, ideal.g2, rtol=1e-5)
    np.testing.assert_allclose(found.mean_peak, ideal.concurrence, atol=1e-10)
    np.testing.assert_allclose(found.gain, 0, atol=1e-10)
    assert found.converged.all()


def test_the_estimate_is_that_of_the_paper_s_average_with_other_detunings():
    """Four seeds scatter as their errors say, z below 4.5."""
    found = chiral.robust_optimum(detuned="both", width=1.0, samples=64, seed=np.arange(4))
    for g1, g2, mean, error in zip(found.g1, found.g2, found.mean_peak, found.mean_peak_se, strict=True):
        network = chiral.DisorderedNetwork(g1=g1, g2=g2, width_atoms=1.0, width_cavities=1.0)
        other = chiral.disordered_peak(network, samples=1024, seed=99)
        assert abs(mean - other.mean_peak) < 4.5 * np.hypot(error, other.mean_peak_se)
    np.testing.assert_allclose(found.mean_peak - found.ideal_mean_peak, found.gain, atol=1e-14)


def test_the_estimate_has_seen_none_of_the_detunings_of_the_search(monkeypatch):
    seeds = []

    def recorded(g1, g2, widths, samples, seed):
        seeds.append(seed)
        return replicate_peaks(g1, g2, widths, samples, seed)

    module = sys.modules[chiral.robust_optimum.__module__]
    monkeypatch.setattr(module, "replicate_peaks", recorded)
    chiral.robust_optimum(detuned="atoms", width=0.5, samples=16, seed=8)
    assert len(set(seeds)) == 2
    assert seeds[-2] == seeds[-1] != seeds[0]  # both estimates from the same detunings


def test_at_the_largest_width_the_best_couplings_are_not_at_the_bound():
    found = chiral.robust_optimum(detuned=["atoms", "cavities", "both"], width=3.0, samples=16, seed=9)
    assert (found.g1 < 4).all()
    for detuned, g1, g2, mean in zip(
        ["atoms", "both"], found.g1[::2], found.g2[::2], found.mean_peak[::2], strict=True
    ):
        widths = {"width_atoms": 3.0} | ({"width_cavities": 3.0} if detuned == "both" else {})
        strong = chiral.disordered_peak(chiral.DisorderedNetwork(g1=20.0, g2=20.0, **widths), samples=256, seed=1)
        assert mean > strong.mean_peak + 0.005, (detuned, g1, g2)


def test_where_atoms_are_far_detuned_strong_coupling_is_best():
    """The weak couplings that are best among weak ones keep less."""
    found = chiral.robust_optimum(detuned="atoms", width=1.0, samples=64, seed=6)
    weak = chiral.disordered_peak(chiral.DisorderedNetwork(g1=0.2128, g2=0.5123, width_atoms=1.0), samples=256, seed=7)
    assert (found.g1, found.g2) == pytest.approx((1.517, 1.237), abs=0.01)
    assert found.mean_peak > weak.mean_peak + 0.01


@pytest.mark.parametrize(("values", "message"), [
    ({"detuned": "atom"}, r"detuned must be one of atoms, cavities, both, but is 'atom'"),
    ({"width": 3.5}, r"width must lie in \[0, 3\], but is 3.5"),
    ({"width": -0.1}, r"width must lie in \[0, 3\], but is -0.1"),
    ({"samples": 3}, r"samples must be a power of two, 65536 at most, but is 3"),
    ({"seed": -1}, r"seed must be a non-negative integer"),
])  # fmt: skip
def test_refusals(values, message):
    with pytest.raises(Refused, match=message):
        chiral.robust_optimum(**{"detuned": "atoms", "width": 1.0, "samples": 1, "seed": 0} | values)
