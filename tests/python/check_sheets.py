"""Spreadsheets of other programs through `qpv batch`, on the fictional town: books of openpyxl, GDAL, odfpy, pandas and xlwt
in; what comes out is read by openpyxl, and after a conversion to Parquet by pyarrow.

Every value of the input must be in its place with its type, and every row have the address that it names.
"""

import csv
import datetime
import pathlib
import random
import subprocess
import tempfile

import odf.opendocument
import odf.table
import odf.text
import openpyxl
import pandas
import pyarrow.parquet
import xlwt

from qpv_under_test import ROOT, binary, fail_if

ADDED = ["latitude", "longitude", "result_label"]


def town():
    """Addresses of the fictional town: number, street, places that tell it from others, postcode, commune."""
    with open(ROOT / "geodata/sample/addresses.csv", encoding="utf-8") as table:
        for row in csv.DictReader(table, delimiter=";"):
            if row["numero"] not in ("", "99999") and not row["rep"]:
                places = [place for place in (row["nom_ld"], row["nom_ancienne_commune"]) if place not in ("", row["nom_commune"])]
                yield int(row["numero"]), row["nom_voie"], places, row["code_postal"], row["nom_commune"]


def write_ods(path, rows):
    book = odf.opendocument.OpenDocumentSpreadsheet()
    sheet = odf.table.Table(name="Liste")
    for row in rows:
        line = odf.table.TableRow()
        for text in row:
            cell = odf.table.TableCell(valuetype="string")
            cell.addElement(odf.text.P(text=text))
            line.addElement(cell)
        sheet.addElement(line)
    book.spreadsheet.addElement(sheet)
    book.save(str(path))


def write_xls(path, rows):
    """A book with a hidden sheet in front, its rows from the last to the first."""
    book = xlwt.Workbook()
    book.add_sheet("Exemple").visibility = 1
    sheet = book.add_sheet("Liste")
    day = xlwt.easyxf(num_format_str="DD/MM/YYYY")
    for number, row in reversed(list(enumerate(rows))):
        for column, value in enumerate(row):
            sheet.write(number, column, value, *([day] if isinstance(value, datetime.datetime) else []))
    book.save(str(path))


def in_parquet(folder, table):
    """The rows that `qpv batch` writes to Parquet, the names of the columns first."""
    out = folder / f"{table.stem}.parquet"
    run(folder, table, out)
    columns = pyarrow.parquet.read_table(out)
    return [columns.column_names] + [list(row) for row in zip(*(column.to_pylist() for column in columns.columns))]


def answered(folder, table):
    """The rows of the first visible sheet that `qpv batch` gives."""
    out = folder / f"{table.name}-out.xlsx"
    run(folder, table, out)
    sheets = openpyxl.load_workbook(out).worksheets
    sheet = next(sheet for sheet in sheets if sheet.sheet_state == "visible")
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def run(folder, table, out):
    command = [binary(), "batch", "--data", folder / "none", "--quiet", "--force", "--headers", "api"]
    command += ["--columns", "adresse,cp,ville", table, "-o", out]
    status = subprocess.run(command, stderr=subprocess.DEVNULL).returncode
    assert status in (0, 3), status


def compared(name, rows, out, labels):
    """What differs between the rows given and those that came out."""
    width = len(rows[0])
    if len(out) != len(rows):
        yield f"{name}: {len(out)} rows for {len(rows)}"
    if out[0][width : width + len(ADDED)] != ADDED:
        yield f"{name}: header {out[0]}"
    for number, (given, found) in enumerate(zip(rows, out)):
        if list(given) != found[:width]:
            yield f"{name}: row {number + 1}: {given} became {found[:width]}"
        if number and labels[number - 1] and found[width + 2] != labels[number - 1]:
            yield f"{name}: row {number + 1}: {found[width + 2]!r} for {labels[number - 1]!r}"


def main():
    draw = random.Random(1)
    addresses = draw.sample(list(town()), 1000)
    header = ["nom", "né le", "poids", "inscrit", "adresse", "cp", "ville"]
    rows, labels = [header], []
    for row, (number, street, places, postcode, city) in enumerate(addresses):
        born = datetime.datetime(2010, 1, 1) + datetime.timedelta(days=draw.randrange(5000))
        rows.append([f"Élève n° {row}", born, draw.randrange(200, 700) / 10, row % 3 == 0, f"{number} {street}", postcode, city])
        where = f" ({', '.join(places)})" if places else ""
        labels.append(f"{number} {street}{where} {postcode} {city}")
    with tempfile.TemporaryDirectory() as work:
        folder = pathlib.Path(work)
        book = openpyxl.Workbook()
        sheet = book.active
        for row in rows:
            sheet.append(row)
        for cell in sheet["A"]:
            cell.font = openpyxl.styles.Font(bold=True)
        book.create_sheet("Autre").append(["sans rapport"])
        book.save(folder / "list.xlsx")
        faults = list(compared("XLSX", rows, answered(folder, folder / "list.xlsx"), labels))

        texts = [[row[0], row[4], row[5], row[6]] for row in rows]
        with open(folder / "list.csv", "w", newline="", encoding="utf-8") as table:
            csv.writer(table).writerows(texts)
        command = ["ogr2ogr", "-f", "XLSX", folder / "gdal.xlsx", folder / "list.csv", "-oo", "AUTODETECT_TYPE=NO"]
        subprocess.run(command, check=True)
        faults += compared("XLSX of GDAL", texts, answered(folder, folder / "gdal.xlsx"), labels)
        write_ods(folder / "list.ods", texts)
        faults += compared("ODS", texts, answered(folder, folder / "list.ods"), labels)
        subprocess.run(["ogr2ogr", "-f", "ODS", folder / "gdal.ods", folder / "list.csv"], check=True)
        faults += compared("ODS of GDAL", texts, answered(folder, folder / "gdal.ods"), labels)
        frame = pandas.DataFrame(rows[1:], columns=header)
        frame.to_excel(folder / "pandas.ods", engine="odf", index=False)
        faults += compared("ODS of pandas", rows, answered(folder, folder / "pandas.ods"), labels)
        write_xls(folder / "list.xls", rows)
        faults += compared("XLS", rows, answered(folder, folder / "list.xls"), labels)
        days = [header] + [[row[0], row[1].date(), *row[2:]] for row in rows[1:]]
        for name in ["list.xlsx", "pandas.ods", "list.xls"]:
            faults += compared(f"{name} to Parquet", days, in_parquet(folder, folder / name), labels)
    print(f"{len(labels)} rows of each spreadsheet compared")
    fail_if(faults, "values or addresses differ")


main()
