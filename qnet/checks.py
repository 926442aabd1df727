"""Refusing bad arguments with one sentence that names the argument, the rule and the value."""

import math
import reprlib
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qnet.errors import Refused

Floats = NDArray[np.float64]
Rule = tuple[str, Callable[[Floats], NDArray[np.bool_]]]

FINITE: Rule = ("must be finite", np.isfinite)
NOT_NEGATIVE: Rule = ("must be finite and not negative", lambda x: np.isfinite(x) & (x >= 0))
AT_MOST_1E9: Rule = ("must be finite, at most 1e9 in size", lambda x: np.abs(x) <= 1e9)
AT_MOST_1E30: Rule = ("must be finite, at most 1e30 in size", lambda x: np.abs(x) <= 1e30)
NOT_NEGATIVE_TO_1E9: Rule = ("must be finite, not negative and at most 1e9", lambda x: (x >= 0) & (x <= 1e9))
NOT_NEGATIVE_TO_1E30: Rule = ("must be finite, not negative and at most 1e30", lambda x: (x >= 0) & (x <= 1e30))
POSITIVE: Rule = ("must be finite and positive", lambda x: np.isfinite(x) & (x > 0))
POSITIVE_TO_1E30: Rule = ("must lie in [1e-30, 1e30]", lambda x: (x >= 1e-30) & (x <= 1e30))
POSITIVE_OR_INF: Rule = ("must be positive", lambda x: x > 0)
MOST_ELEMENTS = 10_000_000  # of an array, and of arrays broadcast against each other
PROBABILITY: Rule = ("must lie in [0, 1]", lambda x: (x >= 0) & (x <= 1))


def real(name: str, value: ArrayLike, rule: Rule) -> Floats:
    """`value` as an array of floats, every element of which obeys `rule`; else Refused."""
    array = array_of("iuf", name, "a real number or an array of them", value)
    with np.errstate(over="ignore"):  # of longer floats
        array = array.astype(np.float64, copy=False) + 0.0  # -0.0 becomes 0.0
    wording, holds = rule
    good = holds(array)
    if not np.all(good):
        index = tuple(int(i) for i in np.argwhere(~good)[0])
        place = (
            f"has {float(array[index])!r} at index {', '.join(map(str, index))}" if index else f"is {float(array)!r}"
        )
        raise Refused(f"{name} {wording}, but {place}")
    return array


def number(name: str, value: ArrayLike, rule: Rule) -> float:
    """`value` as one float that obeys `rule`; else Refused."""
    array = real(name, value, rule)
    if array.shape:
        raise Refused(f"{name} must be one number, but is {shown(value)}")
    return float(array)


def count(name: str, value: ArrayLike, most: int = 2**62) -> int:
    """`value` as one positive integer up to `most`; else Refused."""
    array = array_of("iu", name, "a positive integer", value)
    if array.shape or array < 1:
        raise Refused(f"{name} must be a positive integer, but is {shown(value)}")
    if array > most:
        raise Refused(f"{name} must be at most {most}, but is {shown(value)}")
    return int(array)


def seed(value: ArrayLike) -> int:
    """`value` as the seed of one run; else Refused."""
    array = array_of("iu", "seed", "one integer from 0 to 2^64 - 1", value)
    if array.shape or array < 0:
        raise Refused(f"seed must be one integer from 0 to 2^64 - 1, but is {shown(value)}")
    return int(array)


def broadcast(arrays: Mapping[str, NDArray]) -> dict[str, NDArray]:
    """The arrays, broadcast against each other, read-only; Refused names those whose shapes do not fit."""
    shapes = ", ".join(f"{name} {array.shape}" for name, array in arrays.items() if array.shape)
    try:
        shape = np.broadcast_shapes(*(array.shape for array in arrays.values()))
    except ValueError:
        raise Refused(f"arguments must broadcast against each other, but the shapes are {shapes}") from None
    if math.prod(shape) > MOST_ELEMENTS:
        raise Refused(f"arguments must broadcast to {MOST_ELEMENTS} elements at most, but the shapes are {shapes}")
    return {name: np.broadcast_to(array, shape) for name, array in arrays.items()}


def whole(name: str, value: ArrayLike) -> NDArray[np.uint64]:
    """`value` as an array of non-negative integers; else Refused."""
    what = "a non-negative integer or an array of them"
    array = array_of("iu", name, what, value)
    if np.any(array < 0):
        raise Refused(f"{name} must be {what}, but is {shown(value)}")
    return array.astype(np.uint64)


def choice(name: str, value: ArrayLike, allowed: tuple[str, ...]) -> NDArray[np.str_]:
    """`value` as an array of strings, each one of `allowed`; else Refused."""
    array = array_of("U", name, f"one of {', '.join(allowed)}", value)
    if not np.isin(array, allowed).all():
        raise Refused(f"{name} must be one of {', '.join(allowed)}, but is {shown(value)}")
    return array


def flag(name: str, value: ArrayLike) -> NDArray[np.bool_]:
    """`value` as an array of true and false; else Refused."""
    return array_of("b", name, "true or false or an array of them", value)


def word(name: str, value: ArrayLike) -> NDArray[np.str_]:
    """`value` as an array of words; else Refused."""
    return array_of("U", name, "a word or an array of them", value)


def instance(name: str, value: object, *kinds: type) -> None:
    """Raises Refused unless `value` is of one of these classes."""
    if not isinstance(value, kinds):
        wanted = (f"{'an' if kind.__name__[0] in 'AEIOU' else 'a'} {kind.__name__}" for kind in kinds)
        raise Refused(f"{name} must be {' or '.join(wanted)}, but is {shown(value)}")


def not_empty(shape: tuple[int, ...]) -> None:
    """Raises Refused where arguments of this shape ask for nothing."""
    if 0 in shape:
        raise Refused(f"arguments must not be empty, but their shape is {shape}")


def array_of(kinds: str, name: str, what: str, value: ArrayLike) -> NDArray[Any]:
    """`value` as an array with a dtype of one of these kinds, of a size that can be worked with; else Refused."""
    try:
        array = np.asarray(value)
    except (TypeError, ValueError, OverflowError):  # nested unevenly, or too large an integer beside floats
        array = np.empty(0, object)
    if array.dtype.kind not in kinds or isinstance(value, np.ma.MaskedArray):
        raise Refused(f"{name} must be {what}, but is {shown(value)}")
    if array.size > MOST_ELEMENTS:
        raise Refused(f"{name} must have {MOST_ELEMENTS} elements at most, but has the shape {array.shape}")
    return array


def shown(value: object) -> str:
    """A value on one line, shortened."""
    return " ".join(_SHORT.repr(value).split())


_SHORT = reprlib.Repr()
_SHORT.maxother = _SHORT.maxstring = 100
