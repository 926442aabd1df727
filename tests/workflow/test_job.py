"""What a job reads: the tables that the config asks for now, and no other."""

from types import SimpleNamespace

import numpy as np
import pytest

from copies import about
from qnet.errors import Refused
from qnet.pipeline import job, study, table

MADE_OF = {"mok_map": ["b1", "b2"], "mok_decay": ["b3"]}


@pytest.fixture
def reading(tmp_path):
    """A job that reads the tables of two studies, as it stands before Snakemake, and the tables' paths."""
    paths = [tmp_path / f"{name}.parquet" for name in MADE_OF]
    for path in paths:
        written(path, path.stem, MADE_OF[path.stem])
    wanted = {name: study.table_digest(batches) for name, batches in MADE_OF.items()}
    params = SimpleNamespace(recipe={"data": wanted})
    return SimpleNamespace(input=SimpleNamespace(data=[str(path) for path in paths]), params=params), paths


def written(path, name, batches):
    columns = {"g1": np.arange(3.0), "concurrence": np.array([0.1, 0.2, len(batches)])}
    table.write(path, columns, about(columns), {"study": name, "batches": batches})


def test_tables_come_by_study_with_what_made_them(reading):
    found = job.tables(reading[0])
    assert list(found) == list(MADE_OF)
    for name, (columns, origin) in found.items():
        assert origin == {"study": name, "batches": MADE_OF[name]}
        assert columns["concurrence"].tolist() == [0.1, 0.2, len(MADE_OF[name])]
    frames = job.frames(reading[0])
    assert [frame.concurrence.iloc[-1] for frame in frames.values()] == [2, 1]


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize(("name", "batches"), [
    (None, ["b1", "b9"]), (None, ["b1"]), (None, ["b2", "b1"]), (None, []), ("mok_optima", None), ("", None),
])  # fmt: skip
def test_a_table_of_another_config_is_refused(reading, which, name, batches):
    """Other batches, fewer, in another order, none; or another study's with the same batches."""
    snakemake, paths = reading
    path = paths[which]
    name = path.stem if name is None else name
    batches = MADE_OF[path.stem] if batches is None else batches
    written(path, name, batches)
    wanted = f"study {path.stem}, digest {study.table_digest(MADE_OF[path.stem])}"
    held = f"study {name}, digest {study.table_digest(batches)}"
    for read in (job.tables, job.frames):
        with pytest.raises(Refused) as refused:
            read(snakemake)
        assert str(refused.value) == f"{path} must hold {wanted}, as config.yaml asks now, but holds {held}; delete it"


def test_a_table_in_the_place_of_another_is_refused(reading):
    snakemake, paths = reading
    paths[0].write_bytes(paths[1].read_bytes())
    with pytest.raises(Refused, match=r"mok_map.parquet must hold study mok_map, .* but holds study mok_decay, "):
        job.tables(snakemake)
