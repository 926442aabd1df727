"""One page with every figure, table and claim, and with what made them. It is a single file that needs no network.

It holds all that it speaks of, scripts and numbers included, so that it can be passed on alone.
"""

import ast
import base64
import io
import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2
import markupsafe
import numpy as np
import yaml
from PIL import Image

from qnet import __version__
from qnet.errors import Refused
from qnet.pipeline import source, study
from qnet.present import words
from qnet.present.claims import VERDICTS

_LEAD, _BEYOND = "lead", "beyond"
_SHAPES = {"o": "circle", ".": "circle", "s": "square", "^": "triangle-up", "v": "triangle-down", "D": "diamond",
           ">": "triangle-right", "<": "triangle-left",
           "x": "M-.5,-.5L.5,.5M-.5,.5L.5,-.5", "+": "M-.5,0L.5,0M0,-.5L0,.5"}  # fmt: skip
_AS_IT_IS = " /:;=,()'+*?@!$~[]|<>"  # in the address of a picture, a third smaller than base64
_SCREEN_WIDTH = 1.6  # of a line, in units of its width on paper


def html(
    *,
    template: Path,
    config: Mapping[str, Any],
    scripts: Path,
    pictures: Mapping[str, str],
    panels: Mapping[str, Sequence[Mapping[str, Any]]],
    tables: Mapping[str, str],
    numbers: Mapping[str, str],
    sources: Mapping[str, str],
    claims: Sequence[Mapping[str, Any]],
    plans: Sequence[Mapping[str, Any]],
    citation: Mapping[str, Any],
    environment: Mapping[str, Any],
    bundle: str,
) -> str:
    """The text of the page.

    template: the folder with page.html, page.css, page.js and findings.yaml; scripts: the folder with the scripts of
    figures and tables; pictures, panels: the SVG and the described panels of each figure; tables: the Markdown of each
    table; numbers: files that the reader can save, by name; sources: files of the project that the reader can look
    into, by path; plans: what each study is made of; bundle: the code that draws charts.
    """
    papers = {_paper_id(reference): reference for reference in citation["references"] if reference["type"] == "article"}
    charts = {name: [_chart(panel) for panel in shown] for name, shown in panels.items() if shown}
    items = [
        {
            **_item(kind, name, block, config, scripts, claims),
            **_content(kind, name, block, pictures, tables),
            "chart": kind == "figures" and name in charts,
        }
        for kind in ("figures", "tables")
        for name, block in config[kind].items()
    ]
    sections = [
        {"id": paper, "reference": papers.get(paper), "items": [item for item in items if _home(item, papers) == paper]}
        for paper in [*papers, _BEYOND]
    ]
    loader = jinja2.Environment(
        loader=jinja2.FileSystemLoader(template), autoescape=True, trim_blocks=True, lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )  # fmt: skip
    loader.filters |= {"script": _inert, "mathematics": words.mathematics}
    findings = yaml.safe_load((template / "findings.yaml").read_bytes())
    by_id = {claim["id"]: claim for claim in claims}
    return loader.get_template("page.html").render(
        lead=[item for item in items if _home(item, papers) == _LEAD],
        sections=[section for section in sections if section["items"]],
        claims=claims,
        known={item["id"] for item in items},
        findings=[finding | {"found": _by_verdict(by_id, finding["claims"])} for finding in findings],
        labels={item["id"]: _label(item) for item in items},
        sources=sources,
        citations=[_software(citation), *map(_article, papers.values())],
        numbers=json.dumps(numbers, ensure_ascii=False, separators=(",", ":")),
        papers=[{"id": paper, "counts": _counts(claims, paper)} for paper in papers],
        verdicts=VERDICTS,
        counts=_counts(claims),
        style=(template / "page.css").read_text(encoding="utf-8"),
        code=(template / "page.js").read_text(encoding="utf-8"),
        bundle=bundle if charts else "",
        charts=json.dumps(charts, ensure_ascii=False, separators=(",", ":")),
        version=__version__,
        seed=config["seed"],
        packages=_packages(environment["dependencies"]),
        studies=[_made(plan) for plan in plans],
    )


def _item(
    kind: str, name: str, block: Mapping[str, Any], config: Mapping[str, Any], scripts: Path,
    claims: Iterable[Mapping[str, Any]],
) -> dict[str, Any]:  # fmt: skip
    title, source, label = heading(scripts / kind / f"{name}.py")
    shown = [claim for claim in claims if name in claim["figures"]]
    return {
        # the table behind a figure may have its name
        "id": f"{name}_table" if kind == "tables" and name in config["figures"] else name,
        "file": name,
        "kind": kind,
        "title": title,
        "source": source,
        "label": label,
        "caption": block["caption"],
        "alt": block.get("alt", title),
        "script": f"workflow/scripts/{kind}/{name}.py",
        "claims": shown,
        "counts": _counts(shown),
        "studies": [(each, _as_yaml({each: config["studies"][each]})) for each in block["data"]],
    }


def _label(item: Mapping[str, Any]) -> str:
    """What an item is called among those of both papers, in a few words."""
    if item["source"]:
        return f"{item['source'].removesuffix(' et al.')}, {item['label']}"
    return str(item["id"]).replace("_", " ").capitalize()


def _content(
    kind: str, name: str, block: Mapping[str, Any], pictures: Mapping[str, str], tables: Mapping[str, str]
) -> dict[str, Any]:
    if kind == "tables":
        rows = [line.strip("|\n").split("|") for line in tables[name].splitlines()]
        head, _, *body = [[cell.strip() for cell in row] for row in rows]
        caption = words.in_columns_of_readers(block["caption"], head)
        has_errors = any(column.endswith("_se") for column in head)
        head, body = words.table(head, body)
        return {"head": head, "body": body, "caption": caption, "has_errors": has_errors}
    picture = _shorter(pictures[name])
    width, height = (float(size) for size in re.findall(r'\b(?:width|height)="([\d.]+)pt"', picture)[:2])
    encoded = quote(picture.replace('"', "'"), safe=_AS_IT_IS)
    address = markupsafe.Markup(f"data:image/svg+xml,{encoded}")  # no quote and no & is left in it
    return {"picture": address, "width": width, "height": height}


def _shorter(picture: str) -> str:
    """Shortens an SVG to a half: no indentation or metadata, brief ids, hundredths of a point, maps with palettes."""
    picture = re.sub(r"<metadata>.*?</metadata>", "", picture, flags=re.DOTALL)
    picture = re.sub(r"(?<=base64,)[^\"]*", lambda found: _with_palette(found[0]), picture)
    places = re.compile(r'(?<= d=")[^"]*|(?<= x=")[^"]*|(?<= y=")[^"]*|(?<=translate\()[^)]*')
    numbers = re.compile(r"\d+\.\d{3,}")
    picture = places.sub(lambda place: numbers.sub(lambda found: f"{float(found[0]):.2f}", place[0]), picture)
    used = {name: f"i{number}" for number, name in enumerate(dict.fromkeys(re.findall(r"[\"(]#([^\")]+)", picture)))}
    picture = re.sub(r' id="([^"]+)"', lambda found: f' id="{used[found[1]]}"' if found[1] in used else "", picture)
    picture = re.sub(r"(?<=[\"(]#)[^\")]+", lambda found: used[found[0]], picture)
    picture = re.sub(r'(?<=style=")[^"]*', lambda found: re.sub(r"([:;]) ", r"\1", found[0]), picture)
    return re.sub(r"(?<=>) (?=<)", "", re.sub(r"\s*\n\s*", " ", picture))


def _with_palette(image: str) -> str:
    """A PNG in base64 with a palette where it has no more than 256 colours, which a map has: the same, but shorter."""
    pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(image))).convert("RGBA"))
    colors, places = np.unique(pixels.view("<u4"), return_inverse=True)
    levels = colors.view("u1").reshape(-1, 4)
    if len(colors) > 256 or (levels[:, 3] != 255).any():
        return image
    indexed = Image.fromarray(places.reshape(pixels.shape[:2]).astype("u1"), "P")
    indexed.putpalette(levels[:, :3].tobytes())
    file = io.BytesIO()
    indexed.save(file, "png", optimize=True)
    return min(image, base64.b64encode(file.getvalue()).decode(), key=len)


def heading(script: Path) -> tuple[str, str, str]:
    """Reads (title, source, label) from a script's first line: "A title. Someone et al., Fig. 1." or "A title.".

    Raises Refused for a script without such a line.
    """
    text = ast.get_docstring(ast.parse(script.read_bytes()))
    if not text:
        raise Refused(f"{script} must begin with a docstring, whose first line is the title, but has none")
    found = re.fullmatch(r"(?P<title>.*?)\.?(?: (?P<source>\w+ et al\.), (?P<label>.*?)\.?)?", text.splitlines()[0])
    assert found
    title, source, label = found["title"], found["source"] or "", found["label"] or ""
    return title, source, label[:1].upper() + label[1:]


def _packages(dependencies: Sequence[str | Mapping[str, Sequence[str]]]) -> list[list[str]]:
    """Names and versions of what a conda environment lists with a version, what it has from pip included."""
    entries = [each for part in dependencies for each in ([part] if isinstance(part, str) else part["pip"])]
    return [re.split("=+", entry.replace("-base", "")) for entry in entries if "=" in entry]


def _paper_id(reference: Mapping[str, Any]) -> str:
    return str(reference["authors"][0]["family-names"]).lower()


def _home(item: Mapping[str, Any], papers: Iterable[str]) -> str:
    """The section of an item: its paper's, or the head of the page if it has studies of every paper, or the last."""
    of_all = all(any(study.startswith(f"{paper}_") for study, _ in item["studies"]) for paper in papers)
    other = _LEAD if of_all else _BEYOND
    return next((paper for paper in papers if item["id"].startswith(f"{paper}_")), other)


def _counts(claims: Iterable[Mapping[str, Any]], paper: str = "") -> dict[str, int]:
    """Counts the claims of a paper by verdict, in the order of verdicts. A verdict that no claim has is left out."""
    found = Counter(claim["verdict"] for claim in claims if paper in ("", claim["paper"]))
    return {verdict: found[verdict] for verdict in VERDICTS if found[verdict]}


def _by_verdict(claims: Mapping[str, Mapping[str, Any]], names: Iterable[str]) -> dict[str, list[str]]:
    """The ids of those of the named claims that there are, by verdict."""
    found: dict[str, list[str]] = {}
    for name in names:
        if name in claims:
            found.setdefault(claims[name]["verdict"], []).append(name)
    return found


def _chart(panel: Mapping[str, Any]) -> dict[str, Any]:
    """The chart of a panel with its curves. A curve with the same x as the curve before it is stored without them."""
    curves: list[dict[str, Any]] = []
    before: Sequence[float] = ()
    for curve in panel["curves"]:
        looks = {name: curve[name] for name in ("name", "color", "x", "y", "low", "high") if name in curve}
        if curve["x"] == before:
            del looks["x"]
        before = curve["x"]
        if "marker" in curve:
            looks["shape"] = _SHAPES[curve["marker"]]
        else:
            looks |= {"dash": curve["dash"], "width": round(_SCREEN_WIDTH * curve["width"], 2)}
        curves.append(looks)
    from qnet.present import chart  # takes a second, which a job that only reads headings does not need

    specification = chart.specification(panel)
    titles = {which: panel[which]["title"] for which in "xy"}
    made = {"title": panel["title"], "key": panel["key"], **titles, "specification": specification, "curves": curves}
    return made | ({"map": _packed(panel["map"])} if "map" in panel else {})


def _packed(heat: Mapping[str, Any]) -> dict[str, Any]:
    """A map with its values as steps of 1/65535 of their range, in base64: a third as long as their digits."""
    values = np.array(heat["values"])
    low, high = float(values.min()), float(values.max())
    steps = np.round((values - low) / ((high - low) or 1) * 65535).astype("<u2")
    return {**heat, "values": base64.b64encode(steps.tobytes()).decode(), "range": [low, high]}


def _software(citation: Mapping[str, Any]) -> dict[str, str]:
    """How to cite the project, as a sentence and for BibTeX."""
    names = [author.get("name") or _name(author) for author in citation["authors"]]
    year = str(citation["date-released"])[:4]
    fields = {"title": f"{{{citation['title']}}}", "author": " and ".join(f"{{{name}}}" for name in names),
              "version": citation["version"], "year": year}  # fmt: skip
    text = f"{', '.join(names)}, {citation['title']}, version {citation['version']} ({year})."
    return {"name": "This project", "text": text, "bibtex": _bibtex("software", "qnet", fields)}


def _article(reference: Mapping[str, Any]) -> dict[str, str]:
    """How to cite a paper, as a sentence and for BibTeX."""
    names, year = [_name(author) for author in reference["authors"]], str(reference["year"])
    fields = {"title": reference["title"], "author": " and ".join(names), "year": year}
    if "doi" in reference:
        place = f"{reference['journal']} {reference['volume']}, {reference['start']} ({year})"
        fields |= {"journal": reference["journal"], "volume": str(reference["volume"]), "pages": reference["start"],
                   "doi": reference["doi"]}  # fmt: skip
    else:
        number = reference["identifiers"][0]["value"].split(":")[-1]
        place = f"arXiv:{number} ({year})"
        fields |= {"eprint": number, "archiveprefix": "arXiv"}
    first = _paper_id(reference)
    text = f"{', '.join(names)}, {reference['title']}, {place}."
    return {"name": first, "text": text, "bibtex": _bibtex("article", f"{first}{year}", fields)}


def _name(author: Mapping[str, Any]) -> str:
    return f"{author['given-names']} {author['family-names']}"


def _bibtex(kind: str, key: str, fields: Mapping[str, str]) -> str:
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
    return f"@{kind}{{{key},\n{lines}}}\n"


def _made(plan: Mapping[str, Any]) -> dict[str, Any]:
    """What the page says of a study. Its digest stands for all that decides its numbers: code, parameters and seed."""
    return {
        "name": plan["study"],
        "model": plan["model"],
        "rows": len(plan["cases"]) * math.prod(len(values) for values in plan["axes"].values()),
        "code": source.of_model(plan["model"]),
        "digest": study.table_digest(plan["batches"]),
    }


def _as_yaml(block: Mapping[str, Any]) -> str:
    return yaml.safe_dump(json.loads(json.dumps(block)), sort_keys=False, default_flow_style=None, width=88)


def _inert(text: str) -> str:
    """Makes a text safe inside a script element: nothing in it can end the element."""
    return re.sub(r"<(?=/script|!--)", r"\\u003c", text, flags=re.IGNORECASE)
