"""Peaks over all times: against high precision, against certified interval search, at every degeneracy."""

import mpmath
import numpy as np
import pytest

from high_precision import exact_concurrence
from qnet import chiral
from qnet.errors import Refused

SMALL = 1e-9
DEGENERATE = [
    {"g1": 0.43, "g2": 0.43},
    {"g1": 0.43, "g2": 0.43 + SMALL},
    {"g1": 0.25, "g2": 0.6},
    {"g1": 0.25 + SMALL, "g2": 0.6},
    {"g1": 0.1, "g2": 0.25},
    {"g1": 0.1, "g2": 0.25 - SMALL},
    {"g1": 0.25, "g2": 0.25},
    {"g1": 0.25 + SMALL, "g2": 0.25 - SMALL},
    {"g1": 0.5, "g2": 0.5, "gamma_r2": 4.0},
    {"g1": 0.3, "g2": 0.3, "gamma_l1": 1.0, "gamma_l2": 1.0, "phase": np.pi, "window": 300.0},
]
PRINTED = [
    {"g1": 0.126, "g2": 0.277},
    {"g1": 2.21, "g2": 2.11, "gamma_r2": 4.82},
    {"g1": 0.0041, "g2": 0.0017, "gamma_l1": 1.0, "gamma_l2": 1.0, "phase": np.pi},
    {"g1": 0.126, "g2": 0.277, "gamma_l1": 0.3, "gamma_l2": 0.3, "phase": 0.4},
    {"g1": 0.126, "g2": 0.277, "decay_1": 0.2, "decay_2": 0.2},
    {"g1": 0.126, "g2": 0.277, "delta_a1": 0.9, "delta_a2": -0.7, "delta_c1": 0.4, "delta_c2": -1.0},
]


def exact_peak(p, near):
    """The maximum next to `near`, to 30 digits."""
    with mpmath.workdps(40):
        slope = lambda t: mpmath.diff(lambda s: exact_concurrence(s, **p), t)  # noqa: E731
        time = mpmath.findroot(slope, (mpmath.mpf(near) * 0.9999, mpmath.mpf(near) * 1.0001), tol=1e-25)
        return exact_concurrence(time, **p), time


@pytest.mark.parametrize("p", DEGENERATE + PRINTED, ids=str)
def test_value_and_time_against_high_precision(p):
    network = {name: value for name, value in p.items() if name != "window"}
    found = chiral.peak_concurrence(chiral.Network(**network), window=p.get("window", np.inf))
    value, time = exact_peak(network, float(found.time))
    assert abs(float(value - mpmath.mpf(float(found.concurrence)))) < 1e-12
    assert float(time) == pytest.approx(float(found.time), rel=1e-9)


def test_points_of_every_figure_against_high_precision(rng):
    """C at the reported peak time, over the ranges that the figures show."""
    ranges = [
        {"g1": rng.choice(200, 25) / 200 + 0.005, "g2": rng.choice(200, 25) / 200 + 0.005},
        {"g1": 0.126, "g2": 0.277, "gamma_l1": rng.uniform(0, 1, 25), "phase": rng.uniform(0, 2 * np.pi, 25)},
        {"g1": 0.126, "g2": 0.277, "decay_1": rng.uniform(0, 0.2, 25), "decay_2": rng.uniform(0, 0.2, 25)},
        {"g1": rng.uniform(5e-5, 0.01, 25), "g2": rng.uniform(5e-5, 0.01, 25), "gamma_l1": 1.0, "gamma_l2": 1.0,
         "phase": np.pi, "window": rng.permutation([1000.0] * 10 + [np.inf] * 15)},
        {"g1": 0.126, "g2": 0.277, **{f"delta_{x}": rng.uniform(-1, 1, 25) for x in ("a1", "a2", "c1", "c2")}},
    ]  # fmt: skip
    for columns in ranges:
        if "gamma_l1" in columns:
            columns["gamma_l2"] = columns["gamma_l1"]
        window = columns.pop("window", np.inf)
        found = chiral.peak_concurrence(chiral.Network(**columns), window=window)
        for row in range(25):
            p = {name: float(np.broadcast_to(value, 25)[row]) for name, value in columns.items()}
            exact = exact_concurrence(float(found.time[row]), **p)
            assert abs(float(exact - mpmath.mpf(float(found.concurrence[row])))) < 1e-12, p


@pytest.mark.parametrize("g", [1e-4, 2e-4, 5e-4, 2e-3, 1e-2])
def test_a_maximum_that_is_only_approached(g):
    """Equal couplings without chirality: one half, after up to 1e5 oscillations against a decay that is as slow."""
    found = chiral.peak_concurrence(chiral.Network(g1=g, g2=g, gamma_l1=1.0, gamma_l2=1.0, phase=np.pi))
    assert found.concurrence == pytest.approx(0.5, abs=1e-11)


def certified_maximum(p, tolerance=1e-7):
    """Upper bound of max C over all t by branch and bound, knowing only that the evolution contracts.

    On [t, t + h] the linear interpolation of z = c_eg conj(c_ge) is off by at most h^2/8 max |z''|, and
    |z''| <= |psi''| |psi| + 2 |psi'|^2 + |psi| |psi''| with norms at t.
    """
    generator = chiral.Network(**p).generator()
    norm = lambda v: np.linalg.norm(v, axis=-1)  # noqa: E731
    best, waiting, step = 0.0, [], 1.0
    start = 0.0
    while True:
        psi = chiral.amplitudes(chiral.Network(**p), time=start)
        if norm(psi) ** 2 <= best:
            break
        waiting.append((start, step))
        best = max(best, 2 * abs(psi[0] * psi[1]))
        start += step
    starts, widths = (np.array(x) for x in zip(*waiting, strict=True))
    while len(starts):
        ends = [chiral.amplitudes(chiral.Network(**p), time=t) for t in (starts, starts + widths)]
        values = [2 * np.abs(psi[:, 0] * psi[:, 1]) for psi in ends]
        best = max(best, *(v.max() for v in values))
        # the generator acts on amplitudes without their basis phases, which leave all norms alone
        bare = np.stack([ends[0][:, 0], *_without_phases(ends[0], p)], axis=-1)
        slope = bare @ generator.T
        bend = slope @ generator.T
        bound = np.maximum(*values) + widths**2 / 8 * 2 * (2 * norm(bend) * norm(bare) + 2 * norm(slope) ** 2)
        open_ = bound > best + tolerance
        starts, widths = starts[open_], widths[open_] / 2
        starts, widths = np.append(starts, starts + widths), np.append(widths, widths)
    return best + tolerance


def _without_phases(psi, p):
    turn = np.exp(-1j * p.get("phase", 0.0))
    return psi[:, 1] * turn, psi[:, 2] * 1j, psi[:, 3] * 1j * turn


def test_ripples_are_not_stepped_over(rng):
    """Strong coupling at one node ripples the curve: many peaks of nearly equal height, against dense scans."""
    for _ in range(60):
        p = {"g1": 10 ** rng.uniform(-2, -0.5), "g2": 10 ** rng.uniform(0.3, 1.5), "gamma_r2": rng.uniform(0.5, 2)}
        if rng.random() < 0.5:
            p |= {
                "gamma_l1": 0.7,
                "gamma_l2": 0.4,
                "phase": 2.2,
                "delta_a1": rng.normal(),
                "delta_c2": 5 * rng.normal(),
            }
        for found, name in (
            (chiral.peak_concurrence(chiral.Network(**p)), "concurrence"),
            (chiral.peak_transfer(chiral.Network(**p)), "transfer"),
        ):
            value = found.concurrence if name == "concurrence" else found.fidelity
            scan = getattr(chiral.evolution(chiral.Network(**p), time=np.linspace(0, 3 * found.time, 20_001)), name)
            assert scan.max() <= value + 1e-13, p


@pytest.mark.parametrize("window", [64.0, 512.0, 1000.0, 1024.0, 4096.0])
@pytest.mark.parametrize("g", [1e-8, 1e-3])
def test_search_ends_exactly_at_a_window(g, window):
    """Windows that are and are not a multiple of the search's steps, with |A| a power of two."""
    p = {"g1": g, "g2": g, "gamma_l1": 1.0, "gamma_l2": 1.0, "phase": np.pi}
    found = chiral.peak_concurrence(chiral.Network(**p), window=window)
    assert found.time <= window
    scan = chiral.evolution(chiral.Network(**p), time=np.linspace(0, window, 2001)).concurrence
    assert found.concurrence == pytest.approx(scan.max(), rel=1e-5)


def test_dark_states_stay_below_their_bound():
    """Equal couplings without chirality never exceed 1/2, however slowly they get there."""
    for g in (4.1e-3, 1e-3):
        p = {"g1": g, "g2": g, "gamma_l1": 1.0, "gamma_l2": 1.0, "phase": np.pi}
        assert 0.5 - 1e-9 < chiral.peak_concurrence(chiral.Network(**p)).concurrence <= 0.5 + 1e-12


def test_common_frequency_drops_out(random_network):
    p = random_network()
    shifted = p | {name: p[name] + 1e6 for name in ("delta_a1", "delta_a2", "delta_c1", "delta_c2")}
    assert chiral.peak_concurrence(chiral.Network(**shifted)).concurrence == pytest.approx(
        chiral.peak_concurrence(chiral.Network(**p)).concurrence, abs=1e-8
    )


def test_atom_2_out_of_reach():
    for p in ({"g1": 0.0, "g2": 0.3, "delta_a1": 3.0}, {"g1": 1.0, "g2": 1.0, "gamma_r1": 0.0, "gamma_l1": 0.5}):
        found = chiral.peak_concurrence(chiral.Network(**p))
        assert (found.concurrence, found.time) == (0, 0)


def test_no_peak_is_missed(random_network, rng):
    """The certified upper bound over all times is never above what the fast search finds."""
    cases = [random_network() for _ in range(40)]
    cases += [{"g1": rng.uniform(0.05, 4), "g2": rng.uniform(0.05, 4)} for _ in range(40)]
    for p in cases:
        found = float(chiral.peak_concurrence(chiral.Network(**p)).concurrence)
        bound = certified_maximum(p)
        assert bound - 1.001e-7 <= found <= bound, p


def test_peak_is_the_maximum_of_a_dense_scan(random_network):
    time = np.linspace(0, 100, 20_001)
    for _ in range(10):
        p = random_network()
        curve = chiral.evolution(chiral.Network(**p), time=time)
        for value, scan in (
            (chiral.peak_concurrence(chiral.Network(**p)).concurrence, curve.concurrence),
            (chiral.peak_transfer(chiral.Network(**p)).fidelity, curve.transfer),
        ):
            assert scan.max() <= value + 1e-14
            assert value == pytest.approx(scan.max(), abs=1e-4)


@pytest.mark.parametrize("gamma_r2", [1.0, 1 + 1e-12, 1 + 1e-6, 3.88, 0.3, 40.0])
def test_bare_peak(gamma_r2):
    found = chiral.bare_peak_concurrence(chiral.BareNetwork(gamma_r2=gamma_r2))
    value, time = chiral.bare_peak(gamma_r2=gamma_r2)
    assert found.concurrence == pytest.approx(value, abs=1e-14)
    assert found.time == pytest.approx(time, rel=1e-7)


def test_exact_limits():
    assert chiral.bare_peak_concurrence(chiral.BareNetwork(gamma_r2=1.0)).concurrence == pytest.approx(
        2 / np.e, abs=1e-15
    )
    dark = chiral.bare_peak_concurrence(chiral.BareNetwork(gamma_r2=1.0, gamma_l1=1.0, gamma_l2=1.0, phase=np.pi))
    assert dark.concurrence == pytest.approx(0.5, abs=1e-14)
    assert 10 < dark.time < 100  # only approached: reached to rounding
    for idle in ({"g1": 0.0, "g2": 0.3}, {"g1": 0.3, "g2": 0.0}):
        assert chiral.peak_concurrence(chiral.Network(**idle)).concurrence == 0


@pytest.mark.parametrize(("g1", "g2", "expected"), [(1e-8, 1e-8, 2 / np.e), (1e4, 1e4, 2 / np.e)])
def test_extreme_couplings(g1, g2, expected):
    """Very weak couplings make bare atoms; very strong ones make two dressed atoms, each with the bare maximum."""
    assert chiral.peak_concurrence(chiral.Network(g1=g1, g2=g2)).concurrence == pytest.approx(expected, abs=1e-6)


def test_window_ends_the_search():
    free = chiral.peak_concurrence(chiral.Network(g1=0.126, g2=0.277))
    early = chiral.peak_concurrence(chiral.Network(g1=0.126, g2=0.277), window=5.0)
    assert early.time == 5.0
    assert early.concurrence == pytest.approx(
        chiral.evolution(chiral.Network(g1=0.126, g2=0.277), time=5.0).concurrence, abs=1e-14
    )
    transfer = chiral.peak_transfer(chiral.Network(g1=0.126, g2=0.277), window=5.0)
    assert transfer.fidelity == pytest.approx(
        chiral.evolution(chiral.Network(g1=0.126, g2=0.277), time=5.0).transfer, abs=1e-14
    )
    late = chiral.peak_concurrence(chiral.Network(g1=0.126, g2=0.277), window=[13.0, 1e6])
    np.testing.assert_allclose(late.concurrence, free.concurrence, atol=1e-14)


def test_symmetric_parametrisation():
    right, left = chiral.rates([0.0, 0.5, 1.0])
    np.testing.assert_allclose(left / right, [1, 1 / 3, 0])
    right, left = chiral.rates(0.5, "gamma_total")
    assert (right, left) == (0.75, 0.25)
    one = chiral.symmetric_peak(
        chiral.SymmetricNetwork(g1=0.2, g2=0.3, gamma_r2=2.0, chirality=0.5, distance_wavelengths=0.2, decay=0.1)
    )
    two = chiral.peak_concurrence(
        chiral.Network(
            g1=0.2, g2=0.3, gamma_r2=2.0, gamma_l1=1 / 3, gamma_l2=2 / 3, phase=0.4 * np.pi, decay_1=0.1, decay_2=0.1
        )
    )
    assert one.concurrence == pytest.approx(two.concurrence, abs=1e-14)


@pytest.mark.parametrize(("arguments", "message"), [
    ({"g1": np.nan}, "g1 must be finite, at most 1e9 in size, but is nan"),
    ({"g1": [0.1, np.inf]}, "g1 must be finite, at most 1e9 in size, but has inf at index 1"),
    ({"gamma_r1": -1.0}, "gamma_r1 must be finite, not negative and at most 1e9, but is -1.0"),
    ({"decay_2": [[0, 1], [2, -3]]}, r"decay_2 must be finite, not negative and at most 1e9, but has -3.0 at index 1, 1"),
    ({"window": 0.0}, "window must be positive, but is 0.0"),
    ({"window": np.nan}, "window must be positive, but is nan"),
    ({"g1": "strong"}, "g1 must be a real number or an array of them, but is 'strong'"),
    ({"g1": 1j}, "g1 must be a real number or an array of them, but is 1j"),
    ({"g1": [0.1, 0.2], "phase": [1, 2, 3]}, r"must broadcast against each other, but .* g1 \(2,\)"),
])  # fmt: skip
def test_bad_arguments_are_named(arguments, message):
    def peak(*, window=np.inf, **network):
        chiral.peak_concurrence(chiral.Network(**network), window=window)

    with pytest.raises(Refused, match=message):
        peak(**{"g1": 0.1, "g2": 0.2} | arguments)


def test_unsettled_maximum_is_refused():
    """A node that leaks a millionth of what it exchanges rings for longer than the search goes on; a window helps."""
    ringing = {"g1": 1.0, "g2": 1.0, "gamma_r1": 1e-6}
    for peak in (chiral.peak_concurrence, chiral.peak_transfer):
        with pytest.raises(Refused, match="window must be finite where the maximum over all times does not settle"):
            peak(chiral.Network(**ringing))
    found = chiral.peak_concurrence(chiral.Network(**ringing), window=1000.0)
    scan = chiral.evolution(chiral.Network(**ringing), time=np.linspace(0, 1000, 200_001)).concurrence
    assert scan.max() <= found.concurrence + 1e-14
    assert found.concurrence == pytest.approx(scan.max(), rel=1e-4)
