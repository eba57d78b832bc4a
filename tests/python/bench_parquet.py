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
import statistics
import subprocess
import sys
import tempfile
import time

from qpv_under_test import PERIMETERS, binary, real_data

POINTS = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
RUNS = int(sys.argv[2]) if len(sys.argv) > 2 else 5
PEERS = sys.argv[3] if len(sys.argv) > 3 else sys.executable

MAKE = """
import sys, geopandas as gpd, numpy as np, pyarrow as pa, pyarrow.parquet as pq, shapely
source, folder, n = sys.argv[1], sys.argv[2], int(sys.argv[3])
zones = gpd.read_file(source)[["code_qp", "insee_dep", "geometry"]]
zones = zones[~zones.insee_dep.astype(str).str.startswith(("97", "98"))].reset_index(drop=True)
zones["geometry"] = shapely.make_valid(zones.geometry.values)
zones[["code_qp", "geometry"]].to_parquet(f"{folder}/zones.parquet")
rng = np.random.default_rng(1)
minx, miny, maxx, maxy = zones.total_bounds
c = shapely.centroid(zones.geometry.values)
centres = np.c_[shapely.get_x(c), shapely.get_y(c)]
schema = pa.schema({"id": pa.int64(), "lon": pa.float64(), "lat": pa.float64()})
with pq.ParquetWriter(f"{folder}/points.parquet", schema) as out:
    for start in range(0, n, 1 << 20):
        rows = min(1 << 20, n - start)
        near = centres[rng.integers(0, len(centres), rows - rows // 2)]
        xy = np.r_[rng.uniform((minx, miny), (maxx, maxy), (rows // 2, 2)), near + rng.normal(0, 0.008, near.shape)]
        rng.shuffle(xy)
        out.write_table(pa.table([np.arange(start, start + rows), xy[:, 0], xy[:, 1]], schema), row_group_size=1 << 20)
"""

SEDONADB = """
import sys, sedonadb
folder, out = sys.argv[1:]
sd = sedonadb.connect()
sd.read_parquet(f"{folder}/points.parquet").to_view("points")
sd.read_parquet(f"{folder}/zones.parquet").to_view("zones")
sd.sql("SELECT p.id, z.code_qp FROM points p JOIN zones z ON "
       "ST_Intersects(ST_SetSRID(ST_Point(p.lon, p.lat), 4326), ST_SetSRID(z.geometry, 4326))").to_parquet(out)
"""

DUCKDB = """
import glob, os, sys, duckdb, duckdb_extension_spatial as extension
folder, out = sys.argv[1:]
con = duckdb.connect(config={"allow_unsigned_extensions": "true"})
con.execute(f"load '{glob.glob(os.path.dirname(extension.__file__) + '/**/*.duckdb_extension', recursive=True)[0]}'")
con.execute(f"copy (select p.id, z.code_qp from '{folder}/points.parquet' p join '{folder}/zones.parquet' z "
            f"on st_intersects(st_point(p.lon, p.lat), z.geometry)) to '{out}' (format parquet)")
"""


def measured(command):
    """Of a whole process: rows per second, millions; processor time, seconds; peak of resident memory, MB."""
    begun = time.perf_counter()
    process = subprocess.Popen([str(part) for part in command], stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begun
    # 3: points in the sea have no answer.
    if os.waitstatus_to_exitcode(status) not in (0, 3):
        sys.exit(f"{command} failed")
    return POINTS / seconds / 1e6, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def show(what, runs):
    rates, processor, peaks = zip(*runs)
    print(
        f"{what:34s} {statistics.median(rates):6.2f} M rows/s ({min(rates):.2f} to {max(rates):.2f})  "
        f"{statistics.median(processor):7.2f} s of processor time  {max(peaks):6.0f} MB",
        flush=True,
    )


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
                runs[name].append(measured(command))
        for name, measures in runs.items():
            show(name, measures)
        cores = sorted(os.sched_getaffinity(0))
        for count in core_counts():
            pinned = ["taskset", "-c", ",".join(map(str, cores[:count]))]
            show(f"qpv, membership, {count} cores", [measured([*pinned, *members]) for _ in range(RUNS)])
            show(f"qpv, full answer, {count} cores", [measured([*pinned, *ours]) for _ in range(RUNS)])


main()
