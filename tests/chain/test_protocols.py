"""Every protocol's kernel against its event rules, its exact means, and values that others have published."""

import itertools

import numpy as np
import pytest
from scipy import stats

from qnet import chain
from qnet.errors import Refused

Z = 4.5  # of some hundred comparisons, none should be off by more; once in a thousand test suites one is
ORDERS = ("odd_first", "even_first", "left_first", "right_first", "long_first", "short_first", "random")
RESTARTS = ("as_soon_as_free", "restart_together")
MEASURES = ("on_knowledge", "at_once")


def random_chain(rng, count):
    """Uneven links in Bell-diagonal states that are no Werner states, and uneven nodes with imperfect swaps."""
    correlators = rng.uniform(0.9, 1, (3, count))
    correlators[1] = correlators[0] * correlators[2]
    links = chain.Links(
        cycle_time_s=rng.uniform(0.2, 1.5, count),
        success_probability=rng.uniform(0.2, 0.9, count),
        message_time_s=rng.uniform(0, 1, count),
        **dict(zip("xyz", correlators, strict=True)),
    )
    nodes = chain.Nodes(
        coherence_time_s=rng.uniform(10, 40, count + 1),
        swap_quality=rng.uniform(0.9, 1, count + 1),
        swap_readout_error=rng.uniform(0, 0.05, count + 1),
    )
    return links, nodes


def protocols(rng, count):
    """Every convention of every protocol, with cut-offs that discard some states and not too many."""
    for restart, measure in itertools.product(RESTARTS, MEASURES):
        for order in (*ORDERS, list(rng.choice(ORDERS, count - 1))):
            yield chain.Sequential(order=order, restart=restart, measure=measure)
        yield chain.LocalCutoff(cutoff_s=rng.uniform(2, 6), restart=restart, measure=measure)
        for messages in (False, True):
            yield chain.SwapAsap(restart=restart, messages=messages, measure=measure)
    for measure in MEASURES:
        yield chain.GlobalCutoff(cutoff_s=rng.uniform(4, 8), measure=measure)
        for order in ORDERS if count == 2 else ():
            yield chain.SequentialCutoff(cutoff_s=rng.uniform(1.5, 4), order=order, measure=measure)


def scores(fast, slow, warm_up, batches):
    """Standard normal, if both agree: duration and error rates, the errors of the events' from means of batches."""
    size = (len(slow.delivered_s) - warm_up) // batches * batches
    for found, se, samples in (
        (fast.duration_s, fast.duration_s_se, np.diff(slow.delivered_s)[warm_up - 1 :]),
        (fast.qber_x, fast.qber_x_se, (1 - slow.x[warm_up:]) / 2),
        (fast.qber_z, fast.qber_z_se, (1 - slow.z[warm_up:]) / 2),
    ):
        batch = samples[:size].reshape(batches, -1).mean(axis=1)
        t = (found - batch.mean()) / np.hypot(se, batch.std(ddof=1) / np.sqrt(batches))
        yield float(stats.norm.ppf(stats.t.cdf(t, batches - 1)))


@pytest.mark.parametrize("count", [2, 3, 5, 12])
def test_kernels_against_event_rules(count):
    """All conventions on one random chain; |z| < 4.5, and together a chi square that is not too small or too large."""
    rng = np.random.default_rng(count)
    links, nodes = random_chain(rng, count)
    found = []
    for i, protocol in enumerate(protocols(rng, count)):
        fast = chain.sample(links, nodes, protocol, deliveries=100_000, seed=count)
        slow = chain.simulate_events(
            links, nodes, protocol, deliveries=1100 if count < 12 else 500, seed=100 * count + i
        )
        assert slow.y.mean() < slow.z.mean()
        each = list(scores(fast, slow, 100, 25))
        assert max(np.abs(each)) < Z, (protocol, each)
        found.append(each[0])
    chi2 = np.sum(np.square(found))
    assert stats.chi2.ppf(1e-4, len(found)) < chi2 < stats.chi2.ppf(1 - 1e-4, len(found))


@pytest.mark.parametrize("cutoff_s", [1.0, 2.0, 3.0])
@pytest.mark.parametrize("restart", RESTARTS)
def test_ties_of_cut_offs_on_a_common_lattice(cutoff_s, restart):
    """All times are whole, so that states are often exactly as old as the cut-off: they may still be used."""
    links = chain.Links(cycle_time_s=[1.0, 2.0, 1.0, 1.0], success_probability=[0.5, 0.6, 0.4, 0.7], message_time_s=0.0)
    nodes = chain.Nodes(coherence_time_s=20.0)
    for protocol in (chain.LocalCutoff(cutoff_s=cutoff_s, restart=restart), chain.GlobalCutoff(cutoff_s=cutoff_s)):
        fast = chain.sample(links, nodes, protocol, deliveries=100_000, seed=1)
        slow = chain.simulate_events(links, nodes, protocol, deliveries=3100, seed=2)
        assert max(np.abs(list(scores(fast, slow, 100, 50)))) < Z


def test_cut_offs_that_never_matter_change_nothing():
    rng = np.random.default_rng(0)
    links, nodes = random_chain(rng, 5)
    plain = {r: chain.sample(links, nodes, chain.SwapAsap(restart=r), deliveries=200_000, seed=1) for r in RESTARTS}
    never = {r: chain.LocalCutoff(cutoff_s=1e6, restart=r) for r in RESTARTS} | {"": chain.GlobalCutoff(cutoff_s=1e6)}
    for restart, protocol in never.items():
        found = chain.sample(links, nodes, protocol, deliveries=200_000, seed=1)
        other = plain[restart or "restart_together"]
        assert abs(found.duration_s - other.duration_s) < Z * np.hypot(found.duration_s_se, other.duration_s_se)
        assert abs(found.qber_x - other.qber_x) < Z * np.hypot(found.qber_x_se, other.qber_x_se)


def close(found, exact):
    for value, se, mean in (
        (found.duration_s, found.duration_s_se, exact.duration_s),
        (found.qber_x, found.qber_x_se, (1 - exact.x) / 2),
        (found.qber_z, found.qber_z_se, (1 - exact.z) / 2),
    ):
        assert abs(value - mean) < Z * se + 1e-13


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("restart", RESTARTS)
@pytest.mark.parametrize(("count", "orders"), [(1, ORDERS), (2, ORDERS), (5, ("left_first", "right_first"))])
def test_sequential_repeaters_from_end_to_end(count, orders, restart, measure):
    links, nodes = random_chain(np.random.default_rng(count), count)
    for order in orders:
        protocol = chain.Sequential(order=order, restart=restart, measure=measure)
        close(chain.sample(links, nodes, protocol, deliveries=200_000, seed=3), chain.exact(links, nodes, protocol))


@pytest.mark.parametrize("measure", MEASURES)
def test_sequential_repeater_in_closed_form(measure):
    """f first, then g: T_f / p_f + T_g / p_g, and the sum over g's attempts of what their time leaves."""
    links = chain.Links(
        cycle_time_s=[1.0, 3.0], success_probability=[0.3, 0.2], message_time_s=0.0, x=0.95, y=0.9, z=0.93
    )
    nodes = chain.Nodes(coherence_time_s=25.0)
    stored = (2 if measure == "on_knowledge" else 1) / 25
    for order, first, last in (("left_first", 0, 1), ("right_first", 1, 0)):
        found = chain.exact(links, nodes, chain.Sequential(order=order, measure=measure))
        p, cycle = links.success_probability, links.cycle_time_s
        g = np.arange(1, 1000)
        left = (p[last] * (1 - p[last]) ** (g - 1) * np.exp(-g * cycle[last] * stored)).sum()
        assert found.duration_s == pytest.approx(cycle[first] / p[first] + cycle[last] / p[last], rel=1e-12)
        assert (found.x, found.y, found.z) == pytest.approx((0.9025 * left, 0.81 * left, 0.8649 * left), rel=1e-12)


def test_two_phases_path_by_path():
    """odd_first with restart_together: D is the largest sum of two neighbouring links' times, of the same draws."""
    rng = np.random.default_rng(5)
    count, rounds = 6, 4
    cycle, p = rng.uniform(0.5, 1.5, count), rng.uniform(0.3, 0.8, count)
    links = chain.Links(cycle_time_s=cycle, success_probability=p, message_time_s=0.0)
    state = np.random.SeedSequence(6).generate_state(4 * 50, np.uint64).reshape(4, -1)
    protocol = chain.Sequential(restart="restart_together")
    found = protocol.sums(state.copy(), links, chain.Nodes(), 0, rounds)[1]
    total = np.zeros(50)
    for _ in range(rounds):
        spent = np.empty((count, 50))
        for i in range(count):
            from qnet.chain.kernels import attempts

            attempts(state, np.log(2) / np.log1p(-p[i]), 0.0, 1.0, spent[i])
            spent[i] *= cycle[i]
        total += (spent[1:] + spent[:-1]).max(axis=0)
    np.testing.assert_allclose(found, total, rtol=1e-13)


def test_mirror_images():
    """f_order(links) = f_mirrored order(mirrored links), for a chain of an even and one of an odd number of links."""
    mirrored = {
        "odd_first": ("even_first", "odd_first"),
        "left_first": ("right_first",) * 2,
        "long_first": ("long_first",) * 2,
    }
    for count in (4, 5):
        links, nodes = random_chain(np.random.default_rng(count), count)
        back = chain.Links(
            **{
                name: getattr(links, name)[::-1]
                for name in ("cycle_time_s", "success_probability", "message_time_s", "x", "y", "z")
            }
        )
        nodes_back = chain.Nodes(
            coherence_time_s=nodes.coherence_time_s[::-1],
            swap_quality=nodes.swap_quality[::-1],
            swap_readout_error=nodes.swap_readout_error[::-1],
        )
        for order, others in mirrored.items():
            one = chain.sample(links, nodes, chain.Sequential(order=order), deliveries=200_000, seed=1)
            two = chain.sample(back, nodes_back, chain.Sequential(order=others[count % 2]), deliveries=200_000, seed=2)
            assert abs(one.duration_s - two.duration_s) < Z * np.hypot(one.duration_s_se, two.duration_s_se)
            assert abs(one.qber_z - two.qber_z) < Z * np.hypot(one.qber_z_se, two.qber_z_se)


@pytest.mark.parametrize(("cutoff_s", "duration_s", "werner"), [
    (1e9, 14.736842105263, 0.745049240808809), (6.0, 19.539899144186, 0.892832387356),
])  # fmt: skip
def test_one_repeater_of_li_and_others(cutoff_s, duration_s, werner):
    """Li, Coopmans and Elkouss (IEEE TQE 2, 2021): p = 0.1, w0 = 0.99, coherence of 30 attempts, ends measure at once."""
    links = chain.Links(cycle_time_s=[1.0, 1.0], success_probability=0.1, message_time_s=0.0, werner=0.99)
    nodes = chain.Nodes(coherence_time_s=30.0)
    for protocol in (
        chain.GlobalCutoff(cutoff_s=cutoff_s, measure="at_once"),
        chain.LocalCutoff(cutoff_s=cutoff_s, measure="at_once"),
    ):
        if isinstance(protocol, chain.GlobalCutoff):
            exact = chain.exact(links, nodes, protocol)
            assert exact.duration_s == pytest.approx(duration_s, rel=1e-12)
            assert exact.werner == pytest.approx(werner, rel=1e-11)
        found = chain.sample(links, nodes, protocol, deliveries=400_000, seed=1)
        assert abs(found.duration_s - duration_s) < Z * found.duration_s_se
        assert abs(found.qber - (1 - werner) / 2) < Z * found.qber_se


@pytest.mark.parametrize("p", [0.2, 0.5, 0.9])
def test_three_nodes_of_inesta_and_others(p):
    """Iñesta et al. (npj Quantum Inf. 9, 46, 2023): two links, states of age 2 are dropped: mean delivery time."""
    links = chain.Links(cycle_time_s=[1.0, 1.0], success_probability=p, message_time_s=0.0)
    exact = chain.exact(links, protocol=chain.GlobalCutoff(cutoff_s=2.0))
    published = (2 * p**3 - 6 * p**2 + 4 * p + 1) / (2 * p**4 - 6 * p**3 + 5 * p**2)
    assert exact.duration_s == pytest.approx(published, rel=1e-12)


@pytest.mark.parametrize(("record", "arguments", "message"), [
    (chain.Sequential, {"order": "inside_out"}, "order must be one of odd_first, even_first, .* but is 'inside_out'"),
    (chain.Sequential, {"order": ["odd_first", 1]}, "order must be one of"),
    (chain.GlobalCutoff, {"cutoff_s": 0.0}, r"cutoff_s must lie in \[1e-30, 1e30\], but is 0\.0"),
    (chain.LocalCutoff, {"cutoff_s": -1.0}, r"cutoff_s must lie in \[1e-30, 1e30\], but is -1\.0"),
    (chain.SequentialCutoff, {"cutoff_s": 1.0, "order": "any"}, "order must be one of odd_first, "),
    (chain.LocalCutoff, {"cutoff_s": [1.0, 2.0]}, r"cutoff_s must be one value, but is \[1\.0, 2\.0\]"),
    (chain.Links, {"cycle_time_s": [1.0], "success_probability": 1.0, "message_time_s": 0.0, "x": 1.0, "y": 0.0, "z": 1.0},
     "x, y and z must be correlators of a state, .*, but are 1.0, 0.0 and 1.0"),
    (chain.Links, {"cycle_time_s": [1.0], "success_probability": 1.0, "message_time_s": 0.0, "werner": 0.5, "x": 0.9},
     "werner must be left out where x, y and z are given, but is"),
])  # fmt: skip
def test_records_refuse(record, arguments, message):
    with pytest.raises(Refused, match=message):
        record(**arguments)


@pytest.mark.parametrize(("protocol", "message"), [
    (chain.Sequential(order=["odd_first"]), "order must be one word, or one for each of 3 repeaters, but lists 1"),
    (chain.GlobalCutoff(cutoff_s=1e-6), "cutoff_s must let one round in 10000 or more succeed, but 1e-06 lets about 0"),
    (chain.LocalCutoff(cutoff_s=1e-6), "cutoff_s must drop at most 10000 pairs per delivery, but 1e-06 drops more"),
    (chain.SequentialCutoff(cutoff_s=1.0), "links must be two for one repeater with a cut-off, but are 4"),
])  # fmt: skip
def test_sampling_refuses(protocol, message):
    links = chain.Links(cycle_time_s=[1.0, 0.7, 1.3, 0.9], success_probability=[0.3, 0.5, 0.2, 0.6], message_time_s=0.0)
    with pytest.raises(Refused, match=message):
        chain.sample(links, protocol=protocol, deliveries=1000, seed=1)


@pytest.mark.parametrize(("protocol", "message"), [
    (chain.Sequential(), "order must lead from one end of the chain to the other to have exact means"),
    (chain.SequentialCutoff(cutoff_s=1.0), "links must be two for one repeater with a cut-off, but are 3"),
    (chain.GlobalCutoff(cutoff_s=1.0), "links must be two that are alike to have exact means with a cut-off, but are 3"),
    (chain.LocalCutoff(cutoff_s=1.0), "protocol must have exact means, but none are known of local cut-offs"),
])  # fmt: skip
def test_exact_refuses(protocol, message):
    links = chain.Links(cycle_time_s=[1.0, 0.7, 1.3], success_probability=0.3, message_time_s=0.0)
    with pytest.raises(Refused, match=message):
        chain.exact(links, protocol=protocol)


def test_all_global_cutoffs_of_one_sample_against_the_closed_form():
    """Two alike links, every cut-off that is a half-integer number of attempts; |z| < 4.5 of times and error rates."""
    links, nodes = (
        chain.Links(cycle_time_s=[1.0, 1.0], success_probability=0.3, message_time_s=0.0),
        chain.Nodes(coherence_time_s=20.0),
    )
    cutoffs_s = [3.5, 0.5, 8.5, 1.5]
    found = chain.global_cutoffs(links, nodes, cutoffs_s=cutoffs_s, rounds=200_000, seed=5)
    for cutoff_s, one in zip(cutoffs_s, found, strict=True):
        exact = chain.exact(links, nodes, chain.GlobalCutoff(cutoff_s=cutoff_s))
        assert abs(one.duration_s - exact.duration_s) < 4.5 * one.duration_s_se
        assert abs(one.qber - (1 - exact.werner) / 2) <= 4.5 * one.qber_se + 1e-14
    durations = [found[place].duration_s for place in (1, 3, 0, 2)]
    assert durations == sorted(durations, reverse=True)


@pytest.mark.parametrize("measure", ["on_knowledge", "at_once"])
@pytest.mark.parametrize("distil", [False, True])
def test_all_global_cutoffs_of_one_sample_against_one_sample_each(measure, distil):
    """Independent samples of an uneven chain, |z| < 4.5; equal times are the same whatever else is asked."""
    links = chain.Links(
        cycle_time_s=[1.0, 1.3, 0.7], success_probability=[0.4, 0.6, 0.5], message_time_s=0.0, werner=0.97
    )
    if distil:
        links = chain.distilled(links, chain.Distillation(), which="all")
    nodes = chain.Nodes(coherence_time_s=[30.0, 20.0, 25.0, np.inf])
    cutoffs_s = [2.2, 4.1, 30.0]
    found = chain.global_cutoffs(links, nodes, cutoffs_s=cutoffs_s, measure=measure, rounds=50_000, seed=1)
    for cutoff_s, one in zip(cutoffs_s, found, strict=True):
        protocol = chain.GlobalCutoff(cutoff_s=cutoff_s, measure=measure)
        other = chain.sample(links, nodes, protocol, deliveries=50_000, seed=2)
        for name in ("duration_s", "qber_x", "qber_z"):
            se = np.hypot(getattr(one, f"{name}_se"), getattr(other, f"{name}_se"))
            assert abs(getattr(one, name) - getattr(other, name)) < 4.5 * se, name
        [alone] = chain.global_cutoffs(links, nodes, cutoffs_s=[cutoff_s], measure=measure, rounds=50_000, seed=1)
        assert alone.duration_s == pytest.approx(one.duration_s, rel=1e-12)


@pytest.mark.parametrize(("wrong", "sentence"), [
    ({"cutoffs_s": 1.0}, r"cutoffs_s must be a list of one number or more, but has the shape \(\)"),
    ({"cutoffs_s": []}, "cutoffs_s must be a list of one number or more"),
    ({"cutoffs_s": [1.0, 0.0]}, r"cutoffs_s must lie in \[1e-30, 1e30\], but has 0\.0 at index 1"),
    ({"measure": "one_message_later"}, "measure must be one of on_knowledge, at_once"),
    ({"cutoffs_s": [1e-20, 1.0]}, "cutoffs_s must let some of 512 rounds succeed, but 1e-20 lets none"),
])  # fmt: skip
def test_what_no_global_cutoffs_are_known_of(wrong, sentence):
    links = chain.Links(cycle_time_s=[1.0, 1.3], success_probability=[0.001, 0.5], message_time_s=0.0)
    with pytest.raises(Refused, match=sentence):
        chain.global_cutoffs(links, **({"cutoffs_s": [1000.0], "rounds": 10, "seed": 1} | wrong))


@pytest.mark.parametrize("cutoff_s", [0.7, 1.4, 3.9, 7.0])  # two of them whole numbers of attempts
@pytest.mark.parametrize("measure", MEASURES)
def test_exact_means_of_one_repeater_with_a_cut_off_against_sums_over_attempts(cutoff_s, measure):
    attempts = np.arange(1, 400)
    links = chain.Links(cycle_time_s=[0.7, 0.7], success_probability=0.2, message_time_s=0.0, werner=0.95)
    nodes = chain.Nodes(coherence_time_s=[25.0, 8.0, 25.0])
    decay_hz = 1 / 8 + (1 / 25 if measure == "on_knowledge" else 0)
    chance = 0.2 * 0.8 ** (attempts - 1)
    both, left_s, right_s = np.outer(chance, chance), 0.7 * attempts[:, None], 0.7 * attempts
    waits_s = np.abs(left_s - right_s)
    done = waits_s <= cutoff_s + 1e-9
    parallel = both, np.where(done, np.maximum(left_s, right_s), np.minimum(left_s, right_s) + cutoff_s), waits_s, done
    done = np.broadcast_to(right_s <= cutoff_s + 1e-9, both.shape)
    sequential = both, left_s + np.where(done, right_s, cutoff_s), np.broadcast_to(right_s, both.shape), done
    for protocol, (weight, time_s, stored_s, success) in (
        (chain.GlobalCutoff(cutoff_s=cutoff_s, measure=measure), parallel),
        (chain.SequentialCutoff(cutoff_s=cutoff_s, measure=measure), sequential),
        (chain.SequentialCutoff(cutoff_s=cutoff_s, measure=measure, order=["random"]), sequential),
    ):
        exact = chain.exact(links, nodes, protocol)
        assert exact.duration_s == pytest.approx((weight * time_s).sum() / weight[success].sum(), rel=1e-12)
        kept = (weight * np.exp(-stored_s * decay_hz))[success].sum() / weight[success].sum()
        assert exact.werner == pytest.approx(0.95**2 * kept, rel=1e-12)


def test_ties_of_one_sequential_repeater():
    """All times are whole, so that a state is often exactly as old as the cut-off: it may still be used."""
    links = chain.Links(cycle_time_s=[1.0, 2.0], success_probability=[0.4, 0.5], message_time_s=0.0)
    nodes, protocol = chain.Nodes(coherence_time_s=20.0), chain.SequentialCutoff(cutoff_s=4.0)
    exact = chain.exact(links, nodes, protocol)
    assert exact.duration_s == pytest.approx((2.5 + 3.0) / 0.75, rel=1e-12)  # up to two attempts of the second link
    found = chain.sample(links, nodes, protocol, deliveries=100_000, seed=1)
    assert abs(found.duration_s - exact.duration_s) < Z * found.duration_s_se
    slow = chain.simulate_events(links, nodes, protocol, deliveries=3100, seed=2)
    assert max(np.abs(list(scores(found, slow, 100, 50)))) < Z


def test_a_coin_between_uneven_links_with_a_cut_off():
    """The mean over both orders of numerators and chances; |z| < 4.5 against a sample."""
    links = chain.Links(cycle_time_s=[1.0, 0.6], success_probability=[0.3, 0.15], message_time_s=0.0)
    nodes = chain.Nodes(coherence_time_s=[30.0, 20.0, 10.0])
    one, other, coin = (
        chain.exact(links, nodes, chain.SequentialCutoff(cutoff_s=2.3, order=order))
        for order in ("left_first", "right_first", "random")
    )
    chance = np.array([1 - 0.85**3, 1 - 0.7**2])
    assert coin.duration_s == pytest.approx(chance @ [one.duration_s, other.duration_s] / chance.sum(), rel=1e-12)
    assert coin.werner == pytest.approx(chance @ [one.werner, other.werner] / chance.sum(), rel=1e-12)
    found = chain.sample(links, nodes, chain.SequentialCutoff(cutoff_s=2.3, order="random"), deliveries=100_000, seed=1)
    assert abs(found.duration_s - coin.duration_s) < Z * found.duration_s_se
    assert abs(found.qber - (1 - coin.werner) / 2) < Z * found.qber_se


def test_cut_offs_that_let_nothing_through_are_refused():
    links = chain.Links(cycle_time_s=[1.0, 0.7], success_probability=[0.3, 0.5], message_time_s=0.0)
    for protocol in (
        chain.SequentialCutoff(cutoff_s=0.5),
        chain.GlobalCutoff(cutoff_s=1e-6),
        chain.LocalCutoff(cutoff_s=1e-6),
    ):
        with pytest.raises(Refused, match="cutoff_s must"):
            chain.simulate_events(links, protocol=protocol, deliveries=10, seed=1)
    with pytest.raises(
        Refused, match=r"cutoff_s must let one round in 10000 or more succeed, but 0\.5 lets one in inf"
    ):
        chain.sample(links, protocol=chain.SequentialCutoff(cutoff_s=0.5), deliveries=10, seed=1)
