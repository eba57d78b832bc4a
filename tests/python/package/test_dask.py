"""Zones by Dask, on processes of their own: the answers of the package, partition by partition."""

import dask.dataframe
import numpy as np
import pandas
import pytest

import qpv
import qpv.dask

ROWS = 5_000


@pytest.fixture(scope="module")
def points():
    lon, lat = np.random.default_rng(3).normal((-3.60, 46.20), (0.02, 0.01), (ROWS, 2)).T
    return pandas.DataFrame({"id": np.arange(ROWS), "lon": lon, "lat": lat})


def test_partitions_are_answered_by_their_workers(data, folder, points):
    frame = dask.dataframe.from_pandas(points, npartitions=4)
    zones = qpv.dask.with_zones(frame, "lon", "lat", data=folder, vintage="2024")
    with dask.config.set(scheduler="processes", num_workers=2):
        answered = zones.compute()
    assert answered["id"].tolist() == points["id"].tolist()
    expected = data.zones(points["lon"], points["lat"], vintage="2024").to_pyarrow()
    assert list(answered.columns) == [*points.columns, *expected.column_names] == list(zones.columns)
    for name in expected.column_names:
        # Nothing is NaN to pandas, and None to Arrow.
        assert [None if pandas.isna(value) else value for value in answered[name]] == expected[name].to_pylist(), name


def test_columns_of_the_same_name_stay(folder, points):
    frame = dask.dataframe.from_pandas(points.assign(zone="mine"), npartitions=1)
    zones = qpv.dask.with_zones(frame, "lon", "lat", data=folder, columns_out="zone,code_qp").compute(scheduler="sync")
    assert list(zones.columns) == ["id", "lon", "lat", "zone", "zone_qpv", "code_qp_qpv"]
    assert set(zones["zone"]) == {"mine"} and "qpv" in set(zones["zone_qpv"])


def test_a_worker_with_another_dataset_refuses(folder, points):
    question = ("lon", "lat", str(folder), "0" * 64, {})
    with pytest.raises(qpv.QpvError) as refused:
        qpv.dask._answered(points, *question)
    assert refused.value.code == "dataset_altered"
