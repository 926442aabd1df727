"""Fresh tables beside the committed ones: the same numbers on any machine, within stated tolerances.

Processors, compilers and BLAS differ in last bits, and where a maximum is flat its place shows half the digits only.
Numbers must agree within `RELATIVE` of themselves plus `ROUNDING` of the column's largest; estimates, which have their
standard errors in a column `<name>_se`, within `STANDARD_ERRORS` combined ones besides; standard errors within a
factor of two; everything else exactly. Searches for an optimum, which say whether they `converged`, are compared where
they did on both sides; `STRAYED` of them may do so on one side only, or at a `PLACE` that differs by more than `RIDGE`,
or with another number of `agreeing` climbs by more than `CLIMBS` of them: where one ends on a ridge, and how many come
within a billionth of the best, is decided by rounding. So may `STRAYED` of the times of other maxima: one that is only
approached is reached when rounding says so.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qnet.pipeline import files, table

RELATIVE = 1e-6
ROUNDING = 1e-15
STANDARD_ERRORS = 5
STRAYED = 0.01
PLACE = (
    "time", "g1", "g2", "gamma_r2", "time_1", "time_2", "stored_1", "stored_2", "coupling_1", "coupling_2", "rate_1",
    "rate_2", "best_chirality", "tolerance_1", "tolerance_2",
)  # fmt: skip
RIDGE = 0.05
CLIMBS = 0.25
PARAMETERS = ("model", "seed", "cases", "axes", "fixed")
VERDICTS = "verdicts.json"
AGREE = ("same numbers", "within tolerance", "same verdicts")
Columns = Mapping[str, NDArray]
Table = tuple[Columns, Mapping[str, Any]]  # with what made it, as `qnet.pipeline.table.read` gives it


@dataclass(frozen=True)
class Comparison:
    """How something fresh, a study's table or the claims' verdicts, stands to what is committed.

    verdict: one of `AGREE`; "differs"; or, where nothing can be compared, "other parameters", "not committed" or "not
    computed".
    """

    name: str
    verdict: str
    detail: str = ""


def parameters(origin: Mapping[str, Any]) -> dict[str, Any]:
    """What a committed table says of its making: all that decides its numbers but the code."""
    return {name: origin[name] for name in ("study", *PARAMETERS)}


def comparisons(fresh: Mapping[str, Table], verdicts: Mapping[str, str], folder: Path) -> list[Comparison]:
    """Compares every study, and the verdicts by id, with what a folder holds."""
    committed = {path.stem: table.read(path) for path in sorted(folder.glob("*.parquet"))}
    studies = [compare(name, fresh.get(name), committed.get(name)) for name in sorted({*fresh, *committed})]
    return [*studies, compare_verdicts(verdicts, files.read_json(folder / VERDICTS))]


def compare(study: str, fresh_table: Table | None, committed_table: Table | None) -> Comparison:
    """Compares the fresh table of a study with the committed one."""
    if fresh_table is None or committed_table is None:
        return Comparison(study, "not committed" if fresh_table else "not computed")
    (fresh, origin), (committed, was) = fresh_table, committed_table
    changed = [name for name in PARAMETERS if origin[name] != was[name]]
    if changed:
        return Comparison(study, "other parameters", f"another {', '.join(changed)}")
    odd = sorted(set(fresh) ^ set(committed))
    if odd:
        return Comparison(study, "differs", f"{', '.join(odd)} in one of the tables only")
    return _compared(study, fresh, committed, is_result="time" not in origin["axes"])


def _compared(study: str, fresh: Columns, committed: Columns, *, is_result: bool) -> Comparison:
    """Compares tables of the same columns. is_result: whether a time is one of the results, not given."""
    size = len(next(iter(committed.values())))
    counts, strayed = np.ones(size, bool), np.zeros(size, bool)
    if searched := "converged" in committed:
        counts, strayed = fresh["converged"] & committed["converged"], fresh["converged"] ^ committed["converged"]
    largest, place, times = 0.0, "", 0
    for name, old in committed.items():
        if name == "converged":
            continue
        new, off, allowed = fresh[name], _distance(fresh[name], old), _allowed(name, fresh, committed)
        wrong = counts & ~(off <= allowed)
        if searched and name in (*PLACE, "agreeing"):
            most = RIDGE * np.abs(old) if name in PLACE else CLIMBS * committed["climbs"]
            strayed |= counts & (off > most)
            wrong, off = np.zeros(size, bool), np.zeros(size)
        if old.dtype.kind == "f":
            wrong |= np.isfinite(old) & ~np.isfinite(new)
        if name == "time" and is_result and np.isfinite(new[wrong]).all() and wrong.mean() <= STRAYED:
            times, off = int(wrong.sum()), np.where(wrong, 0.0, off)
        elif wrong.any():
            row = int(np.flatnonzero(wrong)[0])
            return Comparison(study, "differs", f"{name} in row {row} is {new[row]}, committed {old[row]}")
        share = float(np.max(np.where(counts & (off > 0), off / np.maximum(allowed, np.finfo(float).tiny), 0)))
        if share > largest:
            largest, place = share, name
    if strayed.mean() > STRAYED:
        return Comparison(study, "differs", f"{strayed.sum()} of {size} searches end elsewhere")
    left = [] if counts.all() else [f"but for {size - counts.sum()} of {size} searches that did not converge"]
    left += [f"but for {times} of {size} times of maxima that are only approached"] if times else []
    if not largest and not times:
        return Comparison(study, "same numbers", *left)
    most = [f"at most {largest:.1g} of it, in {place}"] if largest else []
    return Comparison(study, "within tolerance", ", ".join([*most, *left]))


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


def _distance(new: NDArray, old: NDArray) -> NDArray[np.float64]:
    if old.dtype.kind not in "fi":
        return np.where(new == old, 0.0, np.inf)
    with np.errstate(invalid="ignore"):  # of equal infinities
        return np.where(new == old, 0.0, np.abs(new - old))


def _allowed(name: str, fresh: Columns, committed: Columns) -> NDArray[np.float64]:
    old = committed[name]
    if old.dtype.kind != "f":
        return np.zeros(len(old))
    size = np.where(np.isfinite(old), np.abs(old), 0.0)
    allowed = RELATIVE * size + ROUNDING * size.max()
    error = f"{name}_se"
    if error in committed:
        return allowed + STANDARD_ERRORS * np.hypot(fresh[error], committed[error])
    return allowed + np.minimum(fresh[name], old) if name.endswith("_se") else allowed
