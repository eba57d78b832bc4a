//! What a town adds of its own: layers, lists of places, programmes.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::harness::{Data, NATIONAL_2024, real_data, workspace};

/// A square of a hundredth of a degree near Flers, and a bow tie inscribed in its neighbour.
fn layer(data: &Data) -> PathBuf {
    let ring = |corners: [[f64; 2]; 4]| {
        let closed: Vec<[f64; 2]> = corners.iter().copied().chain([corners[0]]).collect();
        json!({"type": "Polygon", "coordinates": [closed]})
    };
    let square = ring([[-0.60, 48.75], [-0.59, 48.75], [-0.59, 48.76], [-0.60, 48.76]]);
    let bow_tie = ring([[-0.59, 48.75], [-0.58, 48.76], [-0.58, 48.75], [-0.59, 48.76]]);
    let feature =
        |name: &str, geometry: Value| json!({"type": "Feature", "properties": {"nom": name}, "geometry": geometry});
    let features = [feature("Bois", square), feature("Étang", bow_tie)];
    write(data, "fragiles.geojson", &json!({"type": "FeatureCollection", "features": features}).to_string())
}

fn write(data: &Data, name: &str, text: &str) -> PathBuf {
    let path = data.path().join(name);
    std::fs::write(&path, text).unwrap();
    path
}

/// Imports and answers the digest.
fn import(data: &Data, args: &[&str]) -> String {
    let ran = data.run(&[&["data", "import"], args].concat());
    assert_eq!(ran.code, Some(0), "{ran:?}");
    ran.out.trim().strip_prefix("dataset ").unwrap().to_owned()
}

#[test]
fn layers_places_and_programmes_are_imported_shown_kept_and_removed() {
    let data = Data::empty();
    let (layer, schools) = (layer(&data), workspace_file("geodata/sample/schools.csv"));
    let list = "uai;nom;réseau;commune\n0610001X;École A;REP;61169\n0610002Y;École B;;61169\n";
    let centres = write(&data, "schools.csv", list);
    let programme = write(&data, "pre.toml", "id = \"pre-flers\"\n");
    let [layer, centres, programme] = [&layer, &centres, &programme].map(|path| path.to_str().unwrap());
    let first = import(&data, &["--layer", "territoires-fragiles-flers", layer, "--precision-m", "15"]);
    import(&data, &["--places", "schools", centres]);
    let whole = import(&data, &["--programme", programme]);
    data.assert_intact();

    let status = data.json(&["data", "status"]);
    let current = &status["current"];
    let layer_entry = &current["layers"]["territoires-fragiles-flers"];
    assert_eq!((&layer_entry["areas"], &layer_entry["precision_m"]), (&json!(2), &json!(15.0)), "{status}");
    assert_eq!(layer_entry["sources"][0]["name"], "fragiles.geojson");
    let places = &current["places"]["schools"];
    assert_eq!((&places["places"], &places["with_position"], &places["in_network"]), (&json!(2), &json!(0), &json!(1)));
    assert_eq!(current["programmes"]["pre-flers"]["source"]["name"], "pre.toml");
    let told = data.run(&["data", "status", "--details"]).out;
    for text in [
        "layer territoires-fragiles-flers: 2 areas, precise to 15 m",
        "1 repaired",
        "places schools: 2, 0 with a position, 1 in REP or REP+",
        "programme pre-flers",
    ] {
        assert!(told.contains(text), "{text} is not in {told}");
    }

    assert_eq!(import(&data, &["--programme", programme]), whole, "the same again changes nothing");
    if let Some(perimeters) = real_data(NATIONAL_2024) {
        data.import("2024", &perimeters);
        let status = data.json(&["data", "status"]);
        assert_eq!(status["current"]["layers"]["territoires-fragiles-flers"]["areas"], 2, "{status}");
        data.assert_intact();
    }
    for (part, name) in [("--places", "schools"), ("--programme", "pre-flers")] {
        let ran = data.run(&["data", "remove", part, name]);
        assert!(ran.code == Some(0) && ran.out.starts_with("dataset "), "{ran:?}");
        let again = data.run(&["data", "remove", part, name]);
        assert!(again.code == Some(1) && again.err.contains(name), "{again:?}");
    }
    if real_data(NATIONAL_2024).is_none() {
        assert_eq!(data.digest(), Some(first));
    }
    data.run(&["data", "prune"]);
    data.assert_intact();
    // The fictional schools lie in the open sea: as real ones they are refused, and said to be.
    let ran = data.run(&["data", "import", "--places", "schools", schools.to_str().unwrap()]);
    assert!(ran.code == Some(1) && ran.err.contains("schools.csv: line 2: ") && ran.err.contains("outside"), "{ran:?}");
}

fn workspace_file(name: &str) -> PathBuf {
    workspace().join(name)
}

#[test]
fn what_cannot_be_imported_is_named_and_nothing_is_written() {
    let data = Data::empty();
    let point = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[-0.57,48.75]}}]}"#;
    let files = [
        write(&data, "points.geojson", point),
        write(&data, "bad.csv", "nom;réseau\nÉcole A;ZEP\n"),
        write(&data, "bad.toml", "name = \"pre\"\n"),
    ];
    let [points, places, programme] = files.each_ref().map(|path| path.to_str().unwrap());
    for (args, told) in [
        (&["--layer", "a", points][..], "points.geojson: feature 1: a Point, where a polygon is expected"),
        (&["--layer", "Mon Quartier", points], "`Mon Quartier` cannot be a name"),
        (&["--places", "schools", places], "bad.csv: line 2: `réseau`: `ZEP`"),
        (&["--places", "schools", points], "no column of names"),
        (&["--programme", programme], "bad.toml: it has no `id"),
        (&["--programme", points], "points.geojson"),
    ] {
        let ran = data.run(&[&["data", "import"], args].concat());
        assert!(ran.code == Some(1) && ran.err.contains(told), "{args:?}: {ran:?}");
    }
    let ran = data.run(&["data", "remove", "--layer", "a"]);
    assert!(ran.code == Some(1) && ran.err.contains("layer \"a\""), "{ran:?}");
    assert!(!data.path().join("manifest.json").exists());
}
