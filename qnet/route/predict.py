"""How well a number tells what a route loses: ranks, fits judged on other networks, and errors by resampling networks.

Routes of one network share spans, so they are no independent samples; networks are.
"""

from collections.abc import Callable
from itertools import combinations_with_replacement, pairwise

import numpy as np
from numpy.typing import ArrayLike

from qnet import checks
from qnet.checks import Floats
from qnet.errors import Refused

# Numbers of a route that are known without any simulation, columns of `ZooLoss`: how uneven it is by ever better
# measures, and for comparison how long it is.
PREDICTORS = (
    "asymmetry",
    "asymmetry_rms",
    "excess",
    "log_mean_time",
    "log_slowest",
    "even_storage",
    "links",
    "route_km",
)
_DEGREE = 3  # of the fitted polynomials
_MOST = 1_000_000


def rank_correlation(x: ArrayLike, y: ArrayLike) -> float:
    """Spearman's rank correlation, shape (samples,) each; equal values share their mean rank. 0 where one is constant.

    Raises Refused for values that are not finite, other shapes, and fewer than two samples.
    """
    one, other = _samples(x=x, y=y)
    return _rank_correlation(one, other)


def explained_variance(
    predictors: ArrayLike, loss: ArrayLike, groups: ArrayLike, *, halvings: int = 10, seed: int = 1
) -> float:
    """Share of the variance of a loss that is explained in groups that took no part in the fit. Ours.

    predictors: shape (samples,), or (predictors, samples) for several together; not negative. groups: to which a sample
    belongs. The fit is a polynomial of the third degree in the square roots of the predictors, cut to 1 from above and
    to 0 from below, with predictors cut to the range that the fit saw. Half of the groups at random are fitted and the
    others judged, then the other way round; the mean over so many halvings. It is below 0 where the mean over the
    judged groups would do better, and 0 where the losses do not vary.
    Raises Refused for values that are not finite, other shapes, fewer than two groups, and no halvings.
    """
    given = checks.real("predictors", predictors, checks.NOT_NEGATIVE_TO_1E30)
    columns = np.sqrt(np.atleast_2d(given))
    (losses,) = _samples(loss=loss)
    names = np.asarray(groups)
    if columns.ndim != 2 or columns.shape[1:] != losses.shape or names.shape != losses.shape:
        raise Refused(
            "predictors, loss and groups must have a value for each sample, but have the shapes "
            f"{columns.shape}, {losses.shape} and {names.shape}"
        )
    times = checks.count("halvings", halvings, _MOST)
    members, count = _by_group(names)
    if count < 2:
        raise Refused(f"groups must be two or more, but are {count}")
    rng = np.random.default_rng(checks.seed(seed))
    return float(np.mean([_judged(columns, losses, members, rng.permutation(count)) for _ in range(times)]))


def bootstrap_error(
    statistic: Callable[[np.ndarray], ArrayLike], groups: ArrayLike, *, samples: int = 200, seed: int = 1
) -> Floats:
    """Standard error of a statistic, by drawing whole groups with replacement. Efron and Tibshirani (1993), Ch. 6.

    statistic: of the indices of drawn samples, to a number or an array. groups: to which a sample belongs.
    Raises Refused for a number of samples that is none from 2 to a million, and for no groups.
    """
    drawn = checks.count("samples", samples, _MOST)
    if drawn < 2:
        raise Refused(f"samples must be two or more, but are {drawn}")
    members, count = _by_group(np.asarray(groups))
    if not count:
        raise Refused("groups must have members, but are none")
    order, starts = np.argsort(members, kind="stable"), np.searchsorted(np.sort(members), np.arange(count + 1))
    of_group = [order[a:b] for a, b in pairwise(starts)]
    rng = np.random.default_rng(checks.seed(seed))
    found = [
        np.asarray(statistic(np.concatenate([of_group[i] for i in rng.integers(count, size=count)])), float)
        for _ in range(drawn)
    ]
    return np.std(found, axis=0, ddof=1)


def _samples(**values: ArrayLike) -> list[Floats]:
    found = [checks.real(name, value, checks.AT_MOST_1E30) for name, value in values.items()]
    if any(each.ndim != 1 or each.shape != found[0].shape or len(each) < 2 for each in found):
        shapes = " and ".join(str(each.shape) for each in found)
        raise Refused(f"{' and '.join(values)} must be equally long lists of two samples or more, but are {shapes}")
    return found


def _by_group(names: np.ndarray) -> tuple[np.ndarray, int]:
    """(number of its group for each sample, how many groups)."""
    unique, members = np.unique(names, return_inverse=True)
    return members, len(unique)


def _ranks(values: Floats) -> Floats:
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[inverse]


def _rank_correlation(x: Floats, y: Floats) -> float:
    one, other = (_ranks(each) - (len(each) + 1) / 2 for each in (x, y))
    both = float(np.sqrt((one**2).sum() * (other**2).sum()))
    return float((one * other).sum()) / both if both else 0.0


def _judged(columns: Floats, losses: Floats, members: np.ndarray, order: np.ndarray) -> float:
    """Mean over both halves of one halving of the groups."""
    half = np.isin(members, order[: len(order) // 2])
    found = []
    for fitted in (half, ~half):
        told = _fit(columns[:, fitted], losses[fitted])(columns[:, ~fitted])
        rest = losses[~fitted]
        spread = ((rest - rest.mean()) ** 2).sum()
        found.append(1 - ((rest - told) ** 2).sum() / spread if spread else 0.0)
    return float(np.mean(found))


def _fit(columns: Floats, losses: Floats) -> Callable[[Floats], Floats]:
    least, most = columns.min(axis=1, keepdims=True), columns.max(axis=1, keepdims=True)
    wide = np.where(most > least, most - least, 1.0)

    def terms(values: Floats) -> Floats:
        """All products of up to three predictors, scaled to [-1, 1]: shape (samples, terms)."""
        scaled = 2 * (np.clip(values, least, most) - least) / wide - 1
        return np.array(
            [
                np.prod(scaled[list(which)], axis=0)
                for degree in range(_DEGREE + 1)
                for which in combinations_with_replacement(range(len(scaled)), degree)
            ]
        ).T

    coefficients = np.linalg.lstsq(terms(columns), losses, rcond=None)[0]
    return lambda values: np.clip(terms(values) @ coefficients, 0.0, 1.0)
