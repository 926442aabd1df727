"""The tutorial's recipe for a new figure, done as written, gives a figure that can be read."""

import re
import textwrap
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from matplotlib.colors import to_hex

from qnet.errors import Refused
from qnet.pipeline import config, source
from qnet.present import curves, page, save, style

ROOT = Path(__file__).parents[2]
RECIPE = (ROOT / "docs/tutorials/add_a_figure.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    (found,) = re.findall(rf"^ *```{language}\n(.*?)^ *```", RECIPE, re.DOTALL | re.MULTILINE)
    return textwrap.dedent(found)


@pytest.fixture
def site(tmp_path):
    """The folder of scripts of a project to which the recipe's script has been added, and its config."""
    scripts = tmp_path / "scripts"
    for kind in ("figures", "tables"):
        (scripts / kind).mkdir(parents=True)
        for path in (ROOT / "workflow/scripts" / kind).glob("*.py"):
            (scripts / kind / path.name).write_bytes(path.read_bytes())
    (scripts / "figures/my_figure.py").write_text(block("py"), encoding="utf-8")
    whole, added = (yaml.safe_load(text) for text in ((ROOT / "config.yaml").read_bytes(), block("yaml")))
    return scripts, whole | {kind: whole[kind] | added[kind] for kind in added}


def test_the_config_is_accepted(site):
    scripts, whole = site
    schema = yaml.safe_load((ROOT / "workflow/schemas/config.schema.yaml").read_bytes())
    config.check(whole, schema, scripts, "config.yaml")


def test_the_figure_can_be_read():
    """Curves of colours and dashes of their own, none of them black; labels on both axes; a legend with a title."""
    names = {"__name__": "my_figure"}
    exec(compile(block("py"), "my_figure.py", "exec"), names)
    study = yaml.safe_load(block("yaml"))["studies"]["my_sweep"]
    couplings = study["grid"]["g2"]
    frame = pd.DataFrame([
        {"g1": g1, "g2": g2, "concurrence": g1 / (g1 + g2)} for g2 in couplings for g1 in np.linspace(0.01, 0.5, 5)
    ])  # fmt: skip
    fig = save.styled(names["draw"], my_sweep=frame)
    (ax,) = fig.axes
    assert fig.get_size_inches()[0] == style.COLUMN_IN
    assert ax.get_xlabel()
    assert ax.get_ylabel()
    assert ax.get_legend().get_title().get_text()
    (panel,) = save.styled(lambda: curves.panels(fig))
    assert len(panel["curves"]) == len(couplings)
    assert len({curve["color"] for curve in panel["curves"]} - {to_hex("black")}) == len(couplings)
    assert len({tuple(curve["dash"]) for curve in panel["curves"]}) == len(couplings)


def test_the_model_takes_what_the_config_gives():
    study = yaml.safe_load(block("yaml"))["studies"]["my_sweep"]
    assert {*study["grid"], *study["fixed"]} <= set(source.parameters(study["model"]))


def test_a_script_without_a_title_is_refused(tmp_path):
    script = tmp_path / "my_figure.py"
    script.write_text("def draw():\n    pass\n", encoding="utf-8")
    with pytest.raises(
        Refused, match=r"my_figure.py must begin with a docstring, whose first line is the title, but has"
    ):
        page.heading(script)
