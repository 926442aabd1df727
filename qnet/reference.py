"""Fresh tables beside the committed ones: the same numbers on any machine, within stated tolerances.

Processors, compilers and BLAS differ in last bits, and where a maximum is flat its place shows half the digits only.
Numbers must agree within `RELATIVE` of themselves plus `ROUNDING` of the column's largest; estimates, which have their
standard errors in a column `<name>_se`, within `STANDARD_ERRORS` combined ones besides; standard errors within a factor
of two; everything else exactly. Of searches for an optimum, which say whether they `converged`, what is reached is
compared where both did, and not `PLACE`, which a ridge leaves open; `STRAYED` of them may converge on one side only.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qnet import files

RELATIVE = 1e-6
ROUNDING = 1e-12
STANDARD_ERRORS = 5
STRAYED = 0.01
PLACE = ("time", "g1", "g2", "gamma_r2")
PARAMETERS = ("model", "seed", "cases", "axes", "fixed")
Columns = Mapping[str, NDArray]
Table = tuple[Columns, Mapping[str, Any]]  # with what made it, as `qnet.table.read` gives it


@dataclass(frozen=True)
class Comparison:
    """How something fresh, a study's table or the claims' verdicts, stands to what is committed.

    verdict: "same numbers" or "same verdicts", "within tolerance", "differs"; "other parameters" or "not committed",
    where nothing can be compared.
    """

    name: str
    verdict: str
    detail: str = ""


def parameters(origin: Mapping[str, Any]) -> dict[str, Any]:
    """What a committed table says of its making: all that decides its numbers but the code."""
    return {name: origin[name] for name in ("study", *PARAMETERS)}


def compare(study: str, fresh_table: Table, committed_table: Table | None) -> Comparison:
    """Compares the fresh table of a study with the committed one, if there is one."""
    if committed_table is None:
        return Comparison(study, "not committed")
    (fresh, origin), (committed, was) = fresh_table, committed_table
    changed = [name for name in PARAMETERS if origin[name] != was[name]]
    if changed:
        return Comparison(study, "other parameters", f"another {', '.join(changed)}")
    odd = sorted(set(fresh) ^ set(committed))
    if odd:
        return Comparison(study, "differs", f"{', '.join(odd)} in one of the tables only")
    if "converged" in committed:
        one, other = fresh["converged"], committed["converged"]
        if np.mean(one != other) > STRAYED:
            return Comparison(
                study, "differs", f"{np.sum(one != other)} of {len(one)} rows converged in one table only"
            )
        fresh, committed = (_reached(table, one & other) for table in (fresh, committed))
    largest, place = 0.0, ""
    for name, old in committed.items():
        new, allowed = fresh[name], _allowed(name, fresh, committed)
        off = _distance(new, old)
        wrong = np.flatnonzero(~(off <= allowed))
        if len(wrong):
            row = int(wrong[0])
            return Comparison(study, "differs", f"{name} in row {row} is {new[row]}, committed {old[row]}")
        share = float(np.max(off / np.where(off > 0, allowed, 1.0), initial=0.0))
        if share > largest:
            largest, place = share, name
    if not largest:
        return Comparison(study, "same numbers")
    return Comparison(study, "within tolerance", f"at most {largest:.1g} of what is allowed, in {place}")


def verdicts(paths: Iterable[str | Path]) -> dict[str, str]:
    """Verdicts by id, from the files of claims."""
    return {one["id"]: one["verdict"] for path in paths for one in files.read_json(path)}


def compare_verdicts(fresh: Mapping[str, str], committed: Mapping[str, str]) -> Comparison:
    """Compares verdicts by id."""
    turned = [
        f"{name} {fresh.get(name, 'absent')}, committed {committed.get(name, 'absent')}"
        for name in sorted({*fresh, *committed})
        if fresh.get(name) != committed.get(name)
    ]
    return Comparison("claims", "differs", "; ".join(turned)) if turned else Comparison("claims", "same verdicts")


def _reached(table: Columns, rows: NDArray[np.bool_]) -> Columns:
    return {name: values[rows] for name, values in table.items() if name not in PLACE}


def _distance(new: NDArray, old: NDArray) -> NDArray[np.float64]:
    if old.dtype.kind != "f":
        return np.where(new == old, 0.0, np.inf)
    with np.errstate(invalid="ignore"):  # of equal infinities
        return np.where(new == old, 0.0, np.abs(new - old))


def _allowed(name: str, fresh: Columns, committed: Columns) -> NDArray[np.float64]:
    old = committed[name]
    if old.dtype.kind != "f":
        return np.zeros(len(old))
    size = np.where(np.isfinite(old), np.abs(old), 0.0)
    allowed = RELATIVE * size + ROUNDING * size.max(initial=0.0)
    error = f"{name}_se"
    if error in committed:
        return allowed + STANDARD_ERRORS * np.hypot(fresh[error], committed[error])
    return allowed + np.minimum(fresh[name], old) if name.endswith("_se") else allowed
