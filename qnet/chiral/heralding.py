"""Heralding by silence: the state of the atoms given that no photon was seen at either end of the waveguide.

Until the read-out time, a photon that leaves the network leaves it to the right of node 2 or to the left of node 1,
where detectors wait, or is lost unseen through atomic decay or intrinsic loss of a cavity. Two conditions differ by the
latter: no click, which is what an experiment has, and no jump at all, which is what an ideal one would have. Given no
click, the atoms are in |psi><psi| plus what was lost unseen as |gg>, over the probability of both. Waveguide and
detectors are perfect. The model is that of Mok et al., Eq. (6); heralding is not in the paper.
"""

from dataclasses import dataclass
from dataclasses import field as column

import numpy as np
from numpy.typing import NDArray

from qnet import checks
from qnet.chiral.climb import highest
from qnet.chiral.network import TIME, BareNetwork, Complexes, Network, Time, Window
from qnet.records import Floats, about

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(8)
_STEP = 1.0 / 16.0  # longest, times the norm of the generator
_SCANNED = 400


@dataclass(frozen=True)
class Heralded:
    """Concurrence given a condition at the read-out time, and the probability of the condition; the broadcast shape."""

    concurrence_no_click: Floats = column(metadata=about("1", "concurrence given that no photon was seen"))
    probability_no_click: Floats = column(metadata=about("1", "probability that no photon was seen"))
    concurrence_no_jump: Floats = column(metadata=about("1", "concurrence given that nothing was lost in any way"))
    probability_no_jump: Floats = column(metadata=about("1", "probability that nothing was lost in any way"))


@dataclass(frozen=True)
class HeraldedPeak:
    """Highest concurrence given no click, the read-out time that gives it, and the probability of no click by then."""

    concurrence_no_click: Floats = column(metadata=about("1", "concurrence given that no photon was seen"))
    time: Floats = column(metadata={"quantity": TIME})
    probability_no_click: Floats = column(metadata=about("1", "probability that no photon was seen"))


def heralded(network: Network | BareNetwork, *, time: Time) -> Heralded:
    """The concurrence of the atoms at `time`, given that no photon reached either end of the waveguide before.

    Network and time broadcast. Raises Refused for a time outside [0, 1e30].
    """
    checks.instance("network", network, Network, BareNetwork)
    arrays = checks.broadcast({"network": network.phase, "time": TIME.checked("time", time)})
    shape = arrays["time"].shape
    generators = np.broadcast_to(network.generator(), (*shape, 4, 4)).reshape(-1, 4, 4)
    unseen = np.broadcast_to(_unseen(network), (*shape, 4)).reshape(-1, 4)
    found = _given_silence(generators, unseen, arrays["time"].ravel())
    return Heralded(*(values.reshape(shape)[()] for values in found))


def heralded_peak(network: Network, *, window: Window) -> HeraldedPeak:
    """The highest concurrence given no click over read-out times up to the window, which must be finite.

    The best of climbs from a scan of 400 times: evenly spread ones, and as many on a logarithmic scale. Network and
    window broadcast. Raises Refused for a window that is not positive or beyond 1e9.
    """
    checks.instance("network", network, Network)
    windows = checks.real("window", window, ("must be positive and at most 1e9", lambda x: (x > 0) & (x <= 1e9)))
    arrays = checks.broadcast({"network": network.phase, "window": windows})
    shape = arrays["window"].shape
    generators = np.broadcast_to(network.generator(), (*shape, 4, 4)).reshape(-1, 4, 4)
    unseen = np.broadcast_to(_unseen(network), (*shape, 4)).reshape(-1, 4)
    rows = [_highest(generators[n], unseen[n], end) for n, end in enumerate(arrays["window"].ravel().tolist())]
    return HeraldedPeak(*(values.reshape(shape)[()] for values in np.array(rows).reshape(-1, 3).T))


def _highest(generator: Complexes, unseen: Floats, window: float) -> tuple[float, float, float]:
    def at(times: Floats) -> NDArray:
        count = len(times)
        return _given_silence(np.broadcast_to(generator, (count, 4, 4)), np.broadcast_to(unseen, (count, 4)), times)

    def concurrence(places: Floats) -> Floats:
        return at(places[:, 0])[0]

    half = _SCANNED // 2
    scan = np.concatenate([window * np.arange(1, half + 1) / half, np.geomspace(1e-6 * window, window, half)])
    values = concurrence(scan[:, None])
    starts = scan[np.argsort(-values, kind="stable")[:8], None]
    found = highest(concurrence, starts, np.zeros(1), np.full(1, window))
    return found.value, float(found.place[0]), float(at(found.place)[1][0])


def _unseen(network: Network | BareNetwork) -> Floats:
    """Rates at which the excitation is lost unseen from each of the four places; shape (..., 4)."""
    cavities = (network.loss_1, network.loss_2) if isinstance(network, Network) else (0 * network.decay_1,) * 2
    return np.stack([network.decay_1, network.decay_2, *cavities], axis=-1)


def _given_silence(generators: Complexes, unseen: Floats, times: Floats) -> NDArray:
    """The four columns of `Heralded`, shape (4, n).

    What is lost unseen by t is the integral of psi^+ Q psi: W(t) = int exp(A^+ s) Q exp(A s) ds over 0 <= s <= t, in
    steps that double, W(2 t) = W(t) + exp(A^+ t) W(t) exp(A t), from one short enough for Gauss's rule to be exact.
    """
    scale = np.linalg.norm(generators, axis=(1, 2)) * times / _STEP
    halvings = np.maximum(0, np.frexp(scale)[1])
    step = times / 2.0**halvings
    change = _expm1(generators, step)
    total = np.zeros_like(generators)
    for node, weight in zip((1 + _NODES) / 2, _WEIGHTS / 2, strict=True):
        part = np.eye(4) + _expm1(generators, step * node)
        total += (weight * step)[:, None, None] * (_dag(part) * unseen[:, None, :]) @ part
    for level in range(int(halvings.max(initial=0))):
        more = (level < halvings)[:, None, None]
        turn = np.eye(4) + change
        total = np.where(more, total + _dag(turn) @ total @ turn, total)
        change = np.where(more, 2 * change + change @ change, change)
    psi = change[:, :, 0] + np.eye(4)[0]
    coherence, norm = 2 * np.abs(psi[:, 0] * psi[:, 1]), (np.abs(psi) ** 2).sum(axis=1)
    silence = norm + total[:, 0, 0].real
    tiny = 1e-300
    return np.array([coherence / np.maximum(silence, tiny), silence, coherence / np.maximum(norm, tiny), norm])


def _dag(matrices: Complexes) -> Complexes:
    return matrices.conj().swapaxes(-1, -2)


def _expm1(generators: Complexes, steps: Floats) -> Complexes:
    """exp(A h) - 1 for |A| h <= 1/16, by its Taylor series."""
    small = generators * steps[:, None, None]
    out, term = small.copy(), small
    for order in range(2, 12):
        term = term @ small / order
        out = out + term
    return out
