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

/// Runs `qpv share` over a list and returns its rows in a vintage.
fn rows_of(data: &Data, name: &str, list: &str, more: &[&str]) -> Value {
    let path = data.path().join(name);
    std::fs::write(&path, list).unwrap();
    let path = path.to_str().unwrap();
    let answer = data.json(&[&["share", path, "--vintage", "2024"], more].concat());
    answer["vintages"][0]["rows"].clone()
}

#[test]
fn a_list_is_counted_by_what_its_columns_are() {
    let data = Data::empty();
    // The points of the API's test: one in a neighbourhood, one beside it, one in Paris, which the town does not cover; a
    // text that is no position.
    let points =
        "nom;lon;lat\na;-3.610510;46.203047\nb;-3.610679;46.202978\nc;2.35;48.85\nd;x;46.2\n";
    let rows = rows_of(&data, "points.csv", points, &[]);
    assert_eq!(
        [
            &rows["total"],
            &rows["qpv"],
            &rows["band_300m"],
            &rows["undetermined"]
        ],
        [&json!(4), &json!(1), &json!(1), &json!(2)],
        "{rows}"
    );
    // On either side of a street that is the line: odd numbers in, even ones out.
    let people = "Nom;Adresse;CP;Ville\n\
        A;1 rue des Cordiers;00100;Port-Fictif\nB;2 rue des Cordiers;00100;Port-Fictif\n\
        C;rue des Cordiers;00100;Port-Fictif\nD;;;\n";
    for more in [&[][..], &["--columns", "Adresse,CP,Ville"]] {
        let rows = rows_of(&data, "people.csv", people, more);
        assert_eq!(
            [
                &rows["total"],
                &rows["qpv"],
                &rows["band_300m"],
                &rows["undetermined"]
            ],
            [&json!(4), &json!(1), &json!(1), &json!(2)],
            "{rows}"
        );
    }
    // The first address of `geodata/sample/addresses.csv`, in Lambert-93.
    let metres = "x;y\n191162.74;6587363.09\n";
    let rows = rows_of(&data, "metres.csv", metres, &["--crs", "EPSG:2154"]);
    assert_eq!(
        (&rows["total"], &rows["undetermined"]),
        (&json!(1), &json!(0))
    );
    // Communes count together, as an area.
    let list = data.path().join("communes.csv");
    std::fs::write(
        &list,
        "code_insee;nom\n00001;Port-Fictif\n00002;Saint-Exemple\n",
    )
    .unwrap();
    let by_list = data.json(&["share", list.to_str().unwrap()]);
    assert_eq!(by_list, data.json(&["share", "--insee", "00001,00002"]));
    let ran = data.run(&["share", list.to_str().unwrap()]);
    assert!(ran.out.contains("en quartier"), "{ran:?}");
    let ran = data.run(&["share", data.path().join("people.csv").to_str().unwrap()]);
    assert!(
        ran.out.contains("lignes de la liste") && ran.out.contains("sans zone déterminée"),
        "{ran:?}"
    );
}

#[test]
fn a_list_that_is_none_is_refused() {
    let data = Data::empty();
    let path = data.path().join("list.csv");
    for text in ["nom;montant\nA;1\nB;2\n", "code_insee\nFlers\n", ""] {
        std::fs::write(&path, text).unwrap();
        let ran = data.run(&["share", path.to_str().unwrap()]);
        assert_eq!(ran.code, Some(1), "{text}: {ran:?}");
        assert!(ran.out.is_empty() && !ran.err.is_empty(), "{text}: {ran:?}");
    }
    let ran = data.run(&["share", "not/there.csv"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    let ran = data.run(&["share", path.to_str().unwrap(), "--insee", "00001"]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
}
