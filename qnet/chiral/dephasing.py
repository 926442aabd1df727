"""Pure dephasing of the atoms: each has the jump operator sqrt(gamma_phi / 2) sigma_z.

Dephasing moves no energy, so that one excitation stays one, and the master equation (1) of Mok et al. with it closes on
the 4 x 4 block rho of a single excitation: with the generator A of `Network`,
d rho/dt = A rho + rho A^+ - gamma_phi d * rho, where d_ij counts the atoms that are excited in one of the states i and
j but not in the other. The coherence of one atom decays at gamma_phi, that of |eg> and |ge> at 2 gamma_phi. Jumps lead
to |gg00>, which never returns and holds no entanglement, so that the concurrence is 2 |rho_eg,ge| exactly.
"""

from typing import Annotated

import numpy as np
from numpy.typing import ArrayLike

from qnet import checks
from qnet.chiral.coherence_kernel import coherences_at, highest_coherences
from qnet.chiral.network import RATE, WINDOW, BareNetwork, Complexes, Network, Window
from qnet.chiral.peak import PeakConcurrence, unsettled_window
from qnet.records import Floats, Quantity

DEPHASING = Quantity(RATE, "rate of pure dephasing of each atom", checks.NOT_NEGATIVE_TO_1E9)
Dephasing = Annotated[ArrayLike, DEPHASING]

_ROOT = np.sqrt(2.0)
_PAIRS = [(i, j) for i in range(4) for j in range(i, 4)]  # of the real parts; off the diagonal, of the imaginary ones
_OFF = [(i, j) for i, j in _PAIRS if i < j]
_CHANGED = np.array([[0, 2, 1, 1], [2, 0, 1, 1], [1, 1, 0, 0], [1, 1, 0, 0]])  # d_ij


def _basis() -> Complexes:
    """Hermitian matrices, orthonormal, shape (16, 4, 4): ten real ones, then six imaginary ones."""
    out = np.zeros((16, 4, 4), dtype=np.complex128)
    for n, (i, j) in enumerate(_PAIRS):
        out[n, i, j] = out[n, j, i] = 1.0 if i == j else 1 / _ROOT
    for n, (i, j) in enumerate(_OFF, start=10):
        out[n, i, j], out[n, j, i] = 1j / _ROOT, -1j / _ROOT
    return out


_BASIS = _basis()
# tr(B_m (A B_n + B_n A^+)) = 2 Re tr(B_m A B_n): a linear map from the parts of A to the generator
_FROM_A = 2 * np.einsum("njk,mki->mnij", _BASIS, _BASIS)  # weights of A_ij, with B_n from the left of B_m
_DAMPING = (np.abs(_BASIS) ** 2 * _CHANGED).sum(axis=(1, 2))
_REAL = 10
_COHERENCE, _IMAGINARY = _PAIRS.index((0, 1)), 10 + _OFF.index((0, 1))


def liouvillians(generators: Complexes | Floats, dephasing: Floats) -> Floats:
    """L of dx/dt = L x for rho = sum_m x_m B_m, from generators A of shape (n, 4, 4); shape (n, d, d).

    d = 10 where all A are real, so that rho stays real, else 16. x_0 is the population of |eg00>; the norm of x is the
    Frobenius norm of rho, which never grows.
    """
    real = not np.iscomplexobj(generators) or not generators.imag.any()
    size = _REAL if real else 16
    flat = _FROM_A[:size, :size].reshape(size * size, 16)
    a = generators.reshape(-1, 16)
    out = a.real @ flat.real.T
    if not real:
        out = out - a.imag @ flat.imag.T
    out = out.reshape(-1, size, size)
    out[:, range(size), range(size)] -= np.asarray(dephasing)[:, None] * _DAMPING[:size]
    return out


def highest_dephased(generators: Complexes | Floats, dephasing: Floats, windows: Floats) -> Floats:
    """Highest concurrences and their times, shape (2, n), for generators (n, 4, 4); NaN where a million steps end."""
    out = np.empty((2, len(windows)))
    matrices = liouvillians(generators, dephasing)
    other = -1 if matrices.shape[1] == _REAL else _IMAGINARY
    highest_coherences(np.ascontiguousarray(matrices), _COHERENCE, other, np.ascontiguousarray(windows), out)
    out[0] *= _ROOT  # x = sqrt(2) rho_eg,ge, and C = 2 |rho_eg,ge|
    return out


def dephased_at(generators: Complexes | Floats, dephasing: Floats, times: Floats) -> Floats:
    """Concurrences at one time each, shape (n,), for generators (n, 4, 4)."""
    out = np.empty(len(times))
    matrices = liouvillians(generators, dephasing)
    other = -1 if matrices.shape[1] == _REAL else _IMAGINARY
    coherences_at(np.ascontiguousarray(matrices), _COHERENCE, other, np.ascontiguousarray(times), out)
    return _ROOT * out


def dephased_peak(network: Network, *, dephasing: Dephasing, window: Window = np.inf) -> PeakConcurrence:
    """C_max over 0 <= t <= window with pure dephasing sqrt(gamma_phi / 2) sigma_z of each atom.

    dephasing: gamma_phi, the rate at which the coherence of one atom decays. Everything broadcasts. Model: this
    module's docstring; Mok et al. have no dephasing. Window and errors are those of `peak_concurrence`.
    """
    checks.instance("network", network, Network)
    return highest_with_dephasing(network, dephasing, window)


def bare_dephased_peak(network: BareNetwork, *, dephasing: Dephasing, window: Window = np.inf) -> PeakConcurrence:
    """As `dephased_peak`, for two atoms without cavities."""
    checks.instance("network", network, BareNetwork)
    return highest_with_dephasing(network, dephasing, window)


def highest_with_dephasing(network: Network | BareNetwork, dephasing: ArrayLike, window: ArrayLike) -> PeakConcurrence:
    """As `dephased_peak`, with cavities or without."""
    generators = network.generator()
    arrays = checks.broadcast({
        "network": network.phase,
        "dephasing": DEPHASING.checked("dephasing", dephasing),
        "window": WINDOW.checked("window", window),
    })  # fmt: skip
    shape = arrays["window"].shape
    windows, rates = arrays["window"].ravel(), arrays["dephasing"].ravel()
    a = np.broadcast_to(generators, (*shape, 4, 4)).reshape(-1, 4, 4)
    out = np.zeros((2, windows.size))
    if windows.size:
        out = highest_dephased(a, rates, windows)
    if np.isnan(out[1]).any():
        raise unsettled_window(network, arrays["window"], np.unravel_index(np.flatnonzero(np.isnan(out[1]))[0], shape))
    value, time = out.reshape(2, *shape)
    return PeakConcurrence(value[()], time[()])
