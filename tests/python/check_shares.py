#!/usr/bin/env python3
"""Shares of 1,000 random polygons in the perimeters of both vintages and in their band, against GEOS in the legal projection;
and counts of addresses in some of them, against the published file."""

import subprocess
import tempfile

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import shapely.affinity

from qpv_under_test import PERIMETERS, binary, fail_if, real_data, serving_folder

LEGAL_EPSG = {"971": 5490, "972": 5490, "978": 5490, "973": 2972, "974": 2975, "976": 4471, "975": 4467, "987": 3297}
POLYGONS, TOLERANCE_HA = 1000, 0.02
COLUMNS = {"2015": "CODE_QP", "2024": "code_qp"}
ADDRESSES = "addresses/adresses-90.csv.gz"
# A position this near to the polygon's line may be counted either way: the index keeps coordinates to a centimetre.
NEAR_DEG = 2e-7


def perimeters(file, column):
    frame = gpd.read_file(file, encoding="cp1252" if file.suffix == ".shp" else None)[[column, "geometry"]]
    frame["geometry"] = shapely.make_valid(frame.geometry.values)
    frame["epsg"] = frame[column].str[2:5].map(LEGAL_EPSG).fillna(2154).astype(int)
    return frame


def random_polygon(draw, centre):
    """A star around a point, with 3 to 40 vertices, 50 m to 3 km across; sometimes with a hole."""
    count, reach = int(draw.integers(3, 40)), 10 ** draw.uniform(np.log10(50), np.log10(3000)) / 111_000
    angles = np.sort(draw.uniform(0, 2 * np.pi, count))
    radii = reach * draw.uniform(0.3, 1, count)
    x = centre.x + radii * np.cos(angles) / np.cos(np.radians(centre.y))
    star = shapely.Polygon(np.column_stack([x, centre.y + radii * np.sin(angles)]))
    hole = shapely.affinity.scale(star, 0.3, 0.3, origin=star.representative_point())
    return star.difference(hole) if count % 3 == 0 and star.contains(hole) else star


def projected(shapes, epsg):
    return gpd.GeoSeries(shapes, crs=4326).to_crs(epsg)


def overlay_ha(polygon, shapes):
    """Hectares of a polygon in some shapes, all of one plane."""
    near = shapes.iloc[shapes.sindex.query(polygon, predicate="intersects")]
    return polygon.intersection(shapely.union_all(near.values)).area / 1e4


def band(server, vintage):
    """The drawn band, by its own vertices."""
    path = f"/ogc/collections/band-300m-{vintage}/items?limit=1000&offset="
    features = []
    while page := server.get(path + str(len(features)))["features"]:
        features += page
    return gpd.GeoSeries([shapely.make_valid(shapely.geometry.shape(it["geometry"])) for it in features], crs=4326)


def compare_hectares(server, folder, faults):
    draw = np.random.default_rng(20)
    official = {vintage: perimeters(folder / file, COLUMNS[vintage]) for vintage, file in PERIMETERS.items()}
    drawn = {vintage: band(server, vintage) for vintage in official}
    planes = {}
    tested, largest = 0, 0.0
    while tested < POLYGONS:
        frame = official[("2015", "2024")[tested % 2]]
        row = frame.iloc[int(draw.integers(len(frame)))]
        polygon = random_polygon(draw, row.geometry.representative_point())
        if not polygon.is_valid or polygon.geom_type != "Polygon":
            continue
        tested += 1
        plane = projected([polygon], row.epsg).iloc[0]
        answer = server.post("/api/v1/share", {"polygon": shapely.geometry.mapping(polygon)})
        for vintage, frame in official.items():
            key = (vintage, row.epsg)
            if key not in planes:
                around = drawn[vintage].cx[slice(*BOUNDS[row.epsg][::2]), slice(*BOUNDS[row.epsg][1::2])]
                planes[key] = frame[frame.epsg == row.epsg].to_crs(row.epsg).geometry, around.to_crs(row.epsg)
            ours, band_plane = planes[key]
            if ours.empty:
                continue
            found = next(it for it in answer["vintages"] if it["vintage"] == vintage)["hectares"]
            inside = overlay_ha(plane, ours)
            around = overlay_ha(plane, band_plane)
            expected = {"total": plane.area / 1e4, "qpv": inside, "band_300m": around - inside, "outside": plane.area / 1e4 - around}
            for zone, hectares in expected.items():
                if found[zone] is None:
                    faults.append(f"{row.iloc[0]} {vintage} {zone}: null, GEOS {hectares:.4f} ha")
                    continue
                largest = max(largest, abs(found[zone] - hectares))
                if abs(found[zone] - hectares) > TOLERANCE_HA:
                    faults.append(f"{row.iloc[0]} {vintage} {zone}: {found[zone]} ha, GEOS {hectares:.4f} ha")
    print(f"{tested} polygons in both vintages, at most {largest:.4f} ha off")


# West, south, east, north of the territory of each projection.
BOUNDS = {
    2154: (-6, 41, 10, 52), 5490: (-64, 14, -60, 19), 2972: (-55, 2, -51, 6), 2975: (55, -22, 56, -20),
    4471: (44, -14, 46, -12), 4467: (-57, 46, -56, 48), 3297: (-155, -28, -134, -7),
}


def compare_addresses(server, folder, faults):
    draw = np.random.default_rng(21)
    table = pd.read_csv(folder / ADDRESSES, sep=";", dtype=str).drop_duplicates("id")
    points = gpd.GeoSeries(shapely.points(table["lon"].astype(float), table["lat"].astype(float)))
    tested = 0
    for _ in range(40):
        polygon = random_polygon(draw, points.iloc[int(draw.integers(len(points)))])
        if not polygon.is_valid or polygon.geom_type != "Polygon":
            continue
        inside = int(points.intersects(polygon).sum())
        near = int((points.distance(polygon.boundary) < NEAR_DEG).sum())
        answer = server.post("/api/v1/share", {"polygon": shapely.geometry.mapping(polygon), "vintage": "2024"})
        found = answer["vintages"][0]["addresses"]["total"] or 0
        tested += 1
        # Addresses whose published position cannot be right are left out.
        if not inside - near - max(2, 0.002 * inside) <= found <= inside + near:
            faults.append(f"{found} addresses in a polygon, {inside} in the file")
    print(f"addresses of {tested} polygons compared")


def main():
    folder, faults = real_data(), []
    with tempfile.TemporaryDirectory() as data:
        imports = [["--vintage", vintage, str(folder / file)] for vintage, file in PERIMETERS.items()]
        for options in [*imports, ["--addresses", str(folder / ADDRESSES)]]:
            command = [binary(), "data", "import", "--data", data, "--quiet", *options]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        with serving_folder(data) as server:
            compare_hectares(server, folder, faults)
            compare_addresses(server, folder, faults)
    fail_if(faults, "shares differ")


main()
