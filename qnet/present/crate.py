"""A run as a Workflow Run RO-Crate: code, settings, tables and figures, and which of them made which.

A crate is a zip file with a description in JSON-LD, which archives and registries of workflows can read. Profile:
Workflow Run Crate 0.5, https://w3id.org/ro/wfrun/workflow/0.5. All in it is read from the run; nothing is computed.
"""

import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from rocrate.model.contextentity import ContextEntity
from rocrate.model.entity import Entity
from rocrate.rocrate import ROCrate

from qnet import __version__
from qnet.pipeline import files, source, table
from qnet.present import page

_PROFILES = {
    "Process Run Crate": "https://w3id.org/ro/wfrun/process/0.5",
    "Workflow Run Crate": "https://w3id.org/ro/wfrun/workflow/0.5",
    "Workflow RO-Crate": "https://w3id.org/workflowhub/workflow-ro-crate/1.0",
}
_FOLDERS = {
    "qnet": "The library: physics, the plumbing of the workflow, figures and claims",
    "workflow": "Scripts of the jobs, figures, tables and claims",
    "envs": "Packages with their versions and hashes",
    "profiles": "Settings of Snakemake",
}
_FILES = {
    "config.yaml": "All computations, figures and tables that are declared",
    "README.md": "What the project is and how to use it",
    "CITATION.cff": "How to cite the project and the papers that it reproduces",
    "LICENSE": "The license",
    "Makefile": "The commands that set up an environment and run the workflow",
    "pyproject.toml": "The package and its requirements",
}
_ENDINGS = {"figures": (".pdf", ".png"), "tables": (".csv", ".md")}
_FORMATS = {"": "text/plain", ".py": "text/x-python", ".toml": "application/toml", ".cff": "application/yaml",
            ".pdf": "application/pdf", ".png": "image/png", ".csv": "text/csv", ".md": "text/markdown",
            ".html": "text/html", ".yml": "application/yaml", ".yaml": "application/yaml",
            ".parquet": "application/vnd.apache.parquet"}  # fmt: skip


def write(
    target: Path,
    *,
    config: Mapping[str, Any],
    tables: Sequence[Path],
    made: Sequence[Path],
    citation: Mapping[str, Any],
) -> None:
    """Writes the crate of a run.

    config: what the run was told. tables: the Parquet table of each study. made: the files that the run gave for
    readers, relative to its folder, such as figures/mok_fig2.pdf. Raises Refused where a table is damaged.
    """
    with tempfile.TemporaryDirectory() as folder:
        crate = described(Path(folder), config=config, tables=tables, made=made, citation=citation)
        with files.replacing(target) as temporary:
            crate.write_zip(temporary.with_suffix(".zip"))
            temporary.with_suffix(".zip").rename(temporary)


def described(
    folder: Path,
    *,
    config: Mapping[str, Any],
    tables: Sequence[Path],
    made: Sequence[Path],
    citation: Mapping[str, Any],
) -> ROCrate:
    """The crate, whose code is copied to `folder` without what Python compiled."""
    crate = ROCrate(version="1.1")  # which the profiles extend
    crate.name = f"A run of {citation['title']}"
    crate.description = f"Code, settings, {len(tables)} tables and {len(made)} files made of them, and what made what"
    crate.license = crate.add(_license(crate, citation["license"]))
    crate.keywords = ", ".join(citation["keywords"])
    crate.datePublished = ended = _ended([*tables, *made])
    crate.root_dataset["conformsTo"] = [
        crate.add(_entity(crate, address, "CreativeWork", name=name, version=address.rpartition("/")[2]))
        for name, address in _PROFILES.items()
    ]
    authors = _one_or_all(
        [
            crate.add(_entity(crate, f"#author-{i}", "Organization", name=author["name"]))
            for i, author in enumerate(citation["authors"])
        ]
    )
    crate.root_dataset["author"] = authors
    crate.root_dataset["citation"] = [crate.add(_cited(crate, reference)) for reference in citation["references"]]

    workflow = crate.add_workflow(source.ROOT / "Snakefile", "Snakefile", main=True, lang="snakemake")
    workflow["name"] = citation["title"]
    workflow["encodingFormat"] = _FORMATS[""]
    workflow["version"] = __version__
    workflow["author"] = authors
    workflow["license"] = crate.license
    drawn = [f"workflow/scripts/{kind}/{name}.py" for kind in ("figures", "tables") for name in config[kind]]
    for name, meaning in _FOLDERS.items():
        copy = shutil.copytree(source.ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        for each in drawn:
            (folder / each).unlink(missing_ok=True)  # which is described below
        crate.add_directory(copy, name, properties={"name": name, "description": meaning})
    for name, meaning in _FILES.items():
        crate.add_file(source.ROOT / name, name, properties=_properties(Path(name), meaning))
    crate.get("README.md")["about"] = crate.root_dataset
    told = folder / "config_of_this_run.yaml"
    told.write_text(yaml.safe_dump(dict(config), sort_keys=False, allow_unicode=True), encoding="utf-8")
    settings = crate.add_file(
        told, told.name, properties=_properties(told, "The settings of this run, all in one file")
    )

    studies = {path.stem: crate.add_file(path, f"results/{path.name}", properties=_table(path)) for path in tables}
    results = {
        str(path): crate.add_file(path, str(path), properties=_properties(path, _meaning(path, config)))
        for path in made
    }
    run = crate.add_action(
        workflow,
        "#run",
        object=settings,
        result=[*studies.values(), *results.values()],
        properties={
            "name": "The run of the workflow",
            "description": "Snakemake computed all studies of the settings, and all that is made of them",
            "endTime": ended.isoformat(),
        },
    )
    crate.root_dataset["mentions"] = [run, *_drawn(crate, config, studies, results)]
    return crate


def _drawn(
    crate: ROCrate, config: Mapping[str, Any], studies: Mapping[str, Entity], results: Mapping[str, Entity]
) -> Iterable[Entity]:
    """For each figure and table, which script made which files from which studies."""
    for kind in ("figures", "tables"):
        for name, block in config[kind].items():
            script = f"workflow/scripts/{kind}/{name}.py"
            code = crate.add_file(
                source.ROOT / script,
                script,
                properties={
                    "@type": ["File", "SoftwareSourceCode"],
                    "programmingLanguage": "Python",
                    "version": __version__,
                    **_properties(Path(script), page.heading(source.ROOT / script)[0]),
                },
            )
            files_of = [results[path] for ending in _ENDINGS[kind] if (path := f"figures/{name}{ending}") in results]
            if files_of:
                yield crate.add_action(
                    code,
                    f"#make-{kind}-{name}",
                    object=_one_or_all([studies[study] for study in block["data"]]),
                    result=files_of,
                    properties={
                        "name": f"Made {name}",
                        "description": f"The script made {name} of the studies that it reads, as part of the run",
                        "endTime": _ended([Path(str(entity.source)) for entity in files_of]).isoformat(),
                    },
                )


def _ended(paths: Iterable[Path]) -> datetime:
    """When the last of these files was written."""
    return datetime.fromtimestamp(max(path.stat().st_mtime for path in paths), UTC).replace(microsecond=0)


def _one_or_all(entities: list[Entity]) -> Entity | list[Entity]:
    """JSON-LD has a list of one as that one."""
    return entities[0] if len(entities) == 1 else entities


def _entity(crate: ROCrate, identifier: str, kind: str, **properties: Any) -> ContextEntity:
    return ContextEntity(crate, identifier, properties={"@type": kind, **properties})


def _license(crate: ROCrate, name: str) -> ContextEntity:
    address = f"https://spdx.org/licenses/{name}"
    return _entity(crate, address, "CreativeWork", name=name, description=f"The {name} license")


def _cited(crate: ROCrate, reference: Mapping[str, Any]) -> ContextEntity:
    """A paper, or the data or software that the project uses and credits."""
    doi = reference.get("doi")
    number = reference.get("identifiers", [{"value": ""}])[0]["value"].removeprefix("arXiv:")
    address = f"https://doi.org/{doi}" if doi else reference.get("url", f"https://arxiv.org/abs/{number}")
    kind = {"article": "ScholarlyArticle", "data": "CreativeWork", "software": "SoftwareApplication"}[reference["type"]]
    published = {"datePublished": str(reference["year"])} if "year" in reference else {}
    return _entity(crate, address, kind, name=reference["title"], **published)


def _table(path: Path) -> dict[str, Any]:
    """What the table of a study says of itself: its model, what it was given, and its columns."""
    _, origin = table.read(path)
    columns = [f"{name}: {meaning} [{unit or 'none'}]" for name, (unit, meaning) in table.about(path).items()]
    return _properties(path, f"{origin['model']} on the grid of {origin['study']}; seed {origin['seed']}") | {
        "variableMeasured": columns
    }


def _meaning(path: Path, config: Mapping[str, Any]) -> str:
    for kind in ("figures", "tables"):
        if path.stem in config[kind] and path.suffix in _ENDINGS[kind]:
            return page.heading(source.ROOT / f"workflow/scripts/{kind}/{path.stem}.py")[0]
    return {
        "claims": "Every claim of both papers with its verdict",
        "contact_sheet": "All figures on one sheet",
        "index": "All figures, tables and claims on one page",
        "codecheck": "Which file holds which figure or table of which paper",
    }[path.stem]


def _properties(path: Path, meaning: str) -> dict[str, Any]:
    return {"name": path.name, "description": meaning, "encodingFormat": _FORMATS[path.suffix]}
