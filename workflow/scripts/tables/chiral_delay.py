"""Concurrence against the time that light takes between the nodes, at the printed and at the best couplings."""

import pandas as pd

from qnet.present import markdown


def make(
    chiral_delay_printed: pd.DataFrame,
    chiral_delay_stored: pd.DataFrame,
    chiral_delay_optimum: pd.DataFrame,
    printed: dict,
) -> pd.DataFrame:
    common = chiral_delay_printed.assign(readout="common", stored_1=chiral_delay_printed.time)
    fixed = pd.concat([common.assign(stored_2=common.time), chiral_delay_stored.assign(readout="own")])
    rows = pd.concat([fixed.assign(couplings="printed", **printed), chiral_delay_optimum.assign(couplings="optimised")])
    rows = rows.assign(scheme="equal_rates").sort_values(["chirality", "delay"], ascending=[False, True], kind="stable")
    columns = [
        "scheme",
        "chirality",
        "delay",
        "readout",
        "couplings",
        "concurrence",
        "g1",
        "g2",
        "stored_1",
        "stored_2",
    ]
    return rows[[*columns, "agreeing", "climbs"]]


if __name__ == "__main__":
    markdown.render(make, snakemake)
