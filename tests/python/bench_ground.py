#!/usr/bin/env python3
"""Tiles of what helps to recognise a place, and of an imported map: time and bytes of each, cold and warm, one client.

`DATA` is a folder with addresses, parcels and buildings, and a map imported as `plan`; what it lacks is left out.
"""

import http.client
import math
import os
import statistics
import time
import urllib.parse

from qpv_under_test import serving_folder

LAYERS = ["commune-names", "streets", "street-lines", "addresses", "parcels", "buildings"]
MOST = 400


def tile(lon, lat, zoom):
    side = 1 << zoom
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return int((lon + 180) / 360 * side), int(y * side)


def tiles_of(bounds, zoom):
    west, south, east, north = bounds
    (left, top), (right, bottom) = tile(west, north, zoom), tile(east, south, zoom)
    every = [(zoom, x, y) for y in range(top, bottom + 1) for x in range(left, right + 1)]
    step = max(1, len(every) // MOST)
    return every[::step][:MOST]


def measure(connection, prefix, tiles):
    times, sizes = [], []
    for zoom, x, y in tiles:
        start = time.perf_counter()
        connection.request("GET", f"{prefix}/{zoom}/{x}/{y}", headers={"accept-encoding": "gzip"})
        answer = connection.getresponse()
        body = answer.read()
        times.append(time.perf_counter() - start)
        if answer.status == 200:
            sizes.append(len(body))
    return times, sizes


def line(name, kind, times, sizes):
    ordered = sorted(times)
    p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    held = f"{len(sizes)} with content, {statistics.median(sizes) / 1000:.1f} kB median, {max(sizes) / 1000:.0f} kB at most" if sizes else "all empty"
    print(f"{name:14} {kind}: median {statistics.median(times) * 1000:.2f} ms, p99 {p99 * 1000:.2f} ms, {len(times) / sum(times):.0f} tiles/s; {held}")


def main():
    with serving_folder(os.environ["DATA"]) as server:
        listed = server.get("/tiles")
        address = urllib.parse.urlparse(server.url)
        connection = http.client.HTTPConnection(address.hostname, address.port)
        for layer in (layer for layer in listed["layers"] if layer["id"] in LAYERS):
            tiles = tiles_of(layer["bounds"], layer["maxzoom"])
            for kind in ["cold", "warm"]:
                line(layer["id"], kind, *measure(connection, f"/tiles/{layer['id']}", tiles))
        for ground in listed["grounds"]:
            tiles = [tile for zoom in range(ground["minzoom"], min(ground["maxzoom"], 9) + 1) for tile in tiles_of([-5, 42, 8, 51], zoom)]
            line(ground["name"], "read", *measure(connection, f"/tiles/ground/{ground['name']}", tiles))


if __name__ == "__main__":
    main()
