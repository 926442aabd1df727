"""Single-click heralding with lossy, partly distinguishable photons and dark counts.

Avis et al., arXiv:2305.09635, Sec. II.2 and Appendix A. Emitter and photon start in sqrt(1 - alpha) |0>|no photon> +
sqrt(alpha) |1>|photon>, without further noise. The paths meet on a 50:50 beam splitter with one detector per output,
each with at most one dark count a window. A herald is exactly one count: Psi+ or Psi- by the detector. The optical
phase is perfectly stable. There is no coincidence window.

Coherence between |01> and |10>, by name:
"physical": heralds that a dark count caused after the photon was lost carry none.
"literature": sqrt(mu p_10 p_01) with the dark counts inside, as link-layer models have it; slightly too large.
"""

from typing import Annotated

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qnet.midpoint.arguments import narrow, refuse, shape, spread
from qnet.midpoint.arms import Arms, Midpoint
from qnet.midpoint.herald import Detectors, Herald, HeraldedState
from qnet.midpoint.photons import SingleClickPhotons, UnlikeSingleClickPhotons, bright
from qnet.records import Floats, Quantity

COHERENCE = Quantity("", "model of the coherence of a single-click herald", ("physical", "literature"))

Coherence = Annotated[ArrayLike, COHERENCE]


def single_click(
    midpoint: Midpoint, photons: SingleClickPhotons, detectors: Detectors, *, coherence: Coherence = "physical"
) -> Herald:
    """Success probability and fidelity, exact. Avis et al., Eqs. (43)-(47). Records broadcast against each other.

    Raises Refused for a q that needs a bright-state parameter above 1, and where nothing can ever herald.
    """
    kind = COHERENCE.checked("coherence", coherence)
    whole = shape(
        midpoint=(midpoint, Midpoint),
        photons=(photons, SingleClickPhotons),
        detectors=(detectors, Detectors),
        coherence=kind,
    )
    p_left, p_right = midpoint.detection()
    left, right = bright(narrow(photons.q), p_left, p_right)
    success, fidelity = heralded(
        p_left,
        p_right,
        left,
        right,
        narrow(photons.indistinguishability),
        narrow(detectors.dark_count),
        narrow(detectors.number_resolving),
        kind == "physical",
    )
    return Herald(spread(success, whole), spread(fidelity, whole))


def single_click_arms(
    arms: Arms, photons: UnlikeSingleClickPhotons, detectors: Detectors, *, coherence: Coherence = "physical"
) -> Herald:
    """As `single_click`, for nodes that may differ and any two bright-state parameters. Avis et al., Eqs. (43)-(44).

    Raises Refused where nothing can ever herald.
    """
    whole, success, unlike, coherent = _of_arms(arms, photons, detectors, coherence)
    return Herald(spread(success, whole), spread((unlike / 2 + coherent) / success, whole))


def single_click_state(
    arms: Arms, photons: UnlikeSingleClickPhotons, detectors: Detectors, *, coherence: Coherence = "physical"
) -> HeraldedState:
    """The state behind `single_click_arms`; x and y are alike. Avis et al., Eqs. (43)-(44).

    It is no Werner state: both emitters may have been bright while one photon was lost, which z alone shows.
    Raises Refused as there.
    """
    whole, success, unlike, coherent = _of_arms(arms, photons, detectors, coherence)
    x, z = spread(2 * coherent / success, whole), spread((2 * unlike - success) / success, whole)
    return HeraldedState(spread(success, whole), x, x, z)


def _of_arms(
    arms: Arms, photons: UnlikeSingleClickPhotons, detectors: Detectors, coherence: Coherence
) -> tuple[tuple[int, ...], Floats, Floats, Floats]:
    """The shape of the results, and what `_parts` gives."""
    kind = COHERENCE.checked("coherence", coherence)
    whole = shape(
        arms=(arms, Arms), photons=(photons, UnlikeSingleClickPhotons), detectors=(detectors, Detectors), coherence=kind
    )
    return whole, *_parts(
        narrow(arms.p_left),
        narrow(arms.p_right),
        narrow(photons.bright_left),
        narrow(photons.bright_right),
        narrow(photons.indistinguishability),
        narrow(detectors.dark_count),
        narrow(detectors.number_resolving),
        kind == "physical",
    )


def heralded(
    p_left: Floats,
    p_right: Floats,
    left: Floats,
    right: Floats,
    mu: Floats,
    dark: Floats,
    resolving: NDArray[np.bool_],
    physical: NDArray[np.bool_],
) -> tuple[Floats, Floats]:
    """(success probability, fidelity) for bright-state parameters `left` and `right`; `physical`: the coherence."""
    success, unlike, coherent = _parts(p_left, p_right, left, right, mu, dark, resolving, physical)
    return success, (unlike / 2 + coherent) / success


def _parts(
    p_left: Floats,
    p_right: Floats,
    left: Floats,
    right: Floats,
    mu: Floats,
    dark: Floats,
    resolving: NDArray[np.bool_],
    physical: NDArray[np.bool_],
) -> tuple[Floats, Floats, Floats]:
    """Probabilities of a herald, and of one with just one bright emitter; the coherence between |01> and |10> then."""
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
    # off-diagonal element between |01> and |10> of the heralded state, not normalised, Eq. (44)
    coherent = np.sqrt(mu * (left * (1 - right) * p_left) * (right * (1 - left) * p_right)) * photon
    if not np.all(physical):
        coherent = np.where(physical, coherent, np.sqrt(mu * p_10 * p_01))
    return success, p_10 + p_01, coherent


def single_click_leading_order(
    midpoint: Midpoint, photons: SingleClickPhotons, detectors: Detectors, *, coherence: Coherence = "physical"
) -> Herald:
    """To leading order in q and the dark-count probability. Avis et al., Eqs. (13)-(14).

    The real expansion parameter is the mean bright-state parameter, q (1/p_left + 1/p_right) / 2.
    Raises Refused as `single_click` does, and where the photons of a node never arrive.
    """
    kind = COHERENCE.checked("coherence", coherence)
    whole = shape(
        midpoint=(midpoint, Midpoint),
        photons=(photons, SingleClickPhotons),
        detectors=(detectors, Detectors),
        coherence=kind,
    )
    physical = kind == "physical"
    p_left, p_right = midpoint.detection()
    q, mu = narrow(photons.q), narrow(photons.indistinguishability)
    dark, resolving = narrow(detectors.dark_count), narrow(detectors.number_resolving)
    bright(q, p_left, p_right)
    total = q + dark
    refuse(p_left * p_right == 0, "p_det", "must let photons arrive in the expansion", narrow(midpoint.p_det))
    refuse(total == 0, "dark_count", "must be positive where q is 0", dark)
    inverse = 1 / p_left + 1 / p_right
    visible = 1 + np.sqrt(mu)
    weight = np.where(physical, 1 / visible, 1.0)
    rest = np.where(resolving, q**2 - 3 * dark**2, (3 - mu) / 4 * q**2 - 2 * dark**2) / total
    rest = rest + np.where(physical, 2 * np.sqrt(mu) * dark / visible, 0.0)
    fidelity = visible / 2 * q / total * (1 - (q / 2 - weight * dark) * inverse + rest)
    return Herald(spread(2 * total, whole), spread(fidelity, whole))
