"""Tables for readers, in Markdown, as CSV and in HTML."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from qnet.pipeline import files, job

_DIGITS, _DIGITS_FOR_READING = 10, 6
_STYLE = (
    "body{font:14px/1.4 system-ui,sans-serif;margin:1em} table{border-collapse:collapse} "
    "th,td{padding:.3em .7em;text-align:left;vertical-align:top;border-bottom:1px solid #ccc} "
    "th{position:sticky;top:0;background:#fff}"
)


def render(make: Callable[..., pd.DataFrame], snakemake: Any) -> None:
    """Does the work of a table's job: reads the studies that `make` names, and writes what it makes of them."""
    with job.running(snakemake):
        frame = job.call(make, snakemake)
        with files.replacing(snakemake.output.csv) as temporary:
            as_text(frame, _DIGITS).to_csv(temporary, index=False, lineterminator="\n")
        with files.replacing(snakemake.output.md) as temporary:
            temporary.write_text(table(frame), encoding="utf-8")
        with files.replacing(snakemake.output.html) as temporary:
            temporary.write_text(html(frame), encoding="utf-8")


def html(frame: pd.DataFrame) -> str:
    """Writes a frame as a page that holds nothing else, for Snakemake's report; numbers as in Markdown."""
    with pd.option_context("display.max_colwidth", None):
        body = as_text(frame, _DIGITS_FOR_READING).to_html(index=False, border=0)
    return f'<!doctype html><html lang="en"><meta charset="utf-8"><style>{_STYLE}</style>{body}</html>\n'


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
