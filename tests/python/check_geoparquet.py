#!/usr/bin/env python3
"""Perimeters and comparisons as GeoParquet: read back by geopandas and pyarrow, against the published files and the GeoPackage."""

import json
import pathlib
import subprocess
import tempfile
import urllib.request

import geopandas as gpd
import numpy as np
import pyarrow.parquet as pq
import shapely

from qpv_under_test import PERIMETERS, binary, fail_if, real_data, serving

SIDES = ["xmin", "ymin", "xmax", "ymax"]


def check_file(path, kinds, faults):
    """The metadata by the specification of GeoParquet 1.1, and the box of each shape."""
    table = pq.read_table(path)
    geo = json.loads(pq.read_metadata(path).metadata[b"geo"])
    column = geo["columns"]["geometry"]
    if geo["version"] != "1.1.0" or geo["primary_column"] != "geometry" or column["encoding"] != "WKB":
        faults.append(f"{path.name}: {geo}")
    # No `crs` means OGC:CRS84: longitude first.
    if "crs" in column or column["geometry_types"] != kinds:
        faults.append(f"{path.name}: {column}")
    if column["covering"]["bbox"] != {side: ["bbox", side] for side in SIDES}:
        faults.append(f"{path.name}: {column['covering']}")
    frame = gpd.read_parquet(path)
    if frame.crs != "OGC:CRS84" and frame.crs != 4326:
        faults.append(f"{path.name}: {frame.crs}")
    has_shape = ~frame.geometry.isna().to_numpy()
    boxes = np.array([[row[side] if row else np.nan for side in SIDES] for row in table["bbox"].to_pylist()]).reshape(-1, 4)
    if not np.array_equal(boxes[has_shape], frame.geometry[has_shape].bounds.to_numpy()):
        faults.append(f"{path.name}: the boxes are not those of the shapes")
    if has_shape.any() and not np.allclose(column["bbox"], frame.geometry.total_bounds, rtol=0, atol=0):
        faults.append(f"{path.name}: {column['bbox']} is not the box of all")
    # The covering is what lets a reader take a part.
    if has_shape.any():
        west, south, east, north = frame.geometry[has_shape].iloc[0].bounds
        part = gpd.read_parquet(path, bbox=(west, south, east, north))
        wanted = frame.geometry[has_shape].bounds
        meets = (wanted.minx <= east) & (wanted.maxx >= west) & (wanted.miny <= north) & (wanted.maxy >= south)
        if len(part) != meets.sum():
            faults.append(f"{path.name}: {len(part)} rows in a box instead of {meets.sum()}")
    return frame


def main():
    data = real_data()
    faults = []
    with serving("2015", "2024") as server, tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)

        def fetched(path, name):
            with urllib.request.urlopen(server.url + path) as answer:
                (folder / name).write_bytes(answer.read())
                return folder / name

        path = fetched("/api/v1/perimeters?vintage=2024&format=parquet", "qpv.parquet")
        frame = check_file(path, ["MultiPolygon"], faults).set_index("code_qp")
        published = gpd.read_file(data / PERIMETERS["2024"]).set_index("code_qp")
        if set(frame.index) != set(published.index) or set(frame.vintage) != {"2024"}:
            faults.append("perimeters: the codes are not those published")
        valid = published[published.is_valid]
        same = shapely.equals(shapely.normalize(valid.geometry.values), shapely.normalize(frame.geometry.loc[valid.index].values))
        names = frame.lib_qp.loc[valid.index] == valid.lib_qp.str.strip()
        if not same.all() or not names.all():
            faults.append(f"perimeters: {(~same).sum()} outlines and {(~names).sum()} names differ from those published")
        area = "/api/v1/compare?departement=61"
        package = fetched(f"{area}&format=gpkg", "orne.gpkg")
        changes = check_file(fetched(f"{area}&format=parquet", "changes.parquet"), ["MultiPolygon"], faults)
        twin = gpd.read_file(package, layer="changes")
        if len(changes) != len(twin) or len(changes) < 10 or not (changes.part.values == twin.part.values).all():
            faults.append("changes: the rows are not those of the GeoPackage")
        elif not shapely.equals(changes.geometry.values, twin.geometry.values).all():
            faults.append("changes: the shapes are not those of the GeoPackage")
    fail_if(faults, "faults in GeoParquet")
    print(f"{len(frame)} perimeters and {len(changes)} parts of changes read back")


main()
