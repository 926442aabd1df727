"""The chain of benchmarks/chain.py on ReQuSim: its event queue, stations, sources, pairs, swaps and memory noise.

ReQuSim draws the number of attempts of a state at once and keeps two-qubit density matrices, as here.
"""

import json
import sys
import time

import numpy as np
from requsim.events import EntanglementSwappingEvent
from requsim.libs import matrix
from requsim.noise import NoiseChannel
from requsim.quantum_objects import Pair, SchedulingSource, Station
from requsim.tools.noise_channels import w_noise_channel
from requsim.world import World

BELL_STATE = matrix.phiplus @ matrix.H(matrix.phiplus)


class Chain:
    """Link i joins stations i and i + 1; `ending[i]` and `starting[i]` are the pairs to the left and right of i."""

    def __init__(self, *, links: int, cycle_time_s: float, success_probability: float, coherence_time_s: float) -> None:
        self.world = World()
        noise = NoiseChannel(1, lambda rho, t: w_noise_channel(rho, alpha=np.exp(-t / coherence_time_s)))
        self.stations = [Station(self.world, position=i, memory_noise=noise) for i in range(links + 1)]
        self.sources = [
            SchedulingSource(
                self.world,
                position=i,
                target_stations=self.stations[i : i + 2],
                time_distribution=lambda source: np.random.geometric(success_probability) * cycle_time_s,
                state_generation=lambda source: BELL_STATE,
            )
            for i in range(links)
        ]
        self.starting: list[Pair | None] = [None] * (links + 1)
        self.ending: list[Pair | None] = [None] * (links + 1)
        self.delivered_s: list[float] = []
        self.werner: list[float] = []
        for link in range(links):
            self.start_if_free(link)

    def start_if_free(self, link: int) -> None:
        if self.starting[link] is None and self.ending[link + 1] is None:
            event = self.sources[link].schedule_event()
            event.add_callback(lambda done: self.place(done["output_pair"], link, link + 1))

    def place(self, pair: Pair, left: int, right: int) -> None:
        self.starting[left] = self.ending[right] = pair
        pair.nodes = left, right
        if pair.nodes == (0, len(self.sources)):
            self.deliver(pair)
        else:
            self.swap_if_ready(left)
            self.swap_if_ready(right)

    def swap_if_ready(self, node: int) -> None:
        pairs = [self.ending[node], self.starting[node]]
        if any(pair is None or pair.required_by_events for pair in pairs):
            return
        swap = EntanglementSwappingEvent(self.world.event_queue.current_time, pairs, self.stations[node])
        swap.add_callback(lambda done: self.swapped(node, pairs, done["output_pair"]))
        self.world.event_queue.add_event(swap)

    def swapped(self, node: int, pairs: list[Pair], joined: Pair) -> None:
        self.ending[node] = self.starting[node] = None
        self.start_if_free(node - 1)
        self.start_if_free(node)
        self.place(joined, pairs[0].nodes[0], pairs[1].nodes[1])

    def deliver(self, pair: Pair) -> None:
        pair.update_time()
        fidelity = np.real(np.trace(BELL_STATE @ pair.state))
        self.werner.append((4 * fidelity - 1) / 3)
        self.delivered_s.append(self.world.event_queue.current_time)
        for qubit in pair.qubits:
            qubit.destroy()
        self.starting[0] = self.ending[-1] = None
        self.start_if_free(0)
        self.start_if_free(len(self.sources) - 1)


def main(deliveries: int, seed: int, chain: dict) -> None:
    np.random.seed(seed)
    start = time.process_time()
    run = Chain(**chain)
    while len(run.delivered_s) < deliveries:
        run.world.event_queue.resolve_next_event()
    taken = time.process_time() - start
    json.dump({"seconds": taken, "delivered_s": run.delivered_s, "werner": run.werner}, sys.stdout)


if __name__ == "__main__":
    main(**json.loads(sys.argv[1]))
