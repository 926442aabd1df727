"""Every figure, table and claim on one page that needs no network."""

from pathlib import Path

import vl_convert
import yaml

from qnet import files, job, page, study

with job.running(snakemake):
    given, config = snakemake.input, snakemake.params.config
    text = page.html(
        template=Path(given.template[0]).parent,
        config=config,
        scripts=Path(given.scripts[0]).parents[1],
        pictures={Path(path).stem: Path(path).read_text(encoding="utf-8") for path in given.pictures},
        panels={Path(path).stem: files.read_json(path) for path in given.curves},
        tables={Path(path).stem: Path(path).read_text(encoding="utf-8") for path in given.tables},
        claims=[claim for path in given.claims for claim in files.read_json(path)],
        plans=[
            study.plan(name, config["studies"][name], config["seed"], digests)
            for name, digests in snakemake.params.batches.items()
        ],
        citation=yaml.safe_load(Path(given.citation).read_bytes()),
        environment=yaml.safe_load(Path(given.environment).read_bytes()),
        bundle=vl_convert.javascript_bundle(),
    )
    with files.replacing(snakemake.output[0]) as temporary:
        temporary.write_text(text, encoding="utf-8")
