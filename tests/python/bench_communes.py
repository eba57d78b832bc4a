"""The table "Communes" in docs/benchmarks.md: the sheets of all communes over one connection, the memory and the start.

Usage: bench_communes.py [STARTS]. Needs the real data and no other load. Every sheet must have a name, both vintages complete
and no doubt, or the bench fails.
"""

import csv
import http.client
import json
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse

from qpv_under_test import PERIMETERS, ROOT, binary, real_data, serving_folder

STARTS = int(sys.argv[1]) if len(sys.argv) > 1 else 15


def communes():
    with open(ROOT / "geodata" / "communes.csv", encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter=";", quoting=csv.QUOTE_NONE)
        return [row["code"] for row in rows if row["kind"] == "commune"]


def memory_mb(pid, name):
    with open(f"/proc/{pid}/status") as status:
        line = next(line for line in status if line.startswith(name + ":"))
    return int(line.split()[1]) / 1024


def sheets(server, codes):
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(server.url).netloc)
    begin, faults, size = time.perf_counter(), [], 0
    for code in codes:
        connection.request("GET", f"/api/v1/communes/{code}")
        body = connection.getresponse().read()
        size += len(body)
        answer = json.loads(body)
        complete = all(vintage["complete"] for vintage in answer["qpv"])
        if not (answer["lib_com"] and complete and not answer["unmatched"]):
            faults.append(code)
    return time.perf_counter() - begin, size, faults


def start(data):
    begin = time.perf_counter()
    command = [binary(), "serve", "--data", data, "--quiet", "--listen", "127.0.0.1:0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    process.stdout.readline()
    taken = time.perf_counter() - begin
    memory = memory_mb(process.pid, "VmRSS")
    process.terminate()
    process.wait()
    return taken * 1000, memory


def main():
    folder, codes = real_data(), communes()
    with tempfile.TemporaryDirectory() as data:
        for vintage, file in PERIMETERS.items():
            command = [binary(), "data", "import", "--data", data, "--quiet", "--vintage", vintage, str(folder / file)]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        starts, memories = zip(*(start(data) for _ in range(STARTS)))
        print(f"start: {statistics.median(starts):.0f} ms (least {min(starts):.0f}), {statistics.median(memories):.1f} MB")
        with serving_folder(data) as server:
            taken, size, faults = sheets(server, codes)
            resident, most = (memory_mb(server.pid, name) for name in ("VmRSS", "VmHWM"))
    print(f"{len(codes)} sheets: {taken:.1f} s, {len(codes) / taken:.0f} a second, {size / len(codes):.0f} bytes each")
    print(f"memory after: {resident:.1f} MB, at most {most:.1f} MB")
    if faults:
        sys.exit(f"FAILED: {len(faults)} sheets without a sure answer: {', '.join(faults[:20])}")


if __name__ == "__main__":
    main()
