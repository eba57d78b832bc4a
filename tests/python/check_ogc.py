#!/usr/bin/env python3
"""OGC API Features, read by GDAL's OAPIF driver and page by page, against the published perimeters, by Shapely."""

import collections
import random
import urllib.error

import numpy as np
import pyogrio
import shapely
from shapely.geometry import box

from qpv_under_test import PERIMETERS, fail_if, real_data, serving

BOXES = 30
PAGE = 500
# The decrees have the perimeters of 2024 in force on 1 January 2024, overseas a year later.
A_DAY_BETWEEN = "2024-06-30"
ITEMS = "/ogc/collections/qpv-2024/items"
REFUSED = [
    "/ogc?x=1", "/ogc/conformance?x=1", "/ogc/collections?x=1", "/ogc/collections/qpv-2024?x=1", f"{ITEMS}?x=1",
    f"{ITEMS}/QN06103M?x=1", f"{ITEMS}?f=html", f"{ITEMS}?limit=0", f"{ITEMS}?bbox=1,2,3", f"{ITEMS}?bbox=1,2,3,400",
    f"{ITEMS}?bbox=-999,2,3,4", f"{ITEMS}?bbox=1,9,3,4", f"{ITEMS}?datetime=yesterday",
    f"{ITEMS}?datetime=2024-01-01/2023-01-01",
]


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


def check_ground(server, source, published_of, faults):
    """The ground gained and lost, read by the driver: beside what it says of itself, what the comparison of the vintages adds
    up to, and the perimeters themselves."""
    totals = server.get("/api/v1/compare?from=2015&to=2024")["totals"]
    for name, side in (("gained", "to_code_qp"), ("lost", "from_code_qp")):
        layer = f"{name}-2015-2024"
        ground = pyogrio.read_dataframe(source, layer=layer)
        said, total = ground["area_ha"].sum(), totals[f"{name}_ha"]
        # Areas are rounded to the square metre.
        if not total > 0 or abs(said - total) > 1e-4 * (1 + len(ground)):
            faults.append(f"{layer}: {len(ground)} areas of {said} ha, where the comparison has {total} ha")
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


def listed(server, path):
    """The codes of all pages from this one on, as often as they are listed."""
    codes = collections.Counter()
    while path:
        page = server.get(path)
        codes.update(feature["id"] for feature in page["features"])
        path = next((link["href"].removeprefix(server.url) for link in page["links"] if link["rel"] == "next"), None)
    return codes


def check_lists(server, former, published, communes, faults):
    """Pages, days and filters, against the codes published."""
    overseas = {code for code in (*published, *former) if code[2:4] in ("97", "98")}
    commune = next(commune for commune in sorted(communes.values()) if ", " in commune).split(", ")[1]
    for path, expected in (
        (f"{ITEMS}?limit={PAGE}", list(published)),
        (f"{ITEMS}?limit={PAGE}&datetime={A_DAY_BETWEEN}", [code for code in published if code not in overseas]),
        (f"/ogc/collections/qpv-2015/items?limit={PAGE}&datetime={A_DAY_BETWEEN}", [code for code in former if code in overseas]),
        (f"{ITEMS}?limit=2&insee_com={commune}", [code for code, of in communes.items() if commune in of.split(", ")]),
    ):
        found, expected = listed(server, path), collections.Counter(expected)
        if not expected or found != expected:
            difference = sorted(((found - expected) + (expected - found)).items())[:5]
            faults.append(f"{path}: {found.total()} features, {expected.total()} expected; {difference}")


def check_refusals(server, faults):
    for path in REFUSED:
        try:
            server.get(path)
            status = 200
        except urllib.error.HTTPError as refused:
            status = refused.code
        if status != 400:
            faults.append(f"{path}: {status}, not 400")


def check_boxes(server, published, faults):
    """Random boxes, through the service itself: the driver would filter again."""
    draw, outlines, codes = random.Random(1), np.array(list(published.values())), np.array(list(published))
    for _ in range(BOXES):
        corner = draw.choice(outlines).centroid
        asked = box(corner.x, corner.y, corner.x + draw.uniform(0.001, 0.5), corner.y + draw.uniform(0.001, 0.5))
        expected = {code: published[code] for code in codes[shapely.intersects(outlines, asked)]}
        west, south, east, north = asked.bounds
        features = server.get(f"{ITEMS}?limit=10000&bbox={west},{south},{east},{north}")["features"]
        found = {feature["id"]: shapely.make_valid(shapely.geometry.shape(feature["geometry"])) for feature in features}
        check(f"box {asked.bounds}", found, expected, faults)


def read_published(vintage, column, **options):
    """The outlines of a published file, by code."""
    _, _, geometry, (codes,) = pyogrio.raw.read(real_data() / PERIMETERS[vintage], columns=[column], **options)
    return dict(zip(codes, shapely.make_valid(shapely.from_wkb(geometry))))


def check_all(server, faults):
    published, former = read_published("2024", "code_qp"), read_published("2015", "CODE_QP", encoding="cp1252")
    source = f"OAPIF:{server.url}/ogc"
    layers = [name for name, _ in pyogrio.list_layers(source)]
    wanted = [f"{kind}-{vintage}" for kind in ("qpv", "band-300m") for vintage in PERIMETERS]
    wanted += ["gained-2015-2024", "lost-2015-2024"]
    if set(wanted) - set(layers):
        faults.append(f"collections {layers}, without some of {wanted}")
    check("qpv-2024", read(source, "qpv-2024"), published, faults)
    check_ground(server, source, {"to_code_qp": published, "from_code_qp": former}, faults)
    columns = pyogrio.read_dataframe(real_data() / PERIMETERS["2024"], columns=["code_qp", "insee_com"], read_geometry=False)
    check_lists(server, former, published, dict(zip(columns["code_qp"], columns["insee_com"])), faults)
    check_refusals(server, faults)
    check_boxes(server, published, faults)
    if server.get("/ogc/collections")["dataset"]["fictional"]:
        faults.append("the official perimeters are said to be fictional")
    return len(published)


def main():
    faults = []
    with serving(*PERIMETERS) as server:
        perimeters = check_all(server, faults)
    fail_if(faults, "features differ")
    print(f"OGC API Features: {perimeters} perimeters read by GDAL and page by page, {BOXES} boxes, as published")


main()
