"""All figures on one page, to see at a glance that they belong together."""

from pathlib import Path

from qnet.pipeline import files, job, recipe
from qnet.present import contact_sheet, page

with job.running(snakemake):
    titles = {}
    for path in snakemake.input.pictures:
        name = Path(path).stem
        title, _, _ = page.heading(recipe.SCRIPTS / "figures" / f"{name}.py")
        titles[path] = f"{name}: {title}"
    sheet = contact_sheet.sheet(titles)
    with files.replacing(snakemake.output[0]) as temporary:
        sheet.save(temporary, format="PNG", optimize=True)
