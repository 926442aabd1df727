"""Whatever the user's environment says, jobs make the same bytes."""

import os
import shutil
from pathlib import Path

from copies import Project
from qnet.pipeline import environment

SHADOW = "raise ImportError('a module of other people')\n"
MATPLOTLIBRC = "axes.grid: True\nbackend: tkagg\nsavefig.bbox: tight\nsavefig.transparent: True\ntext.usetex: True\n"
HOSTILE = {
    "LANG": "C", "LC_ALL": "C", "LC_NUMERIC": "C", "LANGUAGE": "de", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0",
    "PYTHONIOENCODING": "ascii", "PYTHONHASHSEED": "1", "PYTHONOPTIMIZE": "2", "PYTHONSAFEPATH": "1",
    "PYTHONWARNINGS": "error", "NPY_DISABLE_CPU_FEATURES": "AVX2 FMA3", "NPY_PROMOTION_STATE": "legacy",
    "NUMBA_CPU_FEATURES": "", "NUMBA_CPU_NAME": "generic", "NUMBA_DISABLE_JIT": "1", "NUMBA_OPT": "0",
    "SCIPY_ARRAY_API": "1", "PANDAS_COPY_ON_WRITE": "0", "OMP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "2",
    "MKL_NUM_THREADS": "2", "MPLBACKEND": "tkagg", "SOURCE_DATE_EPOCH": "yesterday", "TZ": "Asia/Kathmandu",
}  # fmt: skip


def hostile(folder: Path) -> dict[str, str]:
    """Settings that would each fail a job or change what it writes."""
    folder.mkdir()
    for name in ("numpy", "pandas", "sitecustomize"):
        (folder / f"{name}.py").write_text(SHADOW, encoding="utf-8")
    (folder / "matplotlibrc").write_text(MATPLOTLIBRC, encoding="utf-8")
    (folder / "profile").write_text("export PYTHONPATH=/nowhere NUMBA_DISABLE_JIT=1\n", encoding="utf-8")
    files = {"PYTHONPATH": folder, "MATPLOTLIBRC": folder / "matplotlibrc", "MPLCONFIGDIR": folder}
    return HOSTILE | {name: str(path) for name, path in (files | {"BASH_ENV": folder / "profile"}).items()}


def test_what_reaches_jobs(tmp_path):
    """Where files go and how OpenBLAS is told to be right; nothing else that libraries read. Twice is as good as once."""
    kept = {"PATH": "/bin", "NUMBA_CACHE_DIR": "/c", "OPENBLAS_CORETYPE": "Haswell", "PYTHONDONTWRITEBYTECODE": "1"}
    found = environment.for_jobs(hostile(tmp_path / "user") | kept, tmp_path)
    assert kept.items() <= found.items()
    assert set(found) - set(kept) == {*environment.for_jobs({}, tmp_path), "MPLCONFIGDIR", "TZ"}
    assert found["PYTHONPATH"] == str(tmp_path)
    assert environment.for_jobs(found, tmp_path) == found


def contents(project: Project) -> dict[str, bytes]:
    folders = [project.root / folder for folder in ("figures", "results")]
    return {str(path): path.read_bytes() for folder in folders for path in folder.rglob("*") if path.is_file()}


def test_same_bytes_in_a_hostile_environment(finished, tmp_path_factory):
    expected = contents(finished)
    for folder in ("figures", "results", ".snakemake"):
        shutil.rmtree(finished.root / folder)
    finished.environment |= hostile(tmp_path_factory.mktemp("user") / "hostile")
    umask = os.umask(0o077)
    try:
        finished.run()
    finally:
        os.umask(umask)
    found = contents(finished)
    assert found.keys() == expected.keys()
    assert [path for path in found if found[path] != expected[path]] == []
