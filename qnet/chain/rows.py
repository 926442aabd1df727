"""Functions of one chain, applied to every row of a study."""

from collections.abc import Callable
from dataclasses import astuple
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from qnet import checks


def rowwise(function: Callable[..., Any], **arguments: ArrayLike) -> list[Any]:
    """Fields of the dataclasses that `function` makes of every element of the broadcast arguments, each of their shape.

    Raises Refused as `function` does, and for shapes that do not fit.
    """
    what = "numbers, truth values or words"
    given = checks.broadcast({k: checks.array_of("biufU", k, what, value) for k, value in arguments.items()})
    shape = next(iter(given.values())).shape
    checks.not_empty(shape)
    found = [function(**{name: values[i].item() for name, values in given.items()}) for i in np.ndindex(shape)]
    columns = zip(*(astuple(row) for row in found), strict=True)
    return [np.array(values).reshape(shape)[()] for values in columns]
