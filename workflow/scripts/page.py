"""Every figure, table and claim on one page that needs no network."""

import json
from pathlib import Path

import vl_convert
import yaml

from qnet import job, page, table

with job.running(snakemake):
    given, config = snakemake.input, snakemake.params.config
    text = page.html(
        template=Path(given.template[0]).parent,
        config=config,
        scripts=Path(given.scripts[0]).parents[1],
        pictures={Path(path).stem: Path(path).read_text() for path in given.pictures},
        panels={Path(path).stem: json.loads(Path(path).read_text()) for path in given.curves},
        tables={Path(path).stem: Path(path).read_text() for path in given.tables},
        claims=[claim for path in given.claims for claim in json.loads(Path(path).read_text())],
        plans=[json.loads(Path(path).read_text()) for path in given.plans],
        citation=yaml.safe_load(Path(given.citation).read_text()),
        environment=yaml.safe_load(Path(given.environment).read_text()),
        bundle=vl_convert.javascript_bundle(),
    )
    with table.replacing(snakemake.output[0]) as temporary:
        temporary.write_text(text, encoding="utf-8")
