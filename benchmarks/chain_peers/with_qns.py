"""The chain of benchmarks/chain.py on SimQN: its simulator, events, nodes, memories and Werner states.

The number of attempts of a state is drawn at once, not by sending qubits one by one; that favours it.
"""

import json
import sys
import time

import numpy as np
from qns.models.epr import WernerStateEntanglement
from qns.network.topology import LineTopology
from qns.simulator import Event, Simulator, Time

SLOTS_PER_S = 1_000_000


class LinkDone(Event):
    def __init__(self, t: Time, chain: "Chain", link: int) -> None:
        super().__init__(t=t)
        self.chain = chain
        self.link = link

    def invoke(self) -> None:
        self.chain.link_done(self.link)


class Chain:
    """Link i joins nodes i and i + 1; a node's memories hold a pair to its left and a pair to its right."""

    def __init__(
        self, *, links: int, cycle_time_s: float, success_probability: float, coherence_time_s: float, deliveries: int
    ) -> None:
        self.last, self.deliveries = links - 1, deliveries
        self.cycle_slots, self.success_probability = round(cycle_time_s * SLOTS_PER_S), success_probability
        self.simulator = Simulator(0, 1e9, accuracy=SLOTS_PER_S)
        memory = {"capacity": 1, "decoherence_rate": 1 / coherence_time_s}
        nodes, _ = LineTopology(links + 1, memory_args=[memory, memory]).build()
        for node in nodes:
            node.install(self.simulator)
        self.to_left, self.to_right = zip(*(node.memories for node in nodes), strict=True)
        self.delivered_s: list[float] = []
        self.werner: list[float] = []
        for link in range(links):
            self.start_if_free(link)

    def start_if_free(self, link: int) -> None:
        free = self.to_right[link].count == self.to_left[link + 1].count == 0
        if free and len(self.delivered_s) < self.deliveries:
            wait = self.simulator.time(time_slot=self.cycle_slots * np.random.geometric(self.success_probability))
            self.simulator.add_event(LinkDone(self.simulator.tc + wait, self, link))

    def link_done(self, link: int) -> None:
        self.store(WernerStateEntanglement(), link, link + 1)
        self.swap_if_ready(link)
        self.swap_if_ready(link + 1)
        pair = self.to_right[0].get(0)
        if pair is not None and pair.dst == self.last + 1:
            self.take(pair)
            self.delivered_s.append(self.simulator.tc.sec)
            self.werner.append(pair.w)
            self.start_if_free(0)
            self.start_if_free(self.last)

    def store(self, pair: WernerStateEntanglement, src: int, dst: int) -> None:
        pair.src, pair.dst = src, dst
        self.to_right[src].write(pair)
        self.to_left[dst].write(pair)

    def take(self, pair: WernerStateEntanglement) -> None:
        """Out of both memories, each of which applies its decoherence."""
        self.to_right[pair.src].read(pair)
        self.to_left[pair.dst].read(pair)

    def swap_if_ready(self, node: int) -> None:
        left, right = self.to_left[node].get(0), self.to_right[node].get(0)
        if left is None or right is None:
            return
        self.take(left)
        self.take(right)
        self.store(left.swapping(right), left.src, right.dst)
        self.start_if_free(node - 1)
        self.start_if_free(node)


def main(deliveries: int, seed: int, chain: dict) -> None:
    np.random.seed(seed)
    start = time.process_time()
    run = Chain(**chain, deliveries=deliveries)
    run.simulator.run()
    taken = time.process_time() - start
    json.dump({"seconds": taken, "delivered_s": run.delivered_s, "werner": run.werner}, sys.stdout)


if __name__ == "__main__":
    main(**json.loads(sys.argv[1]))
