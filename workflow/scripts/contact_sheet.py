"""All figures on one page, to see at a glance that they belong together."""

from qnet.pipeline import files, job
from qnet.present import contact_sheet

with job.running(snakemake):
    sheet = contact_sheet.sheet(snakemake.input.pictures)
    with files.replacing(snakemake.output[0]) as temporary:
        sheet.save(temporary, format="PNG", optimize=True)
