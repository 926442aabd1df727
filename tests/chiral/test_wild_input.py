"""Any input gives a valid result or a ValueError that names an argument; warnings are errors in all tests."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from qnet import chiral

ANY = st.floats() | st.integers() | st.booleans() | st.text(max_size=3) | st.none()
RATE = st.just(0.0) | st.floats(1e-6, 1e2)
SHIFT = st.just(0.0) | st.floats(-1e2, 1e2)
LEGAL = {
    **{name: st.just(0.0) | st.floats(1e-4, 1e2) for name in ("g1", "g2")},
    **dict.fromkeys(("gamma_r1", "gamma_r2", "gamma_l1", "gamma_l2", "decay_1", "decay_2", "loss_1", "loss_2"), RATE),
    **dict.fromkeys(("phase", "delta_a1", "delta_a2", "delta_c1", "delta_c2"), SHIFT),
}


@settings(deadline=None, max_examples=200, derandomize=True)
@given(
    st.fixed_dictionaries({"g1": ANY, "g2": ANY}, optional={name: ANY for name in LEGAL if name not in ("g1", "g2")})
)
def test_wild_arguments(arguments):
    try:
        found = chiral.peak_concurrence(**arguments, window=10.0)
    except ValueError as error:
        assert any(name in str(error) for name in arguments)  # noqa: PT017
    else:
        assert 0 <= found.concurrence <= 1


@settings(deadline=None, max_examples=300, derandomize=True)
@given(st.fixed_dictionaries(LEGAL), st.floats(1e-3, 1e4))
def test_legal_arguments(arguments, window):
    found = chiral.peak_concurrence(**arguments, window=window)
    assert 0 <= found.concurrence <= 1 + 1e-12
    assert 0 <= found.time <= window
    there = chiral.evolution(time=found.time, **arguments)
    np.testing.assert_allclose(found.concurrence, there.concurrence, atol=1e-10)
    assert found.concurrence <= there.norm + 1e-12
