"""Heralding by brute force: photons in Fock space, one path at a time. It shares no code with the closed forms.

Every photon is a creation operator, spread over where it may end: lost, or in a detector; in the temporal mode of the
left photon, or in the one orthogonal to it. Products of them on the vacuum give occupations with amplitudes. Each
occupation meets every pattern of dark counts, and the emitters' state is summed over all that herald. Scalars inside, a
loop outside: slow, and meant as an oracle for `double_click` and `single_click`, whose conventions it states anew.
"""

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from math import factorial, prod

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qnet import checks
from qnet.midpoint.arguments import BELOW_ONE, Floats, fibres, reals, refuse
from qnet.midpoint.herald import Herald
from qnet.midpoint.single_click import bright_states

Mode = tuple[str, ...]
Photon = dict[Mode, complex]
Emitters = tuple[int, int]
Occupations = dict[tuple[Mode, ...], complex]
Term = tuple[Emitters, complex, Occupations]

_BELL_PAIRS = {  # (emitter, mode of its photon, sign) of the four Bell states; the first is the wanted one
    "phi+": ((0, "H", 1), (1, "V", 1)),
    "phi-": ((0, "H", 1), (1, "V", -1)),
    "psi+": ((0, "V", 1), (1, "H", 1)),
    "psi-": ((0, "V", 1), (1, "H", -1)),
}
_PORT_SIGN = {"left": (1, 1), "right": (1, -1)}  # 50:50 beam splitter onto the outputs (c, d)
_RULES = {"dark_count": BELOW_ONE, "phase": checks.FINITE}  # of all others: a probability
_TARGET_SIGN = {"psi+": 1, "psi-": -1}


def simulated_double_click(
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
    """`double_click` by brute force; arguments and errors as there."""
    p_left, p_right = _arrive(length_km, asymmetry_km, p_det, attenuation_db_per_km)
    emission_fidelity = checks.real("emission_fidelity", emission_fidelity, checks.PROBABILITY)
    return simulated_double_click_arms(
        p_left=p_left,
        p_right=p_right,
        dark_count=dark_count,
        indistinguishability=indistinguishability,
        emission_fidelity_left=emission_fidelity,
        emission_fidelity_right=emission_fidelity,
        number_resolving=number_resolving,
    )


def simulated_double_click_arms(
    *,
    p_left: ArrayLike,
    p_right: ArrayLike,
    dark_count: ArrayLike,
    indistinguishability: ArrayLike = 1.0,
    emission_fidelity_left: ArrayLike = 1.0,
    emission_fidelity_right: ArrayLike = 1.0,
    number_resolving: ArrayLike = False,
    phase: ArrayLike = 0.0,
) -> Herald:
    """`double_click_arms` by brute force; arguments, errors as there. phase: optical phase of the right path in rad."""
    return _each(
        _double_click, p_left=p_left, p_right=p_right, dark_count=dark_count,
        indistinguishability=indistinguishability, emission_fidelity_left=emission_fidelity_left,
        emission_fidelity_right=emission_fidelity_right, number_resolving=number_resolving, phase=phase,
    )  # fmt: skip


def simulated_single_click(
    *,
    length_km: ArrayLike,
    asymmetry_km: ArrayLike,
    p_det: ArrayLike,
    dark_count: ArrayLike,
    q: ArrayLike,
    indistinguishability: ArrayLike = 1.0,
    attenuation_db_per_km: ArrayLike = 0.2,
    number_resolving: ArrayLike = False,
) -> Herald:
    """`single_click` by brute force, hence with the physical coherence; arguments and errors as there."""
    p_left, p_right = _arrive(length_km, asymmetry_km, p_det, attenuation_db_per_km)
    bright_left, bright_right = bright_states(q=q, p_left=p_left, p_right=p_right)
    return simulated_single_click_arms(
        p_left=p_left,
        p_right=p_right,
        bright_left=bright_left,
        bright_right=bright_right,
        dark_count=dark_count,
        indistinguishability=indistinguishability,
        number_resolving=number_resolving,
    )


def simulated_single_click_arms(
    *,
    p_left: ArrayLike,
    p_right: ArrayLike,
    bright_left: ArrayLike,
    bright_right: ArrayLike,
    dark_count: ArrayLike,
    indistinguishability: ArrayLike = 1.0,
    number_resolving: ArrayLike = False,
    phase: ArrayLike = 0.0,
) -> Herald:
    """`single_click_arms` by brute force; arguments, errors as there. phase: optical phase of the right path in rad."""
    return _each(
        _single_click, p_left=p_left, p_right=p_right, bright_left=bright_left, bright_right=bright_right,
        dark_count=dark_count, indistinguishability=indistinguishability, number_resolving=number_resolving,
        phase=phase,
    )  # fmt: skip


def _arrive(
    length_km: ArrayLike, asymmetry_km: ArrayLike, p_det: ArrayLike, attenuation_db_per_km: ArrayLike
) -> list[Floats]:
    efficiency, db_per_km, *sides = fibres(
        length_km=length_km, asymmetry_km=asymmetry_km, p_det=p_det, attenuation_db_per_km=attenuation_db_per_km
    )
    return [efficiency * 10 ** (-db_per_km * side / 10) for side in sides]


def _each(
    attempt: Callable[..., tuple[float, float]], *, number_resolving: ArrayLike, **arguments: ArrayLike
) -> Herald:
    rules = {name: _RULES.get(name, checks.PROBABILITY) for name in arguments}
    numbers = reals(rules, arguments)
    arrays = checks.broadcast({**numbers, "number_resolving": checks.flag("number_resolving", number_resolving)})
    shape = arrays["dark_count"].shape
    points = zip(*(array.ravel().tolist() for array in arrays.values()), strict=True)
    found = np.array([attempt(*point) for point in points]).reshape(*shape, 2)
    success, faithful = found[..., 0], found[..., 1]
    refuse(success == 0, "dark_count", "must be positive where photons alone never herald", arrays["dark_count"])
    return Herald(success, faithful / success)


def _double_click(
    p_left: float, p_right: float, dark: float, mu: float, fidelity_left: float, fidelity_right: float, phase: float,
    resolving: bool,
) -> tuple[float, float]:  # fmt: skip
    detectors = [(port, mode) for port in "cd" for mode in "HV"]
    herald = _heralds(detectors, dark, resolving, _double_pattern)
    light = {
        (left, right): _occupations([_photon("left", left, p_left), _photon("right", right, p_right, mu, phase)])
        for left, right in itertools.product("HV", repeat=2)
    }
    success, faithful = 0.0, 0.0
    for bell_left, bell_right in itertools.product(_BELL_PAIRS, repeat=2):
        terms: list[Term] = [
            ((left, right), sign * other_sign / 2, light[mode, other_mode])
            for (left, mode, sign), (right, other_mode, other_sign) in itertools.product(
                _BELL_PAIRS[bell_left], _BELL_PAIRS[bell_right]
            )
        ]
        weight = _bell_weight(bell_left, fidelity_left) * _bell_weight(bell_right, fidelity_right)
        probability, overlap = _post_selected(terms, detectors, herald)
        success += weight * probability
        faithful += weight * overlap
    return success, faithful


def _bell_weight(bell: str, fidelity: float) -> float:
    return fidelity if bell == "phi+" else (1 - fidelity) / 3


def _single_click(
    p_left: float, p_right: float, bright_left: float, bright_right: float, dark: float, mu: float, phase: float,
    resolving: bool,
) -> tuple[float, float]:  # fmt: skip
    detectors = [("c", "one"), ("d", "one")]
    herald = _heralds(detectors, dark, resolving, _single_pattern)
    terms: list[Term] = []
    for left, right in itertools.product((0, 1), repeat=2):
        amplitude = np.sqrt(bright_left if left else 1 - bright_left) * np.sqrt(
            bright_right if right else 1 - bright_right
        )
        photons = [_photon("left", "one", p_left)] * left + [_photon("right", "one", p_right, mu, phase)] * right
        terms.append(((left, right), amplitude, _occupations(photons)))
    success, faithful = _post_selected(terms, detectors, herald)
    return success, faithful


def _photon(node: str, mode: str, arrives: float, mu: float = 1.0, phase: float = 0.0) -> Photon:
    """Where a node's photon may end: {(output or where it was lost, mode, temporal mode): amplitude}."""
    temporal = {"same": np.sqrt(mu), "orthogonal": np.sqrt(1 - mu)}
    turned = np.exp(1j * phase)
    ends: Photon = {}
    for time, amplitude in temporal.items():
        for port, sign in zip("cd", _PORT_SIGN[node], strict=True):
            ends[port, mode, time] = turned * amplitude * np.sqrt(arrives) * sign / np.sqrt(2)
        ends[f"lost {node}", mode, time] = turned * amplitude * np.sqrt(1 - arrives)
    return ends


def _occupations(photons: list[Photon]) -> Occupations:
    """Fock amplitudes of the product of creation operators on the vacuum; an occupation is a sorted tuple of modes."""
    amplitudes: Occupations = {(): 1.0}
    for photon in photons:
        longer: Occupations = defaultdict(complex)
        for (held, amplitude), (mode, factor) in itertools.product(amplitudes.items(), photon.items()):
            if factor:
                longer[tuple(sorted((*held, mode)))] += amplitude * factor
        amplitudes = longer
    return {held: amplitude * np.sqrt(_repeats(held)) for held, amplitude in amplitudes.items()}


def _repeats(held: tuple[Mode, ...]) -> int:
    return prod(factorial(held.count(mode)) for mode in set(held))


def _heralds(
    detectors: Sequence[Mode], dark: float, resolving: bool, pattern: Callable[[dict[Mode, int]], str | None]
) -> Callable[[tuple[int, ...]], dict[str, float]]:
    """{target: probability} as a function of the photons in each detector, over all patterns of dark counts."""
    seen: dict[tuple[int, ...], dict[str, float]] = {}

    def probabilities(photons: tuple[int, ...]) -> dict[str, float]:
        if photons not in seen:
            found: dict[str, float] = defaultdict(float)
            for darks in itertools.product((0, 1), repeat=len(detectors)):
                totals = [n + extra for n, extra in zip(photons, darks, strict=True)]
                read = totals if resolving else [min(total, 1) for total in totals]
                target = pattern(dict(zip(detectors, read, strict=True)))
                if target:
                    found[target] += prod(dark if extra else 1 - dark for extra in darks)
            seen[photons] = found
        return seen[photons]

    return probabilities


def _double_pattern(read: dict[Mode, int]) -> str | None:
    """Exactly one count in H and exactly one in V: the same output heralds psi+, different outputs psi-."""
    ports = []
    for mode in "HV":
        counted = [(port, n) for (port, own), n in read.items() if own == mode and n]
        if len(counted) != 1 or counted[0][1] != 1:
            return None
        ports.append(counted[0][0])
    return "psi+" if ports[0] == ports[1] else "psi-"


def _single_pattern(read: dict[Mode, int]) -> str | None:
    """Exactly one count: output c heralds psi+, output d psi-."""
    counted = [(port, n) for (port, _), n in read.items() if n]
    if len(counted) != 1 or counted[0][1] != 1:
        return None
    return "psi+" if counted[0][0] == "c" else "psi-"


def _post_selected(
    terms: Iterable[Term], detectors: Sequence[Mode], herald: Callable[[tuple[int, ...]], dict[str, float]]
) -> tuple[float, float]:
    """(probability of any herald, that times the fidelity to its target) of sum amplitude |emitters> |occupations>."""
    branches: dict[tuple[Mode, ...], NDArray[np.complex128]] = defaultdict(lambda: np.zeros((2, 2), complex))
    for emitters, amplitude, occupations in terms:
        for held, factor in occupations.items():
            branches[held][emitters] += amplitude * factor
    success, faithful = 0.0, 0.0
    for held, state in branches.items():
        counts = tuple(sum(mode[:2] == detector for mode in held) for detector in detectors)
        for target, probability in herald(counts).items():
            overlap = abs(state[0, 1] + _TARGET_SIGN[target] * state[1, 0]) ** 2 / 2
            success += probability * float(np.sum(np.abs(state) ** 2))
            faithful += probability * overlap
    return success, faithful
