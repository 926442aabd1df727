"""Every number and checkable statement of Avis et al., arXiv:2305.09635 (2023), in the paper's order."""

from qnet import chain
from qnet.claims import Finding, claim, number, render


@claim("Sec. III.4", "Even nodes are displaced by 5 km at an asymmetry of 0.1", figures=("avis_fig5",))
def avis_22_displacement() -> Finding:
    place = chain.alternating_position(asymmetry=0.1, node=2, links=20, length_km=1000.0).position_km
    return number("5", place - 50, uncertainty=1e-12)


if __name__ == "__main__":
    render(globals(), snakemake)
