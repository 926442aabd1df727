"""The functions of `qnet.midpoint` with the fields of their records as keywords, as config.yaml names them."""

import inspect
from collections.abc import Callable
from functools import wraps
from types import SimpleNamespace
from typing import get_type_hints

import attrs

from qnet import midpoint as with_records


def _flat(function: Callable) -> Callable:
    signature, hints = inspect.signature(function), get_type_hints(function)
    named = signature.parameters.values()
    records = [hints[p.name] for p in named if p.kind is not p.KEYWORD_ONLY]
    fields = [p for record in records for p in inspect.signature(record).parameters.values()]

    @wraps(function)
    def call(**arguments):
        given = [
            record(**{f.name: arguments.pop(f.name) for f in attrs.fields(record) if f.name in arguments})
            for record in records
        ]
        return function(*given, **arguments)

    call.__signature__ = signature.replace(parameters=[*fields, *(p for p in named if p.kind is p.KEYWORD_ONLY)])
    return call


midpoint = SimpleNamespace(
    **{
        name: _flat(getattr(with_records, name))
        for name in with_records.__all__
        if inspect.isfunction(getattr(with_records, name))
    }
)
