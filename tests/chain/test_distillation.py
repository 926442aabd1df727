"""Distillation and imperfect swaps against density matrices, literal simulation, and each other."""

import itertools

import numpy as np
import pytest
import qutip
from scipy import stats

from qnet import chain, key_rate
from qnet.chain.distillation import Distillation, b_step, distilled
from qnet.chain.kernels import distilled as draw
from qnet.errors import Refused

Z = 4.5  # of a few hundred comparisons, none should be off by more; once in a thousand test suites one is
X, Y, SZ, ONE = qutip.sigmax(), qutip.sigmay(), qutip.sigmaz(), qutip.qeye(2)
ZERO, UP = qutip.basis(2, 0).proj(), qutip.basis(2, 1).proj()
HADAMARD = (X + SZ) / np.sqrt(2)
CHANNELS = ("sequential", "parallel")


def on(operators, count):
    """The operators at their places, shape {place: operator}, on so many qubits."""
    return qutip.tensor([operators.get(i, ONE) for i in range(count)])


def pair(x, y, z):
    """The Bell-diagonal state with these correlators, y = -<YY>."""
    return (on({}, 2) + x * qutip.tensor(X, X) - y * qutip.tensor(Y, Y) + z * qutip.tensor(SZ, SZ)) / 4


def correlators(state):
    return np.array([
        qutip.expect(qutip.tensor(X, X), state), -qutip.expect(qutip.tensor(Y, Y), state),
        qutip.expect(qutip.tensor(SZ, SZ), state),
    ])  # fmt: skip


def permuted(state, order):
    return state.permute(list(order))


def gate(state, unitary, places, quality):
    """Perfect with this probability; else the qubits at these places are left maximally mixed."""
    count = len(state.dims[0])
    others = [i for i in range(count) if i not in places]
    mixed = qutip.tensor([ONE / 2] * len(places) + [state.ptrace(others)])
    where = [*places, *others]
    back = [where.index(i) for i in range(count)]
    return quality * (unitary * state * unitary.dag()) + (1 - quality) * permuted(mixed, back)


def controlled_not(control, target, count):
    return on({control: ZERO}, count) + on({control: UP, target: X}, count)


def read(outcome, error):
    """The effect of reading this outcome in Z."""
    right, wrong = (ZERO, UP) if outcome == 0 else (UP, ZERO)
    return (1 - error) * right + error * wrong


def circuit(kept, measured, quality, error):
    """Success and state of one round: qubits A1 B1 of the kept pair, A2 B2 of the measured one."""
    state = qutip.tensor(pair(*kept), pair(*measured))
    for control, target in ((0, 2), (1, 3)):
        state = gate(state, controlled_not(control, target, 4), (control, target), quality)
    left = sum((on({2: read(o, error), 3: read(o, error)}, 4) * state).ptrace([0, 1]) for o in (0, 1))
    return left.tr().real, correlators(left / left.tr())


STATES = [(1, 1, 1), (0.9, 0.9, 0.9), (0.95, 0.8, 0.83), (0.7, 0.65, 0.92), (0.97, 0.2, 0.21)]


@pytest.mark.parametrize(("quality", "error"), [(1.0, 0.0), (0.95, 0.03), (0.6, 0.3), (0.0, 0.0)])
@pytest.mark.parametrize(("kept", "measured"), list(itertools.product(STATES, STATES[1:])))
def test_a_round_is_the_circuit(kept, measured, quality, error):
    chance, found = Distillation(gate_quality=quality, readout_error=error).round(kept, measured)
    success, after = circuit(kept, measured, quality, error)
    assert chance == pytest.approx(success, abs=1e-13)
    np.testing.assert_allclose(found, after, atol=1e-13)
    _, twirled = Distillation(gate_quality=quality, readout_error=error, twirl=True).round(kept, measured)
    np.testing.assert_allclose(twirled, after.mean(), atol=1e-13)


@pytest.mark.parametrize(("quality", "error"), [(1.0, 0.0), (0.95, 0.03), (0.6, 0.3)])
@pytest.mark.parametrize(("left", "right"), [(STATES[2], STATES[3]), (STATES[3], STATES[4])])
def test_an_imperfect_swap_is_the_circuit(left, right, quality, error):
    """Qubits 0 to 3 from left to right; a CNOT from 1 to 2, a Hadamard on 1, both read; the far end corrects."""
    state = gate(qutip.tensor(pair(*left), pair(*right)), controlled_not(1, 2, 4), (1, 2), quality)
    hadamard = on({1: HADAMARD}, 4)
    state = hadamard * state * hadamard.dag()
    end = 0
    for phase, parity in itertools.product((0, 1), repeat=2):
        part = (on({1: read(phase, error), 2: read(parity, error)}, 4) * state).ptrace([0, 3])
        correction = on({1: (SZ if phase else ONE) * (X if parity else ONE)}, 2)
        end += correction * part * correction.dag()
    nodes = chain.Nodes(swap_quality=quality, swap_readout_error=error)
    expected = np.array(left) * right * nodes.swap_factors(2).prod(axis=1)
    np.testing.assert_allclose(correlators(end), expected, atol=1e-13)


def links_of(**changes):
    given = {"cycle_time_s": [1.0, 0.7, 1.3], "success_probability": [0.3, 0.5, 0.2], "message_time_s": [1.0, 0.7, 1.3],
             "x": [0.95, 0.93, 0.9], "y": [0.9, 0.92, 0.85], "z": [0.93, 0.95, 0.9]}  # fmt: skip
    return chain.Links(**(given | changes))


NODES = chain.Nodes(coherence_time_s=[30.0, 50.0, 40.0, 60.0], swap_quality=0.98, swap_readout_error=0.01)
CASES = [
    Distillation(channels=channels, confirm=confirm, gate_quality=0.97, readout_error=0.02, twirl=twirl)
    for channels, confirm, twirl in itertools.product(CHANNELS, (False, True), (False, True))
]


def literal(rng, links, link, distillation, decay_hz, runs):
    """Durations and correlators of states, attempt by attempt and round by round, of one link."""
    p, cycle, message = (getattr(links, n)[link] for n in ("success_probability", "cycle_time_s", "message_time_s"))
    both = decay_hz[link] + decay_hz[link + 1]
    state = links.correlators()[:, link]
    durations, states = np.empty(runs), np.empty((runs, 3))
    for run in range(runs):
        now = 0.0
        while True:
            made = []
            while len(made) < 2:
                now += cycle
                tries = 2 - len(made) if distillation.channels == "parallel" else 1
                made += [now] * int((rng.random(tries) < p).sum())
            chance, kept = distillation.round(state, state * np.exp(-(made[1] - made[0]) * both))
            now += message * distillation.confirm
            if rng.random() < chance:
                break
        durations[run], states[run] = now, kept * np.exp(-message * distillation.confirm * both)
    return durations, states


@pytest.mark.parametrize("distillation", CASES, ids=str)
def test_laws_of_a_link(distillation):
    """Mean and lattice and transform and drawing and literal simulation, each another way to the same numbers."""
    decay = NODES.decay_hz(3)
    links = distilled(links_of(), distillation, [True, False, True])
    waits = np.array([0.05, 0.0, 0.2])
    rng = np.random.default_rng(1)
    for link in (0, 2):
        law = links.lattice(link, decay, 1e-17)
        times = links.cycle_time_s[link] * np.arange(1, law.shape[1] + 1)
        assert law[0].sum() == pytest.approx(1, abs=1e-13)
        mean = links.mean_duration_s(decay)[link]
        assert (law[0] * times).sum() == pytest.approx(mean, rel=1e-12)
        np.testing.assert_allclose(
            (law[1:] * np.exp(-waits[link] * times)).sum(axis=1), links.transform(decay, waits)[:, link], rtol=1e-12
        )
        duration, states = literal(rng, links, link, distillation, decay, 2500)
        assert abs(duration.mean() - mean) < Z * duration.std() / np.sqrt(2500)
        weighted = states * np.exp(-waits[link] * duration)[:, None]
        error = weighted.std(axis=0) / np.sqrt(2500)
        assert (np.abs(weighted.mean(axis=0) - links.transform(decay, waits)[:, link]) < Z * error + 1e-13).all()

        chains, draws = 1000, 100
        state = np.random.SeedSequence(3).generate_state(4 * chains, np.uint64).reshape(4, chains)
        spent, kept = np.empty((draws, chains)), np.ones((draws, 3, chains))
        for one, left in zip(spent, kept, strict=True):
            draw(state, links.law(decay)[link], one, left, np.empty((3, chains)), np.empty(chains, np.uint64))
        cycles = np.rint(spent / links.cycle_time_s[link]).astype(int)
        bins = np.append(np.flatnonzero(np.cumsum(law[0]) < 0.98), law.shape[1] - 1)
        expected = np.add.reduceat(law[0], np.append(0, bins[:-1] + 1))
        observed = np.add.reduceat(
            np.bincount(cycles.ravel(), minlength=law.shape[1] + 2)[1:-1], np.append(0, bins[:-1] + 1)
        )
        many = expected * cycles.size > 5
        observed, expected = observed[many], expected[many] * cycles.size
        chi2 = ((observed - expected) ** 2 / expected).sum()
        assert stats.chi2.ppf(1e-5, many.sum() - 1) < chi2 < stats.chi2.ppf(1 - 1e-5, many.sum() - 1)
        for c in range(3):
            sample = kept[:, c] * np.exp(-waits[link] * spent)
            error = sample.std() / np.sqrt(sample.size)
            assert abs(sample.mean() - links.transform(decay, waits)[c, link]) < Z * error + 1e-13


@pytest.mark.parametrize("channels", CHANNELS)
def test_werner_states_in_the_closed_form(channels):
    """P_s = (1 + kappa gamma) / 2, E[z] = A G w (1 + mu gamma) / (1 + kappa gamma), and so on, written out."""
    w, p, cycle, message, coherence = 0.95, 0.1, 2.0, 3.0, 50.0
    distillation = Distillation(channels=channels, confirm=True, gate_quality=0.97, readout_error=0.02)
    links = chain.Links(cycle_time_s=[cycle], success_probability=p, message_time_s=message, werner=w)
    made = distilled(links, distillation)
    q, r, gates, mu = 1 - p, np.exp(-2 * cycle / coherence), 0.97**2, 0.96**2
    kappa, kept = gates * mu * w**2, np.exp(-2 * message / coherence)
    if channels == "parallel":
        gamma, attempts = p * (1 + q * r) / ((1 + q) * (1 - q * r)), 1 / (1 - q**2) + 2 * q / (p * (1 + q))
    else:
        gamma, attempts = p * r / (1 - q * r), 2 / p
    success = (1 + kappa * gamma) / 2
    found = chain.exact(made, chain.Nodes(coherence_time_s=coherence), chain.SwapAsap())
    assert made.success_probability_of_rounds(np.full(2, 1 / coherence))[0] == pytest.approx(success, rel=1e-13)
    assert found.duration_s == pytest.approx((cycle * attempts + message) / success, rel=1e-13)
    assert found.z == pytest.approx(kept * gates * w * (1 + mu * gamma) / (1 + kappa * gamma), rel=1e-13)
    assert found.x == pytest.approx(kept * gates * (1 + mu) * w**2 * gamma / (1 + kappa * gamma), rel=1e-13)
    assert found.y == pytest.approx(found.x, rel=1e-13)


PROTOCOLS = [
    chain.SwapAsap(), chain.SwapAsap(messages=True, measure="at_once"), chain.SwapAsap(restart="restart_together"),
    chain.SwapAsap(restart="restart_together", measure="at_once"), chain.Sequential(order="right_first"),
    chain.Sequential(order="random", measure="at_once"), chain.GlobalCutoff(cutoff_s=12.0),
]  # fmt: skip


@pytest.mark.parametrize("protocol", PROTOCOLS, ids=str)
@pytest.mark.parametrize("distillation", CASES[::3], ids=str)
def test_chains_against_events_and_exact_means(protocol, distillation):
    links = distilled(links_of(), distillation, [True, False, True])
    fast = chain.sample(links, NODES, protocol, deliveries=200_000, seed=5)
    slow = chain.simulate_events(links, NODES, protocol, deliveries=1300, seed=6)
    exact = None
    if (protocol.__class__ is chain.Sequential and protocol.order == "right_first") or (
        protocol.__class__ is chain.SwapAsap and protocol.restart == "restart_together"
    ):
        exact = chain.exact(links, NODES, protocol)
    for found, se, samples, name in (
        (fast.duration_s, fast.duration_s_se, np.diff(slow.delivered_s)[99:], "duration_s"),
        (fast.qber_x, fast.qber_x_se, (1 - slow.x[100:]) / 2, "x"),
        (fast.qber_z, fast.qber_z_se, (1 - slow.z[100:]) / 2, "z"),
    ):
        batch = samples[: 24 * 50].reshape(24, -1).mean(axis=1)
        assert abs(found - batch.mean()) < 5.5 * np.hypot(se, batch.std(ddof=1) / np.sqrt(24))
        if exact:
            mean = exact.duration_s if name == "duration_s" else (1 - getattr(exact, name)) / 2
            assert abs(found - mean) < Z * se


def test_exact_chains_are_those_of_links_that_do_not_distil_where_none_does():
    plain = links_of()
    same = distilled(plain, Distillation(), [False] * 3)
    for protocol in PROTOCOLS[2:5]:
        one, other = chain.exact(plain, NODES, protocol), chain.exact(same, NODES, protocol)
        assert (one.duration_s, one.x, one.z) == pytest.approx((other.duration_s, other.x, other.z), rel=1e-13)
        assert chain.sample(plain, NODES, protocol, deliveries=1000, seed=1) == chain.sample(
            same, NODES, protocol, deliveries=1000, seed=1
        )


def test_draws_stay_aligned():
    """Whatever fails, a chain's generator moves on by three draws: other links' attempts do not change."""
    state = np.random.SeedSequence(3).generate_state(4 * 500, np.uint64).reshape(4, 500)
    for werner in (1.0, 0.7):
        links = distilled(links_of(x=werner, y=werner, z=werner), Distillation())
        now = state.copy()
        draw(
            now,
            links.law(NODES.decay_hz(3))[0],
            np.empty(500),
            np.ones((3, 500)),
            np.empty((3, 500)),
            np.empty(500, np.uint64),
        )
        if werner == 1.0:
            expected = now
    np.testing.assert_array_equal(now, expected)


def test_certain_links():
    for channels, attempts in (("sequential", 2), ("parallel", 1)):
        links = distilled(
            chain.Links(cycle_time_s=[1.0, 1.0], success_probability=1.0, message_time_s=0.0),
            Distillation(channels=channels),
        )
        found = chain.sample(links, chain.Nodes(coherence_time_s=np.inf), deliveries=100, seed=1)
        assert (found.duration_s, found.qber_x, found.qber_z) == (attempts, 0, 0)


def test_b_step_is_a_round_on_what_is_delivered():
    x, y, z = 0.9, 0.85, 0.94
    chance, (after_x, after_y, after_z) = b_step([x, y, z])
    assert chance == pytest.approx((1 + z**2) / 2)
    assert after_z == pytest.approx(2 * z / (1 + z**2))
    assert after_x == pytest.approx((x**2 + y**2) / (1 + z**2))
    assert after_y == pytest.approx(2 * x * y / (1 + z**2))
    placed = chain.AlternatingChain(asymmetry=0.1, links=3, length_km=150.0)
    found = chain.distilled_chain(placed, Distillation(), which="none", werner=0.98, deliveries=50_000, seed=1)
    _, (x, _, z) = b_step(1 - 2 * np.array([found.qber_x, found.qber_y, found.qber_z]))
    kept = (1 + (1 - 2 * found.qber_z) ** 2) / 4
    fraction = 1 - key_rate.binary_entropy((1 - x) / 2) - key_rate.binary_entropy((1 - z) / 2)
    assert found.b_step_key_rate_hz == pytest.approx(kept * fraction / found.duration_s, rel=1e-12)
    runs = [
        chain.distilled_chain(placed, Distillation(), which="none", werner=0.98, deliveries=5_000, seed=seed)
        for seed in range(60)
    ]
    spread = np.std([run.b_step_key_rate_hz for run in runs], ddof=1)
    assert abs(spread / np.mean([run.b_step_key_rate_hz_se for run in runs]) - 1) < Z / np.sqrt(2 * 59)


def test_which_links_are_long():
    assert distilled(links_of(), Distillation()).distils.tolist() == [True] * 3
    even, odd = (chain.fibre_links(link_lengths_km=lengths) for lengths in ([10.0, 20.0, 10.0], [15.0] * 3))
    assert distilled(even, Distillation(), "long").distils.tolist() == [False, True, False]
    assert distilled(even, Distillation(), "short").distils.tolist() == [True, False, True]
    assert distilled(odd, Distillation(), "long").distils.tolist() == [True, False, True]


@pytest.mark.parametrize(("call", "message"), [
    (lambda: distilled(links_of(), Distillation(), "long"), "which must be all or a list for links of more than two"),
    (lambda: distilled(links_of(), Distillation(), "some"), "which must be one of all, long, short, but is 'some'"),
    (lambda: distilled(links_of(), Distillation(), [True]), "which must be a word or list true or false for each of 3"),
    (lambda: distilled(links_of(x=0.1, y=0.1, z=0.1), Distillation()), "links must be entangled to distil, .* but link 1"),
    (lambda: Distillation(channels="two"), "channels must be one of sequential, parallel, but is 'two'"),
    (lambda: Distillation(readout_error=0.7), r"readout_error must lie in \[0, 1/2\], but is 0\.7"),
    (lambda: chain.sample(distilled(links_of(), Distillation()), protocol=chain.LocalCutoff(cutoff_s=5.0), deliveries=9, seed=1),
     "links must not distil for local cut-offs"),
    (lambda: chain.exact(distilled(links_of(message_time_s=0.5), Distillation(confirm=True)), protocol=PROTOCOLS[2]),
     "message_time_s must be a whole number of attempts for exact means, but is 0.5 of them"),
])  # fmt: skip
def test_refuses(call, message):
    with pytest.raises(Refused, match=message):
        call()
