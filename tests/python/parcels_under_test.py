"""Parcels and buildings drawn around real addresses by a stated recipe, since no land register can be shipped.

Recipe: the ground is cut in the Voronoi cells of the published positions, in the legal projection; a parcel is what of a
cell lies within 12 m of its position; its building is the parcel without the 3 m along its edge. Positions less than a
metre apart share a parcel. Identifiers count the parcels of each commune: section AA to ZZ, number 1 to 9999.
"""

import collections
import csv
import gzip
import json

import numpy as np
import shapely
from pyproj import Transformer

REACH_M, MARGIN_M = 12.0, 3.0
LEGAL_CRS = {"08": 2154, "52": 2154, "90": 2154, "971": 5490}
BAN_COLUMNS = (
    "id;id_fantoir;numero;rep;nom_voie;code_postal;code_insee;nom_commune;code_insee_ancienne_commune;nom_ancienne_commune;"
    "x;y;lon;lat;type_position;alias;nom_ld;libelle_acheminement;nom_afnor;source_position;source_nom_voie;"
    "certification_commune;cad_parcelles"
).split(";")

Plot = collections.namedtuple("Plot", "id parcel building")


def identifiers(communes):
    """The identifier of each parcel, by the commune it lies in."""
    counts, letters = collections.Counter(), "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    for commune in communes:
        section, number = divmod(counts[commune], 9999)
        counts[commune] += 1
        yield f"{commune}000{letters[section // 26]}{letters[section % 26]}{number + 1:04}"


def plots(x, y, communes):
    """The plot of each position (some share one), by the recipe above."""
    cells, cell_of = np.unique(np.column_stack([np.round(x), np.round(y)]), axis=0, return_inverse=True)
    first = np.full(len(cells), -1)
    first[cell_of[::-1]] = np.arange(len(x))[::-1]
    points = shapely.points(np.asarray(x)[first], np.asarray(y)[first])
    polygons = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(points)))
    held, holds = shapely.STRtree(polygons).query(points, predicate="intersects")
    mine = np.full(len(points), -1)
    mine[held] = holds
    parcels = shapely.intersection(polygons[mine], shapely.buffer(points, REACH_M, quad_segs=4))
    buildings = shapely.buffer(parcels, -MARGIN_M)
    ids = list(identifiers(np.asarray(communes)[first]))
    made = [Plot(*plot) for plot in zip(ids, parcels, buildings)]
    return [made[cell] for cell in cell_of]


def read_addresses(file, department):
    """Rows in the columns of the BAN, of a file of the BAN or of BANO."""
    if file.suffix == ".gz":
        with gzip.open(file, "rt", encoding="utf-8") as text:
            yield from csv.DictReader(text, delimiter=";")
    else:
        with open(file, encoding="utf-8") as text:
            for identifier, number, name, postcode, city, _, lat, lon in csv.reader(text):
                digits = "".join(filter(str.isdigit, number)) or "0"
                row = dict.fromkeys(BAN_COLUMNS, "")
                code, street = identifier[:5], identifier.rpartition("-")[0]
                row |= {"id": f"{code}_{street[5:9]}_{int(digits):05}", "numero": digits, "rep": number[len(digits) :].strip()}
                yield row | {"nom_voie": name, "code_postal": postcode, "code_insee": code, "nom_commune": city, "lon": lon, "lat": lat}


def write_addresses(path, rows):
    with gzip.open(path, "wt", encoding="utf-8", newline="", compresslevel=1) as text:
        writer = csv.DictWriter(text, BAN_COLUMNS, delimiter=";", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


def write_outlines(path, crs, outlines, properties):
    """A file as the State's cadastre is published, plain or gzipped: one feature a line, seven decimals."""
    back = Transformer.from_crs(crs, 4326, always_xy=True)
    degrees = shapely.transform(np.array(outlines), lambda at: np.round(np.column_stack(back.transform(at[:, 0], at[:, 1])), 7))
    opener = gzip.open(path, "wt", encoding="utf-8", compresslevel=1) if path.suffix == ".gz" else open(path, "w", encoding="utf-8")
    with opener as text:
        text.write('{"type":"FeatureCollection","features":[\n')
        for place, (outline, values) in enumerate(zip(degrees, properties)):
            feature = {"type": "Feature", "id": values.get("id"), "properties": values, "geometry": shapely.geometry.mapping(outline)}
            text.write((",\n" if place else "") + json.dumps(feature))
        text.write("\n]}\n")


def write_ground(folder, department, made, crs=None):
    """Both files of a department; returns their paths."""
    made = list({plot.id: plot for plot in made}.values())
    crs = crs or LEGAL_CRS[department]
    parcels, buildings = folder / f"cadastre-{department}-parcelles.json.gz", folder / f"cadastre-{department}-batiments.json.gz"
    write_outlines(parcels, crs, [plot.parcel for plot in made], [{"id": plot.id, "commune": plot.id[:5]} for plot in made])
    standing = [plot for plot in made if plot.building.area > 1]
    write_outlines(buildings, crs, [plot.building for plot in standing], [{"type": "01", "commune": plot.id[:5]} for plot in standing])
    return parcels, buildings
