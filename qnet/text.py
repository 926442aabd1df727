"""Tables for readers: CSV and Markdown."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from qnet.pipeline import files, job

_DIGITS, _DIGITS_FOR_READING = 10, 6


def render(make: Callable[..., pd.DataFrame], snakemake: Any) -> None:
    """Runs a table script: reads the studies that `make` names, writes its frame as CSV and Markdown."""
    with job.running(snakemake):
        frame = job.call(make, snakemake)
        with files.replacing(snakemake.output.csv) as temporary:
            as_text(frame, _DIGITS).to_csv(temporary, index=False, lineterminator="\n")
        with files.replacing(snakemake.output.md) as temporary:
            temporary.write_text(markdown(frame), encoding="utf-8")


def markdown(frame: pd.DataFrame) -> str:
    """The frame as a Markdown table, numbers to six significant digits."""
    rows = [list(frame.columns), ["---"] * len(frame.columns), *as_text(frame, _DIGITS_FOR_READING).values.tolist()]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def as_text(frame: pd.DataFrame, digits: int) -> pd.DataFrame:
    """Every cell as text: true and false, numbers to so many significant digits, nothing for NaN."""

    def cell(value: object) -> str:
        if isinstance(value, bool | np.bool_):
            return str(value).lower()
        if isinstance(value, float | np.floating):
            return "" if np.isnan(value) else f"{value:.{digits}g}"
        return str(value)

    return frame.map(cell).astype(str)
