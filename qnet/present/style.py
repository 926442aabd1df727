"""How figures look: sizes, colours, dashes and marks. Each is declared here, and nowhere else."""

from typing import Any

from cycler import cycler

COLUMN_IN, PAGE_IN = 3.375, 7.0  # widths of a figure, of one column and of two

# One colour means one thing throughout: the only declaration. Paul Tol's schemes (bright first, then muted, vibrant,
# medium- and high-contrast, dark), safe for colour-blind readers; curves that share a panel also differ in dash.
COLOR = {
    "concurrence": "#4477AA",  # blue
    "fidelity_plus": "#66CCEE",  # cyan
    "fidelity_minus": "#EE6677",  # red
    "transfer": "#228833",  # green
    "optimum": "#AA3377",  # purple: whatever was optimised by us
    "approximation": "#999933",  # olive
    "printed": "#000000",  # black: what the paper prints, or follows from its printed numbers
    "guide": "#BBBBBB",  # grey: guides to the eye
    "node_1": "#332288",  # indigo
    "node_2": "#44AA99",  # teal
    "atom": "#EE7733",  # orange
    "cavity": "#225555",  # dark cyan
    "mean_of_maxima": "#663333",  # brown
    "maximum_of_mean": "#DDAA33",  # amber
    "averaged_state": "#555555",  # dark grey
    "station": "#882255",  # wine: midpoint station
    "double_click": "#004488",  # dark blue
    "single_click": "#CC3311",  # vermilion
    "gaussian": "#009988",  # sea green
    "lorentzian": "#664E00",  # dark brass
    "asymmetric": "#00558F",  # deep blue
    "extended_fibre": "#EE3377",  # magenta
    "as_soon_as_free": "#117733",  # forest green
    "restart_together": "#994455",  # rosewood
    "chain_of_fig_6": "#BB5566",  # crimson: the chain of 1000 km, 21 nodes and 1 s, among others
    "even": "#222255",  # midnight
    "odd_long": "#6699CC",  # sky
    "odd_short": "#AA8800",  # ochre
    "long_first": "#C4601D",  # rust: sequential repeaters, by the link that they make first
    "short_first": "#5289C7",  # steel blue
    "left_first": "#4E9A5B",  # fern
    "right_first": "#90527E",  # plum
    "random_order": "#777777",  # mid grey
    "local_cutoff": "#1B7F8C",  # petrol
    "global_cutoff": "#B5477C",  # raspberry
    "distil_all": "#6F4C9B",  # violet: which links distil
    "distil_long": "#D95F0E",  # pumpkin
    "distil_short": "#2E6F40",  # pine
    "b_step": "#8C7A00",  # mustard
    "bare": "#5C5C8A",  # slate: schemes to entangle two atoms through a waveguide
    "equal_rates": "#3D85C6",  # azure
    "unequal_rates": "#0B3C6F",  # deep blue
    "nonchiral_equal": "#E8A33D",  # honey
    "nonchiral_unequal": "#A14A0F",  # burnt orange
    "any_chirality": "#C2185B",  # crimson
}
# Curves that share a panel take these in turn, so that they can be told apart in grey.
DASHES = ["-", (0, (5, 1.5)), (0, (1.2, 1.2)), (0, (5, 1.2, 1, 1.2)), (0, (2.5, 1)), (0, (8, 2))]
SEQUENTIAL = "viridis"
# A mark means one thing as well: open diamonds are what the paper prints, crosses what we find.
PRINTED = {"marker": "D", "mfc": "none", "mec": COLOR["printed"], "mew": 0.9, "ms": 5.0, "ls": "none", "zorder": 5,
           "label": "_printed"}  # fmt: skip
FOUND = {"marker": "+", "mec": COLOR["printed"], "mew": 0.9, "ms": 5.0, "ls": "none", "zorder": 6, "label": "_ours"}

MATPLOTLIB: Any = {  # settings; all others are Matplotlib's defaults
    "figure.constrained_layout.use": True,
    "figure.dpi": 100,
    "savefig.dpi": 300,
    "font.family": "STIXGeneral",
    "mathtext.fontset": "stix",
    "font.size": 8,
    "axes.labelsize": 8,
    "axes.titlesize": 8,
    "legend.fontsize": 7,
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "axes.linewidth": 0.6,
    "lines.linewidth": 1.1,
    "lines.markersize": 3.5,
    "xtick.direction": "in",
    "ytick.direction": "in",
    "xtick.top": True,
    "ytick.right": True,
    "xtick.minor.visible": True,
    "ytick.minor.visible": True,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.minor.width": 0.4,
    "ytick.minor.width": 0.4,
    "legend.frameon": False,
    "legend.handlelength": 2.2,
    "axes.prop_cycle": cycler(color=["black"]),  # a curve takes its colour from COLOR, never from its place
    "image.cmap": SEQUENTIAL,
    "pdf.fonttype": 42,
    "svg.hashsalt": "qnet",
}
