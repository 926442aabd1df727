"""Copies of the project, and Snakemake run in them."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]


class Project:
    """A copy of the project in a folder of its own, and Snakemake run in it as a user would."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.command = [sys.executable, "-m", "snakemake", "--cores", "2"]
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("COV_")}

    def snakemake(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [*self.command, *arguments]
        return subprocess.run(command, cwd=self.root, env=self.environment, capture_output=True, text=True, timeout=900)

    def run(self, *arguments: str) -> None:
        finished = self.snakemake(*arguments)
        assert finished.returncode == 0, finished.stderr

    def fails(self, *arguments: str) -> str:
        finished = self.snakemake(*arguments)
        assert finished.returncode != 0
        return finished.stdout + finished.stderr

    def due(self) -> set[str]:
        """What a run would make now, without `all` and what gathers all figures."""
        finished = self.snakemake("--dry-run")
        assert finished.returncode == 0, finished.stderr
        jobs = re.findall(r"^(?:local)?rule (\w+):\n(?:    input: .*\n)?    output: (\S+?),?(?: .*)?$",
                          finished.stdout + finished.stderr, re.MULTILINE)  # fmt: skip
        return {
            f"{rule} {Path(output).stem}"
            for rule, output in jobs
            if rule not in ("all", "contact_sheet", "page", "codecheck")
        }

    def configure(self, **changes: dict) -> None:
        path = self.root / "config.yaml"
        path.write_text(yaml.safe_dump(yaml.safe_load(path.read_text()) | changes, sort_keys=False))


def copied(target: Path) -> Project:
    for name in ("qnet", "workflow", "profiles", "envs"):  # with the compiled kernels beside their sources
        shutil.copytree(ROOT / name, target / name)
    for name in ("Snakefile", "config.yaml", "CITATION.cff"):
        shutil.copy(ROOT / name, target / name)
    return Project(target)
