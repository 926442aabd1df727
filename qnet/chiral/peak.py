"""Highest concurrence and transfer fidelity over all times, exact to rounding."""

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field as column

import attrs
import numpy as np
from numpy.typing import NDArray

from qnet import checks
from qnet.chiral.network import (
    CONCURRENCE,
    TIME,
    WINDOW,
    BareNetwork,
    Complexes,
    Network,
    Window,
    atom_2_reached,
    with_dark_mode,
)
from qnet.chiral.propagator import DIM, highest_peaks
from qnet.errors import Refused
from qnet.records import Floats, about

ATOM_1, ATOM_2 = 0, 1  # places of the amplitudes in a state


@dataclass(frozen=True)
class PeakConcurrence:
    """Highest concurrence and the time at which it is reached; the shape of the broadcast arguments."""

    concurrence: Floats = column(metadata={"quantity": CONCURRENCE})
    time: Floats = column(metadata={"quantity": TIME})


@dataclass(frozen=True)
class PeakTransfer:
    """Highest transfer fidelity and the time at which it is reached; the shape of the broadcast arguments."""

    fidelity: Floats = column(metadata=about("1", "fidelity of the transfer to atom 2"))
    time: Floats = column(metadata={"quantity": TIME})


def peak_concurrence(network: Network, *, window: Window = np.inf) -> PeakConcurrence:
    """C_max = max 2 |c_eg c_ge| over 0 <= t <= window, from |eg00>. Network and window broadcast against each other.

    With window = inf the maximum is over all times. The norm of the state bounds every later concurrence, and so tells
    when the search may end. Where the maximum is only approached, the time is one at which it is reached to rounding.
    Source: Mok et al., Sec. III.
    Raises Refused for a window that is not positive, and where the maximum over all times does not settle in ten
    million steps. The sentence then names the first such point, which needs a finite window of its own. There is no
    result for the other points either, since a table has no place for a number that is not known.
    """
    checks.instance("network", network, Network)
    return highest_concurrence(network, window)


def peak_transfer(network: Network, *, window: Window = np.inf) -> PeakTransfer:
    """F_3,max = max |c_ge|^2 over 0 <= t <= window, from |eg00>. Window and errors are those of `peak_concurrence`."""
    checks.instance("network", network, Network)
    return PeakTransfer(*_highest(network, ATOM_2, 1.0, window))


def bare_peak_concurrence(network: BareNetwork, *, window: Window = np.inf) -> PeakConcurrence:
    """As `peak_concurrence`, errors included, for two atoms without cavities."""
    checks.instance("network", network, BareNetwork)
    return highest_concurrence(network, window)


def highest_concurrence(network: Network | BareNetwork, window: Window = np.inf) -> PeakConcurrence:
    """As `peak_concurrence`, with cavities or without."""
    return PeakConcurrence(*_highest(network, ATOM_1, 2.0, window))


def _highest(network: Network | BareNetwork, i: int, weight: float, window: Window) -> tuple[Floats, Floats]:
    generators = network.generator()
    windows = WINDOW.checked("window", window)
    points = np.empty(generators.shape[:-2])
    windows = checks.broadcast({"network": points, "window": windows})["window"]
    shape = windows.shape
    out = np.zeros((2, windows.size))
    generators = np.array(np.broadcast_to(generators, (*shape, DIM, DIM)), order="C").reshape(-1, DIM, DIM)
    reached = atom_2_reached(generators)  # else the maximum is 0
    out[:, reached] = peaks(with_dark_mode(generators[reached]), i, weight, windows.ravel()[reached])
    unsettled = np.flatnonzero(np.isnan(out[1]))
    if len(unsettled):
        raise unsettled_window(network, windows, np.unravel_index(unsettled[0], shape))
    value, time = out.reshape(2, *shape)
    return value[()], time[()]


def peaks(generators: Complexes, i: int, weight: float, windows: Floats) -> Floats:
    """Values and times of the peaks, shape (2, n), by `highest_peaks`, for generators of shape (n, 4, 4).

    Generators without an imaginary part go to it as real numbers, which is faster. A program that has none with an
    imaginary part never waits for the compilation of that case.
    """
    out = np.empty((2, len(windows)))
    is_complex = generators.imag.any(axis=(1, 2))
    for chosen, part in ((~is_complex, generators.real), (is_complex, generators)):
        if chosen.any():
            found = np.empty((2, chosen.sum()))
            highest_peaks(part[chosen], i, weight, windows[chosen], found)
            out[:, chosen] = found
    return out


def unsettled_window(network: Network | BareNetwork, windows: NDArray[np.float64], index: Sequence[np.intp]) -> Refused:
    """A refusal that names the point for which a window is needed, by its index among `windows`."""
    place = tuple(map(int, index))
    fields = attrs.asdict(network).items()
    point = {name: float(np.broadcast_to(values, windows.shape)[place]) for name, values in fields}
    return Refused(
        "window must be finite where the maximum over all times does not settle (a dark state, or rates that are "
        f"too far apart), and short enough for ten million steps, but is {windows[place]}"
        + (f" at index {place}" if place else "")
        + f", where {', '.join(f'{name} = {value:.6g}' for name, value in point.items() if value)}"
    )
