"""What the records of this package share: quantities that several hold, their common shape, and refusals."""

from typing import Annotated, Any, TypeVar

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from qnet import checks
from qnet.errors import Refused
from qnet.records import Arrays, Quantity

Kind = TypeVar("Kind", bound=np.generic)

BELOW_ONE: checks.Rule = ("must lie in [0, 1)", lambda x: (x >= 0) & (x < 1))

# What several records, keywords or results are, written once.
ASYMMETRY = Quantity("km", "fibre length left of the midpoint minus that right of it", checks.FINITE)
EMISSION_FIDELITY = Quantity("1", "fidelity of each emitter-photon state", checks.PROBABILITY)
INDISTINGUISHABILITY = Quantity("1", "squared overlap of the two wave packets at the midpoint", checks.PROBABILITY)
DISTINGUISHABILITY = Quantity("1", "1 - indistinguishability")
SUCCESS = Quantity("1", "probability that an attempt is heralded")
FIDELITY = Quantity("1", "of the heralded state to its Bell state")

Asymmetry = Annotated[ArrayLike, ASYMMETRY]
EmissionFidelity = Annotated[ArrayLike, EMISSION_FIDELITY]


def shape(**arguments: tuple[Arrays, type[Arrays]] | NDArray[Any]) -> tuple[int, ...]:
    """The shape to which the arguments of a function broadcast: records, each with the class it must be of, and arrays.

    Raises Refused where a record is of another class, and where the shapes do not fit.
    """
    arrays = {}
    for name, value in arguments.items():
        if isinstance(value, tuple):
            record, kind = value
            checks.instance(name, record, kind)
            value = getattr(record, attrs.fields(kind)[0].name)  # all fields of a record have its shape
        arrays[name] = value
    return next(iter(checks.broadcast(arrays).values())).shape


def narrow(values: NDArray[Kind]) -> NDArray[Kind]:
    """The values along the axes on which they vary, with length 1 on the others; a number where they vary on none.

    The fields of a record repeat their values, without holding them twice, to fill the record's shape. Calculating
    with each value once keeps maps cheap.
    """
    if values.size and not any(values.strides):
        return values[(0,) * values.ndim]
    return values[tuple(slice(0, 1) if step == 0 else slice(None) for step in values.strides)]


def spread(values: ArrayLike, shape: tuple[int, ...]) -> Any:
    """The values repeated to fill the shape; a number where the shape has no dimension."""
    array = np.asarray(values)
    return (array if array.shape == shape else np.broadcast_to(array, shape))[()]


def refuse(wrong: ArrayLike, name: str, rule: str, value: ArrayLike) -> None:
    """Raises Refused for the first element of `wrong` that is true, in the words of `qnet.checks`."""
    if np.any(wrong):
        index = tuple(int(i) for i in np.argwhere(wrong)[0])
        found = float(np.broadcast_to(value, np.shape(wrong))[index])
        place = f"has {found!r} at index {', '.join(map(str, index))}" if index else f"is {found!r}"
        raise Refused(f"{name} {rule}, but {place}")
