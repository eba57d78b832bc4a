"""The tables of "Does it last?" in docs/benchmarks.md: a mix of requests for hours, and more of them than the server can answer.

Usage: bench_load.py [MINUTES]. Needs wrk, the real data, no other load. First the capacity: the rate of the mix with as many
requests as the server takes. Then 70 % of it for MINUTES (60 by default), each minute with its errors, latencies and the server's
anonymous memory. Then a ramp to four times the capacity. The users are connections that wait between two requests; wrk runs on
the same cores as the server.
"""

import csv
import json
import pathlib
import random
import subprocess
import sys
import tempfile
import time

from qpv_under_test import PERIMETERS, binary, real_data, serving_folder
from wrk_under_test import driven, wrk_script

MINUTES = int(sys.argv[1]) if len(sys.argv) > 1 else 60
SECONDS = 60
# A shorter trial has shorter "minutes" than none at all.
WARM_MINUTES = min(10, MINUTES // 3)
DEPARTMENTS = ("52", "90")
REQUESTS = 4_000
# Users of 70, 100, 200 and 400 % of the capacity fit the 512 connections that a server has open at once.
USERS_AT_CAPACITY = 100
RAMP = (1, 2, 3, 4)
# Of a hundred requests; the lists are of 20 addresses.
MIX = {"check": 40, "zones": 25, "suggestion": 15, "tile": 15, "list": 5}


def addresses():
    """Number, street, postcode, city, latitude and longitude of published addresses."""
    for department in DEPARTMENTS:
        with open(real_data() / "addresses" / f"bano-{department}.csv", encoding="utf-8") as file:
            for row in csv.reader(file):
                yield row[1], row[2], row[3], row[4], float(row[6]), float(row[7])


def line(kind, chance, known):
    """A request of this kind."""
    number, street, postcode, city, lat, lon = chance.choice(known)
    written = f"{number} {street} {postcode} {city}"
    if kind == "check":
        return f"POST /api/v1/check {json.dumps({'q': written})}"
    if kind == "zones":
        return f"GET /api/v1/zones?lon={lon:.6f}&lat={lat:.6f}"
    if kind == "suggestion":
        return f"POST /api/v1/suggest {json.dumps({'q': written[: chance.randint(3, 20)]})}"
    if kind == "tile":
        zoom = chance.choice((8, 10, 12))
        column, row = int((lon + 180) / 360 * 2**zoom), int(2**zoom * 0.35) + chance.randint(-1, 1)
        return f"GET /tiles/qpv-2024/{zoom}/{column}/{row}"
    rows = "\\n".join(" ".join(chance.choice(known)[:4]).replace('"', "") for _ in range(20))
    head = '--edge\\nContent-Disposition: form-data; name="data"; filename="a.csv"\\n\\n'
    return f"POST /search/csv {head}adresse\\n{rows}\\n--edge--\\n"


def mix():
    """Requests in the shares of the mix, in any order."""
    chance, known = random.Random(1), list(addresses())
    kinds = [kind for kind, share in MIX.items() for _ in range(share * REQUESTS // 100)]
    chance.shuffle(kinds)
    return [line(kind, chance, known) for kind in kinds]


def anonymous_mb(pid):
    """The memory of a process that is no file's, MB."""
    sums = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(row.split()[1]) for row in sums if row.startswith("Anonymous:")) / 1024


def pause_ms(rate):
    """The mean pause of each of the users at capacity, so that all together ask at this rate."""
    return max(1.0, 1e3 * USERS_AT_CAPACITY / rate)


def counted(run):
    """The faults of a run: errors that the server answered, answers of more than 2 s, and all with those of connections."""
    return f"{run['faults']} faults ({run['refused']} refused, {run['late']} late)"


def last(server, lines, capacity):
    """Drives the server at 70 % of its capacity, minute by minute."""
    minutes = []
    with wrk_script(lines, pause_ms(capacity)) as script:
        for minute in range(1, MINUTES + 1):
            users = max(1, round(0.7 * USERS_AT_CAPACITY))
            run = driven(server.url, server.pid, script, users, SECONDS, may_fail=True) | {"mb": anonymous_mb(server.pid)}
            minutes.append(run)
            times = f"p50 {run['p50_ms']:.2f} ms, p99 {run['p99_ms']:.2f} ms"
            print(f"minute {minute:3d}: {run['rate']:7.0f} requests/s, {counted(run)}, {times}, {run['mb']:.1f} MB", flush=True)
    settled = minutes[WARM_MINUTES:] or minutes
    half = max(1, len(settled) // 2)
    mean = lambda runs, name: sum(run[name] for run in runs) / len(runs)
    hours = max(1, len(settled) - 1) * SECONDS / 3600
    growth = 100 * (settled[-1]["mb"] / settled[0]["mb"] - 1) / hours
    drift = 100 * (mean(settled[-half:], "p99_ms") / mean(settled[:half], "p99_ms") - 1)
    faults, requests = sum(run["faults"] for run in minutes), sum(run["requests"] for run in minutes)
    print(f"{MINUTES} minutes: {requests} requests, {faults} faults")
    print(f"after {WARM_MINUTES} minutes: memory {growth:+.1f} % an hour, p99 {drift:+.1f} % from the first half to the second")


def ramp(server, lines, capacity):
    """Drives the server with up to four times what it can bear."""
    rates = []
    with wrk_script(lines, pause_ms(capacity)) as script:
        for times in RAMP:
            run = driven(server.url, server.pid, script, times * USERS_AT_CAPACITY, 20, may_fail=True)
            good = run["rate"] * (1 - run["faults"] / max(1, run["requests"]))
            rates.append(good)
            print(f"{times} x capacity: {good:7.0f} good answers/s, {counted(run)}, p99 {run['p99_ms']:.2f} ms", flush=True)
    print(f"kept at {RAMP[-1]} x: {100 * rates[-1] / max(rates):.0f} % of the best")


def imported(data):
    """Imports the perimeters and the addresses."""
    command = [binary(), "data", "import", "--data", data, "--quiet"]
    for vintage, file in PERIMETERS.items():
        subprocess.run([*command, "--vintage", vintage, real_data() / file], check=True, stdout=subprocess.DEVNULL)
    for department in DEPARTMENTS:
        file = real_data() / "addresses" / f"bano-{department}.csv"
        subprocess.run([*command, "--addresses", file], check=True, stdout=subprocess.DEVNULL)


with tempfile.TemporaryDirectory() as data:
    imported(data)
    lines = mix()
    with serving_folder(data) as server:
        with wrk_script(lines) as script:
            # Once through all of them first: indexes and tiles are made when they are first asked for.
            driven(server.url, server.pid, script, 32, 10)
            full = driven(server.url, server.pid, script, 32, 20)
        print(f"capacity: {full['rate']:.0f} requests/s, processor {full['cpu_us']:.0f} us/request, {time.strftime('%H:%M')}")
        last(server, lines, full["rate"])
        ramp(server, lines, full["rate"])
