"""Means and covariances of what a chain delivers by sampling: once, for all protocols."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numba import get_num_threads

from qnet import checks
from qnet.chain.links import Links
from qnet.chain.protocols.protocol import COHERENCE, Protocol
from qnet.checks import Floats

_MOST_CHAINS, _FEWEST_CHAINS, _CHAINS_PER_CALL = 512, 32, 128
_LEAST_WORTH = 8  # deliveries that count, for each that warms up


@dataclass(frozen=True)
class Estimate:
    """Mean time per end-to-end state and mean error rate, each with its standard error; covariance of the two means."""

    duration_s: float
    duration_s_se: float
    qber: float
    qber_se: float
    covariance_s: float


def estimated(duration_s: Floats, qber: Floats) -> Estimate:
    """Estimates from independent means of duration and error rate, each of shape (chains,)."""
    covariance = np.cov(duration_s, qber) / duration_s.size
    time_se, qber_se = np.sqrt(np.diag(covariance))
    return Estimate(
        float(duration_s.mean()), float(time_se), float(qber.mean()), float(qber_se), float(covariance[0, 1])
    )


def chain_means(
    *, links: Links, deliveries: int, seed: int, coherence_time_s: float, protocol: Protocol, warm_up: int
) -> tuple[Floats, Floats]:
    """Mean duration and mean error rate of each of the independent chains, shape (chains,), after warm_up deliveries.

    Attempt by attempt, a chain's random numbers depend on nothing but the seed and the numbers of links, deliveries and
    warm-up rounds: runs that differ in lengths or conventions are correlated, and their differences precise.
    """
    coherence = checks.number("coherence_time_s", coherence_time_s, COHERENCE)
    wanted, seeded = checks.count("deliveries", deliveries, most=10**12), checks.seed(seed)
    chains = int(np.clip(wanted // (_LEAST_WORTH * max(warm_up, 1)), _FEWEST_CHAINS, _MOST_CHAINS))
    rounds = -(-wanted // chains)
    rounds += -rounds % protocol.period(links)
    state = np.random.SeedSequence(seeded).generate_state(4 * chains, np.uint64).reshape(chains, 4)
    threads = get_num_threads()
    width = min(_CHAINS_PER_CALL, -(-chains // threads))

    def run(first: int) -> Floats:
        own = np.ascontiguousarray(state[first : first + width].T)
        return protocol.sums(own, links, coherence, warm_up, rounds)

    with ThreadPoolExecutor(threads) as pool:
        sums = np.concatenate(list(pool.map(run, range(0, chains, width))), axis=1)
    time, lost = sums / rounds
    perfect = np.prod(links.werner)
    return time, (1 - perfect + perfect * lost) / 2
