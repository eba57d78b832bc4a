"""Zones by Spark, on executors of their own (`local-cluster`): the answers of the package, whatever is killed meanwhile."""

import os
import pathlib
import shutil
import signal
import sys
import threading
import time

import pytest

pyspark = pytest.importorskip("pyspark")
if shutil.which("java") is None:
    pytest.skip("Spark needs Java", allow_module_level=True)

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import SparkSession
from test_documents import blocks_of_document

import qpv.spark

ROWS = 40_000


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    """Two executors of one core, each a process of its own with workers of its own."""
    os.environ["PYSPARK_PYTHON"] = sys.executable
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    session = (
        SparkSession.builder.master("local-cluster[2,1,1024]")
        .config("spark.ui.enabled", False)
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", 4)
        .config("spark.local.dir", str(tmp_path_factory.mktemp("spark")))
        .config("spark.executorEnv.HOME", str(tmp_path_factory.mktemp("home")))
        .getOrCreate()
    )
    yield session
    session.stop()


@pytest.fixture(scope="module")
def points(tmp_path_factory):
    """A Parquet of points around the town, most of them in one row group of many."""
    import numpy as np

    lon, lat = np.random.default_rng(7).normal((-3.60, 46.20), (0.02, 0.01), (ROWS, 2)).T
    table = pa.table({"id": np.arange(ROWS), "lon": lon, "lat": lat})
    folder = tmp_path_factory.mktemp("points")
    # Skewed: one file has nine rows of ten.
    cuts = [0, 500, 1_000, 2_000, 4_000, ROWS]
    for number, (start, end) in enumerate(zip(cuts, cuts[1:])):
        pq.write_table(table.slice(start, end - start), folder / f"part-{number}.parquet")
    return folder, table


def same_rows(found, expected):
    """No row lost, doubled or answered otherwise."""
    found = found.sort_by("id")
    assert found["id"].to_pylist() == expected["id"].to_pylist()
    for name in expected.column_names:
        assert found[name].to_pylist() == expected[name].to_pylist(), name


def expected_zones(data, table, **options):
    answers = data.zones(table["lon"], table["lat"], **options).to_pyarrow()
    return pa.table({**dict(zip(table.column_names, table.columns)), **dict(zip(answers.column_names, answers.columns))})


def test_zones_of_parquet_in_parquet(session, data, folder, points, tmp_path):
    files, table = points
    frame = qpv.spark.with_zones(session.read.parquet(str(files)), "lon", "lat", data=folder, vintage="2024")
    frame.write.parquet(str(tmp_path / "zones"))
    same_rows(pq.read_table(tmp_path / "zones"), expected_zones(data, table, vintage="2024"))


def test_an_executor_is_killed_in_the_middle(session, data, folder, points, tmp_path):
    """The job ends right: the rows of the killed executor are asked again, and none twice."""
    files, table = points
    marks = tmp_path / "marks"
    marks.mkdir()
    frame = session.read.parquet(str(files)).repartition(24, "id")

    def slowed(batches):
        """Marks the process that works, and leaves time to kill it."""
        for batch in batches:
            (marks / str(os.getppid())).touch()
            time.sleep(0.2)
            yield batch

    frame = qpv.spark.with_zones(frame.mapInArrow(slowed, frame.schema), "lon", "lat", data=folder, vintage="2024")
    killed = []

    def kill_one():
        while not killed:
            for mark in marks.iterdir():
                # The parent of a worker is the daemon of Python, and its parent the executor.
                executor = parent(int(mark.name))
                if executor is not None:
                    os.kill(executor, signal.SIGKILL)
                    killed.append(executor)
                    return
            time.sleep(0.05)

    killer = threading.Thread(target=kill_one, daemon=True)
    killer.start()
    rows = pa.Table.from_batches(frame.toArrow().to_batches())
    killer.join(60)
    assert killed and not pathlib.Path(f"/proc/{killed[0]}").exists()
    same_rows(rows, expected_zones(data, table, vintage="2024"))


def parent(process):
    """The parent of a process that is an executor of Spark, or nothing."""
    try:
        status = pathlib.Path(f"/proc/{process}/status").read_text()
        above = int(next(line for line in status.splitlines() if line.startswith("PPid:")).split()[1])
        command = pathlib.Path(f"/proc/{above}/cmdline").read_bytes()
    except (OSError, StopIteration):
        return None
    return above if b"CoarseGrainedExecutorBackend" in command else None


def test_addresses(session, data, folder, addresses):
    rows = pa.table({"id": range(300), "adresse": addresses[:300], "zone": ["mine"] * 300})
    frame = session.createDataFrame(rows).repartition(3)
    found = qpv.spark.with_addresses(frame, "adresse", data=folder, columns_out="zone,code_qp,result_label").toArrow()
    answers = data.check(rows["adresse"], columns_out="zone,code_qp,result_label").to_pyarrow()
    # A name that the frame has already gets the ending of `qpv batch`.
    expected = pa.table({**dict(zip(rows.column_names, rows.columns)), **{f"{name}_qpv": answers[name] for name in answers.column_names}})
    assert found.column_names == expected.column_names
    same_rows(found, expected)


def test_programmes(session, data, folder, addresses):
    people = pa.table({"id": range(200), "Adresse": addresses[:200], "Date de naissance": ["12/06/2015"] * 200})
    frame = qpv.spark.with_programmes(session.createDataFrame(people), "pre-national", data=folder, on="2025-09-01")
    answers = data.programmes(people, "pre-national", on="2025-09-01").to_pyarrow()
    found = frame.toArrow().sort_by("id")
    assert found.select(answers.column_names).to_pydict() == answers.to_pydict()


def test_the_example_of_the_document(session, data, addresses, points, tmp_path, monkeypatch):
    _, table = points
    (tmp_path / "data").mkdir()
    pq.write_table(table, tmp_path / "points.parquet")
    pq.write_table(pa.table({"adresse": addresses[:50]}), tmp_path / "addresses.parquet")
    monkeypatch.chdir(tmp_path)
    (block,) = [block for block in blocks_of_document() if "qpv.spark" in block]
    # Spark keeps the folder that it was started in.
    for name in ("points.parquet", "addresses.parquet", "zones-spark"):
        block = block.replace(f'"{name}"', repr(str(tmp_path / name)))
    names = {"spark": session}
    exec(compile(block, "docs/python.md, Spark", "exec"), names)
    same_rows(pq.read_table(tmp_path / "zones-spark"), expected_zones(data, table, vintage="2024"))
    assert names["checked"].toArrow()["zone"].to_pylist() == data.check(addresses[:50]).to_pyarrow()["zone"].to_pylist()


def test_a_dataset_that_differs_is_refused(session, data, folder, points, monkeypatch):
    """An executor whose folder has another dataset than the driver's answers nothing."""
    files, _ = points
    frame = session.read.parquet(str(files))
    assert qpv.spark.with_zones(frame, "lon", "lat", data=folder, ship=False).count() == ROWS
    shipped = qpv.spark._shipped
    monkeypatch.setattr(qpv.spark, "_shipped", lambda *given: qpv.spark._Shipped(shipped(*given).folder, "0" * 64, False))
    with pytest.raises(Exception, match="has the dataset"):
        qpv.spark.with_zones(frame, "lon", "lat", data=folder, ship=False).collect()
