"""What a job reads: the tables that the config asks for now, and no other; and what it says when it fails."""

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


def test_a_refusal_is_one_sentence_and_in_the_log(tmp_path):
    snakemake = SimpleNamespace(log=[str(tmp_path / "log")], params=SimpleNamespace())
    with pytest.raises(SystemExit, match=r"^Error: g1 must be finite$"), job.running(snakemake):
        raise Refused("g1 must be finite")
    log = (tmp_path / "log").read_text(encoding="utf-8")
    assert "refused: g1 must be finite" in log
    assert "Traceback" in log


def test_code_that_was_edited_meanwhile_ends_the_job(tmp_path):
    params = SimpleNamespace(recipe={"code": {"qnet/present/markdown.py": "0" * 16}})
    snakemake = SimpleNamespace(log=[str(tmp_path / "log")], params=params)
    message = (
        r"^Error: code must stay as it was when the run began, but qnet/present/markdown.py has changed; run again$"
    )
    with pytest.raises(SystemExit, match=message), job.running(snakemake):
        pass


@pytest.mark.parametrize("error", [KeyError, ValueError])
def test_a_bug_keeps_its_traceback(tmp_path, error):
    """A ValueError too, such as NumPy's for shapes that do not broadcast: it is no refusal of ours."""
    snakemake = SimpleNamespace(log=[str(tmp_path / "log")], params=SimpleNamespace())
    with pytest.raises(error), job.running(snakemake):
        raise error("oops")
    assert "Traceback" in (tmp_path / "log").read_text(encoding="utf-8")


def test_a_log_that_cannot_be_written_hides_nothing():
    snakemake = SimpleNamespace(log=["/dev/full"], params=SimpleNamespace())
    with pytest.raises(SystemExit, match=r"^Error: g1 must be finite$"), job.running(snakemake):
        raise Refused("g1 must be finite")
