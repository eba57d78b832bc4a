//! `qpv share`, on the fictional town. Areas are those of its table, measured with GEOS.

use serde_json::{Value, json};

use crate::harness::Data;

/// The outline of a perimeter of the town, in a file as programs write them.
fn polygon_file(data: &Data, code: &str) -> String {
    let sample = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../geodata/sample/perimeters-2024.geojson"
    );
    let mut file: Value = serde_json::from_str(&std::fs::read_to_string(sample).unwrap()).unwrap();
    let features = file["features"].as_array_mut().unwrap();
    features.retain(|feature| feature["properties"]["code_qp"] == code);
    let path = data.path().join("area.geojson");
    std::fs::write(&path, file.to_string()).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn the_share_of_a_polygon_is_printed_as_the_server_answers_it() {
    let data = Data::empty();
    let file = polygon_file(&data, "QN00003M");
    let answer = data.json(&["share", "--polygon", &file, "--vintage", "2015"]);
    let hectares = &answer["vintages"][0]["hectares"];
    assert_eq!(
        (&hectares["total"], &hectares["qpv"]),
        (&json!(11.52), &json!(3.69))
    );
    let ran = data.run(&["share", "--polygon", &file]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    // One table for each vintage that is known, and what is not known is in words.
    assert_eq!(ran.out.matches("Périmètres 20").count(), 3, "{}", ran.out);
    assert!(
        ran.out.contains("11,52") && ran.out.contains("3,69"),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("inconnu"), "{}", ran.out);
}

#[test]
fn an_area_that_is_none_is_refused() {
    let data = Data::empty();
    let line = data.path().join("line.json");
    std::fs::write(
        &line,
        r#"{"type": "LineString", "coordinates": [[1, 2], [3, 4]]}"#,
    )
    .unwrap();
    for args in [
        &["share"][..],
        &["share", "--insee", "Port-Fictif"],
        &["share", "--polygon", line.to_str().unwrap()],
        &["share", "--polygon", "not/there.json"],
    ] {
        let ran = data.run(args);
        assert_eq!(ran.code, Some(1), "{args:?}: {ran:?}");
        assert!(ran.out.is_empty(), "{ran:?}");
    }
}
