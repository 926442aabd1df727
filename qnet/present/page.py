"""One page with every figure, table and claim, and with what made them. It is a single file that needs no network."""

import ast
import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2
import yaml

from qnet import __version__
from qnet.errors import Refused
from qnet.pipeline import source, study
from qnet.present.claims import VERDICTS

_BEYOND = "beyond"
_SHAPES = {"o": "circle", ".": "circle", "s": "square", "^": "triangle-up", "v": "triangle-down", "D": "diamond",
           ">": "triangle-right", "<": "triangle-left",
           "x": "M-.5,-.5L.5,.5M-.5,.5L.5,-.5", "+": "M-.5,0L.5,0M0,-.5L0,.5"}  # fmt: skip
_AS_IT_IS = " /:;=,()'+*?@!$~[]|"  # in the address of a picture, a third smaller than base64
_SCREEN_WIDTH = 1.6  # of a line, in units of its width on paper


def html(
    *,
    template: Path,
    config: Mapping[str, Any],
    scripts: Path,
    pictures: Mapping[str, str],
    panels: Mapping[str, Sequence[Mapping[str, Any]]],
    tables: Mapping[str, str],
    claims: Sequence[Mapping[str, Any]],
    plans: Sequence[Mapping[str, Any]],
    citation: Mapping[str, Any],
    environment: Mapping[str, Any],
    bundle: str,
) -> str:
    """The text of the page.

    template: the folder with page.html, page.css and page.js; scripts: the folder with the scripts of figures and
    tables; pictures, panels: the SVG and the described panels of each figure; tables: the Markdown of each table;
    plans: what each study is made of; bundle: the code that draws charts.
    """
    papers = {_paper_id(reference): reference for reference in citation["references"] if reference["type"] == "article"}
    charts = {name: [_chart(panel) for panel in shown] for name, shown in panels.items() if shown}
    items = [
        {
            **_item(kind, name, block, config, scripts, claims),
            **_content(name, pictures, tables),
            "chart": name in charts,
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
    loader.filters["script"] = _inert
    return loader.get_template("page.html").render(
        sections=[section for section in sections if section["items"]],
        claims=claims,
        known={item["id"] for item in items},
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
        "id": name,
        "kind": kind,
        "title": title,
        "source": source,
        "label": label,
        "caption": block["caption"],
        "claims": shown,
        "counts": _counts(shown),
        "studies": [(each, _as_yaml({each: config["studies"][each]})) for each in block["data"]],
    }


def _content(name: str, pictures: Mapping[str, str], tables: Mapping[str, str]) -> dict[str, Any]:
    if name in tables:
        rows = [line.strip("|\n").split("|") for line in tables[name].splitlines()]
        head, _, *body = [[cell.strip() for cell in row] for row in rows]
        return {"head": head, "body": body}
    picture = _shorter(pictures[name])
    width, height = (float(size) for size in re.findall(r'\b(?:width|height)="([\d.]+)pt"', picture)[:2])
    encoded = quote(picture.replace('"', "'"), safe=_AS_IT_IS)
    return {"picture": f"data:image/svg+xml,{encoded}", "width": width, "height": height}


def _shorter(picture: str) -> str:
    """Shortens an SVG: without indentation, and with paths to a hundredth of a point."""
    paths = re.compile(r'(?<= d=")[^"]*')
    numbers = re.compile(r"\d+\.\d{3,}")
    picture = paths.sub(lambda path: numbers.sub(lambda found: f"{float(found[0]):.2f}", path[0]), picture)
    return re.sub(r"\s*\n\s*", " ", picture)


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
    return next((paper for paper in papers if item["id"].startswith(f"{paper}_")), _BEYOND)


def _counts(claims: Iterable[Mapping[str, Any]], paper: str = "") -> dict[str, int]:
    """Counts the claims of a paper by verdict, in the order of verdicts. A verdict that no claim has is left out."""
    found = Counter(claim["verdict"] for claim in claims if paper in ("", claim["paper"]))
    return {verdict: found[verdict] for verdict in VERDICTS if found[verdict]}


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
    return {"title": panel["title"], "key": panel["key"], **titles, "specification": specification, "curves": curves}


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
