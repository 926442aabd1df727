"""Avis et al., Sec. IV: what the paper leaves open, and what these pages find. The statements are ours."""

import numpy as np

from qnet.present.claims import Finding, claim, conditional, statement

from .helpers import Table

_QUANTITIES = ("duration", "qber", "key_rate")
_WITHIN = 4.0  # standard errors, of a slope that is taken to vanish
_TIES = 0.1  # p over 50 km: kinks that stem from links that are done at the same time are below it


def _vanishing(rows: Table) -> bool:
    """Whether all slopes vanish, but for kinks that ties make."""
    return all(
        bool((np.abs(rows[f"{name}_slope"]) < _TIES / 2 + _WITHIN * rows[f"{name}_slope_se"]).all())
        and bool((np.abs(rows[f"{name}_slope"] - rows[f"{name}_kink"]) < _WITHIN * rows[f"{name}_slope_se"]).all())
        for name in _QUANTITIES
    )


def _told(rows: Table, name: str = "key_rate") -> str:
    return ", ".join(
        f"{value:+.4f}" for value, se in zip(rows[f"{name}_slope"], rows[f"{name}_slope_se"], strict=True) if se >= 0
    )


@claim(
    "Sec. IV, ours",
    "First derivatives with respect to asymmetry vanish as well where a repeater attempts on one side at a time",
    figures=("chain_sequential", "chain_protocols"),
)
def avis_57_open_one_side_at_a_time(chain_sequential_slopes: Table) -> Finding:
    even = chain_sequential_slopes[chain_sequential_slopes.links % 2 == 0]
    coin, other = even[even.order == "random"], even[even.order != "random"]
    odd = chain_sequential_slopes[chain_sequential_slopes.links % 2 == 1]
    clear = (np.abs(other.key_rate_slope) > 10 * other.key_rate_slope_se).all()
    clear &= (np.abs(odd.key_rate_slope) > 10 * odd.key_rate_slope_se).any()
    long = other[(other.order == "long_first") & (other.links == 20)].iloc[0]
    return conditional(
        _vanishing(coin),
        not clear,
        "the number of links is even, and no end of the chain and no kind of link comes first, as where each repeater "
        "tosses a coin. Then what is left is a kink of the size of p, as in the paper's chain",
        f"d ln(key rate) / dA at +0 by a coin: {_told(coin)}; long link first, 20 links: "
        f"{long.key_rate_slope:.4f}, so that a small asymmetry helps",
        uncertainty=float(long.key_rate_slope_se),
        note=f"2 to 20 links of 50 km, {len(even)} chains, within four standard errors. A mirror image changes the "
        "order with which the left link, or that with the odd number, comes first, and the order decides for how long "
        "states are stored; so the symmetry that makes the paper's derivatives vanish is not there.",
    )


@claim(
    "Sec. IV, ours",
    "First derivatives with respect to asymmetry vanish as well where links distil",
    figures=("chain_distillation", "chain_protocols"),
)
def avis_58_open_distillation(chain_distilled_slopes: Table) -> Finding:
    even = chain_distilled_slopes[chain_distilled_slopes.links % 2 == 0]
    every, some = even[even.which == "all"], even[even.which != "all"]
    short = even[(even.which == "short") & (even.links == 20)].iloc[0]
    clear = (np.abs(some.key_rate_slope) > 10 * some.key_rate_slope_se).all()
    return conditional(
        _vanishing(every),
        not clear,
        "the number of links is even and all links distil, or none",
        f"d ln(key rate) / dA at +0, all: {_told(every)}; short links only, 20 links: {short.key_rate_slope:.4f}",
        uncertainty=float(short.key_rate_slope_se),
        note="Werner parameter 0.99, memories of 10 s, links of 50 km, one channel, perfect gates; finite steps along "
        "the same random histories. Where only the short links distil, a small asymmetry shortens what takes longest.",
    )


@claim(
    "Sec. IV, ours",
    "A small asymmetry is as cheap for links that distil as for those that do not",
    figures=("chain_distillation", "chain_protocols"),
)
def avis_59_open_loss_with_distillation(chain_distilled: Table) -> Finding:
    def lost(which: str, asymmetry: float) -> tuple[float, float]:
        rows = chain_distilled[
            (chain_distilled.which == which)
            & (chain_distilled.werner == 0.99)
            & (chain_distilled.coherence_time_s == 10)
        ]
        even, uneven = (rows[np.isclose(rows.asymmetry, each)].iloc[0] for each in (0.0, asymmetry))
        kept = uneven.key_rate_hz / even.key_rate_hz
        error = np.hypot(uneven.key_rate_hz_se, kept * even.key_rate_hz_se) / even.key_rate_hz
        return 100 * float(1 - kept), 100 * float(error)

    found = {(which, each): lost(which, each) for which in ("none", "all") for each in (0.1, 0.2)}
    off = [abs(found["none", each][0] - found["all", each][0]) for each in (0.1, 0.2)]
    return statement(
        max(off) < 3,
        "; ".join(
            f"{'all distil' if which == 'all' else 'none distils'}, A = {each:g}: {loss:.2f} % lost"
            for (which, each), (loss, _) in found.items()
        ),
        uncertainty=max(error for _, error in found.values()),
        note="Within three points at A = 0.1 and 0.2: Werner parameter 0.99, memories of 10 s, the chain of Fig. 6.",
    )


@claim(
    "Sec. IV, ours",
    "Dropping states that were stored for too long recovers part of what asymmetry costs",
    figures=("chain_cutoff", "chain_protocols"),
)
def avis_60_open_cut_offs(chain_cutoff_best: Table, chain_cutoff_none: Table) -> Finding:
    def kept(rows: Table, time: float) -> tuple[float, float]:
        even, uneven = (
            rows[np.isclose(rows.asymmetry, each) & np.isclose(rows.coherence_time_s, time)].iloc[0]
            for each in (0.0, 0.2)
        )
        ratio = uneven.key_rate_hz / even.key_rate_hz if even.key_rate_hz > 0 else np.nan
        return float(ratio), float(np.hypot(uneven.key_rate_hz_se, ratio * even.key_rate_hz_se) / even.key_rate_hz)

    free = chain_cutoff_none[chain_cutoff_none.restart == "as_soon_as_free"]
    local = chain_cutoff_best[chain_cutoff_best.protocol == "local_cutoff"]
    (plain, plain_se), (dropped, dropped_se) = (kept(rows, 0.5) for rows in (free, local))
    (long, long_se), (long_dropped, long_dropped_se) = (
        kept(rows, chain_cutoff_none.coherence_time_s.max()) for rows in (free, local)
    )
    together, _ = kept(chain_cutoff_none[chain_cutoff_none.restart == "restart_together"], 0.5)
    nothing = long_dropped - long < 4 * np.hypot(long_se, long_dropped_se)
    return conditional(
        dropped - plain > 4 * np.hypot(plain_se, dropped_se),
        not nothing,
        "memories are short: at 10 s and the best cut-off the loss is the same as without",
        f"at A = 0.2, memories of 0.5 s: {100 * dropped:.2f} % of the key is left with the best cut-off, "
        f"{100 * plain:.2f} % without; {100 * together:.1f} % without where all links restart together",
        uncertainty=100 * dropped_se,
        note="The chain of Fig. 6, each repeater for itself. With good memories the best cut-off is so long that it "
        "hardly ever matters. Most of what a cut-off recovers, restarting all links together recovers as well.",
    )
