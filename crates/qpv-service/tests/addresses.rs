//! Addresses in a data folder: imports by department, checks, and the national files.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

use std::fs;
use std::path::{Path, PathBuf};

use qpv_engine::PerimeterId;
use qpv_service::data::{self, Store, import::ImportOptions};
use qpv_service::model::Vintage;
use qpv_service::nearest_addresses;
use qpv_service::{
    AddressCheck, AddressChecker, AddressError, AddressKind, AddressQuestion, DefaultPlace,
    SearchFilter, Service, Snapshot, UndeterminedReason, VintageSelector, Zone,
};
use qpv_service::{AddressSearch, search_addresses, search_to_judge_in};

#[path = "../../../tests/real_data.rs"]
mod real_data;

/// The check of an address by the loaded addresses alone.
fn check_address(
    snapshot: &Snapshot,
    question: &str,
    filter: &SearchFilter,
    vintage: VintageSelector,
) -> AddressCheck {
    let checker = AddressChecker {
        snapshot,
        geocoder: None,
        vintage,
    };
    let question = AddressQuestion {
        text: question.to_owned(),
        filter: filter.clone(),
    };
    checker.check(&question).unwrap()
}

const BAN_HEADER: &str = "id;id_fantoir;numero;rep;nom_voie;code_postal;code_insee;nom_commune;\
    code_insee_ancienne_commune;nom_ancienne_commune;x;y;lon;lat;type_position;alias;nom_ld;libelle_acheminement;\
    nom_afnor;source_position;source_nom_voie;certification_commune;cad_parcelles";

/// A perimeter of some 700 m by 1100 m in Belfort: longitudes 6.86 to 6.87, latitudes 47.63 to 47.64. And small ones in
/// as many departments as the whole of metropolitan France has.
fn perimeters(name: &str) -> String {
    let feature = |department: u32, name: &str, lon: f64, lat: f64, size: f64| {
        let ring = [
            (0.0, 0.0),
            (size, 0.0),
            (size, size),
            (0.0, size),
            (0.0, 0.0),
        ];
        let ring = ring
            .map(|(dx, dy)| format!("[{},{}]", lon + dx, lat + dy))
            .join(",");
        format!(
            r#"{{"type":"Feature","properties":{{"code_qp":"QN0{department:02}01I","lib_qp":"{name}",
            "insee_com":"{department:02}010","lib_com":"Ville {department}","insee_dep":"{department:02}"}},
            "geometry":{{"type":"Polygon","coordinates":[[{ring}]]}}}}"#
        )
    };
    let others = (1..=95).filter(|department| ![20, 90].contains(department));
    let others = others.map(|department| {
        feature(
            department,
            "Autre",
            2.0 + 0.02 * f64::from(department),
            46.0,
            0.001,
        )
    });
    let features: Vec<String> = std::iter::once(feature(90, name, 6.86, 47.63, 0.01))
        .chain(others)
        .collect();
    format!(
        r#"{{"type":"FeatureCollection","features":[{}]}}"#,
        features.join(",")
    )
}

fn ban(rows: &[(u32, &str, &str, f64, f64)]) -> String {
    let rows = rows.iter().enumerate().map(|(at, (number, street, insee, lon, lat))| {
        let id = format!("{insee}_{at:04}_{number:05}");
        let (city, postcode) = if *insee == "90010" { ("Belfort", "90000") } else { ("Chaumont", "52000") };
        format!(
            "{id};;{number};;{street};{postcode};{insee};{city};;;;;{lon};{lat};entrée;;;{city};;commune;commune;1;\n"
        )
    });
    std::iter::once(format!("{BAN_HEADER}\n"))
        .chain(rows)
        .collect()
}

fn write(folder: &Path, name: &str, content: &str) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, content).unwrap();
    path
}

fn snapshot(store: &Store) -> std::sync::Arc<Snapshot> {
    Service::open(store.clone()).unwrap().snapshot()
}

/// Belfort with a perimeter, and no addresses.
fn belfort_without_addresses(folder: &Path) -> Store {
    let store = Store::new(folder.join("data"));
    let perimeter = write(folder, "qp.geojson", &perimeters("Le Carré"));
    let options = ImportOptions {
        precision_m: Some(1.0),
        ..ImportOptions::new(Vintage::V2024)
    };
    data::import_files(&store, &[perimeter], &options).unwrap();
    store
}

/// Belfort with a perimeter, and a few addresses in and around it.
fn belfort(folder: &Path) -> Store {
    let store = belfort_without_addresses(folder);
    let rows = [
        (1, "Rue du Dedans", "90010", 6.865, 47.635),
        (3, "Rue du Dedans", "90010", 6.866, 47.635),
        (1, "Rue de la Limite", "90010", 6.8695, 47.635),
        (2, "Rue de la Limite", "90010", 6.8712, 47.635),
        (4, "Rue du Bord", "90010", 6.870_03, 47.635),
        (1, "Rue Double", "90010", 6.865, 47.632),
        (1, "Rue Doublet", "90010", 6.88, 47.632),
    ];
    data::import_addresses(&store, &[write(folder, "adresses-90.csv", &ban(&rows))]).unwrap();
    store
}

#[test]
fn an_address_has_a_zone_or_a_doubt() {
    let folder = tempfile::tempdir().unwrap();
    let snapshot = snapshot(&belfort(folder.path()));
    let in_2024 = VintageSelector::Vintage(Vintage::V2024);
    for (question, zone, doubt) in [
        ("1 rue du Dedans 90000 Belfort", Zone::Qpv, None),
        // The number does not exist, but all numbers of the street are inside.
        ("2 rue du Dedans 90000 Belfort", Zone::Qpv, None),
        ("rue du dedans belfort", Zone::Qpv, None),
        ("1 rue de la Limite Belfort", Zone::Qpv, None),
        ("2 rue de la Limite Belfort", Zone::Band300m, None),
        (
            "rue de la Limite Belfort",
            Zone::Undetermined,
            Some(UndeterminedReason::Street),
        ),
        (
            "9 rue de la Limite Belfort",
            Zone::Undetermined,
            Some(UndeterminedReason::Street),
        ),
        // Two metres outside: the door is not known so well.
        (
            "4 rue du Bord Belfort",
            Zone::Undetermined,
            Some(UndeterminedReason::Position),
        ),
        (
            "Belfort",
            Zone::Undetermined,
            Some(UndeterminedReason::Commune),
        ),
        (
            "avenue des Champs-Élysées",
            Zone::Undetermined,
            Some(UndeterminedReason::NotFound),
        ),
        (
            "1 rue bidule truc Dedans Belfort",
            Zone::Undetermined,
            Some(UndeterminedReason::Unlike),
        ),
    ] {
        let check = check_address(&snapshot, question, &SearchFilter::default(), in_2024);
        assert_eq!(
            (check.zone, check.doubt),
            (zone, doubt),
            "{question}: {:#?}",
            check.candidates
        );
    }
    // Before 2015 nothing was in force: that is no answer either.
    let check = check_address(
        &snapshot,
        "1 rue du Dedans Belfort",
        &SearchFilter::default(),
        VintageSelector::Vintage(Vintage::V2015),
    );
    assert_eq!(
        (check.zone, check.doubt),
        (Zone::Undetermined, Some(UndeterminedReason::Coverage))
    );
    let check = check_address(
        &snapshot,
        "1 rue du Dedans Belfort",
        &SearchFilter::default(),
        VintageSelector::InForce("2010-01-01".parse().unwrap()),
    );
    assert_eq!(
        check.doubt.map(UndeterminedReason::name),
        Some("no_vintage_in_force")
    );
    let message = qpv_service::messages::doubt(&snapshot, check.doubt.unwrap());
    assert!(
        message.starts_with("Aucun périmètre n'était en vigueur"),
        "{message}"
    );
}

#[test]
fn candidates_as_good_in_other_zones_leave_it_open() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::new(folder.path().join("data"));
    let perimeter = write(folder.path(), "qp.geojson", &perimeters("Le Carré"));
    let options = ImportOptions {
        precision_m: Some(1.0),
        ..ImportOptions::new(Vintage::V2024)
    };
    data::import_files(&store, &[perimeter], &options).unwrap();
    let rows = [
        (1, "Rue du Moulin", "90010", 6.865, 47.635),
        (1, "Rue du Moulin", "52121", 5.14, 48.11),
    ];
    data::import_addresses(&store, &[write(folder.path(), "adresses.csv", &ban(&rows))]).unwrap();
    let snapshot = snapshot(&store);
    let check = check_address(
        &snapshot,
        "1 rue du moulin",
        &SearchFilter::default(),
        VintageSelector::Vintage(Vintage::V2024),
    );
    assert_eq!(
        (check.zone, check.doubt, check.candidates.len()),
        (
            Zone::Undetermined,
            Some(UndeterminedReason::PlaceNotNamed),
            2
        )
    );
    let belfort = SearchFilter {
        citycode: Some("90010".parse().unwrap()),
        ..SearchFilter::default()
    };
    let check = check_address(
        &snapshot,
        "1 rue du moulin",
        &belfort,
        VintageSelector::Vintage(Vintage::V2024),
    );
    assert_eq!((check.zone, check.doubt), (Zone::Qpv, None));
}

#[test]
fn the_only_address_of_its_name_needs_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let snapshot = snapshot(&belfort(folder.path()));
    let in_2024 = VintageSelector::Vintage(Vintage::V2024);
    let anywhere = SearchFilter::default();
    for question in [
        "1 rue du Dedans",
        "rue du Dedans",
        "2 rue du Dedans",
        "9 rue de la Limite",
        "4 rue du Bord",
        "1 rue du Dedans BP 90012",
        "1 rue du Dedans CEDEX",
    ] {
        let check = check_address(&snapshot, question, &anywhere, in_2024);
        assert_eq!(
            (check.zone, check.doubt, &check.perimeters, check.level),
            (
                Zone::Undetermined,
                Some(UndeterminedReason::PlaceNotNamed),
                &None,
                None
            ),
            "{question}"
        );
        assert!(!check.candidates.is_empty(), "{question}");
        // A home of unknown place may be anywhere: no rule may take it for inside, nor for outside.
        let home = qpv_service::home_of_address(&snapshot, &check);
        assert_eq!(home.places().count(), 0, "{question}");
        let chosen = &check.candidates[0].candidate;
        let filter = SearchFilter {
            citycode: Some(chosen.citycode),
            ..SearchFilter::default()
        };
        let check = check_address(&snapshot, &chosen.label(), &filter, in_2024);
        assert_ne!(
            check.doubt,
            Some(UndeterminedReason::PlaceNotNamed),
            "{question}"
        );
    }
    // The position that near addresses are preferred from is no place.
    let near = SearchFilter {
        near: snapshot
            .addresses()
            .unwrap()
            .addresses()
            .next()
            .map(|it| it.point),
        ..SearchFilter::default()
    };
    let check = check_address(&snapshot, "1 rue du Dedans", &near, in_2024);
    assert_eq!(check.doubt, Some(UndeterminedReason::PlaceNotNamed));
    let reason = UndeterminedReason::PlaceNotNamed;
    assert!(
        qpv_service::messages::doubt(&snapshot, reason)
            .contains("du département 90 (Territoire de Belfort)")
    );
}

#[test]
fn a_default_place_is_that_of_addresses_that_name_none() {
    let folder = tempfile::tempdir().unwrap();
    let snapshot = snapshot(&belfort(folder.path()));
    let belfort = DefaultPlace {
        postcode: Some(90_000),
        citycode: None,
    };
    belfort.check(&snapshot).unwrap();
    let checker = AddressChecker::new(&snapshot, VintageSelector::Vintage(Vintage::V2024));
    let filter = SearchFilter::default();
    let zone = |question: &str| {
        let found = search_to_judge_in(&snapshot, question, &filter, &belfort).unwrap();
        checker.judge(found).zone
    };
    assert_eq!(zone("1 rue du Dedans"), Zone::Qpv);
    assert_eq!(zone("1 rue du Dedans, résidence Bellevue"), Zone::Qpv);
    assert_eq!(zone("2 rue de la Limite"), Zone::Band300m);
    // These name another place, loaded or not.
    for question in [
        "1 rue du Dedans 68100 Mulhouse",
        "1 rue du Dedans Mulhouse",
        "1 rue du Dedans, Mulhouse",
        "Mulhouse, 1 rue du Dedans",
        "1 rue du Dedans 75011",
        "1 rue du Dedans, Paris",
        "1 rue du Dedans, Haut-Rhin",
        "1 rue du Dedans, 68",
        "1 rue du Dedans, Bretagne",
        "1 rue du Dehors",
    ] {
        assert_eq!(zone(question), Zone::Undetermined, "{question}");
    }
    for (postcode, citycode) in [(Some(68_100), None), (None, Some("90999"))] {
        let nowhere = DefaultPlace {
            postcode,
            citycode: citycode.map(|code: &str| code.parse().unwrap()),
        };
        assert!(matches!(
            nowhere.check(&snapshot),
            Err(AddressError::NoPlace(_))
        ));
    }
}

#[test]
fn a_department_replaces_itself_and_leaves_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let store = belfort(folder.path());
    let before = store.current().unwrap().unwrap();
    let chaumont = write(
        folder.path(),
        "adresses-52.csv",
        &ban(&[(5, "Rue Victoire de la Marne", "52121", 5.14, 48.11)]),
    );
    let imported = data::import_addresses(&store, std::slice::from_ref(&chaumont)).unwrap();
    assert_eq!(imported.addresses, 8);
    let dataset = store.current().unwrap().unwrap();
    assert_ne!(dataset.digest(), before.digest());
    assert_eq!(dataset.layers.len(), 1, "the perimeters stay");
    let found = |store: &Store, question: &str| {
        let found = search_addresses(
            &snapshot(store),
            &AddressSearch {
                text: question,
                is_prefix: false,
                filter: &SearchFilter::default(),
                limit: 1,
            },
        )
        .unwrap();
        found
            .into_iter()
            .next()
            .filter(|found| found.score > 0.8)
            .map(|found| found.kind)
    };
    assert_eq!(
        found(&store, "5 rue victoire de la marne chaumont"),
        Some(AddressKind::Housenumber)
    );
    assert_eq!(
        found(&store, "1 rue du dedans belfort"),
        Some(AddressKind::Housenumber)
    );
    // The same again changes nothing; another file of the department replaces it.
    assert_eq!(
        data::import_addresses(&store, &[chaumont]).unwrap().digest,
        dataset.digest()
    );
    let other = write(
        folder.path(),
        "adresses-52.csv",
        &ban(&[(7, "Rue de Verdun", "52121", 5.14, 48.11)]),
    );
    assert_eq!(
        data::import_addresses(&store, &[other]).unwrap().addresses,
        8
    );
    assert_eq!(found(&store, "5 rue victoire de la marne chaumont"), None);
    assert_eq!(
        found(&store, "7 rue de verdun chaumont"),
        Some(AddressKind::Housenumber)
    );
    let status = store.status().unwrap().current.unwrap().addresses.unwrap();
    assert_eq!(status.departments.keys().collect::<Vec<_>>(), ["52", "90"]);
    assert!(data::verify(&store, None).unwrap().is_sound());
    // Perimeters imported after addresses keep them; pruning keeps what is needed.
    let perimeter = write(folder.path(), "qp.geojson", &perimeters("Le Rond"));
    let options = ImportOptions {
        precision_m: Some(1.0),
        ..ImportOptions::new(Vintage::V2024)
    };
    data::import_files(&store, &[perimeter], &options).unwrap();
    store.prune().unwrap();
    assert_eq!(
        found(&store, "1 rue du dedans belfort"),
        Some(AddressKind::Housenumber)
    );
}

#[test]
fn a_file_that_is_not_one_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = belfort(folder.path());
    let before = store.current_digest().unwrap();
    let good = write(
        folder.path(),
        "adresses-52.csv",
        &ban(&[(5, "Rue Haute", "52121", 5.14, 48.11)]),
    );
    let bad = write(folder.path(), "photo.csv", "\u{0}\u{1}\u{2}PNG");
    assert!(data::import_addresses(&store, &[good, bad]).is_err());
    let none = write(folder.path(), "vide.csv", &format!("{BAN_HEADER}\n"));
    assert!(
        data::import_addresses(&store, &[none]).is_err(),
        "no address at all is no import"
    );
    assert_eq!(store.current_digest().unwrap(), before);
}

#[test]
fn a_flipped_bit_is_found_by_verification() {
    let folder = tempfile::tempdir().unwrap();
    let store = belfort(folder.path());
    let objects = fs::read_dir(folder.path().join("data/objects")).unwrap();
    let index = objects
        .map(|entry| entry.unwrap().path())
        .find(|path| path.extension().is_some_and(|e| e == "addresses"));
    let path = index.unwrap();
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&path, bytes).unwrap();
    let report = data::verify(&store, None).unwrap();
    assert!(
        report
            .faults
            .iter()
            .any(|fault| fault.fault.contains(".addresses")),
        "{report:?}"
    );
}

#[test]
fn without_addresses_the_answer_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let snapshot = snapshot(&belfort_without_addresses(folder.path()));
    let answer = search_addresses(
        &snapshot,
        &AddressSearch {
            text: "1 rue de la Paix",
            is_prefix: false,
            filter: &SearchFilter::default(),
            limit: 5,
        },
    );
    assert_eq!(answer.unwrap_err(), AddressError::NotLoaded);
}

#[test]
fn the_sample_has_the_addresses_of_its_town() {
    let dataset = data::sample().unwrap();
    let entry = dataset.descriptor.addresses.as_ref().unwrap();
    assert_eq!(entry.departments.keys().collect::<Vec<_>>(), ["00", "974"]);
    let rows = include_str!("../../../geodata/sample/addresses.csv")
        .lines()
        .count() as u64
        - 1;
    assert_eq!(entry.addresses, rows, "every row is an address");
    assert!(dataset.descriptor.source_names().contains(&"addresses.csv"));
    let snapshot = Snapshot::new(dataset);
    let found = search_addresses(
        &snapshot,
        &AddressSearch {
            text: "12 r des tisserandes port fictif",
            is_prefix: false,
            filter: &SearchFilter::default(),
            limit: 1,
        },
    )
    .unwrap();
    assert_eq!(
        (found[0].kind, found[0].housenumber.as_deref()),
        (AddressKind::Housenumber, Some("12"))
    );
    let nearest =
        nearest_addresses(&snapshot, found[0].point, &SearchFilter::default(), 1).unwrap();
    assert_eq!(nearest[0].id, found[0].id);
    // The street is the western line of a perimeter: odd numbers inside, even numbers outside (geodata/sample/README.md).
    for vintage in [Vintage::V2015, Vintage::V2024] {
        for (question, zone) in [
            ("1 rue des Cordiers 00100", Zone::Qpv),
            ("36 rue des Cordiers 00100", Zone::Band300m),
        ] {
            let check = check_address(
                &snapshot,
                question,
                &SearchFilter::default(),
                VintageSelector::Vintage(vintage),
            );
            assert_eq!(
                (check.zone, check.doubt),
                (zone, None),
                "{question} {vintage}"
            );
        }
    }
    let check = check_address(
        &snapshot,
        "rue des Cordiers 00100",
        &SearchFilter::default(),
        VintageSelector::today(),
    );
    assert_eq!(
        (check.zone, check.doubt),
        (Zone::Undetermined, Some(UndeterminedReason::Street))
    );
}

#[test]
fn nothing_of_the_sample_is_left_beside_what_is_imported() {
    let in_the_sample = "1 rue des Cordiers 00100 Port-Fictif";
    let folder = tempfile::tempdir().unwrap();
    let store = belfort_without_addresses(folder.path());
    let answer = search_addresses(
        &snapshot(&store),
        &AddressSearch {
            text: in_the_sample,
            is_prefix: false,
            filter: &SearchFilter::default(),
            limit: 5,
        },
    );
    assert_eq!(answer.unwrap_err(), AddressError::NotLoaded);

    let folder = tempfile::tempdir().unwrap();
    let store = Store::new(folder.path().join("data"));
    let service = Service::open(store.clone()).unwrap();
    assert!(service.snapshot().fictional());
    let rows = [(1, "Rue du Dedans", "90010", 6.865, 47.635)];
    let file = write(folder.path(), "adresses-90.csv", &ban(&rows));
    assert_eq!(
        data::import_addresses(&store, &[file]).unwrap().addresses,
        1
    );
    assert!(service.reload_if_changed().unwrap());
    let snapshot = service.snapshot();
    assert!(!snapshot.fictional());
    assert_eq!(snapshot.addresses().unwrap().len(), 1);
    assert!(
        snapshot.zones(Vintage::V2024).is_none(),
        "nor its perimeters"
    );
    let found = search_addresses(
        &snapshot,
        &AddressSearch {
            text: in_the_sample,
            is_prefix: false,
            filter: &SearchFilter::default(),
            limit: 5,
        },
    )
    .unwrap();
    assert!(
        found.iter().all(|found| found.city == "Belfort"),
        "{found:?}"
    );
}

#[test]
fn commune_names_of_2015_are_matched_to_those_of_addresses() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::new(folder.path().join("data"));
    let layer = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"CODE_QP":"QP090001",
        "NOM_QP":"Ancien","COMMUNE_QP":"Ville-Nouvelle"},"geometry":{"type":"Polygon",
        "coordinates":[[[6.86,47.63],[6.87,47.63],[6.87,47.64],[6.86,47.64],[6.86,47.63]]]}}]}"#;
    let file = write(folder.path(), "qp2015.geojson", layer);
    let options = ImportOptions {
        precision_m: Some(1.0),
        ..ImportOptions::new(Vintage::V2015)
    };
    data::import_files(&store, &[file], &options).unwrap();
    let codes = |snapshot: &Snapshot| {
        snapshot
            .perimeter(Vintage::V2015, PerimeterId::new(0))
            .insee_com
            .clone()
    };
    assert!(codes(&snapshot(&store)).is_empty());
    // A name that the table of communes does not have.
    let rows = [(1, "Rue du Dedans", "90010", 6.865, 47.635)];
    data::import_addresses(
        &store,
        &[write(
            folder.path(),
            "adresses-90.csv",
            &ban(&rows).replace("Belfort", "Ville-Nouvelle"),
        )],
    )
    .unwrap();
    assert_eq!(codes(&snapshot(&store)), ["90010".parse().unwrap()]);
}

#[test]
fn national_addresses_are_found_by_their_own_words() {
    let Some(folder) = real_data::real("addresses") else {
        return;
    };
    let data_folder = tempfile::tempdir().unwrap();
    let store = Store::new(data_folder.path());
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.retain(|path| {
        path.file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with("bano-"))
    });
    files.sort();
    let imported = data::import_addresses(&store, &files).unwrap();
    assert_eq!(
        imported
            .report
            .files
            .iter()
            .map(|file| file.taken)
            .sum::<u64>(),
        221_996
    );
    let snapshot = snapshot(&store);
    let index = snapshot.addresses().unwrap();
    let (mut asked, mut right) = (0, 0);
    for address in index.addresses().step_by(97) {
        let number = address
            .number
            .map_or_else(String::new, |number| number.to_string());
        let question = format!(
            "{number} {} {} {} {}",
            address.suffix, address.street, address.postcode, address.city
        );
        let found = index.search(&question, false, &SearchFilter::default(), 2);
        let near = |found: &qpv_service::Candidate| {
            let dx = (found.point.lon_deg() - address.point.lon_deg())
                * address.point.lat_deg().to_radians().cos();
            dx.hypot(found.point.lat_deg() - address.point.lat_deg()) * 111_195.0 < 30.0
        };
        asked += 1;
        right += u32::from(found.first().is_some_and(near));
        // And the address nearest to its position is one at that position.
        let nearest = index.reverse(address.point, &SearchFilter::default(), 1);
        assert!(
            nearest[0].distance_m.unwrap() < 0.05,
            "{address:?} {nearest:?}"
        );
    }
    // The goal is 99.8 %; some numbers are published at two places.
    assert!(
        f64::from(right) >= 0.998 * f64::from(asked),
        "{right} of {asked}"
    );
}

#[test]
fn a_place_that_is_not_loaded_has_no_candidates_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    let snapshot = snapshot(&belfort(folder.path()));
    let in_2024 = VintageSelector::Vintage(Vintage::V2024);
    let anywhere = SearchFilter::default();
    // The commune where the question names one alone, by the official table.
    for (question, department, commune) in [
        ("1 rue du Dedans 61100 Flers", "61", Some("61169")),
        ("1 rue du Dedans, 61100", "61", None),
        ("1 rue du Dedans Alençon", "61", Some("61001")),
        ("Alençon, 1 rue du Dedans", "61", None),
        ("1 rue du Dedans, Orne", "61", None),
        ("1 rue du Dedans, Paris", "75", Some("75056")),
        ("1 rue du Dedans (14)", "14", None),
        (
            "12 bis avenue de la République 14400 BAYEUX",
            "14",
            Some("14047"),
        ),
        ("1 rue du Dedans 97400 Saint-Denis", "974", Some("97411")),
        ("1 rue du Dedans 20000 Ajaccio", "2A", Some("2A004")),
        ("1 rue du Dedans 61104 Flers CEDEX", "61", Some("61169")),
        ("1 rue du Dedans Paris 18e", "75", Some("75056")),
        ("1 rue du Dedans Lyon 3ème", "69", Some("69123")),
        ("1 rue du Dedans MARSEILLE XIII", "13", Some("13055")),
        ("1 rue du Dedans st denis 93", "93", Some("93066")),
        ("1 rue d'Alençon Alençon", "61", Some("61001")),
        // The part of a name that people write, and codes in place of the postcode.
        ("1 rue du Dedans Cherbourg", "50", Some("50129")),
        ("1 rue du Dedans, Cherbourg", "50", Some("50129")),
        (
            "1 rue du Dedans Saint Denis de la Réunion",
            "974",
            Some("97411"),
        ),
        ("1 rue du Dedans 2A004", "2A", Some("2A004")),
        ("1 rue du Dedans 2b033", "2B", Some("2B033")),
        ("1 rue du Dedans Bastia 2B", "2B", Some("2B033")),
        (
            "1 rue du Dedans Fort-de-France de la Martinique",
            "972",
            Some("97209"),
        ),
    ] {
        let check = check_address(&snapshot, question, &anywhere, in_2024);
        let Some(UndeterminedReason::NotLoaded(place)) = check.doubt else {
            // Of what stands before a comma, the rest is not known to be a street.
            assert_eq!(commune, None, "{question}: {:?}", check.doubt);
            continue;
        };
        assert_eq!(place.department, department, "{question}");
        if let Some(commune) = commune {
            assert_eq!(place.commune, Some(commune.parse().unwrap()), "{question}");
        }
        assert_eq!(
            (check.zone, check.candidates.len()),
            (Zone::Undetermined, 0),
            "{question}"
        );
        let home = qpv_service::home_of_address(&snapshot, &check);
        assert_eq!(home.places().count(), 0, "{question}");
    }
    // Of a name that several departments have, none is chosen.
    for question in [
        "1 rue du Dedans Saint-Denis",
        "1 rue du Dedans, Évry",
        "1 rue du Dedans Clermont",
    ] {
        let check = check_address(&snapshot, question, &anywhere, in_2024);
        assert_eq!(
            (check.doubt, check.candidates.len()),
            (Some(UndeterminedReason::NamesakesNotLoaded), 0),
            "{question}"
        );
    }
    let flers = check_address(&snapshot, "1 rue du Dedans 61100 Flers", &anywhere, in_2024);
    let message = qpv_service::messages::doubt(&snapshot, flers.doubt.unwrap());
    assert!(
        message.starts_with("Les adresses de l'Orne (61) ne sont pas chargées ici"),
        "{message}"
    );
    let Some(UndeterminedReason::NotLoaded(place)) = flers.doubt else {
        panic!("it is not loaded");
    };
    assert_eq!(place.command(), "qpv data pull --addresses 61");
}

#[test]
fn streets_of_other_departments_are_no_candidates_for_a_town_that_is_loaded() {
    let folder = tempfile::tempdir().unwrap();
    let store = belfort(folder.path());
    let rows = [(1, "Rue des Champs", "52121", 5.14, 48.11)];
    data::import_addresses(&store, &[write(folder.path(), "a-52.csv", &ban(&rows))]).unwrap();
    let snapshot = snapshot(&store);
    let in_2024 = VintageSelector::Vintage(Vintage::V2024);
    let departments = |question: &str| {
        let check = check_address(&snapshot, question, &SearchFilter::default(), in_2024);
        assert_eq!(check.zone, Zone::Undetermined, "{question}");
        let mut departments: Vec<String> = check
            .candidates
            .iter()
            .map(|it| it.candidate.citycode.department().to_owned())
            .collect();
        departments.dedup();
        departments
    };
    assert_eq!(departments("1 rue des Champs"), ["52"]);
    for question in [
        "1 rue des Champs Belfort",
        "1 rue des Champs 90000 Belfort",
        "1 rue des Champs 09000 Belfort",
    ] {
        let found = departments(question);
        assert!(!found.contains(&"52".to_owned()), "{question}: {found:?}");
    }
}

#[test]
fn a_place_that_is_loaded_or_no_place_is_searched() {
    let folder = tempfile::tempdir().unwrap();
    let snapshot = snapshot(&belfort(folder.path()));
    let in_2024 = VintageSelector::Vintage(Vintage::V2024);
    let anywhere = SearchFilter::default();
    for question in [
        "1 rue du Dedans",
        "1 rue du Dedans Belfort",
        "1 rue du Dedans 90000 Belfort",
        "1 rue du Dedans, Territoire de Belfort",
        // The postcode of another department beside a town that is loaded: a digit is wrong.
        "1 rue du Dedans 09000 Belfort",
        // A street that bears the name of a town is no town.
        "12 rue de Bayeux",
        "12 rue de la Ferté Macé",
        "rue Alençon",
    ] {
        let doubt = check_address(&snapshot, question, &anywhere, in_2024).doubt;
        assert!(
            !matches!(doubt, Some(UndeterminedReason::NotLoaded(_))),
            "{question}: {doubt:?}"
        );
    }
    let in_flers = SearchFilter {
        citycode: Some("61169".parse().unwrap()),
        ..SearchFilter::default()
    };
    let doubt = check_address(&snapshot, "1 rue du Dedans", &in_flers, in_2024).doubt;
    assert!(
        matches!(doubt, Some(UndeterminedReason::NotLoaded(_))),
        "{doubt:?}"
    );
}
