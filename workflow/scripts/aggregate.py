"""Joins the batches of a study into its table."""

from pathlib import Path

from qnet import job, study, table

with job.running(snakemake):
    name, config = snakemake.wildcards.study, snakemake.config
    batches = {Path(path).stem: path for path in snakemake.input.batches}
    plan = study.plan(name, config["studies"][name], config["seed"], list(batches))
    columns = table.merge(name, study.columns(plan["cases"], plan["axes"]), batches)
    table.write(snakemake.output[0], columns, plan)
