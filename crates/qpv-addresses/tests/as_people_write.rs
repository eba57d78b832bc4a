//! Addresses as people write them, and addresses that do not exist: the right one is found, another is never believed.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

use qpv_addresses::{AddressIndex, AddressKind, Candidate, IndexBuilder, SearchFilter};
use qpv_model::{Address, PositionKind, Wgs84Point};

/// Score from which an answer is believed.
const BELIEVED: f64 = 0.7;

/// Invented streets: commune code, commune, postcode, street, numbers.
const STREETS: [(&str, &str, &str, &str, &[&str]); 39] = [
    (
        "61001",
        "Épreuve",
        "61100",
        "Rue de Luxembourg",
        &["25", "27"],
    ),
    ("61001", "Épreuve", "61100", "Rue de Témoin", &["15", "20"]),
    ("61001", "Épreuve", "61100", "Rue Paul Bert", &["6"]),
    ("61001", "Épreuve", "61100", "Rue Berthelot", &["6"]),
    (
        "61001",
        "Épreuve",
        "61100",
        "Rue du Général Leclerc",
        &["4"],
    ),
    ("61001", "Épreuve", "61100", "Rue Claude Bernard", &["13"]),
    (
        "61001",
        "Épreuve",
        "61100",
        "Rue du Capitaine Bernard",
        &["13"],
    ),
    ("61001", "Épreuve", "61100", "Rue François Thomas", &["17"]),
    ("61001", "Épreuve", "61100", "Rue Thomas Edison", &["9"]),
    (
        "61001",
        "Épreuve",
        "61100",
        "Avenue Clément Bayard",
        &["14"],
    ),
    ("61001", "Épreuve", "61100", "Rue Bayard", &["14"]),
    ("61001", "Épreuve", "61100", "Rue du Four à Chaux", &["6"]),
    ("61009", "Chaux", "61330", "Rue Haute", &["6"]),
    ("61001", "Épreuve", "61100", "Impasse des Lilas", &["3"]),
    ("61001", "Épreuve", "61100", "Rue de Madrid", &["3"]),
    ("61001", "Épreuve", "61100", "Rue Alexandre", &["11"]),
    ("61001", "Épreuve", "61100", "Rue du Petit Moulin", &["2"]),
    ("61001", "Épreuve", "61100", "Rue des Jasmins", &["9"]),
    ("61001", "Épreuve", "61100", "Rue du Château", &["10"]),
    ("61001", "Épreuve", "61100", "Grande Rue", &["12"]),
    ("61001", "Épreuve", "61100", "Faubourg de France", &["12"]),
    ("61001", "Épreuve", "61100", "Rue Anatole France", &["67"]),
    (
        "61001",
        "Épreuve",
        "61100",
        "Rue Sous Saint-Pierre",
        &["45"],
    ),
    (
        "61001",
        "Épreuve",
        "61100",
        "Résidence Les Essais Voie A",
        &["43"],
    ),
    ("61001", "Épreuve", "61100", "Rue Jean le Bon", &["7"]),
    (
        "61001",
        "Épreuve",
        "61100",
        "Clos de la Preuve",
        &["42 a bis", "42 b bis", "42"],
    ),
    ("61001", "Épreuve", "61100", "Rue Roger Salengro", &["56"]),
    ("61001", "Épreuve", "61100", "Le Moulin Brûlé", &[""]),
    ("61002", "Témoin", "61200", "Rue d'Épreuve", &["15", "20"]),
    ("61002", "Témoin", "61200", "Rue de la Mairie", &["3"]),
    ("61002", "Témoin", "61200", "Rue des Jardins", &["9"]),
    ("61002", "Témoin", "61200", "Grande Rue", &["29"]),
    ("61002", "Témoin", "61200", "Les Prés", &["111"]),
    (
        "61003",
        "Examen-lès-Preuve",
        "61300",
        "Place Ducale",
        &["3"],
    ),
    (
        "61003",
        "Examen-lès-Preuve",
        "61300",
        "Rue de Luxembourg",
        &["25"],
    ),
    ("61004", "Le Constat", "61400", "Rue Albert 1er", &["10"]),
    ("61005", "Contrôle", "61100", "Rue de Témoin", &["20"]),
    ("61007", "Château-Preuve", "61700", "Rue du Vérin", &["1"]),
    ("61006", "Lot", "61500", "Rue du Puits", &["5"]),
];

fn index() -> AddressIndex {
    let mut builder = IndexBuilder::new();
    for (street, (citycode, city, postcode, name, numbers)) in (0_u32..).zip(STREETS) {
        for (at, number) in (0_u32..).zip(numbers) {
            let (number, suffix) = number.split_once(' ').unwrap_or((number, ""));
            builder.add(&Address {
                id: format!("{citycode}_{street:04}_{at:05}"),
                number: number.parse().ok(),
                suffix: suffix.to_owned(),
                street: name.to_owned(),
                locality: String::new(),
                postcode: postcode.to_owned(),
                citycode: citycode.parse().unwrap(),
                city: city.to_owned(),
                old_city: String::new(),
                point: Wgs84Point::new(
                    f64::from(10 + street) / 1000.0,
                    f64::from(48_500 + at) / 1000.0,
                )
                .unwrap(),
                position: PositionKind::Entrance,
                certified: true,
                parcels: Vec::new(),
            });
        }
    }
    builder.finish()
}

fn search(index: &AddressIndex, question: &str) -> Vec<Candidate> {
    index.search(question, false, &SearchFilter::default(), 5)
}

/// Asserts that a question is answered by one address, believed with a score.
fn assert_found(index: &AddressIndex, question: &str, expected: &str, at_least: f64) {
    let found = search(index, question);
    let first = found
        .first()
        .map(|first| format!("{} {}", first.name(), first.city));
    assert_eq!(first.as_deref(), Some(expected), "{question}: {found:#?}");
    assert!(found[0].score >= at_least, "{question}: {}", found[0].score);
}

/// Asserts that no street is believed to be the one asked.
fn assert_not_believed(index: &AddressIndex, question: &str) {
    let believed: Vec<Candidate> = search(index, question)
        .into_iter()
        .filter(|found| found.score >= BELIEVED && found.kind != AddressKind::Municipality)
        .collect();
    assert!(believed.is_empty(), "{question}: {believed:#?}");
}

#[test]
fn each_part_of_an_address_may_stand_where_people_put_it() {
    let index = index();
    for question in [
        "25 rue de Luxembourg 61100 Épreuve",
        "61100 Épreuve, 25 rue de Luxembourg",
        "Épreuve 61100 25 rue de Luxembourg",
        "61100 ÉPREUVE RUE DE LUXEMBOURG 25",
        "Épreuve, 25 rue de Luxembourg",
        "Épreuve, rue de Luxembourg, 25",
        "rue de Luxembourg 25, 61100 Épreuve",
        "rue de Luxembourg n° 25, Épreuve",
        "25 rue de Luxembourg à Épreuve",
        "25 rue de Luxembourg, ville d'Épreuve",
        "25 rue de Luxembourg 61 100 Épreuve",
        "25 rue de Luxembourg F-61100 Épreuve",
        "25, rue de Luxembourg, 61100, Épreuve",
        "25 rue de Luxembourg61100 Épreuve",
    ] {
        assert_found(&index, question, "25 Rue de Luxembourg Épreuve", 0.95);
    }
}

#[test]
fn what_names_no_place_lowers_nothing() {
    let index = index();
    for question in [
        "25 rue de Luxembourg, résidence les Tilleuls 61100 Épreuve",
        "25 rue de Luxembourg résidence les Tilleuls 61100 Épreuve",
        "25 rue de Luxembourg immeuble le Lorrain, appartement 12 61100 Épreuve",
        "25 rue de Luxembourg, quartier des Résidences, Épreuve",
        "25 rue de Luxembourg Maison des solidarités Épreuve",
        "25 rue de Luxembourg les Grands Champs 61100 Épreuve",
        "25 rue de Luxembourg (les Grands Champs) Épreuve",
        "25 rue de Luxembourg bât C2 appt 34 Épreuve",
        "25 rue de Luxembourg 3ème étage droite 61100 Épreuve",
        "25 rue de Luxembourg escalier B porte gauche Épreuve",
        "Bat A 25 rue de Luxembourg Épreuve",
        "Apt 3, Résidence Bellevue, 25 rue de Luxembourg, Épreuve",
        "chez Mme Martin 25 rue de Luxembourg 61100 Épreuve",
        "c/o Dupont, 25 rue de Luxembourg, 61100 Épreuve",
        "M. et Mme Martin - 25 rue de Luxembourg - 61100 Épreuve",
        "25 rue de Luxembourg 61100 Épreuve chez Mme Dupont",
        "25 rue de Luxembourg Épreuve chez Mme Dupont",
        "25 rue de Luxembourg 61100 Épreuve (code 4512)",
        "25 rue de Luxembourg 61100 Épreuve tel 06 12 34 56 78",
        "25 rue de Luxembourg 61100 Épreuve svp",
        "25 rue de Luxembourg BP 7015 61100 Épreuve",
        "25 rue de Luxembourg B.P. N° 7015 61100 Épreuve",
        "25 rue de Luxembourg boîte postale 12 61100 Épreuve",
        "25 rue de Luxembourg CS 20 014 61100 Épreuve",
        "25 rue de Luxembourg TSA No30719 61103 Épreuve Cedex",
        "25 rue de Luxembourg CIDEX 304 61100 Épreuve",
        "BP 169 Cité administrative - 8e étage 25 rue de Luxembourg 61100 Épreuve",
        "25 rue de Luxembourg 61109 ÉPREUVE CEDEX 9",
        "25 rue de Luxembourg, 61100 Épreuve, France",
        "25 rue de Luxembourg Épreuve France",
        "25 rue de Luxembourg FR-61100 Épreuve FRANCE",
        "25 rue de Luxembourg, Épreuve, Orne, Normandie",
        "25 rue de Luxembourg Épreuve Orne",
        "25 rue de Luxembourg Épreuve (61)",
    ] {
        assert_found(&index, question, "25 Rue de Luxembourg Épreuve", 0.9);
    }
    // A country, a department or a person in the name of a street is a part of it.
    for (question, street) in [
        (
            "12 faubourg de France Épreuve",
            "12 Faubourg de France Épreuve",
        ),
        (
            "61100 Épreuve, 67 rue Anatole France",
            "67 Rue Anatole France Épreuve",
        ),
        (
            "67 rue Anatole France Épreuve",
            "67 Rue Anatole France Épreuve",
        ),
        (
            "7 rue Jean le Bon 61100 Épreuve",
            "7 Rue Jean le Bon Épreuve",
        ),
        ("5 rue du Puits Lot", "5 Rue du Puits Lot"),
        (
            "10 rue Albert 1er, 61400 Le Constat, Orne, France",
            "10 Rue Albert 1er Le Constat",
        ),
        (
            "12 Grande Rue, 61100 Épreuve, France",
            "12 Grande Rue Épreuve",
        ),
        ("29 Grande Rue Témoin", "29 Grande Rue Témoin"),
        ("chez Mme Martin 111 Les Prés Témoin", "111 Les Prés Témoin"),
        ("61200 Témoin, 111 Les Prés", "111 Les Prés Témoin"),
    ] {
        assert_found(&index, question, street, 0.9);
    }
}

#[test]
fn the_commune_is_the_one_written_where_communes_are() {
    let index = index();
    for (question, expected) in [
        ("15 rue de Témoin Épreuve", "15 Rue de Témoin Épreuve"),
        ("15 rue d'Épreuve Témoin", "15 Rue d'Épreuve Témoin"),
        ("20 rue de Témoin 61100 Épreuve", "20 Rue de Témoin Épreuve"),
        // With the postcode of the neighbour that the street is named after, and of another.
        ("20 rue de Témoin 61200 Épreuve", "20 Rue de Témoin Épreuve"),
        ("20 rue d'Épreuve 61100 Témoin", "20 Rue d'Épreuve Témoin"),
        (
            "25 rue de Luxembourg 61400 Épreuve",
            "25 Rue de Luxembourg Épreuve",
        ),
        (
            "25 rue de Luxembourg 14000 Épreuve",
            "25 Rue de Luxembourg Épreuve",
        ),
    ] {
        assert_found(&index, question, expected, BELIEVED);
    }
    let other = search(&index, "25 rue de Luxembourg 61400 Épreuve")[0].score;
    assert!((0.85..0.95).contains(&other), "{other}");
}

#[test]
fn a_name_may_lack_a_given_name_or_a_rank() {
    let index = index();
    for (question, expected) in [
        ("6 rue bert Épreuve", "6 Rue Paul Bert Épreuve"),
        ("6 rue P. Bert Épreuve", "6 Rue Paul Bert Épreuve"),
        ("4 rue Leclerc Épreuve", "4 Rue du Général Leclerc Épreuve"),
        (
            "4 rue du Gal Leclerc Épreuve",
            "4 Rue du Général Leclerc Épreuve",
        ),
        (
            "56 rue R. Salengro Épreuve",
            "56 Rue Roger Salengro Épreuve",
        ),
        (
            "25 rue de Luxemburg Épreuve",
            "25 Rue de Luxembourg Épreuve",
        ),
        (
            "25 rue de luxembuorg Épreuve",
            "25 Rue de Luxembourg Épreuve",
        ),
        ("12 granderue Épreuve", "12 Grande Rue Épreuve"),
        (
            "42 A bis clos de la Preuve Épreuve",
            "42 a bis Clos de la Preuve Épreuve",
        ),
        (
            "42a bis clos de la Preuve Épreuve",
            "42 a bis Clos de la Preuve Épreuve",
        ),
        (
            "42Abis clos de la Preuve Épreuve",
            "42 a bis Clos de la Preuve Épreuve",
        ),
        (
            "42 B bis, clos de la Preuve Épreuve",
            "42 b bis Clos de la Preuve Épreuve",
        ),
        (
            "25 à 27 rue de Luxembourg Épreuve",
            "25 Rue de Luxembourg Épreuve",
        ),
        (
            "25/27 rue de Luxembourg Épreuve",
            "25 Rue de Luxembourg Épreuve",
        ),
        (
            "25 et 27 rue de Luxembourg Épreuve",
            "25 Rue de Luxembourg Épreuve",
        ),
    ] {
        assert_found(&index, question, expected, BELIEVED);
    }
    // Two may be meant: neither is believed, be it that one goes on, or is of another kind.
    assert_not_believed(&index, "13 rue Bernard Épreuve");
    assert_not_believed(&index, "17 rue Thomas 61100");
    assert_not_believed(&index, "14 avenue Bayard Épreuve");
    assert_found(
        &index,
        "14 rue Bayard Épreuve",
        "14 Rue Bayard Épreuve",
        BELIEVED,
    );
    // The kind of way alone names no street, not even `Grande Rue`.
    assert_not_believed(&index, "12 rue, 61100 Épreuve");
    assert_not_believed(&index, "12 rue A. Épreuve");
    // The end of a street is a commune too.
    assert_found(
        &index,
        "6 rue du Four à Chaux 61100",
        "6 Rue du Four à Chaux Épreuve",
        BELIEVED,
    );
    assert_not_believed(&index, "25 rue de Luxembourg Chaux 61100");
}

#[test]
fn a_street_that_does_not_exist_is_never_another() {
    let index = index();
    for question in [
        // A word of the country instead of another.
        "3 rue de la Mairie 61100 Épreuve",
        "9 rue des Jardins 61100 Épreuve",
        // A word more, a word less.
        "11 rue Alexandre Ribot 61100 Épreuve",
        "2 rue du Moulin 61100 Épreuve",
        "10 rue du Vieux Château 61100 Épreuve",
        "7 rue Jean 61100 Épreuve",
        "4 rue du Maréchal Leclerc 61100 Épreuve",
        "45 rue Saint-Pierre 61100 Épreuve",
        "43 résidence Les Essais Voie D 61100 Épreuve",
        "6 rue Marie Bert Épreuve",
        // Another kind of way, or none.
        "3 rue des Lilas 61100 Épreuve",
        "3 passage des Lilas 61100 Épreuve",
        "10 chemin du Château 61100 Épreuve",
        "3 lilas 61100 Épreuve",
        // An article that a person does not have.
        "6 rue du Bert 61100 Épreuve",
        // Streets of the neighbours.
        "9 rue des Jardins Épreuve",
        "3 place Ducale Épreuve",
    ] {
        assert_not_believed(&index, question);
    }
}

#[test]
fn a_commune_may_begin_with_a_kind_of_way() {
    let index = index();
    for question in [
        "1 rue du Vérin 61700 Château-Preuve",
        "1 rue du Vérin 61709 Château-Preuve Cedex",
        "61700 Château-Preuve, 1 rue du Vérin",
        "Château-Preuve, rue du Vérin 1",
        "1 rue du Vérin Château-Preuve",
    ] {
        assert_found(&index, question, "1 Rue du Vérin Château-Preuve", 0.9);
    }
}
