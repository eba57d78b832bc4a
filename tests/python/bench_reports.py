"""Reports a minute, for "How fast are reports?" in docs/benchmarks.md: `POST /api/v1/reports` on the fictional town, and their mean size.

Usage: bench_reports.py [SECONDS] [CLIENTS]. Needs `make dist` and no other load. The clients run in this process and take some
of the processor too: the figure is the least of what the service does.
"""

import http.client
import json
import sys
import tempfile
import threading
import time
from urllib.parse import urlsplit

from qpv_under_test import serving_folder

SECONDS = float(sys.argv[1]) if len(sys.argv) > 1 else 20
CLIENTS = int(sys.argv[2]) if len(sys.argv) > 2 else 4


def ask(url, number, end, done):
    """Asks for reports on the numbers of a street until the end; notes the size of each."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc)
    turn = 0
    while time.perf_counter() < end:
        body = json.dumps({"q": f"{1 + turn % 40} rue des Cordiers Port-Fictif", "vintage": "2024", "about": f"{number}-{turn}"})
        connection.request("POST", "/api/v1/reports", body, {"content-type": "application/json"})
        answer = connection.getresponse()
        pdf = answer.read()
        if answer.status != 200:
            sys.exit(f"{answer.status}: {pdf[:200]}")
        done.append(len(pdf))
        turn += 1


with tempfile.TemporaryDirectory() as data, serving_folder(data) as server:
    done = []
    ask(server.url, 0, time.perf_counter() + 1, [])
    end = time.perf_counter() + SECONDS
    clients = [threading.Thread(target=ask, args=(server.url, number, end, done)) for number in range(CLIENTS)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    print(f"{len(done) * 60 / SECONDS:.0f} reports a minute, {sum(done) / len(done) / 1024:.0f} kB each, {CLIENTS} clients")
