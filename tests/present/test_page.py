"""The page as a file: whole, self-contained, well formed, the same every time."""

import csv
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml

from qnet.present import page

ROOT = Path(__file__).parents[2]
TRACKED = ROOT / "figures/index.html"
VOID = {"meta", "link", "img", "input", "br", "hr"}
LOADING = {"src", "href", "srcset", "data", "action", "poster", "background"}


class Reader(HTMLParser):
    """Elements, ids and what is loaded; fails on an element that is not closed, or closed twice."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.loaded: list[str] = []
        self.links: list[str] = []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        assert len(given) == len(attributes), (tag, attributes)
        if tag not in VOID:
            self.open.append(tag)
        if "id" in given:
            self.ids.append(given["id"])
        for name in LOADING & set(given):
            (self.links if (tag, name) == ("a", "href") else self.loaded).append(given[name])

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, (tag, self.getpos())


def pages():
    return [pytest.param("made", id="made"), pytest.param("tracked", id="tracked")]


@pytest.fixture(params=pages())
def text(request, made):
    return (made if request.param == "made" else TRACKED).read_text(encoding="utf-8")


def test_well_formed_with_ids_of_their_own(text):
    assert text.startswith("<!doctype html>")
    found = Reader(text)
    assert len(set(found.ids)) == len(found.ids)
    for link in found.links:
        assert not link.startswith("#") or link[1:] in found.ids, link


def test_nothing_is_loaded_from_elsewhere(text):
    for address in Reader(text).loaded:
        assert address.startswith("data:")
    style = "".join(re.findall(r"<style>(.*?)</style>", text, re.DOTALL))
    assert not re.search(r"url\(|@import", style)
    assert "default-src 'none'" in text


def test_small_enough_to_be_tracked(text):
    assert len(text.encode()) < 8_000_000


def test_relative_links_lead_somewhere():
    for link in Reader(TRACKED.read_text(encoding="utf-8")).links:
        assert re.match(r"#|https://", link) or (TRACKED.parent / link).exists(), link


def test_every_figure_table_and_claim_is_there():
    found = Reader(TRACKED.read_text(encoding="utf-8")).ids
    config = yaml.safe_load((ROOT / "config.yaml").read_bytes())
    with open(ROOT / "figures/claims.csv", newline="", encoding="utf-8") as lines:
        claims = [row["id"] for row in csv.DictReader(lines)]
    assert {*config["figures"], *config["tables"], *claims} <= set(found)


def test_same_bytes_twice(made, inputs):
    assert page.html(**inputs) == made.read_text(encoding="utf-8")


def test_what_the_papers_say_cannot_break_the_page(inputs):
    nasty = inputs["claims"][0] | {"statement": "</script><script>x</script>", "id": "mok_99_nasty"}
    panel = inputs["panels"]["mok_fig3"][0]
    panel = panel | {"curves": [panel["curves"][0] | {"name": "</script><!-- "}]}
    text = page.html(**inputs | {"claims": [nasty], "panels": {"mok_fig3": [panel]}})
    assert Reader(text).ids.count("mok_99_nasty") == 1


def test_a_caption_is_text(inputs):
    figures = {name: block | {"caption": "<script>x</script>"} for name, block in inputs["config"]["figures"].items()}
    text = page.html(**inputs | {"config": inputs["config"] | {"figures": figures}})
    assert "<script>x" not in text
    assert text.count("&lt;script&gt;x&lt;/script&gt;") == len(figures)


def test_without_claims_and_charts_there_is_still_a_page(inputs):
    text = page.html(**inputs | {"claims": [], "panels": {}})
    assert len(text) < len(page.html(**inputs)) - len(inputs["bundle"])
    Reader(text)
