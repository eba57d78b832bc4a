#!/usr/bin/env python3
"""The side of the street, on every real street near a line in departments 08, 52, 90 and 971, against GEOS.

The rule of docs/streets.md is computed anew: outlines and published positions in the legal projection, distances and
membership by GEOS, the row of a kerb by its singular values. Every number whose position is too near a line is asked from
`/api/v1/check`, and must be settled, or not, as the rule says, with the numbers that it rests on. Not judged: what comes
within 20 cm of a threshold. The reasons of refusals are counted, crossing lines, corners and courts among them.
"""

import collections
import csv
import gzip
import re
import subprocess
import tempfile

import geopandas as gpd
import numpy as np
import shapely
from pyproj import Transformer

from qpv_under_test import PERIMETERS, binary, fail_if, real_data, serving_folder

FILES = {"08": "bano-08.csv", "52": "adresses-52.csv.gz", "90": "adresses-90.csv.gz", "971": "adresses-971.csv.gz"}
LEGAL_CRS = {"08": 2154, "52": 2154, "90": 2154, "971": 5490}
UNCERTAINTY_M = {"entrée": 5, "bâtiment": 10, "parcelle": 20, "": 30}  # no other kind is in these files
SLACK_M = 0.2
REPETITIONS = ["bis", "ter", "quater", "quinquies", "sexies"]
LEAST_STREETS = 40

Number = collections.namedtuple("Number", "number suffix x y uncertainty_m text")


def order(house):
    suffix = house.suffix
    return house.number, REPETITIONS.index(suffix) + 1 if suffix in REPETITIONS else 0, suffix


def written(house):
    return f"{house.number} {house.suffix}" if house.suffix else str(house.number)


def rows(file):
    """Identifier of the street, number, suffix, position, uncertainty, the address as a person writes it."""
    if file.suffix == ".gz":
        with gzip.open(file, "rt", encoding="utf-8") as text:
            for row in csv.DictReader(text, delimiter=";"):
                street = "_".join(row["id"].split("_")[:2])
                asked = f"{row['numero']} {row['rep']} {row['nom_voie']} {row['code_postal']} {row['nom_commune']}"
                where = float(row["lon"]), float(row["lat"])
                yield street, int(row["numero"]), row["rep"].lower(), *where, UNCERTAINTY_M[row["type_position"]], asked
    else:
        with open(file, encoding="utf-8") as text:
            for identifier, number, name, postcode, city, _, lat, lon in csv.reader(text):
                digits, suffix = re.match(r"(\d+) ?(.*)", number).groups()
                asked = f"{number} {name} {postcode} {city}"
                yield identifier.rpartition("-")[0], int(digits), suffix.lower(), float(lon), float(lat), UNCERTAINTY_M[""], asked


def streets(file, crs):
    found = collections.defaultdict(list)
    for street, number, suffix, lon, lat, uncertainty_m, asked in rows(file):
        found[street].append((number, suffix, lon, lat, uncertainty_m, asked))
    project = Transformer.from_crs(4326, crs, always_xy=True)
    for street, houses in found.items():
        number, suffix, lon, lat, uncertainty_m, asked = zip(*houses)
        x, y = project.transform(np.round(lon, 7), np.round(lat, 7))
        numbers = sorted(map(Number, number, suffix, x, y, uncertainty_m, asked), key=order)
        # A number at several places settles nothing, and is no evidence: left to the tests in Rust.
        if len({order(house) for house in numbers}) == len(numbers):
            yield street, numbers


class Lines:
    def __init__(self, zones, crs):
        zones = zones.to_crs(crs)
        self.areas = shapely.make_valid(zones.geometry.values)
        self.lines = shapely.boundary(self.areas)
        self.areas_tree, self.lines_tree = shapely.STRtree(self.areas), shapely.STRtree(self.lines)

    def stand(self, x, y):
        """The perimeters that hold a place, and metres to the line that counts."""
        point = shapely.Point(x, y)
        members = frozenset(map(int, self.areas_tree.query(point, predicate="intersects")))
        if members:
            return members, max(self.lines[i].distance(point) for i in members)
        return members, self.lines[self.lines_tree.nearest(point)].distance(point)

    def is_near(self, houses):
        """Whether some house is in a perimeter, or near the line of one."""
        points = shapely.points([(house.x, house.y) for house in houses])
        return len(self.areas_tree.query(points, predicate="dwithin", distance=45.0)[0]) > 0

    def within(self, x, y, metres):
        return set(map(int, self.lines_tree.query(shapely.Point(x, y), predicate="dwithin", distance=metres)))


class Edge(Exception):
    """A measure so near to a threshold that either answer is right."""


def under(value, limit):
    if abs(value - limit) <= SLACK_M:
        raise Edge
    return value < limit


def settled(lines, houses, stands, asked, doubt_m):
    """The numbers of both kerbs, or the reason why they do not settle the side of the one asked."""
    house, (members, distance_m) = houses[asked], stands[asked]
    if len(members) > 1 or not under(doubt_m, 300 - distance_m if not members else 1e9):
        return "another line"
    nearest = next(iter(members)) if members else int(lines.lines_tree.nearest(shapely.Point(house.x, house.y)))
    if lines.within(house.x, house.y, doubt_m) - {nearest}:
        return "another line"
    away = np.array([np.hypot(other.x - house.x, other.y - house.y) for other in houses])
    xy = np.array([(other.x, other.y) for other in houses])
    around = [i for i in range(len(houses)) if under(away[i], 130)]
    if members and any(stands[i][0] not in (members, frozenset()) for i in around):
        return "another line"
    own = [i for i in range(len(houses)) if houses[i].number % 2 == house.number % 2 and i in around]
    if any(stands[i][0] != members and under(away[i], 60) for i in own):
        return "the line crosses the kerb"
    place = own.index(asked)
    before = [i for i in own[max(0, place - 4) : place] if under(away[i], 100)]
    after = [i for i in own[place + 1 : place + 5] if under(away[i], 100)]
    kerb = [*before, asked, *after]
    if not before or not after or len(kerb) < 4:
        return "too few numbers"
    if any(stands[i][0] != members for i in kerb):
        return "the line crosses the kerb"
    middle = xy[kerb].mean(0)
    axis = np.linalg.svd(xy[kerb] - middle)[2][0]
    axis = axis * (-1 if (xy[kerb[-1]] - xy[kerb[0]]) @ axis < 0 else 1)
    across = np.array([-axis[1], axis[0]])
    along, beside = (xy[kerb] - middle) @ axis, (xy[kerb] - middle) @ across
    steps, mine = np.diff(along), len(before)
    onward = sum(not under(step, -2) for step in steps)
    if onward < len(steps) / 2 or not all(under(abs(step), 75) for step in steps):
        return "no row: a court, or a gap"
    if under(along[mine] - along[0], 10) or under(along[-1] - along[mine], 10):
        return "the end of the row"
    if not under(abs(beside[mine]), 15):
        return "set back"
    least = min(stands[i][1] for i in kerb)
    if under(least, beside.std()):
        return "scattered"
    opposite, sides = [], [False, False]
    for i in around:
        if houses[i].number % 2 == house.number % 2:
            continue
        way, off = (xy[i] - middle) @ axis, (xy[i] - middle) @ across
        if under(way, along.min() - 10) or not under(way, along.max() + 10) or not under(abs(off), 60):
            continue
        opposite.append(i)
        sides[0] |= under(way, along[mine] + 5)
        sides[1] |= not under(way, along[mine] - 5)
    if len(opposite) < 2 or not all(sides):
        return "no other kerb"
    theirs = {stands[i][0] == members for i in opposite}
    if len(theirs) > 1:
        return "the line crosses the other kerb"
    if theirs == {False}:
        for side in (kerb, opposite):
            if not under(np.median([stands[i][1] for i in side]), 25):
                return "not the line of the street"
    else:
        if under(least, 6):
            return "too near the line"
        way = kerb[max(0, mine - 2) : mine + 3]
        if under(lines.lines[nearest].distance(shapely.LineString(xy[way])), 6):
            raise Edge  # the program looks at this way every ten metres
    evidence = [i for i in kerb if i != asked]
    return {
        "own": ends(houses, evidence),
        "opposite": ends(houses, sorted(opposite)),
        "across": theirs == {False},
    }


def ends(houses, which):
    return {"from": written(houses[which[0]]), "to": written(houses[which[-1]]), "count": len(which)}


def check_number(server, house, code, expected):
    """What is wrong with the answer for a number, if anything; None when another address is meant by its text."""
    answer = server.post("/api/v1/check", {"q": house.text, "citycode": code, "vintage": "2024"})
    if len(answer["candidates"]) != 1 or answer["candidates"][0]["properties"].get("housenumber") != written(house):
        return None
    certainty = answer["candidates"][0]["properties"]["qpv"]["certainty"]
    found = certainty.get("street_side")
    if isinstance(expected, str):
        return [f"{house.text}: {expected}, yet {found}"] if found or answer["zone"] != "undetermined" else []
    zone, evidence = expected
    wrong = not found or answer["zone"] != zone or any(found[kerb] != evidence[kerb] for kerb in ("own", "opposite", "across"))
    return [f"{house.text}: {expected} by GEOS, {answer['zone']} by {found}"] if wrong else []


def main():
    folder = real_data()
    zones = gpd.read_file(folder / PERIMETERS["2024"])
    reasons, faults, settled_streets, edges, unasked = collections.Counter(), [], set(), 0, 0
    with tempfile.TemporaryDirectory() as data:
        imports = [["--vintage", "2024", folder / PERIMETERS["2024"]], ["--addresses", *(folder / "addresses" / file for file in FILES.values())]]
        for arguments in imports:
            command = [binary(), "data", "import", "--data", data, "--quiet", *arguments]
            subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL)
        status = subprocess.run([binary(), "data", "status", "--data", data], check=True, capture_output=True, text=True).stdout
        precision_m = float(re.search(r"lines precise to ([\d.]+) m", status)[1])
        with serving_folder(data) as server:
            for department, file in FILES.items():
                crs = LEGAL_CRS[department]
                lines = Lines(zones[zones.insee_dep.astype(str) == department], crs)
                inside = open_inside = settled_inside = 0
                for street, houses in streets(folder / "addresses" / file, crs):
                    if not lines.is_near(houses):
                        continue
                    stands = [lines.stand(house.x, house.y) for house in houses]
                    inside += sum(bool(members) for members, _ in stands)
                    for asked, house in enumerate(houses):
                        doubt_m = house.uncertainty_m + precision_m
                        members, distance_m = stands[asked]
                        if abs(distance_m - doubt_m) < SLACK_M or distance_m > doubt_m:
                            continue
                        open_inside += bool(members)
                        try:
                            found = settled(lines, houses, stands, asked, doubt_m)
                        except Edge:
                            edges += 1
                            continue
                        is_settled = not isinstance(found, str)
                        settled_inside += is_settled and bool(members)
                        zone = "qpv" if members else "band_300m"
                        wrong = check_number(server, house, street[:5], (zone, found) if is_settled else found)
                        if wrong is None:
                            unasked += 1
                            continue
                        faults += wrong
                        reasons[f"settled, {'across' if found['across'] else 'both kerbs'}" if is_settled else found] += 1
                        if is_settled:
                            settled_streets.add(street)
                shares = f"{open_inside / inside:.0%} open by position, {(open_inside - settled_inside) / inside:.0%} with the street"
                print(f"department {department}: of {inside} addresses inside, {shares}: {settled_inside / open_inside:.0%} fewer")
    print(*(f"{count:5} {reason}" for reason, count in reasons.most_common()), sep="\n")
    print(f"{len(settled_streets)} streets with settled numbers; {edges} numbers at a threshold, {unasked} not found alone: not judged")
    assert len(settled_streets) >= LEAST_STREETS, "the check did not check"
    fail_if(faults, "numbers are not settled as the rule says")


main()
