"""Runs a model, found by its name, over the rows of a batch. The one place of the workflow that calls physics."""

import hashlib
import importlib
import inspect
import itertools
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, get_args, get_type_hints

import attrs
import numpy as np

from qnet.errors import Refused
from qnet.pipeline import grid, source
from qnet.pipeline.grid import Value
from qnet.pipeline.recipe import KNOWN
from qnet.pipeline.study import Batch
from qnet.records import Quantity, Record

Columns = dict[str, np.ndarray]
_PROGRESS_STEPS = 10


@dataclass(frozen=True)
class Model:
    """A model as the workflow sees it: flat parameters in, columns out, each with what it is.

    records: the classes of its positional parameters, by their names. Where there are several, a parameter of that name
    says which, in a word: the name of the class as `snake_case` has it. The first one is it where nothing is said.
    by_row: whether it takes one row at a time. parameters, results: what they are, by name; `seed` is not among them.
    """

    function: Callable[..., Any]
    records: dict[str, dict[str, type[Record]]]
    by_row: bool
    parameters: dict[str, Quantity]
    results: dict[str, Quantity]

    def __call__(self, columns: Mapping[str, Any], count: int) -> Columns:
        """The results for `count` rows. Columns have one value a row, or one for all rows."""
        if not self.by_row:
            found = self._called(columns)
            return {name: _column(name, getattr(found, name), count) for name in self.results}
        each = {name: np.broadcast_to(values, (count,)) for name, values in columns.items()}
        rows = [self._called({name: values[i].item() for name, values in each.items()}) for i in range(count)]
        return {name: _column(name, [getattr(row, name) for row in rows], count) for name in self.results}

    def _called(self, values: Mapping[str, Any]) -> Any:
        rest, given = dict(values), []
        for name, kinds in self.records.items():
            record = kinds[rest.pop(name, next(iter(kinds)))] if len(kinds) > 1 else next(iter(kinds.values()))
            names = {field.name for field in attrs.fields(record)}
            given.append(record(**{name: rest.pop(name) for name in names & set(rest)}))
        return self.function(*given, **rest)

    def unfit(self, values: Mapping[str, Any]) -> str | None:
        """What is wrong, if anything, with the parameters given for records of which a word says the kind."""
        for name, kinds in self.records.items():
            word = values.get(name, next(iter(kinds))) if len(kinds) > 1 else next(iter(kinds))
            fields = {field.name: field for field in attrs.fields(kinds[word])}
            others = {field.name for kind in kinds.values() for field in attrs.fields(kind)} - fields.keys()
            for each in sorted(others & values.keys()):
                return f"must set {each} for what has it, but {name} is {word}, which takes {', '.join(fields)}"
            for each, field in fields.items():
                if field.default is attrs.NOTHING and each not in values:
                    return f"must set {each}, which {name} {word} requires, but does not"
                quantity = field.metadata["quantity"]
                if isinstance(values.get(each), str) and quantity.what is not str and values[each] not in quantity.what:
                    allowed = ", ".join(quantity.what)
                    return f"must set {each} to one of {allowed}, where {name} is {word}, but it is {values[each]!r}"
        return None


def _column(name: str, values: Any, count: int) -> np.ndarray:
    array = np.asarray(values)
    if array.shape not in ((), (count,)):
        raise Refused(f"{name} must be one value a row, but has the shape {array.shape} for {count} rows")
    return np.broadcast_to(array, (count,))


def model(name: str) -> Model:
    """The model of a name such as "chiral.peak_concurrence".

    Raises Refused where a parameter or a result does not say what it is: its column would have no unit and no meaning,
    and a wrong value would be found by a job, not before all work.
    """
    package, _, function_name = name.rpartition(".")
    function = getattr(importlib.import_module(f"qnet.{package}"), function_name)
    hints = get_type_hints(function, include_extras=True)
    named = inspect.signature(function).parameters.values()
    kinds = {p.name: get_args(hints[p.name]) or (hints[p.name],) for p in named if p.kind is not p.KEYWORD_ONLY}
    records = {name: {_word(kind): kind for kind in each} for name, each in kinds.items()}
    each_record = [record for each in kinds.values() for record in each]
    parameters = {f.name: f.metadata.get("quantity") for record in each_record[::-1] for f in attrs.fields(record)}
    for name, each in records.items():
        if len(each) > 1:
            parameters[name] = Quantity("", f"which {name}", tuple(each))
    for parameter in named:
        if parameter.kind is parameter.KEYWORD_ONLY and parameter.name != "seed":
            parameters[parameter.name] = next(_quantities(hints[parameter.name]), None)
    results = {found.name: found.metadata.get("quantity") for found in _columns(hints["return"])}
    owners = {field.name: record for record in each_record for field in attrs.fields(record)}
    owners |= {found.name: hints["return"] for found in _columns(hints["return"])}
    unsaid = [("parameter", each) for each, found in parameters.items() if found is None or found.what is None]
    unsaid += [("result", each) for each, found in results.items() if found is None]
    for kind, each in unsaid[:1]:
        place = inspect.getsourcefile(owners.get(each, function)) or function.__module__
        raise Refused(
            f"{name} must say the unit and the meaning of each parameter and result, and which values parameters take, "
            f"but does not of its {kind} {each}; add metadata=about(...) or Annotated[..., Quantity(...)] in "
            f"{place.removeprefix(f'{source.ROOT}/')}"
        )
    for each in parameters.keys() & results.keys():
        raise Refused(f"{name} must have another name for its result {each}, which a parameter has as well")
    by_row = any(not record.broadcasts for record in each_record)
    return Model(function, records, by_row, parameters, results)


def _word(record: type[Record]) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", record.__name__).lower()


def _quantities(hint: Any) -> Iterator[Quantity]:
    return (each for each in getattr(hint, "__metadata__", ()) if isinstance(each, Quantity))


def _columns(results: Any) -> Iterator[Any]:
    return iter(attrs.fields(results) if attrs.has(results) else fields(results))


def check(studies: Mapping[str, Mapping[str, Any]], files: str) -> None:
    """Raises Refused, before any work, where a value of a study is none that its model takes, by the rule of its own.

    What rules say of several parameters together is left to the job. files: names of those that the config is from.
    """
    for study, block in studies.items():
        found, declared, cases = model(block["model"]), source.parameters(block["model"]), block.get("cases", [{}])
        values = {f"fixed.{name}": [value] for name, value in block.get("fixed", {}).items()}
        values |= {f"cases.{name}": [case[name] for case in cases] for name in cases[0]}
        values |= {f"grid.{name}": grid.axis(spec) for name, spec in block.get("grid", {}).items()}
        for place, given in values.items():
            name = place.partition(".")[2]
            as_declared = [declared[name].declared(value) for value in given]
            found.parameters[name].checked(f"{files}: studies.{study}.{place}", as_declared)
        axes = {name: grid.axis(spec) for name, spec in block.get("grid", {}).items() if name in found.records}
        for case, row in itertools.product(cases, itertools.product(*axes.values())):
            words = block.get("fixed", {}) | case | dict(zip(axes, row, strict=True))
            if wrong := found.unfit(dict.fromkeys(block.get("grid", {})) | words):
                raise Refused(f"{files}: studies.{study} {wrong}")


def compute(batch: Batch, progress: Callable[[str], None] = lambda _: None) -> tuple[Columns, dict[str, Quantity]]:
    """Axis and result columns of a batch, and what each is. A model that takes `seed` gets one per row.

    It is made of the seed of the config, the study and the row.
    """
    found = model(batch.model)
    source.remember(KNOWN)
    if source.of_model(batch.model) != batch.code:
        raise Refused(f"code of {batch.model} must stay as it was when the run began, but has changed; run again")
    rows_as_columns = grid.columns(batch.cases, batch.axes)
    table = {key: np.asarray(values) for key, values in rows_as_columns.items()}
    columns = dict(table)
    if batch.seed is not None:
        rows = zip(*rows_as_columns.values(), strict=True)
        columns["seed"] = np.array([_row_seed(batch, row) for row in rows], dtype=np.uint64)
    size = len(next(iter(table.values())))
    bounds = np.linspace(0, size, min(size, _PROGRESS_STEPS) + 1).astype(int)
    parts = []
    for first, last in itertools.pairwise(bounds):
        given = {key: values[first:last] for key, values in columns.items()}
        parts.append(found(batch.fixed | given, last - first))
        progress(f"{last} of {size} rows")
    results = {name: np.concatenate([part[name] for part in parts]) for name in found.results}
    return table | results, {name: found.parameters[name] for name in table} | found.results


def _row_seed(batch: Batch, row: Sequence[Value]) -> int:
    """From the row's values, not its place: rows can be added, reordered or batched without changing the others."""
    text = json.dumps([batch.seed, batch.study, row])
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1
