"""Real routes: lengths and huts as they are assumed, closed forms of predictors."""

import itertools

import numpy as np
import pytest

from qnet import route
from qnet.errors import Refused
from qnet.route import zoo
from qnet.route.zoo_loss import mean_of_slowest, predictors

BASE = {"route_factor": 1.56, "route_factor_scatter": 0.24, "hut_km": 80.0}
SOME = BASE | {"most_routes": 5, "shortest_km": 200.0, "longest_km": 1500.0}


def of(network="Surfnet", number=3, **changed):
    return route.ZooRoute(network=network, number=number, **SOME | changed)


@pytest.mark.parametrize("means", [[1.0, 2.0, 3.0], [1.0], [1.0] * 6, [1e-3, 5.0], [0.2, 0.9, 4.0, 4.0, 7.0]])
def test_mean_of_the_slowest_by_inclusion_and_exclusion(means):
    """E max = sum over subsets of (-1)^(size + 1) / (sum of rates)."""
    exact = sum(
        (-1) ** (size + 1) / sum(1 / mean for mean in part)
        for size in range(1, len(means) + 1)
        for part in itertools.combinations(means, size)
    )
    np.testing.assert_allclose(mean_of_slowest(np.array(means)), exact, rtol=1e-3)


def test_predictors_of_even_and_of_zigzag_chains():
    np.testing.assert_allclose(predictors(np.full(7, 40.0)), 0, atol=1e-3)
    lengths = 50 * (1 + 0.2 * np.tile([1, -1], 4))
    mean, rms, excess, log_mean, log_slowest = predictors(lengths)
    np.testing.assert_allclose([mean, rms], 0.2)
    np.testing.assert_allclose(excess, 10 * 0.2 / 10 * np.log(10), rtol=1e-6)  # 50 km are 10 dB
    np.testing.assert_allclose(log_mean, np.log(np.cosh(0.2 * np.log(10))), rtol=1e-6)
    assert excess > log_slowest > log_mean
    times = np.random.default_rng(1).exponential(lengths * np.exp(lengths * np.log(10) / 50), (200_000, 8)).max(axis=1)
    even = 50 * 10 * (1 / np.arange(1, 9)).sum()  # mean times are L exp(L / L_att), up to a factor
    error = times.std() / np.sqrt(len(times)) / times.mean()
    assert abs(np.log(times.mean() / even) - log_slowest) < 4 * error + 1e-3  # which the rule of integration may be off


def test_lengths_scatter_as_they_should():
    """Of all spans of some networks, within four standard errors."""
    factors = []
    for name in ("Surfnet", "Dfn", "Renater2010", "Funet", "Iris"):
        plain = zoo._straight(name)
        scattered = zoo.map_of(route.Network(network=name, **BASE))
        factors += [
            np.log(b.length_km / a.length_km)
            for a, b in zip(plain.spans, scattered.spans, strict=True) if a.length_km > 0
        ]  # fmt: skip
    count = len(factors)
    assert count > 200
    assert min(factors) >= 0
    assert abs(np.mean(factors) - np.log(1.56)) < 4 * 0.24 / np.sqrt(count) + 0.01  # what is cut at 1 adds 0.004
    assert abs(np.std(factors) - 0.24) < 4 * 0.24 / np.sqrt(2 * count)
    other = zoo.map_of(route.Network(network="Surfnet", **BASE, draw=2))
    assert other.spans != zoo.map_of(route.Network(network="Surfnet", **BASE)).spans


def test_huts_part_long_spans_alone():
    with_huts, without = (zoo.taken(of("Renater2010", hut_km=km)) for km in (80.0, 3000.0))
    np.testing.assert_allclose(with_huts.length_km(), without.length_km())
    assert max(span.length_km for span in with_huts.spans) <= 80 < max(span.length_km for span in without.spans)
    assert {site.name for site in without.sites} <= {site.name for site in with_huts.sites}


def test_routes_are_as_long_as_asked_and_lead_by_way_of_a_third_place():
    for number in range(1, 6):
        found = zoo.taken(of("Dfn", number, hut_km=3000.0))
        assert 200 <= found.length_km() <= 1500
        assert len(found.sites) > 2
    assert zoo.taken(of("Dfn", 5, longest_km=210.0, shortest_km=209.9)) is None


def test_a_map_of_an_earlier_year_is_marked_and_has_no_routes_unless_asked():
    asked = {"coherence_time_s": 1.0, "deliveries": 100, "seed": 1}
    early = route.zoo_loss(of("Belnet2003"), **asked)
    assert (early.exists, early.repeated) == (False, True)
    every = route.zoo_loss(of("Belnet2003", latest_maps=False), **asked)
    assert (every.exists, every.repeated) == (True, True)
    assert not route.zoo_loss(of("Belnet2010"), **asked).repeated


def test_the_choice_is_never_worse_than_the_rules():
    found = route.zoo_choice(
        of(hut_km=40.0, longest_km=500.0), werner=0.99, coherence_time_s=1.0, deliveries=20_000, seed=1
    )
    assert found.has_key
    for rule in ("all", "nearest", "squares", "every"):
        assert getattr(found, f"{rule}_loss") > -4 * getattr(found, f"{rule}_loss_se") - 0.01


def test_central_midpoints_cost_nothing():
    """A route of equal spans: its repeaters and its midpoints stand where they would stand anyway."""
    found = route.zoo_midpoints(
        of("Surfnet", 1, hut_km=10.0), clicks="double", q=0.0, p_det=0.5, coherence_time_s=10.0, deliveries=500, seed=1
    )
    assert found.midpoint_asymmetry < 0.2
    assert found.both_loss >= found.repeaters_loss - 4 * found.both_loss_se


@pytest.mark.parametrize(("changed", "said"), [
    ({"network": "Nowhere"}, "map must be one of the package topohub"),
    ({"number": 6}, "number must lie in 1 to most_routes"),
    ({"route_factor": 0.5}, "route_factor must lie in"),
    ({"route_factor_scatter": -1.0}, "route_factor_scatter must lie in"),
    ({"hut_km": 0.0}, "hut_km must lie in"),
])  # fmt: skip
def test_what_is_wrong_is_said(changed, said):
    with pytest.raises(Refused, match=said):
        route.zoo_loss(of(**changed), coherence_time_s=1.0, deliveries=100, seed=1)
