"""Where nodes stand, and what links that makes."""

import numpy as np
import pytest
from attrs import evolve

from qnet import chain
from qnet.errors import Refused


@pytest.mark.parametrize("links", [1, 2, 3, 8, 21])
@pytest.mark.parametrize("ends", ["long", "short"])
@pytest.mark.parametrize("asymmetry", [0.0, 0.1, 0.7])
def test_every_repeater_has_the_asymmetry_and_signs_alternate(links, ends, asymmetry):
    lengths = chain.AlternatingChain(asymmetry=asymmetry, links=links, length_km=900.0, ends=ends).link_lengths_km()
    assert lengths.shape == (links,)
    assert lengths.sum() == pytest.approx(900, rel=1e-14, abs=0)
    if links > 1:
        found = chain.node_asymmetry(link_lengths_km=lengths)
        np.testing.assert_allclose(found.size, asymmetry, atol=1e-14)
        assert found.chain == pytest.approx(asymmetry, abs=1e-14)
        first = 1 if ends == "long" else -1
        np.testing.assert_array_equal(found.sign, np.sign(asymmetry) * first * (-1.0) ** np.arange(links - 1))


def test_lengths_of_the_definition():
    """l (1 +- A) with l = L / n, L / (n + A) or L / (n - A)."""
    for links, ends, unit in ((4, "long", 4), (5, "long", 5.2), (5, "short", 4.8)):
        placed = chain.AlternatingChain(asymmetry=0.2, links=links, length_km=1.0, ends=ends)
        lengths = placed.link_lengths_km()
        np.testing.assert_array_equal(lengths, placed.distances_km())
        assert lengths[0] * unit == pytest.approx(1.2 if ends == "long" else 0.8, rel=1e-14, abs=0)
        extended = evolve(placed, layout="extended_fibre")
        np.testing.assert_allclose(extended.link_lengths_km(), 1.2 / unit, rtol=1e-14)
        np.testing.assert_array_equal(extended.distances_km(), placed.distances_km())  # no node moves


def test_chain_asymmetry_is_the_mean():
    found = chain.node_asymmetry(link_lengths_km=[1.0, 3.0, 3.0])
    assert found.size.tolist() == [0.5, 0]
    assert found.sign.tolist() == [-1, 0]
    assert found.chain == 0.25


def test_even_chain_with_the_other_ends_is_the_mirror_image():
    long, short = (
        chain.AlternatingChain(asymmetry=0.3, links=6, length_km=1.0, ends=e).link_lengths_km()
        for e in ("long", "short")
    )
    np.testing.assert_allclose(long, short[::-1], rtol=1e-14)


@pytest.mark.parametrize(("asymmetry", "shift"), [(0.1, 5), (0.2, 10)])
def test_even_nodes_of_the_paper_s_chain_move_by_5_and_10_km(asymmetry, shift):
    node = np.arange(1, 22)
    placed = chain.AlternatingChain(asymmetry=asymmetry, links=20, length_km=1000.0)
    found = [chain.alternating_position(placed, node=int(i)).position_km for i in node]
    np.testing.assert_allclose(found - 50 * (node - 1), np.where(node % 2 == 0, shift, 0), atol=1e-10)


def test_fibre_links_of_50_km():
    links = chain.fibre_links(link_lengths_km=[50.0, 100.0])
    np.testing.assert_allclose(links.success_probability, [0.1, 0.01], rtol=1e-14)
    np.testing.assert_allclose(links.cycle_time_s, [2.5e-4, 5e-4], rtol=1e-14)
    np.testing.assert_array_equal(links.message_time_s, links.cycle_time_s)
    np.testing.assert_array_equal(links.werner, 1)


TWO_LINKS = chain.AlternatingChain(asymmetry=0.1, links=2, length_km=1.0)


@pytest.mark.parametrize(("call", "message"), [
    (lambda: chain.AlternatingChain(asymmetry=1.0, links=2, length_km=1.0), r"asymmetry must lie in \[0, 1\), but is 1.0"),
    (lambda: chain.AlternatingChain(asymmetry=0.1, links=0, length_km=1.0), "links must be a positive integer, but is 0"),
    (lambda: chain.AlternatingChain(asymmetry=0.1, links=2.5, length_km=1.0), "links must be a non-negative integer .*, but is 2.5"),
    (lambda: chain.AlternatingChain(asymmetry=0.1, links=2, length_km=-1.0), r"length_km must lie in \[1e-30, 1e30\], but is -1.0"),
    (lambda: chain.AlternatingChain(asymmetry=0.1, links=2, length_km=1.0, ends="odd"), "ends must be one of long, short, but is 'odd'"),
    (lambda: chain.AlternatingChain(asymmetry=0.1, links=2, length_km=1.0, ends=["long"]), "ends must be one value, but is"),
    (lambda: chain.AlternatingChain(asymmetry=0.1, links=10**12, length_km=1.0), "links must be at most 1000000, but is 1000000000000"),
    (lambda: chain.AlternatingChain(asymmetry=[0.1, 0.2], links=2, length_km=1.0), "asymmetry must be one value, but is"),
    (lambda: chain.alternating_position(TWO_LINKS, node=[1, 2]), "node must be a positive integer, but is"),
    (lambda: chain.alternating_position(TWO_LINKS, node=0), "node must be a positive integer, but is 0"),
    (lambda: chain.alternating_position({"links": 2}, node=1), "chain must be an AlternatingChain, but is"),
    (lambda: chain.node_asymmetry(link_lengths_km=[1.0]), "link_lengths_km must list two links or more"),
    (lambda: chain.alternating_position(TWO_LINKS, node=4), "node must lie in 1 to 3, but is 4"),
    (lambda: chain.fibre_links(link_lengths_km=[]), "link_lengths_km must list one link or more"),
    (lambda: chain.fibre_links(link_lengths_km=[1.0, -3.0]), r"link_lengths_km must lie in \[1e-30, 1e30\], but has -3.0 at index 1"),
    (lambda: chain.fibre_links(link_lengths_km=[1.0, np.nan]), r"link_lengths_km must lie in \[1e-30, 1e30\], but has nan at index 1"),
    (lambda: chain.fibre_links(link_lengths_km=[50.0, 2e4]), "a success probability of 1e-100 or more, but 20000.0 at index 1 leaves 0.0"),
    (lambda: chain.Fibre(attenuation_db_per_km=[0.2, 0.3]), "attenuation_db_per_km must be one value"),
    (lambda: chain.Links(cycle_time_s=[1.0], success_probability=0.0, message_time_s=0.0), r"success_probability must lie in \[1e-100, 1\], but is 0.0"),
    (lambda: chain.Links(cycle_time_s=[1.0], success_probability=0.5, message_time_s=-1.0), "message_time_s must be finite, not negative and at most 1e30, but is -1.0"),
    (lambda: chain.Links(cycle_time_s=[1.0], success_probability=0.5, message_time_s=1.0, werner=1.1), r"werner must lie in \[-1/3, 1\], but is 1.1"),
    (lambda: chain.Links(cycle_time_s=[1.0, 2.0], success_probability=[0.5, 0.5, 0.5], message_time_s=1.0), "arguments must broadcast against each other"),
    (lambda: chain.Links(cycle_time_s=1.0, success_probability=0.5, message_time_s=1.0), "cycle_time_s must list one link or more"),
    (lambda: chain.SwapAsap(restart="never"), "restart must be one of as_soon_as_free, restart_together, but is 'never'"),
    (lambda: chain.SwapAsap(messages=1), "messages must be true or false"),
    (lambda: chain.SwapAsap(measure=["at_once"]), "measure must be one value, but is"),
])  # fmt: skip
def test_refuses(call, message):
    with pytest.raises(Refused, match=message):
        call()
