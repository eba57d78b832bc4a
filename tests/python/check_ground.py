#!/usr/bin/env python3
"""Maps imported as grounds: every tile served is that of the file, read by the pmtiles package, by SQLite, and made by GDAL."""

import gzip
import json
import pathlib
import shutil
import sqlite3
import struct
import subprocess
import tempfile
import urllib.request
import zlib

from pmtiles.reader import MmapSource, Reader, all_tiles

from qpv_under_test import binary, fail_if, serving_folder


def png(red, green, blue):
    """A picture of one pixel, which maps stretch over the tile."""

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes([0, red, green, blue]))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def pictures(path):
    """A database of pictures, each tile another colour, zooms 0 to 6."""
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE metadata (name text, value text)")
        database.execute("CREATE TABLE tiles (zoom_level integer, tile_column integer, tile_row integer, tile_data blob)")
        named = {"name": "Photos", "attribution": "<a href='x'>Ville</a>", "format": "png", "bounds": "-5,41,10,51"}
        database.executemany("INSERT INTO metadata VALUES (?, ?)", named.items())
        for zoom in range(7):
            rows = ((zoom, x, y, png(x, y, zoom)) for x in range(1 << zoom) for y in range(1 << zoom))
            database.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", rows)


def by_gdal(path):
    """A database of vector tiles, as GDAL writes it; none where it is not installed."""
    if not shutil.which("ogr2ogr"):
        return False
    square = [[[2.0, 48.0], [3.0, 48.0], [3.0, 49.0], [2.0, 49.0], [2.0, 48.0]]]
    feature = {"type": "Feature", "properties": {"name": "place"}, "geometry": {"type": "Polygon", "coordinates": square}}
    layer = path.with_suffix(".geojson")
    layer.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    subprocess.run(["ogr2ogr", "-q", "-f", "MBTILES", path, layer, "-dsco", "MAXZOOM=8"], check=True)
    return True


def tiles_of_database(path):
    """Zoom, column, row from the north, and content without packing."""
    with sqlite3.connect(path) as database:
        for zoom, x, y, content in database.execute("SELECT zoom_level, tile_column, tile_row, tile_data FROM tiles"):
            yield (zoom, x, (1 << zoom) - 1 - y), plain(content)


def tiles_of_archive(path):
    with open(path, "rb") as file:
        for (zoom, x, y), content in all_tiles(MmapSource(file)):
            yield (zoom, x, y), plain(content)


def plain(content):
    return gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content


def served(url, name, zoom, x, y, headers=()):
    request = urllib.request.Request(f"{url}/tiles/ground/{name}/{zoom}/{x}/{y}", headers=dict(headers))
    with urllib.request.urlopen(request) as answer:
        return answer.status, plain(answer.read())


def compare(server, name, tiles, faults):
    count = 0
    for (zoom, x, y), content in tiles:
        count += 1
        status, found = served(server.url, name, zoom, x, y)
        if (status, found) != (200, content):
            faults.append(f"{name} {zoom}/{x}/{y}: {status}, {len(found)} bytes of {len(content)}")
    if count == 0:
        faults.append(f"{name}: no tile to compare")
    # One far from all, and one deeper than any.
    for zoom, x, y in [(9, 0, 0), (23, 5, 5)]:
        if served(server.url, name, zoom, x, y)[0] != 204:
            faults.append(f"{name}: a tile {zoom}/{x}/{y}")
    print(f"{name}: {count} tiles")


def main():
    faults = []
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        archive, photos, polygons = folder / "town.pmtiles", folder / "photos.mbtiles", folder / "polygons.mbtiles"
        empty = folder / "empty"
        subprocess.run([binary(), "--data", empty, "tiles", "build", "--quiet", "-o", archive], check=True)
        pictures(photos)
        files = {"town": archive, "photos": photos}
        if by_gdal(polygons):
            files["polygons"] = polygons
        data = folder / "data"
        for name, file in files.items():
            command = [binary(), "--data", data, "--quiet", "data", "import", "--ground", name, file, "--attribution", "test"]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        with serving_folder(data) as server:
            grounds = {ground["name"]: ground for ground in server.get("/tiles")["grounds"]}
            with open(archive, "rb") as file:
                header = Reader(MmapSource(file)).header()
            zooms = (grounds["town"]["minzoom"], grounds["town"]["maxzoom"])
            if zooms != (header["min_zoom"], header["max_zoom"]):
                faults.append(f"town: zooms {zooms}")
            if grounds["photos"]["kind"] != "raster" or grounds["town"]["kind"] != "vector":
                faults.append(f"kinds: {grounds}")
            compare(server, "town", tiles_of_archive(archive), faults)
            compare(server, "photos", tiles_of_database(photos), faults)
            if "polygons" in files:
                compare(server, "polygons", tiles_of_database(polygons), faults)
    fail_if(faults, "differences")


if __name__ == "__main__":
    main()
