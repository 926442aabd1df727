"""Two nodes on a chiral waveguide: their parameters, and the generator of the dynamics of a single excitation.

Mok et al., PRA 101, 053861 (2020), Eqs. (1)-(6). A quantum jump takes the excitation away and leads to the ground state
|gg00>, from which nothing returns. A system that starts with one excitation is therefore in the state
|psi><psi| + (1 - |psi|^2) |gg00><gg00| exactly, where psi obeys i d psi/dt = H_eff psi. Frequencies are relative to a
common reference. Rates and frequencies may be in any one unit (the paper and this project take gamma_R1); times are in
its inverse.
"""

from typing import Annotated

import numpy as np
from attrs import field, frozen
from numpy.typing import ArrayLike, NDArray

from qnet import checks
from qnet.records import Arrays, Floats, Quantity, about, array

Complexes = NDArray[np.complex128]

RATE = "gamma_R1"  # the unit of every rate and frequency
_REAL, _POSITIVE = checks.AT_MOST_1E9, checks.NOT_NEGATIVE_TO_1E9

# What several records, keywords or results of this package are, written once.
G1 = Quantity(RATE, "atom-cavity coupling of node 1", _REAL)
G2 = Quantity(RATE, "atom-cavity coupling of node 2", _REAL)
GAMMA_R2 = Quantity(RATE, "decay rate of node 2 into the right-going mode", _POSITIVE)
CONCURRENCE = Quantity("1", "concurrence of the two atoms")
TIME = Quantity("1/gamma_R1", "time; of a maximum, when it is reached", checks.NOT_NEGATIVE_TO_1E30)
ALPHA = Quantity("rad", "phase between the two atom-cavity couplings", checks.FINITE)
WINDOW = Quantity("1/gamma_R1", "time within which the maximum is sought", checks.POSITIVE_OR_INF)

Time = Annotated[ArrayLike, TIME]
Alpha = Annotated[ArrayLike, ALPHA]
Window = Annotated[ArrayLike, WINDOW]


@frozen(kw_only=True, eq=False)
class _Nodes(Arrays):
    """What two nodes on a waveguide have, with cavities or without."""

    gamma_r1: Floats = field(
        default=1.0,
        converter=array,
        metadata=about(RATE, "decay rate of node 1 into the right-going mode", _POSITIVE),
    )
    gamma_r2: Floats = field(default=1.0, converter=array, metadata={"quantity": GAMMA_R2})
    gamma_l1: Floats = field(
        default=0.0,
        converter=array,
        metadata=about(RATE, "decay rate of node 1 into the left-going mode", _POSITIVE),
    )
    gamma_l2: Floats = field(
        default=0.0,
        converter=array,
        metadata=about(RATE, "decay rate of node 2 into the left-going mode", _POSITIVE),
    )
    phase: Floats = field(
        default=0.0, converter=array, metadata=about("rad", "propagation phase k D between the nodes", _REAL)
    )
    delta_a1: Floats = field(
        default=0.0, converter=array, metadata=about(RATE, "frequency of atom 1 relative to the reference", _REAL)
    )
    delta_a2: Floats = field(
        default=0.0, converter=array, metadata=about(RATE, "frequency of atom 2 relative to the reference", _REAL)
    )
    decay_1: Floats = field(
        default=0.0, converter=array, metadata=about(RATE, "decay rate of atom 1 outside the waveguide", _POSITIVE)
    )
    decay_2: Floats = field(
        default=0.0, converter=array, metadata=about(RATE, "decay rate of atom 2 outside the waveguide", _POSITIVE)
    )

    def _exchange(self) -> tuple[Floats, Complexes]:
        """The rates of exchange through the right- and the left-going mode.

        The latter carries the phase of the round trip, e^{2ikD}. A part of that which is within rounding of 0 is taken
        as 0, since the float nearest to n pi means n pi.
        """
        round_trip, rounding = np.exp(2j * self.phase), 5e-16 * np.maximum(1, np.abs(self.phase))
        real, imag = (np.where(np.abs(part) < rounding, 0.0, part) for part in (round_trip.real, round_trip.imag))
        return np.sqrt(self.gamma_r1 * self.gamma_r2), np.sqrt(self.gamma_l1 * self.gamma_l2) * (real + 1j * imag)


@frozen(kw_only=True, eq=False)
class Network(_Nodes):
    """Two atoms in ring cavities, which couple to the waveguide. Node 1 is left of node 2. Fields broadcast.

    g1, g2: couplings of each atom to its cavity. They are real, since their relative phase alpha of Eq. (2) changes no
    probability.
    gamma_r1 ... gamma_l2: rates at which each cavity loses its energy into the right- and the left-going mode.
    phase: the propagation phase k D between the nodes.
    delta_a1 ... delta_c2: frequencies of the atoms and of the cavities, relative to a common reference.
    decay_1, decay_2: rates Gamma at which the atoms lose their energy to anything but the waveguide.
    loss_1, loss_2: rates at which the cavities lose their energy to anything but the waveguide (not in the paper).

    Raises Refused for a rate that is negative, for a value that is not finite or beyond 1e9 in size, and for shapes
    that do not broadcast against each other.
    """

    g1: Floats = field(converter=array, metadata={"quantity": G1})
    g2: Floats = field(converter=array, metadata={"quantity": G2})
    delta_c1: Floats = field(
        default=0.0, converter=array, metadata=about(RATE, "frequency of cavity 1 relative to the reference", _REAL)
    )
    delta_c2: Floats = field(
        default=0.0, converter=array, metadata=about(RATE, "frequency of cavity 2 relative to the reference", _REAL)
    )
    loss_1: Floats = field(
        default=0.0, converter=array, metadata=about(RATE, "intrinsic loss rate of cavity 1", _POSITIVE)
    )
    loss_2: Floats = field(
        default=0.0, converter=array, metadata=about(RATE, "intrinsic loss rate of cavity 2", _POSITIVE)
    )

    def generator(self) -> Complexes:
        """A of d psi/dt = A psi, shape (..., 4, 4), in the basis (eg00, ge00, gg10, gg01). Mok et al., Eq. (6).

        The basis states carry the phases (1, e^{i(kD - alpha)}, -i, -i e^{ikD}). This leaves only e^{2ikD} in A, and
        makes A real on resonance where e^{2ikD} is real. Frequencies are relative to that of atom 1, since a common
        shift of all frequencies turns all amplitudes alike.
        """
        right, left = self._exchange()
        common = self.delta_a1
        a = np.zeros((*self.g1.shape, 4, 4), dtype=np.complex128)
        a[..., 0, 0] = -self.decay_1 / 2
        a[..., 1, 1] = -1j * (self.delta_a2 - common) - self.decay_2 / 2
        a[..., 2, 2] = -1j * (self.delta_c1 - common) - _half_width(self.gamma_l1, self.gamma_r1, self.loss_1)
        a[..., 3, 3] = -1j * (self.delta_c2 - common) - _half_width(self.gamma_l2, self.gamma_r2, self.loss_2)
        a[..., 2, 0], a[..., 0, 2] = self.g1, -self.g1
        a[..., 3, 1], a[..., 1, 3] = self.g2, -self.g2
        a[..., 3, 2], a[..., 2, 3] = -right, -left
        return a


@frozen(kw_only=True, eq=False)
class BareNetwork(_Nodes):
    """Two atoms that couple straight to the waveguide, without cavities. Symbols and errors are those of `Network`."""

    def generator(self) -> Complexes:
        """A of d psi/dt = A psi, shape (..., 4, 4), with two cavities that stay empty; basis phases (1, -e^{ikD})."""
        right, left = self._exchange()
        a = np.zeros((*self.phase.shape, 4, 4), dtype=np.complex128)
        a[..., 0, 0] = -_half_width(self.gamma_l1, self.gamma_r1, self.decay_1)
        a[..., 1, 1] = -1j * (self.delta_a2 - self.delta_a1) - _half_width(self.gamma_l2, self.gamma_r2, self.decay_2)
        a[..., 1, 0], a[..., 0, 1] = right, left
        return a


def _half_width(left: Floats, right: Floats, other: Floats) -> Floats:
    return (left + right + other) / 2


def atom_2_reached(generators: Complexes) -> NDArray[np.bool_]:
    """Whether any of the excitation can ever come to atom 2; shape (n,), for generators of shape (n, 4, 4)."""
    linked = generators[:, (1, 2, 3, 1), (0, 0, 2, 3)] != 0
    return linked[:, 0] | linked[:, 1:].all(axis=1)


def with_dark_mode(generators: Complexes, changes: Complexes | None = None) -> Complexes:
    """`changes` (by default `generators`) in the basis of cavity sum and difference, where the two cavities are alike.

    A mode that does not decay into the waveguide, as at D = n lambda/2 without chirality, then has a rate of exactly
    zero, and no rounding error that would grow with time. Elsewhere the basis stays as it is. The norm and the
    amplitudes of the atoms are the same in both bases.
    """
    a, out = generators, generators if changes is None else changes
    alike = (a[..., 2, 2] == a[..., 3, 3]) & (a[..., 2, 3] == a[..., 3, 2])
    if not alike.any():
        return out
    turn = np.eye(4)
    turn[2:, 2:] = np.sqrt(0.5) * np.array([[1, 1], [1, -1]])
    turned = turn @ out @ turn
    if changes is None:
        turned[..., 2, 2], turned[..., 3, 3] = a[..., 2, 2] + a[..., 2, 3], a[..., 2, 2] - a[..., 2, 3]
        turned[..., 2, 3] = turned[..., 3, 2] = 0.0
    return np.where(alike[..., None, None], turned, out)
