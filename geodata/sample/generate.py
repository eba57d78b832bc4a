#!/usr/bin/env python3
"""Makes the fictional sample: a town in the open Atlantic and an islet in the Indian Ocean, none of which exists.

    python3 generate.py [DIRECTORY]      (default: the directory of this file)

Writes `perimeters-2015.geojson`, `perimeters-2024.geojson`, `perimeters-2030.geojson`, `territoires-fragiles.geojson`,
`addresses.csv` and `schools.csv`. Standard library only.
Deterministic: the same files, byte for byte, at each run.

How it works: a town is a fan of streets, drawn in metres in the legal projection. Blocks are named by (column, row),
crossings by the same pair for their lower left corner. A perimeter is a set of blocks; its line runs along the axes of
the streets around them, so neighbours share their vertices exactly. Houses stand 6 to 10 m from the axis of a street.
"""

import csv
import json
import math
import random
import sys
import unicodedata
from pathlib import Path

sys.dont_write_bytecode = True  # no trace but the six files

from projections import Lambert93, Utm40South  # noqa: E402

# ---------------------------------------------------------------------------------------------------------------------
# The plan


def at(line, distance):
    """The point at a distance along a polyline, and the unit direction there."""
    for (x0, y0), (x1, y1) in zip(line, line[1:]):
        length = math.hypot(x1 - x0, y1 - y0)
        if distance <= length:
            break
        distance -= length
    dx, dy = (x1 - x0) / length, (y1 - y0) / length
    return (x0 + dx * distance, y0 + dy * distance), (dx, dy)


def length_of(line):
    return sum(math.hypot(x1 - x0, y1 - y0) for (x0, y0), (x1, y1) in zip(line, line[1:]))


class Plan:
    """A fan of `columns` x `rows` blocks around a point of the sea; all lengths in metres."""

    def __init__(self, projection, lon, lat, columns, rows, radius, step, degrees, heading, rng):
        self.projection, self.columns, self.rows, self.rng = projection, columns, rows, rng
        self.origin = projection.forward(lon, lat)
        self.radius, self.step, self.degrees, self.heading = radius, step, degrees, heading
        crossings = [(i, j) for i in range(columns + 1) for j in range(rows + 1)]
        self.nodes = {(i, j): self._crossing(i, j) for i, j in crossings}
        self.edges = {}
        for i, j in crossings:
            if i < columns:
                self.edges[(i, j), (i + 1, j)] = self._bend(self.nodes[i, j], self.nodes[i + 1, j])
            if j < rows:
                self.edges[(i, j), (i, j + 1)] = self._bend(self.nodes[i, j], self.nodes[i, j + 1])

    def _wobble(self, size):
        return (2 * self.rng.random() - 1) * size

    def _crossing(self, i, j):
        angle = math.radians(self.heading + (i - self.columns / 2) * self.degrees + self._wobble(0.12 * self.degrees))
        radius = self.radius + j * self.step + 16 * math.sin(0.9 * i + 0.6 * j) + self._wobble(7)
        return self.polar(angle, radius)

    def polar(self, angle, radius):
        """The point at a clockwise angle from north, as seen from the centre of the fan (the origin is mid-town)."""
        middle, heading = self.radius + self.rows * self.step / 2, math.radians(self.heading)
        return (
            self.origin[0] + radius * math.sin(angle) - middle * math.sin(heading),
            self.origin[1] + radius * math.cos(angle) - middle * math.cos(heading),
        )

    def _bend(self, a, b):
        """A slightly curved street between two crossings, with a vertex at its middle."""
        pieces = 2 * (2 + int(3 * self.rng.random()))
        bulge, sway = self._wobble(7), self._wobble(3)
        (ax, ay), (bx, by) = a, b
        length = math.hypot(bx - ax, by - ay)
        nx, ny = -(by - ay) / length, (bx - ax) / length
        line = []
        for k in range(pieces + 1):
            t = k / pieces
            off = bulge * math.sin(math.pi * t) + sway * math.sin(2 * math.pi * t)
            line.append((ax + t * (bx - ax) + off * nx, ay + t * (by - ay) + off * ny))
        line[0], line[-1] = a, b
        return line

    def street(self, *crossings):
        """The blocks' lengths of a street through successive crossings, each as a polyline."""
        return [self._edge(a, b) for a, b in zip(crossings, crossings[1:])]

    def _edge(self, a, b):
        return self.edges[a, b] if (a, b) in self.edges else self.edges[b, a][::-1]

    def _halves(self, a, b):
        line = self._edge(a, b)
        middle = len(line) // 2
        return [line[: middle + 1], line[middle:]]

    def _around(self, block):
        """The lines around a block, counter-clockwise; `(i, j, "n")` is its upper half, `(i, j, "s")` the lower."""
        i, j, *half = block
        sides = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1), (i, j)]
        (b1, b2), (r1, r2), (t1, t2), (l1, l2) = (self._halves(p, q) for p, q in zip(sides, sides[1:]))
        if not half:
            return [b1, b2, r1, r2, t1, t2, l1, l2]
        # The back line of the gardens: from the middle of the left side to the middle of the right one.
        (x0, y0), (x1, y1) = l1[-1], r1[-1]
        back = [(x0 + t * (x1 - x0) - (y1 - y0) * s, y0 + t * (y1 - y0) + (x1 - x0) * s)
                for t, s in ((0.22, 0.0), (0.25, 0.06), (0.51, 0.07), (0.53, -0.04), (0.8, -0.03), (0.81, 0.0))]
        back = [(x0, y0), *back, (x1, y1)]
        return [b1, b2, r1, back[::-1], l2] if half == ["s"] else [back, r2, t1, t2, l1]

    def rings(self, blocks):
        """The closed rings around a set of blocks: axes that two of them share cancel out."""
        lines = {}
        for line in (line for block in sorted(blocks, key=str) for line in self._around(block)):
            if lines.pop((line[-1], line[0]), None) is None:
                lines[line[0], line[-1]] = line
        rings = []
        while lines:
            start = min(lines)
            ring = lines.pop(start)
            while ring[0] != ring[-1]:
                following = next(key for key in lines if key[0] == ring[-1])
                ring = ring + lines.pop(following)[1:]
            rings.append(ring)
        return rings


def signed_area(ring):
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in zip(ring, ring[1:])) / 2


# ---------------------------------------------------------------------------------------------------------------------
# Perimeters


def rectangle(i0, i1, j0, j1):
    return {(i, j) for i in range(i0, i1 + 1) for j in range(j0, j1 + 1)}


#: code, name, communes, blocks
TOWN_2015 = [
    ("QP000001", "Les Corderies", "1", rectangle(4, 6, 6, 8) - {(5, 7)}),
    ("QP000002", "Vieux-Port", "1", rectangle(4, 5, 1, 2)),
    ("QP000003", "La Garenne", "1", {(13, 7), (14, 7)}),
    ("QP000004", "Les Salines", "1", rectangle(11, 12, 3, 4) | {(12, 2)}),
    ("QP000005", "La Croix des Phares", "12", rectangle(14, 15, 3, 4)),
    ("QP000006", "Les Tanneries Ouest", "1", rectangle(8, 9, 7, 8)),
    ("QP000007", "Les Tanneries Est", "1", rectangle(10, 11, 7, 8)),
    ("QP000008", "Cité des Goélands", "1", rectangle(7, 9, 3, 4)),
    ("QP000009", "Bassin à Flot", "1", rectangle(7, 8, 0, 1)),
    ("QP000010", "L'Arsenal", "1", rectangle(9, 10, 0, 1)),
    ("QP000011", "Les Vergers", "1", {(0, 7), (1, 7), (1, 8)}),
]
TOWN_2024 = [
    ("QN00001I", "Les Corderies", "1", rectangle(4, 6, 6, 8) - {(5, 7)}),
    ("QN00002M", "Vieux-Port", "1", rectangle(4, 5, 1, 2)),
    ("QN00003M", "La Garenne - Les Embruns", "12", rectangle(13, 15, 7, 8)),
    ("QN00004I", "Les Salines", "1", rectangle(11, 12, 3, 4) - {(12, 4)}),
    ("QN00005M", "La Croix des Phares", "12", rectangle(14, 15, 2, 3)),
    ("QN00006M", "Les Tanneries", "1", rectangle(8, 11, 7, 8) | {(9, 6, "n")}),
    ("QN00007M", "Goélands Ouest", "1", rectangle(7, 7, 3, 4)),
    ("QN00008M", "Goélands Est", "1", rectangle(9, 9, 3, 4)),
    ("QN00009M", "Arsenal Haut", "1", rectangle(7, 10, 1, 1)),
    ("QN00010M", "Les Bassins", "1", rectangle(7, 10, 0, 0)),
    ("QN00011N", "Rive Neuve", "12", {(12, 0), (13, 0), (12, 1, "s"), (15, 0), (16, 0)}),
]
#: A vintage to come, invented like the rest: the town's next list. Its codes begin with QR.
TOWN_2030 = [
    ("QR00001I", "Les Corderies", "1", rectangle(4, 6, 6, 8) - {(5, 7)}),
    ("QR00002M", "Vieux-Port", "1", rectangle(4, 6, 1, 2)),
    ("QR00003I", "La Garenne - Les Embruns", "12", rectangle(13, 15, 7, 8)),
    ("QR00004M", "Les Salines", "1", rectangle(11, 12, 3, 4)),
    ("QR00005M", "La Croix des Phares", "12", rectangle(14, 15, 2, 4)),
    ("QR00006M", "Les Tanneries Ouest", "1", rectangle(8, 9, 7, 8) | {(9, 6, "n")}),
    ("QR00007M", "Les Tanneries Est", "1", rectangle(10, 11, 7, 8)),
    ("QR00008I", "Goélands Est", "1", rectangle(9, 9, 3, 4)),
    ("QR00009I", "Arsenal Haut", "1", rectangle(7, 10, 1, 1)),
    ("QR00010I", "Les Bassins", "1", rectangle(7, 10, 0, 0)),
    ("QR00011I", "Rive Neuve", "12", {(12, 0), (13, 0), (12, 1, "s"), (15, 0), (16, 0)}),
    ("QR00012N", "Les Alizés", "1", {(1, 1), (2, 1)}),
]
ISLET_2015 = [("QP974901", "Les Filaos", "3", rectangle(1, 2, 0, 1))]
ISLET_2024 = [("QN97491M", "Les Filaos - La Ravine", "3", rectangle(1, 2, 0, 2) | {(3, 1)})]
ISLET_2030 = [("QR97491I", "Les Filaos - La Ravine", "3", rectangle(1, 2, 0, 2) | {(3, 1)})]

#: A layer of the town's own: territories it calls fragile, outside the perimeters of both vintages.
FRAGILE = [("Le Petit Marché", rectangle(1, 2, 3, 4)), ("Haut de Saint-Exemple", {(16, 5, "n"), (16, 6, "s")})]

#: key -> INSEE code, name, postcode, fictional EPCI
COMMUNES = {
    "1": ("00001", "Port-Fictif", "00100", "000000001"),
    "2": ("00002", "Saint-Exemple", "00200", "000000001"),
    "3": ("97499", "Anse-Fictive", "97499", "000000974"),
}
REGIONS = {
    "000": ("00", "Région fictive", "00", "Département fictif"),
    "974": ("04", "La Réunion", "974", "La Réunion"),
}
#: The outline drawn again, a few metres aside.
REDRAWN = "QN00002M"


def redraw(ring, rng):
    """The same line drawn by another hand: each vertex moved by up to 4 m."""
    moved = [(x + (2 * rng.random() - 1) * 4, y + (2 * rng.random() - 1) * 4) for x, y in ring[:-1]]
    return [*moved, moved[0]]


def polygons(rings):
    """Groups rings (exterior ones turn counter-clockwise) into polygons; a hole belongs to the only exterior here."""
    exteriors = [[ring] for ring in rings if signed_area(ring) > 0]
    for ring in rings:
        if signed_area(ring) < 0:
            if len(exteriors) != 1:
                raise ValueError("a perimeter with a hole has one part only in this sample")
            exteriors[0].append(ring)
    return exteriors


def properties_2015(code, name, communes):
    return {"CODE_QP": code, "NOM_QP": name, "COMMUNE_QP": ", ".join(COMMUNES[c][1] for c in communes)}


def properties_2024(code, name, communes):
    insee_reg, lib_reg, insee_dep, lib_dep = REGIONS[code[2:5]]
    return {
        "code_qp": code, "lib_qp": name, "insee_reg": insee_reg, "lib_reg": lib_reg, "insee_dep": insee_dep,
        "lib_dep": lib_dep, "insee_com": ", ".join(COMMUNES[c][0] for c in communes),
        "lib_com": ", ".join(COMMUNES[c][1] for c in communes), "siren_epci": COMMUNES[communes[0]][3],
    }  # fmt: skip


def feature(plan, row, properties, decimals, rng):
    code, name, communes, blocks = row
    rings = plan.rings(blocks)
    if code == REDRAWN:
        rings = [redraw(ring, rng) for ring in rings]
    degrees = [[[[round(d, decimals) for d in plan.projection.inverse(*p)] for p in ring] for ring in part]
               for part in polygons(rings)]
    geometry = {"type": "MultiPolygon", "coordinates": degrees}
    return {"type": "Feature", "properties": properties(code, name, communes), "geometry": geometry}


def fragile(plan, name, blocks):
    degrees = [[[[round(d, 6) for d in plan.projection.inverse(*p)] for p in ring] for ring in part]
               for part in polygons(plan.rings(blocks))]
    return {"type": "Feature", "properties": {"nom": name},
            "geometry": {"type": "MultiPolygon", "coordinates": degrees}}


def write_layer(path, name, features):
    head = {"type": "FeatureCollection", "name": name,
            "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}}
    rows = ",\n".join(json.dumps(f, ensure_ascii=False, separators=(",", ":")) for f in features)
    text = json.dumps(head, ensure_ascii=False)[:-1] + ', "features": [\n' + rows + "\n]}\n"
    path.write_text(text, encoding="utf-8", newline="\n")


# ---------------------------------------------------------------------------------------------------------------------
# Addresses

COLUMNS = ("id;id_fantoir;numero;rep;nom_voie;code_postal;code_insee;nom_commune;code_insee_ancienne_commune;"
           "nom_ancienne_commune;x;y;lon;lat;type_position;alias;nom_ld;libelle_acheminement;nom_afnor;source_position;"
           "source_nom_voie;certification_commune;cad_parcelles").split(";")

#: Names given in order to the streets of the town; none is meant for a real person.
NAMES = """Rue des Mimosas|Rue des Cordeliers-Imaginaires|Boulevard des Alizés|Rue du Four à Chaux
Avenue Léonie-Vaucresse|Rue des Tonneliers|Rue de l'Hermine|Allée des Genêts|Rue Eugène-Patacaisse
Rue des Charpentiers de Marine
Rue du Cabestan|Boulevard Ondine-Marchevague|Rue des Bruyères|Rue des Sauniers|Impasse de la Boussole
Rue de la Fontaine aux Ânes
Avenue du Grand Large|Rue des Calfats|Rue Zéphirin-Lamarée|Rue des Églantiers|Rue du Sémaphore|Rue des Tisserandes
Allée des Hortensias|Rue de l'École-Vieille|Rue Célestin-Brisemotte|Rue des Ferblantiers|Rue du Puits d'Amour
Rue des Sœurs-Blanchaille|Rue de la Dunette|Rue des Ajoncs|Place du Petit Marché|Rue Hortense-Pimprenelle
Rue du Gouvernail|Rue des Vanniers|Rue de l'Étoile Polaire|Cours des Armateurs|Rue des Cormorans|Rue du Moulin à Vent
Rue Barnabé-Tournesol-Dupré|Rue des Poissonniers|Rue du 32 Mai|Rue des Lilas|Rue Sainte-Fictive|Rue des Potiers
Rue de l'Anse aux Sirènes|Boulevard de la Ceinture|Rue Clémence-Outremer-Fay|Rue des Remailleuses|Rue du Phare Éteint
Rue des Pâquerettes|Rue du Chenal|Rue Mathurin-Loquevent|Rue des Joncs|Rue des Forgerons|Rue de la Criée|Rue des Iris
Rue Philomène-Courtepaille|Rue des Batelières|Rue du Tourne-Pierre|Rue de l'Aiguade|Rue des Capucines|Rue du Lavoir
Rue des Drapiers|Rue Augustin-Vagueblanche|Rue de la Mâture|Rue des Pervenches|Rue des Brodeuses|Rue du Vieux Cadran
Rue des Trois-Ancres|Rue de la Houle|Rue des Ormeaux|Rue du Ressac|Rue des Luthiers
Rue de la Grand-Voile|Rue Anatole-Songecreux|Venelle des Chats""".replace("\n", "|").split("|")

ISLET_NAMES = """Rue des Flamboyants|Chemin Vacoa|Rue des Vanilliers|Rue du Lagon-Inventé|Chemin des Lataniers
Rue des Pailles-en-Queue|Rue Zélie-Grandfond|Impasse des Letchis
Rue du Débarcadère|Rue des Madrépores""".replace("\n", "|").split("|")


def afnor(name):
    """Upper case without accents or punctuation, as the postal standard writes it."""
    plain = unicodedata.normalize("NFD", name.replace("œ", "oe").replace("Œ", "OE"))
    kept = "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return " ".join(kept.upper().split())


class Addresses:
    """The rows of the address file, in the column layout of the Base Adresse Nationale."""

    def __init__(self, rng):
        self.rng, self.rows, self.streets = rng, [], 0

    def open_street(self, commune, name, **extra):
        """Starts a street; `extra` gives the value of further columns (`nom_ld`, `alias`, ...)."""
        self.streets += 1
        insee, town, postcode, _ = COMMUNES[commune]
        return {
            "id_fantoir": f"{insee}_{self.streets * 5:04}", "nom_voie": name, "code_postal": postcode,
            "code_insee": insee, "nom_commune": town, "libelle_acheminement": afnor(town), "nom_afnor": afnor(name),
            "source_nom_voie": "commune", "lots": 0, **extra,
        }  # fmt: skip

    def add(self, plan, street, number, suffix, point, position=None):
        x, y = point
        lon, lat = plan.projection.inverse(x, y)
        draw, insee, fantoir = self.rng.random(), street["code_insee"], street["id_fantoir"]
        street["lots"] += 1
        lot = f"{insee}000{chr(65 + int(fantoir[6:]) // 5 % 26)}{chr(65 + int(fantoir[6:]) // 130)}"
        parcels = [f"{lot}{street['lots'] + k:04}" for k in ((0, 500) if draw > 0.97 else (0,) if draw < 0.94 else ())]
        kind = position or ("entrée" if draw < 0.7 else "parcelle" if draw < 0.93 else "bâtiment")
        row = dict.fromkeys(COLUMNS, "") | {k: v for k, v in street.items() if k in COLUMNS}
        self.rows.append(row | {
            "id": "_".join(filter(None, (fantoir, f"{number:05}", suffix))), "numero": number, "rep": suffix,
            "x": f"{x:.2f}", "y": f"{y:.2f}", "lon": f"{lon:.6f}", "lat": f"{lat:.6f}", "type_position": kind,
            "source_position": "cadastre" if kind == "parcelle" else "commune",
            "certification_commune": int(draw < 0.8), "cad_parcelles": "|".join(parcels),
        })  # fmt: skip

    def along(self, plan, street, blocks, built, sides=(-1, 1)):
        """Numbers both sides of a street: odd on the left of its direction, even on the right, every 8 to 15 m.

        `built` is the share of block sides with houses: the others keep their numbers for a wall, a shed, a square.
        """
        numbers = {-1: 1, 1: 2}
        for line in blocks:
            for side in sides:
                if self.rng.random() < built:
                    numbers[side] = self._block_side(plan, street, line, side, numbers[side])
                else:
                    numbers[side] += 2 * int(length_of(line) / 14)

    def _block_side(self, plan, street, line, side, number):
        distance, end = 15 + 5 * self.rng.random(), length_of(line) - 15
        while distance < end:
            draw = self.rng.random()
            for suffix in ["", "bis", "ter"][: 1 if draw > 0.06 else 2 if draw > 0.024 else 3]:
                if distance < end:
                    self.add(plan, street, number, suffix, self._door(line, distance, side))
                    distance += 8 + 7 * self.rng.random()
            number += 2
        return number

    def _door(self, line, distance, side):
        (x, y), (dx, dy) = at(line, distance)
        away = side * (6 + 4 * self.rng.random())
        return x + away * dy, y - away * dx

    def estate(self, plan, commune, name, block, count):
        """Entrances of blocks of flats inside a block of streets, numbered from 1."""
        street = self.open_street(commune, name)
        i, j = block
        corners = [plan.nodes[p] for p in ((i, j), (i + 1, j), (i, j + 1), (i + 1, j + 1))]
        for k in range(count):
            u, v = 0.22 + 0.56 * (k % 6) / 5, 0.26 + 0.48 * (k // 6) / max(1, (count - 1) // 6)
            weights = ((1 - u) * (1 - v), u * (1 - v), (1 - u) * v, u * v)
            point = tuple(sum(w * c[axis] for w, c in zip(weights, corners)) for axis in (0, 1))
            self.add(plan, street, k + 1, "", point, "cage d’escalier")

    def hamlet(self, plan, commune, name, centre, count, **extra):
        """A `lieu-dit`: houses here and there around a place."""
        street = self.open_street(commune, name, **extra)
        for number in range(1, count + 1):
            angle, far = 2.399963 * number, 18 * math.sqrt(number) + 6 * self.rng.random()
            point = (centre[0] + far * math.cos(angle), centre[1] + far * math.sin(angle))
            self.add(plan, street, number, "", point, "parcelle" if number % 3 else "entrée")


#: The street along the western line of Les Corderies, numbered from north to south: odd numbers inside, even outside.
BOUNDARY_STREET = ("Rue des Cordiers", [(4, 9), (4, 8), (4, 7), (4, 6)])
#: First column of Saint-Exemple.
BORDER = 15


def spans(count, sizes):
    """Cuts 0..count into pieces of the given sizes in turn."""
    start, k = 0, 0
    while start < count:
        end = min(count, start + sizes[k % len(sizes)])
        yield start, end
        start, k = end, k + 1


def town_streets(plan):
    """(commune, crossings, sides) of every street but the boundary one; a street stops at the commune's limit."""
    for j in range(plan.rows + 1):
        for first, last, commune in ((0, BORDER, "1"), (BORDER, plan.columns, "2")):
            for a, b in spans(last - first, (6, 4, 5) if j % 2 else (4, 7, 4)):
                sides = (-1,) if j == 0 else (-1, 1)  # no house stands in the harbour
                yield commune, [(i, j) for i in range(first + a, first + b + 1)], sides
    for i in range(plan.columns + 1):
        taken = 6 if i == BOUNDARY_STREET[1][0][0] else plan.rows
        for a, b in spans(taken, (4, 5) if i % 2 else (6, 3)):
            yield "1" if i < BORDER else "2", [(i, j) for j in range(a, b + 1)], (-1, 1)


def town_addresses(plan, addresses):
    names = iter(NAMES)
    for commune, crossings, sides in town_streets(plan):
        street = addresses.open_street(commune, next(names))
        addresses.along(plan, street, plan.street(*crossings), 0.26, sides)
    name, crossings = BOUNDARY_STREET
    street = addresses.open_street("1", name, alias="Ancien chemin de la Corderie")
    addresses.along(plan, street, plan.street(*crossings), 1.0)
    addresses.estate(plan, "1", "Cité des Goélands", (8, 4), 24)
    addresses.estate(plan, "1", "Résidence de la Garenne", (13, 8), 18)
    addresses.estate(plan, "1", "Résidence des Salines", (11, 4), 18)
    addresses.estate(plan, "1", "Résidence Rive Neuve", (12, 0), 12)


def countryside(plan, addresses):
    """Hamlets and a village beyond the band of 300 m."""
    old = {"code_insee_ancienne_commune": "00003", "nom_ancienne_commune": "Vieil-Exemple"}
    far = plan.radius + plan.rows * plan.step
    for commune, name, degrees, beyond, count, extra in (
        ("1", "Le Bout du Monde", -14, 620, 9, {}),
        ("1", "La Ferme des Embruns", 2, 760, 5, {}),
        ("1", "Les Quatre-Vents", 9, 480, 14, {"nom_ld": "Lande des Quatre-Vents"}),
        ("2", "Kerfictif", 31, 560, 11, {}),
        ("2", "Le Vieil-Exemple", 37, 240, 21, old),
    ):
        addresses.hamlet(plan, commune, name, plan.polar(math.radians(degrees), far + beyond), count, **extra)
    x, y = plan.polar(math.radians(39), plan.radius + 150)
    for name, line in (
        ("Rue Principale", [(x, y), (x + 60, y + 90), (x + 75, y + 190), (x + 140, y + 300)]),
        ("Rue de l'Église", [(x - 70, y + 170), (x + 60, y + 180), (x + 190, y + 150)]),
    ):
        addresses.along(plan, addresses.open_street("2", name, **old), [line], 1.0)


def islet_addresses(plan, addresses):
    names = iter(ISLET_NAMES)
    for j in range(plan.rows + 1):
        street = addresses.open_street("3", next(names))
        addresses.along(plan, street, plan.street(*((i, j) for i in range(plan.columns + 1))), 0.4)
    for i in range(plan.columns + 1):
        street = addresses.open_street("3", next(names))
        addresses.along(plan, street, plan.street(*((i, j) for j in range(plan.rows + 1))), 0.4)
    addresses.hamlet(plan, "3", "Pointe des Frégates", plan.polar(math.radians(151), 760), 12)
    addresses.hamlet(plan, "3", "Cap Imaginaire", plan.polar(math.radians(252), 700), 8)


def write_csv(path, columns, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, delimiter=";", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


# ---------------------------------------------------------------------------------------------------------------------
# Schools

#: Columns named as in the State's school directory (« Annuaire de l'éducation »).
SCHOOL_COLUMNS = ("Identifiant_de_l_etablissement;Nom_etablissement;Type_etablissement;Statut_public_prive;Code_postal;"
                  "Code_commune;Nom_commune;Appartenance_Education_Prioritaire;latitude;longitude").split(";")

#: number, name, type, status, commune, block, priority education
TOWN_SCHOOLS = [
    (1, "École primaire Les Embruns", "Ecole", "Public", "2", (15, 8), "REP"),
    (2, "Collège Ondine-Marchevague", "Collège", "Public", "1", (10, 7), "REP+"),
    (3, "École maternelle du Cabestan", "Ecole", "Public", "1", (5, 7), ""),
    (4, "École élémentaire du Petit Marché", "Ecole", "Public", "1", (2, 3), ""),
    (5, "Lycée du Grand Large", "Lycée", "Public", "1", (6, 4), ""),
    (6, "Collège Sainte-Fictive", "Collège", "Privé", "1", (1, 5), ""),
]
ISLET_SCHOOLS = [(9749901, "École primaire des Filaos", "Ecole", "Public", "3", (3, 1), "REP+")]


def school(plan, row):
    number, name, kind, status, commune, (i, j), network = row
    insee, town, postcode, _ = COMMUNES[commune]
    corners = [plan.nodes[p] for p in ((i, j), (i + 1, j), (i, j + 1), (i + 1, j + 1))]
    lon, lat = plan.projection.inverse(*(sum(c[axis] for c in corners) / 4 for axis in (0, 1)))
    key = "ABCDEFGHJKLMNPRSTUVWXYZ"[number % 23]  # the check letter of a school's number
    values = (f"{number:07}{key}", name, kind, status, postcode, insee, town, network, f"{lat:.7f}", f"{lon:.7f}")
    return dict(zip(SCHOOL_COLUMNS, values))


def main(directory):
    town = Plan(Lambert93(), -3.60, 46.20, 17, 9, 2000, 115, 3.3, 0, random.Random("Port-Fictif"))
    islet = Plan(Utm40South(), 54.60, -20.60, 5, 3, 260, 95, 17, 200, random.Random("Anse-Fictive"))
    for vintage, decimals, properties, in_town, on_islet in (
        ("2015", 7, properties_2015, TOWN_2015, ISLET_2015),
        ("2024", 6, properties_2024, TOWN_2024, ISLET_2024),
        ("2030", 6, properties_2024, TOWN_2030, ISLET_2030),
    ):
        rng = random.Random(vintage)
        features = [feature(town, row, properties, decimals, rng) for row in in_town]
        features += [feature(islet, row, properties, decimals, rng) for row in on_islet]
        write_layer(directory / f"perimeters-{vintage}.geojson", f"QP{vintage}_FICTIF", features)
    areas = [fragile(town, *row) for row in FRAGILE]
    write_layer(directory / "territoires-fragiles.geojson", "territoires_fragiles_fictifs", areas)
    addresses = Addresses(random.Random("doors"))
    town_addresses(town, addresses)
    countryside(town, addresses)
    islet_addresses(islet, addresses)
    write_csv(directory / "addresses.csv", COLUMNS, addresses.rows)
    schools = [school(town, row) for row in TOWN_SCHOOLS] + [school(islet, row) for row in ISLET_SCHOOLS]
    write_csv(directory / "schools.csv", SCHOOL_COLUMNS, schools)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
