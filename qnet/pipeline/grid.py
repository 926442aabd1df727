"""The rows of a study: cases times the axes of a grid. With the standard library alone, since planning reads it."""

import itertools
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from qnet.errors import Refused

Value = float | int | bool | str


def axis(spec: Sequence[Value] | Mapping[str, Any]) -> list[Value]:
    """Values of a grid axis: a list as it is, or {linspace: [first, last, count]}, or {geomspace: ...}.

    {files_of: package/folder} stands for the names, without their endings, of the files that an installed package
    keeps in a folder.
    """
    if not isinstance(spec, Mapping):
        numbers = all(type(v) in (int, float) for v in spec)
        return [float(v) for v in spec] if numbers and any(type(v) is float for v in spec) else list(spec)
    if "files_of" in spec:
        return files_of(spec["files_of"])
    ((kind, (first, last, count)),) = spec.items()
    fractions = [i / max(count - 1, 1) for i in range(int(count))]
    if kind == "geomspace":
        return [float(first * (last / first) ** f) for f in fractions]
    return [first + (last - first) * f for f in fractions]


def columns(cases: Sequence[Mapping[str, Value]], axes: Mapping[str, Sequence[Value]]) -> dict[str, list[Value]]:
    """The rows as columns: every case with every point of the grid, cases slowest, then the first axis."""
    rows = [[*case.values(), *point] for case in cases for point in itertools.product(*axes.values())]
    return {name: [row[i] for row in rows] for i, name in enumerate([*cases[0], *axes])}


def files_of(folder: str) -> list[Value]:
    """Names of the files in a folder of an installed package, in order; Refused where there is none of that name."""
    package, _, inside = folder.partition("/")
    found = find_spec(package)
    path = Path(found.origin).parent / inside if found and found.origin else None
    if path is None or not path.is_dir():
        raise Refused(f"files_of must be a folder of an installed package, but is {folder!r}")
    return sorted({file.stem for file in path.iterdir() if file.is_file()})
