#!/usr/bin/env python3
"""The 300 m band drawn at import, against GEOS and the geodesics of PROJ: its line is at 300 m from the perimeters of both
vintages, to a metre, and its areas are those that GEOS draws."""

import pathlib
import subprocess
import sys
import tempfile

import geopandas as gpd
import numpy as np
import pyproj
import shapely

from qpv_under_test import PERIMETERS, binary, fail_if, real_data

GEOD = pyproj.Geod(ellps="WGS84")
BAND_M, TOLERANCE_M = 300.0, 1.0
# Of the file: eight words of head, see crates/qpv-arrays; the arrays, see crates/qpv-engine/src/band.rs.
MAGIC, HEAD_WORDS = int.from_bytes(b"qpv band", "big"), 4
ARRAYS = ("f8", "u4", "u4", "u4", "u4", "u4")


def stored_band(data):
    """The arrays of the one band of a data folder."""
    for path in (pathlib.Path(data) / "objects").glob("*.index"):
        content = path.read_bytes()
        head = np.frombuffer(content, "u8", HEAD_WORDS + len(ARRAYS))
        if head[0] != MAGIC:
            continue
        arrays, at = [], head.nbytes
        for kind, length in zip(ARRAYS, head[HEAD_WORDS:].tolist()):
            arrays.append(np.frombuffer(content[at : at + length], kind))
            at += (length + 7) // 8 * 8
        return arrays
    sys.exit("the import stored no band")


def wholes(parts, ends):
    """The parts that each end closes."""
    return [parts[start:end] for start, end in zip([0, *ends[:-1]], ends)]


def areas(data, codes):
    """(codes, outline) of each area of the band."""
    vertices, ring_ends, polygon_ends, area_ends, members, member_ends = stored_band(data)
    rings = wholes(vertices.reshape(-1, 2), ring_ends.tolist())
    polygons = [shapely.Polygon(rings[0], rings[1:]) for rings in wholes(rings, polygon_ends.tolist())]
    outlines = [shapely.MultiPolygon(parts) for parts in wholes(polygons, area_ends.tolist())]
    named = [[codes[member] for member in members] for members in wholes(members.tolist(), member_ends.tolist())]
    return list(zip(named, outlines, strict=True))


def transformed(geometry, transformer, direction="FORWARD"):
    return shapely.transform(geometry, lambda c: np.column_stack(transformer.transform(*c.T, direction=direction)))


def check_area(codes, outline, perimeters):
    """How far the line is, metres at least and at most; and the square metres that GEOS draws otherwise."""
    centre = outline.envelope.centroid
    plane = pyproj.Transformer.from_crs(
        "EPSG:4326", f"+proj=tmerc +lat_0={centre.y} +lon_0={centre.x} +ellps=WGS84", always_xy=True
    )
    inside = transformed(shapely.union_all([perimeters[code] for code in codes]), plane)
    drawn = transformed(outline, plane)
    line = shapely.get_coordinates(shapely.segmentize(outline, 0.0005))
    points = transformed(shapely.points(line), plane)
    feet = shapely.get_coordinates(shapely.get_point(shapely.shortest_line(points, inside), -1))
    feet = np.column_stack(plane.transform(*feet.T, direction="INVERSE"))
    distances = GEOD.inv(*line.T, *feet.T)[2]
    other = drawn.symmetric_difference(inside.buffer(BAND_M, quad_segs=64)).area
    return distances.min(), distances.max(), other / drawn.length


def polygons_of(geometry):
    """A valid outline without the rings of two points that `make_valid` turns into lines, unless there is nothing else:
    the import leaves them out, and says so in its report."""
    valid = shapely.make_valid(geometry)
    polygons = [part for part in getattr(valid, "geoms", [valid]) if part.geom_type.endswith("Polygon")]
    return shapely.union_all(polygons) if polygons else valid


def check_vintage(folder, vintage, column, faults):
    frame = gpd.read_file(folder / PERIMETERS[vintage], encoding="cp1252" if vintage == "2015" else None)
    perimeters = dict(zip(frame[column], map(polygons_of, frame.geometry.values)))
    with tempfile.TemporaryDirectory() as data:
        command = [binary(), "data", "import", "--data", data, "--quiet", "--vintage", vintage]
        subprocess.run([*command, str(folder / PERIMETERS[vintage])], check=True, stdout=subprocess.DEVNULL)
        drawn = areas(data, sorted(perimeters))
    least, most, widest = np.inf, 0.0, 0.0
    for codes, outline in drawn:
        found = check_area(codes, outline, perimeters)
        least, most, widest = min(least, found[0]), max(most, found[1]), max(widest, found[2])
        if abs(found[0] - BAND_M) > TOLERANCE_M or abs(found[1] - BAND_M) > TOLERANCE_M or found[2] > TOLERANCE_M:
            faults.append(f"{codes}: the line is at {found[0]:.2f} to {found[1]:.2f} m, {found[2]:.2f} m off GEOS's")
    outlines = [outline for _, outline in drawn]
    if not all(shapely.is_valid(outlines)):
        faults.append(f"{vintage}: some outlines are invalid")
    tree = shapely.STRtree(outlines)
    meeting = tree.query(outlines, predicate="intersects")
    if meeting.shape[1] != len(outlines):
        faults.append(f"{vintage}: some areas meet")
    if sorted(code for codes, _ in drawn for code in codes) != sorted(perimeters):
        faults.append(f"{vintage}: the areas do not name each perimeter once")
    print(f"{vintage}: {len(drawn)} areas, the line at {least:.2f} to {most:.2f} m, {widest:.2f} m off GEOS's on average")


def main():
    folder = real_data()
    faults = []
    check_vintage(folder, "2015", "CODE_QP", faults)
    check_vintage(folder, "2024", "code_qp", faults)
    fail_if(faults, "faults of the band")


main()
