"""Alternating chains and their extended-fibre remedy, as functions of the asymmetry. Avis et al., Sec. III.6."""

from dataclasses import dataclass
from typing import Any

from attrs import evolve
from numpy.typing import ArrayLike

from qnet import checks, key_rate
from qnet.chain.exact_means import exact
from qnet.chain.links import Links, placed_links
from qnet.chain.performance import Performance, sample
from qnet.chain.placement import LAYOUTS, alternating_lengths_km, extended_lengths_km
from qnet.chain.protocols.swap_asap import SwapAsap
from qnet.chain.rows import rowwise

_MESSAGE_SPEED: checks.Rule = ("must lie in [1, 1e30]", lambda x: (x >= 1) & (x <= 1e30))


@dataclass(frozen=True)
class ExactPerformance:
    """Mean time per end-to-end state, error rate and BB84 key rate; the shape of the broadcast arguments."""

    duration_s: float
    qber: float
    key_rate_hz: float


def alternating_chain(
    *,
    asymmetry: ArrayLike,
    links: ArrayLike,
    length_km: ArrayLike,
    deliveries: ArrayLike,
    seed: ArrayLike,
    layout: ArrayLike = "asymmetric",
    ends: ArrayLike = "long",
    coherence_time_s: ArrayLike = 1.0,
    attenuation_db_per_km: ArrayLike = 0.2,
    speed_km_per_s: ArrayLike = 200_000.0,
    restart: ArrayLike = "as_soon_as_free",
    messages: ArrayLike = False,
    message_speed: ArrayLike = 1.0,
    measure: ArrayLike = "on_knowledge",
) -> Performance:
    """`swap_asap` on the chain that `alternating_lengths_km` or `extended_lengths_km`, as `layout` says, places.

    length_km is from end to end, without spooled fibre. message_speed: of messages over that of photons in the fibre,
    1 or more: by radio they need not follow it. Arrays broadcast; each element is a run of its own.
    Raises Refused as these do, for an unknown layout, and for messages slower than photons or 1e30 times as fast.
    """
    return Performance(
        *rowwise(
            _alternating_chain,
            asymmetry=asymmetry,
            links=links,
            length_km=length_km,
            deliveries=deliveries,
            seed=seed,
            layout=layout,
            ends=ends,
            coherence_time_s=coherence_time_s,
            attenuation_db_per_km=attenuation_db_per_km,
            speed_km_per_s=speed_km_per_s,
            restart=restart,
            messages=messages,
            message_speed=message_speed,
            measure=measure,
        )
    )


def exact_alternating_chain(
    *,
    asymmetry: ArrayLike,
    links: ArrayLike,
    length_km: ArrayLike,
    layout: ArrayLike = "asymmetric",
    ends: ArrayLike = "long",
    coherence_time_s: ArrayLike = 1.0,
    attenuation_db_per_km: ArrayLike = 0.2,
    speed_km_per_s: ArrayLike = 200_000.0,
    restart: ArrayLike = "restart_together",
    messages: ArrayLike = False,
    message_speed: ArrayLike = 1.0,
    measure: ArrayLike = "on_knowledge",
) -> ExactPerformance:
    """What `alternating_chain` estimates, without sampling, where `exact` can. Arrays broadcast; errors as there."""
    return ExactPerformance(
        *rowwise(
            _exact_alternating_chain,
            asymmetry=asymmetry,
            links=links,
            length_km=length_km,
            layout=layout,
            ends=ends,
            coherence_time_s=coherence_time_s,
            attenuation_db_per_km=attenuation_db_per_km,
            speed_km_per_s=speed_km_per_s,
            restart=restart,
            messages=messages,
            message_speed=message_speed,
            measure=measure,
        )
    )


def _alternating_chain(
    *, deliveries: int, seed: int, coherence_time_s: float, restart: str, messages: bool, measure: str, **chain: Any
) -> Performance:
    return sample(
        links=_links(**chain),
        deliveries=deliveries,
        seed=seed,
        coherence_time_s=coherence_time_s,
        protocol=SwapAsap(restart=restart, messages=messages, measure=measure),
    )


def _exact_alternating_chain(
    *, coherence_time_s: float, restart: str, messages: bool, measure: str, **chain: Any
) -> ExactPerformance:
    protocol = SwapAsap(restart=restart, messages=messages, measure=measure)
    found = exact(links=_links(**chain), coherence_time_s=coherence_time_s, protocol=protocol)
    qber = (1 - found.werner) / 2
    rate = key_rate.bb84(duration_s=found.duration_s, qber=qber)
    return ExactPerformance(found.duration_s, qber, float(rate.key_rate_hz))


def _links(
    *, layout: str, attenuation_db_per_km: float, speed_km_per_s: float, message_speed: float, **placement: Any
) -> Links:
    extended = checks.option("layout", layout, LAYOUTS) == "extended_fibre"
    lengths = (extended_lengths_km if extended else alternating_lengths_km)(**placement)
    links = placed_links(
        "length_km", lengths, attenuation_db_per_km=attenuation_db_per_km, speed_km_per_s=speed_km_per_s
    )
    faster = checks.number("message_speed", message_speed, _MESSAGE_SPEED)
    return evolve(links, message_time_s=links.message_time_s / faster)
