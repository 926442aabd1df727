"""Indistinguishability of either shape against multiprecision closed forms and quadrature, and in limits.

To a relative 1e-10 for mu and 1 - mu without delay or without third-order dispersion; with a Lorentzian delay, or with
third-order dispersion and a mismatch, 1 - mu is good to 1e-13 absolutely, which is what is asked for there.
"""

import mpmath
import numpy as np
import pytest
from mpmath import mpc, mpf
from standard_fibre import BETA2, BETA3

from flat import midpoint
from qnet.errors import Refused

UNIT = {"asymmetry_km": 1.0}
SHAPES = pytest.mark.parametrize(
    "shape", [midpoint.gaussian_indistinguishability, midpoint.lorentzian_indistinguishability]
)


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20230509)


def overlap(shape, quadratic, cubic=0.0, delay=0.0, detuning=0.0):
    """In the shape's own unit of frequency: sigma for a duration of 1/2, 1 / tau for a duration of 1."""
    duration = 0.5 if shape is midpoint.gaussian_indistinguishability else 1.0
    return shape(
        duration_s=duration, **UNIT, beta2_s2_per_km=quadratic, beta3_s3_per_km=cubic, delay_s=delay,
        detuning_rad_per_s=detuning,
    )  # fmt: skip


def gaussian_airy(quadratic, cubic, delay, detuning):
    """mu by the closed form with the Airy function, which needs many digits."""
    with mpmath.workdps(120):
        x, y, t = (mpf(float(v)) for v in (quadratic, cubic, delay))
        x, y, t = (-x, -y, -t) if y < 0 else (x, y, t)
        half, b = y / 2, x / 2 + mpc(0, 0.5)
        turn = mpmath.exp(1j * (2 * b**3 / (3 * half**2) + b * t / half))
        airy = mpmath.airyai(-(b * b / half + t) / mpmath.cbrt(half))
        i = (
            mpmath.exp(-(mpf(float(detuning)) ** 2) / 8)
            / mpmath.sqrt(2 * mpmath.pi)
            * 2
            * mpmath.pi
            / mpmath.cbrt(half)
        )
        return abs(i * turn * airy) ** 2


def gaussian_second_order(quadratic, delay, detuning):
    with mpmath.workdps(40):
        x, t, w = (mpf(float(v)) for v in (quadratic, delay, detuning))
        return mpmath.exp(-w * w / 4 - t * t / (1 + x * x)) / mpmath.sqrt(1 + x * x)


def lorentzian_rays(quadratic, cubic, delay=0, detuning=0):
    """mu by multiprecision quadrature along two rays that leave i/4 at angles of pi/6 and 5 pi/6.

    There a positive cubic phase decays fastest, and both poles stay on their sides for a small detuning. A quadratic
    phase grows at first on one of the rays, which the digits make up for.
    """
    with mpmath.workdps(30 + int(abs(quadratic) ** 3 / cubic**2 / 2)):
        b, c, t, w = (mpf(float(v)) for v in (quadratic, cubic, delay, detuning))
        if c < 0:
            b, c, t, w = -b, -c, -t, -w
        h = w / 2

        def integrand(k):
            phase = b * k * k / 2 + c * k**3 / 6 - t * k
            return mpmath.exp(1j * phase) / ((mpf(0.5) - 1j * (k + h)) * (mpf(0.5) + 1j * (k - h)))

        right, left = mpmath.expj(mpmath.pi / 6), mpmath.expj(5 * mpmath.pi / 6)
        start = mpc(0, 0.25)
        last = 3 * abs(b) / c + 10 / mpmath.cbrt(c)
        edges = mpmath.linspace(0, last, int(last) + 8)
        value = mpmath.quad(lambda r: integrand(start + right * r) * right, edges)
        value -= mpmath.quad(lambda r: integrand(start + left * r) * left, edges)
        return abs(value / (2 * mpmath.pi)) ** 2


def lorentzian_faddeeva(quadratic, delay=0, detuning=0):
    """mu by the Faddeeva function to 40 digits, written with erfc."""
    with mpmath.workdps(40):
        sign = -1 if quadratic < 0 else 1
        b, t, w = (sign * mpf(float(v)) for v in (quadratic, delay, detuning))
        root = mpmath.sqrt(b / 2) * mpmath.expj(-mpmath.pi / 4)
        zetas = [root * (w / 2 + side * t / b + mpc(0, 0.5)) for side in (-1, 1)]
        total = sum(mpmath.exp(-z * z) * mpmath.erfc(-1j * z) for z in zetas)
        return abs(total / (2 * (1 - 1j * w))) ** 2


def lorentzian_time_domain(quadratic, delay, detuning):
    """mu as an overlap of wave packets in time, one of them through all the fibre; by quadrature."""
    with mpmath.workdps(25):
        b, t, w = (mpf(float(v)) for v in (quadratic, delay, detuning))

        def kernel(s):  # the fibre's answer to a pulse
            return mpmath.exp(-1j * s * s / (2 * b)) * mpmath.sqrt(1j / (2 * mpmath.pi * b))

        # rotated, so that the kernel decays: t - s turns by -+ pi/4 about the packet's kink at 0
        def side(sign):
            turn = mpmath.expj(-mpmath.sign(b) * mpmath.pi / 4)
            rate = (mpf(1) - 1j * w) / 2

            def integrand(r):
                s = sign * turn * r
                return mpmath.exp(-rate * turn * r) * kernel(t - s) * turn

            return mpmath.quad(integrand, mpmath.linspace(0, 60, 61))

        return abs((side(1) + side(-1)) / (1 - 1j * w)) ** 2


def close(found, expected, *, relative):
    assert abs(mpf(float(found)) - expected) <= relative * abs(expected)


def test_gaussian_with_third_order_against_airy(rng):
    for strength in (-4.0, -2.0, -1.2, -0.8, 0.0, 1.2):
        for _ in range(8):
            x = 10 ** rng.uniform(-3, 2) * rng.choice([-1, 1])
            y = 10**strength * rng.choice([-1, 1])
            t, w = rng.choice([0, 1]) * rng.normal(), rng.choice([0, 1]) * rng.normal()
            found = overlap(midpoint.gaussian_indistinguishability, x, y, t, w)
            exact = gaussian_airy(x, y, t, w)
            close(found.indistinguishability, exact, relative=1e-12)
            close(found.distinguishability, 1 - exact, relative=1e-12)
            close(found.third_order_change, exact - gaussian_second_order(x, t, w), relative=1e-10)


@pytest.mark.parametrize(
    ("x", "y", "t"),
    [(0, 1e4, -460), (10, 1e5, -3e3), (0, 1e6, 1e4), (1, 1e-3, -60), (1e4, 50, 1e5), (30, -20, 7), (0, 5, 40)],
)
def test_gaussian_with_strong_third_order_and_long_delay(x, y, t):
    """Where the phase is large and the photons hardly meet: 1e-13 absolutely, nothing overflows."""
    with np.errstate(over="raise", invalid="raise"):
        found = overlap(midpoint.gaussian_indistinguishability, x, y, t)
    assert abs(found.indistinguishability - gaussian_airy(x, y, t, 0)) < 1e-13


@SHAPES
@pytest.mark.parametrize("delay", [1e-9, 1e-3, 1.0])
def test_any_delay_gives_a_probability(shape, delay):
    with np.errstate(over="raise", invalid="raise"):
        found = shape(
            duration_s=[1e-14, 1e-12, 1e-9, 1e-6], asymmetry_km=[[10.0], [-1e4]], beta2_s2_per_km=1e-18,
            beta3_s3_per_km=1e-34, delay_s=delay, detuning_rad_per_s=1e9,
        )  # fmt: skip
    assert np.all((found.indistinguishability >= 0) & (found.indistinguishability <= 1))


def test_gaussian_second_order_limit_of_the_third():
    """Without delay the change is -5/12 (beta_3 Delta L sigma^3)^2; here it is far below rounding of mu."""
    found = overlap(midpoint.gaussian_indistinguishability, 1e-6, 1e-10)
    assert found.third_order_change == pytest.approx(-5 / 12 * 1e-20, rel=1e-9)
    assert found.distinguishability == pytest.approx(0.5e-12 + 5 / 12 * 1e-20, rel=1e-11, abs=0)


def test_gaussian_first_order_with_delay():
    for x, t in ((0.0, 0.3), (0.7, 0.5), (2.0, -0.4)):
        found = overlap(midpoint.gaussian_indistinguishability, x, 1e-8, t)
        s = 1 + x * x
        first = 1e-8 * t * ((1 - x * x) / s**2 - t * t / 3 * (1 - 3 * x * x) / s**3)
        assert found.third_order_change == pytest.approx(first * (found.indistinguishability), rel=1e-6)


def test_gaussian_leading_order_converges():
    """Errors of fourth order in the mismatches, if third-order dispersion is small against the delay: its own square,
    which Eq. (23) leaves out, is of second order."""
    errors = []
    for h in (1e-2, 5e-3):
        mismatch = {"beta2_s2_per_km": h, "beta3_s3_per_km": h**3, "delay_s": 0.7 * h, "detuning_rad_per_s": 0.5 * h}
        exact = midpoint.gaussian_indistinguishability(duration_s=0.5, **UNIT, **mismatch)
        leading = midpoint.gaussian_leading_order(duration_s=0.5, **UNIT, **mismatch)
        assert leading.third_order_change == pytest.approx(exact.third_order_change, rel=1e-3)
        errors.append(leading.distinguishability - exact.distinguishability)
    assert errors[0] / errors[1] == pytest.approx(16, rel=0.01)
    large = {"duration_s": 0.5, **UNIT, "beta2_s2_per_km": 0.0, "beta3_s3_per_km": 1e-2, "delay_s": 1e-3}
    assert midpoint.gaussian_leading_order(**large).third_order_change > 0
    assert midpoint.gaussian_indistinguishability(**large).third_order_change < 0


def test_lorentzian_against_faddeeva(rng):
    for _ in range(150):
        b = 10 ** rng.uniform(-14, 5) * rng.choice([-1, 1])
        w = rng.choice([0, 1]) * rng.normal() * 10 ** rng.uniform(-3, 0.5)
        found = overlap(midpoint.lorentzian_indistinguishability, b, detuning=w)
        exact = lorentzian_faddeeva(b, detuning=w)
        close(found.indistinguishability, exact, relative=1e-12)
        close(found.distinguishability, 1 - exact, relative=1e-12)


def test_delayed_lorentzian_against_faddeeva(rng):
    for _ in range(150):
        b = 10 ** rng.uniform(-10, 4) * rng.choice([-1, 1])
        t, w = rng.normal(size=2) * 10 ** rng.uniform(-3, 0.5, 2)
        found = overlap(midpoint.lorentzian_indistinguishability, b, delay=t, detuning=w)
        exact = lorentzian_faddeeva(b, t, w)
        assert abs(found.indistinguishability - exact) < 1e-13
        assert abs(found.distinguishability - (1 - exact)) < 1e-13


@pytest.mark.parametrize(("b", "t", "w"), [(1.0, 0.0, 0.0), (0.7, 0.4, 0.3), (-0.7, 0.4, 0.3), (3.0, -1.0, 0.8)])
def test_lorentzian_against_wave_packets_in_time(b, t, w):
    found = overlap(midpoint.lorentzian_indistinguishability, b, delay=t, detuning=w)
    assert abs(found.indistinguishability - lorentzian_time_domain(b, t, w)) < 1e-12


def test_lorentzian_against_fresnel():
    pulse = {"duration_s": 1.0, "asymmetry_km": np.geomspace(1e-16, 1e6, 400), "beta2_s2_per_km": -1.0}
    printed, found = midpoint.lorentzian_fresnel(**pulse), midpoint.lorentzian_indistinguishability(**pulse)
    np.testing.assert_allclose(found.distinguishability, printed.distinguishability, rtol=1e-12)
    np.testing.assert_allclose(found.indistinguishability, printed.indistinguishability, rtol=1e-8, atol=1e-14)


@pytest.mark.parametrize(
    ("b", "c", "t", "w"),
    [
        (1.0, 0.3, 0, 0), (-1.0, 0.3, 0, 0), (1.0, 0.101, 0, 0), (1.0, 0.099, 0, 0), (-0.25, 0.0124, 0, 0),
        (4.0, 0.7, 0, 0), (0.0, 1.0, 0.5, 0.3), (0.0, -1.0, 0.5, 0.3), (1.0, 0.5, 0.7, 0.0), (-1.0, 0.5, 0.7, 0.4),
        (2.0, 1.5, -1.0, 0.5),
    ],
)  # fmt: skip
def test_lorentzian_with_third_order_against_quadrature(b, c, t, w):
    """On both sides of cubic / quadratic^(3/2) = 0.1, where the method changes."""
    found = overlap(midpoint.lorentzian_indistinguishability, b, c, t, w)
    exact = lorentzian_rays(b, c, t, w)
    assert abs(found.indistinguishability - exact) < 1e-13
    change = exact - (lorentzian_faddeeva(b, t, w) if b else mpmath.exp(-abs(t)) / (1 + mpf(w) ** 2))
    close(found.third_order_change, change, relative=1e-10)


def test_lorentzian_third_order_change_of_real_fibre():
    """Far below rounding of mu, where the two saddles count alike: their sum against the perturbation's own integrals."""
    pulse = {"asymmetry_km": 40.0, "beta2_s2_per_km": BETA2, "beta3_s3_per_km": BETA3}
    found = midpoint.lorentzian_indistinguishability(duration_s=1e-9, **pulse)
    b, c = abs(BETA2) * 40 / 1e-9**2, BETA3 * 40 / 1e-9**3
    with mpmath.workdps(30):
        b, c = mpf(b), mpf(c)
        turn = mpmath.expj(mpmath.pi / 4)

        def first(r):
            k = turn * r
            return -2 * mpmath.sin(c * k**3 / 12) ** 2 * mpmath.exp(-b * r * r / 2) / (k * k + 0.25) * turn

        def second(r):
            k = r / turn
            return mpmath.exp(-b * r * r / 2 + 1j * c * k**3 / 6) / ((k - 2 * b / c) ** 2 + 0.25) / turn

        reach = 9 / mpmath.sqrt(b)
        by = mpmath.quad(first, [0, *mpmath.linspace(reach / 30, reach, 12)]) / mpmath.pi
        by += (
            mpmath.expj(2 * b**3 / (3 * c * c))
            * mpmath.quad(second, mpmath.linspace(-reach, reach, 12))
            / (2 * mpmath.pi)
        )
        theta = b / 8
        root = mpmath.sqrt(-1j * theta)
        whole = mpmath.exp(-1j * theta) * mpmath.erfc(root)
        change = 2 * (by * mpmath.conj(whole)).real + abs(by) ** 2
    close(found.third_order_change, change, relative=1e-7)  # the second saddle's phase of 1e7 rad leaves nine digits
    assert abs(found.third_order_change) < 1e-9


def test_lorentzian_leading_order():
    """1 - mu = 2 z - 2 z^2 + ..., z = sqrt(|beta_2 Delta L| / pi) / (2 tau); 0.0166 for 1 ns at 40 km."""
    pulse = {"asymmetry_km": 40.0, "beta2_s2_per_km": BETA2}
    exact = midpoint.lorentzian_indistinguishability(duration_s=[1e-9, 1e-8, 1e-7], **pulse).distinguishability
    leading = midpoint.lorentzian_leading_order(duration_s=[1e-9, 1e-8, 1e-7], **pulse).distinguishability
    np.testing.assert_allclose((leading - exact) / (leading**2 / 2), 1, rtol=0.03)
    assert exact[0] == pytest.approx(0.0165, abs=1e-4)
    short = midpoint.lorentzian_indistinguishability(duration_s=1e-14, **pulse).indistinguishability
    assert short == pytest.approx(8 * 1e-28 / (np.pi * 40 * abs(BETA2)), rel=1e-4)


@SHAPES
def test_mismatch_without_dispersion(shape):
    """A delay and a detuning alone, for which the fibre's length does not matter."""
    found = overlap(shape, 0.0, delay=[0.3, -0.3, 1e-9, 0.0], detuning=[0.5, 0.5, 0.0, 1e-9])
    if shape is midpoint.gaussian_indistinguishability:
        lost = -np.expm1(-np.array([0.0625 + 0.09, 0.0625 + 0.09, 1e-18, 0.25e-18]))
    else:
        lost = -np.expm1(-np.array([0.3 + np.log(1.25), 0.3 + np.log(1.25), 1e-9, 1e-18]))
    np.testing.assert_allclose(found.distinguishability, lost, rtol=1e-14)


@SHAPES
def test_weak_dispersion_joins_none(shape):
    for delay, detuning in ((0.0, 0.0), (0.4, 0.0), (0.0, 0.7), (0.4, 0.7), (-0.4, 0.7)):
        weak, none = (overlap(shape, b, delay=delay, detuning=detuning).indistinguishability for b in (1e-14, 0.0))
        assert weak == pytest.approx(none, abs=3e-7)  # of the order of the square root of the dispersion


@SHAPES
@pytest.mark.parametrize("cubic", [0.0, 0.01, 0.6])
def test_symmetries(shape, cubic):
    """Reversing the asymmetry and the delay, or the detuning with the photons exchanged, changes nothing."""
    b, t, w = 0.8, 0.3, 0.4
    base = overlap(shape, b, cubic, t, w).indistinguishability
    assert overlap(shape, -b, -cubic, -t, -w).indistinguishability == pytest.approx(base, abs=1e-13)
    if shape is midpoint.gaussian_indistinguishability:
        assert overlap(shape, b, cubic, t, -w).indistinguishability == pytest.approx(base, abs=1e-13)
    mirrored = overlap(shape, -b, -cubic).indistinguishability
    assert overlap(shape, b, cubic).indistinguishability == pytest.approx(mirrored, abs=1e-13)
    if cubic == 0.6:  # a delay tells the directions apart once there is third-order dispersion
        assert (
            abs(overlap(shape, b, cubic, -t).indistinguishability - overlap(shape, b, cubic, t).indistinguishability)
            > 1e-4
        )


@SHAPES
def test_no_asymmetry_no_loss(shape):
    found = shape(duration_s=1e-12, asymmetry_km=0.0, beta2_s2_per_km=BETA2, beta3_s3_per_km=BETA3)
    assert (found.indistinguishability, found.distinguishability, found.third_order_change) == (1, 0, 0)


@SHAPES
def test_scaling_and_complement(shape):
    """Only beta_2 Delta L / duration^2 counts; mu and 1 - mu add up."""
    durations = np.geomspace(1e-12, 1e-7, 30)
    found = shape(duration_s=durations, asymmetry_km=40.0, beta2_s2_per_km=BETA2)
    stretched = shape(duration_s=10 * durations, asymmetry_km=4000.0, beta2_s2_per_km=-BETA2)
    np.testing.assert_allclose(found.distinguishability, stretched.distinguishability, rtol=1e-12)
    np.testing.assert_allclose(found.indistinguishability + found.distinguishability, 1, rtol=1e-14)
    assert np.all(np.diff(found.distinguishability) < 0)


def test_slope_at_the_centre():
    """1 - mu goes as the square of the asymmetry for Gaussian photons, as its root for Lorentzian ones: no slope at 0,
    against an infinite one."""
    pulse = {"duration_s": 1e-9, "asymmetry_km": [1e-6, 1e-3], "beta2_s2_per_km": BETA2}
    for shape, power in ((midpoint.gaussian_indistinguishability, 2), (midpoint.lorentzian_indistinguishability, 0.5)):
        near, far = shape(**pulse).distinguishability
        assert np.log10(far / near) / 3 == pytest.approx(power, abs=1e-3)


@SHAPES
def test_shapes_and_errors(shape):
    found = shape(
        duration_s=np.full((3, 1), 1e-10), asymmetry_km=[1.0, 2.0], beta2_s2_per_km=BETA2, beta3_s3_per_km=BETA3
    )
    assert found.indistinguishability.shape == found.third_order_change.shape == (3, 2)
    assert np.ndim(shape(duration_s=1e-10, asymmetry_km=1.0, beta2_s2_per_km=BETA2).distinguishability) == 0
    with pytest.raises(Refused, match=r"^duration_s must lie in \[1e-30, 1e30\], but has 0.0 at index 1$"):
        shape(duration_s=[1e-9, 0.0], asymmetry_km=1.0, beta2_s2_per_km=BETA2)
    with pytest.raises(Refused, match=r"^delay_s must be finite, but is inf$"):
        shape(duration_s=1e-9, asymmetry_km=1.0, beta2_s2_per_km=BETA2, delay_s=np.inf)
    with pytest.raises(Refused, match=r"^asymmetry_km must be a real number or an array of them, but is 'far'$"):
        shape(duration_s=1e-9, asymmetry_km="far", beta2_s2_per_km=BETA2)
