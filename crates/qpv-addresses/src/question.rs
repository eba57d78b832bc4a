//! A question, parsed: the readings of its number, its postcode, its words.

use qpv_french::dates::is_month;

use crate::candidate::{AddressKind, Candidate};
use crate::similarity::{QueryWord, has_foreign_word};
use crate::weights::bound;
use crate::words::{NameWord, WordClass, encode, words};

/// A question taken apart.
#[derive(Debug)]
pub(crate) struct ParsedQuestion {
    /// All words but the postcode, in order.
    pub words: Vec<QueryWord>,
    pub postcode: Option<u32>,
    /// The number of words before the postcode.
    pub before_postcode: usize,
    /// The readings of the number, most likely first, and last that there is none.
    pub numbers: Vec<NumberReading>,
}

/// One way to read the number.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct NumberReading {
    pub value: Option<u32>,
    pub suffix: String,
    /// The words that it takes.
    pub span: std::ops::Range<usize>,
}

impl ParsedQuestion {
    /// Parses a question; with `is_typing` its last word may be unfinished.
    pub(crate) fn new(text: &str, is_typing: bool) -> Self {
        let mut all = words(text);
        all.truncate(bound::WORDS);
        // A space at the end shows that the last word is whole.
        let is_typing = is_typing && text.chars().last().is_some_and(char::is_alphanumeric);
        let noise = noise_words(&all);
        // The last one: five digits before it may be part of a letterbox (`BP 12345 90000 Belfort`).
        let postcode = (0..all.len())
            .rev()
            .find(|&at| !noise[at] && is_postcode(&all[at].text));
        let last = all.len().saturating_sub(1);
        let mut words = Vec::with_capacity(all.len());
        for (at, word) in all
            .iter()
            .enumerate()
            .filter(|(at, _)| Some(*at) != postcode)
        {
            let is_prefix = is_typing && at == last;
            words.push(QueryWord::new(&word.text, word.class, noise[at], is_prefix));
        }
        let before_postcode = postcode.unwrap_or(words.len());
        // What follows the postcode is the commune: `Paris 12` has no house number.
        let numbers = number_readings(&words[..before_postcode]);
        Self {
            words,
            postcode: postcode.and_then(|at| all[at].text.parse().ok()),
            before_postcode,
            numbers,
        }
    }
}

/// Returns true if a question may mean an address, even one that another service found: its number is a reading of the question's, its postcode
/// is not another, and no distinctive word of the question is missing in it.
#[must_use]
pub fn matches_question(question: &str, candidate: &Candidate) -> bool {
    let question = ParsedQuestion::new(question, false);
    let Some(number) = question
        .numbers
        .iter()
        .find(|number| is_number_of(number, candidate))
    else {
        return false;
    };
    let same_postcode = question
        .postcode
        .is_none_or(|asked| candidate.postcode.parse() == Ok(asked));
    let others = question
        .words
        .iter()
        .enumerate()
        .filter(|(at, _)| !number.span.contains(at))
        .map(|(_, word)| word)
        .collect::<Vec<_>>();
    same_postcode && !has_foreign_word(&others, &encode(&words(&candidate.label())))
}

/// Returns true if a candidate has exactly this number, or both have none.
fn is_number_of(number: &NumberReading, candidate: &Candidate) -> bool {
    let housenumber = candidate.housenumber.as_deref().map(compact);
    let asked = number
        .value
        .map(|value| compact(&format!("{value}{}", number.suffix)));
    asked == housenumber && (candidate.kind != AddressKind::Housenumber || housenumber.is_some())
}

/// A house number in lower case and without spaces: services write `12bis`, `12 bis` and `12 BIS`.
fn compact(number: &str) -> String {
    number.to_lowercase().replace(' ', "")
}

fn is_numeric(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_postcode(text: &str) -> bool {
    text.len() == 5 && is_numeric(text)
}

/// The text of a word; empty beyond the last.
fn text_at(words: &[NameWord], at: usize) -> &str {
    words.get(at).map_or("", |word| word.text.as_str())
}

/// Returns true for what may follow `bâtiment`: a number of four digits at most, or one letter.
fn is_short(text: &str) -> bool {
    (1..=4).contains(&text.len()) && is_numeric(text) || text.len() == 1
}

/// Flags the words that name no street and no commune: floors, buildings, letterboxes, `CEDEX`.
fn noise_words(all: &[NameWord]) -> Vec<bool> {
    let mut noise = vec![false; all.len()];
    for at in 0..all.len() {
        match text_at(all, at) {
            "cedex" => {
                noise[at] = true;
                // The number of a CEDEX has two digits at most: more would be a postcode.
                if at + 1 < all.len()
                    && text_at(all, at + 1).len() <= 2
                    && is_numeric(text_at(all, at + 1))
                {
                    noise[at + 1] = true;
                }
            }
            "bp" | "cs" | "tsa" if at + 1 < all.len() && is_numeric(text_at(all, at + 1)) => {
                noise[at..at + 2].fill(true);
            }
            // Not at the head, where it is the name of a place or of its street (`Tour 3`).
            "batiment" | "immeuble" | "escalier" | "esc" | "appartement" | "appt" | "apt"
            | "app" | "logement" | "lgt" | "hall" | "entree" | "etg" | "tour" | "porte"
                if is_short(text_at(all, at + 1)) && at + 1 < all.len() && at > 0 =>
            {
                noise[at..at + 2].fill(true);
            }
            "etage" | "etages" | "etg" | "rdc" => {
                noise[at] = true;
                // `3e étage`: its number precedes it.
                if at > 0 && is_numeric(text_at(all, at - 1)) {
                    noise[at - 1] = true;
                }
            }
            "rez" if text_at(all, at + 1) == "de" && text_at(all, at + 2) == "chaussee" => {
                noise[at..at + 3].fill(true);
            }
            "chez" if at + 1 < all.len() => noise[at] = true,
            _ => {}
        }
    }
    noise
}

/// The text of a word of the question; empty beyond the last.
fn query_text_at(words: &[QueryWord], at: usize) -> &str {
    words.get(at).map_or("", |word| word.text.as_str())
}

fn is_house_number(words: &[QueryWord], at: usize) -> bool {
    words.get(at).is_some_and(|word| {
        !word.is_noise && is_numeric(&word.text) && (1..=5).contains(&word.text.len())
    })
}

/// Returns true if a word follows that can be the name of a street rather than its type.
fn is_name_at(words: &[QueryWord], at: usize) -> bool {
    words
        .get(at)
        .is_some_and(|word| word.class != WordClass::StreetType)
}

/// Returns the readings of the number, most likely first, and last that there is none.
fn number_readings(words: &[QueryWord]) -> Vec<NumberReading> {
    let mut readings = Vec::new();
    for at in (0..words.len()).filter(|&at| is_house_number(words, at)) {
        // `rue du 8 mai 1945`: neither number is the house's, unless it stands at the head.
        let is_date = is_month(query_text_at(words, at + 1))
            || at > 0 && is_month(query_text_at(words, at - 1));
        if is_date && at > 0 {
            continue;
        }
        if let Some(range) = range_readings(words, at) {
            return range;
        }
        push_readings(words, at, &mut readings);
        // A number at the head, before a type of street, can only be the house's.
        let end = readings.last().map_or(at + 1, |number| number.span.end);
        if at == 0
            && !is_date
            && words
                .get(end)
                .is_some_and(|next| next.class == WordClass::StreetType)
        {
            return readings;
        }
    }
    readings.truncate(bound::NUMBER_READINGS);
    readings.push(NumberReading::default());
    readings
}

/// Returns both numbers of a range at the head (`12-14 rue Foch`): either may be the one published.
fn range_readings(words: &[QueryWord], at: usize) -> Option<Vec<NumberReading>> {
    let next = query_text_at(words, at + 1);
    let first: Option<u32> = query_text_at(words, at).parse().ok();
    let second: Option<u32> = next.parse().ok();
    // Only upwards, and no date: `12 8 mai` is number 12 of the `8 mai`.
    let is_range = at == 0
        && is_house_number(words, 1)
        && !is_month(query_text_at(words, 2))
        && second > first;
    is_range.then(|| {
        [first, second]
            .into_iter()
            .map(|value| NumberReading {
                value,
                suffix: String::new(),
                span: 0..2,
            })
            .chain([NumberReading::default()])
            .collect()
    })
}

/// Adds the readings of the number at one word, with or without the letter that follows.
fn push_readings(words: &[QueryWord], at: usize, readings: &mut Vec<NumberReading>) {
    let value = query_text_at(words, at).parse().ok();
    let mut push = |suffix: &str, end: usize| {
        readings.push(NumberReading {
            value,
            suffix: suffix.to_owned(),
            span: at..end,
        });
    };
    match query_text_at(words, at + 1) {
        suffix @ ("bis" | "ter" | "quater" | "quinquies") => push(suffix, at + 2),
        // `12 D` has a suffix, `12 l'Orée` has an article: both are tried where a name follows.
        letter @ ("d" | "l") => {
            push(letter, at + 2);
            if is_name_at(words, at + 2) {
                push("", at + 1);
            }
        }
        // `12 B 3`: the letter goes with the number.
        letter
            if letter.len() == 1
                && !is_numeric(letter)
                && words[at + 1].class != WordClass::StreetType =>
        {
            push(letter, at + 2);
        }
        _ => push("", at + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Option<u32>, String, Option<u32>) {
        let question = ParsedQuestion::new(text, false);
        (
            question.numbers[0].value,
            question.numbers[0].suffix.clone(),
            question.postcode,
        )
    }

    #[test]
    fn numbers_and_postcodes_are_distinguished() {
        for (text, number, suffix, postcode) in [
            (
                "12 bis rue Foch 90000 Belfort",
                Some(12),
                "bis",
                Some(90000),
            ),
            ("12B, rue Foch 01000 Bourg", Some(12), "b", Some(1000)),
            ("3 Rue de la Paix", Some(3), "", None),
            ("12-14 rue Foch", Some(12), "", None),
            ("rue du 8 mai 1945 90000 Belfort", None, "", Some(90000)),
            ("12 rue du 11 novembre 1918", Some(12), "", None),
            (
                "Bâtiment B, 4 rue Foch, CS 12345, 90000 Belfort CEDEX 9",
                Some(4),
                "",
                Some(90000),
            ),
            ("rue Foch 4", Some(4), "", None),
            ("5 l'Orée du Bois", Some(5), "l", None),
            ("Belfort", None, "", None),
        ] {
            assert_eq!(read(text), (number, suffix.to_owned(), postcode), "{text}");
        }
    }
}
