"""Writes the XLS book of the tests: a hidden sheet with an example before the list, a title behind the rows below it."""

import datetime

import xlwt

from qpv_under_test import ROOT

BOOK = ROOT / "crates/qpv-http/tests/data/enfants.xls"


def main():
    book = xlwt.Workbook()
    example = book.add_sheet("Exemple")
    example.visibility = 1
    for column, text in enumerate(["Adresse", "Ville"]):
        example.write(0, column, text)
    for column, text in enumerate(["36 rue des Cordiers", "Port-Fictif"]):
        example.write(1, column, text)
    sheet = book.add_sheet("Enfants")
    for column, text in enumerate(["Prénom", "Adresse", "Ville", "Date de naissance", "Code"]):
        sheet.write(2, column, text)
    day = xlwt.easyxf(num_format_str="DD/MM/YYYY")
    for row, (name, number) in enumerate([("Zoé", 1), ("Cœurélie", 57)], start=3):
        sheet.write(row, 0, name)
        sheet.write(row, 1, f"{number} rue des Cordiers")
        sheet.write(row, 2, "Port-Fictif")
        sheet.write(row, 3, datetime.date(2016, 5, row + 1), day)
        sheet.write(row, 4, "00123")
    sheet.write(0, 0, "Liste fictive")
    book.set_active_sheet(1)
    BOOK.parent.mkdir(exist_ok=True)
    book.save(str(BOOK))


main()
