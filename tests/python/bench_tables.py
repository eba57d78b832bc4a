"""The table "Addresses" of "How fast is a list?" in docs/benchmarks.md: addresses per second and peak memory of `qpv batch`
with `--columns`, from a CSV file and from a spreadsheet, by the number of rows.

Usage: bench_tables.py [ROWS …]. Makes tables id;adresse;cp;ville of addresses drawn from the real files with repetition,
a quarter each: as written, in capitals without accents, abbreviated without postcode, with one fault in the street.
Their zones are those of 2024. Needs the real data, and no other load.
"""

import csv
import os
import random
import subprocess
import sys
import tempfile
import time
import unicodedata

import openpyxl

from qpv_under_test import PERIMETERS, binary, real_data

SHORT = [("Avenue", "av"), ("Boulevard", "bd"), ("Place", "pl"), ("Impasse", "imp"), ("Chemin", "chem"), ("Saint", "st")]


def plain(text):
    return "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))


def fault(draw, text):
    if len(text) < 9:
        return text
    place = draw.randrange(3, len(text) - 3)
    return text[:place] + text[place + 1 :]


def short(text):
    for whole, abbreviation in SHORT:
        text = text.replace(whole, abbreviation)
    return text


def rows(count, addresses):
    draw = random.Random(1)
    for row in range(count):
        _, number, street, postcode, city, *_ = draw.choice(addresses)
        kind = row % 4
        if kind == 1:
            street, city = plain(street).upper(), plain(city).upper()
        elif kind == 2:
            street, postcode = short(street), ""
        elif kind == 3:
            street = fault(draw, street)
        yield [row, f"{number} {street}", postcode, city]


def address_files():
    return sorted(str(path) for path in (real_data() / "addresses").glob("bano-*.csv"))


def write(path, count):
    addresses = [row for file in address_files() for row in csv.reader(open(file, encoding="utf-8")) if len(row) == 8]
    header = ["id", "adresse", "cp", "ville"]
    if path.endswith(".xlsx"):
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet("Liste")
        sheet.append(header)
        for row in rows(count, addresses):
            sheet.append(row)
        book.save(path)
        return
    with open(path, "w", newline="") as out:
        table = csv.writer(out, delimiter=";")
        table.writerow(header)
        table.writerows(rows(count, addresses))


def main(sizes):
    folder = real_data()
    with tempfile.TemporaryDirectory() as work:
        data = os.path.join(work, "data")
        quiet = [binary(), "data", "import", "--quiet", "--data", data]
        subprocess.run([*quiet, "--vintage", "2024", str(folder / PERIMETERS["2024"])], check=True)
        subprocess.run([*quiet, "--addresses", *address_files()], check=True)
        for extension in ("csv", "xlsx"):
            for count in sizes:
                table, answers = (os.path.join(work, f"{name}.{extension}") for name in ("table", "answers"))
                # By a process of its own: the memory of this one would count as that of its children.
                subprocess.run([sys.executable, __file__, "--write", table, str(count)], check=True)
                command = [binary(), "batch", "--data", data, "--quiet", "--force", "--vintage", "2024"]
                command += ["--columns", "adresse,cp,ville", table, "-o", answers]
                begun = time.perf_counter()
                process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
                _, status, usage = os.wait4(process.pid, 0)
                seconds = time.perf_counter() - begun
                if os.waitstatus_to_exitcode(status) not in (0, 3):
                    sys.exit(f"{' '.join(command)} failed")
                rate, peak = count / seconds, usage.ru_maxrss / 1024
                print(f"{extension:5s} {count:9,d} rows: {rate:9,.0f} rows/s, {peak:5.0f} MB at most", flush=True)


if sys.argv[1:2] == ["--write"]:
    write(sys.argv[2], int(sys.argv[3]))
else:
    main([int(size) for size in sys.argv[1:]] or [10_000, 100_000, 1_000_000])
