#!/usr/bin/env python3
"""`qpv batch` on Parquet and GeoParquet files of pyarrow and geopandas, against GEOS in Lambert-93.

The same points come as numbers in every codec, as geometries (well-known binary and native points) on WGS 84 and in
Lambert-93, and as small squares, which are buildings. Allowed: membership within 5 cm of a line. Outputs are read back by
pyarrow and geopandas: texts are texts, and a table of geometries is GeoParquet 1.1 with the extent of each row.
"""

import json
import pathlib
import subprocess
import tempfile

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import shapely

from qpv_under_test import PERIMETERS, binary, fail_if, real_data

LINE_TOLERANCE_M = 0.05
N = 20_000
SQUARES = 2_000
HALF_SIDE_M = 5.0
ADDED = ["zone", "code_qp", "lib_qp", "distance_to_boundary_m", "nearest_code_qp", "certainty", "vintage", "error", "leaning", "leaning_probability"]
faults = []


def expect(condition, what):
    if not condition:
        faults.append(what)


def load():
    zones = gpd.read_file(real_data() / PERIMETERS["2024"])
    zones = zones[~zones.insee_dep.astype(str).str.startswith(("97", "98"))].to_crs(2154).reset_index(drop=True)
    zones["geometry"] = shapely.make_valid(zones.geometry.values)
    return zones


def draw(zones):
    """Points in Lambert-93 around the middles of perimeters, in no order."""
    rng = np.random.default_rng(3)
    centres = np.c_[zones.centroid.x, zones.centroid.y][rng.integers(0, len(zones), N)]
    return centres + rng.normal(0, 500, centres.shape)


def batch(folder, name, *options):
    out = folder / f"out-{name}"
    ran = subprocess.run(
        [binary(), "batch", "--data", folder, "--vintage", "2024", "--quiet", "--force", *options, folder / name, "-o", out],
        capture_output=True,
        text=True,
    )
    assert ran.returncode in (0, 3), ran
    return pq.read_table(out), out


def batch_as_text(folder, name):
    """The same as CSV, whose cells are all texts."""
    out = folder / f"out-{name}.csv"
    subprocess.run(
        [binary(), "batch", "--data", folder, "--vintage", "2024", "--quiet", "--force", folder / name, "-o", out],
        capture_output=True,
    )
    return pd.read_csv(out, sep=";", dtype=str, keep_default_na=False, encoding="utf-8-sig")


def check_members(zones, shapes, table, what):
    """The codes of each row are those of the perimeters that GEOS says a shape meets."""
    tree = shapely.STRtree(zones.geometry.values)
    expected = [set() for _ in shapes]
    for shape, zone in zip(*tree.query(shapes, predicate="intersects")):
        expected[shape].add(zones.code_qp[zone])
    by_code = dict(zip(zones.code_qp, zones.geometry))
    for row, codes in enumerate(table["code_qp"].to_pylist()):
        for code in set((codes or "").split()) ^ expected[row]:
            gap_m = by_code[code].boundary.distance(shapes[row])
            inside = shapely.area(shapely.intersection(by_code[code], shapes[row]))
            expect(gap_m <= LINE_TOLERANCE_M and inside < 1.0, f"{what}, row {row}: {code} on one side only, {gap_m:.3f} m")
    expect(sum(map(bool, expected)) > len(shapes) // 10, f"{what}: the check did not check")


def check_plain(folder, zones, points, lonlat):
    """Numbers, in every codec and cut; returns the full answer."""
    table = pa.table({"id": np.arange(N), "note": ["à voir", None, "x", ""] * (N // 4), "lon": lonlat[:, 0], "lat": lonlat[:, 1]})
    answers = {}
    for codec, rows in (("snappy", 7_001), ("zstd", N), ("gzip", 333), ("brotli", N), ("lz4", 5_000), ("none", 64)):
        pq.write_table(table, folder / f"{codec}.parquet", compression=codec, row_group_size=rows, data_page_size=20_000)
        answers[codec], out = batch(folder, f"{codec}.parquet")
        expect(answers[codec].select(table.column_names).equals(table), f"{codec}: the columns of the input were altered")
        expect(answers[codec].equals(answers["snappy"]), f"{codec}: other answers than those of snappy")
    full = answers["snappy"]
    expect(full.column_names == [*table.column_names, *ADDED], f"columns {full.column_names}")
    types = {str(full.schema.field(name).type) for name in ADDED}
    expect(types == {"string", "double"}, f"types of the added columns: {types}")
    check_members(zones, points, full, "numbers")
    for names in (["code_qp"], ["vintage", "code_qp"], ["lib_qp", "error"], ["zone"], ["certainty", "zone", "code_qp"], ADDED[::-1]):
        some, _ = batch(folder, "snappy.parquet", "--columns-out", ",".join(names))
        expect(some.column_names == [*table.column_names, *names], f"{names}: columns {some.column_names}")
        expect(some.select(names).equals(full.select(names)), f"{names}: other values than in the full answer")
    return full


def check_geometries(folder, full, points, lonlat):
    """Geometries, in two reference systems and encodings: the answers of the numbers, and GeoParquet 1.1."""
    frames = {
        "wgs84": gpd.GeoDataFrame({"id": np.arange(N)}, geometry=shapely.points(lonlat), crs=4326),
        "lambert": gpd.GeoDataFrame({"id": np.arange(N)}, geometry=points, crs=2154),
    }
    for name, frame in frames.items():
        for encoding in ("WKB", "geoarrow"):
            file = f"{name}-{encoding}.parquet"
            frame.to_parquet(folder / file, geometry_encoding=encoding, schema_version="1.1.0", row_group_size=3_000)
            table, out = batch(folder, file)
            same = pc.sum(pc.equal(table["code_qp"].fill_null(""), full["code_qp"].fill_null(""))).as_py()
            # On WGS 84 the points are the same to the last bit; from Lambert-93 to a hair.
            expect(same >= (N if name == "wgs84" else N - 2), f"{file}: {N - same} rows with other codes")
            back = gpd.read_parquet(out)
            expect(back.crs == frame.crs and back.geometry.geom_equals(frame.geometry).all(), f"{file}: geometries altered")
            if encoding == "WKB":
                check_extents(table, back, file)
            check_text(folder, file, frame, table)
    holes = frames["wgs84"].head(4).copy()
    holes.geometry = [None, shapely.Point(), shapely.LineString([(2, 48), (3, 48)]), shapely.Point(lonlat[0])]
    holes.to_parquet(folder / "holes.parquet")
    errors = batch(folder, "holes.parquet")[0]["error"].to_pylist()
    expect(errors == ["missing_coordinates", "missing_coordinates", "not_a_place", None], f"holes: {errors}")


def check_text(folder, file, frame, table):
    """As CSV: the same answers, and geometries that GEOS reads back to the last bit."""
    text = batch_as_text(folder, file)
    expect((shapely.from_wkt(text["geometry"]) == frame.geometry.values).all(), f"{file}: geometries altered in CSV")
    for name in ("zone", "code_qp", "error"):
        expect(text[name].tolist() == table[name].fill_null("").to_pylist(), f"{file}: other {name} in CSV")


def check_extents(table, frame, what):
    geo = json.loads(table.schema.metadata[b"geo"])
    column = geo["columns"][geo["primary_column"]]
    sides = ["xmin", "ymin", "xmax", "ymax"]
    expect(geo["version"] == "1.1.0", f"{what}: version {geo['version']}")
    expect(column["covering"]["bbox"] == {side: ["bbox", side] for side in sides}, f"{what}: {column}")
    extents = np.array([[row[side] for side in sides] for row in table["bbox"].to_pylist()])
    expect((extents == shapely.bounds(frame.geometry.values)).all(), f"{what}: extents")


def check_squares(folder, zones, points):
    middles = shapely.get_coordinates(points[:SQUARES])
    squares = shapely.box(*(middles - HALF_SIDE_M).T, *(middles + HALF_SIDE_M).T)
    frame = gpd.GeoDataFrame({"id": np.arange(SQUARES)}, geometry=squares, crs=2154)
    for encoding in ("WKB", "geoarrow"):
        file = f"squares-{encoding}.parquet"
        frame.to_parquet(folder / file, geometry_encoding=encoding, schema_version="1.1.0")
        table, _ = batch(folder, file)
        check_members(zones, squares, table, file)
        check_text(folder, file, frame, table)
        zone = np.array(table["zone"].to_pylist())
        every = np.zeros(SQUARES, bool)
        tree = shapely.STRtree(zones.geometry.values)
        every[tree.query(squares, predicate="within")[0]] = True
        gap_m = shapely.distance(squares, zones.geometry.values[tree.nearest(squares)])
        near_line = shapely.distance(squares, shapely.boundary(zones.geometry.values[tree.nearest(squares)])) < LINE_TOLERANCE_M
        expect((((zone == "qpv") == every) | near_line).all(), f"{file}: buildings wholly in a perimeter")
        outside = (zone == "outside") == (gap_m >= 300.0)
        expect((outside | (abs(gap_m - 300.0) < 1.0)).all(), f"{file}: buildings beyond 300 m")


def main():
    zones = load()
    points = shapely.points(draw(zones))
    lonlat = shapely.get_coordinates(gpd.GeoSeries(points, crs=2154).to_crs(4326).values)
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        importing = [binary(), "data", "import", "--data", folder, "--quiet", "--vintage", "2024", real_data() / PERIMETERS["2024"]]
        subprocess.run(importing, check=True, stdout=subprocess.DEVNULL)
        full = check_plain(folder, zones, points, lonlat)
        check_geometries(folder, full, points, lonlat)
        check_squares(folder, zones, points)
    print(f"{N} points and {SQUARES} buildings, in every codec and encoding")
    fail_if(faults, "faults")


main()
