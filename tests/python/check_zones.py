#!/usr/bin/env python3
"""Membership and band of 1,000,000 points over metropolitan France, answer by answer against GEOS in Lambert-93.

Half of the points are uniform over the bounding box, half are normal (sigma 700 m) around the centroids of the
perimeters. Every difference is listed. Allowed: membership within 5 cm of a line, the band within 1 m of the 300 m line
(a straight edge in degrees is not straight in Lambert-93, and Lambert-93 stretches 300 m by up to 1 m).
"""

import sys

import geopandas as gpd
import numpy as np
import shapely
from pyproj import Transformer

from qpv_under_test import PERIMETERS, fail_if, real_data, serving

LINE_TOLERANCE_M = 0.05
BAND_TOLERANCE_M = 1.0
N = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000


def load(folder):
    zones = gpd.read_file(folder / PERIMETERS["2024"])
    zones = zones[~zones.insee_dep.astype(str).str.startswith(("97", "98"))].to_crs(2154).reset_index(drop=True)
    zones["geometry"] = shapely.make_valid(zones.geometry.values)
    return zones


def draw(zones):
    rng = np.random.default_rng(1)
    minx, miny, maxx, maxy = zones.total_bounds
    centres = np.c_[zones.centroid.x, zones.centroid.y][rng.integers(0, len(zones), N - N // 2)]
    xy = np.r_[rng.uniform((minx, miny), (maxx, maxy), (N // 2, 2)), centres + rng.normal(0, 700, centres.shape)]
    rng.shuffle(xy)
    return xy


def main():
    zones = load(real_data())
    xy = draw(zones)
    lon, lat = Transformer.from_crs(2154, 4326, always_xy=True).transform(xy[:, 0], xy[:, 1])
    points, tree = shapely.points(xy), shapely.STRtree(zones.geometry.values)
    shapely.prepare(zones.geometry.values)
    expected = [set() for _ in range(N)]
    for point, zone in zip(*tree.query(points, predicate="within")):
        expected[point].add(zones.code_qp[zone])
    near = np.zeros(N, bool)
    near[tree.query(points, predicate="dwithin", distance=300.0)[0]] = True

    with serving("2024") as server:
        answers = server.zones([[round(x, 9), round(y, 9)] for x, y in zip(lon, lat)], vintage="2024")
    by_code = dict(zip(zones.code_qp, zones.geometry))
    faults, allowed, unanswered = [], [], 0
    for i, answer in enumerate(answers):
        if "error" in answer:
            # Off the territory: GEOS must agree that nothing is near.
            unanswered += 1
            if near[i]:
                faults.append(f"{lon[i]} {lat[i]}: {answer['error']['code']}, yet GEOS finds a perimeter within 300 m")
            continue
        found = {qpv["code_qp"] for qpv in answer["qpv"]}
        for code in found ^ expected[i]:
            gap_m = by_code[code].boundary.distance(points[i])
            line = f"{lon[i]:.9f} {lat[i]:.9f}: {code} {'ours' if code in found else 'GEOS'} only, {gap_m:.4f} m from its line"
            (allowed if gap_m <= LINE_TOLERANCE_M else faults).append(line)
        if (answer["zone"] in ("qpv", "band_300m")) != near[i]:
            gap_m = abs(zones.geometry.values[tree.nearest(points[i])].distance(points[i]) - 300.0)
            line = f"{lon[i]:.9f} {lat[i]:.9f}: {answer['zone']}, GEOS {'within' if near[i] else 'beyond'} 300 m, {gap_m:.3f} m from that line"
            (allowed if gap_m <= BAND_TOLERANCE_M else faults).append(line)
    print(f"{N} points, {sum(map(bool, expected))} in a perimeter, {near.sum()} within 300 m, {unanswered} off the territory")
    print(f"{len(allowed)} differences within tolerance:", *allowed, sep="\n  ")
    assert len(answers) == N and near.sum() > N // 10, "the check did not check"
    fail_if(faults, "differences beyond tolerance")


main()
