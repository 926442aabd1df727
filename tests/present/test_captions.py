"""Captions name every kind of mark, dash and error that is drawn, and none that is not."""

import re
from pathlib import Path

import pytest
import yaml
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import to_hex, to_rgb
from matplotlib.container import ErrorbarContainer
from matplotlib.lines import Line2D

from qnet.present import panels, save, style

FIGURES = yaml.safe_load((Path(__file__).parents[2] / "config.yaml").read_bytes())["figures"]
MARKS = {"circle": "o.", "square": "s", "triangle": "^v", "diamond": "D", "cross": "x+"}
SAYS = {
    "circle": r"\bcircles?\b",
    "square": r"\bsquares?\b(?! root)",
    "triangle": r"\btriangles?\b",
    "diamond": r"\bdiamonds?\b",
    "cross": r"\bcross(es)?\b",
    "solid": r"\bsolid\b",
    "dashed": r"(?<!-)\bdashe[ds]\b(?!-)",
    "dotted": r"(?<!-)\b(dotted|dots)\b",
    "dash-dotted": r"\bdash-dotted\b",
    "band": r"\bbands?\b",
    "bar": r"\bbars?\b",
    "black": r"\bblack\b",
    "grey": r"\bgrey\b",
}


def kinds_of(line: Line2D) -> set[str]:
    """What a line shows: the kind of its mark, and that of its dash."""
    found = {kind for kind, shapes in MARKS.items() if str(line.get_marker()) in shapes}
    if line.get_linestyle() != "None":
        steps = [step / line.get_linewidth() for step in line._dash_pattern[1] or ()]
        found.add("solid" if not steps else "dash-dotted" if len(steps) > 2 else "dotted" if steps[0] < 2 else "dashed")
    return found


def curves_of(ax) -> list[Line2D]:
    return [line for line in ax.lines if len(line.get_xdata())]


def kinds(fig) -> set[str]:
    """All that the panels of a figure show, without legends."""
    found, colors = set(), []
    for ax in every(fig):
        found |= {kind for line in curves_of(ax) for kind in kinds_of(line)}
        found |= {"band" for part in ax.collections if isinstance(part, PolyCollection) and len(part.get_paths()) == 1}
        found |= {"bar" for container in ax.containers if isinstance(container, ErrorbarContainer)}
        colors += [line.get_color() for line in curves_of(ax)] + [patch.get_facecolor() for patch in ax.patches]
        colors += [color for part in ax.collections if isinstance(part, LineCollection) for color in part.get_color()]
    shades = [to_rgb(color) for color in colors]
    found |= {"black" for shade in shades if max(shade) == 0}
    return found | {"grey" for shade in shades if max(shade) - min(shade) < 0.02 and 0 < shade[0] < 1}


def every(fig) -> list:
    return [part for ax in fig.axes for part in (ax, *ax.child_axes)]


def is_said(kind: str, caption: str) -> bool:
    return bool(re.search(SAYS[kind], caption, re.IGNORECASE))


def not_drawn(fig, caption: str) -> set[str]:
    """What a caption names though no panel shows it."""
    return {kind for kind in SAYS if is_said(kind, caption)} - kinds(fig)


def not_named(fig, caption: str) -> set[str]:
    """What is drawn and named neither by the caption, nor by a legend, nor beside the curve in its colour.

    A solid line needs no name, a diamond one in the caption, and all other marks may be called marks.
    """
    legends = [*fig.legends, *filter(None, (ax.get_legend() for ax in every(fig)))]
    keyed = {kind for legend in legends for line in legend.findobj(Line2D) for kind in kinds_of(line)}
    found = {kind for kind in kinds(fig) & {"diamond", "band", "bar"} if not is_said(kind, caption)}
    for ax in every(fig):
        named = {to_hex(text.get_color()) for text in ax.texts}
        for line in curves_of(ax):
            if to_hex(line.get_color()) not in named:
                found |= {kind for kind in kinds_of(line) - {"solid", *keyed} if not is_said(kind, caption)}
    return found - (set(MARKS) - {"diamond"} if re.search(r"\bmarks\b", caption) else set())


@pytest.mark.parametrize("name", FIGURES)
def test_captions_name_nothing_that_is_not_drawn(drawn, name):
    assert not_drawn(drawn(name), FIGURES[name]["caption"]) == set()


@pytest.mark.parametrize("name", FIGURES)
def test_captions_name_all_that_is_drawn(drawn, name):
    assert not_named(drawn(name), FIGURES[name]["caption"]) == set()


@pytest.mark.parametrize("name", FIGURES)
def test_diamonds_are_what_is_printed(drawn, name):
    """All are open, and only figures that are given printed numbers have any."""
    marks = [line for ax in every(drawn(name)) for line in curves_of(ax) if line.get_marker() == "D"]
    assert all(line.get_markerfacecolor() == "none" for line in marks)
    assert not marks or "printed" in FIGURES[name]


def example():
    """A dashed curve, circles with bars, and a diamond."""
    fig, (ax,) = panels.column(height_in=2)
    ax.plot([0, 1], [0, 1], color="#4477AA", ls=style.DASHES[1])
    ax.errorbar([0, 1], [1, 0], [0.1, 0.1], fmt="o", color="#EE6677")
    ax.plot(0.5, 0.5, **style.PRINTED)
    return fig


COMPLETE = "Dashed: ours. Circles with bars: sampled. Diamond: printed."


@pytest.mark.parametrize(
    ("caption", "missing", "missed"),
    [
        (COMPLETE, set(), set()),
        (COMPLETE.replace("Dashed", "Dash-dotted"), {"dashed"}, {"dash-dotted"}),
        (COMPLETE.replace("Circles", "Points"), {"circle"}, set()),
        (COMPLETE.replace("Circles", "The marks"), set(), set()),
        (COMPLETE.replace("Diamond", "The marks"), {"diamond"}, set()),
        (COMPLETE.replace("bars", "bands"), {"bar"}, {"band"}),
        (COMPLETE + " Squares: exact, with grey dots.", set(), {"square", "grey", "dotted"}),
    ],
)
def test_a_caption_that_misses_or_invents_is_seen(caption, missing, missed):
    fig = save.styled(example)
    assert not_named(fig, caption) == missing
    assert not_drawn(fig, caption) == missed


@pytest.mark.parametrize("name", FIGURES)
def test_legends_have_titles(drawn, name):
    legends = filter(None, (ax.get_legend() for ax in every(drawn(name))))
    assert all(legend.get_title().get_text() for legend in [*drawn(name).legends, *legends])
