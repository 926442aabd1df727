"""What asymmetry costs under each protocol: losses of key, slopes at zero asymmetry, and whether these vanish."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from qnet.present import markdown

_QUANTITIES = ("duration", "qber", "key_rate")
_BOUND = 4.0  # standard errors within which a slope is taken to vanish
_SUCCESS = 0.1  # p of an attempt over 50 km
_KINDS = ["protocol", "order", "cutoff_s", "distillation", "which", "links", "coherence_time_s", "werner"]


def make(
    avis_chain: pd.DataFrame,
    chain_slopes_even: pd.DataFrame,
    chain_sequential: pd.DataFrame,
    chain_sequential_slopes: pd.DataFrame,
    chain_cutoff_table: pd.DataFrame,
    chain_cutoff_slopes: pd.DataFrame,
    chain_distilled: pd.DataFrame,
    chain_distilled_parallel: pd.DataFrame,
    chain_distilled_slopes: pd.DataFrame,
) -> pd.DataFrame:
    plain = avis_chain[(avis_chain.layout == "asymmetric") & ~avis_chain.messages]
    plain = plain[plain.restart == "as_soon_as_free"].assign(coherence_time_s=1.0)
    sequential = chain_sequential.assign(protocol="sequential", coherence_time_s=1.0)
    distilled = [
        rows.assign(distillation=channels)
        for channels, rows in (("sequential", chain_distilled), ("parallel", chain_distilled_parallel))
    ]
    distilled = pd.concat(distilled).query("which != 'none' or coherence_time_s != 1 or werner != 1")
    distilled.loc[distilled.which == "none", ["distillation", "which"]] = np.nan
    slopes = [
        chain_slopes_even[~chain_slopes_even.messages & (chain_slopes_even.links == 20)].assign(coherence_time_s=1.0),
        chain_sequential_slopes.query("links == 20").assign(protocol="sequential", coherence_time_s=1.0),
        chain_cutoff_slopes,
        chain_distilled_slopes.query("links == 20").assign(
            distillation="sequential", werner=0.99, coherence_time_s=10.0
        ),
    ]
    chains = pd.concat([_named(each) for each in (plain, sequential, chain_cutoff_table, distilled)])
    rows = pd.DataFrame(_losses(chains)).merge(
        pd.DataFrame(_slopes(pd.concat([_named(each) for each in slopes]))), on=_KINDS, how="left"
    )
    return rows


def _named(rows: pd.DataFrame) -> pd.DataFrame:
    """With all columns that say which chain and protocol a row is of."""
    given = {"protocol": "swap_asap", "order": np.nan, "cutoff_s": np.nan, "distillation": np.nan, "which": np.nan}
    given |= {"links": 20, "werner": 1.0}
    return rows.assign(**{name: value for name, value in given.items() if name not in rows})


def _losses(chains: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Of each chain, what it loses of its key at asymmetries 0.1 and 0.2, where it has any."""
    for kind, rows in chains.groupby(_KINDS, dropna=False, sort=False):
        at = rows.assign(asymmetry=rows.asymmetry.round(9)).set_index("asymmetry")
        even = at.loc[0.0]
        found = dict(zip(_KINDS, kind, strict=True))
        found |= {"key_rate_hz": even.key_rate_hz, "key_rate_hz_se": even.key_rate_hz_se}
        for asymmetry, name in ((0.1, "loss_at_0_1"), (0.2, "loss_at_0_2")):
            there = at.loc[asymmetry]
            kept = there.key_rate_hz / even.key_rate_hz if even.key_rate_hz > 0 else np.nan
            error = np.hypot(there.key_rate_hz_se, kept * even.key_rate_hz_se) / max(even.key_rate_hz, 1e-300)
            found |= {name: 1 - kept, f"{name}_se": error if even.key_rate_hz > 0 else np.nan}
        yield found


def _slopes(rows: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Slopes of logarithms at A = +0: the whole, its smooth part and its kink, and the verdict on the key rate's."""
    for _, row in rows.iterrows():
        found = {name: row[name] for name in _KINDS}
        for name in _QUANTITIES:
            slope, slope_se = row[f"{name}_slope"], row[f"{name}_slope_se"]
            kink, kink_se = row[f"{name}_kink"], row[f"{name}_kink_se"]
            found |= {
                f"slope_ln_{name}": slope, f"slope_ln_{name}_se": slope_se,
                f"smooth_ln_{name}": slope - kink, f"smooth_ln_{name}_se": np.hypot(slope_se, kink_se),
                f"kink_ln_{name}": kink, f"kink_ln_{name}_se": kink_se,
            }  # fmt: skip
        yield found | {"derivative": _verdict(found)}


def _verdict(found: dict[str, Any]) -> str:
    """On all three logarithms together. Links are done at the same time by chance, the rarer the smaller p is.

    So kinks that are due to it are below p; a larger one is a slope like any other, seen from both sides.
    """
    smooth, kink, steep = (
        any(test(found[f"{part}_ln_{name}"], found[f"{part}_ln_{name}_se"]) for name in _QUANTITIES)
        for part, test in (
            ("smooth", lambda value, se: abs(value) > _BOUND * se),
            ("kink", lambda value, se: abs(value) > _BOUND * se),
            ("kink", lambda value, se: abs(value) - _BOUND * se > _SUCCESS),
        )
    )
    return "does not vanish" if smooth or steep else "vanishes but for a kink" if kink else "vanishes"


if __name__ == "__main__":
    markdown.render(make, snakemake)
