"""All figures on one page, to see at a glance that they belong together."""

from qnet import figure
from qnet.pipeline import files, job

with job.running(snakemake):
    sheet = figure.contact_sheet(snakemake.input.pictures)
    with files.replacing(snakemake.output[0]) as temporary:
        sheet.save(temporary, format="PNG", optimize=True)
