"""What jobs are made of is on disk, newer than what it makes, and written by runs alone."""

import json
import os
from types import SimpleNamespace

import pytest
import yaml

from copies import ROOT
from qnet.errors import Refused
from qnet.pipeline import recipe, source, study

RUN = SimpleNamespace(executor_plugin=object(), dryrun=False, touch=False)
CONFIG = yaml.safe_load((ROOT / "config.yaml").read_bytes())


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_recipe_is_rewritten_only_when_it_changes(here):
    def written(value):
        return here / recipe.OnDisk({"audit": {"value": value}}, RUN)["audit"]

    path = written(1)
    os.utime(path, ns=(0, 0))
    first = path.stat().st_mtime_ns
    assert written(1).stat().st_mtime_ns == first
    assert written(2).stat().st_mtime_ns > first
    whole = path.read_bytes()
    path.write_bytes(whole[:10] + b"\xff")
    assert written(2).read_bytes() == whole


@pytest.mark.parametrize("other", [{"executor_plugin": None}, {"dryrun": True}, {"touch": True}])
def test_what_is_no_run_leaves_the_folder_alone(here, other):
    """And yet has a file that is newer than what an older recipe made, so that it sees what is due."""
    looking = SimpleNamespace(**vars(RUN) | other)
    kept = here / recipe.OnDisk({"audit": {"value": 1}}, RUN)["audit"]
    os.utime(kept, ns=(0, 0))
    before = kept.stat().st_mtime_ns
    assert here / recipe.OnDisk({"audit": {"value": 1}}, looking)["audit"] == kept
    aside = here / recipe.OnDisk({"audit": {"value": 2}}, looking)["audit"]
    assert here not in aside.parents
    assert aside.stat().st_mtime_ns > before
    assert kept.stat().st_mtime_ns == before


@pytest.mark.parametrize("notes", ["whole", "damaged", "empty", "gone"])
def test_what_is_known_of_code_is_never_believed_of_other_bytes(tmp_path, monkeypatch, notes):
    """A file that has changed is understood anew, whatever another process noted; and so is all, without notes."""
    monkeypatch.setattr(source, "ROOT", tmp_path)
    monkeypatch.setattr(source, "_remembered", {})
    monkeypatch.setattr(source, "_found", {})
    script = tmp_path / "script.py"
    script.write_text("value = 1\n", encoding="utf-8")
    source.forget()
    first = source.reached([script])
    kept = tmp_path / "code.json"
    contents = {"whole": json.dumps(source.known()), "damaged": json.dumps(source.known())[:-9], "empty": ""}
    if notes in contents:
        kept.write_text(contents[notes], encoding="utf-8")
    source.forget()
    source.remember(kept)
    assert source.reached([script]) == first
    script.write_text("value = 2\n", encoding="utf-8")
    source.forget()
    assert source.reached([script]) != first
    source.forget()


def test_a_recipe_names_the_code_that_a_script_reaches():
    batches = {name: study.batches(name, block, CONFIG["seed"]) for name, block in CONFIG["studies"].items()}
    found = recipe.recipes(CONFIG, batches)
    figure = found["figure.avis_fig6"]
    assert {"workflow/scripts/figures/avis_fig6.py", "qnet/present/style.py", "qnet/present/curves.py"} < set(
        figure["code"]
    )
    assert "workflow/scripts/figures/avis_fig5.py" not in figure["code"]
    assert not [name for name in figure["code"] if name.startswith(("qnet/chain/", "qnet/chiral/", "qnet/midpoint/"))]
    assert "qnet/chain/kernels.py" in found["claims.avis"]["code"]
    assert {"workflow/page/page.js", "CITATION.cff"} < set(found["page"]["code"])
    assert figure["data"].keys() == set(CONFIG["figures"]["avis_fig6"]["data"])


def test_titles_count_where_they_are_shown():
    """They are docstrings, which the digests of code leave out."""
    found = recipe.recipes(CONFIG, {name: [] for name in CONFIG["studies"]})
    text = (ROOT / "workflow/scripts/figures/avis_fig6.py").read_bytes().decode()
    for gathering, folder in (("contact_sheet", ""), ("codecheck", "figures/")):
        assert found[gathering]["words"][f"{folder}avis_fig6"] == source.digest(text)
        assert {f"{folder}{name}" for name in CONFIG["figures"]} <= set(found[gathering]["words"])


def test_code_that_is_edited_after_planning_is_refused():
    code = source.reached([ROOT / "workflow/scripts/audit.py"])
    recipe.check_code({"code": code})
    for changed in (code | {"qnet/present/markdown.py": "0" * 16}, code | {"qnet/gone.py": "0" * 16}):
        with pytest.raises(Refused, match=r"code must stay as it was when the run began, but qnet/\S+\.py has changed"):
            recipe.check_code({"code": changed})


@pytest.mark.parametrize("executable", ["/home/a b/.venv/bin/python", "/home/a$b/python", "/it's/python"])
def test_a_python_that_no_job_could_start_is_refused(executable):
    with pytest.raises(Refused, match=r"the path of Python must be one that a shell takes as it is"):
        recipe.check_interpreter(executable)
