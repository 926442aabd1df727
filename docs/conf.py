"""How Sphinx makes a web site of this folder: `make docs`. A page added to a folder here is in the site, and listed."""

import dataclasses
import posixpath
import re
from urllib.parse import quote

from docutils.nodes import SkipNode
from latex2mathml.converter import convert
from pygments.lexers.special import TextLexer
from sphinx.addnodes import download_reference

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
html_static_path = ["site.css"]
html_css_files = ["site.css"]
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3
smartquotes = False  # words in quotes are to be copied
autodoc_member_order = "bysource"
autodoc_typehints = "none"  # shapes and units are in words; types of arrays take many lines


def as_restructured_text(app, what, name, thing, options, lines):
    """Docstrings are plain text with `code`: a paragraph for each parameter, and no other character with a meaning."""
    plain = []
    for line in lines:
        line, named = re.subn(r"^(\w+(?:, \w+)*(?: \.\.\. \w+)?): ", r"`\1`: ", line)
        if (named or line.startswith("Raises ")) and plain and plain[-1].endswith((".", ":")):
            plain.append("")
        parts = re.split(r"`([^`]+)`", line)
        parts[::2] = [re.sub(r"([\\*|_`])", r"\\\1", part) for part in parts[::2]]
        parts[1::2] = [f"``{part}``" for part in parts[1::2]]
        plain.append("".join(parts))
    columns = dataclasses.fields(thing) if what == "class" and dataclasses.is_dataclass(thing) else ()
    for column in columns:
        quantity = column.metadata.get("quantity")
        if quantity and not column.name.endswith("_se"):
            unit = f" [{quantity.unit}]" if quantity.unit not in ("", "1") else ""
            plain += ["", f"- ``{column.name}``{unit}: {quantity.meaning}"]
    lines[:] = plain


def without_defaults_that_say_nothing(app, what, name, thing, options, signature, returned):
    return signature and signature.replace("=NOTHING", "=not given"), returned


def _inline(self, node):
    self.body.append(convert(node.astext()))
    raise SkipNode


def _block(self, node):
    self.body.append(f'<div class="math">{convert(node.astext(), display="block")}</div>')
    raise SkipNode


def _open(self, node):
    """A link to a file of the project opens it, where Sphinx's own would save it."""
    href = posixpath.join(self.builder.dlpath, quote(node["filename"]))
    self.body.append(self.starttag(node, "a", "", CLASS="reference internal", href=href))


def _close(self, node):
    self.body.append("</a>")


def setup(app):
    app.add_lexer("csv", TextLexer)
    app.connect("autodoc-process-docstring", as_restructured_text)
    app.connect("autodoc-process-signature", without_defaults_that_say_nothing)
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    app.add_node(download_reference, override=True, html=(_open, _close))
