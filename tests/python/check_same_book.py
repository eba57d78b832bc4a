"""A workbook through `qpv batch`, on the fictional town: it comes back as it was, with columns added right of its list.

A book with all that people put in one is compared part by part and cell by cell with what comes back; openpyxl must open it, two
runs must give the same bytes, and the answers must be those of the same list as CSV.
"""

import csv
import datetime
import io
import pathlib
import re
import subprocess
import tempfile
import zipfile

import openpyxl
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table, TableStyleInfo

from qpv_under_test import binary, fail_if

STREETS = ["1 rue des Cordiers", "35 rue des Cordiers", "57 rue des Remailleuses", "999 rue Inconnue", "", "rue des Cordiers"]
HEADER = ["N° dossier", "Élève", "Né le", "Adresse", "CP", "Ville", "Calcul"]
ROWS = 300
FIRST = 4  # The row of the titles: a merged title and an empty row stand above.
# Parts that know of the sheets; all others must come back byte for byte.
CHANGED = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"}


def rich_book(path, with_table):
    book = openpyxl.Workbook()
    hidden = book.active
    hidden.title = "Listes de choix"
    hidden.append(["Oui", "Non"])
    hidden.sheet_state = "hidden"
    sheet = book.create_sheet("Élèves 2024")
    sheet["A1"] = "Liste des élèves"
    sheet.merge_cells("A1:K2")
    for column, name in enumerate(HEADER, 1):
        cell = sheet.cell(FIRST, column, name)
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor="0B6273")
        cell.alignment = Alignment(wrap_text=True)
    for number in range(1, ROWS + 1):
        row = FIRST + number
        born = datetime.datetime(2014, 1, 1) + datetime.timedelta(days=number)
        street = STREETS[number % len(STREETS)]
        values = [number, f"Élève <{number}> & fils", born, street or None, "00100" if street else None, "Port-Fictif" if street else None]
        for column, value in enumerate([*values, f"=A{row}*2"], 1):
            sheet.cell(row, column, value)
        sheet.cell(row, 3).number_format = "DD/MM/YYYY"
        # Borders drawn beyond the list, where answers come.
        sheet.cell(row, 8).border = Border(left=Side(style="thin"))
    last = FIRST + ROWS
    sheet.cell(last + 3, 1, "Édité le").font = Font(italic=True)
    sheet.column_dimensions["A"].hidden = True
    sheet.column_dimensions["B"].width = 31.5
    sheet.column_dimensions["D"].width = 44
    # All that is right of the list is hidden, as templates do.
    sheet.column_dimensions["J"].hidden = True
    sheet.column_dimensions["J"].min, sheet.column_dimensions["J"].max = 10, 16384
    sheet.row_dimensions[FIRST + 7].hidden = True
    sheet.row_dimensions[FIRST].height = 33
    sheet.freeze_panes = f"C{FIRST + 1}"
    sheet[f"B{FIRST + 2}"].comment = Comment("à rappeler", "PRE")
    sheet.conditional_formatting.add(f"G{FIRST + 1}:G{last}", CellIsRule(operator="greaterThan", formula=["100"], font=Font(bold=True)))
    choice = DataValidation(type="list", formula1="'Listes de choix'!$A$1:$B$1", allow_blank=True)
    sheet.add_data_validation(choice)
    choice.add(f"F{FIRST + 1}:F{last}")
    sheet.print_area = f"A1:G{last}"
    sheet.page_setup.orientation = "landscape"
    sheet.print_title_rows = f"{FIRST}:{FIRST}"
    if with_table:
        table = Table(displayName="Eleves", ref=f"A{FIRST}:G{last}")
        table.tableStyleInfo = TableStyleInfo(name="TableStyleMedium2", showRowStripes=True)
        sheet.add_table(table)
    else:
        sheet.auto_filter.ref = f"A{FIRST}:G{last}"
        sheet.auto_filter.add_filter_column(5, ["Port-Fictif"])
    other = book.create_sheet("Synthèse")
    other["A1"] = "=SUM('Élèves 2024'!G5:G304)"
    other.merge_cells("A1:B1")
    book.defined_names["Taux"] = DefinedName("Taux", attr_text="'Synthèse'!$A$1")
    book.active = 1
    book.save(path)
    if not with_table:
        share_formulas(path)


def share_formulas(path):
    """Writes the formulas of a column as spreadsheets do: the first one, shared by all."""
    with zipfile.ZipFile(path) as book:
        parts = [(entry, book.read(entry)) for entry in book.infolist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for entry, content in parts:
            if entry.filename == "xl/worksheets/sheet2.xml":
                first, last = FIRST + 1, FIRST + ROWS
                shared = f'<f t="shared" ref="G{first}:G{last}" si="0">A{first}*2</f>'.encode()
                content = content.replace(f"<f>A{first}*2</f>".encode(), shared)
                content = re.sub(rb"<f>A\d+\*2</f><v ?/>", b'<f t="shared" si="0"/><v>2</v>', content)
            book.writestr(entry, content)


def run(folder, table, out, *options):
    command = [binary(), "batch", "--data", folder / "none", "--quiet", "--force", "--programme", "pre-national"]
    status = subprocess.run([*command, *options, table, "-o", out], stderr=subprocess.PIPE)
    assert status.returncode in (0, 3), status.stderr.decode()


def look(cell):
    """All that a cell is, but its place."""
    style = [cell.font, cell.fill, cell.border, cell.alignment, cell.number_format, cell.protection]
    return cell.value, cell.data_type, [repr(part) for part in style], cell.comment and cell.comment.text


def settings(sheet):
    """What a sheet has besides its cells."""
    dimensions = {
        key: (column.hidden, column.width, column.min, column.max) for key, column in sheet.column_dimensions.items() if column.min < 8
    }
    rows = {key: (row.hidden, row.height) for key, row in sheet.row_dimensions.items()}
    rules = [(str(cells.sqref), [rule.type for rule in cells.rules]) for cells in sheet.conditional_formatting]
    checks = [(str(check.sqref), check.formula1) for check in sheet.data_validations.dataValidation]
    return {
        "columns": dimensions,
        "rows": rows,
        "merged": sorted(map(str, sheet.merged_cells.ranges)),
        "panes": sheet.freeze_panes,
        "state": sheet.sheet_state,
        "print": (sheet.print_area, sheet.page_setup.orientation, sheet.print_title_rows),
        "rules": rules,
        "checks": checks,
    }


def compared(before, after):
    """What is not as it was."""
    old, new = openpyxl.load_workbook(before), openpyxl.load_workbook(after)
    if new.sheetnames[: len(old.sheetnames)] != old.sheetnames:
        yield f"sheets {new.sheetnames}"
    if new.active.title != old.active.title:
        yield f"opens at {new.active.title}"
    if {name: value.attr_text for name, value in new.defined_names.items()} != {name: value.attr_text for name, value in old.defined_names.items()}:
        yield f"names {new.defined_names}"
    for sheet in old.worksheets:
        found = new[sheet.title]
        was, became = settings(sheet), settings(found)
        for what in was:
            if was[what] != became[what]:
                yield f"{sheet.title}, {what}: {was[what]} became {became[what]}"
        for row in sheet.iter_rows():
            for cell in row:
                again = found[cell.coordinate]
                is_added = sheet.title == "Élèves 2024" and cell.column >= 8 and cell.row >= FIRST
                if look(cell) != look(again) and not (is_added and (cell.row == FIRST or look(cell)[2] == look(again)[2])):
                    yield f"{sheet.title}!{cell.coordinate}: {cell.value!r} became {again.value!r}, or its look or comment changed"


def bytes_compared(before, after):
    """Parts that must be the very same bytes."""
    with zipfile.ZipFile(before) as old, zipfile.ZipFile(after) as new:
        for name in old.namelist():
            changed = name in CHANGED or name == "xl/worksheets/sheet2.xml" or name.startswith("xl/tables/")
            if not changed and old.read(name) != new.read(name):
                yield f"{name} is other bytes"
        for name in new.namelist():
            if name.endswith(".xml"):
                openpyxl.xml.functions.fromstring(new.read(name))


def answers(path, titles):
    """The added cells, by title."""
    sheet = openpyxl.load_workbook(path)["Élèves 2024"]
    first = len(HEADER) + 1
    names = [sheet.cell(FIRST, column).value for column in range(first, sheet.max_column + 1)]
    if titles:
        assert names == titles, f"{names} for {titles}"
    return [[sheet.cell(FIRST + number, first + at).value for at in range(len(names))] for number in range(1, ROWS + 1)]


def checked(folder, with_table):
    before, after = folder / "list.xlsx", folder / "answers.xlsx"
    rich_book(before, with_table)
    run(folder, before, after)
    faults = list(compared(before, after)) + list(bytes_compared(before, after))
    run(folder, before, folder / "again.xlsx")
    if after.read_bytes() != (folder / "again.xlsx").read_bytes():
        faults.append("two runs give other bytes")
    book = openpyxl.load_workbook(after)
    sheet = book["Élèves 2024"]
    last = get_column_letter(sheet.max_column)
    if book.sheetnames[-1] != "Synthèse 2":
        faults.append(f"the counts are in {book.sheetnames[-1]}")
    if sheet.cell(FIRST, 8).font.color.rgb != "00FFFFFF" or sheet.cell(FIRST, 9).fill.fgColor.rgb != "000B6273":
        faults.append("added titles have another style")
    dimension = sheet.column_dimensions
    for column in range(8, sheet.max_column + 1):
        if dimension[get_column_letter(column)].hidden:
            faults.append(f"the answers in column {column} are hidden")
    wanted = f"A{FIRST}:{last}{FIRST + ROWS}"
    if with_table:
        table = sheet.tables["Eleves"]
        names = [cell.value for cell in sheet[FIRST]]
        if table.ref != wanted or table.autoFilter.ref != wanted:
            faults.append(f"the table is {table.ref}")
        if [column.name for column in table.tableColumns] != names or len(set(names)) != len(names):
            faults.append(f"columns of the table {[column.name for column in table.tableColumns]}")
        if len({column.id for column in table.tableColumns}) != len(names):
            faults.append("two columns of the table have one number")
    elif sheet.auto_filter.ref != wanted or sheet.auto_filter.filterColumn[0].colId != 5:
        faults.append(f"the filter is {sheet.auto_filter.ref}")
    titles = [cell.value for cell in sheet[FIRST]][len(HEADER) :]
    if "Résultat" not in titles or "Quartier" not in titles:
        faults.append(f"titles {titles}")

    # The same list as CSV has the same answers.
    rows = [[cell.value for cell in row[:6]] for row in sheet.iter_rows(FIRST, FIRST + ROWS)]
    with open(folder / "list.csv", "w", newline="", encoding="utf-8") as table:
        csv.writer(table, delimiter=";").writerows([[*row[:2], row[2].strftime("%d/%m/%Y") if hasattr(row[2], "strftime") else row[2], *row[3:]] for row in rows])
    run(folder, folder / "list.csv", folder / "list-out.csv")
    run(folder, before, folder / "api.xlsx", "--headers", "api")
    with open(folder / "list-out.csv", encoding="utf-8") as table:
        header, *lines = csv.reader(io.StringIO(table.read().lstrip("\ufeff")), delimiter=";")
    found = answers(folder / "api.xlsx", header[6:])
    # Rows of the book are 3 farther down, and a remark names a row.
    remark = header.index("remarque") - 6
    for number, (line, cells) in enumerate(zip(lines, found)):
        for name, text, value in zip(header[6:], line[6:], cells):
            shown = "" if value is None else value
            same = float(text) == float(shown) if isinstance(value, (int, float)) and text else text.lstrip("'") == str(shown).lstrip("'")
            if not same and name != header[6:][remark]:
                faults.append(f"row {number}, {name}: {value!r} in the book, {text!r} in CSV")
    # Asked again, the answers stay and stand beside new ones.
    run(folder, after, folder / "twice.xlsx")
    faults += [fault for fault in compared(after, folder / "twice.xlsx") if "columns" not in fault][:5]
    twice = [cell.value for cell in openpyxl.load_workbook(folder / "twice.xlsx")["Élèves 2024"][FIRST]]
    if twice[len(HEADER) + len(titles) :] != [f"{title} (2)" for title in titles]:
        faults.append(f"titles of a second run {twice}")
    return faults


def main():
    faults = []
    with tempfile.TemporaryDirectory() as work:
        for with_table in [False, True]:
            folder = pathlib.Path(work) / str(with_table)
            folder.mkdir()
            faults += [f"{'table' if with_table else 'filter'}: {fault}" for fault in checked(folder, with_table)]
    print(f"2 books of {ROWS} rows compared")
    fail_if(faults, "parts or cells differ")


main()
