from collections.abc import Callable

import numpy as np
import pytest


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20230509)


@pytest.fixture
def random_links(rng) -> Callable[[int], dict[str, np.ndarray]]:
    """Draws links over the whole range of parameters, limits included."""

    def draw(count: int) -> dict[str, np.ndarray]:
        length = rng.uniform(0, 100, count)
        some = {
            "length_km": length,
            "asymmetry_km": length * rng.uniform(-1, 1, count),
            "p_det": rng.uniform(0.05, 1, count),
            "dark_count": 10 ** rng.uniform(-7, -0.05, count),
            "indistinguishability": rng.uniform(0, 1, count),
            "attenuation_db_per_km": rng.uniform(0, 0.4, count),
            "number_resolving": rng.random(count) < 0.5,
        }
        for name, limit in (("p_det", 1.0), ("indistinguishability", 0.0), ("indistinguishability", 1.0)):
            some[name][rng.integers(count, size=count // 10)] = limit
        some["asymmetry_km"][:2] = some["length_km"][:2] * [1, -1]
        return some

    return draw
