"""Tables on disk: whole or absent, described, and suspicious of strangers."""

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from copies import about
from qnet.errors import Refused
from qnet.pipeline import table

ORIGIN = {"study": "s", "digest": "d1"}


@pytest.fixture
def batch(tmp_path):
    def write(name="d1", origin=None, **columns):
        path = tmp_path / f"{name}.parquet"
        columns = columns or {"g1": np.arange(1000.0), "concurrence": np.linspace(0, 1, 1000)}
        table.write(path, columns, about(columns), origin or {"study": "s", "digest": name})
        return path

    return write


def test_round_trip_with_units(batch):
    path = batch()
    columns, origin = table.read(path)
    np.testing.assert_array_equal(columns["g1"], np.arange(1000.0))
    assert origin == ORIGIN
    field = pq.read_schema(path).field("g1")
    assert field.metadata == {b"unit": b"1", b"description": b"made up"}
    assert table.about(path) == about(columns)
    assert not field.nullable


def test_same_bytes_twice(batch):
    first = batch().read_bytes()
    assert batch().read_bytes() == first


def test_all_kinds_of_columns(batch):
    path = batch(hold=np.array(["gamma_r", "gamma_total"]), equal_rates=np.array([True, False]), g1=np.array([1, 2]))
    kinds = {name: values.dtype.kind for name, values in table.read(path)[0].items()}
    assert kinds == {"hold": "O", "equal_rates": "b", "g1": "i"}


def test_every_bit_of_a_table_is_guarded(tmp_path):
    """A flipped bit anywhere, names and units included, is refused unless it says the very same: unused space."""
    path = tmp_path / "d1.parquet"
    columns = {"hold": np.array(["gamma_r", "gamma_total"] * 8), "g1": np.arange(16) / 8, "links": np.arange(16)}
    table.write(path, columns, about(columns), ORIGIN)

    def said():
        read, origin = table.read(path)
        schema = pq.read_schema(path)
        return [(name, values.tolist(), schema.field(name).metadata) for name, values in read.items()], origin

    good, whole = path.read_bytes(), said()
    refused = 0
    bits = np.random.default_rng(1).choice(8 * len(good), 600, replace=False)
    for bit in bits.tolist():
        bad = bytearray(good)
        bad[bit // 8] ^= 1 << bit % 8
        path.write_bytes(bad)
        try:
            assert said() == whole
        except Refused as error:
            assert str(path) in str(error)  # noqa: PT017
            refused += 1
    assert refused > 400


@pytest.mark.parametrize("content", [b"", b"PAR1", b"not a table at all"])
def test_truncated_file_is_named(batch, content):
    path = batch()
    path.write_bytes(content)
    with pytest.raises(Refused, match=r"d1.parquet must be a complete Parquet file, but .*; delete it"):
        table.read(path)


def test_missing_and_foreign_files_are_named(tmp_path):
    with pytest.raises(Refused, match=r"absent.parquet must exist, but does not"):
        table.read(tmp_path / "absent.parquet")
    pd.DataFrame({"g1": [1.0]}).to_parquet(tmp_path / "foreign.parquet")
    with pytest.raises(Refused, match=r"foreign.parquet must be a table written by qnet"):
        table.read(tmp_path / "foreign.parquet")


def merge(paths, expected):
    return table.merge("s", expected, {path.stem: str(path) for path in paths})


def test_merge_joins_in_order(batch):
    one, two = (
        batch("d1", g1=np.array([1.0]), fidelity=np.array([0.1])),
        batch("d2", g1=np.array([2.0]), fidelity=np.array([0.2])),
    )
    merged = merge([one, two], {"g1": [1.0, 2.0]})
    np.testing.assert_array_equal(merged["fidelity"], [0.1, 0.2])


@pytest.mark.parametrize(("columns", "origin", "message"), [
    ({"g1": [2.0], "fidelity": [0.2]}, {"study": "t", "digest": "d2"}, "must hold study s, digest d2, but holds study t"),
    ({"g1": [2.0], "fidelity": [0.2]}, {"study": "s", "digest": "d9"}, "but holds study s, digest d9; delete it"),
    ({"g1": [2.0]}, None, "must have the columns of the study's other batches, but differs in fidelity"),
    ({"g1": [3.0], "fidelity": [0.2]}, None, "study s must have the rows of its grid, but column g1 differs"),
    ({"g1": [2.0, 3.0], "fidelity": [0.2, 0.3]}, None, "study s must have the rows of its grid, but column g1 differs"),
    ({"g1": [2.0], "fidelity": [np.nan]}, None, "study s must have no NaN, but column fidelity has one in row 1"),
])  # fmt: skip
def test_merge_refuses_strangers(batch, columns, origin, message):
    one = batch("d1", g1=np.array([1.0]), fidelity=np.array([0.1]))
    two = batch("d2", origin, **{name: np.array(values) for name, values in columns.items()})
    with pytest.raises(Refused, match=message):
        merge([one, two], {"g1": [1.0, 2.0]})


def test_merge_misses_a_column(batch):
    with pytest.raises(Refused, match="study s must have a column g2, but its batch files lack it"):
        merge([batch()], {"g2": [1.0]})


def test_arrays_of_any_layout_are_kept_as_they_are(tmp_path):
    """Strided, of the other byte order, of few bytes, of no row; words beyond ASCII; bits that do not fill a byte."""
    given = {
        "strided": np.arange(12.0)[::4], "swapped": np.array([1.0, 2.5, -3.0], ">f8"), "small": np.array([1, 2, 255], np.uint8),
        "constant": np.broadcast_to(1.5, (3,)), "flag": np.array([True, False, True]), "word": np.array(["", "\u00e9", "\U0001d11e"]),
    }  # fmt: skip
    for rows in (3, 0):
        columns = {name: values[:rows] for name, values in given.items()}
        table.write(tmp_path / "t.parquet", columns, about(columns), {})
        found, _ = table.read(tmp_path / "t.parquet")
        for name, values in columns.items():
            assert found[name].tolist() == values.tolist(), name


@pytest.mark.parametrize(("values", "error"), [
    (np.arange(6.0).reshape(2, 3), ValueError), (np.array(1.0), ValueError), (np.array([1, None], object), TypeError),
])  # fmt: skip
def test_what_is_no_column_is_no_table(tmp_path, values, error):
    with pytest.raises(error):
        table.write(tmp_path / "t.parquet", {"x": values}, about(["x"]), {})
    assert not list(tmp_path.iterdir())
