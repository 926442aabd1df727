"""Grids, batches, digests and seeds."""

from dataclasses import replace

import numpy as np
import pytest

from qnet.errors import Refused
from qnet.pipeline import grid, run, study

BLOCK = {
    "model": "chiral.disordered_peak",
    "grid": {"width_atoms": {"linspace": [0, 1, 5]}, "nodes": ["first", "both"]},
    "fixed": {"g1": 0.126, "g2": 0.277, "samples": 4},
}


def joined(block, name="disorder", seed=1):
    parts = [run.compute(batch)[0] for batch in study.batches(name, block, seed)]
    return {key: np.concatenate([part[key] for part in parts]) for key in parts[0]}


def test_axes():
    assert grid.axis([1, 2]) == [1, 2]
    assert grid.axis([1, 2.5]) == [1.0, 2.5]
    assert grid.axis({"linspace": [0, 1, 5]}) == [0, 0.25, 0.5, 0.75, 1]
    assert grid.axis({"linspace": [3, 4, 1]}) == [3]
    assert grid.axis({"geomspace": [1, 1000, 4]}) == pytest.approx([1, 10, 100, 1000])
    ends = grid.axis({"geomspace": [10, 1e5, 33]})
    assert (ends[0], ends[16], ends[-1]) == (10, 1000, 1e5)


def test_rows_are_cases_times_grid_with_the_first_slowest():
    rows = grid.columns([{"g1": 1, "g2": 2}, {"g1": 3, "g2": 4}], {"time": [0, 1, 2]})
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


def test_another_seed_leaves_alone_what_has_no_chance_in_it():
    block = {"model": "chiral.peak_concurrence", "grid": {"g1": [0.1]}, "fixed": {"g2": 0.2}}
    assert study.batches("peak", block, 1) == study.batches("peak", block, 2)
    assert study.plan("peak", block, 1, ["d"]) == study.plan("peak", block, 2, ["d"])


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


def test_code_that_has_changed_since_the_run_began_is_refused():
    batch = study.batches("disorder", BLOCK, 1)[0]
    with pytest.raises(Refused, match=r"code of chiral\.disordered_peak must stay as it was when the run began"):
        run.compute(replace(batch, code="0" * 16))
