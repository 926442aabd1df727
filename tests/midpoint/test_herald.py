"""Closed forms of both protocols against the brute-force simulation, in limits, and to leading order."""

from collections.abc import Callable

import numpy as np
import pytest

from flat import midpoint
from qnet.errors import Refused

FIGURE = {"length_km": 100.0, "p_det": 0.1, "dark_count": 1e-5, "indistinguishability": 0.95}
DOUBLE = FIGURE | {"emission_fidelity": 0.99}
SINGLE = FIGURE | {"q": 1e-4}
BOTH_DETECTORS = pytest.mark.parametrize("number_resolving", [False, True])
PROTOCOLS = pytest.mark.parametrize(
    ("protocol", "link"), [(midpoint.double_click, DOUBLE), (midpoint.single_click, SINGLE)]
)


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20230509)


@pytest.fixture
def random_links(rng) -> Callable[[int], dict[str, np.ndarray]]:
    """Draws links over the whole range of parameters, limits included."""

    def draw(count: int) -> dict[str, np.ndarray]:
        length = rng.uniform(0, 100, count)
        some = {
            "length_km": length,
            "asymmetry_km": length * rng.uniform(-1, 1, count),
            "p_det": rng.uniform(0.05, 1, count),
            "dark_count": 10 ** rng.uniform(-7, -0.05, count),
            "indistinguishability": rng.uniform(0, 1, count),
            "attenuation_db_per_km": rng.uniform(0, 0.4, count),
            "number_resolving": rng.random(count) < 0.5,
        }
        for name, limit in (("p_det", 1.0), ("indistinguishability", 0.0), ("indistinguishability", 1.0)):
            some[name][rng.integers(count, size=count // 10)] = limit
        some["asymmetry_km"][:2] = some["length_km"][:2] * [1, -1]
        return some

    return draw


def reachable(link, rng):
    """A q for each link, up to the one at which the weaker arm is always bright."""
    weaker = (link["length_km"] + np.abs(link["asymmetry_km"])) / 2
    return rng.uniform(0, 1, weaker.size) * link["p_det"] * 10 ** (-link["attenuation_db_per_km"] * weaker / 10)


def assert_same(found, expected, *, tolerance=1e-12):
    np.testing.assert_allclose(found.success_probability, expected.success_probability, rtol=tolerance, atol=0)
    np.testing.assert_allclose(found.fidelity, expected.fidelity, rtol=0, atol=tolerance)


def test_double_click_against_brute_force(random_links, rng):
    links = random_links(300) | {"emission_fidelity": rng.uniform(0, 1, 300)}
    assert_same(midpoint.double_click(**links), midpoint.simulated_double_click(**links))


def test_single_click_against_brute_force(random_links, rng):
    links = random_links(1500)
    links["q"] = reachable(links, rng)
    assert_same(midpoint.single_click(**links), midpoint.simulated_single_click(**links))


def test_unlike_nodes_against_brute_force(rng):
    p_left, p_right, mu, dark, left, right = rng.uniform(0, 1, (6, 100))
    shared = {"p_left": p_left, "p_right": p_right, "dark_count": 0.9 * dark, "indistinguishability": mu,
              "number_resolving": rng.random(100) < 0.5}  # fmt: skip
    emission = {"emission_fidelity_left": left, "emission_fidelity_right": right}
    bright = {"bright_left": left, "bright_right": right}
    phase = rng.uniform(0, 7, 100)  # which the double click must not feel
    assert_same(
        midpoint.double_click_arms(**shared, **emission),
        midpoint.simulated_double_click_arms(**shared, **emission, phase=phase),
    )
    assert_same(
        midpoint.single_click_arms(**shared, **bright), midpoint.simulated_single_click_arms(**shared, **bright)
    )


def test_single_click_feels_the_optical_phase():
    arms = {"p_left": 0.3, "p_right": 0.2, "bright_left": 0.1, "bright_right": 0.15, "dark_count": 0.0}
    turned = midpoint.simulated_single_click_arms(**arms, phase=np.pi)
    straight = midpoint.simulated_single_click_arms(**arms)
    assert turned.success_probability == pytest.approx(straight.success_probability, abs=1e-15)
    assert turned.fidelity < 0.05 < 0.8 < straight.fidelity


@BOTH_DETECTORS
def test_simulated_photons_bunch_as_they_must(number_resolving):
    """Hong, Ou, Mandel: identical photons of one mode never part; so without loss an |HH> emission never heralds."""
    arms = {"p_left": 1.0, "p_right": 1.0, "dark_count": 0.0, "number_resolving": number_resolving}
    identical = midpoint.simulated_double_click_arms(**arms)
    assert (identical.success_probability, identical.fidelity) == (pytest.approx(0.5), pytest.approx(1.0))
    strange = midpoint.simulated_double_click_arms(**arms, indistinguishability=0.0)
    assert (strange.success_probability, strange.fidelity) == (pytest.approx(0.5), pytest.approx(0.5))


@BOTH_DETECTORS
def test_printed_sums_for_double_click(number_resolving):
    """Spelt out for one link: the five ways to a herald, each with its probability and fidelity."""
    p, r, dark, mu, quality = 0.07, 0.02, 3e-3, 0.8, (4 * 0.9 - 1) / 3
    quiet = 1 - dark
    k = 2 if number_resolving else 0
    weights = [
        p * r / 2 * mu * quiet ** (2 + k),
        p * r / 2 * (1 - mu) * quiet ** (2 + k),
        0 if number_resolving else p * r / 2 * (1 + mu) * dark * quiet**2,
        2 * (p * (1 - r) + r * (1 - p)) * dark * quiet ** (2 + k / 2),
        4 * (1 - p) * (1 - r) * dark**2 * quiet**2,
    ]
    fidelities = [(1 + 3 * quality**2) / 4, (1 + quality**2) / 4, (1 - quality**2) / 4, 0.25, 0.25]
    found = midpoint.double_click_arms(
        p_left=p, p_right=r, dark_count=dark, indistinguishability=mu, emission_fidelity_left=0.9,
        emission_fidelity_right=0.9, number_resolving=number_resolving,
    )  # fmt: skip
    assert found.success_probability == pytest.approx(sum(weights), rel=1e-14, abs=0)
    assert found.fidelity == pytest.approx(np.dot(weights, fidelities) / sum(weights), rel=1e-14, abs=0)


@PROTOCOLS
@BOTH_DETECTORS
def test_mirror_symmetry(protocol, link, number_resolving):
    right = protocol(**link, asymmetry_km=[3.0, 40.0, 99.0], number_resolving=number_resolving)
    left = protocol(**link, asymmetry_km=[-3.0, -40.0, -99.0], number_resolving=number_resolving)
    assert_same(left, right, tolerance=1e-15)


@PROTOCOLS
@BOTH_DETECTORS
def test_no_slope_at_the_centre(protocol, link, number_resolving):
    """Probability and fidelity change as the square of a small asymmetry."""
    near = protocol(**link, asymmetry_km=[0.0, 1.0, 2.0, 4.0], number_resolving=number_resolving)
    drop = near.fidelity[0] - near.fidelity[1:]
    np.testing.assert_allclose(drop / drop[0], [1, 4, 16], rtol=0.01)
    rise = near.success_probability[1:] - near.success_probability[0]
    if protocol is midpoint.double_click:
        np.testing.assert_allclose(rise / rise[0], [1, 4, 16], rtol=0.01)
    else:
        np.testing.assert_allclose(rise, 0, atol=1e-17)


def test_double_click_without_dark_counts_ignores_asymmetry():
    found = midpoint.double_click(**DOUBLE | {"dark_count": 0.0}, asymmetry_km=np.linspace(-100, 100, 11))
    np.testing.assert_allclose(found.success_probability, 0.5e-4, rtol=1e-13)
    quality = ((4 * 0.99 - 1) / 3) ** 2
    np.testing.assert_allclose(found.fidelity, (1 + quality * 2.9) / 4, rtol=1e-13)


@BOTH_DETECTORS
@pytest.mark.parametrize("coherence", ["physical", "literature"])
def test_single_click_probability_ignores_asymmetry(number_resolving, coherence):
    found = midpoint.single_click(
        **SINGLE, asymmetry_km=np.linspace(-100, 100, 11), number_resolving=number_resolving, coherence=coherence
    )
    q, dark, mu = (SINGLE[name] for name in ("q", "dark_count", "indistinguishability"))
    expected = 2 * dark * (1 - dark) * (1 - q) ** 2
    if number_resolving:
        expected += 2 * q * (1 - q) * (1 - dark) ** 2
    else:
        expected += (2 * q * (1 - q) + (1 + mu) / 2 * q**2) * (1 - dark)
    np.testing.assert_allclose(found.success_probability, expected, rtol=1e-13)


def test_single_click_with_losses_alone():
    """P = 2 alpha p (1 - alpha p), F = (1 - alpha) / (1 - alpha p): a mixed state although nothing but loss is wrong."""
    alpha, p = 0.2, 0.1
    found = midpoint.single_click(
        length_km=0, asymmetry_km=0, p_det=p, dark_count=0, q=alpha * p, number_resolving=True
    )
    assert found.success_probability == pytest.approx(2 * alpha * p * (1 - alpha * p), rel=1e-14, abs=0)
    assert found.fidelity == pytest.approx((1 - alpha) / (1 - alpha * p), rel=1e-14, abs=0)


def test_coherences_differ_by_dark_counts_only():
    link = SINGLE | {"asymmetry_km": [0.0, 50.0, 100.0]}
    physical = midpoint.single_click(**link)
    literature = midpoint.single_click(**link, coherence="literature")
    assert np.all(literature.fidelity > physical.fidelity)
    assert np.all(literature.fidelity < physical.fidelity + 0.01)
    quiet = link | {"dark_count": 0.0}
    assert_same(midpoint.single_click(**quiet), midpoint.single_click(**quiet, coherence="literature"), tolerance=1e-14)


def test_equal_delivery_is_best_to_leading_order_only():
    """alpha_l p_l = alpha_r p_r does not maximise F at fixed P beyond leading order: the best ratio shifts with q."""
    left, right = 0.5, 0.1
    for q in (1e-3, 1e-2):
        shares = np.linspace(-0.08, 0.08, 1601)
        q_left = q * (1 + shares)
        probability = 2 * q * (1 - q)
        q_right = (probability - q_left) / (1 - 2 * q_left)
        found = midpoint.single_click_arms(
            p_left=left, p_right=right, bright_left=q_left / left, bright_right=q_right / right, dark_count=0.0,
            number_resolving=True,
        )  # fmt: skip
        np.testing.assert_allclose(found.success_probability, probability, rtol=1e-12)
        best = shares[np.argmax(found.fidelity)]
        assert best == pytest.approx(q / 2 * (1 / right - 1 / left), rel=0.3)
        assert 0 < found.fidelity.max() - found.fidelity[800] < q


@pytest.mark.parametrize(("number_resolving", "limit"), [(True, 1 / 3), (False, 1 / 2)])
def test_asymmetry_raises_the_double_click_probability_only_with_few_dark_counts(number_resolving, limit):
    for dark, sign in ((limit - 0.01, 1), (limit + 0.01, -1)):
        found = midpoint.double_click(
            length_km=50, asymmetry_km=[0.0, 20.0], p_det=0.5, dark_count=dark, number_resolving=number_resolving
        )
        assert sign * np.diff(found.success_probability) > 0


@BOTH_DETECTORS
def test_double_click_leading_order_converges(number_resolving):
    link = {"length_km": 40.0, "asymmetry_km": [0.0, 15.0, -38.0], "p_det": 0.4, "indistinguishability": 0.8,
            "emission_fidelity": 0.93, "number_resolving": number_resolving}  # fmt: skip
    darks = (1e-5, 5e-6)
    assert_second_order(
        midpoint.double_click, midpoint.double_click_leading_order, link, [{"dark_count": d} for d in darks]
    )


@BOTH_DETECTORS
@pytest.mark.parametrize("coherence", ["physical", "literature"])
def test_single_click_leading_order_converges(number_resolving, coherence):
    link = {"length_km": 40.0, "asymmetry_km": [0.0, 15.0, -38.0], "p_det": 0.4, "indistinguishability": 0.8,
            "number_resolving": number_resolving, "coherence": coherence}  # fmt: skip
    steps = [{"dark_count": d, "q": 1.7 * d} for d in (1e-5, 5e-6)]
    assert_second_order(midpoint.single_click, midpoint.single_click_leading_order, link, steps)


def assert_second_order(exact, leading, link, steps):
    """Halving the small parameters quarters the error."""
    errors = []
    for step in steps:
        whole, part = exact(**link, **step), leading(**link, **step)
        errors.append([part.success_probability - whole.success_probability, part.fidelity - whole.fidelity])
    np.testing.assert_allclose(np.divide(*errors), 4, rtol=0.02)


def test_expansion_fails_where_dark_counts_match_photons():
    link = DOUBLE | {"asymmetry_km": 100.0, "dark_count": 1e-3}
    assert midpoint.double_click_leading_order(**link).fidelity < 0 < midpoint.double_click(**link).fidelity


def test_shapes():
    grid = midpoint.double_click(**DOUBLE | {"asymmetry_km": np.zeros((4, 1)), "number_resolving": [True, False, True]})
    assert grid.fidelity.shape == grid.success_probability.shape == (4, 3)
    for leading in (midpoint.single_click_leading_order, midpoint.single_click):
        found = leading(**SINGLE, asymmetry_km=np.zeros((4, 1)), coherence=["physical", "literature"])
        assert found.fidelity.shape == (4, 2)
        assert np.broadcast_shapes(found.success_probability.shape, (4, 2)) == (4, 2)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"p_det": 1.2}, r"p_det must lie in \[0, 1\], but is 1.2"),
        ({"dark_count": 1.0}, r"dark_count must lie in \[0, 1\), but is 1.0"),
        ({"indistinguishability": [0.5, -0.1]}, r"indistinguishability must lie in \[0, 1\], but has -0.1 at index 1"),
        ({"length_km": -1.0}, "length_km must be finite, not negative and at most 1e30, but is -1.0"),
        ({"asymmetry_km": [0.0, -101.0]}, "asymmetry_km must lie between -length_km and length_km, but has -101.0 at"),
        ({"number_resolving": 1}, "number_resolving must be true or false or an array of them, but is 1"),
        (
            {"attenuation_db_per_km": float("nan")},
            "attenuation_db_per_km must be finite, not negative and at most 1e30, but is nan",
        ),
    ],
)
@PROTOCOLS
def test_errors_of_both_protocols(protocol, link, change, message):
    with pytest.raises(Refused, match=f"^{message}"):
        protocol(**({"asymmetry_km": 0.0} | link | change))


def test_errors_of_one_protocol():
    with pytest.raises(
        Refused, match=r"^q must give bright-state parameters .* in \[0, 1\], but has 0.002 at index 1$"
    ):
        midpoint.single_click(**SINGLE | {"q": 0.002}, asymmetry_km=[0.0, 100.0])
    with pytest.raises(Refused, match=r"^q must give bright-state"):
        midpoint.single_click_leading_order(**SINGLE | {"q": 0.2}, asymmetry_km=0.0)
    with pytest.raises(Refused, match=r"^bright_left must lie in \[0, 1\], but is 1.5$"):
        midpoint.single_click_arms(p_left=0.1, p_right=0.1, bright_left=1.5, bright_right=0.5, dark_count=0.0)
    with pytest.raises(Refused, match=r"^bright_left must be below 1 where both photons surely arrive, but is 1.0$"):
        midpoint.single_click(length_km=0, asymmetry_km=0, p_det=1, dark_count=0.1, q=1, number_resolving=True)
    with pytest.raises(Refused, match=r"^coherence must be one of physical, literature, but is 'bohr'$"):
        midpoint.single_click(**SINGLE, asymmetry_km=0.0, coherence="bohr")
    with pytest.raises(Refused, match=r"^dark_count must be positive where no two photons arrive, but is 0.0$"):
        midpoint.double_click(**FIGURE | {"p_det": 0.0, "dark_count": 0.0}, asymmetry_km=0.0)
    with pytest.raises(Refused, match=r"^dark_count must be positive where no photon arrives, but is 0.0$"):
        midpoint.single_click(**SINGLE | {"q": 0.0, "dark_count": 0.0}, asymmetry_km=0.0)


def test_brightest_possible_emitter_is_accepted():
    q = 0.1 * 10 ** (-0.2 * 37.3 / 10)
    found = midpoint.single_click(length_km=74.6, asymmetry_km=0.0, p_det=0.1, dark_count=1e-6, q=q)
    assert 0 <= found.fidelity < 0.01
