"""Peak concurrence per point: `qnet` against QuTiP's master equation and batched numpy eigen-decomposition.

All in one process and one thread, one after the other on the same points. The others find the maximum on a grid of
401 times up to 40 / gamma_R, as one would; the last column is how far that is from `qnet`, which tests/chiral compares
with high precision.

    OMP_NUM_THREADS=1 python benchmarks/chiral.py
"""

import time
from collections.abc import Callable

import numpy as np

from qnet import chiral
from qnet.chiral.master_equation import atom_states

TIMES = np.linspace(0, 40, 401)
REPEATS = 5


def cascaded(count: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(1)
    return {name: rng.uniform(0.05, 1, count) for name in ("g1", "g2")}


def general(count: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(2)
    positive = {
        name: rng.uniform(0.1, 1, count) for name in ("g1", "g2", "gamma_r1", "gamma_r2", "gamma_l1", "gamma_l2")
    }
    detuned = {name: rng.uniform(-1, 1, count) for name in ("delta_a1", "delta_a2", "delta_c1", "delta_c2", "phase")}
    return positive | detuned | {name: rng.uniform(0, 0.2, count) for name in ("decay_1", "decay_2")}


def by_qutip(points: dict[str, np.ndarray]) -> np.ndarray:
    """The full master equation at relative and absolute tolerances of 1e-6, point by point."""
    rows = [dict(zip(points, map(float, row), strict=True)) for row in zip(*points.values(), strict=True)]
    return np.array(
        [np.abs(atom_states(chiral.Network(**row), times=TIMES, tolerance=1e-6)[:, 1, 2]).max() * 2 for row in rows]
    )


def by_eigenvectors(points: dict[str, np.ndarray]) -> np.ndarray:
    """The effective Hamiltonian in its eigenbasis, all points at once."""
    values, vectors = np.linalg.eig(chiral.Network(**points).generator())
    start = np.linalg.solve(vectors, np.broadcast_to(np.eye(4)[:, :1], (*values.shape, 1)))[..., 0]
    waves = start[..., None] * np.exp(values[..., None] * TIMES)
    psi = vectors[:, :2] @ waves
    return 2 * np.abs(psi[:, 0] * psi[:, 1]).max(axis=-1)


def by_qnet(points: dict[str, np.ndarray]) -> np.ndarray:
    return chiral.peak_concurrence(chiral.Network(**points)).concurrence


def microseconds(function: Callable[[dict], np.ndarray], points: dict[str, np.ndarray]) -> tuple[float, np.ndarray]:
    """Median time per point, and the values."""
    function({name: values[:2] for name, values in points.items()})
    taken = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        found = function(points)
        taken.append(time.perf_counter() - start)
    return float(np.median(taken)) / len(found) * 1e6, found


def main() -> None:
    print("| points | method | us per point | ratio | largest error |")
    print("| --- | --- | --- | --- | --- |")
    for name, points in {"cascaded, resonant": cascaded, "general": general}.items():
        own, exact = microseconds(by_qnet, points(40_000))
        print(f"| {name} | `qnet.chiral.peak_concurrence` | {own:.1f} | 1 | |")
        for label, function, count in (
            ("batched `numpy.linalg.eig`, 401 times", by_eigenvectors, 2000),
            ("`qutip.mesolve`, 401 times", by_qutip, 40),
        ):
            few = {key: values[:count] for key, values in points(40_000).items()}
            taken, found = microseconds(function, few)
            print(f"| {name} | {label} | {taken:.0f} | {taken / own:.0f} | {np.abs(found - exact[:count]).max():.0e} |")
    grid = np.linspace(0.005, 1, 200)
    taken, _ = microseconds(lambda p: by_qnet({"g1": p["g1"][:, None], "g2": p["g1"]}), {"g1": grid})
    print(f"\n200 x 200 map of Fig. 2(b): {taken * 200 / 1e6:.2f} s")


if __name__ == "__main__":
    main()
