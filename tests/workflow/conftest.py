import shutil
from pathlib import Path

import pytest
import yaml

from copies import ROOT, Project, copied


def two_figures(folder: Path) -> Project:
    """A copy of the project with two figures from three small studies, one of them in two batches."""
    made = copied(folder)
    for script in (folder / "workflow/scripts").glob("*s/**/*.py"):
        if script.stem not in ("mok_fig3", "mok_fig7"):
            script.unlink()
    whole = yaml.safe_load((ROOT / "config.yaml").read_bytes())
    time = {"linspace": [0, 20, 21]}
    studies = {
        "mok_long_time": whole["studies"]["mok_long_time"] | {"grid": {"time": time}},
        "mok_master_equation": whole["studies"]["mok_long_time"] | {"grid": {"time": time}},
        "mok_bare_evolution": {
            "model": "chiral.bare_evolution",
            "grid": {"gamma_r2": [1.0, 3.88], "time": time},
            "values_per_batch": 1,
        },
        "mok_cavity_evolution": whole["studies"]["mok_cavity_evolution"] | {"grid": {"time": time}},
    }
    figures = {name: whole["figures"][name] for name in ("mok_fig3", "mok_fig7")}
    made.configure(studies=studies, figures=figures, tables={})
    return made


@pytest.fixture
def project(tmp_path) -> Project:
    """Two figures, not yet made."""
    return two_figures(tmp_path / "project")


@pytest.fixture(scope="session")
def made(tmp_path_factory) -> Project:
    """Two figures, made once; to be looked at only."""
    made = two_figures(tmp_path_factory.mktemp("made") / "project")
    made.run()
    return made


@pytest.fixture
def finished(made, tmp_path) -> Project:
    """A copy of the folder in which two figures have been made."""
    return Project(Path(shutil.copytree(made.root, tmp_path / "finished")))
