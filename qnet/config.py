"""Checks `config.yaml` before any work starts: by schema, then for what a schema cannot say."""

import reprlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from qnet import study


def check(config: Mapping[str, Any], schema: Mapping[str, Any], scripts: Path) -> None:
    """Raises ValueError with one sentence that names the key, the rule and the value.

    `scripts` is the folder that holds `figures/<id>.py` and `tables/<id>.py`.
    """
    for problem in _problems(config, schema, scripts):
        raise ValueError(f"config.yaml: {problem}")


def alternatives(names: Iterable[str]) -> str:
    """Regular expression that matches these names alone (and nothing where there are none)."""
    return "|".join(names) or "(?!)"


def _problems(config: Mapping[str, Any], schema: Mapping[str, Any], scripts: Path) -> Iterator[str]:
    yield from _against_schema(config, schema)
    for name, block in config["studies"].items():
        yield from _study(f"studies.{name}", block)
    for kind in ("figures", "tables"):
        for name, block in config[kind].items():
            for needed in block["data"]:
                if needed not in config["studies"]:
                    yield f"{kind}.{name}.data must name studies, but there is no study {needed!r}"
            if not (scripts / kind / f"{name}.py").is_file():
                yield f"{kind}.{name} must have a script, but {scripts.name}/{kind}/{name}.py does not exist"
        for script in sorted((scripts / kind).glob("*.py")):
            if script.stem not in config[kind]:
                yield f"{kind} must list every script, but {scripts.name}/{kind}/{script.name} is not there"


def _study(key: str, block: Mapping[str, Any]) -> Iterator[str]:
    try:
        known, required = study.parameters(block["model"])
    except ValueError as error:
        yield f"{key}.{error}"
        return
    grid, fixed, cases = block.get("grid", {}), block.get("fixed", {}), block.get("cases", [{}])
    settable = sorted(known - {"seed"})
    places: dict[str, str] = {}
    for part, names in (("grid", grid), ("fixed", fixed), ("cases", cases[0])):
        for name in names:
            if name not in settable:
                yield f"{key}.{part} must hold parameters of {block['model']} ({', '.join(settable)}), but has {name!r}"
            if name in places:
                yield f"{key} must set {name} once, but has it in both {places[name]} and {part}"
            places[name] = part
    for name in sorted(required - {"seed"} - set(places)):
        yield f"{key} must set {name}, which {block['model']} requires, but does not"
    for case in cases:
        if list(case) != list(cases[0]):
            yield f"{key}.cases must all set {', '.join(cases[0])} in this order, but one is {case}"
    if any(cases.count(case) > 1 for case in cases):
        yield f"{key}.cases must not repeat a case, but do"
    for name, spec in grid.items():
        if isinstance(spec, Mapping) and "geomspace" in spec and min(spec["geomspace"][:2]) <= 0:
            yield f"{key}.grid.{name}.geomspace must run between positive values, but is {spec['geomspace']}"
            return
        values = study.axis(spec)
        if len(set(values)) < len(values):
            yield f"{key}.grid.{name} must not repeat a value, but does so in {spec}"


def _against_schema(config: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[str]:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match

    error = best_match(Draft202012Validator(schema).iter_errors(config))
    if error is None:
        return
    key = ".".join(map(str, error.absolute_path)) or "the top level"
    if error.validator == "additionalProperties":
        allowed = set(error.schema.get("properties", ()))
        unknown = sorted(set(error.instance) - allowed)
        yield f"{key} may hold {', '.join(sorted(allowed))}, but has {', '.join(map(repr, unknown))}"
    elif error.validator == "required":
        missing = [name for name in error.validator_value if name not in error.instance]
        yield f"{key} must have {', '.join(missing)}, but does not"
    else:
        yield f"{key} must be {error.schema['description']}, but is {reprlib.repr(error.instance)}"
