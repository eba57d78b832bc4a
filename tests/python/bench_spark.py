"""`qpv.spark.with_zones` on one and on two executors of one core, beside the same job of GeoPandas in `mapInPandas`, and beside Spark
handing rows to Python and back as they are, from Parquet to Parquet.

Usage: bench_spark.py [POINTS] [RUNS], e.g. bench_spark.py 20000000 3. The files are those of bench_parquet.py. Each run is a job of a
cluster that is up (`local-cluster`), after one on few rows that starts its workers. Needs the real data, Java 17, no other load,
and the package, pyspark and geopandas in this interpreter.
"""

import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

from parquet_under_test import MAKE
from qpv_under_test import PERIMETERS, binary, real_data

POINTS = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
RUNS = int(sys.argv[2]) if len(sys.argv) > 2 else 3
PARTITIONS = 16
JOBS = {
    "nothing": "rows as they are",
    "members": "package, membership",
    "full": "package, full answer",
    "geopandas": "GeoPandas, membership",
}

JOB = """
import json, sys, time
from pyspark.sql import SparkSession
import qpv.spark
folder, executors, what, runs = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
session = (SparkSession.builder.master(f"local-cluster[{executors},1,2048]").config("spark.ui.enabled", False)
    .config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
    .config("spark.local.dir", folder).getOrCreate())

def members(frames):
    import geopandas
    # Once for each partition: a hundredth of a second.
    zones = geopandas.read_parquet(f"{folder}/zones.parquet")
    for frame in frames:
        points = geopandas.GeoDataFrame(frame, geometry=geopandas.points_from_xy(frame.lon, frame.lat), crs=zones.crs)
        yield points.sjoin(zones, how="left", predicate="intersects")[["id", "lon", "lat", "code_qp"]]

def seconds(points):
    if what == "geopandas":
        answers = points.mapInPandas(members, "id long, lon double, lat double, code_qp string")
    elif what == "nothing":
        answers = points.mapInArrow(lambda batches: batches, points.schema)
    else:
        options = {"columns_out": "code_qp"} if what == "members" else {}
        answers = qpv.spark.with_zones(points, "lon", "lat", data=f"{folder}/data", vintage="2024", **options)
    begun = time.perf_counter()
    answers.write.mode("overwrite").parquet(f"{folder}/out-{what}-{executors}")
    return time.perf_counter() - begun

points = session.read.parquet(f"{folder}/parts")
seconds(points.limit(1000))
print(json.dumps([seconds(points) for _ in range(runs)]))
session.stop()
"""


def measured(folder, executors, what):
    """Rows per second, millions, of each run of a job."""
    # Threads of NumPy would take the core of the other executor.
    settings = {"SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable, "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-c", JOB, folder, str(executors), what, str(RUNS)]
    ran = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True, env={**os.environ, **settings})
    return [POINTS / seconds / 1e6 for seconds in json.loads(ran.stdout.splitlines()[-1])]


def in_parts(folder):
    """The points as files of equal size, for Spark to share out."""
    import pyarrow.parquet as pq

    (folder / "parts").mkdir()
    table = pq.read_table(folder / "points.parquet")
    rows = -(-table.num_rows // PARTITIONS)
    for part in range(PARTITIONS):
        pq.write_table(table.slice(part * rows, rows), folder / "parts" / f"{part}.parquet")


def main():
    source = real_data() / PERIMETERS["2024"]
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        importing = [binary(), "data", "import", "--data", folder / "data", "--quiet", "--vintage", "2024", source]
        subprocess.run(importing, check=True, stdout=subprocess.DEVNULL)
        subprocess.run([sys.executable, "-c", MAKE, source, folder, str(POINTS)], check=True)
        in_parts(folder)
        for what, name in JOBS.items():
            for executors in (1, 2):
                rates = measured(folder, executors, what)
                print(f"{name}, {executors} executors: {statistics.median(rates):.2f} M rows/s ({min(rates):.2f} to {max(rates):.2f})", flush=True)


main()
