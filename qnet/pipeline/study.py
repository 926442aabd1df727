"""A study: a model over a grid. Its batches, and the digest that names each batch's file.

With the standard library alone, and without importing a model, so that planning a workflow stays fast.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from qnet import __version__
from qnet.pipeline import grid, source
from qnet.pipeline.grid import Value


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
    parameters = source.parameters(block["model"])

    def declared(values: Mapping[str, Value]) -> dict[str, Value]:
        return {key: parameters[key].declared(value) for key, value in values.items()}

    axes = {key: grid.axis(spec) for key, spec in block.get("grid", {}).items()}
    return {
        "study": name,
        "model": block["model"],
        "cases": [declared(case) for case in block.get("cases", [{}])],
        "axes": {key: [parameters[key].declared(value) for value in values] for key, values in axes.items()},
        "fixed": declared(block.get("fixed", {})),
        "seed": seed if "seed" in parameters else None,
    }


def plan(name: str, block: Mapping[str, Any], seed: int, digests: Sequence[str]) -> dict[str, Any]:
    """What a study's table is made of; digests: those of its batches, in order."""
    data = source.data(block["model"])
    origin = {"data": data} if data else {}
    return _shape(name, block, seed) | {"qnet": __version__, **origin, "batches": list(digests)}


def missing(batches: Mapping[str, Sequence[Batch]]) -> list[str]:
    """Names of the studies of which a batch is still to be computed here."""
    return [name for name, parts in batches.items() if not all(path(batch).is_file() for batch in parts)]


def path(batch: Batch) -> Path:
    """Where the rows of a batch are kept."""
    return Path("results", batch.study, f"{batch.digest}.parquet")


def table_digest(batches: Sequence[str]) -> str:
    """Digest of all that decides a table's rows, from the digests of its batches."""
    return source.digest(list(batches))
