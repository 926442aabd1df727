"""The command line as its documentation has it, and what it says of bad input."""

import csv
import re
import subprocess
import sys
from pathlib import Path

import pytest

from qnet.route.__main__ import main

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs/route.md").read_text(encoding="utf-8")
SPANS, COMMAND, OUTPUT, CODE = (
    re.search(rf"```{kind}\n(.*?)```", DOCUMENT, re.DOTALL)[1] for kind in ("csv", "sh", "text", "python")
)
SHORT = ["--deliveries", "2000"]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("spans.csv").write_text(SPANS, encoding="utf-8")


def test_the_example_prints_what_the_document_says(capsys):
    assert main(COMMAND.split()[3:]) == 0
    assert capsys.readouterr().out == OUTPUT


def test_the_code_prints_what_the_document_says(capsys):
    exec(compile(CODE, "docs/route.md", "exec"), {})
    assert capsys.readouterr().out.strip() == re.search(r"print\(.*\)  # (.*)", CODE)[1]


def test_help_has_an_example():
    said = subprocess.run(
        [sys.executable, "-m", "qnet.route", "--help"], cwd=ROOT, capture_output=True, encoding="utf-8", check=True
    )
    assert "examples:\n  python -m qnet.route spans.csv Utrecht Zwolle" in said.stdout


@pytest.mark.parametrize("kind", ["png", "pdf", "svg"])
def test_files_are_written(kind):
    assert main(["spans.csv", "Utrecht", "Zwolle", *SHORT, "--csv", "route.csv", "--picture", f"route.{kind}"]) == 0
    with open("route.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["name"] for row in rows if row["kind"] == "node"] == [
        "Utrecht",
        "Amersfoort",
        "Apeldoorn",
        "Deventer",
        "Zwolle",
    ]
    assert sum(float(row["share"]) for row in rows if row["kind"] == "link") == pytest.approx(1, abs=1e-5)
    assert Path(f"route.{kind}").stat().st_size > 5000


def test_a_route_of_the_zoo_is_drawn_on_a_map(capsys):
    asked = [
        "topozoo/Renater2010",
        "Brest",
        "Nantes",
        "--route-factor",
        "1.5",
        "--repeaters",
        "best",
        "--picture",
        "r.png",
    ]
    assert main([*asked, *SHORT]) == 0
    said = capsys.readouterr()
    assert "~ estimated from coordinates by the route factor" in said.out
    assert "Best repeaters found among 3 sites: " in said.out
    assert said.err.splitlines()[-4:] == ["choosing sites ...", "key rate ...", "bottlenecks ...", "what to change ..."]
    assert Path("r.png").stat().st_size > 5000


def test_huts_part_long_spans(capsys):
    """Of 38.5 and 52.0 km, while 27.4 km stay whole."""
    assert main(["spans.csv", "Gouda", "Apeldoorn", "--huts", "30", *SHORT]) == 0
    said = capsys.readouterr().out
    assert "Gouda - Gouda - Utrecht 1/2" in said
    assert "Utrecht - Amersfoort " in said
    assert "Amersfoort - Apeldoorn 1/2 - Apeldoorn" in said


@pytest.mark.parametrize("clicks", [["single", "--q", "0.001"], ["double"]])
def test_heralded_links(clicks, capsys):
    asked = ["spans.csv", "Utrecht", "Deventer", "--repeaters", "Apeldoorn", "--heralded", *clicks]
    assert main([*asked, "--midpoints", "sites", *SHORT]) == 0
    assert "Key rate over 98 km" in capsys.readouterr().out


def test_messages_are_told(capsys):
    assert main(["spans.csv", "Utrecht", "Deventer", "--messages", *SHORT]) == 0
    assert re.search(r"Messages take [\d.]+ % of the time\.", capsys.readouterr().out)


def test_without_a_key(capsys):
    assert main(["spans.csv", "Delft", "Zwolle", "--coherence-time", "0.001", *SHORT]) == 0
    said = capsys.readouterr().out
    assert "Key rate over 207 km: none" in said
    assert "There is no key whose gain could be told" in said


@pytest.mark.parametrize(("asked", "said"), [
    (["none.csv", "a", "b"], "none.csv must be a file of text, but No such file or directory"),
    (["spans.csv", "Delf", "Zwolle"], "place must be a site of the map, but 'Delf' is none; near it are Delft"),
    (["spans.csv", "Delft", "delft"], "route must join two places, but both are 'Delft'"),
    (["spans.csv", "Delft", "Zwolle", "--repeaters", "Gouda,,"], "repeaters must be all, best, none or names between commas, but is 'Gouda,,'"),
    (["spans.csv", "Delft", "Zwolle", "--repeaters", "Assen"], "repeaters must be sites between the ends of the route, Gouda"),
    (["spans.csv", "Delft", "Zwolle", "--huts", "0"], "longest_km must lie in [1e-30, 1e30], but is 0.0"),
    (["spans.csv", "Delft", "Zwolle", "--reach", "0"], "reach_km must lie in [1e-30, 1e30], but is 0.0"),
    (["spans.csv", "Delft", "Zwolle", "--deliveries", "-1"], "deliveries must be a positive integer, but is -1"),
    (["spans.csv", "Delft", "Zwolle", "--coherence-time", "nan"], "coherence_time_s must be 1e-30 or more"),
    (["spans.csv", "Delft", "Zwolle", *SHORT, "--picture", "r.bmp"], "picture must be a file that ends in .png, .pdf, .svg"),
    (["spans.csv", "Delft", "Zwolle", *SHORT, "--csv", "no/r.csv"], "no/r.csv must be a file that can be written, but No such file"),
    (["topozoo/Abilene", "Chicago", "Denver"], "topozoo/Abilene has coordinates alone, so --route-factor must be given"),
    (["topozoo/Abilene", "Chicago", "Denver", "--route-factor", "0.5"], "route_factor must lie in [1, 10], but is 0.5"),
    (["topozoo/Nowhere", "Chicago", "Denver", "--route-factor", "1.5"], "map must be one of the package topohub"),
    (["topozoo/Airtel", "Chicago", "Denver", "--route-factor", "1.5"], "topozoo/Airtel, edge 0 - 1: coordinates must be true ones, not schematic"),
])  # fmt: skip
def test_what_is_wrong_is_said_in_one_sentence(asked, said, capsys):
    assert main(asked) == 2
    lines = [line for line in capsys.readouterr().err.splitlines() if not line.endswith(" ...")]
    assert len(lines) == 1
    assert lines[0].startswith(f"Error: {said}")
