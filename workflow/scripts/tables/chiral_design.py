"""Which scheme to build for a time budget, an atomic decay and a cavity loss, and what its couplings tolerate."""

import pandas as pd

from qnet.present import markdown, schemes

_EQUAL = 1e-9  # concurrences that differ by less are the same
_GIVEN = ["time_budget", "atomic_decay", "cavity_loss"]


def make(chiral_design: pd.DataFrame) -> pd.DataFrame:
    best = chiral_design.groupby(_GIVEN, sort=False).concurrence.transform("max")
    simplest = chiral_design.assign(place=chiral_design.scheme.map(list(schemes.LABELS).index))
    simplest = simplest[chiral_design.concurrence >= best - _EQUAL].sort_values("place", kind="stable")
    rows = simplest.drop_duplicates(_GIVEN).sort_values(_GIVEN)
    return schemes.listed(rows, *_GIVEN, "scheme", also=("tolerance_1", "tolerance_2"))


if __name__ == "__main__":
    markdown.render(make, snakemake)
