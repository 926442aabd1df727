"""Highest concurrence and transfer fidelity over all times, exact to rounding."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qnet import checks
from qnet.chiral.network import BareNetwork, Network, atom_2_reached, with_dark_mode
from qnet.chiral.propagator import DIM, highest_peaks
from qnet.errors import Refused

_ATOM_1, _ATOM_2 = 0, 1


@dataclass(frozen=True)
class PeakConcurrence:
    """Highest concurrence and the time at which it is reached; the shape of the broadcast arguments."""

    concurrence: NDArray[np.float64]
    time: NDArray[np.float64]


@dataclass(frozen=True)
class PeakTransfer:
    """Highest transfer fidelity and the time at which it is reached; the shape of the broadcast arguments."""

    fidelity: NDArray[np.float64]
    time: NDArray[np.float64]


def peak_concurrence(
    *,
    g1: ArrayLike,
    g2: ArrayLike,
    gamma_r1: ArrayLike = 1.0,
    gamma_r2: ArrayLike = 1.0,
    gamma_l1: ArrayLike = 0.0,
    gamma_l2: ArrayLike = 0.0,
    phase: ArrayLike = 0.0,
    delta_a1: ArrayLike = 0.0,
    delta_a2: ArrayLike = 0.0,
    delta_c1: ArrayLike = 0.0,
    delta_c2: ArrayLike = 0.0,
    decay_1: ArrayLike = 0.0,
    decay_2: ArrayLike = 0.0,
    loss_1: ArrayLike = 0.0,
    loss_2: ArrayLike = 0.0,
    window: ArrayLike = np.inf,
) -> PeakConcurrence:
    """C_max = max 2 |c_eg c_ge| over 0 <= t <= window, from |eg00>; symbols as in `Network`, arrays broadcast.

    With window = inf the maximum is over all times, certified by the norm, which bounds every later concurrence.
    Where the maximum is only approached, the time is one at which it is reached to rounding. Source: Mok et al.,
    Sec. III. Raises Refused as `Network` does, for a window that is not positive, and where the maximum over all
    times does not settle in ten million steps: the sentence names the first such point, which needs a finite window of
    its own. There is no result for the others then, since a table has no place for a number that is not known.
    """
    network = Network(
        g1=g1, g2=g2, gamma_r1=gamma_r1, gamma_r2=gamma_r2, gamma_l1=gamma_l1, gamma_l2=gamma_l2, phase=phase,
        delta_a1=delta_a1, delta_a2=delta_a2, delta_c1=delta_c1, delta_c2=delta_c2,
        decay_1=decay_1, decay_2=decay_2, loss_1=loss_1, loss_2=loss_2,
    )  # fmt: skip
    return highest_concurrence(network, window=window)


def peak_transfer(
    *,
    g1: ArrayLike,
    g2: ArrayLike,
    gamma_r1: ArrayLike = 1.0,
    gamma_r2: ArrayLike = 1.0,
    gamma_l1: ArrayLike = 0.0,
    gamma_l2: ArrayLike = 0.0,
    phase: ArrayLike = 0.0,
    delta_a1: ArrayLike = 0.0,
    delta_a2: ArrayLike = 0.0,
    delta_c1: ArrayLike = 0.0,
    delta_c2: ArrayLike = 0.0,
    decay_1: ArrayLike = 0.0,
    decay_2: ArrayLike = 0.0,
    loss_1: ArrayLike = 0.0,
    loss_2: ArrayLike = 0.0,
    window: ArrayLike = np.inf,
) -> PeakTransfer:
    """F_3,max = max |c_ge|^2 over 0 <= t <= window, from |eg00>; arguments and errors as in `peak_concurrence`."""
    network = Network(
        g1=g1, g2=g2, gamma_r1=gamma_r1, gamma_r2=gamma_r2, gamma_l1=gamma_l1, gamma_l2=gamma_l2, phase=phase,
        delta_a1=delta_a1, delta_a2=delta_a2, delta_c1=delta_c1, delta_c2=delta_c2,
        decay_1=decay_1, decay_2=decay_2, loss_1=loss_1, loss_2=loss_2,
    )  # fmt: skip
    return PeakTransfer(*_highest(network, _ATOM_2, 1.0, window))


def bare_peak_concurrence(
    *,
    gamma_r2: ArrayLike,
    gamma_r1: ArrayLike = 1.0,
    gamma_l1: ArrayLike = 0.0,
    gamma_l2: ArrayLike = 0.0,
    phase: ArrayLike = 0.0,
    delta_a1: ArrayLike = 0.0,
    delta_a2: ArrayLike = 0.0,
    decay_1: ArrayLike = 0.0,
    decay_2: ArrayLike = 0.0,
    window: ArrayLike = np.inf,
) -> PeakConcurrence:
    """C_max of two atoms without cavities; arguments as in `BareNetwork`, errors as in `peak_concurrence`."""
    network = BareNetwork(
        gamma_r2=gamma_r2, gamma_r1=gamma_r1, gamma_l1=gamma_l1, gamma_l2=gamma_l2, phase=phase,
        delta_a1=delta_a1, delta_a2=delta_a2, decay_1=decay_1, decay_2=decay_2,
    )  # fmt: skip
    return highest_concurrence(network, window=window)


def highest_concurrence(network: Network | BareNetwork, *, window: ArrayLike = np.inf) -> PeakConcurrence:
    """As `peak_concurrence`, for a network that is built already."""
    return PeakConcurrence(*_highest(network, _ATOM_1, 2.0, window))


def _highest(
    network: Network | BareNetwork, i: int, weight: float, window: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    generators = network.generator()
    windows = checks.real("window", window, checks.POSITIVE_OR_INF)
    points = np.empty(generators.shape[:-2])
    windows = checks.broadcast({"parameters": points, "window": windows})["window"]
    shape = windows.shape
    out = np.zeros((2, windows.size))
    generators = np.array(np.broadcast_to(generators, (*shape, DIM, DIM)), order="C").reshape(-1, DIM, DIM)
    reached = atom_2_reached(generators)  # else the maximum is 0
    found = np.empty((2, reached.sum()))
    highest_peaks(with_dark_mode(generators[reached]), i, weight, windows.ravel()[reached], found)
    out[:, reached] = found
    unsettled = np.flatnonzero(np.isnan(out[1]))
    if len(unsettled):
        raise unsettled_window(network, windows, np.unravel_index(unsettled[0], shape))
    value, time = out.reshape(2, *shape)
    return value[()], time[()]


def unsettled_window(network: Network | BareNetwork, windows: NDArray[np.float64], index: Sequence[np.intp]) -> Refused:
    """Names the point, of those that `windows` has, for which a window is needed."""
    place = tuple(map(int, index))
    point = {name: float(np.broadcast_to(values, windows.shape)[place]) for name, values in vars(network).items()}
    return Refused(
        "window must be finite where the maximum over all times does not settle (a dark state, or rates that are "
        f"too far apart), and short enough for ten million steps, but is {windows[place]}"
        + (f" at index {place}" if place else "")
        + f", where {', '.join(f'{name} = {value:.6g}' for name, value in point.items() if value)}"
    )
