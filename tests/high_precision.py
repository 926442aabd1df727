"""The effective Hamiltonian to as many digits as asked for."""

import mpmath
import numpy as np


def exact_concurrence(time, *, g1, g2, gamma_r1=1, gamma_r2=1, gamma_l1=0, gamma_l2=0, phase=0, **rest):
    """C(t) to 40 digits or more from the 4 x 4 effective Hamiltonian as printed, basis (eg00, ge00, gg10, gg01)."""
    with mpmath.workdps(max(40, mpmath.mp.dps)):  # numerical derivatives raise the precision
        p = {name: mpmath.mpf(rest.get(name, 0)) for name in ("decay_1", "decay_2", "loss_1", "loss_2")}
        d = {name: mpmath.mpf(rest.get(name, 0)) for name in ("delta_a1", "delta_a2", "delta_c1", "delta_c2")}
        r1, r2, l1, l2 = (mpmath.mpf(x) for x in (gamma_r1, gamma_r2, gamma_l1, gamma_l2))
        forth = mpmath.expj(mpmath.pi if phase == np.pi else mpmath.mpf(phase))
        h = mpmath.matrix(4, 4)
        h[0, 0] = d["delta_a1"] - 0.5j * p["decay_1"]
        h[1, 1] = d["delta_a2"] - 0.5j * p["decay_2"]
        h[2, 2] = d["delta_c1"] - 0.5j * (r1 + l1 + p["loss_1"])
        h[3, 3] = d["delta_c2"] - 0.5j * (r2 + l2 + p["loss_2"])
        h[0, 2] = h[2, 0] = mpmath.mpf(g1)
        h[1, 3] = h[3, 1] = mpmath.mpf(g2)
        h[2, 3] = -1j * mpmath.sqrt(l1 * l2) * forth
        h[3, 2] = -1j * mpmath.sqrt(r1 * r2) * forth
        psi = mpmath.expm(-1j * mpmath.mpf(time) * h, method="taylor")[:, 0]
        return 2 * abs(psi[0] * mpmath.conj(psi[1]))
