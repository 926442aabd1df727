"""Computes one batch of a study."""

from qnet.errors import Refused
from qnet.pipeline import job, run, study, table

with job.running(snakemake) as say:
    batch = study.Batch(**snakemake.params.batch)
    try:
        columns, quantities = run.compute(batch, say)
    except Refused as error:
        raise Refused(f"study {batch.study}: {error}") from None
    about = {name: (quantity.unit, quantity.meaning) for name, quantity in quantities.items()}
    table.write(snakemake.output[0], columns, about, {"study": batch.study, "digest": batch.digest})
