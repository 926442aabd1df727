"""Functions of one chain, applied to every row of a study."""

from collections.abc import Callable
from dataclasses import astuple
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qnet import checks


def rowwise(function: Callable[..., Any], **arguments: ArrayLike) -> list[Any]:
    """Fields of the dataclasses that `function` makes of every element of the broadcast arguments, each of their shape.

    Raises ValueError as `function` does, and for shapes that do not fit.
    """
    given = checks.broadcast({name: _values(name, value) for name, value in arguments.items()})
    shape = next(iter(given.values())).shape
    found = [function(**{name: values[i].item() for name, values in given.items()}) for i in np.ndindex(shape)]
    if not found:
        raise ValueError(f"arguments must not be empty, but their shape is {shape}")
    columns = zip(*(astuple(row) for row in found), strict=True)
    return [np.array(values).reshape(shape)[()] for values in columns]


def _values(name: str, value: ArrayLike) -> NDArray:
    try:
        array = np.asarray(value)
    except ValueError:
        array = np.empty(0, object)
    if array.dtype.kind not in "biufU":
        raise ValueError(f"{name} must hold numbers, truth values or words, but is {value!r}")
    return array
