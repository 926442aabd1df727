"""Figures of the project's two widths with lettered panels, and the parts that many of them draw."""

import string
from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import Normal, Stroke

from qnet.present.style import COLUMN_IN, PAGE_IN, SEQUENTIAL


def column(*, rows: int = 1, height_in: float) -> tuple[Figure, np.ndarray]:
    """A figure that is one column wide, with its panels below each other. Several panels are lettered."""
    return _lettered(rows=rows, columns=1, width_in=COLUMN_IN, height_in=height_in)


def page(*, rows: int = 1, columns: int, height_in: float) -> tuple[Figure, np.ndarray]:
    """A figure that is as wide as a page of two columns. Several panels are lettered row by row."""
    return _lettered(rows=rows, columns=columns, width_in=PAGE_IN, height_in=height_in)


def _lettered(*, rows: int, columns: int, width_in: float, height_in: float) -> tuple[Figure, np.ndarray]:
    """A figure and its axes, as one row of an array. Several panels are lettered."""
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
    """Draws z[y, x], known at evenly spaced points x and y, as a map with a colour bar and thin contours at `levels`.

    Between the points z is interpolated linearly in x and in y. The map is an image also in PDF and SVG, so that these
    stay small.
    """
    across, up = ((points[-1] - points[0]) / (len(points) - 1) / 2 for points in (x, y))  # half of a pixel
    image = ax.imshow(
        z, extent=(x[0] - across, x[-1] + across, y[0] - up, y[-1] + up), origin="lower", aspect="auto",
        interpolation="bilinear", interpolation_stage="data", **limits,
    )  # fmt: skip
    ax.set(xlim=(x[0], x[-1]), ylim=(y[0], y[-1]))
    if levels:
        lines = ax.contour(x, y, z, levels=levels, colors="white", linewidths=0.6)
        for text in ax.clabel(lines, fmt="%.1f", fontsize=7, inline_spacing=2):
            text.set_path_effects([Stroke(linewidth=0.8, foreground="0.25"), Normal()])
    bar = ax.figure.colorbar(image, ax=ax, pad=0.02, aspect=24)
    bar.set_label(label)
    bar.ax.tick_params(which="both", direction="in")
    ax.tick_params(which="both", color="white", labelcolor="black")
    return image


def sequence(count: int) -> list[Any]:
    """Colours for a family of curves that have an order, from dark to the lightest that a thin line shows on white."""
    return [mpl.colormaps[SEQUENTIAL](x) for x in np.linspace(0, 0.75, count)]


def estimate(ax: Axes, x: Any, value: Any, se: Any, *, color: str, **options: Any) -> None:
    """Draws a Monte-Carlo estimate: its line, and a band of two standard errors on either side."""
    ax.plot(x, value, color=color, **options)
    ax.fill_between(x, value - 2 * se, value + 2 * se, color=color, alpha=0.35, lw=0)


def samples(ax: Axes, x: Any, value: Any, se: Any, marker: str, *, color: str, **options: Any) -> None:
    """Draws Monte-Carlo estimates one by one: marks, and bars of two standard errors on either side."""
    ax.errorbar(x, value, 2 * se, fmt=marker, color=color, mew=0.8, lw=0.8, **options)


def label_line(ax: Axes, x: float, y: float, text: str, color: str, **options: Any) -> None:
    """Writes the name of a curve beside it, in its colour."""
    ax.text(x, y, text, color=color, fontsize=7, **options)
