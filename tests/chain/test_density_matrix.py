"""Werner parameters that the simulator keeps, against density matrices of all qubits that go through the same history."""

import math

import numpy as np
import pytest
import qutip

from qnet.chain import Links, Nodes, SwapAsap
from qnet.chain.events import simulate_events

COHERENCE_TIME_S = 9.0
PAULI = {"I": qutip.qeye(2), "X": qutip.sigmax(), "Z": qutip.sigmaz(), "XZ": qutip.sigmax() * qutip.sigmaz()}
PHI = (qutip.tensor(qutip.basis(2, 0), qutip.basis(2, 0)) + qutip.tensor(qutip.basis(2, 1), qutip.basis(2, 1))).unit()
# the four Bell states, named by the Pauli operator on the second qubit that makes them from PHI
BELL = {name: qutip.tensor(qutip.qeye(2), pauli) * PHI for name, pauli in PAULI.items()}


def werner_state(parameter):
    return parameter * PHI.proj() + (1 - parameter) / 4 * qutip.tensor(qutip.qeye(2), qutip.qeye(2))


def depolarised(state, place, time_s):
    """Avis et al., Eq. (33): the qubit at that place keeps its state with e^(-t/T), and is else replaced by 1/2."""
    keeps = math.exp(-time_s / COHERENCE_TIME_S)
    count = len(state.dims[0])
    others = [i for i in range(count) if i != place]
    replaced = qutip.tensor(qutip.qeye(2) / 2, state.ptrace(others))
    order = [*range(1, place + 1), 0, *range(place + 1, count)]
    return keeps * state + (1 - keeps) * replaced.permute(order)


def measured(state, place, bell):
    """Unnormalised state of the others when the qubits at place and place + 1 are found in that Bell state."""
    count = len(state.dims[0])
    bra = qutip.tensor(*[qutip.qeye(2)] * place, BELL[bell].dag(), *[qutip.qeye(2)] * (count - place - 2))
    left = bra * state * bra.dag()
    return qutip.Qobj(left.full(), dims=[[2] * (count - 2)] * 2)


def end_to_end_states(werner, storage_s, swapped_s):
    """Outcomes of the swaps and the corrected, unnormalised state of the end qubits, for every combination of outcomes.

    The history is that of one delivery: qubits decay from event to event while they are stored, repeaters measure in
    the order of their swaps, and the right end node undoes at the end what the outcomes say.
    """
    made_s = swapped_s - storage_s[1:-1:2]
    made_s = np.append(made_s, swapped_s[-1] - storage_s[-2])
    since_s = np.repeat(made_s, 2)
    until_s = since_s + storage_s
    swaps = sorted((time, repeater) for repeater, time in enumerate(swapped_s, start=1))
    branches = [((), list(range(len(storage_s))), qutip.tensor(*[werner_state(w) for w in werner]))]
    before = made_s.min()
    for now, repeater in [*swaps, (max(until_s[0], until_s[-1]), None)]:
        grown = []
        for outcomes, qubits, whole in branches:
            state = whole
            for place, qubit in enumerate(qubits):
                stored = min(now, until_s[qubit]) - max(before, since_s[qubit])
                if stored > 0:
                    state = depolarised(state, place, stored)
            if repeater is None:
                grown.append((outcomes, qubits, state))
                continue
            place = qubits.index(2 * repeater - 1)
            rest = qubits[:place] + qubits[place + 2 :]
            grown += [((*outcomes, bell), rest, measured(state, place, bell)) for bell in BELL]
        branches, before = grown, now
    for outcomes, qubits, state in branches:
        assert qubits == [0, len(storage_s) - 1]
        corrected = state
        for bell in outcomes:
            correction = qutip.tensor(qutip.qeye(2), PAULI[bell])
            corrected = correction * corrected * correction.dag()
        yield outcomes, corrected


@pytest.mark.parametrize(("count", "rounds"), [(2, (0, 1, 5, 7)), (3, (1, 4)), (4, (2,))])
@pytest.mark.parametrize("measure", ["on_knowledge", "one_message_later", "at_once"])
def test_every_outcome_leaves_the_werner_state_of_the_bookkeeping(count, rounds, measure):
    links = Links(
        cycle_time_s=[1.0, 0.5, 2.0, 0.75][:count],
        success_probability=0.4,
        message_time_s=[1.0, 0.25, 0.5, 1.5][:count],
        werner=[0.95, 0.9, 0.85, 0.97][:count],
    )
    history = simulate_events(
        links=links,
        deliveries=max(rounds) + 1,
        seed=21,
        nodes=Nodes(coherence_time_s=COHERENCE_TIME_S),
        protocol=SwapAsap(restart="as_soon_as_free", messages=True, measure=measure),
    )
    both_x, both_z = (qutip.tensor(pauli, pauli) for pauli in (qutip.sigmax(), qutip.sigmaz()))
    for i in rounds:
        assert np.count_nonzero(history.storage_s[i]) >= count - 1
        expected = werner_state(history.werner[i])
        seen = set()
        for outcomes, state in end_to_end_states(links.werner, history.storage_s[i], history.swapped_s[i]):
            seen.add(outcomes)
            assert state.tr() == pytest.approx(4.0 ** (1 - count), rel=1e-12, abs=0)
            normalised = state / state.tr()
            np.testing.assert_allclose(normalised.full(), expected.full(), rtol=0, atol=1e-12)
            for both in (both_x, both_z):
                error = (1 - qutip.expect(both, normalised)) / 2
                assert error == pytest.approx((1 - history.werner[i]) / 2, abs=1e-12)
        assert len(seen) == 4 ** (count - 1)
