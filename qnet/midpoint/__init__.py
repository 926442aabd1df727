"""Heralded links with an off-centre midpoint. Avis et al., arXiv:2305.09635, Sec. II.

Records say what the link is (`Midpoint`, or `Arms` with its losses alone), what the photons are (`DoubleClickPhotons`,
`SingleClickPhotons`, `ShapedPhotons` and others) and what the detectors are (`Detectors`). Functions take them.
"""

from qnet.midpoint.arms import Arms, Cycle, Midpoint, Placement, arrival, cycle_time
from qnet.midpoint.double_click import (
    double_click,
    double_click_arms,
    double_click_leading_order,
    double_click_state,
)
from qnet.midpoint.fock import (
    simulated_double_click,
    simulated_double_click_arms,
    simulated_single_click,
    simulated_single_click_arms,
)
from qnet.midpoint.gaussian import gaussian_indistinguishability, gaussian_leading_order
from qnet.midpoint.herald import Detectors, Herald, HeraldedState
from qnet.midpoint.link import Link, Tolerance, TunedLink, double_click_link, single_click_link, tolerated_asymmetry
from qnet.midpoint.lorentzian import lorentzian_fresnel, lorentzian_indistinguishability, lorentzian_leading_order
from qnet.midpoint.photons import (
    DoubleClickPhotons,
    SingleClickPhotons,
    UnlikeDoubleClickPhotons,
    UnlikeSingleClickPhotons,
    bright_states,
)
from qnet.midpoint.single_click import (
    single_click,
    single_click_arms,
    single_click_leading_order,
    single_click_state,
)
from qnet.midpoint.wave_packet import DispersedPhotons, MismatchedPhotons, Overlap, ShapedPhotons

__all__ = [
    "Arms",
    "Cycle",
    "Detectors",
    "DispersedPhotons",
    "DoubleClickPhotons",
    "Herald",
    "HeraldedState",
    "Link",
    "Midpoint",
    "MismatchedPhotons",
    "Overlap",
    "Placement",
    "ShapedPhotons",
    "SingleClickPhotons",
    "Tolerance",
    "TunedLink",
    "UnlikeDoubleClickPhotons",
    "UnlikeSingleClickPhotons",
    "arrival",
    "bright_states",
    "cycle_time",
    "double_click",
    "double_click_arms",
    "double_click_leading_order",
    "double_click_link",
    "double_click_state",
    "gaussian_indistinguishability",
    "gaussian_leading_order",
    "lorentzian_fresnel",
    "lorentzian_indistinguishability",
    "lorentzian_leading_order",
    "simulated_double_click",
    "simulated_double_click_arms",
    "simulated_single_click",
    "simulated_single_click_arms",
    "single_click",
    "single_click_arms",
    "single_click_leading_order",
    "single_click_link",
    "single_click_state",
    "tolerated_asymmetry",
]
