"""Amplitudes, concurrence and fidelities at given times."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qnet import checks
from qnet.chiral.network import BareNetwork, Complexes, Network
from qnet.chiral.propagator import DIM, evolve


@dataclass(frozen=True)
class Evolution:
    """Figures of merit of the two-atom state; the shape of the broadcast arguments.

    concurrence: Wootters' C, here 2 |<eg|rho|ge>| exactly.
    fidelity_plus, fidelity_minus: overlap F_1, F_2 with (|eg> +- |ge>) / sqrt(2).
    transfer: overlap F_3 with |ge>.
    norm: squared norm of the single-excitation state, an upper bound of every later concurrence and transfer.
    """

    concurrence: NDArray[np.float64]
    fidelity_plus: NDArray[np.float64]
    fidelity_minus: NDArray[np.float64]
    transfer: NDArray[np.float64]
    norm: NDArray[np.float64]


def amplitudes(network: Network | BareNetwork, *, time: ArrayLike, alpha: ArrayLike = 0.0) -> Complexes:
    """(c_eg, c_ge, c_10, c_01) at `time` from |eg00>, shape (..., 4), exact to rounding. Mok et al., Eqs. (5)-(6).

    `time` (in [0, 1e30]) and `alpha`, the phase between the couplings of Eq. (2), broadcast against the network.
    Raises Refused for a time or phase outside these rules.
    """
    checks.instance("network", network, Network, BareNetwork)
    arrays = checks.broadcast(
        {
            "time": checks.real("time", time, checks.NOT_NEGATIVE_TO_1E30),
            "alpha": checks.real("alpha", alpha, checks.FINITE),
            "phase": np.asarray(network.phase),
        }
    )
    times, distance_phase = arrays["time"], np.exp(1j * arrays["phase"])
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


def evolution(
    *,
    time: ArrayLike,
    g1: ArrayLike,
    g2: ArrayLike,
    gamma_r1: ArrayLike = 1.0,
    gamma_r2: ArrayLike = 1.0,
    gamma_l1: ArrayLike = 0.0,
    gamma_l2: ArrayLike = 0.0,
    phase: ArrayLike = 0.0,
    alpha: ArrayLike = 0.0,
    delta_a1: ArrayLike = 0.0,
    delta_a2: ArrayLike = 0.0,
    delta_c1: ArrayLike = 0.0,
    delta_c2: ArrayLike = 0.0,
    decay_1: ArrayLike = 0.0,
    decay_2: ArrayLike = 0.0,
    loss_1: ArrayLike = 0.0,
    loss_2: ArrayLike = 0.0,
) -> Evolution:
    """State of the atoms at `time` with cavities; arguments and errors as in `Network` and `amplitudes`."""
    network = Network(
        g1=g1, g2=g2, gamma_r1=gamma_r1, gamma_r2=gamma_r2, gamma_l1=gamma_l1, gamma_l2=gamma_l2, phase=phase,
        delta_a1=delta_a1, delta_a2=delta_a2, delta_c1=delta_c1, delta_c2=delta_c2,
        decay_1=decay_1, decay_2=decay_2, loss_1=loss_1, loss_2=loss_2,
    )  # fmt: skip
    return _figures_of_merit(amplitudes(network, time=time, alpha=alpha))


def bare_evolution(
    *,
    time: ArrayLike,
    gamma_r2: ArrayLike,
    gamma_r1: ArrayLike = 1.0,
    gamma_l1: ArrayLike = 0.0,
    gamma_l2: ArrayLike = 0.0,
    phase: ArrayLike = 0.0,
    delta_a1: ArrayLike = 0.0,
    delta_a2: ArrayLike = 0.0,
    decay_1: ArrayLike = 0.0,
    decay_2: ArrayLike = 0.0,
) -> Evolution:
    """State of the atoms at `time` without cavities; arguments and errors as in `BareNetwork` and `amplitudes`."""
    network = BareNetwork(
        gamma_r2=gamma_r2, gamma_r1=gamma_r1, gamma_l1=gamma_l1, gamma_l2=gamma_l2, phase=phase,
        delta_a1=delta_a1, delta_a2=delta_a2, decay_1=decay_1, decay_2=decay_2,
    )  # fmt: skip
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
