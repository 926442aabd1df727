"""The workflow from end to end, as a user runs it."""

import shutil
import subprocess
import sys

import pytest
import yaml

from copies import ROOT

FIGURES = {"mok_fig3": "figure mok_fig3", "mok_fig7": "figure mok_fig7"}


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
    original = script.read_text(encoding="utf-8")
    script.write_text(original.replace("Eq. (10)", "Equation 10"), encoding="utf-8")
    assert project.due() == {"figure mok_fig3"}
    script.write_text(original, encoding="utf-8")
    project.run()

    config = (project.root / "config.yaml").read_text(encoding="utf-8")
    changed = config.replace("3.88", "3.5")
    assert changed.count("3.5") == 1
    (project.root / "config.yaml").write_text(changed, encoding="utf-8")
    due = project.due()
    assert {"aggregate mok_bare_evolution", "figure mok_fig7"} < due
    assert len(due) == 3  # and the one batch that holds the value
    (project.root / "config.yaml").write_text(config, encoding="utf-8")
    project.run()
    assert project.due() == set()

    model = project.root / "qnet/chiral/evolution.py"
    model.write_text(model.read_text(encoding="utf-8").replace('"""Amplitudes', '"""All amplitudes'), encoding="utf-8")
    assert project.due() == set()
    model.write_text(model.read_text(encoding="utf-8") + "\n\nUNUSED = 1\n", encoding="utf-8")
    due = project.due()
    assert {job.split()[0] for job in due} == {"simulate", "aggregate", "figure"}
    assert {job for job in due if job.startswith("figure")} == set(FIGURES.values())

    model.write_text(model.read_text(encoding="utf-8").replace("\n\nUNUSED = 1\n", ""), encoding="utf-8")
    project.run()
    style = project.root / "qnet/figure.py"
    style.write_text(
        style.read_text(encoding="utf-8").replace('"lines.linewidth": 1.1', '"lines.linewidth": 1.2'), encoding="utf-8"
    )
    assert project.due() == set(FIGURES.values())


def test_results_survive_the_loss_of_metadata(project):
    """Without .snakemake/, a changed config is still noticed, and what is up to date is not computed again."""
    project.run()
    shutil.rmtree(project.root / ".snakemake")
    assert not [job for job in project.due() if job.startswith("simulate")]
    config = (project.root / "config.yaml").read_text(encoding="utf-8")
    (project.root / "config.yaml").write_text(config.replace("3.88", "3.5"), encoding="utf-8")
    due = project.due()
    assert "aggregate mok_bare_evolution" in due
    assert sum(job.startswith("simulate") for job in due) == 1


@pytest.mark.parametrize(("study", "message"), [
    ({"model": "chiral.bare_evolution", "grid": {"gamma_r2": [1.0, -1.0], "time": [0.0, 1.0]}},
     "Error: study mok_bare_evolution: gamma_r2 must be finite, not negative and at most 1e9, but has -1.0 at index"),
    ({"model": "chiral.bare_evolution", "grid": {"gamma_r2": [1.0, float("nan")], "time": [0.0, 1.0]}},
     "config.yaml: studies.mok_bare_evolution.grid.gamma_r2 must not hold NaN, but is [1.0, nan]"),
    ({"model": "chiral.bare_evolution", "grid": {"gamma_r2": ["1e0"], "time": [0.0, 1.0]}},
     "config.yaml: studies.mok_bare_evolution.grid.gamma_r2 must hold numbers as YAML writes them, such as 1.0e-3"),
])  # fmt: skip
def test_bad_values_end_the_run_with_one_sentence(project, study, message):
    studies = yaml.safe_load((project.root / "config.yaml").read_bytes())["studies"] | {"mok_bare_evolution": study}
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
    finished = subprocess.run(
        [sys.executable, "-m", "snakemake", "--lint"], cwd=ROOT, capture_output=True, encoding="utf-8"
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
