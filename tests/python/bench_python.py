"""The package `qpv` beside `qpv batch`, SedonaDB, DuckDB and GeoPandas, from Parquet to Parquet, in one run.

Usage: bench_python.py [POINTS] [RUNS] [PEERS], e.g. bench_python.py 50000000 3 /tmp/peers/bin/python. The files are those of
bench_parquet.py. Each run is a whole process: the package and `qpv batch` write the full answer, or the membership alone; the
peers write the pairs of points and perimeters. Then, in this process: the microseconds of one position beside those of a
call that does nothing, and the rate of `zones` on arrays of NumPy. Needs the real data, no other load, and in the interpreter
of the peers, which is by default this one, the package and

  pip install sedonadb==0.5.0 duckdb==1.5.5 duckdb-extension-spatial==1.5.5 geopandas pyarrow
"""

import pathlib
import subprocess
import sys
import tempfile
import time

from parquet_under_test import DUCKDB, MAKE, SEDONADB, measured, show
from qpv_under_test import PERIMETERS, binary, real_data

POINTS = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
RUNS = int(sys.argv[2]) if len(sys.argv) > 2 else 5
PEERS = sys.argv[3] if len(sys.argv) > 3 else sys.executable
SCALARS = 200_000

# As in docs/python.md.
PACKAGE = """
import sys, qpv
data, points, out, names = sys.argv[1:5]
qpv.open(data).zones_parquet(points, out, vintage="2024", columns_out=names or None)
"""

# In batches of pyarrow, as there, with the next one read and the last one written meanwhile.
BATCHES = """
import concurrent.futures, sys, pyarrow as pa, pyarrow.parquet as pq, qpv
data, points, out, names = sys.argv[1:5]
options = {"vintage": "2024", "columns_out": names or None}
dataset = qpv.open(data)
points = pq.ParquetFile(points, pre_buffer=False)
added = dataset.zones([], [], **options).to_pyarrow().schema
schema = pa.schema([*points.schema_arrow, *added])
texts = [field.name for field in added if pa.types.is_dictionary(field.type)]
batches = points.iter_batches(1 << 18)
with pq.ParquetWriter(out, schema, use_dictionary=texts, write_statistics=points.schema_arrow.names) as writer, \\
        concurrent.futures.ThreadPoolExecutor(1) as reading, concurrent.futures.ThreadPoolExecutor(1) as writing:
    following, written = reading.submit(next, batches, None), None
    while (batch := following.result()) is not None:
        following = reading.submit(next, batches, None)
        answers = dataset.zones(batch["lon"], batch["lat"], **options).to_pyarrow()
        rows = pa.Table.from_arrays([*batch.columns, *answers.columns], schema=schema)
        if written:
            written.result()
        written = writing.submit(writer.write_table, rows)
"""

GEOPANDAS = """
import sys, geopandas as gpd, pyarrow as pa, pyarrow.parquet as pq
folder, out = sys.argv[1:]
zones = gpd.read_parquet(f"{folder}/zones.parquet")
points = pq.ParquetFile(f"{folder}/points.parquet")
with pq.ParquetWriter(out, pa.schema({"id": pa.int64(), "code_qp": pa.string()})) as writer:
    for batch in points.iter_batches(1 << 20):
        frame = batch.to_pandas()
        frame = gpd.GeoDataFrame(frame[["id"]], geometry=gpd.points_from_xy(frame.lon, frame.lat), crs=zones.crs)
        pairs = frame.sjoin(zones, predicate="intersects")
        writer.write_table(pa.table({"id": pairs.id, "code_qp": pairs.code_qp.astype(str)}, schema=writer.schema))
"""


def files(folder):
    """The dataset and the files of a run, in a folder."""
    source = real_data() / PERIMETERS["2024"]
    importing = [binary(), "data", "import", "--data", folder / "data", "--quiet", "--vintage", "2024", source]
    subprocess.run(importing, check=True, stdout=subprocess.DEVNULL)
    subprocess.run([PEERS, "-c", MAKE, source, folder, str(POINTS)], check=True)


def contenders(folder, out):
    ours = [binary(), "batch", "--data", folder / "data", "--vintage", "2024", "--quiet", "--force", folder / "points.parquet", "-o", out]
    package, batches = ([PEERS, "-c", program, folder / "data", folder / "points.parquet", out] for program in (PACKAGE, BATCHES))
    return {
        "qpv batch, full answer": ours,
        "package, full answer": [*package, ""],
        "package in batches, full answer": [*batches, ""],
        "qpv batch, membership": [*ours, "--columns-out", "code_qp"],
        "package, membership": [*package, "code_qp"],
        "package in batches, membership": [*batches, "code_qp"],
        "SedonaDB, pairs": [PEERS, "-c", SEDONADB, folder, out],
        "DuckDB, pairs": [PEERS, "-c", DUCKDB, folder, out],
        "GeoPandas sjoin, pairs": [PEERS, "-c", GEOPANDAS, folder, out],
    }


def microseconds(question):
    """Of one call, the best of five runs."""
    best = float("inf")
    for _ in range(5):
        begun = time.perf_counter()
        for _ in range(SCALARS):
            question()
        best = min(best, (time.perf_counter() - begun) / SCALARS * 1e6)
    return best


def in_process(folder):
    """One position at a time, and columns of NumPy."""
    import numpy as np
    import pyarrow.parquet as pq

    import qpv

    data = qpv.open(folder / "data")
    for name, question in {
        "a member of the dataset": lambda: data.fictional,
        "zone(lon, lat)": lambda: data.zone(2.352219, 48.856613),
        "zone(lon, lat, vintage)": lambda: data.zone(2.352219, 48.856613, vintage="2024"),
    }.items():
        print(f"{name:34s} {microseconds(question):6.2f} microseconds")
    points = pq.ParquetFile(folder / "points.parquet").read_row_group(0)
    lon, lat = points["lon"].to_numpy(), points["lat"].to_numpy()
    rates = []
    for _ in range(5):
        begun = time.perf_counter()
        data.zones(np.asarray(lon), np.asarray(lat), vintage="2024")
        rates.append(len(lon) / (time.perf_counter() - begun) / 1e6)
    print(f"{'zones on arrays of NumPy':34s} {max(rates):6.2f} M rows/s")


def main():
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        files(folder)
        out = folder / "out.parquet"
        commands = contenders(folder, out)
        runs = {name: [] for name in commands}
        # In turns, so that a slow minute of the machine falls on all of them.
        for _ in range(RUNS):
            for name, command in commands.items():
                out.unlink(missing_ok=True)
                runs[name].append(measured(command, POINTS))
        for name, measures in runs.items():
            show(name, measures)
        in_process(folder)


main()
