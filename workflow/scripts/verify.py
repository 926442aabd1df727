"""Compares every study and every verdict with the committed ones, and prints what it finds."""

from collections import Counter
from pathlib import Path

from qnet import files, job, reference, table

with job.running(snakemake):
    folder = Path(snakemake.params.reference)
    found = []
    for path in sorted(map(Path, snakemake.input.tables)):
        committed = folder / path.name
        known = table.read(committed) if committed.exists() else None
        found.append(reference.compare(path.stem, table.read(path), known))
    computed = reference.verdicts(snakemake.input.claims)
    found.append(reference.compare_verdicts(computed, files.read_json(folder / "verdicts.json")))
    for one in found:
        print(f"{one.name:30} {one.verdict:16} {one.detail}".rstrip())
    counts = Counter(one.verdict for one in found)
    print(", ".join(f"{verdict}: {number}" for verdict, number in counts.items()))
    different = [one.name for one in found if one.verdict == "differs"]
    if different:
        raise ValueError(f"the numbers must be the committed ones, but differ in {', '.join(different)}")
