"""Concurrence against the time that light takes between the nodes, at the printed and at the best couplings."""

import pandas as pd

from qnet.present import markdown


def make(
    chiral_delay_printed: pd.DataFrame, chiral_delay_stored: pd.DataFrame, chiral_delay_optimum: pd.DataFrame
) -> pd.DataFrame:
    common = chiral_delay_printed.assign(readout="common", time_1=chiral_delay_printed.time)
    own = chiral_delay_stored.assign(readout="own")
    best = chiral_delay_optimum.rename(columns={"stored_1": "time_1", "stored_2": "time_2"})
    rows = pd.concat([
        common.assign(time_2=common.time, couplings="printed"), own.assign(couplings="printed"),
        best.assign(couplings="optimised"),
    ])  # fmt: skip
    rows = rows.assign(scheme="equal_rates").sort_values(["chirality", "delay"], ascending=[False, True], kind="stable")
    columns = ["scheme", "chirality", "delay", "readout", "couplings", "concurrence", "g1", "g2", "time_1", "time_2"]
    return rows[[*columns, "agreeing", "climbs"]].astype({"agreeing": "Int64", "climbs": "Int64"})


if __name__ == "__main__":
    markdown.render(make, snakemake)
