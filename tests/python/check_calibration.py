#!/usr/bin/env python3
"""Certainty and leaning of addresses and positions near lines, against a truth that is known.

The official lines of 2015 are the truth; the program gets them simplified at 10 m with GEOS. The doors are the published
positions of seven departments, and points within 60 m of the lines of every territory; the program gets them moved by an
error of each kind. Allowed: of each level of certainty, one wrong zone in 10,000; each class of leanings is right in the
share it states, give or take two points.

    check_calibration.py [SEED]         compares, with seed 2 unless stated
    check_calibration.py --ground       the same with parcels and buildings around the doors (parcels_under_test.py), named by
                                        the address file or found by position; doors of streets alone
    check_calibration.py --fit [SEED]   prints the shares that `crates/qpv-engine/src/leaning.rs` states, seed 1
"""

import collections
import csv
import pathlib
import re
import subprocess
import sys
import tempfile

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer

from parcels_under_test import plots, write_ground
from qpv_under_test import PERIMETERS, binary, fail_if, real_data

TOLERANCE_M = 10.0  # of the simplification
BAND_M = 300.0
NEAR_M = 80.0  # doors asked: within this of a true line
OFF_M = 60.0  # points drawn: within this of one
POINTS = 6_000  # for each territory, uncertainty and error, at most
# docs/addresses.md, "How exact a position is": the kinds of the address format, metres.
KINDS = {"entrée": 5.0, "bâtiment": 10.0, "parcelle": 20.0, "": 30.0}
ADDRESS_ERRORS = ["disc", "gauss", "along", "parcel"]
DEPARTMENTS = ["04", "08", "48", "52", "90", "971", "973"]
CRS = {"971": 5490, "972": 5490, "973": 2972, "974": 2975, "976": 4471, "978": 5490, "987": 3297}
LEAST_RIGHT, POINTS_OFF = 1e-4, 0.02
FIT = "--fit" in sys.argv
GROUND = "--ground" in sys.argv
SEED = int(next((argument for argument in sys.argv[1:] if argument.isdigit()), 1 if FIT else 2))


def department(code):
    return code[2:5] if code[2:4] in ("97", "98") else code[3:5]


def crs_of(department):
    return CRS.get(department, 2154)


def polygons(area):
    """An area without the lines and points that a repair may leave beside it."""
    return shapely.multipolygons([part for part in shapely.get_parts(shapely.get_parts(area)) if part.geom_type == "Polygon"])


class Truth:
    """The perimeters of a projection, as published."""

    def __init__(self, areas):
        self.areas = np.array([polygons(area) for area in shapely.make_valid(areas)])
        self.lines = shapely.boundary(self.areas)
        self.areas_tree, self.lines_tree = shapely.STRtree(self.areas), shapely.STRtree(self.lines)

    def distances(self, xy):
        return self.lines_tree.query_nearest(shapely.points(xy), return_distance=True, all_matches=False)[1]

    def zones(self, xy):
        inside = np.zeros(len(xy), bool)
        inside[self.areas_tree.query(shapely.points(xy), predicate="intersects")[0]] = True
        return np.where(inside, "qpv", np.where(self.distances(xy) < BAND_M, "band_300m", "outside"))


def load(folder):
    zones = gpd.read_file(folder / PERIMETERS["2015"])
    zones["crs"] = [crs_of(department(code)) for code in zones.CODE_QP]
    return zones


def simplified(zones):
    parts = []
    for crs, own in zones.groupby("crs"):
        own = own.to_crs(crs)
        own["geometry"] = shapely.simplify(own.geometry.values, TOLERANCE_M, preserve_topology=True)
        parts.append(own.to_crs(4326))
    return gpd.GeoDataFrame(pd.concat(parts), crs=4326).drop(columns="crs")


def run(data, *arguments):
    return subprocess.run([binary(), *map(str, arguments), "--data", str(data)], check=True, capture_output=True, text=True).stdout


def precision(data):
    """Metres that the program takes the lines to be exact to."""
    return float(re.search(r"lines precise to ([\d.]+) m", run(data, "data", "status"))[1])


def published_streets(folder, departments):
    """By department, the streets: rows of the published file, numbers, positions in the legal projection."""
    for code in departments:
        streets = collections.defaultdict(list)
        with open(folder / "addresses" / f"bano-{code}.csv", encoding="utf-8") as text:
            for row in csv.reader(text):
                streets[row[0].rpartition("-")[0]].append(row)
        project = Transformer.from_crs(4326, crs_of(code), always_xy=True)
        for rows in streets.values():
            rows.sort(key=lambda row: int(re.match(r"\d+", row[1])[0]))
            xy = np.c_[project.transform([float(row[7]) for row in rows], [float(row[6]) for row in rows])]
            yield code, rows, np.array([int(re.match(r"\d+", row[1])[0]) for row in rows]), xy


def moved(error, uncertainty_m, xy, numbers, rng):
    """Positions off their doors by an error of a kind."""
    n = len(xy)
    if error == "disc":
        angle, away = 2 * np.pi * rng.random(n), uncertainty_m * np.sqrt(rng.random(n))
        return xy + np.c_[away * np.cos(angle), away * np.sin(angle)]
    if error == "gauss":  # 95 % within the uncertainty, in the plane
        return xy + rng.normal(0, uncertainty_m / 2.4477, (n, 2))
    along, outward = kerbs(xy, numbers)
    if error == "along":
        return xy + along * rng.uniform(-uncertainty_m, uncertainty_m, n)[:, None]
    # To the middle of the parcels, whose depth a street has in common.
    depth = rng.uniform(0, min(uncertainty_m, 20.0))
    return xy + outward * np.clip(depth + rng.normal(0, 3, n), 0, uncertainty_m)[:, None]


def kerbs(xy, numbers):
    """At each door, the direction of its side of the street, and the one away from the other side."""
    along, outward = np.zeros_like(xy), np.zeros_like(xy)
    for parity in (0, 1):
        own, other = np.flatnonzero(numbers % 2 == parity), np.flatnonzero(numbers % 2 != parity)
        if len(own) < 2:
            continue
        step = np.gradient(xy[own], axis=0)
        step /= np.maximum(np.hypot(*step.T), 1e-9)[:, None]
        across = np.c_[-step[:, 1], step[:, 0]]
        if len(other):
            away = xy[own][:, None] - xy[other][None]
            nearest = np.argmin((away**2).sum(2), axis=1)
            side = np.sign((across * away[np.arange(len(own)), nearest]).sum(1))
            across *= np.where(side == 0, 1, side)[:, None]
        along[own], outward[own] = step, across
    return along, outward


HEADER = "id;id_fantoir;numero;rep;nom_voie;code_postal;code_insee;nom_commune;lon;lat;type_position;cad_parcelles".split(";")


def answered_addresses(data, streets, error, kind, rng, parcels=None):
    """The answers for the doors of streets, their positions off by an error, and the true zones."""
    published, asked = [], []
    for at, (code, rows, numbers, xy, true_zones, near) in enumerate(streets):
        x, y = moved(error, KINDS[kind], xy, numbers, rng).T
        lon, lat = Transformer.from_crs(crs_of(code), 4326, always_xy=True).transform(x, y)
        for place, row in enumerate(rows):
            number, suffix = re.match(r"(\d+) ?(.*)", row[1]).groups()
            where = [f"{lon[place]:.7f}", f"{lat[place]:.7f}"]
            insee = row[0][:5]
            parcel = parcels[at][place] if parcels else ""
            published.append([f"{insee}_{at:04}_{number.zfill(5)}{'_' + suffix.lower() if suffix else ''}", f"{insee}_{at:04}", number,
                              suffix.lower(), row[2], row[3], insee, row[4], *where, kind, parcel])  # fmt: skip
            if near[place]:
                asked.append([f"{row[1]} {row[2]} {row[3]} {row[4]}", *where, true_zones[place]])
    with tempfile.TemporaryDirectory() as here:
        addresses, questions, answers = (pathlib.Path(here, name) for name in ("addresses.csv", "questions.csv", "answers.csv"))
        pd.DataFrame(published, columns=HEADER).to_csv(addresses, sep=";", index=False)
        run(data, "data", "import", "--quiet", "--addresses", addresses)
        table = pd.DataFrame(asked, columns=["q", "own_lon", "own_lat", "truth"])
        table.to_csv(questions, index=False)
        command = [binary(), "batch", questions, "-o", answers, "--columns", "q", "--vintage", "2015", "--quiet", "--data", data]
        subprocess.run(list(map(str, command)), check=False, capture_output=True)
        found = pd.read_csv(answers)
    # Only the very address asked is judged: its text may name another, or several.
    same = (found.longitude - found.own_lon).abs() + (found.latitude - found.own_lat).abs() < 3e-6
    return found[same & found.distance_to_boundary_m.notna()].assign(uncertainty_m=KINDS[kind])


def drawn_points(truth, rng, count):
    """Doors at most OFF_M from the lines, drawn by their length."""
    length_m = shapely.length(truth.lines)
    line = truth.lines[rng.choice(len(truth.lines), count, p=length_m / length_m.sum())]
    on = shapely.line_interpolate_point(shapely.line_merge(shapely.get_geometry(line, 0)), rng.random(count), normalized=True)
    angle, away = 2 * np.pi * rng.random(count), OFF_M * np.sqrt(rng.random(count))
    return shapely.get_coordinates(on) + np.c_[away * np.cos(angle), away * np.sin(angle)]


def answered_points(data, crs, xy, truth, uncertainty_m):
    lon, lat = Transformer.from_crs(crs, 4326, always_xy=True).transform(*xy.T)
    with tempfile.TemporaryDirectory() as here:
        points, answers = pathlib.Path(here, "points.csv"), pathlib.Path(here, "answers.csv")
        pd.DataFrame({"lon": lon, "lat": lat, "truth": truth}).to_csv(points, index=False, float_format="%.9f")
        command = [binary(), "batch", points, "-o", answers, "--vintage", "2015", "--uncertainty-m", uncertainty_m, "--quiet", "--data", data]
        subprocess.run(list(map(str, command)), check=False, capture_output=True)
        found = pd.read_csv(answers)
    return found[found.distance_to_boundary_m.notna()].assign(uncertainty_m=uncertainty_m)


def import_ground(data, streets):
    """Imports plots around the doors; returns the parcel of each door by street."""
    parcels = [None] * len(streets)
    for code in DEPARTMENTS:
        own = [at for at, street in enumerate(streets) if street[0] == code]
        if not own:
            continue
        doors = np.concatenate([streets[at][3] for at in own])
        made = plots(*doors.T, [row[0][:5] for at in own for row in streets[at][1]])
        for kind, file in zip(("--parcels", "--buildings"), write_ground(pathlib.Path(data), code, made, crs_of(code))):
            run(data, "data", "import", "--quiet", kind, file)
        ends = np.cumsum([len(streets[at][1]) for at in own])
        for at, end in zip(own, ends):
            parcels[at] = [plot.id for plot in made[end - len(streets[at][1]) : end]]
    return parcels


def grounded_answers(streets, data, rng):
    """With parcels and buildings: named by the file, whatever the error; else found by positions within their own plots."""
    parcels = import_ground(data, streets)
    for kind in KINDS:
        for error in ADDRESS_ERRORS:
            # Whatever its position, an address that is named stands on the same parcels: one error is enough.
            for named in (True, False) if error == ADDRESS_ERRORS[0] else (False,):
                found = answered_addresses(data, streets, error, kind, rng, parcels if named else None)
                source = "named" if named else "by position"
                wrong = ((found.zone != "undetermined") & (found.zone != found.truth)).sum()
                print(f"{source}, {kind or 'unknown'}, {error}: {(found.zone == 'undetermined').mean():.1%} open, {wrong} wrong of {len(found)}")
                yield found.assign(source=source, error_kind=error)


def all_answers(folder, zones, data):
    rng = np.random.default_rng(SEED)
    zones_of = {crs: Truth(own.to_crs(crs).geometry.values) for crs, own in zones.groupby("crs")}
    streets = []
    for code, rows, numbers, xy in published_streets(folder, DEPARTMENTS):
        truth = zones_of[crs_of(code)]
        near = truth.distances(xy) <= NEAR_M
        if near.any():
            streets.append((code, rows, numbers, xy, truth.zones(xy), near))
    print(f"{len(streets)} streets near a line")
    if GROUND:
        return pd.concat(grounded_answers(streets, data, rng), ignore_index=True)
    answers = []
    for kind in KINDS:
        for error in ADDRESS_ERRORS:
            found = answered_addresses(data, streets, error, kind, rng)
            answers.append(found.assign(source="address", error_kind=error))
    for crs, truth in zones_of.items():
        count = min(POINTS, 100 * len(truth.areas))
        for uncertainty_m in KINDS.values():
            for error in ("disc", "gauss"):
                doors = drawn_points(truth, rng, count)
                published = moved(error, uncertainty_m, doors, None, rng)
                found = answered_points(data, crs, published, truth.zones(doors), uncertainty_m)
                answers.append(found.assign(source=f"points {crs}", error_kind=error))
    return pd.concat(answers, ignore_index=True)


def as_given(distance_m):
    """The zone of the position as published, and the metres to the line that decides."""
    inside = distance_m < 0
    gap_m = np.where(inside, -distance_m, np.minimum(distance_m, (distance_m - BAND_M).abs()))
    return np.where(inside, "qpv", np.where(distance_m < BAND_M, "band_300m", "outside")), gap_m


def main():
    folder = real_data()
    zones = load(folder)
    with tempfile.TemporaryDirectory() as data:
        published = pathlib.Path(data, "simplified.geojson")
        simplified(zones).to_file(published, driver="GeoJSON", COORDINATE_PRECISION=8)
        run(data, "data", "import", "--quiet", "--accept-refused", "--vintage", "2015", published)
        precision_m = precision(data)
        answers = all_answers(folder, zones, data)
    answers["given"], answers["gap_m"] = as_given(answers.distance_to_boundary_m)
    answers["share"] = answers.gap_m / (answers.uncertainty_m + precision_m)
    print(f"{len(answers)} positions, lines precise to {precision_m} m")
    if "--keep" in sys.argv:
        answers.to_pickle(sys.argv[-1])
    if FIT:
        fit(answers)
        return
    # Those that the ground leaves open are others than a leaning was measured on.
    faults = [*check_levels(answers), *([] if GROUND else check_leanings(answers))]
    fail_if(faults, "levels or classes are not what they state")


def fit(answers):
    open_ones = answers[answers.zone == "undetermined"]
    right = open_ones.given == open_ones.truth
    print(right.groupby((open_ones.share * 10).astype(int).clip(upper=9)).agg(["mean", "size"]).round(4).to_string())


def check_levels(answers):
    flat = answers[answers.zone != "undetermined"]
    for level, own in flat.groupby("certainty"):
        wrong = (own.zone != own.truth).sum()
        print(f"{level}: {wrong} wrong of {len(own)}")
        if wrong > LEAST_RIGHT * len(own):
            yield f"{level}: {wrong} of {len(own)} wrong"


def check_leanings(answers):
    open_ones = answers[answers.leaning.notna()]
    for stated, own in open_ones.groupby("leaning_probability"):
        right = (own.leaning == own.truth).mean()
        print(f"leaning stated {stated:.2f}: right {right:.4f} of {len(own)}")
        if abs(right - stated) > POINTS_OFF:
            yield f"leaning stated {stated}: right in {right:.4f} of {len(own)}"


main()
