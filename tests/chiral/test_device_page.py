"""The numbers that the page on the chiral scheme as a device prints are those that the library and the tables give."""

import csv
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from qnet import chiral
from qnet.chiral.master_equation import concurrence_with_excited_atom_2
from qnet.present import schemes

ROOT = Path(__file__).parents[2]
PAGE = " ".join((ROOT / "docs/chiral_device.md").read_text(encoding="utf-8").split())
EQUAL = chiral.Network(g1=0.126, g2=0.277)


def says(text):
    assert text in PAGE, text


def test_heralding():
    peak = chiral.peak_concurrence(EQUAL)
    given = chiral.heralded(EQUAL, time=peak.time)
    says(f"for equal rates $C$ rises from {peak.concurrence:.3f} to {given.concurrence_no_click:.3f}")
    says(f"and silence has the probability {given.probability_no_click:.3f}")
    best = chiral.local_optimum(chiral.Ascent(start_g1=2.0, start_g2=3.0, start_gamma_r2=5.0, equal_rates=False))
    values = {"g1": best.g1, "g2": best.g2, "gamma_r2": best.gamma_r2}
    ideal = chiral.heralded(chiral.Network(**values), time=best.time)
    says(f"for unequal rates from {best.concurrence:.3f} to {ideal.concurrence_no_click:.3f}, with "
         f"{ideal.probability_no_click:.3f}")  # fmt: skip
    lossy = chiral.Network(**values, **dict.fromkeys(("decay_1", "decay_2", "loss_1", "loss_2"), 0.01))
    peak = chiral.peak_concurrence(lossy)
    given = chiral.heralded(lossy, time=peak.time)
    says(f"becomes {peak.concurrence:.3f} without and {given.concurrence_no_click:.3f} with detectors")
    says(f"would be {given.concurrence_no_jump:.3f} if one knew")


def test_a_dark_state_without_chirality():
    """In units of gamma = gamma_R = gamma_L."""
    network = chiral.Network(g1=0.3, g2=0.13, gamma_l1=1.0, gamma_l2=1.0, phase=np.pi)
    given = chiral.heralded(network, time=13.4)
    says(f"silence until $\\gamma t=13.4$ has the probability {given.probability_no_click:.3f}, and then "
         f"$C={given.concurrence_no_click:.3f}$")  # fmt: skip


@pytest.mark.parametrize(("goal", "column"), [("w_fidelity", 1), ("pair_concurrence", 3)])
@pytest.mark.parametrize("node_count", [2, 3])
def test_more_nodes(goal, column, node_count):
    text = (ROOT / "docs/chiral_device.md").read_text(encoding="utf-8").partition("## More than two nodes")[2]
    row = re.search(rf"^\| {node_count} \|(.*)\|$", text, re.MULTILINE)[1].split("|")
    for place, equal in ((column, True), (column + 1, False)):
        found = chiral.best_sharing(node_count=node_count, equal_rates=equal, goal=goal, starts=6)
        assert row[place - 1].strip() == f"{getattr(found, goal):.4f}"


def test_crossings_over_the_time_budget():
    with open(ROOT / "figures/chiral_front.csv", newline="", encoding="utf-8") as lines:
        rows = pd.DataFrame(csv.DictReader(lines)).astype({"time_budget": float, "concurrence": float})
    curves = rows.pivot(index="time_budget", columns="scheme", values="concurrence")
    found = {(before, after): place for before, after, place, _ in schemes.crossings(curves)}
    for before, after, printed in (
        ("bare", "unequal_rates", 2.55), ("bare", "equal_rates", 6.75), ("bare", "nonchiral_unequal", 22.2),
        ("equal_rates", "nonchiral_unequal", 39.7), ("unequal_rates", "nonchiral_unequal", 111),
        ("bare", "nonchiral_equal", 35.7), ("equal_rates", "nonchiral_equal", 63.3), ("unequal_rates", "nonchiral_equal", 175),
    ):  # fmt: skip
        assert found[before, after] == pytest.approx(printed, rel=0.01)
        assert f"{printed:g}" in PAGE
    for scheme, printed in (("any_chirality", 0.86), ("nonchiral_unequal", 3.6), ("nonchiral_equal", 5.7)):
        assert (1 - curves[scheme][10_000]) * 10_000 == pytest.approx(printed, rel=0.01)
        assert f"{printed}/T" in PAGE


def test_a_second_excitation():
    times = np.append(0.0, np.linspace(11, 14, 61))
    found = concurrence_with_excited_atom_2(EQUAL, times=times, excited_2=0.01).max()
    says(f"the printed couplings give {found:.4f} instead of {chiral.peak_concurrence(EQUAL).concurrence:.4f}")


def test_random_detunings():
    """The table of means, and what the text says of couplings, from the tracked table."""
    with open(ROOT / "figures/chiral_robust.csv", newline="", encoding="utf-8") as lines:
        rows = pd.DataFrame(csv.DictReader(lines)).set_index(["detuned", "width"])
    rows = rows[["g1", "g2", "mean_peak", "ideal_mean_peak"]].astype(float)
    for width in ("0.5", "1", "2"):
        atoms, both = rows.loc["atoms", width], rows.loc["both", width]
        says(f"| {width} | {atoms.ideal_mean_peak:.3f} | {atoms.mean_peak:.3f} | {both.ideal_mean_peak:.3f} | "
             f"{both.mean_peak:.3f} |")  # fmt: skip
    says(f"{rows.loc['atoms', '0.75'].g1:.2f} and {rows.loc['atoms', '0.75'].g2:.2f} there")
    cavities = rows.loc["cavities", "2"]
    says(f"still give {cavities.ideal_mean_peak:.2f}, and the best ones {cavities.mean_peak:.2f}")
    strong = rows[rows.g1 > 1]
    assert {width for _, width in strong.index} == {"1", "1.25", "1.5", "2"}
    assert strong.g1.between(1.5, 1.65).all()
    assert strong.g2.between(1.2, 1.4).all()
