#!/usr/bin/env python3
"""Area of every perimeter of both vintages, against GEOS in the territory's legal projection; and quoted figures."""

import geopandas as gpd
import shapely

from qpv_under_test import PERIMETERS, fail_if, real_data, serving

LEGAL_EPSG = {"971": 5490, "972": 5490, "978": 5490, "973": 2972, "974": 2975, "976": 4471, "975": 4467, "987": 3297}
# Published beside the data, computed there with GEOS 3.13.
QUOTED_HA = {
    "QP061003": 9.37, "QN06103M": 38.83, "QP061004": 30.88, "QN06104M": 43.19, "QP061001": 17.61, "QN06101M": 21.49,
    "QP061002": 38.67, "QN06102M": 42.71, "QP015001": 14.05, "QN01501M": 30.90, "QP063003": 101.41, "QN06302I": 96.30,
    "QN06307N": 19.27,
}


def expected_ha(file, code):
    frame = gpd.read_file(file, encoding="cp1252" if file.suffix == ".shp" else None)
    frame["geometry"] = shapely.make_valid(frame.geometry.values)
    areas = {}
    for epsg, group in frame.groupby(frame[code].str[2:5].map(LEGAL_EPSG).fillna(2154)):
        areas |= dict(zip(group[code], group.to_crs(int(epsg)).area / 1e4))
    return areas


def main():
    folder = real_data()
    faults = []
    with serving("2015", "2024") as server:
        found = server.get("/api/v1/perimeters?geometry=false")["features"]
        found = {feature["id"]: feature["properties"]["area_ha"] for feature in found}
    for vintage, column in (("2015", "CODE_QP"), ("2024", "code_qp")):
        expected = expected_ha(folder / PERIMETERS[vintage], column)
        assert len(expected) == {"2015": 1514, "2024": 1609}[vintage], len(expected)
        for code, area_ha in expected.items():
            if code not in found:
                faults.append(f"{code} is missing")
            elif found[code] is None:
                # Published as a point.
                if area_ha > 0:
                    faults.append(f"{code}: no area, GEOS {area_ha:.4f} ha")
            elif abs(found[code] - area_ha) > max(0.001 * area_ha, 0.02):
                faults.append(f"{code}: {found[code]} ha, GEOS {area_ha:.4f} ha")
    for code, area_ha in QUOTED_HA.items():
        if abs(found[code] - area_ha) > 0.1:
            faults.append(f"{code}: {found[code]} ha, published {area_ha} ha")
    print(f"{len(found)} areas compared")
    fail_if(faults, "areas differ")


main()
