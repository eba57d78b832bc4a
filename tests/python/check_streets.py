#!/usr/bin/env python3
"""Profiles of every real street near a line in departments 08, 52, 90, 971 and 973, number by number against GEOS.

Zones, distances and perimeters are computed anew from the official outlines and the published positions, planar in each
territory's legal projection. Allowed: where the doubt ends within 10 cm and a thousandth of the distance, either zone;
distances within the same. Whether a street follows a line is held against another criterion than ours: each kerb is drawn
from house to nearest house and cut by a corridor on one side of the perimeter's line. A piece with four houses or more
that is opposite 100 m of that line, in a corridor of 25 m, follows it; a street whose pieces are all opposite less than
40 m, even in one of 45 m, does not; what is between is counted and not judged.
"""

import collections
import csv
import gzip
import json
import re
import subprocess
import tempfile
import urllib.error
import urllib.parse

import geopandas as gpd
import numpy as np
import shapely
from pyproj import Transformer

from qpv_under_test import PERIMETERS, binary, fail_if, real_data, serving_folder

FILES = {
    "08": "bano-08.csv",
    "52": "adresses-52.csv.gz",
    "90": "adresses-90.csv.gz",
    "971": "adresses-971.csv.gz",
    "973": "bano-973.csv",
}
LEGAL_CRS = {"08": 2154, "52": 2154, "90": 2154, "971": 5490, "973": 2972}
# docs/addresses.md, "How exact a position is".
UNCERTAINTY_M = {"entrée": 5, "bâtiment": 10, "parcelle": 20, "segment": 30, "": 30}
BAND_M, NEAR_M, WIDE_M, STEP_M = 300.0, 25.0, 45.0, 75.0
FOLLOWS_M, CROSSES_M = 100.0, 40.0
REPETITIONS = ["bis", "ter", "quater", "quinquies", "sexies"]

Number = collections.namedtuple("Number", "number suffix x y uncertainty_m")


def order(house):
    suffix = house.suffix
    return house.number, REPETITIONS.index(suffix) + 1 if suffix in REPETITIONS else 0, suffix


def written(house):
    return f"{house.number} {house.suffix}" if house.suffix else str(house.number)


def parted(text):
    digits = re.match(r"\d+", text)[0]
    return int(digits), text[len(digits) :].strip().lower()


def rows(file):
    """Identifier of the street, its name, number, suffix, position, uncertainty."""
    if file.suffix == ".gz":
        with gzip.open(file, "rt", encoding="utf-8") as text:
            for row in csv.DictReader(text, delimiter=";"):
                uncertainty_m = UNCERTAINTY_M[row["type_position"]]
                where = float(row["lon"]), float(row["lat"])
                street = "_".join(row["id"].split("_")[:2]), (row["code_insee"], row["nom_voie"], row["code_postal"])
                yield *street, int(row["numero"]), row["rep"].lower(), *where, uncertainty_m
    else:
        with open(file, encoding="utf-8") as text:
            for identifier, number, name, postcode, _, _, lat, lon in csv.reader(text):
                street, _, _ = identifier.rpartition("-")
                yield street, (street[:5], name, postcode), *parted(number), float(lon), float(lat), UNCERTAINTY_M[""]


def streets(file, crs):
    """The streets of a file whose numbers are each given once, and whose names are no other's in their commune."""
    found, names = collections.defaultdict(list), collections.defaultdict(set)
    for street, name, number, suffix, lon, lat, uncertainty_m in rows(file):
        found[street].append((number, suffix, lon, lat, uncertainty_m))
        names[(name[0], name[1].casefold())].add((street, name[2]))
    shared = {street for same in names.values() if len(same) > 1 for street, _ in same}
    several = collections.Counter(street for same in names.values() for street in {street for street, _ in same})
    project = Transformer.from_crs(4326, crs, always_xy=True)
    for street, houses in found.items():
        # Files are rounded to a centimetre when they are stored.
        number, suffix, lon, lat, uncertainty_m = zip(*houses)
        x, y = project.transform(np.round(lon, 7), np.round(lat, 7))
        numbers = sorted(map(Number, number, suffix, x, y, uncertainty_m), key=order)
        unique = len({order(house) for house in numbers}) == len(numbers)
        if unique and street not in shared and several[street] == 1:
            yield street, numbers


class Lines:
    """The perimeters of a territory in its legal projection."""

    def __init__(self, zones, crs):
        zones = zones.to_crs(crs)
        self.codes = list(zones.code_qp)
        self.areas = shapely.make_valid(zones.geometry.values)
        self.lines = shapely.boundary(self.areas)
        self.areas_tree, self.lines_tree = shapely.STRtree(self.areas), shapely.STRtree(self.lines)
        shapely.prepare(self.areas)

    def stand(self, house):
        """Codes it is in, and metres to the line that counts."""
        point = shapely.Point(house.x, house.y)
        members = list(self.areas_tree.query(point, predicate="intersects"))
        if members:
            return {self.codes[i] for i in members}, max(self.lines[i].distance(point) for i in members)
        return set(), self.lines[self.lines_tree.nearest(point)].distance(point)

    def near(self, houses):
        """The perimeters whose line is within reach of some house."""
        points = shapely.points([(house.x, house.y) for house in houses])
        return sorted(set(self.lines_tree.query(points, predicate="dwithin", distance=NEAR_M)[1]))

    def crossed(self, houses):
        sides = [bool(self.stand(house)[0]) for house in houses]
        return any(sides) and not all(sides)

    def followed_m(self, houses):
        """By perimeter, the most of its line that a piece of a kerb is opposite, in the corridor on one of its sides: of
        pieces with four houses or more in one of 25 m, and of all in one of 45 m."""
        kerbs = [[house for house in houses if house.number % 2 == parity] for parity in (0, 1)]
        kerbs = [(drawn(kerb), shapely.points([(house.x, house.y) for house in kerb])) for kerb in kerbs if kerb]
        found = {}
        for i in self.near(houses):
            most = [0.0, 0.0]
            for at, (width_m, least) in enumerate(((NEAR_M, 4), (WIDE_M, 0))):
                corridor = self.lines[i].buffer(width_m)
                for side in (corridor.intersection(self.areas[i]), corridor.difference(self.areas[i])):
                    lengths = (opposite_m(*kerb, side, self.lines[i], width_m, least) for kerb in kerbs)
                    most[at] = max(most[at], *lengths)
            found[self.codes[i]] = most
        return found


def drawn(kerb):
    """A kerb: its houses joined to the nearest ones, so that one that stands at a wrong place is a branch of its own."""
    xy = np.array([(house.x, house.y) for house in kerb]).reshape(-1, 2)
    edges, left = [], np.ones(len(xy), bool)
    nearest_m, nearest = np.full(len(xy), np.inf), np.zeros(len(xy), int)
    for _ in range(len(xy)):
        at = int(np.argmin(np.where(left, nearest_m, np.inf))) if np.isfinite(nearest_m[left]).any() else int(np.argmax(left))
        if nearest_m[at] <= STEP_M:
            edges.append((xy[nearest[at]], xy[at]))
        left[at] = False
        away = np.hypot(*(xy - xy[at]).T)
        closer = left & (away < nearest_m)
        nearest_m[closer], nearest[closer] = away[closer], at
    return shapely.MultiLineString(edges)


def opposite_m(kerb, houses, corridor, line, width_m, least):
    """Metres of a line that the longest piece of a kerb in a corridor is opposite to, without a leap."""
    most = 0.0
    for piece in shapely.get_parts(shapely.buffer(kerb.intersection(corridor), 0.05)):
        if shapely.intersects(piece, houses).sum() < least:
            continue
        within = shapely.get_parts(kerb.intersection(piece))
        parts = [part for part in within if part.geom_type == "LineString" and part.length > 0]
        places = [shapely.line_interpolate_point(part, np.arange(0.0, part.length, 2.0)) for part in parts]
        for ring in shapely.get_parts(line) if places else []:
            near = np.concatenate(places)
            near = near[shapely.distance(near, ring) <= width_m + 0.1]
            most = max(most, spread_m(np.sort(shapely.line_locate_point(ring, near)), ring.length))
    return most


def spread_m(feet, length_m):
    """The longest series of feet on a ring without a gap of 20 m."""
    if len(feet) < 2:
        return 0.0
    gaps = np.diff(np.r_[feet, feet[0] + length_m])
    breaks = np.flatnonzero(gaps > 20.0)
    if not len(breaks):
        return length_m
    rolled = np.roll(gaps, -breaks[-1] - 1)
    runs = np.split(rolled, np.flatnonzero(rolled > 20.0) + 1)
    return max(run[run <= 20.0].sum() for run in runs)


def zones_allowed(members, distance_m, doubt_m):
    """The zones that GEOS allows: that of the position and, where a line is within the doubt, none. Which of the open ones the
    numbers around settle is checked in check_street_sides.py."""
    as_given = "qpv" if members else "band_300m" if distance_m < BAND_M else "outside"
    gap_m = distance_m if members else min(distance_m, abs(distance_m - BAND_M))
    slack_m = 0.1 + 1e-3 * distance_m
    return {as_given, "undetermined"} if gap_m <= doubt_m + slack_m else {as_given}


def check_street(profile, houses, lines):
    """What is wrong with a profile."""
    expected = [(house, *lines.stand(house)) for house in houses]
    if profile["numbers"] != len(houses):
        yield f"{profile['numbers']} numbers, {len(houses)} published"
        return
    for side, parity in (("even", 0), ("odd", 1)):
        kerb = [stand for stand in expected if stand[0].number % 2 == parity]
        at, before = 0, None
        for numbers in profile[side]:
            held = kerb[at : at + numbers["count"]]
            at += numbers["count"]
            ends = [written(held[0][0]), written(held[-1][0])] if held else []
            if ends != [numbers["from"], numbers["to"]]:
                yield f"{side} {numbers['from']} to {numbers['to']}: {ends} published"
                return
            codes = [perimeter["code_qp"] for perimeter in numbers["perimeters"]]
            kind = numbers["zone"], codes if numbers["zone"] == "qpv" else None
            if kind == before:
                yield f"{side} {numbers['from']}: a range ends where the zone goes on"
            before = kind
            for house, members, distance_m in held:
                what = f"{side} {written(house)}, {distance_m:.2f} m from a line, in {sorted(members)}"
                if numbers["zone"] not in zones_allowed(members, distance_m, house.uncertainty_m + profile["precision_m"]):
                    yield f"{what}: {numbers['zone']}"
                if numbers["zone"] == "qpv" and set(codes) != members:
                    yield f"{what}: {codes}"
            distances = [distance_m for _, _, distance_m in held]
            for name, value in (("least_distance_m", min(distances)), ("greatest_distance_m", max(distances))):
                if value < 4_900 and abs(numbers[name] - value) > 0.1 + 1e-3 * value:
                    yield f"{side} {numbers['from']}: {name} {numbers[name]}, GEOS {value:.2f}"
        if at != len(kerb):
            yield f"{side}: {at} numbers in ranges, {len(kerb)} published"


def check_following(profile, followed_m):
    """What is wrong with the flag, and how it was judged."""
    flagged = {along["code_qp"] for along in profile["along"]}
    faults, judged = [], "between"
    if profile["runs_along_line"] != bool(flagged):
        faults.append(f"runs_along_line is {profile['runs_along_line']} with {sorted(flagged)}")
    for code in flagged - set(followed_m):
        faults.append(f"follows {code}, whose line is not near")
    for code, (narrow_m, wide_m) in followed_m.items():
        if narrow_m >= FOLLOWS_M:
            judged = "follows"
            if code not in flagged:
                faults.append(f"a kerb is opposite {narrow_m:.0f} m of {code}, which it is not said to follow")
        elif wide_m < CROSSES_M:
            judged = "crosses" if judged == "between" else judged
            if code in flagged:
                faults.append(f"said to follow {code}, of which no kerb is opposite more than {wide_m:.0f} m")
    return faults, judged


def of_territory(zones, department):
    departments = zones.insee_dep.astype(str)
    return zones[departments == department if department.startswith("97") else ~departments.str.startswith(("97", "98"))]


def imported(folder, data):
    addresses = [str(folder / "addresses" / file) for file in FILES.values()]
    for what in (["--vintage", "2024", str(folder / PERIMETERS["2024"])], ["--addresses", *addresses]):
        command = [binary(), "data", "import", "--data", data, "--quiet", *what]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def main():
    folder = real_data()
    zones = gpd.read_file(folder / PERIMETERS["2024"])
    faults, counts, ranges, numbers = [], collections.Counter(), 0, 0
    with tempfile.TemporaryDirectory() as data:
        imported(folder, data)
        with serving_folder(data) as server:
            for department, file in FILES.items():
                lines = Lines(of_territory(zones, department), LEGAL_CRS[department])
                for street, houses in streets(folder / "addresses" / file, LEGAL_CRS[department]):
                    if not lines.near(houses) and not lines.crossed(houses):
                        continue
                    path = f"/api/v1/streets/{urllib.parse.quote(street)}/profile?vintage=2024"
                    try:
                        profile = server.get(path)
                    except urllib.error.HTTPError as error:
                        faults.append(f"{street}: {json.load(error)['code']}")
                        continue
                    following, judged = check_following(profile, lines.followed_m(houses))
                    counts[judged] += 1
                    counts["cut"] += lines.crossed(houses)
                    counts["flagged"] += profile["runs_along_line"]
                    ranges, numbers = ranges + len(profile["odd"] + profile["even"]), numbers + len(houses)
                    found = [*check_street(profile, houses, lines), *following]
                    faults += [f"{street} {profile['name']} ({profile['city']}): {fault}" for fault in found]
    print(
        f"{counts['follows'] + counts['crosses'] + counts['between']} streets near a line, {numbers} numbers in {ranges} "
        f"ranges; {counts['cut']} with numbers in and out; {counts['flagged']} said to follow a line; by GEOS "
        f"{counts['follows']} follow one for {FOLLOWS_M:.0f} m, {counts['crosses']} for less than {CROSSES_M:.0f} m, "
        f"{counts['between']} are between and not judged"
    )
    assert min(counts["follows"], counts["crosses"], counts["cut"]) >= 20, "the check did not check"
    fail_if(faults, "differences")


main()
