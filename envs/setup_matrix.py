"""Tries the set-up with each supported Python, and with the oldest and the newest pip: one line per trial.

    python3 envs/setup_matrix.py [python3.11 python3.12 ...]

Each trial has a temporary environment of its own. `lock`: everything in it is installed, `pip check` finds nothing, and
Snakemake can plan. `library`: `pip install .` alone, with the oldest or the newest numpy, scipy and numba that
pyproject.toml allows; then every package of physics is imported and used, with warnings as errors. Takes ten minutes.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib

import set_up

OLDEST_PIP = "22.3"  # which Python 3.11.0 brought
USE = """
from qnet import chain, chiral, midpoint
best = {"g1": 0.126, "g2": 0.277}
assert abs(chiral.peak_concurrence(chiral.Network(**best)).concurrence - 0.92) < 1e-4
one, other = (chiral.peak_transfer(chiral.Network(**best, delta_a1=shift)).fidelity for shift in (0.0, 0.1))
assert abs(one - other) < 0.1
assert abs(chiral.evolution(chiral.Network(**best), time=1e9).norm) < 1e-6
assert chiral.local_optimum(chiral.Ascent(start_g1=0.1, start_g2=0.3)).converged
assert chiral.disordered_readout(chiral.DisorderedNetwork(**best), samples=1, seed=1).peak_mean > 0.9
links = chain.fibre_links(link_lengths_km=[20.0, 25.0, 30.0])
for messages in (False, True):
    protocol = chain.SwapAsap(restart="restart_together", messages=messages)
    exact = chain.exact(links=links, protocol=protocol)
    found = chain.sample(links=links, protocol=protocol, deliveries=2000, seed=1)
    assert abs(found.duration_s - exact.duration_s) < 5 * found.duration_s_se
chain.slopes(chain.EvenChain(links=2, spacing_km=20.0), deliveries=100, seed=1)
midpoint.double_click(
    midpoint.Midpoint(length_km=50.0, asymmetry_km=10.0, p_det=0.5),
    midpoint.DoubleClickPhotons(),
    midpoint.Detectors(dark_count=1e-6),
)
"""


def run(*command: str, **options) -> None:
    finished = subprocess.run(command, capture_output=True, encoding="utf-8", **options)
    if finished.returncode:
        sys.exit(f"{' '.join(command)}\n{finished.stdout}\n{finished.stderr}")


def environment(folder: str, interpreter: str) -> str:
    run(interpreter, "-I", "-m", "venv", "--clear", folder)
    return os.path.join(folder, "bin", "python")


def lock(python: str, pip: str) -> None:
    """The whole lock; pip: what to ask for, nothing for the one that Python brings."""
    if pip:
        run(python, "-I", "-m", "pip", "install", "--quiet", "--upgrade", pip)
    set_up.install(python)
    run(python, "-m", "snakemake", "--dry-run", "--cores", "1", "--quiet", cwd=set_up.ROOT)


def library(python: str, versions: list[str]) -> None:
    with tempfile.TemporaryDirectory() as source:
        for name in ("pyproject.toml", "README.md", "LICENSE"):
            shutil.copy(os.path.join(set_up.ROOT, name), source)
        shutil.copytree(os.path.join(set_up.ROOT, "qnet"), os.path.join(source, "qnet"))
        run(python, "-I", "-m", "pip", "install", "--quiet", source, *versions)
    run(python, "-I", "-W", "error", "-c", USE, cwd=os.path.dirname(python))


def bounds(minor: int) -> dict[str, list[str]]:
    """Oldest and newest numerical libraries that pyproject.toml allows and that have wheels for Python 3.`minor`."""
    with open(os.path.join(set_up.ROOT, "pyproject.toml"), "rb") as project:
        wanted = tomllib.load(project)["project"]["dependencies"]
    first = dict(re.match(r"(\w+)>=([\d.]+)", line).groups() for line in wanted)
    if minor >= 13:  # whose first wheels came later
        first |= {"numpy": "2.1.0"}
    return {"oldest": [f"{name}=={version}.*" for name, version in first.items()], "newest": list(first)}


def main(interpreters: list[str]) -> None:
    for interpreter in interpreters:
        said = subprocess.check_output(
            [interpreter, "-c", "import sys; print(sys.version_info.minor)"], encoding="utf-8"
        )
        trials = [("lock", name, lock, pip) for name, pip in (
            ("pip it brings", ""), (f"pip {OLDEST_PIP}", f"pip=={OLDEST_PIP}"), ("newest pip", "pip"))
            if not (pip.endswith(OLDEST_PIP) and int(said) > 11)]  # fmt: skip
        trials += [("library", f"{which} numpy, scipy, numba", library, versions)
                   for which, versions in bounds(int(said)).items()]  # fmt: skip
        for kind, name, trial, detail in trials:
            start = time.perf_counter()
            with tempfile.TemporaryDirectory() as folder:
                trial(environment(folder, interpreter), detail)
            print(f"{interpreter:12} {kind:8} {name:28} {time.perf_counter() - start:6.0f} s", flush=True)


if __name__ == "__main__":
    (_, first), (_, end) = set_up.supported()
    main(sys.argv[1:] or [f"python3.{minor}" for minor in range(first, end)])
