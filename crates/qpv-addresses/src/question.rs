//! What is asked, taken apart: a number, a postcode, words.

use crate::similarity::{Asked, has_other_word};
use crate::words::{Class, Word, encode, words};
use crate::{AddressKind, Candidate};

/// Words beyond this many are not looked at.
const MOST_WORDS: usize = 32;

/// A question taken apart.
#[derive(Debug)]
pub(crate) struct Question {
    /// All words but the postcode, in order.
    pub words: Vec<Asked>,
    pub postcode: Option<u32>,
    /// How many words come before the postcode.
    pub before_postcode: usize,
    /// What the number may be, likeliest first, and last that there is none.
    pub numbers: Vec<Number>,
}

/// One way to read the number.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Number {
    pub value: Option<u32>,
    pub suffix: String,
    /// Words that say it.
    pub says: std::ops::Range<usize>,
}

impl Question {
    /// Takes a question apart; `begun` when its last word may be still being typed.
    pub(crate) fn new(text: &str, begun: bool) -> Self {
        let mut all = words(text);
        all.truncate(MOST_WORDS);
        // A space at the end tells that the last word is whole.
        let begun = begun && text.chars().last().is_some_and(char::is_alphanumeric);
        let aside = aside(&all);
        let postcode = (0..all.len())
            .rev()
            .find(|&at| !aside[at] && is_postcode(&all[at].text));
        let last = all.len().saturating_sub(1);
        let mut words = Vec::with_capacity(all.len());
        for (at, word) in all
            .iter()
            .enumerate()
            .filter(|(at, _)| Some(*at) != postcode)
        {
            words.push(Asked::new(
                &word.text,
                word.class,
                aside[at],
                begun && at == last,
            ));
        }
        let before_postcode = postcode.unwrap_or(words.len());
        // What follows the postcode is the commune, `Paris 12`.
        let numbers = numbers(&words[..before_postcode]);
        Self {
            words,
            postcode: postcode.and_then(|at| all[at].text.parse().ok()),
            before_postcode,
            numbers,
        }
    }
}

/// Whether a question may mean an address, whoever found it: its number is one that is asked, its postcode is not another,
/// and no telling word of the question is like none of its own.
#[must_use]
pub fn matches_question(question: &str, found: &Candidate) -> bool {
    let question = Question::new(question, false);
    let plain = |number: &str| number.to_lowercase().replace(' ', "");
    let housenumber = found.housenumber.as_deref().map(plain);
    let says = |number: &&Number| {
        number
            .value
            .map(|value| plain(&format!("{value}{}", number.suffix)))
            == housenumber
            && (found.kind != AddressKind::Housenumber || housenumber.is_some())
    };
    let Some(number) = question.numbers.iter().find(says) else {
        return false;
    };
    let postcode = question
        .postcode
        .is_none_or(|asked| found.postcode.parse() == Ok(asked));
    let words_of = words(&found.label());
    let others = question
        .words
        .iter()
        .enumerate()
        .filter(|(at, _)| !number.says.contains(at));
    postcode
        && !has_other_word(
            &others.map(|(_, word)| word).collect::<Vec<_>>(),
            &encode(&words_of),
        )
}

fn is_numeric(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_postcode(text: &str) -> bool {
    text.len() == 5 && is_numeric(text)
}

/// Which words name no street and no commune: floors, buildings, letterboxes, `CEDEX`.
fn aside(all: &[Word]) -> Vec<bool> {
    let mut aside = vec![false; all.len()];
    let text = |at: usize| all.get(at).map_or("", |word| word.text.as_str());
    let short = |at: usize| {
        (1..=4).contains(&text(at).len()) && is_numeric(text(at)) || text(at).len() == 1
    };
    for at in 0..all.len() {
        match text(at) {
            "cedex" => {
                aside[at] = true;
                if at + 1 < all.len() && text(at + 1).len() <= 2 && is_numeric(text(at + 1)) {
                    aside[at + 1] = true;
                }
            }
            "bp" | "cs" | "tsa" if at + 1 < all.len() && is_numeric(text(at + 1)) => {
                (aside[at], aside[at + 1]) = (true, true);
            }
            "batiment" | "immeuble" | "escalier" | "esc" | "appartement" | "appt" | "apt"
            | "app" | "logement" | "lgt" | "hall" | "entree" | "etg" | "tour" | "porte"
                if short(at + 1) && at + 1 < all.len() && at > 0 =>
            {
                (aside[at], aside[at + 1]) = (true, true);
            }
            "etage" | "etages" | "etg" | "rdc" => {
                aside[at] = true;
                if at > 0 && is_numeric(text(at - 1)) {
                    aside[at - 1] = true;
                }
            }
            "rez" if text(at + 1) == "de" && text(at + 2) == "chaussee" => {
                aside[at..at + 3].fill(true)
            }
            "chez" if at + 1 < all.len() => aside[at] = true,
            _ => {}
        }
    }
    aside
}

fn numbers(words: &[Asked]) -> Vec<Number> {
    let mut numbers = Vec::new();
    let text = |at: usize| words.get(at).map_or("", |word| word.text.as_str());
    let is_number = |at: usize| {
        words.get(at).is_some_and(|word| {
            !word.aside && is_numeric(&word.text) && (1..=5).contains(&word.text.len())
        })
    };
    let positions: Vec<usize> = (0..words.len()).filter(|&at| is_number(at)).collect();
    for at in positions {
        let dated = is_month(text(at + 1)) || at > 0 && is_month(text(at - 1));
        if dated && at > 0 {
            continue;
        }
        let value = text(at).parse().ok();
        let with = |suffix: &str, end: usize| Number {
            value,
            suffix: suffix.to_owned(),
            says: at..end,
        };
        match text(at + 1) {
            suffix @ ("bis" | "ter" | "quater" | "quinquies") => numbers.push(with(suffix, at + 2)),
            // `12 l'Orée`, `12 D`.
            letter @ ("d" | "l") => {
                numbers.push(with(letter, at + 2));
                if words
                    .get(at + 2)
                    .is_some_and(|next| next.class != Class::Kind)
                {
                    numbers.push(with("", at + 1));
                }
            }
            letter
                if letter.len() == 1
                    && !is_numeric(letter)
                    && words[at + 1].class != Class::Kind =>
            {
                // `12 B 3`: the letter goes with the number.
                numbers.push(with(letter, at + 2));
            }
            "rue" if at == 0 && text(at + 2).is_empty() => numbers.push(with("", at + 1)),
            // `12-14`: either, and both words are spent.
            next if is_number(at + 1)
                && !is_month(text(at + 2))
                && at == 0
                && next.parse().ok() > value =>
            {
                let second = Number {
                    value: text(at + 1).parse().ok(),
                    suffix: String::new(),
                    says: at..at + 2,
                };
                return vec![with("", at + 2), second, Number::default()];
            }
            _ => numbers.push(with("", at + 1)),
        }
        // A number at the head is the number.
        let spent = numbers.last().map_or(at + 1, |number| number.says.end);
        if at == 0
            && !dated
            && words
                .get(spent)
                .is_some_and(|next| next.class == Class::Kind)
        {
            return numbers;
        }
    }
    numbers.truncate(3);
    numbers.push(Number::default());
    numbers
}

fn is_month(word: &str) -> bool {
    matches!(
        word,
        "janvier"
            | "fevrier"
            | "mars"
            | "avril"
            | "mai"
            | "juin"
            | "juillet"
            | "aout"
            | "septembre"
            | "octobre"
            | "novembre"
            | "decembre"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Option<u32>, String, Option<u32>) {
        let question = Question::new(text, false);
        (
            question.numbers[0].value,
            question.numbers[0].suffix.clone(),
            question.postcode,
        )
    }

    #[test]
    fn numbers_and_postcodes_are_told_apart() {
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
