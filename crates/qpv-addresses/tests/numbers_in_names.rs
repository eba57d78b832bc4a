//! Streets named by a number, published in one writing and asked in another.
//!
//! Each row is one invented street in several writings. Every writing is published in turn, with the streets of the other
//! rows beside it, and asked in all of its writings.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

use qpv_addresses::{AddressIndex, IndexBuilder, SearchFilter};
use qpv_model::{Address, PositionKind, Wgs84Point};

const CITY: &str = "Villeneuve-sur-Orle";
const POSTCODE: &str = "99100";
/// A score that leaves no doubt about the name.
const SAME_NAME_SCORE: f64 = 0.95;

/// An address of the invented commune.
fn address(street: u32, name: &str, number: u32) -> Address {
    Address {
        id: format!("99001_{street:04}_{number:05}"),
        number: Some(number),
        suffix: String::new(),
        street: name.to_owned(),
        locality: String::new(),
        postcode: POSTCODE.to_owned(),
        citycode: "61001".parse().unwrap(),
        city: CITY.to_owned(),
        old_city: String::new(),
        point: Wgs84Point::new(
            f64::from(10 + street) / 100.0,
            f64::from(48_500 + number) / 1000.0,
        )
        .unwrap(),
        position: PositionKind::Entrance,
        certified: true,
        parcels: Vec::new(),
    }
}

/// An index of the streets, each with the numbers 3 and 41.
fn index_of(streets: &[&str]) -> AddressIndex {
    let mut builder = IndexBuilder::new();
    for (at, name) in (0_u32..).zip(streets) {
        for number in [3, 41] {
            builder.add(&address(at, name, number));
        }
    }
    builder.finish()
}

/// Lists the questions that do not find the street and the number asked, with a score that leaves no doubt.
fn failures(index: &AddressIndex, published: &str, asked: &str) -> Option<String> {
    let question = format!("41 {asked} {POSTCODE} {CITY}");
    let found = index.search(&question, false, &SearchFilter::default(), 3);
    let best = found.first();
    let is_right = best.is_some_and(|best| {
        best.street == published
            && best.housenumber.as_deref() == Some("41")
            && best.score >= SAME_NAME_SCORE
    });
    (!is_right).then(|| {
        let best = best.map(|best| (best.housenumber.clone(), best.street.clone(), best.score));
        format!("{question}: {best:?} and not {published}")
    })
}

/// Asserts that each street is found in all its writings, whichever of them is published.
fn assert_one_name(streets: &[&[&str]]) {
    let most = streets.iter().map(|writings| writings.len()).max().unwrap();
    let mut failed = Vec::new();
    for shift in 0..most {
        let published: Vec<&str> = streets
            .iter()
            .map(|writings| writings[shift % writings.len()])
            .collect();
        let index = index_of(&published);
        for (writings, name) in streets.iter().zip(&published) {
            failed.extend(
                writings
                    .iter()
                    .filter_map(|asked| failures(&index, name, asked)),
            );
        }
    }
    assert!(failed.is_empty(), "{}\n{}", failed.len(), failed.join("\n"));
}

#[test]
fn cardinals_in_letters_are_those_in_digits() {
    assert_one_name(&[
        &[
            "Rue du 21 Mai",
            "rue du vingt et un mai",
            "rue du vingt-et-un mai",
        ],
        &[
            "Rue du 27 Mai",
            "rue du vingt-sept mai",
            "RUE DU VINGT SEPT MAI",
        ],
        &["Rue du 31 Août", "rue du trente et un août"],
        &["Rue du 17 Octobre", "rue du dix-sept octobre"],
        &["Place du 9 Juin", "place du neuf juin"],
        &["Rue des 4 Vents", "rue des quatre vents"],
        &["Chemin des 7 Fontaines", "chemin des sept fontaines"],
        &["Chemin des 9 Fontaines", "chemin des neuf fontaines"],
        &["Rue des 36 Marches", "rue des trente-six marches"],
        &["Rue des 78 Maisons", "rue des soixante-dix-huit maisons"],
        &["Rue des 91 Arpents", "rue des quatre-vingt-onze arpents"],
        &["Rue des 80 Arpents", "rue des quatre-vingts arpents"],
        &["Chemin des 100 Marches", "chemin des cent marches"],
        &["Allée des 1000 Fleurs", "allée des mille fleurs"],
        &["Rue des 300 Moutons", "rue des trois cents moutons"],
        &["Quai 1", "quai un", "quai n° 1", "quai numéro un"],
        &["Quai 2", "quai deux", "quai n°2"],
    ]);
}

#[test]
fn dates_are_one_name_in_digits_and_in_words() {
    assert_one_name(&[
        &[
            "Rue du 8 Mai 1945",
            "rue du huit mai mil neuf cent quarante-cinq",
            "rue du 8 mai 45",
            "rue du huit mai 1945",
            "rue du huit mai dix-neuf cent quarante-cinq",
        ],
        &[
            "Rue du 11 Novembre 1918",
            "rue du onze novembre mille neuf cent dix-huit",
            "rue du 11 nov 18",
            "rue du 11 nov. 1918",
        ],
        &[
            "Rue du 19 Mars 1962",
            "rue du dix-neuf mars 1962",
            "rue du 19 mars 62",
        ],
        &[
            "Rue du 18 Juin 1940",
            "rue du dix-huit juin 1940",
            "rue du 18 juin 40",
        ],
        &[
            "Rue du 6 Juin 1944",
            "rue du six juin quarante-quatre",
            "rue du 6 juin 44",
        ],
        &[
            "Place du 4 Septembre",
            "place du quatre septembre",
            "place du 4 sept",
        ],
        &["Rue du 4 Septembre 1870", "rue du 4 sept. 1870"],
        &[
            "Place du 27 Mai 1848",
            "place du vingt-sept mai mil huit cent quarante-huit",
        ],
        &[
            "Rue du 14 Juillet",
            "rue du quatorze juillet",
            "rue du 14 juil",
        ],
        &["Rue du 14 Juillet 1789", "rue du 14 juill 1789"],
        &[
            "Avenue du 24 Août 1944",
            "avenue du vingt-quatre aout 1944",
            "av du 24 aou 1944",
        ],
        &["Rue du 2 Décembre", "rue du deux décembre", "rue du 2 déc"],
        &["Rue du 10 Mai 1981", "rue du dix mai 81"],
        &[
            "Rue du 1er Mai",
            "rue du premier mai",
            "rue du 1 mai",
            "rue du Ier mai",
        ],
        &["Rue du 25 Janvier 1871", "rue du vingt-cinq janv 1871"],
        &[
            "Rue du 22 Février",
            "rue du vingt-deux fév",
            "rue du 22 févr.",
        ],
    ]);
}

#[test]
fn ordinals_are_one_name_however_written() {
    assert_one_name(&[
        &[
            "Rue de la 1re Armée Française",
            "rue de la première armée française",
            "rue de la 1ère armée française",
            "rue de la 1ere armee francaise",
            "rue de la Ire armée française",
        ],
        &[
            "Rue de la 2e Armée",
            "rue de la deuxième armée",
            "rue de la seconde armée",
            "rue de la 2nde armée",
            "rue de la 2ème armée",
            "rue de la IIe armée",
        ],
        &[
            "Rue du 3e Millénaire",
            "rue du troisième millénaire",
            "rue du IIIe millénaire",
        ],
        &[
            "Boulevard de la 4ème Armée",
            "bd de la quatrième armée",
            "bd de la 4e armée",
        ],
        &[
            "Rue du 5e Zouaves",
            "rue du cinquième zouaves",
            "rue du 5 ème zouaves",
        ],
        &[
            "Rue du 9e Corps",
            "rue du neuvième corps",
            "rue du IXe corps",
            "rue du 9 e corps",
        ],
        &[
            "Rue du 11e Dragon",
            "rue du onzième dragon",
            "rue du 11ème dragon",
        ],
        &["Rue du 21e Chasseur", "rue du vingt et unième chasseur"],
        &[
            "Rue du 91e Chasseur",
            "rue du quatre-vingt-onzième chasseur",
        ],
        &["Rue du 109e Chasseur", "rue du cent neuvième chasseur"],
        &[
            "Rue du 152e Chasseur",
            "rue du cent cinquante-deuxième chasseur",
        ],
        &[
            "Place de la 5e République",
            "place de la cinquième république",
            "place de la Ve république",
        ],
        &[
            "Rue du 2nd Empire",
            "rue du second empire",
            "rue du 2e empire",
        ],
    ]);
}

#[test]
fn roman_figures_are_one_name_with_digits() {
    assert_one_name(&[
        &[
            "Rue Albert 1er",
            "rue Albert Ier",
            "rue albert premier",
            "rue Albert I",
            "rue albert 1",
        ],
        &[
            "Rue François 1er",
            "rue François Ier",
            "rue francois premier",
        ],
        &["Rue François II", "rue françois 2", "rue françois deux"],
        &["Place Henri IV", "place henri 4", "place henri quatre"],
        &["Place Henri II", "place henri 2", "place henri deux"],
        &["Rue Louis XIV", "rue louis 14", "rue louis quatorze"],
        &["Rue Louis XV", "rue louis 15", "rue louis quinze"],
        &["Rue Louis XVIII", "rue louis 18", "rue louis dix-huit"],
        &["Avenue George V", "avenue george 5", "avenue george cinq"],
        &["Rue Charles V", "rue charles 5", "rue charles cinq"],
        &["Rue Charles X", "rue charles 10", "rue charles dix"],
        &["Rue Pie XII", "rue pie 12"],
        &["Rue Jean XXIII", "rue jean 23", "rue jean vingt-trois"],
        &["Rue Napoléon III", "rue napoléon 3", "rue napoleon trois"],
        &["Rue Léopold II", "rue leopold 2"],
    ]);
}

#[test]
fn roads_are_one_name_however_their_number_is_written() {
    assert_one_name(&[
        &[
            "Route Nationale N° 1",
            "RN1",
            "RN 1",
            "N1",
            "R.N. 1",
            "route nationale 1",
            "nationale 1",
        ],
        &["Route Nationale 10", "RN 10", "N10", "route nationale n°10"],
        &[
            "Ancienne Route Nationale 7",
            "ancienne RN 7",
            "ancienne RN7",
            "ancienne nationale 7",
        ],
        &[
            "Chemin Départemental N° 5",
            "CD 5",
            "RD5",
            "D 5",
            "C.D. 5",
            "route départementale 5",
        ],
        &["Route Départementale 988", "RD 988", "D988", "RD n° 988"],
        &["Route Dép. N° 105", "RD105", "D 105"],
        &["D 674", "RD674", "route départementale n° 674"],
        &["Voie Communale 3", "VC 3", "V.C. n° 3", "VC3"],
        &["Chemin Rural n° 12", "CR 12", "C.R. 12"],
        &[
            "Chemin Vicinal 4",
            "C.V. 4",
            "CV n°4",
            "chemin vicinal n° 4",
        ],
        &["D 2 (Rd2)", "RD2", "D2"],
    ]);
}

#[test]
fn regiments_are_one_name_in_full_and_in_letters() {
    assert_one_name(&[
        &[
            "Avenue du 91e Régiment d'Infanterie",
            "avenue du 91e RI",
            "avenue du 91 RI",
            "avenue du 91ème R.I.",
            "avenue du quatre-vingt-onzième régiment d'infanterie",
        ],
        &[
            "Avenue du 21e Régiment d'Infanterie",
            "avenue du 21e R.I.",
            "avenue du 21 E RI",
        ],
        &[
            "Rue du 21e Régiment d'Infanterie Coloniale",
            "rue du 21 Ieme R I C",
            "rue du 21e RIC",
        ],
        &[
            "Rue de la 5e Division Blindée",
            "rue de la 5e D.B.",
            "rue de la 5ème DB",
            "rue de la cinquième DB",
        ],
        &[
            "Rue de la 2e Division Blindée",
            "rue de la 2e DB",
            "rue de la deuxième DB",
        ],
        &[
            "Rue du 403e Régiment d'Artillerie",
            "rue du 403e R.A.",
            "rue du 403ème RA",
        ],
        &[
            "Rue du 6e Bataillon de Chasseurs Alpins",
            "rue du 6e BCA",
            "rue du sixième BCA",
        ],
        &["Rue du 15e Bataillon de Chasseurs à Pied", "rue du 15e BCP"],
        &[
            "Rue de la 1re Division Française Libre",
            "rue de la 1re DFL",
            "rue de la première DFL",
        ],
        &[
            "Boulevard de la 2e Division d'Infanterie",
            "bd de la 2ème DI",
            "bd de la 2e D.I.",
        ],
        &[
            "Rue du 5e Régiment de Tirailleurs Marocains",
            "rue du 5Eme Rtm",
            "rue du 5e R.T.M.",
        ],
        &[
            "Rue des Forces Françaises de l'Intérieur",
            "rue des FFI",
            "rue des F.F.I.",
        ],
        &[
            "Rue des Anciens d'Afrique du Nord",
            "rue des anciens d'AFN",
            "rue des anciens d'A.F.N.",
        ],
    ]);
}

#[test]
fn titles_and_ways_are_one_name_in_full_and_abbreviated() {
    assert_one_name(&[
        &[
            "Rue de l'Adjudant Vernier",
            "rue de l'adj Vernier",
            "rue de l'adjt. vernier",
        ],
        &[
            "Rue du Lieutenant Vernier",
            "rue du lieut vernier",
            "rue du lt vernier",
        ],
        &[
            "Rue du Colonel Vernier",
            "rue du col vernier",
            "rue du cel vernier",
        ],
        &["Rue du Lieutenant-Colonel Orsat", "rue du lt-col orsat"],
        &["Rue du Chanoine Orsat", "rue du chan. orsat"],
        &[
            "Rue du Président Orsat",
            "rue du pres. orsat",
            "rue du pdt orsat",
        ],
        &["Carrefour des Ormes", "carr des ormes"],
        &["Rempart des Ormes", "rem des ormes"],
        &["Venelle des Ormes", "ven des ormes"],
        &["Parvis des Ormes", "prv des ormes"],
        &["Plateau des Ormes", "plt des ormes"],
        &["Rue du Centre", "rue du ctre"],
        &["Rue des Hauts Prés", "rue des hts prés"],
    ]);
}

#[test]
fn a_number_in_the_name_is_not_the_number_of_the_house() {
    let index = index_of(&[
        "Rue du 3 Mai",
        "Rue du 41e Régiment d'Infanterie",
        "Route Nationale 3",
        "Place Henri III",
        "Rue Foch",
    ]);
    for (question, number, street) in [
        ("41 rue du trois mai", "41", "Rue du 3 Mai"),
        ("3 rue du 41e RI", "3", "Rue du 41e Régiment d'Infanterie"),
        ("41 RN3", "41", "Route Nationale 3"),
        ("3 RN 3", "3", "Route Nationale 3"),
        ("41 place Henri III", "41", "Place Henri III"),
        ("bât D 41 rue Foch", "41", "Rue Foch"),
        ("esc N 3 rue Foch", "3", "Rue Foch"),
        ("n° 41 rue Foch", "41", "Rue Foch"),
        ("N 41 rue Foch", "41", "Rue Foch"),
    ] {
        let question = format!("{question} {POSTCODE} {CITY}");
        let found = index.search(&question, false, &SearchFilter::default(), 3);
        let best = found.first().unwrap();
        let answer = (
            best.housenumber.as_deref().unwrap_or_default(),
            &*best.street,
        );
        assert_eq!(answer, (number, street), "{question}");
    }
}

/// Asserts that the street of another number is not believed to be the one asked.
fn assert_not_believed(published: &[&str], questions: &[&str]) {
    let index = index_of(published);
    for asked in questions {
        let question = format!("41 {asked} {POSTCODE} {CITY}");
        let found = index.search(&question, false, &SearchFilter::default(), 3);
        let best = found.first().map_or(0.0, |best| best.score);
        assert!(best < 0.7, "{question}: {best} {found:?}");
    }
}

#[test]
fn another_number_is_another_street() {
    assert_not_believed(
        &["Rue du 27 Mai", "Rue Louis XIV", "Rue du 5e RI"],
        &[
            "rue du vingt-huit mai",
            "rue du 26 mai",
            "rue louis treize",
            "rue louis XV",
            "rue du sixième RI",
            "rue du 15e RI",
        ],
    );
}

#[test]
fn another_road_is_another_street() {
    assert_not_believed(
        &["RN 7", "Route Départementale 23"],
        &["RN 17", "route nationale 8", "RD 7", "D 24", "CD 123"],
    );
}
