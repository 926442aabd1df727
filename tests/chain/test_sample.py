"""The sampled chain against exact means and against the event simulator, and its error bars."""

import itertools

import numpy as np
import pytest
from attrs import asdict, evolve
from numba import njit

from qnet import chain
from qnet.chain import estimate
from qnet.chain.kernels import attempts, forget
from qnet.chain.protocols import swap_asap
from qnet.errors import Refused

Z = 4.5  # of a few hundred comparisons, none should be off by more; once in a thousand test suites one is
CONVENTIONS = [
    chain.SwapAsap(restart=r, messages=m, measure=e)
    for r, m, e in itertools.product(
        ("as_soon_as_free", "restart_together"), (False, True), ("on_knowledge", "at_once", "one_message_later")
    )
]
TOGETHER = [c for c in CONVENTIONS if c.restart == "restart_together"]
UNEVEN = chain.Links(
    cycle_time_s=[1.0, 0.7, 1.3, 0.9, 1.1],
    success_probability=[0.3, 0.5, 0.2, 0.6, 0.25],
    message_time_s=[0.5, 0.2, 0.9, 0.4, 0.7],
    werner=0.97,
)


def close(found: chain.Performance, exact: chain.Exact) -> None:
    assert abs(found.duration_s - exact.duration_s) < Z * found.duration_s_se
    assert abs(found.qber - (1 - exact.werner) / 2) < Z * found.qber_se + 1e-15


def test_what_memories_lose_is_good_to_rounding():
    """Against the mathematical library, at times from far below to far above the coherence time."""
    rng = np.random.default_rng(6)
    waits = np.concatenate([10 ** rng.uniform(-300, 30, 20_000), 10 ** rng.uniform(-3, 2, 20_000), [0, 0.5, 64, 1e300]])
    lost = np.zeros_like(waits)
    njit(lambda waits, lost: forget(waits, lost))(waits, lost)  # no cache, which would not see an edit
    np.testing.assert_allclose(lost, -np.expm1(-waits), rtol=4e-16, atol=0)


@pytest.mark.parametrize("p", [0.9, 0.5, 0.1, 1e-3, 1e-9])
def test_attempts_are_geometric(p):
    chains, draws = 1000, 400
    state = np.random.SeedSequence(5).generate_state(4 * chains, np.uint64).reshape(4, chains)
    out = np.empty(chains)
    found = np.empty((draws, chains))
    for row in found:
        attempts(state, np.log(2) / np.log1p(-p), 0.0, 1.0, out)
        row[:] = out
    assert (found == np.floor(found)).all()
    assert found.min() >= 1
    assert abs(found.mean() - 1 / p) < Z * np.sqrt(1 - p) / p / np.sqrt(found.size)
    for bound in np.unique(np.ceil(np.array([1.0, 2.0, 3.0, 0.1 / p, 1 / p, 3 / p, 7 / p]))):
        survival = np.exp(bound * np.log1p(-p))
        sd = np.sqrt(survival * (1 - survival) / found.size)
        assert abs((found > bound).mean() - survival) < Z * sd + 1e-15
    by_chain = found.mean(axis=0) * p - 1
    assert abs((by_chain**2).mean() * draws / (1 - p) - 1) < Z * np.sqrt(20 / chains)  # chains are not alike


def test_a_certain_link_takes_one_attempt():
    found = chain.sample(
        links=chain.Links(cycle_time_s=[1.0, 2.0], success_probability=1.0, message_time_s=0.0), deliveries=100, seed=1
    )
    assert (found.duration_s, found.duration_s_se) == (2, 0)
    assert found.qber == pytest.approx((1 - np.exp(-2)) / 2, rel=1e-14, abs=0)


@pytest.mark.parametrize("protocol", TOGETHER, ids=str)
@pytest.mark.parametrize("links", [1, 2, 5])
def test_exact_means(links, protocol):
    some = chain.Links(**{name: values[:links] for name, values in asdict(UNEVEN).items()})
    close(
        chain.sample(
            links=some, deliveries=300_000, seed=links, nodes=chain.Nodes(coherence_time_s=20.0), protocol=protocol
        ),
        chain.exact(links=some, nodes=chain.Nodes(coherence_time_s=20.0), protocol=protocol),
    )


@pytest.mark.parametrize("protocol", [c for c in CONVENTIONS if c not in TOGETHER], ids=str)
def test_exact_means_of_one_repeater_that_does_not_wait(protocol):
    some = chain.Links(cycle_time_s=[1.0, 0.6], success_probability=[0.3, 0.2], message_time_s=[2.0, 0.5])
    close(
        chain.sample(
            links=some, deliveries=300_000, seed=3, nodes=chain.Nodes(coherence_time_s=20.0), protocol=protocol
        ),
        chain.exact(links=some, nodes=chain.Nodes(coherence_time_s=20.0), protocol=protocol),
    )


@pytest.mark.parametrize("seed", range(6))
def test_event_by_event(seed):
    """Random chains of 2 to 12 uneven links, under each convention; batch means give the events' errors."""
    rng = np.random.default_rng(seed)
    count = [2, 3, 4, 6, 9, 12][seed]
    lattice = rng.integers(1, 5, (2, count)) * 0.25 if seed % 2 else rng.uniform(0.2, 1.5, (2, count))
    links = chain.Links(
        cycle_time_s=lattice[0],
        success_probability=rng.uniform(0.2, 0.9, count),
        message_time_s=lattice[1],
        werner=rng.uniform(0.9, 1, count),
    )
    for i, protocol in enumerate(CONVENTIONS):
        fast = chain.sample(
            links=links, deliveries=200_000, seed=seed, nodes=chain.Nodes(coherence_time_s=15.0), protocol=protocol
        )
        slow = chain.simulate_events(
            links=links,
            deliveries=1200,
            seed=100 * seed + i,
            nodes=chain.Nodes(coherence_time_s=15.0),
            protocol=protocol,
        )
        warm_up, batches = 200, 25
        time = np.diff(slow.delivered_s)[warm_up - 1 :].reshape(batches, -1).mean(axis=1)
        qber = (1 - slow.werner[warm_up:].reshape(batches, -1).mean(axis=1)) / 2
        for found, se, batch in ((fast.duration_s, fast.duration_s_se, time), (fast.qber, fast.qber_se, qber)):
            spread = np.hypot(se, batch.std(ddof=1) / np.sqrt(batches))
            assert abs(found - batch.mean()) < 5.5 * spread  # as far out, with 24 degrees of freedom, as Z for many


@pytest.mark.parametrize("protocol", [CONVENTIONS[3], TOGETHER[3]], ids=str)
def test_intervals_cover_as_often_as_they_say(protocol):
    """95 % intervals of 400 runs: as many hold the truth, within 4.5 standard errors of such a count."""
    if protocol.restart == "restart_together":
        exact = chain.exact(links=UNEVEN, nodes=chain.Nodes(coherence_time_s=1000.0), protocol=protocol)
        truth = (exact.duration_s, (1 - exact.werner) / 2)
    else:
        long = chain.sample(
            links=UNEVEN, deliveries=30_000_000, seed=999, nodes=chain.Nodes(coherence_time_s=1000.0), protocol=protocol
        )
        truth = (long.duration_s, long.qber)
    rate = float(chain_rate(*truth))
    assert rate > 0
    runs = 400
    hits = np.zeros(3)
    for seed in range(runs):
        found = chain.sample(
            links=UNEVEN, deliveries=20_000, seed=seed, nodes=chain.Nodes(coherence_time_s=1000.0), protocol=protocol
        )
        pairs = (
            (found.duration_s, found.duration_s_se),
            (found.qber, found.qber_se),
            (found.key_rate_hz, found.key_rate_hz_se),
        )
        hits += [abs(value - true) < 1.96 * se for (value, se), true in zip(pairs, (*truth, rate), strict=True)]
    assert (abs(hits / runs - 0.95) < Z * np.sqrt(0.95 * 0.05 / runs)).all(), hits / runs


def chain_rate(duration_s: float, qber: float) -> float:
    from qnet.key_rate import bb84

    return bb84(duration_s=duration_s, qber=qber).key_rate_hz


FIBRES = [
    chain.fibre_links(link_lengths_km=np.broadcast_to(length_km, links))
    for links, length_km in [(2, 20.0), (20, 50.0), (60, 30.0), (20, 5.0), (20, [0.1] + [4.0] * 19)]
]
INNER = [  # links between the ends that fail, and may be late by more than messages take
    chain.Links(cycle_time_s=[1.0, 5.0, 5.0, 1.0], success_probability=[p_end, p, p, p_end], message_time_s=5.0)
    for p_end, p in [(0.5, 0.8), (0.9999, 0.8), (1.0, 0.3), (1.0, 0.8)]
] + [chain.Links(cycle_time_s=[1.0, 4.0, 7.0], success_probability=[1.0, 0.7, 1.0], message_time_s=[5.0, 4.0, 6.0])]


def deliveries_after(links, protocol, number, *, seed, chains=20_000, late=(0.0, 0.0)):
    """Sums over two deliveries, which are an even number of those that the ends take turns in, chain by chain."""
    waits = protocol.measure == "one_message_later"
    news = swap_asap.news_s(links, protocol) + waits * links.message_time_s.sum()
    decay = 1 / (5 * links.message_time_s.sum())
    state = np.random.SeedSequence(seed).generate_state(4 * chains, np.uint64).reshape(4, -1)
    decay_hz = np.full(len(links) + 1, decay)
    return swap_asap.run(
        state, links.law(decay_hz), None, *news, decay_hz, True, False, np.array(late), number, 2
    )  # fmt: skip


@pytest.mark.parametrize(
    ("links", "protocol"),
    [(links, chain.SwapAsap(messages=m)) for links in FIBRES for m in (False, True)]
    + [(links, chain.SwapAsap(messages=True)) for links in INNER]
    + [(FIBRES[1], chain.SwapAsap(messages=m, measure="one_message_later")) for m in (False, True)],
)
def test_the_transient_is_over_before_anything_counts(links, protocol):
    """The first deliveries that count, over 20 000 chains, against later ones; early ones do differ."""
    settled = protocol.warm_up_rounds(links)
    early, first, late = (
        deliveries_after(links, protocol, number, seed=seed)
        for seed, number in enumerate([0, settled, settled + settled // 4 * 2])
    )
    sd = np.sqrt(late.var(axis=1) / late.shape[1])
    assert (abs(first.mean(axis=1) - late.mean(axis=1)) < Z * np.sqrt(2) * sd).all()
    if len(links) > 2:
        assert (abs(early.mean(axis=1) - late.mean(axis=1)) > 3 * Z * sd).all()


@pytest.mark.parametrize(
    ("links", "messages"), [(links, False) for links in FIBRES[:4]] + [(links, True) for links in INNER]
)
def test_hardly_a_chain_remembers_how_it_began(links, messages):
    """At most one in a thousand: of 4000, as many as 4, whichever end was busy for long at first, all luck the same."""
    protocol = chain.SwapAsap(messages=messages)
    settled = protocol.warm_up_rounds(links)
    busy = links.message_time_s.sum() if messages else 3 * (links.cycle_time_s / links.success_probability).max()
    empty, *others = (
        deliveries_after(links, protocol, settled, seed=1, chains=4000, late=late)
        for late in ((0.0, 0.0), (busy, 0.0), (0.0, busy))
    )
    for other in others:
        assert (~np.isclose(empty, other, rtol=1e-9, atol=0)).any(axis=0).sum() <= 4


def test_ends_that_scatter_too_little_for_inner_links_to_help():
    """Inner links that are never late by what messages take leave everything to the ends."""
    for ends, inner, message, refusal in ((0.9999, 0.999, 1e3, r"take 1\.2e\+11"), (1.0, 0.1, 40.0, "do not")):
        links = chain.Links(
            cycle_time_s=[1.0] * 4, success_probability=[ends, inner, 0.9, ends], message_time_s=message
        )
        with pytest.raises(Refused, match=rf"links must settle within 1e\+06 deliveries, but {refusal}: with messages"):
            CONVENTIONS[3].warm_up_rounds(links)


@pytest.mark.parametrize("width", [1, 7, 128])
def test_threads_and_chunks_change_nothing(monkeypatch, width):
    links = chain.fibre_links(link_lengths_km=[50.0, 30.0, 60.0])
    protocol = chain.SwapAsap(messages=True)
    expected = chain.sample(links, protocol=protocol, deliveries=10_000, seed=11)
    monkeypatch.setattr(estimate, "_CHAINS_PER_CALL", width)
    monkeypatch.setattr(estimate, "get_num_threads", lambda: 3)
    assert chain.sample(links, protocol=protocol, deliveries=10_000, seed=11) == expected
    assert chain.sample(links, protocol=protocol, deliveries=10_000, seed=12) != expected


def test_invariants():
    lengths = [50.0, 30.0, 60.0, 45.0]
    base = {"link_lengths_km": lengths, "deliveries": 100_000, "seed": 1}
    found = chain.swap_asap(**base)
    for other in (chain.swap_asap(**(base | {"link_lengths_km": lengths[::-1], "seed": 2})),):  # mirror image
        assert abs(other.duration_s - found.duration_s) < Z * np.hypot(other.duration_s_se, found.duration_s_se)
        assert abs(other.qber - found.qber) < Z * np.hypot(other.qber_se, found.qber_se)
    fibre = chain.Fibre(speed_km_per_s=100_000.0)
    slow = chain.swap_asap(
        fibre=fibre, **(base | {"nodes": chain.Nodes(coherence_time_s=2.0)})
    )  # all times twice as long
    assert slow.duration_s == pytest.approx(2 * found.duration_s, rel=1e-12, abs=0)
    assert slow.qber == pytest.approx(found.qber, rel=1e-12, abs=0)
    qber = [
        chain.swap_asap(**(base | {"nodes": chain.Nodes(coherence_time_s=t)})).qber
        for t in (1e-30, 0.01, 1.0, 100.0, np.inf)
    ]
    assert (np.diff(qber) < 0).all()
    assert (qber[0], qber[-1]) == (0.5, 0)
    at_once, told = (
        chain.swap_asap(protocol=protocol, **base)
        for protocol in (chain.SwapAsap(measure="at_once"), chain.SwapAsap(messages=True))
    )
    assert at_once.duration_s == found.duration_s < told.duration_s
    assert at_once.qber < found.qber < told.qber


def test_ends_that_never_fail_take_turns_for_ever():
    """Without randomness at the ends, deliveries alternate; an even number of them has the right mean: 7.25."""
    links = chain.Links(cycle_time_s=[1.0, 1.0, 1.5], success_probability=[1.0, 0.9, 1.0], message_time_s=3.0)
    for deliveries in (32, 96, 1_000_512):
        found = chain.sample(
            links=links,
            deliveries=deliveries,
            seed=1,
            nodes=chain.Nodes(coherence_time_s=100.0),
            protocol=CONVENTIONS[3],
        )
        assert found.duration_s == pytest.approx(7.25, rel=1e-12, abs=0)


def test_extended_fibre_can_help_where_attempts_hardly_fail():
    """Equal links are done together and store nothing: 20 links of 5 km, exact and sampled."""
    placed = chain.AlternatingChain(asymmetry=0.3, links=20, length_km=100.0)
    extended, together = evolve(placed, layout="extended_fibre"), chain.SwapAsap(restart="restart_together")
    exact = [
        chain.exact_alternating_chain(each, chain.Nodes(coherence_time_s=4e-3), together).key_rate_hz
        for each in (extended, placed)
    ]
    assert exact[0] / exact[1] == pytest.approx(1.142, abs=5e-4)
    for seed, (each, rate) in enumerate(zip((extended, placed), exact, strict=True), start=1):
        found = chain.alternating_chain(
            each, chain.Nodes(coherence_time_s=4e-3), together, deliveries=100_000, seed=seed
        )
        assert abs(found.key_rate_hz - rate) < Z * found.key_rate_hz_se


def test_generator_is_xoshiro256_plus():
    """Against plain integers: 52 bits of the sum, 2 - 1.bits = u, in the inversion for p = 1/2, whose log2 is exact."""
    mask = 2**64 - 1
    state = np.random.SeedSequence(8).generate_state(4 * 3, np.uint64).reshape(4, 3)
    plain = [[int(x) for x in column] for column in state.T]
    out = np.empty(3)
    for _ in range(2000):
        attempts(state, -1.0, 0.0, 1.0, out)
        for i, s in enumerate(plain):
            left = 2**52 - (((s[0] + s[3]) & mask) >> 12)  # u in units of 2^-52
            assert out[i] == 53 - left.bit_length() + (left & (left - 1) == 0)
            shifted = (s[1] << 17) & mask
            s[2] ^= s[0]
            s[3] ^= s[1]
            s[1] ^= s[2]
            s[0] ^= s[3]
            s[2] ^= shifted
            s[3] = ((s[3] << 45) | (s[3] >> 19)) & mask


def test_without_messages_up_to_three_links_restart_together_anyway():
    for count in (1, 2, 3):
        free, together = (
            chain.sample(
                links=chain.Links(cycle_time_s=[1.0, 0.7, 1.3][:count], success_probability=0.4, message_time_s=0.3), deliveries=200_000, seed=4,
                nodes=chain.Nodes(coherence_time_s=10.0), protocol=chain.SwapAsap(restart=restart),
            ) for restart in ("as_soon_as_free", "restart_together")
        )  # fmt: skip
        assert abs(free.duration_s - together.duration_s) < Z * np.hypot(free.duration_s_se, together.duration_s_se)


def test_initial_states_multiply():
    perfect = chain.Links(
        cycle_time_s=UNEVEN.cycle_time_s,
        success_probability=UNEVEN.success_probability,
        message_time_s=UNEVEN.message_time_s,
    )
    noisy, clean = (chain.sample(links=links, deliveries=1000, seed=1) for links in (UNEVEN, perfect))
    assert 1 - 2 * noisy.qber == pytest.approx((1 - 2 * clean.qber) * 0.97**5, rel=1e-12, abs=0)


def test_extremes():
    far = chain.swap_asap(
        link_lengths_km=[2000.0, 2000.0], deliveries=3000, seed=1, nodes=chain.Nodes(coherence_time_s=np.inf)
    )
    assert abs(far.duration_s - 0.01 * 1.5e40) < Z * far.duration_s_se
    near = chain.swap_asap(link_lengths_km=[1e-3] * 3, deliveries=1000, seed=1)
    assert near.duration_s == pytest.approx(5e-9, rel=1e-3)
    fibre = chain.Fibre(attenuation_db_per_km=0.0)
    clear = chain.swap_asap(fibre=fibre, link_lengths_km=[50.0] * 3, deliveries=10, seed=1)
    assert (clear.duration_s, clear.qber) == (pytest.approx(2.5e-4), 0)


def test_alternating_chain_samples_its_links():
    placed = chain.AlternatingChain(asymmetry=0.3, links=4, length_km=200.0, layout="extended_fibre")
    found = chain.alternating_chain(placed, deliveries=1000, seed=2)
    one = chain.swap_asap(link_lengths_km=[65.0] * 4, deliveries=1000, seed=2)
    assert found.duration_s == pytest.approx(one.duration_s, rel=1e-12, abs=0)
    for seed, asymmetry in ((1, 0.0), (2, 0.3)):
        two = chain.AlternatingChain(asymmetry=asymmetry, links=2, length_km=100.0)
        exact = chain.exact_alternating_chain(two)
        sampled = chain.alternating_chain(two, deliveries=100_000, seed=seed)
        assert abs(exact.key_rate_hz - sampled.key_rate_hz) < Z * sampled.key_rate_hz_se


def test_messages_may_be_faster_than_photons():
    """By radio: the times of messages shrink, nothing else; news in no time is no news to wait for."""
    placed = chain.AlternatingChain(asymmetry=0.3, links=4, length_km=200.0)
    lengths = placed.link_lengths_km()
    photons, faster = chain.fibre_links(link_lengths_km=lengths), chain.Fibre(message_speed=1.5)
    radio = chain.Links(
        cycle_time_s=photons.cycle_time_s,
        success_probability=photons.success_probability,
        message_time_s=lengths / 300_000,
    )
    for protocol in (c for c in CONVENTIONS if c.messages):
        one = chain.alternating_chain(placed, protocol=protocol, fibre=faster, deliveries=1000, seed=1)
        assert one.qber == pytest.approx(chain.sample(links=radio, protocol=protocol, deliveries=1000, seed=1).qber)
    together = chain.SwapAsap(restart="restart_together", messages=True)
    exact = chain.exact_alternating_chain(placed, protocol=together, fibre=faster)
    close(
        chain.alternating_chain(placed, protocol=together, fibre=faster, deliveries=300_000, seed=2),
        chain.exact(links=radio, protocol=together),
    )
    slow = chain.exact_alternating_chain(placed, protocol=together)
    at_once = chain.exact_alternating_chain(placed, protocol=evolve(together, messages=False))
    assert at_once.duration_s < exact.duration_s < slow.duration_s
    soon = chain.exact_alternating_chain(placed, protocol=together, fibre=chain.Fibre(message_speed=1e30))
    assert (soon.duration_s, soon.qber) == pytest.approx((at_once.duration_s, at_once.qber), rel=1e-12)


@pytest.mark.parametrize(("arguments", "message"), [
    ({"link_lengths_km": []}, "link_lengths_km must list one link or more"),
    ({"link_lengths_km": [10.0, 0.0]}, r"link_lengths_km must lie in \[1e-30, 1e30\], but has 0.0 at index 1"),
    ({"deliveries": 0}, "deliveries must be a positive integer, but is 0"),
    ({"deliveries": 1e6}, "deliveries must be a positive integer, but is 1000000.0"),
    ({"seed": -1}, "seed must be one integer from 0 to 2\\^64 - 1"),
    ({"seed": [1, 2]}, "seed must be one integer from 0 to 2\\^64 - 1"),
    ({"nodes": 1.0}, "nodes must be a Nodes, but is 1.0"),
    ({"nodes": chain.Nodes(coherence_time_s=[1.0, 2.0])}, "coherence_time_s must be one value, or one for each of 3 nodes"),
    ({"protocol": "later"}, "protocol must be a Protocol, but is 'later'"),
    ({"fibre": 0.2}, "fibre must be a Fibre, but is 0.2"),
])  # fmt: skip
def test_refuses(arguments, message):
    with pytest.raises(Refused, match=message):
        chain.swap_asap(**({"link_lengths_km": [10.0, 20.0], "deliveries": 10, "seed": 1} | arguments))


@pytest.mark.parametrize(("record", "arguments", "message"), [
    (chain.Fibre, {"speed_km_per_s": 0.0}, r"speed_km_per_s must lie in \[1e-30, 1e30\]"),
    (chain.Fibre, {"attenuation_db_per_km": -0.2}, "attenuation_db_per_km must be finite, not negative and at most 1e30"),
    (chain.Fibre, {"message_speed": 0.5}, r"message_speed must lie in \[1, 1e30\], but is 0\.5"),
    (chain.Nodes, {"coherence_time_s": 0.0}, "coherence_time_s must be 1e-30 or more, infinity included, but is 0.0"),
    (chain.Nodes, {"coherence_time_s": float("nan")}, "coherence_time_s must be 1e-30 or more"),
    (chain.Nodes, {"swap_quality": [1.0, 1.1]}, r"swap_quality must lie in \[0, 1\], but has 1.1 at index 1"),
    (chain.Nodes, {"swap_readout_error": 0.6}, r"swap_readout_error must lie in \[0, 1/2\], but is 0.6"),
    (chain.SwapAsap, {"restart": "later"}, "restart must be one of as_soon_as_free, restart_together, but is 'later'"),
    (chain.SwapAsap, {"messages": "yes"}, "messages must be true or false"),
    (chain.SwapAsap, {"measure": ""}, "measure must be one of on_knowledge, one_message_later, at_once, but is ''"),
])  # fmt: skip
def test_records_refuse(record, arguments, message):
    with pytest.raises(Refused, match=message):
        record(**arguments)


def test_refuses_what_does_not_settle_and_unknown_layouts():
    with pytest.raises(Refused, match=r"links must settle within 1e\+06 deliveries, but take"):
        chain.sample(
            links=chain.Links(cycle_time_s=[1.0, 1.0], success_probability=0.999, message_time_s=1e3),
            deliveries=1,
            seed=1,
            protocol=CONVENTIONS[3],
        )
    with pytest.raises(Refused, match="layout must be one of asymmetric, extended_fibre, but is 'x'"):
        chain.AlternatingChain(asymmetry=0.1, links=2, length_km=1.0, layout="x")
