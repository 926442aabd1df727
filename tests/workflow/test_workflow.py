"""The workflow from end to end, as a user runs it."""

import os
import shutil
import subprocess
import sys

import pytest
import yaml

from copies import ROOT, Project

FIGURES = {"mok_fig3": "figure mok_fig3", "mok_fig7": "figure mok_fig7"}


def test_same_bytes_from_a_second_run_elsewhere(made, tmp_path):
    made.run("--directory", str(tmp_path))
    for folder in ("figures", "results"):
        for path in (made.root / folder).glob("*.*"):
            assert (tmp_path / folder / path.name).read_bytes() == path.read_bytes(), path.name


def test_reruns(finished):
    """A second run does nothing; an edit reruns what depends on it, and nothing else."""
    assert finished.due() == set()

    script = finished.root / "workflow/scripts/figures/mok_fig3.py"
    original = script.read_text(encoding="utf-8")
    script.write_text(original.replace("Eq. (10)", "Equation 10"), encoding="utf-8")
    assert finished.due() == {"figure mok_fig3"}
    script.write_text(original, encoding="utf-8")
    finished.run()

    config = (finished.root / "config.yaml").read_text(encoding="utf-8")
    changed = config.replace("3.88", "3.5")
    assert changed.count("3.5") == 1
    (finished.root / "config.yaml").write_text(changed, encoding="utf-8")
    due = finished.due()
    assert {"aggregate mok_bare_evolution", "figure mok_fig7"} < due
    assert len(due) == 3  # and the one batch that holds the value
    (finished.root / "config.yaml").write_text(config, encoding="utf-8")
    finished.run()
    assert finished.due() == set()

    style = finished.root / "qnet/present/style.py"
    whole = style.read_text(encoding="utf-8")
    style.write_text(whole.replace('"lines.linewidth": 1.1', '"lines.linewidth": 1.2'), encoding="utf-8")
    assert finished.due() == set(FIGURES.values())
    style.write_text(whole, encoding="utf-8")

    model = finished.root / "qnet/chiral/evolution.py"
    model.write_text(model.read_text(encoding="utf-8").replace('"""Amplitudes', '"""All amplitudes'), encoding="utf-8")
    assert finished.due() == set()
    model.write_text(model.read_text(encoding="utf-8") + "\n\nUNUSED = 1\n", encoding="utf-8")
    due = finished.due()
    assert {job.split()[0] for job in due} == {"simulate", "aggregate", "figure"}
    assert {job for job in due if job.startswith("figure")} == set(FIGURES.values())


def test_content_decides_whatever_the_time_stamps_say(finished):
    """An edit from a backup is older than the pictures, with Snakemake's records and without; a touch is no edit."""
    for path in (finished.root / "qnet").rglob("*.py"):
        path.touch()
    for path in (finished.root / "workflow/scripts").rglob("*.py"):
        path.touch()
    assert finished.due() == set()
    library, script = finished.root / "qnet/present/curves.py", finished.root / "workflow/scripts/figures/mok_fig3.py"
    for path, due in ((library, set(FIGURES.values())), (script, {FIGURES["mok_fig3"]})):
        whole = path.read_text(encoding="utf-8")
        path.write_text(f"{whole}\n\nUNUSED = 1\n", encoding="utf-8")
        os.utime(path, (1e9, 1e9))
        assert finished.due() == due
        records = finished.root / ".snakemake"
        records.rename(finished.root / "aside")
        assert finished.due() == due
        shutil.rmtree(records)
        (finished.root / "aside").rename(records)
        path.write_text(whole, encoding="utf-8")
    assert finished.due() == set()


def test_looking_changes_nothing(finished):
    """A dry run and a report of what there is leave no trace, and hide nothing from the next run."""
    config = (finished.root / "config.yaml").read_text(encoding="utf-8")
    (finished.root / "config.yaml").write_text(config.replace("3.88", "3.5"), encoding="utf-8")
    before = {path: path.stat().st_mtime_ns for path in (finished.root / "results").rglob("*")}
    due = finished.due()
    finished.run("--summary")
    assert {path: path.stat().st_mtime_ns for path in (finished.root / "results").rglob("*")} == before
    assert finished.due() == due
    assert len(due) == 3


def test_a_touch_does_not_hide_a_change_of_config(finished):
    """`--touch` makes all files look up to date; what they are made of still differs from what the config asks for."""
    config = (finished.root / "config.yaml").read_text(encoding="utf-8")
    (finished.root / "config.yaml").write_text(config.replace("3.88", "3.5"), encoding="utf-8")
    finished.snakemake("--touch")
    ran = finished.run()
    assert {"aggregate mok_bare_evolution", "figure mok_fig7", "publish mok_fig7"} < set(ran)


def test_a_copied_folder_with_its_results_has_nothing_to_do(made, finished):
    assert finished.root != made.root
    assert finished.run() == []


def test_a_failing_job_leaves_the_committed_picture_alone(finished):
    figures = finished.root / "figures"
    before = {path.name: path.read_bytes() for path in figures.iterdir()}
    script = finished.root / "workflow/scripts/figures/mok_fig3.py"
    whole = script.read_text(encoding="utf-8")
    script.write_text(whole.replace("    return fig", "    raise OSError('broken')"), encoding="utf-8")
    for _ in range(2):
        assert "OSError: broken" in finished.fails()
        assert {path.name: path.read_bytes() for path in figures.iterdir()} == before
    script.write_text(whole.replace("    return fig", "    fig.text(0, 0, 'x')\n    return fig"), encoding="utf-8")
    finished.run()
    assert (figures / "mok_fig3.png").read_bytes() != before["mok_fig3.png"]


def test_an_axis_of_an_overlay_takes_the_place_of_the_axis(project, tmp_path):
    """And what is wrong with it is said of both files."""
    overlay = tmp_path / "overlay.yaml"
    study = {"grid": {"time": {"geomspace": [0.1, 20, 21]}}}
    overlay.write_text(yaml.safe_dump({"studies": {"mok_long_time": study}}), encoding="utf-8")
    assert "aggregate mok_long_time" in project.run("results/mok_long_time.parquet", "--configfile", str(overlay))
    study["grid"]["time"] = {"geomspace": [0, 20, 21]}
    overlay.write_text(yaml.safe_dump({"studies": {"mok_long_time": study}}), encoding="utf-8")
    said = project.fails("results/mok_long_time.parquet", "--configfile", str(overlay))
    assert "config.yaml with overlay.yaml: studies.mok_long_time.grid.time.geomspace must run between positive" in said


def test_a_path_that_a_shell_minds_works_with_python_elsewhere(project, tmp_path_factory):
    odd = tmp_path_factory.mktemp("odd") / "it's a$b;c & d"
    shutil.copytree(project.root, odd)
    assert "table" not in Project(odd).run("figures/mok_fig3.pdf")


def test_results_survive_the_loss_of_metadata(finished):
    """Without .snakemake/, a changed config is still noticed, and what is up to date is not computed again."""
    shutil.rmtree(finished.root / ".snakemake")
    assert not [job for job in finished.due() if job.startswith("simulate")]
    config = (finished.root / "config.yaml").read_text(encoding="utf-8")
    (finished.root / "config.yaml").write_text(config.replace("3.88", "3.5"), encoding="utf-8")
    due = finished.due()
    assert "aggregate mok_bare_evolution" in due
    assert sum(job.startswith("simulate") for job in due) == 1


@pytest.mark.parametrize(("study", "message"), [
    ({"model": "chiral.bare_evolution", "grid": {"gamma_r2": [1.0, -1.0], "time": [0.0, 1.0]}},
     "config.yaml: studies.mok_bare_evolution.grid.gamma_r2 must be finite, not negative and at most 1e9, but has -1.0 at index 1"),
    ({"model": "chiral.peak_concurrence", "grid": {"g1": [0.1, 1e9]}, "fixed": {"g2": 0.2}},  # what a job alone can know
     "Error: study mok_bare_evolution: window must be finite"),
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


def test_a_claim_that_takes_a_study_that_is_not_there_is_named(project):
    script = project.root / "workflow/scripts/claims/mok/mine.py"
    script.write_text('@claim("here", "mine")\ndef mine(my_study):\n    return my_study\n', encoding="utf-8")
    message = "studies must have my_study, which workflow/scripts/claims/mok takes, but do not"
    assert "WorkflowError in file" in (said := project.fails("--dry-run"))
    assert message in said
    assert "Traceback" not in said


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
