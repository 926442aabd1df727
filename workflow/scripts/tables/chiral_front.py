"""The largest concurrence within a time budget, by scheme, and the couplings that reach it."""

import pandas as pd

from qnet.present import markdown, schemes


def make(chiral_front: pd.DataFrame) -> pd.DataFrame:
    return schemes.listed(chiral_front, "scheme", "time_budget")


if __name__ == "__main__":
    markdown.render(make, snakemake)
