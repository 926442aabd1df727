"""Drawing without Snakemake: pure functions on tiny tables, and the same bytes every time."""

import importlib.util
from pathlib import Path
from types import SimpleNamespace

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from PIL import Image

from qnet.pipeline import study, table
from qnet.present import save, style

ROOT = Path(__file__).parents[2]


def script(name: str):
    spec = importlib.util.spec_from_file_location(name, ROOT / f"workflow/scripts/{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def decay():
    return pd.DataFrame({"decay": [0.0, 0.1, 0.2], "concurrence": [0.9, 0.5, 0.2]})


@pytest.fixture
def optima():
    rows = [
        (0.0, 0.92, 0.13, 0.28),
        (0.2, 0.4, 0.3, 1.0),
        (0.0, 0.8, 1.5, 1.2),
        (0.2, 0.6, 1.8, 1.5),
        (0.2, 0.9, 1e2, 9e1),
    ]
    frame = pd.DataFrame(rows, columns=["decay", "concurrence", "g1", "g2"])
    return frame.assign(converged=[True, True, True, True, False])


PRINTED = {"g1": 0.126, "g2": 0.277, "concurrence": 0.920}


def test_a_figure_from_tiny_tables(decay, optima):
    fig = save.styled(script("figures/mok_fig6").draw, mok_decay=decay, mok_decay_optimum=optima, printed=PRINTED)
    assert [ax.get_title(loc="left") for ax in fig.axes] == ["(a)", "(b)"]
    assert fig.get_size_inches()[0] == style.COLUMN_IN
    labels = [line.get_label() for line in fig.axes[0].lines]
    crossing = next(text.get_text() for text in fig.axes[0].texts)
    assert len([label for label in labels if not label.startswith("_")]) == 3
    assert "0.075" in crossing  # 0.12 ahead at 0, 0.2 behind at 0.2; the ascent that did not settle does not count


def test_a_best_optimum_on_neither_branch_is_seen(optima):
    """The unsettled ascent at decay 0.2 beats both branches; without it there is nothing else to see."""
    fig6 = script("figures/mok_fig6")
    assert list(fig6._on_neither(optima, fig6._branches(optima)).g1) == [1e2]
    settled = optima[optima.converged]
    assert fig6._on_neither(settled, fig6._branches(settled)).empty


def test_branches_are_followed_not_sorted_by_which_coupling_is_larger():
    rows = [(0.0, 0.9, 0.1, 0.3), (0.0, 0.8, 2.0, 1.0), (0.1, 0.7, 0.31, 0.3), (0.1, 0.6, 2.0, 2.1)]
    frame = pd.DataFrame(rows, columns=["decay", "concurrence", "g1", "g2"]).assign(converged=True)
    slow, fast = script("figures/mok_fig6")._branches(frame)
    assert (list(slow.g1), list(fast.g1)) == ([0.1, 0.31], [2.0, 2.0])


OF_THE_USER = {
    "axes.grid": True, "axes.formatter.use_locale": True, "font.size": 30, "legend.loc": "upper left", "lines.marker": "o",
    "path.simplify": False, "pdf.compression": 0, "savefig.bbox": "tight", "savefig.facecolor": "red",
    "savefig.transparent": True, "text.usetex": True,
}  # fmt: skip


@pytest.mark.parametrize("rc", [{}, OF_THE_USER], ids=["twice", "whatever the user's matplotlibrc says"])
def test_same_bytes(tmp_path, decay, optima, rc):
    for n, settings in enumerate(({}, rc)):
        with mpl.rc_context(settings):
            fig = save.styled(
                script("figures/mok_fig6").draw, mok_decay=decay, mok_decay_optimum=optima, printed=PRINTED
            )
            save.figure(fig, **{kind: tmp_path / f"{n}.{kind}" for kind in ("pdf", "png", "svg", "data")})
    for ending in ("pdf", "png", "svg", "data"):
        assert (tmp_path / f"0.{ending}").read_bytes() == (tmp_path / f"1.{ending}").read_bytes()


def test_render_reads_what_the_script_names(tmp_path):
    studies = {"mok_long_time": 0.5, "mok_master_equation": 0.6}
    for name, last in studies.items():
        columns = {"time": np.linspace(0, 20, 5), "concurrence": np.linspace(0.1, last, 5)}
        table.write(
            tmp_path / f"{name}.parquet",
            columns,
            dict.fromkeys(columns, ("1", "made up")),
            {"study": name, "batches": ["d1"]},
        )
    paths = [str(tmp_path / f"{name}.parquet") for name in studies]
    snakemake = SimpleNamespace(
        input=type("Input", (list,), {"data": paths})(paths),
        output={kind: tmp_path / f"f.{kind}" for kind in ("pdf", "png", "svg", "data")},
        params=SimpleNamespace(
            recipe={"printed": {"good_from": 10}, "data": dict.fromkeys(studies, study.table_digest(["d1"]))}
        ),
        log=[str(tmp_path / "log")],
    )
    save.render(script("figures/mok_fig3").draw, snakemake)
    with Image.open(tmp_path / "f.png") as picture:
        assert picture.width == 1012
    assert "done" in (tmp_path / "log").read_text(encoding="utf-8")
