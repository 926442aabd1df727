"""Compiled functions work wherever they are put: with a cache on disk if there can be one, and without."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import qnet
from qnet import chain, checks

PACKAGE = Path(qnet.__file__).parent
NOWHERE = "/proc/nowhere"  # where not even root can make a folder
LINKS = {"cycle_time_s": [1.0, 1.3], "success_probability": [0.3, 0.4], "message_time_s": [0.5, 0.7]}
USE = f"""
from qnet import chain, chiral, midpoint
print(chain.exact(links=chain.Links(**{LINKS}), protocol=chain.Protocol(messages=True, measure="at_once")))
"""
DOUBLED = """
import shutil, sys
from pathlib import Path
from qnet.kernels import kernel

@kernel
def doubled(x):
    return 2 * x

if sys.argv[1:]:
    cache = Path(__file__).with_name("__pycache__")
    if sys.argv[1] == "full":  # nothing can be written from now on
        shutil.rmtree(cache)
        cache.touch()
    for index in cache.glob("*.nbi"):
        index.unlink()
        if sys.argv[1] == "damaged":
            index.touch()
        elif sys.argv[1] == "unreadable":
            index.mkdir()
print(doubled(21), sum(doubled.stats.cache_hits.values()))
"""


def python(*command: str | Path, path: Path, **settings: str) -> str:
    """What Python prints, with `path` in front of all packages and no folder of the user's that can be written."""
    chosen = {name: value for name, value in os.environ.items() if not name.startswith("NUMBA")}
    chosen |= {"PYTHONPATH": str(path), "HOME": NOWHERE, "XDG_CACHE_HOME": NOWHERE, **settings}
    run = subprocess.run(
        [sys.executable, "-W", "error", *command],
        env=chosen,
        cwd=path,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()


def test_nothing_can_be_written(tmp_path):
    """Files where folders for caches should be stop everybody, root too."""
    shutil.copytree(PACKAGE, tmp_path / "qnet", ignore=shutil.ignore_patterns("__pycache__"))
    for folder in {path.parent for path in tmp_path.rglob("*.py")}:
        (folder / "__pycache__").touch()
    expected = chain.exact(links=chain.Links(**LINKS), protocol=chain.Protocol(messages=True, measure="at_once"))
    assert python("-c", USE, path=tmp_path) == str(expected)
    assert not list(tmp_path.rglob("*.nb*"))


def test_the_next_process_finds_what_was_compiled(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(DOUBLED, encoding="utf-8")
    assert [python(script, path=PACKAGE.parent) for _ in range(2)] == ["42 0", "42 1"]


@pytest.mark.parametrize("trouble", ["full", "damaged", "unreadable"])
def test_a_cache_that_fails_later_costs_no_more_than_time(tmp_path, trouble):
    script = tmp_path / "script.py"
    script.write_text(DOUBLED, encoding="utf-8")
    python(script, path=PACKAGE.parent)
    assert python(script, trouble, path=PACKAGE.parent) == "42 0"


def test_python_runs_what_is_not_compiled():
    """Wherever numbers overflow or wrap, compiled code says nothing, and warnings are errors here."""
    use = "import sys; sys.path.append('envs'); import setup_matrix; exec(setup_matrix.USE)"
    python("-c", use, path=PACKAGE.parent, NUMBA_DISABLE_JIT="1")
    call = "from qnet import chain; print(chain.swap_asap(link_lengths_km=[20.0, 30.0], deliveries=400, seed=1))"
    compiled, interpreted = (python("-c", call, path=PACKAGE.parent, NUMBA_DISABLE_JIT=off) for off in "01")
    assert interpreted == compiled


@pytest.mark.parametrize("cycle_time_s", [1.0, [1.0, 1.3], np.array([1.0, 1.3])])
def test_links_are_arrays_of_their_own(cycle_time_s):
    """Views that NumPy warns of, or that are read-only, would warn or be compiled for anew."""
    links = chain.Links(cycle_time_s, [0.3, 0.4], np.array([0.5, 0.7]))
    for values in vars(links).values():
        assert values.flags.writeable
        assert values.flags.owndata
    given = {"a": np.zeros(2), "b": np.zeros(()), "c": np.zeros((2, 1))}
    assert not any(array.flags.writeable for array in checks.broadcast(given).values())
