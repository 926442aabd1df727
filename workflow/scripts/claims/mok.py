"""Every number and checkable statement of Mok et al., PRA 101, 053861 (2020), in the paper's order."""

import pandas as pd

from qnet.claims import Finding, claim, number, render


@claim("abstract, Table I, Sec. VII", "Largest concurrence of all configurations", figures=("mok_table1",))
def mok_01_largest_concurrence(mok_optima: pd.DataFrame) -> Finding:
    best = mok_optima[mok_optima.converged].concurrence.max()
    return number("0.969", best, uncertainty=1e-11)


if __name__ == "__main__":
    render(globals(), snakemake)
