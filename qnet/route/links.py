"""How a link between two nodes of a route makes entanglement: its technology.

A technology takes the positions of links' left and right ends along a route, and says of each link how long an attempt
takes, how often it succeeds and what state it makes. `Direct` is that of Avis et al.,
arXiv:2305.09635, Sec. III.5, where a link succeeds with the transmission of its fibre; `Heralded` that of Sec. II, with
a midpoint station.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from attrs import evolve, field, frozen

from qnet import checks
from qnet.chain import Fibre, Links
from qnet.chain.links import WERNER
from qnet.checks import Floats
from qnet.errors import Refused
from qnet.midpoint import (
    Arms,
    Detectors,
    DoubleClickPhotons,
    HeraldedState,
    SingleClickPhotons,
    UnlikeDoubleClickPhotons,
    bright_states,
    double_click_state,
    single_click_state,
)

if TYPE_CHECKING:
    from qnet.route.path import Route

_LEAST_PROBABILITY = 1e-100  # that `Links` takes
FIBRE = Fibre()


@frozen(kw_only=True, eq=False)
class Attempts:
    """Attempts of some links, which need not be neighbours; arrays of shape (links,), as in `qnet.chain.Links`.

    length_km and loss_db: of each link's fibre. correlators: x, y and z of the states, shape (3, links).
    """

    length_km: Floats
    loss_db: Floats
    cycle_time_s: Floats
    success_probability: Floats
    message_time_s: Floats
    correlators: Floats

    def links(self) -> Links:
        """Raises Refused for a link that all but never succeeds."""
        for i in np.flatnonzero(~(self.success_probability >= _LEAST_PROBABILITY))[:1]:
            raise Refused(
                f"links must succeed with a probability of {_LEAST_PROBABILITY:g} or more, but one of "
                f"{self.length_km[i]:.4g} km and {self.loss_db[i]:.4g} dB does with {self.success_probability[i]:.3g}"
            )
        return Links(
            cycle_time_s=self.cycle_time_s,
            success_probability=self.success_probability,
            message_time_s=self.message_time_s,
            **dict(zip("xyz", self.correlators, strict=True)),
        )


@frozen(kw_only=True, eq=False)
class Direct:
    """An attempt takes the time of light along the link, and succeeds with its transmission.

    Avis et al., Eqs. (31) and (32), with each span's own loss. fibre: its attenuation counts for spans whose loss was
    not measured. werner: Werner parameter of the states that links make.
    """

    werner: float = 1.0
    fibre: Fibre = FIBRE

    def __attrs_post_init__(self) -> None:
        checks.instance("fibre", self.fibre, Fibre)
        checks.number("werner", self.werner, WERNER)

    def centred(self) -> "Direct":
        """The same: it has no midpoints."""
        return self

    def attempts(self, route: "Route", left_km: Floats, right_km: Floats) -> Attempts:
        """Of links between these positions."""
        length, loss = _fibre_between(route, left_km, right_km, self.fibre)
        time = length / self.fibre.speed_km_per_s
        return Attempts(
            length_km=length,
            loss_db=loss,
            cycle_time_s=time,
            success_probability=10 ** (-loss / 10),
            message_time_s=time / self.fibre.message_speed,
            correlators=np.full((3, len(length)), self.werner),
        )


@frozen(kw_only=True, eq=False)
class Heralded:
    """An attempt sends a photon from each node to a midpoint station, which heralds success. Avis et al., Sec. II.

    p_det: emission, coupling and detection together, without fibre. photons: `DoubleClickPhotons` or
    `SingleClickPhotons`, which says which protocol it is; their indistinguishability is what is left of it at the
    station. An attempt takes local_time_s, or a photon's and its answer's way along the longer arm where that is more,
    Eq. (4). The heralded state enters by its correlators, since it is no Werner state.
    midpoints: "centre": in the middle of each link's fibre, whether there is a site or not. "sites": at the site of the
    route, ends of the link included, whose longer arm is shortest. Names of sites: exactly one in each link.
    Raises Refused for records of another kind, p_det outside [0, 1] and a negative local time; later for links whose
    midpoints are not as said.
    """

    p_det: float
    photons: DoubleClickPhotons | SingleClickPhotons
    detectors: Detectors = field(factory=lambda: Detectors(dark_count=0.0))
    local_time_s: float = 0.0
    midpoints: str | Sequence[str] = "centre"
    fibre: Fibre = FIBRE

    def __attrs_post_init__(self) -> None:
        checks.instance("photons", self.photons, DoubleClickPhotons, SingleClickPhotons)
        checks.instance("detectors", self.detectors, Detectors)
        checks.instance("fibre", self.fibre, Fibre)
        checks.number("p_det", self.p_det, checks.PROBABILITY)
        checks.number("local_time_s", self.local_time_s, checks.NOT_NEGATIVE_TO_1E30)
        if isinstance(self.midpoints, str) and self.midpoints not in ("centre", "sites"):
            raise Refused(f"midpoints must be 'centre', 'sites' or a list of names, but is {self.midpoints!r}")

    def centred(self) -> "Heralded":
        """The same with its midpoints in the middle of their links."""
        return evolve(self, midpoints="centre")

    def attempts(self, route: "Route", left_km: Floats, right_km: Floats) -> Attempts:
        """Of links between these positions."""
        length, loss = _fibre_between(route, left_km, right_km, self.fibre)
        middle = self.stations_km(route, left_km, right_km)
        (left_arm, left_loss), (right_arm, right_loss) = (
            _fibre_between(route, a, b, self.fibre) for a, b in ((left_km, middle), (middle, right_km))
        )
        arms = Arms(p_left=self.p_det * 10 ** (-left_loss / 10), p_right=self.p_det * 10 ** (-right_loss / 10))
        herald = self._state(arms)
        return Attempts(
            length_km=length,
            loss_db=loss,
            cycle_time_s=np.maximum(self.local_time_s, 2 * np.maximum(left_arm, right_arm) / self.fibre.speed_km_per_s),
            success_probability=np.broadcast_to(herald.success_probability, length.shape),
            message_time_s=length / self.fibre.speed_km_per_s / self.fibre.message_speed,
            correlators=np.array([np.broadcast_to(each, length.shape) for each in (herald.x, herald.y, herald.z)]),
        )

    def stations_km(self, route: "Route", left_km: Floats, right_km: Floats) -> Floats:
        """Where the midpoints of links between these positions are."""
        middle = (left_km + right_km) / 2
        if self.midpoints == "centre":
            return middle
        sites = route.positions_km()
        if not isinstance(self.midpoints, str):
            return self._named_km(route, left_km, right_km)
        off = np.abs(sites - middle[:, None])
        outside = (sites < left_km[:, None]) | (sites > right_km[:, None])
        nearest = np.argmin(np.where(outside, np.inf, off), axis=1)
        ends = np.where(outside.all(axis=1), left_km, sites[nearest])  # a moved node may be at no site: then at itself
        return np.clip(ends, left_km, right_km)

    def _named_km(self, route: "Route", left_km: Floats, right_km: Floats) -> Floats:
        named = {site.name: place for site, place in zip(route.sites, route.positions_km(), strict=True)}
        for name in self.midpoints:
            if name not in named:
                raise Refused(f"midpoints must be sites of the route, but {name!r} is none")
        places = np.array([named[name] for name in self.midpoints])
        found = []
        for left, right in zip(left_km, right_km, strict=True):
            inside = places[(places >= left) & (places <= right)]
            if len(inside) > 1:
                inside = inside[(inside > left) & (inside < right)]
            if len(inside) != 1:
                raise Refused(
                    f"midpoints must be one in each link, but are {len(inside)} between {left:.4g} and {right:.4g} km"
                )
            found.append(inside[0])
        return np.array(found)

    def _state(self, arms: Arms) -> HeraldedState:
        if isinstance(self.photons, SingleClickPhotons):
            return single_click_state(arms, bright_states(arms, self.photons), self.detectors)
        fidelity = self.photons.emission_fidelity
        unlike = UnlikeDoubleClickPhotons(
            emission_fidelity_left=fidelity,
            emission_fidelity_right=fidelity,
            indistinguishability=self.photons.indistinguishability,
        )
        return double_click_state(arms, unlike, self.detectors)


DIRECT = Direct()


def _fibre_between(route: "Route", left_km: Floats, right_km: Floats, fibre: Fibre) -> tuple[Floats, Floats]:
    """(length, loss) of the fibre between positions."""
    loss = route.loss_db(right_km, fibre.attenuation_db_per_km) - route.loss_db(left_km, fibre.attenuation_db_per_km)
    return right_km - left_km, np.maximum(loss, 0.0)
