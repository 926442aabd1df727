"""The committed numbers are what the code computes, on this processor and with other ones' instructions."""

import csv
import itertools
import json
import os
import subprocess
import sys
import zlib

import numpy as np
import pytest
import yaml
from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__

from copies import ROOT
from qnet.errors import Refused
from qnet.pipeline import reference, run, study, table

CONFIG = yaml.safe_load((ROOT / "config.yaml").read_bytes())
ORIGIN = {"study": "s", "model": "m", "seed": 1, "cases": [{}], "axes": {"g1": [1, 2]}, "fixed": {}}
COLUMNS = {
    "g1": np.array([1.0, 2.0]), "concurrence": np.array([0.5, 1e-6]), "time": np.array([np.inf, 1.0]),
    "mean_peak": np.array([0.3, 0.4]), "mean_peak_se": np.array([0.01, 0.02]),
    "hold": np.array(["gamma_r", "gamma_total"], dtype=object), "reached": np.array([True, False]),
}  # fmt: skip


def changed(name, values):
    return COLUMNS | {name: np.array(values)}


@pytest.mark.parametrize(("fresh", "verdict", "detail"), [
    (COLUMNS, "same numbers", ""),
    (changed("concurrence", [0.5 + 4e-7, 1e-6]), "within tolerance", "at most 0.8 of it, in concurrence"),
    (changed("concurrence", [0.5 + 6e-7, 1e-6]), "differs", "concurrence in row 0 is 0.5000006, committed 0.5"),
    (changed("concurrence", [0.5, 1e-6 + 0.8e-12]), "within tolerance", "at most 0.8 of it, in concurrence"),
    (changed("concurrence", [0.5, 1e-6 + 1.2e-12]), "differs", "concurrence in row 1"),
    (changed("concurrence", [np.nan, 1e-6]), "differs", "concurrence in row 0 is nan"),
    (changed("time", [1e300, 1.0]), "differs", "time in row 0 is 1e+300, committed inf"),
    (changed("time", [np.inf, np.inf]), "differs", "time in row 1 is inf, committed 1.0"),
    (changed("mean_peak", [0.3, 0.53]), "within tolerance", "in mean_peak"),
    (changed("mean_peak", [0.3, 0.55]), "differs", "mean_peak in row 1"),
    (changed("mean_peak_se", [0.01, 0.039]), "within tolerance", "in mean_peak_se"),
    (changed("mean_peak_se", [0.01, 0.041]), "differs", "mean_peak_se in row 1"),
    (changed("hold", ["gamma_r", "gamma_r"]), "differs", "hold in row 1 is gamma_r, committed gamma_total"),
    (changed("reached", [True, True]), "differs", "reached in row 1 is True, committed False"),
    ({"g1": COLUMNS["g1"]}, "differs", "concurrence, hold, mean_peak, mean_peak_se, reached, time in one of the tables only"),
])  # fmt: skip
def test_comparison(fresh, verdict, detail):
    found = reference.compare("s", (fresh, ORIGIN), (COLUMNS, ORIGIN))
    assert (found.name, found.verdict) == ("s", verdict)
    assert detail in found.detail


@pytest.mark.parametrize(("name", "row", "value", "verdict"), [
    ("g1", slice(0, 2), 2.0, "same numbers"),  # along a ridge
    ("g1", slice(0, 3), 2.0, "differs"),
    ("g1", slice(None), 1.04, "same numbers"),
    ("g1", 0, np.nan, "differs"),
    ("g1", 199, np.nan, "differs"),
    ("concurrence", 199, np.nan, "differs"),
    ("concurrence", 0, 0.5 + 1e-7, "within tolerance"),
    ("concurrence", 0, 0.6, "differs"),
    ("concurrence", 199, 0.6, "same numbers"),  # where no search converged
    ("converged", slice(0, 2), False, "same numbers"),
    ("converged", slice(0, 3), False, "differs"),
    ("agreeing", slice(0, 150), 13, "same numbers"),  # of 20 climbs, 18 of which agreed
    ("agreeing", slice(0, 2), 12, "same numbers"),
    ("agreeing", slice(0, 3), 12, "differs"),
    ("climbs", 0, 19, "differs"),
])  # fmt: skip
def test_optima_are_compared_by_what_they_reach(name, row, value, verdict):
    committed = {
        "g1": np.ones(200), "concurrence": np.full(200, 0.5), "converged": np.arange(200) < 150,
        "agreeing": np.full(200, 18), "climbs": np.full(200, 20),
    }  # fmt: skip
    fresh = {column: values.copy() for column, values in committed.items()}
    fresh[name][row] = value
    assert reference.compare("s", (fresh, ORIGIN), (committed, ORIGIN)).verdict == verdict


@pytest.mark.parametrize(("rows", "value", "axes", "verdict"), [
    (slice(0, 2), 7.0, {"g1": [1]}, "within tolerance"),  # a maximum that is only approached
    (slice(0, 3), 7.0, {"g1": [1]}, "differs"),
    (slice(0, 2), np.nan, {"g1": [1]}, "differs"),
    (slice(0, 2), 7.0, {"time": [1]}, "differs"),  # times that are given
])  # fmt: skip
def test_few_times_of_maxima_may_stray(rows, value, axes, verdict):
    committed = {"time": np.ones(200), "concurrence": np.full(200, 0.5)}
    fresh = committed | {"time": committed["time"].copy()}
    fresh["time"][rows] = value
    origin = ORIGIN | {"axes": axes}
    found = reference.compare("s", (fresh, origin), (committed, origin))
    assert found.verdict == verdict
    assert verdict == "differs" or found.detail == "but for 2 of 200 times of maxima that are only approached"


def test_other_parameters_are_not_compared():
    found = reference.compare("s", (COLUMNS, ORIGIN | {"seed": 2}), (changed("g1", [5.0, 6.0]), ORIGIN))
    assert (found.verdict, found.detail) == ("other parameters", "another seed")
    assert reference.compare("s", (COLUMNS, ORIGIN), None).verdict == "not committed"
    assert reference.compare("s", None, (COLUMNS, ORIGIN)).verdict == "not computed"


def test_every_study_of_either_side_is_compared():
    """Nothing but the first table agrees: one is no more in the config, and the verdicts are gone."""
    name, other = "mok_bare_peak", "mok_printed_peak"
    fresh = {name: table.read(ROOT / f"reference/{name}.parquet"), "new": (COLUMNS, ORIGIN)}
    found = {one.name: one.verdict for one in reference.comparisons(fresh, {}, ROOT / "reference")}
    assert (found.pop(name), found.pop("new"), found.pop(other)) == ("same numbers", "not committed", "not computed")
    assert (found.pop("claims"), *set(found.values())) == ("differs", "not computed")
    with pytest.raises(Refused, match=r"verdicts.json must exist, but does not"):
        reference.comparisons({}, {}, ROOT / "tests")


@pytest.mark.parametrize(("name", "column"), [
    ("midpoint_tolerance", "tolerated_asymmetry_km"), ("avis_gaussian_leading", "distinguishability"),
])  # fmt: skip
def test_small_values_of_wide_columns_are_seen(name, column):
    columns, origin = table.read(ROOT / f"reference/{name}.parquet")
    row = np.argsort(columns[column])[len(columns[column]) // 4]
    wrong = columns | {column: columns[column].copy()}
    wrong[column][row] *= 3
    assert reference.compare(name, (wrong, origin), (columns, origin)).verdict == "differs"


def test_verdicts():
    assert reference.compare_verdicts({"a": "x"}, {"a": "x"}).verdict == "same verdicts"
    found = reference.compare_verdicts({"a": "x", "b": "y"}, {"a": "y"})
    assert (found.verdict, found.detail) == ("differs", "a x, committed y; b y, committed absent")


def test_every_study_is_committed_with_its_parameters():
    assert {path.stem for path in (ROOT / "reference").glob("*.parquet")} == set(CONFIG["studies"])
    for name, block in CONFIG["studies"].items():
        planned = json.loads(json.dumps(study.plan(name, block, CONFIG["seed"], [])))
        assert reference.parameters(planned) == table.read(ROOT / f"reference/{name}.parquet")[1], name


def test_committed_verdicts_are_those_of_the_table_of_claims():
    with open(ROOT / "figures/claims.csv", newline="", encoding="utf-8") as file:
        assert {row["id"]: row["verdict"] for row in csv.DictReader(file)} == json.loads(
            (ROOT / "reference/verdicts.json").read_bytes()
        )


@pytest.mark.parametrize("name", CONFIG["studies"])
def test_rows_are_the_committed_ones(name):
    """A row or two of every study, computed here."""
    block = CONFIG["studies"][name]
    whole = study.batches(name, block | {"values_per_batch": 10**9}, CONFIG["seed"])[0]
    committed, origin = table.read(ROOT / f"reference/{name}.parquet")
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    for row in rng.integers(
        len(next(iter(committed.values()))), size=1 if "deliveries" in block.get("fixed", {}) else 3
    ):
        case, *point = next(itertools.islice(itertools.product(whole.cases, *whole.axes.values()), row, None))
        axes = {axis: [value] for axis, value in zip(whole.axes, point, strict=True)}
        found, _ = run.compute(study.Batch(**vars(whole) | {"cases": [case], "axes": axes}))
        expected = {column: values[[row]] for column, values in committed.items()}
        assert reference.compare(name, (found, origin), (expected, origin)).verdict != "differs"


def test_rows_are_the_committed_ones_elsewhere():
    """The same with other instructions in Numba, NumPy and BLAS, and with another number of threads."""
    switches = {
        "NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": "", "OPENBLAS_CORETYPE": "Prescott",
        "NPY_DISABLE_CPU_FEATURES": " ".join(name for name in __cpu_dispatch__ if __cpu_features__[name]),
        "NUMBA_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "2", "OMP_NUM_THREADS": "2",
    }  # fmt: skip
    command = [sys.executable, "-m", "pytest", "--no-cov", "-q", f"{__file__}::test_rows_are_the_committed_ones"]
    finished = subprocess.run(command, cwd=ROOT, env=os.environ | switches, capture_output=True, encoding="utf-8")
    assert finished.returncode == 0, finished.stdout
