"""Functions that take records, with the fields of these as keywords, as config.yaml names them."""

import functools
import inspect
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, get_type_hints

import attrs

from qnet import chain
from qnet import midpoint as with_records
from qnet.records import Record


def records(function: Callable) -> dict[str, type[Record]]:
    """The classes of the records that a function takes, by their names, but for those that are not of flat rows."""
    hints = get_type_hints(function) if inspect.isfunction(function) else {}
    return {
        name: hint
        for name, hint in hints.items()
        if name != "return" and isinstance(hint, type) and issubclass(hint, Record)
        if hint not in (chain.Links, chain.Protocol)
    }


def flat(function: Callable) -> Callable:
    """The function with the fields of its records as keywords, as the workflow calls it."""
    kinds = records(function)
    if not kinds:
        return function
    fields = {name: {field.name for field in attrs.fields(kind)} for name, kind in kinds.items()}
    own = [p for name, p in inspect.signature(function).parameters.items() if name not in kinds]
    theirs = [p for kind in kinds.values() for p in inspect.signature(kind).parameters.values()]

    @functools.wraps(function)
    def call(**arguments: Any) -> Any:
        made = {
            name: kind(**{field: arguments.pop(field) for field in fields[name] & set(arguments)})
            for name, kind in kinds.items()
        }
        return function(**made, **arguments)

    call.__signature__ = inspect.Signature([*(p.replace(kind=p.KEYWORD_ONLY) for p in own), *theirs])
    return call


midpoint = SimpleNamespace(**{name: flat(getattr(with_records, name)) for name in with_records.__all__})
