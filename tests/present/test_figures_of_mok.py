"""What captions of the figures of Mok et al. say in numbers, and how finely their maps are sampled."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from scipy.optimize import brentq

from qnet import chiral
from qnet.pipeline import table
from qnet.pipeline.grid import axis

ROOT = Path(__file__).parents[2]
CONFIG = yaml.safe_load((ROOT / "config.yaml").read_bytes())
FIGURES, STUDIES = CONFIG["figures"], CONFIG["studies"]
PRINTED = {"g1": 0.126, "g2": 0.277}
SLOW = {"g1": 0.0041, "g2": 0.0017}


def said(figure: str, pattern: str) -> list[float]:
    """The numbers that the caption of a figure gives at a place."""
    return [float(number) for number in re.search(pattern, FIGURES[figure]["caption"].replace("\n", " ")).groups()]


def off_half_wavelength(distance: float, window: float = np.inf, **couplings: float):
    network = chiral.SymmetricNetwork(**couplings, chirality=0.0, distance_wavelengths=0.5 + distance)
    return chiral.symmetric_peak(network, window=window)


def test_dip_and_kinks_of_fig_4():
    dip = said("mok_fig4", r"at chi = 0, (\d\.\d) %, but (\d\.\d) % at (\d\.\d+) wavelengths")
    for share, distance in ((dip[0], 0.0), (dip[1], dip[2])):
        network = chiral.SymmetricNetwork(**PRINTED, chirality=0.0, distance_wavelengths=0.5 + distance).network()
        time = float(chiral.peak_concurrence(network).time)
        c = chiral.amplitudes(network, time=time)
        assert 100 * float(np.sum(np.abs(c[2:]) ** 2)) == pytest.approx(share, abs=0.06)
        # the concurrence is what the atoms have, to within 0.005, so it falls with the share of the cavities
        peak = float(chiral.peak_concurrence(network).concurrence)
        assert peak == pytest.approx(float(np.sum(np.abs(c[:2]) ** 2)), abs=0.005)
    edge, late, early = said("mok_fig4", r"from (\d\.\d+) wavelengths on, .* gamma_R t = (\d+) instead of (\d+)")
    before, after = off_half_wavelength(edge - 1e-3, **PRINTED), off_half_wavelength(edge + 1e-3, **PRINTED)
    assert (round(float(before.time)), round(float(after.time))) == (early, late)
    assert float(before.concurrence) == pytest.approx(float(after.concurrence), abs=0.01)


@pytest.mark.parametrize(("window", "pattern"), [
    (np.inf, r"The spike is (\d\.\d+) wavelengths wide"),
    (1000.0, r"but (\d\.\d+) within gamma t = 1000"),
])  # fmt: skip
def test_width_of_the_spike_of_fig_8(window, pattern):
    def above(distance: float) -> float:
        return float(off_half_wavelength(distance, window, **SLOW).concurrence) - top / 2

    top = float(off_half_wavelength(0.0, window, **SLOW).concurrence)
    half = float(brentq(above, 1e-4, 0.1, xtol=1e-9))
    (width,) = said("mok_fig8", pattern)
    assert 2 * half == pytest.approx(width, rel=0.01)
    if window == np.inf:
        (time,) = said("mok_fig8", r"when gamma t = (\d+)")
        assert float(off_half_wavelength(half, **SLOW).time) == pytest.approx(time, rel=0.01)


def test_window_of_fig_8_makes_the_printed_couplings_the_best_ones():
    g = np.array(axis(STUDIES["mok_nonchiral_map"]["grid"]["g1"]))
    window = STUDIES["mok_nonchiral_map"]["grid"]["window"][0]
    network = chiral.Network(g1=g[:, None], g2=g, gamma_l1=1.0, gamma_l2=1.0, phase=np.pi)
    peak = chiral.peak_concurrence(network, window=window).concurrence
    first, second = np.unravel_index(peak.argmax(), peak.shape)
    assert {"g1": g[first], "g2": g[second]} == pytest.approx(SLOW)


@pytest.mark.parametrize(("figure", "study", "names"), [
    ("mok_fig4", "mok_distance", ("chirality", "distance_wavelengths")),
    ("mok_fig5", "mok_detuning_map", ("width_atoms", "width_cavities")),
    ("mok_fig8", "mok_nonchiral_map", ("g1", "g2")),
])  # fmt: skip
def test_points_of_maps(figure, study, names):
    assert said(figure, r"(\d+) x (\d+) points") == [len(axis(STUDIES[study]["grid"][name])) for name in names]


def between(study: str, value: str) -> tuple[pd.DataFrame, np.ndarray, np.ndarray, np.ndarray]:
    """The reference map of a study, the points in the middle of four, and what interpolation makes of them."""
    columns, _ = table.read(ROOT / f"reference/{study}.parquet")
    frame = pd.DataFrame(columns)
    across, up = [
        name for name in ("distance_wavelengths", "width_cavities", "chirality", "width_atoms") if name in frame
    ]
    grid = frame.pivot(index=up, columns=across, values=value)
    z, x, y = grid.to_numpy(), grid.columns.to_numpy(), grid.index.to_numpy()
    middle = (z[1:, 1:] + z[1:, :-1] + z[:-1, 1:] + z[:-1, :-1]) / 4
    return frame, *np.meshgrid((x[1:] + x[:-1]) / 2, (y[1:] + y[:-1]) / 2), middle


def test_maps_of_figs_4_and_5_are_as_good_between_their_points():
    """To a hundredth, also at kinks, of a colour bar from 0 to 1; the means besides give or take five standard errors."""
    _, distance, chirality, middle = between("mok_distance", "concurrence")
    network = chiral.SymmetricNetwork(**PRINTED, chirality=chirality, distance_wavelengths=distance)
    assert np.max(np.abs(chiral.symmetric_peak(network).concurrence - middle)) < 0.01
    frame, cavities, atoms, middle = between("mok_detuning_map", "mean_peak")
    network = chiral.DisorderedNetwork(**PRINTED, width_atoms=atoms[::6, ::6], width_cavities=cavities[::6, ::6])
    found = chiral.disordered_peak(network, samples=128, seed=1)
    error = np.hypot(found.mean_peak_se, frame.mean_peak_se.max())
    assert np.all(np.abs(found.mean_peak - middle[::6, ::6]) < 0.002 + 5 * error)
