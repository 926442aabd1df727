"""Unit and meaning of every column that a study may hold, by name: written into each table's metadata."""

_PAPER = "gamma_R1"

QUANTITIES: dict[str, tuple[str, str]] = {
    # chiral: rates and frequencies in gamma_R1, times in 1/gamma_R1
    "g1": (_PAPER, "atom-cavity coupling of node 1"),
    "g2": (_PAPER, "atom-cavity coupling of node 2"),
    "gamma_r2": (_PAPER, "decay rate of node 2 into the right-going mode"),
    "phase": ("rad", "propagation phase k D between the nodes"),
    "window": ("1/gamma_R1", "time within which the maximum is sought"),
    "time": ("1/gamma_R1", "time; of a maximum, when it is reached"),
    "chirality": ("1", "(gamma_R - gamma_L) / (gamma_R + gamma_L)"),
    "distance_wavelengths": ("wavelength", "distance between the nodes"),
    "hold": ("", "which rate is the unit as the chirality varies"),
    "decay": (_PAPER, "decay rate of each atom outside the waveguide"),
    "equal_rates": ("", "whether gamma_R2 = gamma_R1 is kept"),
    "start_g1": (_PAPER, "start of the ascent in g1"),
    "start_g2": (_PAPER, "start of the ascent in g2"),
    "start_gamma_r2": (_PAPER, "start of the ascent in gamma_R2"),
    "converged": ("", "whether the gradient vanishes at the optimum"),
    "concurrence": ("1", "concurrence of the two atoms"),
    "fidelity": ("1", "probability that the excitation is in atom 2"),
    "fidelity_plus": ("1", "overlap with (|eg> + |ge>) / sqrt(2)"),
    "fidelity_minus": ("1", "overlap with (|eg> - |ge>) / sqrt(2)"),
    "transfer": ("1", "overlap with |ge>"),
    "norm": ("1", "probability that the excitation is not lost"),
    "width_atoms": (_PAPER, "full width of the uniform detuning of each atom"),
    "width_cavities": (_PAPER, "full width of the uniform detuning of each cavity"),
    "nodes": ("", "whose frequencies are random"),
    "mean_peak": ("1", "mean over detunings of the largest concurrence of each run"),
    "mean_peak_se": ("1", "standard error of mean_peak"),
    "peak_sd": ("1", "standard deviation of the largest concurrence of one run"),
    "runs_mean": ("1", "mean largest concurrence of 20 random runs"),
    "peak_mean": ("1", "largest value over time of the mean concurrence"),
    "peak_mean_se": ("1", "standard error of peak_mean"),
    "peak_state": ("1", "largest concurrence over time of the averaged state"),
    "peak_state_se": ("1", "standard error of peak_state"),
}
