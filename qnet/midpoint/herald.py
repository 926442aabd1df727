"""What a herald at the midpoint is worth, for either protocol."""

from dataclasses import dataclass

from qnet.midpoint.arguments import Floats


@dataclass(frozen=True)
class Herald:
    """Probability that an attempt is heralded, and fidelity to the heralded Bell state; broadcast shape."""

    success_probability: Floats
    fidelity: Floats
