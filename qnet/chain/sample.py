"""Performance of a SWAP-ASAP chain by sampling: many independent chains, millions of deliveries a second."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numba import get_num_threads
from numpy.typing import ArrayLike, NDArray

from qnet import checks, key_rate
from qnet.chain import recursion
from qnet.chain.links import Links, fibre_links, news_s
from qnet.chain.protocol import COHERENCE, STANDARD, Protocol
from qnet.checks import Floats
from qnet.errors import Refused

_MOST_CHAINS, _FEWEST_CHAINS, _CHAINS_PER_CALL = 512, 32, 128
_SLOW_ROUNDS, _MOST_ROUNDS = 1.5, 1_000_000
_MOST_UNMEASURED, _MEASURED_CHAINS = 10_000, 32
_LONG = 32_768  # rounds of 32 chains in which something is seen that happens once in a million deliveries
_LEAST_WORTH = 8  # deliveries that count, for each that warms up


@dataclass(frozen=True)
class Performance:
    """Mean time per end-to-end state, error rate and BB84 key rate, each with its standard error.

    key_rate_one_sided: whether there is no key, so that the error of its rate points up only (see `bb84`).
    """

    duration_s: float
    duration_s_se: float
    qber: float
    qber_se: float
    key_rate_hz: float
    key_rate_hz_se: float
    key_rate_one_sided: bool


def swap_asap(
    *,
    link_lengths_km: ArrayLike,
    deliveries: int,
    seed: int,
    coherence_time_s: float = 1.0,
    attenuation_db_per_km: float = 0.2,
    speed_km_per_s: float = 200_000.0,
    restart: str = "as_soon_as_free",
    messages: bool = False,
    measure: str = "on_knowledge",
) -> Performance:
    """A chain of fibre links between repeaters that swap as soon as they can: Avis et al., Secs. III.3 and III.5.

    link_lengths_km: from left to right. coherence_time_s: of the depolarising memories, Eq. (33); may be infinite.
    restart, messages, measure: as in `Protocol`. Links are as in `fibre_links`; their states are perfect.
    Deliveries, seed and errors as in `sample`.
    """
    links = fibre_links(
        link_lengths_km=link_lengths_km, attenuation_db_per_km=attenuation_db_per_km, speed_km_per_s=speed_km_per_s
    )
    protocol = Protocol(restart=restart, messages=messages, measure=measure)
    return sample(links=links, deliveries=deliveries, seed=seed, coherence_time_s=coherence_time_s, protocol=protocol)


def sample(
    *, links: Links, deliveries: int, seed: int, coherence_time_s: float = 1.0, protocol: Protocol = STANDARD
) -> Performance:
    """As `swap_asap`, for any links and the protocol as one argument.

    Independent chains run side by side, 32 to 512 of them, each past its transient of 20 + 3 links deliveries or more,
    so that standard errors come from means that are truly independent. `deliveries` is rounded up to a multiple of the
    number of chains. Normal intervals hold from about a thousand deliveries on; an error of 0 says that no two chains
    differed. The same seed gives the same result whatever the number of threads (all that Numba is told to use).
    Raises Refused for a number of deliveries that is not positive or above 1e12, a negative seed, a coherence time
    below 1e-30 s, and chains that do not settle (see `warm_up_rounds`).
    """
    checks.instance("links", links, Links)
    checks.instance("protocol", protocol, Protocol)
    return performance(
        *chain_means(
            links=links,
            deliveries=deliveries,
            seed=seed,
            coherence_time_s=coherence_time_s,
            protocol=protocol,
            warm_up=warm_up_rounds(links, protocol),
        )
    )


def performance(duration_s: Floats, qber: Floats) -> Performance:
    """Estimates from independent means of duration and error rate, each of shape (chains,)."""
    covariance = np.cov(duration_s, qber) / duration_s.size
    time_se, qber_se = np.sqrt(np.diag(covariance))
    time, error = duration_s.mean(), qber.mean()
    rate = key_rate.bb84(
        duration_s=time, qber=error, duration_s_se=time_se, qber_se=qber_se, covariance=covariance[0, 1]
    )
    return Performance(
        float(time),
        float(time_se),
        float(error),
        float(qber_se),
        float(rate.key_rate_hz),
        float(rate.key_rate_hz_se),
        bool(rate.one_sided),
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
    if protocol.messages and protocol.restart == "as_soon_as_free":
        rounds += rounds % 2  # the ends take turns; where their links never fail, for ever
    state = np.random.SeedSequence(seeded).generate_state(4 * chains, np.uint64).reshape(chains, 4)
    threads = get_num_threads()
    width = min(_CHAINS_PER_CALL, -(-chains // threads))

    def run(first: int) -> Floats:
        own = np.ascontiguousarray(state[first : first + width].T)
        return _run(own, links, coherence, protocol, np.zeros(2), warm_up, rounds)

    with ThreadPoolExecutor(threads) as pool:
        sums = np.concatenate(list(pool.map(run, range(0, chains, width))), axis=1)
    time, lost = sums / rounds
    perfect = np.prod(links.werner)
    return time, (1 - perfect + perfect * lost) / 2


def _run(
    state: NDArray,
    links: Links,
    coherence_time_s: float,
    protocol: Protocol,
    late_s: Floats,
    warm_up: int,
    rounds: int,
) -> Floats:
    """`recursion.run` of chains with generators `state`, shape (4, chains)."""
    to_left, to_right = news_s(links) if protocol.messages else np.zeros((2, len(links)))
    with np.errstate(divide="ignore"):  # p = 1
        per_log2 = np.log(2) / np.log1p(-links.success_probability)
    return recursion.run(
        state,
        links.cycle_time_s,
        per_log2,
        to_left,
        to_right,
        1 / coherence_time_s,
        protocol.measure == "on_knowledge",
        protocol.restart == "restart_together",
        late_s,
        warm_up,
        rounds,
    )


def warm_up_rounds(links: Links, protocol: Protocol) -> int:
    """Deliveries of a chain that started empty until what is left of its transient is lost in a million deliveries.

    News of a delivery spreads by a link per round, so some rounds per link do. Messages add a slower motion: each end
    node's next start follows the other's, not its own, so the difference between the two moves only as far as attempts
    at the end links scatter, round by round, until it has explored the time that a message takes: the square of the
    ratio, in rounds. An inner link that is so late that both ends wait for it moves the difference too, and can only
    shorten that; how often it does has no simple form. So where the ends would take more than ten thousand rounds, or
    never fail, it is measured how soon chains forget how they started. Where ends never fail and inner links are never
    that late, the difference does not move, and the empty start, which decides it, is never forgotten.
    Tests look at what is left of the transient.
    Raises Refused where that takes more than a million rounds, or is not seen to take less.
    """
    if protocol.restart == "restart_together":
        return 0
    rounds = 20 + 3 * len(links)
    message = links.message_time_s.sum()
    if not protocol.messages or message == 0 or (links.success_probability == 1).all():
        return rounds
    p = links.success_probability[[0, -1]]
    variance = np.sum(links.cycle_time_s[[0, -1]] ** 2 * (1 - p) / p**2)
    slow = _SLOW_ROUNDS * message**2 / variance if variance > 0 else np.inf
    if slow > _MOST_UNMEASURED and (links.success_probability[1:-1] < 1).any():
        slow = min(slow, _measured_rounds(links, protocol, rounds))
    if slow > _MOST_ROUNDS:
        found = "do not" if np.isinf(slow) else f"take {slow:.3g}"
        raise Refused(
            f"links must settle within {_MOST_ROUNDS:g} deliveries, but {found}: with messages, "
            "attempts at the ends scatter too little"
        )
    return rounds + int(slow)


def _measured_rounds(links: Links, protocol: Protocol, least: int) -> float:
    """Deliveries until chains no longer know which end node was busy, for as long as a message takes, when they began.

    Twice the number after which none of 32 does, whatever their attempts: if one in 32 chains did, one in a thousand
    does after twice as many. None where ends never fail, and deliveries from the empty start on repeat for ever;
    infinite where that is not seen within seconds.
    """
    state = np.random.SeedSequence(0).generate_state(4 * _MEASURED_CHAINS, np.uint64).reshape(4, -1)
    message = float(links.message_time_s.sum())

    def run(late: tuple[float, float], warm_up: int, rounds: int) -> Floats:
        return _run(state.copy(), links, message, protocol, np.array(late), warm_up, rounds)

    if (links.success_probability[[0, -1]] == 1).all():
        period, total = run((0.0, 0.0), least, 2)[0], run((0.0, 0.0), least, _LONG)[0]
        if np.allclose(total, period * _LONG / 2, rtol=1e-10, atol=0):
            return 0
    rounds = least
    while rounds * max(len(links) / 4, 1) <= _MOST_ROUNDS / 2:
        empty, left, right = (run(late, rounds, 10) for late in ((0.0, 0.0), (message, 0.0), (0.0, message)))
        if np.allclose(empty, left, rtol=1e-9, atol=0) and np.allclose(empty, right, rtol=1e-9, atol=0):
            return 2 * rounds
        rounds *= 2
    return np.inf
