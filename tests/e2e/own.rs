//! What a town adds of its own: layers, lists of places, programmes.

use std::io::Write;
use std::path::PathBuf;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::harness::{Data, NATIONAL_2024, Ran, real_data, workspace};

const LAYER: &str = "territoires-fragiles-flers";

/// A square of a hundredth of a degree near Flers, and a bow tie inscribed in its neighbour.
fn layer(data: &Data) -> PathBuf {
    let ring = |corners: [[f64; 2]; 4]| {
        let closed: Vec<[f64; 2]> = corners.iter().copied().chain([corners[0]]).collect();
        json!({"type": "Polygon", "coordinates": [closed]})
    };
    let square = ring([
        [-0.60, 48.75],
        [-0.59, 48.75],
        [-0.59, 48.76],
        [-0.60, 48.76],
    ]);
    let bow_tie = ring([
        [-0.59, 48.75],
        [-0.58, 48.76],
        [-0.58, 48.75],
        [-0.59, 48.76],
    ]);
    let feature = |name: &str, geometry: Value| json!({"type": "Feature", "properties": {"nom": name}, "geometry": geometry});
    let features = [feature("Bois", square), feature("Étang", bow_tie)];
    write(
        data,
        "fragiles.geojson",
        &json!({"type": "FeatureCollection", "features": features}).to_string(),
    )
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

/// A layer, a list of schools and a programme, imported in this order: the digests after each.
fn furnished() -> (Data, [String; 3]) {
    let data = Data::empty();
    let layer = layer(&data);
    let list = "uai;nom;réseau;commune\n0610001X;École A;REP;61169\n0610002Y;École B;;61169\n";
    let schools = write(&data, "schools.csv", list);
    let shipped =
        std::fs::read_to_string(workspace().join("geodata/programmes/pre-flers.toml")).unwrap();
    let programme = write(&data, "pre.toml", &shipped);
    let [layer, schools, programme] =
        [&layer, &schools, &programme].map(|path| path.to_str().unwrap());
    let digests = [
        import(&data, &["--layer", LAYER, layer, "--precision-m", "15"]),
        import(&data, &["--places", "schools", schools]),
        import(&data, &["--programme", programme]),
    ];
    assert_eq!(
        import(&data, &["--programme", programme]),
        digests[2],
        "the same again changes nothing"
    );
    data.assert_intact();
    (data, digests)
}

#[test]
fn status_tells_counts_sources_and_dates() {
    let (data, _) = furnished();
    let status = data.json(&["data", "status"]);
    let current = &status["current"];
    let layer = &current["layers"][LAYER];
    assert_eq!(
        (&layer["areas"], &layer["precision_m"]),
        (&json!(2), &json!(15.0)),
        "{status}"
    );
    assert_eq!(layer["sources"][0]["name"], "fragiles.geojson");
    let places = &current["places"]["schools"];
    assert_eq!(
        (
            &places["places"],
            &places["with_position"],
            &places["in_network"]
        ),
        (&json!(2), &json!(0), &json!(1))
    );
    assert_eq!(
        current["programmes"]["pre-flers"]["source"]["name"],
        "pre.toml"
    );
    let told = data.run(&["data", "status", "--details"]).out;
    for text in [
        "layer territoires-fragiles-flers: 2 areas, precise to 15 m",
        "from fragiles.geojson; imported 20",
        "1 repaired",
        "places schools: 2, 0 with a position, 1 in REP or REP+",
        "programme pre-flers",
    ] {
        assert!(told.contains(text), "{text} is not in {told}");
    }
}

#[test]
fn perimeters_leave_them_in_place() {
    let Some(perimeters) = real_data(NATIONAL_2024) else {
        return;
    };
    let (data, _) = furnished();
    data.import("2024", &perimeters);
    let status = data.json(&["data", "status"]);
    assert_eq!(status["current"]["layers"][LAYER]["areas"], 2, "{status}");
    data.assert_intact();
}

#[test]
fn what_is_removed_leaves_the_dataset_of_before() {
    let (data, [with_layer, with_schools, _]) = furnished();
    for (part, name, before) in [
        ("--programme", "pre-flers", with_schools),
        ("--places", "schools", with_layer),
    ] {
        let ran = data.run(&["data", "remove", part, name]);
        assert_eq!(
            (ran.code, ran.out.trim()),
            (Some(0), &*format!("dataset {before}")),
            "{ran:?}"
        );
        let again = data.run(&["data", "remove", part, name]);
        assert!(
            again.code == Some(1) && again.err.contains(name),
            "{again:?}"
        );
    }
    assert_eq!(data.run(&["data", "prune"]).code, Some(0));
    data.assert_intact();
}

/// The fictional schools lie in the open sea: as real ones they are refused, and said to be.
#[test]
fn fictional_schools_are_not_taken_for_real_ones() {
    let file = workspace().join("geodata/sample/schools.csv");
    let ran = Data::empty().run(&[
        "data",
        "import",
        "--places",
        "schools",
        file.to_str().unwrap(),
    ]);
    assert!(
        ran.code == Some(1)
            && ran.err.contains("schools.csv: line 2: ")
            && ran.err.contains("outside"),
        "{ran:?}"
    );
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
        (
            &["--layer", "a", points][..],
            "points.geojson: feature 1: a Point, where a polygon is expected",
        ),
        (
            &["--layer", "Mon Quartier", points],
            "`Mon Quartier` cannot be a name",
        ),
        (
            &["--places", "schools", places],
            "bad.csv: line 2: `réseau`: `ZEP`",
        ),
        (&["--places", "schools", points], "no column of names"),
        (
            &["--programme", programme],
            "bad.toml: line 1, column 1: missing field `id`",
        ),
        (&["--programme", points], "points.geojson"),
    ] {
        let ran = data.run(&[&["data", "import"], args].concat());
        assert!(
            ran.code == Some(1) && ran.err.contains(told),
            "{args:?}: {ran:?}"
        );
    }
    let ran = data.run(&["data", "remove", "--layer", "a"]);
    assert!(
        ran.code == Some(1) && ran.err.contains("layer \"a\""),
        "{ran:?}"
    );
    assert!(!data.path().join("manifest.json").exists());
}

/// What comes through a pipe is imported as the same file is, under the name of standard input.
#[test]
fn lists_and_layers_come_through_a_pipe() {
    const SCHOOLS: &str =
        "identifiant;nom;ville\n0610001X;École du Port;Flers\n0610002Y;École des Prés;Flers\n";
    let data = Data::empty();
    let layer = std::fs::read_to_string(layer(&data)).unwrap();
    for file in ["-", "/dev/stdin"] {
        for (args, text, imported) in [
            (
                ["--places", "schools"],
                SCHOOLS,
                "places schools: 2 of standard-input",
            ),
            (
                ["--layer", LAYER],
                layer.as_str(),
                "2 areas of standard-input",
            ),
        ] {
            let mut command = data.command();
            command.args(["data", "import"]).args(args).arg(file);
            command
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped());
            let mut child = command.spawn().unwrap();
            let mut pipe = child.stdin.take().unwrap();
            pipe.write_all(text.as_bytes()).unwrap();
            drop(pipe);
            let ran: Ran = child.wait_with_output().unwrap().into();
            let expected = imported.replace(
                "standard-input",
                if file == "-" {
                    "standard-input"
                } else {
                    "stdin"
                },
            );
            assert!(
                ran.code == Some(0) && ran.err.contains(&expected),
                "{file}: {ran:?}"
            );
        }
    }
    let ran = data.run(&["data", "import", "--places", "schools", "/dev/null"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
}

/// A perimeter of a vintage: a square of two hundredths of a degree in the Orne, by its western end.
fn square_of(data: &Data, vintage: &str, code: &str, west: f64) {
    let (south, north, east) = (48.750_003, 48.770_003, west + 0.02);
    let ring = [
        [west, south],
        [east, south],
        [east, north],
        [west, north],
        [west, south],
    ];
    let text = json!({"type": "FeatureCollection", "features": [{
        "type": "Feature",
        "properties": {"code_qp": code, "lib_qp": "Bois", "insee_com": "61169"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }]});
    data.import(
        vintage,
        &write(data, "perimeter.geojson", &text.to_string()),
    );
}

/// A school of several sites is one place: in a perimeter when one of its sites is.
#[test]
fn a_school_of_several_sites_is_one_place() {
    let data = Data::empty();
    square_of(&data, "2015", "QP061001", -0.600_003);
    square_of(&data, "2024", "QN06101M", -0.590_003);
    let schools = write(
        &data,
        "annuaire.csv",
        "Identifiant_de_l_etablissement;Nom_etablissement;Code_commune;Nom_commune;Appartenance_Education_Prioritaire;latitude;longitude\n\
         0610001X;Lycée;61169;Flers;;48.76;-0.70\n\
         0610002Y;Collège;61169;Flers;REP;48.76012;-0.58812\n\
         0610001X;Lycée, annexe;61169;Flers;;48.76012;-0.58512\n\
         061 0003z;École;61169;Flers;REP;48.76;-0.50\n\
         0610003Z;École;61006;Argentan;;48.75;-0.02\n",
    );
    let digest = import(&data, &["--places", "schools", schools.to_str().unwrap()]);
    assert!(!digest.is_empty());
    let ran = data.run(&["compare", "--insee", "61169", "--json"]);
    let answer: Value = serde_json::from_str(&ran.out).unwrap();
    let places: Vec<[&str; 3]> = answer["places"]
        .as_array()
        .unwrap()
        .iter()
        .map(|place| ["id", "name", "movement"].map(|member| place[member].as_str().unwrap()))
        .collect();
    // The annexe of the first and the second school are in what both squares share.
    assert_eq!(
        places,
        [
            ["0610001X", "Lycée, annexe", "stayed"],
            ["0610002Y", "Collège", "stayed"]
        ]
    );
}

/// Sites in different networks of priority education leave open a rule that depends on it.
#[test]
fn sites_in_different_networks_leave_a_rule_open() {
    let Some(data) = Data::national() else { return };
    let schools = write(
        &data,
        "annuaire.csv",
        "Identifiant_de_l_etablissement;Nom_etablissement;Code_commune;Nom_commune;Appartenance_Education_Prioritaire;latitude;longitude\n\
         0610002Y;Collège;61169;Flers;REP;48.76012;-0.58812\n\
         061 0003z;École;61169;Flers;REP;48.76;-0.50\n\
         0610003Z;École;61006;Argentan;;48.75;-0.02\n",
    );
    import(&data, &["--places", "schools", schools.to_str().unwrap()]);
    // The countryside between Flers and Argentan.
    let args = [
        "check",
        "--at",
        "-0.350000,48.760000",
        "--programme",
        "pre-national",
        "--birth-date",
        "2016-05-04",
        "--school",
    ];
    let known = data.run(&[&args[..], &["0610002 y"]].concat());
    assert_eq!(known.code, Some(0), "{known:?}");
    let open = data.run(&[&args[..], &["0610003Z"]].concat());
    assert!(
        open.code == Some(3) && open.out.contains("Plusieurs établissements ou sites"),
        "{open:?}"
    );
}
