"""What says who made the project, which version it is and how it is run elsewhere agrees with the project."""

import json
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_bytes())
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def steps():
    """Instruction and rest of each line of the Containerfile."""
    lines = (ROOT / "Containerfile").read_text(encoding="utf-8").splitlines()
    return [tuple(line.split(maxsplit=1)) for line in lines if line and not line.startswith("#")]


def test_codemeta_says_what_the_citation_and_the_package_say():
    said = json.loads((ROOT / "codemeta.json").read_bytes())
    assert (said["name"], said["version"]) == (CITATION["title"], CITATION["version"])
    assert said["datePublished"] == str(CITATION["date-released"])
    assert said["license"] == f"https://spdx.org/licenses/{CITATION['license']}"
    assert [author["name"] for author in said["author"]] == [author["name"] for author in CITATION["authors"]]
    assert said["keywords"] == CITATION["keywords"]
    assert (said["identifier"], said["description"]) == (PROJECT["name"], PROJECT["description"])
    assert said["runtimePlatform"] == f"Python {PROJECT['requires-python']}"
    assert said["softwareRequirements"] == [re.match(r"[\w-]+", each)[0] for each in PROJECT["dependencies"]]
    papers = [reference for reference in CITATION["references"] if reference["type"] == "article"]
    assert [paper["name"] for paper in said["referencePublication"]] == [paper["title"] for paper in papers]
    for paper, reference in zip(said["referencePublication"], papers, strict=True):
        number = reference.get("doi") or reference["identifiers"][0]["value"].removeprefix("arXiv:")
        assert paper["@id"].endswith(f"/{number}")
    assert all((ROOT / said[name]).is_file() for name in ("readme", "softwareHelp"))


def test_the_container_needs_no_privileges():
    kinds = [kind for kind, _ in steps()]
    assert kinds.index("USER") < kinds.index("COPY") < max(i for i, kind in enumerate(kinds) if kind == "RUN")
    [user] = [rest for kind, rest in steps() if kind == "USER"]
    assert user not in ("root", "0")
    [base] = [rest for kind, rest in steps() if kind == "FROM"]
    assert base.startswith("python:")  # no registry's address
    low, high = re.fullmatch(r">=3\.(\d+),<3\.(\d+)", PROJECT["requires-python"]).groups()
    assert int(low) <= int(re.match(r"python:3\.(\d+)-", base)[1]) < int(high)


def test_steps_of_the_container_in_a_folder(tmp_path):
    """As far as this machine goes: files are copied as it says, and what it runs then is known there."""
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    folder = tmp_path / "project"
    shutil.copytree(
        ROOT, folder, ignore=shutil.ignore_patterns(*(each.removeprefix("**/") for each in ignored), "_build")
    )
    assert not (folder / ".venv").exists()
    after = False
    for kind, rest in steps():
        if kind == "COPY":
            after = True
        elif after:
            command = json.loads(rest) if kind == "CMD" else shlex.split(rest)
            assert command[0] == "make"
            plan = subprocess.run(
                [*command, "--dry-run"], cwd=folder, capture_output=True, encoding="utf-8", check=True
            )
            assert "envs/set_up.py" in plan.stdout
    assert "-m snakemake --cores" in plan.stdout
    snakemake = [sys.executable, "-m", "snakemake", "--cores", "1", "--dry-run"]
    planned = subprocess.run(snakemake, cwd=folder, capture_output=True, encoding="utf-8", check=True)
    assert "simulate" in planned.stdout + planned.stderr
