#!/usr/bin/env python3
"""What moved with the perimeters of Belfort and around: addresses, inhabitants, places, against GEOS and the published
files; and the exports, read by GDAL and openpyxl."""

import csv
import io
import subprocess
import tempfile
import urllib.request
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyogrio
import shapely

from qpv_under_test import PERIMETERS, binary, fail_if, real_data, serving_folder

# A position this near to a line may be told either way: the index keeps coordinates to a centimetre. Degrees, and metres.
NEAR_DEG, NEAR_M = 2e-7, 0.02
PLACES = 400


def outlines(file, code):
    """By code, on WGS 84, made valid."""
    frame = gpd.read_file(file, encoding="cp1252" if file.suffix == ".shp" else None)
    return dict(zip(frame[code], shapely.make_valid(frame.geometry.values)))


def populations(folder):
    new = pd.read_csv(folder / "statistics/qpv2024_indicators.csv", usecols=["codeQPV", "popMuniQPV"], dtype=str)
    old = pd.read_csv(folder / "statistics/qpv2015_population_2013.csv", sep=";", usecols=["qp", "population_municipale_2013"], dtype=str)
    rows = list(new.itertuples(index=False, name=None)) + list(old.itertuples(index=False, name=None))
    return {code: float(text) for code, text in rows if isinstance(text, str) and text.replace(".", "").isdigit()}


def in_metres(shapes):
    return gpd.GeoSeries(shapes, crs=4326).to_crs(2154).values


def main():
    folder, faults = real_data(), []
    published = {"from": outlines(folder / PERIMETERS["2015"], "CODE_QP"), "to": outlines(folder / PERIMETERS["2024"], "code_qp")}
    addresses = pd.read_csv(folder / "addresses/adresses-90.csv.gz", sep=";", dtype=str)
    points = shapely.points(addresses["lon"].astype(float), addresses["lat"].astype(float))
    # One address has a row for each of its positions; the index keeps the best.
    draw = np.random.default_rng(7)
    rows = draw.choice(len(addresses), PLACES, replace=False)
    with tempfile.TemporaryDirectory() as data:
        places = Path(data, "places.csv")
        with places.open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["id", "nom", "citycode", "lon", "lat", "adresse", "cp", "ville"])
            for row in rows:
                at = addresses.iloc[row]
                writer.writerow([f"P{row}", f"Lieu {row}", at["code_insee"], at["lon"], at["lat"], "", "", ""])
            writer.writerow(["NULLE", "Nulle part", "90010", "", "", "", "", "Belfort"])
        imports = [["--vintage", vintage, str(folder / file)] for vintage, file in PERIMETERS.items()]
        imports += [["--addresses", str(folder / "addresses/adresses-90.csv.gz")], ["--places", "schools", str(places)]]
        imports += [["--statistics", str(path)] for path in sorted((folder / "statistics").glob("*.csv"))]
        for importing in imports:
            command = [binary(), "data", "import", "--data", str(Path(data, "set")), "--quiet", *importing]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        with serving_folder(Path(data, "set")) as server:
            path = "/api/v1/compare?departement=90"
            answer = server.get(f"{path}&moved=true&addresses=true")
            check_addresses(answer, published, points, faults)
            check_inhabitants(answer, populations(folder), faults)
            check_places(answer, published, points, rows, faults)
            check_exports(server.url + path, answer, Path(data), faults)
            elsewhere = server.get("/api/v1/compare?insee=61169&moved=true")
            if any(change["moved"]["addresses"] is not None for change in elsewhere["changes"]):
                faults.append("Flers has counts of addresses, and none are loaded")
    fail_if(faults, "differences in what moved")
    count = sum(len(change["addresses"]) for change in answer["changes"])
    print(f"what moved: {len(answer['changes'])} changes, {count} addresses gained or lost, {len(answer['places'])} places; exports as answered")


def union(change, published, side):
    return shapely.union_all([published[side][perimeter["code_qp"]] for perimeter in change[side]])


def check_addresses(answer, published, points, faults):
    for change in answer["changes"]:
        sides = [union(change, published, side) for side in ("from", "to")]
        inside = [shapely.covers(side, points) for side in sides]
        near = np.zeros(len(points), bool)
        for side in sides:
            if not side.is_empty:
                near |= shapely.distance(shapely.boundary(side), points) < NEAR_DEG
        counts = change["moved"]["addresses"]
        expected = {"kept": inside[0] & inside[1], "gained": ~inside[0] & inside[1], "lost": inside[0] & ~inside[1]}
        for name, those in expected.items():
            if abs(counts[name] - those.sum()) > near.sum():
                faults.append(f"{change['to'] or change['from']}: {counts[name]} addresses {name}, {those.sum()} by GEOS")
        for name in ("gained", "lost"):
            listed = [address for address in change["addresses"] if address["side"] == name]
            if len(listed) != counts[name] or sum(not address["sure"] for address in listed) != counts[f"{name}_unsure"]:
                faults.append(f"{change['to']}: {len(listed)} addresses listed, {counts[name]} counted")
            found = shapely.points([[address["lon"], address["lat"]] for address in listed]) if listed else []
            side, other = sides if name == "lost" else sides[::-1]
            wrong = [point for point in found if not side.buffer(NEAR_DEG).covers(point) or other.buffer(-NEAR_DEG).covers(point)]
            if wrong:
                faults.append(f"{change['to']}: {wrong[0]} is listed as {name}")


def check_inhabitants(answer, populations, faults):
    for change in answer["changes"]:
        moved = change["moved"]
        for side in ("from", "to"):
            known = [populations.get(perimeter["code_qp"]) for perimeter in change[side]]
            expected = round(sum(known)) if known and None not in known else None
            found = moved[f"inhabitants_{side}"]
            if (found and found["inhabitants"]) != expected:
                faults.append(f"{change[side]}: {found} inhabitants, {expected} published")
            part, counts = {"from": "lost", "to": "gained"}[side], moved["addresses"]
            estimate = moved[f"inhabitants_{part}"]
            if counts is None:
                continue
            whole = counts["kept"] + counts[part]
            if expected is not None and whole >= 20:
                wanted = expected * counts[part] / whole
                if estimate["by"] != "addresses" or abs(estimate["estimate"] - wanted) > 0.5:
                    faults.append(f"{change[side]}: {estimate} {part}, {wanted} expected")


def check_places(answer, published, points, rows, faults):
    """Zones by distances in Lambert-93, right to a metre in 300."""
    listed = {side: {perimeter["code_qp"] for change in answer["changes"] for perimeter in change[side]} for side in ("from", "to")}
    at = in_metres(points[rows])
    zones, doubtful = {}, np.zeros(len(rows), bool)
    for side in ("from", "to"):
        ground = shapely.union_all(in_metres([published[side][code] for code in sorted(listed[side])]))
        distance, line = shapely.distance(ground, at), shapely.distance(shapely.boundary(ground), at)
        zones[side] = np.where(shapely.covers(ground, at), "qpv", np.where(distance < 300, "band_300m", "outside"))
        doubtful |= (np.abs(distance - 300) < 1) | (line < NEAR_M)
    moves = {("qpv", "qpv"): "stayed", ("outside", "outside"): None}
    found = {place["id"]: place for place in answer["places"]}
    for index, row in enumerate(rows):
        before, after = zones["from"][index], zones["to"][index]
        expected = moves.get((before, after), "entered" if after == "qpv" else "left" if before == "qpv" else "band")
        place = found.get(f"P{row}")
        if not doubtful[index] and (place and place["movement"]) != expected:
            faults.append(f"place {row}: {place and place['movement']}, {expected} expected")
    if [place["id"] for place in answer["unplaced"]] != ["NULLE"]:
        faults.append(f"unplaced: {answer['unplaced']}")


def fetched(url, format):
    with urllib.request.urlopen(f"{url}&format={format}") as response:
        return response.read()


def check_exports(url, answer, folder, faults):
    changes = answer["changes"]
    rows = len(changes) + len(answer["undetermined"])
    listed = sum(len(change["addresses"]) for change in changes)
    tables = {"changes": rows, "places": len(answer["places"]) + 1, "addresses": listed}
    for table, expected in tables.items():
        found = list(csv.DictReader(io.StringIO(fetched(url, f"csv&table={table}").decode())))
        if len(found) != expected:
            faults.append(f"csv: {len(found)} {table}, {expected} expected")
    totals = {part: sum(change[f"{name}_ha"] for change in changes) for part, name in [("kept", "shared"), ("gained", "gained"), ("lost", "lost")]}
    for format in ("gpkg", "geojson"):
        file = folder / f"moved.{format}"
        file.write_bytes(fetched(url, format))
        layers = [name for name, _ in pyogrio.list_layers(file)]
        if format == "gpkg":
            wanted = {"changes", "qpv_2015", "qpv_2024", "places", "addresses"}
            if wanted - set(layers) or "layer_styles" not in layers:
                faults.append(f"gpkg: layers {layers}")
            counts = {name: len(pyogrio.read_dataframe(file, layer=name)) for name in wanted}
            expected = {"places": len(answer["places"]) + 1, "addresses": listed}
            expected |= {f"qpv_{year}": sum(len(change[side]) for change in changes) for side, year in [("from", 2015), ("to", 2024)]}
            if any(counts[name] != count for name, count in expected.items()):
                faults.append(f"gpkg: {counts}, {expected} expected")
        ground = gpd.read_file(file, layer="changes" if format == "gpkg" else None)
        areas = ground.to_crs(2154).area.groupby(ground["part"]).sum() / 1e4
        for part, expected in totals.items():
            if abs(areas[part] - expected) > 0.001 * expected + 0.02:
                faults.append(f"{format}: {areas[part]} ha {part}, {expected} expected")
    book = openpyxl.load_workbook(io.BytesIO(fetched(url, "xlsx")), read_only=True)
    heights = {sheet.title: sum(1 for row in sheet.iter_rows(min_row=2, values_only=True) if any(row)) for sheet in book}
    expected = {"Par quartier": rows, "Lieux": tables["places"], "Adresses": listed}
    if any(heights.get(title) != count for title, count in expected.items()) or "Synthèse" not in heights:
        faults.append(f"xlsx: {heights}, {expected} expected")
    sheets = folder / "sheets.pdf"
    sheets.write_bytes(fetched(url, "pdf"))
    text = subprocess.run(["pdftotext", sheets, "-"], check=True, capture_output=True, text=True).stdout
    for change in changes:
        missing = [perimeter["code_qp"] for perimeter in change["from"] + change["to"] if perimeter["code_qp"] not in text]
        faults += [f"pdf: {code} is on no sheet" for code in missing]
    flat = " ".join(text.split())
    missing = [place["name"] for place in answer["places"] if place["movement"] != "band" and place["name"] not in flat]
    faults += [f"pdf: {name} is on no sheet" for name in missing]
    years = {cell.number_format for row in book["Par quartier"].iter_rows(min_row=2) for cell in row if cell.value == 2013}
    if years != {"General"}:
        faults.append(f"xlsx: years are written as {years}")


main()
