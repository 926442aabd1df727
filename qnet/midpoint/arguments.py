"""Rules that the arguments of this package share, and the two fibres that they describe."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qnet import checks
from qnet.errors import Refused

Floats = NDArray[np.float64]

BELOW_ONE: checks.Rule = ("must lie in [0, 1)", lambda x: (x >= 0) & (x < 1))


def reals(rules: dict[str, checks.Rule], values: dict[str, ArrayLike], **others: NDArray) -> dict[str, Floats]:
    """The values as arrays of floats that obey their rules and broadcast, also against others that are checked already.

    Not yet broadcast, to keep maps cheap.
    """
    arrays = {name: checks.real(name, values[name], rule) for name, rule in rules.items()}
    checks.broadcast({**arrays, **others})
    return arrays


def refuse(wrong: ArrayLike, name: str, rule: str, value: ArrayLike) -> None:
    """Raises Refused for the first element of `wrong` that is true, in the words of `qnet.checks`."""
    places = np.argwhere(wrong)
    if len(places):
        index = tuple(int(i) for i in places[0])
        found = float(np.broadcast_to(value, np.shape(wrong))[index])
        place = f"has {found!r} at index {', '.join(map(str, index))}" if index else f"is {found!r}"
        raise Refused(f"{name} {rule}, but {place}")


def lengths(length_km: Floats, asymmetry_km: Floats) -> tuple[Floats, Floats]:
    """(L_left, L_right). Avis et al., Eq. (3). Refused for a midpoint that is not between its nodes."""
    beyond = np.abs(asymmetry_km) > length_km
    refuse(beyond, "asymmetry_km", "must lie between -length_km and length_km", asymmetry_km)
    return (length_km + asymmetry_km) / 2, (length_km - asymmetry_km) / 2


def fibres(
    *, length_km: ArrayLike, asymmetry_km: ArrayLike, p_det: ArrayLike, attenuation_db_per_km: ArrayLike
) -> tuple[Floats, Floats, Floats, Floats]:
    """(p_det, attenuation_db_per_km, L_left, L_right), checked."""
    given = reals(
        {
            "length_km": checks.NOT_NEGATIVE_TO_1E30,
            "asymmetry_km": checks.FINITE,
            "p_det": checks.PROBABILITY,
            "attenuation_db_per_km": checks.NOT_NEGATIVE_TO_1E30,
        },
        {
            "length_km": length_km,
            "asymmetry_km": asymmetry_km,
            "p_det": p_det,
            "attenuation_db_per_km": attenuation_db_per_km,
        },
    )
    return given["p_det"], given["attenuation_db_per_km"], *lengths(given["length_km"], given["asymmetry_km"])
