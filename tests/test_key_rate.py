"""Secret-key rate and its error."""

import numpy as np
import pytest
from scipy.stats import binom

from qnet.errors import Refused
from qnet.key_rate import bb84, binary_entropy


def test_entropy():
    assert binary_entropy([0.0, 0.5, 1.0]).tolist() == [0, 1, 0]
    assert binary_entropy(0.11) == pytest.approx(0.499915958164528, abs=1e-14)
    np.testing.assert_allclose(binary_entropy([0.2, 1e-300]), binary_entropy([0.8, 1 - 1e-300]), atol=1e-15)


def test_threshold_and_limits():
    assert bb84(duration_s=0.5, qber=0.0).key_rate_hz == 2
    below, above = (bb84(duration_s=1.0, qber=0.1100278644 + shift) for shift in (-1e-9, 1e-9))
    assert below.key_rate_hz > 0
    assert not below.one_sided
    assert above.key_rate_hz == 0
    assert above.one_sided
    assert (np.diff(bb84(duration_s=1.0, qber=np.linspace(0, 0.11, 50)).key_rate_hz) < 0).all()


def test_error_from_joint_samples():
    """First-order error against the scatter of rates over correlated samples of (T, Q); 5 % of it, from 40 000."""
    rng = np.random.default_rng(1)
    covariance = np.array([[4e-6, 3e-6], [3e-6, 9e-6]])
    time, qber = rng.multivariate_normal([1.0, 0.05], covariance, 40_000).T
    rates = bb84(duration_s=time, qber=qber).key_rate_hz
    se = np.sqrt(np.diag(covariance))
    joint = bb84(duration_s=1.0, qber=0.05, duration_s_se=se[0], qber_se=se[1], covariance=3e-6)
    assert joint.key_rate_hz_se == pytest.approx(rates.std(), rel=0.05)
    apart = bb84(duration_s=1.0, qber=0.05, duration_s_se=se[0], qber_se=se[1])
    assert joint.key_rate_hz_se > 1.01 * apart.key_rate_hz_se


@pytest.mark.parametrize("bits", [500, 1000, 100_000])
def test_error_where_hardly_an_error_was_seen(bits):
    """The true scatter of rates over the numbers of wrong bits, term by term; first order has no bound at Q = 0."""
    wrong = np.arange(60)
    rates = bb84(duration_s=1.0, qber=wrong / bits).key_rate_hz
    for mean in 10.0 ** np.arange(-3, 1.1, 0.25):
        q = mean / bits
        se = np.sqrt(q * (1 - q) / bits)
        weights = binom.pmf(wrong, bits, q)
        scatter = np.sqrt(weights @ (rates - weights @ rates) ** 2)
        found = bb84(duration_s=1.0, qber=q, qber_se=se).key_rate_hz_se
        assert 0.97 * scatter < found < 1.65 * scatter
        assert mean < 1 or found < 1.02 * scatter


def test_error_at_no_error_rate_is_the_fall_to_one_standard_error():
    se = np.array([1e-12, 1e-3, 0.01, 0.05])
    for q in (0.0, 1.0):
        found = bb84(duration_s=5.0, qber=q, qber_se=se).key_rate_hz_se
        np.testing.assert_allclose(found, 2 * binary_entropy(se) / 5, rtol=1e-12)
    q = np.linspace(0, 0.012, 4001)
    error = bb84(duration_s=1.0, qber=q, qber_se=0.01).key_rate_hz_se
    assert (np.abs(np.diff(error)) < 0.01 * error[0]).all()  # no jump
    few = q < 0.01 / 3
    for other in (q + 0.01, np.maximum(q - 0.01, 0)):
        assert (np.abs(binary_entropy(other) - binary_entropy(q)) * 2 <= error * (1 + 1e-12))[few].all()


def test_error_is_of_first_order_from_one_standard_error_on():
    q, time, time_se, joint = np.array([0.01, 0.03, 0.1, 0.9, 0.99]), 2.0, 0.1, 3e-4
    slope, fraction = -2 * np.log2((1 - q) / q), 1 - 2 * binary_entropy(q)
    variance = (fraction * time_se / time) ** 2 + (slope * 0.01) ** 2 - 2 * fraction * slope * joint / time
    found = bb84(duration_s=time, qber=q, duration_s_se=time_se, qber_se=0.01, covariance=joint)
    np.testing.assert_allclose(found.key_rate_hz_se, np.sqrt(variance) / time, rtol=1e-12)


def test_beyond_the_threshold_the_error_points_up():
    """To the rate of an error rate one standard error nearer to 0 or 1, whatever is known of the duration."""
    q = np.array([0.1101, 0.1105, 0.2, 0.45, 0.5, 0.55, 0.8, 0.8895])
    se = np.array([[0.001], [0.05], [0.3], [1.0]])
    better = np.where(q <= 0.5, np.maximum(q - se, 0), np.minimum(q + se, 1))
    found = bb84(duration_s=2.0, qber=q, qber_se=se, duration_s_se=1.0, covariance=1e-4)
    assert (found.key_rate_hz == 0).all()
    assert found.one_sided.all()
    np.testing.assert_allclose(found.key_rate_hz_se, bb84(duration_s=2.0, qber=better).key_rate_hz, rtol=1e-12)
    assert (found.key_rate_hz_se[0] > 0).tolist() == [True, True, False, False, False, False, False, True]


def test_extremes_stay_finite():
    rate = bb84(duration_s=[1e-150, 1e300], qber=[0.0, 0.05], duration_s_se=[1e-151, 1e299], qber_se=[0.0, 1e-3])
    assert np.isfinite([rate.key_rate_hz, rate.key_rate_hz_se]).all()


@pytest.mark.parametrize(("arguments", "message"), [
    ({"duration_s": 0.0}, "duration_s must be finite, 1e-150 or more, but is 0.0"),
    ({"qber": 1.1}, r"qber must lie in \[0, 1\], but is 1.1"),
    ({"qber_se": -1.0}, "qber_se must be finite and not negative, but is -1.0"),
    ({"duration_s": float("nan")}, "duration_s must be finite"),
    ({"covariance": "x"}, "covariance must be a real number"),
])  # fmt: skip
def test_refuses(arguments, message):
    with pytest.raises(Refused, match=message):
        bb84(**({"duration_s": 1.0, "qber": 0.05} | arguments))
