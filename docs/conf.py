"""How Sphinx makes a web site of this folder: `make docs`. A page added to a folder here is in the site, and listed."""

import re

from docutils.nodes import SkipNode
from latex2mathml.converter import convert

from qnet import __version__ as release

project = "qnet"
author = "The qnet developers"
project_copyright = "The qnet developers, MIT licence"
extensions = ["myst_parser", "sphinx.ext.autodoc"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"qnet {release}"
html_copy_source = False
html_math_renderer = "mathml"  # no script, no network
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"


def as_restructured_text(app, what, name, thing, options, lines):
    """Docstrings are plain text with `code`: a paragraph for each parameter, and no other character with a meaning."""
    plain = []
    for line in lines:
        if re.match(r"\w+(, \w+)*( \.\.\. \w+)?: ", line) and plain and plain[-1].endswith((".", ":")):
            plain.append("")
        parts = re.split(r"`([^`]+)`", line)
        parts[::2] = [re.sub(r"([\\*|_`])", r"\\\1", part) for part in parts[::2]]
        parts[1::2] = [f"``{part}``" for part in parts[1::2]]
        plain.append("".join(parts))
    lines[:] = plain


def _inline(self, node):
    self.body.append(convert(node.astext()))
    raise SkipNode


def _block(self, node):
    self.body.append(f'<div class="math">{convert(node.astext(), display="block")}</div>')
    raise SkipNode


def setup(app):
    app.connect("autodoc-process-docstring", as_restructured_text)
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
