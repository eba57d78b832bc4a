#!/usr/bin/env python3
"""Checks `geodata/territories.geojson`, our hand-drawn outlines, against the official outlines and perimeters.

Needs shapely and geopandas. The real data is read from `$QPV_REAL_DATA`, else `../shared/geodata` next to the
checkout. Prints one line per measure; exits with 1 and a message for each rule broken. Without the
real data only validity, overlaps and the lists of places are checked, and the script says so.

Distances are planar metres in a projection fit for the territory (see `METRIC`), right to about 1 %, which is enough
for margins counted in kilometres.
"""

import json
import os
import sys
from itertools import combinations
from pathlib import Path

import geopandas
import shapely
from shapely.geometry import Point, shape

ROOT = Path(__file__).resolve().parents[2]
OUTLINES = ROOT / "geodata" / "territories.geojson"
REAL = Path(os.environ.get("QPV_REAL_DATA") or ROOT.parent / "shared" / "geodata")

#: key -> (department, projection used to measure)
METRIC = {
    "metropole": (None, 2154),
    "guadeloupe": ("971", 5490),
    "martinique": ("972", 5490),
    "guyane": ("973", 2972),
    "reunion": ("974", 2975),
    "saint_pierre_et_miquelon": ("975", 4467),
    "mayotte": ("976", 4471),
    "saint_martin": ("978", 5490),
    "polynesie_francaise": ("987", 3297),
}
MIN_MARGIN_M = 2000.0
#: Reached off Brittany only, to hold the reef of Roches-Douvres, which the departments' outlines leave out.
MAX_BEYOND_M = 40000.0

#: No answer may be given there: (lon, lat).
FOREIGN = {
    "London": (-0.1276, 51.5072),
    "Dover": (1.3134, 51.1279),
    "Southampton": (-1.4044, 50.9097),
    "Saint Helier (Jersey)": (-2.1049, 49.1868),
    "Saint Peter Port (Guernsey)": (-2.5368, 49.4550),
    "Brussels": (4.3517, 50.8503),
    "Frankfurt": (8.6821, 50.1109),
    "Zürich": (8.5417, 47.3769),
    "Turin": (7.6869, 45.0703),
    "Milan": (9.1900, 45.4642),
    "Cagliari": (9.1217, 39.2238),
    "Santa Teresa (Sardinia)": (9.1895, 41.2416),
    "Barcelona": (2.1686, 41.3874),
    "Andorra la Vella": (1.5218, 42.5063),
    "San Sebastián": (-1.9812, 43.3183),
    "Bilbao": (-2.9350, 43.2630),
    "Paramaribo": (-55.2038, 5.8520),
    "Philipsburg (Sint Maarten)": (-63.0458, 18.0260),
    "Gustavia (Saint-Barthélemy, no perimeters there)": (-62.8498, 17.8962),
    "The Valley (Anguilla)": (-63.0574, 18.2170),
    "St. John's (Antigua)": (-61.8456, 17.1175),
    "Roseau (Dominica)": (-61.3881, 15.3010),
    "Castries (Saint Lucia)": (-60.9875, 14.0101),
    "Port-Louis": (57.5012, -20.1609),
    "Moroni": (43.2551, -11.7172),
    "Saint John's (Newfoundland)": (-52.7126, 47.5615),
    "Fortune (Newfoundland)": (-55.8333, 47.0667),
    "Adamstown (Pitcairn)": (-130.1015, -25.0660),
    "Avarua (Cook Islands)": (-159.7750, -21.2070),
}

#: Islands and places that the generalised outlines of departments may miss: (territory, lon, lat).
FRENCH = {
    "Ouessant": ("metropole", -5.0957, 48.4570),
    "Sein": ("metropole", -4.8500, 48.0370),
    "Glénan (Saint-Nicolas)": ("metropole", -3.9980, 47.7230),
    "Groix": ("metropole", -3.4620, 47.6390),
    "Belle-Île (Le Palais)": ("metropole", -3.1540, 47.3470),
    "Hœdic": ("metropole", -2.8770, 47.3400),
    "Yeu (Port-Joinville)": ("metropole", -2.3480, 46.7260),
    "Noirmoutier": ("metropole", -2.2450, 47.0010),
    "Ré (Les Portes)": ("metropole", -1.5020, 46.2480),
    "Oléron (Chassiron)": ("metropole", -1.4100, 46.0470),
    "Porquerolles": ("metropole", 6.2030, 43.0010),
    "Port-Cros": ("metropole", 6.3820, 43.0070),
    "Le Levant": ("metropole", 6.4650, 43.0250),
    "Chausey": ("metropole", -1.8230, 48.8720),
    "Bréhat": ("metropole", -2.9990, 48.8470),
    "Batz": ("metropole", -4.0100, 48.7450),
    "Lavezzi": ("metropole", 9.2560, 41.3380),
    "Giraglia": ("metropole", 9.4060, 43.0270),
    "Sanguinaires": ("metropole", 8.5930, 41.8790),
    "Les Saintes (Terre-de-Haut)": ("guadeloupe", -61.5830, 15.8660),
    "La Désirade": ("guadeloupe", -61.0750, 16.3040),
    "Marie-Galante (Capesterre)": ("guadeloupe", -61.2200, 15.9000),
    "Îles du Salut": ("guyane", -52.5880, 5.2860),
    "Saint-Pierre": ("saint_pierre_et_miquelon", -56.1733, 46.7811),
    "Miquelon": ("saint_pierre_et_miquelon", -56.3780, 47.0990),
    "Langlade": ("saint_pierre_et_miquelon", -56.3300, 46.8300),
    "Marigot": ("saint_martin", -63.0823, 18.0675),
    "Grand-Case": ("saint_martin", -63.0560, 18.1020),
    "Terres-Basses": ("saint_martin", -63.1480, 18.0640),
    "Tintamarre": ("saint_martin", -62.9800, 18.1190),
    "Papeete": ("polynesie_francaise", -149.5696, -17.5390),
    "Teahupoo": ("polynesie_francaise", -149.2700, -17.8450),
    "Bora-Bora": ("polynesie_francaise", -151.7500, -16.5050),
    "Maupihaa": ("polynesie_francaise", -153.9500, -16.8200),
    "Manuae": ("polynesie_francaise", -154.6700, -16.5600),
    "Motu One": ("polynesie_francaise", -154.5100, -15.8100),
    "Mehetia": ("polynesie_francaise", -148.0700, -17.8780),
    "Mataiva": ("polynesie_francaise", -148.7200, -14.8900),
    "Rangiroa": ("polynesie_francaise", -147.6500, -14.9700),
    "Makatea": ("polynesie_francaise", -148.2600, -15.8300),
    "Anaa": ("polynesie_francaise", -145.5000, -17.3500),
    "Hereheretue": ("polynesie_francaise", -144.9600, -19.8700),
    "Hao": ("polynesie_francaise", -140.9400, -18.0700),
    "Napuka": ("polynesie_francaise", -141.2600, -14.1700),
    "Puka-Puka": ("polynesie_francaise", -138.8100, -14.8200),
    "Reao": ("polynesie_francaise", -136.3700, -18.5000),
    "Mururoa": ("polynesie_francaise", -138.9200, -21.8300),
    "Nukutepipi": ("polynesie_francaise", -143.0600, -20.7000),
    "Morane": ("polynesie_francaise", -137.1300, -23.1600),
    "Mangareva": ("polynesie_francaise", -134.9700, -23.1200),
    "Temoe": ("polynesie_francaise", -134.4800, -23.3400),
    "Nuku Hiva": ("polynesie_francaise", -140.1000, -8.9200),
    "Hatutu": ("polynesie_francaise", -140.5700, -7.9200),
    "Fatu Hiva": ("polynesie_francaise", -138.6500, -10.5000),
    "Rimatara": ("polynesie_francaise", -152.8100, -22.6500),
    "Îles Maria": ("polynesie_francaise", -154.7000, -21.8000),
    "Rurutu": ("polynesie_francaise", -151.3400, -22.4800),
    "Tubuai": ("polynesie_francaise", -149.4800, -23.3800),
    "Raivavae": ("polynesie_francaise", -147.6600, -23.8700),
    "Rapa": ("polynesie_francaise", -144.3300, -27.6000),
    "Marotiri": ("polynesie_francaise", -143.4400, -27.9200),
}

faults = []


def fault(message):
    faults.append(message)
    print(f"FAULT {message}")


def read_outlines():
    document = json.loads(OUTLINES.read_text(encoding="utf-8"))
    outlines = {}
    for number, feature in enumerate(document["features"]):
        key = feature["properties"]["territory"]
        geometry = shape(feature["geometry"])
        if key not in METRIC or key in outlines:
            fault(f"feature {number}: territory `{key}` is unknown or given twice")
        if not geometry.is_valid:
            fault(f"{key}: {shapely.is_valid_reason(geometry)}")
        outlines[key] = geometry
    for key in METRIC.keys() - outlines.keys():
        fault(f"{key}: no outline")
    for one, other in combinations(outlines, 2):
        if outlines[one].intersects(outlines[other]):
            fault(f"{one} and {other} overlap")
    return outlines


def territory_of(department):
    return next((key for key, (code, _) in METRIC.items() if code == department), "metropole")


def project(geometry, key):
    """In the territory's projection; edges are straight in degrees, hence cut into short pieces first."""
    return geopandas.GeoSeries([geometry.segmentize(0.02)], crs=4326).to_crs(METRIC[key][1])[0]


def check_departments(outlines):
    """Every department inside, with its margin; then how far the outline goes beyond land."""
    table = geopandas.read_file(REAL / "outlines" / "departements.geojson").to_crs(4326)
    table["key"] = table.insee_dep.map(territory_of)
    for key, rows in table.groupby("key"):
        outline = project(outlines[key], key)
        land = rows.to_crs(METRIC[key][1])
        for code, geometry in zip(land.insee_dep, land.make_valid()):
            outside = geometry.difference(outline).area
            if outside > 0:
                fault(f"department {code}: {outside / 1e6:.2f} km² lie outside `{key}`")
        whole = land.make_valid().union_all()
        line = outline.boundary
        margin = whole.distance(line)
        where = shapely.ops.nearest_points(whole, line)[0]
        lon, lat = geopandas.GeoSeries([where], crs=METRIC[key][1]).to_crs(4326)[0].coords[0]
        print(f"{key}: least margin {margin:.0f} m near {lon:.3f} {lat:.3f}")
        if margin < MIN_MARGIN_M:
            fault(f"{key}: margin {margin:.0f} m near {lon:.3f} {lat:.3f} is under {MIN_MARGIN_M:.0f} m")
        check_reach(key, line, whole)


def check_reach(key, line, land):
    step = line.segmentize(1000.0)
    points = shapely.points(shapely.get_coordinates(step))
    reach = shapely.distance(points, land)
    far = points[reach.argmax()]
    lon, lat = geopandas.GeoSeries([far], crs=METRIC[key][1]).to_crs(4326)[0].coords[0]
    print(f"{key}: at most {reach.max() / 1000:.1f} km beyond land, at {lon:.2f} {lat:.2f}")
    if reach.max() > MAX_BEYOND_M:
        fault(f"{key}: {reach.max() / 1000:.1f} km beyond land at {lon:.2f} {lat:.2f}")


def check_perimeters(outlines):
    for path, column in [
        ("perimeters-2015/QP_METROPOLEOUTREMER_WGS84_EPSG4326.shp", "CODE_QP"),
        ("perimeters-2024/QP2024_France_Hexagonale_Outre_Mer_WGS84.geojson", "code_qp"),
    ]:
        table = geopandas.read_file(REAL / path).to_crs(4326)
        for code, geometry in zip(table[column], table.geometry):
            key = territory_of(code[2:5])
            if not outlines[key].contains(shapely.make_valid(geometry)):
                fault(f"perimeter {code} of {path} is not inside `{key}`")
        print(f"{path}: {len(table)} perimeters looked at")


def check_places(outlines):
    for name, place in FOREIGN.items():
        for key, outline in outlines.items():
            if outline.intersects(Point(place)):
                fault(f"{name} lies inside `{key}`")
    for name, (key, lon, lat) in FRENCH.items():
        if not outlines[key].contains(Point(lon, lat)):
            fault(f"{name} lies outside `{key}`")
            continue
        here = project(Point(lon, lat), key)
        margin = project(outlines[key], key).boundary.distance(here)
        if margin < MIN_MARGIN_M:
            fault(f"{name}: only {margin:.0f} m inside `{key}`")
    print(f"{len(FOREIGN)} foreign and {len(FRENCH)} French places looked at")


def main():
    outlines = read_outlines()
    if outlines.keys() == METRIC.keys():
        check_places(outlines)
        if REAL.is_dir():
            check_departments(outlines)
            check_perimeters(outlines)
        elif "QPV_REAL_DATA" in os.environ:
            fault(f"QPV_REAL_DATA is set to {REAL}, which is not a directory")
        else:
            print(f"SKIP departments and perimeters: no real data in {REAL}; set QPV_REAL_DATA to its place")
    print(f"{len(faults)} fault(s)")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
