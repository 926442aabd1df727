"""Avis et al., Sec. III: what its conclusions on placement are worth on real routes. The statements are ours."""

from collections.abc import Callable

import numpy as np

from qnet.present.claims import Finding, claim, conditional, statement
from qnet.route.predict import PREDICTORS, bootstrap_error, explained_variance, rank_correlation

from .helpers import Table

_SMALL = 0.1  # asymmetry up to which the paper's chain loses about 10 %
_LITTLE = 0.1  # fraction of key that is little to lose
_CLEAR = 4.5  # standard errors
_ROUTES = "Shortest routes of 200 to 1500 km in the latest maps of the Internet Topology Zoo, huts at most 80 km apart."


def _defined(routes: Table) -> Table:
    """Routes whose loss is defined, in the latest map of each network."""
    return routes[routes.exists & routes.even_has_key & ~routes.repeated]


def _with_error(statistic: Callable[[Table], float], rows: Table, samples: int = 200) -> tuple[float, float]:
    """A statistic of rows, and its standard error from resampled networks."""
    error = bootstrap_error(lambda i: statistic(rows.iloc[i]), rows.network.to_numpy(), samples=samples)
    return float(statistic(rows)), float(error)


def _percent(value: float, error: float) -> str:
    return f"{100 * value:.2f} +- {100 * error:.2f} %"


@claim(
    "Sec. III.6, ours",
    "On real routes as well, a small asymmetry need not be avoided",
    figures=("route_loss", "route_networks"),
)
def avis_61_route_small_asymmetry(route_loss: Table) -> Finding:
    small = _defined(route_loss).query(f"asymmetry <= {_SMALL}")
    lost, lost_se = _with_error(lambda rows: float(rows.loss.median()), small)
    little, little_se = _with_error(lambda rows: float((rows.loss < _LITTLE).mean()), small)
    return statement(
        lost - 2 * lost_se < _LITTLE,
        f"of {len(small)} routes with A of {_SMALL:g} at most, the median one loses {_percent(lost, lost_se)} of the "
        f"evenly spaced chain's key; {_percent(little, little_se)} of them lose less than 10 %",
        uncertainty=100 * lost_se,
        note=f"{_ROUTES} Need not be avoided: half of them lose less than 10 %, as the paper's zigzag does at A = 0.1. "
        "A is a mean over nodes, and few uneven ones hide among many even ones; a chain waits for its longest link.",
    )


@claim(
    "Sec. III.3, ours",
    "On real routes the asymmetry parameter tells what is lost",
    figures=("route_loss", "route_predictors"),
)
def avis_62_route_predictor(route_loss: Table) -> Finding:
    rows = _defined(route_loss)
    ranks = {
        name: _with_error(lambda part, name=name: rank_correlation(part[name], part.loss), rows) for name in PREDICTORS
    }
    best = max(ranks, key=lambda name: ranks[name][0])
    more, more_se = _with_error(
        lambda part: rank_correlation(part[best], part.loss) - rank_correlation(part.asymmetry, part.loss), rows
    )
    told = {
        name: [
            _with_error(lambda part, given=given: _explained(part, given), rows, 50)
            for given in ([name], [name, "even_storage"])
        ]
        for name in ("asymmetry", best)
    }
    return statement(
        more < 2 * more_se,
        f"rank correlation with the loss {ranks['asymmetry'][0]:.3f} +- {ranks['asymmetry'][1]:.3f} for A, "
        f"{ranks[best][0]:.3f} +- {ranks[best][1]:.3f} for {best}, the best of {len(PREDICTORS)}; explained variance "
        + "; ".join(
            f"{name} {alone[0]:.2f} +- {alone[1]:.2f}, with the even chain's storage {joined[0]:.2f} +- {joined[1]:.2f}"
            for name, (alone, joined) in told.items()
        ),
        uncertainty=more_se,
        note=f"{_ROUTES} {len(rows)} routes of {rows.network.nunique()} networks. Tells: no other number ranks them "
        "better, within two standard errors of resampled networks. log_slowest: ln of the mean time of the slowest of "
        "all links over that of the even chain.",
    )


def _explained(rows: Table, names: list[str]) -> float:
    given = [rows[name].to_numpy(float) for name in names]
    return explained_variance(given, rows.loss, rows.network, halvings=2)


@claim(
    "Sec. III.6, ours",
    "On real routes as well, no placement is better than even spacing",
    figures=("route_loss",),
)
def avis_63_route_even_is_best(route_loss: Table, route_loss_assumptions: Table, route_short_ends: Table) -> Finding:
    counts = []
    for routes in (route_loss, route_loss_assumptions):
        rows = _defined(routes)
        counts.append((int((rows.loss < -_CLEAR * rows.loss_se - 1e-3).sum()), len(rows)))
    (better, of), (better_else, of_else) = counts
    best = {messages: rows.loc[rows.key_rate_gain.idxmax()] for messages, rows in route_short_ends.groupby("messages")}
    gains = [
        f"{_percent(row.key_rate_gain, row.key_rate_gain_se)} with end links {row.shorter_km:g} km shorter"
        for row in (best[False], best[True])
    ]
    clear = any(row.key_rate_gain > _CLEAR * row.key_rate_gain_se for row in best.values())
    return statement(
        better + better_else == 0 and not clear,
        f"{better} of {of} routes, and {better_else} of {of_else} under other assumptions, give more key than evenly "
        f"spaced. The chain of Fig. 6, its other links sharing the rest, gains {gains[0]} where end nodes know at once "
        f"and {gains[1]} where they wait for messages",
        uncertainty=100 * best[True].key_rate_gain_se,
        note=f"{_ROUTES} As many links on as much fibre. More: by 0.1 % and {_CLEAR:g} standard errors. End links "
        "start again only when the end nodes know that a state is delivered, later than all others, so they should be "
        "the shortest. The zigzag, whose links are of two lengths in turn, does not ask for that.",
    )


@claim("Sec. III.6, ours", "On real routes as well, extended fibre never helps")
def avis_64_route_extended_fibre(route_extended: Table) -> Finding:
    rows = route_extended[route_extended.has_key]
    best = rows.loc[rows.extended_gain.idxmax()]
    helped = rows.extended_gain > _CLEAR * rows.extended_gain_se + 1e-3
    lost, lost_se = _with_error(lambda part: -float(part.extended_gain.median()), rows)
    return statement(
        not helped.any(),
        f"with all links as long as the longest {int(helped.sum())} of {len(rows)} routes give more key; the median "
        f"one loses {_percent(lost, lost_se)}, the least hurt "
        f"{_percent(0 - best.extended_gain, best.extended_gain_se)}",
        uncertainty=100 * lost_se,
        note=f"{_ROUTES} A route of each network. More: by 0.1 % and {_CLEAR:g} standard errors.",
    )


@claim(
    "Sec. III.7, ours",
    "On real routes it is best to have a repeater at every site",
    figures=("route_choice",),
)
def avis_65_route_every_site(route_choice: Table, route_choice_assumptions: Table) -> Finding:
    rows = route_choice[route_choice.has_key]
    fewer = _fewer(rows)
    same = _fewer(rows[(rows.number == 2) & rows.network.isin(route_choice_assumptions.network)])
    (perfect, good, bad) = (
        _fewer(route_choice_assumptions.query(f"has_key and werner == {werner} and hut_km == {huts}"))
        for werner, huts in ((1.0, 20.0), (0.99, 40.0), (0.98, 20.0))
    )
    return conditional(
        perfect[0] == good[0] == 0,
        fewer[0] == 0,
        "links are perfect, or sites far apart. Otherwise each link adds errors, and fewer are better",
        f"fewer are better on {fewer[0]} of {fewer[1]} routes with links of Werner parameter 0.99, huts every 20 km; "
        f"of the longer ones in 8 networks on {same[0]} of {same[1]}, {good[0]} of {good[1]} with huts every 40 km, "
        f"{bad[0]} of {bad[1]} with 0.98 and {perfect[0]} of {perfect[1]} with perfect links",
        note="Routes of up to 600 km with a key. Better: a repeater at every site loses more than 1 % and 4.5 standard "
        "errors, by numbers that took no part in the choice. Swaps are perfect, so it is links alone that add errors.",
    )


def _fewer(rows: Table) -> tuple[int, int]:
    better = (rows.repeaters < rows.sites) & (rows.all_loss > 0.01 + _CLEAR * rows.all_loss_se)
    return int(better.sum()), len(rows)


@claim(
    "Sec. III.7, ours",
    "On real routes the sites nearest to even spacing are a good choice",
    figures=("route_choice",),
)
def avis_66_route_rules(route_choice: Table) -> Finding:
    rows = route_choice[route_choice.has_key]
    found = {
        rule: _with_error(lambda part, rule=rule: float(part[f"{rule}_loss"].median()), rows)
        for rule in ("nearest", "squares", "all", "every")
    }
    return statement(
        found["nearest"][0] - 2 * found["nearest"][1] < _LITTLE,
        f"median losses beside the best subset found: nearest to even {_percent(*found['nearest'])}, least sum of "
        f"squared lengths {_percent(*found['squares'])}, every site {_percent(*found['all'])}, every k-th site with "
        f"the best k {_percent(*found['every'])}",
        uncertainty=100 * found["nearest"][1],
        note=f"{len(rows)} routes with a key, Werner parameter 0.99, huts every 20 km; errors from resampled networks. "
        "Good: within 10 %. Both rules take as many repeaters as would be best evenly spaced.",
    )


@claim(
    "Sec. III.6, ours",
    "Midpoints at existing sites cost less than repeaters at existing sites do",
    figures=("route_midpoints",),
)
def avis_67_route_midpoints(route_midpoints: Table) -> Finding:
    found = {}
    for clicks, rows in route_midpoints[route_midpoints.exists & route_midpoints.even_has_key].groupby("clicks"):
        known = rows[rows.repeaters_loss < 1]
        found[clicks] = (
            _with_error(lambda part: float(part.repeaters_loss.mean()), known),
            _with_error(lambda part: float(part.midpoints_loss.mean()), known),
        )
    (double, double_by), (single, single_by) = found["double"], found["single"]
    return conditional(
        double_by[0] < double[0] - 2 * np.hypot(double[1], double_by[1]),
        single_by[0] < single[0] - 2 * np.hypot(single[1], single_by[1]),
        "links are double-click ones. Single-click states lose fidelity where the midpoint is off the centre",
        f"mean fractions of key lost by repeaters and then by midpoints: double click {_percent(*double)} and "
        f"{_percent(*double_by)}, single click {_percent(*single)} and {_percent(*single_by)}",
        uncertainty=100 * single_by[1],
        note="Repeaters at every other site of routes of up to 800 km, huts at most 40 km apart, single click with q = "
        "0.001, memories of 10 s; routes that have a key with midpoints in the middle. Errors from resampled networks.",
    )
