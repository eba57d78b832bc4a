"""The table "With zonings" in docs/benchmarks.md: requests and lists with one zoning loaded, and with five.

Usage: bench_zonings.py [RUNS [SECONDS]]. Needs wrk, the real data, no other load. The zonings are the perimeters of
Île-de-France, each time a little farther east. Servers with none, one and five of them are up at once and driven in turn;
rates are the highest of the runs and processor times the lowest, for a load beside them can only worsen both.
"""

import contextlib
import json
import pathlib
import random
import resource
import subprocess
import sys
import tempfile
import time

from qpv_under_test import PERIMETERS, binary, real_data, serving_folder
from wrk_under_test import cpu_seconds, driven, wrk_script

RUNS = int(sys.argv[1]) if len(sys.argv) > 1 else 5
SECONDS = int(sys.argv[2]) if len(sys.argv) > 2 else 3
CONNECTIONS = 64
LIST = 20
ROWS = 400_000
SHIFT_DEG = 0.0001


def main():
    features = json.loads((real_data() / PERIMETERS["2024"]).read_text())["features"]
    areas = [feature for feature in features if feature["properties"]["insee_reg"] == "11" and encloses(feature)]
    points = list(near(areas, 4_000))
    with tempfile.TemporaryDirectory() as folder:
        data = {count: furnished(pathlib.Path(folder, str(count)), areas, count) for count in (0, 1, 5)}
        lists = [points[at : at + LIST] for at in range(0, len(points), LIST)]
        requests = {
            "GET, one point inside": ["GET /api/v1/zones?lon=2.3873111&lat=48.9177351"],
            "GET, points near perimeters": [f"GET /api/v1/zones?lon={lon}&lat={lat}" for lon, lat in points],
            "POST, lists of 20": ["POST /api/v1/zones " + json.dumps({"points": some}) for some in lists],
        }
        with contextlib.ExitStack() as stack:
            servers = {count: stack.enter_context(serving_folder(path)) for count, path in data.items()}
            for server in servers.values():
                rest(server)
            for what, lines in requests.items():
                say(what, drive(servers, lines))
        table = pathlib.Path(folder, "points.csv")
        rows = (f"{row},{lon},{lat}" for row, (lon, lat) in zip(range(ROWS), points * (ROWS // len(points))))
        table.write_text("id,lon,lat\n" + "\n".join(rows) + "\n")
        seconds = {count: batch(data[5], table, names) for count, names in ((0, ""), (1, "z1"), (5, "all"))}
        say(f"qpv batch, {ROWS} rows", {count: (ROWS / spent, 1e6 * spent / ROWS) for count, spent in seconds.items()})


def encloses(feature):
    """Whether every part of an area has an inside: some of the generalised file have none."""
    return all(len({tuple(vertex) for vertex in part[0]}) > 2 for part in feature["geometry"]["coordinates"])


def near(areas, count):
    """Points within about 1 km of a vertex."""
    chance = random.Random(1)
    for _ in range(count):
        lon, lat = chance.choice(chance.choice(chance.choice(areas)["geometry"]["coordinates"])[0])
        yield round(lon + chance.uniform(-0.01, 0.01), 6), round(lat + chance.uniform(-0.01, 0.01), 6)


def furnished(data, areas, count):
    """A folder with both vintages and some zonings."""
    command = [binary(), "data", "import", "--data", data, "--quiet"]
    for vintage, file in PERIMETERS.items():
        run([*command, "--vintage", vintage, real_data() / file])
    for number in range(1, count + 1):
        moved = [moved_feature(feature, number) for feature in areas]
        layer = data / f"z{number}.geojson"
        layer.write_text(json.dumps({"type": "FeatureCollection", "features": moved}))
        label = ["--label", f"Zone numéro {number}", "--valid-from", "2024-01-01"]
        run([*command, "--zoning", f"z{number}", layer, *label])
    return data


def moved_feature(feature, number):
    shift = SHIFT_DEG * (number - 1)
    parts = feature["geometry"]["coordinates"]
    parts = [[[[lon + shift, lat] for lon, lat in ring] for ring in part] for part in parts]
    names = {"code": f"Z{number}{feature['properties']['code_qp']}", "nom": feature["properties"]["lib_qp"]}
    return {"type": "Feature", "properties": names, "geometry": {"type": "MultiPolygon", "coordinates": parts}}


def run(command):
    subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL)


def rest(server):
    """Waits until the layers of maps are drawn, which a server does after its start."""
    before = -1.0
    while cpu_seconds(server.pid) - before > 0.01:
        before = cpu_seconds(server.pid)
        time.sleep(0.5)


def drive(servers, lines):
    """The rate and the processor time of a request, in microseconds, by the number of zonings."""
    with wrk_script(lines) as script:
        results = [
            (count, driven(server.url, server.pid, script, CONNECTIONS, SECONDS))
            for _ in range(RUNS)
            for count, server in servers.items()
        ]
    return {
        count: (
            max(result["rate"] for of, result in results if of == count),
            min(result["cpu_us"] for of, result in results if of == count),
        )
        for count in servers
    }


def batch(data, table, names):
    """The least processor time of a list, seconds."""
    command = [binary(), "batch", "--data", data, "--quiet", "--zonings", names, table, "-o", data / "out.csv", "--force"]
    times = []
    for _ in range(RUNS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        # Some rows are undetermined: their coordinates are rounded.
        subprocess.run([str(part) for part in command], stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(times)


def say(what, results):
    cells = ", ".join(f"{count}: {rate:.0f}/s {cpu:.2f} us" for count, (rate, cpu) in results.items())
    rates, times = results[5][0] / results[1][0], results[1][1] / results[5][1]
    print(f"{what}: {cells}; five to one: rate {rates:.0%}, processor time {times:.0%}", flush=True)


if __name__ == "__main__":
    main()
