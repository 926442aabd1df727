"""Gains against chains compared by hand with other seeds."""

import numpy as np
import pytest

from fibre_maps import line
from qnet import chain, midpoint, route
from qnet.errors import Refused

Z = 4.5
UNEVEN = line([20.0, 45.0, 15.0, 30.0], [None, 11.0, None, None])
FOUND = {"reach_km": 8.0, "less_db": 1.0, "deliveries": 100_000, "seed": 1}


def ratio(changed):
    found = chain.compare([UNEVEN.chain("all"), changed], deliveries=400_000, seed=77)
    return found.key_rate_ratio[1] - 1, found.key_rate_ratio_se[1]


def test_gains_against_chains_changed_by_hand():
    found = route.sensitivity(UNEVEN, **FOUND)
    assert found.repeaters == ("s1", "s2", "s3")
    assert found.spans == ("s0 - s1", "s1 - s2", "s2 - s3", "s3 - s4")
    for i, names in enumerate((["s2", "s3"], ["s1", "s3"], ["s1", "s2"])):
        gain, error = ratio(UNEVEN.chain(names))
        assert abs(found.removal_gain[i] - gain) < Z * np.hypot(error, found.removal_gain_se[i])
    for i in range(4):
        losses = [4.0, 11.0, 3.0, 6.0]
        losses[i] -= 1
        gain, error = ratio(line([20.0, 45.0, 15.0, 30.0], losses).chain("all"))
        assert abs(found.span_gain[i] - gain) < Z * np.hypot(error, found.span_gain_se[i])
    for i, by in enumerate(found.moved_km):
        nodes = UNEVEN.nodes_km()
        nodes[i + 1] += by
        gain, error = ratio(UNEVEN.links(nodes))
        assert abs(found.move_gain[i] - gain) < Z * np.hypot(error, found.move_gain_se[i])


def test_the_best_move_shortens_the_long_link():
    """Both nodes of the link of 45 km want to be nearer to each other, by all that their reach allows."""
    found = route.sensitivity(UNEVEN, **FOUND)
    assert (found.moved_km[0], found.moved_km[1]) == (8.0, -8.0)
    assert (found.move_gain[:2] > 10 * found.move_gain_se[:2]).all()


def test_a_node_that_is_well_placed_stays():
    found = route.sensitivity(line([20.0, 20.0]), **FOUND)
    assert found.moved_km.tolist() == [0.0]
    assert (found.move_gain[0], found.move_gain_se[0]) == (0, 0)


def test_a_removal_that_leaves_no_chain_loses_all():
    """Photons of 1 % cannot be had from an arm that lets fewer pass."""
    technology = route.Heralded(p_det=1.0, photons=midpoint.SingleClickPhotons(q=0.01))
    found = route.sensitivity(line([90.0, 140.0]), technology=technology, reach_km=1.0, seed=1, deliveries=1000)
    assert found.removal_gain[0] in (-1.0, 0.0)
    assert found.removal_gain_se[0] == 0


def test_without_a_key_gains_are_undefined():
    found = route.sensitivity(UNEVEN, technology=route.Direct(werner=0.8), **FOUND)
    assert found.undefined
    assert (found.move_gain == 0).all()
    assert (found.removal_gain == 0).all()
    assert (found.span_gain == 0).all()


def test_a_chain_without_repeaters_has_spans_alone():
    found = route.sensitivity(UNEVEN, [], **FOUND)
    assert found.repeaters == ()
    np.testing.assert_allclose(found.span_gain, 10**0.1 - 1, rtol=1e-3)  # p is 1 / 160: attempts are whole


@pytest.mark.parametrize("name", ["reach_km", "less_db", "deliveries"])
def test_what_is_not_positive_is_refused(name):
    with pytest.raises(Refused, match=f"^{name} must "):
        route.sensitivity(UNEVEN, **{**FOUND, name: -1})
