"""Curves of the schemes to entangle two atoms through a waveguide: their names and looks, and where they cross."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from qnet.present import style

LABELS = {
    "bare": "bare atoms",
    "equal_rates": "equal rates",
    "unequal_rates": "unequal rates",
    "nonchiral_equal": "nonchiral, equal rates",
    "nonchiral_unequal": "nonchiral, unequal rates",
    "any_chirality": "any chirality",
}
_DASHES = dict(zip(LABELS, [2, 4, 1, 3, 5, 0], strict=True))
_SAME = 1e-9  # of two logarithms of 1 - C: below that, one scheme only contains the other
_ABOVE_ALL = "any_chirality"  # contains the others but the bare atoms


def draw(ax: Axes, rows: pd.DataFrame, against: str) -> None:
    """1 - C of each scheme against a column, both on logarithmic axes, with a cross wherever two curves cross.

    rows: of a study of `chiral.global_optimum`. The scheme of any chirality crosses none, since it contains them.
    """
    curves = rows.pivot(index=against, columns="scheme", values="concurrence")
    for scheme, label in LABELS.items():
        looks: Any = {"color": style.COLOR[scheme], "ls": style.DASHES[_DASHES[scheme]], "label": label}
        ax.loglog(curves.index, 1 - curves[scheme], **looks)
    for _, _, x, concurrence in crossings(curves):
        cross: Any = style.FOUND | {"label": "_crossing"}
        ax.plot(x, 1 - concurrence, **cross)


def listed(rows: pd.DataFrame, *given: str, also: Sequence[str] = ()) -> pd.DataFrame:
    """The columns that a table of optima shows: what was given, what is reached and how, and how surely."""
    named = rows.rename(columns={"atomic_decay": "decay", "best_chirality": "chirality", "time_1": "time"})
    first = ["decay" if name == "atomic_decay" else name for name in given]
    couplings = ["coupling_1", "coupling_2", "rate_1", "rate_2", "chirality"]
    return named[[*first, "concurrence", "time", *couplings, *also, "agreeing", "climbs", "converged"]]


def crossings(curves: pd.DataFrame) -> Iterator[tuple[str, str, float, float]]:
    """(scheme that is better before, better after, place, concurrence there) of any two curves but `any_chirality`.

    curves: concurrences by place and scheme. Between two points, ln(1 - C) is taken as linear in the logarithm of the
    place.
    """
    x, loss = np.log(curves.index.to_numpy()), {name: np.log(1 - curves[name].to_numpy()) for name in LABELS}
    for one, other in combinations([scheme for scheme in LABELS if scheme != _ABOVE_ALL], 2):
        lead = loss[other] - loss[one]  # positive where the first one is better
        for n in np.flatnonzero((lead[:-1] * lead[1:] < 0) & (np.minimum(*np.abs([lead[:-1], lead[1:]])) > _SAME)):
            part = lead[n] / (lead[n] - lead[n + 1])
            there = loss[one][n] + part * (loss[one][n + 1] - loss[one][n])
            before, after = (one, other) if lead[n] > 0 else (other, one)
            yield before, after, float(np.exp(x[n] + part * (x[n + 1] - x[n]))), float(1 - np.exp(there))
