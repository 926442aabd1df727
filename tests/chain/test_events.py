"""The event-by-event simulator against histories worked out on paper, invariants, and closed forms of two links."""

import itertools
import math

import numpy as np
import pytest
from attrs import asdict

from qnet.chain import Links, Nodes, SwapAsap, events
from qnet.chain.events import simulate_events
from qnet.errors import Refused

Z_BOUND = 4.5  # seeds are fixed; a correct simulator exceeds it for one seed in 150 000
RESTARTS = pytest.mark.parametrize("restart", ["as_soon_as_free", "restart_together"])
MESSAGES = pytest.mark.parametrize("messages", [False, True])
PROTOCOLS = pytest.mark.parametrize(
    "protocol",
    [
        SwapAsap(restart=restart, messages=messages, measure=measure)
        for restart, messages, measure in itertools.product(
            ("as_soon_as_free", "restart_together"), (False, True), ("on_knowledge", "one_message_later", "at_once")
        )
    ],
    ids=str,
)
# every attempt of these succeeds, all times are exact: (cycle times, message times)
ONE = ([2.0], [5.0])
SLOW_LEFT = ([3.0, 1.0], [0.5, 2.0])
SLOW_MIDDLE = ([1.0, 4.0, 2.0], [0.5, 2.0, 1.0])
FAST_MIDDLE = ([4.0, 1.0, 1.0, 2.0], [1.0, 3.0, 1.0, 1.0])
# storage is listed from left to right, two qubits a link
HISTORIES = [
    (ONE, "as_soon_as_free", False, [2, 4, 6], [[0, 0]] * 3, [[]] * 3),
    (ONE, "as_soon_as_free", True, [2, 4, 6], [[0, 0]] * 3, [[]] * 3),
    (ONE, "restart_together", False, [2, 4, 6], [[0, 0]] * 3, [[]] * 3),
    (ONE, "restart_together", True, [2, 4, 6], [[0, 0]] * 3, [[]] * 3),
    (SLOW_LEFT, "as_soon_as_free", False, [3, 6, 9], [[0, 0, 2, 2]] * 3, [[3], [6], [9]]),
    (SLOW_LEFT, "restart_together", False, [3, 6, 9], [[0, 0, 2, 2]] * 3, [[3], [6], [9]]),
    # the left end knows at 3.5 and starts again, the right end at 5
    (
        SLOW_LEFT,
        "as_soon_as_free",
        True,
        [5, 8.5, 12],
        [[0.5, 0, 2, 4], [0.5, 0, 0.5, 2.5], [0.5, 0, 0.5, 2.5]],
        [[3], [6.5], [10]],
    ),
    (SLOW_LEFT, "restart_together", True, [5, 10, 15], [[0.5, 0, 2, 4]] * 3, [[3], [8], [13]]),
    (SLOW_MIDDLE, "as_soon_as_free", False, [4, 8, 12], [[3, 3, 0, 0, 2, 2]] * 3, [[4, 4], [8, 8], [12, 12]]),
    (SLOW_MIDDLE, "restart_together", False, [4, 8, 12], [[3, 3, 0, 0, 2, 2]] * 3, [[4, 4], [8, 8], [12, 12]]),
    # the left end knows at 6.5, 11.5, 15.5 and the right end at 7, 11, 16: either may be first
    (
        SLOW_MIDDLE,
        "as_soon_as_free",
        True,
        [7, 11.5, 16],
        [[5.5, 3, 0, 0, 2, 5], [4, 0.5, 0, 1, 0, 2], [3, 0.5, 0, 0, 0, 3]],
        [[4, 4], [8, 9], [13, 13]],
    ),
    (SLOW_MIDDLE, "restart_together", True, [7, 14, 21], [[5.5, 3, 0, 0, 2, 5]] * 3, [[4, 4], [11, 11], [18, 18]]),
    # links 1 and 2 are ahead of the end nodes from the first swap on
    (
        FAST_MIDDLE,
        "as_soon_as_free",
        False,
        [4, 8, 12],
        [[0, 0, 3, 0, 0, 1, 0, 2], [0, 0, 3, 0, 2, 3, 0, 2], [0, 0, 3, 0, 2, 3, 0, 2]],
        [[4, 1, 2], [8, 5, 6], [12, 9, 10]],
    ),
    (
        FAST_MIDDLE,
        "restart_together",
        False,
        [4, 8, 12],
        [[0, 0, 3, 0, 0, 1, 0, 2]] * 3,
        [[4, 1, 2], [8, 5, 6], [12, 9, 10]],
    ),
    # the right end hears at 7 of node 2's second swap, and only at 9 of node 1's first, as the third outcome of round 1;
    # at 16 the left end hears at once of node 3's second and of node 2's third swap
    (
        FAST_MIDDLE,
        "as_soon_as_free",
        True,
        [9, 16, 25],
        [[3, 0, 3, 0, 0, 1, 0, 7], [5, 0, 6, 0, 2, 8, 0, 5], [3, 0, 8, 0, 0, 6, 0, 7]],
        [[4, 1, 2], [11, 5, 11], [20, 12, 18]],
    ),
    (
        FAST_MIDDLE,
        "restart_together",
        True,
        [9, 18, 27],
        [[3, 0, 3, 0, 0, 1, 0, 7]] * 3,
        [[4, 1, 2], [13, 10, 11], [22, 19, 20]],
    ),
]


def five_links(*, probability=0.3, werner=(1.0, 0.9, 0.8, 0.95, 0.7)):
    """Cycle and message times on one lattice, so that many events are simultaneous."""
    return Links(
        cycle_time_s=[1.0, 2.0, 1.0, 0.5, 1.5],
        success_probability=probability,
        message_time_s=[0.5, 1.0, 1.0, 0.25, 1.5],
        werner=werner,
    )


def assert_same(found, expected):
    for name in ("delivered_s", "storage_s", "swapped_s"):
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name))
    np.testing.assert_allclose(found.werner, expected.werner, rtol=1e-13)  # of factors in any order


def z_score(samples, expected, other=(0.0, 0.0)):
    error = math.hypot(np.std(samples, ddof=1) / math.sqrt(len(samples)), np.std(other, ddof=1) / math.sqrt(len(other)))
    return abs(np.mean(samples) - np.mean(other) - expected) / error


@pytest.mark.parametrize(("times", "restart", "messages", "delivered", "storage", "swapped"), HISTORIES)
@pytest.mark.parametrize("measure", ["on_knowledge", "at_once"])
def test_history_worked_out_on_paper(times, restart, messages, delivered, storage, swapped, measure):
    cycle, message = times
    found = simulate_events(
        links=Links(cycle_time_s=cycle, success_probability=1.0, message_time_s=message, werner=0.9),
        deliveries=3,
        seed=1,
        nodes=Nodes(coherence_time_s=8.0),
        protocol=SwapAsap(restart=restart, messages=messages, measure=measure),
    )
    stored = np.array(storage, dtype=float)
    if measure == "at_once":
        stored[:, [0, -1]] = 0
    np.testing.assert_array_equal(found.delivered_s, delivered)
    np.testing.assert_array_equal(found.storage_s, stored)
    np.testing.assert_array_equal(found.swapped_s, np.array(swapped, dtype=float))
    np.testing.assert_allclose(found.werner, 0.9 ** len(cycle) * np.exp(-stored.sum(axis=1) / 8), rtol=1e-14)


@PROTOCOLS
@pytest.mark.parametrize("order", ["last first", "shuffled"])
def test_order_of_simultaneous_events_changes_nothing(protocol, order, monkeypatch):
    case = {"links": five_links(probability=0.6), "deliveries": 100, "seed": 3, "protocol": protocol}
    expected = simulate_events(**case)
    shuffled = np.random.default_rng(0)
    tickets = itertools.count(0, -1) if order == "last first" else iter(shuffled.random, None)
    monkeypatch.setattr(events, "count", lambda: tickets)
    assert_same(simulate_events(**case), expected)


@PROTOCOLS
def test_werner_parameter_and_storage(protocol):
    case = {"links": five_links(), "deliveries": 200, "seed": 4, "protocol": protocol}
    found = simulate_events(**case, nodes=Nodes(coherence_time_s=30.0))
    longer = simulate_events(**case, nodes=Nodes(coherence_time_s=60.0))
    forever = simulate_events(**case, nodes=Nodes(coherence_time_s=math.inf))
    initial = 1.0 * 0.9 * 0.8 * 0.95 * 0.7
    np.testing.assert_allclose(found.werner, initial * np.exp(-found.storage_s.sum(axis=1) / 30), rtol=1e-12)
    np.testing.assert_allclose(forever.werner, initial, rtol=1e-14)
    assert np.all(found.werner <= longer.werner)
    assert np.all(found.werner < forever.werner)
    np.testing.assert_array_equal(found.storage_s, forever.storage_s)
    assert np.all(found.storage_s >= 0)
    # a repeater swaps when the later of its two qubits is entangled
    np.testing.assert_array_equal(np.minimum(found.storage_s[:, 1:-1:2], found.storage_s[:, 2:-1:2]), 0)
    assert np.all(found.swapped_s <= found.delivered_s[:, None])
    assert np.all(np.diff(found.delivered_s) > 0)


@RESTARTS
@MESSAGES
def test_measuring_at_once_changes_only_the_storage_at_the_ends(restart, messages):
    case = {"links": five_links(), "deliveries": 200, "seed": 5, "nodes": Nodes(coherence_time_s=20.0)}
    later = simulate_events(**case, protocol=SwapAsap(restart=restart, messages=messages, measure="on_knowledge"))
    at_once = simulate_events(**case, protocol=SwapAsap(restart=restart, messages=messages, measure="at_once"))
    np.testing.assert_array_equal(at_once.delivered_s, later.delivered_s)
    np.testing.assert_array_equal(at_once.swapped_s, later.swapped_s)
    np.testing.assert_array_equal(at_once.storage_s[:, 1:-1], later.storage_s[:, 1:-1])
    np.testing.assert_array_equal(at_once.storage_s[:, [0, -1]], 0)
    assert np.all(at_once.werner >= later.werner)
    assert np.any(at_once.werner > later.werner)


@pytest.mark.parametrize(
    ("times", "restart", "messages", "delivered", "storage", "swapped"),
    [
        (ONE, "as_soon_as_free", False, [7, 14, 21], [[5, 5]] * 3, [[]] * 3),
        (ONE, "restart_together", True, [7, 14, 21], [[5, 5]] * 3, [[]] * 3),
        # both ends know at 3 and start again at 5.5; the right link is done 2 before the left one
        (SLOW_LEFT, "as_soon_as_free", False, [5.5, 11, 16.5], [[2.5, 0, 2, 4.5]] * 3, [[3], [8.5], [14]]),
        # the left end knows at 3.5 and starts again at 6, the right end at 5 and 7.5
        (
            SLOW_LEFT,
            "as_soon_as_free",
            True,
            [7.5, 13.5, 19.5],
            [[3, 0, 2, 6.5], [3, 0, 0.5, 5], [3, 0, 0.5, 5]],
            [[3], [9], [15]],
        ),
        (SLOW_LEFT, "restart_together", True, [7.5, 15, 22.5], [[3, 0, 2, 6.5]] * 3, [[3], [10.5], [18]]),
    ],
)
def test_waiting_one_message_longer_worked_out_on_paper(times, restart, messages, delivered, storage, swapped):
    cycle, message = times
    found = simulate_events(
        links=Links(cycle_time_s=cycle, success_probability=1.0, message_time_s=message),
        deliveries=3,
        seed=1,
        protocol=SwapAsap(restart=restart, messages=messages, measure="one_message_later"),
    )
    np.testing.assert_array_equal(found.delivered_s, delivered)
    np.testing.assert_array_equal(found.storage_s, np.array(storage, dtype=float))
    np.testing.assert_array_equal(found.swapped_s, np.array(swapped, dtype=float))


@RESTARTS
def test_messages_that_take_no_time_are_no_messages(restart):
    links = Links(cycle_time_s=[1.0, 2.0, 1.0, 0.5], success_probability=0.3, message_time_s=0.0)
    without, instant = (
        simulate_events(links=links, deliveries=200, seed=6, protocol=SwapAsap(restart=restart, messages=messages))
        for messages in (False, True)
    )
    assert_same(instant, without)


def test_waiting_for_others_never_delivers_earlier():
    case = {"links": five_links(), "deliveries": 200, "seed": 7}
    free, free_messages, together, together_messages = (
        simulate_events(**case, protocol=SwapAsap(restart=restart, messages=messages)).delivered_s
        for restart in ("as_soon_as_free", "restart_together")
        for messages in (False, True)
    )
    for early, late in [
        (free, free_messages),
        (free, together),
        (free_messages, together_messages),
        (together, together_messages),
    ]:
        assert np.all(early <= late)
        assert early[-1] < late[-1]


@pytest.mark.parametrize(("count", "same"), [(1, True), (2, True), (3, True), (4, False)])
def test_up_to_three_links_without_messages_cannot_run_ahead(count, same):
    links = Links(cycle_time_s=np.arange(1.0, count + 1), success_probability=0.3, message_time_s=1.0)
    free, together = (
        simulate_events(links=links, deliveries=200, seed=8, protocol=SwapAsap(restart=restart)).delivered_s
        for restart in ("as_soon_as_free", "restart_together")
    )
    assert np.array_equal(free, together) is same


@PROTOCOLS
def test_mirrored_chain(protocol):
    chain = five_links(probability=[0.2, 0.5, 0.4, 0.3, 0.6])
    mirrored = Links(**{name: values[::-1] for name, values in asdict(chain).items()})
    means = np.empty((2, 40, 3))
    for which, links in enumerate((chain, mirrored)):
        for seed in range(40):
            found = simulate_events(
                links=links,
                deliveries=50,
                seed=100 * which + seed,
                nodes=Nodes(coherence_time_s=30.0),
                protocol=protocol,
            )
            left, right = found.storage_s[:, :5].mean(), found.storage_s[:, 5:].mean()
            means[which, seed] = found.delivered_s[-1], found.werner.mean(), (right, left)[which]
    for one, other in zip(means[0].T, means[1].T, strict=True):
        assert z_score(one, 0.0, other) < Z_BOUND


@pytest.mark.parametrize(
    "protocol", [SwapAsap(), SwapAsap(messages=True), SwapAsap(restart="restart_together", messages=True)], ids=str
)
def test_mirrored_chain_in_which_every_attempt_succeeds(protocol):
    cycle, message = FAST_MIDDLE
    case = {"deliveries": 20, "seed": 0, "protocol": protocol}
    chain = simulate_events(links=Links(cycle_time_s=cycle, success_probability=1.0, message_time_s=message), **case)
    mirrored = simulate_events(
        links=Links(cycle_time_s=cycle[::-1], success_probability=1.0, message_time_s=message[::-1]), **case
    )
    np.testing.assert_array_equal(chain.delivered_s, mirrored.delivered_s)
    np.testing.assert_array_equal(chain.storage_s, mirrored.storage_s[:, ::-1])
    np.testing.assert_array_equal(chain.swapped_s, mirrored.swapped_s[:, ::-1])


@pytest.mark.parametrize("probability", [[0.25], [0.5, 0.1], [0.2, 0.3, 0.15, 0.25]], ids=len)
@MESSAGES
def test_mean_duration_is_that_of_the_largest_of_geometric_numbers(probability, messages):
    """All links start together, with a common cycle time: E max G = sum over k >= 0 of 1 - prod(1 - (1 - p_i)^k)."""
    miss = 1 - np.array(probability)
    largest = (1 - np.prod(1 - miss ** np.arange(1000)[:, None], axis=1)).sum()
    message = np.linspace(0.5, 1.5, len(probability))
    found = simulate_events(
        links=Links(cycle_time_s=2.0, success_probability=probability, message_time_s=message),
        deliveries=4000,
        seed=9,
        protocol=SwapAsap(restart="restart_together", messages=messages),
    )
    started = np.append(0.0, found.delivered_s[:-1])
    completed = found.swapped_s.max(axis=1) if len(probability) > 1 else found.delivered_s
    assert z_score(completed - started, 2 * largest) < Z_BOUND


@MESSAGES
@pytest.mark.parametrize("measure", ["on_knowledge", "at_once"])
def test_mean_werner_parameter_of_two_links(messages, measure):
    """The first link's two qubits wait |G_1 - G_2| cycles, and the ends' for the message: E exp(-storage / T)."""
    first, second, cycle, coherence = 0.3, 0.2, 2.0, 25.0
    found = simulate_events(
        links=Links(
            cycle_time_s=cycle, success_probability=[first, second], message_time_s=[0.5, 1.5], werner=[0.9, 0.8]
        ),
        deliveries=6000,
        seed=10,
        nodes=Nodes(coherence_time_s=coherence),
        protocol=SwapAsap(restart="restart_together", messages=messages, measure=measure),
    )
    stored_qubits = 2 if measure == "on_knowledge" else 1
    decay = math.exp(-stored_qubits * cycle / coherence)
    same = first * second / (1 - (1 - first) * (1 - second))
    tails = sum(miss * decay / (1 - miss * decay) for miss in (1 - first, 1 - second))
    message = math.exp(-(0.5 + 1.5) / coherence) if messages and measure == "on_knowledge" else 1.0
    assert z_score(found.werner, 0.9 * 0.8 * message * same * (1 + tails)) < Z_BOUND


def test_news_of_two_links_takes_the_longer_fibre():
    found = simulate_events(
        links=Links(cycle_time_s=2.0, success_probability=[0.3, 0.2], message_time_s=[0.5, 1.5]),
        deliveries=50,
        seed=11,
        protocol=SwapAsap(restart="restart_together", messages=True),
    )
    np.testing.assert_array_equal(found.delivered_s, found.swapped_s[:, 0] + 1.5)


def test_seed_fixes_the_run_and_fewer_deliveries_are_its_beginning():
    case = {"links": five_links(), "protocol": SwapAsap(messages=True)}
    whole = simulate_events(**case, deliveries=30, seed=12)
    assert_same(simulate_events(**case, deliveries=30, seed=12), whole)
    np.testing.assert_array_equal(simulate_events(**case, deliveries=10, seed=12).werner, whole.werner[:10])
    assert not np.array_equal(simulate_events(**case, deliveries=30, seed=13).delivered_s, whole.delivered_s)
    assert whole.delivered_s.shape == whole.werner.shape == (30,)
    assert whole.storage_s.shape == (30, 10)
    assert whole.swapped_s.shape == (30, 4)


def test_rare_successes():
    found = simulate_events(
        links=Links(cycle_time_s=[1.0], success_probability=1e-4, message_time_s=0.0), deliveries=50, seed=14
    )
    assert z_score(np.diff(found.delivered_s, prepend=0.0), 1e4) < Z_BOUND


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"deliveries": 0}, r"^deliveries must be a positive integer, but is 0$"),
        ({"deliveries": 2.0}, r"^deliveries must be a positive integer, but is 2\.0$"),
        ({"seed": -1}, r"^seed must be .*, but is -1$"),
        ({"seed": [1, 2]}, r"^seed must be .*, but is \[1, 2\]$"),
        ({"nodes": Nodes(coherence_time_s=[1.0, 2.0])}, r"^coherence_time_s must be .* 6 nodes, but lists 2$"),
        (
            {"links": Links(cycle_time_s=1.0, success_probability=[0.5, 1e-7], message_time_s=0.0)},
            r"^links must have success probabilities of 1e-06 .* one has 1e-07$",
        ),
    ],
)
def test_bad_input(wrong, message):
    with pytest.raises(Refused, match=message):
        simulate_events(**({"links": five_links(), "deliveries": 1, "seed": 0} | wrong))


def test_a_protocol_without_rules_is_refused():
    class Ruleless(SwapAsap):
        pass

    with pytest.raises(Refused, match="protocol must have rules event by event, but Ruleless has none"):
        simulate_events(five_links(), protocol=Ruleless(), deliveries=1, seed=0)
