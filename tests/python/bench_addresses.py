"""The tables of "How right and fast are addresses?" in docs/benchmarks.md: `/search` beside addok, on the same questions,
in the same run.

Usage: bench_addresses.py QUERIES_PY [ADDOK_URL]. QUERIES_PY is the peers' `queries.py`, which draws 4,000 questions from
the shared addresses; addok runs already (the peers' `run.sh`). Needs wrk, the real data, `make dist`, no other load.
"""

import collections
import json
import math
import pathlib
import random
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

from qpv_under_test import binary, real_data, serving_folder
from wrk_under_test import driven, wrk_script

SEEDS = 3
TURNS = 3
SECONDS = 5
CONNECTIONS = 4
RIGHT_M = 30
QUERIES = pathlib.Path("/tmp/queries.json")


def files():
    return sorted(map(str, (real_data() / "addresses").glob("bano-*.csv")))


def questions(script, seed):
    """The peers' questions, with the positions of the addresses they were drawn from."""
    subprocess.run([sys.executable, script, str(seed), *files()], check=True)
    return json.loads(QUERIES.read_text())


def path(question, **parameters):
    return "/search?" + urllib.parse.urlencode(dict(q=question, limit=1, autocomplete=0, **parameters))


def right(url, asked):
    """Whether the first answer is the address, by question."""
    for question in asked:
        with urllib.request.urlopen(url + path(question["q"])) as answer:
            features = json.load(answer)["features"]
        if not features:
            yield question, None, False
            continue
        lon, lat = features[0]["geometry"]["coordinates"]
        east = (lon - question["lon"]) * math.cos(math.radians(lat))
        off = math.hypot(east, lat - question["lat"]) * 111_195
        yield question, features[0]["properties"]["score"], off < RIGHT_M


def shares(name, url, asked):
    """Prints the share of right answers by kind of question; answers (score, right) of each."""
    all_of, right_of, scores = collections.Counter(), collections.Counter(), []
    for question, score, is_right in right(url, asked):
        all_of[question["kind"]] += 1
        right_of[question["kind"]] += is_right
        scores.append((score, is_right))
    text = ", ".join(f"{kind} {100 * right_of[kind] / all_of[kind]:.1f} %" for kind in all_of)
    print(f"{name:6s} {text}")
    return scores


def calibration(scores):
    """Prints what share of the answers in each range of scores is right."""
    for low, high in [(0.0, 0.5), (0.5, 0.7), (0.7, 0.8), (0.8, 0.9), (0.9, 0.95), (0.95, 1.01)]:
        found = [is_right for score, is_right in scores if score is not None and low <= score < high]
        if found:
            print(f"score {low:.2f} to {min(high, 1):.2f}: {len(found):6d} answers, {100 * sum(found) / len(found):.1f} % right")


def rates(what, servers, lines, connections):
    """Drives the servers in turn with the same requests; prints each one's median."""
    medians = {}
    with wrk_script(lines) as script:
        turns = [{name: driven(url, pid, script, connections, SECONDS) for name, (url, pid) in servers.items()} for _ in range(TURNS)]
    for name in servers:
        ordered = sorted(turns, key=lambda turn: turn[name]["rate"])
        middle = ordered[TURNS // 2][name]
        medians[name] = middle["rate"]
        print(f"{what}: {name:6s} {middle['rate']:8.0f} requests/s, p50 {middle['p50_ms']:.2f} ms, p99 {middle['p99_ms']:.2f} ms")
    return medians


def prefixes(asked):
    """Every beginning of 500 addresses, from three letters on."""
    for question in random.Random(1).sample(asked, 500):
        text = f"{question['number']} {question['street']} {question['city']}"
        for end in range(3, len(text) + 1):
            yield "/search?" + urllib.parse.urlencode(dict(q=text[:end], limit=5, autocomplete=1))


def best(url, question):
    """The first answer's properties, or None."""
    with urllib.request.urlopen(url + path(question)) as answer:
        features = json.load(answer)["features"]
    return features[0]["properties"] if features else None


def without_answer(asked):
    """Prints what is answered to questions for one department when only the others are loaded, and to numbers that do
    not exist."""
    scores = collections.Counter()
    for left_out in files():
        department = pathlib.Path(left_out).stem.removeprefix("bano-")
        questions = [question for question in asked if question["citycode"].startswith(department)][:300]
        with tempfile.TemporaryDirectory() as data:
            command = [binary(), "data", "import", "--data", data, "--quiet", "--addresses"]
            others = [file for file in files() if file != left_out]
            subprocess.run([*command, *others], check=True, stdout=subprocess.DEVNULL)
            with serving_folder(data) as server:
                for question in questions:
                    found = best(server.url, question["q"])
                    score = found["score"] if found else 0
                    scores[next(low for low in (0.9, 0.8, 0.7, 0.5, 0) if score >= low)] += 1
    total = sum(scores.values())
    for low, count in sorted(scores.items(), reverse=True):
        print(f"no answer loaded: score from {low}: {count} of {total}, {100 * count / total:.1f} %")


def absent_numbers(url, asked):
    """Prints how often another number is answered than the one asked, which does not exist."""
    kinds = collections.Counter()
    for question in asked:
        found = best(url, f"{7000 + len(question['q'])} {question['street']} {question['postcode']} {question['city']}")
        kinds[(found or {}).get("type")] += 1
    print("numbers that do not exist:", dict(kinds))


with tempfile.TemporaryDirectory() as data:
    started = time.perf_counter()
    command = [binary(), "data", "import", "--data", data, "--quiet", "--addresses", *files()]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    index = next(pathlib.Path(data, "objects").glob("*.addresses")).stat().st_size
    print(f"import {time.perf_counter() - started:.2f} s, index {index / 1e6:.1f} MB")
    with serving_folder(data) as server:
        servers = {"qpv": (server.url, server.pid)}
        if len(sys.argv) > 2:
            servers["addok"] = (sys.argv[2], None)
        scores = []
        for seed in range(1, SEEDS + 1):
            asked = questions(sys.argv[1], seed)
            print(f"seed {seed}")
            for name, (url, _) in servers.items():
                found = shares(name, url, asked)
                scores += found if name == "qpv" else []
        calibration(scores)
        absent_numbers(server.url, asked)
        without_answer(asked)
        lines = [f"GET {path(question['q'])}" for question in asked]
        medians = rates(f"search, {CONNECTIONS} connections", servers, lines, CONNECTIONS)
        if "addok" in medians:
            print(f"ratio {medians['qpv'] / medians['addok']:.1f}")
        rates("search, 64 connections", {"qpv": servers["qpv"]}, lines, 64)
        typed = [f"GET {line}" for line in prefixes(asked)]
        print(f"{len(typed)} beginnings of 500 addresses")
        rates(f"autocomplete, {CONNECTIONS} connections", {"qpv": servers["qpv"]}, typed, CONNECTIONS)
