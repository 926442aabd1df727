"""Mok et al., Secs. II and III, and Eq. (11) of Sec. VI: the equations, and what is read off them."""

from functools import cache
from types import SimpleNamespace

import numpy as np
import qutip
from scipy.linalg import expm
from scipy.optimize import minimize_scalar

from qnet import chiral
from qnet.chiral.master_equation import atom_states
from qnet.present.claims import Finding, bounded, claim, conditional, statement

from .helpers import BARE, FULL, PRINTED, ROUNDING, Array, c_max, drawn, equation_6, equation_8, ideal, largest

SINGLE = [8, 4, 2, 1]  # |eg00>, |ge00>, |gg10>, |gg01> among the 16 states of `_operators`


@cache
def _operators() -> tuple[Array, Array, Array, Array]:
    """sigma_1, sigma_2, a_1, a_2 with two levels per cavity, on (atom 1, atom 2, cavity 1, cavity 2)."""
    lower, one = np.array([[0.0, 1.0], [0.0, 0.0]]), np.eye(2)
    factors = [[lower if n == m else one for m in range(4)] for n in range(4)]
    s1, s2, a1, a2 = (np.kron(np.kron(a, b), np.kron(c, d)) for a, b, c, d in factors)
    return s1, s2, a1, a2


def _dag(operator: Array) -> Array:
    return operator.conj().T


def _dissipator(jump: Array, rho: Array) -> Array:
    loss = _dag(jump) @ jump
    return jump @ rho @ _dag(jump) - (loss @ rho + rho @ loss) / 2


def _jaynes_cummings(p: SimpleNamespace) -> Array:
    """Eq. (2)."""
    s1, s2, a1, a2 = _operators()
    exchange = p.g1 * _dag(a1) @ s1 + p.g2 * np.exp(1j * p.alpha) * _dag(a2) @ s2
    rest = p.wc1 * _dag(a1) @ a1 + p.wc2 * _dag(a2) @ a2 + p.wa1 * _dag(s1) @ s1 + p.wa2 * _dag(s2) @ s2
    return rest + exchange + _dag(exchange)


def _equation_1(p: SimpleNamespace, rho: Array) -> Array:
    s1, s2, a1, a2 = _operators()
    h, forth = _jaynes_cummings(p), np.exp(1j * p.kd)
    out = -1j * (h @ rho - rho @ h) + p.decay1 * _dissipator(s1, rho) + p.decay2 * _dissipator(s2, rho)
    for rate, near, far in ((p.gr, a1, a2), (p.gl, a2, a1)):
        out = out + rate * (_dissipator(near, rho) + _dissipator(far, rho))
        out = out + rate / forth * (far @ rho @ _dag(near) - rho @ _dag(near) @ far)
        out = out + rate * forth * (near @ rho @ _dag(far) - _dag(far) @ near @ rho)
    return out


def _coherent(p: SimpleNamespace) -> Array:
    """The waveguide's part of the Hamiltonian in Eq. (3)."""
    _, _, a1, a2 = _operators()
    left, right = np.exp(1j * p.kd) * _dag(a1) @ a2, np.exp(1j * p.kd) * _dag(a2) @ a1
    return -0.5j * (p.gl * (left - _dag(left)) + p.gr * (right - _dag(right)))


def _jumps(p: SimpleNamespace) -> list[Array]:
    """The jump operators of Eq. (3)."""
    s1, s2, a1, a2 = _operators()
    leftward = np.exp(1j * p.kx1) * a1 + np.exp(1j * p.kx2) * a2
    rightward = np.exp(-1j * p.kx1) * a1 + np.exp(-1j * p.kx2) * a2
    rates = (p.gl, p.gr, p.decay1, p.decay2)
    return [np.sqrt(rate) * jump for rate, jump in zip(rates, (leftward, rightward, s1, s2), strict=True)]


def _equation_3(p: SimpleNamespace, rho: Array) -> Array:
    h = _jaynes_cummings(p) + _coherent(p)
    return -1j * (h @ rho - rho @ h) + sum(_dissipator(jump, rho) for jump in _jumps(p))


def _equation_4(p: SimpleNamespace) -> Array:
    s1, s2, a1, a2 = _operators()
    forth = np.exp(1j * p.kd)
    waveguide = p.gl * forth * _dag(a1) @ a2 + p.gr * forth * _dag(a2) @ a1
    cavities = (p.gl + p.gr) / 2 * (_dag(a1) @ a1 + _dag(a2) @ a2)
    atoms = p.decay1 / 2 * _dag(s1) @ s1 + p.decay2 / 2 * _dag(s2) @ s2
    return _jaynes_cummings(p) - 1j * (waveguide + cavities + atoms)


def _propagated(p: SimpleNamespace, time: Array) -> Array:
    """Amplitudes by this library's own propagator, in the frame of Eq. (6)."""
    network = chiral.Network(
        g1=p.g1, g2=p.g2, gamma_r1=p.gr, gamma_r2=p.gr, gamma_l1=p.gl, gamma_l2=p.gl, phase=p.kd, delta_a1=p.wa1,
        delta_a2=p.wa2, delta_c1=p.wc1, delta_c2=p.wc2, decay_1=p.decay1, decay_2=p.decay2,
    )  # fmt: skip
    return chiral.amplitudes(network, time=time, alpha=p.alpha) * np.exp(-1j * p.wa1 * time)[:, None]


def _equation_9(g: float, gamma: float, t: Array) -> Array:
    k = np.sqrt(gamma**2 - 16 * g**2 + 0j)
    sinh, cosh = np.sinh(k * t / 4), np.cosh(k * t / 4)
    roots = [
        gamma * sinh / k + cosh,
        8 * g**2 * gamma * (k * t * cosh - 4 * sinh) / k**3,
        4 * g * sinh / k,
        2 * g * gamma * (gamma * k * t * cosh - (4 * gamma + k**2 * t) * sinh) / k**3,
    ]
    return np.exp(-gamma * t / 2)[:, None] * np.abs(np.stack(roots, axis=-1)) ** 2


def _many_atoms(n: int, g: float, time: Array) -> Array:
    """Probability that the W state of n atoms moves from node 1 to node 2, one coupling g for all atoms."""
    h = np.zeros((2 * n + 2, 2 * n + 2), dtype=complex)
    h[0, 2 : 2 + n] = h[1, 2 + n :] = g
    h = h + h.T
    h[0, 0] = h[1, 1] = -0.5j
    h[1, 0] = -1j
    start, end = np.zeros(2 * n + 2), np.zeros(2 * n + 2)
    start[2 : 2 + n] = end[2 + n :] = n**-0.5
    return np.array([abs(end @ expm(-1j * h * t) @ start) ** 2 for t in time])


@claim("Secs. II and III", "For equal rates Eq. (1) becomes Eq. (3)")
def mok_09_equation_3() -> Finding:
    draw = np.random.default_rng(1)
    rho = draw.normal(size=(16, 16)) + 1j * draw.normal(size=(16, 16))
    off = max(largest(_equation_1(p, rho) - _equation_3(p, rho)) for p in map(drawn, range(10)))
    return statement(
        off < ROUNDING,
        f"differ by {bounded(off, ROUNDING)}",
        uncertainty=ROUNDING,
        note=(
            "Both right-hand sides as printed, on a random matrix, for ten random networks. Eq. (3) has Lindblad "
            "form, so Eq. (1) is physical."
        ),
    )


@claim("Sec. III", "Without jumps Eq. (3) becomes the effective Hamiltonian of Eq. (4)")
def mok_10_equation_4() -> Finding:
    def off(p: SimpleNamespace) -> float:
        lindblad = _jaynes_cummings(p) + _coherent(p) - 0.5j * sum(_dag(jump) @ jump for jump in _jumps(p))
        return largest(lindblad - _equation_4(p))

    worst = max(off(p) for p in map(drawn, range(10)))
    return statement(
        worst < ROUNDING, f"differ by {bounded(worst, ROUNDING)}", uncertainty=ROUNDING, note="Ten random networks."
    )


@claim("Sec. III", "The amplitudes obey Eq. (6)")
def mok_10_equation_6() -> Finding:
    time = np.linspace(0, 20, 11)
    block = max(largest(_equation_4(p)[np.ix_(SINGLE, SINGLE)] - equation_6(p)) for p in map(drawn, range(10)))
    solved = [np.array([expm(-1j * equation_6(p) * t)[:, 0] for t in time]) for p in map(drawn, range(10))]
    moved = max(largest(c - _propagated(p, time)) for c, p in zip(solved, map(drawn, range(10)), strict=True))
    return statement(
        max(block, moved) < 1e-11,
        f"off by {bounded(block, 1e-11)} from Eq. (4), solutions by {bounded(moved, 1e-11)} from the propagator",
        uncertainty=1e-11,
        note="Ten random networks. In the third line read gamma_L for gamma_l.",
    )


@claim("Sec. III", "With one excitation, the jumps can be left out")
def mok_11_jumps_left_out() -> Finding:
    time = np.linspace(0, 20, 21)
    fields = ("concurrence", "fidelity_plus", "fidelity_minus", "transfer")
    effective, full = (
        chiral.evolution(chiral.Network(**FULL), time=time),
        chiral.master_equation(chiral.Network(**FULL), time=time),
    )
    off = max(largest(getattr(effective, field) - getattr(full, field)) for field in fields)
    return statement(
        off < 1e-9,
        f"C, F1, F2, F3 differ by {bounded(off, 1e-9)}",
        uncertainty=1e-9,
        note=(
            "Against QuTiP's solution of the whole Eq. (1), with detunings, decay and both directions. Exact: jumps "
            "feed only |gg00>, which never comes back."
        ),
    )


@claim("Sec. III", "The Laplace transforms obey Eq. (7)")
def mok_12_equation_7() -> Finding:
    p, at = drawn(3), 0.4 + 0.3j
    printed = np.linalg.solve(1j * at * np.eye(4) - equation_6(p), [1j, 0, 0, 0])
    nodes, weights = np.polynomial.legendre.leggauss(400)
    time = 50 * (nodes + 1)
    integral = np.sum(50 * weights[:, None] * np.exp(-at * time)[:, None] * _propagated(p, time), axis=0)
    off = largest(printed - integral)
    return statement(
        off < 1e-10,
        f"differ by {bounded(off, 1e-10)}",
        uncertainty=1e-10,
        note=(
            "The solution of Eq. (7), source term i in its first line, against the integral of the propagated "
            "amplitudes."
        ),
    )


@claim("Sec. III", "The amplitudes of Eq. (8)", figures=("mok_fig2",))
def mok_13_equation_8() -> Finding:
    time = np.linspace(0, 20, 21)
    networks = [ideal(seed) for seed in range(10)] + [ideal(11, g1=0.1, g2=0.4, gr=1.0)]
    off = max(largest(equation_8(p, time) - _propagated(p, time)) for p in networks)
    return statement(
        off < 1e-11,
        f"differ by {bounded(off, 1e-11)}",
        uncertainty=1e-11,
        note=("As printed, with all phases, against the propagator, for eleven networks and both signs of kappa^2."),
    )


@claim("Sec. III", "Eq. (8) has limits at g1 = g2 and kappa = 0")
def mok_14_limits() -> Finding:
    time = np.linspace(0.5, 20, 14)

    def off(near: float, g1: float, g2: float) -> float:
        beside, there = (ideal(4, gr=1.0, g1=g1 * (1 - e), g2=g2 * (1 + e)) for e in (near, 0.0))
        return largest(equation_8(beside, time) - _propagated(there, time))

    places = [(0.4, 0.4), (0.1, 0.25), (0.25, 0.4), (0.25, 0.25)]
    far, close = (max(off(near, *place) for place in places) for near in (1e-3, 1e-4))
    return statement(
        close < 0.2 * far < 0.01,
        f"{far:.1e} and {close:.1e} from the limit",
        note=(
            "Largest distance of Eq. (8) from the propagator's value at the place itself, 1e-3 and 1e-4 away from "
            "it: it shrinks in proportion."
        ),
    )


@claim("Sec. III", "The probabilities of Eq. (9) for equal couplings")
def mok_15_equation_9() -> Finding:
    time = np.linspace(0, 20, 21)

    def off(g: float) -> float:
        exact = _propagated(ideal(5, g1=g, g2=g, gr=1.7), time)
        return largest(_equation_9(g, 1.7, time) - np.abs(exact) ** 2)

    worst = max(off(g) for g in (0.1, 0.43, 0.7, 1.5))
    return statement(
        worst < 1e-11, f"differ by {bounded(worst, 1e-11)}", uncertainty=1e-11, note="As printed, at four couplings."
    )


@claim("Sec. III", "Oscillations start at g of about gamma_R / 2")
def mok_16_onset_of_oscillations() -> Finding:
    time = np.linspace(0, 200, 20001)

    def revival(g: float) -> float:
        excited = np.abs(chiral.amplitudes(chiral.Network(g1=g, g2=g), time=time)[:, 0]) ** 2
        rises = np.flatnonzero(np.diff(excited) > 1e-18)
        return float(excited[rises[0] :].max()) if len(rises) else 0.0

    width = 2 * np.pi / np.log(100)  # |kappa| for a first revival of 0.01
    seen = min(revival(g) for g in (0.5, 0.7, 1.0)) > 0.01 and revival(0.249) == 0
    return conditional(
        seen,
        max(revival(g) for g in (0.26, 0.3, 0.4)) == 0,
        "oscillations have to be strong enough to be seen",
        f"atom 1 is excited again up to {revival(0.5):.6f} at g = 1/2, {revival(0.4):.6f} at 0.4, {revival(0.3):.2e} "
        "at 0.3",
        printed="1/2",
        uncertainty=1e-8,
        note="In the amplitudes they start at g = 1/4 exactly, where kappa = 0, but the first revival is "
        f"exp(-2 pi / |kappa|) and reaches 0.01 at g = {np.sqrt(1 + width**2) / 4:.4f} only. Seen: above 0.01, as all "
        "are from 1/2 on; below 1/4 there are none.",
    )


@claim("Sec. III", "With N atoms per node, the best coupling is smaller by the root of N")
def mok_18_many_atoms() -> Finding:
    time = np.linspace(0, 15, 31)
    one = np.abs(chiral.amplitudes(chiral.Network(g1=0.43, g2=0.43), time=time)[:, 1]) ** 2
    off = max(largest(_many_atoms(n, 0.43 / np.sqrt(n), time) - one) for n in (1, 2, 3, 5))
    return statement(
        off < 1e-11,
        f"differ by {bounded(off, 1e-11)}",
        printed="0.43 / sqrt(N)",
        uncertainty=1e-11,
        note=(
            "W state to W state of 1, 2, 3 and 5 atoms, from their own Hamiltonian, at all times: so the optimum "
            "scales too."
        ),
    )


@claim("Secs. III and VII", "The closed form agrees with the numerical solution", figures=("mok_fig3",))
def mok_19_closed_form_and_master_equation() -> Finding:
    time = np.linspace(0, 40, 81)
    c = equation_8(ideal(0, **PRINTED, gr=1.0), time)
    off = largest(
        2 * np.abs(c[:, 0] * c[:, 1]) - chiral.master_equation(chiral.Network(**PRINTED), time=time).concurrence
    )
    return statement(
        off < 1e-9, f"differ by {bounded(off, 1e-9)}", uncertainty=1e-9, note="C(t) of Eq. (8) against QuTiP."
    )


@claim("Sec. III", "The concurrence is twice the size of the atoms' coherence")
def mok_20_concurrence() -> Finding:
    time = np.linspace(0, 20, 21)
    states = [qutip.Qobj(rho, dims=[[2, 2], [2, 2]]) for rho in atom_states(chiral.Network(**FULL), times=time)]
    wootters = np.array([qutip.concurrence(rho) for rho in states])
    off = largest(wootters - chiral.evolution(chiral.Network(**FULL), time=time).concurrence)
    return statement(
        off < 1e-6,
        f"differ by {bounded(off, 1e-6)}",
        uncertainty=1e-6,
        note=("Against Wootters' formula for QuTiP's states; its roots enlarge rounding."),
    )


@claim("Sec. III, Fig. 3", "Eq. (10) is close to the full solution from gamma_R t = 10 on", figures=("mok_fig3",))
def mok_31_long_times() -> Finding:
    time = np.linspace(10, 100, 901)
    approximate = chiral.long_time_concurrence(time=time, **PRINTED).concurrence
    off = np.abs(approximate / chiral.evolution(chiral.Network(**PRINTED), time=time).concurrence - 1)
    falls = bool(np.all(np.diff(off[:301]) < 0) and off[300:].max() < 1e-6)
    return statement(
        falls and bool(off[0] < 0.05),
        f"off by {100 * off[0]:.6f} % at 10, falling from there on",
        uncertainty=1e-8,
        note=(f"Close: within 5 %. From 20 on within {100 * off[100:].max():.2f} %."),
    )


@claim("Sec. III, Fig. 3", "Eq. (10) describes the maximum well", figures=("mok_fig3",))
def mok_32_maximum_by_long_times() -> Finding:
    found = minimize_scalar(
        lambda t: -float(chiral.long_time_concurrence(time=t, **PRINTED).concurrence), bounds=(8, 20), method="bounded"
    )
    exact = chiral.peak_concurrence(chiral.Network(**PRINTED))
    value, time = -found.fun, found.x
    close = abs(value / exact.concurrence - 1) < 0.01 and abs(time / exact.time - 1) < 0.03
    return statement(
        close,
        f"C = {value:.6f} at {time:.4f}; exact: {exact.concurrence:.6f} at {exact.time:.4f}",
        uncertainty=1e-6,
        note="Test: to 1 % in height and 3 % in time. A maximum after gamma_R t = 8; Eq. (10) is "
        f"{float(chiral.long_time_concurrence(time=0, **PRINTED).concurrence):.2f} at t = 0.",
    )


@claim("Sec. III", "Eq. (10) leads to the optimal concurrence", figures=("mok_fig3",))
def mok_33_optimum_by_long_times() -> Finding:
    best = c_max(**PRINTED)
    time, g1, g2 = np.linspace(10, 40, 61), np.linspace(0.05, 0.2, 61), np.linspace(0.251, 0.6, 60)
    found = chiral.long_time_concurrence(time=time[:, None, None], g1=g1[:, None], g2=g2).concurrence
    n, k, m = np.unravel_index(found.argmax(), found.shape)
    there = float(
        chiral.long_time_concurrence(
            time=chiral.peak_concurrence(chiral.Network(**PRINTED)).time, **PRINTED
        ).concurrence
    )
    steep = float(chiral.long_time_concurrence(time=10.0, g1=0.2499, g2=0.4).concurrence)
    return conditional(
        abs(there / best - 1) < 0.01,
        abs(found.max() / best - 1) < 0.01,
        "the couplings are known already",
        f"{there:.6f} at the printed couplings and the true peak time; {found.max():.4f} over couplings",
        printed="0.920",
        uncertainty=1e-4,
        note="Test: within 1 % of 0.920. Eq. (10) itself, for gamma_R t >= 10 and g1 <= 0.2, is highest at "
        f"({g1[k]:.4f}, {g2[m]:.3f}) and gamma_R t = {time[n]:.1f}. Without bounds it has no maximum: it diverges at "
        f"g1 = 1/4 ({steep:.0f} at g1 = 0.2499, g2 = 0.4, gamma_R t = 10).",
    )


@claim("Sec. VI", "At D = n lambda/2 and gamma_L = gamma_R, Eq. (3) becomes Eq. (11)")
def mok_55_equation_11() -> Finding:
    draw = np.random.default_rng(2)
    rho = draw.normal(size=(16, 16)) + 1j * draw.normal(size=(16, 16))
    _, _, a1, a2 = _operators()

    def off(n: int) -> tuple[float, float]:
        p = SimpleNamespace(**(vars(drawn(n)) | {"gl": 0.7, "gr": 0.7, "kd": n * np.pi, "decay1": 0.0, "decay2": 0.0}))
        p.kx2, h = p.kx1 + p.kd, _jaynes_cummings(p)
        printed = -1j * (h @ rho - rho @ h) + 1.4 * _dissipator(a1 + (-1) ** n * a2, rho)
        return largest(_equation_3(p, rho) - printed), largest(_coherent(p))

    whole, coherent = (max(parts) for parts in zip(*map(off, range(4)), strict=True))
    return statement(
        max(whole, coherent) < ROUNDING,
        f"differ by {bounded(whole, ROUNDING)}, coherent part {bounded(coherent, ROUNDING)}",
        uncertainty=ROUNDING,
        note="Right-hand sides as printed, on a random matrix, n = 0 to 3, no atomic decay.",
    )


@claim("Sec. II", "Without the cavities, Eq. (1) with atoms for modes is the earlier model")
def mok_63_bare_atoms() -> Finding:
    time = np.linspace(0, 5, 21)
    gr, gl, phase = 1.0, 0.3, 0.8
    s1, s2 = _operators()[:2]
    waveguide = gl * np.exp(1j * phase) * _dag(s1) @ s2 + gr * np.exp(1j * phase) * _dag(s2) @ s1
    h = -1j * (waveguide + (gl + gr) / 2 * (_dag(s1) @ s1 + _dag(s2) @ s2))
    psi = np.array([expm(-1j * h * t)[:, SINGLE[0]] for t in time])
    found = 2 * np.abs(psi[:, SINGLE[0]] * psi[:, SINGLE[1]])
    off = largest(
        found
        - chiral.bare_evolution(
            chiral.BareNetwork(gamma_r2=gr, gamma_l1=gl, gamma_l2=gl, phase=phase), time=time
        ).concurrence
    )
    peak = BARE - float(chiral.bare_peak_concurrence(chiral.BareNetwork(gamma_r2=1.0)).concurrence)
    return statement(
        max(off, abs(peak)) < 1e-10,
        f"differ by {bounded(off, 1e-10)}",
        uncertainty=1e-10,
        note="C(t), and 2/e as its peak.",
    )


@claim("Sec. III", "g1 below gamma_R / 4 keeps node 1 from oscillating", figures=("mok_fig2",))
def mok_65_first_coupling() -> Finding:
    time = np.linspace(0, 100, 10001)
    rises = [
        largest(np.maximum(np.diff(np.abs(_propagated(ideal(0, g1=g, gr=1.0), time)[:, 0])), 0))
        for g in (0.126, 0.249, 0.3)
    ]
    return statement(
        max(rises[:2]) < 1e-14 < rises[2],
        f"largest rise {bounded(rises[0], 1e-14)}, {bounded(rises[1], 1e-14)}, {rises[2]:.0e} at 0.126, 0.249, 0.3",
        uncertainty=1e-15,
        note="|c_eg| never rises below 1/4, and does above.",
    )


@claim("Sec. III", "Eq. (10) is the limit of Eq. (8) at long times", figures=("mok_fig3",))
def mok_66_equation_10() -> Finding:
    time = np.array([20.0, 40.0, 60.0, 80.0])
    c = equation_8(ideal(0, **PRINTED, gr=1.0), time)
    off = np.abs(chiral.long_time_concurrence(time=time, **PRINTED).concurrence / (2 * np.abs(c[:, 0] * c[:, 1])) - 1)
    dropped = np.exp(-np.sqrt(1 - 16 * PRINTED["g1"] ** 2) * time / 2)
    return statement(
        bool(np.all(off < 5 * dropped + 1e-12)),
        f"off by {off[0]:.1e}, {off[1]:.1e}, {bounded(off[2], 1e-11)} at 20, 40, 60",
        uncertainty=ROUNDING,
        note="In proportion to exp(-kappa_1 t / 2), which it drops. Up to the phase exp(i alpha - i k D), which the "
        "product of Eq. (8) has and Eq. (10) lacks; C does not need it.",
    )
