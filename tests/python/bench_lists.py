"""The table "People" of "How fast is a list?" in docs/benchmarks.md: `qpv batch --programme pre-national` with its summary, from a
CSV file and from a spreadsheet: seconds and peak memory, start included.

Usage: [PROGRAMME=* | COMPARE="OLD NEW [OPTION …]"] bench_lists.py [ROWS …]. COMPARE measures `qpv programme compare` instead. Makes
lists of invented children at real addresses, drawn with repetition. Needs the real data, `make dist`, and no other load.
"""

import csv
import os
import random
import subprocess
import sys
import tempfile
import time

import openpyxl

from qpv_under_test import PERIMETERS, binary, real_data

HEADER = ["Nom", "Prénom", "Date de naissance", "Sexe", "Adresse", "Code postal", "Commune", "École"]
SCHOOLS = 300
PROGRAMME = os.environ.get("PROGRAMME", "pre-national")
COMPARE = os.environ.get("COMPARE", "").split()


def address_files():
    return sorted(str(path) for path in (real_data() / "addresses").glob("bano-*.csv"))


def school(number):
    return f"{900000 + number:07d}A"


def children(count):
    draw = random.Random(7)
    addresses = [row for file in address_files() for row in csv.reader(open(file, encoding="utf-8")) if len(row) == 8]
    for row in range(count):
        _, number, street, postcode, city, *_ = draw.choice(addresses)
        born = f"{draw.randint(1, 28):02d}/{draw.randint(1, 12):02d}/{draw.randint(2007, 2024)}"
        where = school(draw.randrange(SCHOOLS)) if row % 5 else ""
        yield [f"Nom {row}", f"Prénom {row}", born, draw.choice("FM"), f"{number} {street}", postcode, city, where]


def write(path, count):
    if path.endswith(".xlsx"):
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet("Enfants")
        sheet.append(HEADER)
        for row in children(count):
            sheet.append(row)
        book.save(path)
        return
    with open(path, "w", newline="") as out:
        table = csv.writer(out, delimiter=";")
        table.writerow(HEADER)
        table.writerows(children(count))


def write_schools(path):
    with open(path, "w", newline="") as out:
        table = csv.writer(out, delimiter=";")
        table.writerow(["uai", "nom", "reseau"])
        table.writerows([school(number), f"École {number}", ["REP", "REP+", "", ""][number % 4]] for number in range(SCHOOLS))


def main(sizes):
    folder = real_data()
    with tempfile.TemporaryDirectory() as work:
        data, schools = os.path.join(work, "data"), os.path.join(work, "schools.csv")
        write_schools(schools)
        quiet = [binary(), "data", "import", "--quiet", "--data", data]
        for vintage in ["2015", "2024"] if COMPARE else ["2024"]:
            subprocess.run([*quiet, "--vintage", vintage, str(folder / PERIMETERS[vintage])], check=True)
        subprocess.run([*quiet, "--addresses", *address_files()], check=True)
        subprocess.run([*quiet, "--places", "schools", schools], check=True)
        for extension in ("csv", "xlsx"):
            for count in sizes:
                table, answers = (os.path.join(work, f"{name}.{extension}") for name in ("list", "answers"))
                # By a process of its own: the memory of this one would count as that of its children.
                subprocess.run([sys.executable, __file__, "--write", table, str(count)], check=True)
                written = ["--data", data, "--quiet", "--force", table, "-o", answers]
                # Counts are those of one programme.
                summary = [] if PROGRAMME == "*" else ["--summary", os.path.join(work, "summary.csv")]
                if COMPARE:
                    command = [binary(), "programme", "compare", *COMPARE[:2], *written, *COMPARE[2:]]
                else:
                    command = [binary(), "batch", "--programme", PROGRAMME, *written, *summary]
                best, peak = float("inf"), 0
                for _ in range(5):
                    begun = time.perf_counter()
                    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
                    _, status, usage = os.wait4(process.pid, 0)
                    best, peak = min(best, time.perf_counter() - begun), max(peak, usage.ru_maxrss / 1024)
                    if os.waitstatus_to_exitcode(status) not in (0, 3):
                        sys.exit(f"{' '.join(command)} failed")
                print(f"{extension:5s} {count:9,d} children: {best:6.2f} s (best of 5), {peak:5.0f} MB at most", flush=True)


if sys.argv[1:2] == ["--write"]:
    write(sys.argv[2], int(sys.argv[3]))
else:
    main([int(size) for size in sys.argv[1:]] or [600, 10_000, 300_000])
