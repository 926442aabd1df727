"""Double-click (Barrett-Kok) heralding with lossy, partly distinguishable photons and dark counts.

Avis et al., arXiv:2305.09635, Sec. II.2 and Appendix A. Each node emits one photon whose mode, H or V, is entangled
with its emitter: a Werner state of the given fidelity to a maximally entangled one. The photons meet on a 50:50 beam
splitter with one detector per output and mode; each detector has at most one dark count a window. A herald is exactly
one detector counting in H and one in V: Psi+ where both are in the same output, Psi- otherwise. The optical phase
drops out. There is no coincidence window, and no time resolution inside the detection window.
"""

import numpy as np

from qnet.midpoint.arguments import narrow, refuse, shape, spread
from qnet.midpoint.arms import Arms, Midpoint
from qnet.midpoint.herald import Detectors, Herald, HeraldedState
from qnet.midpoint.photons import DoubleClickPhotons, UnlikeDoubleClickPhotons
from qnet.records import Floats


def double_click(midpoint: Midpoint, photons: DoubleClickPhotons, detectors: Detectors) -> Herald:
    """Success probability and fidelity, exact. Avis et al., Eqs. (37)-(42). Records broadcast against each other.

    Raises Refused where nothing can ever herald.
    """
    whole = shape(
        midpoint=(midpoint, Midpoint), photons=(photons, DoubleClickPhotons), detectors=(detectors, Detectors)
    )
    emission = narrow(photons.emission_fidelity)
    return _herald(whole, *midpoint.detection(), narrow(photons.indistinguishability), emission, emission, detectors)


def double_click_arms(arms: Arms, photons: UnlikeDoubleClickPhotons, detectors: Detectors) -> Herald:
    """As `double_click`, errors included, for nodes that may differ and any probabilities that photons are detected."""
    whole = shape(arms=(arms, Arms), photons=(photons, UnlikeDoubleClickPhotons), detectors=(detectors, Detectors))
    return _herald(
        whole,
        narrow(arms.p_left),
        narrow(arms.p_right),
        narrow(photons.indistinguishability),
        narrow(photons.emission_fidelity_left),
        narrow(photons.emission_fidelity_right),
        detectors,
    )


def double_click_state(arms: Arms, photons: UnlikeDoubleClickPhotons, detectors: Detectors) -> HeraldedState:
    """The state behind `double_click_arms`; x and y are alike.

    Two photons of unlike modes leave the Bell state with the coherence mu; where photons of one mode bunch in a
    threshold detector and a dark count stands for the other mode, the emitters are alike instead of unlike, without
    coherence; after all other heralds that dark counts cause one emitter is maximally mixed.
    Raises Refused as there.
    """
    whole = shape(arms=(arms, Arms), photons=(photons, UnlikeDoubleClickPhotons), detectors=(detectors, Detectors))
    p_left, p_right, mu = narrow(arms.p_left), narrow(arms.p_right), narrow(photons.indistinguishability)
    fidelities = (narrow(photons.emission_fidelity_left), narrow(photons.emission_fidelity_right))
    success = np.asarray(_herald(whole, p_left, p_right, mu, *fidelities, detectors).success_probability)
    dark, resolving = narrow(detectors.dark_count), narrow(detectors.number_resolving)
    quiet = 1 - dark
    both = _werner(fidelities[0]) * _werner(fidelities[1]) * p_left * p_right * quiet**2 / 2
    unlike, alike = both * np.where(resolving, quiet**2, 1.0), both * np.where(resolving, 0.0, (1 + mu) * dark)
    x = spread(mu * unlike / success, whole)
    return HeraldedState(spread(success, whole), x, x, spread((unlike - alike) / success, whole))


def double_click_leading_order(midpoint: Midpoint, photons: DoubleClickPhotons, detectors: Detectors) -> Herald:
    """To first order in the dark-count probability. Avis et al., Eqs. (7)-(10).

    The expansion parameter is 4 dark_count (1/p_left + 1/p_right): far from the middle the values leave [0, 1].
    Raises Refused where the photons of a node never arrive.
    """
    whole = shape(
        midpoint=(midpoint, Midpoint), photons=(photons, DoubleClickPhotons), detectors=(detectors, Detectors)
    )
    p_left, p_right = midpoint.detection()
    mu, werner = narrow(photons.indistinguishability), _werner(narrow(photons.emission_fidelity))
    dark, resolving = narrow(detectors.dark_count), narrow(detectors.number_resolving)
    both = p_left * p_right
    refuse(both == 0, "p_det", "must let photons arrive in the expansion", narrow(midpoint.p_det))
    falling = np.where(resolving, 3.0, (9 - mu) / 4)
    offset = np.where(resolving, 2.0, 2 - (1 + mu) ** 2 / (2 * (1 + 2 * mu)))
    excess = werner * werner * (1 + 2 * mu) / 4  # F_0 - 1/4
    return Herald(
        spread(both / 2 + 2 * dark * (p_left + p_right - falling * both), whole),
        spread(0.25 + excess * (1 - 4 * dark * (1 / p_left + 1 / p_right - offset)), whole),
    )


def _herald(
    whole: tuple[int, ...],
    p_left: Floats,
    p_right: Floats,
    mu: Floats,
    emission_left: Floats,
    emission_right: Floats,
    detectors: Detectors,
) -> Herald:
    """The sum over all ways to a herald; `whole` is the shape of the result."""
    dark, resolving = narrow(detectors.dark_count), narrow(detectors.number_resolving)
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
    fidelity = 0.25 + _werner(emission_left) * _werner(emission_right) * both * faithful / (8 * weight)
    return Herald(spread(quiet**2 * weight, whole), spread(fidelity, whole))


def _werner(fidelity: Floats) -> Floats:
    """Werner parameter of a state of that fidelity."""
    return (4 * fidelity - 1) / 3
