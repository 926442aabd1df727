import numpy as np
import pytest


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20200101)


@pytest.fixture
def random_network(rng):
    """Draws full sets of scalar `Network` parameters."""

    def draw(**overrides: float) -> dict[str, float]:
        drawn = {
            **{name: rng.uniform(0.05, 1.5) for name in ("g1", "g2")},
            **{name: rng.uniform(0.1, 1.5) for name in ("gamma_r1", "gamma_r2", "gamma_l1", "gamma_l2")},
            **{name: rng.uniform(-1, 1) for name in ("delta_a1", "delta_a2", "delta_c1", "delta_c2")},
            **{name: rng.uniform(0, 0.2) for name in ("decay_1", "decay_2", "loss_1", "loss_2")},
            "phase": rng.uniform(0, 2 * np.pi),
        }
        return drawn | overrides

    return draw
