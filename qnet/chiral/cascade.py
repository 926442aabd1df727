"""Three and more nodes in a cascade: one excitation shared among the atoms, a W state at best.

n nodes in a row, an atom in a cavity each, all light travels to the right: the amplitudes obey
da_j/dt = -g_j c_j, dc_j/dt = g_j a_j - (gamma_j / 2) c_j - sum_{k < j} sqrt(gamma_k gamma_j) c_k, from a_1 = 1, with
each phase of the propagation put into the states, as in `Network`; for n = 2 this is Mok et al., Eq. (6), without
imperfections. Atoms are phased by choice of these states, so that only sizes of amplitudes matter: the overlap with the
W state is (sum_j |a_j|)^2 / n, and the concurrence of two atoms 2 |a_i a_j|.
"""

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from numpy.typing import ArrayLike

from qnet import checks
from qnet.errors import Refused
from qnet.records import Floats, Quantity

GOALS = ("w_fidelity", "pair_concurrence")
GOAL = Quantity("", "what is made as large as it can be", GOALS)
_MOST_NODES = 6


@dataclass(frozen=True)
class Shared:
    """How the atoms of a cascade share one excitation at the best time; rates in units of the largest one.

    w_fidelity: overlap with the W state. pair_concurrence: the smallest concurrence of two atoms. time: of the
    read-out.
    couplings, rates: of each node from the left, shape (n,). agreeing, climbs: how many of the climbs from many starts
    reached the goal to 1e-6.
    """

    w_fidelity: float
    pair_concurrence: float
    time: float
    couplings: Floats
    rates: Floats
    agreeing: int
    climbs: int


def cascade_amplitudes(*, couplings: ArrayLike, rates: ArrayLike, time: ArrayLike) -> Floats:
    """Amplitudes (a_1, ..., a_n) of the atoms at one time, from a_1 = 1. Couplings, rates and result: shape (n,).

    Raises Refused for fewer than two nodes or more than six, for shapes that differ, for a coupling or a rate beyond
    1e3, and for a time outside [0, 1e3].
    """
    limit: checks.Rule = ("must be at most 1e3 in size", lambda x: np.abs(x) <= 1e3)
    positive: checks.Rule = ("must lie in [0, 1e3]", lambda x: (x >= 0) & (x <= 1e3))
    g, gamma = checks.real("couplings", couplings, limit), checks.real("rates", rates, positive)
    t = checks.number("time", time, positive)
    if g.ndim != 1 or not 2 <= len(g) <= _MOST_NODES:
        raise Refused(f"couplings must be two to {_MOST_NODES} in a row, but have the shape {g.shape}")
    if gamma.shape != g.shape:
        raise Refused(f"rates must be one for each coupling, but have the shape {gamma.shape}")
    return _amplitudes(g, gamma, t)


def best_sharing(*, node_count: int, equal_rates: bool, goal: Annotated[str, GOAL], starts: int) -> Shared:
    """The couplings, rates and time that make the W fidelity, or the smallest pair concurrence, as large as can be.

    node_count: from 2 to 6. equal_rates: whether all cavities have the rate 1, or free ones up to 1. goal: "w_fidelity"
    or "pair_concurrence". Climbs from so many seeded random starts for each node with SLSQP; for the smallest of
    several numbers, a lower bound of them all is what climbs. Raises Refused for other values.
    """
    n, climbs = checks.count("node_count", node_count, _MOST_NODES), checks.count("starts", starts, 1000)
    if n < 2:
        raise Refused(f"node_count must be at least 2, but is {n}")
    flag, chosen = checks.flag("equal_rates", equal_rates), checks.choice("goal", goal, GOALS)
    for name, value in (("equal_rates", flag), ("goal", chosen)):
        if value.shape:
            raise Refused(f"{name} must be one value, but has the shape {value.shape}")
    equal, word = bool(flag), str(chosen)
    rng = np.random.default_rng(n)
    found = []
    for _ in range(climbs * n):
        start = np.concatenate(
            [rng.uniform(-2.5, 0.7, n), np.zeros(0) if equal else rng.uniform(-2, 0, n), [rng.uniform(1, 3)]]
        )
        found.append(_climbed(start, n, equal, word))
    values = np.array([value for value, _ in found])
    g, gamma, t = _unpacked(found[int(values.argmax())][1], n, equal)
    amplitudes = np.sort(np.abs(_amplitudes(g, gamma, t)))
    return Shared(
        w_fidelity=float(amplitudes.sum() ** 2 / n), pair_concurrence=float(2 * amplitudes[0] * amplitudes[1]),
        time=float(t), couplings=g, rates=gamma, agreeing=int((values > values.max() - 1e-6).sum()), climbs=len(found),
    )  # fmt: skip


def _unpacked(place: Floats, n: int, equal: bool) -> tuple[Floats, Floats, float]:
    gamma = np.ones(n) if equal else np.exp(place[n : 2 * n] - place[n : 2 * n].max())
    return np.exp(place[:n]), gamma, float(np.exp(place[n if equal else 2 * n]))


def _climbed(start: Floats, n: int, equal: bool, goal: str) -> tuple[float, Floats]:
    """(goal reached, place) uphill of a start: logarithms of couplings, of rates unless equal, and of the time."""
    from scipy import optimize  # a third of a second, which only this needs

    minimize: Any = optimize.minimize

    def sizes(place: Floats) -> Floats:
        return np.abs(_amplitudes(*_unpacked(place[: len(start)], n, equal)))

    bounds = [(-5.0, 1.5)] * n + [(-6.0, 6.0)] * (n * (not equal)) + [(-1.0, 5.0)]
    options: Any = {"maxiter": 300, "ftol": 1e-13}
    if goal == "w_fidelity":
        got = minimize(lambda x: -sizes(x).sum(), start, method="SLSQP", bounds=bounds, options=options)
        return float(got.fun**2 / n), got.x
    # the smallest product of two sizes: maximise m below all log sizes_i + log sizes_j
    pairs = np.triu_indices(n, 1)

    def above(place: Floats) -> Floats:
        logs = np.log(np.maximum(sizes(place), 1e-12))
        return logs[pairs[0]] + logs[pairs[1]] - place[-1]

    first = np.append(start, above(np.append(start, 0.0)).min())
    got = minimize(
        lambda x: -x[-1], first, method="SLSQP", bounds=[*bounds, (-60.0, 0.0)], options=options,
        constraints={"type": "ineq", "fun": above},
    )  # fmt: skip
    least = np.sort(sizes(got.x))
    return float(2 * least[0] * least[1]), got.x[:-1]


def _amplitudes(g: Floats, gamma: Floats, time: float) -> Floats:
    n = len(g)
    a = np.zeros((2 * n, 2 * n))
    atoms, cavities = np.arange(n), n + np.arange(n)
    a[atoms, cavities], a[cavities, atoms] = -g, g
    a[n:, n:] = -np.tril(np.sqrt(np.outer(gamma, gamma)), -1) - np.diag(gamma / 2)
    halvings = max(0, int(np.frexp(np.linalg.norm(a) * time * 16)[1]))
    small = a * time / 2.0**halvings
    change, term = small.copy(), small
    for order in range(2, 12):
        term = term @ small / order
        change = change + term
    for _ in range(halvings):
        change = 2 * change + change @ change
    return change[:n, 0] + np.eye(n)[0]
