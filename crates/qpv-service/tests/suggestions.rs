//! What the words of the search box mean, on the fictional town and the official table of communes.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

use qpv_service::{
    ListQuery, Snapshot, Suggestion, data, prepare_suggestions, suggest, suggest_of_list,
};

/// Each suggestion as its kind, its name and whether it is exact.
fn found(snapshot: &Snapshot, text: &str) -> Vec<(&'static str, String, bool)> {
    let found = suggest(snapshot, text, 10).unwrap();
    found
        .all
        .iter()
        .map(|it| {
            let (kind, name) = match it {
                Suggestion::Address(candidate) => ("address", candidate.label()),
                Suggestion::Commune(commune) => {
                    ("commune", format!("{} {}", commune.name, commune.insee))
                }
                Suggestion::Perimeter(found) => ("perimeter", found.perimeter.code_qp.to_string()),
                Suggestion::Place(place) => ("place", place.place.name.clone()),
                Suggestion::Parcel(parcel) => ("parcel", parcel.id.to_string()),
            };
            (kind, name, it.is_exact())
        })
        .collect()
}

fn sample() -> Snapshot {
    Snapshot::new(data::sample().unwrap())
}

#[test]
fn a_commune_is_found_by_its_name_its_code_and_its_postcode() {
    let snapshot = sample();
    let bayeux = ("commune", "Bayeux 14047".to_owned(), true);
    for text in [
        "Bayeux",
        "bayeux",
        "BAYEUX 14400",
        "14400 Bayeux",
        "14047",
        " bayeux ",
        "Bayeux (14)",
    ] {
        assert_eq!(found(&snapshot, text).first(), Some(&bayeux), "{text}");
    }
    // The words of everyday for an arrondissement.
    let of_paris = ("commune", "Paris 18e Arrondissement 75118".to_owned(), true);
    for text in ["Paris 18e", "paris 18", "Paris 18ème arrdt"] {
        assert_eq!(found(&snapshot, text).first(), Some(&of_paris), "{text}");
    }
    // Of a postcode, all communes: La Poste's table has 32 of 14400.
    let of_postcode = suggest(&snapshot, "14400", 50).unwrap().all;
    assert!(of_postcode.len() > 20 && of_postcode.iter().all(Suggestion::is_exact));
    let first = |text: &str| found(&snapshot, text).remove(0);
    assert_eq!(
        first("saint-denis 93"),
        ("commune", "Saint-Denis 93066".into(), true)
    );
    // Le Chesnay-Rocquencourt has 78150 and Versailles alone 78000, by La Poste.
    assert_eq!(first("78000"), ("commune", "Versailles 78646".into(), true));
    assert_eq!(first("baye"), ("commune", "Baye 29005".into(), true));
    // The fictional town is in no table.
    assert_eq!(first("Port-Fictif").0, "commune");
    // Arrondissements lead to their city, and are communes of nobody.
    let paris = found(&snapshot, "75011");
    assert!(
        paris
            .iter()
            .any(|(kind, name, _)| *kind == "commune" && name.contains("75")),
        "{paris:?}"
    );
}

#[test]
fn names_of_several_communes_are_all_given_and_all_exact() {
    let snapshot = sample();
    let saints = found(&snapshot, "Saint-Denis");
    let exact = saints
        .iter()
        .filter(|(kind, _, exact)| *kind == "commune" && *exact);
    assert!(exact.count() >= 3, "{saints:?}");
    // « St » is « Saint ».
    assert_eq!(found(&snapshot, "st denis"), saints);
}

#[test]
fn a_neighbourhood_is_found_by_code_name_and_a_place_inside() {
    let snapshot = sample();
    let all: Vec<_> = snapshot
        .vintages()
        .flat_map(|(_, zones)| zones.perimeters())
        .collect();
    let one = all[0];
    let code = one.code_qp.as_str();
    let own = ("perimeter", code.to_owned(), true);
    assert_eq!(found(&snapshot, code).first(), Some(&own));
    assert_eq!(found(&snapshot, &code.to_lowercase()).first(), Some(&own));
    assert!(
        found(&snapshot, &one.lib_qp).contains(&own),
        "{}",
        one.lib_qp
    );
    let with_town = format!("{} {}", one.lib_qp, one.lib_com[0]);
    assert!(found(&snapshot, &with_town).contains(&own), "{with_town}");
    // Names of places inside come once they were looked for.
    prepare_suggestions(&snapshot);
    let named = all.iter().find_map(|perimeter| {
        let names = qpv_service::place_names(&snapshot, perimeter)?;
        let name = names
            .into_iter()
            .find(qpv_service::PlaceName::is_of_addresses)?;
        Some((perimeter.code_qp.to_string(), name.name))
    });
    let (code, place) = named.unwrap();
    let by_place = found(&snapshot, &place);
    assert!(
        by_place.iter().any(|(_, name, _)| *name == code),
        "{place}: {by_place:?}"
    );
}

#[test]
fn a_neighbourhood_is_found_with_any_of_its_communes_and_by_some_of_its_words() {
    let snapshot = sample();
    let perimeters = |text: &str| {
        let mut all = found(&snapshot, text);
        all.retain(|(kind, name, _)| *kind == "perimeter" && name == "QN00003M");
        all
    };
    let own = |is_exact| [("perimeter", "QN00003M".to_owned(), is_exact)];
    for text in [
        "La Garenne - Les Embruns Port-Fictif",
        "la garenne les embruns saint-exemple",
        "QPV La Garenne - Les Embruns",
        "quartier La Garenne - Les Embruns",
        "Quartier prioritaire La Garenne - Les Embruns",
    ] {
        assert_eq!(perimeters(text), own(true), "{text}");
    }
    for text in [
        "Embruns Port-Fictif",
        "garenne saint-exemple",
        "Saint-Exemple Embruns",
        "QPV embruns garenne",
    ] {
        assert_eq!(perimeters(text), own(false), "{text}");
    }
    assert_eq!(perimeters("Garenne Bayeux"), []);
}

#[test]
fn schools_of_the_commune_come_before_those_of_the_department_and_of_elsewhere() {
    let snapshot = sample();
    let school = snapshot.places("schools").unwrap().all()[0].clone();
    let word = school.name.split(' ').next().unwrap().to_owned();
    let query = |near| ListQuery {
        text: &word,
        list: "schools",
        near,
        limit: 50,
    };
    let names = |near| {
        let found = suggest_of_list(&snapshot, &query(near)).unwrap().all;
        let names: Vec<String> = found
            .iter()
            .map(|it| match it {
                Suggestion::Place(place) => place.place.name.clone(),
                other => panic!("{other:?}"),
            })
            .collect();
        names
    };
    let all = names(None);
    assert!(all.contains(&school.name), "{word}: {all:?}");
    let commune = school.citycode.unwrap();
    for near in [commune.as_str(), commune.department()] {
        let mut sorted = [names(Some(near)), all.clone()];
        for names in &mut sorted {
            names.sort();
        }
        // The order alone depends on it.
        assert_eq!(sorted[0], sorted[1], "{near}");
    }
    let other = ListQuery {
        list: "libraries",
        ..query(None)
    };
    assert!(suggest_of_list(&snapshot, &other).unwrap().all.is_empty());
    assert!(
        suggest_of_list(
            &snapshot,
            &ListQuery {
                text: " ",
                ..query(None)
            }
        )
        .is_err()
    );
}

#[test]
fn a_school_is_found_by_name_and_by_identifier() {
    let snapshot = sample();
    let school = &snapshot.places("schools").unwrap().all()[0];
    let own = ("place", school.name.clone(), true);
    assert!(found(&snapshot, &school.name).contains(&own));
    let id = school.id.clone().unwrap();
    assert!(found(&snapshot, &id.to_lowercase()).contains(&own), "{id}");
}

#[test]
fn a_parcel_is_told_apart_from_one_that_cannot_be_known() {
    let snapshot = sample();
    let parcels = suggest(&snapshot, "61169 000 ab 0123", 10).unwrap();
    let Some(Suggestion::Parcel(parcel)) = parcels.all.first() else {
        panic!("{parcels:?}");
    };
    assert_eq!(parcel.id.as_str(), "61169000AB0123");
    assert!(!parcel.are_loaded && parcel.position.is_none());
}

#[test]
fn an_address_comes_before_names_that_have_its_words() {
    let snapshot = sample();
    let first = found(&snapshot, "3 rue des cordiers");
    assert_eq!(first[0].0, "address", "{first:?}");
    let first = found(&snapshot, "rue des cord");
    assert_eq!(first[0].0, "address", "{first:?}");
}

#[test]
fn nothing_is_guessed_from_marks_or_a_long_text() {
    let snapshot = sample();
    assert!(suggest(&snapshot, " - ", 10).is_err());
    assert!(suggest(&snapshot, &"a".repeat(201), 10).is_err());
    assert_eq!(found(&snapshot, "zzzzzzzz"), []);
}
