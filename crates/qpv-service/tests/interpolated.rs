//! The zone of a number that its street does not have: that of all the ground between its neighbours, or none.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

use std::fmt::Write as _;
use std::sync::Arc;

use qpv_service::data::{self, Store, import::ImportOptions};
use qpv_service::model::{PositionKind, Vintage};
use qpv_service::programmes::{EligibilityOutcome, Programme};
use qpv_service::{
    AddressCheck, AddressChecker, AddressQuestion, Case, CertaintyLevel, SearchFilter, Service,
    Snapshot, UndeterminedReason, VintageSelector, Zone, assess, home_of_address, messages,
};

const IN_2024: VintageSelector = VintageSelector::Vintage(Vintage::V2024);

/// A perimeter in the shape of a U, open to the north, 750 m wide and 1,110 m high; its gap is 150 m wide. Inside its
/// eastern arm lies a second perimeter. Longitudes and latitudes in thousandths of a degree from [`ORIGIN_DEG`].
const U: [(f64, f64); 9] = [
    (0.0, 0.0),
    (10.0, 0.0),
    (10.0, 10.0),
    (6.0, 10.0),
    (6.0, 2.0),
    (4.0, 2.0),
    (4.0, 10.0),
    (0.0, 10.0),
    (0.0, 0.0),
];
const SECOND: [(f64, f64); 5] = [(7.0, 7.0), (9.0, 7.0), (9.0, 9.0), (7.0, 9.0), (7.0, 7.0)];
const ORIGIN_DEG: (f64, f64) = (6.86, 47.63);

/// A number, thousandths of a degree east and north of [`ORIGIN_DEG`].
type Door = (u32, f64, f64);

/// Streets with their numbers.
const STREETS: [(&str, &[Door]); 8] = [
    // In the western arm, 75 m and more from any line.
    (
        "Rue du Dedans",
        &[(2, 1.0, 5.0), (6, 1.5, 5.0), (9, 1.0, 5.1)],
    ),
    // Both doors in the perimeter, and the gap between them.
    ("Rue du Creux", &[(2, 3.5, 6.0), (6, 6.5, 6.0)]),
    // One inside, one outside.
    ("Rue de la Limite", &[(2, 9.5, 5.0), (6, 10.5, 5.0)]),
    // Two kilometres away.
    ("Rue du Dehors", &[(2, 40.0, 5.0), (6, 41.0, 5.0)]),
    // 222 m along the eastern line: 22 m inside it, which is nearer than such a street may bend, and 112 m.
    ("Rue du Bord", &[(2, 9.7, 3.0), (6, 9.7, 5.0)]),
    ("Rue du Milieu", &[(2, 8.5, 3.0), (6, 8.5, 5.0)]),
    // Into the second perimeter, and in it.
    ("Rue du Seuil", &[(2, 6.7, 8.0), (6, 7.3, 8.0)]),
    ("Rue Double", &[(2, 7.9, 8.0), (6, 8.1, 8.0)]),
];

fn perimeter(code: &str, name: &str, department: &str, ring: &[(f64, f64)]) -> String {
    let (lon_deg, lat_deg) = ORIGIN_DEG;
    let ring: Vec<String> = ring
        .iter()
        .map(|(east, north)| format!("[{},{}]", lon_deg + east / 1e3, lat_deg + north / 1e3))
        .collect();
    format!(
        r#"{{"type":"Feature","properties":{{"code_qp":"{code}","lib_qp":"{name}","insee_com":"{department}010",
        "lib_com":"Ville {department}","insee_dep":"{department}"}},
        "geometry":{{"type":"Polygon","coordinates":[[{}]]}}}}"#,
        ring.join(",")
    )
}

/// The two perimeters, and small ones far away in as many departments as the whole of metropolitan France has.
fn perimeters() -> String {
    let mut features = vec![
        perimeter("QN09001I", "Le U", "90", &U),
        perimeter("QN09002I", "Le Second", "90", &SECOND),
    ];
    for department in (21..=89).map(|number: u8| number.to_string()) {
        let west = -2_000.0 - 20.0 * department.parse::<f64>().unwrap();
        let ring = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 0.0)]
            .map(|(east, north)| (west + east, north));
        let code = format!("QN0{department}01I");
        features.push(perimeter(&code, "Autre", &department, &ring));
    }
    format!(
        r#"{{"type":"FeatureCollection","features":[{}]}}"#,
        features.join(",")
    )
}

/// The streets, their positions at the doors.
fn addresses() -> String {
    let mut table = "cle_interop;commune_insee;commune_nom;voie_nom;numero;suffixe;position;x;y;long;lat;source;date_der_maj\n"
        .to_owned();
    let (lon_deg, lat_deg) = ORIGIN_DEG;
    for (street, (name, numbers)) in STREETS.iter().enumerate() {
        for (number, east, north) in *numbers {
            let (lon_deg, lat_deg) = (lon_deg + east / 1e3, lat_deg + north / 1e3);
            writeln!(
                table,
                "90010_{street:04}_{number:05};90010;Belfort;{name};{number};;entrée;;;{lon_deg};{lat_deg};commune;2026-01-01"
            )
            .unwrap();
        }
    }
    table
}

fn belfort() -> (tempfile::TempDir, Arc<Snapshot>) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::new(folder.path().join("data"));
    let [layer, table] = ["qp.geojson", "adresses.csv"].map(|name| folder.path().join(name));
    std::fs::write(&layer, perimeters()).unwrap();
    std::fs::write(&table, addresses()).unwrap();
    let options = ImportOptions {
        precision_m: Some(1.0),
        ..ImportOptions::new(Vintage::V2024)
    };
    data::import_files(&store, &[layer], &options).unwrap();
    data::import_addresses(&store, &[table]).unwrap();
    let snapshot = Service::open(store).unwrap().snapshot();
    (folder, snapshot)
}

fn check(snapshot: &Snapshot, question: &str) -> AddressCheck {
    let question = AddressQuestion {
        text: format!("{question} Belfort"),
        filter: SearchFilter::default(),
    };
    AddressChecker::new(snapshot, IN_2024)
        .check(&question)
        .unwrap()
}

#[test]
fn the_zone_is_given_where_all_the_ground_between_the_neighbours_has_it() {
    let (_folder, snapshot) = belfort();
    let street = Some(UndeterminedReason::Street);
    let interpolated = Some(CertaintyLevel::Interpolated);
    for (question, zone, doubt, level) in [
        ("4 rue du Dedans", Zone::Qpv, None, interpolated),
        ("2 quater rue du Dedans", Zone::Qpv, None, interpolated),
        ("4 rue du Dehors", Zone::Outside, None, interpolated),
        ("4 rue du Milieu", Zone::Qpv, None, interpolated),
        ("4 rue Double", Zone::Qpv, None, interpolated),
        // Not between two numbers of its side, but all of the street is inside.
        (
            "7 rue du Dedans",
            Zone::Qpv,
            None,
            Some(CertaintyLevel::Certain),
        ),
        // Beyond the street.
        ("12 rue du Dedans", Zone::Undetermined, street, None),
        ("4 rue du Creux", Zone::Undetermined, street, None),
        ("4 rue de la Limite", Zone::Undetermined, street, None),
        ("4 rue du Bord", Zone::Undetermined, street, None),
        ("4 rue du Seuil", Zone::Undetermined, street, None),
    ] {
        let check = check(&snapshot, question);
        assert_eq!(
            (check.zone, check.doubt, check.level),
            (zone, doubt, level),
            "{question}: {:#?}",
            check.candidates
        );
        let best = &check.candidates[0];
        assert_eq!(
            best.standing.as_ref().unwrap().verdict.zone,
            zone,
            "{question}"
        );
        assert_eq!(check.candidates.len(), 1, "{question}");
    }
}

#[test]
fn the_perimeters_are_those_of_all_the_ground() {
    let (_folder, snapshot) = belfort();
    for (question, codes) in [
        ("4 rue du Dedans", Some(vec!["QN09001I"])),
        ("4 rue Double", Some(vec!["QN09001I", "QN09002I"])),
        ("4 rue du Dehors", Some(vec![])),
        ("4 rue du Seuil", None),
    ] {
        let perimeters = check(&snapshot, question).perimeters;
        let found = perimeters.map(|members| {
            members
                .iter()
                .map(|&member| {
                    snapshot
                        .perimeter(Vintage::V2024, member)
                        .code_qp
                        .to_string()
                })
                .collect::<Vec<_>>()
        });
        let codes =
            codes.map(|codes: Vec<&str>| codes.into_iter().map(str::to_owned).collect::<Vec<_>>());
        assert_eq!(found, codes, "{question}");
    }
}

#[test]
fn it_is_said_in_french() {
    let (_folder, snapshot) = belfort();
    let check = check(&snapshot, "4 rue du Dedans");
    let best = &check.candidates[0];
    assert_eq!(best.candidate.position, PositionKind::Interpolated);
    assert_eq!(
        messages::missing_number(&best.candidate).unwrap(),
        "Le numéro 4 n'existe pas dans cette rue. Le dernier numéro au-dessous est le 2. Le premier numéro au-dessus est le \
         6. Sa position est estimée entre le 2 et le 6, du même côté de la rue."
    );
    let said = messages::explanation(best.standing.as_ref().unwrap());
    assert!(
        said.starts_with("Position estimée, car le numéro n'existe pas"),
        "{said}"
    );
}

#[test]
fn a_programme_decides_as_the_zone_does() {
    let (_folder, snapshot) = belfort();
    let programme = Programme::read(
        "id = \"rule\"\nname = \"Règle\"\nsubject = \"person\"\nboundary_street = \"axis\"\n\
         when_uncertain = \"undetermined\"\n[validity]\n[[sources]]\nid = \"s\"\ntext = \"T\"\narticle = \"1\"\n\
         [[rules]]\nresult = \"eligible\"\nsource = \"s\"\nwhen = { zone = \"qpv\" }\n",
    )
    .unwrap();
    for (question, outcome) in [
        ("4 rue du Dedans", EligibilityOutcome::Eligible),
        ("4 rue du Milieu", EligibilityOutcome::Eligible),
        ("4 rue du Dehors", EligibilityOutcome::NotEligible),
        ("4 rue du Creux", EligibilityOutcome::Undetermined),
        ("4 rue du Bord", EligibilityOutcome::Undetermined),
        ("12 rue du Dedans", EligibilityOutcome::Undetermined),
    ] {
        let home = home_of_address(&snapshot, &check(&snapshot, question));
        let case = Case {
            home: Some(&home),
            ..Case::default()
        };
        let assessment = assess(&snapshot, &programme, &case, IN_2024);
        assert_eq!(assessment.outcome, outcome, "{question}");
    }
}
