"""The workflow from end to end, as a user runs it."""

import json
import shutil
import subprocess
import sys

import pytest
import yaml

from copies import ROOT
from qnet import table

pytestmark = pytest.mark.xdist_group("small")  # one process, so that the fixture is made once
FIGURES = {"mok_fig3": "figure mok_fig3", "mok_fig7": "figure mok_fig7"}


def test_everything_is_made(small):
    _, out = small
    made = {path.name for path in (out / "figures").iterdir()}
    scripts = {
        kind: [path.stem for path in (ROOT / f"workflow/scripts/{kind}").glob("*.py")] for kind in ("figures", "tables")
    }
    expected = {f"{name}.{ending}" for name in scripts["figures"] for ending in ("pdf", "png")}
    expected |= {f"{name}.{ending}" for name in scripts["tables"] for ending in ("csv", "md")}
    assert made == expected | {"contact_sheet.png", "claims.csv", "claims.md", "index.html"}
    assert not [path for path in (out / "figures").iterdir() if path.stat().st_size < 100]


def test_tables_carry_units_and_what_made_them(small):
    _, out = small
    for path in sorted((out / "results").glob("*.parquet")):
        _, origin = table.read(path)
        assert origin["study"] == path.stem
        assert {"model", "seed", "qnet", "batches"} < set(origin)


def test_every_curve_has_a_name(small):
    """Without TeX, so that a chart can show it."""
    _, out = small
    for path in sorted((out / "results/figures").glob("*.json")):
        for panel in json.loads(path.read_text()):
            said = [
                panel["key"],
                *(panel[which]["title"] for which in "xy"),
                *(curve["name"] for curve in panel["curves"]),
            ]
            assert not [text for text in said if set(text) & set("\\${}")], path.name
            assert all(said[1:]), path.name
            assert not [text for text in said if text.startswith("child")], path.name


def test_report_builds(small):
    made, out = small
    made.run(
        "--configfile", str(ROOT / "tests/small.yaml"), "--directory", str(out), "--report", str(out / "report.html")
    )
    assert "mok_fig2" in (out / "report.html").read_text()


def test_same_bytes_from_a_second_run_elsewhere(project, tmp_path_factory):
    project.run()
    other = tmp_path_factory.mktemp("elsewhere")
    project.run("--directory", str(other))
    for folder in ("figures", "results"):
        for path in (project.root / folder).glob("*.*"):
            assert (other / folder / path.name).read_bytes() == path.read_bytes(), path.name


def test_reruns(project):
    """A second run does nothing; an edit reruns what depends on it, and nothing else."""
    project.run()
    assert project.due() == set()

    script = project.root / "workflow/scripts/figures/mok_fig3.py"
    original = script.read_text()
    script.write_text(original.replace("Eq. (10)", "Equation 10"))
    assert project.due() == {"figure mok_fig3"}
    script.write_text(original)
    project.run()

    config = (project.root / "config.yaml").read_text()
    changed = config.replace("3.88", "3.5")
    assert changed.count("3.5") == 1
    (project.root / "config.yaml").write_text(changed)
    due = project.due()
    assert {"aggregate mok_bare_evolution", "figure mok_fig7"} < due
    assert len(due) == 3  # and the one batch that holds the value
    (project.root / "config.yaml").write_text(config)
    project.run()
    assert project.due() == set()

    model = project.root / "qnet/chiral/evolution.py"
    model.write_text(model.read_text().replace('"""Amplitudes', '"""All amplitudes'))
    assert project.due() == set()
    model.write_text(model.read_text() + "\n\nUNUSED = 1\n")
    due = project.due()
    assert {job.split()[0] for job in due} == {"simulate", "aggregate", "figure"}
    assert {job for job in due if job.startswith("figure")} == set(FIGURES.values())

    model.write_text(model.read_text().replace("\n\nUNUSED = 1\n", ""))
    project.run()
    style = project.root / "qnet/figure.py"
    style.write_text(style.read_text().replace('"lines.linewidth": 1.1', '"lines.linewidth": 1.2'))
    assert project.due() == set(FIGURES.values())


def test_results_survive_the_loss_of_metadata(project):
    """Without .snakemake/, a changed config is still noticed, and what is up to date is not computed again."""
    project.run()
    shutil.rmtree(project.root / ".snakemake")
    assert not [job for job in project.due() if job.startswith("simulate")]
    config = (project.root / "config.yaml").read_text()
    (project.root / "config.yaml").write_text(config.replace("3.88", "3.5"))
    due = project.due()
    assert "aggregate mok_bare_evolution" in due
    assert sum(job.startswith("simulate") for job in due) == 1


@pytest.mark.parametrize(("study", "message"), [
    ({"model": "chiral.bare_evolution", "grid": {"gamma_r2": [1.0, -1.0], "time": [0.0, 1.0]}},
     "Error: study mok_bare_evolution: gamma_r2 must be finite, not negative and at most 1e9, but has -1.0 at index"),
    ({"model": "chiral.bare_evolution", "grid": {"gamma_r2": [1.0, float("nan")], "time": [0.0, 1.0]}},
     "config.yaml: studies.mok_bare_evolution.grid.gamma_r2 must not hold NaN, but is [1.0, nan]"),
    ({"model": "chiral.bare_evolution", "grid": {"gamma_r2": ["1e0"], "time": [0.0, 1.0]}},
     "Error: study mok_bare_evolution: gamma_r2 must be a real number or an array of them, but is"),
])  # fmt: skip
def test_bad_values_end_the_run_with_one_sentence(project, study, message):
    studies = yaml.safe_load((project.root / "config.yaml").read_text())["studies"] | {"mok_bare_evolution": study}
    project.configure(studies=studies)
    assert message in project.fails()
    assert not (project.root / "results/mok_bare_evolution.parquet").exists()
    assert not list((project.root / "results/mok_bare_evolution").glob("*.parquet"))


def test_bad_config_ends_the_run_before_it_starts(project):
    project.configure(sede=1)
    output = project.fails()
    assert "config.yaml: the top level may hold figures, seed, studies, tables, but has 'sede'" in output
    assert not (project.root / "results").exists()


def test_lint_is_clean():
    finished = subprocess.run([sys.executable, "-m", "snakemake", "--lint"], cwd=ROOT, capture_output=True, text=True)
    assert finished.returncode == 0, finished.stdout + finished.stderr
