"""The table "Parquet" of "How fast is a list?" in docs/benchmarks.md: `qpv batch` beside SedonaDB and DuckDB, one run.

Usage: bench_parquet.py [POINTS] [RUNS] [PEERS], e.g. bench_parquet.py 10000000 5 /tmp/peers/bin/python. Makes a Parquet file
id,lon,lat of POINTS points (half uniform over the bounding box of metropolitan France, half normal around the middles of the
2024 perimeters, in no order; row groups of 2^20) and one of the perimeters. Each run is a whole process that reads both and
writes a Parquet file: ours the membership alone and the full answer, the peers the pairs of points and perimeters. With taskset,
ours on 1, 2, 4, … cores. Needs the real data and no other load; the interpreter of the peers has

  pip install sedonadb==0.5.0 duckdb==1.5.5 duckdb-extension-spatial==1.5.5 geopandas pyarrow
"""

import os
import pathlib
import subprocess
import sys
import tempfile

from parquet_under_test import DUCKDB, MAKE, SEDONADB, measured, show
from qpv_under_test import PERIMETERS, binary, real_data

POINTS = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
RUNS = int(sys.argv[2]) if len(sys.argv) > 2 else 5
PEERS = sys.argv[3] if len(sys.argv) > 3 else sys.executable


def core_counts():
    """1, 2, 4, … and all the cores there are."""
    cores = len(os.sched_getaffinity(0))
    return sorted({2**power for power in range(cores.bit_length()) if 2**power <= cores} | {cores})


def main():
    source = real_data() / PERIMETERS["2024"]
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        data, points, out = folder / "data", folder / "points.parquet", folder / "out.parquet"
        importing = [binary(), "data", "import", "--data", data, "--quiet", "--vintage", "2024", source]
        subprocess.run(importing, check=True, stdout=subprocess.DEVNULL)
        subprocess.run([PEERS, "-c", MAKE, source, folder, str(POINTS)], check=True)
        print(f"{POINTS} points, {points.stat().st_size / 1e6:.0f} MB")
        ours = [binary(), "batch", "--data", data, "--vintage", "2024", "--quiet", "--force", points, "-o", out]
        members = [*ours, "--columns-out", "code_qp"]
        contenders = {
            "qpv, membership": members,
            "qpv, full answer": ours,
            "SedonaDB, pairs": [PEERS, "-c", SEDONADB, folder, out],
            "DuckDB, pairs": [PEERS, "-c", DUCKDB, folder, out],
        }
        runs = {name: [] for name in contenders}
        # In turns, so that a slow minute of the machine falls on all of them.
        for _ in range(RUNS):
            for name, command in contenders.items():
                out.unlink(missing_ok=True)
                runs[name].append(measured(command, POINTS))
        for name, measures in runs.items():
            show(name, measures)
        cores = sorted(os.sched_getaffinity(0))
        for count in core_counts():
            pinned = ["taskset", "-c", ",".join(map(str, cores[:count]))]
            show(f"qpv, membership, {count} cores", [measured([*pinned, *members], POINTS) for _ in range(RUNS)])
            show(f"qpv, full answer, {count} cores", [measured([*pinned, *ours], POINTS) for _ in range(RUNS)])


main()
