"""The project's figure style, sizes and colours, and saving that gives the same bytes every time."""

import string
from collections.abc import Callable, Sequence
from math import ceil
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from cycler import cycler
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

from qnet import job, table

COLUMN_IN, PAGE_IN = 3.375, 7.0

# One colour means one thing throughout (Tol's bright scheme, safe for colour-blind readers).
COLOR = {
    "concurrence": "#4477AA",  # blue
    "fidelity_plus": "#66CCEE",  # cyan
    "fidelity_minus": "#EE6677",  # red
    "transfer": "#228833",  # green
    "approximation": "#CCBB44",  # yellow
    "optimum": "#AA3377",  # purple
    "printed": "#000000",
    "guide": "#BBBBBB",  # grey
}
CYCLE = ["#4477AA", "#EE6677", "#228833", "#AA3377", "#CCBB44", "#66CCEE"]
DASHES = ["-", (0, (5, 1.5)), (0, (1.2, 1.2)), (0, (5, 1.2, 1, 1.2)), (0, (2.5, 1)), (0, (8, 2))]
SEQUENTIAL = "viridis"
PRINTED = {"marker": "D", "mfc": "none", "mec": COLOR["printed"], "mew": 0.9, "ms": 5.0, "ls": "none", "zorder": 5}
FOUND = {"marker": "+", "mec": COLOR["printed"], "mew": 0.9, "ms": 5.0, "ls": "none", "zorder": 6}

_STYLE: Any = {
    "figure.constrained_layout.use": True,
    "figure.dpi": 100,
    "savefig.dpi": 300,
    "font.family": "STIXGeneral",
    "mathtext.fontset": "stix",
    "font.size": 8,
    "axes.labelsize": 8,
    "axes.titlesize": 8,
    "legend.fontsize": 7,
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "axes.linewidth": 0.6,
    "lines.linewidth": 1.1,
    "lines.markersize": 3.5,
    "xtick.direction": "in",
    "ytick.direction": "in",
    "xtick.top": True,
    "ytick.right": True,
    "xtick.minor.visible": True,
    "ytick.minor.visible": True,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.minor.width": 0.4,
    "ytick.minor.width": 0.4,
    "legend.frameon": False,
    "legend.handlelength": 2.2,
    "axes.prop_cycle": cycler(color=CYCLE),
    "image.cmap": SEQUENTIAL,
    "pdf.fonttype": 42,
    "svg.hashsalt": "qnet",
}


def column(*, rows: int = 1, height_in: float) -> tuple[Figure, np.ndarray]:
    """A figure one column wide with panels below each other, lettered if there are several."""
    return panels(rows=rows, columns=1, width_in=COLUMN_IN, height_in=height_in)


def page(*, rows: int = 1, columns: int, height_in: float) -> tuple[Figure, np.ndarray]:
    """A figure two columns wide, panels lettered row by row."""
    return panels(rows=rows, columns=columns, width_in=PAGE_IN, height_in=height_in)


def panels(*, rows: int, columns: int, width_in: float, height_in: float) -> tuple[Figure, np.ndarray]:
    """A figure of the given size and its axes, flat."""
    fig, axes = plt.subplots(rows, columns, figsize=(width_in, height_in), squeeze=False)
    if axes.size > 1:
        for ax, letter in zip(axes.flat, string.ascii_lowercase, strict=False):
            ax.set_title(f"({letter})", loc="left", pad=3)
    return fig, axes.ravel()


def heat_map(ax: Axes, x: Sequence[float], y: Sequence[float], z: np.ndarray, label: str, **limits: Any) -> Any:
    """z[y, x] as a rasterised map with a colour bar; x and y are cell centres."""
    mesh = ax.pcolormesh(x, y, z, shading="nearest", rasterized=True, **limits)
    bar = ax.figure.colorbar(mesh, ax=ax, pad=0.02, aspect=24)
    bar.set_label(label)
    bar.ax.tick_params(which="both", direction="in")
    ax.tick_params(which="both", color="white", labelcolor="black")
    return mesh


def sequence(count: int) -> list[Any]:
    """Colours for an ordered family of curves, dark to light."""
    return [plt.get_cmap(SEQUENTIAL)(x) for x in np.linspace(0, 0.92, count)]


def estimate(ax: Axes, x: Any, value: Any, se: Any, *, color: str, **options: Any) -> None:
    """A Monte-Carlo estimate: its line and a band of two standard errors."""
    ax.plot(x, value, color=color, **options)
    ax.fill_between(x, value - 2 * se, value + 2 * se, color=color, alpha=0.35, lw=0)


def label_line(ax: Axes, x: float, y: float, text: str, color: str, **options: Any) -> None:
    """A direct label in the colour of its curve."""
    ax.text(x, y, text, color=color, fontsize=7, **options)


def styled(draw: Callable[..., Figure], **arguments: Any) -> Figure:
    """The figure that `draw` makes, in the project's style."""
    with mpl.rc_context(_STYLE):
        return draw(**arguments)


def save(fig: Figure, *, pdf: str | Path, png: str | Path) -> None:
    """Saves a figure as PDF and PNG, without dates, so that the same figure gives the same bytes."""
    with mpl.rc_context(_STYLE):
        with table.replacing(pdf) as temporary:
            fig.savefig(temporary, format="pdf", metadata={"CreationDate": None})
        with table.replacing(png) as temporary:
            fig.savefig(temporary, format="png", metadata={"Software": None})
    plt.close(fig)


def render(draw: Callable[..., Figure], snakemake: Any) -> None:
    """Runs a figure script: reads the studies that `draw` names, saves what it returns."""
    with job.running(snakemake):
        fig = styled(draw, **table.arguments(snakemake))
        save(fig, pdf=snakemake.output.pdf, png=snakemake.output.png)


def contact_sheet(paths: Sequence[str], *, columns: int = 3, cell_px: int = 640) -> Image.Image:
    """All pictures, scaled into equal cells of one page."""
    sheet = Image.new("RGB", (columns * cell_px, ceil(len(paths) / columns) * cell_px), "white")
    for n, path in enumerate(paths):
        with Image.open(path) as picture:
            scaled = picture.convert("RGB")
        scaled.thumbnail((cell_px - 20, cell_px - 20), Image.Resampling.LANCZOS)
        x = n % columns * cell_px + (cell_px - scaled.width) // 2
        y = n // columns * cell_px + (cell_px - scaled.height) // 2
        sheet.paste(scaled, (x, y))
    return sheet
