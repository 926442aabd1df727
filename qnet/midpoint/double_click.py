"""Double-click (Barrett-Kok) heralding with lossy, partly distinguishable photons and dark counts.

Avis et al., arXiv:2305.09635, Sec. II.2 and Appendix A. Each node emits one photon whose mode, H or V, is entangled
with its emitter: a Werner state of fidelity `emission_fidelity` to a maximally entangled one. The photons meet on a
50:50 beam splitter with one detector per output and mode; each detector has at most one dark count a window. A herald
is exactly one detector counting in H and one in V: Psi+ where both are in the same output, Psi- otherwise. A
number-resolving detector counts where it registers a total of one, dark count included; a threshold detector where it
registers any. The optical phase drops out. No coincidence window, no time resolution inside the detection window.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qnet import checks
from qnet.midpoint.arguments import BELOW_ONE, Floats, reals, refuse
from qnet.midpoint.fibre import arrival
from qnet.midpoint.herald import Herald


def double_click(
    *,
    length_km: ArrayLike,
    asymmetry_km: ArrayLike,
    p_det: ArrayLike,
    dark_count: ArrayLike,
    indistinguishability: ArrayLike = 1.0,
    emission_fidelity: ArrayLike = 1.0,
    attenuation_db_per_km: ArrayLike = 0.2,
    number_resolving: ArrayLike = False,
) -> Herald:
    """Success probability and fidelity, exact. Avis et al., Eqs. (37)-(42). Arrays broadcast.

    p_det: detection probability at zero length, alike for both nodes, as is emission_fidelity.
    dark_count: probability per detector and window. indistinguishability: squared overlap of the wave packets.
    Raises Refused for values out of range, |asymmetry_km| > length_km, and where nothing can ever herald.
    """
    arms = arrival(
        length_km=length_km, asymmetry_km=asymmetry_km, p_det=p_det, attenuation_db_per_km=attenuation_db_per_km
    )
    emission_fidelity = checks.real("emission_fidelity", emission_fidelity, checks.PROBABILITY)
    return double_click_arms(
        p_left=arms.p_left,
        p_right=arms.p_right,
        dark_count=dark_count,
        indistinguishability=indistinguishability,
        emission_fidelity_left=emission_fidelity,
        emission_fidelity_right=emission_fidelity,
        number_resolving=number_resolving,
    )


def double_click_arms(
    *,
    p_left: ArrayLike,
    p_right: ArrayLike,
    dark_count: ArrayLike,
    indistinguishability: ArrayLike = 1.0,
    emission_fidelity_left: ArrayLike = 1.0,
    emission_fidelity_right: ArrayLike = 1.0,
    number_resolving: ArrayLike = False,
) -> Herald:
    """As `double_click`, for nodes that may differ, given the probability that each one's photon is detected."""
    resolving = checks.flag("number_resolving", number_resolving)
    p_left, p_right, dark, mu, q_left, q_right = _checked(
        p_left, p_right, dark_count, indistinguishability, emission_fidelity_left, emission_fidelity_right, resolving
    )
    both = p_left * p_right
    one = p_left * (1 - p_right) + p_right * (1 - p_left)
    none = (1 - p_left) * (1 - p_right)
    quiet = 1 - dark
    # two photons; then one or none of them with the missing counts dark; quiet^2 is common to all
    photons = np.where(resolving, quiet**2, 1 + (1 + mu) * dark)
    faithful = np.where(resolving, quiet**2 * (1 + 2 * mu), 1 + 2 * mu - (1 + mu) * dark)
    false = 2 * dark * np.where(resolving, quiet, 1.0) * one + 4 * dark**2 * none
    weight = both * photons / 2 + false
    refuse(weight == 0, "dark_count", "must be positive where no two photons arrive", dark)
    return Herald(quiet**2 * weight, 0.25 + q_left * q_right * both * faithful / (8 * weight))


def double_click_leading_order(
    *,
    length_km: ArrayLike,
    asymmetry_km: ArrayLike,
    p_det: ArrayLike,
    dark_count: ArrayLike,
    indistinguishability: ArrayLike = 1.0,
    emission_fidelity: ArrayLike = 1.0,
    attenuation_db_per_km: ArrayLike = 0.2,
    number_resolving: ArrayLike = False,
) -> Herald:
    """To first order in the dark-count probability. Avis et al., Eqs. (7)-(10). Arguments as in `double_click`.

    The expansion parameter is 4 dark_count (1/p_left + 1/p_right): far from the middle the values leave [0, 1].
    Raises Refused as `double_click` does, and where the photons of a node never arrive.
    """
    arms = arrival(
        length_km=length_km, asymmetry_km=asymmetry_km, p_det=p_det, attenuation_db_per_km=attenuation_db_per_km
    )
    resolving = checks.flag("number_resolving", number_resolving)
    emission_fidelity = checks.real("emission_fidelity", emission_fidelity, checks.PROBABILITY)
    p_left, p_right, dark, mu, q_left, q_right = _checked(
        arms.p_left, arms.p_right, dark_count, indistinguishability, emission_fidelity, emission_fidelity, resolving
    )
    both = p_left * p_right
    refuse(both == 0, "p_det", "must let photons arrive in the expansion", p_det)
    falling = np.where(resolving, 3.0, (9 - mu) / 4)
    offset = np.where(resolving, 2.0, 2 - (1 + mu) ** 2 / (2 * (1 + 2 * mu)))
    excess = q_left * q_right * (1 + 2 * mu) / 4  # F_0 - 1/4
    return Herald(
        both / 2 + 2 * dark * (p_left + p_right - falling * both),
        0.25 + excess * (1 - 4 * dark * (1 / p_left + 1 / p_right - offset)),
    )


def _checked(
    p_left: ArrayLike,
    p_right: ArrayLike,
    dark_count: ArrayLike,
    indistinguishability: ArrayLike,
    emission_left: ArrayLike,
    emission_right: ArrayLike,
    resolving: NDArray[np.bool_],
) -> list[Floats]:
    """The arguments as arrays, with the Werner parameter (4 F - 1) / 3 in place of each emission fidelity."""
    *given, left, right = reals(
        {
            "p_left": checks.PROBABILITY,
            "p_right": checks.PROBABILITY,
            "dark_count": BELOW_ONE,
            "indistinguishability": checks.PROBABILITY,
            "emission_fidelity_left": checks.PROBABILITY,
            "emission_fidelity_right": checks.PROBABILITY,
        },
        {
            "p_left": p_left,
            "p_right": p_right,
            "dark_count": dark_count,
            "indistinguishability": indistinguishability,
            "emission_fidelity_left": emission_left,
            "emission_fidelity_right": emission_right,
        },
        number_resolving=resolving,
    ).values()
    return [*given, (4 * left - 1) / 3, (4 * right - 1) / 3]
