"""Checks `config.yaml` before any work starts: as a file, by schema, then for what a schema cannot say."""

import copy
import math
import re
import reprlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from qnet.errors import Refused
from qnet.pipeline import grid, source

MOST_VALUES, MOST_LEVELS = 1_000_000, 20  # in config.yaml, with everything that it refers to
MOST_ROWS, MOST_BATCHES = 1_000_000, 10_000  # of all studies
_ON_THE_PAGE = (
    "beyond", "charts", "cite", "everything", "filters", "findings", "main", "numbers", "provenance", "search", "shown",
    "sources", "top", "vega",
)  # fmt: skip
_IN_FIGURES = ("claims", "contact_sheet", "index", *_ON_THE_PAGE)
TAKEN = {
    "studies": ("claims", "figures", "recipes", "tables", "tracked"),
    "figures": _IN_FIGURES,
    "tables": _IN_FIGURES,
}


def read(path: Path) -> Mapping[str, Any]:
    """Content of a file of settings. Raises Refused unless it is plain YAML: a mapping in which no key stands twice.

    Snakemake reads it too, but keeps the last of two equal keys and runs code where it finds `__use_yte__`.
    """
    try:
        loader = _OneOfEachKey(path.read_text(encoding="utf-8"))
        loader.name = path.name
        content = loader.get_single_data()
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        found = " ".join(str(error).split()).rstrip(".")
        raise Refused(f"{path.name}: the file must be YAML, but reading it failed ({found})") from None
    if not isinstance(content, Mapping):
        raise Refused(f"{path.name}: the top level must be a mapping, but is {reprlib.repr(content)}")
    if "__use_yte__" in content:
        raise Refused(f"{path.name}: the top level must be data alone, but has __use_yte__")
    for problem in _plain(content):
        raise Refused(f"{path.name}: {problem}")
    return content


def with_whole_axes(config: Mapping[str, Any], overlays: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The config as Snakemake merges it from files, but an axis is that of the last file that has it.

    Snakemake merges key by key: {geomspace: ...} over {linspace: ...} would be an axis with both, which nobody wrote.
    """
    merged = copy.deepcopy(dict(config))
    for overlay in overlays:
        for name, block in _mapping(overlay.get("studies")).items():
            for axis, spec in _mapping(_mapping(block).get("grid")).items():
                merged["studies"][name]["grid"][axis] = spec
    return merged


def check(config: Mapping[str, Any], schema: Mapping[str, Any], scripts: Path, name: str = "config.yaml") -> None:
    """Raises Refused with one sentence that names the key, the rule and the value.

    scripts: the folder that holds `figures/<id>.py` and `tables/<id>.py`; name: of the files that the config is from.
    """
    for problem in _problems(config, schema, scripts):
        raise Refused(f"{name}: {problem}")


def alternatives(names: Iterable[str]) -> str:
    """Regular expression that matches these names alone (and nothing where there are none)."""
    return "|".join(names) or "(?!)"


def _problems(config: Mapping[str, Any], schema: Mapping[str, Any], scripts: Path) -> Iterator[str]:
    yield from _plain(config)
    yield from _against_schema(config, schema)
    yield from _names(config)
    rows = {name: _rows(block) for name, block in config["studies"].items()}
    if sum(rows.values()) > MOST_ROWS:
        most = max(rows, key=rows.__getitem__)
        yield f"studies must have at most {MOST_ROWS} rows in all, but have {sum(rows.values())}, most in {most}"
    for name, block in config["studies"].items():
        yield from _study(f"studies.{name}", block)
    batches = sum(map(_batches, config["studies"].values()))
    if batches > MOST_BATCHES:
        yield f"studies must have at most {MOST_BATCHES} batches in all, but have {batches}; raise values_per_batch"
    for kind, function in (("figures", "draw"), ("tables", "make")):
        for name, block in config[kind].items():
            for needed in block["data"]:
                if needed not in config["studies"]:
                    yield f"{kind}.{name}.data must name studies, but there is no study {needed!r}"
            script = scripts / kind / f"{name}.py"
            if not script.is_file():
                yield f"{kind}.{name} must have a script, but workflow/{scripts.name}/{kind}/{name}.py does not exist"
                continue
            given = {*block["data"], *(["printed"] if block.get("printed") else [])}
            wanted = source.arguments(script, function)
            if given != wanted:
                odd = ", ".join(sorted(given ^ wanted))
                yield f"{kind}.{name} must give what {function} in its script takes, but they differ in {odd}"
        for script in sorted((scripts / kind).glob("*.py")):
            if script.stem not in config[kind]:
                yield f"{kind} must list every script, but workflow/{scripts.name}/{kind}/{script.name} is not there"


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _study(key: str, block: Mapping[str, Any]) -> Iterator[str]:
    try:
        parameters = source.parameters(block["model"])
    except Refused as error:
        yield f"{key}.{error}"
        return
    axes, fixed, cases = block.get("grid", {}), block.get("fixed", {}), block.get("cases", [{}])
    settable = sorted(parameters.keys() - {"seed"})
    places: dict[str, str] = {}
    for part, names in (("grid", axes), ("fixed", fixed), ("cases", cases[0])):
        for name in names:
            if name not in settable:
                yield f"{key}.{part} must hold parameters of {block['model']} ({', '.join(settable)}), but has {name!r}"
            if name in places:
                yield f"{key} must set {name} once, but has it in both {places[name]} and {part}"
            places[name] = part
    for name in [name for name in settable if parameters[name].required and name not in places]:
        yield f"{key} must set {name}, which {block['model']} requires, but does not"
    for case in cases:
        if list(case) != list(cases[0]):
            yield f"{key}.cases must all set {', '.join(cases[0])} in this order, but one is {reprlib.repr(case)}"
    if len({tuple(case.values()) for case in cases}) < len(cases):
        yield f"{key}.cases must not repeat a case, but do"
    for name, spec in axes.items():
        wrong = list(_range(f"{key}.grid.{name}", spec))
        yield from wrong
        if wrong and "files_of" in spec:
            continue
        values = grid.axis(spec)
        yield from _values(f"{key}.grid.{name}", values)
        if len(set(values)) < len(values):
            yield f"{key}.grid.{name} must not repeat a value, but does so in {reprlib.repr(spec)}"
    for name in cases[0]:
        yield from _values(f"{key}.cases.{name}", [case[name] for case in cases])
    for name, value in fixed.items():
        yield from _values(f"{key}.fixed.{name}", [value])


def _range(key: str, spec: Any) -> Iterator[str]:
    if isinstance(spec, Mapping) and "files_of" in spec:
        try:
            grid.axis(spec)
        except Refused as error:
            yield f"{key}.{error}"
    elif isinstance(spec, Mapping):
        ((kind, ends),) = spec.items()
        first, last, _ = ends
        geometric = kind == "geomspace"
        if not math.isfinite(first) or not math.isfinite(last) or (geometric and min(first, last) <= 0):
            yield f"{key}.{kind} must run between {'positive, ' if geometric else ''}finite values, but is {ends}"
        elif not 0 < (last / first if geometric else abs(last - first) + 1) < math.inf:
            yield f"{key}.{kind} must span a finite {'ratio' if geometric else 'difference'}, but is {ends}"


def _values(key: str, values: list[Any]) -> Iterator[str]:
    """What is wrong with values that one parameter takes in turn."""
    for value in values:
        if value != value:
            yield f"{key} must not hold NaN, but is {reprlib.repr(values)}"
        if isinstance(value, str) and _is_number(value):
            yield f"{key} must hold numbers as YAML writes them, such as 1.0e-3 or .inf, but has the text {value!r}"
    kinds = {"number" if type(value) in (int, float) else type(value).__name__ for value in values}
    if len(kinds) > 1:
        odd = " and ".join(sorted(kinds))
        yield f"{key} must hold values of one kind, but holds {odd} in {reprlib.repr(values)}"


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _length(spec: Any) -> int:
    if isinstance(spec, Mapping) and "files_of" in spec:
        try:
            return len(grid.axis(spec))
        except Refused:  # of which _range tells
            return 1
    return int(next(iter(spec.values()))[2]) if isinstance(spec, Mapping) else len(spec)


def _rows(block: Mapping[str, Any]) -> int:
    return len(block.get("cases", [{}])) * math.prod(map(_length, block.get("grid", {}).values()))


def _batches(block: Mapping[str, Any]) -> int:
    outer = len(block["cases"]) if "cases" in block else _length(next(iter(block["grid"].values())))
    return math.ceil(outer / min(block.get("values_per_batch", outer), outer))


def _names(config: Mapping[str, Any]) -> Iterator[str]:
    for kind, taken in TAKEN.items():
        for name in config[kind]:
            if name in taken:
                yield f"{kind} must not use the names {', '.join(taken)}, but has {name!r}"


def _plain(config: Any) -> Iterator[str]:
    """What no part of the config may be: too deep, too much, or beyond what can be stored."""
    waiting: list[tuple[tuple[Any, ...], Any]] = [((), config)]
    seen = 0
    while waiting:
        path, value = waiting.pop()
        seen += 1
        if len(path) > MOST_LEVELS:
            yield f"{_dotted(path[:3])} must be at most {MOST_LEVELS} levels deep, but is deeper"
            return
        if seen > MOST_VALUES:
            yield f"the top level must hold at most {MOST_VALUES} values, but holds more"
            return
        if isinstance(value, Mapping):
            waiting += [((*path, key), part) for key, part in value.items()]
            waiting += [((*path, key), key) for key in value]
        elif isinstance(value, list | tuple | set):
            waiting += [((*path, i), part) for i, part in enumerate(value)]
        elif isinstance(value, int) and not -(2**63) <= value < 2**63:
            found = reprlib.repr(value) if value.bit_length() < 10_000 else f"{hex(value)[:20]} and so on"
            yield f"{_dotted(path)} must be an integer of 64 bits at most, but is {found}"
        elif isinstance(value, str) and not _is_text(value):
            yield f"{_dotted(path)} must be text that UTF-8 can hold, but is {reprlib.repr(value)}"


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in value


def _dotted(path: Iterable[Any]) -> str:
    parts = (str(part) if re.fullmatch(r"\w{1,80}", str(part)) else reprlib.repr(part) for part in path)
    return ".".join(parts) or "the top level"


class _OneOfEachKey(yaml.SafeLoader):
    """Reads YAML as Snakemake does, but refuses a mapping that has a key twice."""

    def compose_mapping_node(self, anchor: Any) -> yaml.MappingNode:
        node = super().compose_mapping_node(anchor)
        seen = set()
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode) and (key.tag, key.value) in seen:
                raise yaml.YAMLError(f"the key {key.value!r} stands twice{key.start_mark}")
            seen.add((key.tag, str(key.value)))
            if key.tag == "tag:yaml.org,2002:merge" and not isinstance(value, yaml.MappingNode):
                raise yaml.YAMLError(f"<< must take in one mapping{key.start_mark}")
        return node


def _against_schema(config: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[str]:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match

    errors = list(Draft202012Validator(schema).iter_errors(config))
    error = next((error for error in errors if error.validator == "additionalProperties"), None) or best_match(errors)
    if error is None:
        return
    key = _dotted(error.absolute_path)
    if error.validator == "additionalProperties":
        allowed = set(error.schema.get("properties", ()))
        unknown = sorted(set(error.instance) - allowed, key=repr)
        yield f"{key} may hold {', '.join(sorted(allowed))}, but has {', '.join(map(reprlib.repr, unknown))}"
    elif error.validator == "required":
        missing = [name for name in error.validator_value if name not in error.instance]
        yield f"{key} must have {', '.join(missing)}, but does not"
    else:
        yield f"{key} must be {error.schema['description']}, but is {reprlib.repr(error.instance)}"
