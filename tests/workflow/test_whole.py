"""The whole of config.yaml on coarse grids, here and on a SLURM cluster; and what kills do there.

The cluster is this machine, where root runs the tests and Debian's packages are there.
"""

import inspect
import json
import os
import re
import signal
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from math import ceil
from pathlib import Path

import numpy as np
import pytest
import yaml
from snakemake.cli import parse_args
from snakemake.utils import update_config

from copies import ROOT, Project, copied, wait_for
from qnet import chain, chiral, midpoint, route
from qnet.pipeline import grid, run, study, table

CLUSTER = ROOT / "tests/slurm/cluster.sh"
PACKAGES = {"chain": chain, "chiral": chiral, "midpoint": midpoint, "route": route}
HELD = "mok_bare_evolution"
MECHANISMS = (
    "mok_optima",  # cases with truth values, two batches, the compiled search for peaks and optima
    "mok_detuning_map",  # seeds in two batches
    "mok_master_equation",  # QuTiP, and nothing but numbers
    "avis_double_click_simulated",  # matrices, so BLAS
    "midpoint_tolerance",  # words, a list and a geometric range
    "avis_chain_exact",  # the compiled sweep, with words and truth values
    "avis_chain_links",  # the compiled recursion, with seeds, and cases beside a grid
    "route_map_spans",  # rows of a package's data
    "route_short_ends",  # a rim of its own, with seeds
)


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
        parts = [run.compute(batch)[0] for batch in study.batches(HELD, config["studies"][HELD], config["seed"])]
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
    report = (out / "report.html").read_text(encoding="utf-8")
    assert "Fig. 2: Entanglement and transfer in the symmetric cascaded network" in report
    assert "results/tables/claims.html" in report


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


def mechanisms(name: str, block: dict, seed: int) -> set[tuple[str, ...]]:
    """What a study asks of the way from its block in the config to the rows of its table."""
    found = [part for part in ("cases", "grid", "fixed") if part in block]
    values = [v for part in [*block.get("cases", []), block.get("fixed", {})] for v in part.values()]
    for spec in block.get("grid", {}).values():
        found.append(f"axis: {next(iter(spec)) if isinstance(spec, dict) else 'list'}")
        values += grid.axis(spec)
    several = len(study.batches(name, block, seed)) > 1
    package, _, function = block["model"].partition(".")
    seeded = "seed" in inspect.signature(getattr(PACKAGES[package], function)).parameters
    return {
        *((part,) for part in found),
        *((type(value).__name__,) for value in values),
        ("several batches" if several else "one batch", "seeds" if seeded else "no seeds"),
        (package, "seeds" if seeded else "no seeds"),
    }


def test_the_studies_for_the_cluster_have_every_mechanism():
    config = yaml.safe_load((ROOT / "config.yaml").read_bytes())
    update_config(config, yaml.safe_load((ROOT / "tests/small.yaml").read_bytes()))
    found = {name: mechanisms(name, block, config["seed"]) for name, block in config["studies"].items()}
    assert set.union(*(found[name] for name in MECHANISMS)) == set.union(*found.values())
    for name in MECHANISMS:  # and none is there in vain
        assert config["studies"][name]["model"] not in {
            config["studies"][other]["model"] for other in MECHANISMS if other != name
        }


def test_same_tables_from_a_cluster(small, command, tmp_path):
    """Three batches to a cluster job, so that these, too, are several."""
    made, local = small
    project = Project(made.root)
    project.command = [*command, "--group-components=batches=3"]
    targets = [f"results/{name}.parquet" for name in MECHANISMS]
    project.run(*targets, "--configfile", str(ROOT / "tests/small.yaml"), "--directory", str(tmp_path))
    assert {path.stem for path in (tmp_path / "results").glob("*.parquet")} == set(MECHANISMS)
    for target in targets:
        assert (tmp_path / target).read_bytes() == (local / target).read_bytes(), target
    batches = list((tmp_path / "results").glob("*/*.parquet"))
    assert {path.parent.name for path in batches} == set(MECHANISMS)
    asked = output("squeue", "--noheader", "--states=all", "--format=%C %m %Z")
    assert [line for line in asked if line.endswith(str(tmp_path))] == [f"1 2000M {tmp_path}"] * ceil(len(batches) / 3)


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
