"""Compares every study and every verdict with the committed ones, and prints what it finds."""

from collections import Counter

from qnet.errors import Refused
from qnet.pipeline import job, reference, source

with job.running(snakemake):
    computed = reference.verdicts(snakemake.input.claims)
    found = reference.comparisons(job.tables(snakemake), computed, source.ROOT / "reference")
    for one in found:
        print(f"{one.name:30} {one.verdict:16} {one.detail}".rstrip())
    counts = Counter(one.verdict for one in found)
    print(", ".join(f"{verdict}: {number}" for verdict, number in counts.items()))
    odd = [f"{one.name} ({one.verdict})" for one in found if one.verdict not in reference.AGREE]
    if odd:
        raise Refused(f"all numbers must be the committed ones, but are not in {', '.join(odd)}")
