"""Elementary links of a chain: duration and success of an attempt. Avis et al., Eqs. (31) and (32)."""

import numpy as np
from attrs import Factory, field, fields, frozen
from numpy.typing import ArrayLike

from qnet import checks
from qnet.chain.kernels import CYCLE_S, LAW, PER_LOG2
from qnet.checks import Floats
from qnet.errors import Refused
from qnet.fibre import ATTENUATION_DB_PER_KM, LIGHT_KM_PER_S, delay_s, transmission
from qnet.records import Arrays, Single, about, array

_LEAST_PROBABILITY = 1e-100  # of an attempt, or squares of times overflow
_SUCCESS: checks.Rule = (f"must lie in [{_LEAST_PROBABILITY:g}, 1]", lambda x: (x >= _LEAST_PROBABILITY) & (x <= 1))
_MESSAGE_SPEED: checks.Rule = ("must lie in [1, 1e30]", lambda x: (x >= 1) & (x <= 1e30))
WERNER: checks.Rule = ("must lie in [-1/3, 1]", lambda x: (x >= -1 / 3) & (x <= 1))
_CORRELATOR: checks.Rule = ("must lie in [-1, 1]", lambda x: np.abs(x) <= 1)
_WERNER_OF_LINK = Factory(lambda links: links.werner, takes_self=True)


@frozen(kw_only=True, eq=False)
class Links(Arrays):
    """The links of a chain from left to right: arrays of one length, or numbers that hold for every link.

    cycle_time_s: duration of an attempt. success_probability: that an attempt makes an entangled state.
    message_time_s: one way along the link's fibre. werner: Werner parameter of the state that it makes, (4 F - 1) / 3
    for a state of fidelity F.
    x, y, z: its correlators <XX>, -<YY> and <ZZ>, 1 for the target, where it is Bell-diagonal but no Werner state, for
    which all three are the Werner parameter; where they are given, `werner` is their mean, which belongs to F as well.
    Raises Refused for a chain without links, lengths that do not fit, a cycle time outside 1e-30 to 1e30 s, a
    message time below 0 or above 1e30 s, a probability below 1e-100 or above 1, a Werner parameter outside [-1/3, 1],
    correlators of no state, and for both, a Werner parameter and correlators.
    """

    cycle_time_s: Floats = field(
        converter=array, metadata=about("s", "duration of an attempt", checks.POSITIVE_TO_1E30)
    )
    success_probability: Floats = field(
        converter=array, metadata=about("1", "probability that an attempt makes an entangled state", _SUCCESS)
    )
    message_time_s: Floats = field(
        converter=array, metadata=about("s", "time of a message along the link", checks.NOT_NEGATIVE_TO_1E30)
    )
    werner: Floats = field(
        default=1.0, converter=array, metadata=about("1", "Werner parameter of the state of a link", WERNER)
    )
    x: Floats = field(
        default=_WERNER_OF_LINK, converter=array, metadata=about("1", "<XX> of the state of a link", _CORRELATOR)
    )
    y: Floats = field(
        default=_WERNER_OF_LINK, converter=array, metadata=about("1", "-<YY> of the state of a link", _CORRELATOR)
    )
    z: Floats = field(
        default=_WERNER_OF_LINK, converter=array, metadata=about("1", "<ZZ> of the state of a link", _CORRELATOR)
    )

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        self._check_states()
        for each in fields(Links):
            values = getattr(self, each.name)
            if values.ndim != 1 or not values.size:
                raise Refused(f"{each.name} must list one link or more, but has the shape {values.shape}")
            object.__setattr__(self, each.name, np.array(values))

    def _check_states(self) -> None:
        x, y, z = self.correlators()
        mean = (x + y + z) / 3
        if not ((x == y) & (y == z) & (z == self.werner)).all():
            if not ((self.werner == 1) | np.isclose(self.werner, mean, rtol=0, atol=1e-12)).all():
                raise Refused(f"werner must be left out where x, y and z are given, but is {checks.shown(self.werner)}")
            object.__setattr__(self, "werner", mean)
        least = 1 + np.minimum.reduce([x + y + z, z - x - y, x - y - z, y - x - z])  # 4 times a probability
        for i in np.argwhere(least < -1e-12)[:1]:
            one = tuple(i)
            raise Refused(
                "x, y and z must be correlators of a state, whose Bell states have probabilities of 0 or more, "
                f"but are {float(x[one])!r}, {float(y[one])!r} and {float(z[one])!r}"
            )

    def correlators(self) -> Floats:
        """x, y and z, shape (3, links)."""
        return np.array([self.x, self.y, self.z])

    @property
    def rows(self) -> int:
        """In how many ways what is lost differs: one, the same for all correlators, as long as no link distils."""
        return 1

    def kept(self, chains: int) -> Floats | None:
        """Where kernels keep what links that distil leave of correlators, shape (3, chains), if there are any."""
        return np.empty((3, chains)) if self.rows > 1 else None

    def fixed(self) -> Floats:
        """The correlators of links that always make the same state, shape (3, links); 1 for others."""
        return self.correlators()

    def law(self, decay_hz: Floats) -> Floats:
        """Of each link: how long its states take, for `kernels.generated`. decay_hz: (links + 1,), of the nodes."""
        found = np.zeros((len(self), LAW))
        found[:, CYCLE_S] = self.cycle_time_s
        found[:, PER_LOG2] = attempts_per_log2(self.success_probability)
        return found

    def mean_duration_s(self, decay_hz: Floats) -> Floats:
        """How long each link takes for a state, shape (links,)."""
        return self.cycle_time_s / self.success_probability

    def transform(self, decay_hz: Floats, waits_hz: Floats) -> Floats:
        """Mean of exp(-waits_hz D), shape (3, links), D being how long a link takes; times x, y and z if they vary.

        p / (exp(T s) - 1 + p) for attempts of duration T and the rate s. waits_hz: (links,).
        """
        p = self.success_probability
        return np.broadcast_to(p / (np.expm1(self.cycle_time_s * waits_hz) + p), (3, len(self)))

    def lattice(self, link: int, decay_hz: Floats, tail: float) -> Floats:
        """P(D = t), and times x, y and z if they vary, at t = T, 2 T, ... for one link, shape (4, points).

        tail: probability of what is left out.
        """
        p = self.success_probability[link]
        with np.errstate(divide="ignore"):
            log_failure = np.log1p(-p)
        points = int(max(np.ceil(np.log(tail) / log_failure), 1))
        each = np.full(points, p)
        each[1:] *= np.exp(log_failure * np.arange(1, points))
        return np.stack([each] * 4)

    def __len__(self) -> int:
        return len(self.cycle_time_s)


def attempts_per_log2(success_probability: Floats) -> Floats:
    """1 / log2(1 - p) of every link, by which `kernels.attempts` draws."""
    with np.errstate(divide="ignore"):  # p = 1
        return np.log(2) / np.log1p(-success_probability)


@frozen(kw_only=True, eq=False)
class Fibre(Single):
    """Optical fibre as Avis et al. have it, Secs. III and III.5, and what messages travel by.

    message_speed: of messages over that of photons in the fibre, 1 or more: by radio they need not follow it.
    Raises Refused for a negative attenuation, a speed outside 1e-30 to 1e30 km/s, and for messages slower than photons
    or more than 1e30 times as fast.
    """

    attenuation_db_per_km: float = field(
        default=ATTENUATION_DB_PER_KM, metadata=about("dB/km", "fibre attenuation", checks.NOT_NEGATIVE_TO_1E30)
    )
    speed_km_per_s: float = field(
        default=LIGHT_KM_PER_S, metadata=about("km/s", "speed of light in fibre", checks.POSITIVE_TO_1E30)
    )
    message_speed: float = field(
        default=1.0, metadata=about("1", "speed of messages over that of photons in fibre", _MESSAGE_SPEED)
    )


FIBRE = Fibre()


def fibre_links(fibre: Fibre = FIBRE, *, link_lengths_km: ArrayLike, werner: ArrayLike = 1.0) -> Links:
    """Links whose attempts take L / c and succeed with the transmission of L: Avis et al., Eqs. (31) and (32).

    link_lengths_km: L, from left to right. werner: as in `Links`.
    Raises Refused for lengths that are not positive, and for a link so long that its success probability is below
    1e-100.
    """
    checks.instance("fibre", fibre, Fibre)
    lengths = checks.real("link_lengths_km", link_lengths_km, checks.POSITIVE_TO_1E30)
    if lengths.ndim != 1 or not lengths.size:
        raise Refused(f"link_lengths_km must list one link or more, but is {checks.shown(link_lengths_km)}")
    return placed_links("link_lengths_km", lengths, fibre, werner)


def placed_links(name: str, lengths_km: Floats, fibre: Fibre = FIBRE, werner: ArrayLike = 1.0) -> Links:
    """As `fibre_links`, for lengths that follow from the argument `name`, which refusals speak of."""
    checks.broadcast({name: lengths_km, "werner": checks.real("werner", werner, WERNER)})
    if np.shape(werner) not in ((), (1,), lengths_km.shape):
        raise Refused(f"werner must be one number or one for each link, but has the shape {np.shape(werner)}")
    success = transmission(length_km=lengths_km, attenuation_db_per_km=fibre.attenuation_db_per_km)
    time = delay_s(length_km=lengths_km, speed_km_per_s=fibre.speed_km_per_s)
    for i in np.flatnonzero(success < _LEAST_PROBABILITY)[:1]:
        raise Refused(
            f"{name} must leave a success probability of {_LEAST_PROBABILITY:g} or more, "
            f"but {float(lengths_km[i])!r} at index {i} leaves {float(success[i])!r}"
        )
    for i in np.flatnonzero((time < 1e-30) | (time > 1e30))[:1]:
        raise Refused(
            f"{name} must take light between 1e-30 and 1e30 s, "
            f"but {float(lengths_km[i])!r} at index {i} takes {float(time[i])!r}"
        )
    return Links(
        cycle_time_s=time, success_probability=success, message_time_s=time / fibre.message_speed, werner=werner
    )
