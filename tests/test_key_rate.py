"""Secret-key rate and its error."""

import numpy as np
import pytest

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


def test_beyond_the_threshold_the_error_points_up():
    near, far = (bb84(duration_s=2.0, qber=q, qber_se=0.001) for q in (0.1105, 0.2))
    lowest = bb84(duration_s=2.0, qber=0.1095)
    assert near.key_rate_hz == far.key_rate_hz == 0
    assert near.key_rate_hz_se == pytest.approx(lowest.key_rate_hz, rel=0.01)
    assert far.key_rate_hz_se == 0


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
