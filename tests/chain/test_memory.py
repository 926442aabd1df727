"""The coherence time at which a key begins, against closed forms, exact means, sampling and single events."""

import math

import numpy as np
import pytest
from scipy.optimize import brentq

from qnet import chain

NO_KEY = 0.11002786443835955  # the error rate of which half a bit is the entropy
KEPT = 1 - 2 * NO_KEY  # the Werner parameter there
Z = 4.5  # seeds are fixed; of a few dozen comparisons, none should be off by more


def placed(**given):
    return chain.AlternatingChain(**({"asymmetry": 0.3, "links": 2, "length_km": 60.0} | given))


@pytest.mark.parametrize("length_km", [60.0, 100.0, 400.0])
def test_two_equal_links(length_km):
    """Werner parameter p / (2 - p) [1 + 2 z q / (1 - z q)], z what both qubits of the first state keep in an attempt."""
    p = 10 ** (-length_km / 100)
    q, same = 1 - p, p / (2 - p)
    z = (KEPT / same - 1) / (KEPT / same + 1) / q
    expected = -length_km / 2 / 2e5 * 2 / math.log(z)
    found = chain.exact_memory_needed(placed(asymmetry=0.0, length_km=length_km), chain.SwapAsap())
    assert found.memory_needed_s == pytest.approx(expected, rel=1e-11)


def test_waiting_alone():
    """A single link that keeps its state for a message more, at both ends: exp(-2 w / T)."""
    protocol = chain.SwapAsap(measure="one_message_later")
    expected = 2 * 60 / 2e5 / -math.log(KEPT)
    one = placed(asymmetry=0.0, links=1)
    assert chain.exact_memory_needed(one, protocol).memory_needed_s == pytest.approx(expected, rel=1e-12)
    found = chain.memory_needed(one, protocol, deliveries=100, seed=1)
    assert found.memory_needed_s == pytest.approx(expected, rel=1e-12)
    assert found.memory_needed_s_se == pytest.approx(0, abs=1e-15)


def test_none_is_needed_where_links_are_often_done_together():
    short = placed(asymmetry=0.0, links=2, length_km=0.2)
    assert chain.exact_memory_needed(short, chain.SwapAsap()).memory_needed_s == 0
    assert chain.memory_needed(short, deliveries=1000, seed=1) == chain.MemoryNeeded(0.0, 0.0)


CASES = [
    (placed(), chain.SwapAsap(messages=True)),
    (placed(layout="extended_fibre"), chain.SwapAsap()),
    (placed(links=5, length_km=100.0, ends="short"), chain.SwapAsap(restart="restart_together")),
    (placed(links=4, length_km=80.0, asymmetry=0.7), chain.SwapAsap(restart="restart_together", messages=True)),
    (placed(links=3), chain.SwapAsap(restart="restart_together", measure="at_once")),
]


@pytest.mark.parametrize(("where", "protocol"), CASES)
def test_a_key_begins_there_exactly_and_sampled(where, protocol):
    exact = chain.exact_memory_needed(where, protocol).memory_needed_s
    below, above = (
        chain.exact_alternating_chain(where, chain.Nodes(coherence_time_s=exact * factor), protocol).key_rate_hz
        for factor in (1 - 1e-9, 1 + 1e-9)
    )
    assert below == 0 < above
    found = chain.memory_needed(where, protocol, deliveries=100_000, seed=1)
    assert abs(found.memory_needed_s - exact) < Z * found.memory_needed_s_se
    assert found.memory_needed_s_se < 0.01 * exact


def test_errors_are_as_large_as_they_say():
    """Forty runs scatter as their standard errors, to 4.5 times the error of such a scatter, around the exact value."""
    where, protocol = CASES[2]
    runs = [chain.memory_needed(where, protocol, deliveries=20_000, seed=seed) for seed in range(40)]
    exact = chain.exact_memory_needed(where, protocol).memory_needed_s
    z = np.array([(run.memory_needed_s - exact) / run.memory_needed_s_se for run in runs])
    assert abs((z**2).mean() - 1) < Z * math.sqrt(2 / len(z))


@pytest.mark.parametrize("messages", [False, True])
def test_event_by_event(messages):
    """Four links that start again as soon as they are free, for which no exact means are known."""
    where, protocol = placed(links=4, length_km=40.0, asymmetry=0.4), chain.SwapAsap(messages=messages)
    found = chain.memory_needed(where, protocol, deliveries=200_000, seed=2)
    links = chain.fibre_links(link_lengths_km=where.link_lengths_km())
    events = chain.simulate_events(links, protocol=protocol, deliveries=6100, seed=3)
    stored = events.storage_s[100:].sum(axis=1)
    batches = stored.reshape(50, -1)

    def begins(times):
        return brentq(lambda x: np.exp(-times * math.exp(-x)).mean() - KEPT, -20, 5)

    others = np.array([begins(np.delete(batches, i, axis=0)) for i in range(50)])
    error = math.hypot(np.sqrt(49 * others.var()), found.memory_needed_s_se / found.memory_needed_s)
    assert abs(math.log(found.memory_needed_s) - begins(stored)) < 5.5 * error  # fifty batches, as far out as Z
