"""Writes the computed tables and verdicts to reference/."""

import json
from pathlib import Path

from qnet import files, job, reference, table

with job.running(snakemake):
    for path in map(Path, snakemake.input.tables):
        columns, origin = table.read(path)
        table.write(f"reference/{path.name}", columns, reference.parameters(origin))
    with files.replacing("reference/verdicts.json") as temporary:
        temporary.write_text(json.dumps(reference.verdicts(snakemake.input.claims), indent=1) + "\n")
