"""Heralded links with an off-centre midpoint. Avis et al., arXiv:2305.09635, Sec. II."""

from qnet.midpoint.double_click import double_click, double_click_arms, double_click_leading_order
from qnet.midpoint.fibre import arrival, attenuation_length_km, cycle_time, delay_s, dispersion, rate_hz
from qnet.midpoint.fock import (
    simulated_double_click,
    simulated_double_click_arms,
    simulated_single_click,
    simulated_single_click_arms,
)
from qnet.midpoint.gaussian import gaussian_indistinguishability, gaussian_leading_order
from qnet.midpoint.herald import Herald
from qnet.midpoint.link import double_click_link, single_click_link, tolerated_asymmetry
from qnet.midpoint.lorentzian import lorentzian_fresnel, lorentzian_indistinguishability, lorentzian_leading_order
from qnet.midpoint.single_click import bright_states, single_click, single_click_arms, single_click_leading_order
from qnet.midpoint.wave_packet import Overlap

__all__ = [
    "Herald",
    "Overlap",
    "arrival",
    "attenuation_length_km",
    "bright_states",
    "cycle_time",
    "delay_s",
    "dispersion",
    "double_click",
    "double_click_arms",
    "double_click_leading_order",
    "double_click_link",
    "gaussian_indistinguishability",
    "gaussian_leading_order",
    "lorentzian_fresnel",
    "lorentzian_indistinguishability",
    "lorentzian_leading_order",
    "rate_hz",
    "simulated_double_click",
    "simulated_double_click_arms",
    "simulated_single_click",
    "simulated_single_click_arms",
    "single_click",
    "single_click_arms",
    "single_click_leading_order",
    "single_click_link",
    "tolerated_asymmetry",
]
