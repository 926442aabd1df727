"""Killed, interrupted, without room, twice at once, damaged, out of date: a sentence, and no more lost than that."""

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
import yaml

from copies import Project, copied, running, wait_for
from qnet.pipeline import table

MODEL = '''
"""Halves a number, and waits as long as there is a file that says so."""

import os
import time
from dataclasses import dataclass, field
from pathlib import Path

import attrs
import numpy as np

from qnet import checks
from qnet.records import Arrays, Floats, about, array


@attrs.frozen(kw_only=True, eq=False)
class Whole(Arrays):
    g1: Floats = attrs.field(converter=array, metadata=about("1", "a number", checks.FINITE))


@dataclass(frozen=True)
class Half:
    fidelity: np.ndarray = field(metadata=about("1", "half of it"))


def half(whole: Whole) -> Half:
    for value in whole.g1:
        Path(f"begun_{value}").write_text(str(os.getpid()))
        while Path(f"hold_{value}").exists():
            time.sleep(0.02)
    return Half(whole.g1 / 2)
'''
SCRIPT = '''
"""The halves."""

from qnet.present import markdown


def make(halves):
    return halves


if __name__ == "__main__":
    markdown.render(make, snakemake)
'''
TARGET = "figures/seen.csv"
HALVES = {"model": "waiting.half", "grid": {"g1": [0.25, 0.5, 1.0]}, "values_per_batch": 1}
NO_ROOM = "must be written whole, but the system refuses: No space left on device"


class Site(Project):
    """A folder in which one study of three batches and one table of it have been made."""

    def __init__(self, root: Path, folder: Path, runs: ExitStack) -> None:
        super().__init__(root, folder)
        self.runs = runs
        self.good = {path: path.read_bytes() for kind in ("results", "figures") for path in _files(folder / kind)}
        self.results = folder / "results"
        self.table = self.results / "halves.parquet"
        self.batch = {table.read(path)[0]["g1"][0]: path for path in (self.results / "halves").glob("*.parquet")}
        self.lost = self.batch[0.5]
        self.due_again = [f"simulate {self.lost.stem}", "aggregate halves", "table seen", "publish seen"]
        self.other = folder / "other.yaml"
        config = yaml.safe_load((root / "config.yaml").read_bytes())
        config["studies"]["halves"]["grid"] = {"g1": [0.25, 0.5]}
        self.other.write_text(yaml.safe_dump(config), encoding="utf-8")

    def lose(self, *paths: Path) -> None:
        """Takes these and what is made of them away."""
        made = [path for kind in ("results/tracked/figures", "figures") for path in (self.folder / kind).iterdir()]
        for path in (*paths, self.table, *made):
            path.unlink(missing_ok=True)

    def start_and_hold(self, *arguments: str) -> tuple[subprocess.Popen[str], int]:
        """A run that waits in the middle of the lost batch, and the process that does."""
        (self.folder / "hold_0.5").touch()
        begun = self.folder / "begun_0.5"
        begun.unlink(missing_ok=True)
        process = self.runs.enter_context(self.start(TARGET, *arguments))
        wait_for(lambda: (begun.is_file() and begun.read_text(encoding="utf-8")) or process.poll() is not None)
        return process, int(begun.read_text(encoding="utf-8"))

    def release(self) -> None:
        (self.folder / "hold_0.5").unlink()

    def is_whole(self) -> bool:
        """Every file is there with its bytes, and no other."""
        return {path: path.read_bytes() for kind in ("results", "figures") for path in _files(self.folder / kind)} == (
            self.good
        )


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def output_of(process: subprocess.Popen[str]) -> str:
    stdout, stderr = process.communicate()
    assert process.returncode != 0
    return stdout + stderr


@pytest.fixture(scope="module")
def finished(tmp_path_factory) -> Project:
    made = copied(tmp_path_factory.mktemp("code"))
    for script in (made.root / "workflow/scripts").glob("*s/**/*.py"):
        script.unlink()
    (made.root / "workflow/scripts/tables/seen.py").write_text(SCRIPT.lstrip(), encoding="utf-8")
    (made.root / "qnet/waiting").mkdir()
    (made.root / "qnet/waiting/__init__.py").write_text("from qnet.waiting.model import half\n", encoding="utf-8")
    (made.root / "qnet/waiting/model.py").write_text(MODEL.lstrip(), encoding="utf-8")
    code = made.root / "qnet/pipeline/source.py"
    code.write_text(
        code.read_text(encoding="utf-8").replace('PHYSICS = ("chiral"', 'PHYSICS = ("waiting", "chiral"'),
        encoding="utf-8",
    )
    made.configure(studies={"halves": HALVES}, figures={}, tables={"seen": {"data": ["halves"], "caption": "Halves."}})
    there = Project(made.root, tmp_path_factory.mktemp("finished"))
    assert len(there.run(TARGET)) == 6
    return there


@pytest.fixture
def site(finished, tmp_path) -> Site:
    folder = tmp_path / "site"
    shutil.copytree(finished.folder, folder)
    with ExitStack() as runs:
        yield Site(finished.root, folder, runs)


@pytest.fixture
def mount():
    """Mounts, undone at the end."""
    mounted = []

    def do(target: Path, *options: str) -> None:
        done = subprocess.run(["mount", *options, str(target)], capture_output=True, encoding="utf-8")
        if done.returncode:
            pytest.skip(f"mounting a disk needs more rights: {done.stderr.strip()}")
        mounted.append(target)

    yield do
    for target in dict.fromkeys(reversed(mounted)):
        subprocess.run(["umount", str(target)], check=True)


@pytest.fixture
def full(mount):
    """Puts a folder on a small disk of its own without any room left; gives what takes the room."""

    def fill(folder: Path) -> Path:
        aside = folder.with_name("aside")
        shutil.copytree(folder, aside)
        mount(folder, "-t", "tmpfs", "-o", "size=512k", "tmpfs")
        shutil.copytree(aside, folder, dirs_exist_ok=True)
        shutil.rmtree(aside)
        filler = folder / "filler"
        with pytest.raises(OSError, match="No space left"):
            filler.write_bytes(bytes(2**20))
        return filler

    return fill


def test_a_killed_job_is_named_and_done_again(site):
    site.lose(site.lost)
    process, job = site.start_and_hold()
    os.kill(job, signal.SIGKILL)
    said = output_of(process)
    assert "died with <Signals.SIGKILL: 9>" in said
    assert f"output: results/halves/{site.lost.name}" in said[said.index("Error in rule simulate") :]
    assert not site.lost.exists()
    site.release()
    assert site.run(TARGET) == site.due_again
    assert site.is_whole()


def test_a_killed_run_leaves_a_lock_and_goes_on_once_unlocked(site):
    """The job outlives the run and ends well; having no record of that, the next run does it again."""
    site.lose(site.lost)
    process, _ = site.start_and_hold()
    process.kill()
    process.wait()
    said = site.fails(TARGET)
    assert "Directory cannot be locked" in said
    assert "can be removed with the --unlock argument" in said
    site.release()
    wait_for(site.lost.is_file)
    site.run("--unlock")
    assert site.run(TARGET) == site.due_again
    assert site.is_whole()


def test_interrupted_runs_end_without_a_traceback_and_go_on(site):
    """Ctrl-C reaches all processes and ends the jobs; a signal to Snakemake alone lets them end well."""
    site.lose(site.lost)
    process, _ = site.start_and_hold()
    os.killpg(process.pid, signal.SIGINT)
    said = output_of(process)
    assert "Error: interrupted" in said
    assert "Traceback" not in said
    assert not site.lost.exists()

    process, _ = site.start_and_hold()
    process.send_signal(signal.SIGINT)
    while "Terminating processes on user request" not in process.stderr.readline():
        assert process.poll() is None
    site.release()
    output_of(process)
    assert site.lost.read_bytes() == site.good[site.lost]
    assert site.run(TARGET) == site.due_again
    assert site.is_whole()


def test_a_full_disk_is_named_and_leaves_no_half_file(site, full):
    site.lose(site.lost)
    in_results, in_figures = full(site.results), full(site.folder / "figures")
    before = _files(site.results)
    said = site.fails(TARGET)
    assert f"Error: results/halves/{site.lost.name} {NO_ROOM}" in said
    assert "Traceback" not in said
    assert f"results/recipes/aggregate.halves.json {NO_ROOM}" in site.fails(TARGET, "--configfile", str(site.other))
    assert _files(site.results) == before

    in_results.unlink()
    said = site.fails(TARGET)
    assert "cp: error writing 'figures/seen.csv': No space left on device" in said
    assert "Traceback" not in said
    assert _files(site.folder / "figures") == [in_figures]
    in_figures.unlink()
    assert site.run(TARGET) == ["publish seen"]
    assert site.is_whole()


def test_a_read_only_folder_is_named_before_any_work(site, mount):
    site.lose(site.lost)
    (site.folder / "begun_0.5").unlink()
    figures = site.folder / "figures"
    if os.geteuid() == 0:
        mount(figures, "--bind", str(figures))
        mount(figures, "-o", "remount,bind,ro")
    else:
        figures.chmod(0o555)
    assert "folder figures must be writable, but is not" in site.fails(TARGET)
    assert not (site.folder / "begun_0.5").exists()


def test_bad_batches_are_refused_until_they_are_gone(site):
    site.lose()
    name = f"results/halves/{site.lost.name}"
    site.lost.write_bytes(site.good[site.batch[1.0]])
    held = f"holds study halves, digest {site.batch[1.0].stem}; delete it"
    assert f"Error: {name} must hold study halves, digest {site.lost.stem}, but {held}" in site.fails(TARGET)
    site.lost.write_bytes(site.good[site.lost][:-100])
    assert f"Error: {name} must be a complete Parquet file" in site.fails(TARGET)
    site.lost.unlink()
    assert site.run(TARGET) == site.due_again
    assert site.is_whole()


def test_a_table_of_another_config_is_refused_until_it_is_gone(site):
    """Put back with a fresh time stamp, which is all that Snakemake looks at; with its records and without."""
    columns, origin = table.read(site.table)
    older = {name: values[:2] for name, values in columns.items()}
    table.write(site.table, older, table.about(site.table), origin | {"batches": origin["batches"][:2]})
    refusal = "Error: results/halves.parquet must hold study halves, digest "
    assert refusal in site.fails(TARGET)
    shutil.rmtree(site.folder / ".snakemake")
    assert refusal in site.fails(TARGET)
    site.table.unlink()
    assert site.run(TARGET, "results/halves.parquet") == site.due_again[1:]
    assert site.is_whole()
    shutil.rmtree(site.folder / ".snakemake")
    assert site.run(TARGET, "--dry-run", "--configfile", str(site.other)) == site.due_again[1:]


def test_a_second_run_is_refused_and_does_not_disturb_the_first(site):
    site.lose(site.lost)
    process, _ = site.start_and_hold()
    assert "Directory cannot be locked" in site.fails(TARGET, "--configfile", str(site.other))
    site.release()
    process.communicate()
    assert process.returncode == 0
    site.run(TARGET)  # with the recipes of this config again
    assert site.is_whole()


def test_two_runs_without_a_lock_leave_whole_files(site):
    site.lose(site.lost)
    runs = [site.start_and_hold("--nolock")[0] for _ in range(2)]
    site.release()
    for process in runs:
        assert "Error in rule simulate" not in process.communicate()[1]
    site.run(TARGET)
    assert site.is_whole()


def test_time_stamps_in_the_future_hide_no_change(site):
    for path in site.good:
        os.utime(path, (time.time() + 86400,) * 2)
    assert site.run(TARGET) == []
    assert site.run(TARGET, "--dry-run", "--configfile", str(site.other)) == site.due_again[1:]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
def test_what_a_killed_test_has_started_ends_with_it(tmp_path, number):
    """A process starts a child and a grandchild, and is ended in its turn; nothing of them is left."""
    inner = "sleep 1000 & echo $! $$ >started.new; mv started.new started; wait"
    outer = f"""
import copies
with copies.running(["sh", "-c", {inner!r}]) as process:
    process.communicate()
"""
    here = {"cwd": tmp_path, "env": os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}}
    with running([sys.executable, "-c", outer], **here) as process:
        wait_for((tmp_path / "started").exists)
        started = [int(word) for word in (tmp_path / "started").read_text(encoding="utf-8").split()]
        assert all(is_alive(pid) for pid in started)
        process.send_signal(number)
        process.wait()
        wait_for(lambda: not any(is_alive(pid) for pid in started))


def is_alive(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"
