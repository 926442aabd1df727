"""Verdicts follow from numbers by the stated rules, and every claim has its row."""

import ast
import csv
import re
from pathlib import Path

import pandas as pd
import pytest
import yaml

from qnet import chain, chiral
from qnet.chain.placement import Position
from qnet.errors import Refused
from qnet.pipeline import source, table
from qnet.present import claims

ROOT = Path(__file__).parents[2]
SCRIPTS = ROOT / "workflow/scripts"
FOLDERS = {path.parent for path in (SCRIPTS / "claims").glob("*/*.py")}
PAPERS = sorted((folder.name for folder in FOLDERS), reverse=True)


def rows() -> list[dict[str, str]]:
    with open(ROOT / "figures/claims.csv", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_bytes())


def called(decorator: ast.expr) -> str:
    return getattr(getattr(decorator, "func", None), "id", "")


@pytest.mark.parametrize(("printed", "computed", "uncertainty", "verdict"), [
    ("0.969", 0.96901, 0, "reproduced"),
    ("0.735", 0.73576, 0, "within rounding"),
    ("0.42", 0.4293, 0, "within rounding"),
    ("0.42", 0.4303, 0, "not reproduced"),
    ("0.42", 0.4303, 0.001, "within rounding"),
    ("50", 50.4, 0, "reproduced"),
    ("50", 52.0, 0.6, "within rounding"),
    ("50", 48.0, 0, "not reproduced"),
])  # fmt: skip
def test_numbers(printed, computed, uncertainty, verdict):
    found = claims.number(printed, computed, uncertainty=uncertainty, otherwise="why")
    assert found.verdict == verdict
    assert found.note == ("why" if verdict == "not reproduced" else "")


@pytest.mark.parametrize(("inside", "outside", "verdict"), [
    (True, True, "reproduced"), (True, False, "holds with a condition"), (False, True, "not reproduced"), (False, False, "not reproduced"),
])  # fmt: skip
def test_conditions(inside, outside, verdict):
    found = claims.conditional(inside, outside, "x > 0", "1", note="n")
    assert found.verdict == verdict
    assert found.note == ("Holds only if x > 0. n" if verdict == "holds with a condition" else "n")


def test_statements():
    assert claims.statement(True, "1", otherwise="why").verdict == "reproduced"
    assert claims.statement(False, "1", otherwise="why") == claims.Finding("", "1", "", "not reproduced", "why")
    assert claims.not_checkable("no data").verdict == "not checkable"


@pytest.mark.parametrize(("value", "uncertainty", "text"), [
    (0.9690077876, 1e-11, "0.9690077876"), (90.3454, 0.045, "90.345"), (5.0, 10.0, "5"), (1 / 3, 0.0, "0.3333333333"),
])  # fmt: skip
def test_digits(value, uncertainty, text):
    assert claims.digits(value, uncertainty) == text


@pytest.mark.parametrize(("off", "text"), [
    (3e-16, "< 1e-12"), (-4e-15, "< 1e-12"), (0.0, "< 1e-12"), (2e-12, "2.0e-12"), (-0.5, "-5.0e-01"), (float("nan"), "nan"),
])  # fmt: skip
def test_rounding_is_printed_as_its_bound(off, text):
    assert claims.bounded(off, 1e-12) == text


@pytest.mark.parametrize("paper", PAPERS)
def test_nothing_printed_is_rounding(paper):
    """Nothing below 1e-10 but bounds, since what is left there is another number on each machine."""
    folder = SCRIPTS / "claims" / paper
    studies = {name: pd.DataFrame(table.read(ROOT / f"reference/{name}.parquet")[0]) for name in source.claimed(folder)}
    for found in claims.collected(folder, studies):
        said = re.sub(r"< \S+|[Tt]o (a relative )?1e-\d+|\(1e-\d+\)", "", f"{found.computed} {found.note}")
        assert not [n for n in re.findall(r"\d[\d.]*e[+-]\d+", said) if abs(float(n)) < 1e-10], found.id


def test_every_claim_has_a_row_and_a_verdict():
    found = rows()
    ids = [row["id"] for row in found]
    assert len(set(ids)) == len(ids)
    assert {row["verdict"] for row in found} <= set(claims.VERDICTS)
    for paper in PAPERS:  # no number is left out
        numbers = [int(re.fullmatch(rf"{paper}_(\d+)_\w+", name).group(1)) for name in ids if name.startswith(paper)]
        assert set(numbers) == set(range(1, max(numbers) + 1))
    for row in found:
        assert row["statement"]
        assert row["section"]
        assert row["computed"] or row["verdict"] == "not checkable", row["id"]
        assert row["note"] or row["verdict"] in ("reproduced", "within rounding"), row["id"]


def test_rows_are_those_of_the_scripts():
    """In the same order; and whatever public returns a finding is marked as a claim, or there would be no row of it."""
    defined = [function.__name__ for paper in PAPERS for function in claims.defined(SCRIPTS / "claims" / paper)]
    assert [row["id"] for row in rows()] == defined
    for path in (SCRIPTS / "claims").glob("*/*.py"):
        functions = [node for node in parsed(path).body if isinstance(node, ast.FunctionDef)]
        marked = [node.name for node in functions if "claim" in [called(one) for one in node.decorator_list]]
        found = [node.name for node in functions if getattr(node.returns, "id", "") == "Finding"]
        assert marked == [name for name in found if not name.startswith("_")]


def test_claims_that_share_a_number_are_in_one_file():
    """Their order is that of the file; between files there is none."""
    found: dict[str, set[Path]] = {}
    for path in (SCRIPTS / "claims").glob("*/*.py"):
        for node in parsed(path).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and path.stem != "helpers":
                found.setdefault("_".join(node.name.split("_")[:2]), set()).add(path)
    assert found
    assert all(len(paths) == 1 for paths in found.values())


def test_claims_of_all_files_come_in_the_order_of_their_numbers(tmp_path):
    folder = tmp_path / "made_up"
    folder.mkdir()
    text = "from qnet.present.claims import claim, statement\nfrom .helpers import HOLDS\n"
    one = '@claim("Sec. I", "So it is")\ndef {}():\n    return statement(HOLDS, "1")\n'
    (folder / "helpers.py").write_text("HOLDS = True\n", encoding="utf-8")
    (folder / "a.py").write_text(text + one.format("made_up_10_b") + one.format("made_up_2_z"), encoding="utf-8")
    (folder / "b.py").write_text(text + one.format("made_up_9_y") + one.format("made_up_9_x"), encoding="utf-8")
    found = claims.collected(folder, {})
    assert [claim.id for claim in found] == ["made_up_2_z", "made_up_9_y", "made_up_9_x", "made_up_10_b"]
    assert {(claim.paper, claim.verdict) for claim in found} == {("made_up", "reproduced")}


def test_a_claim_without_a_number_is_refused(tmp_path):
    folder = tmp_path / "unnumbered"
    folder.mkdir()
    text = 'from qnet.present.claims import claim\n@claim("Sec. I", "So it is")\ndef unnumbered_first():\n    pass\n'
    (folder / "a.py").write_text(text, encoding="utf-8")
    with pytest.raises(Refused, match="must be named unnumbered_<number>_<words>, but one is unnumbered_first"):
        claims.defined(folder)


@pytest.mark.parametrize("path", sorted(SCRIPTS.glob("*s/**/*.py")), ids=lambda path: path.stem)
def test_nothing_is_sampled_outside_a_study(path):
    """Where a script gives a seed, its numbers come from no table, and no batch or `verify` knows of them."""
    nodes = list(ast.walk(parsed(path)))
    assert "seed" not in {node.arg for node in nodes if isinstance(node, ast.keyword)}
    assert "seed" not in {node.value for node in nodes if isinstance(node, ast.Constant)}


def test_studies_that_claims_read_exist():
    for paper in PAPERS:
        for name in source.claimed(SCRIPTS / "claims" / paper):
            assert name in yaml.safe_load((ROOT / "config.yaml").read_bytes())["studies"]


def test_summary_in_the_readme_is_the_computed_one():
    found = rows()
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for verdict in claims.VERDICTS:
        counts = [sum(row["verdict"] == verdict and row["paper"] == paper for row in found) for paper in PAPERS]
        assert f"| {verdict} | {counts[0]} | {counts[1]} |" in readme


def verdict_of(paper: str, name: str) -> str:
    (function,) = (one for one in claims.defined(SCRIPTS / "claims" / paper) if one.__name__ == name)
    return function().verdict


def test_a_wrong_sign_in_a_model_turns_a_verdict(monkeypatch):
    assert verdict_of("mok", "mok_13_equation_8") == "reproduced"
    right = chiral.amplitudes
    monkeypatch.setattr(chiral, "amplitudes", lambda network, **given: right(network, **given) * [1, -1, 1, 1])
    assert verdict_of("mok", "mok_13_equation_8") == "not reproduced"

    assert verdict_of("avis", "avis_22_displacement_5_km") == "reproduced"
    place = chain.alternating_position
    monkeypatch.setattr(
        chain, "alternating_position", lambda *given, **node: Position(-place(*given, **node).position_km)
    )
    assert verdict_of("avis", "avis_22_displacement_5_km") == "not reproduced"


def test_codecheck_lists_every_figure_and_table():
    listed = yaml.safe_load((ROOT / "codecheck.yml").read_bytes())["manifest"]
    config = yaml.safe_load((ROOT / "config.yaml").read_bytes())
    comments = {Path(entry["file"]).stem: entry["comment"] for entry in listed}
    assert set(comments) == {*config["figures"], *config["tables"], "claims"}
    assert comments["mok_fig6"].startswith("Mok et al., Fig. 6: ")
    assert comments["avis_fig6"].startswith("Avis et al., Fig. 6: ")
    assert all((ROOT / entry["file"]).is_file() for entry in listed)
