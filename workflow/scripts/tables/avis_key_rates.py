"""Key rates of the asymmetric and the extended-fibre chain, with errors. Avis et al., Sec. III.6."""

import pandas as pd

from qnet.present import markdown

_CHAIN = ["layout", "messages", "restart"]
_ESTIMATES = ["duration_s", "qber", "key_rate_hz"]


def make(avis_chain: pd.DataFrame) -> pd.DataFrame:
    rows = avis_chain.sort_values([*_CHAIN, "asymmetry"], kind="stable")
    symmetric = rows.groupby(_CHAIN).key_rate_hz.transform("first")
    estimates = [column for name in _ESTIMATES for column in (name, f"{name}_se")]
    return rows[[*_CHAIN, "asymmetry", *estimates]].assign(relative_key_rate=rows.key_rate_hz / symmetric)


if __name__ == "__main__":
    markdown.render(make, snakemake)
