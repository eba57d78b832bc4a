"""An ODS workbook through `qpv batch`, on the fictional town: it comes back as it was, with columns added right of its list.

A book with all that people put in one (titles, filter, merged cells, hidden rows, columns and sheets, comments, formulas, rows and
cells that are stored once) is compared element by element with what comes back, by the XML alone; odfpy and pandas must read it,
the manifest must list what the zip holds, two runs must give the same bytes, and the answers must be those of the same list as CSV.
"""

import copy
import csv
import io
import pathlib
import subprocess
import tempfile
import xml.etree.ElementTree as xml
import zipfile

import pandas
from odf import dc, office, style, table, text
from odf.opendocument import OpenDocumentSpreadsheet, load

from qpv_under_test import binary, fail_if

STREETS = ["1 rue des Cordiers", "35 rue des Cordiers", "57 rue des Remailleuses", "999 rue Inconnue", "", "rue des Cordiers"]
HEADER = ["N° dossier", "Élève", "Né le", "Adresse", "CP", "Ville", "Calcul"]
ROWS = 300
FIRST = 3  # Rows above the titles: two of a merged title, and an empty one.
SHEET = "L'école : 1.2"
OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
MANIFEST = "{urn:oasis:names:tc:opendocument:xmlns:manifest:1.0}"


def cell(value, **attributes):
    if isinstance(value, (int, float)):
        made = table.TableCell(valuetype="float", value=value, **attributes)
    elif value is None:
        return table.TableCell(**attributes)
    else:
        made = table.TableCell(valuetype="string", **attributes)
    made.addElement(text.P(text=str(value)))
    return made


def rich_book(path):
    book = OpenDocumentSpreadsheet()
    named = {}
    for name, family, inner in [
        ("titles", "table-cell", style.TextProperties(fontweight="bold", color="#ffffff")),
        ("border", "table-cell", style.TableCellProperties(border="0.5pt solid #000000")),
        ("hidden", "table", style.TableProperties(display="false")),
        ("wide", "table-column", style.TableColumnProperties(columnwidth="7cm")),
        # Names that added styles would have.
        ("qpv-title", "table-cell", style.TextProperties(color="#ff0000")),
    ]:
        made = style.Style(name=name, family=family)
        made.addElement(inner)
        book.automaticstyles.addElement(made)
        named[name] = made
    hidden = table.Table(name="Listes de choix", stylename=named["hidden"])
    row = table.TableRow()
    row.addElement(cell("Oui"))
    hidden.addElement(row)
    book.spreadsheet.addElement(hidden)
    sheet = table.Table(name=SHEET, printranges=f"$'{SHEET.replace(chr(39), chr(39) * 2)}'.A1:.G20")
    sheet.addElement(table.TableColumn(visibility="collapse"))
    sheet.addElement(table.TableColumn(numbercolumnsrepeated=3, stylename=named["wide"]))
    # All that is right of the list is hidden, as templates do.
    sheet.addElement(table.TableColumn(numbercolumnsrepeated=4))
    sheet.addElement(table.TableColumn(numbercolumnsrepeated=1016, visibility="collapse"))
    row = table.TableRow()
    row.addElement(cell("Liste des élèves", numbercolumnsspanned=11, numberrowsspanned=2))
    row.addElement(table.CoveredTableCell(numbercolumnsrepeated=10))
    sheet.addElement(row)
    row = table.TableRow()
    row.addElement(table.CoveredTableCell(numbercolumnsrepeated=11))
    sheet.addElement(row)
    sheet.addElement(table.TableRow())
    titles = table.TableHeaderRows()
    row = table.TableRow()
    for name in HEADER:
        row.addElement(cell(name, stylename=named["titles"]))
    row.addElement(table.TableCell(numbercolumnsrepeated=1017))
    titles.addElement(row)
    sheet.addElement(titles)
    number = 0
    while number < ROWS:
        # Every tenth row is stored once for three children.
        repeats = 3 if number % 10 == 5 else 1
        row = table.TableRow(numberrowsrepeated=repeats, visibility="collapse" if number % 7 == 0 else "visible")
        street = STREETS[number % len(STREETS)]
        row.addElement(cell(number + 1))
        name = cell(f"Élève <{number}>  & fils")
        if number == 2:
            note = office.Annotation()
            note.addElement(dc.Creator(text="PRE"))
            note.addElement(text.P(text="à rappeler"))
            name.addElement(note)
        row.addElement(name)
        day = table.TableCell(valuetype="date", datevalue=f"2014-{1 + number % 12:02}-{1 + number % 28:02}")
        day.addElement(text.P(text="un jour"))
        row.addElement(day)
        row.addElement(cell(street or None))
        row.addElement(cell("00100" if street else None))
        row.addElement(cell("Port-Fictif" if street else None))
        row.addElement(cell(number * 2, formula=f"of:=[.A{FIRST + 2 + number}]*2"))
        # Borders drawn beyond the list, where answers come.
        row.addElement(table.TableCell(stylename=named["border"], numbercolumnsrepeated=2))
        row.addElement(table.TableCell(numbercolumnsrepeated=1015))
        sheet.addElement(row)
        number += repeats
    rows = number
    sheet.addElement(table.TableRow(numberrowsrepeated=2))
    row = table.TableRow()
    row.addElement(cell("Édité le"))
    sheet.addElement(row)
    sheet.addElement(table.TableRow(numberrowsrepeated=1048000))
    book.spreadsheet.addElement(sheet)
    other = table.Table(name="Synthèse")
    row = table.TableRow()
    row.addElement(cell(3, formula="of:=SUM([.A1:.A2])", numbercolumnsspanned=2))
    row.addElement(table.CoveredTableCell())
    other.addElement(row)
    book.spreadsheet.addElement(other)
    quoted = SHEET.replace("'", "''")
    ranges = table.DatabaseRanges()
    filtered = table.DatabaseRange(
        name="__Anonymous_Sheet_DB__1",
        targetrangeaddress=f"'{quoted}'.A{FIRST + 1}:'{quoted}'.G{FIRST + 1 + rows}",
        displayfilterbuttons="true",
    )
    ranges.addElement(filtered)
    book.spreadsheet.addElement(ranges)
    book.save(path)
    return rows


def run(folder, given, out, *options):
    command = [binary(), "batch", "--data", folder / "none", "--quiet", "--force", "--programme", "pre-national"]
    status = subprocess.run([*command, *options, given, "-o", out], stderr=subprocess.PIPE, check=False)
    assert status.returncode in (0, 3), status.stderr.decode()


def document(path):
    with zipfile.ZipFile(path) as book:
        return xml.fromstring(book.read("content.xml"))


def sheets(root):
    return root.find(f".//{{{OFFICE}}}spreadsheet").findall(f"{TABLE}table")


def written(element):
    return xml.tostring(element, encoding="unicode")


def expanded(sheet, most_columns):
    """The rows of a sheet with something in them: the place, the attributes, and the first cells, each as it is written."""
    at = 0
    for row in sheet.iter(f"{TABLE}table-row"):
        times = int(row.get(f"{TABLE}number-rows-repeated", 1))
        cells = []
        for found in row:
            once = copy.deepcopy(found)
            columns = int(once.attrib.pop(f"{TABLE}number-columns-repeated", 1))
            # A cell without anything is the same as none.
            is_bare = not once.attrib and not len(once)
            cells += [None if is_bare else written(once)] * min(columns, most_columns - len(cells))
        cells += [None] * (most_columns - len(cells))
        look = {name: value for name, value in row.attrib.items() if not name.endswith("rows-repeated")}
        if times < 100_000:
            for _ in range(times):
                yield at, look, cells
                at += 1
        else:
            at += times


def columns(sheet):
    """What each column is, by its place."""
    found = []
    for column in sheet.iter(f"{TABLE}table-column"):
        look = {name: value for name, value in column.attrib.items() if not name.endswith("columns-repeated")}
        found += [look] * int(column.get(f"{TABLE}number-columns-repeated", 1))
    return found


def compared(before, after, width):
    """What is not as it was; `width` columns are those of the list."""
    old, new = document(before), document(after)
    with zipfile.ZipFile(before) as one, zipfile.ZipFile(after) as two:
        if two.infolist()[0].filename != "mimetype" or two.infolist()[0].compress_type != zipfile.ZIP_STORED:
            yield "the media type is not first"
        if one.namelist() != two.namelist():
            yield f"parts {two.namelist()}"
        for name in one.namelist():
            if name != "content.xml" and one.read(name) != two.read(name):
                yield f"{name} is other bytes"
        listed = {entry.get(f"{MANIFEST}full-path") for entry in xml.fromstring(two.read("META-INF/manifest.xml"))}
        missing = {name for name in two.namelist() if not name.endswith("/")} - listed - {"mimetype", "META-INF/manifest.xml"}
        if missing:
            yield f"the manifest lacks {missing}"
    names = [sheet.get(f"{TABLE}name") for sheet in sheets(old)]
    if [sheet.get(f"{TABLE}name") for sheet in sheets(new)][: len(names)] != names:
        yield "sheets are others"
    for was, became in zip(sheets(old), sheets(new)):
        name = was.get(f"{TABLE}name")
        if name != SHEET:
            if written(was) != written(became):
                yield f"{name} is another"
            continue
        if was.attrib != became.attrib:
            yield f"{name}: {became.attrib}"
        for one, two in zip(expanded(was, width), expanded(became, width), strict=True):
            if one != two:
                yield f"row {one[0]}: {one[2]} became {two[2]}"
        if columns(was)[:width] != columns(became)[:width]:
            yield f"columns {columns(became)[:width]}"
        if len(columns(was)) != len(columns(became)):
            yield f"{len(columns(became))} columns"
    # Styles are added, none is lost or changed.
    kept = {written(found) for found in old.iter(f"{STYLE}style")}
    if not kept <= {written(found) for found in new.iter(f"{STYLE}style")}:
        yield "a style is another"
    all_names = [(found.get(f"{STYLE}name"), found.get(f"{STYLE}family")) for found in new.iter(f"{STYLE}style")]
    if len(set(all_names)) != len(all_names):
        yield "two styles have one name"


def values(path, name):
    return pandas.read_excel(path, engine="odf", sheet_name=name, header=None, keep_default_na=False, dtype=object)


def checked(folder):
    before, after = folder / "list.ods", folder / "answers.ods"
    rows = rich_book(before)
    run(folder, before, after)
    faults = list(compared(before, after, len(HEADER)))
    run(folder, before, folder / "again.ods")
    if after.read_bytes() != (folder / "again.ods").read_bytes():
        faults.append("two runs give other bytes")
    load(str(after))
    names = list(pandas.read_excel(after, engine="odf", sheet_name=None, header=None))
    if names[-1] != "Synthèse 2":
        faults.append(f"the counts are in {names[-1]}")
    sheet = values(after, SHEET)
    titles = [title for title in sheet.iloc[FIRST, len(HEADER) :] if title]
    if "Résultat" not in titles or "Quartier" not in titles:
        faults.append(f"titles {titles}")
    shown = columns(next(found for found in sheets(document(after)) if found.get(f"{TABLE}name") == SHEET))
    for place in range(len(HEADER), len(HEADER) + len(titles)):
        if f"{TABLE}visibility" in shown[place]:
            faults.append(f"the answers in column {place} are hidden")
    filtered = document(after).find(f".//{TABLE}database-range").get(f"{TABLE}target-range-address")
    last = len(HEADER) + len(titles) - 1
    letters = (chr(64 + last // 26) if last >= 26 else "") + chr(65 + last % 26)
    if not filtered.endswith(f".{letters}{FIRST + 1 + rows}"):
        faults.append(f"the filter is {filtered}")

    # The same list as CSV has the same answers.
    with open(folder / "list.csv", "w", newline="", encoding="utf-8") as given:
        lines = sheet.iloc[FIRST : FIRST + 1 + rows, :6].values.tolist()
        csv.writer(given, delimiter=";").writerows([[str(value)[:10] if at == 2 else value for at, value in enumerate(line)] for line in lines])
    run(folder, folder / "list.csv", folder / "list-out.csv")
    run(folder, before, folder / "api.ods", "--headers", "api")
    with open(folder / "list-out.csv", encoding="utf-8") as answered:
        header, *lines = csv.reader(io.StringIO(answered.read().lstrip("\ufeff")), delimiter=";")
    found = values(folder / "api.ods", SHEET)
    if list(found.iloc[FIRST, len(HEADER) : len(HEADER) + len(header) - 6]) != header[6:]:
        faults.append(f"titles {list(found.iloc[FIRST])} for {header}")
    for number, line in enumerate(lines):
        for at, name in enumerate(header[6:]):
            value, told = found.iloc[FIRST + 1 + number, len(HEADER) + at], line[6 + at]
            same = float(told) == float(value) if isinstance(value, (int, float)) and told else told.lstrip("'") == str(value).lstrip("'")
            # Rows of the book are farther down, and a remark names a row.
            if not same and name != "remarque":
                faults.append(f"row {number}, {name}: {value!r} in the book, {told!r} in CSV")
    # Asked again, the answers stay and stand beside new ones.
    run(folder, after, folder / "twice.ods")
    faults += [fault for fault in compared(after, folder / "twice.ods", len(HEADER) + len(titles)) if "sheets" not in fault][:5]
    twice = [title for title in values(folder / "twice.ods", SHEET).iloc[FIRST] if title]
    if twice[len(HEADER) + len(titles) :] != [f"{title} (2)" for title in titles]:
        faults.append(f"titles of a second run {twice}")
    # Another name gives a new book, another list no ODS one.
    run(folder, before, folder / "new.xlsx")
    refused = subprocess.run([binary(), "batch", folder / "list.csv", "-o", folder / "no.ods", "--columns", "Adresse"], capture_output=True, check=False)
    if refused.returncode != 2 or b".xlsx" not in refused.stderr:
        faults.append(f"CSV to ODS: {refused.returncode}, {refused.stderr!r}")
    return rows, faults


def main():
    with tempfile.TemporaryDirectory() as work:
        rows, faults = checked(pathlib.Path(work))
    print(f"a book of {rows} rows compared")
    fail_if(faults, "parts or cells differ")


main()
