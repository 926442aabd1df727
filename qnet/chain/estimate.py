"""Means and covariances of what a chain delivers by sampling: once, for all protocols."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numba import get_num_threads
from numpy.typing import NDArray

from qnet import checks
from qnet.chain.links import Links
from qnet.chain.nodes import Nodes
from qnet.chain.protocols.protocol import Protocol, perfect
from qnet.checks import Floats

_MOST_CHAINS, _FEWEST_CHAINS, _CHAINS_PER_CALL = 512, 32, 128
_LEAST_WORTH = 8  # rounds that count, for each that warms up


@dataclass(frozen=True)
class Estimate:
    """Means (duration in s, error rates in X, Y and Z), shape (4,), and the covariance of these means, shape (4, 4)."""

    mean: Floats
    covariance: Floats


def chain_sums(*, links: Links, nodes: Nodes, protocol: Protocol, deliveries: int, seed: int, warm_up: int) -> Floats:
    """Sums (deliveries, duration, losses) of each of the independent chains, shape (2 + links.rows, chains).

    Attempt by attempt, a chain's random numbers depend on nothing but the seed and the numbers of links, rounds and
    warm-up rounds: runs that differ in lengths or conventions are correlated, and their differences precise.
    """
    wanted = checks.count("deliveries", deliveries, most=10**12)
    total = int(np.ceil(wanted * protocol.rounds_per_delivery(links)))
    chains = int(np.clip(total // (_LEAST_WORTH * max(warm_up, 1)), _FEWEST_CHAINS, _MOST_CHAINS))
    rounds = -(-total // chains)
    rounds += -rounds % protocol.period(links)
    return side_by_side(lambda state: protocol.sums(state, links, nodes, warm_up, rounds), chains=chains, seed=seed)


def side_by_side(sums: Callable[[NDArray], Floats], *, chains: int, seed: int) -> Floats:
    """`sums` of independent chains along the last axis, from their generators, shape (4, chains), on all threads."""
    state = np.random.SeedSequence(checks.seed(seed)).generate_state(4 * chains, np.uint64).reshape(chains, 4)
    threads = get_num_threads()
    width = min(_CHAINS_PER_CALL, -(-chains // threads))
    own = [np.ascontiguousarray(state[first : first + width].T) for first in range(0, chains, width)]
    if threads == 1:
        return np.concatenate([sums(each) for each in own], axis=-1)
    with ThreadPoolExecutor(threads) as pool:
        return np.concatenate(list(pool.map(sums, own)), axis=-1)


def means(sums: Floats, links: Links, nodes: Nodes) -> Floats:
    """Mean duration and mean error rates in X, Y and Z, shape (4, ...), from sums of shape (2 + links.rows, ...)."""
    constant = np.append(0.0, (1 - perfect(links, nodes)) / 2)  # before anything takes time or is stored
    return (constant + (_numerators(sums, links, nodes) / sums[0]).T).T


def estimated(sums: Floats, links: Links, nodes: Nodes) -> Estimate:
    """Ratios of sums over all chains, and their covariance to first order, from sums over chains."""
    chains = sums.shape[1]
    numerators, mean = _numerators(sums, links, nodes), means(sums.sum(axis=1), links, nodes)
    ratio = numerators.sum(axis=1) / sums[0].sum()
    residual = (numerators - ratio[:, None] * sums[0]) / sums[0].mean()
    return Estimate(mean, residual @ residual.T / (chains * (chains - 1)))


def jackknife(statistic: Callable[[Floats], Floats], sums: Floats) -> tuple[Floats, Floats]:
    """A function of sums over independent chains, and its standard error, from what leaving out one chain changes.

    sums: shape (..., chains). statistic: of arrays (..., any number), along the last axis one by one, to arrays whose
    last axis is that.
    """
    totals, chains = sums.sum(axis=-1, keepdims=True), sums.shape[-1]
    return statistic(totals)[..., 0], np.sqrt((chains - 1) * statistic(totals - sums).var(axis=-1))


def _numerators(sums: Floats, links: Links, nodes: Nodes) -> Floats:
    """Sums of durations, and of what losses add to the error rates, shape (4, ...)."""
    return np.concatenate([sums[1:2], (perfect(links, nodes) / 2 * sums[2:].T).T])
