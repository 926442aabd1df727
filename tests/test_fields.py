"""A record whose field does not say what it is, and a protocol that lacks a method, are no silent ones."""

import pytest
from attrs import field, frozen

from qnet import chain
from qnet.records import Arrays, Single, about


@pytest.mark.parametrize("base", [Arrays, Single])
@pytest.mark.parametrize("metadata", [{}, about("km", "a length without a rule")])
def test_a_field_says_what_it_is_and_may_be(base, metadata):
    @frozen(kw_only=True, eq=False)
    class Mine(base):
        length_km: float = field(metadata=metadata)

    with pytest.raises(TypeError, match=r"^Mine.length_km must say what it is and may be, as about\(...\)$"):
        Mine(length_km=1.0)


def test_a_protocol_has_all_methods():
    with pytest.raises(TypeError, match="exact, sums, warm_up_rounds"):
        chain.Protocol()
