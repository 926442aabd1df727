"""Alternating chains and their extended-fibre remedy, as functions of the asymmetry. Avis et al., Sec. III.6."""

from typing import Any

from numpy.typing import ArrayLike

from qnet import checks
from qnet.chain.placement import LAYOUTS, alternating_lengths_km, extended_lengths_km
from qnet.chain.rows import rowwise
from qnet.chain.sample import Performance, swap_asap


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
    measure: ArrayLike = "on_knowledge",
) -> Performance:
    """`swap_asap` on the chain that `alternating_lengths_km` or `extended_lengths_km`, as `layout` says, places.

    length_km is from end to end, without spooled fibre. Arrays broadcast; each element is a run of its own.
    Raises ValueError as these do, and for an unknown layout.
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
            measure=measure,
        )
    )


def _alternating_chain(
    *, asymmetry: float, links: int, length_km: float, layout: str, ends: str, **chain: Any
) -> Performance:
    extended = checks.choice("layout", layout, LAYOUTS) == "extended_fibre"
    placed = extended_lengths_km if extended else alternating_lengths_km
    lengths = placed(asymmetry=asymmetry, links=links, length_km=length_km, ends=ends)
    return swap_asap(link_lengths_km=lengths, **chain)
