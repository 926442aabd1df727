"""The decorator of every compiled function: Numba, with a cache on disk where there is a place for one.

Numba keeps what it compiled in the `__pycache__` beside the source, else in the user's cache, or first of all in the
folder that NUMBA_CACHE_DIR names. Where none of them can be written (a container), and wherever writing or reading
fails later (a full disk, a file of somebody else, a damaged one), a function is compiled in each process anew, and
gives the same results. Numba by itself notices an edit only in the file of a function, not in those that it calls. So
what is kept is marked with a digest of all files of the function's subpackage, and an edit in any of them compiles its
functions anew. A function may therefore call compiled ones of its own subpackage, and of no other.
"""

import hashlib
import inspect
from collections.abc import Callable
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import numpy as np
from numba import njit
from numba.core.caching import FunctionCache, IndexDataCacheFile

_NO_USE = (OSError, EOFError, UnpicklingError)


class _Cache(FunctionCache):
    """Numba's cache of one function, which no call fails for, and which an edit of the subpackage empties."""

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function)
        self._cache_file = IndexDataCacheFile(self._cache_path, self._impl.filename_base, _digest(function))

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        with suppress(*_NO_USE):
            return super().load_overload(sig, target_context)

    def save_overload(self, sig: Any, data: Any) -> None:
        with suppress(*_NO_USE):
            super().save_overload(sig, data)


def _digest(function: Callable[..., Any]) -> str:
    """Of the files of the subpackage of `qnet` that the function is in; of its own file where it is in none."""
    file, depth = Path(inspect.getfile(function)), function.__module__.count(".")
    return _of_files(tuple(sorted(file.parents[depth - 2].rglob("*.py"))) if depth > 1 else (file,))


@cache
def _of_files(paths: tuple[Path, ...]) -> str:
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in paths)).hexdigest()


def kernel(function: Callable[..., Any] | None = None, **options: Any) -> Any:
    """Compiles a function at its first call for each list of types, by `numba.njit` with these options."""
    if function is None:
        return partial(kernel, **options)
    compiled = njit(**options)(function)
    if compiled is function:  # NUMBA_DISABLE_JIT is set: Python runs it, as silently as compiled code runs
        return np.errstate(all="ignore")(function)
    with suppress(RuntimeError, OSError):  # no place for a cache, or no source to read
        compiled._cache = _Cache(function)
    return compiled
