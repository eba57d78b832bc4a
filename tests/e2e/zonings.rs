//! Zonings from their import to lists, the page of a report and the map: the same words everywhere.

use std::path::PathBuf;

use calamine::{Reader, Xlsx};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::{Value, json};

use crate::harness::{Data, Ran, Server};
use crate::report_text::page_text;

const DAY: &str = "2025-06-01";
/// Positions in the west, in the east, 100 m east of the areas, and none.
const POINTS: &str =
    "id,lon,lat\n1,-0.5750001,48.7500001\n2,-0.5600001,48.7500001\n3,-0.5506401,48.7500001\n4,,\n";
const ADDRESS: &str = "12 rue de la Paix 61100 Flers";

fn write(data: &Data, name: &str, text: &str) -> PathBuf {
    let path = data.path().join(name);
    std::fs::write(&path, text).unwrap();
    path
}

fn rectangle(west: f64, east: f64, properties: &Value) -> Value {
    let (south, north) = (48.74, 48.76);
    let ring = [
        [west, south],
        [east, south],
        [east, north],
        [west, north],
        [west, south],
    ];
    json!({"type": "Feature", "properties": properties,
        "geometry": {"type": "Polygon", "coordinates": [ring]}})
}

fn layer(data: &Data, name: &str, features: &[Value]) -> PathBuf {
    let collection = json!({"type": "FeatureCollection", "features": features});
    write(data, name, &collection.to_string())
}

fn import(data: &Data, args: &[&str]) -> Ran {
    let ran = data.run(&[&["data", "import"], args].concat());
    assert_eq!(ran.code, Some(0), "{ran:?}");
    ran
}

/// A perimeter, an address in its west, a zoning of its west and its east, and a list of communes.
fn territory() -> Data {
    let data = Data::empty();
    let perimeter = json!({"code_qp": "QN06103M", "lib_qp": "Saint Michel", "insee_com": "61169", "lib_com": "Flers"});
    let perimeters = layer(&data, "qpv.geojson", &[rectangle(-0.58, -0.55, &perimeter)]);
    import(
        &data,
        &[
            "--vintage",
            "2024",
            "--precision-m",
            "1",
            perimeters.to_str().unwrap(),
        ],
    );
    let addresses = write(
        &data,
        "addresses.csv",
        "id;numero;rep;nom_voie;code_postal;code_insee;nom_commune;x;y;lon;lat;type_position\n\
         61169_0040_00012;12;;Rue de la Paix;61100;61169;Flers;;;-0.575;48.75;entrée\n",
    );
    import(&data, &["--addresses", addresses.to_str().unwrap()]);
    let areas = [
        rectangle(
            -0.58,
            -0.565,
            &json!({"code": "93A", "nom": "Ouest", "date_fin": "2028-12-31"}),
        ),
        rectangle(-0.565, -0.552, &json!({"code": "93B", "nom": "Est"})),
    ];
    let areas = layer(&data, "zfu.geojson", &areas);
    let label = [
        "--label",
        "ZFU-TE",
        "--valid-from",
        "1997-01-01",
        "--precision-m",
        "1",
    ];
    import(
        &data,
        &[&["--zoning", "zfu-te", areas.to_str().unwrap()], &label[..]].concat(),
    );
    let communes = write(&data, "frr.csv", "code_insee\n61169\n61006\n");
    let label = ["--label", "FRR", "--valid-from", "2024-07-01"];
    import(
        &data,
        &[&["--zoning", "frr", communes.to_str().unwrap()], &label[..]].concat(),
    );
    data
}

/// The rows of a CSV without quotes, from the ring on: after the columns of the list and those of any answer.
fn added(csv: &str) -> Vec<Vec<String>> {
    let rows = csv.lines().skip(1);
    rows.map(|row| row.split(',').skip(3 + 10).map(str::to_owned).collect())
        .collect()
}

#[test]
fn positions_get_the_columns_of_each_zoning_in_every_format() {
    let data = territory();
    let points = write(&data, "points.csv", POINTS);
    let points = points.to_str().unwrap();
    let asked = ["--zonings", "frr,zfu-te", "--ring", "200", "--on", DAY];
    let ran = data.run(&[&["batch", points], &asked[..]].concat());
    assert_eq!(ran.code, Some(3), "{ran:?}");
    let header = ran.out.lines().next().unwrap();
    assert!(
        header.ends_with(
            ",error,leaning,leaning_probability,ring,frr_standing,frr_doubt,frr_codes,frr_areas,frr_valid_from,frr_valid_until,zfu_te_standing,zfu_te_doubt,\
             zfu_te_codes,zfu_te_areas,zfu_te_valid_from,zfu_te_valid_until,zfu_te_distance_to_boundary_m,zfu_te_ring"
        ),
        "{header}"
    );
    let rows = added(&ran.out);
    // Without outlines of communes, the perimeter around a position tells its commune.
    let frr = ["inside", "", "61169", "61169", "2024-07-01", ""];
    assert_eq!(rows[0][..7], [&["inside"], &frr[..]].concat());
    assert_eq!(
        rows[0][7..13],
        ["inside", "", "93A", "Ouest", "1997-01-01", "2028-12-31"]
    );
    assert_eq!(
        rows[1][7..13],
        ["inside", "", "93B", "Est", "1997-01-01", ""]
    );
    assert_eq!(rows[2][7..13], ["outside", "", "", "", "1997-01-01", ""]);
    assert_eq!([&rows[0][14], &rows[2][14]], ["inside", "ring"]);
    // A degree of longitude is 73.5 km at that latitude: 0.00136 of it is 100 m.
    let distance_m: f64 = rows[2][13].parse().unwrap();
    assert!((99.0..101.0).contains(&distance_m), "{distance_m}");
    assert!(rows[3].iter().all(String::is_empty), "{:?}", rows[3]);
    // The same cells in the other formats.
    let output = |name: &str| data.path().join(name).to_str().unwrap().to_owned();
    let [xlsx, parquet] = ["out.xlsx", "out.parquet"].map(output);
    for path in [&xlsx, &parquet] {
        let ran = data.run(&[&["batch", points, "-o", path], &asked[..]].concat());
        assert_eq!(ran.code, Some(3), "{ran:?}");
    }
    let mut book: Xlsx<_> = calamine::open_workbook(&xlsx).unwrap();
    let sheet = book.worksheet_range("Liste").unwrap();
    let cells: Vec<String> = sheet
        .rows()
        .nth(1)
        .unwrap()
        .iter()
        .skip(13)
        .map(ToString::to_string)
        .collect();
    assert_eq!(cells, rows[0]);
    let file = std::fs::File::open(&parquet).unwrap();
    let table = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
    let fields = table.schema().fields();
    let field = |name: &str| fields.iter().find(|field| field.name() == name).unwrap();
    assert_eq!(
        field("zfu_te_distance_to_boundary_m")
            .data_type()
            .to_string(),
        "Float64"
    );
    assert_eq!(fields.len(), 3 + 10 + 15);
}

#[test]
fn what_cannot_be_asked_is_refused_before_anything_is_written() {
    let data = territory();
    let points = write(&data, "points.csv", POINTS);
    let points = points.to_str().unwrap();
    for (args, told) in [
        (
            &["--zonings", "npnru"][..],
            "the zoning `npnru` is not loaded; there are frr, zfu-te",
        ),
        (
            &["--zonings", "frr,ZFU"][..],
            "the zoning `ZFU` is not loaded",
        ),
        (&["--ring", "0.5"][..], "a width from 1 to 4000 metres"),
        (&["--ring", "nan"][..], "a width from 1 to 4000 metres"),
        (
            &["--zonings", "frr", "--programme", "pre-national"][..],
            "cannot be used with",
        ),
        (
            &["--zonings", "frr", "--columns-out", "zfu_te_standing"][..],
            "no column zfu_te_standing is added",
        ),
    ] {
        let ran = data.run(&[&["batch", points], args].concat());
        assert_eq!(ran.code, Some(2), "{args:?}: {ran:?}");
        assert!(
            ran.err.contains(told) && ran.out.is_empty(),
            "{args:?}: {ran:?}"
        );
    }
    // All vintages have a ring each, and some of the columns will do.
    let args = [
        "--ring",
        "200",
        "--vintage",
        "all",
        "--columns-out",
        "ring,zone_2024",
    ];
    let ran = data.run(&[&["batch", points], &args[..]].concat());
    let header = ran.out.lines().next().unwrap();
    assert!(
        header.starts_with("id,lon,lat,ring_2015,ring_2024") && header.ends_with(",zone_2024"),
        "{header}"
    );
}

#[test]
fn the_page_of_a_report_says_what_the_answer_says() {
    let data = territory();
    let server = Server::start(data.command());
    let question = json!({"q": ADDRESS, "on": DAY});
    let answer = server.post("/api/v1/check", &question).1;
    let zonings = answer["candidates"][0]["properties"]["qpv"]["zonings"]
        .as_array()
        .unwrap()
        .clone();
    let told: Vec<&str> = zonings
        .iter()
        .map(|zoning| zoning["message"].as_str().unwrap())
        .collect();
    assert_eq!(
        told,
        [
            "FRR : dans le zonage (61169), à partir du 1er juillet 2024.",
            "ZFU-TE : dans le zonage (Ouest), à partir du 1er janvier 1997, jusqu'au 31 décembre 2028.",
        ]
    );
    let pdf = data.path().join("report.pdf");
    let ran = data.run(&[
        "check",
        ADDRESS,
        "--on",
        DAY,
        "--report",
        pdf.to_str().unwrap(),
    ]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let page = squeezed(&page_text(&std::fs::read(&pdf).unwrap()));
    for message in told {
        assert!(page.contains(&squeezed(message)), "{message}: {page}");
        assert!(ran.out.contains(message), "{message}: {ran:?}");
    }
    // A position has the doubt of its answer, on the page too: some 7 m from the line between west and east.
    for (uncertainty_m, standing) in [(None, "inside"), (Some("20"), "undetermined")] {
        let mut question = json!({"lon": -0.5651, "lat": 48.75, "on": DAY});
        let mut args = vec!["check", "--at=-0.565100,48.750000", "--on", DAY, "--force"];
        if let Some(uncertainty_m) = uncertainty_m {
            question["uncertainty_m"] = json!(20);
            args.extend(["--uncertainty-m", uncertainty_m]);
        }
        let answer = server.post("/api/v1/check", &question).1;
        let zfu = &answer["position"]["zonings"][1];
        assert_eq!(zfu["standing"], standing, "{answer}");
        args.extend(["--report", pdf.to_str().unwrap()]);
        let ran = data.run(&args);
        assert!(matches!(ran.code, Some(0 | 3)), "{ran:?}");
        let page = squeezed(&page_text(&std::fs::read(&pdf).unwrap()));
        let message = zfu["message"].as_str().unwrap();
        assert!(page.contains(&squeezed(message)), "{message}: {page}");
    }
    // An address that may be anywhere is in no zoning for sure, and not out of one either.
    let ran = data.run(&[
        "check",
        "99 avenue inconnue 61100 Flers",
        "--on",
        DAY,
        "--force",
        "--report",
        pdf.to_str().unwrap(),
    ]);
    assert!(matches!(ran.code, Some(0 | 3)), "{ran:?}");
    let page = squeezed(&page_text(&std::fs::read(&pdf).unwrap()));
    assert!(page.contains(&squeezed("ZFU-TE : à vérifier")), "{page}");
}

/// A text without blanks, which a page sets at its own places.
fn squeezed(text: &str) -> String {
    text.split_whitespace().collect()
}

#[test]
fn areas_are_drawn_and_served_under_the_name_of_the_zoning() {
    let data = territory();
    let server = Server::start(data.command());
    let layers = server.get("/tiles").1["layers"].as_array().unwrap().clone();
    let found: Vec<&Value> = layers
        .iter()
        .filter(|layer| layer["kind"] == "zoning")
        .collect();
    assert_eq!(found.len(), 1, "{layers:?}");
    assert_eq!(
        (&found[0]["id"], &found[0]["label"]),
        (&json!("zoning-zfu-te"), &json!("ZFU-TE"))
    );
    assert!(layers.iter().all(|layer| layer["kind"] != "own"));
    let tiles = server.get("/tiles/zoning-zfu-te").1;
    let fields = tiles["vector_layers"][0]["fields"]
        .as_object()
        .unwrap()
        .clone();
    assert_eq!(
        fields.keys().collect::<Vec<_>>(),
        ["code", "label", "name", "valid_from", "valid_until"]
    );
    let items = "/ogc/collections/zoning-zfu-te/items";
    let all = server.get(items).1;
    let of = |at: usize| all["features"][at]["properties"].clone();
    assert_eq!(
        of(0),
        json!({"label": "ZFU-TE", "name": "Ouest", "code": "93A", "valid_from": "1997-01-01", "valid_until": "2028-12-31"})
    );
    assert_eq!(of(1)["valid_until"], Value::Null);
    // By a day, and by an attribute.
    for (query, count) in [
        ("datetime=2029-06-01", 1),
        ("datetime=1990-01-01", 0),
        ("code=93B", 1),
        ("name=Sud", 0),
    ] {
        let found = server.get(&format!("{items}?{query}")).1;
        assert_eq!(found["numberMatched"], count, "{query}: {found}");
    }
    let collection = server.get("/ogc/collections/zoning-zfu-te").1;
    assert_eq!(collection["title"], "Zonage : ZFU-TE");
}
