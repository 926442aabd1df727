"""All figures on one sheet, each under its title, to see at a glance that they belong together."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import matplotlib as mpl
from PIL import Image, ImageDraw, ImageFont

from qnet.present.style import MATPLOTLIB, PAGE_IN

_LINE = 1.25  # from one line of a title to the next, in units of the size of its letters


def sheet(titles: Mapping[str, str], *, dpi: int = 96, margin_in: float = 0.1, pages: int = 3) -> Image.Image:
    """All pictures at one scale, in the order given, in rows that are as wide as a few pages side by side.

    titles: of each picture, by its path; dpi: pixels for each inch of a picture's final size; margin_in: space around
    each picture in inches; pages: width of the sheet.
    """
    margin = round(margin_in * dpi)
    scaled = [_titled(path, title, dpi) for path, title in titles.items()]
    width = max([round(pages * PAGE_IN * dpi) + (pages - 1) * margin, *(picture.width for picture in scaled)])
    places, x, y, bottom = [], 0, 0, 0
    for picture in scaled:
        if x + picture.width > width:
            x, y = 0, bottom + margin
        places.append((margin + x, margin + y))
        x, bottom = x + picture.width + margin, max(bottom, y + picture.height)
    whole = Image.new("RGB", (width + 2 * margin, bottom + 2 * margin), "white")
    for picture, place in zip(scaled, places, strict=True):
        whole.paste(picture, place)
    return whole


def _titled(path: str, title: str, dpi: int) -> Image.Image:
    """A picture with its title above it, in as many lines as its width asks for."""
    size = MATPLOTLIB["font.size"] / 72 * dpi
    file = Path(mpl.get_data_path()) / f"fonts/ttf/{MATPLOTLIB['font.family']}.ttf"
    font = ImageFont.truetype(file, size, layout_engine=ImageFont.Layout.BASIC)
    with Image.open(path) as opened:
        width, height = (max(1, round(length * dpi / MATPLOTLIB["savefig.dpi"])) for length in opened.size)
        picture = opened.convert("RGB").resize((width, height), Image.Resampling.LANCZOS)
    lines = list(_lines(title, font, width))
    head = round(_LINE * size * len(lines))
    whole = Image.new("RGB", (width, head + height), "white")
    for number, line in enumerate(lines):
        ImageDraw.Draw(whole).text((0, round(_LINE * size * number)), line, fill="black", font=font)
    whole.paste(picture, (0, head))
    return whole


def _lines(text: str, font: ImageFont.FreeTypeFont, width: float) -> Iterator[str]:
    """A text in lines of whole words that are no wider than this many pixels, if each word is."""
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and font.getlength(longer) > width:
            yield line
            longer = word
        line = longer
    if line:
        yield line
