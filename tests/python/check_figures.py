#!/usr/bin/env python3
"""Every figure served equals that of INSEE's tables, read here with Python's csv: perimeters, zones, lists.

Usage: check_figures.py. Needs the perimeters and the statistics of both vintages.

- Perimeters: each indicator of each neighbourhood of the tables; an empty cell is null, never 0; a neighbourhood that the
  table lacks has null throughout.
- Years: the table of 2024 imported as of 2019 and of 2020: the plain name is the later year, the other has its year behind it.
- Answers: `fields` with a point in each of 300 perimeters, by GET and POST; without `fields` no figure.
- Speed: answers a second with and without a field, over one connection, are printed.
- Lists: `qpv batch --fields` over the same points, the figure of the first perimeter; of both vintages side by side.
"""

import csv
import io
import json
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

from qpv_under_test import PERIMETERS, binary, fail_if, real_data, serving_folder

TABLES = {"2024": "statistics/qpv2024_indicators.csv", "2015": "statistics/qpv2015_population_2013.csv"}
# The official column, and the name it is served under.
NAMES = {"taux_pauvrete_60%": "taux_pauvrete_60", "population_municipale_2013": "population_municipale"}
POINTS = 300


def table(path):
    """By code, the figures of a table as Python reads them: None for an empty cell."""
    text = path.read_text(encoding="utf-8-sig")
    rows = csv.DictReader(io.StringIO(text), delimiter=";" if ";" in text.split("\n")[0] else ",")
    code = "codeQPV" if "codeQPV" in rows.fieldnames else "qp"
    first = rows.fieldnames.index("popMuniQPV" if code == "codeQPV" else "population_municipale_2013")
    columns = rows.fieldnames[first:]
    return {
        row[code]: {NAMES.get(it, it): float(row[it]) if row[it] else None for it in columns} for row in rows
    }


def run(*arguments, **options):
    return subprocess.run([binary(), *arguments], check=True, capture_output=True, text=True, **options).stdout


def values(figures):
    return {name: figure["value"] for name, figure in figures.items()}


def post(server, path, body):
    request = urllib.request.Request(server.url + path, json.dumps(body).encode(), {"content-type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def refusal(server, path):
    try:
        server.get(path)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)
    return 200, {}


def perimeter_faults(server, expected, years):
    """Compares the figures of all perimeters, in the list and, of some, one by one."""
    for vintage, tables in expected.items():
        listed = server.get(f"/api/v1/perimeters?vintage={vintage}&geometry=false&fields=all")["features"]
        columns = next(iter(tables.values()))
        compared = 0
        for feature in listed:
            wanted = tables.get(feature["id"], dict.fromkeys(columns))
            found = feature["properties"]["figures"]
            plain = {name: value for name, value in values(found).items() if name in columns}
            compared += len(plain)
            if plain != wanted:
                yield f"{feature['id']}: {plain} instead of {wanted}"
            if {found[name]["year"] for name in columns} != {years[vintage]}:
                yield f"{feature['id']}: years of {found}"
        print(f"{vintage}: {compared} figures of {len(listed)} perimeters")
        for feature in listed[:: len(listed) // 50]:
            alone = server.get(f"/api/v1/perimeters/{feature['id']}")["properties"]["figures"]
            if alone != feature["properties"]["figures"]:
                yield f"{feature['id']} alone: {alone}"
        lean = server.get(f"/api/v1/perimeters?vintage={vintage}&geometry=false")["features"]
        if any("figures" in feature["properties"] for feature in lean):
            yield "figures without `fields`"


def inner_points(server):
    """A point of each of some perimeters, found by asking for the middles of their chords."""
    features = server.get("/api/v1/perimeters?vintage=2024")["features"]
    points = []
    for feature in features[:: len(features) // POINTS]:
        ring = feature["geometry"]["coordinates"][0][0]
        (ax, ay), (bx, by) = ring[0], ring[len(ring) // 2]
        points.append([(ax + bx) / 2, (ay + by) / 2])
    return points


def answer_faults(server, points, tables):
    """Compares the figures that come with the zones of points."""
    answers = post(server, "/api/v1/zones", {"points": points, "vintage": "2024", "fields": "all"})["results"]
    seen = 0
    for (lon, lat), answer in zip(points, answers, strict=True):
        for qpv in answer["qpv"]:
            seen += 1
            wanted = tables.get(qpv["code_qp"])
            figures = values(qpv["figures"])
            if wanted and {name: figures[name] for name in wanted} != wanted:
                yield f"{qpv['code_qp']} in /zones: {figures}"
        one = server.get(f"/api/v1/zones?lon={lon}&lat={lat}&vintage=2024&fields=taux_pauvrete_60,RSA_SOCLE")
        for qpv in one["qpv"]:
            wanted = tables.get(qpv["code_qp"], {})
            two = {name: wanted.get(name) for name in ("taux_pauvrete_60", "RSA_socle")}
            if values(qpv["figures"]) != two:
                yield f"{qpv['code_qp']} by GET: {qpv['figures']}"
        checked = post(server, "/api/v1/check", {"lon": lon, "lat": lat, "vintage": "2024", "fields": "RSA_socle"})
        for qpv in checked["position"]["qpv"]:
            if values(qpv["figures"]) != {"RSA_socle": tables.get(qpv["code_qp"], {}).get("RSA_socle")}:
                yield f"{qpv['code_qp']} by /check: {qpv['figures']}"
        plain = server.get(f"/api/v1/zones?lon={lon}&lat={lat}&vintage=2024")
        if any("figures" in qpv for qpv in plain["qpv"]):
            yield "a figure without `fields`"
    print(f"{seen} perimeters with figures at {len(points)} points")
    if seen < POINTS / 3:
        yield f"only {seen} points in a perimeter"
    status, problem = refusal(server, "/api/v1/zones?lon=2.35&lat=48.85&fields=taux_pauvrete_60,revenu")
    if (status, problem.get("code")) != (400, "unknown_field") or "revenu" not in problem["message"]:
        yield f"an unknown field: {status} {problem}"
    if "RSA_socle" not in problem["message"] or "population_municipale" not in problem["detail"]:
        yield f"an unknown field does not list those there are: {problem}"


def list_faults(data, points, tables):
    """Compares the columns of a list with the figures of the first perimeter of each row."""
    rows = "lon,lat\n" + "".join(f"{lon},{lat}\n" for lon, lat in points)
    command = ["batch", "-", "--data", data, "--quiet", "--fields", "taux_pauvrete_60,RSA_socle", "--vintage"]
    ran = subprocess.run([binary(), *command, "2024"], input=rows, capture_output=True, text=True)
    compared = 0
    for row in csv.DictReader(io.StringIO(ran.stdout)):
        wanted = tables.get(row["code_qp"].split(" ")[0], {})
        for name in ("taux_pauvrete_60", "RSA_socle"):
            value = float(row[name]) if row[name] else None
            compared += value is not None
            if value != wanted.get(name):
                yield f"list: {row} instead of {wanted.get(name)}"
    print(f"{compared} figures in a list")
    command[command.index("--fields") + 1] = "all"
    ran = subprocess.run([binary(), *command, "all"], input=rows, capture_output=True, text=True)
    header = ran.stdout.split("\n")[0].split(",")
    for name in ("population_municipale_2015", "popMuniQPV_2024", "RSA_socle_2024"):
        if name not in header:
            yield f"{name} is not in {header}"
    command[command.index("--fields") + 1] = "revenu"
    ran = subprocess.run([binary(), *command, "2024"], input=rows, capture_output=True, text=True)
    if ran.returncode != 2 or "no indicator is named `revenu`" not in ran.stderr:
        yield f"an unknown field of a list: {ran.returncode} {ran.stderr}"


def rate(server, path, seconds=2.0):
    """Answers a second over one connection."""
    import http.client

    host = server.url.removeprefix("http://")
    connection, count, start = http.client.HTTPConnection(host), 0, time.monotonic()
    while time.monotonic() - start < seconds:
        connection.request("GET", path)
        connection.getresponse().read()
        count += 1
    return count / (time.monotonic() - start)


def main():
    folder = real_data()
    expected = {vintage: table(folder / file) for vintage, file in TABLES.items()}
    faults = []
    with tempfile.TemporaryDirectory() as data:
        for vintage, file in PERIMETERS.items():
            run("data", "import", "--data", data, "--quiet", "--vintage", vintage, str(folder / file))
        for year in ("2019", "2020"):
            run("data", "import", "--data", data, "--quiet", "--statistics", str(folder / TABLES["2024"]), "--year", year)
        run("data", "import", "--data", data, "--quiet", "--statistics", str(folder / TABLES["2015"]))
        with serving_folder(data) as server:
            status = pathlib.Path(f"/proc/{server.pid}/status")
            if status.exists():
                kib = next(int(line.split()[1]) for line in status.read_text().split("\n") if line.startswith("VmRSS"))
                print(f"service at its start: {kib / 1024:.0f} MiB")
            faults += perimeter_faults(server, expected, {"2024": 2020, "2015": 2013})
            listed = server.get("/api/v1/indicators")["indicators"]
            names = [it["name"] for it in listed if it["vintage"] == "2024"]
            columns = list(next(iter(expected["2024"].values())))
            if names != columns + [f"{name}_2019" for name in columns]:
                faults.append(f"indicators of 2024: {names}")
            for it in listed:
                figures = expected[it["vintage"]].values()
                name = it["name"].removesuffix("_2019")
                if it["published"] != sum(row[name] is not None for row in figures):
                    faults.append(f"published: {it}")
            points = inner_points(server)
            faults += answer_faults(server, points, expected["2024"])
            path = f"/api/v1/zones?lon={points[0][0]}&lat={points[0][1]}&vintage=2024"
            # By turns, the best of each: other work on the machine slows whole seconds down.
            turns = [[rate(server, path + it, 0.5) for it in ("", "&fields=taux_pauvrete_60")] for _ in range(8)]
            rates = [max(turn[it] for turn in turns) for it in (0, 1)]
            print(f"/zones: {rates[0]:.0f}/s without fields, {rates[1]:.0f}/s with one: {rates[1] / rates[0]:.2f}")
        faults += list_faults(data, points, expected["2024"])
    fail_if(faults[:20], "figures differ")


if __name__ == "__main__":
    sys.exit(main())
