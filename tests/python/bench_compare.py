"""The comparison of vintages, for "How fast are comparisons?" in docs/benchmarks.md: the whole country, one commune, what moved, and memory.

Usage: bench_compare.py [RUNS]. The whole country is kept once compared, so each run is a server of its own. What moved is asked
with an invented address every 25 m in the box around each perimeter of 2024, for no file of all real ones is at hand. Prints the
median and the extremes. Needs the real data, and no other load.
"""

import csv
import json
import math
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

from qpv_under_test import PERIMETERS, binary, real_data, serving_folder

RUNS = int(sys.argv[1]) if len(sys.argv) > 1 else 10
STEP_M = 25


def timed(server, query):
    """Milliseconds until an answer is read."""
    begun = time.perf_counter()
    server.get(f"/api/v1/compare?from=2015&to=2024{query}")
    return 1e3 * (time.perf_counter() - begun)


def run(data, besides=""):
    """The country at first and again, a hundred times a commune (its median), in ms; and the peak of memory in MB."""
    with serving_folder(data) as server:
        server.get("/ready")
        first = timed(server, besides)
        communes = [timed(server, "&insee=61169" + besides) for _ in range(100)]
        again = timed(server, besides)
        status = pathlib.Path(f"/proc/{server.pid}/status").read_text()
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return first, again, statistics.median(communes), int(peak.split()[1]) / 1024


def say(what, values, unit):
    print(f"{what:45s} {statistics.median(values):8.1f} {unit} ({min(values):.1f} to {max(values):.1f})")


def told(what, runs):
    firsts, agains, communes, peaks = zip(*runs)
    say(f"the whole country{what}, the answer read", firsts, "ms")
    say(f"the whole country{what}, again", agains, "ms")
    say(f"one commune{what}", communes, "ms")
    say(f"peak memory of the server{what}", peaks, "MB")


def positions(polygons):
    """A grid of 25 m over the box of an outline: longitude, latitude."""
    vertices = [vertex for polygon in polygons for ring in polygon for vertex in ring]
    lons, lats = zip(*(vertex[:2] for vertex in vertices))
    lat_step = STEP_M / 111_195
    lon_step = lat_step / math.cos(math.radians(lats[0]))
    rows, columns = (math.ceil((max(of) - min(of)) / step) for of, step in ((lats, lat_step), (lons, lon_step)))
    for row in range(rows):
        for column in range(columns):
            yield min(lons) + column * lon_step, min(lats) + row * lat_step


def write_addresses(path):
    """The invented addresses, in the layout of BANO; their number."""
    features = json.loads((real_data() / PERIMETERS["2024"]).read_text())["features"]
    written = 0
    with open(path, "w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        for order, feature in enumerate(features):
            communes = feature["properties"]["insee_com"].replace(" ", "").split(",")
            for at, (lon, lat) in enumerate(positions(feature["geometry"]["coordinates"])):
                # A street of 50 numbers after the other; each commune of a perimeter has its share.
                commune, street, number = communes[at % len(communes)], at // 50, at % 50 + 1
                key = f"{commune}{order:04}{street:03}-{number}"
                postcode = re.sub("[AB]", "0", commune)
                rows.writerow([key, number, f"Rue {order} {street}", postcode, f"Ville {commune}", "INVENTED", f"{lat:.6f}", f"{lon:.6f}"])
                written += 1
    return written


def imported(data, *what):
    command = [binary(), "data", "import", "--data", data, "--quiet", *map(str, what)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


with tempfile.TemporaryDirectory() as data:
    for vintage, file in PERIMETERS.items():
        imported(data, "--vintage", vintage, real_data() / file)
    told("", [run(data) for _ in range(RUNS)])
    with tempfile.TemporaryDirectory() as folder:
        addresses = pathlib.Path(folder, "invented.csv")
        count = write_addresses(addresses)
        imported(data, "--addresses", addresses)
    print(f"with what moved, {count} addresses:")
    told(", moved", [run(data, "&moved=true") for _ in range(RUNS)])
