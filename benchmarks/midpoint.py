"""Vectorised evaluations per second of every function of `qnet.midpoint`, and the time of a million-point map.

One process, one thread, random arguments; best of three.

    OMP_NUM_THREADS=1 python benchmarks/midpoint.py
"""

import time
from collections.abc import Callable

import numpy as np

from qnet import midpoint

BETA2, BETA3 = -2.168e-23, 1.268e-37
REPEATS = 3


def links(count: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(1)
    return {
        "length_km": rng.uniform(50, 100, count),
        "asymmetry_km": rng.uniform(-50, 50, count),
        "p_det": rng.uniform(0.05, 0.5, count),
        "dark_count": 10 ** rng.uniform(-8, -4, count),
        "indistinguishability": rng.uniform(0.5, 1, count),
    }


def pulses(count: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(2)
    return {
        "duration_s": 10 ** rng.uniform(-12, -7, count),
        "asymmetry_km": rng.uniform(-100, 100, count),
        "beta2_s2_per_km": np.full(count, BETA2),
    }


def delayed(count: int) -> dict[str, np.ndarray]:
    pulse = pulses(count)
    return pulse | {"delay_s": 0.2 * pulse["duration_s"], "detuning_rad_per_s": 0.2 / pulse["duration_s"]}


def third_order(count: int) -> dict[str, np.ndarray]:
    return pulses(count) | {"beta3_s3_per_km": np.full(count, BETA3)}


def delayed_third_order(count: int) -> dict[str, np.ndarray]:
    return delayed(count) | third_order(count)


def seconds(function: Callable, arguments: dict[str, np.ndarray]) -> float:
    taken = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        function(**arguments)
        taken.append(time.perf_counter() - start)
    return min(taken)


def main() -> None:
    lit = {"q": 1e-4, "coherence": "literature"}
    tuned = {"photon": "gaussian", "target_fidelity": 0.9, "p_det": 0.1, "dark_count": 1e-6, "length_km": 200.0}
    cases: list[tuple[str, Callable, dict, int]] = [
        ("double_click", midpoint.double_click, links(100_000), 100_000),
        ("double_click_leading_order", midpoint.double_click_leading_order, links(100_000), 100_000),
        ("single_click", midpoint.single_click, links(100_000) | {"q": 1e-4}, 100_000),
        ("single_click, literature coherence", midpoint.single_click, links(100_000) | lit, 100_000),
        ("single_click_leading_order", midpoint.single_click_leading_order, links(100_000) | {"q": 1e-4}, 100_000),
        ("simulated_double_click", midpoint.simulated_double_click, links(100), 100),
        ("simulated_single_click", midpoint.simulated_single_click, links(1000) | {"q": 1e-4}, 1000),
        ("gaussian, no third order", midpoint.gaussian_indistinguishability, delayed(100_000), 100_000),
        ("gaussian, third order", midpoint.gaussian_indistinguishability, third_order(10_000), 10_000),
        ("lorentzian, no third order", midpoint.lorentzian_indistinguishability, pulses(100_000), 100_000),
        ("lorentzian, mismatched", midpoint.lorentzian_indistinguishability, delayed(100_000), 100_000),
        ("lorentzian_fresnel", midpoint.lorentzian_fresnel, pulses(100_000), 100_000),
        ("lorentzian, third order", midpoint.lorentzian_indistinguishability, third_order(10_000), 10_000),
        ("lorentzian, all", midpoint.lorentzian_indistinguishability, delayed_third_order(100), 100),
        ("double_click_link", midpoint.double_click_link, pulses(100_000) | tuned | {"photon": "lorentzian"}, 100_000),
        ("single_click_link", midpoint.single_click_link, pulses(5_000) | tuned, 5_000),
    ]
    for name, function, arguments, count in cases:
        if function is midpoint.double_click_link:
            arguments.pop("target_fidelity")
        print(f"{name:36s} {count / seconds(function, arguments):12,.0f} /s")
    side = np.linspace(-100, 100, 1000)
    grid = {
        "length_km": 100.0,
        "asymmetry_km": side,
        "p_det": 0.1,
        "dark_count": np.geomspace(1e-9, 1e-3, 1000)[:, None],
    }
    print(f"million-point map of double_click    {seconds(midpoint.double_click, grid):12.3f} s")
    print(f"the same, every argument an array    {seconds(midpoint.double_click, links(1_000_000)):12.3f} s")


if __name__ == "__main__":
    main()
