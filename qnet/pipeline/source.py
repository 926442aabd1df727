"""The project's own code, read but not run: what a script takes, what a model is, and a digest of what code means.

All with the standard library alone, since it is read each time Snakemake starts. A digest leaves out comments,
docstrings and layout, and is the same on every Python that the project supports.
"""

import ast
import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, NamedTuple

from qnet.errors import Refused

ROOT = Path(__file__).parents[2]
PHYSICS = ("chiral", "midpoint", "chain", "route")
DATA = {"route": ("topohub",)}  # installed packages whose data a package of physics reads
_found: dict[str, list[Any]] = {}  # about files, by path and digest of their bytes
_remembered: dict[str, list[Any]] = {}  # the same, from another process
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


def claimed(folder: Path) -> list[str]:
    """Names of the studies that the claims in the files of a folder take."""
    nodes = [node for path in folder.glob("*.py") for node in _parsed(path).body]
    functions = [node for node in nodes if isinstance(node, ast.FunctionDef) and _is_claim(node)]
    return sorted({argument.arg for node in functions for argument in node.args.args})


def _is_claim(function: ast.FunctionDef) -> bool:
    return any(isinstance(d, ast.Call) and getattr(d.func, "id", "") == "claim" for d in function.decorator_list)


class Parameter(NamedTuple):
    """A parameter of a model as its source declares it: `int`, `bool` or `float` (words too), and whether to be set.

    kind: None where the source does not say.
    """

    kind: type | None
    required: bool

    def declared(self, value: Any) -> Any:
        """A number of the config as one of the declared kind, so that 500 and 500.0 are the same."""
        if self.kind is int and type(value) is float and value.is_integer():
            return int(value)
        return float(value) if self.kind is float and type(value) is int else value


@cache
def parameters(model: str) -> dict[str, Parameter]:
    """The parameters of a model by name, read from its source: never does a config's word run other code.

    A model is a function that a package of physics exports. It takes records, whose fields are its parameters, and
    keywords, and returns a dataclass of columns. Raises Refused for anything else.
    """
    package, _, name = model.partition(".")
    path = _exported(package).get(name) if package in PHYSICS else None
    for node in _parsed(path).body if path else []:
        if isinstance(node, ast.FunctionDef) and node.name == name and _returns_columns(node, package):
            records = {argument.arg: _classes(argument.annotation, package) for argument in node.args.args}
            if all(records.values()):
                return _parameters(node, package, records)
    where = " or ".join(f"qnet.{name}" for name in PHYSICS)
    raise Refused(
        f"model must be a public function of {where} that takes records and keywords and returns columns, "
        f"such as chiral.peak_concurrence, but is {model!r}"
    )


def _parameters(
    function: ast.FunctionDef, package: str, records: dict[str, list[ast.ClassDef]]
) -> dict[str, Parameter]:
    found: dict[str, Parameter] = {}
    keywords = zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True)
    own = {
        argument.arg: Parameter(_kind(argument.annotation, package), default is None) for argument, default in keywords
    }
    for parameters in [*(_of_records(name, kinds, package) for name, kinds in records.items()), own]:
        for name in parameters.keys() & found.keys():
            raise Refused(f"{package}.{function.name} must have {name} once among its records and keywords")
        found |= parameters
    return found


def _of_records(name: str, kinds: list[ast.ClassDef], package: str) -> dict[str, Parameter]:
    """The fields of a record; where it may be one of several, a word that says which, and the fields of all of them."""
    if len(kinds) == 1:
        return dict(_fields(kinds[0], package))
    fields = {name: parameter for kind in kinds for name, parameter in _fields(kind, package)}
    return {name: Parameter(float, False), **{each: Parameter(kind, False) for each, (kind, _) in fields.items()}}


def _fields(record: ast.ClassDef, package: str) -> Iterator[tuple[str, Parameter]]:
    """The fields of a record, those that it inherits first."""
    for base in record.bases:
        if parent := _class(base, package):
            yield from _fields(parent, package)
    for node in record.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and isinstance(node.value, ast.Call):
            required = not {"default", "factory"} & {keyword.arg for keyword in node.value.keywords}
            yield node.target.id, Parameter(_kind(node.value, package), required)


def _kind(node: ast.AST | None, package: str, seen: tuple[str, ...] = ()) -> type | None:
    """The kind of a quantity in the metadata of a field or in an annotation, or in what its names stand for.

    seen: names of the package that are being looked up already.
    """
    for part in ast.walk(node) if node else []:
        if isinstance(part, ast.Call) and ast.unparse(part.func).rpartition(".")[2] in ("about", "Quantity"):
            what = [*part.args[2:3], *(keyword.value for keyword in part.keywords if keyword.arg == "what")]
            return {"int": int, "bool": bool}.get(ast.unparse(what[0]) if what else "", float)
        if isinstance(part, ast.Name) and part.id not in seen:
            kind = _kind(_assigned(package).get(part.id), package, (*seen, part.id))
            if kind:
                return kind
    return None


def _nodes(package: str) -> Iterator[ast.stmt]:
    for path in sorted((ROOT / "qnet" / package).rglob("*.py")):
        yield from _parsed(path).body


@cache
def _assigned(package: str) -> dict[str, ast.expr]:
    """What the names that a package assigns at the top of its modules stand for."""
    return {
        target.id: node.value
        for node in _nodes(package)
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }


def _class(node: ast.AST | None, package: str) -> ast.ClassDef | None:
    """The class of a package that a name stands for."""
    name = getattr(node, "id", None)
    return next((found for found in _nodes(package) if isinstance(found, ast.ClassDef) and found.name == name), None)


def _classes(node: ast.AST | None, package: str) -> list[ast.ClassDef]:
    """The class of a package that an annotation names, or all that it names in a union; none if one is no class."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        left, right = _classes(node.left, package), _classes(node.right, package)
        return left + right if left and right else []
    found = _class(node, package)
    meant = None if found else _assigned(package).get(getattr(node, "id", ""))
    return [found] if found else _classes(meant, package) if meant else []


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
    return _class(function.returns, package) is not None


def of_model(model: str) -> str:
    """Digest of the code that a model's results depend on: its package, what runs and stores it, and all they reach."""
    return _of_package(model.split(".")[0])


@cache
def _of_package(package: str) -> str:
    found = reached([*(ROOT / "qnet" / package).rglob("*.py"), ROOT / _SIMULATE])
    return digest(found | data(f"{package}."))


def data(model: str) -> dict[str, str]:
    """Names and versions of the packages whose data a model reads; Refused where one is not installed."""
    found = {}
    for name in DATA.get(model.split(".")[0], ()):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            reader = f"qnet.{model.split('.')[0]}"
            raise Refused(f"{name} must be installed, since {reader} reads its data, but is not") from None
    return found


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
            waiting += filter(None, map(_file, _read(path)[1]))
    return dict(sorted(found.items()))


def of_file(path: Path) -> str:
    """The digest of one file, as `reached` has it."""
    return _read(path)[0]


def remember(path: Path) -> None:
    """Takes in what `known` gave another process, so that files that have not changed need not be understood again."""
    with suppress(OSError, ValueError):  # none yet, or damaged: then it is found out again
        noted = json.loads(path.read_bytes())
        entries = noted.items() if isinstance(noted, dict) else ()
        _remembered.update({key: found for key, found in entries if _is_note(found)})


def _is_note(found: Any) -> bool:
    """Whether this is what `_read` gives."""
    return isinstance(found, list) and [type(part) for part in found] == [str, list]


def known() -> dict[str, list[Any]]:
    """What this process knows of the files that it looked at."""
    return dict(sorted(_found.items()))


def forget() -> None:
    """Reads files anew, where they may have changed since they were read."""
    for cached in (parameters, _assigned, _of_package, _read, _parsed):
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
def _read(path: Path) -> list[Any]:
    """The digest of a file, and the names that it imports."""
    content = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    if path.suffix != ".py":
        return [content, []]
    key = f"{path.relative_to(ROOT).as_posix()} {content} {_rules()}"
    _found[key] = _remembered.get(key) or [digest(_meaning(_parsed(path))), list(_imported(path))]
    return _found[key]


@cache
def _rules() -> str:
    """Digest of this file: what it once found in another is known no longer once it looks in another way."""
    return hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:16]


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(_parsed(path)):
        if isinstance(node, ast.ImportFrom):
            module = _absolute(node, path)
            yield from (module, *(f"{module}.{alias.name}" for alias in node.names))
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


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
