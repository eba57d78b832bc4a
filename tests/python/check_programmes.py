"""Programmes against their JSON Schema, by an independent validator: every shipped file is valid, and files that the
program refuses for their form are refused by the schema too."""

import datetime
import json
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

import jsonschema

from qpv_under_test import ROOT, binary

QPV = binary()
PROGRAMMES = ROOT / "geodata" / "programmes"

# Each takes one thing from a good file, or adds one, that no programme may have.
FAULTS = [
    ('subject = "person"', 'subject = "child"'),
    ('kind = "number"', 'kind = "integer"'),
    ("less_than = 50", 'less_than = "50"'),
    ("less_than", "under"),
    ('in = "zfu"', 'in = "ZFU"'),
    ('in = "zfu"', 'in = "zfu", zone = "qpv"'),
    ("at_least = 1, of", "at_least = 1, list"),
    ("within_m = 500", "within_m = 5000"),
    ("age = { from = 26 }", "age = { above = 26 }"),
    ("age = { from = 26 }", "age = { }"),
    ("lasts = { years = 5 }", "lasts = { days = 5 }"),
    ("lasts = { years = 5 }\n", ""),
    ('vintage = "2015"', 'vintage = "15"'),
    ('["61169"]', '["6116"]'),
    ('result = "possible"', 'result = "maybe"'),
    ("when = { all", "if = { all"),
    ("quota_percent = 20", "quota_percent = 120"),
    ('result = "possible"', 'name = ""\nresult = "possible"'),
    ('result = "possible"', 'name = 5\nresult = "possible"'),
]

GOOD = """format = 2
id = "aide-ville"
name = "Aide de la ville"
subject = "person"
boundary_street = "axis"
when_uncertain = "undetermined"

[validity]
from = 2015-01-01

[[asked]]
id = "creation"
kind = "date"
label = "la date de création"

[[asked]]
id = "staff"
kind = "number"
label = "l'effectif"

[[sources]]
id = "s"
text = "Délibération"
article = "article 2"
read = 2026-12-01

[[rules]]
result = "eligible"
source = "s"
granted_from = "creation"
lasts = { years = 5 }
when = { all = [
  { in = "zfu" },
  { in = "qpv", vintage = "2015", within_m = 500 },
  { age = { from = 26 }, from = 2020-01-01 },
  { number = { name = "staff", less_than = 50 } },
  { not = { was_qpv_on = 2023-12-31 } },
] }

[[rules]]
result = "possible"
source = "s"
note = "Sur avis."
decided_by = "la commission"
quota_percent = 20
when = { at_least = 1, of = [{ commune = ["61169"] }, { school = { networks = ["REP"] } }] }
"""


def plain(value):
    """TOML's days as JSON has them."""
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [plain(part) for part in value]
    return value.isoformat() if isinstance(value, datetime.date) else value


def is_programme(text):
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "p.toml"
        file.write_text(text, encoding="utf-8")
        return subprocess.run([QPV, "programme", "check", file], capture_output=True).returncode == 0


def main():
    schema = json.loads(subprocess.run([QPV, "programme", "schema"], capture_output=True, check=True).stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    shipped = sorted(PROGRAMMES.glob("*.toml"))
    assert len(shipped) >= 6, shipped
    for file in shipped:
        validator.validate(plain(tomllib.loads(file.read_text(encoding="utf-8"))))
    validator.validate(plain(tomllib.loads(GOOD)))
    assert is_programme(GOOD)
    for old, new in FAULTS:
        assert GOOD.count(old) == 1, old
        text = GOOD.replace(old, new)
        assert not validator.is_valid(plain(tomllib.loads(text))), f"the schema takes {new}"
        assert not is_programme(text), f"the program takes {new}"
    print(f"{len(shipped)} shipped programmes are valid by the schema; it refuses {len(FAULTS)} faulty files, as the program does")


if __name__ == "__main__":
    sys.exit(main())
