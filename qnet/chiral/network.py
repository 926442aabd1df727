"""Two nodes on a chiral waveguide: their parameters and the generator of the single-excitation dynamics.

Mok et al., PRA 101, 053861 (2020), Eqs. (1)-(6). A quantum jump leads to the ground state, which never returns, so
with one initial excitation the state is |psi><psi| + (1 - |psi|^2) |gg00><gg00| exactly, where psi obeys
i d psi/dt = H_eff psi. Frequencies are given relative to a common reference, rates and frequencies in any one unit
(the papers: gamma_R1), times in its inverse.
"""

from dataclasses import dataclass, fields
from types import SimpleNamespace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qnet import checks

Floats = NDArray[np.float64]
Complexes = NDArray[np.complex128]

_RULES = {
    **dict.fromkeys(("g1", "g2", "phase", "delta_a1", "delta_a2", "delta_c1", "delta_c2"), checks.AT_MOST_1E9),
    **dict.fromkeys(("gamma_r1", "gamma_r2", "gamma_l1", "gamma_l2", "decay_1", "decay_2"), checks.NOT_NEGATIVE_TO_1E9),
    **dict.fromkeys(("loss_1", "loss_2"), checks.NOT_NEGATIVE_TO_1E9),
}


class _Checked:
    """Checks every field by its rule and broadcasts all of them to one shape."""

    def __post_init__(self) -> None:
        names = [field.name for field in fields(self)]  # type: ignore[arg-type]
        arrays = {name: checks.real(name, getattr(self, name), _RULES[name]) for name in names}
        for name, array in checks.broadcast(arrays).items():
            object.__setattr__(self, name, array)

    def _arrays(self) -> SimpleNamespace:
        return SimpleNamespace(**vars(self))


@dataclass(frozen=True, kw_only=True)
class Network(_Checked):
    """Two atoms in ring cavities on a waveguide; node 1 is left of node 2. Fields broadcast.

    g1, g2: atom-cavity couplings (real; the relative phase alpha of Eq. (2) changes no probability).
    gamma_r1 ... gamma_l2: energy decay rates of each cavity into the right- and left-going waveguide mode.
    phase: k D, acquired between the nodes.
    delta_a1 ... delta_c2: frequencies of atoms and cavities relative to a common reference.
    decay_1, decay_2: energy decay rates Gamma of the atoms outside the waveguide.
    loss_1, loss_2: intrinsic energy loss rates of the cavities (not in the paper).

    Raises Refused for a negative rate, a value beyond 1e9 or not finite, or shapes that do not broadcast.
    """

    g1: ArrayLike
    g2: ArrayLike
    gamma_r1: ArrayLike = 1.0
    gamma_r2: ArrayLike = 1.0
    gamma_l1: ArrayLike = 0.0
    gamma_l2: ArrayLike = 0.0
    phase: ArrayLike = 0.0
    delta_a1: ArrayLike = 0.0
    delta_a2: ArrayLike = 0.0
    delta_c1: ArrayLike = 0.0
    delta_c2: ArrayLike = 0.0
    decay_1: ArrayLike = 0.0
    decay_2: ArrayLike = 0.0
    loss_1: ArrayLike = 0.0
    loss_2: ArrayLike = 0.0

    def generator(self) -> Complexes:
        """A of d psi/dt = A psi, shape (..., 4, 4), in the basis (eg00, ge00, gg10, gg01). Mok et al., Eq. (6).

        The basis states carry the phases (1, e^{i(kD - alpha)}, -i, -i e^{ikD}), which leaves only e^{2ikD} in A
        and makes it real on resonance when e^{2ikD} is; frequencies are relative to that of atom 1.
        """
        p = self._arrays()
        right, left = _exchange(p)
        common = p.delta_a1  # a common shift of all frequencies turns all amplitudes alike
        a = np.zeros((*p.g1.shape, 4, 4), dtype=np.complex128)
        a[..., 0, 0] = -p.decay_1 / 2
        a[..., 1, 1] = -1j * (p.delta_a2 - common) - p.decay_2 / 2
        a[..., 2, 2] = -1j * (p.delta_c1 - common) - _half_width(p.gamma_l1, p.gamma_r1, p.loss_1)
        a[..., 3, 3] = -1j * (p.delta_c2 - common) - _half_width(p.gamma_l2, p.gamma_r2, p.loss_2)
        a[..., 2, 0], a[..., 0, 2] = p.g1, -p.g1
        a[..., 3, 1], a[..., 1, 3] = p.g2, -p.g2
        a[..., 3, 2], a[..., 2, 3] = -right, -left
        return a


@dataclass(frozen=True, kw_only=True)
class BareNetwork(_Checked):
    """Two atoms coupled straight to the waveguide, without cavities; symbols as in `Network`. Fields broadcast."""

    gamma_r2: ArrayLike
    gamma_r1: ArrayLike = 1.0
    gamma_l1: ArrayLike = 0.0
    gamma_l2: ArrayLike = 0.0
    phase: ArrayLike = 0.0
    delta_a1: ArrayLike = 0.0
    delta_a2: ArrayLike = 0.0
    decay_1: ArrayLike = 0.0
    decay_2: ArrayLike = 0.0

    def generator(self) -> Complexes:
        """A of d psi/dt = A psi, shape (..., 4, 4), with two cavities that stay empty; basis phases (1, -e^{ikD})."""
        p = self._arrays()
        right, left = _exchange(p)
        a = np.zeros((*p.gamma_r2.shape, 4, 4), dtype=np.complex128)
        a[..., 0, 0] = -_half_width(p.gamma_l1, p.gamma_r1, p.decay_1)
        a[..., 1, 1] = -1j * (p.delta_a2 - p.delta_a1) - _half_width(p.gamma_l2, p.gamma_r2, p.decay_2)
        a[..., 1, 0], a[..., 0, 1] = right, left
        return a


def _half_width(left: Floats, right: Floats, other: Floats) -> Floats:
    return (left + right + other) / 2


def _exchange(p: SimpleNamespace) -> tuple[Floats, Complexes]:
    """Exchange through the right- and the left-going mode; the latter carries the round trip e^{2ikD}.

    A part of e^{2ikD} within rounding of 0 is taken as 0: the float nearest to n pi means n pi.
    """
    round_trip, rounding = np.exp(2j * p.phase), 5e-16 * np.maximum(1, np.abs(p.phase))
    real, imag = (np.where(np.abs(part) < rounding, 0.0, part) for part in (round_trip.real, round_trip.imag))
    return np.sqrt(p.gamma_r1 * p.gamma_r2), np.sqrt(p.gamma_l1 * p.gamma_l2) * (real + 1j * imag)


def atom_2_reached(generators: Complexes) -> NDArray[np.bool_]:
    """Whether anything of the excitation can ever come to atom 2; (n,), from generators of shape (n, 4, 4)."""
    linked = generators[:, (1, 2, 3, 1), (0, 0, 2, 3)] != 0
    return linked[:, 0] | linked[:, 1:].all(axis=1)


def with_dark_mode(generators: Complexes, changes: Complexes | None = None) -> Complexes:
    """`changes` (by default `generators`) in the basis of cavity sum and difference, where the two cavities are alike.

    A mode that does not decay into the waveguide, as at D = n lambda/2 without chirality, then has a rate of exactly
    zero, and no rounding that would grow with time. Elsewhere the basis stays; norms and atoms stay everywhere.
    """
    a, out = generators, generators if changes is None else changes
    alike = (a[..., 2, 2] == a[..., 3, 3]) & (a[..., 2, 3] == a[..., 3, 2])
    turn = np.eye(4)
    turn[2:, 2:] = np.sqrt(0.5) * np.array([[1, 1], [1, -1]])
    turned = turn @ out @ turn
    if changes is None:
        turned[..., 2, 2], turned[..., 3, 3] = a[..., 2, 2] + a[..., 2, 3], a[..., 2, 2] - a[..., 2, 3]
        turned[..., 2, 3] = turned[..., 3, 2] = 0.0
    return np.where(alike[..., None, None], turned, out)
