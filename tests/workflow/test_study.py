"""Grids, batches, digests and seeds."""

import re
from dataclasses import replace

import numpy as np
import pytest

from qnet import study
from qnet.errors import Refused

BLOCK = {
    "model": "chiral.disordered_peak",
    "grid": {"width_atoms": {"linspace": [0, 1, 5]}, "nodes": ["first", "both"]},
    "fixed": {"g1": 0.126, "g2": 0.277, "samples": 4},
}


def joined(block, name="disorder", seed=1):
    parts = [study.run(batch) for batch in study.batches(name, block, seed)]
    return {key: np.concatenate([part[key] for part in parts]) for key in parts[0]}


def test_axes():
    assert study.axis([1, 2]) == [1, 2]
    assert study.axis([1, 2.5]) == [1.0, 2.5]
    assert study.axis({"linspace": [0, 1, 5]}) == [0, 0.25, 0.5, 0.75, 1]
    assert study.axis({"linspace": [3, 4, 1]}) == [3]
    assert study.axis({"geomspace": [1, 1000, 4]}) == pytest.approx([1, 10, 100, 1000])
    ends = study.axis({"geomspace": [10, 1e5, 33]})
    assert (ends[0], ends[16], ends[-1]) == (10, 1000, 1e5)


def test_rows_are_cases_times_grid_with_the_first_slowest():
    rows = study.columns([{"g1": 1, "g2": 2}, {"g1": 3, "g2": 4}], {"time": [0, 1, 2]})
    assert rows == {"g1": [1, 1, 1, 3, 3, 3], "g2": [2, 2, 2, 4, 4, 4], "time": [0, 1, 2, 0, 1, 2]}


def test_results_do_not_depend_on_batching():
    one, five = joined(BLOCK), joined(BLOCK | {"values_per_batch": 1})
    assert len(study.batches("disorder", BLOCK | {"values_per_batch": 1}, 1)) == 5
    assert one.keys() == five.keys()
    for name in one:
        np.testing.assert_array_equal(one[name], five[name])


def test_a_row_keeps_its_numbers_when_others_come_and_go():
    fewer = BLOCK | {"grid": {"width_atoms": [0.5, 1.0], "nodes": ["both"]}}
    whole, part = joined(BLOCK), joined(fewer)
    rows = (whole["nodes"] == "both") & np.isin(whole["width_atoms"], [0.5, 1.0])
    np.testing.assert_array_equal(whole["mean_peak"][rows], part["mean_peak"])


def test_seed_and_study_name_change_the_samples():
    base = joined(BLOCK)["mean_peak"][-1]
    assert base != joined(BLOCK, seed=2)["mean_peak"][-1]
    assert base != joined(BLOCK, name="other")["mean_peak"][-1]


def test_digest_covers_everything_that_decides_the_result():
    def digests(block=BLOCK, name="disorder", seed=1):
        return {batch.digest for batch in study.batches(name, block, seed)}

    changes = [
        digests(BLOCK | {"fixed": BLOCK["fixed"] | {"samples": 8}}),
        digests(BLOCK | {"grid": BLOCK["grid"] | {"nodes": ["both", "first"]}}),
        digests(BLOCK | {"model": "chiral.disordered_readout"}),
        digests(name="other"),
        digests(seed=2),
    ]
    assert len(set.union(digests(), *changes)) == 1 + len(changes)
    assert digests() == digests()


def test_adding_a_value_leaves_the_other_batches_alone():
    block = BLOCK | {"values_per_batch": 1, "grid": {"width_atoms": [0.0, 0.5, 1.0]}}
    longer = block | {"grid": {"width_atoms": [0.0, 0.2, 0.5, 1.0]}}
    old, new = ({b.digest for b in study.batches("disorder", x, 1)} for x in (block, longer))
    assert old < new
    assert len(new - old) == 1


def test_code_digest_follows_code_but_not_prose(tmp_path, monkeypatch):
    package = tmp_path / "qnet"
    (package / "chiral").mkdir(parents=True)
    (package / "checks.py").write_text("LIMIT = 1\n", encoding="utf-8")
    for name in ("study", "table", "config"):
        (package / f"{name}.py").write_text("value = 1\n", encoding="utf-8")
    model = package / "chiral/model.py"
    model.write_text("from qnet import checks\n\n\ndef f():\n    return checks.LIMIT\n", encoding="utf-8")
    monkeypatch.setattr(study, "_PACKAGE", package)

    def digest():
        for cached in (study.code_digest, study._meaning, study._parsed):
            cached.cache_clear()
        return study.code_digest("chiral.f")

    first = digest()
    model.write_text(
        '"""Prose."""\n\nfrom qnet import checks\n\n\ndef f():\n    """More."""  # and more\n    return checks.LIMIT\n',
        encoding="utf-8",
    )
    assert digest() == first
    (package / "config.py").write_text("value = 2\n", encoding="utf-8")
    assert digest() == first
    for name in ("study", "table"):
        (package / f"{name}.py").write_text("value = 2\n", encoding="utf-8")
        assert digest() != first
        (package / f"{name}.py").write_text("value = 1\n", encoding="utf-8")
    assert digest() == first
    (package / "checks.py").write_text("LIMIT = 2\n", encoding="utf-8")
    second = digest()
    assert second != first
    model.write_text("from qnet import checks\n\n\ndef f():\n    return -checks.LIMIT\n", encoding="utf-8")
    assert digest() not in (first, second)
    monkeypatch.undo()
    for cached in (study.code_digest, study._meaning, study._parsed):
        cached.cache_clear()


def test_parameters_are_read_from_the_source():
    known, required = study.parameters("chiral.peak_concurrence")
    assert required == {"g1", "g2"}
    assert {"window", "gamma_l1"} < known


@pytest.mark.parametrize(
    "model", ["peak_concurrence", "chiral.nothing", "chiral._highest", "os.system", "..os.system", ""]
)
def test_only_public_functions_of_qnet_are_models(model):
    with pytest.raises(Refused, match=re.escape(f"but is {model!r}")):
        study.parameters(model)


def test_plan_is_rewritten_only_when_it_changes(tmp_path):
    path = tmp_path / "s/plan.json"

    def written(seed):
        study.write_plan(path, study.plan("s", BLOCK, seed, ["d1"]))
        return path.stat().st_mtime_ns

    first = written(1)
    assert written(1) == first
    assert written(2) > first
    whole = path.read_bytes()
    path.write_bytes(whole[:30] + b"\xff")
    written(2)
    assert path.read_bytes() == whole


def test_code_that_has_changed_since_the_run_began_is_refused():
    batch = study.batches("disorder", BLOCK, 1)[0]
    with pytest.raises(Refused, match=r"code of chiral\.disordered_peak must stay as it was when the run began"):
        study.run(replace(batch, code="0" * 16))
