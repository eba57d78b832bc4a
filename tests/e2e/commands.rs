//! Commands, as typed.

use serde_json::Value;

use crate::harness::{Data, NATIONAL_2015, NATIONAL_2024, Ran, real_data};

#[test]
fn without_data_the_fictional_town_answers_and_says_so() {
    let data = Data::empty();
    let ran = data.run(&["locate", "--", "2.3522", "48.8566"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.err.contains("outside_coverage"), "{ran:?}");
    let status = data.run(&["data", "status"]);
    assert_eq!(status.code, Some(0));
    assert!(status.out.contains("qpv data pull"), "{status:?}");
    assert_eq!(
        std::fs::read_dir(data.path()).unwrap().count(),
        0,
        "asking writes nothing"
    );
}

#[test]
fn known_points_of_2015() {
    let Some(data) = Data::national() else { return };
    // Published beside the data.
    for (lon, lat, codes) in [
        ("2.387311", "48.917735", vec!["QP093028"]),
        ("2.41299", "48.85592", vec!["QP075019"]),
        ("2.412", "48.899", vec![]),
    ] {
        let answer = data.json(&["locate", "--vintage", "2015", lon, lat]);
        let found: Vec<&str> = answer["qpv"]
            .as_array()
            .unwrap()
            .iter()
            .map(|qpv| qpv["code_qp"].as_str().unwrap())
            .collect();
        assert_eq!(found, codes, "{answer}");
        assert_eq!(answer["vintage"], "2015");
        assert_eq!(answer["dataset"]["fictional"], false);
    }
}

#[test]
fn the_date_and_the_territory_choose_the_vintage() {
    let Some(data) = Data::national() else { return };
    for (lon, lat, on, vintage) in [
        ("-0.57", "48.75", "2023-12-31", "2015"),
        ("-0.57", "48.75", "2024-01-01", "2024"),
        ("55.4504", "-20.8789", "2024-12-31", "2015"),
        ("55.4504", "-20.8789", "2025-01-01", "2024"),
    ] {
        let answer = data.json(&["locate", "--on", on, "--", lon, lat]);
        assert_eq!(answer["vintage"], vintage, "{lon} {lat} {on}: {answer}");
    }
    let ran = data.run(&["locate", "--on", "2014-12-31", "--", "-0.57", "48.75"]);
    assert!(
        ran.code == Some(1) && ran.err.contains("no_vintage_in_force"),
        "{ran:?}"
    );
}

#[test]
fn lambert_93_gives_what_wgs_84_gives() {
    let Some(data) = Data::national() else { return };
    // pyproj 3.7: (-0.57, 48.75) is (437609.2685, 6855919.9927) in Lambert-93.
    let by_degrees = data.json(&["locate", "--vintage", "2015", "--", "-0.57", "48.75"]);
    let by_metres = data.json(&[
        "locate",
        "--vintage",
        "2015",
        "--crs",
        "EPSG:2154",
        "--x",
        "437609.2685",
        "--y",
        "6855919.9927",
    ]);
    let distance_m = |answer: &Value| answer["distance_to_boundary_m"].as_f64().unwrap();
    assert!(
        (distance_m(&by_degrees) - distance_m(&by_metres)).abs() < 0.02,
        "{by_degrees} {by_metres}"
    );
    assert_eq!(
        by_degrees["nearest"]["code_qp"],
        by_metres["nearest"]["code_qp"]
    );
}

#[test]
fn a_doubt_that_could_change_the_answer_ends_with_3() {
    let Some(data) = Data::national() else { return };
    let ran = data.run(&[
        "locate",
        "--uncertainty-m",
        "50000",
        "--json",
        "--",
        "-0.57",
        "48.75",
    ]);
    assert_eq!(ran.code, Some(3), "{ran:?}");
    assert!(
        ran.out.contains("\"undetermined\"") && ran.out.contains("imprecise_position"),
        "{ran:?}"
    );
}

#[test]
fn wrong_usage_ends_with_2_and_swapped_coordinates_are_recognised() {
    let data = Data::empty();
    for args in [
        &["locate"][..],
        &["locate", "1"],
        &["data", "import"],
        &["nothing"],
        &["locate", "2", "48", "--vintage", "2019"],
    ] {
        assert_eq!(data.run(args).code, Some(2), "{args:?}");
    }
    let Some(data) = Data::national() else { return };
    let ran = data.run(&["locate", "48.8566", "2.3522"]);
    assert!(
        ran.code == Some(1) && ran.err.contains("coordinates_swapped"),
        "{ran:?}"
    );
}

#[test]
fn status_tells_counts_sources_and_dates_and_an_import_is_reproducible() {
    let Some(data) = Data::national() else { return };
    let status = data.json(&["data", "status"]);
    let vintages = status["current"]["vintages"].as_array().unwrap();
    let count = |index: usize| vintages[index]["perimeters"].as_u64().unwrap();
    assert_eq!((count(0), count(1)), (1514, 1609));
    assert_eq!(vintages[1]["by_territory"]["metropole"], 1362);
    assert_eq!(vintages[0]["by_territory"]["metropole"], 1296);
    assert!(
        vintages[0]["sources"]
            .as_array()
            .unwrap()
            .iter()
            .any(|source| source["name"] == "QP_METROPOLEOUTREMER_WGS84_EPSG4326.shp")
    );
    data.assert_intact();

    let first = data.digest();
    data.import("2024", &real_data(NATIONAL_2024).unwrap());
    assert_eq!(data.digest(), first, "the same files give the same dataset");
    let again = Data::national().unwrap();
    assert_eq!(again.digest(), first);
}

#[test]
fn older_datasets_stay_until_pruned() {
    let (Some(old), Some(new)) = (real_data(NATIONAL_2015), real_data(NATIONAL_2024)) else {
        return;
    };
    let data = Data::empty();
    data.import("2024", &new);
    let alone = data.digest().unwrap();
    data.import("2015", &old);
    let asked = [
        "locate",
        "--dataset",
        &alone[..12],
        "--json",
        "2.3522",
        "48.8566",
    ];
    assert!(data.run(&asked).out.contains(&alone));
    assert_eq!(data.json(&["data", "list"]).as_array().unwrap().len(), 2);
    assert_eq!(data.run(&["data", "prune"]).code, Some(0));
    assert_eq!(data.json(&["data", "list"]).as_array().unwrap().len(), 1);
    let ran = data.run(&asked);
    assert!(
        ran.code == Some(1) && ran.err.contains(&alone[..12]),
        "{ran:?}"
    );
    data.assert_intact();
}

#[test]
fn the_wrong_vintage_and_an_unknown_schema_are_refused_with_advice() {
    let (Some(new), Some(departments)) = (
        real_data(NATIONAL_2024),
        real_data("outlines/departements.geojson"),
    ) else {
        return;
    };
    let data = Data::empty();
    let ran = data.run(&["data", "import", "--vintage", "2015", new.to_str().unwrap()]);
    assert!(
        ran.code == Some(1) && ran.err.contains("--vintage"),
        "{ran:?}"
    );
    let ran = data.run(&[
        "data",
        "import",
        "--vintage",
        "2024",
        departments.to_str().unwrap(),
    ]);
    assert!(
        ran.code == Some(1) && ran.err.contains("--map") && ran.err.contains("code"),
        "{ran:?}"
    );
    assert_eq!(data.digest(), None, "nothing was published");
}

/// The features of the 2024 file that `keep` takes, changed by `change`, as a file of their own.
fn part_of_2024(
    folder: &std::path::Path,
    keep: &str,
    change: impl Fn(&mut Value),
) -> Option<std::path::PathBuf> {
    let text = std::fs::read_to_string(real_data(NATIONAL_2024)?).unwrap();
    let mut collection: Value = serde_json::from_str(&text).unwrap();
    let features = collection["features"].as_array_mut().unwrap();
    features.retain(|feature| {
        feature["properties"]["code_qp"]
            .as_str()
            .unwrap()
            .starts_with(keep)
    });
    features.iter_mut().for_each(change);
    let path = folder.join("part.geojson");
    std::fs::write(&path, collection.to_string()).unwrap();
    Some(path)
}

#[test]
fn a_part_of_a_territory_answers_inside_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    for (keep, elsewhere) in [
        ("QN06103M", ["-0.56", "48.741"]),
        ("QN97401", ["55.4504", "-20.8789"]),
    ] {
        let Some(file) = part_of_2024(folder.path(), keep, |_| ()) else {
            return;
        };
        let data = Data::empty();
        data.import("2024", &file);
        let first = data.json(&["data", "status"]);
        assert!(
            first["current"]["vintages"][0]["whole"]
                .as_array()
                .unwrap()
                .is_empty(),
            "{first}"
        );
        let ran = data.run(&[
            "locate",
            "--vintage",
            "2024",
            "--",
            elsewhere[0],
            elsewhere[1],
        ]);
        assert!(
            ran.code == Some(1) && ran.err.contains("outside_coverage"),
            "{keep}: {ran:?}"
        );
        let text = std::fs::read_to_string(&file).unwrap();
        let collection: Value = serde_json::from_str(&text).unwrap();
        let vertex = &collection["features"][0]["geometry"]["coordinates"][0][0][0];
        // The file has five decimals, which as texts would be known to a metre only.
        let [lon, lat] = [0, 1].map(|axis| format!("{:.8}", vertex[axis].as_f64().unwrap()));
        let answer = data.json(&["locate", "--vintage", "2024", "--", &lon, &lat]);
        assert_eq!(answer["zone"], "qpv", "{keep}: {answer}");
    }
}

#[test]
fn a_refused_feature_stops_the_import_and_is_listed() {
    let folder = tempfile::tempdir().unwrap();
    let spoil = |feature: &mut Value| {
        if feature["properties"]["code_qp"] == "QN06104M" {
            feature["geometry"] = Value::Null;
        }
    };
    let Some(file) = part_of_2024(folder.path(), "QN", spoil) else {
        return;
    };
    let file = file.to_str().unwrap();
    let data = Data::empty();
    let ran = data.run(&["data", "import", "--vintage", "2024", file]);
    assert!(
        ran.code == Some(1) && ran.out.contains("QN06104M") && data.digest().is_none(),
        "{ran:?}"
    );
    let ran = data.run(&[
        "data",
        "import",
        "--vintage",
        "2024",
        "--accept-refused",
        file,
    ]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    // The refused neighbourhood may hold the place: no answer, never "outside".
    let ran = data.run(&["locate", "--vintage", "2024", "--", "-0.56", "48.741"]);
    assert!(
        ran.code == Some(1) && ran.err.contains("outside_coverage"),
        "{ran:?}"
    );
}

#[test]
fn an_address_comes_by_standard_input_and_is_not_in_the_list_of_processes() {
    let data = Data::empty();
    for (command, typed, code, told) in [
        (
            "geocode",
            "1 rue des Cordeliers-Imaginaires\n",
            Some(0),
            "Cordeliers",
        ),
        (
            "check",
            "  1 rue des Cordeliers-Imaginaires ",
            Some(3),
            "Cordeliers",
        ),
        ("check", "1 rue A\n2 rue B\n", Some(1), "several lines"),
    ] {
        let mut child = data
            .command()
            .args([command, "-"])
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        std::io::Write::write_all(child.stdin.as_mut().unwrap(), typed.as_bytes()).unwrap();
        let ran: Ran = child.wait_with_output().unwrap().into();
        assert_eq!(ran.code, code, "{command}: {ran:?}");
        assert!(
            format!("{}{}", ran.out, ran.err).contains(told),
            "{command}: {ran:?}"
        );
    }
}
