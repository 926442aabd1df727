"""Two nodes so far apart that light takes its time: amplitudes with a delay, and atoms stored at times of their own.

In the single-excitation sector of Mok et al., Eq. (6), the exchange between the nodes acts after a delay tau:
d c_c2/dt = ... - sqrt(gamma_R1 gamma_R2) e^{i phi} c_c1(t - tau), and likewise to the left; before t = 0 there is
nothing but the excitation of atom 1. phi = k D stays `phase`, whatever the delay, at the reference frequency. tau = 0
is the paper's model. Two ways to read the state out: both atoms at one common time; or each uncoupled from its cavity
at a time of its own, from which on it only decays, while the rest of the network goes on without it. Its numerics,
exact to rounding, are those of `qnet.chiral.retarded_kernel`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from dataclasses import field as column
from typing import Annotated, Any

import numpy as np
from attrs import asdict
from numpy.typing import ArrayLike, NDArray

from qnet import checks
from qnet.chiral.abreast_kernel import LONGEST_STEP as ABREAST_STEP
from qnet.chiral.abreast_kernel import concurrences_abreast
from qnet.chiral.climb import highest
from qnet.chiral.network import CONCURRENCE, WINDOW, BareNetwork, Complexes, Network, Window, atom_2_reached
from qnet.chiral.peak import PeakConcurrence
from qnet.chiral.retarded_kernel import LONGEST_STEP, MAX_STEPS, concurrences_at_once, highest_retarded
from qnet.chiral.retarded_scan import MAX_STORED, STORED_STEP, scan_stored
from qnet.chiral.symmetric import SymmetricNetwork
from qnet.errors import Refused
from qnet.records import Floats, Quantity, about

DELAY = Quantity("1/gamma_R1", "time that light takes from one node to the other", checks.NOT_NEGATIVE_TO_1E9)
Delay = Annotated[ArrayLike, DELAY]
STORED_AT = Quantity("1/gamma_R1", "when an atom is stored", checks.NOT_NEGATIVE_TO_1E9)
StoredAt = Annotated[ArrayLike, STORED_AT]

_LACK = 0.03  # of a coarse scan, behind its best, at which a storage time is still climbed from
_MOST_STARTS = 16  # of these times
_MOST_TIMES = 1600  # at which a scan tries to store the first atom
_MOST_STEPS_UNDER_WAY = 2000


@dataclass(frozen=True)
class StoredPeak:
    """Highest concurrence with each atom stored at a time of its own, and these times; the broadcast shape."""

    concurrence: Floats = column(metadata={"quantity": CONCURRENCE})
    stored_1: Floats = column(metadata=about("1/gamma_R1", "when atom 1 is stored"))
    stored_2: Floats = column(metadata=about("1/gamma_R1", "when atom 2 is stored"))


@dataclass(frozen=True)
class Retarded:
    """Networks as the kernel takes them: generators without the exchange, the exchange, who emits and at which rates.

    generators, delayed: (n, 3, 4, 4), for both atoms coupled, atom 1 stored and atom 2 stored, the exchange in the
    former where there is no delay; delays: (n,); rates: (n, 2).
    """

    generators: NDArray
    delayed: NDArray
    delays: Floats
    emits: int
    rates: Floats

    def repeated(self, n: int, count: int) -> "Retarded":
        """Network n, so many times."""
        arrays = (self.generators, self.delayed, self.delays, self.rates)
        generators, delayed, delays, rates = (np.repeat(array[n : n + 1], count, axis=0) for array in arrays)
        return Retarded(generators, delayed, delays, self.emits, rates)


def retarded(network: Network | BareNetwork, delays: Floats) -> Retarded:
    """The parts of networks and delays, both of shape (n,)."""
    cavities = isinstance(network, Network)
    whole = network.generator()
    # at the reference frequency itself, since a delay tells frequencies apart
    whole[:, range(4), range(4)] -= 1j * network.delta_a1[:, None]
    alone = np.stack(
        [-1j * network.delta_a1 - network.decay_1 / 2, -1j * network.delta_a2 - network.decay_2 / 2], axis=1
    )
    rates = np.stack([network.gamma_r1, network.gamma_l2], axis=1)
    return split(whole, alone, rates, delays, emits=2 if cavities else 0)


def split(
    whole: Complexes | Floats, alone: Complexes | Floats, rates: Floats, delays: Floats, *, emits: int
) -> Retarded:
    """The parts of generators with the exchange in them, (n, 4, 4); alone: those of an atom by itself, (n, 2)."""
    atoms: NDArray[Any] = whole.copy()
    if emits == 0:
        atoms[:, (2, 3), (2, 3)] = 0.0
    delayed: NDArray[Any] = np.zeros_like(whole)
    late = delays > 0
    for row, source in ((emits + 1, emits), (emits, emits + 1)):
        delayed[late, row, source] = whole[late, row, source]
        atoms[late, row, source] = 0.0
    generators, delayed = (np.repeat(part[:, None], 3, axis=1) for part in (atoms, delayed))  # both, 1, 2 stored
    for atom in range(2):
        for part in (generators, delayed):
            part[:, 1 + atom, atom, :] = part[:, 1 + atom, :, atom] = 0.0
        generators[:, 1 + atom, atom, atom] = alone[:, atom]
    if np.iscomplexobj(whole) and not (generators.imag.any() or delayed.imag.any()):
        generators, delayed = generators.real, delayed.real
    return Retarded(np.ascontiguousarray(generators), np.ascontiguousarray(delayed), delays, emits, rates)


def delayed_peak(network: Network, *, delay: Delay, window: Window = np.inf) -> PeakConcurrence:
    """C_max over 0 <= t <= window of both atoms at one common time, with a delay between the nodes. All broadcast.

    Source: the delay equations of this module; a delay of 0 is `peak_concurrence`. Peaks are looked for between points
    at most a third of the shortest time apart. The energy in the nodes and between them bounds all later concurrences,
    which tells when the search may end. Raises Refused for a delay outside [0, 1e9], for a window that is not positive,
    for a delay of more than 2000 steps of the shortest time, and where 1e5 of these do not settle the maximum.
    """
    checks.instance("network", network, Network)
    return highest_delayed(network, delay, window)


def bare_delayed_peak(network: BareNetwork, *, delay: Delay, window: Window = np.inf) -> PeakConcurrence:
    """As `delayed_peak`, errors included, for two atoms without cavities."""
    checks.instance("network", network, BareNetwork)
    return highest_delayed(network, delay, window)


def highest_delayed(network: Network | BareNetwork, delay: ArrayLike, window: ArrayLike) -> PeakConcurrence:
    """As `delayed_peak`, with cavities or without."""
    return PeakConcurrence(*_highest(_peak, 2, network, delay, window))


def stored_peak(network: Network, *, delay: Delay = 0.0, window: Window = np.inf) -> StoredPeak:
    """The highest concurrence with each atom stored at a time of its own, up to the window. Everything broadcasts.

    A stored atom is uncoupled from its cavity and only decays, at its own rate, until the other one is stored as well,
    when both are read; the rest of the network goes on without it. For a cascade, and atom 1 stored last, this is
    2 |c_eg(t_1)| |c_ge(t_2)|. The best of climbs in both times from a scan of the first one; errors as `delayed_peak`.
    """
    checks.instance("network", network, Network)
    return StoredPeak(*_highest(_stored, 3, network, delay, window))


def stored_concurrence(network: Network, *, stored_1: StoredAt, stored_2: StoredAt, delay: Delay = 0.0) -> Floats:
    """2 |c_eg| |c_ge| with atom 1 stored at stored_1 and atom 2 at stored_2, read at the later one. All broadcast.

    What `stored_peak` is the highest of. Raises Refused for a time outside [0, 1e9], and as `delayed_peak` for a delay.
    """
    checks.instance("network", network, Network)
    times = checks.broadcast({
        "network": network.phase,
        "delay": DELAY.checked("delay", delay),
        "stored_1": STORED_AT.checked("stored_1", stored_1),
        "stored_2": STORED_AT.checked("stored_2", stored_2),
    })  # fmt: skip
    spread, delays, _, shape = _spread(network, delay, np.ones(times["stored_1"].shape))
    found = concurrence_at(retarded(spread, delays), times["stored_1"].ravel(), times["stored_2"].ravel())
    if np.isnan(found).any():
        raise Refused("stored_1 and stored_2 must be within 1e5 steps of the shortest time of the network, but are not")
    return found.reshape(shape)[()]


def symmetric_delayed_peak(network: SymmetricNetwork, *, delay: Delay, window: Window = np.inf) -> PeakConcurrence:
    """As `delayed_peak`, errors included, of a symmetric network."""
    checks.instance("network", network, SymmetricNetwork)
    return highest_delayed(network.network(), delay, window)


def symmetric_stored_peak(network: SymmetricNetwork, *, delay: Delay = 0.0, window: Window = np.inf) -> StoredPeak:
    """As `stored_peak`, errors included, of a symmetric network."""
    checks.instance("network", network, SymmetricNetwork)
    return stored_peak(network.network(), delay=delay, window=window)


def concurrence_at(parts: Retarded, times_1: Floats, times_2: Floats) -> Floats:
    """2 |c_eg| |c_ge| with the atoms stored at times_1 and times_2, all of shape (n,); NaN after 1e5 shortest times."""
    out, late = np.full(len(times_1), np.nan), parts.delays > 0
    scales = np.linalg.norm(parts.generators[:, 0], axis=(1, 2)) + np.linalg.norm(parts.delayed[:, 0], axis=(1, 2))
    counts = np.maximum(1, np.ceil(parts.delays * scales / ABREAST_STEP)).astype(np.int64)
    steps = np.where(late, parts.delays / counts, np.inf)
    needed = np.maximum(times_1, times_2) / steps
    order = np.lexsort((needed, counts))
    concurrences_abreast(
        parts.generators, parts.delayed, times_1, times_2, steps, counts, scales,
        order[late[order] & (needed[order] <= MAX_STEPS)], out,
    )  # fmt: skip
    if not late.all():
        at_once = np.empty(int((~late).sum()))
        concurrences_at_once(parts.generators[~late], times_1[~late], times_2[~late], at_once)
        out[~late] = at_once
    return out


def _highest(
    search: Callable[[Retarded, int, float], ArrayLike],
    size: int,
    network: Network | BareNetwork,
    delay: ArrayLike,
    window: ArrayLike,
) -> Iterator[Floats]:
    """What a search finds for each network, concurrence and times, each of the broadcast shape."""
    spread, delays, windows, shape = _spread(network, delay, window)
    parts = retarded(spread, delays)
    found = np.zeros((size, len(windows)))
    for n in np.flatnonzero(atom_2_reached(spread.generator())).tolist():  # else the maximum is 0
        found[:, n] = search(parts, n, windows[n])
        if np.isnan(found[:, n]).any():  # which takes longest to find out
            place = tuple(int(i) for i in np.unravel_index(n, shape))
            raise Refused(
                "window must be finite where the maximum over all times does not settle, and so short that steps of "
                f"the shortest time reach it, but is {windows[n]}" + (f" at index {place}" if place else "")
            )
    return (values.reshape(shape)[()] for values in found)


def _peak(parts: Retarded, n: int, window: float) -> Floats:
    """(concurrence, time) of network n; NaN where that does not settle."""
    one, out = parts.repeated(n, 1), np.empty((2, 1))
    highest_retarded(one.generators, one.delayed, one.delays, one.emits, one.rates, np.array([window]), out)
    return out[:, 0]


def _stored(parts: Retarded, n: int, window: float) -> tuple[float, float, float]:
    """(concurrence, time_1, time_2) of network n; NaN where that does not settle."""
    starts = _storage_starts(parts, n, window)
    if not len(starts):
        return np.nan, np.nan, np.nan

    def concurrence(times: Floats) -> Floats:
        return concurrence_at(parts.repeated(n, len(times)), times[:, 0], times[:, 1])

    found = highest(concurrence, starts, np.zeros(2), np.full(2, window))
    return found.value, *found.place


def _storage_starts(parts: Retarded, n: int, window: float) -> Floats:
    """Times (time_1, time_2) of storage that come near the best of a scan, shape (s, 2); none where it does not end."""
    stride, count = 1, -1
    while count == -1 and stride <= MAX_STORED:
        gains, laters = np.zeros((2, _MOST_TIMES)), np.zeros((2, _MOST_TIMES))
        count, between = scan_stored(
            parts.generators[n], parts.delayed[n], parts.delays[n], parts.emits, parts.rates[n], window, stride,
            STORED_STEP, 0.0, _LACK, gains, laters,
        )  # fmt: skip
        stride *= 4
    if count < 0:
        return np.empty((0, 2))
    gains, laters = gains[:, :count], laters[:, :count]
    padded = np.pad(gains, ((0, 0), (1, 1)))
    atoms, index = np.nonzero((gains >= padded[:, :-2]) & (gains >= padded[:, 2:]) & (gains >= gains.max() - _LACK))
    if len(index) > _MOST_STARTS:
        best = np.argsort(-gains[atoms, index], kind="stable")[:_MOST_STARTS]
        atoms, index = atoms[best], index[best]
    first = index * between
    last = first + laters[atoms, index]
    return np.where((atoms == 0)[:, None], np.stack([first, last], axis=1), np.stack([last, first], axis=1))


def _spread(network: Network | BareNetwork, delay: ArrayLike, window: ArrayLike) -> tuple:
    """(network of flat arrays, delays, windows, shape), broadcast against each other."""
    arrays = checks.broadcast({
        "network": network.phase,
        "delay": DELAY.checked("delay", delay),
        "window": WINDOW.checked("window", window),
    })  # fmt: skip
    shape = arrays["window"].shape
    steps = np.linalg.norm(network.generator(), axis=(-2, -1)) * 2 / LONGEST_STEP * np.asarray(delay)
    if steps.max(initial=0) > _MOST_STEPS_UNDER_WAY:
        raise Refused(
            f"delay must be at most {_MOST_STEPS_UNDER_WAY} steps of the shortest time, but is {float(np.max(delay))!r}"
        )
    flat = type(network)(**{
        name: np.broadcast_to(value, shape).ravel() for name, value in asdict(network).items()
    })  # fmt: skip
    return flat, arrays["delay"].ravel(), arrays["window"].ravel(), shape
