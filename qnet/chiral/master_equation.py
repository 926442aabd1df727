"""The full master equation in QuTiP: slow, and independent of the effective Hamiltonian. The oracle of this package."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qnet import checks
from qnet.chiral.evolution import Evolution
from qnet.chiral.network import Network
from qnet.errors import Refused

_MOST_TURNS = 1e5  # rates times time: a minute or more


def atom_states(
    *, times: NDArray[np.float64], alpha: float = 0.0, tolerance: float = 1e-12, **network: float
) -> NDArray:
    """Reduced two-atom density matrices at increasing `times` (the first is 0), shape (len(times), 4, 4).

    Basis (ee, eg, ge, gg); initial state |eg00>; two levels per cavity, which is exact for one excitation;
    keywords are the scalar fields of `Network`. Mok et al., Eqs. (1)-(2).
    """
    import qutip  # 1.3 s to import, and needed nowhere else

    atom, cavity, one, mode = qutip.sigmap(), qutip.destroy(2), qutip.qeye(2), qutip.qeye(2)
    lower = atom.dag()
    s1, s2 = qutip.tensor(lower, one, mode, mode), qutip.tensor(one, lower, mode, mode)
    a1, a2 = qutip.tensor(one, one, cavity, mode), qutip.tensor(one, one, mode, cavity)

    p = {"gamma_r1": 1.0, "gamma_r2": 1.0} | network
    get = lambda name: p.get(name, 0.0)  # noqa: E731
    turn = np.exp(1j * alpha)
    hamiltonian = (
        get("delta_c1") * a1.dag() * a1
        + get("delta_c2") * a2.dag() * a2
        + get("delta_a1") * s1.dag() * s1
        + get("delta_a2") * s2.dag() * s2
        + p["g1"] * (a1.dag() * s1 + s1.dag() * a1)
        + p["g2"] * (turn * a2.dag() * s2 + np.conj(turn) * s2.dag() * a2)
    )
    local = [
        np.sqrt(get("gamma_l1") + get("gamma_r1") + get("loss_1")) * a1,
        np.sqrt(get("gamma_l2") + get("gamma_r2") + get("loss_2")) * a2,
        np.sqrt(get("decay_1")) * s1,
        np.sqrt(get("decay_2")) * s2,
    ]
    ahead = np.exp(1j * get("phase"))
    liouvillian = qutip.liouvillian(hamiltonian, local)
    for rate, first, second in (
        (np.sqrt(get("gamma_r1") * get("gamma_r2")), a1, a2),
        (np.sqrt(get("gamma_l1") * get("gamma_l2")), a2, a1),
    ):
        # e^{-ikD} [second, rho first^+] + e^{ikD} [first rho, second^+]
        cascade = np.conj(ahead) * (qutip.sprepost(second, first.dag()) - qutip.spost(first.dag() * second))
        cascade += ahead * (qutip.sprepost(first, second.dag()) - qutip.spre(second.dag() * first))
        liouvillian += rate * cascade

    start = qutip.ket2dm(qutip.tensor(qutip.basis(2, 0), qutip.basis(2, 1), qutip.basis(2, 0), qutip.basis(2, 0)))
    options = {"method": "vern9", "atol": tolerance, "rtol": tolerance, "nsteps": 10**7, "progress_bar": ""}
    states = qutip.mesolve(liouvillian, start, times, options=options).states
    return np.array([state.ptrace([0, 1]).full() for state in states])


def master_equation(
    *,
    time: ArrayLike,
    g1: float,
    g2: float,
    gamma_r1: float = 1.0,
    gamma_r2: float = 1.0,
    gamma_l1: float = 0.0,
    gamma_l2: float = 0.0,
    phase: float = 0.0,
    alpha: float = 0.0,
    delta_a1: float = 0.0,
    delta_a2: float = 0.0,
    delta_c1: float = 0.0,
    delta_c2: float = 0.0,
    decay_1: float = 0.0,
    decay_2: float = 0.0,
    loss_1: float = 0.0,
    loss_2: float = 0.0,
) -> Evolution:
    """As `evolution`, from the full master equation (1) solved by QuTiP to 1e-12, for one network.

    `time`: one-dimensional, not negative, in any order. Field `norm` is the probability that the atoms hold the
    excitation, since the cavities are traced out. Raises Refused as `evolution` does.
    """
    network = Network(
        g1=g1, g2=g2, gamma_r1=gamma_r1, gamma_r2=gamma_r2, gamma_l1=gamma_l1, gamma_l2=gamma_l2, phase=phase,
        delta_a1=delta_a1, delta_a2=delta_a2, delta_c1=delta_c1, delta_c2=delta_c2,
        decay_1=decay_1, decay_2=decay_2, loss_1=loss_1, loss_2=loss_2,
    )  # fmt: skip
    values = {name: np.asarray(value) for name, value in vars(network).items()}
    values["alpha"] = checks.real("alpha", alpha, checks.FINITE)
    for name, value in values.items():
        if value.ndim:
            raise Refused(f"{name} must be one number, since one network is solved, but has shape {value.shape}")
    times = np.atleast_1d(checks.real("time", time, checks.NOT_NEGATIVE))
    if times.ndim > 1:
        raise Refused(f"time must be one-dimensional, but has shape {times.shape}")
    checks.not_empty(times.shape)
    turns = float(np.linalg.norm(network.generator())) * times.max()
    if turns > _MOST_TURNS:
        raise Refused(f"time must be short enough to be followed step by step, but is {times.max():g}")
    grid, position = np.unique(np.append(times, 0.0), return_inverse=True)
    rho = atom_states(times=grid, **{name: float(value) for name, value in values.items()})[position[:-1]]
    eg, ge, coherence = rho[:, 1, 1].real, rho[:, 2, 2].real, rho[:, 1, 2]
    return Evolution(
        concurrence=2 * np.abs(coherence),
        fidelity_plus=(eg + ge) / 2 + coherence.real,
        fidelity_minus=(eg + ge) / 2 - coherence.real,
        transfer=ge,
        norm=eg + ge,
    )
