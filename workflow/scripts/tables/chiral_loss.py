"""The largest concurrence with one imperfection at a time, by scheme, and the couplings that reach it."""

import pandas as pd

from qnet.present import markdown, schemes


def make(chiral_decay: pd.DataFrame, chiral_cavity_loss: pd.DataFrame, chiral_dephasing: pd.DataFrame) -> pd.DataFrame:
    rows = pd.concat([chiral_decay, chiral_cavity_loss, chiral_dephasing])
    imperfections = ["atomic_decay", "cavity_loss", "dephasing"]
    rows[imperfections] = rows[imperfections].fillna(0.0)
    return schemes.listed(rows, "scheme", *imperfections)


if __name__ == "__main__":
    markdown.render(make, snakemake)
