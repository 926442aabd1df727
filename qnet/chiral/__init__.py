"""Two atoms in ring cavities, entangled through a chiral waveguide. Mok et al., PRA 101, 053861 (2020)."""

from qnet.chiral.cascade import best_sharing, cascade_amplitudes
from qnet.chiral.closed_form import (
    bare_concurrence,
    bare_peak,
    equal_coupling_probabilities,
    long_time_concurrence,
    resonant_amplitudes,
)
from qnet.chiral.dephasing import bare_dephased_peak, dephased_peak
from qnet.chiral.disorder import DisorderedNetwork, disordered_peak, disordered_readout
from qnet.chiral.evolution import amplitudes, bare_evolution, evolution
from qnet.chiral.global_optimum import delayed_optimum, design, global_optimum
from qnet.chiral.heralding import heralded, heralded_peak
from qnet.chiral.master_equation import master_equation
from qnet.chiral.network import BareNetwork, Network
from qnet.chiral.optimum import Ascent, bare_local_optimum, local_optimum
from qnet.chiral.peak import bare_peak_concurrence, peak_concurrence, peak_transfer
from qnet.chiral.retardation import (
    bare_delayed_peak,
    delayed_peak,
    stored_concurrence,
    stored_peak,
    symmetric_delayed_peak,
    symmetric_stored_peak,
)
from qnet.chiral.robust import robust_optimum
from qnet.chiral.schemes import Scheme
from qnet.chiral.symmetric import Environment, SymmetricNetwork, rates, symmetric_peak

__all__ = [
    "Ascent",
    "BareNetwork",
    "DisorderedNetwork",
    "Environment",
    "Network",
    "Scheme",
    "SymmetricNetwork",
    "amplitudes",
    "bare_concurrence",
    "bare_delayed_peak",
    "bare_dephased_peak",
    "bare_evolution",
    "bare_local_optimum",
    "bare_peak",
    "bare_peak_concurrence",
    "best_sharing",
    "cascade_amplitudes",
    "delayed_optimum",
    "delayed_peak",
    "dephased_peak",
    "design",
    "disordered_peak",
    "disordered_readout",
    "equal_coupling_probabilities",
    "evolution",
    "global_optimum",
    "heralded",
    "heralded_peak",
    "local_optimum",
    "long_time_concurrence",
    "master_equation",
    "peak_concurrence",
    "peak_transfer",
    "rates",
    "resonant_amplitudes",
    "robust_optimum",
    "stored_concurrence",
    "stored_peak",
    "symmetric_delayed_peak",
    "symmetric_peak",
    "symmetric_stored_peak",
]
