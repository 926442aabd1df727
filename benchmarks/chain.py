"""Deliveries per second of a SWAP-ASAP chain of 20 links: `qnet.chain.swap_asap` against other ways to sample it.

50 km links, 0.2 dB/km, 200 000 km/s, a coherence time of 1 s; links start as soon as they are free and end nodes know
at once, unless stated. All in one run on one core, in turn, three times over with three seeds: the rate, per second of
processor time, is the best of the three; means and standard errors are those of all three, and z compares them with
those of `qnet`. Then how `swap_asap` scales with links and with deliveries. About three minutes.

    OMP_NUM_THREADS=1 NUMBA_NUM_THREADS=1 python benchmarks/chain.py

Peers are optional and run by another Python, 3.12 or newer for SeQUeNCe, which PEERS_PYTHON names:

    python3.12 -m venv peers && peers/bin/pip install requsim==0.4 qns==0.2.3 sequence==1.3.1
    PEERS_PYTHON=peers/bin/python OMP_NUM_THREADS=1 NUMBA_NUM_THREADS=1 python benchmarks/chain.py
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numba import njit

from qnet.chain import Fibre, Nodes, SwapAsap, fibre_links, simulate_events, swap_asap
from qnet.chain.estimate import chain_sums

LINKS, LENGTH_KM, ATTENUATION_DB_PER_KM, COHERENCE_TIME_S = 20, 50.0, 0.2, 1.0
FIBRE = Fibre(attenuation_db_per_km=ATTENUATION_DB_PER_KM)
NODES = Nodes(coherence_time_s=COHERENCE_TIME_S)
CYCLE_TIME_S, SUCCESS_PROBABILITY = 0.00025, 0.1
WARM_UP, BATCHES = 80, 20  # deliveries of a single chain that do not count; batches of the others, taken as independent
CHAINS = 500  # side by side in numpy
REPEATS = 3
PEERS = Path(__file__).parent / "chain_peers"
PEERS_PYTHON = os.environ.get("PEERS_PYTHON", sys.executable)


@dataclass(frozen=True)
class Sample:
    """Processor time of a run; mean duration and error rate, each with its standard error."""

    seconds: float
    duration_s: float
    duration_s_se: float
    qber: float
    qber_se: float


@dataclass(frozen=True)
class Competitor:
    """function: of a number of deliveries and a seed; None if it is not installed. alike: whether means must agree."""

    name: str
    function: Callable[[int, int], Sample | None]
    deliveries: int
    differs: str
    alike: bool = True


def by_qnet(deliveries: int, seed: int, messages: bool = False) -> Sample:
    start = time.process_time()
    found = swap_asap(
        NODES,
        SwapAsap(messages=messages),
        FIBRE,
        link_lengths_km=[LENGTH_KM] * LINKS,
        deliveries=deliveries,
        seed=seed,
    )
    taken = time.process_time() - start
    return Sample(taken, found.duration_s, found.duration_s_se, found.qber, found.qber_se)


def by_qnet_with_messages(deliveries: int, seed: int) -> Sample:
    return by_qnet(deliveries, seed, messages=True)


def by_events(deliveries: int, seed: int) -> Sample:
    links = fibre_links(FIBRE, link_lengths_km=[LENGTH_KM] * LINKS)
    start = time.process_time()
    found = simulate_events(links, NODES, deliveries=deliveries, seed=seed)
    return of_one_chain(time.process_time() - start, found.delivered_s, found.werner)


def by_numpy(deliveries: int, seed: int) -> Sample:
    """The recursion, for many chains at once; each is a batch."""
    start = time.process_time()
    rng = np.random.default_rng(seed)
    done = np.zeros((LINKS + 2, CHAINS))  # first and last row: when the end nodes know
    rounds = deliveries // CHAINS
    werner = np.zeros(CHAINS)
    for k in range(WARM_UP + rounds):
        if k == WARM_UP:
            began = done[0].copy()
        begin = np.maximum(np.maximum(done[:-2], done[1:-1]), done[2:])
        inner = begin + rng.geometric(SUCCESS_PROBABILITY, (LINKS, CHAINS)) * CYCLE_TIME_S
        delivered = inner.max(axis=0)
        storage = np.abs(np.diff(inner, axis=0)).sum(axis=0) + 2 * delivered - inner[0] - inner[-1]
        done[0], done[1:-1], done[-1] = delivered, inner, delivered
        if k >= WARM_UP:
            werner += np.exp(-storage / COHERENCE_TIME_S)
    duration, werner = (done[0] - began) / rounds, werner / rounds
    return of_batches(time.process_time() - start, duration, werner)


@njit
def scalar_recursion(links, deliveries, cycle_time_s, success_probability, coherence_time_s, seed):
    """When each delivery of one chain was made, and its Werner parameter."""
    np.random.seed(seed)
    delivered_s, werner = np.empty(deliveries), np.empty(deliveries)
    before, now = np.zeros(links + 2), np.zeros(links + 2)
    for k in range(deliveries):
        delivered = storage = 0.0
        for i in range(1, links + 1):
            begin = max(before[i - 1], before[i], before[i + 1])
            now[i] = begin + np.random.geometric(success_probability) * cycle_time_s
            delivered = max(delivered, now[i])
            if i > 1:
                storage += abs(now[i] - now[i - 1])
        now[0] = now[links + 1] = delivered
        delivered_s[k] = delivered
        werner[k] = np.exp(-(storage + 2 * delivered - now[1] - now[links]) / coherence_time_s)
        before, now = now, before
    return delivered_s, werner


def by_scalar_numba(deliveries: int, seed: int) -> Sample:
    start = time.process_time()
    found = scalar_recursion(LINKS, deliveries, CYCLE_TIME_S, SUCCESS_PROBABILITY, COHERENCE_TIME_S, seed)
    return of_one_chain(time.process_time() - start, *found)


def by_peer(name: str, **chain: float) -> Callable[[int, int], Sample | None]:
    def run(deliveries: int, seed: int) -> Sample | None:
        arguments = json.dumps({"deliveries": deliveries, "seed": seed, "chain": {"links": LINKS, **chain}})
        done = subprocess.run(
            [PEERS_PYTHON, PEERS / f"with_{name}.py", arguments], capture_output=True, encoding="utf-8", check=False
        )
        if f"No module named '{name}" in done.stderr:
            return None
        if done.returncode:
            raise RuntimeError(f"{name} failed:\n{done.stderr}")
        found = json.loads(done.stdout)
        return of_one_chain(found["seconds"], np.array(found["delivered_s"]), np.array(found["werner"]))

    return run


def of_one_chain(seconds: float, delivered_s: np.ndarray, werner: np.ndarray) -> Sample:
    size = (len(werner) - WARM_UP) // BATCHES
    counted = slice(WARM_UP, WARM_UP + BATCHES * size)
    duration = np.diff(delivered_s[WARM_UP - 1 : WARM_UP + BATCHES * size : size]) / size
    return of_batches(seconds, duration, werner[counted].reshape(BATCHES, size).mean(axis=1))


def of_batches(seconds: float, duration_s: np.ndarray, werner: np.ndarray) -> Sample:
    qber = (1 - werner) / 2
    root = np.sqrt(len(duration_s))
    return Sample(seconds, duration_s.mean(), duration_s.std(ddof=1) / root, qber.mean(), qber.std(ddof=1) / root)


def of_repeats(samples: list[Sample]) -> Sample:
    """The best time, and the means of all."""

    def mean(name: str) -> float:
        return float(np.mean([getattr(sample, name) for sample in samples]))

    def error(name: str) -> float:
        return float(np.sqrt(np.sum([getattr(sample, name) ** 2 for sample in samples])) / len(samples))

    return Sample(
        min(sample.seconds for sample in samples),
        mean("duration_s"),
        error("duration_s_se"),
        mean("qber"),
        error("qber_se"),
    )


def competitors() -> list[Competitor]:
    same = {
        "cycle_time_s": CYCLE_TIME_S,
        "success_probability": SUCCESS_PROBABILITY,
        "coherence_time_s": COHERENCE_TIME_S,
    }
    fibre = {
        "length_km": LENGTH_KM,
        "attenuation_db_per_km": ATTENUATION_DB_PER_KM,
        "coherence_time_s": COHERENCE_TIME_S,
    }
    return [
        Competitor("`qnet.chain.swap_asap`", by_qnet, 5_000_000, "its standard errors and warm-up included"),
        Competitor(
            "`swap_asap`, messages", by_qnet_with_messages, 5_000_000, "ends wait for swap outcomes", alike=False
        ),
        Competitor("recursion in numpy", by_numpy, 200_000, f"{CHAINS} chains side by side"),
        Competitor("recursion in Numba", by_scalar_numba, 200_000, "one chain, Numba's own generator"),
        Competitor("SimQN", by_peer("qns", **same), 10_000, "our protocol; an event per elementary state"),
        Competitor("`qnet.chain.simulate_events`", by_events, 3_000, "an event per attempt"),
        Competitor(
            "ReQuSim", by_peer("requsim", **same), 580, "our protocol; an event per elementary state; density matrices"
        ),
        Competitor(
            "SeQUeNCe",
            by_peer("sequence", **fibre),
            180,
            "its own protocol: attempts negotiated over the fibre, nested swaps, messages",
            alike=False,
        ),
    ]


def compare() -> None:
    entrants = competitors()
    samples: dict[str, list[Sample | None]] = {entrant.name: [] for entrant in entrants}
    by_qnet(100, 0)
    by_scalar_numba(WARM_UP + BATCHES, 0)
    for repeat in range(REPEATS):
        for entrant in entrants:
            samples[entrant.name].append(entrant.function(entrant.deliveries, repeat))
    print("| sampler | deliveries | deliveries/s | slower by | duration, ms | z | QBER, % | z | what differs |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    own = of_repeats(samples[entrants[0].name])
    own_rate = entrants[0].deliveries / own.seconds
    for entrant in entrants:
        if None in samples[entrant.name]:
            print(f"| {entrant.name} | not installed | | | | | | | {entrant.differs} |")
            continue
        found = of_repeats(samples[entrant.name])
        rate = entrant.deliveries / found.seconds
        z_duration = z_qber = ""
        if entrant.alike and entrant is not entrants[0]:
            z_duration = z(found.duration_s - own.duration_s, found.duration_s_se, own.duration_s_se)
            z_qber = z(found.qber - own.qber, found.qber_se, own.qber_se)
        print(
            f"| {entrant.name} | {entrant.deliveries:,} | {rate:,.0f} | {own_rate / rate:,.3g} "
            f"| {found.duration_s * 1e3:.4f} ± {found.duration_s_se * 1e3:.4f} | {z_duration} "
            f"| {found.qber * 100:.4f} ± {found.qber_se * 100:.4f} | {z_qber} | {entrant.differs} |"
        )


def z(difference: float, *standard_errors: float) -> str:
    return f"{difference / np.hypot(*standard_errors):+.1f}"


def scale_with_links() -> None:
    """Every chain warms up, for longer the more links it has; link-deliveries with and without those of the warm-up."""
    print("\n| links | deliveries | seconds | link-deliveries/s, all | that count |")
    print("| --- | --- | --- | --- | --- |")
    for number, deliveries, repeats in (
        (2, 10_000_000, REPEATS),
        (20, 5_000_000, REPEATS),
        (200, 500_000, REPEATS),
        (2_000, 500_000, 1),
        (10_000, 10_000, 1),
    ):
        links = fibre_links(FIBRE, link_lengths_km=[LENGTH_KM] * number)
        protocol = SwapAsap()
        warm_up = protocol.warm_up_rounds(links)
        taken = []
        for seed in range(repeats):
            start = time.process_time()
            sums = chain_sums(
                links=links, nodes=NODES, protocol=protocol, deliveries=deliveries, seed=seed, warm_up=warm_up
            )
            taken.append(time.process_time() - start)
        count = number * deliveries / min(taken)
        both = number * (deliveries + warm_up * sums.shape[1]) / min(taken)
        print(f"| {number:,} | {deliveries:,} | {min(taken):.2f} | {both:.2g} | {count:.2g} |")


def scale_with_deliveries() -> None:
    """Each in a process of its own, which tells its peak memory (on Linux)."""
    script = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from qnet.chain import swap_asap\n"
        f"run = lambda deliveries: swap_asap(link_lengths_km=[{LENGTH_KM}] * {LINKS}, deliveries=deliveries, seed=0)\n"
        "run(100)\n"
        "start = time.process_time()\n"
        "run(int(sys.argv[1]))\n"
        "taken = time.process_time() - start\n"
        "status = Path('/proc/self/status').read_text()\n"
        "print(taken, int(status.split('VmHWM:')[1].split()[0]) / 1024)\n"
    )
    print("\n| deliveries | seconds | deliveries/s | peak memory, MiB |")
    print("| --- | --- | --- | --- |")
    for deliveries in (100_000, 1_000_000, 10_000_000, 100_000_000):
        done = subprocess.run(
            [sys.executable, "-c", script, str(deliveries)], capture_output=True, encoding="utf-8", check=True
        )
        seconds, memory = map(float, done.stdout.split())
        print(f"| {deliveries:,} | {seconds:.3f} | {deliveries / seconds:,.0f} | {memory:.0f} |")


def main() -> None:
    compare()
    scale_with_links()
    scale_with_deliveries()


if __name__ == "__main__":
    main()
