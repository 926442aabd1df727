"""The functions of `qnet.midpoint` with the fields of their records as keywords, as config.yaml names them."""

import inspect
from collections.abc import Callable
from functools import wraps
from types import SimpleNamespace
from typing import get_type_hints

import attrs

from qnet import midpoint as with_records


def _flat(function: Callable) -> Callable:
    named = inspect.signature(function).parameters.values()
    hints = get_type_hints(function)
    records = [hints[p.name] for p in named if p.kind is not p.KEYWORD_ONLY]

    @wraps(function)
    def call(**arguments):
        given = [
            record(**{f.name: arguments.pop(f.name) for f in attrs.fields(record) if f.name in arguments})
            for record in records
        ]
        return function(*given, **arguments)

    return call


midpoint = SimpleNamespace(
    **{
        name: _flat(getattr(with_records, name))
        for name in with_records.__all__
        if inspect.isfunction(getattr(with_records, name))
    }
)
