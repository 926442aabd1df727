"""Vectorised evaluations per second of every function of `qnet.midpoint`, and the time of a million-point map.

One process, one thread, random arguments, best of three; making the records, which checks the arguments, counts.

    OMP_NUM_THREADS=1 python benchmarks/midpoint.py
"""

import time
from collections.abc import Callable
from typing import Any

import numpy as np
from attrs import fields

from qnet import midpoint
from qnet.midpoint import (
    Detectors,
    DispersedPhotons,
    DoubleClickPhotons,
    Midpoint,
    MismatchedPhotons,
    ShapedPhotons,
    SingleClickPhotons,
)

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


def seconds(function: Callable, records: tuple[type, ...], arguments: dict[str, Any]) -> float:
    """Each record takes the arguments that it has fields for, the function the others."""
    of_records = [{f.name for f in fields(record)} & set(arguments) for record in records]
    given = [{name: arguments[name] for name in names} for names in of_records]
    rest = {name: value for name, value in arguments.items() if not any(name in names for names in of_records)}
    taken = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        function(*(record(**values) for record, values in zip(records, given, strict=True)), **rest)
        taken.append(time.perf_counter() - start)
    return min(taken)


DOUBLE, SINGLE = (Midpoint, DoubleClickPhotons, Detectors), (Midpoint, SingleClickPhotons, Detectors)
LINK = (Midpoint, ShapedPhotons, Detectors)


def main() -> None:
    lit = {"q": 1e-4, "coherence": "literature"}
    link = {"p_det": 0.1, "dark_count": 1e-6, "length_km": 200.0}
    gaussian, lorentzian = midpoint.gaussian_indistinguishability, midpoint.lorentzian_indistinguishability
    cases: list[tuple[str, Callable, tuple[type, ...], dict, int]] = [
        ("double_click", midpoint.double_click, DOUBLE, links(100_000), 100_000),
        ("double_click_leading_order", midpoint.double_click_leading_order, DOUBLE, links(100_000), 100_000),
        ("single_click", midpoint.single_click, SINGLE, links(100_000) | {"q": 1e-4}, 100_000),
        ("single_click, literature coherence", midpoint.single_click, SINGLE, links(100_000) | lit, 100_000),
        (
            "single_click_leading_order", midpoint.single_click_leading_order, SINGLE, links(100_000) | {"q": 1e-4},
            100_000,
        ),
        ("simulated_double_click", midpoint.simulated_double_click, DOUBLE, links(100), 100),
        ("simulated_single_click", midpoint.simulated_single_click, SINGLE, links(1000) | {"q": 1e-4}, 1000),
        ("gaussian, no third order", gaussian, (MismatchedPhotons,), delayed(100_000), 100_000),
        ("gaussian, third order", gaussian, (MismatchedPhotons,), third_order(10_000), 10_000),
        ("lorentzian, no third order", lorentzian, (MismatchedPhotons,), pulses(100_000), 100_000),
        ("lorentzian, mismatched", lorentzian, (MismatchedPhotons,), delayed(100_000), 100_000),
        ("lorentzian_fresnel", midpoint.lorentzian_fresnel, (DispersedPhotons,), pulses(100_000), 100_000),
        ("lorentzian, third order", lorentzian, (MismatchedPhotons,), third_order(10_000), 10_000),
        ("lorentzian, all", lorentzian, (MismatchedPhotons,), delayed_third_order(100), 100),
        (
            "double_click_link", midpoint.double_click_link, LINK, pulses(100_000) | link | {"photon": "lorentzian"},
            100_000,
        ),
        (
            "single_click_link", midpoint.single_click_link, LINK,
            pulses(5_000) | link | {"photon": "gaussian", "target_fidelity": 0.9}, 5_000,
        ),
    ]  # fmt: skip
    for name, function, records, arguments, count in cases:
        print(f"{name:36s} {count / seconds(function, records, arguments):12,.0f} /s")
    grid = {
        "length_km": 100.0,
        "asymmetry_km": np.linspace(-100, 100, 1000),
        "p_det": 0.1,
        "dark_count": np.geomspace(1e-9, 1e-3, 1000)[:, None],
    }
    print(f"million-point map of double_click    {seconds(midpoint.double_click, DOUBLE, grid):12.3f} s")
    print(f"the same, every argument an array    {seconds(midpoint.double_click, DOUBLE, links(1_000_000)):12.3f} s")


if __name__ == "__main__":
    main()
