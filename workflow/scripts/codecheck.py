"""The manifest that CODECHECK asks for: which file holds which figure or table of which paper."""

from pathlib import Path

import yaml

from qnet import files, job, page

with job.running(snakemake):
    citation = yaml.safe_load(Path(snakemake.input.citation).read_bytes())
    scripts = {(path.parent.name, path.stem): path for path in map(Path, snakemake.input.scripts)}
    manifest = []
    for kind, ending in (("figures", "pdf"), ("tables", "csv")):
        for name in snakemake.params.names[kind]:
            title, source, label = page.heading(scripts[kind, name])
            comment = f"{source}, {label}: {title}" if source else f"Beyond the papers: {title}"
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
    ]
    content = {"version": "https://codecheck.org.uk/spec/config/1.0/", "paper": papers, "manifest": manifest}
    with files.replacing(snakemake.output[0]) as temporary:
        temporary.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=120), encoding="utf-8")
