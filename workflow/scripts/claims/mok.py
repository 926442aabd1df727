"""Every number and checkable statement of Mok et al., PRA 101, 053861 (2020), in the paper's order."""

import pandas as pd

from qnet import claim
from qnet.claim import Finding


@claim.claim(
    "abstract, Table I, Sec. VII", "Largest concurrence with cavities and unequal rates", figures=("mok_table1",)
)
def mok_01_largest_concurrence(mok_optima: pd.DataFrame) -> Finding:
    best = mok_optima[mok_optima.converged].concurrence.max()
    return claim.number("0.969", best, uncertainty=1e-11)


if __name__ == "__main__":
    claim.render(globals(), snakemake)
