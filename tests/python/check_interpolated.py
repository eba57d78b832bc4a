#!/usr/bin/env python3
"""Numbers left out of the official files of departments 52, 90 and 971, then asked: the zone that is interpolated for them,
against that of their own published position.

Left out is one number in twenty of those between two others of their side, four times. Counted are those less than 700 m from the line
of a priority neighbourhood, or inside one: farther away every answer is right. Of the zones given with the certainty
`interpolated`, at most two in a thousand may be wrong: those of numbers that are published far from their street.
"""

import collections
import csv
import gzip
import itertools
import pathlib
import random
import subprocess
import tempfile

from qpv_under_test import PERIMETERS, binary, fail_if, real_data

FILES = ["adresses-52.csv.gz", "adresses-90.csv.gz", "adresses-971.csv.gz"]
LEFT_OUT_SHARE = 0.05
SEEDS = range(1, 5)
NEAR_M = 700.0
MOST_WRONG_SHARE = 0.002
LEAST_GIVEN_SHARE = 0.65


def between(rows):
    """The rows whose number has two others of its side around it."""
    sides = collections.defaultdict(set)
    for row in rows:
        number = int(row["numero"])
        sides[street(row), number % 2].add(number)
    ends = {side: (min(numbers), max(numbers)) for side, numbers in sides.items()}
    for row in rows:
        number = int(row["numero"])
        least, greatest = ends[street(row), number % 2]
        if least < number < greatest:
            yield row


def street(row):
    return row["code_insee"], row["nom_voie"], row["code_postal"], row["nom_ld"]


def write(path, header, rows):
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, header, delimiter=";", extrasaction="ignore")
        table.writeheader()
        table.writerows(rows)


def batch(data, table, *columns):
    out = table.with_suffix(".out.csv")
    command = [binary(), "batch", "--data", str(data), "--quiet", "--vintage", "2024", str(table), "-f", "-o", str(out)]
    subprocess.run([*command, *columns], stdout=subprocess.DEVNULL, check=False)
    with out.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def answers(folder, file, seed, here):
    """Pairs of answers about each number left out: of its published position, and of its address."""
    with gzip.open(folder / "addresses" / file, "rt", encoding="utf-8") as text:
        reader = csv.DictReader(text, delimiter=";")
        rows = list(reader)
    draw = random.Random(seed)
    # An address with several positions has a row for each.
    left_out = {row["id"]: row for row in between(rows) if draw.random() < LEFT_OUT_SHARE}
    data, kept, asked = here / "data", here / "kept.csv", here / "asked.csv"
    write(kept, reader.fieldnames, (row for row in rows if row["id"] not in left_out))
    write(asked, ["numero", "rep", "nom_voie", "code_postal", "nom_commune", "lon", "lat"], left_out.values())
    for what in (["--vintage", "2024", str(folder / PERIMETERS["2024"])], ["--addresses", str(kept)]):
        subprocess.run([binary(), "data", "import", "--data", str(data), "--quiet", *what], check=True, stdout=subprocess.DEVNULL)
    places = batch(data, asked, "--lon", "lon", "--lat", "lat")
    addresses = batch(data, asked, "--columns", "numero,rep,nom_voie,code_postal,nom_commune")
    return zip(places, addresses, strict=True)


def main():
    folder = real_data()
    asked, given, wrong = 0, 0, []
    for file, seed in itertools.product(FILES, SEEDS):
        with tempfile.TemporaryDirectory() as here:
            for place, address in answers(folder, file, seed, pathlib.Path(here)):
                distance_m = place["distance_to_boundary_m"]
                if not distance_m or float(distance_m) > NEAR_M or not address["result_missing_housenumber"]:
                    continue
                asked += 1
                if address["certainty"] == "interpolated":
                    given += 1
                    if address["zone"] != place["zone"]:
                        wrong.append(f"{file}: {address['result_missing_housenumber']} {address['result_label']}: {address['zone']}, not {place['zone']}")
    print(f"{asked} numbers left out and asked: {given / asked:.1%} have an interpolated zone, {len(wrong)} of them a wrong one")
    for line in wrong:
        print(f"  {line}")
    faults = []
    if len(wrong) > MOST_WRONG_SHARE * given:
        faults.append(f"{len(wrong) / given:.2%} of the interpolated zones are wrong")
    if given < LEAST_GIVEN_SHARE * asked:
        faults.append("too few zones are given")
    fail_if(faults, "bounds")


if __name__ == "__main__":
    main()
