"""What detects the photons at the midpoint, and what a herald there is worth, for either protocol."""

from dataclasses import dataclass
from dataclasses import field as column

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from qnet.midpoint.arguments import BELOW_ONE, FIDELITY, SUCCESS
from qnet.records import Arrays, Floats, about, array, flags


@frozen(kw_only=True, eq=False)
class Detectors(Arrays):
    """The detectors at the midpoint, all alike. Fields broadcast.

    A number-resolving detector counts where it registers a total of one, dark count included; a threshold detector
    where it registers any. Raises Refused for a probability of dark counts outside [0, 1).
    """

    dark_count: Floats = field(
        converter=array, metadata=about("1", "probability of a dark count per detector and window", BELOW_ONE)
    )
    number_resolving: NDArray[np.bool_] = field(
        default=False,
        converter=flags,
        metadata=about("", "whether the detectors resolve the number of photons", bool),
    )


@dataclass(frozen=True)
class Herald:
    """Probability that an attempt is heralded, and fidelity to the heralded Bell state; broadcast shape."""

    success_probability: Floats = column(metadata={"quantity": SUCCESS})
    fidelity: Floats = column(metadata={"quantity": FIDELITY})


@dataclass(frozen=True)
class HeraldedState:
    """Probability that an attempt is heralded, and correlators of the state that the nodes then have; broadcast shape.

    They are 1 where it is the heralded Bell state, whose fidelity is (1 + x + y + z) / 4. That its qubits may point
    somewhere by themselves is left out: it averages out in a swap over the four outcomes, once these are corrected.
    """

    success_probability: Floats = column(metadata={"quantity": SUCCESS})
    x: Floats = column(metadata=about("1", "<XX> of the heralded state, 1 for the heralded Bell state"))
    y: Floats = column(metadata=about("1", "-<YY> of the heralded state, 1 for the heralded Bell state"))
    z: Floats = column(metadata=about("1", "<ZZ> of the heralded state, 1 for the heralded Bell state"))
