"""From config.yaml to tables on disk: knows files and Snakemake, and no physics."""
