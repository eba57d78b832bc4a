"""The table of "How does it grow?" in docs/benchmarks.md: a file of BANO as large as the country, imported, served and
queried over HTTP.

Usage: bench_national.py FILE, which `cargo run --profile dist -p qpv-addresses --example scale 162 --write FILE` makes of the
shared metropolitan files. Prints the time and memory of the import, the size of the index, requests a second, p99 and
the anonymous memory of the server after them. Needs wrk, 5 GB of disk, `make dist`, no other load.
"""

import csv
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time
import urllib.parse

from qpv_under_test import binary, serving_folder
from wrk_under_test import driven, wrk_script

QUESTIONS = 4_000
SECONDS = 20


def drawn(path):
    """Rows at random places of the file."""
    draw, size = random.Random(1), os.path.getsize(path)
    with open(path, "rb") as table:
        while True:
            table.seek(draw.randrange(size - 1000))
            table.readline()
            row = next(csv.reader([table.readline().decode()]))
            if row[1]:
                yield row


def faulty(name):
    """A street name less one letter."""
    middle = len(name) * 2 // 3
    return name[:middle] + name[middle + 1 :]


def anonymous_mb(pid):
    lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("RssAnon"))) / 1024


def main(path):
    rows = [row for row, _ in zip(drawn(path), range(QUESTIONS))]
    asked = {
        "with the commune": [f"{number} {faulty(street)} {postcode} {city}" for _, number, street, postcode, city, *_ in rows],
        "without the commune": [f"{number} {faulty(street)}" for _, number, street, *_ in rows],
    }
    with tempfile.TemporaryDirectory(dir=pathlib.Path(path).parent) as data:
        begun = time.perf_counter()
        process = subprocess.Popen([binary(), "data", "import", "--data", data, "--quiet", "--addresses", path])
        _, status, usage = os.wait4(process.pid, 0)
        if status:
            sys.exit("the import failed")
        index = next(pathlib.Path(data, "objects").glob("*.addresses")).stat().st_size
        print(f"import {time.perf_counter() - begun:.0f} s, {usage.ru_maxrss / 1024:.0f} MB at most, index {index / 1e6:.0f} MB")
        with serving_folder(data) as server:
            print(f"served: {anonymous_mb(server.pid):.0f} MB of anonymous memory before any question")
            for name, questions in asked.items():
                paths = ["/search?" + urllib.parse.urlencode(dict(q=question, limit=5, autocomplete=0)) for question in questions]
                with wrk_script([f"GET {path}" for path in paths]) as script:
                    for connections in (1, 4):
                        driven(server.url, server.pid, script, connections, 5)
                        run = driven(server.url, server.pid, script, connections, SECONDS)
                        print(
                            f"{name}, {connections} connections: {run['rate']:.0f} requests/s, p50 {run['p50_ms']:.2f} ms, "
                            f"p99 {run['p99_ms']:.2f} ms; {anonymous_mb(server.pid):.0f} MB of anonymous memory",
                            flush=True,
                        )


main(sys.argv[1])
