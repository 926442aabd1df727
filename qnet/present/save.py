"""Draws figures in the project's style and saves them such that the same figure gives the same bytes every time."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from matplotlib import style as matplotlib_style
from matplotlib.figure import Figure

from qnet.pipeline import files, job
from qnet.present import curves, style


def _style() -> AbstractContextManager[None]:
    """Applies the project's style to Matplotlib's defaults, and never to what the user's matplotlibrc says."""
    return matplotlib_style.context(style.MATPLOTLIB, after_reset=True)


def styled(draw: Callable[..., Figure], **arguments: Any) -> Figure:
    """Draws a figure in the project's style."""
    with _style():
        return draw(**arguments)


def figure(fig: Figure, *, pdf: str | Path, png: str | Path, svg: str | Path, data: str | Path) -> None:
    """Saves a figure as PDF, PNG and SVG, and the values of its curves as JSON.

    No file holds a date or the name of a program, so that the same figure gives the same bytes.
    """
    with _style():
        with files.replacing(pdf) as temporary:
            fig.savefig(temporary, format="pdf", metadata={"CreationDate": None})
        with files.replacing(png) as temporary:
            fig.savefig(temporary, format="png", metadata={"Software": None})
        with files.replacing(svg) as temporary:
            fig.savefig(temporary, format="svg", metadata={"Date": None})
        with files.replacing(data) as temporary:
            temporary.write_text(json.dumps(curves.panels(fig), ensure_ascii=False) + "\n", encoding="utf-8")


def render(draw: Callable[..., Figure], snakemake: Any) -> None:
    """Does the work of a figure's job: reads the studies that `draw` names, draws them and saves the figure."""
    with job.running(snakemake):
        with _style():
            fig = job.call(draw, snakemake)
        figure(fig, **{kind: snakemake.output[kind] for kind in ("pdf", "png", "svg", "data")})
