import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import vl_convert
import yaml
from matplotlib.figure import Figure

from qnet.pipeline import study, table
from qnet.present import curves, page, panels, save, style

ROOT = Path(__file__).parents[2]
SHOWN = {"figures": ["mok_fig3", "avis_fig6", "chain_slopes"], "tables": ["mok_table1"]}
SOURCES = (
    "workflow/scripts/figures/mok_fig3.py", "workflow/scripts/claims/mok/helpers.py",
    "workflow/scripts/claims/avis/helpers.py", "qnet/present/claims.py",
)  # fmt: skip
WORDS = ("Largest <b> & best", "A slope vanishes", "The state is antisymmetric")
VERDICTS = ("reproduced", "not reproduced", "holds with a condition", "within rounding")


def two_panels() -> Figure:
    """Curves with and without errors, marks, a guide, and a map."""
    fig, (one, other, heat) = panels.page(columns=3, height_in=2)
    x = np.linspace(1, 10, 41)
    panels.estimate(one, x, np.sqrt(x), 0.01 * x, color="#0077BB", label=r"$\gamma_R$ fixed")
    one.plot(x, x, color="#EE3377", ls=style.DASHES[1], label="_hidden")
    one.axvline(5)
    one.plot([], [], label="proxy")
    one.set(xlabel=r"time $\gamma_R t$", ylabel=r"rate $[10^{-4}]$", xscale="log", xlim=(1, 10))
    one.legend(title=r"$\Delta L$")
    other.errorbar([1, 2], [0.5, -3], [0.1, 0.2], fmt="o", mec="#117733", label="sampled")
    other.plot(1.5, 0, **style.PRINTED)
    other.set(xlabel="links", yscale="symlog")
    panels.heat_map(heat, x, x, np.outer(x, x), "z")
    heat.set(xlabel="width", ylabel="depth")
    return fig


@cache
def figure(name: str) -> Figure:
    """A figure of the project, drawn from the committed numbers."""
    names = {"__name__": name}
    script = ROOT / f"workflow/scripts/figures/{name}.py"
    exec(compile(script.read_bytes(), script, "exec"), names)
    block = yaml.safe_load((ROOT / "config.yaml").read_bytes())["figures"][name]
    studies = {study: pd.DataFrame(table.read(ROOT / f"reference/{study}.parquet")[0]) for study in block["data"]}
    printed = {"printed": block["printed"]} if "printed" in block else {}
    return save.styled(names["draw"], **studies, **printed)


@pytest.fixture(scope="session")
def drawn() -> Callable[[str], Figure]:
    return figure


@pytest.fixture(scope="session")
def charted():
    """What the curves of two panels are as data."""
    return save.styled(lambda: curves.panels(two_panels()))


@pytest.fixture(scope="session")
def inputs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("page")
    files = {kind: folder / f"x.{kind}" for kind in ("pdf", "png", "svg", "data")}
    save.figure(save.styled(two_panels), **files)
    whole = yaml.safe_load((ROOT / "config.yaml").read_bytes())
    config = whole | {kind: {name: whole[kind][name] for name in names} for kind, names in SHOWN.items()}
    claims = [
        {"id": f"{paper}_{n:02d}_claim", "paper": paper, "section": f"Sec. {n}", "statement": WORDS[n % 3],
         "printed": ["", "0.5", "12"][n % 3], "computed": f"{n * 7 % 10}.5", "uncertainty": "1.0e-11" if n % 2 else "",
         "verdict": VERDICTS[n % 4], "note": "A note. " * (n % 5), "figures": ["mok_fig3"] if paper == "mok" else []}
        for paper in ("mok", "avis") for n in range(1, 11)
    ]  # fmt: skip
    return {
        "template": ROOT / "workflow/page",
        "config": config,
        "scripts": ROOT / "workflow/scripts",
        "pictures": dict.fromkeys(SHOWN["figures"], files["svg"].read_text(encoding="utf-8")),
        "panels": dict.fromkeys(SHOWN["figures"], json.loads(files["data"].read_bytes())) | {"chain_slopes": []},
        "tables": {"mok_table1": "| g1 | g2 |\n| --- | --- |\n| 0.1 |  |\n"},
        "numbers": {"mok_table1.csv": "g1,g2\n0.1,\n", "claims.csv": "id\nmok_01_claim\n"},
        "sources": {path: (ROOT / path).read_text(encoding="utf-8") for path in SOURCES},
        "claims": claims,
        "plans": [study.plan("mok_long_time", whole["studies"]["mok_long_time"], 1, ["d1"])],
        "citation": yaml.safe_load((ROOT / "CITATION.cff").read_bytes()),
        "environment": yaml.safe_load((ROOT / "envs/environment.yaml").read_bytes()),
        "bundle": vl_convert.javascript_bundle(),
    }


@pytest.fixture(scope="session")
def made(inputs, tmp_path_factory):
    path = tmp_path_factory.mktemp("made") / "index.html"
    path.write_text(page.html(**inputs), encoding="utf-8")
    return path
