"""What a sweep of a billion deliveries costs: processor time, wall time and memory, in pieces, on one core and on two.

A sweep over the asymmetry of the 20-link chain of Avis et al., Fig. 6, goes through the workflow as any study does, in
jobs of five values, with a quarter of the deliveries and with all of them. From the two sizes follow the cost of a
delivery and that of a job. About five minutes; with a cluster, add what Snakemake needs to reach it:

    python benchmarks/sweep.py
    python benchmarks/sweep.py --profile profiles/slurm --jobs 2
"""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
POINTS, LINKS, PER_JOB = 40, 20, 5
SIZES = (250_000_000, 1_000_000_000)


def sweep(deliveries: int, *how: str) -> tuple[float, float, float]:
    """Wall and processor time in seconds and peak memory of a process in MiB, of the sweep in a fresh folder."""
    with tempfile.TemporaryDirectory(dir=ROOT, prefix=".sweep-") as folder:
        study = {
            "model": "chain.alternating_chain",
            "grid": {"asymmetry": {"linspace": [0, 0.39, POINTS]}},
            "fixed": {"links": LINKS, "length_km": 1000.0, "deliveries": deliveries // POINTS},
            "values_per_batch": PER_JOB,
        }
        config = Path(folder) / "sweep.yaml"
        config.write_text(yaml.safe_dump({"studies": {"sweep": study}}), encoding="utf-8")
        command = [sys.executable, "-m", "snakemake", "results/sweep.parquet", *how, "--directory", folder]
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        finished = subprocess.run([*command, "--configfile", config], cwd=ROOT, capture_output=True, encoding="utf-8")
        wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
        if finished.returncode:
            sys.exit(finished.stderr)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return wall, cpu, after.ru_maxrss / 1024


def main() -> None:
    given = sys.argv[1:]
    print("| deliveries | how | wall [s] | processor [s] | largest process so far [MiB] |")
    print("| --- | --- | --- | --- | --- |")
    for how in [given] if given else [["--cores", "1"], ["--cores", "2"]]:
        cpus = []
        for deliveries in SIZES:
            wall, cpu, memory = sweep(deliveries, *how)
            cpus.append(cpu)
            print(
                f"| {deliveries / 1e9:g} billion | {' '.join(how)} | {wall:.1f} | {cpu:.1f} | {memory:.0f} |",
                flush=True,
            )
        if not given:  # what runs on a cluster is nobody's child here
            each = (cpus[1] - cpus[0]) / (SIZES[1] - SIZES[0])
            fixed = (cpus[0] - each * SIZES[0]) / (POINTS // PER_JOB)
            print(f"\n{1e9 * each / LINKS:.2f} ns a delivery and link, and {fixed:.1f} s a job\n")


if __name__ == "__main__":
    main()
