"""The figures of "Parcels and buildings" in docs/benchmarks.md.

Usage: bench_parcels.py [COUNT], 400,000 unless stated: imports as many parcels on a grid, in a file as the State's cadastre is
published (gzipped), and prints time, peak memory and bytes; then starts the service on department 90 with these and with
the plots of `parcels_under_test.py`, and asks every address near a line over one connection. No other load.
"""

import gzip
import http.client
import json
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.parse

import geopandas as gpd
import numpy as np
import shapely
from pyproj import Transformer

from parcels_under_test import LEGAL_CRS, plots, read_addresses, write_addresses, write_ground
from qpv_under_test import PERIMETERS, binary, real_data, serving_folder

COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 400_000
NEAR_M = 60
STEP_DEG = (0.00027, 0.00018)  # some 20 m
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def grid(path, count):
    """Parcels of eight corners, in communes 90001 to 90101, on a grid around Belfort."""
    side = int(count**0.5) + 1
    turns = [(np.cos(at), np.sin(at)) for at in np.linspace(0, 2 * np.pi, 9)]
    with gzip.open(path, "wt", encoding="utf-8", compresslevel=1) as text:
        text.write('{"type":"FeatureCollection","features":[\n')
        for place in range(count):
            section, number = divmod(place // 101, 9999)
            identifier = f"{90001 + place % 101}000{LETTERS[section // 26 % 26]}{LETTERS[section % 26]}{number + 1:04}"
            lon, lat = 6.4 + place % side * STEP_DEG[0], 47.2 + place // side * STEP_DEG[1]
            ring = ",".join(f"[{lon + 0.00012 * cos:.7f},{lat + 0.00008 * sin:.7f}]" for cos, sin in turns)
            commune, prefix, parcel = identifier[:5], identifier[5:8], identifier[10:].lstrip("0")
            text.write(
                f'{"," if place else ""}{{"type":"Feature","id":"{identifier}","geometry":{{"type":"Polygon","coordinates":[[{ring}]]}},'
                f'"properties":{{"id":"{identifier}","commune":"{commune}","prefixe":"{prefix}","section":"{identifier[8:10]}","numero":"{parcel}",'
                '"contenance":300,"arpente":false,"created":"2004-03-18","updated":"2021-06-01"}}\n'
            )
        text.write("]}\n")


def imported(data, option, *files):
    # By a small process: the peak of a child counts the memory of the one that it was forked from.
    command = ["/usr/bin/time", "-f", "%e %M %U %S", binary(), "data", "import", "--data", data, "--quiet", option, *files]
    ended = subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True)
    seconds, peak_kb, user, system = map(float, ended.stderr.split()[-4:])
    return seconds, peak_kb / 1024, user + system


def asked(server, questions):
    """Milliseconds of each question."""
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(server.url).netloc)
    for text in questions:
        body = json.dumps({"q": text, "vintage": "2024"}).encode()
        begun = time.perf_counter()
        connection.request("POST", "/api/v1/check", body, {"content-type": "application/json"})
        answer = connection.getresponse().read()
        yield 1000 * (time.perf_counter() - begun), b'"site"' in answer


def main():
    folder = real_data()
    with tempfile.TemporaryDirectory() as work:
        work = pathlib.Path(work)
        data = work / "data"
        rows = [row for row in read_addresses(folder / "addresses" / "adresses-90.csv.gz", "90") if row["numero"] not in ("", "0")]
        x, y = Transformer.from_crs(4326, 2154, always_xy=True).transform(*([float(row[axis]) for row in rows] for axis in ("lon", "lat")))
        made = plots(x, y, [row["code_insee"] for row in rows])
        for row, plot in zip(rows, made):
            row["cad_parcelles"] = plot.id
        write_addresses(work / "adresses-90.csv.gz", rows)
        subprocess.run([binary(), "data", "import", "--data", data, "--quiet", "--vintage", "2024", folder / PERIMETERS["2024"]], check=True, stdout=subprocess.DEVNULL)  # fmt: skip
        imported(data, "--addresses", work / "adresses-90.csv.gz")
        zones = gpd.read_file(folder / PERIMETERS["2024"])
        lines = shapely.boundary(zones[zones.insee_dep.astype(str) == "90"].to_crs(LEGAL_CRS["90"]).geometry.values)
        near = np.unique(shapely.STRtree(lines).query(shapely.points(x, y), predicate="dwithin", distance=NEAR_M)[0])
        questions = [f"{rows[i]['numero']} {rows[i]['rep']} {rows[i]['nom_voie']} {rows[i]['code_postal']} {rows[i]['nom_commune']}" for i in near]
        measure(data, questions, "without parcels")
        file = work / "cadastre-90-parcelles-grille.json.gz"
        grid(file, COUNT)
        seconds, peak_mb, processor = imported(data, "--parcels", file)
        stored = sum(path.stat().st_size for path in (data / "objects").glob("*.footprints"))
        print(f"{COUNT} parcels ({file.stat().st_size / 1e6:.0f} MB gzipped): {seconds:.1f} s, {processor:.1f} s of processor, {peak_mb:.0f} MB; {stored / COUNT:.0f} bytes each")
        parcels, buildings = write_ground(work, "90", made)
        seconds, peak_mb, _ = imported(data, "--parcels", parcels)
        print(f"{len(made)} parcels of another file beside them: {seconds:.1f} s, {peak_mb:.0f} MB")
        imported(data, "--buildings", buildings)
        measure(data, questions, "with parcels and buildings")


def measure(data, questions, what):
    begun = time.perf_counter()
    with serving_folder(data) as server:
        start_ms = 1000 * (time.perf_counter() - begun)
        list(asked(server, questions[:100]))
        times, sites = zip(*asked(server, questions))
        p50, p99 = np.percentile(times, [50, 99])
        lines = pathlib.Path(f"/proc/{server.pid}/status").read_text().splitlines()
        anonymous = int(next(line.split()[1] for line in lines if line.startswith("RssAnon"))) / 1024
        print(f"{what}: start {start_ms:.0f} ms; {len(times)} addresses near a line, {sum(sites)} with a site: p50 {p50:.2f} ms, p99 {p99:.2f} ms; {anonymous:.0f} MB anonymous")


main()
