"""The manifest that CODECHECK asks for: which file holds which figure or table of which paper."""

import yaml

from qnet.pipeline import files, job, recipe, source
from qnet.present import page

with job.running(snakemake):
    citation = yaml.safe_load((source.ROOT / "CITATION.cff").read_bytes())
    manifest = []
    for kind, ending in (("figures", "pdf"), ("tables", "csv")):
        for name in snakemake.params.recipe["names"][kind]:
            title, paper, label = page.heading(recipe.SCRIPTS / kind / f"{name}.py")
            comment = f"{paper}, {label}: {title}" if paper else f"Beyond the papers: {title}"
            manifest.append({"file": f"figures/{name}.{ending}", "comment": comment})
    manifest.append({"file": "figures/claims.csv", "comment": "Every claim of both papers with its verdict"})
    papers = [
        {
            "title": reference["title"],
            "authors": [
                {"name": f"{author['given-names']} {author['family-names']}"} for author in reference["authors"]
            ],
            "reference": reference.get("doi") or reference["identifiers"][0]["value"],
        }
        for reference in citation["references"]
        if reference["type"] == "article"
    ]
    content = {"version": "https://codecheck.org.uk/spec/config/1.0/", "paper": papers, "manifest": manifest}
    with files.replacing(snakemake.output[0]) as temporary:
        temporary.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=120), encoding="utf-8")
