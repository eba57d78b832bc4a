//! Small files of parcels and buildings made here, good and bad.

use std::io::Write;
use std::path::PathBuf;

use flate2::Compression;
use flate2::write::GzEncoder;
use rusqlite::Connection;
use tempfile::TempDir;

use super::*;

use FootprintKind::{Buildings, Parcels};

/// A square near Flers, its lower left corner moved by so many steps of 11 m.
fn square(step: i32) -> String {
    let (x, y) = (-0.57 + f64::from(step) * 0.0002, 48.75);
    let (right, top) = (x + 0.0001, y + 0.0001);
    format!(
        r#"{{"type":"Polygon","coordinates":[[[{x},{y}],[{right},{y}],[{right},{top}],[{x},{top}],[{x},{y}]]]}}"#
    )
}

/// A feature of a collection.
fn feature(properties: &str, geometry: &str) -> String {
    format!(r#"{{"type":"Feature","properties":{properties},"geometry":{geometry}}}"#)
}

/// A parcel of the State's cadastre.
fn parcel(number: i32) -> String {
    let id = format!("61169000AB{number:04}");
    let properties = format!(
        r#"{{"id":"{id}","commune":"61169","prefixe":"000","section":"AB","numero":"{number}","contenance":120,"arpente":false,"created":"2010-01-01","updated":"2020-01-01"}}"#
    );
    feature(&properties, &square(number)).replacen(
        r#"{"type":"Feature","#,
        &format!(r#"{{"type":"Feature","id":"{id}","#),
        1,
    )
}

fn collection(features: &[String]) -> String {
    format!(
        r#"{{"type":"FeatureCollection","features":[{}]}}"#,
        features.join(",")
    )
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn write(folder: &TempDir, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

type ReadFile = Result<(Vec<Footprint>, FootprintReport), Error>;

fn read_path(path: &Path, kind: FootprintKind, options: &FootprintOptions) -> ReadFile {
    let mut found = Vec::new();
    let report = read_footprints(path, kind, options, &mut |footprint| {
        found.push(footprint);
        Ok(())
    })?;
    assert_eq!(report.kept, found.len() as u64);
    assert_eq!(
        report.features,
        report.kept + report.light + report.other + report.refused.count
    );
    assert!(
        found
            .iter()
            .all(|one| crate::repair::fault(&one.outline).is_none())
    );
    let text = serde_json::to_string(&report).unwrap();
    assert_eq!(
        serde_json::from_str::<FootprintReport>(&text).unwrap(),
        report
    );
    Ok((found, report))
}

fn read_named(name: &str, bytes: &[u8], kind: FootprintKind) -> ReadFile {
    let folder = tempfile::tempdir().unwrap();
    let path = write(&folder, name, bytes);
    read_path(&path, kind, &FootprintOptions::default())
}

fn read(text: &str, kind: FootprintKind) -> ReadFile {
    read_named("a.json", text.as_bytes(), kind)
}

fn ids(found: &[Footprint]) -> Vec<&str> {
    found.iter().map(|one| one.id.as_str()).collect()
}

#[track_caller]
fn fault(text: &str, kind: FootprintKind, words: &[&str]) -> Error {
    let error = read(text, kind).unwrap_err();
    let message = error.to_string();
    assert!(
        message.contains("a.json") || message.starts_with("a: "),
        "{message}"
    );
    for word in words {
        assert!(message.contains(word), "{message}: no `{word}`");
    }
    error
}

#[test]
fn parcels_of_the_cadastre_are_read_in_every_wrapping() {
    let features = [parcel(1), parcel(2), parcel(3)];
    let plain = collection(&features);
    let lines = features.join("\n");
    let spaced = plain.replace(',', " ,\r\n\t").replace(':', " : ");
    let texts = [
        ("plain", plain.clone().into_bytes()),
        ("lines", lines.clone().into_bytes()),
        (
            "line ends of Windows",
            lines.replace('\n', "\r\n").into_bytes(),
        ),
        ("mark", format!("\u{feff}{plain}").into_bytes()),
        (
            "mark before lines",
            format!("\u{feff}{lines}\n").into_bytes(),
        ),
        (
            "sequence",
            format!("\u{1e}{}\n", features.join("\n\u{1e}")).into_bytes(),
        ),
        ("blanks", spaced.into_bytes()),
        ("gzip", gzip(plain.as_bytes())),
        ("gzip of lines", gzip(lines.as_bytes())),
        (
            "two gzips",
            [
                gzip(features[0].as_bytes()),
                gzip(features[1..].join("\n").as_bytes()),
            ]
            .concat(),
        ),
        (
            "type and name after the features",
            format!(
                r#"{{"features":[{}],"type":"FeatureCollection","name":"x"}}"#,
                features.join(",")
            )
            .into_bytes(),
        ),
    ];
    let expected = read(&plain, Parcels).unwrap();
    assert_eq!(
        ids(&expected.0),
        ["61169000AB0001", "61169000AB0002", "61169000AB0003"]
    );
    assert_eq!(
        expected.1.communes,
        BTreeMap::from([("61169".parse().unwrap(), 3)])
    );
    assert_eq!(expected.1.remarks, Vec::<String>::new());
    for (wrapping, bytes) in texts {
        // The name tells nothing.
        let (found, report) = read_named("parcelles.txt", &bytes, Parcels)
            .unwrap_or_else(|error| panic!("{wrapping}: {error}"));
        assert_eq!(found, expected.0, "{wrapping}");
        assert_eq!(report.communes, expected.1.communes, "{wrapping}");
    }
}

#[test]
fn identifiers_are_found_or_composed() {
    for (properties, expected) in [
        (r#"{"ID":"61169000ab0001"}"#, "61169000AB0001"),
        (r#"{"IDU":"61169 000 AB 0001"}"#, "61169000AB0001"),
        (
            r#"{"id":"parcelle.12","idu":"61169000AB0001"}"#,
            "61169000AB0001",
        ),
        (
            r#"{"COMMUNE":"61169","Section":"A","numero":7}"#,
            "611690000A0007",
        ),
        (
            r#"{"commune":1001,"prefixe":null,"section":"AB","numero":"12"}"#,
            "01001000AB0012",
        ),
        (
            r#"{"commune":"2A004","prefixe":"12","section":"0B","numero":"0001"}"#,
            "2A0040120B0001",
        ),
        (
            r#"{"code_dep":"61","code_com":"169","com_abs":"000","section":"AB","numero":"0001"}"#,
            "61169000AB0001",
        ),
        (
            r#"{"code_dep":"1","code_com":"4","section":"AB","numero":"1"}"#,
            "01004000AB0001",
        ),
        (
            r#"{"commune":"Flers","code_insee":"61169","section":"AB","numero":"1"}"#,
            "61169000AB0001",
        ),
    ] {
        let text = collection(&[feature(properties, &square(0))]);
        let (found, _) =
            read(&text, Parcels).unwrap_or_else(|error| panic!("{properties}: {error}"));
        assert_eq!(ids(&found), [expected], "{properties}");
    }
    for (dep, com) in [("971", "05"), ("97", "105"), ("971", "105")] {
        let properties =
            format!(r#"{{"code_dep":"{dep}","code_com":"{com}","section":"AB","numero":"1"}}"#);
        let place = square(0)
            .replace("-0.57", "-61.7")
            .replace("-0.5699", "-61.6999")
            .replace("48.75", "16.1");
        let (found, _) = read(&collection(&[feature(&properties, &place)]), Parcels).unwrap();
        assert_eq!(ids(&found), ["97105000AB0001"]);
    }
}

#[test]
fn features_that_cannot_be_used_are_refused_with_their_number() {
    let bowtie = r#"{"type":"Polygon","coordinates":[[[-0.57,48.75],[-0.569,48.751],[-0.569,48.75],[-0.57,48.751],[-0.57,48.75]]]}"#;
    let line = r#"{"type":"Polygon","coordinates":[[[-0.57,48.75],[-0.569,48.751],[-0.57,48.75],[-0.57,48.75]]]}"#;
    let id = |number: i32| format!(r#"{{"id":"61169000AB{number:04}"}}"#);
    let solid = square(1).replace("48.75]", "48.75,102.5]");
    let features = [
        parcel(1),
        feature("{}", &square(2)),
        feature(r#"{"id":"61169-AB-3"}"#, &square(3)),
        feature(&id(4), "null"),
        feature(&id(5), r#"{"type":"Point","coordinates":[-0.57,48.75]}"#),
        feature(&id(6), bowtie),
        feature(&id(7), line),
        feature(&id(8), &square(8).replace("48.75]", "NaN]")),
        feature(&id(9), r#"{"type":"MultiPolygon","coordinates":[]}"#),
        feature(&id(10), r#"{"type":"GeometryCollection","geometries":[]}"#),
        feature(&id(11), &square(11).replace("-0.56", "12.56")),
        feature("null", &square(12)),
        feature(&id(13), &solid),
        feature(
            &id(14),
            &format!(
                r#"{{"type":"GeometryCollection","geometries":[{}]}}"#,
                square(14)
            ),
        ),
        "null".to_owned(),
        parcel(1),
        parcel(17),
        parcel(18),
        parcel(19),
    ];
    for text in [
        collection(&features),
        collection(&features)
            .replace(r#""type":"Polygon","#, "")
            .replace("]]]}", r#"]]],"type":"Polygon"}"#),
    ] {
        let (found, report) = read(&text, Parcels).unwrap();
        assert_eq!(report.features, features.len() as u64);
        let kept = [
            "0001", "0006", "0013", "0014", "0001", "0017", "0018", "0019",
        ]
        .map(|n| format!("61169000AB{n}"));
        assert_eq!(ids(&found), kept);
        let repaired: Vec<u64> = report
            .repaired
            .first
            .iter()
            .map(|note| note.feature)
            .collect();
        assert_eq!((report.repaired.count, repaired), (1, vec![6]));
        assert_eq!(report.repaired.first[0].id, "61169000AB0006");
        assert!(report.repaired.first[0].fault.contains("crosses"));
        let told: Vec<(u64, &str)> = report
            .refused
            .first
            .iter()
            .map(|note| (note.feature, note.fault.as_str()))
            .collect();
        let expected = [
            (2, "no identifier"),
            (3, "`61169-AB-3` is not"),
            (4, "no geometry"),
            (5, "Point, where a polygon"),
            (7, "nothing is inside"),
            (8, "where a number"),
            (9, "without polygons"),
            (10, "without geometries"),
            (11, "outside every French territory"),
            (12, "no identifier"),
            (15, "no identifier"),
        ];
        assert_eq!(told.len(), expected.len(), "{told:?}");
        for ((feature, fault), (number, words)) in told.iter().zip(expected) {
            assert!(
                *feature == number && fault.contains(words),
                "{feature}: {fault}, not {words}"
            );
        }
        assert_eq!(report.refused.first[2].id, "61169000AB0004");
        assert!(
            report.remarks[0].contains("61169000AB0001 (feature 16)"),
            "{:?}",
            report.remarks
        );
    }
}

#[test]
fn cut_and_damaged_texts_are_errors_with_the_feature() {
    let whole = collection(&[parcel(1), parcel(2), parcel(3)]);
    for at in 1..whole.len() {
        if whole.is_char_boundary(at) {
            let error = read(&whole[..at], Parcels).unwrap_err();
            assert!(matches!(error, Error::Unreadable { .. }), "{at}: {error}");
        }
    }
    let place = whole.find("AB0002").unwrap();
    fault(&whole[..place], Parcels, &["feature 2", "cut"]);
    let packed = gzip(whole.as_bytes());
    for at in 2..packed.len() {
        let error = read_named("a.json", &packed[..at], Parcels).unwrap_err();
        let message = error.to_string();
        assert!(message.contains("a.json"), "{at}: {message}");
        // The head of a gzip alone is a file of no known kind.
        assert!(matches!(error, Error::Unreadable { .. }), "{at}: {message}");
    }
    let mut damaged = packed.clone();
    let middle = damaged.len() / 2;
    damaged[middle] ^= 0x55;
    assert!(read_named("a.json", &damaged, Parcels).is_err());
    let feature = parcel(2);
    for (broken, words) in [
        (
            feature.replacen("properties", "prop\"erties", 1),
            "feature 2",
        ),
        (feature.replace("[[[", "[[{"), "feature 2"),
        (feature.replacen(':', " ", 1), "feature 2"),
        (feature.clone() + "}", "feature 2"),
        (feature.clone() + " 3", "feature 2"),
    ] {
        fault(
            &collection(&[parcel(1), broken, parcel(3)]),
            Parcels,
            &[words],
        );
    }
    fault(
        &(whole.clone() + &whole),
        Parcels,
        &["another text follows"],
    );
    fault(
        &format!("{}\n{}\n[1]", parcel(1), parcel(2)),
        Parcels,
        &["feature 3"],
    );
    fault(
        &format!("{}\n{{\"type\":\"Fea", parcel(1)),
        Parcels,
        &["feature 2", "cut"],
    );
    fault(&whole.replace("]}", ",]}"), Parcels, &["a.json"]);
}

#[test]
fn other_json_is_named() {
    for text in [
        "{}",
        r#"{"type":"FeatureCollection"}"#,
        r#"{"a":1,"features":[]}"#,
        "[]",
        "[{}]",
        r#"{"type":"Point","coordinates":[1,2]}"#,
    ] {
        let error = read(text, Parcels).unwrap_err();
        assert!(error.to_string().contains("a.json"), "{text}: {error}");
        assert!(
            !matches!(error, Error::NotFootprints { .. }),
            "{text}: {error}"
        );
    }
    fault(
        r#"{"type":"Topology","objects":{},"arcs":[]}"#,
        Parcels,
        &["TopoJSON"],
    );
    let arcgis =
        r#"{"features":[{"attributes":{},"geometry":{"rings":[[[0,0],[1,1],[1,0],[0,0]]]}}]}"#;
    fault(arcgis, Parcels, &["ArcGIS"]);
}

#[test]
fn files_of_something_else_are_refused_with_advice() {
    let building = |step| {
        feature(
            r#"{"type":"01","nom":null,"commune":"61169","created":"2010-01-01"}"#,
            &square(step),
        )
    };
    let error = fault(
        &collection(&[building(1), building(2)]),
        Parcels,
        &["--buildings"],
    );
    assert!(matches!(error, Error::NotFootprints { .. }));
    fault(
        &collection(&[parcel(1), parcel(2)]),
        Buildings,
        &["--parcels"],
    );
    fault(&collection(&[]), Parcels, &["no feature", "14 characters"]);
    fault(
        &collection(&[]),
        Buildings,
        &["no feature", "OpenStreetMap"],
    );
    let point = |properties| {
        feature(
            properties,
            r#"{"type":"Point","coordinates":[-0.57,48.75]}"#,
        )
    };
    fault(
        &collection(&[point("{}"), point("{}")]),
        Buildings,
        &["Point", "feature 1", "BD TOPO"],
    );
    fault(
        &collection(&[point(r#"{"id":"61169000AB0001"}"#)]),
        Parcels,
        &["Point", "14 characters"],
    );
    let commune = |id: &str, x: f64| {
        let ring = format!(
            "[[{x},48.7],[{},48.7],[{},48.8],[{x},48.8],[{x},48.7]]",
            x + 0.1,
            x + 0.1
        );
        feature(
            &format!(r#"{{"id":"{id}","nom":"Flers"}}"#),
            &format!(r#"{{"type":"Polygon","coordinates":[{ring}]}}"#),
        )
    };
    let communes = collection(&[commune("61169", -0.6), commune("61170", -0.4)]);
    fault(&communes, Buildings, &["ha", "few buildings"]);
    fault(&communes, Parcels, &["61169", "14 characters"]);
    let tree = |step| feature(r#"{"@id":"way/1","natural":"tree"}"#, &square(step));
    fault(
        &collection(&[tree(1), tree(2)]),
        Buildings,
        &["none of its 2 features is a building", "2 other"],
    );
}

#[test]
fn places_and_reference_systems_are_checked() {
    let swapped = collection(&[parcel(1), parcel(2)])
        .replace("-0.56", "@")
        .replace("48.75", "-0.57")
        .replace('@', "48.7");
    let error = fault(&swapped, Parcels, &["swapped"]);
    assert!(matches!(error, Error::Misplaced { .. }), "{error}");
    let options = FootprintOptions {
        fictional: true,
        ..FootprintOptions::default()
    };
    let folder = tempfile::tempdir().unwrap();
    let path = write(&folder, "a.json", swapped.as_bytes());
    assert_eq!(read_path(&path, Parcels, &options).unwrap().1.kept, 2);

    // The same square in Lambert-93.
    let metres = r#"{"type":"Polygon","coordinates":[[[437609,6855919],[437709,6855919],[437709,6856019],[437609,6855919]]]}"#;
    let one = feature(r#"{"id":"61169000AB0001"}"#, metres);
    fault(
        &collection(std::slice::from_ref(&one)),
        Parcels,
        &["degrees", "--crs EPSG:2154"],
    );
    let crs = r#""crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::2154"}}"#;
    let before = collection(std::slice::from_ref(&one)).replacen('{', &format!("{{{crs},"), 1);
    let mut after = collection(std::slice::from_ref(&one));
    after.insert_str(after.len() - 1, &format!(",{crs}"));
    for text in [before, after] {
        let (found, report) =
            read(&text, Parcels).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(report.crs.epsg(), 2154);
        let c = found[0].outline.0[0].exterior().0[0];
        assert!(
            (c.x + 0.57).abs() < 1e-4 && (c.y - 48.75).abs() < 1e-4,
            "{c:?}"
        );
    }
    let forced = FootprintOptions {
        crs: Crs::known(2154),
        ..FootprintOptions::default()
    };
    let path = write(&folder, "b.json", collection(&[one]).as_bytes());
    assert_eq!(
        read_path(&path, Parcels, &forced).unwrap().1.crs.epsg(),
        2154
    );
    // Parcels of Réunion that lie in Normandy.
    let other = collection(&[parcel(1), parcel(2)]).replace("61169000", "97411000");
    fault(&other, Parcels, &["Réunion"]);
}

#[test]
fn a_reference_system_after_many_features_is_asked_for() {
    let features: Vec<String> = (0..1100).map(|number| parcel(number % 9000)).collect();
    let crs = r#","crs":{"type":"name","properties":{"name":"EPSG:2154"}}}"#;
    let mut text = collection(&features);
    text.pop();
    text.push_str(crs);
    fault(&text, Parcels, &["after its features", "--crs"]);
    let (_, report) = read(&text.replace("EPSG:2154", "EPSG:4326"), Parcels).unwrap();
    assert_eq!(report.kept, 1100);
}

#[test]
fn buildings_are_told_from_the_rest() {
    for (properties, id, kept) in [
        (
            r#"{"type":"01","nom":"É","commune":"61169"}"#,
            "",
            [1, 0, 0],
        ),
        (
            r#"{"type":"02","nom":null,"commune":"61169"}"#,
            "",
            [0, 1, 0],
        ),
        (r#"{"type":2,"commune":"61169"}"#, "", [0, 1, 0]),
        (r#"{"DUR":"02"}"#, "", [0, 1, 0]),
        (
            r#"{"cleabs":"BATIMENT0000000250","construction_legere":false,"etat_de_l_objet":"En service"}"#,
            "BATIMENT0000000250",
            [1, 0, 0],
        ),
        (
            r#"{"cleabs":"B1","construction_legere":true,"etat_de_l_objet":"En service"}"#,
            "B1",
            [0, 1, 0],
        ),
        (
            r#"{"ID":"B2","LEGER":"Oui","ETAT":"En service"}"#,
            "B2",
            [0, 1, 0],
        ),
        (
            r#"{"ID":"B2","LEGER":"Non","ETAT":"En service"}"#,
            "B2",
            [1, 0, 0],
        ),
        (
            r#"{"ID":"B3","LEGER":"Non","ETAT":"En projet"}"#,
            "B3",
            [0, 0, 1],
        ),
        (
            r#"{"cleabs":"B4","etat_de_l_objet":"En ruine"}"#,
            "B4",
            [0, 0, 1],
        ),
        (
            r#"{"cleabs":"B4","etat_de_l_objet":"En construction"}"#,
            "B4",
            [0, 0, 1],
        ),
        (r#"{"osm_id":"12","building":"yes"}"#, "12", [1, 0, 0]),
        (
            r#"{"osm_id":null,"osm_way_id":"13","building":"house"}"#,
            "13",
            [1, 0, 0],
        ),
        (r#"{"osm_id":"12","building":null}"#, "12", [0, 0, 1]),
        (r#"{"osm_id":"12","building":"no"}"#, "12", [0, 0, 1]),
        (r#"{"osm_id":"12","building":"roof"}"#, "12", [0, 1, 0]),
        (
            r#"{"@id":"way/7","building":"apartments"}"#,
            "way/7",
            [1, 0, 0],
        ),
        (r#"{"@id":"way/7","landuse":"grass"}"#, "way/7", [0, 0, 1]),
        (
            r#"{"type":"way","id":8,"tags":{"building":"yes"}}"#,
            "8",
            [1, 0, 0],
        ),
        (
            r#"{"type":"way","id":8,"tags":{"highway":"service"}}"#,
            "8",
            [0, 0, 1],
        ),
        (
            r#"{"osm_id":"9","fclass":"building","type":"house"}"#,
            "9",
            [1, 0, 0],
        ),
        (r#"{"osm_id":"9","fclass":"park"}"#, "9", [0, 0, 1]),
        (r#"{"rnb":"XS12Y4ZK5TRA"}"#, "XS12Y4ZK5TRA", [1, 0, 0]),
        (r#"{"type":"2","nom":"Halle"}"#, "", [1, 0, 0]),
        ("{}", "", [1, 0, 0]),
        ("null", "", [1, 0, 0]),
    ] {
        let text = collection(&[
            feature(properties, &square(0)),
            feature(r#"{"id":"last"}"#, &square(5)),
        ]);
        let (found, report) =
            read(&text, Buildings).unwrap_or_else(|error| panic!("{properties}: {error}"));
        assert_eq!(
            [report.kept - 1, report.light, report.other],
            kept,
            "{properties}"
        );
        if kept[0] == 1 {
            assert_eq!(ids(&found), [id, "last"], "{properties}");
        }
        assert!(report.communes.is_empty());
    }
}

#[test]
fn endless_values_and_bombs_are_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let limits = ReadLimits {
        max_ratio: 5000,
        ..ReadLimits::default()
    };
    let options = FootprintOptions {
        limits,
        ..FootprintOptions::default()
    };
    let mut text = format!(
        r#"{{"type":"FeatureCollection","features":[{},{{"a":""#,
        parcel(1)
    )
    .into_bytes();
    text.resize(80 << 20, b'x');
    let path = write(&folder, "a.json", &gzip(&text));
    let error = read_path(&path, Parcels, &options).unwrap_err();
    assert!(
        matches!(error, Error::OverLimit { .. }) && error.to_string().contains("feature 2"),
        "{error}"
    );
    // Blanks between features are no value, and go on without end.
    let narrow = FootprintOptions {
        limits: ReadLimits {
            max_ratio: 50,
            ..limits
        },
        ..FootprintOptions::default()
    };
    let begun = format!(r#"{{"type":"FeatureCollection","features":[{}"#, parcel(1));
    text.fill(b' ');
    text[..begun.len()].copy_from_slice(begun.as_bytes());
    let path = write(&folder, "a.json", &gzip(&text));
    let error = read_path(&path, Parcels, &narrow).unwrap_err();
    assert!(
        matches!(error, Error::OverLimit { .. }) && error.to_string().contains("50 times"),
        "{error}"
    );
}

/// A GeoPackage geometry of polygons, each a ring, in little endian with heights.
fn geometry(rings: &[&[(f64, f64)]]) -> Vec<u8> {
    let mut bytes = b"GP\0\x01".to_vec();
    bytes.extend(2154_i32.to_le_bytes());
    bytes.push(1);
    bytes.extend(1006_u32.to_le_bytes());
    bytes.extend(u32::try_from(rings.len()).unwrap().to_le_bytes());
    for ring in rings {
        bytes.push(1);
        bytes.extend(1003_u32.to_le_bytes());
        bytes.extend(1_u32.to_le_bytes());
        bytes.extend(u32::try_from(ring.len()).unwrap().to_le_bytes());
        for (x, y) in *ring {
            for number in [*x, *y, 120.5] {
                bytes.extend(number.to_le_bytes());
            }
        }
    }
    bytes
}

/// The ring of a square of 10 m in Lambert-93, near Flers.
fn ring(step: u32) -> [(f64, f64); 5] {
    let (x, y) = (437_609.0 + f64::from(step) * 20.0, 6_855_919.0);
    [
        (x, y),
        (x + 10.0, y),
        (x + 10.0, y + 10.0),
        (x, y + 10.0),
        (x, y),
    ]
}

/// A GeoPackage at `path` with these tables of features, whose statements follow; `?1` is the geometry of a square.
fn geopackage(path: &Path, tables: &[&str], statements: &[&str]) -> Connection {
    let connection = Connection::open(path).unwrap();
    connection
        .execute_batch(
            "CREATE TABLE gpkg_contents (table_name TEXT, data_type TEXT);
            CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, srs_id INTEGER);
            CREATE TABLE gpkg_spatial_ref_sys (srs_id INTEGER, organization TEXT, organization_coordsys_id INTEGER,
                definition TEXT);
            INSERT INTO gpkg_spatial_ref_sys VALUES (2154, 'EPSG', 2154, '');",
        )
        .unwrap();
    for table in tables {
        connection
            .execute("INSERT INTO gpkg_contents VALUES (?1, 'features')", [table])
            .unwrap();
        connection
            .execute(
                "INSERT INTO gpkg_geometry_columns VALUES (?1, 'geom', 2154)",
                [table],
            )
            .unwrap();
    }
    for (step, statement) in statements.iter().enumerate() {
        let ring = ring(u32::try_from(step).unwrap());
        let blob = geometry(&[&ring]);
        if statement.contains("?1") {
            connection.execute(statement, [blob]).unwrap();
        } else {
            connection.execute_batch(statement).unwrap();
        }
    }
    connection
}

const BD_TOPO: [&str; 7] = [
    "CREATE TABLE batiment (fid INTEGER PRIMARY KEY, geom BLOB, cleabs TEXT, nature TEXT, construction_legere BOOLEAN,
        etat_de_l_objet TEXT, hauteur REAL)",
    "INSERT INTO batiment VALUES (1, ?1, 'BATIMENT1', 'Indifférenciée', 0, 'En service', 7.5)",
    "INSERT INTO batiment VALUES (2, ?1, 'BATIMENT2', 'Indifférenciée', 1, 'En service', 3)",
    "INSERT INTO batiment VALUES (3, ?1, 'BATIMENT3', 'Indifférenciée', 0, 'En projet', NULL)",
    "INSERT INTO batiment VALUES (4, ?1, 'BATIMENT4', 'Église', 0, 'En service', 22)",
    "INSERT INTO batiment VALUES (5, NULL, 'BATIMENT5', 'Église', 0, 'En service', 22)",
    "INSERT INTO batiment VALUES (6, x'00', 'BATIMENT6', 'Église', 0, 'En service', 22)",
];

fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        let options = zip::write::SimpleFileOptions::default();
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn buildings_of_bd_topo_are_read_in_every_wrapping() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.gpkg");
    drop(geopackage(&path, &["batiment"], &BD_TOPO));
    let bytes = std::fs::read(&path).unwrap();
    for (name, content) in [
        ("a.gpkg", bytes.clone()),
        ("a.gpkg.gz", gzip(&bytes)),
        (
            "a.zip",
            zip(&[("BDT/LISEZMOI.txt", b"IGN"), ("BDT/a.gpkg", &bytes)]),
        ),
    ] {
        let (found, report) =
            read_named(name, &content, Buildings).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(ids(&found), ["BATIMENT1", "BATIMENT4"], "{name}");
        assert_eq!(
            (report.light, report.other, report.crs.epsg()),
            (1, 1, 2154)
        );
        assert_eq!(report.layer, "batiment");
        assert!(report.file.starts_with(name));
        let told: Vec<(u64, &str)> = report
            .refused
            .first
            .iter()
            .map(|note| (note.feature, note.id.as_str()))
            .collect();
        assert_eq!(told, [(5, "BATIMENT5"), (6, "BATIMENT6")]);
        let c = found[0].outline.0[0].exterior().0[0];
        assert!(
            (c.x + 0.57).abs() < 1e-3 && (c.y - 48.75).abs() < 1e-3,
            "{c:?}"
        );
    }
    // Half of the file.
    let cut = &bytes[..bytes.len() / 2];
    for (name, content) in [("a.gpkg", cut.to_vec()), ("a.gpkg.gz", gzip(cut))] {
        let error = read_named(name, &content, Buildings).unwrap_err();
        assert!(error.to_string().contains(name), "{error}");
    }
    let packed = gzip(&bytes);
    let error = read_named("a.gpkg.gz", &packed[..packed.len() - 9], Buildings).unwrap_err();
    assert!(matches!(error, Error::Unreadable { .. }), "{error}");
    let error = read_path(&path, Parcels, &FootprintOptions::default()).unwrap_err();
    assert!(error.to_string().contains("--buildings"), "{error}");
}

#[test]
fn the_table_meant_is_found_by_its_name() {
    let table = |name: &str| {
        [
            format!("CREATE TABLE \"{name}\" (geom BLOB, id TEXT)"),
            format!("INSERT INTO \"{name}\" VALUES (?1, '61169000AB0001')"),
        ]
    };
    for (tables, kind, chosen) in [
        (
            &["parcelle", "borne_parcelle", "lieu dit"][..],
            Parcels,
            Some("parcelle"),
        ),
        (&["Parcelles_61", "communes"], Parcels, Some("Parcelles_61")),
        (&["anything"], Parcels, Some("anything")),
        (&["parcelles_61", "parcelles_90"], Parcels, None),
        (&["a", "b"], Parcels, None),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.gpkg");
        let statements: Vec<String> = tables.iter().flat_map(|name| table(name)).collect();
        let statements: Vec<&str> = statements.iter().map(String::as_str).collect();
        drop(geopackage(&path, tables, &statements));
        match (read_path(&path, kind, &FootprintOptions::default()), chosen) {
            (Ok((_, report)), Some(chosen)) => assert_eq!(report.layer, chosen),
            (Err(error), None) => {
                let message = error.to_string();
                assert!(
                    tables.iter().all(|name| message.contains(name)),
                    "{message}"
                );
                assert!(matches!(error, Error::NotFootprints { .. }), "{message}");
            }
            (found, _) => panic!("{tables:?}: {found:?}"),
        }
    }
}

#[test]
fn the_only_layer_of_a_zip_is_read_as_it_is_unpacked() {
    let parcels = collection(&[parcel(1), parcel(2)]);
    let other = collection(&[feature(r#"{"type":"01"}"#, &square(1))]);
    let both: [(&str, &[u8]); 3] = [
        ("cadastre-61169-parcelles.json", parcels.as_bytes()),
        ("cadastre-61169-batiments.json", other.as_bytes()),
        ("cadastre-61169-sections.json", other.as_bytes()),
    ];
    let (found, report) = read_named("a.zip", &zip(&both), Parcels).unwrap();
    assert_eq!(ids(&found), ["61169000AB0001", "61169000AB0002"]);
    assert_eq!(report.file, "a.zip/cadastre-61169-parcelles.json");
    assert_eq!(report.layer, "cadastre-61169-parcelles");
    assert_eq!(
        read_named("a.zip", &zip(&both), Buildings).unwrap().1.kept,
        1
    );
    let bytes = zip(&both[..1]);
    for at in 4..bytes.len() {
        assert!(read_named("a.zip", &bytes[..at], Parcels).is_err(), "{at}");
    }
    let twice = [("a.json", parcels.as_bytes()), ("b.json", other.as_bytes())];
    let error = read_named("a.zip", &zip(&twice), Parcels).unwrap_err();
    assert!(error.to_string().contains("a, b"), "{error}");
    let mut blanks = vec![b' '; 4 << 20];
    blanks[..parcels.len()].copy_from_slice(parcels.as_bytes());
    let error = read_named("a.zip", &zip(&[("a.json", &blanks)]), Parcels).unwrap_err();
    assert!(matches!(error, Error::OverLimit { .. }), "{error}");
    let error = read_named("a.zip", &zip(&[("a.txt", b"x")]), Parcels).unwrap_err();
    assert!(matches!(error, Error::UnknownFormat { .. }), "{error}");
}

#[test]
fn the_fault_of_the_sink_stops_the_reading() {
    let folder = tempfile::tempdir().unwrap();
    let path = write(
        &folder,
        "a.json",
        collection(&[parcel(1), parcel(2)]).as_bytes(),
    );
    let mut calls = 0;
    let error = read_footprints(&path, Parcels, &FootprintOptions::default(), &mut |_| {
        calls += 1;
        Err(Error::NothingToPublish)
    });
    assert!(matches!(error, Err(Error::NothingToPublish)));
    assert_eq!(calls, 1);
}

#[test]
fn other_layers_of_the_land_register_are_no_buildings_and_no_parcels() {
    let many = |properties: &str, side: f64| {
        let features = (0..12).map(|number| {
            let x = -0.6 + f64::from(number) * 0.02;
            let (right, top) = (x + side, 48.7 + side);
            let ring =
                format!("[[{x},48.7],[{right},48.7],[{right},{top}],[{x},{top}],[{x},48.7]]");
            let outline = format!(r#"{{"type":"Polygon","coordinates":[{ring}]}}"#);
            feature(&properties.replace('N', &number.to_string()), &outline)
        });
        collection(&features.collect::<Vec<_>>())
    };
    // Some 8 ha each.
    let side = 0.003;
    let section = r#"{"id":"61169000AB","commune":"61169","prefixe":"000","code":"AB"}"#;
    let sheet =
        r#"{"id":"61169000AB0N","commune":"61169","prefixe":"000","section":"AB","numero":"N"}"#;
    let place = r#"{"nom":"le Bourg","commune":"61169"}"#;
    for (properties, words) in [
        (section, "land register"),
        (sheet, "land register"),
        // A place that is named, and nothing else.
        (place, "2 ha"),
    ] {
        fault(&many(properties, side), Buildings, &[words]);
        fault(&many(properties, side), Parcels, &["14 characters"]);
    }
    // A hall of an airport is no fault.
    let halls = collection(&[feature(
        "{}",
        &square(1)
            .replace("48.7501", "48.76")
            .replace("-0.5697", "-0.56"),
    )]);
    assert_eq!(read(&halls, Buildings).unwrap().1.kept, 1);
}
