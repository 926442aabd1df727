"""Optima: stationary to high precision, reached from independent starts, gradient against finite differences."""

import mpmath
import numpy as np
import pytest

from high_precision import exact_concurrence
from qnet import chiral
from qnet.chiral.optimum import _Family
from qnet.errors import Refused

START = {"start_g1": [0.05, 0.3], "start_g2": [0.6, 0.3]}


@pytest.mark.parametrize("equal_rates", [True, False])
def test_stationary_to_high_precision(equal_rates):
    """Newton on the exact gradient at 40 digits moves the couplings by less than 1e-11 of themselves."""
    g1, g2 = ([0.05, 0.2], [0.6, 0.2]) if equal_rates else ([3.0, 2.0], [2.0, 2.5])
    found = chiral.local_optimum(chiral.Ascent(start_g1=g1, start_g2=g2, start_gamma_r2=4.0, equal_rates=equal_rates))
    assert found.converged.all()
    for row in range(2):
        free = [found.time[row], found.g1[row], found.g2[row]] + ([] if equal_rates else [found.gamma_r2[row]])

        def log_concurrence(time, g1, g2, gamma_r2=1):
            return mpmath.log(exact_concurrence(time, g1=g1, g2=g2, gamma_r2=gamma_r2))

        with mpmath.workdps(40):
            point = [mpmath.mpf(float(x)) for x in free]
            order = np.eye(len(point), dtype=int)
            gradient = mpmath.matrix([mpmath.diff(log_concurrence, point, tuple(n)) for n in order.tolist()])
            hessian = mpmath.matrix(
                [[mpmath.diff(log_concurrence, point, tuple((a + b).tolist())) for b in order] for a in order]
            )
            step = mpmath.lu_solve(hessian, gradient)
            assert max(abs(s / x) for s, x in zip(step, point, strict=True)) < 1e-11
            assert max(mpmath.eigsy(hessian)[0]) < 0  # a maximum, not a saddle


def test_table_1():
    """Largest of all local optima from a lattice of starts; the values are the ones that figures/ holds."""
    g = np.geomspace(0.05, 12, 5)
    lattice = {"start_g1": g[:, None], "start_g2": g}
    equal = chiral.local_optimum(chiral.Ascent(**lattice))
    unequal = chiral.local_optimum(chiral.Ascent(**lattice, start_gamma_r2=4.0, equal_rates=False))
    assert equal.concurrence.max() == pytest.approx(0.9200231589131, abs=1e-12)
    assert unequal.concurrence.max() == pytest.approx(0.9690077876058, abs=1e-12)
    bare = chiral.bare_local_optimum(start_gamma_r2=[0.1, 1.0, 20.0])
    np.testing.assert_allclose(bare.concurrence, 0.8693765818, atol=1e-10)
    np.testing.assert_allclose(bare.gamma_r2, 3.644650582, atol=1e-9)


def test_nothing_near_an_optimum_is_higher(rng):
    found = chiral.local_optimum(chiral.Ascent(start_g1=0.1, start_g2=0.5))
    step = 1 + rng.uniform(-0.01, 0.01, (2, 1000))
    around = chiral.peak_concurrence(chiral.Network(g1=found.g1 * step[0], g2=found.g2 * step[1]))
    assert around.concurrence.max() <= found.concurrence + 1e-15


@pytest.mark.parametrize("window", [np.inf, 5.0])
def test_gradient_against_finite_differences(window):
    def network(v):
        return chiral.SymmetricNetwork(
            g1=v[0], g2=v[1], gamma_r2=v[2], chirality=0.6, distance_wavelengths=0.2
        ).network()

    values, h = np.array([0.2, 0.4, 1.3]), 1e-5
    family = _Family(network, 3, window)
    slope = family.peak_and_slope(values)[2]
    for n in range(3):
        ends = [family.peak_and_slope(values * np.exp(s * h * np.eye(3)[n]))[0] for s in (1, -1)]
        assert slope[n] == pytest.approx((ends[0] - ends[1]) / (2 * h), abs=1e-9)


def test_optimum_with_decay_and_imperfect_chirality_is_one(rng):
    """Nothing around it is higher in the very network that was asked for."""
    setting = {"chirality": 0.7, "distance_wavelengths": 0.5, "decay": 0.05}
    found = chiral.local_optimum(chiral.Ascent(start_g1=0.2, start_g2=0.5), chiral.Environment(**setting))
    assert found.converged
    step = 1 + rng.uniform(-0.01, 0.01, (2, 500))
    around = chiral.symmetric_peak(chiral.SymmetricNetwork(g1=found.g1 * step[0], g2=found.g2 * step[1], **setting))
    assert around.concurrence.max() <= found.concurrence + 1e-15
    assert around.concurrence.min() > found.concurrence - 0.01


def test_an_ascent_that_runs_off_says_so():
    """In a window much shorter than 1 / gamma_R, stronger couplings are always better, up to the edge of the box."""
    found = chiral.local_optimum(chiral.Ascent(start_g1=1.0, start_g2=1.0), window=1e-3)
    assert not found.converged
    assert found.g1 == pytest.approx(100)


def test_optimum_moves_smoothly_with_chirality_and_decay():
    near = chiral.local_optimum(
        chiral.Ascent(**START), chiral.Environment(chirality=[1.0, 0.999999], decay=[0.0, 1e-7])
    )
    assert abs(np.diff(near.concurrence)) < 1e-5
    np.testing.assert_allclose(near.g1[0], near.g1[1], rtol=1e-4)


def test_nonchiral_optimum_belongs_to_its_window():
    """Within gamma t <= 1000 the optimum is the one the paper prints; wider windows bring it closer to 1."""
    found = chiral.local_optimum(
        chiral.Ascent(start_g1=0.01, start_g2=0.005),
        chiral.Environment(chirality=0.0, distance_wavelengths=0.5),
        window=[1000.0, 10_000.0],
    )
    assert found.concurrence[0] == pytest.approx(0.99718, abs=1e-5)
    np.testing.assert_allclose([found.g1[0], found.g2[0]], [0.00410, 0.00170], atol=1e-5)
    assert 1 - found.concurrence[1] == pytest.approx((1 - found.concurrence[0]) / 10, rel=0.02)


@pytest.mark.parametrize(("arguments", "message"), [
    ({"start_g1": 0.0}, "start_g1 must be finite and positive, but is 0.0"),
    ({"chirality": 1.2}, r"chirality must lie in \[0, 1\], but is 1.2"),
    ({"equal_rates": "false"}, "equal_rates must be true or false or an array of them, but is 'false'"),
    ({"decay": -0.1}, "decay must be finite, not negative and at most 1e9, but is -0.1"),
])  # fmt: skip
def test_bad_arguments_are_named(arguments, message):
    def optimum(*, chirality=1.0, decay=0.0, **ascent):
        chiral.local_optimum(chiral.Ascent(**ascent), chiral.Environment(chirality=chirality, decay=decay))

    with pytest.raises(Refused, match=message):
        optimum(**{"start_g1": 0.1, "start_g2": 0.2} | arguments)


def test_an_ascent_that_meets_an_unsettled_point_names_it(monkeypatch):
    monkeypatch.setattr("qnet.chiral.optimum.highest_peaks", lambda *args: args[-1].fill(np.nan))
    with pytest.raises(
        Refused, match=r"but is inf, where gamma_r1 = 1, gamma_r2 = 1, decay_1 = 0.2, decay_2 = 0.2, g1 = 0.1, g2 = 0.3"
    ):
        chiral.local_optimum(chiral.Ascent(start_g1=[0.1, 0.2], start_g2=0.3), chiral.Environment(decay=0.2))
