"""Joins the batches of a study into its table."""

from pathlib import Path

from qnet.pipeline import grid, job, table

with job.running(snakemake):
    plan, batches = snakemake.params.recipe["plan"], {Path(path).stem: path for path in snakemake.input.batches}
    columns = table.merge(plan["study"], grid.columns(plan["cases"], plan["axes"]), batches)
    table.write(snakemake.output[0], columns, table.about(snakemake.input.batches[0]), plan)
