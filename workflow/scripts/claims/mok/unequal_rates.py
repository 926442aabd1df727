"""Mok et al., Sec. V: nodes whose cavities couple to the waveguide at rates that differ."""

from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import minimize, minimize_scalar

from qnet import chiral
from qnet.present.claims import Finding, claim, conditional, number, statement

from .helpers import BARE, PRINTED, ROUNDING, UNEQUAL, Array, best_row, c_max


def _maxima(values: Array, above: float) -> int:
    inner = values[1:-1]
    return int(np.sum((inner > values[:-2]) & (inner > values[2:]) & (inner > above)))


def _ridge() -> str:
    best, near = _ascent("g1", "g2", "gamma_r2"), _ascent("g2", "gamma_r2")
    return (
        f"One optimum, three rows. It is flat: the printed couplings and rate give {c_max(**UNEQUAL):.6f}, the 0.968 "
        f"that is printed with them, and lie on its ridge: with g1 held, the best is {_listed(near)}. An ascent from "
        f"there without derivatives ends at {_listed(best)}."
    )


def _listed(values: NDArray[np.float64]) -> str:
    return ", ".join(f"{x:.4f}" for x in values)


@cache
def _ascent(*free: str) -> NDArray[np.float64]:
    """The best values of some of g1, g2, gamma_R2, the others as printed, by a method that uses no derivatives."""
    found = minimize(
        lambda log: -c_max(**UNEQUAL | dict(zip(free, np.exp(log), strict=True))), np.log([UNEQUAL[x] for x in free]),
        method="Nelder-Mead", options={"xatol": 1e-7, "fatol": 1e-15, "maxiter": 2000},
    )  # fmt: skip
    return np.exp(found.x)


@claim("Sec. V, Table I", "Largest concurrence without cavities, any rates", figures=("mok_table1", "mok_fig7"))
def mok_44_unequal_bare_concurrence() -> Finding:
    return number("0.869", float(chiral.bare_local_optimum(start_gamma_r2=3.0).concurrence), uncertainty=1e-11)


@claim("Sec. V", "gamma_R2 of the largest concurrence without cavities", figures=("mok_table1", "mok_fig7"))
def mok_44_unequal_bare_rate() -> Finding:
    found = chiral.bare_local_optimum(start_gamma_r2=3.0)
    closed = minimize_scalar(lambda r: -float(chiral.bare_peak(gamma_r2=r)[0]), bounds=(2, 6), method="bounded").x
    printed = float(chiral.bare_peak(gamma_r2=3.88)[0])
    return number(
        "3.88",
        float(found.gamma_r2),
        uncertainty=1e-9,
        note=f"The closed form has its maximum at {closed:.4f}.",
        otherwise=f"Flat: 3.88 gives {printed:.6f}, so that 0.869 is obtained there, as printed; that it is the "
        "optimum (Fig. 7) is not so.",
    )


@claim(
    "Sec. V",
    "Largest concurrence with cavities, any rates, at the couplings of Sec. V",
    figures=("mok_table1", "mok_fig7"),
)
def mok_45_unequal_concurrence() -> Finding:
    return number(
        "0.968",
        c_max(**UNEQUAL),
        uncertainty=ROUNDING,
        note=(
            "At the printed couplings and rate. The abstract and Table I have 0.969, which is the optimum (claim 01)."
        ),
    )


@claim("Sec. V", "g1 at which the largest concurrence is reached", figures=("mok_table1", "mok_fig7"))
def mok_45_unequal_g1(mok_optima: pd.DataFrame) -> Finding:
    return number("2.21", best_row(mok_optima, False).g1, uncertainty=1e-9, otherwise=_ridge())


@claim("Sec. V", "g2 at which the largest concurrence is reached", figures=("mok_table1", "mok_fig7"))
def mok_45_unequal_g2(mok_optima: pd.DataFrame) -> Finding:
    return number("2.11", best_row(mok_optima, False).g2, uncertainty=1e-9, otherwise=_ridge())


@claim("Sec. V", "gamma_R2 at which the largest concurrence is reached", figures=("mok_table1", "mok_fig7"))
def mok_45_unequal_rate(mok_optima: pd.DataFrame) -> Finding:
    return number("4.82", best_row(mok_optima, False).gamma_r2, uncertainty=1e-9, otherwise=_ridge())


@claim("Sec. V", "Unequal rates bring more Rabi oscillations", figures=("mok_fig7",))
def mok_46_more_oscillations() -> Finding:
    time = np.linspace(0, 40, 8001)
    few, many = (
        _maxima(chiral.evolution(chiral.Network(**p), time=time).concurrence, 0.01) for p in (PRINTED, UNEQUAL)
    )
    return statement(many > few, f"{many} maxima of C(t) above 0.01, {few} for equal rates", note="Printed couplings.")


@claim("Sec. V", "Unequal rates are only slightly better", figures=("mok_table1",))
def mok_60_slightly_better(mok_optima: pd.DataFrame) -> Finding:
    equal, unequal = best_row(mok_optima, True), best_row(mok_optima, False)
    gain = 100 * (unequal.concurrence / equal.concurrence - 1)
    return statement(
        0 < gain < 10,
        f"{gain:.6f} %",
        uncertainty=1e-8,
        note=(
            "With cavities. Slightly: less than a tenth. The distance from 1 falls by a factor of "
            f"{(1 - equal.concurrence) / (1 - unequal.concurrence):.2f}, the peak time by "
            f"{equal.time / unequal.time:.2f}."
        ),
    )


@claim("Sec. V", "Unequal rates are better, with cavities and without", figures=("mok_table1", "mok_fig7"))
def mok_69_unequal_is_better(mok_optima: pd.DataFrame) -> Finding:
    gain = best_row(mok_optima, False).concurrence - best_row(mok_optima, True).concurrence
    bare = float(chiral.bare_local_optimum(start_gamma_r2=3.0).concurrence) - BARE
    return statement(min(gain, bare) > 0, f"by {gain:.10f} with, by {bare:.10f} without", uncertainty=1e-10)


@claim("Sec. V", "Good entanglement needs unequal couplings beside unequal rates", figures=("mok_table1",))
def mok_70_unequal_couplings(mok_optima: pd.DataFrame) -> Finding:
    def lack(log: Array) -> float:
        return -c_max(g1=np.exp(log[0]), g2=np.exp(log[0]), gamma_r2=np.exp(log[1]))

    def scaled(log: Array) -> float:
        return -c_max(g1=np.exp(log[0]), g2=np.exp(log.sum()), gamma_r2=np.exp(log[1]))

    found = minimize(lack, np.log([2.2, 5.0]), method="Nelder-Mead", options={"xatol": 1e-8, "fatol": 1e-15})
    same, best = -float(found.fun), best_row(mok_optima, False)
    ends = [minimize(scaled, np.log(start), method="Nelder-Mead").fun for start in ([0.13, 3.6], [1, 1], [2, 5])]
    alike = -float(min(ends))
    return conditional(
        best.concurrence - alike > 0.01,
        best.concurrence - same > 0.01,
        "couplings are compared with their own node's rate",
        f"{alike:.4f} for g1 / gamma_R1 = g2 / gamma_R2, {same:.8f} for g1 = g2, of {best.concurrence:.8f}",
        uncertainty=1e-8,
        note="Needs: a loss of more than 0.01 without. "
        f"g1 = g2 = {np.exp(found.x[0]):.3f} gamma_R1 comes with gamma_R2 = {np.exp(found.x[1]):.3f}: unequal nodes.",
    )
