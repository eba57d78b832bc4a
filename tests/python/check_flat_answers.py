#!/usr/bin/env python3
"""Streets of departments 90 and 971, asked with and without their town, where the addresses of one department are loaded.

Without a commune, a postcode or a department nothing says that the address lies there: none of 300 numbers may get a zone, nor
may words that only seem to name a place. With the postcode, the town or both, every number that the published position of
its row gives a zone must get the same, or stay open for a reason of its own.
"""

import collections
import csv
import gzip
import pathlib
import random
import subprocess
import tempfile

from qpv_under_test import PERIMETERS, binary, fail_if, real_data

FILES = ["adresses-90.csv.gz", "adresses-971.csv.gz"]
ASKED = 300
# Words that name no place, however much they look like one: streets called like a commune, parts of names, post boxes,
# numbers in the form of a postcode.
PLACELESS = [
    "martin",
    "mairie",
    "rue de Belfort",
    "1 rue de Delle",
    "2 rue de Paris",
    "rue Paris",
    "12 rue de la Mairie",
    "place de la République",
    "3 rue de l'Église",
    "12 Grande Rue BP 90012",
    "1 rue de l'Église CEDEX",
    "rue de Lepuix-Neuf",
    "rue de l'Église, Vienne",
    "12 rue de l'Église, France",
    "12 rue de l'Église, Bourgogne-Franche-Comté",
    "12 rue de l'Église, Doubs",
    "12 rue de l'Église, 25",
    "1 rue de la Gare, Rougemont",
    "Les Prés",
    "rue du 4 septembre 90",
]


def questions(row):
    """The address of a row without a place, and with each way to name it."""
    door = " ".join(part for part in (row["numero"], row["rep"], row["nom_voie"]) if part)
    return {
        "street": row["nom_voie"],
        "number and street": door,
        "with the town": f"{door}, {row['nom_commune']}",
        "with the postcode": f"{door} {row['code_postal']}",
        "with both": f"{door} {row['code_postal']} {row['nom_commune']}",
    }


def batch(data, asked, here):
    table, out = here / "asked.csv", here / "answered.csv"
    with table.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["adresse"])
        writer.writerows([text] for text in asked)
    command = [binary(), "batch", "--data", str(data), "--quiet", "--vintage", "2024", "--columns", "adresse"]
    subprocess.run([*command, str(table), "-f", "-o", str(out)], stdout=subprocess.DEVNULL, check=False)
    with out.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def main():
    folder = real_data()
    faults = []
    for name in FILES:
        with gzip.open(folder / "addresses" / name, "rt", encoding="utf-8") as text:
            rows = [row for row in csv.DictReader(text, delimiter=";") if row["numero"] not in ("", "0")]
        by_street = collections.defaultdict(list)
        for row in rows:
            by_street[row["code_insee"], row["nom_voie"]].append(row)
        draw = random.Random(1)
        chosen = [draw.choice(by_street[street]) for street in draw.sample(sorted(by_street), ASKED)]
        with tempfile.TemporaryDirectory() as temporary:
            here = pathlib.Path(temporary)
            data = here / "data"
            for what in (["--vintage", "2024", str(folder / PERIMETERS["2024"])], ["--addresses", str(folder / "addresses" / name)]):
                command = [binary(), "data", "import", "--data", str(data), "--quiet", *what]
                subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            for way in questions(chosen[0]):
                asked = [questions(row)[way] for row in chosen]
                answers = batch(data, asked, here)
                flat = [answer for answer in answers if answer["zone"] != "undetermined"]
                doubts = collections.Counter(answer["doubt"] for answer in answers if answer["doubt"])
                print(f"{name}, {way}: {len(flat)} of {ASKED} answered flatly; open: {dict(doubts)}")
                if not way.startswith("with"):
                    faults += [f"{name}, {way}: {answer['adresse']}" for answer in flat]
            placeless = [answer for answer in batch(data, PLACELESS, here) if answer["zone"] != "undetermined"]
            print(f"{name}, words that name no place: {len(placeless)} of {len(PLACELESS)} answered flatly")
            faults += [f"{name}, {answer['adresse']}: {answer['result_label']}" for answer in placeless]
    fail_if(faults, "an answer without a place")


if __name__ == "__main__":
    main()
