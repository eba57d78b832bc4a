"""The national perimeters of 2024: the members of many points by the package, by SedonaDB and by GEOS."""

import os
import pathlib
import subprocess

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sedonadb
import shapely
from qpv_under_test import PERIMETERS, ROOT, binary

import qpv

POINTS = 200_000
REAL_DATA = pathlib.Path(os.environ.get("QPV_REAL_DATA") or ROOT.parent / "shared" / "geodata")


@pytest.fixture(scope="module")
def country(tmp_path_factory):
    source = REAL_DATA / PERIMETERS["2024"]
    if not source.exists():
        # A promise that is not kept is a failure, as in the checks.
        assert not os.environ.get("QPV_REAL_DATA"), f"{source} is missing"
        pytest.skip(f"no real data at {REAL_DATA}")
    folder = tmp_path_factory.mktemp("country")
    subprocess.run([binary(), "data", "import", "--data", folder, "--quiet", "--vintage", "2024", source], check=True, capture_output=True)
    return qpv.open(folder)


def test_members_of_many_points(country, tmp_path):
    """GEOS and SedonaDB test the outlines that the package gives; members are those of the same published coordinates."""
    perimeters = country.perimeters(vintage="2024")
    shapes = perimeters.to_geopandas()
    rng = np.random.default_rng(11)
    middles = np.c_[shapes.geometry.representative_point().x, shapes.geometry.representative_point().y]
    points = middles[rng.integers(0, len(middles), POINTS)] + rng.normal(0, 0.006, (POINTS, 2))
    zones = country.zones(points[:, 0], points[:, 1], vintage="2024", columns_out="code_qp,error").to_pyarrow()
    answered = np.array([error is None for error in zones["error"].to_pylist()])
    ours = {row: code for row, code in enumerate(zones["code_qp"].to_pylist()) if code}

    tree = shapely.STRtree(shapes.geometry.values)
    pairs = zip(*tree.query(shapely.points(points), predicate="intersects"))
    assert ours == joined((row, shapes.code_qp[shape]) for row, shape in pairs if answered[row])

    pq.write_table(perimeters.to_pyarrow(), tmp_path / "perimeters.parquet")
    pq.write_table(pa.table({"id": np.arange(POINTS), "lon": points[:, 0], "lat": points[:, 1]}), tmp_path / "points.parquet")
    sedona = sedonadb.connect()
    for name in ("perimeters", "points"):
        sedona.read_parquet(str(tmp_path / f"{name}.parquet")).to_view(name)
    pairs = sedona.sql("SELECT p.id, z.code_qp FROM points p JOIN perimeters z ON ST_Intersects(z.geometry, ST_SetSRID(ST_Point(p.lon, p.lat), 4326))")
    pairs = pa.table(pairs)
    pairs = zip(pairs["id"].to_pylist(), pairs["code_qp"].to_pylist())
    assert ours == joined((row, code) for row, code in pairs if answered[row])
    assert len(ours) > POINTS // 10


def joined(pairs):
    """The codes of each row, in order."""
    found = {}
    for row, code in pairs:
        found.setdefault(int(row), []).append(code)
    return {row: " ".join(sorted(codes)) for row, codes in found.items()}
