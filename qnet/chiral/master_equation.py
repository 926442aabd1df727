"""The full master equation in QuTiP: slow, and independent of the effective Hamiltonian. The oracle of this package."""

from types import SimpleNamespace

import attrs
import numpy as np
from numpy.typing import NDArray

from qnet import checks
from qnet.chiral.evolution import Evolution
from qnet.chiral.network import ALPHA, Alpha, Network, Time
from qnet.errors import Refused

_MOST_TURNS = 1e5  # rates times time: a minute or more


def atom_states(
    network: Network,
    *,
    times: NDArray[np.float64],
    alpha: float = 0.0,
    dephasing: float = 0.0,
    excited_2: float = 0.0,
    tolerance: float = 1e-12,
) -> NDArray:
    """Reduced density matrices of the two atoms at increasing `times`, of which the first is 0; (len(times), 4, 4).

    The network must be a single one. The basis is (ee, eg, ge, gg), and the initial state |eg00>, mixed with |ee00>
    where atom 2 is excited with a probability, too. Each cavity has two levels, or three with two excitations, which is
    exact.
    dephasing: rate of pure dephasing of each atom, by sqrt(gamma_phi / 2) sigma_z. Mok et al., Eqs. (1)-(2).
    """
    import qutip  # 1.3 s to import, and needed nowhere else

    levels = 3 if excited_2 else 2
    atom, cavity, one, mode = qutip.sigmap(), qutip.destroy(levels), qutip.qeye(2), qutip.qeye(levels)
    lower = atom.dag()
    s1, s2 = qutip.tensor(lower, one, mode, mode), qutip.tensor(one, lower, mode, mode)
    a1, a2 = qutip.tensor(one, one, cavity, mode), qutip.tensor(one, one, mode, cavity)

    p = SimpleNamespace(**{name: float(value) for name, value in attrs.asdict(network).items()})
    turn = np.exp(1j * alpha)
    hamiltonian = (
        p.delta_c1 * a1.dag() * a1
        + p.delta_c2 * a2.dag() * a2
        + p.delta_a1 * s1.dag() * s1
        + p.delta_a2 * s2.dag() * s2
        + p.g1 * (a1.dag() * s1 + s1.dag() * a1)
        + p.g2 * (turn * a2.dag() * s2 + np.conj(turn) * s2.dag() * a2)
    )
    local = [
        np.sqrt(p.gamma_l1 + p.gamma_r1 + p.loss_1) * a1,
        np.sqrt(p.gamma_l2 + p.gamma_r2 + p.loss_2) * a2,
        np.sqrt(p.decay_1) * s1,
        np.sqrt(p.decay_2) * s2,
        *(np.sqrt(dephasing / 2) * (2 * s.dag() * s - 1) for s in (s1, s2)),
    ]
    ahead = np.exp(1j * p.phase)
    liouvillian = qutip.liouvillian(hamiltonian, local)
    for rate, first, second in (
        (np.sqrt(p.gamma_r1 * p.gamma_r2), a1, a2),
        (np.sqrt(p.gamma_l1 * p.gamma_l2), a2, a1),
    ):
        # e^{-ikD} [second, rho first^+] + e^{ikD} [first rho, second^+]
        cascade = np.conj(ahead) * (qutip.sprepost(second, first.dag()) - qutip.spost(first.dag() * second))
        cascade += ahead * (qutip.sprepost(first, second.dag()) - qutip.spre(second.dag() * first))
        liouvillian += rate * cascade

    excited, ground = qutip.ket2dm(qutip.basis(2, 0)), qutip.ket2dm(qutip.basis(2, 1))
    second, empty = excited_2 * excited + (1 - excited_2) * ground, qutip.ket2dm(qutip.basis(levels, 0))
    start = qutip.tensor(excited, second, empty, empty)
    options = {"method": "vern9", "atol": tolerance, "rtol": tolerance, "nsteps": 10**7, "progress_bar": ""}
    states = qutip.mesolve(liouvillian, start, times, options=options).states
    return np.array([state.ptrace([0, 1]).full() for state in states])


def concurrence_with_excited_atom_2(
    network: Network, *, times: NDArray[np.float64], excited_2: float, dephasing: float = 0.0, tolerance: float = 1e-10
) -> NDArray:
    """Concurrence where atom 2 starts excited with a probability, which a single excitation leaves out; (len(times),).

    There is no coherence between |ee> and |gg>, so Wootters' formula is 2 max(0, |rho_eg,ge| - sqrt(rho_ee rho_gg)).
    """
    rho = atom_states(network, times=times, excited_2=excited_2, dephasing=dephasing, tolerance=tolerance)
    both, none = (np.maximum(rho[:, n, n].real, 0) for n in (0, 3))
    return 2 * np.maximum(0, np.abs(rho[:, 1, 2]) - np.sqrt(both * none))


def master_equation(network: Network, *, time: Time, alpha: Alpha = 0.0) -> Evolution:
    """As `evolution`, by QuTiP from the full master equation (1) to 1e-12, for a single network.

    Times are in one dimension, not negative, and in any order. `norm` is the probability that the atoms hold the
    excitation, since the cavities are traced out.
    Raises Refused as `evolution` does, for several networks at once, and for a time that is too long to be followed.
    """
    checks.instance("network", network, Network)
    turn = ALPHA.checked("alpha", alpha)
    for name, shape in (("network", network.phase.shape), ("alpha", turn.shape)):
        if shape:
            raise Refused(f"{name} must be a single one, since one network is solved, but has the shape {shape}")
    times = np.atleast_1d(checks.real("time", time, checks.NOT_NEGATIVE))
    if times.ndim > 1:
        raise Refused(f"time must be one-dimensional, but has shape {times.shape}")
    checks.not_empty(times.shape)
    turns = float(np.linalg.norm(network.generator())) * times.max()
    if turns > _MOST_TURNS:
        raise Refused(f"time must be short enough to be followed step by step, but is {times.max():g}")
    grid, position = np.unique(np.append(times, 0.0), return_inverse=True)
    rho = atom_states(network, times=grid, alpha=float(turn))[position[:-1]]
    eg, ge, coherence = rho[:, 1, 1].real, rho[:, 2, 2].real, rho[:, 1, 2]
    return Evolution(
        concurrence=2 * np.abs(coherence),
        fidelity_plus=(eg + ge) / 2 + coherence.real,
        fidelity_minus=(eg + ge) / 2 - coherence.real,
        transfer=ge,
        norm=eg + ge,
    )
