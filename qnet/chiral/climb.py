"""The highest point of a smooth function of a few variables: many starts, each climbed to rounding by Newton's method.

Here the variables are couplings, rates and read-out times, and the function is a concurrence at these times. With the
times among the variables it is smooth; its maximum over time would not be, where the best time is the last one allowed.
Derivatives are by differences of 3e-4, the first ones good to fourth order: near flat optima, whose curvature is 1e-4
of that across, the place is good to some digits and the value to all that matter. All starts climb side by side, so
that one call evaluates the function for all of them.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qnet.records import Floats

Function = Callable[[Floats], Floats]  # values, shape (n,), at places of shape (n, d)

_STEP = 3e-4
_ROUNDS, _FIRST_ROUNDS = 50, 5
_FIRST_RADIUS, _LAST_RADIUS, _MOST_RADIUS = 0.3, 1e-9, 2.0
_SETTLED_GAIN = 1e-13
_BEATEN = 100.0  # times what a climb expects to gain
_AGREE = 1e-9
_APART = 0.4  # of the starts that are climbed from


@dataclass(frozen=True)
class Highest:
    """The best of all climbs: its place and value, whether it settled, and how many climbs reached the same value.

    settled: whether the gradient vanishes there, but for what leads out of bounds, with no direction that leads up.
    """

    place: Floats
    value: float
    settled: bool
    agreeing: int
    climbs: int


def highest(function: Function, starts: Floats, low: Floats, high: Floats, *, finalists: int = 1000) -> Highest:
    """The highest point that climbs from these starts, shape (s, d), reach between `low` and `high`, shape (d,).

    What climbs reach is a maximum; that none is higher is as sure as the starts are dense: the number that agree tells.
    finalists: how many climbs, the highest after a few rounds, go on to the end; the others are not counted.
    """
    if len(starts) > finalists:
        places, values, _ = climb(function, starts, low, high, rounds=_FIRST_ROUNDS)
        starts = places[np.argsort(-values, kind="stable")[:finalists]]
    places, values, settled = climb(function, starts, low, high)
    same = values >= values.max() - _AGREE
    best = np.argmax(np.where(same, values + settled, -1))  # of equals, one that settled
    return Highest(places[best], float(values[best]), bool(settled[best]), int(same.sum()), len(starts))


def climb(
    function: Function, starts: Floats, low: Floats, high: Floats, *, rounds: int = _ROUNDS
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """(places, values, settled) uphill of each start, shape (s, d), within the bounds."""
    places = np.clip(starts, low, high)
    values = function(places)
    radius = np.full(len(places), _FIRST_RADIUS)
    settled = np.zeros(len(places), dtype=bool)
    for _ in range(rounds):
        moving = np.flatnonzero(~settled & (radius > _LAST_RADIUS))
        if not len(moving):
            break
        at = places[moving]
        slope, bend = _derivatives(function, at, values[moving])
        # at a bound, a direction that leads out is no direction
        stuck = ((at <= low) & (slope < 0)) | ((at >= high) & (slope > 0))
        slope = np.where(stuck, 0.0, slope)
        curvature, axes = np.linalg.eigh(np.where(stuck[:, :, None] | stuck[:, None, :], 0.0, bend))
        along = np.einsum("sij,si->sj", axes, slope)
        step = np.einsum("sij,sj->si", axes, along / np.maximum(np.abs(curvature), 1e-9))
        length = np.linalg.norm(step, axis=1)
        gain = np.einsum("si,si->s", slope, step) / 2
        flat = (gain < _SETTLED_GAIN) & (curvature.max(axis=1) < 1e-5)
        step *= np.minimum(1, radius[moving] / np.maximum(length, 1e-300))[:, None]
        trial = np.clip(at + step, low, high)
        found = function(trial)
        better = found > values[moving]
        places[moving[better]], values[moving[better]] = trial[better], found[better]
        grown = np.where(length > radius[moving], 2.0, 1.0) * radius[moving]
        radius[moving] = np.where(better, np.minimum(grown, _MOST_RADIUS), np.minimum(radius[moving], length) / 4)
        settled[moving[flat]] = True
        # near a maximum that is lower than another climb has come: of no further use
        beaten = (values[moving] + _BEATEN * gain < values.max() - _AGREE) & (curvature.max(axis=1) < 1e-5)
        radius[moving[beaten]] = 0.0
    return places, values, settled


def _derivatives(function: Function, at: Floats, values: Floats) -> tuple[Floats, Floats]:
    """Gradients (s, d) and second derivatives (s, d, d) by central differences, in one call."""
    count, size = at.shape
    unit = _STEP * np.eye(size)
    pairs = [(i, j) for i in range(size) for j in range(i)]
    moves = [*unit, *-unit, *2 * unit, *-2 * unit]
    moves += [sign * (unit[i] + unit[j]) for sign in (1, -1) for i, j in pairs]
    found = function((at[:, None] + np.array(moves)).reshape(-1, size)).reshape(count, -1)
    near, nearer, far, farther = (found[:, n * size : (n + 1) * size] for n in range(4))
    mixed = found[:, 4 * size : 4 * size + len(pairs)] + found[:, 4 * size + len(pairs) :]
    here = values[:, None]
    slope = (8 * (near - nearer) - (far - farther)) / (12 * _STEP)
    bend = np.zeros((count, size, size))
    bend[:, range(size), range(size)] = (16 * (near + nearer) - (far + farther) - 30 * here) / (12 * _STEP**2)
    both = near + nearer - 2 * here
    for n, (i, j) in enumerate(pairs):
        bend[:, i, j] = bend[:, j, i] = (mixed[:, n] - 2 * values - both[:, i] - both[:, j]) / (2 * _STEP**2)
    return slope, bend


def evenly_spread(count: int, size: int) -> Floats:
    """Points of the unit cube by the additive recurrence of the generalised golden ratio; shape (count, size)."""
    ratio = 2.0
    for _ in range(60):  # the root of x^(size + 1) = x + 1
        ratio = (1 + ratio) ** (1 / (size + 1))
    return (0.5 + np.arange(1, count + 1)[:, None] * ratio ** -np.arange(1.0, size + 1)) % 1


def apart(places: Floats, values: Floats, count: int) -> NDArray[np.intp]:
    """Which places are the best ones, each at some distance from the better ones."""
    chosen: list[int] = []
    for n in np.argsort(-values, kind="stable"):
        if len(chosen) < count and (np.linalg.norm(places[chosen] - places[n], axis=1) > _APART).all():
            chosen.append(n)
    return np.array(chosen)
