"""The project's own code, read but not run: what a script takes, what a model is, and a digest of what code means.

All with the standard library alone, since it is read each time Snakemake starts. A digest leaves out comments,
docstrings and layout, and is the same on every Python that the project supports.
"""

import ast
import hashlib
import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from qnet.errors import Refused

ROOT = Path(__file__).parents[1]
PHYSICS = ("chiral", "midpoint", "chain")
_SIMULATE = Path("workflow/scripts/simulate.py")  # what runs a model and stores its results


def digest(content: object) -> str:
    """Sixteen digits that stand for some content, as JSON writes it."""
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:16]


def arguments(script: Path, function: str) -> set[str]:
    """Names of the arguments of a function in a script; empty if there is no such function."""
    for node in _parsed(script).body:
        if isinstance(node, ast.FunctionDef) and node.name == function:
            return {argument.arg for argument in (*node.args.args, *node.args.kwonlyargs)}
    return set()


def claimed(script: Path) -> list[str]:
    """Names of the studies that the functions of a script of claims take."""
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
    init = ROOT / "qnet" / package / "__init__.py"
    return {
        alias.asname or alias.name: path
        for node in _parsed(init).body
        if isinstance(node, ast.ImportFrom)
        for path in [_file(_absolute(node, init))]
        if path
        for alias in node.names
    }


def _returns_columns(function: ast.FunctionDef, package: str) -> bool:
    paths = (ROOT / "qnet" / package).glob("*.py")
    classes = {node.name for path in paths for node in _parsed(path).body if isinstance(node, ast.ClassDef)}
    returned = function.returns
    return not function.args.args and isinstance(returned, ast.Name) and returned.id in classes


@cache
def of_model(model: str) -> str:
    """Digest of the code that a model's results depend on: its package, what runs and stores it, and all they reach."""
    package = ROOT / "qnet" / model.split(".")[0]
    return digest(reached([*package.rglob("*.py"), ROOT / _SIMULATE]))


def reached(paths: Iterable[Path]) -> dict[str, str]:
    """The digests of files, and for Python files of every module of the project that they import, by path in it.

    A Python file counts by what it means, any other by its bytes.
    """
    found: dict[str, str] = {}
    waiting = list(paths)
    while waiting:
        path = waiting.pop()
        key = path.relative_to(ROOT).as_posix()
        if key not in found:
            found[key] = of_file(path)
            waiting += _imported(path) if path.suffix == ".py" else []
    return dict(sorted(found.items()))


@cache
def of_file(path: Path) -> str:
    """The digest of one file, as `reached` has it."""
    if path.suffix == ".py":
        return digest(_meaning(_parsed(path)))
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def forget() -> None:
    """Reads files anew, where they may have changed since they were read."""
    for cached in (of_model, of_file, _parsed, _imported):
        cached.cache_clear()


@cache
def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_bytes())


def _meaning(node: object) -> object:
    """A syntax tree as nested lists without positions, docstrings and empty fields, which differ between Pythons."""
    if isinstance(node, list):
        return [_meaning(part) for part in node]
    if not isinstance(node, ast.AST):
        return repr(node)
    fields = {name: value for name, value in ast.iter_fields(node) if value is not None and value != []}
    if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node, clean=False):
        fields["body"] = node.body[1:]
    return [type(node).__name__, *([name, _meaning(value)] for name, value in fields.items())]


@cache
def _imported(path: Path) -> list[Path]:
    """The files of the project that a Python file imports."""
    names: list[str] = []
    for node in ast.walk(_parsed(path)):
        if isinstance(node, ast.ImportFrom):
            module = _absolute(node, path)
            names += [module, *(f"{module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
    return [file for file in map(_file, names) if file]


def _absolute(node: ast.ImportFrom, path: Path) -> str:
    """The module that an import names, also where it is relative to the file's own package."""
    if not node.level:
        return node.module or ""
    package = path.relative_to(ROOT).parts[: -node.level]
    return ".".join([*package, *([node.module] if node.module else [])])


def _file(module: str) -> Path | None:
    """The file of a module of the project; None for another module, and for the package itself, which holds no code."""
    target = ROOT.joinpath(*module.split("."))
    for file in (target.with_suffix(".py"), target / "__init__.py"):
        if module.startswith("qnet.") and file.is_file():
            return file
    return None
