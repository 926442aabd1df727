"""Chains compared by the same random histories, so that their ratios are more precise than they are themselves."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from qnet import checks, key_rate
from qnet.chain.estimate import chain_sums, estimated, jackknife, means
from qnet.chain.links import Links
from qnet.chain.nodes import NODES, Nodes
from qnet.chain.performance import DeliveryCount, Performance, performance
from qnet.chain.protocols.protocol import Protocol
from qnet.chain.protocols.swap_asap import STANDARD
from qnet.checks import Floats
from qnet.errors import Refused

_MOST_CHAINS = 100_000


@dataclass(frozen=True)
class Comparison:
    """Chains, and how many times as fast as the first they deliver keys and states; arrays of shape (chains,).

    performances: of each chain by itself. key_rate_ratio, duration_ratio: over the first chain's, each with its
    standard error, which takes into account that the histories are common. The ratio of the first to itself is 1,
    without error. undefined: the first chain has no key, so that there is no ratio of key rates; it and its error are
    given as 0. A chain without a key beside a first one that has one has the ratio 0, with an error that points up.
    """

    performances: tuple[Performance, ...]
    key_rate_ratio: Floats
    key_rate_ratio_se: Floats
    duration_ratio: Floats
    duration_ratio_se: Floats
    undefined: bool


def compare(
    chains: Sequence[Links],
    nodes: Nodes = NODES,
    protocol: Protocol = STANDARD,
    *,
    deliveries: DeliveryCount,
    seed: int,
) -> Comparison:
    """Performance of several chains, and its ratios to that of the first, from common random numbers.

    Chains with equally many links share every attempt's random number, so the error of the ratio of chains that differ
    little is small. Chains with different numbers of links can be compared as well, but gain little. `deliveries` are
    those of each chain; the rest is as in `sample`. Under a protocol that throws states away, histories part where one
    chain does so and the other does not.
    Raises Refused as `sample` does, and for no chains or more than 100 000.
    """
    sums = common_sums(chains, nodes, protocol, deliveries=deliveries, seed=seed)
    performances = tuple(performance(estimated(each, links, nodes)) for links, each in zip(chains, sums, strict=True))
    ratios, errors = jackknife(lambda totals: _ratios(totals, chains, nodes), _joined(sums))
    (rates, times), (rates_se, times_se) = np.split(ratios, 2), np.split(errors, 2)
    first = performances[0]
    if not first.key_rate_one_sided:
        for i, other in enumerate(performances):
            if other.key_rate_one_sided:
                rates[i], rates_se[i] = 0.0, other.key_rate_hz_se / first.key_rate_hz
    else:
        rates, rates_se = np.zeros_like(rates), np.zeros_like(rates)
    return Comparison(performances, rates, rates_se, times, times_se, first.key_rate_one_sided)


def common_sums(
    chains: Sequence[Links],
    nodes: Nodes = NODES,
    protocol: Protocol = STANDARD,
    *,
    deliveries: DeliveryCount,
    seed: int,
) -> list[Floats]:
    """What `estimate.chain_sums` gives for each chain, the same run of different ones from the same random numbers.

    Raises Refused as `compare` does.
    """
    checks.instance("nodes", nodes, Nodes)
    checks.instance("protocol", protocol, Protocol)
    if not isinstance(chains, Sequence) or not 1 <= len(chains) <= _MOST_CHAINS:
        raise Refused(f"chains must list one to {_MOST_CHAINS} Links, but is {checks.shown(chains)}")
    for links in chains:
        checks.instance("chains", links, Links)
    warm_up = max(protocol.warm_up_rounds(links) for links in chains)
    return [
        chain_sums(links=links, nodes=nodes, protocol=protocol, deliveries=deliveries, seed=seed, warm_up=warm_up)
        for links in chains
    ]


def key_rates(sums: Floats, links: Links, nodes: Nodes) -> tuple[Floats, Floats]:
    """(bit/s, s per state) from sums of shape (2 + links.rows, ...); negative where there is no key, smooth there."""
    time, x, _, z = means(sums, links, nodes)
    wrong = (key_rate.binary_entropy(np.clip(error, 0, 1)) for error in (x, z))
    return (1 - sum(wrong)) / time, time


def _joined(sums: list[Floats]) -> Floats:
    """Sums of all chains, shape (chains, rows, runs): of chains that do not distil, the rows that they lack are 0.

    Where protocols run chains in different numbers, the runs of some are added up to as many as the fewest.
    """
    runs, rows = min(each.shape[1] for each in sums), max(each.shape[0] for each in sums)
    found = np.zeros((len(sums), rows, runs))
    for joined, each in zip(found, sums, strict=True):
        for start in range(0, each.shape[1], runs):
            part = each[:, start : start + runs]
            joined[: len(part), : part.shape[1]] += part
    return found


def _ratios(totals: Floats, chains: Sequence[Links], nodes: Nodes) -> Floats:
    """Key rates and durations over those of the first chain, shape (2 chains, any), from shape (chains, rows, any)."""
    found = np.array(
        [key_rates(each[: 2 + links.rows], links, nodes) for links, each in zip(chains, totals, strict=True)]
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.concatenate([found[:, 0] / found[0, 0], found[:, 1] / found[0, 1]])
