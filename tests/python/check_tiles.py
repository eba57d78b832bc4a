#!/usr/bin/env python3
"""Tiles and the PMTiles archive, decoded by mapbox-vector-tile and pmtiles, against the GeoJSON of the perimeters, by Shapely."""

import gzip
import math
import random
import subprocess
import tempfile
import urllib.request

import mapbox_vector_tile
import numpy as np
import shapely
import shapely.affinity
from pmtiles.reader import MmapSource, Reader, all_tiles
from pmtiles.tile import Compression, TileType
from shapely.geometry import box, shape

from qpv_under_test import PERIMETERS, binary, fail_if, real_data, serving_folder

EXTENT = 4096
# Units of a tile that a line may be off.
UNITS = 1.0
EVERY = 12
LISTS = ("insee_com", "lib_com", "siren_epci")
TEXTS = ("code_qp", "lib_qp", "insee_dep", "lib_dep", "insee_reg", "lib_reg")


def on_grid(geometry, zoom):
    """In units of a zoom's tiles, from the map's north-western corner."""
    side = EXTENT * 2**zoom

    def project(points):
        lon, lat = points[:, 0], points[:, 1]
        y = 0.5 - np.log(np.tan(math.pi / 4 + np.radians(lat) / 2)) / (2 * math.pi)
        return np.column_stack([(lon + 180) / 360 * side, y * side])

    return shapely.make_valid(shapely.transform(geometry, project))


def decode(tile):
    return mapbox_vector_tile.decode(tile, default_options={"y_coord_down": True})


def fetch(server, path):
    """The bytes of a tile; none where nothing lies."""
    request = urllib.request.Request(server.url + path, headers={"accept-encoding": "gzip"})
    with urllib.request.urlopen(request) as answer:
        body = answer.read()
        return gzip.decompress(body) if answer.headers["content-encoding"] == "gzip" else body


class Tiles:
    """Decoded tiles of a layer, each asked once."""

    def __init__(self, server, layer):
        self.server, self.layer, self.known = server, layer, {}

    def features(self, z, x, y):
        if (z, x, y) not in self.known:
            body = fetch(self.server, f"/tiles/{self.layer}/{z}/{x}/{y}")
            features = decode(body).get(self.layer, {}).get("features", []) if body else []
            self.known[z, x, y] = features
        return self.known[z, x, y]

    def around(self, geometry, zoom):
        """Tiles that hold a part of a geometry in units of the zoom."""
        west, north, east, south = (int(value // EXTENT) for value in geometry.bounds)
        return [(zoom, x, y) for x in range(west, east + 1) for y in range(north, south + 1)]


def check_outline(tiles, code, geometry, zoom, faults):
    """Whether the pieces of a perimeter, each clipped to its tile, make the perimeter."""
    expected, pieces = on_grid(geometry, zoom), []
    for z, x, y in tiles.around(expected, zoom):
        for feature in tiles.features(z, x, y):
            piece = shape(feature["geometry"])
            if not piece.is_valid:
                faults.append(f"{code}: invalid in {z}/{x}/{y}: {shapely.is_valid_reason(piece)}")
            if feature["properties"]["code_qp"] == code:
                piece = shapely.make_valid(piece).intersection(box(0, 0, EXTENT, EXTENT))
                pieces.append(shapely.affinity.translate(piece, x * EXTENT, y * EXTENT))
    found = shapely.union_all(pieces)
    west, north, east, south = expected.bounds
    # Shorter ones are left to the clusters.
    if max(east - west, south - north) < 8.1:
        return False
    over = found.difference(expected.buffer(UNITS + 1e-6))
    under = expected.buffer(-UNITS - 1e-6).difference(found)
    if found.is_empty or over.area + under.area > 1e-6:
        faults.append(f"{code} at zoom {zoom}: {over.area:.2f} units² too much, {under.area:.2f} missing, beyond {UNITS} unit")
    return True


def check_attributes(properties, official, faults):
    expected = {name: official[name] for name in TEXTS if official.get(name) is not None}
    expected |= {name: ", ".join(official[name]) for name in LISTS if official.get(name)}
    expected["area_ha"] = official["area_ha"]
    if properties != expected:
        faults.append(f"{official['code_qp']}: {properties} instead of {expected}")


def check_vintage(server, vintage, faults):
    perimeters = server.get(f"/api/v1/perimeters?vintage={vintage}")["features"]
    tiles, points = Tiles(server, f"qpv-{vintage}"), Tiles(server, f"clusters-{vintage}")
    compared = 0
    for perimeter in perimeters[::EVERY]:
        code, geometry = perimeter["id"], shapely.make_valid(shape(perimeter["geometry"]))
        compared += sum(check_outline(tiles, code, geometry, zoom, faults) for zoom in (14, 13, 11, 9, 7))
        grid = on_grid(geometry, 14)
        around = tiles.around(grid, 14)
        for feature in (feature for tile in around for feature in tiles.features(*tile)):
            if feature["properties"]["code_qp"] == code:
                check_attributes(feature["properties"], perimeter["properties"], faults)
        labels = [
            shapely.affinity.translate(shape(feature["geometry"]), x * EXTENT, y * EXTENT)
            for z, x, y in around
            for feature in points.features(z, x, y)
            if feature["properties"].get("code_qp") == code
        ]
        if len(labels) != 1 or not grid.buffer(1).contains(labels[0]):
            faults.append(f"{code}: {len(labels)} label points, not one inside")
    for zoom in (0, 3, 5):
        numbers = [(zoom, x, y) for x in range(2**zoom) for y in range(2**zoom)]
        counted = sum(feature["properties"]["point_count"] for tile in numbers for feature in points.features(*tile))
        if counted != len(perimeters):
            faults.append(f"clusters of {vintage} count {counted} of {len(perimeters)} perimeters at zoom {zoom}")
    print(f"{vintage}: {compared} outlines of {len(perimeters[::EVERY])} perimeters, their attributes and labels, the clusters")


def check_archive(server, data, faults):
    file = f"{data}/qpv.pmtiles"
    subprocess.run([binary(), "tiles", "build", "-o", file, "--data", data, "--quiet"], check=True)
    listed = {layer["id"] for layer in server.get("/tiles")["layers"]} - {"streets", "addresses"}
    with open(file, "rb") as archive:
        source = MmapSource(archive)
        header, metadata = Reader(source).header(), Reader(source).metadata()
        found = {layer["id"] for layer in metadata["vector_layers"]}
        if found != listed:
            faults.append(f"the archive holds {found}, the service {listed}")
        if (header["tile_type"], header["tile_compression"], header["clustered"]) != (TileType.MVT, Compression.GZIP, True):
            faults.append(f"archive: {header}")
        if metadata["digest"] != server.get("/ready")["dataset"]["digest"]:
            faults.append(f"the archive is of {metadata['digest']}")
        entries = list(all_tiles(source))
        layers = ",".join(layer["id"] for layer in metadata["vector_layers"])
        for (z, x, y), tile in random.Random(7).sample(entries, min(400, len(entries))):
            if gzip.decompress(tile) != fetch(server, f"/tiles/{layers}/{z}/{x}/{y}"):
                faults.append(f"{z}/{x}/{y} is another tile in the archive")
        for (z, x, y), tile in entries:
            if z <= 8:
                decode(gzip.decompress(tile))
    print(f"archive: {len(entries)} tiles, {header['tile_contents_count']} different ones, {sum(1 for _ in listed)} layers")


def main():
    folder, faults = real_data(), []
    with tempfile.TemporaryDirectory() as data:
        for vintage, file in PERIMETERS.items():
            command = [binary(), "data", "import", "--data", data, "--quiet", "--vintage", vintage, str(folder / file)]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        with serving_folder(data) as server:
            for vintage in PERIMETERS:
                check_vintage(server, vintage, faults)
            check_archive(server, data, faults)
    fail_if(faults, "tiles differ")


main()
