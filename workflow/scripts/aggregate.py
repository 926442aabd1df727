"""Joins the batches of a study into its table."""

from pathlib import Path

from qnet import job, study, table

with job.running(snakemake):
    plan, batches = snakemake.params.recipe["plan"], {Path(path).stem: path for path in snakemake.input.batches}
    columns = table.merge(plan["study"], study.columns(plan["cases"], plan["axes"]), batches)
    table.write(snakemake.output[0], columns, plan)
