//! `qpv compare`, and its files, on the national perimeters.

use std::collections::BTreeMap;
use std::path::PathBuf;

use calamine::{Data as Cell, Reader, Xlsx, open_workbook};
use serde_json::Value;

use crate::harness::{Data, NATIONAL_2024, Server, real_data};

/// Communes, codes and areas in hectares of both vintages, what they share: measured with GEOS, published beside the data.
type Published = (&'static str, &'static str, f64, &'static str, f64, f64);
const FLERS: [Published; 2] = [
    ("61169", "QP061003", 9.37, "QN06103M", 38.83, 9.35),
    ("61169", "QP061004", 30.88, "QN06104M", 43.19, 30.27),
];
/// Its areas are rounded to a hundredth of a hectare.
const ROUNDING_HA: f64 = 0.02;

fn written(data: &Data, args: &[&str], name: &str) -> PathBuf {
    let path = data.path().join(name);
    let ran = data.run(&[&["compare"], args, &["-o", path.to_str().unwrap()]].concat());
    assert_eq!(ran.code, Some(0), "{ran:?}");
    path
}

fn is_near(found: f64, expected: f64) -> bool {
    (found - expected).abs() < ROUNDING_HA
}

/// One import of the country for all that is asked of it.
#[test]
fn what_became_of_the_neighbourhoods() {
    let Some(data) = Data::national() else { return };
    let answer = data.json(&["compare", "--insee", "61169"]);
    for (_, old, old_ha, new, new_ha, shared_ha) in FLERS {
        let changes = answer["changes"].as_array().unwrap();
        let change = changes
            .iter()
            .find(|change| change["to"][0]["code_qp"] == new)
            .unwrap();
        assert_eq!(
            (&change["from"][0]["code_qp"], &change["class"]),
            (&Value::from(old), &Value::from("extended"))
        );
        let found = ["shared_ha", "gained_ha", "lost_ha"].map(|key| change[key].as_f64().unwrap());
        let expected = [shared_ha, new_ha - shared_ha, old_ha - shared_ha];
        assert!(
            found
                .iter()
                .zip(expected)
                .all(|(&found, expected)| is_near(found, expected)),
            "{change}"
        );
    }
    in_words(&data);
    the_workbook_has_the_same_figures(&data);
    files_are_what_their_name_says(&data);
    the_country(&data);
    what_cannot_be_told_or_written(&data);
    the_server_says_the_same(&data, &answer);
}

fn in_words(data: &Data) {
    let ran = data.run(&["compare", "--insee", "61169"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(ran.out.matches("étendu : QP0610").count(), 2, "{}", ran.out);
    assert!(
        ran.out.contains("QN06103M Saint Michel (38,83 ha)"),
        "{}",
        ran.out
    );
}

fn the_workbook_has_the_same_figures(data: &Data) {
    let mut workbook: Xlsx<_> =
        open_workbook(written(data, &["--insee", "61169"], "flers.xlsx")).unwrap();
    let sheets = workbook.sheet_names();
    let cells: Vec<Cell> = sheets
        .iter()
        .flat_map(|name| {
            workbook
                .worksheet_range(name)
                .unwrap()
                .cells()
                .map(|(_, _, cell)| cell.clone())
                .collect::<Vec<_>>()
        })
        .collect();
    let numbers: Vec<f64> = cells
        .iter()
        .filter_map(|cell| {
            if let Cell::Float(number) = cell {
                Some(*number)
            } else {
                None
            }
        })
        .collect();
    for (_, old, old_ha, new, new_ha, shared_ha) in FLERS {
        for code in [old, new] {
            assert!(
                cells.iter().any(|cell| *cell == code),
                "{code} in {sheets:?}"
            );
        }
        for expected in [old_ha, new_ha, shared_ha] {
            assert!(
                numbers.iter().any(|&number| is_near(number, expected)),
                "{expected} in {sheets:?}"
            );
        }
    }
}

fn files_are_what_their_name_says(data: &Data) {
    for (name, begins) in [
        ("flers.gpkg", &b"SQLite format 3\0"[..]),
        ("flers.parquet", b"PAR1"),
        ("flers.pdf", b"%PDF-"),
        ("flers.geojson", b"{"),
    ] {
        let file = written(data, &["--insee", "61169"], name);
        assert!(std::fs::read(file).unwrap().starts_with(begins), "{name}");
    }
    let csv = std::fs::read_to_string(written(
        data,
        &["--departement", "61", "--table", "changes"],
        "orne.csv",
    ))
    .unwrap();
    for code in ["QN06103M", "QN06104M", "QN06101M", "QN06102M"] {
        assert_eq!(
            csv.lines().filter(|line| line.contains(code)).count(),
            1,
            "{csv}"
        );
    }
}

/// Every perimeter of both files is in one change, or among those that cannot be compared.
fn the_country(data: &Data) {
    let answer = data.json(&["compare"]);
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for group in ["changes", "undetermined"]
        .into_iter()
        .flat_map(|name| answer[name].as_array().unwrap())
    {
        for perimeter in ["from", "to"]
            .into_iter()
            .flat_map(|side| group[side].as_array().unwrap())
        {
            *seen
                .entry(perimeter["code_qp"].as_str().unwrap().to_owned())
                .or_default() += 1;
        }
    }
    let of = |year: &str| seen.keys().filter(|code| code.starts_with(year)).count();
    assert_eq!((of("QP"), of("QN")), (1514, 1609));
    assert!(seen.values().all(|&times| times == 1));
}

fn what_cannot_be_told_or_written(data: &Data) {
    // Domfront, in whose department every commune of a neighbourhood is known, has none.
    let none = data.run(&["compare", "--insee", "61145"]);
    assert!(
        none.code == Some(0) && none.out.contains("Aucun quartier"),
        "{none:?}"
    );
    // Nor has Bayeux, and the perimeter of Colombelles has its own commune.
    let bayeux = data.run(&["compare", "--insee", "14047"]);
    assert!(
        bayeux.code == Some(0) && !bayeux.out.contains("QP014006"),
        "{bayeux:?}"
    );
    let unknown = data.run(&["compare", "--insee", "99999"]);
    assert!(
        unknown.code == Some(1) && unknown.err.contains("[unknown_commune]"),
        "{unknown:?}"
    );
    // Quincy-sous-Sénart has one, published as a point: that is not none.
    let quincy = data.run(&["compare", "--insee", "91514"]);
    assert!(
        quincy.code == Some(3)
            && quincy
                .out
                .contains("QN09113I Le Vieillet (surface non publiée)"),
        "{quincy:?}"
    );
    assert!(!quincy.out.contains("0,00 ha"), "{quincy:?}");
    let before = std::fs::read(data.path().join("flers.pdf")).unwrap();
    let output = data.path().join("flers.pdf");
    for (args, told) in [
        (
            ["--insee", "61169", "-o", output.to_str().unwrap()],
            "--force",
        ),
        (["--insee", "6116", "-o", "flers.dxf"], "« 6116 »"),
        (["--insee", "61169", "-o", "flers.dxf"], ".gpkg"),
        (["--from", "2024", "--to", "2024"], "[same_vintage]"),
    ] {
        let ran = data.run(&[&["compare"], &args[..]].concat());
        assert!(
            ran.code == Some(1) && ran.err.contains(told) && ran.out.is_empty(),
            "{ran:?}"
        );
    }
    assert_eq!(std::fs::read(output).unwrap(), before);
}

fn the_server_says_the_same(data: &Data, expected: &Value) {
    let server = Server::start(data.command());
    let (status, answer) = server.get("/api/v1/compare?from=2015&to=2024&insee=61169&moved=true");
    assert_eq!((status, &answer["changes"]), (200, &expected["changes"]));
}

/// Where 2015 is not loaded, nothing of 2024 is new.
#[test]
fn a_vintage_that_is_not_loaded() {
    let reunion = "variants/reunion-2015-opendatasoft/quartiers-prioritaires-de-la-politique-de-la-ville-qpv.shp";
    let (Some(reunion), Some(new)) = (real_data(reunion), real_data(NATIONAL_2024)) else {
        return;
    };
    let data = Data::empty();
    data.import("2015", &reunion);
    data.import("2024", &new);
    assert_eq!(data.run(&["compare", "--departement", "974"]).code, Some(0));
    let flers = data.run(&["compare", "--insee", "61169"]);
    assert!(
        flers.code == Some(1) && flers.out.is_empty() && flers.err.contains("[vintage_not_loaded]"),
        "{flers:?}"
    );
}
