"""Computes one batch of a study."""

from qnet import job, study, table
from qnet.errors import Refused

with job.running(snakemake) as say:
    batch = study.Batch(**snakemake.params.batch)
    try:
        columns = study.run(batch, say)
    except Refused as error:
        raise Refused(f"study {batch.study}: {error}") from None
    table.write(snakemake.output[0], columns, {"study": batch.study, "digest": batch.digest})
