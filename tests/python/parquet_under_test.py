"""Parquet to Parquet beside SedonaDB and DuckDB: the files, their programs, and the measure of a process. For the benches."""

import os
import statistics
import subprocess
import sys
import time

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


def measured(command, points):
    """Of a whole process over so many points: rows per second, millions; processor time, seconds; peak of resident memory, MB."""
    begun = time.perf_counter()
    process = subprocess.Popen([str(part) for part in command], stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begun
    # 3: points in the sea have no answer.
    if os.waitstatus_to_exitcode(status) not in (0, 3):
        sys.exit(f"{command} failed")
    return points / seconds / 1e6, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def show(what, runs):
    rates, processor, peaks = zip(*runs)
    print(
        f"{what:34s} {statistics.median(rates):6.2f} M rows/s ({min(rates):.2f} to {max(rates):.2f})  "
        f"{statistics.median(processor):7.2f} s of processor time  {max(peaks):6.0f} MB",
        flush=True,
    )
