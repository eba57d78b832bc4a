"""The engine beside its peers, on the same points, in the same run: "The engine" in docs/benchmarks.md.

Usage: bench_points.py PEERS_SCRIPT PYTHON POINTS_CSV. PEERS_SCRIPT is `zone_peers.py`, which times Shapely, GeoPandas and
DuckDB and writes POINTS_CSV; PYTHON is an interpreter that has them. Then `cargo bench` runs on
those points. No other load, please: nothing here is worth reading on a busy machine.
"""

import os
import re
import subprocess
import sys

from qpv_under_test import ROOT

PEER = re.compile(r"^(.{45})\s+([\d.]+) M points/s$")
RATE = re.compile(r"thrpt:\s+\[\S+ \S+ ([\d.]+) ([KMG])elem/s")


def peers(script, python):
    """Millions of points a second of each peer's job."""
    lines = subprocess.run([python, script], check=True, capture_output=True, text=True).stdout.splitlines()
    return {found[1].strip(): float(found[2]) for found in map(PEER.match, lines) if found}


def ours():
    """Millions of points a second of each of our jobs."""
    command = ["cargo", "bench", "--profile", "dist", "--quiet", "--locked", "-p", "qpv-service", "--bench", "points"]
    environment = {**os.environ, "QPV_POINTS": sys.argv[3]}
    run = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, env=environment)
    rates, job = {}, None
    for line in run.stdout.splitlines():
        named = re.match(r"^((?:membership|full answer)/[^\[]*?)(?:\s+time:.*)?$", line)
        job = named[1].strip() if named else job
        rate = RATE.search(line)
        if rate and job and job not in rates:
            rates[job] = float(rate[1]) * {"K": 1e-3, "M": 1.0, "G": 1e3}[rate[2]]
    return rates


if len(sys.argv) != 4:
    sys.exit(__doc__)
before = peers(sys.argv[1], sys.argv[2])
rates = ours()
after = peers(sys.argv[1], sys.argv[2])
best = {job: max(rate, after[job]) for job, rate in before.items()}
for job, rate in best.items():
    print(f"peer  {job:45s} {rate:8.3f} M points/s")
for job, rate in rates.items():
    print(f"qpv   {job:45s} {rate:8.3f} M points/s")
within = max(rate for job, rate in best.items() if "dwithin" not in job and "nearest" not in job)
print(f"membership, random order: {rates['membership/random order'] / within:.1f} times the best peer")
nearest = best["Shapely nearest within 1 km, with distance"]
print(f"full answer, 1 km: {rates['full answer/1 km'] / nearest:.1f} times Shapely's nearest")
