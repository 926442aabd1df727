"""Ranks against SciPy, explained variance and bootstrap errors where they are known."""

import numpy as np
import pytest
from scipy import stats

from qnet.errors import Refused
from qnet.route.predict import bootstrap_error, explained_variance, rank_correlation

RNG = np.random.default_rng(3)


def test_rank_correlation_against_scipy():
    x, y = RNG.integers(0, 9, 60), RNG.normal(size=60)
    np.testing.assert_allclose(rank_correlation(x, y), stats.spearmanr(x, y)[0], rtol=1e-12)
    assert rank_correlation(np.exp(y), y) == pytest.approx(1)
    assert rank_correlation(np.ones(60), y) == 0


def test_explained_variance_of_a_signal_with_noise():
    """Signal of variance 1/12, noise of variance 0.01: of the sum 0.893 can be explained."""
    groups, signal = np.repeat(np.arange(100), 20), RNG.uniform(0.0, 1.0, 2000)
    loss = np.clip(signal, 0.2, 0.8) + 0.1 * RNG.normal(size=2000)
    most = 1 - 0.01 / loss.var()
    found = explained_variance(signal**2, loss, groups, seed=1)
    assert most - 0.05 < found < most + 0.01
    other = RNG.uniform(size=2000)
    assert explained_variance(other, loss, groups, seed=1) < 0.01
    joined = loss + 0.3 * (other - 0.5)
    assert explained_variance([signal**2, other], joined, groups, seed=1) > explained_variance(
        signal**2, joined, groups, seed=1
    )


def test_what_is_judged_took_no_part_in_the_fit():
    """Losses that groups have by chance are fitted within these, and do not help in others."""
    groups = np.repeat(np.arange(8), 50)
    of_group = RNG.uniform(size=8)
    assert explained_variance(groups.astype(float), of_group[groups], groups, seed=2) < 0.1


def test_bootstrap_error_of_a_mean_counts_groups():
    groups = np.repeat(np.arange(50), 10)
    values = RNG.normal(size=50)[groups]
    found = bootstrap_error(lambda i: values[i].mean(), groups, samples=2000, seed=4)
    expected = values[::10].std() / np.sqrt(50)
    np.testing.assert_allclose(found, expected, rtol=4 / np.sqrt(2 * 2000))


@pytest.mark.parametrize(("call", "said"), [
    (lambda: rank_correlation([1, 2], [1]), "x and y must be equally long lists of two samples or more"),
    (lambda: rank_correlation([1, np.nan], [1, 2]), "y must be|x must be finite"),
    (lambda: explained_variance([-1, 2], [0, 1], [0, 1], seed=1), "predictors must be finite, not negative"),
    (lambda: explained_variance([1, 2, 3], [0, 1], [0, 1], seed=1), "must have a value for each sample"),
    (lambda: explained_variance([1, 2], [0, 1], [0, 0], seed=1), "groups must be two or more, but are 1"),
    (lambda: explained_variance([1, 2], [0, 1], [0, 1], halvings=0, seed=1), "halvings must be a positive integer"),
    (lambda: bootstrap_error(len, [], seed=1), "groups must have members"),
    (lambda: bootstrap_error(len, [1], samples=1, seed=1), "samples must be two or more"),
])  # fmt: skip
def test_bad_input_is_refused(call, said):
    with pytest.raises(Refused, match=said):
        call()
