"""All figures on one page, to see at a glance that they belong together."""

from qnet import figure, job, table

with job.running(snakemake):
    sheet = figure.contact_sheet(snakemake.input)
    with table.replacing(snakemake.output[0]) as temporary:
        sheet.save(temporary, format="PNG", optimize=True)
