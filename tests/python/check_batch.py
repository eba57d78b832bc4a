#!/usr/bin/env python3
"""`qpv batch` on 200,000 points over metropolitan France, row by row against GEOS in Lambert-93.

The points are drawn as in check_zones.py. The answers are read by pandas, which shares no code with what wrote them.
Allowed: membership within 5 cm of a line, the band within 1 m of the 300 m line; no answer where the official outlines of
the departments, which are simplified, do not hold the point by a kilometre.
"""

import pathlib
import subprocess
import sys
import tempfile

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer

from qpv_under_test import PERIMETERS, binary, fail_if, real_data

LINE_TOLERANCE_M = 0.05
BAND_TOLERANCE_M = 1.0
INLAND_MARGIN_M = 1_000.0
N = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000


def load(folder):
    zones = gpd.read_file(folder / PERIMETERS["2024"])
    zones = zones[~zones.insee_dep.astype(str).str.startswith(("97", "98"))].to_crs(2154).reset_index(drop=True)
    zones["geometry"] = shapely.make_valid(zones.geometry.values)
    return zones


def inland(folder, points):
    """Which points lie in metropolitan France beyond doubt: they must have an answer."""
    departments = gpd.read_file(folder / "outlines" / "departements.geojson")
    departments = departments[~departments.insee_dep.str.startswith(("97", "98"))].to_crs(2154)
    shrunk = shapely.union_all(shapely.make_valid(departments.geometry.values)).buffer(-INLAND_MARGIN_M)
    shapely.prepare(shrunk)
    return shapely.contains(shrunk, points)


def draw(zones):
    rng = np.random.default_rng(2)
    minx, miny, maxx, maxy = zones.total_bounds
    centres = np.c_[zones.centroid.x, zones.centroid.y][rng.integers(0, len(zones), N - N // 2)]
    xy = np.r_[rng.uniform((minx, miny), (maxx, maxy), (N // 2, 2)), centres + rng.normal(0, 700, centres.shape)]
    rng.shuffle(xy)
    return xy


def answered(folder, xy):
    """The table of answers, from a French CSV: semicolons, decimal commas, a note with a line end in it."""
    lon, lat = Transformer.from_crs(2154, 4326, always_xy=True).transform(xy[:, 0], xy[:, 1])
    table = pd.DataFrame({"id": range(N), "note": "à voir ;\n« ici »", "Longitude": lon, "Latitude": lat})
    with tempfile.TemporaryDirectory() as here:
        points, out = pathlib.Path(here, "points.csv"), pathlib.Path(here, "out.csv")
        table.to_csv(points, sep=";", decimal=",", index=False, float_format="%.9f")
        source = folder / PERIMETERS["2024"]
        subprocess.run(
            [binary(), "data", "import", "--data", here, "--quiet", "--vintage", "2024", source],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        ran = subprocess.run([binary(), "batch", "--data", here, "--vintage", "2024", points, "-o", out])
        # 3: points in the sea have no answer.
        assert ran.returncode == 3, ran
        return pd.read_csv(out, sep=";", dtype=str, keep_default_na=False)


def main():
    folder = real_data()
    zones = load(folder)
    xy = draw(zones)
    points, tree = shapely.points(xy), shapely.STRtree(zones.geometry.values)
    shapely.prepare(zones.geometry.values)
    expected = [set() for _ in range(N)]
    for point, zone in zip(*tree.query(points, predicate="within")):
        expected[point].add(zones.code_qp[zone])
    near = np.zeros(N, bool)
    near[tree.query(points, predicate="dwithin", distance=300.0)[0]] = True

    answerable = inland(folder, points)

    table = answered(folder, xy)
    assert list(table.id) == [str(i) for i in range(N)] and near.sum() > N // 10, "the check did not check"
    assert N // 2 < answerable.sum() < N, "the check did not check"
    assert (table.note == "à voir ;\n« ici »").all(), "the notes were altered"
    by_code = dict(zip(zones.code_qp, zones.geometry))
    faults, allowed = [], 0
    for i, (zone, codes, error) in enumerate(zip(table.zone, table.code_qp, table.error)):
        found = set(codes.split())
        for code in found ^ expected[i]:
            gap_m = by_code[code].boundary.distance(points[i])
            allowed += gap_m <= LINE_TOLERANCE_M
            if gap_m > LINE_TOLERANCE_M:
                faults.append(f"row {i}: {code} on one side only, {gap_m:.3f} m from its line")
        if (zone in ("qpv", "band_300m")) != near[i] or bool(error) == bool(zone):
            gap_m = abs(zones.geometry.values[tree.nearest(points[i])].distance(points[i]) - 300.0)
            allowed += gap_m <= BAND_TOLERANCE_M
            if gap_m > BAND_TOLERANCE_M:
                faults.append(f"row {i}: {zone or error}, {gap_m:.3f} m from the 300 m line")
        if error and answerable[i]:
            faults.append(f"row {i}: {error}, well inside metropolitan France")
    print(
        f"{N} rows, {sum(map(bool, expected))} in a perimeter, {near.sum()} within 300 m, {allowed} within tolerance, "
        f"{answerable.sum()} well inside metropolitan France, {sum(map(bool, table.error))} without an answer"
    )
    fail_if(faults, "differences beyond tolerance")


main()
