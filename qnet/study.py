"""A study: a model over a grid. Its rows, its batches, and the digest that names each batch's file.

Everything but `run` uses the standard library alone and imports no model, so that planning a workflow stays fast.
"""

import ast
import hashlib
import itertools
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qnet import __version__
from qnet.errors import Refused
from qnet.files import replacing

if TYPE_CHECKING:
    import numpy as np

    Columns = dict[str, np.ndarray]

Value = float | int | bool | str
PHYSICS = ("chiral", "midpoint", "chain")
_PACKAGE = Path(__file__).parent
_SHAPES_RESULTS = ("study.py", "table.py")
_PROGRESS_STEPS = 10


@dataclass(frozen=True)
class Batch:
    """Some rows of a study: all that decides their results, so that its digest may name the file that holds them."""

    study: str
    model: str
    cases: list[dict[str, Value]]
    axes: dict[str, list[Value]]
    fixed: dict[str, Value]
    seed: int
    code: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(json.dumps(asdict(self)).encode()).hexdigest()[:16]


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
    code = code_digest(block["model"])
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
        "seed": seed,
    }


def plan(name: str, block: Mapping[str, Any], seed: int, digests: Sequence[str]) -> dict[str, Any]:
    """What a study's table is made of; digests: those of its batches, in order."""
    return _shape(name, block, seed) | {"qnet": __version__, "batches": list(digests)}


def write_plan(path: Path, plan: Mapping[str, Any]) -> None:
    """Writes a plan; leaves a file with the same content untouched, so nothing reruns."""
    content = (json.dumps(plan, indent=1) + "\n").encode()
    if not path.is_file() or path.read_bytes() != content:
        with replacing(path) as temporary:
            temporary.write_bytes(content)


def table_digest(batches: Sequence[str]) -> str:
    """Digest of all that decides a table's rows, from the digests of its batches."""
    return hashlib.sha256("".join(batches).encode()).hexdigest()[:16]


def arguments(script: Path, function: str) -> set[str]:
    """Names of the arguments of a function in a script, read from its source; empty if there is no such function."""
    for node in _parsed(script).body:
        if isinstance(node, ast.FunctionDef) and node.name == function:
            return {argument.arg for argument in (*node.args.args, *node.args.kwonlyargs)}
    return set()


def claimed(script: Path) -> list[str]:
    """Names of the studies that the functions of a script of claims take, read from its source."""
    functions = [node for node in _parsed(script).body if isinstance(node, ast.FunctionDef) and _is_claim(node)]
    return sorted({argument.arg for node in functions for argument in node.args.args})


def _is_claim(function: ast.FunctionDef) -> bool:
    return any(isinstance(d, ast.Call) and getattr(d.func, "id", "") == "claim" for d in function.decorator_list)


def parameters(model: str) -> tuple[set[str], set[str]]:
    """(all, required) parameter names of a model, read from its source: never does a config's word run other code.

    A model is a function that a package of physics exports, takes keywords alone and returns a dataclass of columns.
    Raises Refused for anything else.
    """
    package, _, name = model.partition(".")
    path = _exported(package).get(name) if package in PHYSICS else None
    for node in _parsed(path).body if path else []:
        if isinstance(node, ast.FunctionDef) and node.name == name and _returns_columns(node, package):
            named = [argument.arg for argument in node.args.kwonlyargs]
            required = [n for n, default in zip(named, node.args.kw_defaults, strict=True) if default is None]
            return set(named), set(required)
    where = " or ".join(f"qnet.{name}" for name in PHYSICS)
    raise Refused(
        f"model must be a public function of {where} that takes keywords and returns columns, "
        f"such as chiral.peak_concurrence, but is {model!r}"
    )


def _exported(package: str) -> dict[str, Path]:
    """The names that a package of `qnet` exports, and the files that define them."""
    imports = [node for node in _parsed(_PACKAGE / package / "__init__.py").body if isinstance(node, ast.ImportFrom)]
    files = {node: _PACKAGE.parent / f"{(node.module or '').replace('.', '/')}.py" for node in imports}
    return {alias.name: files[node] for node in imports for alias in node.names}


def _returns_columns(function: ast.FunctionDef, package: str) -> bool:
    paths = (_PACKAGE / package).glob("*.py")
    classes = {node.name for path in paths for node in _parsed(path).body if isinstance(node, ast.ClassDef)}
    returned = function.returns
    return not function.args.args and isinstance(returned, ast.Name) and returned.id in classes


@cache
def code_digest(model: str) -> str:
    """Digest of the code that a model's results depend on: all it can reach inside `qnet`, and what runs and stores it.

    Comments, docstrings and layout do not count.
    """
    reached: dict[str, str] = {}
    waiting = [*sorted((_PACKAGE / model.split(".")[0]).glob("*.py")), *(_PACKAGE / name for name in _SHAPES_RESULTS)]
    while waiting:
        path = waiting.pop()
        key = path.relative_to(_PACKAGE).as_posix()
        if key not in reached:
            reached[key] = _meaning(path)
            waiting += _imported(path)
    return hashlib.sha256(json.dumps(reached, sort_keys=True).encode()).hexdigest()[:16]


@cache
def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_bytes())


@cache
def _meaning(path: Path) -> str:
    tree = ast.parse(path.read_bytes())  # not the cached tree: its docstrings are cut away here
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node, clean=False):
            node.body = node.body[1:]
    return hashlib.sha256(ast.dump(tree).encode()).hexdigest()


def _imported(path: Path) -> Iterator[Path]:
    for node in ast.walk(_parsed(path)):
        inside: list[str] = []
        if isinstance(node, ast.ImportFrom) and node.module:
            inside = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            inside = [alias.name for alias in node.names]
        for module in inside:
            if module.split(".")[0] == "qnet":
                target = _PACKAGE / "/".join(module.split(".")[1:])
                if target.with_suffix(".py").is_file() and target != _PACKAGE:
                    yield target.with_suffix(".py")
                elif target != _PACKAGE and target.is_dir():
                    yield from target.glob("*.py")


def run(batch: Batch, progress: Callable[[str], None] = lambda _: None) -> "Columns":
    """Axis and result columns of a batch. A model that takes `seed` gets one per row, from (seed, study, row)."""
    import importlib

    import numpy as np

    package, _, name = batch.model.rpartition(".")
    model = getattr(importlib.import_module(f"qnet.{package}"), name)
    if code_digest(batch.model) != batch.code:
        raise Refused(f"code of {batch.model} must stay as it was when the run began, but has changed; run again")
    rows_as_columns = columns(batch.cases, batch.axes)
    table = {key: np.asarray(values) for key, values in rows_as_columns.items()}
    if "seed" in parameters(batch.model)[0]:
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
