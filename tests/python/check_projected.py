#!/usr/bin/env python3
"""Membership in a layer published in Lambert-93, asked in Lambert-93: the same as GEOS on the published coordinates.

No tolerance: neither side converts anything. Points on vertices are asked too; they belong to the perimeter.
"""

import subprocess
import tempfile

import geopandas as gpd
import numpy as np
import shapely

from qpv_under_test import binary, fail_if, real_data, serving_folder

N = 60_000


def main():
    file = real_data() / "perimeters-2015" / "QP_METROPOLE_LB93.shp"
    zones = gpd.read_file(file, encoding="cp1252")
    published_valid = zones.geometry[zones.is_valid]
    zones["geometry"] = shapely.make_valid(zones.geometry.values)
    rng = np.random.default_rng(3)
    centres = np.c_[zones.centroid.x, zones.centroid.y][rng.integers(0, len(zones), N)]
    xy = (centres + rng.normal(0, 400, centres.shape)).round(3)
    vertices = shapely.get_coordinates(published_valid.values)[::97]
    xy = np.r_[xy, vertices]
    expected = [set() for _ in xy]
    for point, zone in zip(*shapely.STRtree(zones.geometry.values).query(shapely.points(xy), predicate="intersects")):
        expected[point].add(zones.CODE_QP[zone])
    with tempfile.TemporaryDirectory() as data:
        command = [binary(), "data", "import", "--data", data, "--quiet", "--vintage", "2015", str(file)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        with serving_folder(data) as server:
            answers = server.zones(xy.tolist(), vintage="2015", crs="EPSG:2154")
    faults = []
    for point, answer, codes in zip(xy, answers, expected):
        found = {qpv["code_qp"] for qpv in answer["qpv"]} if "qpv" in answer else answer
        if found != codes:
            faults.append(f"{point}: {found}, GEOS {codes}")
    print(f"{len(xy)} points, {sum(map(bool, expected))} inside, {len(vertices)} of them vertices")
    fail_if(faults, "differences")


main()
