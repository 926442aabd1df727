"""The dynamic programme against all ways, the choice of sites against all subsets of short routes."""

import itertools

import numpy as np
import pytest

from fibre_maps import line, scattered
from qnet import chain, route
from qnet.errors import Refused
from qnet.route.subsets import cheapest_ways


@pytest.mark.parametrize("seed", range(5))
def test_cheapest_ways_against_all_ways(seed):
    rng = np.random.default_rng(seed)
    places, keep = 7, 5
    step, turn = rng.uniform(size=(places, places)), rng.uniform(size=(places, places, places))
    step[rng.uniform(size=step.shape) < 0.2] = np.inf
    found = cheapest_ways(step, turn, places - 1, keep)
    for steps in range(1, places):
        costs = {}
        for inner in itertools.combinations(range(1, places - 1), steps - 1):
            way = (0, *inner, places - 1)
            costs[inner] = sum(step[a, b] for a, b in itertools.pairwise(way)) + sum(
                turn[a, b, c] for a, b, c in zip(way[:-2], way[1:-1], way[2:], strict=True)
            )
        best = [inner for inner in sorted(costs, key=costs.get) if np.isfinite(costs[inner])][:keep]
        assert found.get(steps, []) == best


@pytest.mark.parametrize(("seed", "length_km"), [(0, 300), (1, 300), (2, 300), (3, 400), (4, 400), (5, 250)])
def test_choice_against_all_subsets(seed, length_km):
    """256 subsets: the regret of the choice, by numbers that took no part in either search, is below 1 %."""
    uneven = scattered(8, length_km, seed)
    found = route.choose(uneven, seed=1)
    names = [site.name for site in uneven.sites[1:-1]]
    ways = [way for count in range(9) for way in itertools.combinations(names, count)]
    rates = [chain.sample(uneven.chain(way), deliveries=8000, seed=7).key_rate_hz for way in ways]
    best = [ways[i] for i in np.argsort(rates)[:-11:-1]]
    ratio = chain.compare([uneven.chain(way) for way in (found.repeaters, *best)], deliveries=100_000, seed=9)
    regret = ratio.key_rate_ratio.max() - 1
    assert regret < 0.01 + 3 * ratio.key_rate_ratio_se[ratio.key_rate_ratio.argmax()]


def test_a_given_number_of_repeaters():
    uneven = scattered(8, 300, 3)
    found = route.choose(uneven, repeaters=2, seed=1)
    names = [site.name for site in uneven.sites[1:-1]]
    pairs = list(itertools.combinations(names, 2))
    ratio = chain.compare([uneven.chain(way) for way in (found.repeaters, *pairs)], deliveries=50_000, seed=9)
    assert len(found.repeaters) == 2
    best = ratio.key_rate_ratio.argmax()
    assert ratio.key_rate_ratio[best] - 1 < 0.01 + 3 * ratio.key_rate_ratio_se[best]


def test_only_candidates_are_chosen():
    found = route.choose(scattered(8, 300, 3), candidates=["s2", "s5", "s8"], seed=1, deliveries=2000)
    assert set(found.repeaters) <= {"s2", "s5", "s8"}
    assert route.choose(line([20.0]), seed=1, deliveries=2000).repeaters == ()


def test_the_reported_rate_is_not_that_of_the_search():
    uneven = scattered(8, 300, 3)
    found = route.choose(uneven, seed=1, deliveries=32_000)
    assert found.performance != chain.sample(uneven.chain(found.repeaters), deliveries=32_000, seed=1)
    other = chain.sample(uneven.chain(found.repeaters), deliveries=200_000, seed=5)
    error = np.hypot(other.key_rate_hz_se, found.performance.key_rate_hz_se)
    assert abs(found.performance.key_rate_hz - other.key_rate_hz) < 4.5 * error


@pytest.mark.parametrize(("change", "said"), [
    ({"repeaters": 9}, "repeaters must be one number up to the 8 candidates, but is 9"),
    ({"repeaters": [1]}, "repeaters must be one number up to the 8 candidates, but is [1]"),
    ({"candidates": ["x"]}, "repeaters must be sites between the ends of the route"),
    ({"seed": -1}, "seed must be one integer from 0 to 2^64 - 1, but is -1"),
])  # fmt: skip
def test_what_cannot_be_chosen_is_refused(change, said):
    with pytest.raises(Refused) as refusal:
        route.choose(scattered(8, 300, 3), **{"seed": 1, **change})
    assert str(refusal.value).startswith(said)


def test_too_many_candidates_are_refused():
    with pytest.raises(Refused, match=r"^candidates must be 150 at most, but are 199$"):
        route.choose(line(np.ones(200)), seed=1)
