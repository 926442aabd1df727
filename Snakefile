import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

import yaml

ROOT = Path(workflow.basedir)
# Jobs find the package of this very tree, installed or not, use one thread each, and none of the user's settings.
sys.path.insert(0, str(ROOT))

import qnet.config
import qnet.environment
import qnet.study
from qnet.errors import Refused

qnet.environment.settle(ROOT)

try:
    for path in [ROOT / "config.yaml", *workflow.overwrite_configfiles]:
        qnet.config.check_file(Path(path))
except Refused as error:
    raise WorkflowError(error) from None


configfile: ROOT / "config.yaml"


SCRIPTS = ROOT / "workflow/scripts"
try:
    schema = yaml.safe_load((ROOT / "workflow/schemas/config.schema.yaml").read_bytes())
    qnet.config.check(config, schema, SCRIPTS)
    BATCHES = {name: qnet.study.batches(name, block, config["seed"]) for name, block in config["studies"].items()}
    MADE_OF = {name: [batch.digest for batch in study] for name, study in BATCHES.items()}
    for name, block in config["studies"].items():
        plan = qnet.study.plan(name, block, config["seed"], MADE_OF[name])
        qnet.study.write_plan(Path("results") / name / "plan.json", plan)
except Refused as error:
    raise WorkflowError(error) from None

BY_DIGEST = {batch.digest: batch for study in BATCHES.values() for batch in study}
DIGESTS = {name: qnet.study.table_digest(digests) for name, digests in MADE_OF.items()}
CLAIMED = {path.stem: qnet.study.claimed(path) for path in sorted((SCRIPTS / "claims").glob("*.py"), reverse=True)}
COMPUTED = {
    "data": expand("results/{study}.parquet", study=config["studies"]),
    "claims": expand("results/claims/{paper}.json", paper=CLAIMED),
}


wildcard_constraints:
    study="[a-z0-9_]+",
    digest="[0-9a-f]+",


onstart:
    for folder in ("results", "figures", "logs"):
        if Path(folder).exists() and not os.access(folder, os.W_OK):
            raise WorkflowError(f"folder {folder} must be writable, but is not")


report: "workflow/report/workflow.rst"


localrules:
    aggregate,
    figure,
    table,
    claims,
    audit,
    contact_sheet,
    page,
    codecheck,


rule all:
    input:
        COMPUTED["data"],
        expand("figures/{id}.{ext}", id=config["figures"], ext=["pdf", "png"]),
        expand("figures/{id}.{ext}", id=config["tables"], ext=["csv", "md"]),
        "figures/claims.csv",
        "figures/claims.md",
        "figures/contact_sheet.png",
        "figures/index.html",
        "codecheck.yml",


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


# A plan is written anew where the config has changed, so its time stamp tells, even without Snakemake's metadata. What
# it holds is not read: another run may have written it since.
rule aggregate:
    input:
        plan="results/{study}/plan.json",
        batches=lambda wildcards: [f"results/{wildcards.study}/{digest}.parquet" for digest in MADE_OF[wildcards.study]],
    output:
        "results/{study}.parquet",
    log:
        "logs/aggregate/{study}.log",
    conda:
        "envs/environment.yaml"
    script:
        "workflow/scripts/aggregate.py"


rule figure:
    input:
        data=lambda wildcards: expand("results/{study}.parquet", study=config["figures"][wildcards.id]["data"]),
        script=SCRIPTS / "figures/{id}.py",
        library=[ROOT / "qnet/figure.py", ROOT / "qnet/curves.py", ROOT / "qnet/job.py"],
    output:
        pdf="figures/{id}.pdf",
        png=report(
            "figures/{id}.png",
            caption="workflow/report/caption.rst",
            category="Figures",
            subcategory=lambda wildcards: wildcards.id.split("_")[0],
            labels={"figure": "{id}"},
        ),
        svg="results/figures/{id}.svg",
        data="results/figures/{id}.json",
    log:
        "logs/figure/{id}.log",
    wildcard_constraints:
        id=qnet.config.alternatives(config["figures"]),
    conda:
        "envs/environment.yaml"
    params:
        digests=lambda wildcards: [DIGESTS[study] for study in config["figures"][wildcards.id]["data"]],
        caption=lambda wildcards: config["figures"][wildcards.id]["caption"],
        printed=lambda wildcards: config["figures"][wildcards.id].get("printed"),
    script:
        "workflow/scripts/figures/{wildcards.id}.py"


rule table:
    input:
        data=lambda wildcards: expand("results/{study}.parquet", study=config["tables"][wildcards.id]["data"]),
        script=SCRIPTS / "tables/{id}.py",
        library=[ROOT / "qnet/text.py", ROOT / "qnet/job.py"],
    output:
        csv=report(
            "figures/{id}.csv",
            caption="workflow/report/caption.rst",
            category="Tables",
            subcategory=lambda wildcards: wildcards.id.split("_")[0],
            labels={"table": "{id}"},
        ),
        md="figures/{id}.md",
    log:
        "logs/table/{id}.log",
    wildcard_constraints:
        id=qnet.config.alternatives(config["tables"]),
    conda:
        "envs/environment.yaml"
    params:
        digests=lambda wildcards: [DIGESTS[study] for study in config["tables"][wildcards.id]["data"]],
        caption=lambda wildcards: config["tables"][wildcards.id]["caption"],
        printed=lambda wildcards: config["tables"][wildcards.id].get("printed"),
    script:
        "workflow/scripts/tables/{wildcards.id}.py"


# The claims of one paper. Its script's functions take the studies that they read, and call the models themselves.
rule claims:
    input:
        data=lambda wildcards: expand("results/{study}.parquet", study=CLAIMED[wildcards.paper]),
        script=SCRIPTS / "claims/{paper}.py",
        library=[ROOT / "qnet/claims.py", ROOT / "qnet/job.py"],
    output:
        "results/claims/{paper}.json",
    log:
        "logs/claims/{paper}.log",
    wildcard_constraints:
        paper=qnet.config.alternatives(CLAIMED),
    conda:
        "envs/environment.yaml"
    params:
        digests=lambda wildcards: [DIGESTS[study] for study in CLAIMED[wildcards.paper]],
        code=lambda wildcards: {package: qnet.study.code_digest(package) for package in qnet.study.PHYSICS},
    script:
        "workflow/scripts/claims/{wildcards.paper}.py"


rule audit:
    input:
        COMPUTED["claims"],
    output:
        csv=report("figures/claims.csv", category="Claims", labels={"table": "claims"}),
        md="figures/claims.md",
    log:
        "logs/audit.log",
    conda:
        "envs/environment.yaml"
    script:
        "workflow/scripts/audit.py"


rule contact_sheet:
    input:
        expand("figures/{id}.png", id=config["figures"]),
    output:
        "figures/contact_sheet.png",
    log:
        "logs/contact_sheet.log",
    conda:
        "envs/environment.yaml"
    script:
        "workflow/scripts/contact_sheet.py"


# All of it on one page, a single file that needs no network.
rule page:
    input:
        pictures=expand("results/figures/{id}.svg", id=config["figures"]),
        curves=expand("results/figures/{id}.json", id=config["figures"]),
        tables=expand("figures/{id}.md", id=config["tables"]),
        claims=COMPUTED["claims"],
        scripts=[SCRIPTS / kind / f"{id}.py" for kind in ("figures", "tables") for id in config[kind]],
        template=[ROOT / "workflow/page" / name for name in ("page.html", "page.css", "page.js")],
        citation=ROOT / "CITATION.cff",
        environment=ROOT / "envs/environment.yaml",
        library=[ROOT / "qnet" / name for name in ("page.py", "chart.py", "claims.py", "study.py", "job.py")],
    output:
        "figures/index.html",
    log:
        "logs/page.log",
    conda:
        "envs/environment.yaml"
    params:
        config=config,
        batches=MADE_OF,
    script:
        "workflow/scripts/page.py"


rule codecheck:
    input:
        citation=ROOT / "CITATION.cff",
        scripts=[SCRIPTS / kind / f"{id}.py" for kind in ("figures", "tables") for id in config[kind]],
        library=[ROOT / "qnet/page.py", ROOT / "qnet/job.py"],
    output:
        "codecheck.yml",
    log:
        "logs/codecheck.log",
    conda:
        "envs/environment.yaml"
    params:
        names={kind: list(config[kind]) for kind in ("figures", "tables")},
    script:
        "workflow/scripts/codecheck.py"


# What a reviewer asks for where bytes differ: are these the committed numbers? Without outputs, so it runs when asked.
rule verify:
    input:
        **COMPUTED,
    log:
        "logs/verify.log",
    conda:
        "envs/environment.yaml"
    params:
        digests=list(DIGESTS.values()),
        reference=ROOT / "reference",
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
        digests=list(DIGESTS.values()),
        reference=ROOT / "reference",
    script:
        "workflow/scripts/reference.py"
