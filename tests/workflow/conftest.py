import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]


class Project:
    """A copy of the project in a folder of its own, and Snakemake run in it as a user would."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def snakemake(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "snakemake", "--cores", "2", *arguments]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("COV_")}
        return subprocess.run(command, cwd=self.root, env=environment, capture_output=True, text=True, timeout=280)

    def run(self, *arguments: str) -> None:
        finished = self.snakemake(*arguments)
        assert finished.returncode == 0, finished.stderr

    def fails(self, *arguments: str) -> str:
        finished = self.snakemake(*arguments)
        assert finished.returncode != 0
        return finished.stdout + finished.stderr

    def due(self) -> set[str]:
        """What a run would make now, without `all` and the contact sheet."""
        finished = self.snakemake("--dry-run")
        assert finished.returncode == 0, finished.stderr
        jobs = re.findall(r"^(?:local)?rule (\w+):\n(?:    input: .*\n)?    output: (\S+?),?(?: .*)?$",
                          finished.stdout + finished.stderr, re.MULTILINE)  # fmt: skip
        return {f"{rule} {Path(output).stem}" for rule, output in jobs if rule not in ("all", "contact_sheet")}

    def configure(self, **changes: dict) -> None:
        path = self.root / "config.yaml"
        path.write_text(yaml.safe_dump(yaml.safe_load(path.read_text()) | changes, sort_keys=False))


def copied(target: Path) -> Project:
    for name in ("qnet", "workflow", "profiles", "envs"):  # with the compiled kernels beside their sources
        shutil.copytree(ROOT / name, target / name)
    for name in ("Snakefile", "config.yaml"):
        shutil.copy(ROOT / name, target / name)
    return Project(target)


@pytest.fixture
def project(tmp_path) -> Project:
    """Two figures from three small studies, one of them in two batches."""
    made = copied(tmp_path)
    for script in (tmp_path / "workflow/scripts").glob("*s/*.py"):
        if script.stem not in ("mok_fig3", "mok_fig7"):
            script.unlink()
    whole = yaml.safe_load((ROOT / "config.yaml").read_text())
    time = {"linspace": [0, 20, 21]}
    studies = {
        "mok_long_time": whole["studies"]["mok_long_time"] | {"grid": {"time": time}},
        "mok_master_equation": whole["studies"]["mok_long_time"] | {"grid": {"time": time}},
        "mok_bare_evolution": {
            "model": "chiral.bare_evolution",
            "grid": {"gamma_r2": [1.0, 3.88], "time": time},
            "values_per_batch": 1,
        },
        "mok_cavity_evolution": whole["studies"]["mok_cavity_evolution"] | {"grid": {"time": time}},
    }
    figures = {name: whole["figures"][name] for name in ("mok_fig3", "mok_fig7")}
    made.configure(studies=studies, figures=figures, tables={})
    return made
