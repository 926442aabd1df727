"""Integrals over all real k of amplitude(k) exp[i (quadratic k^2 / 2 + cubic k^3 / 6 - linear k)].

The path k = s + i h(s) leaves the real axis towards decay: h has the sign of the phase's slope, and h^2 |cubic| stays
below |slope|, so that the phase factor shrinks at least as exp(-5/6 h slope), whatever the arguments. The path is cut
into panels that grow geometrically away from every place where the integrand has structure, with Gauss-Legendre nodes
on each.
"""

import itertools
from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from qnet.midpoint.arguments import Floats
from qnet.midpoint.wave_packet import Complexes

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(32)
_GROWTH = 1.5
_FINEST, _FARTHEST = 0.05, 100.0  # first panel and reach, in the shortest and the longest scale of the integrand


def integral(
    *,
    amplitude: Callable[[Complexes], Complexes],
    reach: Callable[[NDArray], NDArray],
    structure: Iterable[float],
    width: float,
    quadratic: float,
    cubic: float,
    linear: float,
) -> complex:
    """The integral, to about 1e-14 of the amplitude's own integral; quadratic or cubic must differ from 0.

    amplitude: analytic within reach(s) of the real axis above every real s, and falling off.
    structure: places where the amplitude varies over `width`.
    """
    bend = abs(cubic) ** (1 / 3)  # 1 / (width of the cubic phase's own stationary region)
    stationary = np.roots([cubic / 2, quadratic, -linear]) if cubic else np.array([linear / quadratic])
    scales = 1 / np.sqrt(np.maximum(np.abs(quadratic + cubic * stationary), bend**2))
    centres = [*structure, *stationary.real]
    finest = _FINEST * min(width, *scales)
    farthest = _FARTHEST * max(width, *scales, *np.abs(stationary), *np.abs(centres))
    edges = _edges(centres, finest, farthest)
    half = np.diff(edges) / 2
    s = ((edges[:-1] + edges[1:]) / 2)[:, None] + half[:, None] * _NODES

    def slope(s: NDArray) -> NDArray:
        return s * (quadratic + s * (cubic / 2)) - linear

    def height(s: Complexes) -> Complexes:
        inclined = slope(s)
        curvature = quadratic + cubic * s
        return inclined / np.sqrt((inclined / reach(s)) ** 2 + curvature**2 + bend**3 * np.sqrt(inclined**2 + bend**2))

    step = finest * 1e-20
    tilted = height(s + 1j * step)  # the imaginary part holds the derivative
    h = tilted.real
    # real and imaginary part of the phase apart: rounding of a large phase must not turn into growth
    turns = s * (s * (s * (cubic / 6) + quadratic / 2) - linear) - h * h / 2 * (quadratic + cubic * s)
    decay = h * slope(s) - cubic * h**3 / 6
    values = amplitude(s + 1j * h) * np.exp(1j * turns - decay) * (1 + 1j * tilted.imag / step)
    return complex(np.sum(values @ _WEIGHTS * half))


def _edges(centres: Iterable[float], finest: float, farthest: float) -> Floats:
    steps = finest * _GROWTH ** np.arange(np.ceil(np.log(farthest / finest) / np.log(_GROWTH)) + 1)
    around = [np.concatenate([c - steps[::-1], [c], c + steps]) for c in sorted(set(centres))]
    # between two centres each serves its own half
    middles = [
        -np.inf,
        *((a[len(steps)] + b[len(steps)]) / 2 for a, b in itertools.pairwise(around)),
        np.inf,
    ]
    parts = [a[(a > low) & (a <= high)] for a, low, high in zip(around, middles, middles[1:], strict=False)]
    return np.unique(np.concatenate(parts))
