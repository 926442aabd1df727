"""The tutorial's recipe for a new model, done as written: a study of it runs, and its code is part of its digest."""

import re
import textwrap

import numpy as np
import pytest
import yaml

from copies import ROOT
from qnet import chiral
from qnet.pipeline import table

RECIPE = (ROOT / "docs/tutorials/add_a_model.md").read_text(encoding="utf-8")
(CODE,) = re.findall(r"^ *```py\n(.*?)^ *```", RECIPE, re.DOTALL | re.MULTILINE)
LINE = "from qnet.chiral.formation import peak_formation"
G1 = [0.05, 0.126, 0.4]


@pytest.fixture
def added(project):
    """A project with the recipe's model and a study of it."""
    assert LINE in RECIPE
    (project.root / "qnet/chiral/formation.py").write_text(textwrap.dedent(CODE), encoding="utf-8")
    init = project.root / "qnet/chiral/__init__.py"
    text = init.read_text(encoding="utf-8").replace("__all__ = [", f'{LINE}\n\n__all__ = ["peak_formation", ')
    init.write_text(text, encoding="utf-8")
    study = {"model": "chiral.peak_formation", "grid": {"g1": G1}, "fixed": {"g2": 0.277}}
    project.configure(studies=yaml.safe_load((project.root / "config.yaml").read_bytes())["studies"] | {"mine": study})
    return project


def test_a_study_of_it_runs_and_follows_its_code(added):
    """Against the entropy of an atom in the pure state of two qubits that has this concurrence."""
    made = "results/mine.parquet"
    assert added.run(made)[-1] == "aggregate mine"
    columns, _ = table.read(added.root / made)
    assert table.about(added.root / made)["formation_ebit"][0] == "ebit"
    angles = np.arcsin(chiral.peak_concurrence(chiral.Network(g1=G1, g2=0.277)).concurrence) / 2
    entropies = [-sum(p * np.log2(p) for p in (np.cos(a) ** 2, np.sin(a) ** 2)) for a in angles]
    np.testing.assert_allclose(columns["formation_ebit"], entropies, rtol=1e-12)

    file = added.root / "qnet/chiral/formation.py"
    file.write_text(file.read_text(encoding="utf-8").replace("Formation(bin", "Formation(2 * bin"), encoding="utf-8")
    assert "aggregate mine" in added.run(made)
    np.testing.assert_allclose(table.read(added.root / made)[0]["formation_ebit"], 2 * np.array(entropies), rtol=1e-12)


def test_a_column_without_a_unit_is_refused_before_any_work(added):
    file = added.root / "qnet/chiral/formation.py"
    text = re.sub(r" = field\(.*\)", "", file.read_text(encoding="utf-8"))
    file.write_text(text, encoding="utf-8")
    said = added.fails("results/mine.parquet")
    assert "which values parameters take, but does not of its result formation_ebit; add metadata=about(...)" in said
    assert "in qnet/chiral/formation.py" in said
    assert not (added.root / "results").exists()


def test_a_field_without_a_rule_is_refused_with_the_file_of_its_record(added):
    network = added.root / "qnet/chiral/network.py"
    text = network.read_text(encoding="utf-8")
    assert 'metadata={"quantity": G1}' in text
    network.write_text(text.replace('metadata={"quantity": G1}', "metadata={}"), encoding="utf-8")
    said = added.fails("results/mine.parquet")
    assert "but does not of its parameter g1; add metadata=about(...)" in said
    assert "in qnet/chiral/network.py" in said


@pytest.mark.parametrize(("old", "new", "message"), [
    ("formation_ebit: Floats", "g1: Floats", "must have another name for its result g1, which a parameter has as well"),
    ("Formation(bin", "Formation([[1], [2]] * bin", "formation_ebit must be one value a row, but has the shape (2, 1) for 1 rows"),
])  # fmt: skip
def test_columns_that_fit_no_table_are_refused(added, old, new, message):
    file = added.root / "qnet/chiral/formation.py"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    assert message in added.fails("results/mine.parquet")
