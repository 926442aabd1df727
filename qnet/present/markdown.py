"""Tables for readers, in Markdown and as CSV."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from qnet.pipeline import files, job

_DIGITS, _DIGITS_FOR_READING = 10, 6


def render(make: Callable[..., pd.DataFrame], snakemake: Any) -> None:
    """Does the work of a table's job: reads the studies that `make` names, and writes what it makes of them."""
    with job.running(snakemake):
        frame = job.call(make, snakemake)
        with files.replacing(snakemake.output.csv) as temporary:
            as_text(frame, _DIGITS).to_csv(temporary, index=False, lineterminator="\n")
        with files.replacing(snakemake.output.md) as temporary:
            temporary.write_text(table(frame), encoding="utf-8")


def table(frame: pd.DataFrame) -> str:
    """Writes a frame as a table in Markdown, with numbers to six significant digits."""
    rows = [list(frame.columns), ["---"] * len(frame.columns), *as_text(frame, _DIGITS_FOR_READING).values.tolist()]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def as_text(frame: pd.DataFrame, digits: int) -> pd.DataFrame:
    """Writes every cell as text: true or false, a number to `digits` significant digits, or nothing for NaN."""

    def cell(value: object) -> str:
        if isinstance(value, bool | np.bool_):
            return str(value).lower()
        if isinstance(value, float | np.floating):
            return "" if np.isnan(value) else f"{value:.{digits}g}"
        return str(value)

    return frame.map(cell).astype(str)
