"""The nodes of a chain: how well they store qubits, and how well repeaters swap."""

import numpy as np
from attrs import field, frozen

from qnet import checks
from qnet.checks import Floats
from qnet.errors import Refused
from qnet.records import Single, about, one_or_each

COHERENCE: checks.Rule = ("must be 1e-30 or more, infinity included", lambda x: x >= 1e-30)
_READOUT: checks.Rule = ("must lie in [0, 1/2]", lambda x: (x >= 0) & (x <= 0.5))


@frozen(kw_only=True, eq=False)
class Nodes(Single):
    """Memories and swaps: numbers that hold for every node, or lists of one per node from left to right, ends included.

    coherence_time_s: T. A qubit stored for t depolarises, rho -> e^(-t/T) rho + (1 - e^(-t/T)) Tr_q rho (x) 1/2, so
    that all correlators of the state that it is part of shrink by e^(-t/T); T may be infinite. Avis et al., Eq. (33).
    swap_quality: g. The two-qubit gate of a swap is perfect with probability g, and else leaves its qubits maximally
    mixed. swap_readout_error: epsilon, the probability that the read-out of either qubit gives the wrong outcome.
    The last two say nothing of end nodes, which do not swap.
    Raises Refused for a coherence time below 1e-30 s, a quality outside [0, 1], and an error outside [0, 1/2].
    """

    coherence_time_s: float | tuple[float, ...] = field(
        converter=one_or_each, default=1.0, metadata=about("s", "coherence time of the memories", COHERENCE, per="node")
    )
    swap_quality: float | tuple[float, ...] = field(
        converter=one_or_each,
        default=1.0,
        metadata=about("1", "probability that the two-qubit gate of a swap is perfect", checks.PROBABILITY, per="node"),
    )
    swap_readout_error: float | tuple[float, ...] = field(
        converter=one_or_each,
        default=0.0,
        metadata=about("1", "probability that a swap reads one of its qubits wrongly", _READOUT, per="node"),
    )

    def decay_hz(self, links: int) -> Floats:
        """1 / T of every node of a chain of so many links, shape (links + 1,)."""
        return 1 / self._each("coherence_time_s", links + 1)

    def swap_factors(self, links: int) -> Floats:
        """What the swap at each node leaves of the correlators x, y and z, shape (3, links + 1); all at the ends.

        A swap whose Bell measurement reads each qubit wrongly with epsilon, and whose gate has the quality g,
        multiplies x and z by g (1 - 2 epsilon), since one outcome decides the sign, and y by g (1 - 2 epsilon)^2, since
        both do.
        """
        quality = self._each("swap_quality", links + 1)
        right = 1 - 2 * self._each("swap_readout_error", links + 1)
        factors = np.array([quality * right, quality * right**2, quality * right])
        factors[:, [0, -1]] = 1
        return factors

    def _each(self, name: str, nodes: int) -> Floats:
        values = np.asarray(getattr(self, name), dtype=np.float64)
        if values.shape not in ((), (nodes,)):
            raise Refused(f"{name} must be one value, or one for each of {nodes} nodes, but lists {values.size}")
        return np.array(np.broadcast_to(values, (nodes,)))


NODES = Nodes()
