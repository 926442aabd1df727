"""What of the user's environment reaches the jobs: nothing that could change a number or a byte.

The Snakefile calls `settle` when it is read, here and again by what a cluster starts, so every job is run from it.
"""

import os
import site
import sys
from collections.abc import Mapping
from pathlib import Path

_DROPPED = (  # by how their names begin
    "PYTHON",  # folders with modules of other people, code without asserts, warnings as errors, other encodings
    "LC_", "LANG",  # how numbers are read and text is sorted
    "NPY_", "NUMPY_", "SCIPY_", "PANDAS_", "QUTIP_",  # other instructions, or another behaviour
    "NUMBA_",  # code that is not compiled, or compiled for another processor or without optimisation
    "MATPLOTLIBRC", "MPLBACKEND",  # figures start from Matplotlib's defaults, and need no window
    "SOURCE_DATE_EPOCH",  # files hold no date
    "BASH_ENV",  # run by each shell, it could set all of these again
)  # fmt: skip
_KEPT = ("PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX", "NUMBA_CACHE_")  # where compiled code is kept
_SET = {
    "PYTHONNOUSERSITE": "1",
    "PYTHONUTF8": "1",
    "LC_ALL": "C",
    **{f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL", "NUMBA")},
}


def for_jobs(environ: Mapping[str, str], root: Path) -> dict[str, str]:
    """The environment of the jobs of the project in folder `root`, made from the user's.

    OPENBLAS_CORETYPE stays: on some machines OpenBLAS is wrong without it.
    """
    kept = {name: value for name, value in environ.items() if name.startswith(_KEPT) or not name.startswith(_DROPPED)}
    return kept | _SET | {"PYTHONPATH": str(root)}


def settle(root: Path) -> None:
    """Gives this process, and so what it starts, the environment of jobs and a search path without the user's folders.

    The search path too, since Snakemake adds it to that of the jobs.
    """
    users = {*os.environ.get("PYTHONPATH", "").split(os.pathsep), site.getusersitepackages()} - {""}
    sys.path[:] = [str(root), *(path for path in sys.path if path not in {*users, str(root)})]
    settled = for_jobs(os.environ, root)
    os.environ.clear()
    os.environ.update(settled)
