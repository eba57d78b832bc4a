"""One question, the same bytes: the package, the command line and HTTP."""

import csv
import io
import json
import subprocess
import urllib.request

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from qpv_under_test import binary, serving_folder

import qpv

ROWS = 100_000
# Written with two decimals where numbers are texts.
TWO_DECIMALS = {"distance_to_boundary_m", "leaning_probability"}


@pytest.fixture(scope="module")
def points():
    """Points in and around the town, in the sea, and where nothing is known, with all decimals that a double has."""
    rng = np.random.default_rng(5)
    points = rng.normal((-3.60, 46.20), (0.02, 0.01), (ROWS, 2))
    points[:100] = rng.uniform((-180, -90), (180, 90), (100, 2))
    points[100] = (0.0, 91.0)
    return points


def batch(folder, table, out, *options):
    """The exit code of `qpv batch`."""
    command = [binary(), "batch", "--data", folder, "--quiet", table, "-o", out, *options]
    code = subprocess.run(command, capture_output=True).returncode
    # 3: some row is undetermined or has an error.
    assert code in (0, 3)


def as_csv(columns, rows):
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode()


def cell(name, value):
    if value is None:
        return ""
    return f"{value:.2f}" if name in TWO_DECIMALS else value


def answers_of_http(server, points, columns):
    """The answers of `/api/v1/zones`, as rows of these columns."""
    for result in server.zones(points.tolist()):
        if "error" in result:
            yield {"error": result["error"]["code"]}
            continue
        leaning = result.get("leaning") or {}
        yield {
            "zone": result["zone"],
            "code_qp": " ".join(qpv["code_qp"] for qpv in result["qpv"]),
            "lib_qp": " | ".join(qpv["lib_qp"] for qpv in result["qpv"]),
            "distance_to_boundary_m": result["distance_to_boundary_m"],
            "nearest_code_qp": (result["nearest"] or {}).get("code_qp"),
            "certainty": result["certainty"]["level"],
            "vintage": result["vintage"],
            "leaning": leaning.get("zone"),
            "leaning_probability": leaning.get("probability"),
        }


def test_positions(data, folder, points, tmp_path):
    asked = [[repr(float(lon)), repr(float(lat))] for lon, lat in points]
    (tmp_path / "points.csv").write_bytes(as_csv(["lon", "lat"], asked))
    batch(folder, tmp_path / "points.csv", tmp_path / "answers.csv")
    of_command_line = (tmp_path / "answers.csv").read_bytes()

    answers = data.zones(points[:, 0], points[:, 1]).to_pyarrow()
    columns = answers.column_names
    rows = zip(asked, zip(*(answers[name].to_pylist() for name in columns)))
    rows = [[*position, *map(cell, columns, row)] for position, row in rows]
    assert as_csv(["lon", "lat", *columns], rows) == of_command_line

    with serving_folder(folder) as server:
        rows = zip(asked, answers_of_http(server, points, columns))
        rows = [[*position, *(cell(name, row.get(name)) for name in columns)] for position, row in rows]
    assert as_csv(["lon", "lat", *columns], rows) == of_command_line


def test_positions_of_parquet(data, folder, points, tmp_path):
    table = pa.table({"lon": points[:, 0], "lat": points[:, 1]})
    for options, named in (
        ([], {}),
        (["--vintage", "all"], {"vintage": "all"}),
        (["--on", "2020-01-01", "--uncertainty-m", "40"], {"on": "2020-01-01", "uncertainty_m": 40}),
        (["--ring", "500", "--columns-out", "ring,code_qp"], {"ring": 500, "columns_out": ["ring", "code_qp"]}),
    ):
        pq.write_table(table, tmp_path / "points.parquet")
        batch(folder, tmp_path / "points.parquet", tmp_path / "answers.parquet", "--force", *options)
        ours = data.zones(table["lon"], table["lat"], **named)
        same_table(ours, tmp_path / "answers.parquet", table.column_names, tmp_path)
        data.zones_parquet(tmp_path / "points.parquet", tmp_path / "ours.parquet", replace=True, **named)
        assert (tmp_path / "ours.parquet").read_bytes() == (tmp_path / "answers.parquet").read_bytes()


def test_a_file_appears_when_it_is_complete(data, tmp_path):
    source, target = tmp_path / "points.parquet", tmp_path / "zones.parquet"
    with pytest.raises(FileNotFoundError, match="points.parquet"):
        data.zones_parquet(source, target)
    pq.write_table(pa.table({"x": [-3.596], "y": [46.2032]}), source)
    with pytest.raises(qpv.QpvError) as unknown:
        data.zones_parquet(source, target, lon="lon", lat="lat")
    assert unknown.value.code == "unknown_column"
    assert [file.name for file in tmp_path.iterdir()] == ["points.parquet"]

    summary = data.zones_parquet(source, target, lon="x", lat="y")
    assert summary["rows"] == 1 and pq.read_table(target)["zone"].to_pylist() == ["qpv"]
    written = target.read_bytes()
    with pytest.raises(FileExistsError, match="zones.parquet"):
        data.zones_parquet(source, target, lon="x", lat="y", columns_out="zone")
    assert target.read_bytes() == written
    data.zones_parquet(source, target, lon="x", lat="y", columns_out="zone", replace=True)
    assert pq.read_table(target).column_names == ["x", "y", "zone"]


def same_table(ours, file, asked, tmp_path):
    """The table is what the command line added to its input, value by value and as a file."""
    theirs = pq.read_table(file).drop_columns(asked)
    ours = ours.to_pyarrow().cast(theirs.schema.remove_metadata())
    assert ours.equals(theirs.replace_schema_metadata(None))
    files = []
    for name, table in (("ours", ours), ("theirs", theirs.replace_schema_metadata(None))):
        # One chunk each, for the pages of a file follow the chunks of its table.
        pq.write_table(table.combine_chunks(), tmp_path / name)
        files.append((tmp_path / name).read_bytes())
    assert files[0] == files[1]


def test_addresses(data, folder, addresses, tmp_path):
    asked = [*addresses, "", "rue des Cordiers", "x" * 201, "9999 rue des Cordiers 00100 Port-Fictif"]
    table = pa.table({"adresse": asked})
    pq.write_table(table, tmp_path / "addresses.parquet")
    batch(folder, tmp_path / "addresses.parquet", tmp_path / "answers.parquet", "--columns", "adresse")
    same_table(data.check(asked), tmp_path / "answers.parquet", ["adresse"], tmp_path)
    same_table(data.check(table, columns="adresse"), tmp_path / "answers.parquet", ["adresse"], tmp_path)


def test_searched_addresses(data, folder, addresses):
    asked = [*addresses[:500], "rue des Cordiers"]
    table = as_csv(["id", "adresse"], [[row, text] for row, text in enumerate(asked)])
    with serving_folder(folder) as server:
        answer = posted(f"{server.url}/search/csv", table, columns="adresse")
    answers = data.geocode(asked).to_pyarrow()
    theirs = list(csv.DictReader(io.StringIO(answer.decode("utf-8-sig"))))
    assert list(theirs[0]) == ["id", "adresse", *answers.column_names]
    for row, ours in zip(theirs, answers.to_pylist(), strict=True):
        for name, value in ours.items():
            if isinstance(value, float):
                # Texts have six decimals of degrees, four of scores.
                assert float(row[name]) == pytest.approx(value, abs=1e-6 if name in ("latitude", "longitude") else 5.1e-5)
            else:
                assert row[name] == (value or "")


def posted(url, table, **fields):
    """The answer to a form with a table and fields."""
    parts = [(f'name="{name}"', value.encode()) for name, value in fields.items()]
    parts.append(('name="data"; filename="table.csv"', table))
    body = b"".join(b"--x\r\nContent-Disposition: form-data; " + head.encode() + b"\r\n\r\n" + value + b"\r\n" for head, value in parts)
    request = urllib.request.Request(url, body + b"--x--\r\n", {"content-type": "multipart/form-data; boundary=x"})
    with urllib.request.urlopen(request) as answer:
        return answer.read()


def test_people(data, folder, addresses, tmp_path):
    people = pa.table(
        {
            "Adresse": addresses[:300],
            "Date de naissance": [f"{1 + row % 28:02}/06/{2010 + row % 12}" for row in range(300)],
            "Sexe": ["F", "M"] * 150,
        }
    )
    pq.write_table(people, tmp_path / "people.parquet")
    for programmes, options in (("pre-national", {}), ("pre-national,adultes-relais", {"on": "2025-09-01"})):
        given = [part for name, value in options.items() for part in (f"--{name}", value)]
        batch(folder, tmp_path / "people.parquet", tmp_path / "answers.parquet", "--force", "--programme", programmes, *given)
        ours = data.programmes(people, programmes.split(","), **options)
        same_table(ours, tmp_path / "answers.parquet", people.column_names, tmp_path)


def test_comparisons(data, folder, tmp_path):
    command = [binary(), "compare", "--data", folder, "--quiet", "--from", "2015", "--to", "2024"]
    subprocess.run([*command, "-o", tmp_path / "changes.parquet"], check=True, capture_output=True)
    theirs = pq.read_table(tmp_path / "changes.parquet")
    ours = data.compare(from_vintage="2015", to_vintage="2024").to_pyarrow()
    assert ours.num_rows > 3
    assert ours.cast(theirs.schema).equals(theirs)


def test_shares(data, folder):
    square = {"type": "Polygon", "coordinates": [[[-3.62, 46.19], [-3.58, 46.19], [-3.58, 46.21], [-3.62, 46.21], [-3.62, 46.19]]]}
    with serving_folder(folder) as server:
        theirs = server.post("/api/v1/share", {"polygon": square})["vintages"]
    ours = data.share(square).to_pyarrow().to_pylist()
    assert [row["vintage"] for row in ours] == [share["vintage"] for share in theirs]
    for row, share in zip(ours, theirs):
        figures = {name: share[name] for name in ("hectares", "addresses", "inhabitants")} | share["places"]
        for name, members in figures.items():
            for member, value in members.items():
                column = f"{name}_{member}"
                # The French message of a reason is no column, nor are figures published nowhere.
                if column in row:
                    assert row[column] == value, column
    assert {"hectares_qpv", "addresses_qpv", "schools_qpv"} <= set(ours[0])


def test_one_position(data, points):
    table = data.zones(points[:, 0], points[:, 1]).to_pyarrow().slice(0, 3_000).to_pylist()
    for (lon, lat), row in zip(points, table):
        error = row.pop("error")
        try:
            assert data.zone(lon, lat).as_dict() == row
        except Exception as fault:
            assert getattr(fault, "code", fault) == error


def test_perimeters(data, folder, tmp_path):
    with serving_folder(folder) as server, urllib.request.urlopen(server.url + "/api/v1/perimeters?format=parquet&vintage=2024") as answer:
        (tmp_path / "qpv.parquet").write_bytes(answer.read())
    theirs = pq.read_table(tmp_path / "qpv.parquet")
    ours = data.perimeters(vintage="2024")
    assert json.loads(ours.metadata["geo"]) == json.loads(theirs.schema.metadata[b"geo"])
    assert ours.to_pyarrow().cast(theirs.schema).equals(theirs)
