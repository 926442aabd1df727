"""Files: whole or absent, and named by what goes wrong with them."""

import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from copies import ROOT
from qnet.errors import Refused
from qnet.pipeline import files, table
from qnet.present import save


def test_a_failed_write_leaves_nothing(tmp_path):
    path = tmp_path / "x.txt"
    path.write_text("old", encoding="utf-8")

    def fail_halfway():
        with files.replacing(path) as temporary:
            temporary.write_text("half", encoding="utf-8")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_halfway()
    assert [p.name for p in tmp_path.iterdir()] == ["x.txt"]
    assert path.read_text(encoding="utf-8") == "old"


def test_bytes_reach_the_disk_before_the_name(tmp_path, monkeypatch):
    done, replace = [], os.replace
    monkeypatch.setattr(os, "fsync", lambda _: done.append("bytes"))
    monkeypatch.setattr(os, "replace", lambda *paths: done.append("name") or replace(*paths))
    write_text(tmp_path / "x")
    assert done == ["bytes", "name"]


def test_two_processes_may_write_the_same_file(tmp_path):
    """One does so while the other is at it; the last to end well is kept."""
    path = tmp_path / "x.txt"
    other = "import sys\nfrom qnet.pipeline import files\nwith files.replacing(sys.argv[1]) as path: path.write_text('other')"
    with files.replacing(path) as temporary:
        temporary.write_text("one", encoding="utf-8")
        subprocess.run([sys.executable, "-c", other, str(path)], cwd=ROOT, check=True)
        assert path.read_text(encoding="utf-8") == "other"
    assert path.read_text(encoding="utf-8") == "one"
    assert list(tmp_path.iterdir()) == [path]


def write_text(path):
    with files.replacing(path) as temporary:
        temporary.write_text("text", encoding="utf-8")


def write_csv(path):
    with files.replacing(path) as temporary:
        pd.DataFrame({"g1": [1.0]}).to_csv(temporary)


def write_table(path):
    table.write(path, {"g1": np.arange(3.0)}, {"g1": ("1", "made up")}, {})


def write_figure(kind):
    def write(path):
        save.figure(Figure(), **{name: path if name == kind else path.with_name(name) for name in KINDS})

    return write


KINDS = ("pdf", "png", "svg", "data")


@pytest.mark.parametrize("write", [write_text, write_csv, write_table, *map(write_figure, KINDS)])
def test_a_full_disk_is_named(tmp_path, write):
    (tmp_path / f".{os.getpid()}.x").symlink_to("/dev/full")
    with pytest.raises(Refused, match=r"x must be written whole, but the system refuses: No space left on device$"):
        write(tmp_path / "x")
    assert not [path for path in tmp_path.iterdir() if "x" in path.name]


def test_a_folder_in_the_way_is_named(tmp_path):
    (tmp_path / "results").write_text("", encoding="utf-8")
    with pytest.raises(Refused, match=r"results/x must be written whole, but the system refuses: "):
        write_text(tmp_path / "results/x")


@pytest.mark.parametrize("content", [b"", b'[{"id": 1', b"[1, \xff]"])
def test_damaged_json_is_named(tmp_path, content):
    path = tmp_path / "mok.json"
    path.write_bytes(content)
    with pytest.raises(Refused, match=r"mok.json must be complete JSON, but reading it failed \(.*\); delete it$"):
        files.read_json(path)
