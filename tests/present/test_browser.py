"""The page in a real browser: silent, offline, usable with mouse, keyboard, a narrow window, and without scripts."""

import time

import pytest

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
    assert tab.run("document.querySelectorAll('#avis_fig6-chart canvas').length") == 2
    tab.run("document.documentElement.style.scrollBehavior = 'auto'")
    tab.run("document.querySelector('#avis_fig6-chart').scrollIntoView()")
    corner = "(() => {const box = document.querySelector('#avis_fig6-chart canvas').getBoundingClientRect();"
    x, y, width, height = tab.run(f"{corner} return [box.x, box.y, box.width, box.height]}})()")
    said = "document.querySelector('#avis_fig6-chart .readout').textContent"
    for step in range(2):
        tab.point(x + width / 2 + step, y + height / 2)
    until(tab, said)
    assert "time γ_R t = " in tab.run(said)
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
    tab.open(made, width=width, dark=dark)
    opened(tab, "mok_fig3")
    assert tab.run("document.documentElement.scrollWidth") <= width
    light = tab.run("getComputedStyle(document.body).backgroundColor").startswith("rgb(253")
    assert light is not dark
    assert tab.run("getComputedStyle(document.querySelector('.picture')).backgroundColor") == "rgb(255, 255, 255)"


def test_without_scripts_all_is_there_but_what_needs_them(browser, made):
    browser.open(made, script=False)
    assert browser.run(f"{SHOWN}.length") == 20
    assert not browser.run("[...document.querySelectorAll('button')].some(button => button.checkVisibility())")
