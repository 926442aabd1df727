"""All figures on one sheet, each under its title."""

import numpy as np
import pytest
from matplotlib import font_manager
from PIL import Image, ImageColor, ImageFont

from qnet.present import contact_sheet, style

SIZES = {"red": (1012, 400), "lime": (1012, 600), "blue": (2100, 300), "black": (1012, 200)}
LINE = round(1.25 * 8 / 72 * 30)  # of a title, in pixels: letters of 8 points at 30 pixels per inch


@pytest.fixture
def paths(tmp_path):
    found = {color: str(tmp_path / f"{color}.png") for color in SIZES}
    for color, path in found.items():
        Image.new("RGB", SIZES[color], color).save(path)
    return found


def test_contact_sheet(paths):
    """One scale, in the order given: two figures of a column share a row, one of a page has its own."""
    titles = {paths[color]: "a" for color in SIZES}
    sheet = contact_sheet.sheet(titles, dpi=30, margin_in=0.1, pages=1)
    first, second, third = (LINE + height for height in (60, 30, 20))
    assert sheet.size == (3 + 210 + 3, 3 + first + 3 + second + 3 + third + 3)
    pixels = np.asarray(sheet)
    tops = {"red": 3, "lime": 3, "blue": 6 + first, "black": 9 + first + second}
    for color, top in tops.items():
        block = (pixels == ImageColor.getrgb(color)).all(axis=2)
        block[: top + LINE] = False  # letters are black, too
        rows, columns = np.nonzero(block)
        width, height = (round(length / 10) for length in SIZES[color])
        assert (columns.min(), rows.min()) == (107 if color == "lime" else 3, top + LINE)
        assert (np.ptp(columns) + 1, np.ptp(rows) + 1) == (width, height)
    assert contact_sheet.sheet(titles, dpi=30, margin_in=0.1, pages=1).tobytes() == sheet.tobytes()


def test_pages_side_by_side(paths):
    titles = {paths[color]: "a" for color in SIZES}
    assert contact_sheet.sheet(titles, dpi=30, margin_in=0.1, pages=2).size == (
        3 + 423 + 3,
        3 + LINE + 60 + 3 + LINE + 20 + 3,
    )


def test_titles_are_written_whole(paths):
    """In whole words, one line below the other, no line wider than its picture; what is longer is broken at words."""
    title = (
        "mok_fig1: a title of many words, which needs several lines since it says the same again: "
        + "so it goes on " * 9
    )
    font = ImageFont.truetype(font_manager.findfont(style.MATPLOTLIB["font.family"]), 8 / 72 * 30)
    lines = list(contact_sheet._lines(title, font, 101))
    assert " ".join(lines) == title.strip()
    assert len(lines) > 1
    assert max(map(font.getlength, lines)) <= 101
    assert list(contact_sheet._lines("unbreakable", font, 1)) == ["unbreakable"]
    bare, titled = (contact_sheet.sheet({paths["red"]: text}, dpi=30, pages=1) for text in ("", title))
    assert titled.height - bare.height == round(1.25 * 8 / 72 * 30 * len(lines))
    heading = np.asarray(titled)[3 : titled.height - 43]
    for number in range(len(lines)):
        assert heading[round(number * LINE) : round((number + 1) * LINE)].min() < 200
