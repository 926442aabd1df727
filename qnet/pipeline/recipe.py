"""What each job is made of, by content: the code that it can reach, the data and the settings that it reads.

Snakemake compares time stamps, which copies and clocks change, and forgets what it recorded if `.snakemake/` is lost.
So every job but those of batches, whose files are named by a digest, has its recipe beside its data as an input. It is
written by a run that differs from the one before, and only then: a stale picture is older than its recipe.
"""

import atexit
import json
import shlex
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from qnet.errors import Refused
from qnet.pipeline import source, study
from qnet.pipeline.files import replacing

FOLDER = Path("results/recipes")
KNOWN = FOLDER / "code.json"  # what was found out about files of code, for the next process
SCRIPTS = source.ROOT / "workflow/scripts"
Recipe = dict[str, Any]


def recipes(config: Mapping[str, Any], batches: Mapping[str, Sequence[study.Batch]]) -> dict[str, Recipe]:
    """A recipe for every job of the workflow but those of batches, by rule and, where it has one, wildcard.

    batches: those of each study, in the order of its rows. Raises Refused where a claim takes another study.
    """
    digests = {name: [batch.digest for batch in parts] for name, parts in batches.items()}
    tables = {name: study.table_digest(parts) for name, parts in digests.items()}
    plans = {name: study.plan(name, block, config["seed"], digests[name]) for name, block in config["studies"].items()}
    found = {f"aggregate.{name}": _recipe("aggregate.py", plan=plan) for name, plan in plans.items()}
    for rule, kind in (("figure", "figures"), ("table", "tables")):
        for name, block in config[kind].items():
            data = {study: tables[study] for study in block["data"]}
            settings = {"caption": block["caption"], "printed": block.get("printed")}
            found[f"{rule}.{name}"] = _recipe(f"{kind}/{name}.py", data=data, **settings)
    for paper, studies in claimed().items():
        for missing in [name for name in studies if name not in tables]:
            raise Refused(f"studies must have {missing}, which workflow/scripts/claims/{paper} takes, but do not")
        files = (SCRIPTS / "claims" / paper).glob("*.py")
        found[f"claims.{paper}"] = _recipe("claims.py", *files, data={name: tables[name] for name in studies})
    drawn = [SCRIPTS / kind / f"{name}.py" for kind in ("figures", "tables") for name in config[kind]]
    citation = source.ROOT / "CITATION.cff"
    words = {f"{path.parent.name}/{path.stem}": _words(path) for path in drawn}  # a title is a docstring
    shown = sorted((source.ROOT / "workflow/page").iterdir())
    looked = {str(path.relative_to(source.ROOT)): _words(path) for path in looked_into(config)}
    return found | {
        "audit": _recipe("audit.py"),
        "contact_sheet": _recipe(
            "contact_sheet.py", words={name: words[f"figures/{name}"] for name in config["figures"]}
        ),
        "page": _recipe(
            "page.py",
            *drawn,
            *shown,
            citation,
            source.ROOT / "envs/environment.yaml",
            config=config,
            plans=plans,
            words=looked,
        ),
        "codecheck": _recipe(
            "codecheck.py",
            *drawn,
            citation,
            words=words,
            names={kind: list(config[kind]) for kind in ("figures", "tables")},
        ),
        "crate": _recipe("crate.py", *drawn, citation, config=config, words=words),
        **{rule: _recipe(f"{rule}.py", data=tables) for rule in ("verify", "reference")},
    }


def tracked(config: Mapping[str, Any]) -> dict[str, str]:
    """The tracked files that the workflow makes, each with the name of the recipe that it is made by."""
    gathered = {"claims.csv": "audit", "claims.md": "audit", "contact_sheet.png": "contact_sheet", "index.html": "page"}
    return {
        **{f"figures/{name}.{ending}": f"figure.{name}" for name in config["figures"] for ending in ("pdf", "png")},
        **{f"figures/{name}.{ending}": f"table.{name}" for name in config["tables"] for ending in ("csv", "md")},
        **{f"figures/{file}": name for file, name in gathered.items()},
        "codecheck.yml": "codecheck",
    }


def looked_into(config: Mapping[str, Any]) -> list[Path]:
    """The files of the project that the page shows: its scripts, their settings, and the rules of verdicts."""
    drawn = [SCRIPTS / kind / f"{name}.py" for kind in ("figures", "tables") for name in config[kind]]
    judged = sorted((SCRIPTS / "claims").glob("*/*.py"))
    return [*drawn, *judged, source.ROOT / "qnet/present/claims.py", source.ROOT / "config.yaml"]


def _words(path: Path) -> str:
    return source.digest(path.read_bytes().decode())


def claimed() -> dict[str, list[str]]:
    """The studies that the claims of each paper read."""
    folders = {path.parent for path in (SCRIPTS / "claims").glob("*/*.py")}
    return {folder.name: source.claimed(folder) for folder in sorted(folders, reverse=True)}


def _recipe(script: str, *files: Path, **settings: Any) -> Recipe:
    """files: what the job reads of the project, besides its code. The script's words count as well as its meaning."""
    text = source.digest((SCRIPTS / script).read_bytes().decode())
    return {"script": text, "code": source.reached([SCRIPTS / script, *files]), **settings}


class OnDisk:
    """Paths of files that hold recipes, by name; each is newer than what another recipe made.

    A run that carries out jobs writes them; all else, such as a dry run, leaves the folder as it is and has them
    elsewhere. All are there as soon as one is asked for, since Snakemake looks at a folder once.
    workflow: Snakemake's own object, which only knows then what it is to do.
    """

    def __init__(self, recipes: Mapping[str, Recipe], workflow: Any) -> None:
        self.recipes, self.workflow, self.paths = recipes, workflow, dict[str, str]()

    def __getitem__(self, name: str) -> str:
        if not self.paths:
            only_looks = self.workflow.executor_plugin is None or self.workflow.dryrun or self.workflow.touch
            if not only_looks:
                _written(KNOWN, source.known())
            self.paths = {name: _held(name, recipe, write=not only_looks) for name, recipe in self.recipes.items()}
        return self.paths[name]


def _held(name: str, recipe: Recipe, *, write: bool) -> str:
    path = FOLDER / f"{name}.json"
    if not write and not (path.is_file() and path.read_bytes() == _text(recipe)):
        path = _aside() / path.name
    return str(_written(path, recipe))


def _written(path: Path, content: Any) -> Path:
    """The path, at which there is this content now; a file that holds it already keeps its time stamp."""
    if not path.is_file() or path.read_bytes() != _text(content):
        with replacing(path) as temporary:
            temporary.write_bytes(_text(content))
    return path


def _text(content: Any) -> bytes:
    return (json.dumps(content, indent=1) + "\n").encode()


@cache
def _aside() -> Path:
    folder = tempfile.mkdtemp(prefix="recipes-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


def check_interpreter(executable: str) -> None:
    """Raises Refused for a Python that no job could start: Snakemake hands its path to a shell as it is."""
    if shlex.quote(executable) != executable:
        raise Refused(
            f"the path of Python must be one that a shell takes as it is, but is {executable!r}; move the project"
        )


def check_code(recipe: Recipe) -> None:
    """Raises Refused where code has been edited since the run was planned: what was made then is of no known code."""
    source.forget()
    source.remember(KNOWN)
    changed = list(_changed(recipe.get("code", {})))
    if changed:
        raise Refused(f"code must stay as it was when the run began, but {changed[0]} has changed; run again")


def _changed(code: Mapping[str, str]) -> Iterator[str]:
    for name, digest in code.items():
        path = source.ROOT / name
        if not path.is_file() or source.of_file(path) != digest:
            yield name
