"""Correlators of heralded states against the state that a brute-force simulation with Fock states leaves behind."""

import itertools

import numpy as np
import pytest

from qnet import midpoint
from qnet.midpoint import fock

ARMS = midpoint.Arms(p_left=0.3, p_right=0.12)
PAULI = {"x": np.array([[0, 1], [1, 0]]), "y": np.array([[0, -1j], [1j, 0]]), "z": np.diag([1, -1])}


def correlators(weighted, sign):
    """(weight, <XX>, -<YY>, <ZZ>), times the weight, in the frame in which the heralded Psi is Phi+."""
    turn = np.kron(np.eye(2), np.array([[0, sign], [1, 0]]))  # |01> to |00>, sign |10> to |11>
    turned = turn @ weighted @ turn.conj().T
    return [np.trace(turned).real] + [
        s * np.trace(np.kron(p, p) @ turned).real for s, p in zip((1, -1, 1), PAULI.values(), strict=True)
    ]


def left_behind(terms, detectors, herald):
    """The same, summed over all that may be seen, of sum amplitude |emitters> |photons>."""
    branches = {}
    for (left, right), amplitude, occupations in terms:
        for held, factor in occupations.items():
            branches.setdefault(held, np.zeros(4, complex))[2 * left + right] += amplitude * factor
    found = np.zeros(4)
    for held, state in branches.items():
        counts = tuple(sum(mode[:2] == detector for mode in held) for detector in detectors)
        for target, probability in herald(counts).items():
            weighted = np.outer(state, state.conj()) * probability
            found += correlators(weighted, 1 if target == "psi+" else -1)
    return found


def single_click(bright, mu, dark, resolving):
    detectors = [("c", "one"), ("d", "one")]
    terms = []
    for left, right in itertools.product((0, 1), repeat=2):
        amplitude = np.prod([np.sqrt(b if on else 1 - b) for b, on in zip(bright, (left, right), strict=True)])
        photons = [fock._photon("left", "one", 0.3)] * left + [fock._photon("right", "one", 0.12, mu)] * right
        terms.append(((left, right), amplitude, fock._occupations(photons)))
    return left_behind(terms, detectors, fock._heralds(detectors, dark, resolving, fock._single_pattern))


def double_click(fidelities, mu, dark, resolving):
    detectors = [(port, mode) for port in "cd" for mode in "HV"]
    herald = fock._heralds(detectors, dark, resolving, fock._double_pattern)
    found = np.zeros(4)
    for left, right in itertools.product(fock._BELL_PAIRS, repeat=2):
        terms = [
            ((one, other), sign * other_sign / 2,
             fock._occupations([fock._photon("left", mode, 0.3), fock._photon("right", other_mode, 0.12, mu)]))
            for (one, mode, sign), (other, other_mode, other_sign) in itertools.product(
                fock._BELL_PAIRS[left], fock._BELL_PAIRS[right])
        ]  # fmt: skip
        weight = np.prod([fock._bell_weight(bell, f) for bell, f in zip((left, right), fidelities, strict=True)])
        found += weight * left_behind(terms, detectors, herald)
    return found


def compare(state, oracle, herald):
    assert float(state.success_probability) == pytest.approx(oracle[0], rel=1e-12)
    for name, expected in zip("xyz", oracle[1:] / oracle[0], strict=True):
        assert float(getattr(state, name)) == pytest.approx(expected, abs=1e-12)
    assert float(herald.success_probability) == float(state.success_probability)
    assert float(herald.fidelity) == pytest.approx((1 + float(state.x + state.y + state.z)) / 4, abs=1e-14)


@pytest.mark.parametrize("resolving", [False, True])
@pytest.mark.parametrize(("mu", "dark"), [(1.0, 0.0), (0.7, 0.0), (0.9, 0.02), (0.0, 0.3)])
def test_single_click(mu, dark, resolving):
    photons = midpoint.UnlikeSingleClickPhotons(bright_left=0.2, bright_right=0.45, indistinguishability=mu)
    detectors = midpoint.Detectors(dark_count=dark, number_resolving=resolving)
    state = midpoint.single_click_state(ARMS, photons, detectors)
    compare(state, single_click((0.2, 0.45), mu, dark, resolving), midpoint.single_click_arms(ARMS, photons, detectors))


@pytest.mark.parametrize("resolving", [False, True])
@pytest.mark.parametrize(("mu", "dark"), [(1.0, 0.0), (0.7, 0.0), (0.9, 0.02), (0.0, 0.3)])
def test_double_click(mu, dark, resolving):
    photons = midpoint.UnlikeDoubleClickPhotons(
        emission_fidelity_left=0.95, emission_fidelity_right=0.8, indistinguishability=mu
    )
    detectors = midpoint.Detectors(dark_count=dark, number_resolving=resolving)
    state = midpoint.double_click_state(ARMS, photons, detectors)
    compare(state, double_click((0.95, 0.8), mu, dark, resolving), midpoint.double_click_arms(ARMS, photons, detectors))


def test_a_swap_of_states_whose_qubits_point_somewhere_multiplies_correlators():
    """Averaged over the four outcomes, each with its correction: what `HeraldedState` leaves out averages out."""
    rng = np.random.default_rng(1)
    one, other = (a @ a.conj().T / np.trace(a @ a.conj().T) for a in rng.normal(size=(2, 4, 4)))
    both = np.kron(one, other).reshape([2] * 8)
    phi = np.array([1, 0, 0, 1]).reshape(2, 2) / np.sqrt(2)
    left = np.zeros((4, 4), complex)
    for fix in (np.eye(2), PAULI["x"], PAULI["z"], PAULI["z"] @ PAULI["x"]):
        bell = phi @ fix.T  # the Bell state (1 x fix) |Phi+>
        swapped = np.einsum("bc,abcdefgh,fg->adeh", bell.conj(), both, bell).reshape(4, 4)
        turn = np.kron(np.eye(2), fix.conj().T)
        turn = np.kron(np.eye(2), fix) if np.allclose(fix, fix.T) else turn
        left += turn @ swapped @ turn.conj().T
    for pauli in PAULI.values():
        pair = np.kron(pauli, pauli)
        expected = np.trace(pair @ one) * np.trace(pair @ other)
        expected = -expected if pauli is PAULI["y"] else expected  # signs of <YY> of two Phi+: -1 times -1 gives -1
        assert np.trace(pair @ left) == pytest.approx(expected, abs=1e-12)
