"""Joins the batches of a study into its table."""

import json
from pathlib import Path

from qnet import job, study, table

with job.running(snakemake):
    plan = json.loads(Path(snakemake.input.plan).read_text())
    files = dict(zip(plan["batches"], snakemake.input.batches, strict=True))
    columns = table.merge(plan["study"], study.columns(plan["cases"], plan["axes"]), files)
    table.write(snakemake.output[0], columns, plan)
