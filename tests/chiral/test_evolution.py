"""The propagator against the full master equation, the printed closed forms, exact limits and symmetries."""

import numpy as np
import pytest
import qutip

from qnet import chiral
from qnet.chiral.master_equation import atom_states
from qnet.errors import Refused

FIELDS = ("concurrence", "fidelity_plus", "fidelity_minus", "transfer")
TIMES = np.linspace(0, 20, 21)


def test_master_equation_over_random_full_parameter_sets(random_network, rng):
    for _ in range(25):
        network, alpha = chiral.Network(**random_network()), rng.uniform(0, 2 * np.pi)
        effective, full = (
            model(network, time=TIMES, alpha=alpha) for model in (chiral.evolution, chiral.master_equation)
        )
        for field in FIELDS:
            np.testing.assert_allclose(getattr(effective, field), getattr(full, field), atol=1e-10, err_msg=field)


def test_concurrence_is_wootters(random_network):
    """Wootters' formula takes roots of rounding errors: only 1e-7 can be asked of it."""
    p = random_network()
    states = atom_states(chiral.Network(**p), times=TIMES)
    wootters = [qutip.concurrence(qutip.Qobj(rho, dims=[[2, 2], [2, 2]])) for rho in states]
    np.testing.assert_allclose(chiral.evolution(chiral.Network(**p), time=TIMES).concurrence, wootters, atol=1e-6)


def test_master_equation_takes_times_in_any_order():
    shuffled = chiral.master_equation(chiral.Network(g1=0.3, g2=0.4), time=[3.0, 1.0, 2.0, 1.0]).concurrence
    ordered = chiral.master_equation(chiral.Network(g1=0.3, g2=0.4), time=[1.0, 2.0, 3.0]).concurrence
    np.testing.assert_allclose(shuffled, ordered[[2, 0, 1, 0]], atol=1e-11)


@pytest.mark.parametrize(("g1", "g2"), [(0.126, 0.277), (0.7, 0.1), (0.1, 0.2), (2.0, 3.0)])
def test_equation_8(g1, g2):
    expected = chiral.amplitudes(chiral.Network(g1=g1, g2=g2), time=TIMES)
    np.testing.assert_allclose(chiral.resonant_amplitudes(time=TIMES, g1=g1, g2=g2), expected, atol=1e-13)


@pytest.mark.parametrize("g", [0.13, 0.43, 1.7])
def test_equation_9(g):
    expected = np.abs(chiral.amplitudes(chiral.Network(g1=g, g2=g), time=TIMES)) ** 2
    np.testing.assert_allclose(chiral.equal_coupling_probabilities(time=TIMES, g=g), expected, atol=1e-13)


def test_equation_10_becomes_exact_at_long_times():
    time = np.array([20.0, 40.0, 60.0, 80.0])
    ratio = chiral.long_time_concurrence(time=time, g1=0.126, g2=0.277).concurrence
    ratio = ratio / chiral.evolution(chiral.Network(g1=0.126, g2=0.277), time=time).concurrence
    dropped = np.exp(-np.sqrt(1 - 16 * 0.126**2) * time / 2)  # e^{-kappa_1 t / 4} beside e^{+kappa_1 t / 4}
    assert np.all(np.abs(ratio - 1) < 5 * dropped)
    assert np.abs(ratio[-1] - 1) < 1e-13


@pytest.mark.parametrize("call", [
    lambda: chiral.resonant_amplitudes(time=1, g1=0.3, g2=0.3),
    lambda: chiral.resonant_amplitudes(time=1, g1=0.25, g2=0.3),
    lambda: chiral.equal_coupling_probabilities(time=1, g=0.25),
    lambda: chiral.long_time_concurrence(time=1, g1=0.3, g2=0.4),
])  # fmt: skip
def test_printed_forms_refuse_where_they_are_undefined(call):
    with pytest.raises(Refused, match=r"^g1? must"):
        call()


@pytest.mark.parametrize("gamma_r2", [1.0, 1 + 1e-9, 3.88, 0.2])
def test_bare_atoms(gamma_r2):
    expected = chiral.bare_concurrence(time=TIMES, gamma_r2=gamma_r2)
    np.testing.assert_allclose(
        chiral.bare_evolution(chiral.BareNetwork(gamma_r2=gamma_r2), time=TIMES).concurrence, expected, atol=1e-14
    )


def test_bare_atoms_are_the_limit_of_fast_cavities():
    """For g << gamma the cavities follow, and the atoms decay at 4 g^2 / gamma."""
    g, time = 1e-4, np.linspace(0, 5, 11)
    slow = chiral.evolution(chiral.Network(g1=g, g2=g), time=time / (4 * g**2)).concurrence
    np.testing.assert_allclose(slow, chiral.bare_concurrence(time=time, gamma_r2=1.0), atol=1e-6)


def test_bare_amplitude_has_the_sign_of_the_master_equation(rng):
    """Against QuTiP: the two-atom cascaded master equation, built from Lindblad form, not from the printed terms."""
    gr1, gr2, gl1, gl2, phase, d1, d2, loss1, loss2 = 0.8, 1.7, 0.3, 0.5, 0.9, 0.4, -0.6, 0.1, 0.25
    s1, s2 = qutip.tensor(qutip.sigmam(), qutip.qeye(2)), qutip.tensor(qutip.qeye(2), qutip.sigmam())
    right = np.sqrt(gr1) * s1 + np.exp(-1j * phase) * np.sqrt(gr2) * s2
    left = np.sqrt(gl1) * s1 + np.exp(1j * phase) * np.sqrt(gl2) * s2
    exchange = -0.5j * np.sqrt(gr1 * gr2) * np.exp(1j * phase) * s2.dag() * s1
    exchange += -0.5j * np.sqrt(gl1 * gl2) * np.exp(1j * phase) * s1.dag() * s2
    # sigmam lowers basis(2, 0): the excited state
    energy = d1 * s1.dag() * s1 + d2 * s2.dag() * s2
    start = qutip.ket2dm(qutip.tensor(qutip.basis(2, 0), qutip.basis(2, 1)))
    options = {"atol": 1e-12, "rtol": 1e-12, "progress_bar": ""}
    jumps = [right, left, np.sqrt(loss1) * s1, np.sqrt(loss2) * s2]
    states = qutip.mesolve(energy + exchange + exchange.dag(), start, TIMES, c_ops=jumps, options=options).states
    network = chiral.BareNetwork(
        gamma_r1=gr1, gamma_r2=gr2, gamma_l1=gl1, gamma_l2=gl2, phase=phase,
        delta_a1=d1, delta_a2=d2, decay_1=loss1, decay_2=loss2,
    )  # fmt: skip
    psi = chiral.amplitudes(network, time=TIMES)
    coherence = np.array([state.full()[1, 2] for state in states])
    np.testing.assert_allclose(psi[:, 0] * np.conj(psi[:, 1]), coherence, atol=1e-9)


def test_phase_decides_the_sign_of_the_bell_state():
    plus, minus = (
        chiral.evolution(chiral.Network(g1=0.126, g2=0.277, phase=phase), time=12.6) for phase in (0.0, np.pi)
    )
    assert plus.fidelity_plus == pytest.approx(minus.fidelity_minus, abs=1e-14)
    assert plus.fidelity_plus > 0.92 > 0.01 > plus.fidelity_minus


def test_symmetries(random_network):
    p = random_network()
    reference = chiral.evolution(chiral.Network(**p), time=TIMES).concurrence
    shifted = {name: p[name] + 0.7 for name in ("delta_a1", "delta_a2", "delta_c1", "delta_c2")}
    turned = chiral.evolution(chiral.Network(**p), time=TIMES, alpha=1.3).concurrence
    np.testing.assert_allclose(turned, reference, atol=1e-13)
    for change in ({"phase": p["phase"] + np.pi}, shifted, {"g1": -p["g1"]}):
        np.testing.assert_allclose(
            chiral.evolution(chiral.Network(**p | change), time=TIMES).concurrence, reference, atol=1e-13
        )

    flipped = {name: -p[name] for name in ("delta_a1", "delta_a2", "delta_c1", "delta_c2")}
    for change in ({"gamma_l1": 0.0}, {"phase": np.pi}):
        one = chiral.evolution(chiral.Network(**p | change), time=TIMES).concurrence
        other = chiral.evolution(chiral.Network(**p | change | flipped), time=TIMES).concurrence
        np.testing.assert_allclose(one, other, atol=1e-13)
    assert np.max(np.abs(chiral.evolution(chiral.Network(**p | flipped), time=TIMES).concurrence - reference)) > 1e-3

    cascaded = [
        chiral.evolution(chiral.Network(**p | {"gamma_l2": 0.0, "phase": x}), time=TIMES).concurrence
        for x in (0.3, 1.1)
    ]
    np.testing.assert_allclose(*cascaded, atol=1e-13)


def test_norm_never_grows_and_bounds_the_concurrence(random_network):
    for _ in range(20):
        state = chiral.evolution(chiral.Network(**random_network()), time=np.linspace(0, 50, 200))
        assert np.all(np.diff(state.norm) <= 1e-15)
        assert np.all(np.maximum(state.concurrence, state.transfer) <= state.norm + 1e-15)


def test_arrays_broadcast():
    state = chiral.evolution(chiral.Network(g1=np.full((3, 1), 0.2), g2=0.3), time=TIMES)
    assert state.concurrence.shape == (3, 21)
    assert chiral.amplitudes(chiral.Network(g1=0.2, g2=0.3), time=TIMES).shape == (21, 4)


def test_closed_forms_hold_at_any_time():
    late = np.array([1e3, 1e4, 1e6])
    assert np.all(np.abs(chiral.resonant_amplitudes(time=late, g1=0.126, g2=0.277)) < 1e-6)
    assert np.all(chiral.equal_coupling_probabilities(time=late, g=0.13) < 1e-6)
    assert np.all(chiral.long_time_concurrence(time=late, g1=0.126, g2=0.277).concurrence < 1e-6)


@pytest.mark.parametrize(("arguments", "message"), [
    ({"decay_1": -1.0}, "decay_1 must be finite, not negative and at most 1e9, but is -1.0"),
    ({"g1": [0.1, 0.2]}, r"network must be a single one, since one network is solved, but has the shape \(2,\)"),
    ({"alpha": np.nan}, "alpha must be finite, but is nan"),
    ({"time": -1.0}, "time must be finite and not negative, but is -1.0"),
])  # fmt: skip
def test_the_master_equation_refuses_bad_arguments(arguments, message):
    def solved(*, time=1.0, alpha=0.0, **network):
        chiral.master_equation(chiral.Network(**network), time=time, alpha=alpha)

    with pytest.raises(Refused, match=message):
        solved(**{"g1": 0.1, "g2": 0.2} | arguments)
