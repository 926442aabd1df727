"""The nearest request to SeQUeNCe for the chain of benchmarks/chain.py: its own protocols, on its event queue.

Alike: midpoints whose Bell-state measurement succeeds whenever both photons arrive, so that an attempt succeeds with
the transmission of the link; Bell-diagonal states, memories that depolarise and are never cut off; one memory to either
side of a node; no purification. Its own: an attempt begins with negotiation over the fibre; swaps follow a fixed
hierarchy instead of happening as soon as possible; a node swaps, frees and restarts as messages arrive.
"""

import itertools
import json
import sys
import time

from sequence.app.request_app import RequestApp
from sequence.constants import BELL_DIAGONAL_STATE_FORMALISM, SECOND, SINGLE_HERALDED
from sequence.entanglement_management.generation import EntanglementGenerationA, EntanglementGenerationB
from sequence.entanglement_management.swapping import EntanglementSwappingA, EntanglementSwappingB
from sequence.topology.router_net_topo import RouterNetTopo

ANY_FIDELITY = 0.01
ALL_ERRORS = [1 / 3, 1 / 3, 1 / 3]


class CountingApp(RequestApp):
    """Keeps when each end-to-end pair was known at this node, and its Werner parameter, up to the wanted number."""

    def __init__(self, node, deliveries: int) -> None:
        super().__init__(node)
        self.deliveries = deliveries
        self.delivered_s: list[float] = []
        self.werner: list[float] = []

    def get_memory(self, info) -> None:
        if info.state == "ENTANGLED" and info.remote_node == self.responder:
            info.memory.bds_decohere()
            self.delivered_s.append(self.node.timeline.now() / SECOND)
            self.werner.append((4 * info.memory.get_bds_fidelity() - 1) / 3)
            if len(self.delivered_s) == self.deliveries:
                self.node.timeline.stop()
        super().get_memory(info)


def configuration(*, links: int, length_km: float, attenuation_db_per_km: float, coherence_time_s: float) -> dict:
    names = [f"r{i:03d}" for i in range(links + 1)]
    ends = {names[0], names[-1]}
    return {
        "templates": {
            "router": {
                "MemoryArray": {
                    "fidelity": 1.0,
                    "efficiency": 1.0,
                    "frequency": 1e9,
                    "coherence_time": coherence_time_s * 4 / 3,  # of Pauli errors that hit only 3 times in 4
                    "decoherence_errors": ALL_ERRORS,
                    "cutoff_flag": False,
                }
            },
            "midpoint": {
                "encoding_type": "single_heralded",
                "SingleHeraldedBSM": {
                    "success_rate": 1.0,
                    "detectors": [{"efficiency": 1.0, "dark_count": 0.0, "count_rate": 1e12, "time_resolution": 1}] * 2,
                },
            },
        },
        "nodes": [
            {"name": name, "type": "QuantumRouter", "seed": i, "template": "router", "memo_size": 2 - (name in ends)}
            for i, name in enumerate(names)
        ],
        "qconnections": [
            {
                "node1": left,
                "node2": right,
                "attenuation": attenuation_db_per_km / 1000,
                "distance": round(length_km * 1000),
                "type": "meet_in_the_middle",
                "template": "midpoint",
                "seed": 1000 + i,
            }
            for i, (left, right) in enumerate(itertools.pairwise(names))
        ],
        "cconnections": [
            {"node1": names[i], "node2": names[j], "distance": length_km * 1000 * (j - i)}
            for i, j in itertools.combinations(range(links + 1), 2)
        ],
        "formalism": BELL_DIAGONAL_STATE_FORMALISM,
    }


def main(deliveries: int, seed: int, chain: dict) -> None:
    start = time.process_time()
    for protocol in (EntanglementGenerationA, EntanglementGenerationB):
        protocol.set_global_type(SINGLE_HERALDED)
    for protocol in (EntanglementSwappingA, EntanglementSwappingB):
        protocol.set_formalism(BELL_DIAGONAL_STATE_FORMALISM)
    network = RouterNetTopo(configuration(**chain))
    timeline = network.get_timeline()
    routers = network.get_nodes_by_type(RouterNetTopo.QUANTUM_ROUTER)
    for shift, node in enumerate(timeline.entities.values()):
        if hasattr(node, "set_seed"):
            node.set_seed(1000 * seed + shift)
    app = CountingApp(routers[0], deliveries)
    RequestApp(routers[-1])
    timeline.init()
    app.start(routers[-1].name, SECOND, 10**9 * SECOND, 1, ANY_FIDELITY)
    timeline.run()
    taken = time.process_time() - start
    json.dump({"seconds": taken, "delivered_s": app.delivered_s, "werner": app.werner}, sys.stdout)


if __name__ == "__main__":
    main(**json.loads(sys.argv[1]))
