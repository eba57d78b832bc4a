#!/usr/bin/env python3
"""OGC API Features, read by GDAL's OAPIF driver, against the published perimeters, by Shapely."""

import random
import subprocess
import tempfile

import numpy as np
import pyogrio
import shapely
from shapely.geometry import box

from qpv_under_test import PERIMETERS, binary, fail_if, real_data, serving_folder

BOXES = 30


def check(name, found, published, faults):
    """Codes and shapes of what the driver read."""
    missing = set(published) ^ set(found)
    if missing:
        faults.append(f"{name}: {len(missing)} codes on one side only, such as {sorted(missing)[0]}")
    for code in set(published) & set(found):
        difference = found[code].symmetric_difference(published[code]).area
        # Repaired outlines may differ by rounding.
        if difference > 1e-12 * max(1.0, published[code].area / 1e-6):
            faults.append(f"{name}: {code} differs by {difference} square degrees")


def read(source, layer, **options):
    _, _, geometry, (codes,) = pyogrio.raw.read(source, layer=layer, columns=["code_qp"], **options)
    return dict(zip(codes, shapely.make_valid(shapely.from_wkb(geometry))))


def check_ground(source, published_of, faults):
    """The ground gained and lost, read by the driver, beside what it says of itself and the perimeters themselves."""
    for layer, side in (("gained-2015-2024", "to_code_qp"), ("lost-2015-2024", "from_code_qp")):
        ground = pyogrio.read_dataframe(source, layer=layer)
        metropole = ground[~ground["insee_dep"].str.startswith(("97", "98"))]
        areas = metropole.to_crs(2154).area / 1e4
        off = (areas - metropole["area_ha"]).abs()
        if (off > 0.001 * metropole["area_ha"] + 0.02).any():
            faults.append(f"{layer}: {off.max()} ha off what it says")
        published = published_of[side]
        for outline, codes in zip(shapely.make_valid(ground.geometry.values), ground[side]):
            within = shapely.union_all([published[code] for code in codes.split(", ")])
            if outline.difference(within).area > 1e-11:
                faults.append(f"{layer}: ground of {codes} beyond its perimeters")


def main():
    folder, faults = real_data(), []
    with tempfile.TemporaryDirectory() as data:
        for vintage, file in PERIMETERS.items():
            importing = [binary(), "data", "import", "--data", data, "--quiet", "--vintage", vintage, str(folder / file)]
            subprocess.run(importing, check=True, stdout=subprocess.DEVNULL)
        with serving_folder(data) as server:
            source = f"OAPIF:{server.url}/ogc"
            layers = [name for name, _ in pyogrio.list_layers(source)]
            wanted = [f"{kind}-{vintage}" for kind in ("qpv", "band-300m") for vintage in PERIMETERS]
            wanted += ["gained-2015-2024", "lost-2015-2024"]
            if set(wanted) - set(layers):
                faults.append(f"collections {layers}, without some of {wanted}")
            _, _, geometry, (codes,) = pyogrio.raw.read(folder / PERIMETERS["2024"], columns=["code_qp"])
            published = dict(zip(codes, shapely.make_valid(shapely.from_wkb(geometry))))
            check("qpv-2024", read(source, "qpv-2024"), published, faults)
            _, _, geometry, (codes,) = pyogrio.raw.read(folder / PERIMETERS["2015"], columns=["CODE_QP"], encoding="cp1252")
            former = dict(zip(codes, shapely.make_valid(shapely.from_wkb(geometry))))
            check_ground(source, {"to_code_qp": published, "from_code_qp": former}, faults)
            draw, (outlines, codes) = random.Random(1), (np.array(list(published.values())), np.array(list(published)))
            for _ in range(BOXES):
                corner = draw.choice(outlines).centroid
                asked = box(corner.x, corner.y, corner.x + draw.uniform(0.001, 0.5), corner.y + draw.uniform(0.001, 0.5))
                expected = {code: published[code] for code in codes[shapely.intersects(outlines, asked)]}
                # Through the service itself: the driver would filter again.
                west, south, east, north = asked.bounds
                path = f"/ogc/collections/qpv-2024/items?limit=10000&bbox={west},{south},{east},{north}"
                found = {feature["id"]: shapely.geometry.shape(feature["geometry"]) for feature in server.get(path)["features"]}
                check(f"box {asked.bounds}", {code: shapely.make_valid(shape) for code, shape in found.items()}, expected, faults)
    fail_if(faults, "features differ")
    print(f"OGC API Features: {len(published)} perimeters read by GDAL, {BOXES} boxes, as published")


main()
