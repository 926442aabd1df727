"""The cheapest ways from the first to the last of several places, by dynamic programming: compiled."""

import numpy as np

from qnet.checks import Floats
from qnet.kernels import kernel


def cheapest_ways(step: Floats, turn: Floats, most_steps: int, keep: int) -> dict[int, list[tuple[int, ...]]]:
    """The `keep` cheapest ways from place 0 to the last place for each number of steps up to `most_steps`.

    A way visits places in rising order. Its cost is the sum of step[a, b] over its steps, shape (places, places), and
    of turn[a, b, c] over neighbouring steps, shape (places, places, places); an infinite cost forbids it.
    Each way is the tuple of places in between; cheapest first, ties in no special order.
    """
    cost, before = _tables(step, turn, most_steps, keep)
    places = len(step)
    ways: dict[int, list[tuple[int, ...]]] = {}
    for steps in range(1, most_steps + 1):
        ends = cost[steps - 1, :, places - 1]
        order = np.argsort(ends, axis=None, kind="stable")[:keep]
        found = []
        for a, rank in zip(*np.unravel_index(order, ends.shape), strict=True):
            if np.isinf(ends[a, rank]):
                break
            way, last, place, at = [], places - 1, int(a), int(rank)
            for number in range(steps - 1, 0, -1):
                way.append(place)
                earlier, at = (int(x) for x in before[number, place, last, at])
                place, last = earlier, place
            found.append(tuple(reversed(way)))
        if found:
            ways[steps] = found
    return ways


@kernel
def _tables(step, turn, most_steps, keep):
    """cost[s, a, b, k]: of the k-th cheapest way of s + 1 steps, the last from a to b; before: where it came from."""
    places = step.shape[0]
    cost = np.full((most_steps, places, places, keep), np.inf)
    before = np.full((most_steps, places, places, keep, 2), -1, np.int16)
    for b in range(1, places):
        cost[0, 0, b, 0] = step[0, b]
    for s in range(1, most_steps):
        for b in range(s, places):
            for c in range(b + 1, places):
                found = 0
                for a in range(s - 1, b):
                    extra = step[b, c] + turn[a, b, c]
                    for k in range(keep):
                        total = cost[s - 1, a, b, k] + extra
                        if total == np.inf or (found == keep and total >= cost[s, b, c, keep - 1]):
                            break
                        at = min(found, keep - 1)
                        while at > 0 and cost[s, b, c, at - 1] > total:
                            cost[s, b, c, at] = cost[s, b, c, at - 1]
                            before[s, b, c, at, 0] = before[s, b, c, at - 1, 0]
                            before[s, b, c, at, 1] = before[s, b, c, at - 1, 1]
                            at -= 1
                        cost[s, b, c, at] = total
                        before[s, b, c, at, 0] = a
                        before[s, b, c, at, 1] = k
                        found = min(found + 1, keep)
    return cost, before
