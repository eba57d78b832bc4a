"""The table "Through nginx" in docs/benchmarks.md: one replica asked directly, then one, two and three behind nginx.

Usage: bench_replicas.py [RUNS [SECONDS]]. Needs wrk, nginx, and the real data. The set-ups are driven in turn, RUNS times each, and
all of them share the cores of this machine with wrk: rates show what nginx costs, not what replicas on machines of their own
would add. Processor times a request are those of all replicas together, and of nginx.
"""

import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

from nginx_under_test import balancer, free_port, nginx, replicas
from qpv_under_test import PERIMETERS, binary, real_data
from wrk_under_test import cpu_seconds, driven, wrk_script

RUNS = int(sys.argv[1]) if len(sys.argv) > 1 else 3
SECONDS = int(sys.argv[2]) if len(sys.argv) > 2 else 4
REQUESTS = 4_000
CONNECTIONS = 32


def imported(data):
    """A data folder with both vintages and the addresses of a department; those are returned as texts, with positions."""
    folder = real_data()
    command = [binary(), "data", "import", "--data", data, "--quiet"]
    for vintage, file in PERIMETERS.items():
        subprocess.run([*command, "--vintage", vintage, folder / file], check=True, stdout=subprocess.DEVNULL)
    addresses = folder / "addresses" / "bano-90.csv"
    subprocess.run([*command, "--addresses", addresses], check=True, stdout=subprocess.DEVNULL)
    rows = [line.split(",") for line in addresses.read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows if len(row) == 8]
    return rows[:: max(1, len(rows) // REQUESTS)][:REQUESTS]


def loads(rows):
    """The requests of each kind, as wrk_script takes them."""
    points = [f"GET /api/v1/zones?lon={row[7]}&lat={row[6]}" for row in rows]
    texts = [f"{row[1]} {row[2]} {row[3]} {row[4]}" for row in rows]
    return {
        "GET /api/v1/zones": points,
        "POST /api/v1/check, an address": ["POST /api/v1/check " + json.dumps({"q": text}) for text in texts],
    }


def workers(port):
    """The processes of nginx that listen at a port of this machine."""
    listed = subprocess.run(["ss", "-Hltnp", f"sport = :{port}"], check=True, capture_output=True, text=True).stdout
    return {int(part.split(",")[0]) for part in listed.split("pid=")[1:]}


def measured(port, script, servers, is_proxied):
    """The rate, and microseconds of processor time a request of the replicas and of nginx."""
    groups = {"replicas_us": [server.process.pid for server in servers], "nginx_us": workers(port) if is_proxied else []}
    before = {name: sum(map(cpu_seconds, group)) for name, group in groups.items()}
    result = driven(f"http://127.0.0.1:{port}", None, script, CONNECTIONS, SECONDS)
    for name, group in groups.items():
        result[name] = 1e6 * (sum(map(cpu_seconds, group)) - before[name]) / result["requests"]
    return result


def main():
    with tempfile.TemporaryDirectory() as data:
        rows = imported(data)
        ports = [free_port() for _ in range(3)]
        # All replicas read one folder: the files are mapped once.
        with replicas([pathlib.Path(data)] * 3) as servers:
            configurations = []
            for count, port in enumerate(ports, 1):
                # Two servers of one file cannot share their names.
                text = balancer([server.port for server in servers[:count]], port, rated=False)
                configurations.append(text.replace("qpv_", f"qpv{count}_").replace("http://qpv;", f"http://qpv{count};")
                    .replace("upstream qpv {", f"upstream qpv{count} {{").replace("log_format qpv ", f"log_format qpv{count} "))
            with nginx(*configurations):
                setups = {"one replica, directly": (servers[0].port, servers[:1], False)}
                for count, port in enumerate(ports, 1):
                    setups[f"nginx and {count}"] = (port, servers[:count], True)
                for what, lines in loads(rows).items():
                    compare(what, lines, setups)


def compare(what, lines, setups):
    results = {name: [] for name in setups}
    with wrk_script(lines) as script:
        # wrk asks by IP address, which replicas always answer to.
        for _ in range(RUNS):
            for name, (port, servers, is_proxied) in setups.items():
                results[name].append(measured(port, script, servers, is_proxied))
    direct = statistics.median(result["rate"] for result in results["one replica, directly"])
    print(f"{what}, {RUNS} runs of {SECONDS} s, {CONNECTIONS} connections")
    for name, runs in results.items():
        median = {key: statistics.median(run[key] for run in runs) for key in runs[0]}
        print(
            f"  {name:24s} {median['rate']:8.0f} requests/s ({median['rate'] / direct:4.0%}), p99 {median['p99_ms']:6.2f} ms, "
            f"processor {median['replicas_us']:6.1f} us/request of the replicas, {median['nginx_us']:5.1f} of nginx"
        )


main()
