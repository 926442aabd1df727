"""All figures on one sheet."""

import numpy as np
from PIL import Image, ImageColor

from qnet.present import contact_sheet


def test_contact_sheet(tmp_path):
    """One scale, in the order given: two figures of a column share a row, one of a page has its own."""
    sizes = {"red": (1012, 400), "lime": (1012, 600), "blue": (2100, 300), "black": (1012, 200)}
    paths = [str(tmp_path / f"{color}.png") for color in sizes]
    for (color, size), path in zip(sizes.items(), paths, strict=True):
        Image.new("RGB", size, color).save(path)
    sheet = contact_sheet.sheet(paths, dpi=30, margin_in=0.1)
    assert sheet.size == (3 + 210 + 3, 3 + 60 + 3 + 30 + 3 + 20 + 3)
    pixels = np.asarray(sheet)
    for color, left, top in (("red", 3, 3), ("lime", 107, 3), ("blue", 3, 66), ("black", 3, 99)):
        rows, columns = np.nonzero((pixels == ImageColor.getrgb(color)).all(axis=2))
        width, height = (round(length / 10) for length in sizes[color])
        assert (columns.min(), rows.min()) == (left, top)
        assert (np.ptp(columns) + 1, np.ptp(rows) + 1) == (width, height)
    assert contact_sheet.sheet(paths, dpi=30, margin_in=0.1).tobytes() == sheet.tobytes()
