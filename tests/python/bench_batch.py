"""The table "Positions" of "How fast is a list?" in docs/benchmarks.md: rows per second and peak memory of `qpv batch`.

Usage: bench_batch.py [ROWS] [RUNS]. Makes a CSV file id,lon,lat of ROWS points: half uniform over the bounding box of
metropolitan France, half normal (sigma 700 m) around the middles of the 2024 perimeters, in no order. Answers it from
the 2024 perimeters, and from both vintages. Copying the file is timed too: what the disk alone costs.
Needs the real data, and no other load.
"""

import json
import math
import os
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile
import time

from qpv_under_test import PERIMETERS, binary, real_data

ROWS = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
RUNS = int(sys.argv[2]) if len(sys.argv) > 2 else 5


def positions(geometry):
    """All positions of a polygon or multipolygon."""
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    return [position for polygon in polygons for ring in polygon for position in ring]


def middles():
    """The middle of each perimeter of metropolitan France, and the box of them all."""
    features = json.loads((real_data() / PERIMETERS["2024"]).read_text())["features"]
    metropolitan = [f for f in features if not str(f["properties"]["insee_dep"]).startswith(("97", "98"))]
    outlines = [list(zip(*(p[:2] for p in positions(feature["geometry"])))) for feature in metropolitan]
    boxes = [(min(lon), min(lat), max(lon), max(lat)) for lon, lat in outlines]
    whole = [min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)]
    return [((west + east) / 2, (south + north) / 2) for west, south, east, north in boxes], whole


def write_points(path):
    centres, (west, south, east, north) = middles()
    draw = random.Random(1)
    with open(path, "w") as out:
        out.write("id,lon,lat\n")
        for row in range(ROWS):
            if draw.random() < 0.5:
                lon, lat = draw.uniform(west, east), draw.uniform(south, north)
            else:
                lon, lat = centres[draw.randrange(len(centres))]
                metre = 1 / 111_195
                lat += draw.gauss(0, 700) * metre
                lon += draw.gauss(0, 700) * metre / math.cos(math.radians(lat))
            out.write(f"{row},{lon:.9f},{lat:.9f}\n")


def answered(data, points, answers, *options):
    """Of the whole process: rows per second, millions; processor time per row, µs; peak of resident memory, MB."""
    command = [binary(), "batch", "--data", data, "--quiet", "--force", *options, str(points), "-o", str(answers)]
    begun = time.perf_counter()
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begun
    if os.waitstatus_to_exitcode(status) not in (0, 3):
        sys.exit(f"{' '.join(command)} failed")
    processor_us = (usage.ru_utime + usage.ru_stime) / ROWS * 1e6
    return ROWS / seconds / 1e6, processor_us, usage.ru_maxrss / 1024


def copied(source, target):
    """Rows per second, millions, of copying a file and waiting for the disk."""
    begun = time.perf_counter()
    subprocess.run(["dd", f"if={source}", f"of={target}", "bs=1M", "conv=fsync", "status=none"], check=True)
    return ROWS / (time.perf_counter() - begun) / 1e6


def say(what, values, unit):
    print(f"{what:45s} {statistics.median(values):8.2f} {unit} ({min(values):.2f} to {max(values):.2f})", flush=True)


with tempfile.TemporaryDirectory() as folder:
    data, points, answers = (os.path.join(folder, name) for name in ("data", "points.csv", "answers.csv"))
    for vintage, file in PERIMETERS.items():
        command = [binary(), "data", "import", "--data", data, "--quiet", "--vintage", vintage, str(real_data() / file)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    write_points(points)
    print(f"{ROWS} rows, {os.path.getsize(points) / 1e6:.0f} MB")
    for name, options in (("2024", ["--vintage", "2024"]), ("both vintages", ["--vintage", "both"])):
        runs = [answered(data, points, answers, *options) for _ in range(RUNS)]
        rates, processor, peaks = zip(*runs)
        say(f"{name}, CSV to CSV", rates, "M rows/s")
        say(f"{name}, processor time of a row", processor, "µs")
        say(f"{name}, peak memory", peaks, "MB")
        print(f"{name}, answers {os.path.getsize(answers) / 1e6:.0f} MB")
        say(f"copying them, {name}", [copied(answers, answers + ".copy") for _ in range(RUNS)], "M rows/s")
        os.remove(answers + ".copy")
