"""Writes geodata/communes.csv from two unpacked npm packages.

Usage: python3 geodata/communes.py PACKAGE OLDER > geodata/communes.csv

PACKAGE is @etalab/decoupage-administratif, the communes of today, and OLDER is @etalab/cog, those of 2018, for the names
of the past; each is the folder with `data/communes.json`. See geodata/README.md for versions and columns. The same packages
give the same file, byte by byte.
"""

import json
import pathlib
import sys

COLUMNS = ["code", "name", "kind", "belongs_to", "epci", "epci_name", "postcodes"]
KINDS = {
    "commune-actuelle": "commune",
    "arrondissement-municipal": "arrondissement",
    "commune-deleguee": "deleguee",
    "commune-associee": "associee",
}
# What neither package has: code, name, code of today. Saint-Barthélemy and Saint-Martin were communes of Guadeloupe until 2007
# and have codes of their own since (INSEE, code officiel géographique); the perimeters of 2015 name Moorea-Maiao by its island.
ADDED = [
    ("97123", "Saint-Barthélemy", "97701"),
    ("97127", "Saint-Martin", "97801"),
    ("98729", "Moorea", "98729"),
]


def load(package, name):
    return json.loads((package / "data" / f"{name}.json").read_text(encoding="utf-8"))


def single_space(text):
    return " ".join(text.split())


def current_rows(communes, epci):
    siren_of = {member["code"]: (group["code"], group["nom"]) for group in epci for member in group["membres"]}
    for commune in communes:
        if commune["type"] == "commune-actuelle":
            siren, name = siren_of.get(commune["code"], ("", ""))
            postcodes = " ".join(sorted(commune.get("codesPostaux", [])))
            yield [commune["code"], commune["nom"], "commune", "", siren, name, postcodes]


class Past:
    """Codes and names that are no commune's of today: the communes that each leads to, its names, and its kind."""

    def __init__(self, communes, older):
        self.current = {commune["code"] for commune in communes if commune["type"] == "commune-actuelle"}
        self.successors, self.rows = {}, {}
        for commune in communes:
            for code in commune.get("anciensCodes", []):
                self.successors.setdefault(code, set()).add(commune["code"])
        named = [commune for commune in communes if commune["type"] != "commune-actuelle"]
        for commune in named:
            whole = commune.get("commune") or commune["chefLieu"]
            if commune["code"] != whole:
                self.successors.setdefault(commune["code"], set()).add(whole)
        self.absorbing = {commune["code"]: absorbing(commune) for commune in older}
        for commune in named:
            self.add(commune["code"], commune["nom"], KINDS[commune["type"]], commune.get("codesPostaux", []))
        today = {(commune["code"], commune["nom"]) for commune in communes}
        for commune in older:
            if (commune["code"], commune["nom"]) not in today:
                self.add(commune["code"], commune["nom"], "ancienne", [])
        for code, name, successor in ADDED:
            if code != successor:
                self.successors[code] = {successor}
            self.add(code, name, "ancienne", [])
        for code in self.successors.keys() - {code for code, _ in self.rows}:
            self.add(code, "", "ancienne", [])

    def add(self, code, name, kind, postcodes):
        belongs_to = " ".join(sorted(self.today(code)))
        if not belongs_to:
            return
        self.rows[code, name] = [code, name, kind, belongs_to, "", "", " ".join(sorted(postcodes))]

    def today(self, code, passed=()):
        """The communes of today that a code leads to."""
        if code in self.current:
            return {code}
        following = self.successors.get(code) or {self.absorbing.get(code)} - {None}
        if not following or code in passed:
            print(f"{code} is left out: it leads to no commune of today", file=sys.stderr)
            return set()
        return set().union(*(self.today(other, (*passed, code)) for other in following))


def absorbing(commune):
    """The code that took the place of a commune of 2018, if any."""
    return commune.get("communeAbsorbante") or commune.get("nouveauCode") or commune.get("chefLieu")


def main(package, older):
    communes = load(package, "communes")
    past = Past(communes, load(older, "communes"))
    rows = [*current_rows(communes, load(package, "epci")), *past.rows.values()]
    # A commune before the delegated commune of the same code.
    rows.sort(key=lambda row: (row[0], row[2] != "commune", row[1]))
    lines = [COLUMNS, *rows]
    for line in lines:
        values = [single_space(value) for value in line]
        # A quote elsewhere is part of the value, for every reader of CSV.
        if any(";" in value or value.startswith('"') for value in values):
            sys.exit(f"{values}: a semicolon, or a quote at the beginning, cannot be written in this file")
        sys.stdout.write(";".join(values) + "\n")


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
