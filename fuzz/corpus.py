#!/usr/bin/env python3
"""Writes the inputs of `corpus/`, a few kilobytes each, from the fictional town and by hand: `corpus.py`.

`corpus.py FROM ... TO` writes inputs of all targets to the folder TO from the files of folders FROM instead, such as real ones, whose
inputs are for long runs alone (`FUZZ_SEEDS`) and never committed.

Run with the Python of the independent checks (~/.cache/qpv/venv/bin/python), after a change here. Inputs that a fault was found
with have names that begin with `fault-`; they are kept, whatever this writes. Books and shapefiles are written as their parts, with
a line `=== NAME` before each, so that mutations do not only break the sums of a zip.
"""

import gzip
import io
import json
import pathlib
import sqlite3
import struct
import sys
import tempfile
import zipfile

import geopandas
import openpyxl
import pandas
import pyarrow
import pyarrow.parquet
import shapely
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableColumn, TableRow
from odf.text import P
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

HERE = pathlib.Path(__file__).resolve().parent
FOLDER = HERE / "corpus"
# Longer inputs are cut: mutations of them find no more.
MAX_BYTES = 1 << 14
TEXT_TARGETS = ("addresses", "delimited")
TARGETS = {
    ".geojson": ["geojson"], ".json": ["geojson"], ".gpkg": ["geopackage"], ".zip": ["zip_archive"], ".csv": TEXT_TARGETS,
    ".xls": ["xls"], ".parquet": ["parquet"], ".toml": ["programmes"], ".pmtiles": ["pmtiles"], ".mbtiles": ["mbtiles"],
}
SAMPLE = HERE.parent / "geodata" / "sample"
PROGRAMMES = HERE.parent / "geodata" / "programmes"

LIST = [
    ["Nom", "Né le", "Sexe", "Adresse", "Code postal", "Commune", "lon", "lat"],
    ["Épreuve", "12/03/2015", "F", "1 rue des Cordiers", "00100", "Port-Fictif", "-3.605739", "46.194443"],
    ["Témoin", "2016-01-31", "M", "57 rue des Remailleuses", "00100", "Port-Fictif", "-3.61", "46.2"],
    ["=1+1", "", "", "", "", "", "12,5", "x"],
]


def save(target, name, content):
    folder = FOLDER / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())


def bundle(files):
    return b"".join(b"\n=== " + name.encode() + b"\n" + content for name, content in files)[1:]


def zip_parts(content):
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return [(name, book.read(name)) for name in book.namelist() if not name.endswith("/")]


def town(columns=("code_qp", "lib_qp", "insee_com", "geometry")):
    """Two perimeters of the town, their lines drawn roughly."""
    frame = geopandas.read_file(SAMPLE / "perimeters-2024.geojson").head(2)
    frame["geometry"] = frame.geometry.simplify(0.0005)
    return frame[[name for name in columns if name in frame]]


def layers():
    frame = town()
    rough = json.loads(frame.to_json())
    rough["name"] = "QP2024_FICTIF"
    save("geojson", "town", json.dumps(rough, ensure_ascii=False))
    rough["features"] = rough["features"][:1]
    rough["crs"] = {"type": "name", "properties": {"name": "EPSG:2154"}}
    rough["features"][0]["geometry"] = {
        "type": "GeometryCollection",
        "geometries": [
            {"type": "Polygon", "coordinates": [[[7e5, 66e5], [7e5, 661e4], [71e4, 661e4], [7e5, 66e5]]]},
            {"type": "MultiPolygon", "coordinates": []},
            {"type": "Point", "coordinates": [0, 0, 1]},
        ],
    }
    save("geojson", "collection", json.dumps(rough))
    save("geojson", "sequence", "\x1e" + "\n\x1e".join(json.dumps(feature) for feature in rough["features"]))
    with tempfile.TemporaryDirectory() as folder:
        for name, given, encoding in [("town", frame, "UTF-8"), ("lambert", frame.to_crs(2154), "CP1252")]:
            given.to_file(f"{folder}/{name}.shp", encoding=encoding)
            parts = [(end, pathlib.Path(folder, f"{name}.{end}").read_bytes()) for end in ("shp", "dbf", "prj", "cpg")]
            save("shapefile", name, bundle(parts))
            packed = io.BytesIO()
            with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED if name == "town" else zipfile.ZIP_STORED) as archive:
                for end, content in parts:
                    archive.writestr(f"SHP/{name}.{end}", content)
            save("zip_archive", name, packed.getvalue())
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a/qp.geojson", json.dumps(rough))
        archive.writestr("__MACOSX/._qp.geojson", b"\0\5\x16\7")
    save("zip_archive", "geojson", packed.getvalue())


def geopackage():
    for name, kind in [("polygons", 6), ("curves", 12)]:
        shape = shapely.MultiPolygon([town().geometry.iloc[0]])
        wkb = shapely.to_wkb(shape, byte_order=1)
        if kind == 12:  # A surface of a curved polygon, whose ring is a string of arcs.
            ring = struct.pack("<BII", 1, 8, 5) + struct.pack("<10d", 0, 0, 1, 1, 2, 0, 1, -1, 0, 0)
            wkb = struct.pack("<BII", 1, 12, 1) + struct.pack("<BII", 1, 10, 1) + ring
        blob = b"GP" + struct.pack("<BBi", 0, 1, 4326) + wkb
        path = pathlib.Path(tempfile.mkdtemp()) / "layer.gpkg"
        with sqlite3.connect(path) as base:
            base.executescript(
                """PRAGMA page_size = 512; PRAGMA application_id = 0x47504B47; PRAGMA user_version = 10300;
                CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER PRIMARY KEY, organization TEXT,
                  organization_coordsys_id INTEGER, definition TEXT, description TEXT);
                INSERT INTO gpkg_spatial_ref_sys VALUES ('WGS 84', 4326, 'EPSG', 4326, 'undefined', NULL);
                CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT, identifier TEXT, description TEXT,
                  last_change TEXT, min_x REAL, min_y REAL, max_x REAL, max_y REAL, srs_id INTEGER);
                INSERT INTO gpkg_contents VALUES ('qp', 'features', 'qp', '', '', 0, 0, 1, 1, 4326);
                CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, geometry_type_name TEXT, srs_id INTEGER,
                  z INTEGER, m INTEGER);
                INSERT INTO gpkg_geometry_columns VALUES ('qp', 'geom', 'GEOMETRY', 4326, 0, 0);
                CREATE TABLE qp (fid INTEGER PRIMARY KEY, geom BLOB, code_qp TEXT, lib_qp TEXT, insee_com TEXT);"""
            )
            base.execute("INSERT INTO qp VALUES (1, ?, 'QN00001I', 'Les Corderies', '00001')", (blob,))
            base.execute("INSERT INTO qp VALUES (7, NULL, 'QN00002I', NULL, 1)")
        base.close()
        save("geopackage", name, path.read_bytes())


def address_files():
    lines = (SAMPLE / "addresses.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    save("addresses", "ban", "".join(lines[:1] + lines[40:46]))
    save("addresses", "ban-gzip", gzip.compress("".join(lines[:4]).encode(), mtime=0))
    save("addresses", "schools", (SAMPLE / "schools.csv").read_bytes())
    bal = "uid_adresse;cle_interop;commune_insee;commune_nom;voie_nom;lieudit_complement_nom;numero;suffixe;position;x;y;long;lat;"
    bal += "cad_parcelles;source;date_der_maj;certification_commune\n"
    bal += ";61169_0123_00012_bis;61169;Flers;Rue de l'Épreuve;;12;bis;entrée;438000;6855000;-0.57;48.75;61169000AB0012;Commune;2024-01-31;1\n"
    bal += ";61169_0123_99999;61169;Flers;Le Témoin;;99999;;;;;;;;Commune;2024-01-31;0\n"
    save("addresses", "bal", bal)
    save("addresses", "bano", "611690123A-12,12,Rue de l'Épreuve,61100,Flers,CAD,48.750000,-0.570000\n" * 2)
    figures = "CODE_QP;LIBELLE;popMuniQPV;taux_pauvrete_60\nQN00001I;Les Corderies;1 250;45,3\nQN06101M;;n/d;ns\n"
    save("addresses", "figures", figures.encode("cp1252"))
    save("addresses", "communes", "insee;nom;depuis;jusqu'au\n61169;Flers;01/01/2024;\n75056;Paris;;31/12/2023\n")


def lists():
    for name, delimiter, encoding in [("list", ";", "utf-8"), ("tabs", "\t", "cp1252"), ("mark", ",", "utf-8-sig")]:
        text = "\r\n".join(delimiter.join(f'"{field}"' if "," in field else field for field in row) for row in LIST)
        save("delimited", name, text.encode(encoding))
    save("delimited", "hints", "sep=;\nListe des élèves;;\nN°;nom;adresse\n1;CP;\n2;Ana;\"3 rue \"\"X\"\"\n4 bis\";trop;de\nTOTAL;2;\n\x1a")
    save("delimited", "without-titles", "Ana;12/03/2015;1 rue des Cordiers;00100 Port-Fictif\nLéo;13/04/2016;57 rue des Remailleuses;00100\n")
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Élèves"
    for row in LIST:
        sheet.append(row)
    sheet["G2"], sheet["H2"], sheet["B2"] = -3.605739, 46.194443, pandas.Timestamp("2015-03-12")
    sheet.auto_filter.ref = "A1:H4"
    sheet.merge_cells("A6:C6")
    sheet.column_dimensions["C"].hidden = True
    other = book.create_sheet("Notes")
    other["A1"] = "=SUM(1,2)"
    other.sheet_state = "hidden"
    written = io.BytesIO()
    book.save(written)
    # The themes of a book are never read.
    parts = [(name, content) for name, content in zip_parts(written.getvalue()) if "theme" not in name and "docProps" not in name]
    save("xlsx", "list", bundle(parts))
    document = OpenDocumentSpreadsheet()
    table = Table(name="Élèves")
    table.addElement(TableColumn(numbercolumnsrepeated=8))
    for number, row in enumerate(LIST):
        line = TableRow(numberrowsrepeated=3 if number == 2 else 1)
        for field in row:
            try:
                cell = TableCell(valuetype="float", value=float(field))
            except ValueError:
                cell = TableCell(valuetype="string")
            cell.addElement(P(text=field))
            line.addElement(cell)
        line.addElement(TableCell(numbercolumnsrepeated=1000))
        table.addElement(line)
    table.addElement(TableRow(numberrowsrepeated=1_048_000))
    document.spreadsheet.addElement(table)
    second = Table(name="Notes")
    second.addElement(TableRow())
    document.spreadsheet.addElement(second)
    written = io.BytesIO()
    document.write(written)
    kept = {"mimetype", "content.xml", "META-INF/manifest.xml"}
    save("ods", "list", bundle([part for part in zip_parts(written.getvalue()) if part[0] in kept]))
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("Élèves")
    for number, row in enumerate(LIST):
        for column, field in enumerate(row):
            try:
                sheet.write(number, column, float(field))
            except ValueError:
                sheet.write(number, column, field)
    book.add_sheet("Notes").write(0, 0, xlwt.Formula("1+2"))
    written = io.BytesIO()
    book.save(written)
    save("xls", "list", written.getvalue())


def tables():
    table = pyarrow.table(
        {
            "lon": pyarrow.array([-3.605739, -3.61, None]),
            "lat": pyarrow.array([46.194443, 46.2, 91.0]),
            "adresse": ["1 rue des Cordiers, Port-Fictif", None, "é" * 40],
        }
    )
    points = pyarrow.table({"id": [1, 2], "geometry": shapely.to_wkb([shapely.Point(-3.605739, 46.194443), shapely.Point(0, 0)])})
    geo = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": {"encoding": "WKB", "geometry_types": ["Point"]}}}
    points = points.replace_schema_metadata({"geo": json.dumps(geo)})
    for name, given, options in [
        ("plain", table, {"compression": "none", "use_dictionary": False, "write_statistics": False}),
        ("snappy", table, {"compression": "snappy", "data_page_version": "2.0"}),
        ("delta", table, {"compression": "none", "use_dictionary": False, "column_encoding": {"adresse": "DELTA_BYTE_ARRAY"}}),
        ("points", points, {"compression": "none", "store_schema": False}),
    ]:
        written = io.BytesIO()
        pyarrow.parquet.write_table(given, written, **options)
        save("parquet", name, written.getvalue())


def texts():
    for name in ("pre-flers", "adultes-relais", "acre"):
        save("programmes", name, (PROGRAMMES / f"{name}.toml").read_bytes())
    save("programmes", "case", 'on = 2024-06-30, age = 12, home = "qpv", school = "rep", places = { "qpv@2015" = -12.5, "zfu-te" = "inside" }')
    for name, text in [
        ("address", "1 rue des Cordiers, 00100 Port-Fictif"),
        ("number", "12 bis à 14 ter av. du 8 mai 1945 BP 12 Port Fictif CEDEX 3, France"),
        ("words", "Bât. C esc. 2 chez M. X, trente-six rue Albert Ier (00)"),
        ("code", "QN00001I"),
        ("parcel", "00001000CA0001"),
        ("commune", "saint exemple"),
    ]:
        save("questions", name, text)
    for number, text in enumerate(["-3.605739 46.194443 20", "4,9E+05 6587363.09", "-0 .5", "1,234.5 NaN -1", "46.19444300000000001 1e308"]):
        save("positions", f"typed-{number}", text)
    save("reports", "unchanged", b"\0")
    save("reports", "changed", struct.pack("<HB", 20, ord("x")))
    save("reports", "text", "QPV1|k=0123456789abcdef|adresse=1 rue des Cordiers\nsignature=AAAA")
    save("reports", "pdf", b"%PDF-1.7\n/Keywords (compte-rendu-qpv-1.UVBWMQ)\n%qpv-signature 0123456789abcdef AAAA\n%%EOF\n")


def grounds():
    for name, packing in [("plain", Compression.NONE), ("gzip", Compression.GZIP)]:
        written = io.BytesIO()
        writer = Writer(written)
        tile = b"\x1a\x0c\x78\x02\x0a\x04plan\x28\x80\x20"
        for z, x, y in [(0, 0, 0), (1, 0, 0), (1, 1, 1), (2, 3, 3)]:
            writer.write_tile(zxy_to_tileid(z, x, y), gzip.compress(tile, mtime=0) if packing == Compression.GZIP else tile)
        writer.finalize(
            {
                "tile_type": TileType.MVT, "tile_compression": packing, "min_zoom": 0, "max_zoom": 2,
                "min_lon_e7": -50000000, "min_lat_e7": 450000000, "max_lon_e7": 10000000, "max_lat_e7": 470000000,
                "center_zoom": 1, "center_lon_e7": 0, "center_lat_e7": 460000000,
            },
            {"name": "Plan", "attribution": '<a href="x">Port-Fictif</a>', "vector_layers": [{"id": "plan", "fields": {}}]},
        )
        save("pmtiles", name, written.getvalue())
    path = pathlib.Path(tempfile.mkdtemp()) / "plan.mbtiles"
    with sqlite3.connect(path) as base:
        base.executescript(
            """PRAGMA page_size = 512; CREATE TABLE metadata (name TEXT, value TEXT);
            CREATE TABLE tiles (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data BLOB);"""
        )
        described = {"name": "Plan", "format": "pbf", "attribution": "Port-Fictif", "minzoom": "0", "maxzoom": "1", "bounds": "-5,45,1,47"}
        base.executemany("INSERT INTO metadata VALUES (?, ?)", described.items())
        base.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", [(0, 0, 0, gzip.compress(tile, mtime=0)), (1, 0, 1, gzip.compress(tile, mtime=0))])
    base.close()
    save("mbtiles", "plan", path.read_bytes())


def from_files(folders):
    """Writes the files of folders as inputs, each for the targets of its kind."""
    files = (path for folder in folders for path in pathlib.Path(folder).rglob("*") if path.is_file())
    for number, path in enumerate(sorted(files)):
        name = f"{number:04}-{path.stem[:20]}"
        with path.open("rb") as file:
            head = file.read(MAX_BYTES)
        for target in TARGETS.get(path.suffix.lower(), []):
            # A table has a search for each of its rows.
            save(target, name, head[: MAX_BYTES // 8] if target in TEXT_TARGETS else head)
        if path.suffix.lower() in (".xlsx", ".ods") and zipfile.is_zipfile(path) and path.stat().st_size <= MAX_BYTES:
            save(path.suffix.lower()[1:], name, bundle(zip_parts(path.read_bytes()))[:MAX_BYTES])
        if path.suffix.lower() == ".shp":
            parts = [(end, path.with_suffix(f".{end}")) for end in ("shp", "dbf", "prj", "cpg")]
            # The ends of long files are cut, so that all parts are there.
            save("shapefile", name, bundle([(end, part.read_bytes()[: MAX_BYTES // 3]) for end, part in parts if part.exists()]))


if __name__ == "__main__":
    if len(sys.argv) > 2:
        FOLDER = pathlib.Path(sys.argv[-1])
        sys.exit(from_files(sys.argv[1:-1]))
    layers()
    geopackage()
    address_files()
    lists()
    tables()
    texts()
    grounds()
