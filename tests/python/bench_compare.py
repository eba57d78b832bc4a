"""The comparison of vintages: the whole country, one commune, and memory.

Usage: bench_compare.py [RUNS]. The whole country is kept once compared, so each run is a server of its own. Prints the median and
the extremes. Needs the real data, and no other load.
"""

import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

from qpv_under_test import PERIMETERS, binary, real_data, serving_folder

RUNS = int(sys.argv[1]) if len(sys.argv) > 1 else 10


def timed(server, query):
    """Milliseconds until an answer is read."""
    begun = time.perf_counter()
    server.get(f"/api/v1/compare?from=2015&to=2024{query}")
    return 1e3 * (time.perf_counter() - begun)


def run(data):
    """The country at first and again, a hundred times a commune (its median), in ms; and the peak of memory in MB."""
    with serving_folder(data) as server:
        server.get("/ready")
        first = timed(server, "")
        communes = [timed(server, "&insee=61169") for _ in range(100)]
        again = timed(server, "")
        status = pathlib.Path(f"/proc/{server.pid}/status").read_text()
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return first, again, statistics.median(communes), int(peak.split()[1]) / 1024


def say(what, values, unit):
    print(f"{what:45s} {statistics.median(values):8.1f} {unit} ({min(values):.1f} to {max(values):.1f})")


with tempfile.TemporaryDirectory() as data:
    for vintage, file in PERIMETERS.items():
        command = [binary(), "data", "import", "--data", data, "--quiet", "--vintage", vintage, str(real_data() / file)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    firsts, agains, communes, peaks = zip(*(run(data) for _ in range(RUNS)))
say("the whole country, the answer read", firsts, "ms")
say("the whole country, again", agains, "ms")
say("one commune", communes, "ms")
say("peak memory of the server", peaks, "MB")
