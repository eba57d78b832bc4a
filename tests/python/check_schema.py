"""Requests made from /openapi.json by Schemathesis, right and wrong ones, against a server of the sample town.

Nothing may fail: no error of the server, no status, header, type or form of an answer that the description does not have, no
wrong request that is accepted. A request that fits the description may be refused for a rule that a schema cannot say: the codes
for that are below, those of all resources and those of one, each with its reason. The seed is fixed.
"""

import os
import pathlib
import subprocess
import sys
import tempfile

import schemathesis

from qpv_under_test import serving_folder

SEED = 1
EXAMPLES = 15

# What a schema knows nothing of: the data that is loaded, the day, and members that exclude each other.
CODES = {
    "default_place_not_loaded": "the addresses that are loaded",
    "empty_question": "a question has a letter or a digit, of any script",
    "no_vintage_in_force": "the perimeters that are loaded, and the day",
    "not_finite": "a number of JSON may be too large for a double",
    "not_in_crs_domain": "the domain of a reference system",
    "out_of_range": "a coordinate is in degrees or in metres, by another member",
    "outside_coverage": "the perimeters that are loaded",
    "unknown_crs": "the reference systems of PROJ's database",
    "unknown_field": "the indicators that are loaded",
    "unknown_programme": "the programmes that are loaded",
    "unknown_vintage": "the vintages of the catalogue",
    "vintage_and_date": "`vintage` and `on` exclude each other",
    "vintage_not_loaded": "the perimeters that are loaded",
    "zoning_not_loaded": "the zonings that are loaded",
}

WHOLE = "a whole number is written without a point"

# By operation, the codes of rules of its own.
CODES_OF_OPERATION = {
    "GET /api/v1/compare": {"bad_parameter": "one area, and members that belong to one format"},
    "GET /api/v1/perimeters": {"bad_parameter": "a department that exists"},
    "GET /api/v1/share": {"bad_parameter": "one area, which exists", "bad_footprint": "a rectangle that has an area"},
    "GET /api/v1/zones": {"bad_parameter": "`lon` and `lat`, or `crs` with `x` and `y`"},
    "GET /ogc/collections/{id}/items": {"bad_parameter": "the order of the sides of `bbox` and of the days of `datetime`"},
    "GET /reverse": {"bad_parameter": "`lon` and `lat` go together, and parameters of forms are texts"},
    "GET /search": {"bad_parameter": "`lon` and `lat` go together, and parameters of forms are texts"},
    "POST /api/v1/batch": {
        "bad_form": "names of fields that cannot stand in the head of a part",
        "bad_parameter": "fields that go with a programme, or without one",
        "bad_table": "bytes that are a table",
        "unknown_column": "columns that the table has",
    },
    "POST /api/v1/check": {"bad_body": "an address, a position or a building; facts with their programme"},
    "POST /api/v1/reports": {"bad_body": "an address, a position or a building; facts with their programme"},
    "POST /api/v1/reports/verify": {"bad_body": "digits that are a point of the curve; a document of ours"},
    "POST /api/v1/reverse": {"bad_body": WHOLE, "bad_parameter": "kinds of addresses, several in one text"},
    "POST /api/v1/search": {"bad_body": WHOLE, "bad_parameter": "kinds of addresses, several in one text"},
    "POST /api/v1/share": {"bad_body": "one of `polygon`, `points` and `addresses`", "bad_footprint": "a polygon of GeoJSON"},
    "POST /api/v1/suggest": {"bad_body": WHOLE, "bad_parameter": "a list of places that is loaded"},
    "POST /api/v1/zones": {"bad_body": "a polygon of GeoJSON", "bad_footprint": "a polygon of GeoJSON"},
    "POST /reverse/csv": {
        "bad_form": "names of fields that cannot stand in the head of a part",
        "bad_parameter": "fields that go together",
        "bad_table": "bytes that are a table",
        "unknown_column": "columns that the table has",
    },
    "POST /search/csv": {
        "bad_form": "names of fields that cannot stand in the head of a part",
        "bad_parameter": "fields that go together",
        "bad_table": "bytes that are a table",
        "unknown_column": "columns that the table has",
    },
}

# The interface of SIG Ville, whose errors have no code: it is described as its clients know it, with every field a text.
WITHOUT_CODE = {
    "GET /api/v1",
    "GET /api/v2.json",
    "GET /api/xy.json",
    "GET /service/georeferenceur.json",
    "POST /service/georeferenceur.json",
}

# A greater `limit` counts as the greatest: OGC API - Features, requirement 22.
CONFIG = """
[[operations]]
include-name = "GET /ogc/collections/{id}/items"
checks.negative_data_rejection.expected-statuses = ["2xx", "4xx"]
"""


@schemathesis.check
def refused_for_a_declared_reason(_context, response, case):
    """A request that fits the description is answered, or refused with a code that is declared above."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    # 404: identifiers are made up.
    if response.status_code < 400 or response.status_code == 404:
        return
    operation = case.operation.label
    if operation in WITHOUT_CODE and response.status_code == 400:
        return
    problem = response.json()
    allowed = CODES.keys() | CODES_OF_OPERATION.get(operation, {}).keys()
    if problem.get("code") not in allowed:
        raise AssertionError(f"a valid request is refused: {problem.get('code')}: {problem.get('detail')}")


def main():
    with tempfile.TemporaryDirectory() as data, serving_folder(data) as server:
        config = pathlib.Path(data, "schemathesis.toml")
        config.write_text(CONFIG)
        command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(config), "run", f"{server.url}/openapi.json"]
        command += ["--phases", "examples,coverage,fuzzing", "--seed", str(SEED), "--max-examples", str(EXAMPLES)]
        command += ["--exclude-checks", "positive_data_acceptance", "--continue-on-failure", "--no-shrink"]
        command += ["--generation-database", "none", "--warnings", "off"]
        hooks = {"SCHEMATHESIS_HOOKS": "check_schema", "PYTHONPATH": str(pathlib.Path(__file__).parent)}
        done = subprocess.run(command, cwd=data, env=os.environ | hooks, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{done.stdout}{done.stderr}\nFAILED: requests made from /openapi.json")
    print(next(line.strip() for line in done.stdout.splitlines() if "generated" in line))


if __name__ == "__main__":
    main()
