"""Set-up and make take from the user's settings where packages come from, and nothing else."""

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PIP = [sys.executable, "-I", "-m", "pip", "--disable-pip-version-check"]
CONFIGURED = """
[global]
index-url = https://mirror.invalid/simple
extra-index-url =
    https://one.invalid/simple
    https://two.invalid/simple
quiet = 1
require-virtualenv = true
user = true
[install]
no-binary = :all:
retries = 7
target = /elsewhere
"""


@pytest.fixture(scope="module")
def set_up():
    spec = importlib.util.spec_from_file_location("set_up", ROOT / "envs/set_up.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_pip_is_told_where_packages_come_from_and_nothing_else(set_up, tmp_path, monkeypatch):
    (tmp_path / "pip.conf").write_text(CONFIGURED, encoding="utf-8")
    (tmp_path / "json.py").write_text("raise ImportError", encoding="utf-8")
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    given = {"CONFIG_FILE": str(tmp_path / "pip.conf"), "USER": "1", "TARGET": "/elsewhere", "RETRIES": "3"}
    for name, value in given.items():
        monkeypatch.setenv(f"PIP_{name}", value)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    env = set_up.environment(PIP)
    found = {name: value.split() for name, value in env.items() if name.startswith(("PIP_", "PYTHON"))}
    for name in ("CERT", "CONSTRAINT", "FIND_LINKS"):  # of the machine
        found.pop(f"PIP_{name}", None)
    assert found == {
        "PIP_CONFIG_FILE": [os.devnull],
        "PIP_EXTRA_INDEX_URL": ["https://one.invalid/simple", "https://two.invalid/simple"],
        "PIP_INDEX_URL": ["https://mirror.invalid/simple"],
        "PIP_RETRIES": ["3"],
    }
    said = subprocess.check_output([*PIP, "config", "list"], env=env, encoding="utf-8")
    assert not re.search("target|user|quiet|virtualenv", said)


def test_make_starts_python_without_the_users_settings(tmp_path):
    """But for where compiled code goes."""
    given = {"PYTHONPATH": str(tmp_path), "PYTHONWARNINGS": "error", "PYTHONUTF8": "0", "PYTHONDONTWRITEBYTECODE": "1"}
    said = subprocess.run(
        ["make", "--file=-", "show"], cwd=ROOT, env=os.environ | given, input="include Makefile\nshow:\n\t@env\n",
        capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    left = [line.split("=")[0] for line in said.stdout.splitlines() if line.startswith("PYTHON")]
    assert left == ["PYTHONDONTWRITEBYTECODE"]
