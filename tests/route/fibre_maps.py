"""Maps that several tests use."""

import numpy as np

from qnet import route


def line(lengths, losses=None):
    """A route of sites s0, s1, ... in a row."""
    losses = [None] * len(lengths) if losses is None else losses
    names = [f"s{i}" for i in range(len(lengths) + 1)]
    spans = tuple(
        route.Span(left=a, right=b, length_km=float(length), loss_db=loss)
        for a, b, length, loss in zip(names[:-1], names[1:], lengths, losses, strict=True)
    )
    return route.Map(sites=tuple(route.Site(name=name) for name in names), spans=spans).route("s0", names[-1])


def scattered(inner, length_km, seed):
    """A route with so many sites at random between its ends."""
    places = np.sort(np.random.default_rng(seed).uniform(0, length_km, inner))
    return line(np.diff([0, *places, length_km]))
