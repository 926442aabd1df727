"""Elementary links of a chain: duration and success of an attempt. Avis et al., Eqs. (31) and (32)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from qnet import checks
from qnet.checks import Floats
from qnet.errors import Refused

_LEAST_PROBABILITY = 1e-100  # of an attempt, or squares of times overflow
_SUCCESS: checks.Rule = (f"must lie in [{_LEAST_PROBABILITY:g}, 1]", lambda x: (x >= _LEAST_PROBABILITY) & (x <= 1))
_WERNER: checks.Rule = ("must lie in [-1/3, 1]", lambda x: (x >= -1 / 3) & (x <= 1))


@dataclass(frozen=True)
class Links:
    """The links of a chain from left to right: arrays of one length, or numbers that hold for every link.

    cycle_time_s: duration of an attempt. success_probability: that an attempt makes an entangled state.
    message_time_s: one way along the link's fibre. werner: Werner parameter of the state that it makes, (4 F - 1) / 3
    for a state of fidelity F.
    Raises Refused for a chain without links, lengths that do not fit, a cycle time outside 1e-30 to 1e30 s, a
    message time below 0 or above 1e30 s, a probability below 1e-100 or above 1, a Werner parameter outside [-1/3, 1].
    """

    cycle_time_s: Floats
    success_probability: Floats
    message_time_s: Floats
    werner: Floats | float = 1.0

    def __post_init__(self) -> None:
        rules = {
            "cycle_time_s": checks.POSITIVE_TO_1E30,
            "success_probability": _SUCCESS,
            "message_time_s": checks.NOT_NEGATIVE_TO_1E30,
            "werner": _WERNER,
        }
        given = {name: checks.real(name, getattr(self, name), rule) for name, rule in rules.items()}
        for name, values in checks.broadcast(given).items():
            if values.ndim != 1 or not values.size:
                raise Refused(f"{name} must list one link or more, but has the shape {values.shape}")
            object.__setattr__(self, name, np.array(values))

    def __len__(self) -> int:
        return len(self.cycle_time_s)


def fibre_links(
    *,
    link_lengths_km: ArrayLike,
    attenuation_db_per_km: float = 0.2,
    speed_km_per_s: float = 200_000.0,
    werner: Floats | float = 1.0,
) -> Links:
    """Links whose attempts take L / c and succeed with the transmission of L: Avis et al., Eqs. (31) and (32).

    Raises Refused for lengths or a speed that are not positive, an attenuation that is negative, and a link so long
    that its success probability is below 1e-100.
    """
    lengths = checks.real("link_lengths_km", link_lengths_km, checks.POSITIVE_TO_1E30)
    if lengths.ndim != 1 or not lengths.size:
        raise Refused(f"link_lengths_km must list one link or more, but is {checks.shown(link_lengths_km)}")
    return placed_links(
        "link_lengths_km", lengths, attenuation_db_per_km=attenuation_db_per_km, speed_km_per_s=speed_km_per_s,
        werner=werner,
    )  # fmt: skip


def placed_links(
    name: str,
    lengths_km: Floats,
    *,
    attenuation_db_per_km: float = 0.2,
    speed_km_per_s: float = 200_000.0,
    werner: Floats | float = 1.0,
) -> Links:
    """As `fibre_links`, for lengths that follow from the argument `name`, which refusals speak of."""
    attenuation = checks.number("attenuation_db_per_km", attenuation_db_per_km, checks.NOT_NEGATIVE_TO_1E30)
    speed = checks.number("speed_km_per_s", speed_km_per_s, checks.POSITIVE_TO_1E30)
    checks.broadcast({name: lengths_km, "werner": checks.real("werner", werner, _WERNER)})
    if np.shape(werner) not in ((), (1,), lengths_km.shape):
        raise Refused(f"werner must be one number or one for each link, but has the shape {np.shape(werner)}")
    success = 10 ** (-attenuation * lengths_km / 10)
    time = lengths_km / speed
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
    return Links(time, success, time, werner)


def news_s(links: Links) -> tuple[Floats, Floats]:
    """From the completion of each link to the news of the swaps at its ends at the left and the right end node.

    A lower bound that is tight: a swap may wait for the other link, whose own bound then holds. A single link has none.
    """
    count = len(links)
    if count == 1:
        return np.zeros(1), np.zeros(1)
    here = np.arange(count)
    from_left, from_right = np.cumsum(links.message_time_s), np.cumsum(links.message_time_s[::-1])[::-1]
    return from_left[np.minimum(here, count - 2)], from_right[np.maximum(here, 1)]
