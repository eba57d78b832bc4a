//! Communes by the names that people and files give them, and the labels of places of one name.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

use qpv_addresses::{AddressIndex, Candidate, IndexBuilder, SearchFilter};
use qpv_model::{Address, PositionKind, Wgs84Point};

/// Number 5 of a street.
fn address(citycode: &str, postcode: &str, city: &str, street: &str) -> Address {
    Address {
        id: String::new(),
        number: Some(5),
        suffix: String::new(),
        street: street.to_owned(),
        locality: String::new(),
        postcode: postcode.to_owned(),
        citycode: citycode.parse().unwrap(),
        city: city.to_owned(),
        old_city: String::new(),
        point: Wgs84Point::new(4.7, 49.77).unwrap(),
        position: PositionKind::Entrance,
        certified: true,
        parcels: Vec::new(),
    }
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

#[test]
fn arrondissements_are_found_when_files_name_only_the_city() {
    let index = index_of(&[
        address("75112", "75012", "Paris", "Rue de l'Épreuve"),
        address("75116", "75116", "Paris", "Rue du Témoin"),
        address("69384", "69004", "Lyon", "Rue du Constat"),
        address("69381", "69001", "Lyon", "Rue du Doute"),
        address("13216", "13016", "Marseille", "Route de l'Essai"),
    ]);
    for (question, citycode) in [
        ("5 rue de l'épreuve paris 12", "75112"),
        ("5 rue de l'épreuve PARIS 12E", "75112"),
        ("5 rue de l'épreuve Paris 12e arrondissement", "75112"),
        ("5 rue de l'épreuve 75012 Paris 12e arrondissement", "75112"),
        ("5 rue de l'épreuve Paris", "75112"),
        ("5 rue du constat LYON 4EME", "69384"),
        ("5 rue du doute Lyon 1er", "69381"),
        ("5 rue du témoin Paris 16", "75116"),
        ("5 route de l'essai MARSEILLE 16", "13216"),
    ] {
        let found = search(&index, question);
        let best = &found[0];
        assert_eq!(best.citycode.as_str(), citycode, "{question}");
        assert!(best.score > 0.95, "{question}: {}", best.score);
        assert_eq!(best.housenumber.as_deref(), Some("5"), "{question}");
    }
}

#[test]
fn arrondissements_have_labels_of_their_own() {
    let index = index_of(&[
        address("69381", "", "Lyon", "Rue du Doute"),
        address("69384", "", "Lyon", "Rue du Doute"),
    ]);
    let mut labels: Vec<String> = search(&index, "lyon")
        .iter()
        .map(Candidate::label)
        .collect();
    labels.sort();
    assert_eq!(
        labels,
        ["Lyon 1er Arrondissement", "Lyon 4e Arrondissement"]
    );
    let mut labels: Vec<String> = search(&index, "5 rue du doute lyon")
        .iter()
        .map(Candidate::label)
        .collect();
    labels.sort();
    assert_eq!(
        labels,
        [
            "5 Rue du Doute Lyon 1er Arrondissement",
            "5 Rue du Doute Lyon 4e Arrondissement"
        ]
    );
    let found = search(&index, "lyon 4");
    assert_eq!(
        (found[0].city.as_str(), found[0].name().as_str()),
        ("Lyon", "Lyon")
    );
}

#[test]
fn a_part_of_the_name_of_a_commune_finds_it() {
    let index = index_of(&[
        address("08105", "08000", "Charleville-Mézières", "Place Ducale"),
        address("97117", "97160", "Le Moule", "Rue Duchassaing"),
        address("01053", "01000", "Bourg-en-Bresse", "Rue du Moulin"),
    ]);
    for (question, citycode) in [
        ("5 place ducale charleville", "08105"),
        ("5 place ducale Charleville-Mézières", "08105"),
        ("5 rue duchassaing moule", "97117"),
        ("5 rue du moulin bourg", "01053"),
    ] {
        let found = search(&index, question);
        assert_eq!(found[0].citycode.as_str(), citycode, "{question}");
        assert!(found[0].score > 0.9, "{question}: {}", found[0].score);
    }
    // A part of the name is never as sure as the name.
    let part = search(&index, "5 place ducale charleville")[0].score;
    assert!(part < search(&index, "5 place ducale charleville mezieres")[0].score);
}

#[test]
fn a_part_of_a_name_hides_no_whole_name() {
    let index = index_of(&[
        address("92024", "92110", "Clichy", "Rue du Constat"),
        address("93014", "93390", "Clichy-sous-Bois", "Rue du Constat"),
    ]);
    let found = search(&index, "5 rue du constat clichy");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].citycode.as_str(), "92024");
    assert!(found[0].score > 0.99);
    let former: Vec<_> = index.former_communes().collect();
    assert!(
        former.is_empty(),
        "a part of a name is no former commune: {former:?}"
    );
}

#[test]
fn places_of_one_name_have_two_labels() {
    let at = |old_city: &str, locality: &str, lat: f64| Address {
        old_city: old_city.to_owned(),
        locality: locality.to_owned(),
        point: Wgs84Point::new(6.87, lat).unwrap(),
        ..address("90010", "90000", "Belfort", "Place de l'Examen")
    };
    let index = index_of(&[
        at("Ancienbourg", "", 47.63),
        at("Vieilleville", "", 47.66),
        at("Vieilleville", "Bleury", 47.68),
        at("Belfort", "", 47.61),
    ]);
    let mut labels: Vec<String> = search(&index, "5 place de l'examen 90000 belfort")
        .iter()
        .map(Candidate::label)
        .collect();
    labels.sort();
    assert_eq!(
        labels,
        [
            "5 Place de l'Examen (Ancienbourg) 90000 Belfort",
            "5 Place de l'Examen (Bleury, Vieilleville) 90000 Belfort",
            "5 Place de l'Examen (Vieilleville) 90000 Belfort",
            "5 Place de l'Examen 90000 Belfort",
        ]
    );
    let found = search(&index, "5 place de l'examen 90000 belfort");
    assert!(
        found
            .iter()
            .all(|candidate| candidate.name() == "5 Place de l'Examen")
    );
}

#[test]
fn of_two_streets_of_one_name_the_one_in_the_place_asked_comes_first() {
    let at = |old_city: &str, locality: &str, lat: f64| Address {
        id: format!("90010_{old_city}{locality}_00005"),
        old_city: old_city.to_owned(),
        locality: locality.to_owned(),
        point: Wgs84Point::new(6.86, lat).unwrap(),
        ..address("90010", "90000", "Belfort", "Place de l'Examen")
    };
    let index = index_of(&[
        at("Ancienbourg", "", 47.60),
        at("Vieilleville", "", 47.62),
        at("", "Bleury", 47.64),
        at("", "Auvergne", 47.66),
    ]);
    for (question, label) in [
        (
            "5 place de l'Examen 90000 Vieilleville",
            "5 Place de l'Examen (Vieilleville) 90000 Belfort",
        ),
        (
            "5 place de l'Examen 90000 Ancienbourg",
            "5 Place de l'Examen (Ancienbourg) 90000 Belfort",
        ),
        (
            "5 place de l'Examen Vieilleville 90000 Belfort",
            "5 Place de l'Examen (Vieilleville) 90000 Belfort",
        ),
        (
            "5 place de l'Examen, Bleury, 90000 Belfort",
            "5 Place de l'Examen (Bleury) 90000 Belfort",
        ),
        (
            "5 place de l'Examen Auvergne 90000 Belfort",
            "5 Place de l'Examen (Auvergne) 90000 Belfort",
        ),
        (
            "Bleury, 5 place de l'Examen, Belfort",
            "5 Place de l'Examen (Bleury) 90000 Belfort",
        ),
    ] {
        let found = index.search(question, false, &SearchFilter::default(), 5);
        assert_eq!(found[0].label(), label, "{question}: {found:#?}");
        assert!(found[0].score >= 0.7, "{question}");
        // Farther behind than two that are equally likely.
        assert!(
            found[1].score < found[0].score - 0.08,
            "{question}: {found:#?}"
        );
    }
}

#[test]
fn among_equal_candidates_those_of_the_department_asked_come_first() {
    let index = index_of(&[
        address("21054", "21200", "Beaune", "Rue de l'Épreuve"),
        address("2B033", "20200", "Bastia", "Rue de l'Épreuve"),
        address("90010", "90000", "Belfort", "Rue de l'Épreuve"),
        address("97117", "97160", "Le Moule", "Rue de l'Épreuve"),
        address("97209", "97200", "Fort-de-France", "Rue de l'Épreuve"),
    ]);
    for (postcode, citycode) in [
        ("21999", "21054"),
        ("20999", "2B033"),
        ("90999", "90010"),
        ("97199", "97117"),
        ("97299", "97209"),
    ] {
        let found = search(&index, &format!("5 rue de l'épreuve {postcode}"));
        assert_eq!(found[0].citycode.as_str(), citycode, "{postcode}");
        assert!(found[0].score < 0.7, "{postcode}: {}", found[0].score);
    }
}

#[test]
fn what_copying_and_asking_put_around_an_address_hides_it_from_nobody() {
    let index = index_of(&[
        address("08105", "08000", "Charleville-Mézières", "Rue Léon Cambis"),
        address(
            "08105",
            "08000",
            "Charleville-Mézières",
            "Rue de Charleville",
        ),
        address("90010", "90000", "Belfort", "Rue de Belfort"),
        address("90010", "90000", "Belfort", "Allée des Épreuves"),
    ]);
    for (question, street) in [
        (
            "5, Rue Léon Cambis, Charleville-Mézières, Ardennes, Grand Est, France métropolitaine, 08000, France",
            "Rue Léon Cambis",
        ),
        (
            "5 rue Léon Cambis Charleville-Mézières 08000 Charleville-Mézières",
            "Rue Léon Cambis",
        ),
        (
            "5 rue Léon Cambis 5 rue Léon Cambis 08000 Charleville-Mézières",
            "Rue Léon Cambis",
        ),
        ("5 rue de Belfort 90000 Belfort", "Rue de Belfort"),
        ("5 rue de Belfort, Belfort, 90000 Belfort", "Rue de Belfort"),
        ("5 AllÃ©e des Ã‰preuves 90000 Belfort", "Allée des Épreuves"),
        (
            "5 allée des épreuves<br>90000 Belfort",
            "Allée des Épreuves",
        ),
        (
            "5%20all%C3%A9e%20des%20%C3%A9preuves%2090000%20Belfort",
            "Allée des Épreuves",
        ),
        ("5 allée des épreuves 9OOOO Belfort", "Allée des Épreuves"),
        ("5 allée des épreuves 90.000 Belfort", "Allée des Épreuves"),
        (
            "5 allée des épreuves logt 45 90000 Belfort",
            "Allée des Épreuves",
        ),
        (
            "5 allée des épreuves #45 90000 Belfort",
            "Allée des Épreuves",
        ),
        ("allée des épreuves n°5 à Belfort", "Allée des Épreuves"),
        (
            "bonjour, est ce que le 5 allee des epreuves a belfort est en qpv ?",
            "Allée des Épreuves",
        ),
        (
            "le 5 allée des épreuves à Belfort est-il dans un quartier prioritaire",
            "Allée des Épreuves",
        ),
        ("5 allée des épreuves Belfort qpv", "Allée des Épreuves"),
        (
            "5 allée des épreuves, 90000 Belfort, QPV ?",
            "Allée des Épreuves",
        ),
        ("qpv 5 allée des épreuves Belfort", "Allée des Épreuves"),
        ("5 allée des épreuves Belfort en ZUS", "Allée des Épreuves"),
        (
            "elle habite 5 allée des épreuves sur Belfort",
            "Allée des Épreuves",
        ),
        (
            "SARL DUBOIS - 5 allée des épreuves - 90000 Belfort - SIRET 123 456 789 00012 - APE 4711D",
            "Allée des Épreuves",
        ),
    ] {
        let found = search(&index, question);
        let best = found
            .first()
            .unwrap_or_else(|| panic!("{question}: nothing found"));
        assert_eq!(best.street, street, "{question}");
        assert_eq!(best.housenumber.as_deref(), Some("5"), "{question}");
        assert!(best.score > 0.85, "{question}: {}", best.score);
    }
}
