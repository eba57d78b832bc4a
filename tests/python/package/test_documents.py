"""The examples of docs/python.md and the notebook, run as they stand there."""

import json
import os
import re
import subprocess
import sys

import geopandas
import numpy as np
import pandas
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import ROOT

# Of Python, the console is the only one that shows shapes.
os.environ["MPLBACKEND"] = "Agg"


def blocks_of_document():
    """The examples of docs/python.md, in order."""
    text = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    return re.findall(r"^```python\n(.*?)^```", text, re.S | re.M)


@pytest.fixture(scope="module")
def examples(tmp_path_factory, addresses):
    """The names that the examples define, in a folder with the files that they read and write."""
    folder = tmp_path_factory.mktemp("examples")
    (folder / "data").mkdir()
    rows = {"id": np.arange(len(addresses)), "adresse": addresses}
    # Several batches, in no order, for libraries that ask in parts.
    pq.write_table(pa.table(rows), folder / "addresses.parquet", row_group_size=500)
    rng = np.random.default_rng(2)
    lon, lat = rng.normal((-3.60, 46.20), (0.02, 0.01), (5_000, 2)).T
    pq.write_table(pa.table({"id": np.arange(5_000), "lon": lon, "lat": lat}), folder / "points.parquet")
    # Those of Spark need a cluster, which test_spark.py starts.
    blocks = [block for block in blocks_of_document() if "qpv.spark" not in block]
    names, before = {}, os.getcwd()
    os.chdir(folder)
    try:
        for number, block in enumerate(blocks, 1):
            exec(compile(block, f"docs/python.md, example {number}", "exec"), names)
    finally:
        os.chdir(before)
    return folder, names


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("file", ["zones-duckdb.parquet", "zones-polars.parquet"])
def test_addresses_become_zones(examples, data, addresses, file):
    folder, _ = examples
    table = pq.read_table(folder / file).sort_by("id")
    expected = data.check(addresses, columns_out="zone,code_qp").to_pyarrow()
    assert table["adresse"].to_pylist() == addresses
    for name in ("zone", "code_qp"):
        assert table[name].to_pylist() == expected[name].to_pylist(), name


def test_batches_have_the_answers_of_the_whole(examples, data):
    folder, _ = examples
    points, answers = pq.read_table(folder / "points.parquet"), pq.read_table(folder / "answers.parquet")
    expected = data.zones(points["lon"], points["lat"]).to_pyarrow()
    assert answers.select(["id", "lon", "lat"]).equals(points)
    assert answers.select(expected.column_names).to_pydict() == expected.to_pydict()


def test_sedona_finds_the_members_of_every_point(examples, data):
    folder, names = examples
    points = pq.read_table(folder / "points.parquet")
    names["sedona"].read_parquet(str(folder / "points.parquet")).to_view("points")
    pairs = names["sedona"].sql(
        "SELECT p.id, z.code_qp FROM points p JOIN perimeters z ON "
        "ST_Intersects(z.geometry, ST_SetSRID(ST_Point(p.lon, p.lat), 4326))"
    )
    found = pa.table(pairs).to_pandas().groupby("id")["code_qp"].agg(lambda codes: " ".join(sorted(codes))).to_dict()
    ours = data.zones(points["lon"], points["lat"], vintage="2024", columns_out="code_qp").to_pyarrow()
    assert found == {row: code for row, code in enumerate(ours["code_qp"].to_pylist()) if code}
    assert len(found) > 100


def test_perimeters_are_shapes_to_duckdb_and_geopandas(examples):
    folder, names = examples
    frame = geopandas.read_parquet(folder / "perimeters.parquet")
    assert frame.geometry.geom_equals(names["perimeters"].geometry).all()
    assert isinstance(names["changes"], geopandas.GeoDataFrame) and isinstance(names["frame"], pandas.DataFrame)


def test_the_notebook_runs(tmp_path):
    notebook = json.loads((ROOT / "docs" / "notebooks" / "planning.ipynb").read_text(encoding="utf-8"))
    cells = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert len(cells) > 4 and all(not cell.get("outputs") for cell in notebook["cells"])
    (tmp_path / "notebook.py").write_text("\n\n".join(cells), encoding="utf-8")
    ran = subprocess.run([sys.executable, "notebook.py"], cwd=tmp_path, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert (tmp_path / "map.png").stat().st_size > 10_000
