"""Batches as jobs of a SLURM cluster: this machine, where root runs the tests and Debian's packages are there."""

import os
import signal
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import yaml
from snakemake.cli import parse_args

from copies import ROOT, Project
from qnet import study, table

pytestmark = pytest.mark.xdist_group("small")
CLUSTER = ROOT / "tests/slurm/cluster.sh"
SAMPLE = ("mok_optima", "midpoint_tolerance", "avis_chain", "avis_chain_exact")
HELD = "mok_bare_evolution"


@pytest.fixture(scope="module")
def command(tmp_path_factory):
    """Snakemake on a cluster, by an interpreter that has the executor plugin beside all that this one has."""
    was_up = Path("/run/qnet-slurm").exists()
    started = subprocess.run([CLUSTER, "start"], capture_output=True, text=True)
    if started.returncode:
        pytest.skip(f"no SLURM: {started.stderr.strip()}")
    folder = tmp_path_factory.mktemp("plugin")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    site = folder / f"lib/python3.{sys.version_info.minor}/site-packages"
    (site / "beside.pth").write_text(sysconfig.get_path("purelib"))
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps", "--target", site]
    subprocess.run([*install, "--requirement", ROOT / "tests/slurm/requirements.txt"], check=True)
    yield [
        *(folder / "bin/python", "-m", "snakemake", "--profile", "profiles/slurm"),
        *("--slurm-status-command", "squeue", "--slurm-init-seconds-before-status-checks", "1"),
    ]
    if not was_up:
        subprocess.run([CLUSTER, "stop"], check=True)


class Held:
    """A study of two batches, each a cluster job, that wait for as long as there is a file `hold`."""

    def __init__(self, project: Project, command: list[str]) -> None:
        project.command = [*command, "--group-components=batches=1"]
        self.project = project
        self.hold = project.root / "hold"
        self.hold.touch()
        script = project.root / "workflow/scripts/simulate.py"
        script.write_text(f"import os, time\nwhile os.path.exists('hold'):\n    time.sleep(0.1)\n{script.read_text()}")

    @contextmanager
    def begun(self) -> Iterator[subprocess.Popen[str]]:
        """Snakemake, once both batches run."""
        command = [*self.project.command, f"results/{HELD}.parquet"]
        place = {"cwd": self.project.root, "env": self.project.environment}
        with subprocess.Popen(command, **place, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as running:
            try:
                until(lambda: len(self.processes()) == 2)
                yield running
            finally:
                running.kill()

    def processes(self) -> list[int]:
        return [int(line) for line in output("pgrep", "-f", f"{self.project.root}/.snakemake/scripts/")]

    def jobs(self) -> list[str]:
        return [line.split()[0] for line in output("squeue", "--format=%i %Z") if line.endswith(str(self.project.root))]

    def ends_undisturbed(self) -> None:
        """A run now makes the table that the model gives without Snakemake."""
        self.project.run(f"results/{HELD}.parquet")
        config = yaml.safe_load((self.project.root / "config.yaml").read_text())
        parts = [study.run(batch) for batch in study.batches(HELD, config["studies"][HELD], config["seed"])]
        found, _ = table.read(self.project.root / f"results/{HELD}.parquet")
        for name, values in found.items():
            assert np.array_equal(values, np.concatenate([part[name] for part in parts])), name


@pytest.fixture
def held(project, command) -> Iterator[Held]:
    made = Held(project, command)
    yield made
    subprocess.run(["scancel", *made.jobs()], stderr=subprocess.DEVNULL)


def output(*command: str) -> list[str]:
    return subprocess.run(command, stdout=subprocess.PIPE, text=True).stdout.splitlines()


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_profile_adds_to_the_default_one(monkeypatch):
    monkeypatch.chdir(ROOT)
    _, options = parse_args(["--profile", "profiles/slurm", "--executor", "local"])
    assert (options.groups, options.group_components) == ({"simulate": "batches"}, {"batches": 10})
    assert (options.cores, options.rerun_incomplete, options.scheduler) == (1, True, "greedy")
    assert options.keep_incomplete


def test_same_tables_from_a_cluster(small, command, tmp_path):
    made, local = small
    project = Project(made.root)
    project.command = [*command, "--group-components=batches=2"]
    tables = [f"results/{name}.parquet" for name in SAMPLE]
    project.run("--configfile", str(ROOT / "tests/small.yaml"), "--directory", str(tmp_path), *tables)
    for name in tables:
        assert (tmp_path / name).read_bytes() == (local / name).read_bytes(), name
    asked = output("squeue", "--noheader", "--states=all", "--format=%C %m %l %Z")
    assert [line for line in asked if line.endswith(str(tmp_path))] == [f"1 2000M 10:00 {tmp_path}"] * 3


def test_kills(held):
    """A cancelled job and a killed batch are named; a killed Snakemake's jobs go on; the same command goes on after."""
    with held.begun() as running:
        subprocess.run(["scancel", held.jobs()[0]], check=True)
        until(lambda: len(held.processes()) == 1)
        os.kill(held.processes()[0], signal.SIGKILL)
        said = running.communicate()[0]
    assert running.returncode == 1
    for words in ("CANCELLED AT", "SIGKILL: 9", "Error in rule simulate", f"log: logs/simulate/{HELD}/"):
        assert words in said, said
    with held.begun() as running:
        running.kill()
    assert "--unlock" in held.project.fails(f"results/{HELD}.parquet")
    held.project.run("--unlock")
    assert len(held.jobs()) == 2
    held.hold.unlink()
    until(lambda: not held.jobs())
    held.ends_undisturbed()
