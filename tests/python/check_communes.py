"""Communes against the code list itself, and the communes of the perimeters of 2015 against the ground.

Every row of geodata/communes.csv is asked for over HTTP: name, kind, successors, intercommunality and postcodes must be those
of the row, as Python reads it. The communes that the program gives to the perimeters of 2015, which are published with names
only, are held against three things computed here: the names in the list, compared in another way; the perimeters of 2024,
published with codes, that share most of their ground; and the BANO addresses, published with codes, that lie inside.
"""

import collections
import csv
import difflib
import http.client
import json
import re
import unicodedata
import urllib.parse

import geopandas
import pandas
import shapely

from qpv_under_test import PERIMETERS, ROOT, fail_if, real_data, serving

CITIES = {"75": ("Paris", "75056"), "69": ("Lyon", "69123"), "13": ("Marseille", "13055")}
# Share of a perimeter of 2015 that one of 2024 must cover to be of the same commune, at least in part.
MOST_OF_IT = 0.5


def table():
    with open(ROOT / "geodata" / "communes.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";", quoting=csv.QUOTE_NONE))


def department(code):
    return code[:3] if code[:2] in ("97", "98") else code[:2]


def of_today(rows):
    """The communes of today by code: itself, or what a row of the past leads to."""
    today = {}
    for row in rows:
        if row["kind"] != "commune":
            today.setdefault(row["code"], set()).update(row["belongs_to"].split())
    today.update({row["code"]: {row["code"]} for row in rows if row["kind"] == "commune"})
    return today


def check_rows(server, rows):
    """Every code answers with its row."""
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(server.url).netloc)
    first = {}
    for row in rows:
        if row["code"] not in first or row["kind"] == "commune":
            first[row["code"]] = row
    by_code = {row["code"]: row for row in rows if row["kind"] == "commune"}
    for code, row in first.items():
        connection.request("GET", f"/api/v1/communes/{code}")
        answer = json.loads(connection.getresponse().read())
        successors = [code] if row["kind"] == "commune" else row["belongs_to"].split()
        expected = {
            "insee_com": code,
            "kind": row["kind"],
            "lib_com": by_code[successors[0]]["name"] if len(successors) == 1 else row["name"],
            "communes": [
                (
                    successor,
                    by_code[successor]["name"],
                    by_code[successor]["epci"] or None,
                    by_code[successor]["epci_name"] or None,
                    by_code[successor]["postcodes"].split(),
                )
                for successor in successors
            ],
            "unmatched": [],
        }
        found = {name: answer.get(name) for name in expected}
        names = ("insee_com", "lib_com", "siren_epci", "lib_epci", "postcodes")
        found["communes"] = [tuple(commune[name] for name in names) for commune in answer["communes"]]
        if found != expected:
            yield f"{code}: {found} instead of {expected}"
    print(f"{len(first)} codes asked for")


def letters(name):
    spelt = unicodedata.normalize("NFD", name.upper().replace("Œ", "OE"))
    plain = "".join(c for c in spelt if "A" <= c <= "Z" or c in " -'’/")
    return re.sub("[^A-Z]", "", re.sub(r"\bST(E?)\b", r"SAINT\1", plain))


def named(rows):
    """The communes of today by department and letters of any name."""
    found = collections.defaultdict(set)
    for row in rows:
        if row["name"]:
            codes = {row["code"]} if row["kind"] == "commune" else set(row["belongs_to"].split())
            found[department(row["code"]), letters(row["name"])] |= codes
    return found


def check_names(perimeters, rows):
    """Each code that the program gives is that of a name of the perimeter, and each name has its code."""
    known, unlisted = named(rows), []
    for perimeter in perimeters.itertuples():
        dep = re.sub("^0", "", perimeter.code_qp[2:5])
        expected = set()
        for name in perimeter.lib_com:
            city, code = CITIES.get(dep, ("", ""))
            if city and re.match(rf"{city}( \d|$)", name):
                expected.add(code)
            elif (dep, letters(name)) in known:
                expected |= known[dep, letters(name)]
            else:
                unlisted.append((perimeter.code_qp, name))
        given = set(perimeter.insee_com)
        if not expected <= given or (len(given) > len(expected) and not any(it[0] == perimeter.code_qp for it in unlisted)):
            yield f"{perimeter.code_qp} {perimeter.lib_com}: {sorted(given)} instead of {sorted(expected)}"
        if not given:
            yield f"{perimeter.code_qp} {perimeter.lib_com}: no commune"
    # What the letters do not settle must at least look like a name of the commune given.
    names = collections.defaultdict(list)
    for row in rows:
        for code in [row["code"]] if row["kind"] == "commune" else row["belongs_to"].split():
            names[code].append(letters(row["name"]))
    given = perimeters.set_index("code_qp")["insee_com"]
    for code_qp, name in unlisted:
        candidates = [known for code in given[code_qp] for known in names[code]]
        print(f"by hand: {code_qp} {name}: {given[code_qp]}")
        if not difflib.get_close_matches(letters(name), candidates, cutoff=0.8):
            yield f"{code_qp}: {name} is no name of {given[code_qp]}"


def check_ground(perimeters, later, today):
    """The perimeters of 2024 that cover most of one of 2015 have a commune in common with it."""
    old = perimeters.to_crs("EPSG:6933")
    new = later.to_crs("EPSG:6933")
    old.geometry, new.geometry = old.geometry.make_valid(), new.geometry.make_valid()
    first, second = new.sindex.query(old.geometry, predicate="intersects")
    pairs = old[["code_qp", "geometry"]].iloc[first].reset_index(drop=True)
    pairs = pairs.join(new[["code_new", "insee_new"]].iloc[second].reset_index(drop=True))
    shared = pairs.geometry.intersection(new.geometry.iloc[second].reset_index(drop=True)).area
    pairs = pairs[shared > MOST_OF_IT * pairs.geometry.area]
    given, compared = perimeters.set_index("code_qp")["insee_com"], 0
    for pair in pairs.itertuples():
        compared += 1
        published = set().union(*(today[code] for code in re.split(r"[,; ]+", pair.insee_new)))
        if not published & set(given[pair.code_qp]):
            yield f"{pair.code_qp}: {given[pair.code_qp]}, and {pair.code_new} on its ground has {sorted(published)}"
    print(f"{compared} perimeters of 2015 compared with those of 2024 on their ground")


def check_addresses(perimeters, folder, today):
    """The addresses inside a perimeter are of its communes."""
    files = sorted((folder / "addresses").glob("bano-*.csv"))
    columns = ["id", "number", "street", "postcode", "city", "source", "lat", "lon"]
    read = [pandas.read_csv(file, names=columns, dtype=str) for file in files]
    addresses = pandas.concat(read)
    points = shapely.points(addresses["lon"].astype(float), addresses["lat"].astype(float))
    tree = shapely.STRtree(points)
    codes = addresses["id"].str[:5].to_numpy()
    compared = 0
    for perimeter in perimeters.itertuples():
        inside = tree.query(perimeter.geometry, predicate="intersects")
        if len(inside) < 10:
            continue
        compared += 1
        # A few addresses at the edge of a commune carry the code of the next one.
        code, count = collections.Counter(codes[inside]).most_common(1)[0]
        if not today[code] & set(perimeter.insee_com):
            yield f"{perimeter.code_qp}: {perimeter.insee_com}, and {count} of {len(inside)} addresses inside are of {code}"
    print(f"{compared} perimeters of 2015 compared with the addresses inside")


def main():
    folder, rows = real_data(), table()
    today = of_today(rows)
    with serving("2015", "2024") as server:
        faults = list(check_rows(server, rows))
        features = server.get("/api/v1/perimeters?vintage=2015&geometry=false")["features"]
    given = {feature["properties"]["code_qp"]: feature["properties"] for feature in features}
    old = geopandas.read_file(folder / PERIMETERS["2015"]).rename(columns={"CODE_QP": "code_qp"})
    old["lib_com"] = old["code_qp"].map(lambda code: given[code]["lib_com"])
    old["insee_com"] = old["code_qp"].map(lambda code: given[code]["insee_com"])
    later = geopandas.read_file(folder / PERIMETERS["2024"])
    later = later.rename(columns={"code_qp": "code_new", "insee_com": "insee_new"})
    faults += check_names(old, rows)
    faults += check_ground(old, later, today)
    faults += check_addresses(old, folder, today)
    fail_if(faults, "communes")
    print(f"{len(old)} perimeters of 2015, {sum(map(len, old['lib_com']))} names, each with its communes")


if __name__ == "__main__":
    main()
