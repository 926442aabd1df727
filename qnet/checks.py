"""Refusing bad arguments with one sentence that names the argument, the rule and the value."""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Rule = tuple[str, Callable[[Floats], NDArray[np.bool_]]]

FINITE: Rule = ("must be finite", np.isfinite)
NOT_NEGATIVE: Rule = ("must be finite and not negative", lambda x: np.isfinite(x) & (x >= 0))
AT_MOST_1E9: Rule = ("must be finite, at most 1e9 in size", lambda x: np.abs(x) <= 1e9)
NOT_NEGATIVE_TO_1E9: Rule = ("must be finite, not negative and at most 1e9", lambda x: (x >= 0) & (x <= 1e9))
NOT_NEGATIVE_TO_1E30: Rule = ("must be finite, not negative and at most 1e30", lambda x: (x >= 0) & (x <= 1e30))
POSITIVE: Rule = ("must be finite and positive", lambda x: np.isfinite(x) & (x > 0))
POSITIVE_TO_1E30: Rule = ("must lie in [1e-30, 1e30]", lambda x: (x >= 1e-30) & (x <= 1e30))
POSITIVE_OR_INF: Rule = ("must be positive", lambda x: x > 0)
PROBABILITY: Rule = ("must lie in [0, 1]", lambda x: (x >= 0) & (x <= 1))


def real(name: str, value: ArrayLike, rule: Rule) -> Floats:
    """`value` as an array of floats, every element of which obeys `rule`; else ValueError."""
    try:
        array = np.asarray(value)
        if array.dtype.kind not in "iuf":
            raise TypeError
        array = array.astype(np.float64)
    except (TypeError, ValueError):
        raise ValueError(f"{name} must be a real number or an array of them, but is {value!r}") from None
    wording, holds = rule
    wrong = np.argwhere(~holds(array))
    if len(wrong):
        index = tuple(int(i) for i in wrong[0])
        place = (
            f"has {float(array[index])!r} at index {', '.join(map(str, index))}" if index else f"is {float(array)!r}"
        )
        raise ValueError(f"{name} {wording}, but {place}")
    return array


def number(name: str, value: ArrayLike, rule: Rule) -> float:
    """`value` as one float that obeys `rule`; else ValueError."""
    array = real(name, value, rule)
    if array.shape:
        raise ValueError(f"{name} must be one number, but is {value!r}")
    return float(array)


def count(name: str, value: ArrayLike, most: int = 2**62) -> int:
    """`value` as one positive integer up to `most`; else ValueError."""
    array = np.asarray(value)
    if array.dtype.kind not in "iu" or array.shape or array < 1:
        raise ValueError(f"{name} must be a positive integer, but is {value!r}")
    if array > most:
        raise ValueError(f"{name} must be at most {most}, but is {value!r}")
    return int(array)


def seed(value: ArrayLike) -> int:
    """`value` as the seed of one run; else ValueError."""
    array = np.asarray(value)
    if array.dtype.kind not in "iu" or array.shape or array < 0:
        raise ValueError(f"seed must be one integer from 0 to 2^64 - 1, but is {value!r}")
    return int(array)


def option(name: str, value: ArrayLike, allowed: tuple[str, ...]) -> str:
    """`value` as one string of `allowed`; else ValueError."""
    array = choice(name, value, allowed)
    if array.shape:
        raise ValueError(f"{name} must be one of {', '.join(allowed)}, but is {value!r}")
    return str(array)


def broadcast(arrays: Mapping[str, NDArray]) -> dict[str, NDArray]:
    """The arrays, broadcast against each other; ValueError names those whose shapes do not fit."""
    try:
        return dict(zip(arrays, np.broadcast_arrays(*arrays.values()), strict=True))
    except ValueError:
        shapes = ", ".join(f"{name} {array.shape}" for name, array in arrays.items() if array.shape)
        raise ValueError(f"arguments must broadcast against each other, but the shapes are {shapes}") from None


def whole(name: str, value: ArrayLike) -> NDArray[np.uint64]:
    """`value` as an array of non-negative integers; else ValueError."""
    array = np.asarray(value)
    if array.dtype.kind not in "iu" or np.any(array < 0):
        raise ValueError(f"{name} must be a non-negative integer or an array of them, but is {value!r}")
    return array.astype(np.uint64)


def choice(name: str, value: ArrayLike, allowed: tuple[str, ...]) -> NDArray[np.str_]:
    """`value` as an array of strings, each one of `allowed`; else ValueError."""
    array = np.asarray(value)
    if array.dtype.kind != "U" or not np.isin(array, allowed).all():
        raise ValueError(f"{name} must be one of {', '.join(allowed)}, but is {value!r}")
    return array


def flag(name: str, value: ArrayLike) -> NDArray[np.bool_]:
    """`value` as an array of true and false; else ValueError."""
    array = np.asarray(value)
    if array.dtype.kind != "b":
        raise ValueError(f"{name} must be true or false or an array of them, but is {value!r}")
    return array
