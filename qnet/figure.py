"""The project's figure style, sizes and colours, and saving that gives the same bytes every time."""

import json
import string
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from cycler import cycler
from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import Normal, Stroke
from PIL import Image

from qnet import curves
from qnet.pipeline import files, job

COLUMN_IN, PAGE_IN = 3.375, 7.0

# One colour means one thing throughout: the only declaration. Paul Tol's schemes (bright first, then muted, vibrant,
# medium- and high-contrast, dark), safe for colour-blind readers; curves that share a panel also differ in dash.
COLOR = {
    "concurrence": "#4477AA",  # blue
    "fidelity_plus": "#66CCEE",  # cyan
    "fidelity_minus": "#EE6677",  # red
    "transfer": "#228833",  # green
    "optimum": "#AA3377",  # purple: whatever was optimised by us
    "approximation": "#999933",  # olive
    "printed": "#000000",  # black: what the paper prints, or follows from its printed numbers
    "guide": "#BBBBBB",  # grey: guides to the eye
    "node_1": "#332288",  # indigo
    "node_2": "#44AA99",  # teal
    "atom": "#EE7733",  # orange
    "cavity": "#225555",  # dark cyan
    "mean_of_maxima": "#663333",  # brown
    "maximum_of_mean": "#DDAA33",  # amber
    "averaged_state": "#555555",  # dark grey
    "station": "#882255",  # wine: midpoint station
    "double_click": "#004488",  # dark blue
    "single_click": "#CC3311",  # vermilion
    "gaussian": "#009988",  # sea green
    "lorentzian": "#997700",  # brass
    "asymmetric": "#0077BB",  # strong blue
    "extended_fibre": "#EE3377",  # magenta
    "as_soon_as_free": "#117733",  # forest green
    "restart_together": "#994455",  # rosewood
    "even": "#222255",  # midnight
    "odd_long": "#6699CC",  # sky
    "odd_short": "#CC6677",  # rose
}
DASHES = ["-", (0, (5, 1.5)), (0, (1.2, 1.2)), (0, (5, 1.2, 1, 1.2)), (0, (2.5, 1)), (0, (8, 2))]
SEQUENTIAL = "viridis"
PRINTED = {"marker": "D", "mfc": "none", "mec": COLOR["printed"], "mew": 0.9, "ms": 5.0, "ls": "none", "zorder": 5,
           "label": "_printed"}  # fmt: skip
FOUND = {"marker": "+", "mec": COLOR["printed"], "mew": 0.9, "ms": 5.0, "ls": "none", "zorder": 6}

_STYLE: Any = {  # on Matplotlib's defaults
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
    "axes.prop_cycle": cycler(color=["black"]),  # a curve takes its colour from COLOR, never from its place
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
    fig = Figure(figsize=(width_in, height_in))
    axes = fig.subplots(rows, columns, squeeze=False)
    if axes.size > 1:
        for ax, letter in zip(axes.flat, string.ascii_lowercase, strict=False):
            ax.set_title(f"({letter})", loc="left", pad=3)
    return fig, axes.ravel()


def heat_map(
    ax: Axes,
    x: Sequence[float],
    y: Sequence[float],
    z: np.ndarray,
    label: str,
    *,
    levels: Sequence[float] = (),
    **limits: Any,
) -> Any:
    """z[y, x] as a rasterised map with a colour bar, and thin contours at `levels`; x and y are cell centres."""
    mesh = ax.pcolormesh(x, y, z, shading="nearest", rasterized=True, **limits)
    if levels:
        lines = ax.contour(x, y, z, levels=levels, colors="white", linewidths=0.6)
        for text in ax.clabel(lines, fmt="%.1f", fontsize=7, inline_spacing=2):
            text.set_path_effects([Stroke(linewidth=0.8, foreground="0.25"), Normal()])
    bar = ax.figure.colorbar(mesh, ax=ax, pad=0.02, aspect=24)
    bar.set_label(label)
    bar.ax.tick_params(which="both", direction="in")
    ax.tick_params(which="both", color="white", labelcolor="black")
    return mesh


def sequence(count: int) -> list[Any]:
    """Colours for an ordered family of curves, dark to light."""
    return [mpl.colormaps[SEQUENTIAL](x) for x in np.linspace(0, 0.92, count)]


def estimate(ax: Axes, x: Any, value: Any, se: Any, *, color: str, **options: Any) -> None:
    """A Monte-Carlo estimate: its line and a band of two standard errors."""
    ax.plot(x, value, color=color, **options)
    ax.fill_between(x, value - 2 * se, value + 2 * se, color=color, alpha=0.35, lw=0)


def label_line(ax: Axes, x: float, y: float, text: str, color: str, **options: Any) -> None:
    """A direct label in the colour of its curve."""
    ax.text(x, y, text, color=color, fontsize=7, **options)


def _style() -> AbstractContextManager[None]:
    """The project's style and, for the rest, Matplotlib's defaults: never the user's matplotlibrc."""
    return style.context(_STYLE, after_reset=True)


def styled(draw: Callable[..., Figure], **arguments: Any) -> Figure:
    """The figure that `draw` makes, in the project's style."""
    with _style():
        return draw(**arguments)


def save(fig: Figure, *, pdf: str | Path, png: str | Path, svg: str | Path, data: str | Path) -> None:
    """Saves a figure as PDF, PNG and SVG, and its curves as JSON, without dates: same figure, same bytes."""
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
    """Runs a figure script: reads the studies that `draw` names, saves what it returns."""
    with job.running(snakemake):
        with _style():
            fig = job.call(draw, snakemake)
        save(fig, **{kind: snakemake.output[kind] for kind in ("pdf", "png", "svg", "data")})


def contact_sheet(paths: Sequence[str], *, dpi: int = 96, margin_in: float = 0.1) -> Image.Image:
    """All pictures at one scale, `dpi` of their final size, in the order given, in rows as wide as a page."""
    margin = round(margin_in * dpi)
    scaled: list[Image.Image] = []
    for path in paths:
        with Image.open(path) as opened:
            size = [max(1, round(length * dpi / _STYLE["savefig.dpi"])) for length in opened.size]
            scaled.append(opened.convert("RGB").resize(size, Image.Resampling.LANCZOS))
    width = max([round(PAGE_IN * dpi), *(picture.width for picture in scaled)])
    places, x, y, bottom = [], 0, 0, 0
    for picture in scaled:
        if x + picture.width > width:
            x, y = 0, bottom + margin
        places.append((margin + x, margin + y))
        x, bottom = x + picture.width + margin, max(bottom, y + picture.height)
    sheet = Image.new("RGB", (width + 2 * margin, bottom + 2 * margin), "white")
    for picture, place in zip(scaled, places, strict=True):
        sheet.paste(picture, place)
    return sheet
