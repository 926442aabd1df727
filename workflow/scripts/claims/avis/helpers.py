"""What several files of claims of Avis et al. use: parameters, notes, slopes and overlaps of wave packets.

The text at hand lacks formulas, symbols and captions.
"""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import integrate

from qnet import fibre, midpoint

Floats = NDArray[np.float64]
Table = pd.DataFrame
FIBRE = fibre.dispersion(d_ps_per_nm_km=17.0, slope_ps_per_nm2_km=0.056)
BETA2, BETA3 = float(FIBRE.beta2_s2_per_km), float(FIBRE.beta3_s3_per_km)
FIBRE_NOTE = "Fibre: 17 ps/(nm km) and 0.056 ps/(nm^2 km) at 1550 nm, ours, after ITU-T G.652."
# Links of Fig. 2, whose caption is lost: the numbers are ours.
DOUBLE = midpoint.DoubleClickPhotons(indistinguishability=0.95, emission_fidelity=0.99)
SINGLE = midpoint.SingleClickPhotons(indistinguishability=0.95, q=1e-4)
DETECTORS = midpoint.Detectors(dark_count=1e-5)
SIDES = np.linspace(-100, 100, 41)  # km: from all fibre on one side of the midpoint to all on the other


def link_at(asymmetry_km: ArrayLike) -> midpoint.Midpoint:
    """The link of Fig. 2, for a midpoint off its centre."""
    return midpoint.Midpoint(length_km=100.0, asymmetry_km=asymmetry_km, p_det=0.1)


def slope_at_zero(values: ArrayLike, step: float) -> Floats:
    """One-sided derivative at 0 from values at 0, step and 2 step; 0 up to rounding for even parabolas."""
    here, near, far = np.asarray(values)
    return (4 * near - far - 3 * here) / (2 * step)


def bend(x: ArrayLike, y: ArrayLike) -> float:
    """How far the second of three points is off the line through the others."""
    (x0, x1, x2), (y0, y1, y2) = np.asarray(x), np.asarray(y)
    return float(y1 - y0 - (y2 - y0) * (x1 - x0) / (x2 - x0))


def gaussian_overlap(
    *, left_km: float, right_km: float, beta3: float = 0.0, detuning: float = 0.0, delay: float = 0.0
) -> float:
    """mu of 10 ps Gaussian photons, each sent through its own fibre, by the trapezoidal rule. Times in ps."""
    sigma = 1 / 20
    u = np.linspace(-10 * sigma, 10 * sigma, 4001)

    def arrived(centre: float, length: float) -> NDArray[np.complex128]:
        shape = (2 * np.pi * sigma**2) ** -0.25 * np.exp(-((u - centre) ** 2) / (4 * sigma**2))
        return shape * np.exp(1j * length * (BETA2 * 1e24 * u**2 / 2 + beta3 * 1e36 * u**3 / 6))

    product = arrived(-detuning / 2, left_km) * arrived(detuning / 2, right_km).conj() * np.exp(-1j * u * delay)
    return float(abs(np.sum(product) * (u[1] - u[0])) ** 2)


def lorentzian_overlap(theta: float) -> complex:
    """(1/pi) int dv exp(i theta v^2) / (1 + v^2) over the real axis turned by pi/4, theta > 0."""

    def integrand(x: float) -> complex:
        return 2 / np.pi * np.exp(0.25j * np.pi - theta * x**2) / (1 + 1j * x**2)

    return complex(integrate.quad(integrand, 0, np.inf, complex_func=True, epsabs=1e-13, epsrel=1e-13, limit=200)[0])
