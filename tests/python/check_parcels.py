#!/usr/bin/env python3
"""Parcels and buildings: what they settle in departments 08 and 90 (or those given), against GEOS.

    check_parcels.py [DEPARTMENT...] [2015]     2015: on the lines of that year, which are published in full precision


Parcels and buildings are drawn around the real addresses (parcels_under_test.py) and named by the address file, then asked
by `qpv batch`. Every address whose position is too near a line must be answered as GEOS says of its parcel, or else of its
building: all on one side of the line by more than the line is exact, or a part of the building that far while the line
enters it by a little at most, or neither. Counted: the addresses inside a perimeter that stay undetermined, with and
without them. Not judged: what comes within 20 cm of a threshold.
"""

import collections
import csv
import pathlib
import subprocess
import sys
import tempfile

import geopandas as gpd
import numpy as np
import shapely
from pyproj import Transformer

from parcels_under_test import LEGAL_CRS, plots, read_addresses, write_addresses, write_ground
from qpv_under_test import PERIMETERS, binary, fail_if, real_data

FILES = {"08": "bano-08.csv", "52": "adresses-52.csv.gz", "90": "adresses-90.csv.gz", "971": "adresses-971.csv.gz"}
# Two of them in every test, one of the BAN and one of BANO; all with their names as arguments.
DEPARTMENTS = [argument for argument in sys.argv[1:] if argument in FILES] or ["08", "90"]
VINTAGE = "2015" if "2015" in sys.argv else "2024"
SLACK_M = 0.2
STEP_M = 0.3  # between the points of a building that are measured
# docs/parcels.md: shares of the precision by which a part lies farther than it, and by which the line may enter.
REACH_SHARE, ENTER_SHARE = 0.35, 0.25
LEAST_JUDGED = 1_500


def run(*arguments):
    ended = subprocess.run([binary(), *map(str, arguments)], capture_output=True, text=True)
    assert ended.returncode in (0, 3), ended.stderr
    return ended.stdout


class Lines:
    """The perimeters of a department, and what GEOS says of an outline."""

    def __init__(self, zones, crs, precision_m):
        self.areas = shapely.make_valid(zones.to_crs(crs).geometry.values)
        self.lines, self.precision_m = shapely.boundary(self.areas), precision_m
        self.tree, self.line_tree = shapely.STRtree(self.areas), shapely.STRtree(self.lines)

    def zone(self, outline):
        """The zone of all of an outline; `undetermined`; None within the slack of a threshold."""
        members = self.tree.query(outline, predicate="intersects")
        line_m = self.lines[self.line_tree.nearest(outline)].distance(outline)
        far = shapely.Point(max(shapely.get_coordinates(outline), key=lambda at: self.distance(shapely.Point(at))))
        nearest_m, farthest_m = self.distance(outline), self.distance(far)
        # In several perimeters, the line of the one it is deepest in decides.
        covering = [i for i in members if self.areas[i].covers(outline)]
        line_m = max((self.lines[i].distance(outline) for i in covering), default=line_m)
        gap_m = line_m if len(members) else min(line_m, 300 - farthest_m if farthest_m < 300 else max(nearest_m - 300, 0))
        if abs(gap_m - self.precision_m) < SLACK_M:
            return None
        if gap_m < self.precision_m:
            return "undetermined"
        return "qpv" if len(members) else "band_300m" if farthest_m < 300 else "outside"

    def side(self, outline):
        """The zone of a building that reaches clear of the line on one side; `undetermined`; None within the slack."""
        members = self.tree.query(outline, predicate="intersects")
        if len(members) > 1:
            return "undetermined"
        west, south, east, north = outline.bounds
        grid = shapely.points(*map(np.ravel, np.meshgrid(np.arange(west, east, STEP_M), np.arange(south, north, STEP_M))))
        edge = shapely.points(shapely.get_coordinates(shapely.segmentize(outline, STEP_M)))
        points = np.concatenate([edge, grid[shapely.intersects(outline, grid)]])
        if len(members):
            deep = np.where(shapely.intersects(self.areas[members[0]], points), shapely.distance(self.lines[members[0]], points), 0)
        else:
            deep = np.zeros(len(points))
        off = self.tree.query_nearest(points, return_distance=True, all_matches=False)[1]
        reach_m, enter_m = (1 + REACH_SHARE) * self.precision_m, ENTER_SHARE * self.precision_m
        if abs(deep.max() - reach_m) < SLACK_M or abs(off.max() - reach_m) < SLACK_M:
            return None
        if deep.max() > reach_m and off.max() <= reach_m:
            return None if abs(off.max() - enter_m) < SLACK_M else "qpv" if off.max() < enter_m else "undetermined"
        if off.max() > reach_m and deep.max() <= reach_m:
            to_band_m = 300 - off.max() - self.precision_m
            if abs(deep.max() - enter_m) < SLACK_M or abs(to_band_m) < SLACK_M:
                return None
            return "band_300m" if deep.max() < enter_m and to_band_m > 0 else "undetermined"
        return "undetermined"

    def meets(self, outline):
        """Whether a line is drawn through an outline."""
        return self.lines[self.line_tree.nearest(outline)].distance(outline) < SLACK_M

    def distance(self, shape):
        return self.areas[self.tree.nearest(shape)].distance(shape)


def answers(data, file, rows):
    """Zone and level of each row, by its address."""
    with open(file, "w", encoding="utf-8", newline="") as text:
        writer = csv.writer(text)
        writer.writerow(["address"])
        for row in rows:
            number = f"{row['numero']} {row['rep']}".strip()
            writer.writerow([f"{number} {row['nom_voie']} {row['code_postal']} {row['nom_commune']}"])
    output = file.with_suffix(".answers.csv")
    # It ends with 3 where zones stay open.
    run("batch", "--data", data, "--quiet", "--columns", "address", "--vintage", VINTAGE, file, "--force", "-o", output)
    with open(output, encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text, delimiter=";"))


def main():
    folder = real_data()
    zones = gpd.read_file(folder / PERIMETERS[VINTAGE]).rename(columns=str.lower)
    zones["department"] = [code[2:5] if code[2:4] in ("97", "98") else code[3:5] for code in zones.code_qp]
    faults, outcomes, judged, edges = [], collections.Counter(), 0, 0
    with tempfile.TemporaryDirectory() as work:
        work = pathlib.Path(work)
        data = work / "data"
        run("data", "import", "--data", data, "--quiet", "--vintage", VINTAGE, folder / PERIMETERS[VINTAGE])
        precision_m = float(run("data", "status", "--data", data).split("lines precise to ")[1].split()[0])
        for department in DEPARTMENTS:
            name = FILES[department]
            crs = LEGAL_CRS[department]
            rows = [row for row in read_addresses(folder / "addresses" / name, department) if row["numero"] not in ("", "0")]
            to_plane = Transformer.from_crs(4326, crs, always_xy=True)
            lon, lat = (np.round([float(row[axis]) for row in rows], 7) for axis in ("lon", "lat"))
            x, y = to_plane.transform(lon, lat)
            made = plots(x, y, [row["code_insee"] for row in rows])
            for row, plot in zip(rows, made):
                row["cad_parcelles"] = plot.id
            lines = Lines(zones[zones.department == department], crs, precision_m)
            points = shapely.points(x, y)
            near = np.unique(lines.line_tree.query(points, predicate="dwithin", distance=60)[0])
            inside = np.unique(lines.tree.query(points, predicate="intersects")[0])
            which = np.union1d(near, inside)
            asked = [rows[i] for i in which]
            file = work / f"adresses-{department}.csv.gz"
            write_addresses(file, rows)
            run("data", "import", "--data", data, "--quiet", "--addresses", file)
            before = answers(data, work / f"list-{department}.csv", asked)
            parcels, buildings = write_ground(work, department, made)
            run("data", "import", "--data", data, "--quiet", "--parcels", parcels)
            run("data", "import", "--data", data, "--quiet", "--buildings", buildings)
            after = answers(data, work / f"list-{department}.csv", asked)
            is_inside = set(inside)
            counts = collections.Counter()
            for i, row, old, new in zip(which, asked, before, after):
                # Another address was meant by the text: it has another plot.
                # What the numbers of a street say is not believed of a house that the line is drawn through.
                house = made[i].building if made[i].building.area > 1 else made[i].parcel
                is_cut = old["certainty"] == "street_side" and new["zone"] == "undetermined" and lines.meets(house)
                if old["zone"] not in ("undetermined", new["zone"]) and not is_cut:
                    faults.append(f"{row['id']}: {old['zone']} became {new['zone']}")
                if i in is_inside:
                    counts["inside"] += 1
                    counts["before"] += old["zone"] == "undetermined"
                    counts["after"] += new["zone"] == "undetermined"
                is_other = max(abs(float(new["longitude"] or 0) - float(row["lon"])), abs(float(new["latitude"] or 0) - float(row["lat"]))) > 1e-6
                if old["zone"] != "undetermined" or is_other:
                    continue
                parcel = lines.zone(made[i].parcel)
                # The smallest plots have no building.
                building = lines.zone(made[i].building) if made[i].building.area > 1 else "undetermined"
                expected, level = (parcel, "certain") if parcel != "undetermined" else (building, "certain")
                if expected == "undetermined" and made[i].building.area > 1:
                    expected, level = lines.side(made[i].building), "building_side"
                if expected is None or (parcel is None):
                    edges += 1
                    continue
                judged += 1
                by = "parcel" if parcel != "undetermined" else "building" if level == "certain" else "side of the building"
                outcomes[f"{expected} by {by}" if expected != "undetermined" else expected] += 1
                # What the ground leaves open, the street may settle.
                found = (new["zone"], new["certainty"]) if new["certainty"] in ("certain", "building_side") else ("undetermined", level)
                if found != (expected, level) and not (found[0] == expected == "undetermined"):
                    faults.append(f"{row['id']}: {expected} by GEOS, {new['zone']} ({new['certainty']})")
            shares = ", ".join(f"{counts[when] / counts['inside']:.1%} {when}" for when in ("before", "after"))
            print(f"department {department}: of {counts['inside']} addresses inside, undetermined: {shares}")
    print(*(f"{count:6} {outcome}" for outcome, count in outcomes.most_common()), sep="\n")
    print(f"{judged} answers judged, {edges} at a threshold: not judged")
    assert judged >= LEAST_JUDGED, "the check did not check"
    fail_if(faults[:20], f"answers (of {len(faults)} faults) are not what GEOS says of the ground")


main()
