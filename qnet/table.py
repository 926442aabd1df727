"""Tables on disk: Parquet with units and provenance, written whole or not at all; CSV and Markdown for readers."""

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from qnet import job
from qnet.quantities import QUANTITIES

_ORIGIN = b"qnet"
_DIGITS, _DIGITS_FOR_READING = 10, 6


@contextmanager
def replacing(path: str | Path) -> Iterator[Path]:
    """A temporary path that takes the place of `path` once the block ends well, and vanishes otherwise."""
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{os.getpid()}.{target.name}")
    try:
        yield temporary
        os.replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)


def write(path: str | Path, columns: Mapping[str, np.ndarray], origin: Mapping[str, Any]) -> None:
    """Writes columns as Parquet, each with its unit and meaning, and `origin`, what made them, as metadata."""
    described = []
    for name, values in columns.items():
        unit, meaning = QUANTITIES[name]
        kind = pa.string() if values.dtype.kind in "UO" else pa.from_numpy_dtype(values.dtype)
        described.append(pa.field(name, kind, nullable=False, metadata={"unit": unit, "description": meaning}))
    schema = pa.schema(described, metadata={_ORIGIN: json.dumps(origin)})
    table = pa.table(
        [pa.array(values, field.type) for values, field in zip(columns.values(), schema, strict=True)], schema
    )
    with replacing(path) as temporary:
        pq.write_table(table, temporary, write_page_checksum=True)


def read(path: str | Path) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """(columns, origin) of a Parquet file written by `write`. ValueError names a file that is damaged or foreign."""
    if not Path(path).is_file():
        raise ValueError(f"{path} must exist, but does not")
    try:
        table = pq.read_table(path, page_checksum_verification=True)
    except (pa.ArrowException, OSError) as error:
        raise ValueError(
            f"{path} must be a complete Parquet file, but reading it failed ({error}); delete it"
        ) from None
    metadata = table.schema.metadata or {}
    if _ORIGIN not in metadata:
        raise ValueError(f"{path} must be a table written by qnet, but carries no note of what made it; delete it")
    return {name: table[name].to_numpy() for name in table.column_names}, json.loads(metadata[_ORIGIN])


def merge(study: str, expected: Mapping[str, Sequence], files: Mapping[str, str]) -> dict[str, np.ndarray]:
    """The rows of a study from its batch files, keyed by digest in the order of the rows.

    Raises ValueError where a file is damaged or of another study or configuration, a row is missing or out of place,
    columns differ between files, or a value is NaN.
    """
    parts: list[dict[str, np.ndarray]] = []
    for digest, path in files.items():
        columns, origin = read(path)
        if (origin.get("study"), origin.get("digest")) != (study, digest):
            found = f"study {origin.get('study')}, digest {origin.get('digest')}"
            raise ValueError(f"{path} must hold study {study}, digest {digest}, but holds {found}; delete it")
        if parts and list(columns) != list(parts[0]):
            odd = ", ".join(sorted(set(columns) ^ set(parts[0])))
            raise ValueError(
                f"{path} must have the columns of the study's other batches, but differs in {odd}; delete it"
            )
        parts.append(columns)
    merged = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    for name, rows in expected.items():
        if name not in merged:
            raise ValueError(f"study {study} must have a column {name}, but its batch files lack it; delete them")
        if not np.array_equal(merged[name], np.asarray(rows)):
            raise ValueError(
                f"study {study} must have the rows of its grid, but column {name} differs; delete its files"
            )
    for name, values in merged.items():
        if values.dtype.kind == "f" and np.isnan(values).any():
            row = int(np.flatnonzero(np.isnan(values))[0])
            raise ValueError(f"study {study} must have no NaN, but column {name} has one in row {row}")
    return merged


def render(make: Callable[..., pd.DataFrame], snakemake: Any) -> None:
    """Runs a table script: reads the studies that `make` names, writes its frame as CSV and Markdown."""
    with job.running(snakemake):
        frame = make(**arguments(snakemake))
        with replacing(snakemake.output.csv) as temporary:
            _text(frame, _DIGITS).to_csv(temporary, index=False, lineterminator="\n")
        with replacing(snakemake.output.md) as temporary:
            temporary.write_text(markdown(frame))


def arguments(snakemake: Any) -> dict[str, Any]:
    """Keyword arguments of a script's function: a frame per study, and `printed` where the config has it."""
    studies = {Path(path).stem: pd.DataFrame(read(path)[0]) for path in snakemake.input.data}
    printed = snakemake.params.printed
    return studies | ({"printed": printed} if printed else {})


def markdown(frame: pd.DataFrame) -> str:
    """The frame as a Markdown table, numbers to six significant digits."""
    rows = [list(frame.columns), ["---"] * len(frame.columns), *_text(frame, _DIGITS_FOR_READING).values.tolist()]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _text(frame: pd.DataFrame, digits: int) -> pd.DataFrame:
    def cell(value: object) -> str:
        if isinstance(value, bool | np.bool_):
            return str(value).lower()
        if isinstance(value, float | np.floating):
            return "" if np.isnan(value) else f"{value:.{digits}g}"
        return str(value)

    return frame.map(cell).astype(str)
