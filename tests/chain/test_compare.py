"""Ratios from common random numbers against exact ratios, against independent runs, and their errors against scatter."""

import numpy as np
import pytest

from qnet import chain
from qnet.chain.estimate import jackknife
from qnet.errors import Refused

Z = 4.5  # of a few dozen comparisons, none should be off by more
SHORT = chain.Nodes(coherence_time_s=0.05)
TOGETHER = chain.SwapAsap(restart="restart_together")
EVEN = chain.fibre_links(link_lengths_km=[20.0] * 4)
UNEVEN = chain.fibre_links(link_lengths_km=[22.0, 18.0, 21.0, 19.0])


def test_ratio_of_durations_against_exact_means():
    found = chain.compare([EVEN, UNEVEN], chain.Nodes(), TOGETHER, deliveries=400_000, seed=1)
    ratio = (
        chain.exact(UNEVEN, chain.Nodes(), TOGETHER).duration_s / chain.exact(EVEN, chain.Nodes(), TOGETHER).duration_s
    )
    assert abs(found.duration_ratio[1] - ratio) < Z * found.duration_ratio_se[1]
    assert (found.duration_ratio[0], found.duration_ratio_se[0]) == (1, 0)


def test_ratio_of_key_rates_against_exact_means():
    found = chain.compare([EVEN, UNEVEN], SHORT, TOGETHER, deliveries=400_000, seed=2)

    def rate(links):
        exact = chain.exact(links, SHORT, TOGETHER)
        qber = (1 - exact.werner) / 2
        return (1 + 2 * (qber * np.log2(qber) + (1 - qber) * np.log2(1 - qber))) / exact.duration_s

    assert abs(found.key_rate_ratio[1] - rate(UNEVEN) / rate(EVEN)) < Z * found.key_rate_ratio_se[1]


def test_errors_are_the_scatter_over_seeds_and_smaller_than_without_common_numbers():
    runs = [chain.compare([EVEN, UNEVEN], deliveries=4000, seed=seed) for seed in range(60)]
    ratios, errors = (
        np.array([getattr(run, name)[1] for run in runs]) for name in ("key_rate_ratio", "key_rate_ratio_se")
    )
    assert 0.7 < ratios.std() / np.sqrt(np.mean(errors**2)) < 1.3  # 60 runs: the scatter is known to 9 %
    alone = [run.performances[0] for run in runs]
    apart = np.sqrt(2) * np.mean([one.key_rate_hz_se / one.key_rate_hz for one in alone])
    assert errors.mean() < apart / 2


def test_each_chain_is_what_sample_makes_of_it():
    found = chain.compare([EVEN, UNEVEN], deliveries=1000, seed=3)
    for links, one in zip((EVEN, UNEVEN), found.performances, strict=True):
        assert one == chain.sample(links, deliveries=1000, seed=3)


def test_chains_of_different_numbers_of_links():
    three = chain.fibre_links(link_lengths_km=[30.0, 25.0, 25.0])
    found = chain.compare([EVEN, three], deliveries=100_000, seed=4)
    apart = [chain.sample(links, deliveries=100_000, seed=seed) for seed, links in ((5, EVEN), (6, three))]
    ratio = apart[1].key_rate_hz / apart[0].key_rate_hz
    error = np.hypot(found.key_rate_ratio_se[1], ratio * np.hypot(*(p.key_rate_hz_se / p.key_rate_hz for p in apart)))
    assert abs(found.key_rate_ratio[1] - ratio) < Z * error


def test_without_a_key():
    none = chain.fibre_links(link_lengths_km=[20.0] * 4, werner=0.8)
    found = chain.compare([EVEN, none], deliveries=1000, seed=1)
    assert (found.key_rate_ratio[1], found.undefined) == (0, False)
    assert found.key_rate_ratio_se[1] >= 0
    found = chain.compare([none, EVEN], deliveries=1000, seed=1)
    assert found.undefined
    assert (found.key_rate_ratio == 0).all()
    assert (found.key_rate_ratio_se == 0).all()


def test_jackknife_of_a_mean_is_its_standard_error():
    values = np.random.default_rng(1).normal(size=(3, 40))
    mean, error = jackknife(lambda totals: totals / np.array([40 if totals.shape[-1] == 1 else 39]), values)
    np.testing.assert_allclose(mean, values.mean(axis=1))
    np.testing.assert_allclose(error, values.std(axis=1, ddof=1) / np.sqrt(40))


def test_jackknife_of_a_ratio_is_that_of_first_order():
    """For many runs it is the usual error of a ratio of means."""
    top, bottom = np.random.default_rng(2).normal([[2.0], [3.0]], 0.3, size=(2, 4000))
    ratio, error = jackknife(lambda totals: totals[:1] / totals[1:], np.stack([top, bottom]))
    residual = (top - ratio * bottom) / bottom.mean()
    np.testing.assert_allclose(ratio, top.sum() / bottom.sum())
    np.testing.assert_allclose(error, residual.std() / np.sqrt(4000), rtol=2e-3)


def test_chains_that_throw_states_away_run_in_different_numbers():
    protocol = chain.LocalCutoff(cutoff_s=0.0015)
    found = chain.compare([EVEN, UNEVEN], SHORT, protocol, deliveries=100_000, seed=4)
    apart = [
        chain.sample(links, SHORT, protocol, deliveries=100_000, seed=seed) for seed, links in ((5, EVEN), (6, UNEVEN))
    ]
    ratio = apart[1].key_rate_hz / apart[0].key_rate_hz
    error = np.hypot(found.key_rate_ratio_se[1], ratio * np.hypot(*(p.key_rate_hz_se / p.key_rate_hz for p in apart)))
    assert abs(found.key_rate_ratio[1] - ratio) < Z * error


def test_a_chain_whose_links_distil_beside_one_whose_links_do_not():
    plain = chain.fibre_links(link_lengths_km=[20.0] * 4, werner=0.97)
    better = chain.distilled(plain, chain.Distillation())
    found = chain.compare([plain, better], deliveries=100_000, seed=4)
    for links, one in zip((plain, better), found.performances, strict=True):
        assert one == chain.sample(links, deliveries=100_000, seed=4)
    ratio = found.performances[1].key_rate_hz / found.performances[0].key_rate_hz
    assert found.key_rate_ratio[1] == pytest.approx(ratio, rel=1e-9)


@pytest.mark.parametrize("chains", [[], EVEN, [EVEN, None], "ab"])
def test_what_are_no_chains_is_refused(chains):
    with pytest.raises(Refused, match=r"^chains must "):
        chain.compare(chains, deliveries=10, seed=1)
