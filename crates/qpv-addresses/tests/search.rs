//! Questions to a small made-up country.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

use proptest::prelude::*;
use qpv_addresses::{AddressIndex, AddressKind, Candidate, IndexBuilder, SearchFilter};
use qpv_model::{Address, PositionKind, Wgs84Point};

/// Streets: commune code, commune, postcode, street, numbers.
const STREETS: [(&str, &str, &str, &str, &[&str]); 18] = [
    (
        "99001",
        "Villeneuve-sur-Orle",
        "99100",
        "Rue de la République",
        &["1", "2", "3", "12", "12 bis", "14"],
    ),
    (
        "99001",
        "Villeneuve-sur-Orle",
        "99100",
        "Avenue du Général de Gaulle",
        &["5", "7", "7 a"],
    ),
    (
        "99001",
        "Villeneuve-sur-Orle",
        "99100",
        "Place du 8 Mai 1945",
        &["3", "8"],
    ),
    (
        "99001",
        "Villeneuve-sur-Orle",
        "99100",
        "Allée des Quatre Vents",
        &["4", "12"],
    ),
    (
        "99001",
        "Villeneuve-sur-Orle",
        "99100",
        "Rue Jean Jaurès",
        &["1"],
    ),
    (
        "99001",
        "Villeneuve-sur-Orle",
        "99100",
        "Rue Jean Moulin",
        &["1"],
    ),
    (
        "99001",
        "Villeneuve-sur-Orle",
        "99100",
        "Grande Rue",
        &["1", "10"],
    ),
    (
        "99001",
        "Villeneuve-sur-Orle",
        "99100",
        "Le Moulin Brûlé",
        &[""],
    ),
    (
        "99002",
        "Saint-Aubin",
        "99200",
        "Rue de la République",
        &["1", "12"],
    ),
    ("99002", "Saint-Aubin", "99200", "Rue de Villeneuve", &["2"]),
    (
        "99002",
        "Saint-Aubin",
        "99200",
        "Impasse du Château d’Eau",
        &["1"],
    ),
    (
        "99003",
        "L'Haÿ-en-Orle",
        "99200",
        "Rue Victor Hugo",
        &["21"],
    ),
    (
        "99004",
        "Grandville 1er Arrondissement",
        "99301",
        "Rue Pasteur",
        &["1"],
    ),
    (
        "99005",
        "Grandville 2e Arrondissement",
        "99302",
        "Rue Pasteur",
        &["1"],
    ),
    ("99006", "Bourg-Neuf", "99400", "Chemin Neuf", &["1"]),
    ("99006", "Bourg-Neuf", "99400", "ZA de la Gare", &["1"]),
    ("99006", "Bourg-Neuf", "99400", "Rue Haute", &["37"]),
    ("99006", "Bourg-Neuf", "99400", "L'Esplanade", &["1", "2"]),
];

fn made_up() -> Vec<Address> {
    let mut addresses = Vec::new();
    for (street, (citycode, city, postcode, name, numbers)) in (0_u32..).zip(STREETS) {
        for (at, number) in (0_u32..).zip(numbers) {
            let (number, suffix) = number.split_once(' ').unwrap_or((number, ""));
            let id = match number.parse::<u32>() {
                Ok(number) if suffix.is_empty() => format!("{citycode}_{street:04}_{number:05}"),
                Ok(number) => format!("{citycode}_{street:04}_{number:05}_{suffix}"),
                Err(_) => format!("{citycode}_{street:04}"),
            };
            addresses.push(Address {
                id,
                number: number.parse().ok(),
                suffix: suffix.to_owned(),
                street: name.to_owned(),
                locality: String::new(),
                postcode: postcode.to_owned(),
                citycode: citycode.replace("99", "61").parse().unwrap(),
                city: city.to_owned(),
                old_city: if city == "Bourg-Neuf" {
                    "Vieux-Bourg".to_owned()
                } else {
                    String::new()
                },
                point: Wgs84Point::new(
                    f64::from(10 + street) / 100.0,
                    f64::from(48_500 + at) / 1000.0,
                )
                .unwrap(),
                position: if number.is_empty() {
                    PositionKind::Locality
                } else {
                    PositionKind::Entrance
                },
                certified: true,
                parcels: Vec::new(),
            });
        }
    }
    addresses
}

fn index_of(addresses: &[Address]) -> AddressIndex {
    let mut builder = IndexBuilder::new();
    for address in addresses {
        builder.add(address);
    }
    builder.finish()
}

fn search(index: &AddressIndex, question: &str) -> Vec<Candidate> {
    index.search(question, false, &SearchFilter::default(), 5)
}

fn said(candidate: &Candidate) -> String {
    let number = candidate.housenumber.clone().unwrap_or_default();
    format!("{number} {}, {}", candidate.street, candidate.city)
        .trim()
        .to_owned()
}

#[test]
#[expect(
    clippy::too_many_lines,
    reason = "one table of questions, a line for each spelling"
)]
fn an_address_is_found_however_it_is_written() {
    let index = index_of(&made_up());
    for (question, answer) in [
        (
            "12 bis rue de la République 99100 Villeneuve-sur-Orle",
            "12 bis Rue de la République, Villeneuve-sur-Orle",
        ),
        (
            "12BIS RUE DE LA REPUBLIQUE 99100 VILLENEUVE SUR ORLE",
            "12 bis Rue de la République, Villeneuve-sur-Orle",
        ),
        (
            "12 r republique villeneuve sur orle",
            "12 Rue de la République, Villeneuve-sur-Orle",
        ),
        (
            "5 av du gal de gaulle villeneuve/orle 99100",
            "5 Avenue du Général de Gaulle, Villeneuve-sur-Orle",
        ),
        (
            "7A avenue general de gole 99100",
            "7 a Avenue du Général de Gaulle, Villeneuve-sur-Orle",
        ),
        (
            "3 place du huit mai 1945, 99100 Villeneuve",
            "3 Place du 8 Mai 1945, Villeneuve-sur-Orle",
        ),
        (
            "place du 8 mai 1945 99100 Villeneuve",
            "Place du 8 Mai 1945, Villeneuve-sur-Orle",
        ),
        (
            "12 allée des 4 vents 99100 Villeneuve sur Orle",
            "12 Allée des Quatre Vents, Villeneuve-sur-Orle",
        ),
        (
            "allée des 4 vents 12, 99100 Villeneuve sur Orle",
            "12 Allée des Quatre Vents, Villeneuve-sur-Orle",
        ),
        (
            "1 rue j jaures 99100",
            "1 Rue Jean Jaurès, Villeneuve-sur-Orle",
        ),
        (
            "10 grandrue villeneuve sur orle",
            "10 Grande Rue, Villeneuve-sur-Orle",
        ),
        ("moulin brule 99100", "Le Moulin Brûlé, Villeneuve-sur-Orle"),
        (
            "1 imp chateau d'eau st aubin",
            "1 Impasse du Château d’Eau, Saint-Aubin",
        ),
        (
            "1 impasse du châteu d'eau saint-aubin",
            "1 Impasse du Château d’Eau, Saint-Aubin",
        ),
        (
            "Saint Aubin, 12 rue de la republique",
            "12 Rue de la République, Saint-Aubin",
        ),
        (
            "21 rue victor hugo L HAY EN ORLE",
            "21 Rue Victor Hugo, L'Haÿ-en-Orle",
        ),
        (
            "21 rue hugo victor hay en orle",
            "21 Rue Victor Hugo, L'Haÿ-en-Orle",
        ),
        (
            "1 rue pasteur Grandville 2",
            "1 Rue Pasteur, Grandville 2e Arrondissement",
        ),
        (
            "1 rue pasteur Grandville 2ème",
            "1 Rue Pasteur, Grandville 2e Arrondissement",
        ),
        (
            "1 rue pasteur 99301 Grandville",
            "1 Rue Pasteur, Grandville 1er Arrondissement",
        ),
        (
            "1 chemin neuf 99400 vieux bourg",
            "1 Chemin Neuf, Bourg-Neuf",
        ),
        (
            "1 zone artisanale de la gare bourg neuf",
            "1 ZA de la Gare, Bourg-Neuf",
        ),
        ("37 rue hute 99400 bourg neuf", "37 Rue Haute, Bourg-Neuf"),
        (
            "Bâtiment C, appt 4, 12 rue de la République, CS 30001, 99200 Saint-Aubin CEDEX 3",
            "12 Rue de la République, Saint-Aubin",
        ),
        (
            "2ème étage 12 rue de la République 99200 Saint Aubin",
            "12 Rue de la République, Saint-Aubin",
        ),
        (
            "12-14 rue de la république villeneuve sur orle",
            "12 Rue de la République, Villeneuve-sur-Orle",
        ),
        (
            "2 rue de villeneuve saint aubin",
            "2 Rue de Villeneuve, Saint-Aubin",
        ),
        (
            "Résidence Les Lilas Bât B 12 rue de la République 99200 Saint-Aubin",
            "12 Rue de la République, Saint-Aubin",
        ),
        (
            "chez M. Dupont, 12 rue de la République 99200 Saint-Aubin",
            "12 Rue de la République, Saint-Aubin",
        ),
        (
            "1 rue de la republique 99999 Saint-Aubin",
            "1 Rue de la République, Saint-Aubin",
        ),
        ("Saint-Aubin", "Saint-Aubin"),
        ("99200 Saint-Aubin", ", Saint-Aubin"),
        ("bourg neuff", "Bourg-Neuf"),
    ] {
        let found = search(&index, question);
        assert!(
            found
                .first()
                .is_some_and(|first| said(first).ends_with(answer)),
            "{question}: {found:#?}"
        );
    }
}

#[test]
fn a_number_that_does_not_exist_is_said_to() {
    let index = index_of(&made_up());
    for (question, asked, below, above) in [
        (
            "9 rue de la République 99100 Villeneuve-sur-Orle",
            "9",
            Some("3"),
            Some("12"),
        ),
        (
            "12 ter rue de la République 99100 Villeneuve-sur-Orle",
            "12 ter",
            Some("12 bis"),
            Some("14"),
        ),
        (
            "99 rue de la République 99100 Villeneuve-sur-Orle",
            "99",
            Some("14"),
            None,
        ),
        (
            "2 avenue du Général de Gaulle 99100 Villeneuve-sur-Orle",
            "2",
            None,
            Some("5"),
        ),
    ] {
        let first = search(&index, question).remove(0);
        assert_eq!(
            (first.kind, &first.housenumber),
            (AddressKind::Street, &None),
            "{question}"
        );
        let (missing, neighbours) = first.missing.unwrap();
        assert_eq!(missing, asked);
        assert_eq!(
            (neighbours.below.as_deref(), neighbours.above.as_deref()),
            (below, above),
            "{question}"
        );
        assert!(first.score < 0.9, "{question}");
    }
}

#[test]
fn a_letter_or_an_arrondissement_is_not_left_out_of_the_question() {
    let index = index_of(&made_up());
    let first = search(
        &index,
        "12 D rue de la République 99100 Villeneuve-sur-Orle",
    )
    .remove(0);
    assert_eq!(
        (first.kind, first.missing.map(|(asked, _)| asked)),
        (AddressKind::Street, Some("12 d".to_owned()))
    );
    let found = search(&index, "rue pasteur 99301 Grandville 1er");
    assert_eq!(
        (found[0].kind, &found[0].housenumber),
        (AddressKind::Street, &None),
        "{found:#?}"
    );
    let found = search(&index, "rue pasteur Grandville 1");
    assert!(
        found
            .iter()
            .any(|found| found.kind == AddressKind::Street && found.score > 0.9),
        "{found:#?}"
    );
}

#[test]
fn a_filter_goes_before_the_question() {
    let index = index_of(&made_up());
    let filter = SearchFilter {
        postcode: Some(99200),
        ..SearchFilter::default()
    };
    for question in [
        "5 avenue du général de gaulle 99100 Villeneuve-sur-Orle",
        "5 avenue du général de gaulle Villeneuve",
    ] {
        let found = index.search(question, false, &filter, 5);
        assert!(
            found.iter().all(|found| found.postcode == "99200"),
            "{question}: {found:#?}"
        );
    }
}

#[test]
fn streets_written_otherwise_keep_their_own_identifiers() {
    let mut given = made_up();
    let mut other = given[1].clone();
    (other.street, other.id, other.number) = (
        "R DE LA REPUBLIQUE".into(),
        "99001_0777_00021".into(),
        Some(21),
    );
    given.push(other);
    let index = index_of(&given);
    let mut ids: Vec<String> = index.addresses().map(|address| address.id).collect();
    let mut expected: Vec<String> = given.iter().map(|address| address.id.clone()).collect();
    ids.sort();
    expected.sort();
    assert_eq!(ids, expected);
}

#[test]
fn what_matches_equally_is_returned_together() {
    let index = index_of(&made_up());
    let found = search(&index, "1 rue de la république");
    assert_eq!(
        (found[0].street.as_str(), found[1].street.as_str()),
        ("Rue de la République", "Rue de la République")
    );
    assert!((found[0].score - found[1].score).abs() < 0.01, "{found:#?}");
    assert_ne!(found[0].citycode, found[1].citycode);
    let found = search(&index, "1 rue pasteur grandville");
    assert!((found[0].score - found[1].score).abs() < 0.01, "{found:#?}");
}

#[test]
fn a_street_of_another_commune_is_not_believed() {
    let index = index_of(&made_up());
    for question in [
        "21 rue victor hugo Saint-Aubin",
        "3 place du 8 mai 1945 bourg neuf",
        "3 place du 8 mai 1945 99400",
        "3 place du 8 mai 1945 Ailleurs",
    ] {
        let found = search(&index, question);
        assert!(
            found.iter().all(|found| found.score < 0.65),
            "{question}: {found:#?}"
        );
    }
    // Nor one of a commune that is only a little like the one given, nor of a postcode that is not there.
    for question in ["1 rue pasteur Grandviers", "21 rue victor hugo 14360"] {
        assert!(
            search(&index, question)
                .iter()
                .all(|found| found.score < 0.7),
            "{question}"
        );
    }
    // A street may be named after a commune.
    assert!(search(&index, "2 rue de villeneuve")[0].score > 0.9);
}

#[test]
fn a_worse_question_never_scores_more() {
    let index = index_of(&made_up());
    let score = |question: &str| {
        search(&index, question)
            .first()
            .map_or(0.0, |first| first.score)
    };
    let questions = [
        "12 rue de la République 99100 Villeneuve-sur-Orle",
        "12 rue de la Républiqe 99100 Villeneuve-sur-Orle",
        "12 rue de la Rpubliqe 99100 Villeneuve-sur-Orle",
        "xyzzy qqq 99100 Villeneuve-sur-Orle",
    ];
    let scores: Vec<f64> = questions.iter().map(|question| score(question)).collect();
    assert!(scores.is_sorted_by(|one, other| one > other), "{scores:?}");
    assert!((scores[0] - 1.0).abs() < 1e-6);
}

#[test]
fn each_letter_typed_leads_nearer() {
    let index = index_of(&made_up());
    let whole = "12 bis rue de la république villeneuve-sur-orle";
    for end in 9..whole.len() {
        let Some(typed) = whole.get(..end) else {
            continue;
        };
        let found = index.search(typed, true, &SearchFilter::default(), 5);
        assert!(!found.is_empty(), "{typed}");
        if end > 20 {
            assert!(
                found
                    .iter()
                    .any(|found| found.street == "Rue de la République"),
                "{typed}: {found:#?}"
            );
        }
    }
    let found = index.search("vill", true, &SearchFilter::default(), 5);
    assert_eq!(found[0].kind, AddressKind::Municipality, "{found:#?}");
}

#[test]
fn filters_keep_what_they_say() {
    let index = index_of(&made_up());
    let only = |filter: SearchFilter| index.search("rue de la république", false, &filter, 20);
    let in_commune = only(SearchFilter {
        citycode: Some("61002".parse().unwrap()),
        ..SearchFilter::default()
    });
    assert!(
        !in_commune.is_empty()
            && in_commune
                .iter()
                .all(|found| found.citycode.as_str() == "61002")
    );
    let in_postcode = only(SearchFilter {
        postcode: Some(99100),
        ..SearchFilter::default()
    });
    assert!(!in_postcode.is_empty() && in_postcode.iter().all(|found| found.postcode == "99100"));
    let towns = index.search(
        "saint aubin",
        false,
        &SearchFilter {
            kinds: vec![AddressKind::Municipality],
            ..SearchFilter::default()
        },
        5,
    );
    assert!(
        !towns.is_empty()
            && towns
                .iter()
                .all(|found| found.kind == AddressKind::Municipality)
    );
    let near = Wgs84Point::new(0.18, 48.5).unwrap();
    let nearest = only(SearchFilter {
        near: Some(near),
        ..SearchFilter::default()
    });
    assert_eq!(nearest[0].city, "Saint-Aubin");
}

#[test]
fn strange_questions_are_answered_or_not_but_never_fail() {
    let index = index_of(&made_up());
    let long = "rue ".repeat(3_000);
    for question in [
        "",
        " ",
        "😀",
        "\u{0}\u{7}",
        "12",
        "99100",
        "'-,;",
        "é",
        "İstanbul ß ﬃ",
        &long,
        "1 2 3 4 5 6 7 8 9",
        "99999",
    ] {
        for begun in [false, true] {
            let _ = index.search(question, begun, &SearchFilter::default(), 5);
        }
    }
    let empty = index_of(&[]);
    assert!(empty.is_empty() && search(&empty, "1 rue de la Paix").is_empty());
    assert!(
        empty
            .reverse(
                Wgs84Point::new(2.0, 48.0).unwrap(),
                &SearchFilter::default(),
                5
            )
            .is_empty()
    );
}

#[test]
fn addresses_come_back_as_they_went_in() {
    let given = made_up();
    let index = index_of(&given);
    let key = |address: &Address| (address.id.clone(), address.street.clone());
    let mut back: Vec<Address> = index.addresses().collect();
    let mut given = given;
    back.sort_by_key(key);
    given.sort_by_key(key);
    assert_eq!(back, given);
    // In another order they give the same streets and numbers.
    given.reverse();
    assert_eq!(index_of(&given).len(), index.len());
    // And the copy is the same file.
    let again = index_of(&index.addresses().collect::<Vec<_>>());
    assert_eq!(again.bytes().len(), index.bytes().len());
}

#[test]
fn the_same_address_given_twice_counts_once() {
    let mut given = made_up();
    let mut twin = given[0].clone();
    twin.position = PositionKind::Segment;
    twin.street = twin.street.to_uppercase();
    given.insert(0, twin);
    let index = index_of(&given);
    assert_eq!(index.len(), made_up().len());
    let first = search(&index, "1 rue de la république 99100").remove(0);
    assert_eq!(first.position, PositionKind::Entrance);
}

#[test]
fn the_nearest_are_those_a_full_scan_finds() {
    let given = made_up();
    let index = index_of(&given);
    proptest!(|(lon in 0.0_f64..0.4, lat in 48.4_f64..48.6)| {
        let point = Wgs84Point::new(lon, lat).unwrap();
        let distance = |address: &Address| {
            let dx = (address.point.lon_deg() - lon) * lat.to_radians().cos();
            dx.hypot(address.point.lat_deg() - lat) * 111_195.0
        };
        let mut all: Vec<f64> = given.iter().map(distance).filter(|distance| *distance <= 4_999.0).collect();
        all.sort_by(f64::total_cmp);
        let found = index.reverse(point, &SearchFilter::default(), 3);
        prop_assert!(found.len() >= all.len().min(3));
        for (found, expected) in found.iter().zip(&all) {
            prop_assert!((found.distance_m.unwrap() - expected).abs() < 1.0, "{found:?} {expected}");
        }
    });
}

#[test]
fn a_letter_of_the_street_is_none_of_the_number() {
    let index = index_of(&made_up());
    for question in ["1 L'Esplanade 99400 Bourg-Neuf", "1 l’esplanade Bourg-Neuf"] {
        assert_eq!(
            said(&search(&index, question)[0]),
            "1 L'Esplanade, Bourg-Neuf",
            "{question}"
        );
    }
    let missing = &search(&index, "37 L rue Haute 99400 Bourg-Neuf")[0];
    assert_eq!(
        (missing.kind, missing.housenumber.as_deref()),
        (AddressKind::Street, None)
    );
}

#[test]
fn the_code_of_a_whole_city_means_its_arrondissements() {
    let arrondissement = |citycode: &str, postcode: &str, city: &str, lon: f64| Address {
        id: format!("{citycode}_0001_00012"),
        number: Some(12),
        suffix: String::new(),
        street: "Rue de Reuilly".to_owned(),
        locality: String::new(),
        postcode: postcode.to_owned(),
        citycode: citycode.parse().unwrap(),
        city: city.to_owned(),
        old_city: String::new(),
        point: Wgs84Point::new(lon, 48.85).unwrap(),
        position: PositionKind::Entrance,
        certified: true,
        parcels: Vec::new(),
    };
    let index = index_of(&[
        arrondissement("75112", "75012", "Paris 12e Arrondissement", 2.38),
        arrondissement("69383", "69003", "Lyon 3e Arrondissement", 4.85),
        arrondissement("13206", "13006", "Marseille 6e Arrondissement", 5.38),
    ]);
    for (question, city, whole) in [
        (
            "12 rue de Reuilly Paris",
            "Paris 12e Arrondissement",
            "75056",
        ),
        (
            "12 rue de Reuilly 75012 Paris",
            "Paris 12e Arrondissement",
            "75056",
        ),
        (
            "12 rue de Reuilly Lyon 3",
            "Lyon 3e Arrondissement",
            "69123",
        ),
        (
            "12 rue de Reuilly Marseille 6e",
            "Marseille 6e Arrondissement",
            "13055",
        ),
    ] {
        assert_eq!(search(&index, question)[0].city, city, "{question}");
        let filter = SearchFilter {
            citycode: Some(whole.parse().unwrap()),
            ..SearchFilter::default()
        };
        let found = index.search("12 rue de Reuilly", false, &filter, 5);
        assert_eq!(
            found.iter().map(|found| &*found.city).collect::<Vec<_>>(),
            [city],
            "{whole}"
        );
    }
}

#[test]
fn a_street_is_found_by_its_identifier_or_that_of_a_number() {
    let mut addresses = made_up();
    // The same street in a second postcode, and one with numbers out of order and twice.
    let mut far = addresses[0].clone();
    far.postcode = "99150".to_owned();
    (far.number, far.id) = (Some(20), "99001_0000_00020".to_owned());
    addresses.push(far);
    for (number, suffix) in [(12, "ter"), (12, "quater"), (12, "b")] {
        let mut other = addresses[3].clone();
        assert_eq!(other.number, Some(12));
        (other.number, other.suffix) = (Some(number), suffix.to_owned());
        other.id = format!("99001_0000_00012_{suffix}");
        addresses.push(other);
    }
    let index = index_of(&addresses);
    let numbers = [
        "1",
        "2",
        "3",
        "12",
        "12 b",
        "12 bis",
        "12 ter",
        "12 quater",
        "14",
        "20",
    ];
    for id in [
        "99001_0000",
        "99001_0000_00012_bis",
        "99001_0000_00001",
        "99001_0000_00020",
    ] {
        let street = index.street(id).unwrap();
        assert_eq!(
            (street.name.as_str(), street.id.as_str()),
            ("Rue de la République", "99001_0000")
        );
        assert_eq!(street.postcodes, ["99100", "99150"]);
        assert_eq!(
            street
                .numbers
                .iter()
                .map(|known| known.number.to_string())
                .collect::<Vec<_>>(),
            numbers,
            "{id}"
        );
    }
    for question in [
        "12 rue de la republique 99100",
        "rue de la republique 99150",
    ] {
        let found = search(&index, question);
        assert_eq!(
            index.street_with(&found[0]),
            index.street("99001_0000"),
            "{question}"
        );
        assert_eq!(
            index.street(&found[0].id),
            index.street("99001_0000"),
            "{question}"
        );
    }
    let place = index.street("99001_0007").unwrap();
    assert_eq!(
        (place.name.as_str(), place.numbers.len(), place.unnumbered),
        ("Le Moulin Brûlé", 0, 1)
    );
    for id in [
        "",
        "_",
        "99001",
        "99001_",
        "99001_0000_00005",
        "99001_0000_00012_",
        "61001_0000",
        "é_\u{0}/../%",
    ] {
        assert_eq!(index.street(id), None, "{id}");
    }
}

#[test]
fn streets_of_bano_have_the_fantoir_code_for_identifier() {
    let mut addresses = made_up();
    addresses.truncate(6);
    for (address, end) in addresses.iter_mut().zip(["1", "2", "3", "12", "12B", "14"]) {
        address.id = format!("610010040A-{end}");
    }
    let index = index_of(&addresses);
    let street = index.street("610010040A").unwrap();
    assert_eq!(street.numbers.len(), 6);
    assert_eq!(index.street("610010040A-12B"), Some(street));
    assert_eq!(
        search(&index, "rue de la republique 99100")[0].id,
        "610010040A"
    );
    assert_eq!(
        search(&index, "12 bis rue de la republique 99100")[0].id,
        "610010040A-12B"
    );
    assert_eq!(index.street("610010040A-13"), None);
}

#[test]
fn a_box_holds_what_a_scan_finds_in_it() {
    let all = made_up();
    let index = index_of(&all);
    for bounds in [
        [-180.0, -90.0, 180.0, 90.0],
        [0.1, 48.5, 0.12, 48.502],
        [0.145, 48.0, 0.165, 48.501],
        [0.10, 48.5, 0.10, 48.5],
        [1.0, 48.0, 2.0, 49.0],
        [0.2, 48.6, 0.1, 48.5],
    ] {
        let [west, south, east, north] = bounds;
        let within = |address: &&Address| {
            let (lon, lat) = (address.point.lon_deg(), address.point.lat_deg());
            lon >= west && lon <= east && lat >= south && lat <= north
        };
        let key = |lon: f64, lat: f64, name: &str, suffix: &str| {
            format!("{lon:.5} {lat:.5} {name} {suffix}")
        };
        let mut expected: Vec<String> = all
            .iter()
            .filter(within)
            .map(|address| {
                key(
                    address.point.lon_deg(),
                    address.point.lat_deg(),
                    &address.street,
                    &address.suffix,
                )
            })
            .collect();
        let mut found: Vec<String> = index
            .within(bounds)
            .map(|spotted| {
                key(
                    spotted.point.lon_deg(),
                    spotted.point.lat_deg(),
                    spotted.name,
                    spotted.suffix,
                )
            })
            .collect();
        expected.sort();
        found.sort();
        assert_eq!(found, expected, "{bounds:?}");
    }
    assert_eq!(index.streets_len(), STREETS.len());
    let squares: Vec<[f64; 4]> = index.squares().collect();
    let of_one = |address: &Address| {
        let (lon, lat) = (address.point.lon_deg(), address.point.lat_deg());
        squares
            .iter()
            .filter(|[west, south, east, north]| {
                lon >= *west && lon < *east && lat >= *south && lat < *north
            })
            .count()
    };
    assert!(all.iter().all(|address| of_one(address) == 1));
}
