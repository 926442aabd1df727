"""Copies of the project, and Snakemake run in them."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from qnet import chain, chiral

ROOT = Path(__file__).parents[2]


def about(columns: Iterable[str]) -> dict[str, tuple[str, str]]:
    """A unit and a meaning for each column of a table that a test makes up."""
    return dict.fromkeys(columns, ("1", "made up"))


PATIENCE = 3600  # seconds: for what never comes about, however busy the machine
# Beside a command runs what kills their process group when the pipe closes that is their standard input.
GUARDED = 'exec 3<&0 </dev/null; (cat <&3; kill -KILL 0) >/dev/null 2>&1 & exec "$@" 3<&-'


def _heeds_ctrl_c() -> None:
    """What a shell started in the background ignores Ctrl-C, and so would all that the tests start."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextmanager
def running(command: list[str], **options: Any) -> Iterator[subprocess.Popen[str]]:
    """A command and all that it starts, as a process group that ends with the block: killed, if it still runs.

    It also ends with this process, whatever ends that, since the system then closes the pipe that holds it.
    """
    end, held = os.pipe()
    with (
        open(end, encoding="utf-8") as stdin,
        subprocess.Popen(
            ["sh", "-c", GUARDED, "sh", *command], stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            encoding="utf-8", start_new_session=True, preexec_fn=_heeds_ctrl_c, **options,
        ) as process,
        open(held, "w", encoding="utf-8"),
    ):  # fmt: skip
        yield process


def wait_for(condition: Callable[[], Any]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


class Project:
    """A copy of the project in a folder of its own, and Snakemake run there, or in another folder, as a user would."""

    def __init__(self, root: Path, folder: Path | None = None) -> None:
        self.root = root
        self.folder = folder or root
        self.command = [sys.executable, "-m", "snakemake", "--cores", "2"]
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("COV_")}

    def start(self, *arguments: str) -> AbstractContextManager[subprocess.Popen[str]]:
        command = [*self.command, "--snakefile", str(self.root / "Snakefile"), *arguments]
        return running(command, cwd=self.folder, env=self.environment)

    def snakemake(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        with self.start(*arguments) as process:
            stdout, stderr = process.communicate()
            return subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr)

    def run(self, *arguments: str) -> list[str]:
        """The jobs that ran, each by its rule and the stem of its first output."""
        finished = self.snakemake(*arguments)
        assert finished.returncode == 0, finished.stderr
        return _jobs(finished.stdout + finished.stderr)

    def fails(self, *arguments: str) -> str:
        finished = self.snakemake(*arguments)
        assert finished.returncode != 0
        return finished.stdout + finished.stderr

    def due(self) -> set[str]:
        """What a run would make now, without what gathers all figures, and their copies."""
        finished = self.snakemake("--dry-run")
        assert finished.returncode == 0, finished.stderr
        gathering = ("all", "contact_sheet", "page", "codecheck", "publish")
        return {job for job in _jobs(finished.stdout + finished.stderr) if job.split()[0] not in gathering}

    def configure(self, **changes: dict) -> None:
        path = self.root / "config.yaml"
        path.write_text(yaml.safe_dump(yaml.safe_load(path.read_bytes()) | changes, sort_keys=False), encoding="utf-8")


def _jobs(printed: str) -> list[str]:
    pattern = r"^(?:local)?rule (\w+):\n(?:    input: .*\n)?    output: (\S+?),?(?: .*)?$"
    return [f"{rule} {Path(output).stem}" for rule, output in re.findall(pattern, printed, re.MULTILINE)]


@cache
def compile_kernels() -> None:
    """Once, beside the sources, so that no copy of the project has to do it again."""
    chiral.local_optimum(chiral.Ascent(start_g1=0.1, start_g2=0.3))
    for given in ({}, {"dephasing": 0.1}, {"transit": 1.0}, {"readout": "own"}):
        chiral.global_optimum(chiral.Scheme(scheme="equal_rates", **given), time_budget=2.0)
    here = chiral.SymmetricNetwork(g1=0.1, g2=0.3, chirality=0.5, distance_wavelengths=0.5)
    chiral.symmetric_delayed_peak(here, delay=1.0, window=10.0)
    chiral.symmetric_stored_peak(here, delay=1.0, window=10.0)
    links = chain.fibre_links(link_lengths_km=[50.0, 50.0], werner=0.98)
    chain.bottlenecks(links, deliveries=100, seed=1)
    distilled = chain.distilled(links, chain.Distillation())
    cutoffs = chain.GlobalCutoff(cutoff_s=1.0), chain.LocalCutoff(cutoff_s=1.0)
    for protocol in (chain.SwapAsap(), chain.Sequential(), *cutoffs):
        chain.sample(links, protocol=protocol, deliveries=100, seed=1)
    chain.sample(distilled, protocol=chain.SwapAsap(), deliveries=100, seed=1)
    together = chain.SwapAsap(restart="restart_together")
    chain.exact_alternating_chain(chain.AlternatingChain(asymmetry=0.1, links=4, length_km=200.0), protocol=together)


def copied(target: Path) -> Project:
    compile_kernels()
    for name in ("qnet", "workflow", "profiles", "envs", "reference"):
        shutil.copytree(ROOT / name, target / name)
    for name in ("Snakefile", "config.yaml", "CITATION.cff", "LICENSE", "Makefile", "README.md", "pyproject.toml"):
        shutil.copy(ROOT / name, target / name)
    return Project(target)
