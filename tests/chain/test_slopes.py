"""Slopes at zero asymmetry against exact differences and closed forms, and the argument for a single repeater."""

from dataclasses import astuple

import numpy as np
import pytest

from qnet import chain
from qnet.errors import Refused
from qnet.key_rate import binary_entropy

Z = 4.5
STEP = 2e-5  # before the first times of a 20 km chain change places


def exact_slopes(links: int, ends: str, protocol: chain.SwapAsap) -> np.ndarray:
    """d ln(T, Q, key rate) / dA at +0, from exact means at 0, h and 2 h; error of the order of h^2."""
    none, once, twice = (
        np.log(
            astuple(
                chain.exact_alternating_chain(
                    chain.AlternatingChain(asymmetry=asymmetry, links=links, length_km=20.0 * links, ends=ends),
                    protocol=protocol,
                )
            )
        )
        for asymmetry in (0.0, STEP, 2 * STEP)
    )
    return (4 * once - twice - 3 * none) / (2 * STEP)


@pytest.mark.parametrize(("links", "ends"), [(2, "long"), (4, "short"), (5, "long"), (5, "short")])
@pytest.mark.parametrize("messages", [False, True])
def test_restarting_together(links, ends, messages):
    protocol = chain.SwapAsap(restart="restart_together", messages=messages)
    even = chain.EvenChain(links=links, spacing_km=20.0, ends=ends)
    found = chain.slopes(even, protocol=protocol, deliveries=400_000, seed=links)
    exact = exact_slopes(links, ends, protocol)
    for name, value in zip(("duration", "qber", "key_rate"), exact, strict=True):
        assert abs(getattr(found, f"{name}_slope") - value) < Z * getattr(found, f"{name}_slope_se") + 5e-4, name
    other = exact_slopes(links, "short" if ends == "long" else "long", protocol)
    for name, value in zip(("duration", "qber", "key_rate"), (exact + other) / 2, strict=True):
        assert abs(getattr(found, f"{name}_kink") - value) < Z * getattr(found, f"{name}_kink_se") + 1e-5, name


@pytest.mark.parametrize("messages", [False, True])
@pytest.mark.parametrize("links", [4, 10])
def test_slope_of_an_even_chain_is_its_kink(links, messages):
    """Mirror symmetry, which the estimator of the slope does not use."""
    even = chain.EvenChain(links=links, spacing_km=30.0)
    found = chain.slopes(even, protocol=chain.SwapAsap(messages=messages), deliveries=400_000, seed=7)
    for name in ("duration", "qber", "key_rate"):
        slope, kink = getattr(found, f"{name}_slope"), getattr(found, f"{name}_kink")
        assert abs(slope - kink) < Z * getattr(found, f"{name}_slope_se")
        assert abs(kink) > 2 * Z * getattr(found, f"{name}_kink_se")


def test_odd_chain_has_a_smooth_slope_that_changes_sign_with_its_ends():
    long, short = (
        chain.slopes(chain.EvenChain(links=5, spacing_km=30.0, ends=e), deliveries=400_000, seed=8)
        for e in ("long", "short")
    )
    for one, other in ((long, short), (short, long)):
        assert abs(one.duration_kink - other.duration_kink) < Z * np.hypot(one.duration_kink_se, other.duration_kink_se)
        smooth = one.duration_slope - one.duration_kink
        assert abs(smooth) > 2 * Z * one.duration_slope_se
    assert (long.duration_slope - long.duration_kink) * (short.duration_slope - short.duration_kink) < 0


def test_kink_of_one_repeater_in_closed_form():
    p = 10 ** (-0.2 * 20 / 10)
    kink = chain.repeater_kink(success_probability=p)
    even = chain.EvenChain(links=2, spacing_km=20.0)
    found = chain.slopes(even, deliveries=400_000, seed=9, nodes=chain.Nodes(coherence_time_s=1e4))
    assert abs(found.duration_kink - kink.swap_time_slope) < Z * found.duration_kink_se
    assert abs(found.qber_kink - kink.storage_time_slope) < Z * found.qber_kink_se + 1e-5
    here, there = (chain.one_repeater(chain.OneRepeater(asymmetry=a, length_km=40.0)) for a in (0.0, STEP))
    assert np.log(there.swap_time_s / here.swap_time_s) / STEP == pytest.approx(kink.swap_time_slope, rel=1e-3)
    assert np.log(there.storage_time_s / here.storage_time_s) / STEP == pytest.approx(kink.storage_time_slope, rel=1e-3)
    small = chain.repeater_kink(success_probability=[1e-3, 1e-4])
    np.testing.assert_allclose(small.swap_time_slope, np.array([1e-3, 1e-4]) / 6, rtol=2e-3)  # vanishes with p


@pytest.mark.parametrize("layout", ["asymmetric", "extended_fibre"])
@pytest.mark.parametrize(("links", "ends"), [(1, "long"), (2, "long"), (5, "long"), (5, "short"), (6, "short")])
def test_direction_is_the_derivative_of_the_placement(links, ends, layout):
    chosen = {"links": links, "layout": layout, "ends": ends}
    here, there = (chain.AlternatingChain(asymmetry=a, length_km=1.0, **chosen).link_lengths_km() for a in (0.0, 1e-7))
    along = chain.EvenChain(spacing_km=1.0, **chosen).direction()
    np.testing.assert_allclose(np.log(there / here) / 1e-7, along, atol=1e-6)


def test_extended_fibre_has_no_kink_and_a_slope_of_order_one():
    """All links stay equal: T follows cycle time and success, d ln T / dA = 1 + 2.303 (L / 10 dB) for small p."""
    even = chain.EvenChain(links=2, spacing_km=100.0, layout="extended_fibre")
    found = chain.slopes(even, deliveries=200_000, seed=1)
    assert abs(found.duration_kink) < Z * found.duration_kink_se + 1e-6
    assert found.duration_slope == pytest.approx(1 + np.log(10) * 2, rel=0.02)


@pytest.mark.parametrize("spacing_km", [100.0, 500.0])
def test_rare_successes_do_not_bias_the_slope(spacing_km):
    """T is proportional to L / p, whatever is random about it."""
    even = chain.EvenChain(links=2, spacing_km=spacing_km, layout="extended_fibre")
    found = chain.slopes(
        even, deliveries=20_000, seed=1, nodes=chain.Nodes(coherence_time_s=1e4 * 10 ** (0.02 * spacing_km))
    )
    exact = 1 + np.log(10) * 0.02 * spacing_km
    assert found.duration_slope == pytest.approx(exact, rel=3e-4 if spacing_km > 200 else 0.02)


def test_standard_errors_of_slopes_are_those_of_repetitions():
    """Spread of 100 estimates over the mean of their errors: 1, within 4.5 standard errors of such a ratio."""
    even = chain.EvenChain(links=3, spacing_km=30.0)
    runs = [chain.slopes(even, deliveries=20_000, seed=seed) for seed in range(100)]
    for name in ("duration_slope", "qber_slope", "key_rate_slope", "duration_kink", "qber_kink", "key_rate_kink"):
        values, errors = ([getattr(run, column) for run in runs] for column in (name, f"{name}_se"))
        ratio = np.std(values, ddof=1) / np.mean(errors)
        assert abs(ratio - 1) < Z / np.sqrt(2 * 99), name


@pytest.mark.parametrize(("coherence_time_s", "error_rate"), [(np.inf, "0"), (1e-3, "0.4")])
def test_refuses_a_chain_without_errors_or_without_a_key(coherence_time_s, error_rate):
    even = chain.EvenChain(links=2, spacing_km=50.0)
    message = f"coherence_time_s must leave errors and a key to have slopes, but the error rate is {error_rate}"
    with pytest.raises(Refused, match=message):
        chain.slopes(even, deliveries=1000, seed=1, nodes=chain.Nodes(coherence_time_s=coherence_time_s))


@pytest.mark.parametrize(("arguments", "message"), [
    ({"spacing_km": 0.0}, r"spacing_km must lie in \[1e-30, 1e30\]"),
    ({"links": 0}, "links must be a positive integer, but is 0"),
    ({"links": 1_000_001}, "links must be at most 1000000, but is 1000001"),
    ({"ends": "x"}, "ends must be one of long, short"),
    ({"layout": "x"}, "layout must be one of asymmetric, extended_fibre"),
])  # fmt: skip
def test_even_chain_refuses(arguments, message):
    with pytest.raises(Refused, match=message):
        chain.EvenChain(**({"links": 2, "spacing_km": 50.0} | arguments))


def test_argument_for_one_repeater():
    """Eqs. (34)-(36): three halves, no linear term, and the quadratic terms that follow from them."""
    length, attenuation_length = 100.0, 10 / (0.2 * np.log(10))
    a = length / (2 * attenuation_length)
    rate = 2 * 200_000 / length * np.exp(-a)
    for asymmetry in (0.0, 1e-3, -1e-3):
        found = chain.exponential_repeater(chain.OneRepeater(asymmetry=asymmetry, length_km=length))
        swap = 1.5 + asymmetry**2 * (5 / 4 * a**2 + 5 / 2 * a + 1 / 2)
        storage = 1 + asymmetry**2 * (3 / 2 * a**2 + 3 * a + 1)
        assert found.swap_time_s * rate == pytest.approx(swap, rel=1e-9)
        assert found.storage_time_s * rate == pytest.approx(storage, rel=1e-9)


def test_argument_becomes_exact_for_long_links():
    for asymmetry in (0.0, 0.2):
        repeater = chain.OneRepeater(asymmetry=asymmetry, length_km=400.0)
        exact, argument = chain.one_repeater(repeater), chain.exponential_repeater(repeater)
        assert exact.swap_time_s == pytest.approx(argument.swap_time_s, rel=1e-4)
        assert exact.storage_time_s == pytest.approx(argument.storage_time_s, rel=1e-4)
    with pytest.raises(Refused, match=r"asymmetry must lie in \(-1, 1\), but is 1.0"):
        chain.OneRepeater(asymmetry=1.0, length_km=1.0)
    with pytest.raises(Refused, match=r"success_probability must lie in \(0, 1\), but is 1.0"):
        chain.repeater_kink(success_probability=1.0)


def test_key_rate_slope_is_that_of_its_parts():
    found = chain.slopes(chain.EvenChain(links=3, spacing_km=30.0), deliveries=100_000, seed=2)
    q = chain.swap_asap(link_lengths_km=[30.0] * 3, deliveries=100_000, seed=2).qber
    fraction = 1 - 2 * binary_entropy(q)
    by_qber = -2 * np.log2((1 - q) / q) * q / fraction
    assert found.key_rate_slope == pytest.approx(by_qber * found.qber_slope - found.duration_slope, rel=1e-9)
