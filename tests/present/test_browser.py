"""The page in a real browser: silent, offline, usable with mouse, keyboard, a narrow window, and without scripts."""

import csv
import io
import re
import time

import numpy as np
import pytest
from PIL import Image

from browser import CHROMIUM, Browser

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium")
SHOWN = "[...document.querySelectorAll('#claims-table tbody tr')].filter(row => row.checkVisibility())"


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    started = Browser(tmp_path_factory.mktemp("profile"))
    yield started
    started.close()


@pytest.fixture
def tab(browser, made):
    """The page, just opened; whatever a test does to it, it asks for nothing and complains of nothing."""
    browser.open(made)
    yield browser
    browser.run("0")
    asked = [
        event["params"]["request"]["url"] for event in browser.events if event["method"] == "Network.requestWillBeSent"
    ]
    assert [url for url in asked if not url.startswith("data:")] == [made.as_uri()]
    noise = ("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded")
    assert not [event for event in browser.events if event["method"] in noise]


def until(tab, expression):
    end = time.monotonic() + 3600  # for what never comes about, however busy the machine
    while not tab.run(expression):
        assert time.monotonic() < end, expression
        time.sleep(0.1)


def click(tab, selector):
    tab.run(f"document.querySelector({selector!r}).click()")


def opened(tab, name="avis_fig6"):
    click(tab, f"[data-chart={name}]")
    until(tab, f"document.getElementById('{name}-chart').dataset.drawn")


def view(tab, panel):
    """Where a panel of the open chart is, (x, y, width, height), once it is in sight."""
    place = f"document.querySelectorAll('#avis_fig6-chart .view')[{panel}]"
    tab.run("document.documentElement.style.scrollBehavior = 'auto'")
    tab.run(f"{place}.scrollIntoView({{block: 'center'}})")
    return tab.run(f"(() => {{const box = {place}.getBoundingClientRect();"
                   "return [box.x, box.y, box.width, box.height]})()")  # fmt: skip


def said(panel):
    return f"document.querySelectorAll('#avis_fig6-chart .readout')[{panel}].textContent"


def test_pictures_are_drawn(tab):
    assert tab.run("[...document.images].every(image => image.complete && image.naturalWidth > 100)")


def test_filters(tab):
    assert tab.run(f"{SHOWN}.length") == 20
    click(tab, "[data-value='not reproduced']")
    assert tab.run(f"{SHOWN}.length") == 6
    assert tab.run(f"new Set({SHOWN}.map(row => row.dataset.verdict)).size") == 1
    click(tab, "[data-value=avis]")
    assert tab.run(f"{SHOWN}.length") == 3
    assert tab.run("document.getElementById('shown').textContent") == "3 of 20 shown"
    assert tab.run("document.querySelector('[data-value=avis]').ariaPressed") == "true"
    click(tab, "[data-filter=verdict]")
    click(tab, "[data-filter=paper]")
    tab.run(
        "{const box = document.getElementById('search'); box.value = 'slope VANISHES'; box.dispatchEvent(new Event('input'))}"
    )
    assert tab.run(f"{SHOWN}.length") == 8


@pytest.mark.parametrize("key", ["order", "statement", "printed", "computed", "verdict"])
def test_sort(tab, key):
    head = f"[data-key={key}]"
    value = {
        "order": "Number(row.dataset.order)", "verdict": "Number(row.dataset.rank)", "statement": "row.cells[1].textContent",
        "printed": "row.cells[2].textContent || 'z'", "computed": "parseFloat(row.cells[3].textContent)",
    }[key]  # fmt: skip
    first = "descending" if key == "order" else "ascending"
    for direction in (first, {"ascending": "descending", "descending": "ascending"}[first]):
        click(tab, f"{head} button")
        assert tab.run(f"document.querySelector('{head}').ariaSort") == direction
        assert tab.run("document.querySelectorAll('[aria-sort]').length") == 1
        values = tab.run(f"{SHOWN}.map(row => {value})")
        if key == "printed":
            values = [float(text) if text != "z" else float("inf") for text in values]
        if key == "statement":
            values = [text.split("\n")[0] for text in values]
        assert values == sorted(values, reverse=direction == "descending")


def test_a_chart_opens_shows_values_and_closes(tab):
    opened(tab)
    assert tab.run("document.querySelector('[data-chart=avis_fig6]').ariaExpanded") == "true"
    assert tab.run("document.querySelectorAll('#avis_fig6-chart canvas').length") == 3
    x, y, width, height = view(tab, 0)
    for step in range(2):
        tab.point(x + width / 2 + step, y + height / 2)
    until(tab, said(0))
    assert "time γR t = " in tab.run(said(0))
    click(tab, "#avis_fig6-chart .legend button")
    assert tab.run("document.querySelector('#avis_fig6-chart .legend button').ariaPressed") == "false"
    click(tab, "[data-chart=avis_fig6]")
    assert not tab.run("document.getElementById('avis_fig6-chart').checkVisibility()")


def test_keyboard(tab):
    """The first key leads to the skip link; buttons answer to Enter, with a visible focus."""
    tab.press("Tab", 9)
    assert tab.run("document.activeElement.className") == "skip"
    tab.press("Enter", 13)
    until(tab, "document.activeElement.id === 'main'")
    tab.run("document.querySelector('[data-key=verdict] button').focus({focusVisible: true})")
    assert tab.run("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    tab.press("Enter", 13)
    assert tab.run("document.querySelector('[data-key=verdict]').ariaSort") == "ascending"


def test_a_link_to_a_claim_shows_it_whatever_the_filter(tab):
    click(tab, "[data-value='not reproduced']")
    tab.run("location.hash = '#mok_04_claim'")
    until(tab, "document.getElementById('mok_04_claim').checkVisibility()")


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [390, 768, 1280])
def test_no_window_scrolls_sideways(tab, made, width, dark):
    tab.open(made, width=width, dark=dark, touch=width < 500)
    opened(tab, "mok_fig3")
    assert tab.run("document.documentElement.scrollWidth") <= width
    light = tab.run("getComputedStyle(document.body).backgroundColor").startswith("rgb(253")
    assert light is not dark
    assert tab.run("getComputedStyle(document.querySelector('.picture')).backgroundColor") == "rgb(255, 255, 255)"


def test_without_scripts_all_is_there_but_what_needs_them(browser, made):
    browser.open(made, script=False)
    assert browser.run(f"{SHOWN}.length") == 20
    assert not browser.run("[...document.querySelectorAll('button')].some(button => button.checkVisibility())")


@pytest.mark.parametrize(("width", "dark"), [(390, True), (1280, False)])
def test_a_still_tap_gives_the_value_of_a_curve(browser, made, width, dark):
    browser.open(made, width=width, dark=dark, touch=True)
    opened(browser)
    x, y, width, height = view(browser, 0)
    assert browser.run("document.querySelector('#avis_fig6-chart .readout').textContent") == ""
    browser.tap(x + width / 2, y + height / 2)
    until(browser, said(0))
    assert re.search(r"time γR t = \d+(\.\d+)?, rate \[10⁻⁴\] = \d+(\.\d+)?", browser.run(said(0)))


def test_a_tap_on_a_map_gives_the_value_that_has_this_colour(browser, made, charted, tmp_path):
    browser.open(made, width=390, touch=True)
    opened(browser)
    heat = charted[2]["map"]
    x, y, width, height = view(browser, 2)
    browser.picture(tmp_path / "map.png")
    pixels = np.asarray(Image.open(tmp_path / "map.png").convert("RGB")).astype(int)
    for across, up in ((0.4, 0.3), (0.7, 0.5)):
        place = (round(x + across * width), round(y + up * height))
        browser.tap(*place)
        time.sleep(0.1)
        value, one, other = (float(number) for number in re.findall(r"= ([\d.]+)", browser.run(said(2))))
        assert value == pytest.approx(one * other, rel=2e-3)
        shade = int((value - heat["limits"][0]) / (heat["limits"][1] - heat["limits"][0]) * 256)
        color = [int(heat["colors"][shade][part : part + 2], 16) for part in (1, 3, 5)]
        np.testing.assert_allclose(pixels[place[1], place[0]], color, atol=4)


def test_the_wheel_scrolls_the_page_and_zooms_with_control_only(tab):
    opened(tab)
    x, y, width, height = view(tab, 0)
    tab.point(x + width / 2, y + height / 2)
    tab.point(x + width / 2 + 1, y + height / 2)
    until(tab, said(0))
    dot = "document.querySelector('#avis_fig6-chart .dot').style.left"
    place, top = tab.run(dot), tab.run("scrollY")
    tab.wheel(x + width / 2, y + height / 2, 60)
    until(tab, f"scrollY > {top}")
    assert tab.run(dot) == place
    tab.run(f"scrollTo(0, {top})")
    tab.wheel(x + width / 4, y + height / 2, -120, control=True)
    until(tab, f"{dot} !== '{place}'")
    assert tab.run("scrollY") == top
    tab.run("[...document.querySelectorAll('#avis_fig6-chart .tools button')][2].click()")
    until(tab, f"{dot} === '{place}'")
    tab.run("document.querySelector('#avis_fig6-chart .tools button').click()")
    until(tab, f"{dot} !== '{place}'")


def test_arrow_keys_read_point_after_point(tab, charted):
    opened(tab)
    tab.run("document.querySelector('#avis_fig6-chart .view').focus()")
    for step in range(2):
        tab.press("ArrowRight", 39)
        x, y = (charted[0]["curves"][0][axis][step] for axis in "xy")
        read = [float(number) for number in re.findall(r"[=±] ([\d.]+)", tab.run(said(0)))]
        assert read == pytest.approx([x, y, 0.02 * x], abs=0.0006)  # two standard errors


def test_what_is_chosen_is_in_the_address(tab):
    click(tab, "[data-value='not reproduced']")
    click(tab, "[data-value=avis]")
    click(tab, "[data-key=computed] button")
    shown = tab.run(f"{SHOWN}.map(row => row.id)")
    tab.run("window.before = true")
    tab.events.clear()
    tab.send("Page.reload")
    until(tab, "!window.before && document.getElementById('shown')?.textContent === '3 of 20 shown'")
    assert tab.run(f"{SHOWN}.map(row => row.id)") == shown
    assert tab.run("document.querySelector('[data-key=computed]').ariaSort") == "ascending"
    click(tab, "#everything")
    assert tab.run(f"{SHOWN}.length") == 20
    assert tab.run("location.hash") == "#claims"


def test_every_place_has_its_link_and_the_way_back_leads_to_the_top(tab):
    assert tab.run("[...document.querySelectorAll('article, section')].every("
                   "place => place.querySelector('.permalink').hash === '#' + place.id)")  # fmt: skip
    assert tab.run("document.querySelectorAll('[data-tile] img').length") == 3  # figures, without the table
    tab.run("document.documentElement.style.scrollBehavior = 'auto'; scrollTo(0, 1e6)")
    assert tab.run("scrollY") > 500
    click(tab, "footer a[href='#top']")
    until(tab, "scrollY === 0")


def test_a_link_to_a_script_opens_it_in_this_file(tab):
    click(tab, "#mok_fig3 .links a[href^='#workflow']")
    until(tab, "document.getElementById('workflow/scripts/figures/mok_fig3.py').open")
    assert "def draw(" in tab.run("document.getElementById('workflow/scripts/figures/mok_fig3.py').textContent")


def test_data_can_be_saved_and_citations_copied(tab, charted):
    tab.run("URL.createObjectURL = blob => {window.saved = blob.text(); return '#'};"
            "HTMLAnchorElement.prototype.click = function () {window.named = this.download}")  # fmt: skip
    click(tab, "[data-values=mok_fig3]")
    assert tab.run("named") == "mok_fig3.csv"
    rows = list(csv.DictReader(io.StringIO(tab.run("saved"))))
    curves = [curve for panel in charted for curve in panel["curves"]]
    assert len(rows) == sum(len(curve["x"]) for curve in curves) + len(charted[2]["map"]["values"])
    assert [float(rows[40][name]) for name in ("x", "y")] == [curves[0][axis][40] for axis in "xy"]
    np.testing.assert_allclose([float(row["value"]) for row in rows[-3:]], charted[2]["map"]["values"][-3:], rtol=1e-4)
    click(tab, "[data-save='claims.csv']")
    assert tab.run("saved").startswith("id\n")
    click(tab, "[data-copy=cite-1]")
    assert tab.run("getSelection().toString()").startswith("@software{qnet,")


def test_print_cuts_nothing_off_and_keeps_verdicts_apart(tab, made):
    tab.open(made, width=718, dark=True)
    tab.send("Emulation.setEmulatedMedia", media="print")
    parts = "[...document.querySelectorAll('body *')].filter(part => part.checkVisibility())"
    assert tab.run(f"{parts}.filter(part => part.getBoundingClientRect().right > 719).length") == 0
    assert not tab.run(f"{parts}.filter(part => part.scrollWidth > part.clientWidth + 1"
                       " && getComputedStyle(part).overflowX !== 'visible').map(part => part.id)")  # fmt: skip
    looks = tab.run("[...document.querySelectorAll('#claims-table .verdict')].map(mark => "
                    "{const style = getComputedStyle(mark, '::before');"
                    "return [mark.textContent, style.backgroundImage, style.backgroundColor, style.printColorAdjust]})")  # fmt: skip
    assert len({verdict for verdict, *_ in looks}) == len({tuple(look) for _, *look in looks})
    assert {look[-1] for look in looks} == {"exact"}
    assert tab.run("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
