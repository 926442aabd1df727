"""Extreme but legal parameters: the right answer, where one is known, or a clear refusal."""

import numpy as np
import pytest

from flat import midpoint
from high_precision import exact_concurrence
from qnet import chain, chiral
from qnet.errors import Refused

BETA2 = -2.17e-23


@pytest.mark.parametrize(("g1", "g2"), [(1e-8, 1e-8), (1e-8, 3e-8), (1e-3, 1e2), (1e4, 1e4), (1e4, 1.0001e4)])
def test_peaks_of_weak_and_strong_couplings(g1, g2):
    found = chiral.peak_concurrence(chiral.Network(g1=g1, g2=g2))
    for time in (float(found.time), float(found.time) * (1 + 1e-9)):
        exact = float(exact_concurrence(time, g1=g1, g2=g2))
        np.testing.assert_allclose(
            chiral.evolution(chiral.Network(g1=g1, g2=g2), time=time).concurrence, exact, rtol=1e-9
        )
    np.testing.assert_allclose(found.concurrence, float(exact_concurrence(float(found.time), g1=g1, g2=g2)), rtol=1e-9)


@pytest.mark.parametrize(("g", "time"), [(1e-8, 1 / (4e-16)), (1e-6, 1 / (4e-12))])
def test_weak_couplings_act_as_slow_decay(g, time):
    """The cavities follow at once: two atoms that decay at 4 g^2, whose peak is 2 / e."""
    found = chiral.peak_concurrence(chiral.Network(g1=g, g2=g))
    np.testing.assert_allclose([found.concurrence, found.time], [2 / np.e, time], rtol=1e-10)


def test_rates_too_far_apart_are_refused():
    settles = r"^window must be finite .* and short enough for ten million steps, but is inf"
    with pytest.raises(
        Refused, match=rf"{settles} at index \(1, 2\), where gamma_r1 = 1, gamma_r2 = 1, g1 = 1e\+09, g2 = 0.2$"
    ):
        chiral.peak_concurrence(chiral.Network(g1=[[0.1], [1e9]], g2=0.2), window=[1e-9, 2e-9, np.inf])
    with pytest.raises(Refused, match=rf"{settles}, where gamma_r1 = 1, gamma_r2 = 1, g1 = 1e\+09, g2 = 0.2$"):
        chiral.peak_transfer(chiral.Network(g1=1e9, g2=0.2))
    many = chain.Links(cycle_time_s=np.ones(100_000), success_probability=0.9, message_time_s=np.ones(100_000))
    with pytest.raises(Refused, match=r"^links must need at most 1e\+10 comparisons of times, but need 2.2e\+11$"):
        chain.exact(
            links=many, protocol=chain.SwapAsap(restart="restart_together"), nodes=chain.Nodes(coherence_time_s=np.inf)
        )
    with pytest.raises(Refused, match=r"^time must be short enough"):
        chiral.master_equation(chiral.Network(g1=1, g2=1), time=[0.0, 1e9])


@pytest.mark.parametrize("start", [(0.309, 0.00464, 0.1395), (2.116, 1.5325e-05, 0.219), (4.2005e-4, 7.7374, 0.148)])
def test_an_ascent_that_leaves_its_box_ends(start):
    g1, g2, decay = start
    found = chiral.local_optimum(
        chiral.Ascent(start_g1=g1, start_g2=g2, equal_rates=False), chiral.Environment(decay=decay)
    )
    assert 0 < found.concurrence <= 1
    assert np.isfinite(found.time)
    there = chiral.peak_concurrence(
        chiral.Network(g1=found.g1, g2=found.g2, gamma_r2=found.gamma_r2, decay_1=decay, decay_2=decay)
    )
    np.testing.assert_allclose(found.concurrence, there.concurrence, rtol=1e-12)


def test_an_optimum_lies_in_the_box_that_is_searched():
    """Without chirality C_max rises to 1 as the couplings vanish."""
    found = chiral.local_optimum(
        chiral.Ascent(start_g1=[0.1, 1e-5], start_g2=[0.1, 100.0]),
        chiral.Environment(chirality=0.0, distance_wavelengths=0.5),
    )
    for g in (found.g1, found.g2):
        assert ((g > 0.999e-5) & (g < 100.1)).all()


def test_all_is_gone_in_the_end():
    end = chiral.evolution(chiral.Network(g1=0.126, g2=0.277), time=1e30)
    assert max(end.concurrence, end.transfer, end.norm) == 0
    np.testing.assert_array_equal(chiral.bare_concurrence(time=[1e4, 1e30], gamma_r2=[0.5, 1e-30]), [0, 0])
    np.testing.assert_allclose(chiral.bare_concurrence(time=2000, gamma_r2=0.01), 0, atol=1e-300)


@pytest.mark.parametrize("links", [200, 10_000])
def test_a_long_chain_takes_as_long_as_its_slowest_link(links):
    lengths, p, cycle = np.full(links, 10.0), 10**-0.2, 5e-5
    done_by = 1 - (1 - p) ** np.arange(0, 200.0)
    slowest = cycle * np.sum(-np.expm1(links * np.log(done_by[1:]))) + cycle
    together = chain.SwapAsap(restart="restart_together")
    found = chain.swap_asap(
        protocol=together, link_lengths_km=lengths, deliveries=2000, seed=1, nodes=chain.Nodes(coherence_time_s=np.inf)
    )
    assert abs(found.duration_s - slowest) < 5 * found.duration_s_se
    assert found.qber == 0
    if links == 200:
        exact = chain.exact(
            links=chain.fibre_links(link_lengths_km=lengths),
            protocol=together,
            nodes=chain.Nodes(coherence_time_s=np.inf),
        )
        np.testing.assert_allclose(exact.duration_s, slowest, rtol=1e-12)
        free = chain.swap_asap(link_lengths_km=lengths, deliveries=2000, seed=1)
        assert cycle / p < free.duration_s < slowest


def test_links_of_a_metre():
    links = {"link_lengths_km": [1e-3, 2e-3]}
    exact = chain.exact(links=chain.fibre_links(**links), protocol=chain.SwapAsap(restart="restart_together"))
    found = chain.swap_asap(protocol=chain.SwapAsap(restart="restart_together"), **links, deliveries=100_000, seed=1)
    assert 1e-8 < exact.duration_s < 1.001e-8
    assert abs(found.duration_s - exact.duration_s) < 5 * found.duration_s_se
    np.testing.assert_allclose(found.qber, (1 - exact.werner) / 2, rtol=0.05)


def test_links_of_2000_km():
    """A success in 1e40 attempts: times of links are exponential, the later of two takes 3 / 2 of one."""
    one = chain.exact(links=chain.fibre_links(link_lengths_km=[2000.0]), protocol=chain.SwapAsap())
    np.testing.assert_allclose(one.duration_s, 1e38, rtol=1e-12)
    together = chain.SwapAsap(restart="restart_together")
    for count, mean in ((1, 1e38), (2, 1.5e38)):
        found = chain.swap_asap(protocol=together, link_lengths_km=[2000.0] * count, deliveries=20_000, seed=1)
        assert abs(found.duration_s - mean) < 5 * found.duration_s_se
        assert (found.qber, found.key_rate_hz > 0) == ((0, True) if count == 1 else (0.5, False))
    with pytest.raises(Refused, match=r"^links must succeed within 3e\+07 attempts"):
        chain.exact(links=chain.fibre_links(link_lengths_km=[2000.0] * 2), protocol=chain.SwapAsap())
    with pytest.raises(
        Refused, match=r"^length_km must leave a success probability of 1e-100 or more, but 6000.0 at index 0"
    ):
        chain.alternating_chain(chain.AlternatingChain(asymmetry=0, links=2, length_km=12000), deliveries=1, seed=1)


@pytest.mark.parametrize("measure", ["at_once", "on_knowledge"])
def test_memories_that_keep_for_ever_and_not_at_all(measure):
    """Without time to forget, what is left is what links make; without memory, what needs no waiting: p / (2 - p)."""
    p = 0.3
    links = chain.Links(cycle_time_s=[1.0, 1.0], success_probability=p, message_time_s=[0.0, 0.0], werner=0.9)
    protocol = chain.SwapAsap(restart="restart_together", measure=measure)
    for coherence, werner in ((np.inf, 0.81), (1e-30, 0.81 * p / (2 - p))):
        assert chain.exact(
            links=links, nodes=chain.Nodes(coherence_time_s=coherence), protocol=protocol
        ).werner == pytest.approx(werner, rel=1e-12)
        found = chain.sample(
            links=links, deliveries=50_000, seed=1, nodes=chain.Nodes(coherence_time_s=coherence), protocol=protocol
        )
        assert abs(found.qber - (1 - werner) / 2) <= 5 * found.qber_se + 1e-15


@pytest.mark.parametrize(("length", "asymmetry", "arms"), [
    (0.0, 0.0, (1.0, 1.0)), (2000.0, 0.0, (1e-20, 1e-20)), (100.0, 100.0, (1e-2, 1.0)), (2000.0, -2000.0, (1.0, 1e-40)),
])  # fmt: skip
def test_midpoints_anywhere(length, asymmetry, arms):
    """Without dark counts two photons that arrive herald in half of all cases, perfectly."""
    left, right = arms
    at = {"length_km": length, "asymmetry_km": asymmetry, "p_det": 1.0, "dark_count": 0.0}
    arrived = midpoint.arrival(length_km=length, asymmetry_km=asymmetry, p_det=1.0)
    np.testing.assert_allclose([arrived.p_left, arrived.p_right], arms, rtol=1e-12)
    double = midpoint.double_click(**at)
    np.testing.assert_allclose([double.success_probability, double.fidelity], [left * right / 2, 1], rtol=1e-12)
    q = min(arms) / 4
    single = midpoint.single_click(**at, q=q, number_resolving=True)
    np.testing.assert_allclose(single.success_probability, 2 * q - 2 * q**2, rtol=1e-12)
    assert midpoint.cycle_time(length_km=length, asymmetry_km=asymmetry).cycle_time_s == (length + abs(asymmetry)) / 2e5


def test_dark_counts_that_are_certain():
    at = {"length_km": 100.0, "asymmetry_km": 0.0, "p_det": 0.5}
    with pytest.raises(Refused, match=r"^dark_count must lie in \[0, 1\), but is 1.0$"):
        midpoint.double_click(**at, dark_count=1.0)
    nearly = midpoint.double_click(**at, dark_count=1 - 2**-53)
    assert 0 < nearly.success_probability < 1e-30
    assert nearly.fidelity == pytest.approx(0.25, abs=0.1)


@pytest.mark.parametrize("shape", [midpoint.gaussian_indistinguishability, midpoint.lorentzian_indistinguishability])
def test_photons_that_are_hardly_and_wholly_dispersed(shape):
    alike = shape(duration_s=[1e-12, 1e30], asymmetry_km=[40.0, 40.0], beta2_s2_per_km=[0.0, BETA2])
    np.testing.assert_allclose(alike.indistinguishability, 1, rtol=1e-15)
    assert (alike.distinguishability < 1e-30).all()
    with pytest.raises(
        Refused,
        match=r"^asymmetry_km must keep asymmetry_km beta2_s2_per_km / duration_s\^2 below 1e\+30 in size, but is 40.0$",
    ):
        shape(duration_s=1e-30, asymmetry_km=40.0, beta2_s2_per_km=BETA2)
    spread = 4 if shape is midpoint.gaussian_indistinguishability else 1
    dispersed = shape(duration_s=1.0, asymmetry_km=1e28, beta2_s2_per_km=1.0).indistinguishability
    expected = spread / 1e28 if spread == 4 else 2 / (np.pi * np.sqrt(1e28 / np.pi) / 2) ** 2
    np.testing.assert_allclose(dispersed, expected, rtol=1e-9)


def test_no_dispersion_tolerates_any_asymmetry():
    with pytest.raises(Refused, match=r"^beta2_s2_per_km must not be 0, but is 0.0$"):
        midpoint.tolerated_asymmetry(photon="gaussian", duration_s=1e-9, beta2_s2_per_km=0.0, loss=0.1)
    with pytest.raises(Refused, match=r"^beta2_s2_per_km must be so large that the asymmetry is finite"):
        midpoint.tolerated_asymmetry(photon="gaussian", duration_s=1e30, beta2_s2_per_km=1e-300, loss=0.1)
