"""The table "Over HTTP" in docs/benchmarks.md: requests of `qpv serve` against those of a bare axum handler.

Usage: bench_http.py [RUNS [SECONDS]]. Needs wrk, the real data, no other load, and
`cargo build --profile dist -p qpv-http --example bare`. Both servers are up and are driven in turn, RUNS times each. The bare
one answers as many bytes as the real one on average. wrk runs on the same cores as the server it drives.
"""

import contextlib
import json
import pathlib
import random
import statistics
import subprocess
import sys
import urllib.request

from qpv_under_test import PERIMETERS, binary, real_data, serving
from wrk_under_test import driven, wrk_script

RUNS = int(sys.argv[1]) if len(sys.argv) > 1 else 5
SECONDS = int(sys.argv[2]) if len(sys.argv) > 2 else 5
POINTS = 4_000
CONNECTIONS = 64
LIST = 20


def points():
    """Points of metropolitan France, half of them within about 1 km of a perimeter's vertex."""
    chance = random.Random(1)
    features = json.loads((real_data() / PERIMETERS["2024"]).read_text())["features"]
    outlines = [vertices(feature["geometry"]["coordinates"]) for feature in features]
    near = [outline for outline in outlines if -5 < outline[0][0] < 10 and 41 < outline[0][1] < 52]
    for _ in range(POINTS // 2):
        lon, lat = chance.choice(chance.choice(near))
        yield round(lon + chance.uniform(-0.01, 0.01), 6), round(lat + chance.uniform(-0.01, 0.01), 6)
        yield round(chance.uniform(0, 5), 6), round(chance.uniform(44, 48.5), 6)


def vertices(coordinates):
    """The [lon, lat] of a GeoJSON geometry, however nested."""
    if isinstance(coordinates[0], (int, float)):
        return [coordinates]
    return [vertex for part in coordinates for vertex in vertices(part)]


def length(url, line):
    """Bytes of the answer to a request."""
    method, path, *body = line.split(" ", 2)
    content = body[0].encode() if body else None
    request = urllib.request.Request(url + path, content, {"content-type": "application/json"}, method=method)
    with urllib.request.urlopen(request) as answer:
        return len(answer.read())


@contextlib.contextmanager
def bare(size):
    """The address and process id of a bare server whose answers have this many bytes."""
    program = pathlib.Path(binary()).parent / "examples" / "bare"
    process = subprocess.Popen([program, str(size)], stdout=subprocess.PIPE, text=True)
    try:
        yield process.stdout.readline().strip(), process.pid
    finally:
        process.terminate()
        process.wait()


def say(what, results):
    rates = [result["rate"] for result in results]
    median = lambda name: statistics.median(result[name] for result in results)
    extremes = f"({min(rates):.0f} to {max(rates):.0f})"
    times = f"p50 {median('p50_ms'):.2f} ms, p99 {median('p99_ms'):.2f} ms, processor {median('cpu_us'):.1f} us/request"
    print(f"{what:6s} {median('rate'):8.0f} requests/s {extremes:18s} {times}")
    return median("rate")


def compared(what, server, lines):
    """Drives both servers in turn with the same requests."""
    with wrk_script(lines) as script:
        size = round(statistics.mean(length(server.url, line) for line in lines[:500]))
        with bare(size) as (url, pid):
            drive = lambda url, pid: driven(url, pid, script, CONNECTIONS, SECONDS)
            turns = [(drive(url, pid), drive(server.url, server.pid)) for _ in range(RUNS)]
    print(f"{what}, {CONNECTIONS} connections, answers of {size} bytes, {RUNS} turns of {SECONDS} s")
    reference = say("bare", [turn[0] for turn in turns])
    print(f"ratio  {say('qpv', [turn[1] for turn in turns]) / reference:.3f}")


asked = list(points())
lists = [{"points": asked[start : start + LIST]} for start in range(0, len(asked), LIST)]
with serving("2015", "2024") as server:
    compared("GET /api/v1/zones", server, [f"GET /api/v1/zones?lon={lon}&lat={lat}" for lon, lat in asked])
    compared(
        f"POST /api/v1/zones, lists of {LIST}",
        server,
        [f"POST /api/v1/zones {json.dumps(body, separators=(',', ':'))}" for body in lists],
    )
