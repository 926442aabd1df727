"""Every figure, table and claim on one page that needs no network."""

from pathlib import Path

import vl_convert
import yaml

from qnet.pipeline import files, job, recipe, source
from qnet.present import page

with job.running(snakemake):
    given, planned = snakemake.input, snakemake.params.recipe
    text = page.html(
        template=source.ROOT / "workflow/page",
        config=planned["config"],
        scripts=recipe.SCRIPTS,
        pictures={Path(path).stem: Path(path).read_text(encoding="utf-8") for path in given.pictures},
        panels={Path(path).stem: files.read_json(path) for path in given.curves},
        tables={Path(path).stem: Path(path).read_text(encoding="utf-8") for path in given.tables},
        numbers={Path(path).name: Path(path).read_text(encoding="utf-8") for path in given.numbers},
        sources={
            str(path.relative_to(source.ROOT)): path.read_text(encoding="utf-8")
            for path in recipe.looked_into(planned["config"])
        },
        claims=[claim for path in given.claims for claim in files.read_json(path)],
        plans=list(planned["plans"].values()),
        citation=yaml.safe_load((source.ROOT / "CITATION.cff").read_bytes()),
        environment=yaml.safe_load((source.ROOT / "envs/environment.yaml").read_bytes()),
        bundle=vl_convert.javascript_bundle(),
    )
    with files.replacing(snakemake.output[0]) as temporary:
        temporary.write_text(text, encoding="utf-8")
