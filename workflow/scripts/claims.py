"""The claims of one paper, from all files in its folder of claims."""

from qnet.pipeline import recipe
from qnet.present import claims

if __name__ == "__main__":
    claims.render(recipe.SCRIPTS / "claims" / snakemake.wildcards.paper, snakemake)
