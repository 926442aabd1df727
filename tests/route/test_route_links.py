"""Links of a route against the papers' links where these apply, and key rates of uneven chains against events."""

import numpy as np
import pytest

from fibre_maps import line, scattered
from qnet import chain, key_rate, midpoint, route
from qnet.errors import Refused

Z = 4.5
LENGTHS = [31.0, 12.0, 40.0, 25.0]


def same(one, other):
    for name in ("cycle_time_s", "success_probability", "message_time_s", "werner", "x", "z"):
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=1e-12)


def test_direct_links_are_those_of_the_paper():
    same(line(LENGTHS).chain("all"), chain.fibre_links(link_lengths_km=LENGTHS))
    same(line(LENGTHS).chain(["s3", "s1"]), chain.fibre_links(link_lengths_km=[31.0, 52.0, 25.0]))
    same(line(LENGTHS).chain([]), chain.fibre_links(link_lengths_km=[108.0]))
    fibre = chain.Fibre(attenuation_db_per_km=0.3, message_speed=1.5)
    found = line(LENGTHS).chain("all", route.Direct(fibre=fibre, werner=0.97))
    same(found, chain.fibre_links(fibre, link_lengths_km=LENGTHS, werner=0.97))


def test_a_measured_loss_counts_instead_of_the_fibres():
    found = line(LENGTHS, [9.0, None, 10.0, 0.0]).chain(["s2", "s3"])
    np.testing.assert_allclose(-10 * np.log10(found.success_probability), [9.0 + 0.2 * 12, 10.0, 0.0], atol=1e-12)
    np.testing.assert_allclose(found.cycle_time_s, np.array([43.0, 40.0, 25.0]) / 200_000)


def test_between_sites_the_loss_of_a_span_grows_evenly():
    found = line(LENGTHS, [9.0, None, 10.0, 0.0]).links([0.0, 15.5, 63.0, 108.0])
    np.testing.assert_allclose(-10 * np.log10(found.success_probability), [4.5, 4.5 + 2.4 + 5.0, 5.0], atol=1e-12)


def test_the_even_chain_has_the_same_length_and_loss():
    found = line(LENGTHS, [9.0, None, 10.0, 0.0]).even_chain(4)
    np.testing.assert_allclose(-10 * np.log10(found.success_probability), (9 + 2.4 + 10) / 4)
    np.testing.assert_allclose(found.cycle_time_s, 27.0 / 200_000)


@pytest.mark.parametrize("photons", [
    midpoint.DoubleClickPhotons(indistinguishability=0.9, emission_fidelity=0.99),
    midpoint.SingleClickPhotons(q=1e-3, indistinguishability=0.9),
])  # fmt: skip
@pytest.mark.parametrize(("where", "asymmetry"), [("centre", [0, 0]), ("sites", [31 - 12, 40 - 25]), (["s1", "s3"], [31 - 12, 40 - 25])])  # fmt: skip
def test_heralded_links_are_those_of_qnet_midpoint(photons, where, asymmetry):
    detectors = midpoint.Detectors(dark_count=1e-6)
    technology = route.Heralded(p_det=0.3, photons=photons, detectors=detectors, local_time_s=4e-4, midpoints=where)
    found = line(LENGTHS).chain(["s2"], technology)
    link = midpoint.Midpoint(length_km=[43.0, 65.0], asymmetry_km=asymmetry, p_det=0.3)
    protocol = midpoint.double_click if isinstance(photons, midpoint.DoubleClickPhotons) else midpoint.single_click
    herald = protocol(link, photons, detectors)
    np.testing.assert_allclose(found.success_probability, herald.success_probability)
    np.testing.assert_allclose(found.werner, (4 * herald.fidelity - 1) / 3)
    np.testing.assert_allclose(found.cycle_time_s, midpoint.cycle_time(link, local_time_s=4e-4).cycle_time_s)
    np.testing.assert_allclose(found.message_time_s, np.array([43.0, 65.0]) / 200_000)


def test_a_midpoint_may_stand_at_a_node_where_there_is_no_site_between():
    technology = route.Heralded(p_det=0.3, photons=midpoint.DoubleClickPhotons(), midpoints="sites")
    found = line([30.0, 20.0]).chain("all", technology)
    np.testing.assert_allclose(found.cycle_time_s, 2 * np.array([30.0, 20.0]) / 200_000)


def test_a_measured_loss_is_that_of_its_arm():
    technology = route.Heralded(p_det=1.0, photons=midpoint.DoubleClickPhotons(), midpoints=["s1"])
    found = line([30.0, 20.0], [3.0, 7.0]).chain([], technology)
    np.testing.assert_allclose(found.success_probability, 10**-1.0 / 2)


@pytest.mark.parametrize("seed", range(10))
def test_key_rates_of_uneven_chains_against_the_event_simulator(seed):
    uneven = scattered(4, 75.0, seed)
    links, nodes = uneven.chain("all"), chain.Nodes(coherence_time_s=0.05)
    found = chain.sample(links, nodes, deliveries=200_000, seed=1)
    events = chain.simulate_events(links, nodes, deliveries=6_100, seed=seed)
    blocks = 30  # of 200 deliveries, after 100
    time = np.diff(events.delivered_s)[99:].reshape(blocks, -1).mean(axis=1)
    qber = ((1 - events.werner) / 2)[100:].reshape(blocks, -1).mean(axis=1)
    both = np.cov(time, qber) / blocks
    rate = key_rate.bb84(
        duration_s=time.mean(), qber=qber.mean(), duration_s_se=np.sqrt(both[0, 0]), qber_se=np.sqrt(both[1, 1]),
        covariance=both[0, 1],
    )  # fmt: skip
    assert rate.key_rate_hz > 0
    assert abs(found.key_rate_hz - rate.key_rate_hz) < Z * np.hypot(found.key_rate_hz_se, rate.key_rate_hz_se)


@pytest.mark.parametrize(("call", "said"), [
    (lambda r: r.chain("some"), "repeaters must be 'all' or a list of names, but is 'some'"),
    (lambda r: r.chain(["s0"]), "repeaters must be sites between the ends of the route, s1, s2, s3, but one is 's0'"),
    (lambda r: r.chain(["x"]), "repeaters must be sites between the ends of the route, s1, s2, s3, but one is 'x'"),
    (lambda r: r.links([0.0, 10.0, 10.0]), "nodes_km must list two positions or more that rise, but is [0.0, 10.0, 10.0]"),
    (lambda r: line([10.0, 0.0, 5.0]).chain(["s1", "s2"]), "nodes must be apart, but s1 and s2 are 0 km from each other"),
    (lambda r: line([10.0, 6000.0]), "length_km of the span from s1 to s2 must be at most longest_span_km = 3000, but is 6000.0"),
    (lambda r: line([2800.0, 2600.0]).chain([]), "links must succeed with a probability of 1e-100 or more, but one of 5400 km and 1080 dB does with 1e-108"),
    (lambda r: r.chain(["s2"], route.Heralded(p_det=0.3, photons=midpoint.DoubleClickPhotons(), midpoints=["s1"])), "midpoints must be one in each link, but are 0 between 43 and 108 km"),
    (lambda r: r.chain(["s2"], route.Heralded(p_det=0.3, photons=midpoint.DoubleClickPhotons(), midpoints=["x"])), "midpoints must be sites of the route, but 'x' is none"),
    (lambda r: route.Heralded(p_det=0.3, photons=midpoint.DoubleClickPhotons(), midpoints="x"), "midpoints must be 'centre', 'sites' or a list of names, but is 'x'"),
    (lambda r: route.Heralded(p_det=0.3, photons=None), "photons must be a DoubleClickPhotons or a SingleClickPhotons, but is None"),
    (lambda r: route.Heralded(p_det=1.3, photons=midpoint.DoubleClickPhotons()), "p_det must lie in [0, 1], but is 1.3"),
    (lambda r: route.Direct(werner=2.0), "werner must lie in [-1/3, 1], but is 2.0"),
])  # fmt: skip
def test_what_is_wrong_with_links_is_refused(call, said):
    with pytest.raises(Refused) as refusal:
        call(line(LENGTHS))
    assert str(refusal.value) == said
