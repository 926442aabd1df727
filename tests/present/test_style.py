"""The one declaration of colours."""

from qnet.present import style


def test_one_colour_means_one_thing():
    assert len(set(style.COLOR.values())) == len(style.COLOR)
