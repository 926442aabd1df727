"""The run as one file for an archive: a Workflow Run RO-Crate."""

from pathlib import Path

import yaml

from qnet.pipeline import job, source
from qnet.present import crate

with job.running(snakemake):
    crate.write(
        Path(snakemake.output[0]),
        config=snakemake.config,
        tables=[Path(path) for path in snakemake.input.data],
        made=[Path(path) for path in snakemake.input.made],
        citation=yaml.safe_load((source.ROOT / "CITATION.cff").read_bytes()),
    )
