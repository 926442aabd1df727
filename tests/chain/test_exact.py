"""Exact chains against enumeration, closed forms and sampling, all of them from the times of the swaps, not the bounds."""

from itertools import pairwise, product
from math import comb, exp, fsum, prod

import numpy as np
import pytest

from qnet.chain.exact_means import exact
from qnet.chain.links import Links, fibre_links
from qnet.chain.nodes import Nodes
from qnet.chain.placement import AlternatingChain
from qnet.chain.protocols.swap_asap import SwapAsap
from qnet.errors import Refused

CONVENTIONS = [
    {"messages": messages, "measure": measure}
    for messages, measure in product((False, True), ("on_knowledge", "one_message_later", "at_once"))
]
EVERY_CONVENTION = pytest.mark.parametrize("convention", CONVENTIONS, ids=lambda c: f"{c['messages']}-{c['measure']}")


def together(**convention):
    return SwapAsap(restart="restart_together", **convention)


def duration_and_storage(done, message, messages, measure):
    """From the times at which links are done, along the first axis, swap by swap and message by message."""
    wait = sum(message) if measure == "one_message_later" else 0.0
    message = np.asarray(message) * messages
    swaps = [np.maximum(left, right) for left, right in pairwise(done)]
    left = np.max([swap + sum(message[: k + 1]) for k, swap in enumerate(swaps)], axis=0)
    right = np.max([swap + sum(message[k + 1 :]) for k, swap in enumerate(swaps)], axis=0)
    storage = sum(abs(b - a) for a, b in pairwise(done))
    if measure != "at_once":
        storage = storage + (left - done[0]) + (right - done[-1]) + 2 * wait
    return np.maximum(left, right) + wait, storage


def enumerated(cycle, success, message, coherence, convention):
    """Sum over all numbers of attempts whose probability matters."""
    counts = [np.arange(1, int(np.log(1e-18) / np.log1p(-p)) + 2) for p in success]
    probability = np.ones(())
    for p, count in zip(success, counts, strict=True):
        probability = np.multiply.outer(probability, p * (1 - p) ** (count - 1))
    done = np.meshgrid(*(t * count for t, count in zip(cycle, counts, strict=True)), indexing="ij")
    duration, storage = duration_and_storage(np.array(done), message, **convention)
    return (probability * duration).sum(), (probability * np.exp(-storage / coherence)).sum()


@EVERY_CONVENTION
@pytest.mark.parametrize(
    ("cycle", "success", "message", "coherence"),
    [
        ((1.0, 1.3), (0.6, 0.45), (0.4, 0.7), 3.0),
        ((1.0, 1.3, 0.77), (0.6, 0.5, 0.8), (0.4, 0.7, 1.9), 3.0),
        ((1.0, 0.3, 2.1), (0.9, 0.5, 0.8), (5.0, 0.1, 0.0), 0.2),
        ((0.1, 0.3, 0.2), (0.6, 0.7, 0.5), (0.1, 0.3, 0.2), 1.0),  # many times equal up to rounding
        ((1.0, 1 + 1e-11, 1 - 2e-11), (0.6, 0.7, 0.5), (0.4, 0.4 + 2e-11, 0.4), 0.5),  # nearly equal, by no rounding
        ((0.7, 0.7, 0.7), (0.5, 0.5, 0.5), (0.7, 0.7, 0.7), 1e4),
        ((1.0, 2.0, 0.61), (0.25, 0.22, 0.2), (0.8, 1.7, 0.5), 12.0),  # more bounds than one block has
        ((1.0, 1.7, 0.4, 1.1), (0.9, 0.85, 0.8, 0.8), (0.35, 0.0, 1.2, 0.6), 2.0),
        ((0.3, 0.1, 0.2, 0.1, 0.3), (0.95, 0.9, 0.9, 0.92, 0.97), (0.2, 0.3, 0.1, 0.3, 0.1), 0.5),
        ((1.0, 1.01, 0.98, 0.93, 1.07), (0.95, 0.9, 0.9, 0.92, 0.97), (0.3, 0.9, 0.2, 0.5, 0.4), 4.0),
    ],
)
def test_as_enumerated(cycle, success, message, coherence, convention):
    found = exact(
        links=Links(cycle_time_s=cycle, success_probability=success, message_time_s=message),
        nodes=Nodes(coherence_time_s=coherence),
        protocol=together(**convention),
    )
    duration, werner = enumerated(cycle, success, message, coherence, convention)
    assert found.duration_s == pytest.approx(duration, rel=1e-14, abs=0)
    assert found.werner == pytest.approx(werner, rel=3e-14, abs=0)


@pytest.mark.parametrize(
    ("convention", "duration", "storage"),
    [
        ({}, 3.0, 3.0 + 2.0 + 1.0),
        ({"measure": "at_once"}, 3.0, 3.0),
        ({"messages": True}, 3.5, 3.0 + 2.3 + 1.5),
        ({"messages": True, "measure": "at_once"}, 3.5, 3.0),
        ({"measure": "one_message_later"}, 3.6, 3.0 + 2.6 + 1.6),
        ({"messages": True, "measure": "one_message_later"}, 4.1, 3.0 + 2.9 + 2.1),
    ],
)
def test_links_that_never_fail(convention, duration, storage):
    """Done at 1, 3, 2: both swaps at 3, known at 3.1 and 3.3 on the left, at 3.5 and 3.3 on the right."""
    links = Links(
        cycle_time_s=[1, 3, 2], success_probability=1.0, message_time_s=[0.1, 0.2, 0.3], werner=[0.9, 0.8, 0.7]
    )
    found = exact(links=links, nodes=Nodes(coherence_time_s=2.0), protocol=together(**convention))
    assert found.duration_s == pytest.approx(duration, rel=1e-15, abs=0)
    assert found.werner == pytest.approx(0.9 * 0.8 * 0.7 * exp(-storage / 2), rel=1e-14, abs=0)


@pytest.mark.parametrize(
    ("measure", "late", "storage"),
    [("on_knowledge", 0, 2 * 2.3 + 0.5), ("one_message_later", 0.5, 2 * 2.3 + 1.5), ("at_once", 0, 2.3)],
)
def test_two_links_each_of_which_restarts_when_its_end_is_done(measure, late, storage):
    """Swap to swap: one link starts 0.1 late and is done at 1.1, the other one 0.4 late and is done at 3.4, or later."""
    protocol = SwapAsap(messages=True, measure=measure)
    found = exact(
        links=Links(cycle_time_s=[1, 3], success_probability=1.0, message_time_s=[0.1, 0.4]),
        nodes=Nodes(coherence_time_s=2.0),
        protocol=protocol,
    )
    assert found.duration_s == pytest.approx(3.4 + late, rel=1e-15, abs=0)
    assert found.werner == pytest.approx(exp(-storage / 2), rel=1e-14, abs=0)


@pytest.mark.parametrize("measure", ["on_knowledge", "one_message_later", "at_once"])
def test_two_links_that_restart_as_soon_as_free_delivery_after_delivery(measure):
    """Event by event from the start: the first of many deliveries is no exception that matters. |z| < 5."""
    rng = np.random.default_rng(31)
    cycle, success, message, coherence = (1.0, 1.4), (0.3, 0.4), (0.8, 2.3), 9.0
    rounds = 400_000
    attempts = rng.geometric(success, (rounds, 2))
    wait = sum(message) if measure == "one_message_later" else 0.0
    swap, left_free, right_free = 0.0, 0.0, 0.0
    swaps, storage = np.empty(rounds), np.empty(rounds)
    for i, (left, right) in enumerate((attempts * cycle).tolist()):
        left, right = left_free + left, right_free + right
        swap = max(left, right)
        left_free, right_free = swap + message[0] + wait, swap + message[1] + wait
        swaps[i] = swap
        storage[i] = abs(right - left) + (left_free - left + right_free - right if measure != "at_once" else 0)
    found = exact(
        links=Links(cycle_time_s=cycle, success_probability=success, message_time_s=message),
        nodes=Nodes(coherence_time_s=coherence),
        protocol=SwapAsap(messages=True, measure=measure),
    )
    for sampled, value in ((np.diff(swaps), found.duration_s), (np.exp(-storage / coherence), found.werner)):
        assert abs(sampled.mean() - value) < 5 * sampled.std() / len(sampled) ** 0.5


@EVERY_CONVENTION
@pytest.mark.parametrize("restart", ["as_soon_as_free", "restart_together"])
def test_one_link_stores_only_where_it_waits(restart, convention):
    protocol = SwapAsap(restart=restart, **convention)
    for success, kept in ((1e-30, 2e30), (0.5, 4.0)):
        links = Links(cycle_time_s=2.0, success_probability=[success], message_time_s=5.0, werner=0.9)
        found, wait = exact(links=links, protocol=protocol), 5.0 * (protocol.measure == "one_message_later")
        assert (found.duration_s, found.werner) == pytest.approx((kept + wait, 0.9 * exp(-2 * wait)), rel=1e-15)


@pytest.mark.parametrize("measure", ["on_knowledge", "at_once"])
def test_two_links_without_messages_restart_alike(measure):
    links = Links(cycle_time_s=[1, 1.3], success_probability=[0.2, 0.1], message_time_s=7.0)
    assert exact(links=links, protocol=SwapAsap(measure=measure)) == exact(
        links=links, protocol=together(measure=measure)
    )


@pytest.mark.parametrize("p", [(0.5, 0.5), (0.1, 0.3), (1.0, 0.2), (1e-4, 2e-4)])
@pytest.mark.parametrize("measure", ["on_knowledge", "at_once"])
def test_two_links_of_one_cycle_time(p, measure):
    (p1, p2), cycle, coherence = p, 0.7, 80.0
    q1, q2 = 1 - p1, 1 - p2
    z = exp(-cycle / coherence * (2 if measure == "on_knowledge" else 1))
    found = exact(
        links=Links(cycle_time_s=cycle, success_probability=p, message_time_s=9.0),
        nodes=Nodes(coherence_time_s=coherence),
        protocol=together(measure=measure),
    )
    either = p1 + p2 - p1 * p2
    assert found.duration_s == pytest.approx(cycle * (1 / p1 + 1 / p2 - 1 / either), rel=1e-13, abs=0)
    werner = p1 * p2 / either * (1 + q1 * z / (1 - q1 * z) + q2 * z / (1 - q2 * z))
    assert found.werner == pytest.approx(werner, rel=1e-12, abs=0)  # q and z are rounded


@pytest.mark.parametrize("h", [0.0, 1e-15, 1e-10, 1e-4, 3e-4, 1e-3])
def test_smooth_where_lattices_part(h):
    """T (1 + h) and T (1 - h): the mean of the longer time, and S, term by term with exactly rounded sums."""
    p, cycle, coherence = 0.1, (1 + h, 1 - h), 50.0
    g = np.arange(1, 420)
    one, two = np.meshgrid(cycle[0] * g, cycle[1] * g, indexing="ij")
    probability = np.multiply.outer(p * 0.9 ** (g - 1), p * 0.9 ** (g - 1))
    found = exact(
        links=Links(cycle_time_s=cycle, success_probability=p, message_time_s=0.0),
        nodes=Nodes(coherence_time_s=coherence),
        protocol=together(),
    )
    assert found.duration_s == pytest.approx(fsum((probability * np.maximum(one, two)).ravel()), rel=2e-14, abs=0)
    assert found.werner == pytest.approx(
        fsum((probability * np.exp(-2 * abs(one - two) / coherence)).ravel()), rel=2e-14
    )


@EVERY_CONVENTION
def test_difference_quotients_converge(convention):
    """Nothing but the error of second order, whatever the order of the lattice times: halved with the step."""

    def value(asymmetry):
        lengths = AlternatingChain(asymmetry=asymmetry, links=6, length_km=180).link_lengths_km()
        found = exact(links=fibre_links(link_lengths_km=lengths), protocol=together(**convention))
        return np.array([found.duration_s, found.werner])

    at_zero = value(0.0)
    slopes = [(value(h) / at_zero - 1) / h for h in (4e-4, 2e-4, 1e-4)]
    np.testing.assert_allclose(slopes[0] - slopes[1], 2 * (slopes[1] - slopes[2]), rtol=0.05, atol=1e-8)


@pytest.mark.parametrize("measure", ["on_knowledge", "at_once"])
def test_exponential_limit(measure):
    """Rates 2 and 3: whichever link is first, the wait for the other one is exponential."""
    attempt, coherence, rates = 1e-5, 1.5, np.array([2.0, 3.0])
    found = exact(
        links=Links(cycle_time_s=attempt, success_probability=rates * attempt, message_time_s=0),
        nodes=Nodes(coherence_time_s=coherence),
        protocol=together(measure=measure),
    )
    loss = (2 if measure == "on_knowledge" else 1) / coherence
    assert found.duration_s == pytest.approx(1 / 2 + 1 / 3 - 1 / 5, rel=1e-4)
    assert found.werner == pytest.approx(2 / 5 * 3 / (3 + loss) + 3 / 5 * 2 / (2 + loss), rel=1e-4)


@pytest.mark.parametrize("p", [0.9, 0.1, 1e-3])
@pytest.mark.parametrize("count", [3, 10])
def test_duration_of_equal_links_is_an_order_statistic(p, count):
    fails = [(1 - p) ** k for k in range(count + 1)]
    mean = 0.3 * fsum((-1) ** (k + 1) * comb(count, k) / (1 - fails[k]) for k in range(1, count + 1))
    found = exact(
        links=Links(cycle_time_s=0.3, success_probability=[p] * count, message_time_s=1.0),
        protocol=together(measure="at_once"),
    )
    assert found.duration_s == pytest.approx(mean, rel=1e-11, abs=0)  # terms cancel


@pytest.mark.parametrize("convention", CONVENTIONS[3:])
@pytest.mark.parametrize("count", [5, 8])
def test_as_sampled(count, convention):
    """400 000 rounds of links with nothing in common. |z| < 5."""
    rng = np.random.default_rng(count)
    cycle, success, message = rng.uniform(0.5, 2, count), rng.uniform(0.1, 0.9, count), rng.uniform(0, 3, count)
    coherence, rounds = 30.0, 400_000
    done = rng.geometric(success, (rounds, count)).T * cycle[:, None]
    duration, storage = duration_and_storage(done, message, **convention)
    found = exact(
        links=Links(cycle_time_s=cycle, success_probability=success, message_time_s=message),
        nodes=Nodes(coherence_time_s=coherence),
        protocol=together(**convention),
    )
    for sampled, value in ((duration, found.duration_s), (np.exp(-storage / coherence), found.werner)):
        assert abs(sampled.mean() - value) < 5 * sampled.std() / rounds**0.5


@pytest.mark.parametrize("measure", ["on_knowledge", "at_once"])
def test_messages_that_take_no_time(measure):
    """Two bounds that coincide are as good as one."""
    links = Links(cycle_time_s=[1, 1.1, 0.83, 1.27], success_probability=[0.1, 0.12, 0.3, 0.2], message_time_s=0.0)
    one, two = (exact(links=links, protocol=together(messages=m, measure=measure)) for m in (False, True))
    assert two.duration_s == one.duration_s
    assert two.werner == pytest.approx(one.werner, rel=1e-14, abs=0)


def test_times_that_agree_up_to_rounding_cost_nothing():
    """Six links, three times as many bounds as memory allows unless 0.1 (g + k) is the same whatever adds up to it."""
    links = Links(cycle_time_s=0.1, success_probability=[0.01] * 6, message_time_s=0.1)
    assert 0 < exact(links=links, nodes=Nodes(coherence_time_s=1e9), protocol=together(messages=True)).werner < 1


@EVERY_CONVENTION
@pytest.mark.parametrize("coherence", [0.01, 1.0, 100.0])
def test_mirror_image(convention, coherence):
    rng = np.random.default_rng(7)
    given = {
        "cycle_time_s": rng.uniform(0.5, 2, 7),
        "success_probability": rng.uniform(0.1, 0.5, 7),
        "message_time_s": rng.uniform(0, 3, 7),
        "werner": rng.uniform(0.9, 1, 7),
    }
    one, other = (
        exact(
            links=Links(**{name: x[::step] for name, x in given.items()}),
            nodes=Nodes(coherence_time_s=coherence),
            protocol=together(**convention),
        )
        for step in (1, -1)
    )
    assert other.duration_s == pytest.approx(one.duration_s, rel=1e-14, abs=0)
    assert other.werner == pytest.approx(one.werner, rel=1e-14 * max(1, 100 / coherence), abs=0)


@EVERY_CONVENTION
def test_coherence_time(convention):
    """W grows with it from nothing to the product of the links' own; the duration does not know it."""
    werner = [0.9, 1, 0.8, 0.7]
    links = Links(
        cycle_time_s=[1, 1.1, 0.83, 1.27],
        success_probability=[0.3, 0.4, 0.5, 0.35],
        message_time_s=[0.4, 3, 0, 1],
        werner=werner,
    )
    times = [1e-30, 1e-3, *np.geomspace(0.05, 1e17, 40), 1e300, np.inf]
    found = [exact(links=links, nodes=Nodes(coherence_time_s=t), protocol=together(**convention)) for t in times]
    assert {each.duration_s for each in found} == {found[0].duration_s}
    values = np.array([each.werner for each in found])
    assert (np.diff(values[2:20]) > 0).all()
    assert (np.diff(values) >= -1e-15).all()
    assert (values >= 0).all()
    assert (values[2:] > 0).all()
    assert values[-1] == prod(werner)
    assert values.max() == values[-1]
    assert values[-4] == pytest.approx(prod(werner), rel=1e-14, abs=0)


def test_chain_of_the_paper():
    """20 links, 1000 km: each convention costs time or state, in the order that it must."""
    placed = AlternatingChain(asymmetry=0.1, links=20, length_km=1000)
    links = fibre_links(link_lengths_km=placed.link_lengths_km())
    of = {tuple(c.values()): exact(links=links, protocol=together(**c)) for c in CONVENTIONS}
    assert of[True, "at_once"].werner == of[False, "at_once"].werner
    assert of[True, "on_knowledge"].werner < of[False, "on_knowledge"].werner < of[False, "at_once"].werner
    assert of[False, "on_knowledge"].duration_s < of[True, "on_knowledge"].duration_s
    # the last news takes more than half of the way, and no more than all of it
    assert 2.5e-3 < of[True, "at_once"].duration_s - of[False, "at_once"].duration_s < 5e-3


@pytest.mark.parametrize(
    ("links", "protocol", "refusal"),
    [
        (
            Links(cycle_time_s=[1, 1, 1], success_probability=0.5, message_time_s=0),
            SwapAsap(),
            "links must be one or two for restart as_soon_as_free, but are 3",
        ),
        (
            Links(cycle_time_s=[1, 1], success_probability=1e-7, message_time_s=0),
            SwapAsap(),
            "links must succeed within 3e.07 attempts in total.* but take 7.97e.08",
        ),
        (
            Links(cycle_time_s=[1, 1], success_probability=1e-100, message_time_s=0),
            SwapAsap(),
            "links must succeed within 3e.07 attempts",
        ),
        (
            Links(cycle_time_s=[1, 1.1, 1.2], success_probability=4e-4, message_time_s=0),
            together(),
            "links must need at most 1e.10 operations for on_knowledge",
        ),
        (
            Links(cycle_time_s=[1, 1.1, 1.2], success_probability=1e-2, message_time_s=1),
            together(messages=True),
            "links must need at most 5e.07 numbers in memory",
        ),
    ],
)
def test_refuses_what_it_cannot_do(links, protocol, refusal):
    with pytest.raises(Refused, match=f"^{refusal}"):
        exact(links=links, protocol=protocol)


@pytest.mark.parametrize("coherence", [0, -1.0, np.nan, 1e-31, "long", [1.0, 2.0], [[1.0, 2.0, 1.0]]])
def test_refuses_coherence_times(coherence):
    with pytest.raises(Refused, match=r"^coherence_time_s must be "):
        exact(
            links=Links(cycle_time_s=[1, 1], success_probability=0.5, message_time_s=0),
            nodes=Nodes(coherence_time_s=coherence),
            protocol=together(),
        )
