"""Claims: what a paper says, what we compute, and the verdict that follows from both by a stated rule.

The claims of a paper are in a folder, divided into files by section. Each is a function marked with `claim`. Its name
is the claim's id, which carries the claim's running number in the paper; its arguments are the studies whose tables it
reads; and it returns a `Finding`, made by one of the rules below: `number`, `statement`, `conditional` or
`not_checkable`. So no verdict is ever typed in.
"""

import importlib
import inspect
import json
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

from qnet.errors import Refused
from qnet.pipeline import files, job

VERDICTS = ("reproduced", "within rounding", "holds with a condition", "not reproduced", "not checkable")


@dataclass(frozen=True)
class Finding:
    """The printed and the computed value as text, the latter to all digits that mean something, and the verdict."""

    printed: str
    computed: str
    uncertainty: str
    verdict: str
    note: str


@dataclass(frozen=True)
class Claim:
    """A claim of a paper with its finding. figures: the ids of the figures and tables that show it."""

    id: str
    paper: str
    section: str
    statement: str
    printed: str
    computed: str
    uncertainty: str
    verdict: str
    note: str
    figures: list[str]


def claim(section: str, statement: str, *, figures: tuple[str, ...] = ()) -> Callable[..., Any]:
    """Marks a function as a claim. section: its place in the paper; statement: what the paper says, in our words."""

    def mark(function: Callable[..., Finding]) -> Callable[..., Finding]:
        function.__dict__["claim"] = {"section": section, "statement": statement, "figures": list(figures)}
        return function

    return mark


def number(printed: str, computed: float, *, uncertainty: float = 0.0, note: str = "", otherwise: str = "") -> Finding:
    """Compares a printed decimal number with a computed one.

    "reproduced" where the computed value, give or take two standard errors, rounds to the printed digits; "within
    rounding" where it is off by less than one unit of the last of them; else "not reproduced".
    uncertainty: standard error or bound on the error. note is kept in any case, otherwise where not reproduced.
    """
    unit = float(Decimal(1).scaleb(int(Decimal(printed).as_tuple().exponent)))
    off = abs(computed - float(printed)) - 2 * uncertainty
    verdict = "reproduced" if off <= unit / 2 else "within rounding" if off < unit else "not reproduced"
    notes = [note, otherwise if verdict == "not reproduced" else ""]
    return Finding(printed, digits(computed, uncertainty), _error(uncertainty), verdict, " ".join(filter(None, notes)))


def statement(
    holds: bool, computed: str, *, printed: str = "", uncertainty: float = 0.0, note: str = "", otherwise: str = ""
) -> Finding:
    """Judges a statement in words. `holds` is the computed test; the note says in words what is tested."""
    notes = [note, "" if holds else otherwise]
    verdict = "reproduced" if holds else "not reproduced"
    return Finding(printed, computed, _error(uncertainty), verdict, " ".join(filter(None, notes)))


def conditional(
    inside: bool, outside: bool, condition: str, computed: str, *, printed: str = "", uncertainty: float = 0.0,
    note: str = "",
) -> Finding:  # fmt: skip
    """Judges a statement that may hold only under a condition, by a test inside the condition and one outside.

    "holds with a condition" where it holds inside and fails outside; "reproduced" where it holds in both; else "not
    reproduced".
    """
    bound = inside and not outside
    verdict = "holds with a condition" if bound else "reproduced" if inside else "not reproduced"
    notes = [f"Holds only if {condition}." if bound else "", note]
    return Finding(printed, computed, _error(uncertainty), verdict, " ".join(filter(None, notes)))


def not_checkable(why: str, *, printed: str = "", computed: str = "") -> Finding:
    """A statement that no computation here can decide, and why."""
    return Finding(printed, computed, "", "not checkable", why)


def digits(value: float, uncertainty: float = 0.0) -> str:
    """Writes a number to the digits that mean something: two of its uncertainty, or ten where it has none."""
    if uncertainty <= 0 or value == 0:
        return f"{value:.10g}"
    first = Decimal(abs(value)).adjusted() - Decimal(uncertainty).adjusted() + 2
    return f"{value:.{max(first, 1)}g}"


def bounded(off: float, bound: float) -> str:
    """Writes a difference that is rounding alone as the bound that it keeps, since its digits differ between machines.

    A difference that does not keep the bound is written itself.
    """
    return f"< {bound:g}" if abs(off) < bound else f"{off:.1e}"


def defined(folder: Path) -> list[Callable[..., Finding]]:
    """The functions that the files of a paper's folder mark as claims, in the order of their running numbers.

    Claims that share a number are in one file, and keep its order. Raises Refused for a name without a number.
    """
    found: list[tuple[int, Callable[..., Finding]]] = []
    for module in _modules(folder):
        for name, function in vars(module).items():
            if inspect.isfunction(function) and hasattr(function, "claim"):
                said = re.fullmatch(rf"{folder.name}_(\d+)_\w+", name)
                if not said:
                    raise Refused(f"claims in {folder} must be named {folder.name}_<number>_<words>, but one is {name}")
                found.append((int(said[1]), function))
    return [function for _, function in sorted(found, key=lambda one: one[0])]


def _modules(folder: Path) -> list[ModuleType]:
    """The files of a folder as modules of one package, so that they can import what they share from one another."""
    package = ModuleType(f"claims_of_{folder.name}")
    package.__path__ = [str(folder)]
    sys.modules[package.__name__] = package
    return [importlib.import_module(f"{package.__name__}.{path.stem}") for path in sorted(folder.glob("*.py"))]


def collected(folder: Path, studies: "Mapping[str, pd.DataFrame]") -> list[Claim]:
    """Every claim of the paper that the folder is named after, computed from the studies' tables."""
    found = []
    for function in defined(folder):
        wanted = inspect.signature(function).parameters
        result = function(**{study: studies[study] for study in wanted})
        said = function.__dict__["claim"]
        found.append(Claim(id=function.__name__, paper=folder.name, **said, **asdict(result)))
    return found


def render(folder: Path, snakemake: Any) -> None:
    """Computes the claims of a folder and writes what is found as JSON."""
    with job.running(snakemake):
        claims = collected(folder, job.frames(snakemake))
        with files.replacing(snakemake.output[0]) as temporary:
            temporary.write_text(json.dumps([asdict(one) for one in claims], indent=1) + "\n", encoding="utf-8")


def _error(uncertainty: float) -> str:
    return f"{uncertainty:.1e}" if uncertainty > 0 else ""
