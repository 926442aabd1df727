import json
import os
import re
import sys
from dataclasses import asdict
from pathlib import Path

import yaml

ROOT = Path(workflow.basedir)
# Jobs find the package of this very tree, installed or not, use one thread each, and none of the user's settings.
sys.path.insert(0, str(ROOT))

from qnet.errors import Refused
from qnet.pipeline import environment, recipe, source, study
from qnet.pipeline import config as settings

environment.settle(ROOT)
source.remember(recipe.KNOWN)

try:
    OVERLAYS = {Path(path).name: settings.read(Path(path)) for path in workflow.overwrite_configfiles}
    settings.read(ROOT / "config.yaml")
except Refused as error:
    raise WorkflowError(error) from None


configfile: ROOT / "config.yaml"


try:
    schema = yaml.safe_load((ROOT / "workflow/schemas/config.schema.yaml").read_bytes())
    config = settings.with_whole_axes(config, OVERLAYS.values())
    FILES = " with ".join(["config.yaml", *OVERLAYS])
    settings.check(config, schema, recipe.SCRIPTS, FILES)
    BATCHES = {name: study.batches(name, block, config["seed"]) for name, block in config["studies"].items()}
    if workflow.is_main_process and (missing := study.missing(BATCHES)):
        from qnet.pipeline import run  # takes its time: the models check the values that they are to compute with

        run.check({name: config["studies"][name] for name in missing}, FILES)
    RECIPES = recipe.recipes(config, BATCHES)
    recipe.check_interpreter(sys.executable)
except Refused as error:
    raise WorkflowError(error) from None

BY_DIGEST = {batch.digest: batch for parts in BATCHES.values() for batch in parts}
CLAIMED = recipe.claimed()
TRACKED = recipe.tracked(config)
COMPUTED = {
    "data": expand("results/{study}.parquet", study=config["studies"]),
    "claims": expand("results/claims/{paper}.json", paper=CLAIMED),
}
# What a job is made of: as a setting for the job, and as a file for Snakemake, which compares its time stamp.
MADE_OF = recipe.OnDisk(RECIPES, workflow)


wildcard_constraints:
    study="[a-z0-9_]+",
    digest="[0-9a-f]+",


onstart:
    for folder in ("results", "figures", "logs"):
        if Path(folder).exists() and not os.access(folder, os.W_OK):
            raise WorkflowError(f"folder {folder} must be writable, but is not")


report: "workflow/report/workflow.rst"


def titled(kind, name):
    """What the report calls a figure or table: whose it is, and its title."""
    from qnet.present import page  # takes its time, and only the report asks

    title, paper, label = page.heading(recipe.SCRIPTS / kind / f"{name}.py")
    return {"from": paper or "Beyond the papers", "shows": f"{label}: {title}" if label else title}


localrules:
    aggregate,
    publish,
    figure,
    table,
    claims,
    audit,
    contact_sheet,
    page,
    codecheck,
    crate,


rule all:
    input:
        COMPUTED["data"],
        list(TRACKED),


# One batch of a study. The file is named by a digest of its model and code, parameters and seed, so these never fit an
# old one.
rule simulate:
    output:
        "results/{study}/{digest}.parquet",
    log:
        "logs/simulate/{study}/{digest}.log",
    conda:
        "envs/environment.yaml"
    params:
        batch=lambda wildcards: asdict(BY_DIGEST[wildcards.digest]),
    script:
        "workflow/scripts/simulate.py"


rule aggregate:
    input:
        recipe=lambda wildcards: MADE_OF[f"aggregate.{wildcards.study}"],
        batches=lambda wildcards: [str(study.path(batch)) for batch in BATCHES[wildcards.study]],
    output:
        "results/{study}.parquet",
    log:
        "logs/aggregate/{study}.log",
    conda:
        "envs/environment.yaml"
    params:
        recipe=lambda wildcards: RECIPES[f"aggregate.{wildcards.study}"],
    script:
        "workflow/scripts/aggregate.py"


# Snakemake takes the outputs of a job away before it starts. So files that are tracked are made in results/tracked, and
# take the place of the old ones when they are there: a job that fails leaves those alone.
rule publish:
    input:
        recipe=lambda wildcards: MADE_OF[TRACKED[wildcards.file]],
        file="results/tracked/{file}",
    output:
        "{file}",
    log:
        "logs/publish/{file}.log",
    wildcard_constraints:
        file=settings.alternatives(map(re.escape, TRACKED)),
    conda:
        "envs/environment.yaml"
    shell:
        "cp {input.file:q} {output:q} 2> >(tee {log:q} >&2)"


rule figure:
    input:
        recipe=lambda wildcards: MADE_OF[f"figure.{wildcards.id}"],
        data=lambda wildcards: expand("results/{study}.parquet", study=config["figures"][wildcards.id]["data"]),
    output:
        pdf="results/tracked/figures/{id}.pdf",
        png=report(
            "results/tracked/figures/{id}.png",
            caption="workflow/report/caption.rst",
            category="Figures",
            subcategory=lambda wildcards: titled("figures", wildcards.id)["from"],
            labels=lambda wildcards: titled("figures", wildcards.id),
        ),
        svg="results/figures/{id}.svg",
        data="results/figures/{id}.json",
    log:
        "logs/figure/{id}.log",
    wildcard_constraints:
        id=settings.alternatives(config["figures"]),
    conda:
        "envs/environment.yaml"
    params:
        recipe=lambda wildcards: RECIPES[f"figure.{wildcards.id}"],
    script:
        "workflow/scripts/figures/{wildcards.id}.py"


rule table:
    input:
        recipe=lambda wildcards: MADE_OF[f"table.{wildcards.id}"],
        data=lambda wildcards: expand("results/{study}.parquet", study=config["tables"][wildcards.id]["data"]),
    output:
        csv="results/tracked/figures/{id}.csv",
        md="results/tracked/figures/{id}.md",
        html=report(
            "results/tables/{id}.html",
            caption="workflow/report/caption.rst",
            category="Tables",
            labels=lambda wildcards: titled("tables", wildcards.id),
        ),
    log:
        "logs/table/{id}.log",
    wildcard_constraints:
        id=settings.alternatives(config["tables"]),
    conda:
        "envs/environment.yaml"
    params:
        recipe=lambda wildcards: RECIPES[f"table.{wildcards.id}"],
    script:
        "workflow/scripts/tables/{wildcards.id}.py"


# The claims of one paper. The functions in its folder take the studies that they read, and call the models themselves.
rule claims:
    input:
        recipe=lambda wildcards: MADE_OF[f"claims.{wildcards.paper}"],
        data=lambda wildcards: expand("results/{study}.parquet", study=CLAIMED[wildcards.paper]),
    output:
        "results/claims/{paper}.json",
    log:
        "logs/claims/{paper}.log",
    wildcard_constraints:
        paper=settings.alternatives(CLAIMED),
    conda:
        "envs/environment.yaml"
    params:
        recipe=lambda wildcards: RECIPES[f"claims.{wildcards.paper}"],
    script:
        "workflow/scripts/claims.py"


rule audit:
    input:
        recipe=lambda wildcards: MADE_OF["audit"],
        claims=COMPUTED["claims"],
    output:
        csv="results/tracked/figures/claims.csv",
        md="results/tracked/figures/claims.md",
        html=report(
            "results/tables/claims.html",
            category="Claims",
            labels={"shows": "Every claim of both papers with its verdict"},
        ),
    log:
        "logs/audit.log",
    conda:
        "envs/environment.yaml"
    params:
        recipe=RECIPES["audit"],
    script:
        "workflow/scripts/audit.py"


rule contact_sheet:
    input:
        recipe=lambda wildcards: MADE_OF["contact_sheet"],
        pictures=expand("results/tracked/figures/{id}.png", id=config["figures"]),
    output:
        "results/tracked/figures/contact_sheet.png",
    log:
        "logs/contact_sheet.log",
    conda:
        "envs/environment.yaml"
    params:
        recipe=RECIPES["contact_sheet"],
    script:
        "workflow/scripts/contact_sheet.py"


# All of it on one page, a single file that needs no network.
rule page:
    input:
        recipe=lambda wildcards: MADE_OF["page"],
        pictures=expand("results/figures/{id}.svg", id=config["figures"]),
        curves=expand("results/figures/{id}.json", id=config["figures"]),
        tables=expand("results/tracked/figures/{id}.md", id=config["tables"]),
        numbers=expand("results/tracked/figures/{id}.csv", id=[*config["tables"], "claims"]),
        claims=COMPUTED["claims"],
    output:
        "results/tracked/figures/index.html",
    log:
        "logs/page.log",
    conda:
        "envs/environment.yaml"
    params:
        recipe=RECIPES["page"],
    script:
        "workflow/scripts/page.py"


rule codecheck:
    input:
        recipe=lambda wildcards: MADE_OF["codecheck"],
    output:
        "results/tracked/codecheck.yml",
    log:
        "logs/codecheck.log",
    conda:
        "envs/environment.yaml"
    params:
        recipe=RECIPES["codecheck"],
    script:
        "workflow/scripts/codecheck.py"


# The run as one file for an archive, made when asked: code, settings, tables, figures, and what made what.
rule crate:
    input:
        recipe=lambda wildcards: MADE_OF["crate"],
        data=COMPUTED["data"],
        made=list(TRACKED),
    output:
        "results/run.crate.zip",
    log:
        "logs/crate.log",
    conda:
        "envs/environment.yaml"
    params:
        recipe=RECIPES["crate"],
    script:
        "workflow/scripts/crate.py"


# What a reviewer asks for where bytes differ: are these the committed numbers? Without outputs, so it runs when asked.
rule verify:
    input:
        **COMPUTED,
    log:
        "logs/verify.log",
    conda:
        "envs/environment.yaml"
    params:
        recipe=RECIPES["verify"],
    script:
        "workflow/scripts/verify.py"


# Makes what has just been computed the reference that `verify` compares with.
rule reference:
    input:
        **COMPUTED,
    log:
        "logs/reference.log",
    conda:
        "envs/environment.yaml"
    params:
        recipe=RECIPES["reference"],
    script:
        "workflow/scripts/reference.py"
