"""Columns and tables of every library, without a copy where memory can be shared; errors; other threads."""

import array
import datetime
import json
import signal
import threading

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import qpv

LON = [-3.6105, -3.596, -3.57, 0.0]
LAT = [46.2030, 46.2032, 46.22, 0.0]


def forms(values):
    """The same numbers, as every library has them."""
    yield "list", values
    yield "tuple", tuple(values)
    yield "array", array.array("d", values)
    yield "numpy", np.array(values)
    yield "numpy, every second", np.repeat(np.array(values), 2)[::2]
    yield "numpy, backwards", np.array(values[::-1])[::-1]
    yield "numpy, other byte order", np.array(values, ">f8")
    yield "numpy of objects", np.array(values, object)
    yield "pandas", pd.Series(values)
    yield "pandas of Arrow", pd.Series(values, dtype="double[pyarrow]")
    yield "pandas of objects", pd.Series(values, dtype=object)
    yield "polars", pl.Series(values)
    yield "pyarrow", pa.array(values)
    yield "pyarrow, in pieces", pa.chunked_array([values[:1], [], values[1:]])
    yield "pyarrow, a slice", pa.array([9.0, *values])[1:]
    yield "texts", [repr(value) for value in values]
    yield "texts of polars", pl.Series([repr(value) for value in values])


def test_every_form_of_a_column_gets_the_same_answers(data):
    expected = data.zones(LON, LAT).to_pyarrow()
    assert expected["zone"].to_pylist() == ["undetermined", "qpv", "outside", None]
    for (name, lon), (_, lat) in zip(forms(LON), forms(LAT)):
        assert data.zones(lon, lat).to_pyarrow().equals(expected), name


def test_numbers_of_single_precision_are_as_uncertain_as_they_are(data):
    lon, lat = np.array(LON, np.float32), np.array(LAT, np.float32)
    answers = data.zones(lon, lat).to_pyarrow()
    assert answers.equals(data.zones(pa.array(lon), pa.array(lat)).to_pyarrow())


def test_a_missing_coordinate_is_an_error_of_its_row(data):
    answers = data.zones([LON[1], None, LON[1]], [LAT[1], LAT[1], float("nan")]).to_pyarrow()
    assert answers["error"].to_pylist() == [None, "missing_coordinates", "not_finite"]
    answers = data.check(pd.Series(["1 rue des Cordiers 00100 Port-Fictif", None, float("nan")], dtype=object)).to_pyarrow()
    assert answers["result_status"].to_pylist() == ["ok", "skipped", "skipped"]


DAYS = [
    [datetime.date(2016, 5, 12), None],
    [datetime.datetime(2016, 5, 12, 9, 30), None],
    [pd.Timestamp("2016-05-12"), pd.NaT],
    np.array(["2016-05-12", "NaT"], "M8[D]"),
    np.array(["2016-05-12", "NaT"], "M8[ns]"),
    pd.Series([datetime.date(2016, 5, 12), None]),
    pd.to_datetime(pd.Series(["2016-05-12", None])),
    pl.Series([datetime.date(2016, 5, 12), None]),
    pa.array([datetime.date(2016, 5, 12), None]),
]


def test_every_form_of_a_day_is_read(data):
    homes = ["1 rue des Cordiers 00100 Port-Fictif"] * 2

    def results(days):
        people = {"Adresse": homes, "Date de naissance": days}
        return data.programmes(people, "pre-national", on="2026-01-31").to_pyarrow().to_pydict()

    expected = results(["2016-05-12", None])
    # The second child's result waits for the birth date.
    assert expected["result"][0] != expected["result"][1]
    for days in DAYS:
        assert results(days) == expected, repr(days)


def test_numbers_among_texts_are_written_as_people_do(data):
    rows = {"numero": ["1 bis", 1, 1.0, None], "voie": ["rue des Cordiers"] * 4, "cp": ["00100"] * 4, "ville": ["Port-Fictif"] * 4}
    labels = data.check(rows, columns="numero,voie,cp,ville").to_pyarrow()["result_label"].to_pylist()
    assert labels[1] == labels[2] == "1 Rue des Cordiers 00100 Port-Fictif"
    assert labels[3] != labels[1]


@pytest.mark.parametrize(
    ("column", "words"),
    [
        (np.zeros((2, 2)), "not an array of 2 dimensions"),
        (np.zeros((2, 2), ">f8"), "not an array of 2 dimensions"),
        ([1.0, b"2.0"], "row 2: .* not bytes"),
        ([1.0, {}], "row 2: .* not dict"),
        (["1.0", {}], "row 2: .* not dict"),
        (np.array([b"1.0"]), "row 1: .* not bytes"),
        (5, "expected a column"),
    ],
)
def test_what_is_no_column_is_told(data, column, words):
    with pytest.raises(TypeError, match=words):
        data.zones(column, column)


def test_a_vintage_may_be_a_number(data):
    assert data.zones(LON, LAT, vintage=2015).to_pyarrow().equals(data.zones(LON, LAT, vintage="2015").to_pyarrow())
    assert data.zone(LON[1], LAT[1], vintage=2024).vintage == "2024"
    assert len(data.compare(from_vintage=2015, to_vintage=2024, departement="00")) > 0
    with pytest.raises(qpv.QpvError, match="2016"):
        data.perimeters(vintage=2016)


def test_a_choice_of_no_column_is_told(data):
    for nothing in ([], "", " , "):
        with pytest.raises(qpv.QpvError, match="names no column"):
            data.zones(LON, LAT, columns_out=nothing)


def test_what_is_no_polygon_is_told(data):
    with pytest.raises(TypeError, match="not NoneType"):
        data.share([None])


def test_an_unknown_dataset_is_not_found(folder):
    with pytest.raises(qpv.QpvError) as raised:
        qpv.open(folder, dataset="abcdef")
    assert raised.value.code == "not_found"


def test_nothing_is_asked_of_nothing(data):
    assert len(data.zones([], [])) == 0
    assert data.zones(pa.chunked_array([], pa.float64()), pa.chunked_array([], pa.float64())).column_names[0] == "zone"


def test_every_form_of_a_table_gets_the_same_answers(data):
    rows = {"Adresse": ["1 rue des Cordiers", "2 rue des Cordiers"], "Code postal": ["00100", "00100"], "Commune": ["Port-Fictif"] * 2}
    expected = data.check(rows).to_pyarrow()
    assert expected["result_label"].null_count == 0
    for table in (pa.table(rows), pd.DataFrame(rows), pl.DataFrame(rows)):
        assert data.check(table).to_pyarrow().equals(expected)
        assert data.check(table, columns="Adresse,Code postal,Commune").to_pyarrow().equals(expected)


def test_tables_are_taken_by_every_library(data):
    answers = data.zones(LON, LAT)
    expected = answers.to_pyarrow().to_pydict()
    assert pl.DataFrame(answers).to_dict(as_series=False) == expected
    assert answers.to_polars().to_dict(as_series=False) == expected
    frame = answers.to_pandas()
    assert frame["code_qp"].tolist()[1] == expected["code_qp"][1]
    assert len(answers) == len(frame) == answers.num_rows == 4
    located = answers.to_geopandas(lon=LON, lat=LAT)
    assert located.crs.to_authority() == ("OGC", "CRS84") and located.geometry.x.tolist() == LON
    shapes = data.perimeters(vintage="2024").to_geopandas()
    assert (shapes.geometry.geom_type == "MultiPolygon").all() and shapes.crs.to_authority() == ("OGC", "CRS84")


def test_texts_that_come_again_are_one_dictionary(data):
    answers = data.zones(np.tile(LON, 5_000), np.tile(LAT, 5_000)).to_pyarrow()
    codes = answers["code_qp"]
    assert codes.num_chunks > 1
    assert all(chunk.dictionary.equals(codes.chunk(0).dictionary) for chunk in codes.chunks)


def test_the_summary_counts_the_rows(data):
    summary = data.zones(LON, LAT).summary
    assert summary["rows"] == 4 and summary["dataset"] == data.digest
    assert summary["answers"][0]["errors"]["outside_coverage"]["rows"] == 1
    assert json.dumps(summary)


@pytest.mark.parametrize(
    ("code", "ask"),
    [
        ("bad_parameter", lambda data: data.zones([1.0], [1.0, 2.0])),
        ("bad_parameter", lambda data: data.zones([1.0], [1.0], vintage="soon")),
        ("bad_parameter", lambda data: data.zones([1.0], [1.0], on="yesterday")),
        ("bad_parameter", lambda data: data.zones([1.0], [1.0], crs="EPSG:1")),
        ("bad_parameter", lambda data: data.zones([1.0], [1.0], ring=0)),
        ("bad_uncertainty", lambda data: data.zones([1.0], [1.0], uncertainty_m=-1)),
        ("unknown_vintage", lambda data: data.zones([1.0], [1.0], vintage="1999")),
        ("unknown_field", lambda data: data.zones([1.0], [1.0], fields="nothing")),
        ("unknown_column", lambda data: data.zones([1.0], [1.0], columns_out="nothing")),
        ("unknown_column", lambda data: data.zones(pa.array([True]), pa.array([True]))),
        ("zoning_not_loaded", lambda data: data.zones([1.0], [1.0], zonings="zfu-te")),
        ("vintage_and_date", lambda data: data.zone(1.0, 1.0, vintage="2024", on="2024-01-01")),
        ("outside_coverage", lambda data: data.zone(0.0, 0.0)),
        ("coordinates_swapped", lambda data: data.zone(46.20, -3.60)),
        ("not_finite", lambda data: data.zone(float("nan"), 46.2)),
        ("unknown_programme", lambda data: data.programmes({"Adresse": ["x"]}, "nothing")),
        ("unknown_column", lambda data: data.programmes({"nom": ["x"]}, "pre-national")),
        ("bad_parameter", lambda data: data.programmes({"Adresse": ["x"]}, "tva-accession")),
        ("unknown_column", lambda data: data.check({"nom": ["x"]}, columns="adresse")),
        ("bad_parameter", lambda data: data.check(["x"], columns="adresse")),
        ("bad_parameter", lambda data: data.check(["x"], default_postcode="1")),
        ("bad_parameter", lambda data: data.share(departement="xx")),
        ("same_vintage", lambda data: data.compare(from_vintage="2024", to_vintage="2024")),
        ("bad_parameter", lambda data: data.compare(table="nothing")),
    ],
)
def test_errors_have_the_codes_of_the_api(data, code, ask):
    with pytest.raises(qpv.QpvError) as raised:
        ask(data)
    assert raised.value.code == code, raised.value
    assert raised.value.detail and raised.value.message
    assert code in str(raised.value)


def test_what_is_no_column_is_a_type_error(data):
    for given in ("1.0", 5, object(), pa.table({"a": [1.0]}), [object()]):
        with pytest.raises(TypeError):
            data.zones(given, given)
    with pytest.raises(TypeError):
        data.programmes(["1 rue des Cordiers"], "pre-national")


def test_days_are_texts_or_dates(data):
    day = datetime.date(2020, 1, 1)
    assert data.zone(-3.596, 46.2032, on=day).vintage == data.zone(-3.596, 46.2032, on="2020-01-01").vintage == "2015"


def test_a_folder_that_is_none_is_refused_and_a_fictional_town_is_told(tmp_path):
    with pytest.raises(FileNotFoundError):
        qpv.open(tmp_path / "nothing")
    with pytest.warns(UserWarning, match="fictives"):
        opened = qpv.open(tmp_path)
    assert opened.fictional and opened.vintages == ["2015", "2024", "2030"]
    with pytest.raises(qpv.QpvError):
        qpv.open(tmp_path, dataset="0" * 64)


def test_other_threads_go_on_meanwhile(data):
    """While a thread waits for its rows, another one asks hundreds of questions."""
    lon, lat = np.tile(LON, 500_000), np.tile(LAT, 500_000)
    begun, answered, asked = threading.Event(), threading.Event(), 0

    def ask_many():
        begun.set()
        data.zones(lon, lat)
        answered.set()

    thread = threading.Thread(target=ask_many)
    thread.start()
    begun.wait()
    while not answered.is_set():
        data.zone(LON[1], LAT[1])
        asked += 1
    thread.join()
    assert asked > 200


def test_a_call_can_be_interrupted(data):
    """A signal ends a call long before its last row."""
    lon, lat = np.tile(LON, 2_000_000), np.tile(LAT, 2_000_000)

    class Interrupted(Exception):
        pass

    def interrupt(*_):
        raise Interrupted

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        with pytest.raises(Interrupted):
            data.zones(lon, lat)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
