"""Three and more nodes in a cascade against matrix exponentials, the case of two nodes, and searches of other kinds."""

import numpy as np
import pytest
from scipy.linalg import expm
from scipy.optimize import minimize

from qnet import chiral
from qnet.errors import Refused


def test_amplitudes_of_two_nodes_are_those_of_the_network():
    network = chiral.Network(g1=0.4, g2=0.7, gamma_r2=0.5)
    found = chiral.cascade_amplitudes(couplings=[0.4, 0.7], rates=[1.0, 0.5], time=5.0)
    np.testing.assert_allclose(np.abs(found), np.abs(chiral.amplitudes(network, time=5.0)[:2]), atol=1e-13)


def test_amplitudes_of_any_number_of_nodes(rng):
    """Against expm of the generator as it follows from sigma and a of each node, term by term."""
    for n in (3, 5):
        g, gamma, time = rng.uniform(0.1, 1, n), rng.uniform(0.2, 1, n), 7.0
        a = np.zeros((2 * n, 2 * n))
        for j in range(n):
            a[j, n + j], a[n + j, j], a[n + j, n + j] = -g[j], g[j], -gamma[j] / 2
            for k in range(j):
                a[n + j, n + k] = -np.sqrt(gamma[j] * gamma[k])
        expected = expm(a * time)[:n, 0]
        np.testing.assert_allclose(chiral.cascade_amplitudes(couplings=g, rates=gamma, time=time), expected, atol=1e-12)


@pytest.mark.parametrize("equal_rates", [True, False])
def test_two_nodes_share_as_the_best_pair_does(equal_rates):
    """The global optimum of two nodes, found by another search: 0.920023 and 0.969008."""
    found = chiral.best_sharing(node_count=2, equal_rates=equal_rates, goal="pair_concurrence", starts=6)
    scheme = chiral.Scheme(scheme="equal_rates" if equal_rates else "unequal_rates")
    assert found.pair_concurrence == pytest.approx(
        chiral.global_optimum(scheme, time_budget=150.0).concurrence, abs=1e-7
    )


def test_no_search_of_another_kind_beats_three_nodes():
    """Nelder-Mead from random starts of its own, on both goals, ends below, and comes near."""
    rng = np.random.default_rng(5)
    for goal in ("w_fidelity", "pair_concurrence"):
        found = chiral.best_sharing(node_count=3, equal_rates=True, goal=goal, starts=8)

        def reached(place, goal=goal):
            couplings = np.exp(np.clip(place[:3], -5, 1.5))
            time = float(np.exp(np.clip(place[3], -1, 5)))
            sizes = np.sort(np.abs(chiral.cascade_amplitudes(couplings=couplings, rates=np.ones(3), time=time)))
            return sizes.sum() ** 2 / 3 if goal == "w_fidelity" else 2 * sizes[0] * sizes[1]

        starts = np.hstack([rng.uniform(-2.5, 0, (8, 3)), rng.uniform(2, 3, (8, 1))])
        options = {"maxiter": 800, "xatol": 1e-6, "fatol": 1e-9}
        best = max(-minimize(lambda x: -reached(x), x, method="Nelder-Mead", options=options).fun for x in starts)
        assert best <= getattr(found, goal) + 1e-6
        assert best == pytest.approx(getattr(found, goal), abs=0.02)


def test_w_state_of_the_reported_place():
    found = chiral.best_sharing(node_count=3, equal_rates=False, goal="w_fidelity", starts=4)
    sizes = np.abs(chiral.cascade_amplitudes(couplings=found.couplings, rates=found.rates, time=found.time))
    assert sizes.sum() ** 2 / 3 == pytest.approx(found.w_fidelity, abs=1e-12)
    assert found.rates.max() == 1


def test_one_node_is_no_cascade():
    with pytest.raises(Refused, match=r"^node_count must be at least 2, but is 1$"):
        chiral.best_sharing(node_count=1, equal_rates=True, goal="w_fidelity", starts=1)
