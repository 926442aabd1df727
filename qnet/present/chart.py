"""A panel as a chart that the reader can point at, drag and zoom. Vega-Lite draws it from a specification."""

from collections.abc import Mapping
from typing import Any

import altair as alt

_HEIGHT = 260
_WIDE = 1e3  # a logarithmic axis over more than this is labelled at powers of ten, until one zooms in
_DECADES = (
    "domain('{which}')[1] > 100 * domain('{which}')[0] && "
    "abs(log(datum.value) / LN10 - round(log(datum.value) / LN10)) > 1e-6 ? '' : datum.label"
)


def specification(panel: Mapping[str, Any]) -> dict[str, Any]:
    """The specification of the chart of one panel, as `qnet.present.curves` describes it.

    It names two data sets that the page adds. Each row of `curves` is a point: x and y; low and high, which are null
    without an error; curve, the number of its curve, and index, its number in the curve; and how it is drawn: color,
    and for a line dash and width, or for a mark its shape, which is null for a line. Each row of `cells` is a cell of
    a map: left, right, bottom, top and color. The page shows another range by setting the signals domain_x and
    domain_y, which are null at first; it writes the titles of the axes, too.
    """
    x, y, low = _position("x", panel["x"]), _position("y", panel["y"]), _position("y", panel["y"], "low")
    base = alt.Chart(alt.NamedData(name="curves")).encode(
        x=x, y=y, detail="curve:N", color=alt.Color("color:N", scale=None)
    )
    lines = base.transform_filter("datum.shape === null")
    marks = base.transform_filter("datum.shape !== null")
    errors = "datum.low !== null"
    width, dash = alt.StrokeWidth("width:Q", scale=None), alt.StrokeDash("dash:N", scale=None)
    shape = alt.Shape("shape:N", scale=None)
    layers = [
        lines.transform_filter(errors).mark_area(opacity=0.2, clip=True).encode(y=low, y2="high:Q"),
        marks.transform_filter(errors).mark_rule(clip=True).encode(y=low, y2="high:Q"),
        lines.mark_line(clip=True).encode(strokeDash=dash, strokeWidth=width, order="index:Q"),
        marks.mark_point(clip=True, size=48, strokeWidth=1.3, fill="white").encode(shape=shape),
    ]
    if "map" in panel:
        cells = alt.Chart(alt.NamedData(name="cells")).mark_rect(clip=True, strokeWidth=1)
        layers[:0] = [cells.encode(
            x=_position("x", panel["x"], "left"), x2="right:Q", y=_position("y", panel["y"], "bottom"), y2="top:Q",
            color=alt.Color("color:N", scale=None), stroke=alt.Stroke("color:N", scale=None),
        )]  # fmt: skip
    shown = [alt.param(name=f"domain_{which}", value=None) for which in "xy"]
    chart = alt.layer(*layers).add_params(*shown)
    return chart.properties(width="container", height=_HEIGHT).to_dict(validate=True) | {"$schema": None}


def _position(which: str, axis: Mapping[str, Any], field: str = "") -> Any:
    channel = alt.X if which == "x" else alt.Y
    shown = alt.ExprRef(f"domain_{which}")
    scale = alt.Scale(type=axis["scale"], domain=axis["domain"], domainRaw=shown, nice=False)
    if "constant" in axis:
        scale["constant"] = axis["constant"]
    wide = axis["scale"] == "log" and axis["domain"][1] / axis["domain"][0] > _WIDE
    label = alt.Axis(format=".0e" if wide else ".4~g", title=None, labelOverlap=True)
    if wide:
        label["labelExpr"] = _DECADES.format(which=which)
    return channel(f"{field or which}:Q", scale=scale, axis=label)
