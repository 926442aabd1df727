"""All claims of both papers in one table: CSV with all digits, Markdown for reading."""

import json
from pathlib import Path

import pandas as pd

from qnet import job, table, text

COLUMNS = ["id", "paper", "section", "statement", "printed", "computed", "uncertainty", "verdict", "note"]

with job.running(snakemake):
    claims = [claim for path in snakemake.input for claim in json.loads(Path(path).read_text())]
    frame = pd.DataFrame(claims, columns=COLUMNS)
    repeated = frame.id[frame.id.duplicated()].tolist()
    if repeated:
        raise ValueError(f"claims must have ids of their own, but {', '.join(repeated)} come twice")
    with table.replacing(snakemake.output.csv) as temporary:
        frame.to_csv(temporary, index=False, lineterminator="\n")
    with table.replacing(snakemake.output.md) as temporary:
        temporary.write_text(text.markdown(frame))
