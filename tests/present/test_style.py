"""The one declaration of colours, and whether curves of the figures can be told apart, in grey and colour-blind too."""

import itertools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from matplotlib.colors import to_hex, to_rgb

from qnet.pipeline import table
from qnet.present import curves, save, style

ROOT = Path(__file__).parents[2]
CONFIG = yaml.safe_load((ROOT / "config.yaml").read_bytes())

LEAST = 10  # of a difference in CIELAB: one that is seen at a glance, in thin lines
XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
# Full deuteranopia, of linear RGB: Machado, Oliveira and Fernandes, IEEE Trans. Vis. Comput. Graph. 15, 1291 (2009).
DEUTERANOPIA = np.array(
    [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
)


def linear(color):
    parts = np.array(to_rgb(color))
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def lab(light):
    """CIELAB (L*, a*, b*) of linear sRGB, seen in daylight D65."""
    x, y, z = XYZ @ light / XYZ.sum(axis=1)
    fx, fy, fz = (np.cbrt(t) if t > 216 / 24389 else (24389 / 27 * t + 16) / 116 for t in (x, y, z))
    return np.array([116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)])


def alike(one, other):
    """Whether two colours cannot be told apart in grey, or by a reader without green cones."""
    grey = abs(lab(linear(one))[0] - lab(linear(other))[0])
    blind = np.linalg.norm(np.subtract(*(lab(np.clip(DEUTERANOPIA @ linear(c), 0, 1)) for c in (one, other))))
    return grey < LEAST or blind < LEAST


def look(curve):
    """What tells curves apart but for their colour: the dash of a line, the shape of a mark."""
    return curve.get("marker") or tuple(curve["dash"])


def confused(panel):
    """The pairs of curves of a panel with names of their own that look the same."""
    return [
        (one["name"], other["name"]) for one, other in itertools.combinations(panel["curves"], 2)
        if one["name"] != other["name"] and look(one) == look(other) and alike(one["color"], other["color"])
    ]  # fmt: skip


def test_one_colour_means_one_thing():
    assert len(set(style.COLOR.values())) == len(style.COLOR)


@pytest.mark.parametrize(("color", "expected"), [("#FFFFFF", (100, 0, 0)), ("#FF0000", (53.24, 80.09, 67.20))])
def test_colours_are_measured_as_the_standard_says(color, expected):
    np.testing.assert_allclose(lab(linear(color)), expected, atol=0.02)


def test_curves_that_look_the_same_are_seen():
    red, green = ({"name": name, "color": color, "dash": []} for name, color in (("r", "#994455"), ("g", "#117733")))
    assert confused({"curves": [red, green]}) == [("r", "g")]
    assert confused({"curves": [red, green | {"dash": [5.0, 1.0]}]}) == []


@pytest.mark.parametrize("name", CONFIG["figures"])
def test_curves_of_a_panel_can_be_told_apart(drawn, name):
    panels = save.styled(lambda: curves.panels(drawn(name)))
    assert [found for panel in panels if (found := confused(panel))] == []


@pytest.mark.parametrize("name", CONFIG["figures"])
def test_a_name_has_one_mark_and_dash_in_all_panels(drawn, name):
    found: dict[str, set] = {}
    for panel in save.styled(lambda: curves.panels(drawn(name))):
        for curve in panel["curves"]:
            ratios = tuple(round(step / curve["width"], 1) for step in curve.get("dash", ()))
            found.setdefault(curve["name"], set()).add((curve.get("marker"), ratios))
    assert {name: looks for name, looks in found.items() if len(looks) > 1} == {}


def test_the_chain_of_fig_6_has_one_colour(drawn):
    """In all panels of the supplement, and no other chain has it."""
    panels = save.styled(lambda: curves.panels(drawn("avis_fig6_supplement")))
    found = [(curve["name"].endswith("(Fig. 6)"), curve["color"]) for panel in panels for curve in panel["curves"]]
    own = to_hex(style.COLOR["chain_of_fig_6"])
    assert [is_it for is_it, _ in found].count(True) == 6
    assert all((color == own) == is_it for is_it, color in found)


def test_what_is_drawn_as_one_curve_is_one():
    """The double-click rate against asymmetry, for six kinds of photons, to within 1e-6."""
    study, _ = table.read(ROOT / "reference/midpoint_double_click.parquet")
    rates = pd.DataFrame(study).groupby("asymmetry_km").rate_hz
    assert (rates.count() == 6).all()
    np.testing.assert_allclose(rates.max(), rates.min(), rtol=1e-6)
