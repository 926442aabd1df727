"""Delays and storage against closed forms, the model without delay, an integrator of its own, and waveguide modes."""

import itertools

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from qnet import chiral
from qnet.errors import Refused

PRINTED = {"g1": 0.126, "g2": 0.277}


@pytest.mark.parametrize("delay", [0.0, 0.1, 1.0, 5.0])
def test_bare_atoms_of_a_cascade(delay):
    """2 |c_eg c_ge| = 2 (t - tau) e^{-t + tau / 2}, with its peak at t = 1 + tau."""
    found = chiral.bare_delayed_peak(chiral.BareNetwork(), delay=delay)
    np.testing.assert_allclose([found.concurrence, found.time], [2 / np.e * np.exp(-delay / 2), 1 + delay], rtol=1e-12)


def test_no_delay_is_the_model_without(random_network):
    for _ in range(10):
        network = chiral.Network(**random_network())
        found, expected = chiral.delayed_peak(network, delay=0.0), chiral.peak_concurrence(network)
        np.testing.assert_allclose([found.concurrence, found.time], [expected.concurrence, expected.time], rtol=1e-10)


def test_a_short_delay_changes_little_and_in_proportion(random_network):
    network = chiral.Network(**random_network())
    none = chiral.peak_concurrence(network).concurrence
    change = chiral.delayed_peak(network, delay=[1e-3, 2e-3]).concurrence - none
    assert change[1] / change[0] == pytest.approx(2, rel=0.02)


@pytest.mark.parametrize("delay", [0.7, 3.0, 20.0])
def test_a_cascade_is_shifted(delay):
    """Nothing returns: c_ge(t; tau) = c_ge(t - tau; 0), and storage leaves no trace of the delay."""
    network = chiral.Network(**PRINTED)
    times = np.linspace(delay, delay + 60, 40_001)
    first = np.abs(chiral.amplitudes(network, time=times)[:, 0])
    second = np.abs(chiral.amplitudes(network, time=times - delay)[:, 1])
    found = chiral.delayed_peak(network, delay=delay)
    assert found.concurrence == pytest.approx((2 * first * second).max(), abs=1e-6)
    stored, at_once = chiral.stored_peak(network, delay=delay), chiral.stored_peak(network)
    assert stored.concurrence == pytest.approx(at_once.concurrence, abs=1e-11)
    assert stored.stored_2 - delay == pytest.approx(at_once.stored_2, abs=1e-4)


def integrated(network, delay, end):
    """Times and amplitudes by scipy's DOP853, interval by interval, from the equations as written."""
    p = {name: complex(getattr(network, name)) for name in (
        "g1", "g2", "gamma_r1", "gamma_r2", "gamma_l1", "gamma_l2", "phase", "delta_a1", "delta_a2", "delta_c1", "delta_c2",
        "decay_1", "decay_2", "loss_1", "loss_2")}  # fmt: skip
    turn = np.exp(1j * p["phase"])
    pieces = [lambda t: np.zeros(4, complex)]
    state, times, states = np.array([1, 0, 0, 0], complex), [], []

    def rate(t, y):
        before = pieces[-1](t - delay)
        widths = (p["gamma_l1"] + p["gamma_r1"] + p["loss_1"]) / 2, (p["gamma_l2"] + p["gamma_r2"] + p["loss_2"]) / 2
        return np.array([
            -(1j * p["delta_a1"] + p["decay_1"] / 2) * y[0] - 1j * p["g1"] * y[2],
            -(1j * p["delta_a2"] + p["decay_2"] / 2) * y[1] - 1j * p["g2"] * y[3],
            -(1j * p["delta_c1"] + widths[0]) * y[2] - 1j * p["g1"] * y[0]
            - np.sqrt(p["gamma_l1"] * p["gamma_l2"]) * turn * before[3],
            -(1j * p["delta_c2"] + widths[1]) * y[3] - 1j * p["g2"] * y[1]
            - np.sqrt(p["gamma_r1"] * p["gamma_r2"]) * turn * before[2],
        ])  # fmt: skip

    for k in range(int(np.ceil(end / delay))):
        span = (k * delay, (k + 1) * delay)
        solved = solve_ivp(rate, span, state, rtol=1e-11, atol=1e-13, dense_output=True, method="DOP853")
        grid = np.linspace(*span, 801)
        times.append(grid)
        states.append(solved.sol(grid))
        state = solved.y[:, -1]
        pieces.append(solved.sol)
    return np.concatenate(times), np.concatenate(states, axis=1)


def test_any_network_against_an_integrator(random_network):
    for delay in (0.9, 2.3):
        network = chiral.Network(**random_network())
        found = chiral.delayed_peak(network, delay=delay, window=30.0)
        times, states = integrated(network, delay, 30.0)
        curve = 2 * np.abs(states[0] * states[1])
        assert found.concurrence == pytest.approx(curve.max(), rel=1e-5)
        assert found.concurrence >= curve.max() - 1e-9
        assert np.interp(found.time, times, curve) == pytest.approx(found.concurrence, rel=1e-5)


def test_a_waveguide_of_many_modes_gives_the_same():
    """Both directions as some thousand modes of a line of length 2 pi / spacing, no delay equation anywhere."""
    delay, chirality, phase, end = 2.0, 0.5, np.pi, 14.0
    g1, g2 = 0.4, 0.5
    right, left = 1.0, (1 - chirality) / (1 + chirality)
    spacing, most = 2 * np.pi / 40, 60.0
    detunings = np.arange(-most, most + spacing / 2, spacing)
    count = len(detunings)
    h = np.zeros((4 + 2 * count, 4 + 2 * count), complex)
    h[0, 2] = h[2, 0] = g1
    h[1, 3] = h[3, 1] = g2
    for start, sign, rate in ((4, 1, right), (4 + count, -1, left)):
        modes = slice(start, start + count)
        h[range(start, start + count), range(start, start + count)] = detunings
        strength = np.sqrt(rate * spacing / (2 * np.pi))
        # node 2 stands at x = D: the wave has the phase k D + detuning D / v there, for those that travel right
        ahead = np.exp(1j * sign * (phase + detunings * delay))
        h[2, modes], h[modes, 2] = strength, strength
        h[3, modes], h[modes, 3] = strength * ahead, strength * ahead.conj()
    values, vectors = np.linalg.eigh(h)
    times = np.linspace(0, end, 1401)
    states = vectors @ (np.exp(-1j * values[:, None] * times) * vectors[0].conj()[:, None])
    curve = 2 * np.abs(states[0] * states[1])
    network = chiral.Network(g1=g1, g2=g2, gamma_l1=left, gamma_l2=left, phase=phase)
    found = chiral.delayed_peak(network, delay=delay, window=end)
    assert curve.max() == pytest.approx(found.concurrence, abs=0.01)  # of the cut-off at 60: 1 / (pi 60)
    assert times[curve.argmax()] == pytest.approx(found.time, abs=0.1)


def test_storage_in_a_cascade_is_a_product_of_maxima_where_atom_1_is_last():
    network = chiral.Network(g1=0.1, g2=0.6)
    times = np.linspace(0, 40, 4001)
    eg, ge = np.abs(chiral.amplitudes(network, time=times)[:, :2].T)
    product = np.where(times[:, None] >= times, 2 * eg[:, None] * ge, 0)
    found = chiral.stored_peak(network)
    assert found.concurrence >= product.max() - 1e-9


@pytest.mark.parametrize("delay", [0.0, 1.5])
def test_a_photon_under_way_goes_on_when_its_atom_is_stored(delay):
    """Against an integration in two parts, the second one without atom 1, over a lattice of both times."""
    values = {"g1": 0.3, "g2": 0.5, "gamma_l1": 0.2, "gamma_l2": 0.3, "phase": np.pi, "decay_1": 0.02, "decay_2": 0.03}
    found = chiral.stored_peak(chiral.Network(**values), delay=delay)
    step = 0.02
    lag = round(delay / step)
    first, last = round(float(found.stored_1) / step), round(float(found.stored_2) / step)
    assert first < last

    def at_times(until, end):
        state, past = np.array([1, 0, 0, 0], complex), [np.array([1, 0, 0, 0], complex)]
        exchange = np.sqrt(values["gamma_l1"] * values["gamma_l2"])

        def rate(y, before, g1):
            return np.array([
                -values["decay_1"] / 2 * y[0] - 1j * g1 * y[2],
                -values["decay_2"] / 2 * y[1] - 1j * values["g2"] * y[3],
                -(1 + values["gamma_l1"]) / 2 * y[2] - 1j * g1 * y[0] + exchange * before[3],
                -(1 + values["gamma_l2"]) / 2 * y[3] - 1j * values["g2"] * y[1] + before[2],
            ])  # fmt: skip

        def before(k, y, part):
            if lag == 0:
                return y
            if k + part < lag:
                return np.zeros(4, complex)
            low = past[k - lag]
            return low + part * (past[k - lag + 1] - low)

        for k in range(end):
            g1 = values["g1"] if k < until else 0.0
            r1 = rate(state, before(k, state, 0.0), g1)
            y = state + step / 2 * r1
            r2 = rate(y, before(k, y, 0.5), g1)
            y = state + step / 2 * r2
            r3 = rate(y, before(k, y, 0.5), g1)
            y = state + step * r3
            r4 = rate(y, before(k, y, 1.0), g1)
            state = state + step / 6 * (r1 + 2 * r2 + 2 * r3 + r4)
            past.append(state)
        return 2 * abs(state[0]) * abs(state[1])

    assert at_times(first, last) == pytest.approx(found.concurrence, abs=3e-4)
    for other in ((first - 40, last), (first + 40, last), (first, last - 40), (first, last + 40)):
        assert at_times(*other) < found.concurrence


@pytest.mark.parametrize("stored", [(2.0, 5.5), (6.0, 2.5), (4.0, 4.0)])
def test_a_stored_atom_decays_at_its_own_rate(random_network, stored):
    """Without delay, by the equations as written, integrated in three parts: until one atom is stored, then the other."""
    network = chiral.Network(**random_network() | {"decay_1": 0.11, "decay_2": 0.23})
    whole = network.generator()
    state = np.array([1, 0, 0, 0], complex)
    for start, end in zip((0, *sorted(stored)[:1]), sorted(stored), strict=True):
        generator = whole.copy()
        if start > 0:  # atom 0 or 1 is uncoupled from cavity 2 or 3
            atom = int(np.argmin(stored))
            generator[atom, atom + 2] = generator[atom + 2, atom] = 0.0
        if end > start:
            found = solve_ivp(
                lambda _, y, g=generator: g @ y, (start, end), state, method="DOP853", rtol=1e-11, atol=1e-13
            )
            state = found.y[:, -1]
    expected = 2 * abs(state[0] * state[1])
    assert expected > 1e-4
    found = chiral.stored_concurrence(network, stored_1=stored[0], stored_2=stored[1])
    assert found == pytest.approx(expected, rel=1e-8)


def followed(network, delay, stored):
    """Concurrence with the atoms stored at these times, by scipy's DOP853, from the equations as written."""
    whole = network.generator() - 1j * float(network.delta_a1) * np.eye(4)  # at the reference frequency
    exchange = np.zeros((4, 4), complex)
    exchange[2, 3], exchange[3, 2] = whole[2, 3], whole[3, 2]
    within, last = whole - exchange, max(stored)
    cuts = {0.0, last, *(t for t in stored if t < last)}
    cuts |= {t + n * delay for t in set(cuts) for n in range(int(last / delay) + 1) if t + n * delay < last}
    state, pieces = np.array([1, 0, 0, 0], complex), []
    for start, end in itertools.pairwise(sorted(cuts)):
        generator = within.copy()
        for atom in range(2):
            if stored[atom] <= start and stored[atom] < last:
                generator[atom, atom + 2] = generator[atom + 2, atom] = 0.0
        driver = next((sol for low, high, sol in pieces if low <= (start + end) / 2 - delay < high), None)

        def rate(t, y, generator=generator, driver=driver):
            return generator @ y + (exchange @ driver(t - delay) if driver else 0)

        found = solve_ivp(rate, (start, end), state, method="DOP853", rtol=1e-12, atol=1e-14, dense_output=True)
        state = found.y[:, -1]
        pieces.append((start, end, found.sol))
    return 2 * abs(state[0] * state[1])


def test_storage_with_a_delay_against_an_integrator(random_network):
    """Twenty networks at once, more than go side by side, with short and long delays, stored in either order or not."""
    rng = np.random.default_rng(5)
    networks = [random_network() for _ in range(20)]
    delays, times = rng.choice([0.3, 1.1, 4.0], 20), rng.uniform(0, 12, (2, 20))
    times[1, :6] = times[0, :6]
    found = chiral.stored_concurrence(
        chiral.Network(**{name: np.array([each[name] for each in networks]) for name in networks[0]}),
        stored_1=times[0], stored_2=times[1], delay=delays,
    )  # fmt: skip
    expected = [
        followed(chiral.Network(**network), delay, stored)
        for network, delay, stored in zip(networks, delays, times.T, strict=True)
    ]
    assert (np.array(expected) > 1e-3).sum() > 10
    np.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-11)


def test_networks_side_by_side_do_not_touch_each_other(random_network):
    """What a network gives does not depend on which others are computed with it, or in which order."""
    networks = [random_network() for _ in range(37)]
    values = {name: np.array([each[name] for each in networks]) for name in networks[0]}
    rng = np.random.default_rng(8)
    delays, first, second = rng.uniform(0, 9, 37) * (rng.random(37) < 0.8), *rng.uniform(0, 30, (2, 37))

    def concurrence(places):
        network = chiral.Network(**{name: column[places] for name, column in values.items()})
        return chiral.stored_concurrence(network, stored_1=first[places], stored_2=second[places], delay=delays[places])

    together = concurrence(np.arange(37))
    alone = np.concatenate([concurrence(np.array([n])) for n in range(37)])
    np.testing.assert_allclose(together, alone, rtol=0, atol=1e-13)
    other = rng.permutation(37)
    np.testing.assert_allclose(concurrence(other), together[other], rtol=0, atol=1e-13)


def test_storage_is_never_worse_than_one_time(random_network):
    for delay in (0.0, 0.8):
        network = chiral.Network(**random_network())
        stored = chiral.stored_peak(network, delay=delay, window=50.0)
        assert stored.concurrence >= chiral.delayed_peak(network, delay=delay, window=50.0).concurrence - 1e-9


def test_what_does_not_settle_says_so():
    dark = chiral.Network(g1=0.3, g2=0.3, gamma_l1=1.0, gamma_l2=1.0, phase=np.pi)
    with pytest.raises(Refused, match=r"^window must be finite where the maximum over all times does not settle"):
        chiral.delayed_peak(dark, delay=1e-4)
    with pytest.raises(Refused, match=r"window .*, but is inf at index \(1,\)$"):
        chiral.delayed_peak(dark, delay=[5.0, 1e-4, 1e-4])
    with pytest.raises(Refused, match=r"^delay must be at most 2000 steps of the shortest time, but is 1000000\.0$"):
        chiral.delayed_peak(dark, delay=1e6)


@pytest.mark.parametrize("delay", [0.0, 5.0])
def test_of_many_times_of_storage_the_best_is_found(delay):
    """Fast oscillations of little height, with some 150 maxima of the scan: no one of 20 000 random pairs is better."""
    network = chiral.Network(g1=6.0, g2=0.05, delta_c2=5.0)
    found = chiral.stored_peak(network, delay=delay, window=60.0)
    times = np.random.default_rng(1).uniform(0, 60, (2, 20_000))
    others = chiral.stored_concurrence(network, stored_1=times[0], stored_2=times[1], delay=delay)
    assert 0.9 * found.concurrence < others.max() <= found.concurrence


@pytest.mark.parametrize("nowhere", [{"g2": 0.0}, {"g1": 0.0}, {"gamma_r1": 0.0}])
def test_what_never_reaches_atom_2_is_no_search(nowhere):
    """Even where the excitation stays for ever, so that no search would end."""
    network = chiral.Network(**{"g1": 8.0, "g2": 1.0, "delta_a1": [61.9, 0.0], "gamma_r1": 1e-4} | nowhere)
    found = chiral.delayed_peak(network, delay=[0.0, 1.0])
    assert (found.concurrence.tolist(), found.time.tolist()) == ([0, 0], [0, 0])
    stored = chiral.stored_peak(network, delay=1.0)
    assert stored.concurrence.tolist() == stored.stored_2.tolist() == [0, 0]
