"""Parameter lists, each written once: a frozen record whose fields say what they may be, their unit and their meaning.

A model takes records, and keywords for what belongs to none of them; what it returns is a frozen dataclass of columns.
The workflow builds the records from the flat names in its config, and describes columns, by the same fields.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from qnet import checks
from qnet.errors import Refused

Floats = NDArray[np.float64]
What = Any  # a rule of `qnet.checks` for numbers, a tuple of words, `int` for a count, or `bool`


@attrs.frozen
class Quantity:
    """What a parameter or a result is. In the metadata of a field as "quantity", or in `Annotated` for a keyword.

    unit: "1" for a pure number, "" where there is none to speak of; meaning: for the description of a column.
    what: of a parameter, the rule that its numbers obey, the words that it may be, `str` for any word, which the model
    itself checks, `int` (a count), or `bool`; of a result, nothing. per: for a field of `Single` that may also be a
    list, what has a value each, such as "node".
    """

    unit: str
    meaning: str
    what: What = None
    per: str = ""

    def checked(self, name: str, value: Any) -> NDArray[Any]:
        """`value` as an array; Refused in one sentence that names it unless it is what it may be."""
        if self.what is bool:
            return checks.flag(name, value)
        if self.what is int:
            return checks.whole(name, value)
        if self.what is str:
            return checks.word(name, value)
        if callable(self.what[-1]):
            return checks.real(name, value, self.what)
        return checks.choice(name, value, self.what)


def about(unit: str, meaning: str, what: What = None, per: str = "") -> dict[str, Quantity]:
    """Metadata of a field."""
    return {"quantity": Quantity(unit, meaning, what, per)}


def array(value: ArrayLike) -> Floats:
    """Says to type checkers that a field takes numbers, lists and arrays, and holds an array of floats."""
    return value  # type: ignore[return-value]


def words(value: ArrayLike) -> NDArray[np.str_]:
    """Says to type checkers that a field takes words and lists of them, and holds an array of them."""
    return value  # type: ignore[return-value]


def flags(value: ArrayLike) -> NDArray[np.bool_]:
    """Says to type checkers that a field takes truth values and lists of them, and holds an array of them."""
    return value  # type: ignore[return-value]


def one_or_each(value: float | Sequence[float] | Floats) -> float | tuple[float, ...]:
    """Says to type checkers that a field takes a number or several, and holds a float or a tuple of them."""
    return value  # type: ignore[return-value]


def word_or_each(value: str | Sequence[str]) -> str | tuple[str, ...]:
    """Says to type checkers that a field takes a word or several, and holds a word or a tuple of them."""
    return value  # type: ignore[return-value]


@attrs.frozen(kw_only=True, eq=False)
class Record:
    """Checks its fields by their quantities; see `Arrays` and `Single`."""

    broadcasts: ClassVar[bool]


@attrs.frozen(kw_only=True, eq=False)
class Arrays(Record):
    """A record of many cases at once: every field becomes an array, and all are broadcast to one shape."""

    broadcasts: ClassVar[bool] = True

    def __attrs_post_init__(self) -> None:
        for name, value in checks.broadcast(_checked(self)).items():
            object.__setattr__(self, name, value)


@attrs.frozen(kw_only=True, eq=False)
class Single(Record):
    """A record of one case: every field is one number, word or truth value, or where it says so, a list of them."""

    broadcasts: ClassVar[bool] = False

    def __attrs_post_init__(self) -> None:
        fields = attrs.fields_dict(type(self))
        for name, value in _checked(self).items():
            per = fields[name].metadata["quantity"].per
            if value.ndim > bool(per) or not value.size:
                wanted = f"one value, or one for each {per}" if per else "one value"
                raise Refused(f"{name} must be {wanted}, but is {checks.shown(getattr(self, name))}")
            object.__setattr__(self, name, tuple(value.tolist()) if value.ndim else value.item())


def _checked(record: Record) -> dict[str, NDArray[Any]]:
    checked = {}
    for field in attrs.fields(type(record)):
        if isinstance(getattr(record, field.name), Record):  # checked by itself
            continue
        quantity = field.metadata.get("quantity")
        if quantity is None or quantity.what is None:
            raise TypeError(f"{type(record).__name__}.{field.name} must say what it is and may be, as about(...)")
        checked[field.name] = quantity.checked(field.name, getattr(record, field.name))
    return checked
