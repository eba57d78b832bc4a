//! Published figures with answers: in comparisons, in lists for a programme, and their types in workbooks and Parquet. The
//! perimeters are squares and the figures are written here, so that every cell is known beforehand.

use std::fs;
use std::path::PathBuf;

use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use calamine::{Data as Cell, Reader, Xlsx, open_workbook};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::{Value, json};

use crate::harness::{Data, Ran};

/// A square of some 800 m, by its south-western corner.
fn square(code: &str, name: &str, west: f64, south: f64) -> Value {
    let (east, north) = (west + 0.01, south + 0.008);
    let ring = [
        [west, south],
        [east, south],
        [east, north],
        [west, north],
        [west, south],
    ];
    json!({"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [ring]},
        "properties": {"code_qp": code, "lib_qp": name, "insee_com": "63113", "lib_com": "Clermont-Ferrand"}})
}

/// One neighbourhood that stays, two that merge, a new one; figures of 2015 and of 2024, with gaps; three addresses.
fn town() -> Data {
    let data = Data::empty();
    let write = |name: &str, text: &str| -> PathBuf {
        let path = data.path().join(name);
        fs::write(&path, text).unwrap();
        path
    };
    let layer =
        |squares: &[Value]| json!({"type": "FeatureCollection", "features": squares}).to_string();
    let old = layer(&[
        square("QP063003", "Quartiers Nord", 3.10, 45.80),
        square("QP063001", "Ouest", 3.20, 45.80),
        square("QP063002", "Est", 3.21, 45.80),
    ]);
    let mut merged = square("QN06301M", "Ouest et Est", 3.20, 45.80);
    merged["geometry"]["coordinates"][0] = json!([
        [3.20, 45.80],
        [3.22, 45.80],
        [3.22, 45.808],
        [3.20, 45.808],
        [3.20, 45.80]
    ]);
    let new = layer(&[
        square("QN06302I", "Quartiers Nord", 3.10, 45.80),
        merged,
        square("QN06307N", "Centre", 3.10, 45.83),
    ]);
    for (vintage, text) in [("2015", old), ("2024", new)] {
        data.import(vintage, &write(&format!("qpv-{vintage}.geojson"), &text));
    }
    let tables = [
        "code_qp;popA;tauxA\nQP063003;5000;12,5\nQP063001;800;\nQP063002;1200;3\n",
        "code_qp;popB;tauxB\nQN06302I;6399;46,5\nQN06301M;2100;s\nQN06307N;;7\n",
    ];
    for (at, table) in tables.into_iter().enumerate() {
        let file = write(&format!("figures-{at}.csv"), table);
        let file = file.to_str().unwrap();
        let ran = data.run(&["data", "import", "--statistics", file, "--year", "2020"]);
        assert_eq!(ran.code, Some(0), "{ran:?}");
    }
    let addresses = write(
        "addresses.csv",
        "id;numero;rep;nom_voie;code_postal;code_insee;nom_commune;x;y;lon;lat;type_position\n\
         ;1;;Rue Alpha;63000;63113;Clermont-Ferrand;;;3.105;45.804;entrée\n\
         ;2;;Rue Bravo;63000;63113;Clermont-Ferrand;;;3.105;45.834;entrée\n\
         ;3;;Rue Charlie;63000;63113;Clermont-Ferrand;;;3.15;45.82;entrée\n",
    );
    let ran = data.run(&["data", "import", "--addresses", addresses.to_str().unwrap()]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    data
}

/// Runs a command in the data folder.
fn run(data: &Data, args: &[&str]) -> Ran {
    let mut command = data.command();
    command
        .args(args)
        .current_dir(data.path())
        .output()
        .unwrap()
        .into()
}

/// A delimited file by rows, each a cell by the name of its column.
fn cells(text: &str, row: usize, name: &str, delimiter: char) -> String {
    let mut lines = text.lines();
    let header = lines.next().unwrap().trim_start_matches('\u{feff}');
    let at = header.split(delimiter).position(|column| column == name);
    let at = at.unwrap_or_else(|| panic!("{name} is not in {header}"));
    // No cell holds a quote: each one opens or closes.
    let mut is_quoted = false;
    let fields = lines.nth(row).unwrap().split(|letter| {
        is_quoted ^= letter == '"';
        letter == delimiter && !is_quoted
    });
    fields.map(|field| field.replace('"', "")).nth(at).unwrap()
}

#[test]
fn a_comparison_has_the_figures_of_both_vintages() {
    let data = town();
    let asked = ["compare", "--insee", "63113", "--fields", "all"];
    let answer = data.json(&asked);
    let change = |code: &str| -> Value {
        let changes = answer["changes"].as_array().unwrap().iter();
        let mut found = changes.filter(|it| it["to"][0]["code_qp"] == code);
        found.next().unwrap().clone()
    };
    let kept = change("QN06302I");
    assert_eq!(kept["from"][0]["figures"]["popA"]["value"], 5000, "{kept}");
    assert_eq!(kept["from"][0]["figures"]["tauxA"]["value"], 12.5);
    assert_eq!(kept["to"][0]["figures"]["popB"]["value"], 6399);
    assert!(kept["to"][0]["figures"].get("popA").is_none());
    // The rest of 2015 is not loaded: whether it is new cannot be said, and its figures can.
    let new = &answer["undetermined"][0];
    assert_eq!(new["to"][0]["figures"]["popB"]["value"], Value::Null);
    assert_eq!(new["to"][0]["figures"]["tauxB"]["value"], 7);
    let merged = change("QN06301M");
    assert_eq!(merged["to"][0]["figures"]["tauxB"]["value"], Value::Null);
    let bare = data.json(&asked[..3]);
    assert!(
        bare["changes"][0]["to"][0].get("figures").is_none(),
        "{bare}"
    );
}

#[test]
fn the_table_of_changes_has_a_column_for_each_figure_of_each_side() {
    let data = town();
    let ran = run(
        &data,
        &[
            "compare", "--insee", "63113", "--fields", "all", "-o", "out.csv",
        ],
    );
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let text = fs::read_to_string(data.path().join("out.csv")).unwrap();
    let row = |code: &str| {
        text.lines()
            .skip(1)
            .position(|line| line.contains(code))
            .unwrap()
    };
    for (code, name, expected) in [
        ("QN06302I", "from_popA", "5000"),
        ("QN06302I", "from_tauxA", "12.5"),
        ("QN06302I", "to_popB", "6399"),
        ("QN06302I", "to_tauxB", "46.5"),
        // Two perimeters: each figure in the order of their codes, and a gap keeps its place.
        ("QN06301M", "from_popA", "800; 1200"),
        ("QN06301M", "from_tauxA", "?; 3"),
        ("QN06301M", "to_popB", "2100"),
        ("QN06301M", "to_tauxB", ""),
        ("QN06307N", "from_popA", ""),
        ("QN06307N", "to_popB", ""),
        ("QN06307N", "to_tauxB", "7"),
    ] {
        assert_eq!(
            cells(&text, row(code), name, ';'),
            expected,
            "{code} {name}"
        );
    }
    let ran = run(
        &data,
        &[
            "compare",
            "--insee",
            "63113",
            "--fields",
            "popB,tauxA",
            "-o",
            "out.xlsx",
        ],
    );
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let mut book: Xlsx<_> = open_workbook(data.path().join("out.xlsx")).unwrap();
    let sheet = book.worksheet_range("Par quartier").unwrap();
    let header: Vec<String> = sheet
        .rows()
        .next()
        .unwrap()
        .iter()
        .map(ToString::to_string)
        .collect();
    let column = |title: &str| header.iter().position(|name| name == title).unwrap();
    let of = |code: &str| {
        let mut rows = sheet.rows();
        rows.find(|row| row.iter().any(|cell| *cell == *code))
            .unwrap()
    };
    assert_eq!(of("QN06302I")[column("popB (2024)")], Cell::Float(6399.0));
    assert_eq!(of("QN06302I")[column("tauxA (2015)")], Cell::Float(12.5));
    assert_eq!(of("QN06307N")[column("popB (2024)")], Cell::Empty);
    // Formats without a place for them are refused, and so is a name that no table has.
    for more in [
        &["--fields", "all", "-o", "out.parquet"][..],
        &["--fields", "all", "-o", "out.pdf"],
        &["--fields", "all", "-o", "p.csv", "--table", "places"],
        &["--fields", "all"],
        &["--fields", "revenu", "-o", "r.csv"],
    ] {
        let ran = run(&data, &[&["compare", "--insee", "63113"], more].concat());
        assert_eq!(ran.code, Some(1), "{more:?}: {ran:?}");
        assert!(
            ran.err.contains("fields") || ran.err.contains("popA"),
            "{more:?}: {ran:?}"
        );
    }
}

#[test]
fn a_list_for_a_programme_has_figures_too() {
    let data = town();
    let list = "Nom;Adresse;Date de naissance\n\
        A;1 Rue Alpha 63000 Clermont-Ferrand;2018-05-01\n\
        B;2 Rue Bravo 63000 Clermont-Ferrand;2018-05-01\n\
        C;3 Rue Charlie 63000 Clermont-Ferrand;2018-05-01\n\
        D;;2018-05-01\n\
        E;1 Rue Alpha 63000 Clermont-Ferrand;hier\n";
    fs::write(data.path().join("list.csv"), list).unwrap();
    let asked = [
        "batch",
        "list.csv",
        "--programme",
        "pre-national",
        "--on",
        "2025-06-01",
        "--school",
        "-",
    ];
    let ran = run(
        &data,
        &[&asked[..], &["--fields", "popB,tauxB", "-o", "out.csv"]].concat(),
    );
    assert!(ran.code == Some(3) || ran.code == Some(0), "{ran:?}");
    let text = fs::read_to_string(data.path().join("out.csv")).unwrap();
    for (row, pop, taux) in [
        (0, "6399", "46.5"),
        (1, "", "7"),
        (2, "", ""),
        (3, "", ""),
        (4, "6399", "46.5"),
    ] {
        assert_eq!(cells(&text, row, "popB", ';'), pop, "row {row}: {text}");
        assert_eq!(
            cells(&text, row, "tauxB", ';').replace(',', "."),
            taux,
            "row {row}: {text}"
        );
    }
    let ran = run(
        &data,
        &[&asked[..], &["--fields", "popB,tauxB", "-o", "out.xlsx"]].concat(),
    );
    assert!(ran.code == Some(3) || ran.code == Some(0), "{ran:?}");
    let mut book: Xlsx<_> = open_workbook(data.path().join("out.xlsx")).unwrap();
    let sheet = book.worksheet_range_at(0).unwrap().unwrap();
    let header: Vec<String> = sheet
        .rows()
        .next()
        .unwrap()
        .iter()
        .map(ToString::to_string)
        .collect();
    let column = |title: &str| header.iter().position(|name| name == title).unwrap();
    let rows: Vec<_> = sheet.rows().skip(1).collect();
    assert_eq!(rows[0][column("popB")], Cell::Float(6399.0));
    assert_eq!(rows[0][column("tauxB")], Cell::Float(46.5));
    assert_eq!(rows[1][column("popB")], Cell::Empty);
}

#[test]
fn figures_of_a_list_are_numbers_in_parquet_and_missing_ones_null() {
    let data = town();
    let points = "lon,lat\n3.105,45.804\n3.105,45.834\n3.15,45.82\n3.21,45.804\n";
    fs::write(data.path().join("points.csv"), points).unwrap();
    let asked = [
        "batch",
        "points.csv",
        "--vintage",
        "2024",
        "--fields",
        "popB,tauxB",
    ];
    let ran = run(&data, &[&asked[..], &["-o", "out.parquet"]].concat());
    assert!(ran.code == Some(3) || ran.code == Some(0), "{ran:?}");
    let file = fs::File::open(data.path().join("out.parquet")).unwrap();
    let mut reader = ParquetRecordBatchReaderBuilder::try_new(file)
        .unwrap()
        .build()
        .unwrap();
    let table = reader.next().unwrap().unwrap();
    let column = |name: &str| -> Vec<Option<f64>> {
        let values = table
            .column_by_name(name)
            .unwrap()
            .as_primitive::<Float64Type>();
        values.iter().collect()
    };
    assert_eq!(column("popB"), [Some(6399.0), None, None, Some(2100.0)]);
    assert_eq!(column("tauxB"), [Some(46.5), Some(7.0), None, None]);
    let ran = run(&data, &[&asked[..], &["-o", "out.xlsx"]].concat());
    assert!(ran.code == Some(3) || ran.code == Some(0), "{ran:?}");
    let mut book: Xlsx<_> = open_workbook(data.path().join("out.xlsx")).unwrap();
    let sheet = book.worksheet_range_at(0).unwrap().unwrap();
    let header: Vec<String> = sheet
        .rows()
        .next()
        .unwrap()
        .iter()
        .map(ToString::to_string)
        .collect();
    let at = header.iter().position(|name| name == "popB").unwrap();
    let found: Vec<&Cell> = sheet.rows().skip(1).map(|row| &row[at]).collect();
    assert_eq!(
        found,
        [
            &Cell::Float(6399.0),
            &Cell::Empty,
            &Cell::Empty,
            &Cell::Float(2100.0)
        ]
    );
}
