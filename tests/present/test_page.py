"""The page as a file: whole, self-contained, well formed, the same every time."""

import base64
import csv
import io
import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
import yaml
from PIL import Image

from qnet.present import page

ROOT = Path(__file__).parents[2]
CONFIG = yaml.safe_load((ROOT / "config.yaml").read_bytes())
FINDINGS = yaml.safe_load((ROOT / "workflow/page/findings.yaml").read_bytes())
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


def claims() -> dict[str, str]:
    """The verdict of each claim."""
    with open(ROOT / "figures/claims.csv", newline="", encoding="utf-8") as lines:
        return {row["id"]: row["verdict"] for row in csv.DictReader(lines)}


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
    assert {*CONFIG["figures"], *CONFIG["tables"], *claims()} <= set(found)


@pytest.mark.parametrize("name", CONFIG["figures"])
def test_every_figure_says_what_is_seen(name):
    """In an alternative text of its own, neither its caption nor a word or two."""
    block = CONFIG["figures"][name]
    assert 80 < len(block["alt"]) < 500
    assert block["alt"][:40] != block["caption"][:40]


@pytest.mark.parametrize("finding", FINDINGS, ids=lambda finding: next(iter(finding["claims"])))
def test_findings_rest_on_claims_with_the_verdict_that_they_were_written_for(finding):
    assert finding["claims"].items() <= claims().items()
    assert {*finding["shown"]} <= {*CONFIG["figures"], *CONFIG["tables"]}


def test_shorter_pictures_show_the_same(inputs):
    """The same elements but for metadata, places to a hundredth of a point, every reference met, the same pixels."""
    whole = inputs["pictures"]["mok_fig3"]
    shorter = page._shorter(whole)
    assert len(shorter) < 0.7 * len(whole)
    before, after = ([*ElementTree.fromstring(text).iter()] for text in (whole, shorter))
    before = [part for part in before if not re.search("rdf|metadata|purl.org|creativecommons", part.tag)]
    assert [part.tag for part in before] == [part.tag for part in after]
    href = "{http://www.w3.org/1999/xlink}href"
    ids = {part.get("id") for part in after}
    for old, new in zip(before, after, strict=True):
        assert not new.get(href, "").startswith("#") or new.get(href)[1:] in ids
        places = [re.findall(r"-?\d+\.?\d*", part.get("d", "") + f" {part.get('x', 0)}") for part in (old, new)]
        np.testing.assert_allclose(*[np.array(found, float) for found in places], atol=0.0051)
        if old.get(href, "").startswith("data:"):
            pixels = [Image.open(io.BytesIO(base64.b64decode(part.get(href).split(",")[1]))) for part in (old, new)]
            np.testing.assert_array_equal(*[np.array(picture.convert("RGBA")) for picture in pixels])


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
