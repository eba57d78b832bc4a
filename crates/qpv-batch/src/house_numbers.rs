//! Columns that number something: the houses of a street, or the rows of the list.
//!
//! `N° de voie` holds house numbers by its name. `N°` alone may be either, and is judged by its values: numbers that count
//! on from row to row are an order, and addresses that begin with a number have one already. A column that is not read is
//! named with the reason, for a number too many finds another house.

use qpv_french::fold::fold_name;
use qpv_french::{key, sentence};
use serde::Serialize;

/// Rows that columns are judged by.
pub(crate) const SAMPLE_ROWS: usize = 200;
/// Names, folded, of columns that number something, without saying what.
pub(crate) const BARE_NUMBER: &[&str] = &["numero", "n", "no", "num", "nr", "nbr", "number"];
/// Names of columns that count the rows, without their articles.
const ORDER: &[&str] = &[
    "ordre",
    "rang",
    "n ordre",
    "no ordre",
    "num ordre",
    "numero ordre",
    "n ligne",
    "no ligne",
    "num ligne",
    "numero ligne",
    "ligne",
    "index",
    "idx",
    "indice ligne",
    "id",
];
/// Values of houses of one street that stand in a row, at most: more are an order.
const MAX_RISING_NUMBERS: usize = 8;
/// Values that are all the numbers from 1 to theirs, from which on they are an order whatever the order of the rows.
const MIN_SHUFFLED_NUMBERS: usize = 5;
/// Values that differ all, at most, when they are numbers of houses: these repeat between streets.
const MAX_DIFFERENT_NUMBERS: usize = 40;

/// The reason why a column that may seem to be wanted is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum UnreadReason {
    /// Its values count the rows.
    Order,
    /// The addresses begin with a number already.
    AddressHasNumber,
    /// Another column holds house numbers by its name.
    OtherColumn,
    /// Its values are no house numbers.
    NoHouseNumbers,
    /// It holds other addresses than those that are read: of another home, or of a school.
    OtherAddress,
    /// It is of another child of the same row.
    OtherChild,
}

/// A column that may seem to be wanted and is not read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnreadColumn {
    /// Its name.
    pub name: String,
    /// The reason.
    pub reason: UnreadReason,
}

impl UnreadColumn {
    /// Returns a sentence in French that names the column and the reason.
    #[must_use]
    pub fn message_fr(&self) -> String {
        let key = match self.reason {
            UnreadReason::Order => key::LIST_UNREAD_ORDER,
            UnreadReason::AddressHasNumber => key::LIST_UNREAD_ADDRESS_HAS_NUMBER,
            UnreadReason::OtherColumn => key::LIST_UNREAD_OTHER_COLUMN,
            UnreadReason::NoHouseNumbers => key::LIST_UNREAD_NO_HOUSE_NUMBERS,
            UnreadReason::OtherAddress => key::LIST_UNREAD_OTHER_ADDRESS,
            UnreadReason::OtherChild => key::LIST_UNREAD_OTHER_CHILD,
        };
        sentence(key, &[("name", &self.name)])
    }
}

/// The columns of a list that are read, and those that may seem to be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadColumns {
    /// The places of the columns that are read.
    pub read: Vec<usize>,
    /// The columns that are not, with the reason.
    pub unread: Vec<UnreadColumn>,
}

/// Returns whether a column counts the rows, by its name.
pub(crate) fn is_order_name(name: &str) -> bool {
    let folded = fold_name(name);
    let words: Vec<&str> = folded
        .split(' ')
        .filter(|word| !matches!(*word, "d" | "de" | "la" | "l"))
        .collect();
    name.trim() == "#" || ORDER.contains(&words.join(" ").as_str())
}

/// Returns the reason why a column of numbers that its name does not tell of holds no house numbers; `None` when it does.
/// `has_whole_address` says that the address is one by its name, with the number in it.
pub(crate) fn unread_reason(
    numbers: &[&str],
    streets: &[&str],
    has_whole_address: bool,
) -> Option<UnreadReason> {
    let has_values = numbers.iter().any(|value| !value.trim().is_empty());
    let streets_known = streets.iter().any(|street| !street.trim().is_empty());
    if has_values && is_order(numbers, is_one_value(streets)) {
        return Some(UnreadReason::Order);
    }
    let has_number = if streets_known {
        have_numbers(streets)
    } else {
        has_whole_address
    };
    if has_number {
        return Some(UnreadReason::AddressHasNumber);
    }
    let holds_others = !holds_house_numbers(numbers) || are_numbers_of_a_year(numbers);
    (has_values && holds_others).then_some(UnreadReason::NoHouseNumbers)
}

/// Returns whether half of the streets that there are have the number of a house, in front or elsewhere.
pub(crate) fn have_numbers(streets: &[&str]) -> bool {
    let filled = streets.iter().map(|street| street.trim());
    let filled: Vec<&str> = filled.filter(|street| !street.is_empty()).collect();
    let numbered = filled
        .iter()
        .filter(|street| own_number(street).is_some())
        .count();
    numbered * 2 >= filled.len()
}

/// Returns the number of the house that stands in an address, with its letters and without blanks, folded: in front (`12 bis rue`),
/// with its sign (`avenue Foch n° 48`), behind a comma (`rue de Madrid, 9`), or in front of a kind of way behind what names a
/// building or a person (`Bât A - 86 rue Foch`). `None` when there is none, or what may be the name of the street (`8 mai 1945`,
/// `route nationale 7`).
pub(crate) fn own_number(address: &str) -> Option<String> {
    let parts: Vec<String> = address
        .split([',', ';', '\n', '\r', '(', ')', '–', '—'])
        .flat_map(|part| part.split(" - "))
        .map(|part| fold_name(&part.replace(['°', 'º'], " ")))
        .filter(|part| !part.is_empty())
        .collect();
    parts.iter().enumerate().find_map(|(at, part)| {
        let words: Vec<&str> = part.split(' ').collect();
        (0..words.len()).find_map(|start| {
            let (number, end) = number_at(&words, start)?;
            let before = start.checked_sub(1).map(|before| words[before]);
            let is_signed = before.is_some_and(|word| NUMBER_SIGNS.contains(&word));
            let next = words.get(end).copied();
            let is_whole_part = start == 0 && next.is_none() && parts.len() > 1;
            let begins = at == 0 && start == 0 && next.is_some();
            // `Bât 3 rue Foch` has no number.
            let is_complement = before.is_some_and(|word| COMPLEMENTS.contains(&word));
            let is_before_way = !is_complement && next.is_some_and(|next| WAYS.contains(&next));
            let is_behind = next.is_none() && is_behind_street(&words[..start], &number);
            (is_signed || is_whole_part || begins || is_before_way || is_behind).then_some(number)
        })
    })
}

/// Returns the number of a house that begins at a word, and the place behind it; `None` for a day, a storey, a number of five digits.
fn number_at(words: &[&str], start: usize) -> Option<(String, usize)> {
    let word = words[start];
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    let (number, letters) = word.split_at(digits);
    let is_number =
        (1..=4).contains(&digits) && (letters.len() <= 1 || REPETITIONS.contains(&letters));
    let next = words.get(start + 1).copied().unwrap_or_default();
    let is_other = MONTHS.contains(&next) || STOREYS.contains(&letters) || STOREYS.contains(&next);
    if !is_number || is_other {
        return None;
    }
    let number = number.trim_start_matches('0');
    if letters.is_empty() && (REPETITIONS.contains(&next) || is_letter(next)) {
        return Some((format!("{number}{next}"), start + 2));
    }
    Some((format!("{number}{letters}"), start + 1))
}

/// Returns whether a last number is that of the house (`rue de Madrid 9`), and not of the name: `allée 3`, `route nationale 7`, a year.
fn is_behind_street(street: &[&str], number: &str) -> bool {
    let (Some(first), Some(last)) = (street.first(), street.last()) else {
        return false;
    };
    let is_name = WAYS.contains(last)
        || COMPLEMENTS.contains(last)
        || MONTHS.contains(last)
        || ROADS.contains(last)
        || number.bytes().filter(u8::is_ascii_digit).count() > 3;
    WAYS.contains(first) && !is_name
}

/// Returns whether a word is the letter of a number, and no article.
fn is_letter(word: &str) -> bool {
    matches!(word.as_bytes(), [b'a'..=b'c' | b'e'..=b'k'])
}

const REPETITIONS: [&str; 4] = ["bis", "ter", "quater", "quinquies"];
const NUMBER_SIGNS: [&str; 5] = ["n", "no", "num", "numero", "nr"];
/// What follows the number of a storey or of a place in an order.
const STOREYS: [&str; 8] = ["e", "er", "ere", "eme", "ieme", "nd", "nde", "etage"];
/// What is numbered within a house, folded.
const COMPLEMENTS: [&str; 22] = [
    "bat",
    "batiment",
    "bt",
    "appt",
    "apt",
    "app",
    "appartement",
    "logement",
    "log",
    "lot",
    "porte",
    "pte",
    "esc",
    "escalier",
    "etage",
    "hall",
    "entree",
    "cage",
    "tour",
    "immeuble",
    "imm",
    "bp",
];
/// What the number of a road follows, or that of a person or a district, folded.
const ROADS: [&str; 25] = [
    "nationale",
    "departementale",
    "communale",
    "rurale",
    "rural",
    "vicinal",
    "vicinale",
    "rn",
    "rd",
    "d",
    "cd",
    "vc",
    "cr",
    "km",
    "secteur",
    "zone",
    "ilot",
    "quartier",
    "zac",
    "za",
    "zi",
    "jean",
    "paul",
    "henri",
    "louis",
];
/// Kinds of ways, folded, before which a number is that of a house.
const WAYS: [&str; 34] = [
    "rue",
    "r",
    "avenue",
    "av",
    "ave",
    "boulevard",
    "bd",
    "bld",
    "boul",
    "allee",
    "allees",
    "all",
    "place",
    "pl",
    "impasse",
    "imp",
    "chemin",
    "ch",
    "che",
    "chem",
    "route",
    "rte",
    "square",
    "sq",
    "quai",
    "cours",
    "faubourg",
    "fbg",
    "fg",
    "passage",
    "pass",
    "ruelle",
    "esplanade",
    "promenade",
];

/// Returns whether a street begins with the number of a house: `12 rue`, `12bis, rue`, but not `8 mai 1945`.
pub(crate) fn is_numbered(street: &str) -> bool {
    let folded = fold_name(street);
    let mut words = folded.split(' ');
    let first = words.next().unwrap_or_default();
    let is_date = words.next().is_some_and(|word| MONTHS.contains(&word));
    first.starts_with(|first: char| first.is_ascii_digit()) && !is_date
}

/// Months after which streets are named, folded.
const MONTHS: [&str; 12] = [
    "janvier",
    "fevrier",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "aout",
    "septembre",
    "octobre",
    "novembre",
    "decembre",
];

/// Returns whether most values are numbers of houses: up to four digits, and a few letters behind.
fn holds_house_numbers(values: &[&str]) -> bool {
    let filled = values.iter().map(|value| value.trim());
    let filled: Vec<&str> = filled.filter(|value| !value.is_empty()).collect();
    let fitting = filled.iter().filter(|value| is_house_number(value)).count();
    fitting * 2 > filled.len()
}

fn is_house_number(value: &str) -> bool {
    let digits = value.bytes().take_while(u8::is_ascii_digit).count();
    (1..=4).contains(&digits) && value.len() <= digits + 12
}

/// Returns whether values are numbers within a year, as files are counted: `8/26`, `29-2026`.
fn are_numbers_of_a_year(values: &[&str]) -> bool {
    let mut behind = values
        .iter()
        .map(|value| value.trim())
        .filter(|value| !value.is_empty())
        .map(|value| value.split_once(['/', '-']).map(|(_, year)| year.trim()));
    let Some(Some(first)) = behind.next() else {
        return false;
    };
    let is_year = matches!(first.len(), 2 | 4) && first.bytes().all(|byte| byte.is_ascii_digit());
    is_year && behind.clone().count() > 0 && behind.all(|year| year == Some(first))
}

/// Returns whether values count the rows. `is_one_street`: the houses of one street stand in a row too.
pub(crate) fn is_order(values: &[&str], is_one_street: bool) -> bool {
    let Some(numbers) = whole_numbers(values) else {
        return false;
    };
    if counts_from_one(&numbers) {
        return true;
    }
    let mut backwards = numbers.clone();
    backwards.reverse();
    if counts_from_one(&backwards) {
        return true;
    }
    let (first, count) = (numbers[0], numbers.len());
    let is_rising = numbers.windows(2).all(|pair| pair[0] < pair[1]);
    let is_next = (first..)
        .zip(&numbers)
        .all(|(next, number)| next == *number);
    let mut different = numbers;
    different.sort_unstable();
    different.dedup();
    let differ = different.len() == count;
    // Sorted otherwise, and few were taken out.
    let is_full = different[0] <= 1 && different[different.len() - 1] as usize <= count + count / 4;
    !is_one_street
        && (differ && is_full && count >= MIN_SHUFFLED_NUMBERS
            || is_next && count >= 3
            || is_rising && count >= MAX_RISING_NUMBERS
            || differ && count >= MAX_DIFFERENT_NUMBERS)
}

/// Returns whether numbers are 1, 2, 3… or begin at 0; of four and more, also with repeats and new beginnings, as homes and
/// classes are counted.
fn counts_from_one(numbers: &[u32]) -> bool {
    let strict = (numbers[0]..)
        .zip(numbers)
        .all(|(next, number)| next == *number);
    if numbers[0] > 1 || numbers.len() < 2 {
        return false;
    }
    let counts = numbers
        .windows(2)
        .all(|pair| pair[1] == 1 || pair[1] == pair[0] || pair[0].checked_add(1) == Some(pair[1]));
    let goes_on = numbers.iter().any(|number| *number >= 3);
    strict || counts && goes_on && numbers.len() >= 4
}

/// Returns the values as whole numbers, blanks left out, and titles of classes or totals among them; `None` when there is
/// none, or something else.
fn whole_numbers(values: &[&str]) -> Option<Vec<u32>> {
    let filled = values.iter().map(|value| value.trim());
    let numbers: Option<Vec<u32>> = filled
        .filter(|value| value.contains(|digit: char| digit.is_ascii_digit()))
        .filter(|value| !value.starts_with(char::is_alphabetic) || is_numero(value))
        .map(|value| {
            let value = value.trim_start_matches(|first: char| !first.is_ascii_digit());
            let value = value.trim_end_matches(['.', ')', '°', '-']).trim_end();
            // A column of floating-point numbers writes 1 so.
            let value = value.strip_suffix(".0").unwrap_or(value);
            value.parse().ok()
        })
        .collect();
    numbers.filter(|numbers| !numbers.is_empty())
}

/// Returns whether a value is written with its sign: `N° 12`.
fn is_numero(value: &str) -> bool {
    let folded = fold_name(value);
    let first = folded
        .split([' ', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
        .next();
    first.is_some_and(|first| matches!(first, "n" | "no" | "num" | "numero"))
}

/// Returns whether all values that there are are the same.
fn is_one_value(values: &[&str]) -> bool {
    let mut filled = values
        .iter()
        .map(|value| value.trim())
        .filter(|value| !value.is_empty());
    filled
        .next()
        .is_some_and(|first| filled.all(|value| value == first))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(numbers: &[&str], streets: &[&str], whole: bool) -> Option<UnreadReason> {
        unread_reason(numbers, streets, whole)
    }

    #[test]
    fn names_of_orders_are_told() {
        for name in [
            "#",
            "Ordre",
            "RANG",
            "N° d'ordre",
            "Numéro d’ordre",
            "N° de ligne",
        ] {
            assert!(is_order_name(name), "{name}");
        }
        for name in [
            "N°",
            "N° rue",
            "Numéro de voie",
            "Ordre de mission",
            "Adresse",
        ] {
            assert!(!is_order_name(name), "{name}");
        }
    }

    #[test]
    fn numbers_that_count_on_are_an_order() {
        let streets = [
            "rue A", "rue B", "rue C", "rue D", "rue E", "rue F", "rue G", "rue H",
        ];
        for numbers in [
            &["1", "2", "3"][..],
            &["1", "2"],
            &["0", "1", "2"],
            &["001", "002", "003"],
            &["1.", "2.", "3."],
            &["1.0", "2.0", "3.0"],
            &["1", "", "2", "3"],
            &["101", "102", "103"],
            &["3", "2", "1"],
            // Two children of a home; two classes.
            &["1", "1", "2", "3"],
            &["1", "2", "3", "1", "2", "3"],
            // Titles of classes and totals stand between.
            &["CP", "1", "2", "3", "CE1", "1", "2", "3", "Total"],
            &["N° 1", "N° 2", "n°3"],
            // Rows were taken out.
            &["1", "2", "4", "5", "7", "8", "11", "12"],
        ] {
            let found = judged(numbers, &streets[..], false);
            assert_eq!(found, Some(UnreadReason::Order), "{numbers:?}");
        }
        for numbers in [
            &["12", "3", "47"][..],
            &["12"],
            &["1"],
            &["1", "2", "2 bis"],
            &["12", "14", "2"],
            &["1", "1", "1"],
            &["1", "1"],
        ] {
            assert_eq!(judged(numbers, &streets[..], false), None, "{numbers:?}");
        }
        // A street from one end to the other.
        let odd = ["3", "5", "7", "9", "11", "13", "15", "17", "19", "21"];
        assert_eq!(judged(&odd, &["rue A"; 10], false), None);
    }

    #[test]
    fn sorted_otherwise_an_order_never_repeats() {
        let shuffled: Vec<String> = (0..60_u32).map(|row| (row * 37 % 61).to_string()).collect();
        let shuffled: Vec<&str> = shuffled.iter().map(String::as_str).collect();
        let streets = ["rue A", "rue B"];
        assert_eq!(
            judged(&shuffled, &streets, false),
            Some(UnreadReason::Order)
        );
        assert_eq!(judged(&shuffled[..20], &streets, false), None);
        let order = Some(UnreadReason::Order);
        assert_eq!(judged(&["3", "1", "5", "2", "4"], &streets, false), order);
        assert_eq!(
            judged(&["9", "1", "5", "2", "4", "8", "6"], &streets, false),
            None
        );
        assert_eq!(
            judged(&["7", "1", "5", "2", "4", "8", "6", "9"], &streets, false),
            order
        );
        assert_eq!(judged(&["3", "1", "5", "2"], &streets, false), None);
        // Both sides of a street.
        assert_eq!(
            judged(&["3", "1", "5", "2", "4"], &["rue A"; 5], false),
            None
        );
    }

    #[test]
    fn the_number_in_an_address_is_found() {
        for (address, number) in [
            ("12 rue Foch", Some("12")),
            ("012, rue Foch", Some("12")),
            ("12 bis rue Foch", Some("12bis")),
            ("12B rue Foch", Some("12b")),
            ("12 B rue Foch", Some("12b")),
            ("Rue Foch, 12 bis", Some("12bis")),
            ("Rue Foch N°12", Some("12")),
            ("Rue de Madrid 9", Some("9")),
            ("Rue Émile Zola 16 bis", Some("16bis")),
            ("Place Jean-Paul 2", None),
            ("Allée 3", None),
            ("Chemin rural 12", None),
            ("Rue Foch bât 3", None),
            ("Rue du 11 novembre 1918", None),
            ("Paris 12", None),
            ("Rue Foch", None),
            ("12", None),
            ("90000 Belfort", None),
            ("8 mai 1945 (rue du)", None),
            ("3e étage", None),
            ("1 er étage, rue Foch", None),
            ("Appt 12", None),
            ("Route nationale 7", None),
            ("", None),
        ] {
            assert_eq!(own_number(address).as_deref(), number, "{address}");
        }
    }

    #[test]
    fn addresses_with_a_number_need_no_other() {
        let numbers = ["12", "3", "47"];
        let own = ["4 rue A", "17bis, rue B", ""];
        let reason = Some(UnreadReason::AddressHasNumber);
        assert_eq!(judged(&numbers, &own, true), reason);
        assert_eq!(judged(&numbers, &own, false), reason);
        assert_eq!(judged(&[], &[], true), reason);
        assert_eq!(judged(&[], &[], false), None);
        for elsewhere in [
            "Rue de Madrid, 9",
            "Rue de Madrid 9",
            "Avenue Foch n° 48",
            "n°48 avenue Foch",
            "Bât A - 86 Faubourg de Montbéliard",
            "Appt 3, 12 rue Foch",
            "Résidence Les Lilas\n12 bis, rue Foch",
            "chez Mme X 12ter av. Foch",
        ] {
            assert_eq!(
                judged(&numbers, &[elsewhere; 3], false),
                reason,
                "{elsewhere}"
            );
        }
        for without in [
            &["rue A", "rue B"][..],
            &["8 mai 1945 (rue du)", "11 novembre"],
            &[
                "Route nationale 7",
                "Bât 3 rue Foch",
                "3ème étage, rue Foch",
            ],
            &[
                "Paris 12",
                "rue du 11 novembre",
                "Bât. 2, appt 12, rue Foch",
            ],
        ] {
            assert_eq!(judged(&numbers, without, true), None, "{without:?}");
        }
        let identifiers = ["2024001", "2024417", "2023222"];
        let reason = Some(UnreadReason::NoHouseNumbers);
        assert_eq!(judged(&identifiers, &["rue A", "rue B"], false), reason);
        let files = ["8/26", "29/26", "3/26"];
        assert_eq!(judged(&files, &["rue A", "rue B"], false), reason);
        assert_eq!(judged(&["8/10", "29/31"], &["rue A", "rue B"], false), None);
    }
}
