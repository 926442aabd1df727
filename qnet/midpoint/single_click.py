"""Single-click heralding with lossy, partly distinguishable photons and dark counts.

Avis et al., arXiv:2305.09635, Sec. II.2 and Appendix A. Emitter and photon start in sqrt(1 - alpha) |0>|no photon> +
sqrt(alpha) |1>|photon>, without further noise. The paths meet on a 50:50 beam splitter with one detector per output,
each with at most one dark count a window. A herald is exactly one count: Psi+ or Psi- by the detector. A
number-resolving detector counts where it registers a total of one, dark count included; a threshold detector where it
registers any. The optical phase is perfectly stable. No coincidence window.

Coherence between |01> and |10>, by name:
"physical": heralds that a dark count caused after the photon was lost carry none.
"literature": sqrt(mu p_10 p_01) with the dark counts inside, as link-layer models have it; slightly too large.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qnet import checks
from qnet.midpoint.arguments import BELOW_ONE, Floats, reals, refuse
from qnet.midpoint.fibre import arrival
from qnet.midpoint.herald import Herald

COHERENCES = ("physical", "literature")
_ROUNDING = 8 * np.finfo(float).eps


def single_click(
    *,
    length_km: ArrayLike,
    asymmetry_km: ArrayLike,
    p_det: ArrayLike,
    dark_count: ArrayLike,
    q: ArrayLike,
    indistinguishability: ArrayLike = 1.0,
    attenuation_db_per_km: ArrayLike = 0.2,
    number_resolving: ArrayLike = False,
    coherence: ArrayLike = "physical",
) -> Herald:
    """Success probability and fidelity, exact. Avis et al., Eqs. (43)-(47). Arrays broadcast.

    q = alpha_left p_left = alpha_right p_right, Eq. (12): the probability that a node's photon is detected, which sets
    both bright-state parameters. The other arguments are those of `double_click`; the emitters are pure here.
    Raises Refused for values out of range, a q that needs a bright-state parameter above 1, and where nothing can
    ever herald.
    """
    arms = arrival(
        length_km=length_km, asymmetry_km=asymmetry_km, p_det=p_det, attenuation_db_per_km=attenuation_db_per_km
    )
    bright_left, bright_right = bright_states(q=q, p_left=arms.p_left, p_right=arms.p_right)
    return single_click_arms(
        p_left=arms.p_left,
        p_right=arms.p_right,
        bright_left=bright_left,
        bright_right=bright_right,
        dark_count=dark_count,
        indistinguishability=indistinguishability,
        number_resolving=number_resolving,
        coherence=coherence,
    )


def bright_states(*, q: ArrayLike, p_left: ArrayLike, p_right: ArrayLike) -> tuple[Floats, Floats]:
    """(alpha_left, alpha_right) = (q / p_left, q / p_right). Avis et al., Eq. (12).

    Raises Refused where one of them would exceed 1; an excess of rounding size is taken as 1.
    """
    given = reals(
        {"q": checks.NOT_NEGATIVE, "p_left": checks.PROBABILITY, "p_right": checks.PROBABILITY},
        {"q": q, "p_left": p_left, "p_right": p_right},
    )
    q, left, right = given.values()
    weaker = np.minimum(left, right)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        brightest = np.where(q > 0, q / weaker, 0.0)
        refuse(brightest > 1 + _ROUNDING, "q", "must give bright-state parameters q / p_left, q / p_right in [0, 1]", q)
        return np.where(q > 0, np.minimum(q / left, 1.0), 0.0), np.where(q > 0, np.minimum(q / right, 1.0), 0.0)


def single_click_arms(
    *,
    p_left: ArrayLike,
    p_right: ArrayLike,
    bright_left: ArrayLike,
    bright_right: ArrayLike,
    dark_count: ArrayLike,
    indistinguishability: ArrayLike = 1.0,
    number_resolving: ArrayLike = False,
    coherence: ArrayLike = "physical",
) -> Herald:
    """As `single_click`, for nodes that may differ and any two bright-state parameters. Avis et al., Eqs. (43)-(44)."""
    resolving = checks.flag("number_resolving", number_resolving)
    kind = checks.choice("coherence", coherence, COHERENCES)
    given = reals(
        {
            **dict.fromkeys(("p_left", "p_right", "bright_left", "bright_right"), checks.PROBABILITY),
            "dark_count": BELOW_ONE,
            "indistinguishability": checks.PROBABILITY,
        },
        {
            "p_left": p_left,
            "p_right": p_right,
            "bright_left": bright_left,
            "bright_right": bright_right,
            "dark_count": dark_count,
            "indistinguishability": indistinguishability,
        },
        number_resolving=resolving,
        coherence=kind,
    )
    p_left, p_right, left, right, dark, mu = given.values()
    quiet = 1 - dark
    photon = np.where(resolving, quiet**2, quiet)  # a photon in one detector heralds
    false = 2 * dark * quiet  # no photon, but one dark count
    bunched = np.where(resolving, 0.0, (1 + mu) * quiet / 2)  # two photons in one detector
    one = p_left * (1 - p_right) + p_right * (1 - p_left)
    p_00 = (1 - left) * (1 - right) * false
    p_10 = left * (1 - right) * (p_left * photon + (1 - p_left) * false)
    p_01 = right * (1 - left) * (p_right * photon + (1 - p_right) * false)
    p_11 = left * right * (one * photon + p_left * p_right * bunched + (1 - p_left) * (1 - p_right) * false)
    success = p_00 + p_10 + p_01 + p_11
    refuse(
        (success == 0) & (left * p_left == 1), "bright_left", "must be below 1 where both photons surely arrive", left
    )
    refuse(success == 0, "dark_count", "must be positive where no photon arrives", dark)
    coherent = _coherence(kind, mu, p_10, p_01, left * (1 - right) * p_left, right * (1 - left) * p_right, photon)
    return Herald(success, ((p_10 + p_01) / 2 + coherent) / success)


def _coherence(
    kind: NDArray[np.str_],
    mu: Floats,
    p_10: Floats,
    p_01: Floats,
    arrived_10: Floats,
    arrived_01: Floats,
    photon: Floats,
) -> Floats:
    """Off-diagonal element between |01> and |10> of the heralded state, not normalised. Avis et al., Eq. (44)."""
    physical = np.sqrt(mu * arrived_10 * arrived_01) * photon
    if np.all(kind == "physical"):
        return physical
    return np.where(kind == "physical", physical, np.sqrt(mu * p_10 * p_01))


def single_click_leading_order(
    *,
    length_km: ArrayLike,
    asymmetry_km: ArrayLike,
    p_det: ArrayLike,
    dark_count: ArrayLike,
    q: ArrayLike,
    indistinguishability: ArrayLike = 1.0,
    attenuation_db_per_km: ArrayLike = 0.2,
    number_resolving: ArrayLike = False,
    coherence: ArrayLike = "physical",
) -> Herald:
    """To leading order in q and the dark-count probability. Avis et al., Eqs. (13)-(14).

    Arguments as in `single_click`. The real expansion parameter is the mean bright-state parameter,
    q (1/p_left + 1/p_right) / 2.
    Raises Refused as `single_click` does, and where the photons of a node never arrive.
    """
    arms = arrival(
        length_km=length_km, asymmetry_km=asymmetry_km, p_det=p_det, attenuation_db_per_km=attenuation_db_per_km
    )
    bright_states(q=q, p_left=arms.p_left, p_right=arms.p_right)
    resolving = checks.flag("number_resolving", number_resolving)
    physical = checks.choice("coherence", coherence, COHERENCES) == "physical"
    given = reals(
        {"q": checks.NOT_NEGATIVE, "dark_count": BELOW_ONE, "indistinguishability": checks.PROBABILITY},
        {"q": q, "dark_count": dark_count, "indistinguishability": indistinguishability},
        p_left=arms.p_left,
        number_resolving=resolving,
        coherence=physical,
    )
    q, dark, mu = given.values()
    total = q + dark
    refuse(arms.p_left * arms.p_right == 0, "p_det", "must let photons arrive in the expansion", p_det)
    refuse(total == 0, "dark_count", "must be positive where q is 0", dark)
    inverse = 1 / arms.p_left + 1 / arms.p_right
    visible = 1 + np.sqrt(mu)
    weight = np.where(physical, 1 / visible, 1.0)
    rest = np.where(resolving, q**2 - 3 * dark**2, (3 - mu) / 4 * q**2 - 2 * dark**2) / total
    rest = rest + np.where(physical, 2 * np.sqrt(mu) * dark / visible, 0.0)
    fidelity = visible / 2 * q / total * (1 - (q / 2 - weight * dark) * inverse + rest)
    return Herald(*np.broadcast_arrays(2 * total + 0 * inverse, fidelity))
