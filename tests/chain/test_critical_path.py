"""Shares of the waiting against sums over histories on paper, and against derivatives of the duration."""

import itertools

import numpy as np
import pytest
from attrs import evolve

from qnet import chain
from qnet.errors import Refused

Z = 4.5
UNEVEN = chain.Links(
    cycle_time_s=[1.0, 0.7123, 1.3171, 0.9019, 1.1057],  # no two times that differ are ever the same
    success_probability=[0.3, 0.5, 0.2, 0.6, 0.25],
    message_time_s=[0.5011, 0.2003, 0.9007, 0.4013, 0.7017],
)
CONVENTIONS = [
    chain.SwapAsap(restart=r, messages=m)
    for r, m in itertools.product(("as_soon_as_free", "restart_together"), (False, True))
]


@pytest.mark.parametrize("protocol", CONVENTIONS, ids=str)
def test_shares_add_up_to_one_and_are_not_negative(protocol):
    found = chain.bottlenecks(UNEVEN, chain.Nodes(), protocol, deliveries=1000, seed=1)
    assert abs(found.share.sum() + found.message_share - 1) < 1e-14
    assert (found.share >= 0).all()
    assert (found.message_share > 0) == protocol.messages


@pytest.mark.parametrize("protocol", CONVENTIONS, ids=str)
def test_shares_are_derivatives_of_the_duration(protocol):
    """Euler: T is homogeneous of degree one in all times. The derivatives come from another seed and another kernel."""
    found = chain.bottlenecks(UNEVEN, chain.Nodes(), protocol, deliveries=200_000, seed=1)
    step = 1e-6

    def duration(cycle, message=1.0):
        links = evolve(UNEVEN, cycle_time_s=UNEVEN.cycle_time_s * cycle, message_time_s=UNEVEN.message_time_s * message)
        return chain.sample(links, chain.Nodes(), protocol, deliveries=200_000, seed=2).duration_s

    whole = duration(np.ones(5))
    for i in range(5):
        up, down = (duration(1 + sign * step * (np.arange(5) == i)) for sign in (1, -1))
        derivative = (up - down) / (2 * step * whole)
        assert abs(found.share[i] - derivative) < Z * np.sqrt(2) * found.share_se[i] + 1e-6
    derivative = (duration(np.ones(5), 1 + step) - duration(np.ones(5), 1 - step)) / (2 * step * whole)
    assert abs(found.message_share - derivative) < Z * np.sqrt(2) * found.message_share_se + 1e-6


def test_two_links_that_start_together():
    """The later one is waited for: share = E[X_1; X_1 > X_2] / E[max], a sum over both numbers of attempts."""
    time, success = np.array([1.0, 0.7123]), np.array([0.3, 0.1])
    links = chain.Links(cycle_time_s=time, success_probability=success, message_time_s=0.0 * time)
    found = chain.bottlenecks(links, protocol=chain.SwapAsap(restart="restart_together"), deliveries=400_000, seed=3)
    tries = np.arange(1, 1000)
    weight = success[:, None] * (1 - success[:, None]) ** (tries - 1)
    done = time[:, None] * tries
    joint, later = weight[0][:, None] * weight[1], done[0][:, None] > done[1]
    first, second = (joint * later * done[0][:, None]).sum(), (joint * ~later * done[1]).sum()
    assert abs(found.share[0] - first / (first + second)) < Z * found.share_se[0]


def test_links_that_distil_are_waited_for_longer():
    """Shares are derivatives of the duration here too, where the memories let times alone change."""
    attempts = chain.Links(cycle_time_s=[1.0, 0.7123], success_probability=[0.3, 0.2], message_time_s=[0.0, 0.0])
    nodes, found = chain.Nodes(coherence_time_s=np.inf), []
    for cycle in (1.0, 1 + 1e-6, 1 - 1e-6):
        changed = chain.distilled(
            evolve(attempts, cycle_time_s=attempts.cycle_time_s * [cycle, 1]), chain.Distillation()
        )
        found.append(chain.sample(changed, nodes, deliveries=200_000, seed=2).duration_s)
    links = chain.distilled(attempts, chain.Distillation())
    share = chain.bottlenecks(links, nodes, deliveries=200_000, seed=1)
    assert abs(share.share[0] - (found[1] - found[2]) / (2e-6 * found[0])) < Z * np.sqrt(2) * share.share_se[0] + 1e-6


def test_ties_are_halved():
    """Two links that never fail, alike: half of the waiting each, whatever comes first in the code."""
    links = chain.Links(cycle_time_s=[2.0, 2.0], success_probability=[1.0, 1.0], message_time_s=[0.0, 0.0])
    found = chain.bottlenecks(links, deliveries=100, seed=1)
    np.testing.assert_allclose(found.share, 0.5)


def test_one_link_has_it_all():
    found = chain.bottlenecks(chain.fibre_links(link_lengths_km=[20.0]), deliveries=100, seed=1)
    assert (found.share[0], found.message_share) == (1, 0)


def test_the_error_is_the_scatter():
    runs = [chain.bottlenecks(UNEVEN, deliveries=2000, seed=seed) for seed in range(60)]
    scatter = np.std([run.share for run in runs], axis=0)
    claimed = np.sqrt(np.mean([run.share_se**2 for run in runs], axis=0))
    assert (scatter / claimed > 0.65).all()
    assert (scatter / claimed < 1.35).all()


def test_too_many_links():
    with pytest.raises(Refused, match=r"^links must be 200 at most for their shares, but are 201$"):
        chain.bottlenecks(chain.fibre_links(link_lengths_km=np.ones(201)), deliveries=1, seed=1)
