"""All claims of both papers in one table: CSV with all digits, Markdown and HTML for reading."""

import pandas as pd

from qnet.errors import Refused
from qnet.pipeline import files, job
from qnet.present import markdown

COLUMNS = ["id", "paper", "section", "statement", "printed", "computed", "uncertainty", "verdict", "note"]

with job.running(snakemake):
    claims = [claim for path in snakemake.input.claims for claim in files.read_json(path)]
    frame = pd.DataFrame(claims, columns=COLUMNS)
    repeated = frame.id[frame.id.duplicated()].tolist()
    if repeated:
        raise Refused(f"claims must have ids of their own, but {', '.join(repeated)} come twice")
    with files.replacing(snakemake.output.csv) as temporary:
        frame.to_csv(temporary, index=False, lineterminator="\n")
    with files.replacing(snakemake.output.md) as temporary:
        temporary.write_text(markdown.table(frame), encoding="utf-8")
    with files.replacing(snakemake.output.html) as temporary:
        temporary.write_text(markdown.html(frame), encoding="utf-8")
