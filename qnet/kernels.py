"""The decorator of every compiled function: Numba, with a cache on disk where there is a place for one.

Numba keeps what it compiled in the `__pycache__` beside the source, else in the user's cache, or first of all in the
folder that NUMBA_CACHE_DIR names. Where none of them can be written (a container), and wherever writing or reading
fails later (a full disk, a file of somebody else, a damaged one), a function is compiled in each process anew, and
gives the same results. Options are written beside the function, since Numba's cache notices an edit in its file only.
"""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pickle import UnpicklingError
from typing import Any

import numpy as np
from numba import njit
from numba.core.caching import FunctionCache

_NO_USE = (OSError, EOFError, UnpicklingError)


class _Cache(FunctionCache):
    """Numba's cache of one function, which no call fails for."""

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        with suppress(*_NO_USE):
            return super().load_overload(sig, target_context)

    def save_overload(self, sig: Any, data: Any) -> None:
        with suppress(*_NO_USE):
            super().save_overload(sig, data)


def kernel(function: Callable[..., Any] | None = None, **options: Any) -> Any:
    """Compiles a function at its first call for each list of types, by `numba.njit` with these options."""
    if function is None:
        return partial(kernel, **options)
    compiled = njit(**options)(function)
    if compiled is function:  # NUMBA_DISABLE_JIT is set: Python runs it, as silently as compiled code runs
        return np.errstate(all="ignore")(function)
    with suppress(RuntimeError):  # Numba finds no place for a cache
        compiled._cache = _Cache(function)
    return compiled
