"""Makes the computed tables and verdicts the ones to verify, and nothing else."""

import json

from qnet.pipeline import files, job, reference, source, table

with job.running(snakemake):
    folder, fresh = source.ROOT / "reference", job.tables(snakemake)
    for path in folder.glob("*.parquet"):
        if path.stem not in fresh:
            path.unlink()
    for path, (name, (columns, origin)) in zip(snakemake.input.data, fresh.items(), strict=True):
        table.write(folder / f"{name}.parquet", columns, table.about(path), reference.parameters(origin))
    with files.replacing(folder / reference.VERDICTS) as temporary:
        temporary.write_text(json.dumps(reference.verdicts(snakemake.input.claims), indent=1) + "\n", encoding="utf-8")
