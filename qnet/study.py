"""A study: a model over a grid. Its rows, its batches, and the digest that names each batch's file.

Everything but `run` uses the standard library alone and imports no model, so that planning a workflow stays fast.
"""

import hashlib
import itertools
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

from qnet import __version__, source
from qnet.errors import Refused

if TYPE_CHECKING:
    import numpy as np

    Columns = dict[str, np.ndarray]

Value = float | int | bool | str
_PROGRESS_STEPS = 10


@dataclass(frozen=True)
class Batch:
    """Some rows of a study: all that decides their results, so that its digest may name the file that holds them.

    seed: None where the model does not take one, so that another seed computes nothing again that has no chance in it.
    """

    study: str
    model: str
    cases: list[dict[str, Value]]
    axes: dict[str, list[Value]]
    fixed: dict[str, Value]
    seed: int | None
    code: str

    @property
    def digest(self) -> str:
        return source.digest(asdict(self))


def axis(spec: Sequence[Value] | Mapping[str, Any]) -> list[Value]:
    """Values of a grid axis: a list as it is, or {linspace: [first, last, count]}, or {geomspace: ...}."""
    if not isinstance(spec, Mapping):
        numbers = all(type(v) in (int, float) for v in spec)
        return [float(v) for v in spec] if numbers and any(type(v) is float for v in spec) else list(spec)
    ((kind, (first, last, count)),) = spec.items()
    fractions = [i / max(count - 1, 1) for i in range(int(count))]
    if kind == "geomspace":
        return [float(first * (last / first) ** f) for f in fractions]
    return [first + (last - first) * f for f in fractions]


def columns(cases: Sequence[Mapping[str, Value]], axes: Mapping[str, Sequence[Value]]) -> dict[str, list[Value]]:
    """The rows as columns: every case with every point of the grid, cases slowest, then the first axis."""
    rows = [[*case.values(), *point] for case in cases for point in itertools.product(*axes.values())]
    return {name: [row[i] for row in rows] for i, name in enumerate([*cases[0], *axes])}


def batches(name: str, block: Mapping[str, Any], seed: int) -> list[Batch]:
    """The batches of a study in the order of its rows, each with `values_per_batch` cases, or values of axis one."""
    shape = _shape(name, block, seed)
    cases, axes = shape.pop("cases"), shape.pop("axes")
    outer = next(iter(axes), None) if cases == [{}] else None
    values = axes[outer] if outer else cases
    size = int(block.get("values_per_batch", len(values)))
    code = source.of_model(block["model"])
    parts = [values[i : i + size] for i in range(0, len(values), size)]
    if outer:
        return [Batch(**shape, cases=cases, axes=axes | {outer: part}, code=code) for part in parts]
    return [Batch(**shape, cases=part, axes=axes, code=code) for part in parts]


def _shape(name: str, block: Mapping[str, Any], seed: int) -> dict[str, Any]:
    return {
        "study": name,
        "model": block["model"],
        "cases": [dict(case) for case in block.get("cases", [{}])],
        "axes": {key: axis(spec) for key, spec in block.get("grid", {}).items()},
        "fixed": dict(block.get("fixed", {})),
        "seed": seed if "seed" in source.parameters(block["model"])[0] else None,
    }


def plan(name: str, block: Mapping[str, Any], seed: int, digests: Sequence[str]) -> dict[str, Any]:
    """What a study's table is made of; digests: those of its batches, in order."""
    return _shape(name, block, seed) | {"qnet": __version__, "batches": list(digests)}


def table_digest(batches: Sequence[str]) -> str:
    """Digest of all that decides a table's rows, from the digests of its batches."""
    return source.digest(list(batches))


def run(batch: Batch, progress: Callable[[str], None] = lambda _: None) -> "Columns":
    """Axis and result columns of a batch. A model that takes `seed` gets one per row, from (seed, study, row)."""
    import importlib

    import numpy as np

    package, _, name = batch.model.rpartition(".")
    model = getattr(importlib.import_module(f"qnet.{package}"), name)
    if source.of_model(batch.model) != batch.code:
        raise Refused(f"code of {batch.model} must stay as it was when the run began, but has changed; run again")
    rows_as_columns = columns(batch.cases, batch.axes)
    table = {key: np.asarray(values) for key, values in rows_as_columns.items()}
    if batch.seed is not None:
        rows = zip(*rows_as_columns.values(), strict=True)
        seeds = np.array([_row_seed(batch, row) for row in rows], dtype=np.uint64)
    else:
        seeds = None
    size = len(next(iter(table.values())))
    bounds = np.linspace(0, size, min(size, _PROGRESS_STEPS) + 1).astype(int)
    parts = []
    for first, last in itertools.pairwise(bounds):
        arguments = batch.fixed | {key: values[first:last] for key, values in table.items()}
        if seeds is not None:
            arguments["seed"] = seeds[first:last]
        found = model(**arguments)
        parts.append([np.broadcast_to(getattr(found, f.name), (last - first,)) for f in fields(found)])
        progress(f"{last} of {size} rows")
    results = (np.concatenate(part) for part in zip(*parts, strict=True))
    return table | dict(zip((f.name for f in fields(found)), results, strict=True))


def _row_seed(batch: Batch, row: Sequence[Value]) -> int:
    """From the row's values, not its place: rows can be added, reordered or batched without changing the others."""
    text = json.dumps([batch.seed, batch.study, row])
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1
