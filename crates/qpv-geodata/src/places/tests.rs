//! Lists of places made here, good and bad.

use std::path::PathBuf;

use qpv_model::{PriorityNetwork, Slug};
use tempfile::TempDir;

use super::*;

fn schools() -> Slug {
    "schools".parse().unwrap()
}

fn file(name: &str, content: &[u8]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    (folder, path)
}

fn read_text(name: &str, content: &[u8]) -> Result<(PlaceList, PlacesReport), Error> {
    let (_folder, path) = file(name, content);
    read_places(schools(), &path)
}

fn refused(name: &str, content: &[u8]) -> String {
    read_text(name, content).unwrap_err().to_string()
}

/// The header of the national directory, its columns of no use here left out but for two.
const DIRECTORY: &str = "Identifiant_de_l_etablissement;Nom_etablissement;Type_etablissement;Code_postal;Code_commune;\
                         Nom_commune;Appartenance_Education_Prioritaire;latitude;longitude\n";

#[test]
fn the_named_places_of_the_national_addresses_are_a_list() {
    let text = "id;nom_lieu_dit;code_postal;code_insee;nom_commune;code_insee_ancienne_commune;nom_ancienne_commune;x;y;\
                lon;lat;source_position;source_nom_voie\n\
                63113_b001;Les Vergnes;63100;63113;Clermont-Ferrand;;;708500;6525000;3.108;45.808;commune;commune\n\
                63113_b002;Saint-Jean;63100;63113;Clermont-Ferrand;;;709800;6523400;3.125;45.793;commune;commune\n";
    let (list, report) = read_text("lieux-dits-63-beta.csv", text.as_bytes()).unwrap();
    assert_eq!((report.places, report.with_position), (2, 2));
    let names: Vec<&str> = list
        .places
        .iter()
        .map(|place| place.name.as_str())
        .collect();
    assert_eq!(names, ["Les Vergnes", "Saint-Jean"]);
    assert_eq!(list.places[0].citycode.unwrap().as_str(), "63113");
    let (list, _) = read_text(
        "quartiers.csv",
        b"quartier;lon;lat\nLa Gauthi\xc3\xa8re;3.11;45.79\n",
    )
    .unwrap();
    assert_eq!(list.places[0].name, "La Gauthi\u{e8}re");
}

#[test]
fn the_national_directory_is_recognised() {
    let rows = "0000001B;École Les Prés;Ecole;61100;61169;Flers;REP;48.7506;-0.5707\n\
                0000002C;Collège Y;Collège;61100;61169;Flers;REP+;48.7500;-0.5600\n\
                \n\
                0000003D;École Z;Ecole;98800;98818;Nouméa;;-22.27;166.44\n\
                0000004E;École Z;Ecole;61100;61169;Flers;;;\n";
    let (list, report) =
        read_text("annuaire.csv", format!("{DIRECTORY}{rows}").as_bytes()).unwrap();
    assert_eq!(
        (
            report.places,
            report.with_position,
            report.with_id,
            report.in_network,
            report.blank
        ),
        (4, 3, 4, 2, 1)
    );
    let first = &list.places[0];
    assert_eq!(
        (first.id.as_deref(), first.name.as_str()),
        (Some("0000001B"), "École Les Prés")
    );
    assert_eq!(
        (first.citycode.unwrap().as_str(), first.city.as_deref()),
        ("61169", Some("Flers"))
    );
    let point = first.point.unwrap();
    assert_eq!((point.lon_deg(), point.lat_deg()), (-0.5707, 48.7506));
    let networks: Vec<_> = list.places.iter().map(|place| place.network).collect();
    assert_eq!(
        networks,
        [
            Some(PriorityNetwork::Rep),
            Some(PriorityNetwork::RepPlus),
            None,
            None
        ]
    );
    assert!(list.networks_told && report.remarks.is_empty());
    let (list, report) = read_text("centres.csv", b"nom\nMaison de quartier\n").unwrap();
    assert!(
        !list.networks_told && report.remarks[0].contains("no column of networks"),
        "{report:?}"
    );
}

#[test]
fn an_address_is_read_as_one_would_search_for_it() {
    for (text, address) in [
        (
            "nom;Adresse_1;Code_postal;Nom_commune\nA;3 rue des Prés;61100;Flers\n",
            Some("3 rue des Prés 61100 Flers"),
        ),
        (
            "nom,adresse,ville\nA,3 rue des Prés,Flers\n",
            Some("3 rue des Prés Flers"),
        ),
        ("nom;adresse;cp\nA;;61100\n", None),
        ("nom;cp\nA;61100\n", None),
    ] {
        let (list, _) = read_text("a.csv", text.as_bytes()).unwrap();
        assert_eq!(list.places[0].address.as_deref(), address);
    }
}

#[test]
fn plain_columns_other_delimiters_and_encodings_do_as_well() {
    for (text, city) in [
        (
            "uai,nom,réseau,lat,lon,commune\n1X,Prés,rep +,48.7506,-0.5707,Flers\n",
            Some("Flers"),
        ),
        (
            "ID\tName\tNetwork\tLat\tLon\tCommune\n1X\tPrés\tREP+\t48,7506\t-0,5707\t61169\n",
            None,
        ),
    ] {
        let latin: Vec<u8> = text
            .chars()
            .map(|c| u8::try_from(u32::from(c)).unwrap())
            .collect();
        for bytes in [text.as_bytes(), &latin] {
            let (list, _) = read_text("a.csv", bytes).unwrap();
            let place = &list.places[0];
            assert_eq!(
                (place.id.as_deref(), place.name.as_str()),
                (Some("1X"), "Prés")
            );
            assert_eq!(place.network, Some(PriorityNetwork::RepPlus));
            assert_eq!(
                (place.city.as_deref(), place.citycode.is_some()),
                (city, city.is_none())
            );
            assert_eq!(place.point.unwrap().lat_deg(), 48.7506);
        }
    }
}

#[test]
fn what_cannot_be_read_names_row_column_and_value() {
    let of_row = |row: &str| {
        refused(
            "list.csv",
            format!("{DIRECTORY}1A;A;;;;;;;\n{row}\n").as_bytes(),
        )
    };
    for (row, told) in [
        (
            "2B;B;;;61169;Flers;;abc;-0.57",
            "`latitude`: `abc` is not a number",
        ),
        ("2B;B;;;61169;Flers;;;-0.57", "`latitude` is empty"),
        ("2B;B;;;61169;Flers;;-0.57;48.75", "swapped"),
        ("2B;B;;;61169;Flers;;0;0", "zero stands for no position"),
        ("2B;B;;;;;;40.7;-74.0", "outside every territory"),
        ("2B;B;;;;;;-0.57;48.75", "swapped"),
        (
            "2B;B;;;61169;Flers;ZEP;;",
            "`appartenance_education_prioritaire`: `ZEP`",
        ),
        ("2B;B;;;1053;Bourg;;;", "`code_commune`: `1053`"),
        ("2B;;;;61169;Flers;;;", "`nom_etablissement` is empty"),
        (
            "2B;B;;;61169;Flers;;48.75",
            "8 columns, where 9 are expected",
        ),
    ] {
        let message = of_row(row);
        assert!(
            message.starts_with("list.csv: line 3: ") && message.contains(told),
            "{message}"
        );
    }
    let many = "9Z;B;;;;;ZEP;;\n".repeat(30);
    let message = refused("list.csv", format!("{DIRECTORY}{many}").as_bytes());
    assert!(
        message.contains("line 11:")
            && !message.contains("line 12:")
            && message.contains("20 more"),
        "{message}"
    );
}

#[test]
fn what_is_no_list_of_places_is_refused() {
    for (content, told) in [
        (&b""[..], "empty"),
        (b"PK\x03\x04", "zip or a spreadsheet"),
        (
            b"uai;adresse\n1;x\n",
            "no column of names (nom or name); its columns are uai, adresse",
        ),
        (b"nom;lat\nA;48\n", "without the other"),
        (b"nom;nom\nA;B\n", "twice"),
        (b"nom;uai\n", "no row"),
        (b"nom;uai\n;\n", "no row"),
        (
            b"{\"type\": \"Topology\"}",
            "not a GeoJSON feature collection",
        ),
    ] {
        let message = refused("list", content);
        assert!(message.contains(told), "{message}");
    }
}

#[test]
fn rows_of_one_identifier_are_sites_of_one_place() {
    let rows = "0610001X;Lycée A;Lycée;61100;61169;Flers;;48.7506;-0.5707\n\
                0610002Y;École B;Ecole;61100;61169;Flers;REP;48.7500;-0.5600\n\
                0610001X;LYCEE A;Lycée;61100;61169;Flers;;48.7520;-0.5690\n\
                061 0001 x;Lycée A annexe;Lycée;61100;61169;Flers;;48.7530;-0.5680\n\
                0610001x;Lycée A;Lycée;61200;61006;Argentan;REP;48.7400;-0.0200\n\
                0610001X;Lycée A;Lycée;61100;61169;Flers;;48.7506;-0.5707\n\
                0610002Y;École B;Ecole;61100;61169;Flers;REP;;\n\
                0610003Z;École C;Ecole;61100;61169;Flers;;;\n\
                0610003Z;École C;Ecole;61100;61169;Flers;;48.7510;-0.5610\n\
                ;École sans code;Ecole;61100;61169;Flers;;;\n\
                ;École sans code;Ecole;61100;61169;Flers;;;\n";
    let (list, report) =
        read_text("annuaire.csv", format!("{DIRECTORY}{rows}").as_bytes()).unwrap();
    let ids: Vec<_> = list.places.iter().map(|site| site.id.as_deref()).collect();
    let (a, b, c) = (Some("0610001X"), Some("0610002Y"), Some("0610003Z"));
    assert_eq!(ids, [a, a, a, a, b, c, None, None]);
    let counts = (report.places, report.further_sites, report.with_position);
    assert_eq!(counts, (5, 3, 3));
    assert_eq!(
        (report.repeated, report.in_network, report.with_id),
        (3, 2, 3)
    );
    assert!(list.places[5].point.is_some());
    assert_eq!(
        report.conflicts,
        [
            "line 5: `0610001X` is another site of line 2, though its name is `Lycée A annexe` and not `Lycée A`",
            "line 6: `0610001X` is another site of line 2, though its commune is `61006` and not `61169`, \
             its network is `REP` and not `none`",
        ]
    );
    assert_eq!(
        report.remarks,
        [
            "3 row(s) repeat another row of their identifier and were left out: line 7, line 8, line 9"
        ]
    );
}

#[test]
fn closed_schools_are_left_out_and_counted() {
    let text = "uai;nom;etat\n1A;A;OUVERT\n1A;A;FERME\n2B;B;Fermé\n3C;C;A FERMER\n4D;D;A OUVRIR\n";
    let (list, report) = read_text("a.csv", text.as_bytes()).unwrap();
    assert_eq!((list.places.len(), report.closed), (3, 2));
    assert!(
        report.remarks[0].ends_with("were left out: line 3, line 4"),
        "{report:?}"
    );
    let message = refused("a.csv", b"uai;nom;etat\n1A;A;FERME\n");
    assert!(
        message.contains("every school in it is closed"),
        "{message}"
    );
}

/// The positions are those of (-0.57, 48.75) in EPSG:2154, by pyproj.
#[test]
fn positions_are_read_in_every_form_of_the_national_lists() {
    for (columns, values) in [
        (
            "coordonnee_x;coordonnee_y;epsg",
            "437609.2685;6855919.9927;EPSG:2154",
        ),
        (
            "coordX_origine;coordY_origine;epsg_origine;latitude;longitude",
            "437609,2685;6855919.9927;2154;;",
        ),
        (
            "coordx_origine;coordy_origine;epsg_origine;latitude;longitude",
            "1;2;EPSG:2154;48.75;-0.57",
        ),
        ("position", "48.75, -0.57"),
        ("geo_point_2d;latitude;longitude", "48.75,-0.57;;"),
    ] {
        let text = format!(
            "numero_uai;appellation_officielle;code_commune;{columns}\n1A;A;61169;{values}\n"
        );
        let (list, _) = read_text("a.csv", text.as_bytes()).unwrap();
        let point = list.places[0].point.unwrap();
        let (lon, lat) = (point.lon_deg(), point.lat_deg());
        assert!(
            (lon + 0.57).abs() < 1e-8 && (lat - 48.75).abs() < 1e-8,
            "{columns}: {point:?}"
        );
    }
    let text = "nom;coordonnee_x;coordonnee_y;epsg;position\nA;1;2;EPSG:3163;entrée\nB;;;;\n";
    let (list, report) = read_text("a.csv", text.as_bytes()).unwrap();
    assert!(list.places.iter().all(|place| place.point.is_none()));
    assert!(
        report.remarks[0].contains("1 position(s) in `EPSG:3163`"),
        "{report:?}"
    );
    let message = refused(
        "a.csv",
        b"nom;coordonnee_x;coordonnee_y;epsg\nA;1;2;EPSG:2154\n",
    );
    assert!(
        message.contains("line 2: `coordonnee_x` 1, `coordonnee_y` 2 in EPSG:2154"),
        "{message}"
    );
}

#[test]
fn records_are_read_as_portals_write_them() {
    let record = r#"{"uai":"1A","nom_etablissement":"A","code_commune":"61169","position":{"lon":-0.57,"lat":48.75}}"#;
    let point = r#""geometry":{"type":"Point","coordinates":[-0.57,48.75]}"#;
    for text in [
        format!("[{record}]"),
        format!("{record}\n{record}\n"),
        format!(r#"{{"total_count":1,"results":[{record}]}}"#),
        format!(r#"[{{"datasetid":"d","fields":{{"uai":"1A","nom_etablissement":"A"}},{point}}}]"#),
        format!(r#"{{"type":"Feature","properties":{{"uai":"1A","nom":"A"}},{point}}}"#).repeat(2),
    ] {
        let (list, report) = read_text("a.json", text.as_bytes()).unwrap();
        assert_eq!((report.places, report.with_position), (1, 1), "{text}");
        assert_eq!(list.places[0].point.unwrap().lat_deg(), 48.75);
    }
    for text in ["[]", "[1]", "{\"results\":[]}", "{\"nom\":\"A\"}"] {
        assert!(
            refused("a.json", text.as_bytes()).contains("not a GeoJSON"),
            "{text}"
        );
    }
}

fn collection(crs: &str, features: &str) -> String {
    format!("{{\"type\":\"FeatureCollection\",{crs}\"features\":[{features}]}}")
}

fn feature(properties: &str, geometry: &str) -> String {
    format!("{{\"type\":\"Feature\",\"properties\":{properties},\"geometry\":{geometry}}}")
}

#[test]
fn geojson_points_are_read_in_the_system_they_are_in() {
    let point = |coordinates: &str| format!("{{\"type\":\"Point\",\"coordinates\":{coordinates}}}");
    let one = |crs: &str, coordinates: &str| {
        let features = [
            feature("{\"nom\":\"A\",\"id\":12}", &point(coordinates)),
            feature("{\"nom\":\"B\"}", "null"),
        ];
        read_text("a.geojson", collection(crs, &features.join(",")).as_bytes())
    };
    // EPSG:2154 of (-0.57, 48.75), by pyproj: as in the tests of the reference systems.
    let lambert = "\"crs\":{\"type\":\"name\",\"properties\":{\"name\":\"EPSG:2154\"}},";
    for (crs, coordinates) in [
        ("", "[-0.57,48.75]"),
        (lambert, "[437609.2685,6855919.9927]"),
    ] {
        let (list, report) = one(crs, coordinates).unwrap();
        assert_eq!((report.places, report.with_position), (2, 1));
        let point = list.places[0].point.unwrap();
        assert!(
            (point.lon_deg() + 0.57).abs() < 1e-8 && (point.lat_deg() - 48.75).abs() < 1e-8,
            "{point:?}"
        );
        assert_eq!(list.places[0].id.as_deref(), Some("12"));
    }
    let message = one("", "[437609.2685,6855919.9927]")
        .unwrap_err()
        .to_string();
    assert!(
        message.contains("should be degrees") && message.contains("EPSG:4326"),
        "{message}"
    );
    let line = feature(
        "{\"nom\":\"A\"}",
        "{\"type\":\"LineString\",\"coordinates\":[[0,47],[0,48]]}",
    );
    let message = refused("a.geojson", collection("", &line).as_bytes());
    assert!(
        message.contains("feature 1: a LineString, where a point is expected"),
        "{message}"
    );
}
