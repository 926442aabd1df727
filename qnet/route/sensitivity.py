"""What would change the key rate of a chain: moving or dropping a node, or better fibre in a span."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from qnet import checks
from qnet.chain import Links, Nodes, Protocol, SwapAsap, compare
from qnet.chain.nodes import NODES
from qnet.checks import Floats
from qnet.errors import Refused
from qnet.route.choice import other_seed
from qnet.route.links import DIRECT
from qnet.route.path import Route, Technology

_MOVES = np.array([-1, -0.75, -0.5, -0.25, 0.25, 0.5, 0.75, 1])  # of the reach
_TO_LOOK = 0.2  # of the deliveries, for each move that is tried
_LEAST_GAP = 0.01  # of the way to a neighbour: how near to it a node may be moved


@dataclass(frozen=True)
class Sensitivity:
    """Gains of the key rate, as fractions of it, each with its standard error; -1 where nothing is left of it.

    repeaters: names; moved_km: by how much the best move within reach moves each, to the right if positive, 0 where no
    move helps; move_gain, removal_gain: of that move and of leaving the repeater out; shape (repeaters,).
    spans: names; span_gain: of lower loss in each span, shape (spans,).
    undefined: the chain has no key, so that gains are not fractions of anything; they are given as 0.
    """

    repeaters: tuple[str, ...]
    moved_km: Floats
    move_gain: Floats
    move_gain_se: Floats
    removal_gain: Floats
    removal_gain_se: Floats
    spans: tuple[str, ...]
    span_gain: Floats
    span_gain_se: Floats
    undefined: bool


def sensitivity(
    route: Route,
    repeaters: str | Iterable[str] = "all",
    technology: Technology = DIRECT,
    nodes: Nodes = NODES,
    protocol: Protocol = SwapAsap(),  # noqa: B008  a frozen record
    *,
    reach_km: float = 10.0,
    less_db: float = 1.0,
    deliveries: int = 100_000,
    seed: int,
) -> Sensitivity:
    """Finite changes of a chain, compared with it by common random numbers. Ours.

    reach_km: how far along the fibre a node may be moved; a quarter, half, three quarters of it and all of it are
    tried to either side. less_db: by how much the loss of a span is lowered, one at a time, at most to nothing.
    The best move is chosen with other random numbers than those that tell its gain, which is therefore not biased up.
    Raises Refused as `Route.chain` and `qnet.chain.compare` do, and for a reach or a loss that is not positive.
    """
    checks.instance("route", route, Route)
    reach = checks.number("reach_km", reach_km, checks.POSITIVE_TO_1E30)
    less = checks.number("less_db", less_db, checks.POSITIVE_TO_1E30)
    wanted, seeded = checks.count("deliveries", deliveries, most=10**12), checks.seed(seed)
    inner = route.chosen(repeaters)
    places = route.positions_km()[[0, *inner, len(route.sites) - 1]]
    here = route.links(places, technology)

    moved = np.zeros(len(inner))
    tried = []
    for i in range(len(inner)):
        for by in (float(move) for move in reach * _MOVES if _may_move(places, i + 1, move)):
            links = _if_it_can_be(route, _moved(places, i + 1, by), technology)
            if links is not None:
                tried.append((i, by, links))
    if tried:
        look = compare(
            [here, *(links for _, _, links in tried)],
            nodes,
            protocol,
            deliveries=max(1, int(_TO_LOOK * wanted)),
            seed=other_seed(seeded),
        )
        best = np.ones(len(inner))
        for (i, by, _), ratio in zip(tried, look.key_rate_ratio[1:], strict=True):
            if ratio > best[i]:
                best[i], moved[i] = ratio, by

    attenuation = technology.fibre.attenuation_db_per_km
    changed: list[Links | None] = [
        route.links(_moved(places, i + 1, by), technology) if by else here for i, by in enumerate(moved)
    ]
    changed += [_if_it_can_be(route, np.delete(places, i + 1), technology) for i in range(len(inner))]
    changed += [route.with_less_loss(s, less, attenuation).links(places, technology) for s in range(len(route.spans))]
    chains = [here, *(links for links in changed if links is not None)]
    found = compare(chains, nodes, protocol, deliveries=wanted, seed=seeded)
    there = np.array([links is not None for links in changed], dtype=bool)
    gains, errors = np.full(len(changed), -1.0), np.zeros(len(changed))
    gains[there], errors[there] = found.key_rate_ratio[1:] - 1, found.key_rate_ratio_se[1:]
    if found.undefined:
        gains[:] = 0.0
    cuts = [len(inner), 2 * len(inner)]
    (move, removal, span), (move_se, removal_se, span_se) = np.split(gains, cuts), np.split(errors, cuts)
    return Sensitivity(
        repeaters=tuple(route.sites[i].name for i in inner),
        moved_km=moved,
        move_gain=move,
        move_gain_se=move_se,
        removal_gain=removal,
        removal_gain_se=removal_se,
        spans=tuple(f"{span.left} - {span.right}" for span in route.spans),
        span_gain=span,
        span_gain_se=span_se,
        undefined=found.undefined,
    )


def _if_it_can_be(route: Route, nodes: Floats, technology: Technology) -> Links | None:
    """The chain; None where the technology refuses it, since a link has become too long for it."""
    try:
        return route.links(nodes, technology)
    except Refused:
        return None


def _may_move(nodes: Floats, i: int, by: float) -> bool:
    gap_left, gap_right = nodes[i] - nodes[i - 1], nodes[i + 1] - nodes[i]
    return bool(-(1 - _LEAST_GAP) * gap_left <= by <= (1 - _LEAST_GAP) * gap_right)


def _moved(nodes: Floats, i: int, by: float) -> Floats:
    changed = nodes.copy()
    changed[i] += by
    return changed
