"""The package under test, and the fictional town that its tests ask."""

import csv
import pathlib
import sys
import warnings

import pytest

import qpv

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests" / "python"))


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """A data folder without a dataset: the fictional town answers."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="session")
def data(folder):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return qpv.open(folder)


@pytest.fixture(scope="session")
def addresses():
    """Addresses of the town as people write them: a number, a street, a postcode, a town."""
    file = ROOT / "geodata" / "sample" / "addresses.csv"
    with file.open(encoding="utf-8") as rows:
        rows = csv.DictReader(rows, delimiter=";")
        return [f"{row['numero']} {row['nom_voie']} {row['code_postal']} {row['nom_commune']}" for row in rows]
