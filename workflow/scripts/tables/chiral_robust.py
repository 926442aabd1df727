"""The best couplings under random detunings, and what they gain over the ideal ones."""

import pandas as pd

from qnet.present import markdown


def make(chiral_robust: pd.DataFrame) -> pd.DataFrame:
    return chiral_robust.sort_values(["detuned", "width"], kind="stable")


if __name__ == "__main__":
    markdown.render(make, snakemake)
