"""The best concurrence with and without cavities, at equal and unequal rates. Mok et al., Table I."""

import numpy as np
import pandas as pd

from qnet.present import markdown


def make(
    mok_optima: pd.DataFrame,
    mok_bare_optima: pd.DataFrame,
    mok_printed_peak: pd.DataFrame,
    mok_bare_peak: pd.DataFrame,
    printed: dict,
) -> pd.DataFrame:
    settled = mok_optima[mok_optima.converged]
    bare_equal = mok_bare_peak[mok_bare_peak.gamma_r2 == 1]
    rows = []
    for cavities, equal, found, at_printed in (
        (False, True, bare_equal, bare_equal),
        (False, False, mok_bare_optima[mok_bare_optima.converged], mok_bare_peak[mok_bare_peak.gamma_r2 != 1]),
        (True, True, settled[settled.equal_rates], mok_printed_peak[mok_printed_peak.gamma_r2 == 1]),
        (True, False, settled[~settled.equal_rates], mok_printed_peak[mok_printed_peak.gamma_r2 != 1]),
    ):
        best = found.loc[found.concurrence.idxmax()]
        rows.append(
            {
                "cavities": cavities,
                "equal_rates": equal,
                "concurrence": best.concurrence,
                "time": best.time,
                "g1": best.get("g1", np.nan),
                "g2": best.get("g2", np.nan),
                "gamma_r2": best.gamma_r2,
                "printed_concurrence": printed[
                    f"{'with' if cavities else 'without'}_{'equal' if equal else 'unequal'}"
                ],
                "concurrence_at_printed": at_printed.concurrence.item(),
            }
        )
    return pd.DataFrame(rows)


if __name__ == "__main__":
    markdown.render(make, snakemake)
