"""Amplitudes, concurrence and fidelities at given times."""

from dataclasses import dataclass
from dataclasses import field as column

import numpy as np

from qnet import checks
from qnet.chiral.network import ALPHA, CONCURRENCE, TIME, Alpha, BareNetwork, Complexes, Network, Time
from qnet.chiral.propagator import DIM, evolve
from qnet.records import Floats, about


@dataclass(frozen=True)
class Evolution:
    """Figures of merit of the state of the two atoms; the shape of the broadcast arguments.

    concurrence: Wootters' C, which is exactly 2 |<eg|rho|ge>| here.
    fidelity_plus, fidelity_minus: overlap F_1, F_2 with (|eg> +- |ge>) / sqrt(2).
    transfer: overlap F_3 with |ge>.
    norm: squared norm of the single-excitation state, which no later concurrence and no later transfer exceeds.
    """

    concurrence: Floats = column(metadata={"quantity": CONCURRENCE})
    fidelity_plus: Floats = column(metadata=about("1", "overlap with (|eg> + |ge>) / sqrt(2)"))
    fidelity_minus: Floats = column(metadata=about("1", "overlap with (|eg> - |ge>) / sqrt(2)"))
    transfer: Floats = column(metadata=about("1", "overlap with |ge>"))
    norm: Floats = column(metadata=about("1", "probability that the excitation is not lost"))


def amplitudes(network: Network | BareNetwork, *, time: Time, alpha: Alpha = 0.0) -> Complexes:
    """(c_eg, c_ge, c_10, c_01) at `time` from |eg00>, shape (..., 4), exact to rounding. Mok et al., Eqs. (5)-(6).

    The time (from 0 to 1e30), and the phase alpha between the couplings of Eq. (2), broadcast against the network.
    Raises Refused for a time outside these bounds, and for a phase that is not finite.
    """
    checks.instance("network", network, Network, BareNetwork)
    arrays = checks.broadcast(
        {"time": TIME.checked("time", time), "alpha": ALPHA.checked("alpha", alpha), "network": network.phase}
    )
    times, distance_phase = arrays["time"], np.exp(1j * arrays["network"])
    out = np.empty((times.size, DIM), dtype=np.complex128)
    generators = np.array(np.broadcast_to(network.generator(), (*times.shape, DIM, DIM)), order="C")
    evolve(generators.reshape(-1, DIM, DIM), np.array(times, order="C").ravel(), out)
    psi = out.reshape(*times.shape, DIM)
    if isinstance(network, Network):
        psi[..., 1] *= distance_phase * np.exp(-1j * arrays["alpha"])
        psi[..., 2] *= -1j
        psi[..., 3] *= -1j * distance_phase
    else:
        psi[..., 1] *= -distance_phase
    return psi


def evolution(network: Network, *, time: Time, alpha: Alpha = 0.0) -> Evolution:
    """State of the two atoms at `time`, with cavities. Keywords and errors are those of `amplitudes`."""
    checks.instance("network", network, Network)
    return _figures_of_merit(amplitudes(network, time=time, alpha=alpha))


def bare_evolution(network: BareNetwork, *, time: Time) -> Evolution:
    """State of the two atoms at `time`, without cavities. Keywords and errors are those of `amplitudes`."""
    checks.instance("network", network, BareNetwork)
    return _figures_of_merit(amplitudes(network, time=time))


def _figures_of_merit(psi: Complexes) -> Evolution:
    eg, ge = psi[..., 0], psi[..., 1]
    return Evolution(
        concurrence=2 * np.abs(eg * ge),
        fidelity_plus=np.abs(eg + ge) ** 2 / 2,
        fidelity_minus=np.abs(eg - ge) ** 2 / 2,
        transfer=np.abs(ge) ** 2,
        norm=np.sum(np.abs(psi) ** 2, axis=-1),
    )
