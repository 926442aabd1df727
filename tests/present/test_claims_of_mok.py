"""Numbers in the claims of Mok et al., computed in a second way."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.linalg import expm
from scipy.optimize import brentq, minimize, minimize_scalar

from qnet import chiral
from qnet.present import claims

FOLDER = Path(__file__).parents[2] / "workflow/scripts/claims/mok"
PRINTED = {"g1": 0.126, "g2": 0.277}
BARE = 2 / np.e


def finding(name: str, **studies: pd.DataFrame) -> claims.Finding:
    (function,) = (one for one in claims.defined(FOLDER) if one.__name__ == name)
    return function(**studies)


def numbers(text: str) -> list[float]:
    return [float(n) for n in re.findall(r"(?<![\w.])\d+\.\d+(?:e[+-]?\d+)?", text)]


def closed(g1: float, g2: float, time: np.ndarray, decay: float = 0.0) -> np.ndarray:
    """C(t) of two resonant nodes, equal rates 1, both atoms decaying, by partial fractions; any coupling but g1 = g2."""
    mean = decay / 4 + 0.25
    w = [np.sqrt(complex((0.5 - decay / 2) ** 2 / 4 - g**2)) for g in (g1, g2)]
    s = [np.sinh(one * time) / one if abs(one) > 1e-9 else time for one in w]
    first = np.cosh(w[0] * time) + (0.5 - mean) * s[0]
    return 2 * np.exp(-2 * mean * time) * np.abs(first * g1 * g2 * (s[0] - s[1]) / (w[0] ** 2 - w[1] ** 2))


def peak(g1: float, g2: float, decay: float = 0.0) -> float:
    coarse = np.linspace(0.02, 40, 2000)
    n = int(np.clip(np.argmax(closed(g1, g2, coarse, decay)), 1, 1998))
    ends = (coarse[n - 1], coarse[n + 1])
    found = minimize_scalar(lambda t: -float(closed(g1, g2, t, decay)), bounds=ends, method="bounded",
                            options={"xatol": 1e-9})  # fmt: skip
    return -float(found.fun)


def best(along, start: float, end: float) -> float:
    found = minimize_scalar(lambda x: -peak(*along(x)), bounds=(start, end), method="bounded", options={"xatol": 1e-8})
    return -float(found.fun)


def test_largest_concurrence_of_each_region_of_couplings():
    real = best(lambda g1: (g1, 0.25), 0.08, 0.2)
    found = finding("mok_34_both_real")
    assert found.verdict == "not reproduced"
    assert numbers(found.computed)[0] == pytest.approx(real, abs=2e-8)
    swapped = peak(0.25 + 1e-7, 0.25 - 1e-7)
    both = best(lambda g2: (0.25, g2), 0.4, 0.8)
    found = finding("mok_36_one_imaginary")
    assert found.verdict == "reproduced"
    assert numbers(found.computed) == pytest.approx([peak(**PRINTED), swapped, real, both], abs=1e-6)
    assert numbers(found.computed)[2:] == pytest.approx([real, both], abs=2e-8)


def curvature(chirality: float, hold: str) -> float:
    """Second derivative of C_max by k D at D = lambda/2: of C at the peak time, exact, from a block triangular matrix."""
    right, left = (float(rate) for rate in chiral.rates(chirality, hold))
    here = chiral.SymmetricNetwork(**PRINTED, chirality=chirality, hold=hold)
    time = float(chiral.symmetric_peak(here).time)
    width, turning = (right + left) / 2, np.zeros((4, 4), dtype=complex)
    turning[2, 3], turning[3, 2] = -left, -right
    still = np.diag([0, 0, -width, -width]) + turning
    still[[0, 2], [2, 0]], still[[1, 3], [3, 1]] = -1j * PRINTED["g1"], -1j * PRINTED["g2"]
    block = np.kron(np.eye(3), still) + np.kron(np.eye(3, k=1), 1j * turning) + np.kron(np.eye(3, k=2), -turning / 2)
    c = expm(block * time)[:4, ::4]
    z = [c[0, 0] * c[1, 0].conj(), 0, sum(c[0, k] * c[1, 2 - k].conj() for k in range(3))]
    z[1] = c[0, 1] * c[1, 0].conj() + c[0, 0] * c[1, 1].conj()
    return float((abs(z[1]) ** 2 + 2 * (z[0] * z[2].conj()).real) / abs(z[0]))


def test_chirality_from_which_half_wavelengths_are_best():
    found = finding("mok_38_half_wavelengths")
    assert found.verdict == "holds only if"
    exact = [float(brentq(curvature, 0.3, 0.7, args=(hold,), xtol=1e-12)) for hold in ("gamma_r", "gamma_total")]
    printed = [float(n) for n in re.findall(r"(?:above|it is) (\d\.\d{6})", found.note)]
    assert printed == pytest.approx(exact, abs=1e-6)


def test_mean_over_detunings_by_samples():
    def sampled(atoms: float, cavities: float) -> tuple[float, float]:
        network = chiral.DisorderedNetwork(**PRINTED, width_atoms=atoms, width_cavities=cavities)
        estimate = chiral.disordered_peak(network, samples=8192, seed=7)
        return float(estimate.mean_peak), float(estimate.mean_peak_se)

    def agree(value: float, width: tuple[float, float], full: float = 0.0) -> bool:
        mean, error = sampled(*width)
        return abs(value - abs(full - mean)) < 4 * error + 1e-6

    found = finding("mok_42_detuning")
    assert found.verdict == "holds only if"
    half, full = numbers(found.computed)
    assert agree(half, (0.5, 0.5))
    assert agree(full, (1.0, 1.0))
    edge = float(re.search(r"below (\d\.\d+) gamma_R", found.note).group(1))
    assert agree(BARE, (edge, edge))
    ideal = peak(**PRINTED)
    drops = numbers(finding("mok_43_atoms_dominate").computed)
    assert all(
        agree(drop, width, ideal) for drop, width in zip(drops, [(1.0, 0.0), (0.0, 1.0), (1.0, 1.0)], strict=True)
    )


def test_best_couplings_with_decay_by_the_closed_form():
    def highest(decay: float) -> float:
        starts = ([0.13, 0.28], [1.5, 1.2], [0.5, 0.6], [0.05, 0.1])
        climbs = [minimize(lambda x: -peak(*np.exp(x), decay), np.log(start), method="Nelder-Mead") for start in starts]
        return -min(float(climb.fun) for climb in climbs)

    found = finding("mok_48_small_decay")
    assert found.verdict == "not reproduced"
    limit = float(re.search(r"lost at (\d\.\d+)", found.computed).group(1))
    at_end, middle, ideal = re.findall(r"\d\.\d{6}", found.computed)[:3]
    expected = [highest(decay) for decay in (0.1, 0.05, 0.0)]
    assert [float(at_end), float(middle), float(ideal)] == pytest.approx(expected, abs=2e-6)
    assert highest(limit) == pytest.approx(0.9 * expected[2], abs=1e-5)


def scanned(g1: float, g2: float, end: float = np.inf, turn: float = 0.05) -> float:
    """The largest nonchiral concurrence at D = lambda/2 by eigenvectors on a grid of times, peaks by parabolas.

    turn: angle by which the fastest oscillation turns in a step; the parabolas are off by its fourth power.
    """
    h = -1j * np.array([[0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 1, -1], [0, 0, -1, 1]])
    h[[0, 2, 1, 3], [2, 0, 3, 1]] = g1, g1, g2, g2
    values, vectors = np.linalg.eig(-1j * h)
    start = np.linalg.solve(vectors, [1, 0, 0, 0])

    def concurrence(t: np.ndarray | float) -> np.ndarray:
        first, second = (np.exp(np.multiply.outer(t, values)) @ (vectors[k] * start) for k in (0, 1))
        return 2 * np.abs(first * second)

    step, best = turn / np.abs(values.imag).max(), 0.0
    last = min(end, 2 / np.min(-values.real))
    for begin in np.arange(0, last, 1e5 * step):
        left, here, right = (c := concurrence(begin + step * np.arange(-1, 100_002)))[:-2], c[1:-1], c[2:]
        top = (here >= left) & (here > right) & (begin + step * np.arange(100_001) <= last)
        peaks = here + (right - left) ** 2 / (8 * (2 * here - left - right) + 1e-300)
        best = max(best, *peaks[top], 0.0)
    return max(best, float(concurrence(last)))


def test_exchange_of_couplings_by_eigenvectors_and_for_weak_couplings():
    g = np.linspace(0.002, 0.01, 5)
    nonchiral = {"gamma_l1": 1.0, "gamma_l2": 1.0, "phase": np.pi}
    window, g1, g2 = (axis.ravel() for axis in np.meshgrid([1000.0, np.inf], g, g, indexing="ij"))
    peak = chiral.peak_concurrence(chiral.Network(g1=g1, g2=g2, **nonchiral), window=window).concurrence
    table = pd.DataFrame({"window": window, "g1": g1, "g2": g2, "concurrence": peak})
    found = finding("mok_52_exchange_of_couplings", mok_nonchiral_map=table)
    assert found.verdict == "holds only if"

    def change(one: float, other: float, *options: float) -> float:
        return abs(scanned(one, other, *options) - scanned(other, one, *options))

    most, printed = numbers(found.computed)
    pairs = [(a, b) for k, a in enumerate(g) for b in g[k + 1 :]]
    assert most == pytest.approx(max(change(a, b) for a, b in pairs), abs=1e-5)
    assert printed == pytest.approx(change(0.0041, 0.0017, np.inf, 0.01), abs=2e-8)
    short = float(re.search(r"= 1000 it changes by up to (\d\.\d+)", found.note).group(1))
    assert short == pytest.approx(max(change(a, b, 1000.0) for a, b in pairs), abs=1e-5)
    times = float(re.search(r"more than (\d\.\d+) times", found.note).group(1))
    assert change(0.01, 0.01 / times) == pytest.approx(0.01, abs=1e-5)

    def weak(ratio: float) -> float:
        """By how much C_max grows if g1 and g2 = ratio g1 change places, extrapolated to couplings of zero."""
        g = np.array([2e-4, 1e-4])
        one, other = (chiral.Network(g1=a, g2=b, **nonchiral) for a, b in ((g, ratio * g), (ratio * g, g)))
        step = chiral.peak_concurrence(other).concurrence - chiral.peak_concurrence(one).concurrence
        return float(2 * step[1] - step[0])

    limit, ratio = map(
        float, re.search(r"else changes by up to (\d\.\d+), at a ratio of (\d\.\d+)", found.note).groups()
    )
    assert weak(ratio) == pytest.approx(limit, abs=2e-5)
    assert max(weak(ratio - 0.02), weak(ratio + 0.02)) < limit
    assert all(abs(weak(r)) < 2e-5 for r in (0.05, 0.2, 0.4, 0.57))
    assert weak(0.62) > 0.009


def test_sign_of_the_nonchiral_state_by_the_master_equation_and_for_weak_couplings():
    found = finding("mok_54_nonchiral_sign")
    assert found.verdict == "holds only if"
    nonchiral = {"gamma_l1": 1.0, "gamma_l2": 1.0}
    seen = []
    for g1, g2 in ((0.0041, 0.0017), (0.0017, 0.0041)):
        network = chiral.Network(g1=g1, g2=g2, **nonchiral, phase=np.pi)
        at_peak = chiral.master_equation(network, time=[float(chiral.peak_concurrence(network).time)])
        seen += [float(at_peak.fidelity_plus[0])] + ([float(at_peak.fidelity_minus[0])] if g1 < g2 else [])
    assert numbers(found.computed) == pytest.approx(seen, abs=1e-7)
    for ratio in (0.2, 0.5, 0.9, 1.1, 2.0, 5.0):  # the state that the note gives, n = 0 and 1
        g1, g2 = 1e-3 * np.array([ratio, 1.0]) / np.hypot(ratio, 1.0)
        for n in (0, 1):
            network = chiral.Network(g1=g1, g2=g2, **nonchiral, phase=n * np.pi)
            c = chiral.amplitudes(network, time=np.linspace(100, 8000, 4001))[:, :2]
            said = np.array([g1**2 - g2**2, -((-1) ** n) * 2 * g1 * g2]) / (g1**2 + g2**2)
            assert np.max(np.abs(c @ said) ** 2) > 0.97


def test_cesium_by_wavelength_and_lifetime():
    found = finding("mok_61_cesium")
    assert found.verdict == "holds only if"
    frequency, width = 2.99792458e8 / 852.347276e-9, 1 / (2 * np.pi * 30.405e-9)
    decay, most = numbers(found.computed)[0], float(re.search(r"(\d\.\d+)e6", found.computed).group(1))
    assert decay == pytest.approx(1e7 * width / frequency, rel=1e-3)
    assert most * 1e6 == pytest.approx(0.1 * frequency / width, rel=1e-3)
