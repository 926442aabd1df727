"""The two fibres between the nodes and the midpoint: their lengths, their losses and the cycle time that they allow.

Avis et al., arXiv:2305.09635, Secs. II.1 and II.2. L_left + L_right = length_km and L_left - L_right = asymmetry_km,
which is positive where the midpoint is nearer to the right node.
"""

from dataclasses import dataclass
from dataclasses import field as column
from typing import Annotated

import numpy as np
from attrs import field, frozen
from numpy.typing import ArrayLike

from qnet import checks, fibre
from qnet.midpoint.arguments import ASYMMETRY, narrow, refuse, shape, spread
from qnet.records import Arrays, Floats, Quantity, about, array

LOCAL_TIME = Quantity("s", "duration of an attempt without communication", checks.NOT_NEGATIVE_TO_1E30)
SPEED = Quantity("km/s", "speed of light in fibre", checks.POSITIVE_TO_1E30)

LocalTime = Annotated[ArrayLike, LOCAL_TIME]
Speed = Annotated[ArrayLike, SPEED]


@frozen(kw_only=True, eq=False)
class Placement(Arrays):
    """Where the midpoint stands between its two nodes. Fields broadcast.

    length_km: L = L_left + L_right. asymmetry_km: Delta L = L_left - L_right, above 0 where the right node is nearer.
    Raises Refused for a negative length, and for a midpoint that is not between its nodes: |asymmetry_km| > length_km.
    """

    length_km: Floats = field(
        converter=array,
        metadata=about("km", "fibre length from node to node, through the midpoint", checks.NOT_NEGATIVE_TO_1E30),
    )
    asymmetry_km: Floats = field(converter=array, metadata={"quantity": ASYMMETRY})

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        length, asymmetry = narrow(self.length_km), narrow(self.asymmetry_km)
        beyond = np.abs(asymmetry) > length
        refuse(beyond, "asymmetry_km", "must lie between -length_km and length_km", asymmetry)

    def sides_km(self) -> tuple[Floats, Floats]:
        """(L_left, L_right), not yet repeated to the record's shape. Avis et al., Eq. (3)."""
        length, asymmetry = narrow(self.length_km), narrow(self.asymmetry_km)
        return (length + asymmetry) / 2, (length - asymmetry) / 2


@frozen(kw_only=True, eq=False)
class Midpoint(Placement):
    """A midpoint and its link: where it stands, and how likely a photon is detected there. Fields broadcast.

    p_det: emission, coupling and detection together, without fibre, alike for both nodes.
    Raises Refused as `Placement` does, for p_det outside [0, 1], and for a negative attenuation.
    """

    p_det: Floats = field(
        converter=array,
        metadata=about("1", "probability that an emitted photon is detected, at zero fibre length", checks.PROBABILITY),
    )
    attenuation_db_per_km: Floats = field(
        default=fibre.ATTENUATION_DB_PER_KM,
        converter=array,
        metadata=about("dB/km", "fibre attenuation", checks.NOT_NEGATIVE_TO_1E30),
    )

    def detection(self) -> tuple[Floats, Floats]:
        """(p_left, p_right), p = p_det exp(-L_side / L_att), not yet repeated to the record's shape.

        Avis et al., Eq. (5).
        """
        efficiency, per_km = narrow(self.p_det), narrow(self.attenuation_db_per_km) * fibre.LN_PER_DB
        left, right = self.sides_km()
        return efficiency * np.exp(-left * per_km), efficiency * np.exp(-right * per_km)


@frozen(kw_only=True, eq=False)
class Arms(Arrays):
    """What a midpoint's losses come to, whatever they are made of. Fields broadcast.

    Raises Refused for probabilities outside [0, 1].
    """

    p_left: Floats = field(
        converter=array,
        metadata=about("1", "probability that a photon that the left node emits is detected", checks.PROBABILITY),
    )
    p_right: Floats = field(
        converter=array,
        metadata=about("1", "probability that a photon that the right node emits is detected", checks.PROBABILITY),
    )


@dataclass(frozen=True)
class Cycle:
    """Least duration of one attempt; the shape of the broadcast arguments."""

    cycle_time_s: Floats = column(metadata=about("s", "duration of an attempt"))


def arrival(midpoint: Midpoint) -> Arms:
    """The probability that a photon of each node is detected: p = p_det exp(-L_side / L_att). Avis et al., Eq. (5).

    Raises Refused for anything but a `Midpoint`, which has checked its fields.
    """
    checks.instance("midpoint", midpoint, Midpoint)
    p_left, p_right = (spread(p, midpoint.p_det.shape) for p in midpoint.detection())
    return Arms(p_left=p_left, p_right=p_right)


def cycle_time(
    placement: Placement, *, local_time_s: LocalTime = 0.0, speed_km_per_s: Speed = fibre.LIGHT_KM_PER_S
) -> Cycle:
    """max{local_time_s, (L + |Delta L|) / c}: photon and message over the longer arm. Avis et al., Eq. (4).

    local_time_s: what an attempt takes without communication; the paper names such a floor but gives no symbol to it.
    The cycle time grows linearly, with a kink at asymmetry 0, except below the floor, where it is constant.
    Raises Refused for negative times, and for a speed that is not positive.
    """
    local = LOCAL_TIME.checked("local_time_s", local_time_s)
    speed = SPEED.checked("speed_km_per_s", speed_km_per_s)
    whole = shape(placement=(placement, Placement), local_time_s=local, speed_km_per_s=speed)
    left, right = placement.sides_km()
    return Cycle(spread(np.maximum(local, 2 * np.maximum(left, right) / speed), whole))
