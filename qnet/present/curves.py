"""The curves and maps of a figure as plain data, so that a chart on the page can show the values behind the picture."""

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
from matplotlib import colors
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection, QuadMesh
from matplotlib.container import ErrorbarContainer
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D

from qnet.errors import Refused

_DIGITS = 7
_UNNAMED = re.compile(r"_child\d+")  # what Matplotlib calls a line without a label
_SYMBOLS = {
    "Delta": "Δ", "Gamma": "Γ", "Psi": "Ψ", "alpha": "α", "beta": "β", "chi": "χ", "delta": "δ", "gamma": "γ",
    "kappa": "κ", "lambda": "λ", "mu": "μ", "phi": "φ", "tau": "τ", "leq": "≤", "geq": "≥", "pm": "±", "propto": "∝",
    "ln": "\u200aln ", "max": "max", "rm": "", "mathcal": "", "times": "×", "infty": "∞",
}  # fmt: skip
_RAISED, _LOWERED = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻"), str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def panels(fig: Figure) -> list[dict[str, Any]]:
    """Describes each panel that shows curves or a map: title, scale and range of its axes, and what it shows.

    The name of a curve is its label; a line without one is a guide, and left out. A label that begins with "_" names a
    curve that is not in the printed legend. A map without a colour bar has a label "title: first; second", which names
    its values 0, 1 and so on.
    """
    found = []
    for outer in fig.axes:
        for ax in (outer, *outer.child_axes):
            if not isinstance(ax, Axes) or not ax.axison or hasattr(ax, "_colorbar"):
                continue
            x, y = _axis(ax, "x", outer), _axis(ax, "y", outer)
            curves, heat = list(_curves(ax)), _heat(ax)
            if (curves or heat) and x["title"] and y["title"]:
                legend = ax.get_legend()
                key = plain(legend.get_title().get_text()) if legend else ""
                title = outer.get_title("left") + (", inset" if ax is not outer else "")
                entry = {"title": title, "key": key, "x": x, "y": y, "curves": curves}
                found.append(entry | ({"map": heat} if heat else {}))
    return found


def plain(text: str) -> str:
    r"""Turns a label in TeX into plain text: $g_1/\gamma_R$ becomes g₁/γ_R. Raises Refused for an unknown command."""
    text = re.sub(r"\\([A-Za-z]+) ?", lambda match: _symbol(match[1]), text.replace(r"\,", " ").replace("$", ""))
    text = re.sub(r"\^\{?([-+]?\d+|[+-])\}?(?!/)", lambda match: match[1].translate(_RAISED), text)
    text = re.sub(r"_\{?(\d)\}?", lambda match: match[1].translate(_LOWERED), text)
    return re.sub(r"\s+", " ", re.sub(r"[{}]", "", text)).strip()


def _symbol(command: str) -> str:
    if command not in _SYMBOLS:
        raise Refused(f"labels must use TeX commands that _SYMBOLS in {__name__} has, but use \\{command}")
    return _SYMBOLS[command]


def _axis(ax: Axes, which: str, outer: Axes) -> dict[str, Any]:
    """Describes an axis as the reader sees it: one without a title has the title of its row or column of panels.

    outer: the panel that an inset is in, whose title it has; else the panel itself.
    """
    span = {"x": "colspan", "y": "rowspan"}[which]
    place = getattr(ax.get_subplotspec(), span, None)
    peers = [
        ax,
        outer,
        *(other for other in ax.figure.axes if place and getattr(other.get_subplotspec(), span, None) == place),
    ]
    scale = getattr(ax, f"get_{which}scale")()
    entry = {
        "title": plain(next(filter(None, (getattr(peer, f"get_{which}label")() for peer in peers)), "")),
        "scale": scale,
        "domain": _rounded(getattr(ax, f"get_{which}lim")()),
    }
    if scale == "symlog":
        entry["constant"] = getattr(ax, f"{which}axis").get_transform().linthresh
    return entry


def _heat(ax: Axes) -> dict[str, Any]:
    """The map of a panel, or nothing: centres and edges of its cells, values row by row, colours of equal steps."""
    for part in [*ax.images, *ax.collections]:
        if isinstance(part, AxesImage | QuadMesh):
            values = np.asarray(part.get_array(), float)
            if isinstance(part, AxesImage):
                left, right, bottom, top = part.get_extent()
                edges = [np.linspace(left, right, values.shape[1] + 1), np.linspace(bottom, top, values.shape[0] + 1)]
            else:
                corners = np.asarray(part.get_coordinates())
                edges = [corners[0, :, 0], corners[:, 0, 1]]
            label = part.colorbar.ax.get_ylabel() if part.colorbar else str(part.get_label())
            title, _, names = label.partition(": ")
            return {
                "title": plain(title),
                "names": names.split("; ") if names else [],
                "edges": [_rounded(places) for places in edges],
                "centres": [_rounded(_centres(places)) for places in edges],
                "values": values.ravel().tolist(),
                "limits": [float(limit) for limit in part.get_clim()],
                "colors": [colors.to_hex(shade) for shade in part.get_cmap()(np.arange(part.get_cmap().N))],
            }
    return {}


def _centres(edges: np.ndarray) -> np.ndarray:
    """The centres of cells whose edges lie halfway between them; the outermost as far out as the next one is in."""
    found = [(edges[0] + edges[1]) / 2]
    for edge in edges[1:-1]:
        found.append(2 * edge - found[-1])
    return np.array(found)


def _curves(ax: Axes) -> Iterator[dict[str, Any]]:
    spans = [_span(part) for part in ax.collections if isinstance(part, PolyCollection) and len(part.get_paths()) == 1]
    names = {}
    for container in ax.containers:
        if isinstance(container, ErrorbarContainer):
            line = container.lines[0]
            segments = np.array(container.lines[2][0].get_segments())
            spans.append((np.asarray(line.get_xdata(), float), segments[:, 0, 1], segments[:, 1, 1]))
            names[line] = str(container.get_label())
    for line in ax.lines:
        x, y = (np.asarray(values, float) for values in line.get_data())
        keep = np.isfinite(x) & np.isfinite(y)
        name = names.get(line, str(line.get_label()))
        if line.get_transform() == ax.transData and keep.any() and not _UNNAMED.fullmatch(name):
            entry = {"name": plain(name.removeprefix("_")), **_style(line)}
            entry |= {"x": _rounded(x[keep]), "y": _rounded(y[keep])}
            for across, low, high in spans:
                if np.array_equal(across, x) and np.allclose((low + high) / 2, y, rtol=1e-9):
                    entry |= {"low": _rounded(low[keep]), "high": _rounded(high[keep])}
            yield entry


def _style(line: Line2D) -> dict[str, Any]:
    if line.get_linestyle() == "None":
        return {"color": colors.to_hex(line.get_markeredgecolor()), "marker": str(line.get_marker())}
    dash = line._dash_pattern[1] or ()  # type: ignore[attr-defined]
    width = line.get_linewidth()
    return {"color": colors.to_hex(line.get_color()), "dash": [round(1.4 * step, 1) for step in dash], "width": width}


def _span(part: PolyCollection) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Finds (x, lower, upper) of a band that `fill_between` drew.

    The outline of the band goes there along one edge and back along the other.
    """
    outline = np.asarray(part.get_paths()[0].vertices)
    count = (len(outline) - 3) // 2
    there, back = outline[1 : count + 1], outline[count + 2 : 2 * count + 2][::-1]
    return there[:, 0], there[:, 1], back[:, 1]


def _rounded(values: Any) -> list[float]:
    return [float(f"{value:.{_DIGITS}g}") for value in values]
