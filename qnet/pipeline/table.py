"""Tables on disk: Parquet with units, provenance and a seal over both and the values."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from qnet.errors import Refused
from qnet.pipeline.files import replacing

_ORIGIN, _SEAL = b"qnet", b"seal"
About = tuple[str, str]  # unit and meaning of a column


def write(
    path: str | Path, columns: Mapping[str, np.ndarray], about: Mapping[str, About], origin: Mapping[str, Any]
) -> None:
    """Writes columns as Parquet, with what each is about and `origin`, what made them, as metadata."""
    described = []
    for name, values in columns.items():
        unit, meaning = about[name]
        kind = pa.string() if values.dtype.kind in "UO" else pa.from_numpy_dtype(values.dtype)
        described.append(pa.field(name, kind, nullable=False, metadata={"unit": unit, "description": meaning}))
    schema = pa.schema(described, metadata={_ORIGIN: json.dumps(origin)})
    arrays = [_array(values, field.type) for values, field in zip(columns.values(), schema, strict=True)]
    table = pa.table(arrays, schema)
    table = table.replace_schema_metadata({**schema.metadata, _SEAL: _seal(table)})
    with replacing(path) as temporary:
        pq.write_table(table, temporary, write_page_checksum=True)


def read(path: str | Path) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """(columns, origin) of a Parquet file written by `write`. Refused names a file that is damaged or foreign."""
    if not Path(path).is_file():
        raise Refused(f"{path} must exist, but does not")
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            table = file.read()
        seal = _seal(table)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise Refused(f"{path} must be a complete Parquet file, but reading it failed ({error}); delete it") from None
    metadata = table.schema.metadata or {}
    if _ORIGIN not in metadata:
        raise Refused(f"{path} must be a table written by qnet, but carries no note of what made it; delete it")
    if metadata.get(_SEAL) != seal:
        raise Refused(f"{path} must hold what was written to it, but has changed since; delete it")
    return {name: _values(table[name]) for name in table.column_names}, json.loads(metadata[_ORIGIN])


def _array(values: np.ndarray, kind: pa.DataType) -> pa.Array:
    """What `pa.array` gives, which imports pandas, for a fifth of a second that most jobs have no other use for."""
    if values.ndim != 1:
        raise ValueError(f"a column must have one dimension, but has the shape {values.shape}")
    if kind == pa.string():
        words = [str.encode(word) for word in values]
        ends = np.cumsum([0, *map(len, words)], dtype=np.int32)
        return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(ends), pa.py_buffer(b"".join(words))])
    native = np.ascontiguousarray(values, values.dtype.newbyteorder("="))
    held = np.packbits(native, bitorder="little") if kind == pa.bool_() else native
    return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(held)])


def _values(column: pa.ChunkedArray) -> np.ndarray:
    """What `column.to_numpy()` gives, which imports pandas as well."""
    words = column.type == pa.string()
    return np.array(column.to_pylist(), dtype=object if words else column.type.to_pandas_dtype())


def about(path: str | Path) -> dict[str, About]:
    """What the columns of a file written by `write` are about, which `read` has to check first."""
    said = {field.name: field.metadata for field in pq.read_schema(path)}
    return {name: (of[b"unit"].decode(), of[b"description"].decode()) for name, of in said.items()}


def _seal(table: pa.Table) -> bytes:
    """Digest of all that a table says: checksums of its pages leave out names, units, kinds and origin."""
    described = [(field.name, str(field.type), sorted((field.metadata or {}).items())) for field in table.schema]
    origin = (table.schema.metadata or {}).get(_ORIGIN)
    values = [column.to_pylist() for column in table.columns]
    return hashlib.sha256(repr((described, origin, values)).encode()).hexdigest().encode()


def merge(study: str, expected: Mapping[str, Sequence], files: Mapping[str, str]) -> dict[str, np.ndarray]:
    """The rows of a study from its batch files, keyed by digest in the order of the rows.

    Raises Refused where a file is damaged or of another study or configuration, a row is missing or out of place,
    columns differ between files, or a value is NaN.
    """
    parts: list[dict[str, np.ndarray]] = []
    for digest, path in files.items():
        columns, origin = read(path)
        if (origin.get("study"), origin.get("digest")) != (study, digest):
            found = f"study {origin.get('study')}, digest {origin.get('digest')}"
            raise Refused(f"{path} must hold study {study}, digest {digest}, but holds {found}; delete it")
        if parts and list(columns) != list(parts[0]):
            odd = ", ".join(sorted(set(columns) ^ set(parts[0])))
            raise Refused(f"{path} must have the columns of the study's other batches, but differs in {odd}; delete it")
        parts.append(columns)
    merged = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    for name, rows in expected.items():
        if name not in merged:
            raise Refused(f"study {study} must have a column {name}, but its batch files lack it; delete them")
        if not np.array_equal(merged[name], np.asarray(rows)):
            raise Refused(f"study {study} must have the rows of its grid, but column {name} differs; delete its files")
    for name, values in merged.items():
        if values.dtype.kind == "f" and np.isnan(values).any():
            row = int(np.flatnonzero(np.isnan(values))[0])
            raise Refused(f"study {study} must have no NaN, but column {name} has one in row {row}")
    return merged
