"""Deliveries per second under each protocol, 20 links, beside its own rules event by event in the same run.

50 km links, 0.2 dB/km, 200 000 km/s, a coherence time of 1 s. All on one core, in turn, three times over with three
seeds: the rate, per second of processor time, is the best of the three; z compares the mean durations and error rates
of all three seeds with those of the events, whose errors are those of means of batches. About two minutes.

    OMP_NUM_THREADS=1 NUMBA_NUM_THREADS=1 python benchmarks/protocols.py
"""

import time

import numpy as np

from qnet import chain

LINKS = chain.fibre_links(link_lengths_km=[50.0] * 20)
WERNER = chain.fibre_links(link_lengths_km=[50.0] * 20, werner=0.98)
NODES = chain.Nodes(coherence_time_s=1.0)
FREE, TOGETHER = chain.SwapAsap(), chain.SwapAsap(restart="restart_together")
CASES = {  # links, protocol, deliveries of the sampler and of the events
    "SwapAsap": (LINKS, FREE, 2_000_000, 400),
    "SwapAsap, together": (LINKS, TOGETHER, 2_000_000, 400),
    "Sequential, odd first": (LINKS, chain.Sequential(), 2_000_000, 400),
    "Sequential, by a coin": (LINKS, chain.Sequential(order="random"), 1_000_000, 300),
    "GlobalCutoff, 40.125 ms": (LINKS, chain.GlobalCutoff(cutoff_s=0.040125), 1_000_000, 300),
    "GlobalCutoff, 20.125 ms": (LINKS, chain.GlobalCutoff(cutoff_s=0.020125), 1_000_000, 300),
    "LocalCutoff, 60.125 ms": (LINKS, chain.LocalCutoff(cutoff_s=0.060125), 200_000, 300),
    "LocalCutoff, 12.625 ms": (LINKS, chain.LocalCutoff(cutoff_s=0.012625), 100_000, 200),
    "SwapAsap, all distil, one channel": (chain.distilled(WERNER, chain.Distillation()), FREE, 1_000_000, 200),
    "SwapAsap, all distil, two channels": (
        chain.distilled(WERNER, chain.Distillation(channels="parallel")), FREE, 1_000_000, 200,
    ),
}  # fmt: skip
WARM_UP, BATCHES, REPEATS = 80, 20, 3


def sampled(links, protocol, deliveries, seed):
    start = time.process_time()
    found = chain.sample(links, NODES, protocol, deliveries=deliveries, seed=seed)
    return time.process_time() - start, found


def by_events(links, protocol, deliveries, seed):
    """Processor time of all deliveries, and means and errors of those after the first ones."""
    start = time.process_time()
    found = chain.simulate_events(links, NODES, protocol, deliveries=WARM_UP + deliveries, seed=seed)
    taken = time.process_time() - start
    batches = [
        values.reshape(BATCHES, -1).mean(axis=1)
        for values in (np.diff(found.delivered_s)[WARM_UP - 1 :], (1 - (found.x + found.z) / 2)[WARM_UP:] / 2)
    ]
    return taken, [(batch.mean(), batch.std(ddof=1) / np.sqrt(BATCHES)) for batch in batches]


def main() -> None:
    print("| protocol | deliveries/s | by events/s | faster by | z of duration | z of error rate |")
    print("| --- | --- | --- | --- | --- | --- |")
    for name, (links, protocol, deliveries, events) in CASES.items():
        sampled(links, protocol, 1000, 0)
        fast = [sampled(links, protocol, deliveries, seed) for seed in range(REPEATS)]
        slow = [by_events(links, protocol, events, seed) for seed in range(REPEATS)]
        rate = deliveries / min(taken for taken, _ in fast)
        literal = (WARM_UP + events) / min(taken for taken, _ in slow)
        z = []
        for i, (value, error) in enumerate((("duration_s", "duration_s_se"), ("qber", "qber_se"))):
            means = [getattr(found, value) for _, found in fast], [found[i][0] for _, found in slow]
            errors = [getattr(found, error) for _, found in fast] + [found[i][1] for _, found in slow]
            z.append((np.mean(means[0]) - np.mean(means[1])) / (np.hypot.reduce(errors) / REPEATS))
        print(
            f"| {name} | {rate:,.0f} | {literal:,.0f} | {rate / literal:,.0f} | {z[0]:+.1f} | {z[1]:+.1f} |", flush=True
        )


if __name__ == "__main__":
    main()
