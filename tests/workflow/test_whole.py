"""The whole of config.yaml on coarse grids, here and on a SLURM cluster; and what kills do there.

The cluster is this machine, where root runs the tests and Debian's packages are there.
"""

import json
import os
import re
import signal
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import numpy as np
import pytest
import yaml
from snakemake.cli import parse_args

from copies import ROOT, Project, copied, wait_for
from qnet import study, table

CLUSTER = ROOT / "tests/slurm/cluster.sh"
HELD = "mok_bare_evolution"


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> tuple[Project, Path]:
    """The whole of config.yaml on coarse grids."""
    folder = tmp_path_factory.mktemp("small")
    made = copied(folder / "project")
    made.run("--configfile", str(ROOT / "tests/small.yaml"), "--directory", str(folder / "out"))
    return made, folder / "out"


@pytest.fixture(scope="module")
def command(tmp_path_factory):
    """Snakemake on a cluster."""
    was_up = Path("/run/qnet-slurm").exists()
    started = subprocess.run([CLUSTER, "start"], capture_output=True, encoding="utf-8")
    if started.returncode:
        pytest.skip(f"no SLURM: {started.stderr.strip()}")
    with nullcontext() if was_up else stopped_in_the_end():
        yield [
            *(with_plugin(tmp_path_factory.mktemp("plugin")), "-m", "snakemake", "--profile", "profiles/slurm"),
            *("--slurm-status-command", "squeue", "--slurm-init-seconds-before-status-checks", "1"),
        ]


@contextmanager
def stopped_in_the_end() -> Iterator[None]:
    """The cluster and its jobs end with the block, or with this process, which then no longer holds the pipe open."""
    waiting = ["sh", "-c", 'cat; exec "$0" stop', str(CLUSTER)]
    with subprocess.Popen(waiting, stdin=subprocess.PIPE, start_new_session=True) as stop:
        yield
    assert stop.returncode == 0


def with_plugin(folder: Path) -> Path:
    """An interpreter that has the executor plugin beside all that this one has."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    site = folder / f"lib/python3.{sys.version_info.minor}/site-packages"
    (site / "beside.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps", "--target", site]
    if subprocess.run([*install, "--requirement", ROOT / "tests/slurm/requirements.txt"]).returncode:
        pytest.skip("no SLURM: its plugin cannot be installed")
    return folder / "bin/python"


class Held:
    """A study of two batches, each a cluster job, that wait for as long as there is a file `hold`."""

    def __init__(self, project: Project, command: list[str]) -> None:
        project.command = [*command, "--group-components=batches=1"]
        self.project = project
        self.hold = project.root / "hold"
        self.hold.touch()
        script = project.root / "workflow/scripts/simulate.py"
        waiting = "import os, time\nwhile os.path.exists('hold'):\n    time.sleep(0.1)\n"
        script.write_text(waiting + script.read_text(encoding="utf-8"), encoding="utf-8")

    @contextmanager
    def begun(self) -> Iterator[subprocess.Popen[str]]:
        """Snakemake, once both batches run."""
        with self.project.start(f"results/{HELD}.parquet") as running:
            wait_for(lambda: len(self.processes()) == 2)
            yield running

    def processes(self) -> list[int]:
        return [int(line) for line in output("pgrep", "-f", f"{self.project.root}/.snakemake/scripts/")]

    def jobs(self) -> list[str]:
        return [line.split()[0] for line in output("squeue", "--format=%i %Z") if line.endswith(str(self.project.root))]

    def ends_undisturbed(self) -> None:
        """A run now makes the table that the model gives without Snakemake."""
        self.project.run(f"results/{HELD}.parquet")
        config = yaml.safe_load((self.project.root / "config.yaml").read_bytes())
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
    return subprocess.run(command, stdout=subprocess.PIPE, encoding="utf-8").stdout.splitlines()


def test_everything_is_made(small):
    _, out = small
    made = {path.name for path in (out / "figures").iterdir()}
    scripts = {
        kind: [path.stem for path in (ROOT / f"workflow/scripts/{kind}").glob("*.py")] for kind in ("figures", "tables")
    }
    expected = {f"{name}.{ending}" for name in scripts["figures"] for ending in ("pdf", "png")}
    expected |= {f"{name}.{ending}" for name in scripts["tables"] for ending in ("csv", "md")}
    assert made == expected | {"contact_sheet.png", "claims.csv", "claims.md", "index.html"}
    assert not [path for path in (out / "figures").iterdir() if path.stat().st_size < 100]


def test_tables_carry_units_and_what_made_them(small):
    _, out = small
    for path in sorted((out / "results").glob("*.parquet")):
        _, origin = table.read(path)
        assert origin["study"] == path.stem
        assert {"model", "seed", "qnet", "batches"} < set(origin)


def test_every_curve_has_a_name(small):
    """Without TeX, so that a chart can show it."""
    _, out = small
    for path in sorted((out / "results/figures").glob("*.json")):
        for panel in json.loads(path.read_bytes()):
            said = [
                panel["key"],
                *(panel[which]["title"] for which in "xy"),
                *(curve["name"] for curve in panel["curves"]),
            ]
            assert not [text for text in said if set(text) & set("\\${}")], path.name
            assert all(said[1:]), path.name
            assert not [text for text in said if text.startswith("child")], path.name


def test_report_builds(small):
    made, out = small
    made.run(
        "--configfile", str(ROOT / "tests/small.yaml"), "--directory", str(out), "--report", str(out / "report.html")
    )
    assert "mok_fig2" in (out / "report.html").read_text(encoding="utf-8")


def test_verify_prints_a_verdict_for_every_study(small):
    made, out = small
    said = made.fails("verify", "--configfile", str(ROOT / "tests/small.yaml"), "--directory", str(out))
    verdicts = dict(re.findall(r"^(\w+) +(same numbers|within tolerance|other parameters|differs)", said, re.MULTILINE))
    assert set(verdicts) - {"claims"} == {path.stem for path in (out / "results").glob("*.parquet")}
    assert (verdicts["mok_bare_peak"], verdicts["mok_map"]) == ("same numbers", "other parameters")
    assert "all numbers must be the committed ones, but are not in " in said


def test_profile_adds_to_the_default_one(monkeypatch):
    monkeypatch.chdir(ROOT)
    _, options = parse_args(["--profile", "profiles/slurm", "--executor", "local"])
    assert (options.groups, options.group_components) == ({"simulate": "batches"}, {"batches": 10})
    assert (options.cores, options.rerun_incomplete, options.scheduler) == (1, True, "greedy")
    assert options.keep_incomplete


def test_same_tables_from_a_cluster(small, command, tmp_path):
    made, local = small
    project = Project(made.root)
    project.command = [*command, "--group-components=batches=16"]
    tables = sorted(path.name for path in (local / "results").glob("*.parquet"))
    targets = [f"results/{name}" for name in tables]
    project.run(*targets, "--configfile", str(ROOT / "tests/small.yaml"), "--directory", str(tmp_path))
    assert sorted(path.name for path in (tmp_path / "results").glob("*.parquet")) == tables
    for name in tables:
        assert (tmp_path / "results" / name).read_bytes() == (local / "results" / name).read_bytes(), name
    asked = output("squeue", "--noheader", "--states=all", "--format=%C %m %Z")
    assert {line for line in asked if line.endswith(str(tmp_path))} == {f"1 2000M {tmp_path}"}


def test_kills(held):
    """A cancelled job and a killed batch are named; a killed Snakemake's jobs go on; the same command goes on after."""
    with held.begun() as running:
        subprocess.run(["scancel", held.jobs()[0]], check=True)
        wait_for(lambda: len(held.processes()) == 1)
        os.kill(held.processes()[0], signal.SIGKILL)
        said = "".join(running.communicate())
    assert running.returncode == 1
    for words in ("CANCELLED AT", "SIGKILL: 9", "Error in rule simulate", f"log: logs/simulate/{HELD}/"):
        assert words in said, said
    with held.begun() as running:
        running.kill()
    assert "--unlock" in held.project.fails(f"results/{HELD}.parquet")
    held.project.run("--unlock")
    assert len(held.jobs()) == 2
    held.hold.unlink()
    wait_for(lambda: not held.jobs())
    held.ends_undisturbed()
