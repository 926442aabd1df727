"""A run as a Workflow Run RO-Crate: what the profiles ask for, as far as it can be checked without their network."""

import json
import shutil
import zipfile
from pathlib import Path

import pytest

from copies import Project

WORKFLOW = ["File", "SoftwareSourceCode", "ComputationalWorkflow"]


@pytest.fixture(scope="module")
def crate(made, tmp_path_factory):
    project = Project(Path(shutil.copytree(made.root, tmp_path_factory.mktemp("crate") / "finished")))
    project.run("crate")
    with zipfile.ZipFile(project.root / "results/run.crate.zip") as held:
        assert held.testzip() is None
        described = json.loads(held.read("ro-crate-metadata.json"))
        return described["@context"], {each["@id"]: each for each in described["@graph"]}, held.namelist()


def ids(value):
    return [each["@id"] for each in (value if isinstance(value, list) else [value])]


def test_what_the_profiles_require(crate):
    context, graph, _ = crate
    assert context == "https://w3id.org/ro/crate/1.1/context"
    root = graph["./"]
    assert {"name", "description", "datePublished", "license"} < set(root)
    assert "https://w3id.org/ro/wfrun/workflow/0.5" in ids(root["conformsTo"])
    workflow = graph[root["mainEntity"]["@id"]]
    assert workflow["@type"] == WORKFLOW
    assert graph[workflow["programmingLanguage"]["@id"]]["@type"] == "ComputerLanguage"
    actions = [each for each in graph.values() if each["@type"] == "CreateAction"]
    assert (
        {each["@id"] for each in actions}
        == set(ids(root["mentions"]))
        == {"#run", "#make-figures-mok_fig3", "#make-figures-mok_fig7"}
    )
    assert graph["#run"]["instrument"]["@id"] == workflow["@id"]


def test_all_that_it_speaks_of_is_there(crate):
    _, graph, names = crate
    for entity in graph.values():
        for value in entity.values():
            for reference in value if isinstance(value, list) else [value]:
                if isinstance(reference, dict) and not reference["@id"].startswith("http"):
                    assert reference["@id"] in graph
        kind = entity["@type"]
        if "File" in kind and entity["@id"] != "ro-crate-metadata.json":
            assert entity["@id"] in names
            assert entity["encodingFormat"]
    for name in names:
        assert name in graph or any(
            name.startswith(f"{folder}/") for folder in ("qnet", "workflow", "envs", "profiles")
        )
        assert "__pycache__" not in name
    assert len(names) == len(set(names))


def test_a_figure_names_its_script_and_its_studies(crate):
    _, graph, _ = crate
    action = graph["#make-figures-mok_fig7"]
    assert graph[action["instrument"]["@id"]]["description"].startswith("Unequal waveguide couplings")
    assert ids(action["object"]) == ["results/mok_bare_evolution.parquet", "results/mok_cavity_evolution.parquet"]
    assert set(ids(action["result"])) == {"figures/mok_fig7.pdf", "figures/mok_fig7.png"}
    table = graph["results/mok_bare_evolution.parquet"]
    assert table["description"].startswith("chiral.bare_evolution on the grid of mok_bare_evolution; seed")
    assert "concurrence: concurrence of the two atoms [1]" in table["variableMeasured"]
