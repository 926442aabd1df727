"""The photons of either protocol, as the nodes emit them. Avis et al., arXiv:2305.09635, Sec. II.2.

By lengths of fibre both nodes emit alike; where the arms are given by their losses, the nodes may differ.
"""

import numpy as np
from attrs import field, frozen

from qnet import checks
from qnet.midpoint.arguments import EMISSION_FIDELITY, INDISTINGUISHABILITY, narrow, refuse, shape, spread
from qnet.midpoint.arms import Arms
from qnet.records import Arrays, Floats, about, array

_ROUNDING = 8 * np.finfo(float).eps


@frozen(kw_only=True, eq=False)
class Photons(Arrays):
    """What the photons of both protocols have: mu, the squared overlap of their two wave packets."""

    indistinguishability: Floats = field(default=1.0, converter=array, metadata={"quantity": INDISTINGUISHABILITY})


@frozen(kw_only=True, eq=False)
class DoubleClickPhotons(Photons):
    """One photon of each node, its mode entangled with the emitter, with the same fidelity at both. Fields broadcast.

    Raises Refused for values outside [0, 1].
    """

    emission_fidelity: Floats = field(default=1.0, converter=array, metadata={"quantity": EMISSION_FIDELITY})


@frozen(kw_only=True, eq=False)
class UnlikeDoubleClickPhotons(Photons):
    """As `DoubleClickPhotons`, with a fidelity for each node. Fields broadcast."""

    emission_fidelity_left: Floats = field(
        default=1.0,
        converter=array,
        metadata=about("1", "fidelity of the left emitter-photon state", checks.PROBABILITY),
    )
    emission_fidelity_right: Floats = field(
        default=1.0,
        converter=array,
        metadata=about("1", "fidelity of the right emitter-photon state", checks.PROBABILITY),
    )


@frozen(kw_only=True, eq=False)
class SingleClickPhotons(Photons):
    """Photons of emitters so bright that those of either node are detected with probability q. Fields broadcast.

    q = alpha_left p_left = alpha_right p_right, Avis et al., Eq. (12), which sets both bright-state parameters alpha.
    Raises Refused for a negative q, and for an indistinguishability outside [0, 1].
    """

    q: Floats = field(
        converter=array,
        metadata=about("1", "probability that a node's photon is emitted and detected", checks.NOT_NEGATIVE),
    )


@frozen(kw_only=True, eq=False)
class UnlikeSingleClickPhotons(Photons):
    """Photons of emitters with any two bright-state parameters, the probabilities of emission. Fields broadcast.

    Raises Refused for values outside [0, 1].
    """

    bright_left: Floats = field(
        converter=array, metadata=about("1", "bright-state parameter of the left emitter", checks.PROBABILITY)
    )
    bright_right: Floats = field(
        converter=array, metadata=about("1", "bright-state parameter of the right emitter", checks.PROBABILITY)
    )


def bright_states(arms: Arms, photons: SingleClickPhotons) -> UnlikeSingleClickPhotons:
    """The photons by their bright-state parameters q / p_left and q / p_right. Avis et al., Eq. (12).

    Raises Refused where one of them would exceed 1; an excess of rounding size is taken as 1.
    """
    whole = shape(arms=(arms, Arms), photons=(photons, SingleClickPhotons))
    left, right = bright(narrow(photons.q), narrow(arms.p_left), narrow(arms.p_right))
    return UnlikeSingleClickPhotons(
        bright_left=spread(left, whole),
        bright_right=spread(right, whole),
        indistinguishability=photons.indistinguishability,
    )


def bright(q: Floats, left: Floats, right: Floats) -> tuple[Floats, Floats]:
    """(alpha_left, alpha_right) of given q, p_left and p_right, as in `bright_states`."""
    weaker = np.minimum(left, right)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        brightest = np.where(q > 0, q / weaker, 0.0)
        refuse(brightest > 1 + _ROUNDING, "q", "must give bright-state parameters q / p_left, q / p_right in [0, 1]", q)
        return np.where(q > 0, np.minimum(q / left, 1.0), 0.0), np.where(q > 0, np.minimum(q / right, 1.0), 0.0)
