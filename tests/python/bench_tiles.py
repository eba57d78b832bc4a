"""Time of tiles over HTTP, for the table "Tiles" in docs/benchmarks.md: the first answer to each (cold) and later ones (warm), and the archive.

Usage: bench_tiles.py. Needs `make dist` and no other load. Both national vintages and the real addresses are imported.
The tiles are those that a map shows around perimeters, at all zooms: of each layer alone, as the page asks them, then of all
layers in one, which is the most that can be asked. One client that keeps its connection; the figures hold the client's own
time too, a few tenths of a millisecond.
"""

import http.client
import math
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from urllib.parse import urlsplit

from qpv_under_test import PERIMETERS, binary, real_data, serving_folder

TILES = 3000
ADDRESSES = ("bano-90.csv", "bano-52.csv", "bano-971.csv")


def column_row(lon, lat, z):
    side, y = 2**z, math.asinh(math.tan(math.radians(lat))) / math.pi
    return int((lon + 180) / 360 * side), int((1 - y) / 2 * side)


def squares(server):
    """Different tiles around perimeters as z/x/y, in no order."""
    perimeters = server.get("/api/v1/perimeters?vintage=2024")["features"]
    draw, found = random.Random(1), set()
    # There are few tiles at low zooms: the draws that meet one again are not counted.
    for _ in range(TILES):
        lon, lat = draw.choice(perimeters)["geometry"]["coordinates"][0][0][0]
        z = draw.randint(0, 14)
        x, y = column_row(lon, lat, z)
        x, y = x + draw.randint(-1, 1), y + draw.randint(-1, 1)
        if 0 <= x < 2**z and 0 <= y < 2**z:
            found.add(f"{z}/{x}/{y}")
    return draw.sample(sorted(found), len(found))


def ask(server, paths):
    """Milliseconds of each answer, and bytes."""
    connection, times, sizes = http.client.HTTPConnection(urlsplit(server.url).netloc), [], []
    for path in paths:
        start = time.perf_counter()
        connection.request("GET", path, headers={"accept-encoding": "gzip"})
        answer = connection.getresponse()
        body = answer.read()
        times.append((time.perf_counter() - start) * 1e3)
        if answer.status not in (200, 204):
            sys.exit(f"{answer.status} {path}: {body[:200]}")
        sizes.append(len(body))
    return times, sizes


def told(name, times):
    cuts = statistics.quantiles(times, n=1000)
    print(f"{name}: median {cuts[499]:.2f} ms, p99 {cuts[989]:.2f} ms, most {max(times):.2f} ms")


def main():
    folder = real_data()
    with tempfile.TemporaryDirectory() as data:
        importing = [binary(), "data", "import", "--data", data, "--quiet"]
        for vintage, file in PERIMETERS.items():
            subprocess.run([*importing, "--vintage", vintage, str(folder / file)], check=True, stdout=subprocess.DEVNULL)
        addresses = [str(folder / "addresses" / name) for name in ADDRESSES]
        subprocess.run([*importing, "--addresses", *addresses], check=True, stdout=subprocess.DEVNULL)
        with serving_folder(data) as server:
            # Layers are made ready after the start, while it already answers.
            time.sleep(20)
            listed, places = server.get("/tiles"), squares(server)
            layers = [layer["id"] for layer in listed["layers"]]
            for what, asked in (("a layer", layers), ("all layers in one", [",".join(layers)])):
                paths = [f"/tiles/{names}/{place}?v={listed['version']}" for place in places for names in asked]
                cold, sizes = ask(server, paths)
                told(f"{what}, cold, {len(paths)} tiles of {statistics.mean(sizes) / 1024:.1f} kB", cold)
                told(f"{what}, warm", ask(server, paths)[0])
        file = os.path.join(data, "qpv.pmtiles")
        start = time.perf_counter()
        subprocess.run([binary(), "tiles", "build", "-o", file, "--data", data, "--quiet"], check=True)
        print(f"archive: {os.path.getsize(file) / 1e6:.1f} MB in {time.perf_counter() - start:.1f} s")


main()
