"""All figures on one sheet, to see at a glance that they belong together."""

from collections.abc import Sequence

from PIL import Image

from qnet.present.style import MATPLOTLIB, PAGE_IN


def sheet(paths: Sequence[str], *, dpi: int = 96, margin_in: float = 0.1) -> Image.Image:
    """All pictures at one scale, in the order given, in rows that are as wide as a page.

    dpi: pixels for each inch of a picture's final size; margin_in: space around each picture in inches.
    """
    margin = round(margin_in * dpi)
    scaled: list[Image.Image] = []
    for path in paths:
        with Image.open(path) as opened:
            size = [max(1, round(length * dpi / MATPLOTLIB["savefig.dpi"])) for length in opened.size]
            scaled.append(opened.convert("RGB").resize(size, Image.Resampling.LANCZOS))
    width = max([round(PAGE_IN * dpi), *(picture.width for picture in scaled)])
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
