//! A question, parsed: the readings of its number, its postcode, its words.

use std::borrow::Cow;
use std::collections::BTreeSet;

use qpv_french::dates::is_month;

use crate::abbreviations::is_thoroughfare;
use crate::candidate::{AddressKind, Candidate};
use crate::commune_names::joined;
use crate::copied_text::{as_written, remove_repeats};
use crate::delivery::{DeliveryWords, NamedArea, area_start, department_of_number, is_numeric};
use crate::house_number::{AddressWords, NumberReading};
use crate::index::IndexTables;
use crate::numerals::year_of_date;
use crate::similarity::{QueryWord, has_foreign_word};
use crate::weights::bound;
use crate::words::{NameWord, encode, words};

/// A question taken apart.
#[derive(Debug)]
pub(crate) struct ParsedQuestion {
    /// All words but the postcode, in order.
    pub words: Vec<QueryWord>,
    pub postcode: Option<u32>,
    /// The number of words before the postcode.
    pub before_postcode: usize,
    /// True if the post sorts it apart: its postcode is then that of an office.
    pub has_cedex: bool,
    /// The words from here on may name a department, a region, the country.
    pub area: usize,
    /// True if they do, for a comma parts them or the postcode precedes them.
    pub has_area: bool,
    /// The areas that they may name, each with its words.
    pub areas: Vec<(String, NamedArea)>,
    /// The readings of the number, most likely first, and last that there is none.
    pub numbers: Vec<NumberReading>,
}

/// An area in which a town is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TownArea {
    Postcode(u32),
    /// A department, by its INSEE code.
    Department(&'static str),
}

impl ParsedQuestion {
    /// Parses a question by the postcodes and communes of an index.
    pub(crate) fn within(tables: &IndexTables<'_>, text: &str, is_typing: bool) -> Self {
        Self::new(
            text,
            is_typing,
            |postcode| !tables.communes_of(postcode).is_empty(),
            |area, name| {
                if matches!(area, TownArea::Postcode(code) if tables.communes_of(code).is_empty()) {
                    return false;
                }
                let mut named = tables.aliases_named(name).into_iter().map(|it| it.commune);
                named.any(|commune| match area {
                    TownArea::Postcode(code) => tables.communes_of(code).contains(&commune),
                    TownArea::Department(code) => {
                        let row = &tables.communes[commune as usize];
                        row.code.starts_with(code.as_bytes())
                    }
                })
            },
        )
    }

    /// Parses a question; with `is_typing` its last word may be unfinished. `is_postcode` knows the postcodes in use, and
    /// `is_town` the names of the communes of an area, in the form of [`commune_words`](crate::commune_words).
    pub(crate) fn new(
        text: &str,
        is_typing: bool,
        is_postcode: impl Fn(u32) -> bool,
        is_town: impl Fn(TownArea, &str) -> bool,
    ) -> Self {
        let text = as_written(text);
        let whole = with_whole_postcode(&text);
        let (mut all, mut parts) = words_of_parts(&with_lost_digit(&whole, &is_town));
        let last_postcode = all
            .iter()
            .rposition(|word| has_form_of_postcode(&word.text));
        remove_repeats(&mut all, &mut parts, last_postcode);
        // A space at the end shows that the last word is whole.
        let is_typing = is_typing && text.chars().last().is_some_and(char::is_alphanumeric);
        let mut noise = DeliveryWords::flag(&all, &parts);
        // The last one: five digits before it may be part of a letterbox (`BP 12345 90000 Belfort`).
        // Not one in front of a kind of way, which is the number of a house (`10650 Rue Haute`).
        let is_before_way = |at: usize| {
            all.get(at + 1)
                .is_some_and(|next| is_thoroughfare(&next.text) && !parts[at + 1])
        };
        let postcodes = (0..all.len())
            .rev()
            .filter(|&at| !noise[at] && has_form_of_postcode(&all[at].text));
        let is_in_use = |at: usize| all[at].text.parse().is_ok_and(&is_postcode);
        // One that is loaded rather than the number of a file behind it.
        let mut apart = postcodes.clone().filter(|at| !is_before_way(*at));
        let postcode = apart
            .clone()
            .find(|at| is_in_use(*at))
            .or_else(|| apart.next())
            .or_else(|| postcodes.clone().find(|at| is_in_use(*at)));
        // `F-90000` is how other countries write it.
        if let Some(before) = postcode.and_then(|at| at.checked_sub(1))
            && matches!(all[before].text.as_str(), "f" | "fr")
        {
            noise[before] = true;
        }
        if postcode.is_none() {
            for at in department_numbers_before_towns(&all, &is_town)
                .into_iter()
                .rev()
            {
                all.remove(at);
                noise.remove(at);
                parts[at + 1] |= parts[at];
                parts.remove(at);
            }
        }
        let (area, areas) = area_start(&all, &noise, &parts, postcode, |code, name| {
            is_town(TownArea::Department(code), name)
        });
        // The number of a department behind a town (`Belfort 90`, `Bastia 2B`) is no house's.
        for at in area..all.len() {
            let follows_number = at > area && noise[at - 1] && all[at].text.len() == 1;
            noise[at] |=
                !parts[at] && Some(at) != postcode && (is_numeric(&all[at].text) || follows_number);
        }
        let last = all.len().saturating_sub(1);
        let mut words = Vec::with_capacity(all.len());
        for (at, word) in all
            .iter()
            .enumerate()
            .filter(|(at, _)| Some(*at) != postcode)
        {
            let is_prefix = is_typing && at == last;
            let starts_part = parts[at] && at > 0;
            let mut asked = QueryWord::new(&word.text, word.class, noise[at], is_prefix);
            asked.starts_part = starts_part;
            asked.is_spelled = word.is_spelled;
            words.push(asked);
        }
        mark_implied_years(&mut words);
        let address = AddressWords {
            words: &words,
            before_postcode: postcode,
        };
        let mut numbers = address.number_readings();
        if begins_with_letter_and_digit(&text) {
            for number in numbers.iter_mut().filter(|number| number.span.start == 1) {
                number.is_doubtful = true;
            }
        }
        let is_street_behind =
            |postcode: usize| numbers.iter().any(|number| number.street.start >= postcode);
        Self {
            before_postcode: postcode.unwrap_or(words.len()),
            area: area - usize::from(postcode.is_some_and(|postcode| postcode < area)),
            has_area: parts.get(area).is_some_and(|begins| *begins)
                || postcode
                    .is_some_and(|postcode| postcode + 1 < area && !is_street_behind(postcode)),
            areas,
            has_cedex: all.iter().any(|word| word.text == "cedex"),
            words,
            postcode: postcode.and_then(|at| all[at].text.parse().ok()),
            numbers,
        }
    }

    /// Marks the words that names of the index have.
    pub(crate) fn mark_known(&mut self, is_known: impl Fn(&str) -> bool) {
        for word in &mut self.words {
            word.is_known = is_known(&word.text);
        }
    }
}

/// Returns true for `Z5 rue Foch`, whose letter may be a digit, or a building; not for `n5`.
fn begins_with_letter_and_digit(text: &str) -> bool {
    let mut letters = text.trim_start().chars();
    let first = letters.next().filter(|first| first.is_alphabetic());
    first.is_some_and(|first| !matches!(first, 'n' | 'N'))
        && letters.next().is_some_and(|next| next.is_ascii_digit())
}

/// Marks the years that go without saying: `11 novembre 1918` for Rue du 11 Novembre.
fn mark_implied_years(words: &mut [QueryWord]) {
    for at in 2..words.len() {
        let [day, month, year] = [at - 2, at - 1, at].map(|at| words[at].text.as_str());
        let is_implied = is_month(month) && year_of_date(day, month) == Some(year);
        words[at].is_implied = is_implied;
    }
}

/// Returns where the number of a department stands in front of one of its towns: `23 rue Foch 90 Étueffont`, `90 Belfort`.
fn department_numbers_before_towns(
    words: &[NameWord],
    is_town: impl Fn(TownArea, &str) -> bool,
) -> Vec<usize> {
    let has_other = words.iter().filter(|word| is_numeric(&word.text)).count() > 1;
    let mut found = Vec::new();
    for at in (0..words.len()).filter(|at| is_numeric(&words[*at].text)) {
        let Some(department) = department_of_number(&words[at].text) else {
            continue;
        };
        let behind = &words[at + 1..];
        let longest = behind.len().min(bound::COMMUNE_WORDS);
        let town = (1..=longest).rev().find(|length| {
            is_town(
                TownArea::Department(department),
                &joined(&behind[..*length]),
            )
        });
        let Some(length) = town else { continue };
        let is_last = length == behind.len() && at > 0;
        let is_first = at == 0 && has_other && length < behind.len();
        if is_last || is_first {
            found.push(at);
        }
    }
    found
}

/// Returns the words of a text, and for each whether it begins a part: behind a comma, a line's end, a bracket, a dash.
fn words_of_parts(text: &str) -> (Vec<NameWord>, Vec<bool>) {
    let mut all = Vec::new();
    let mut parts = Vec::new();
    let dashes = text
        .replace(" - ", ",")
        .replace(" – ", ",")
        .replace(" — ", ",");
    for part in dashes.split([',', ';', '\n', '\r', '\t', '(', ')', '[', ']', '|']) {
        let first = all.len();
        all.extend(words(part));
        parts.resize(all.len(), false);
        if let Some(begins) = parts.get_mut(first) {
            *begins = true;
        }
    }
    all.truncate(bound::WORDS);
    parts.truncate(bound::WORDS);
    (all, parts)
}

/// Closes the gap in a postcode written with one (`97 160 Le Moule`).
fn with_whole_postcode(text: &str) -> Cow<'_, str> {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let has_postcode = text
        .split(|c: char| !c.is_ascii_digit())
        .any(|run| run.len() == 5);
    if has_postcode {
        return Cow::Borrowed(text);
    }
    let gaps = text
        .match_indices([' ', '\u{a0}', '\u{202f}'])
        .map(|(at, gap)| (at, at + gap.len()));
    for (end, start) in gaps {
        let before = text[..end]
            .rsplit(|c: char| !c.is_ascii_digit())
            .next()
            .unwrap_or_default();
        let behind = text[start..]
            .split(|c: char| !c.is_ascii_digit())
            .next()
            .unwrap_or_default();
        let rest = text[start + behind.len()..].trim_start();
        let is_department = before.len() == 2 && digits(before) && before != "00";
        let is_behind_text = text[..end - before.len()].chars().any(char::is_alphabetic);
        let is_last = rest.is_empty() || rest.starts_with(char::is_alphabetic);
        let is_telephone = text[..end - before.len()]
            .trim_end()
            .ends_with(|c: char| c.is_ascii_digit());
        if is_department && behind.len() == 3 && is_last && is_behind_text && !is_telephone {
            return Cow::Owned(format!("{}{}", &text[..end], &text[start..]));
        }
    }
    Cow::Borrowed(text)
}

/// Gives back the digit that a postcode has lost: four digits that a commune of the postcode follows. Mostly it is the zero
/// in front that a spreadsheet took for none (`8000 Charleville-Mézières`); another (`9000 Belfort`) where only one postcode of
/// the commune has the four.
fn with_lost_digit(text: &str, is_town: impl Fn(TownArea, &str) -> bool) -> Cow<'_, str> {
    let runs = || text.split(|letter: char| !letter.is_ascii_digit());
    if runs().any(|run| run.len() == 5) {
        return Cow::Borrowed(text);
    }
    for run in runs().filter(|run| run.len() == 4 && !run.starts_with('0')) {
        // A part of the text itself.
        let start = run.as_ptr() as usize - text.as_ptr() as usize;
        let behind = &text[start + run.len()..];
        let town = behind
            .split([',', ';', '\n', '('])
            .next()
            .unwrap_or_default();
        let is_apart = !text[..start].ends_with(char::is_alphanumeric)
            && town.starts_with(char::is_whitespace);
        if !is_apart {
            continue;
        }
        let town = joined(&words(town));
        let found = postcode_of(run, |digits| {
            let postcode = digits.parse().unwrap_or_default();
            is_town(TownArea::Postcode(postcode), &town)
        });
        if let Some(postcode) = found {
            return Cow::Owned(format!("{}{postcode}{behind}", &text[..start]));
        }
    }
    Cow::Borrowed(text)
}

/// Returns the postcode that lacks one digit in a run of four: the zero in front, else the only one. `None` where several do, or
/// for a year: `Place du 18 juin 1940 Argentat` has no postcode.
fn postcode_of(run: &str, is_postcode: impl Fn(&str) -> bool) -> Option<String> {
    let with_zero = format!("0{run}");
    if is_postcode(&with_zero) {
        return Some(with_zero);
    }
    if matches!(&run[..2], "17" | "18" | "19" | "20") {
        return None;
    }
    let with_digit = (0..=run.len()).flat_map(|at| {
        let (before, behind) = run.split_at(at);
        ('0'..='9').map(move |digit| format!("{before}{digit}{behind}"))
    });
    let found: BTreeSet<String> = with_digit.filter(|it| is_postcode(it)).collect();
    let mut found = found.into_iter();
    found.next().filter(|_| found.next().is_none())
}

/// Returns true if a question may mean an address, even one that another service found: its number is a reading of the question's, its postcode
/// is not another, and no distinctive word of the question is missing in it.
#[must_use]
pub fn matches_question(question: &str, candidate: &Candidate) -> bool {
    let question = ParsedQuestion::new(question, false, |_| true, |_, _| false);
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

fn has_form_of_postcode(text: &str) -> bool {
    text.len() == 5 && is_numeric(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Option<u32>, String, Option<u32>) {
        let question = ParsedQuestion::new(
            text,
            false,
            |_| true,
            |area, town| match area {
                TownArea::Postcode(8000) => town == "charleville mezieres",
                TownArea::Postcode(90000) | TownArea::Department("90") => town == "belfort",
                TownArea::Postcode(13001 | 13002) => town == "marseille",
                TownArea::Postcode(19400) => town == "argentat",
                _ => false,
            },
        );
        (
            question.numbers[0].value,
            question.numbers[0].suffix.clone(),
            question.postcode,
        )
    }

    #[test]
    fn a_number_beside_another_is_doubtful() {
        for (text, is_doubtful) in [
            ("25 rue Foch", false),
            ("25 rue Foch, 90000 Belfort", false),
            ("12-14 rue Foch", false),
            ("12 résidence du Parc, 4 rue Foch", false),
            ("n5 rue Foch", false),
            ("3, 25 rue Foch", true),
            ("2 5 rue Foch", true),
            ("1 - 38 rue Foch", true),
            ("25 rue Foch, 3 rue de Madrid, Belfort", true),
            ("Z5 rue Foch", true),
        ] {
            let question = ParsedQuestion::new(text, false, |_| true, |_, _| false);
            assert_eq!(question.numbers[0].is_doubtful, is_doubtful, "{text}");
        }
    }

    #[test]
    fn the_last_postcode_in_use_is_the_one() {
        for (text, postcode) in [
            ("4 rue Foch 90000 Belfort dossier 12345", 90000),
            ("4 rue Foch 90000 Belfort 54321", 90000),
            ("4 rue Foch 75001 Paris", 75001),
        ] {
            let question = ParsedQuestion::new(text, false, |code| code == 90000, |_, _| false);
            assert_eq!(question.postcode, Some(postcode), "{text}");
        }
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
            (
                "4 rue Foch 8000 Charleville-Mézières",
                Some(4),
                "",
                Some(8000),
            ),
            ("8000 CHARLEVILLE MEZIERES, France", None, "", Some(8000)),
            ("4 rue Foch 9000 Belfort", Some(4), "", Some(90000)),
            ("4 rue Foch 9000, Belfort", Some(4), "", None),
            // Lines of a list, floors, files, ranges in words, letters that look like digits.
            (
                "étage 2 12 rue Foch 90000 Belfort",
                Some(12),
                "",
                Some(90000),
            ),
            ("4 appt 2 rue Foch", Some(2), "", None),
            ("du 14 au 16 rue Foch", Some(14), "", None),
            ("entre le 14 et le 16 rue Foch", Some(14), "", None),
            ("1 - 38 rue Foch", Some(38), "", None),
            ("3, 25 rue Foch", Some(25), "", None),
            ("2 5 rue Foch", Some(5), "", None),
            ("12 - 14 rue Foch", Some(12), "", None),
            ("bis 12 rue Foch", Some(12), "bis", None),
            ("12 résidence du Parc, 4 rue Foch", Some(4), "", None),
            ("Rue Foch 2 à Belfort", Some(2), "", None),
            ("rue du 11 novembre 14", Some(14), "", None),
            ("rue du 11 novembre 18", None, "", None),
            ("Belfort, rue Foch, 25", Some(25), "", None),
            ("4 rue Foch 90 Belfort", Some(4), "", None),
            ("90 Belfort 4 rue Foch", Some(4), "", None),
            ("4 rue Foch CP 90000 Belfort", Some(4), "", Some(90000)),
            (
                "4 rue Foch 90000 Belfort 90000 Belfort",
                Some(4),
                "",
                Some(90000),
            ),
            // Two postcodes have these digits, and years are none.
            ("4 rue Foch 1300 Marseille", Some(4), "", None),
            ("4 place du 18 juin 1940 Argentat", Some(4), "", None),
            // The number of a department is no house's.
            ("4 rue Foch Belfort 90", Some(4), "", None),
            ("Belfort 90", None, "", None),
            ("rue de Belfort 90", Some(90), "", None),
            // Numbers of houses, and a year.
            ("8000 rue Foch", Some(8000), "", None),
            ("rue du 8 mai 1945 Charleville-Mézières", None, "", None),
            ("5 l'Orée du Bois", Some(5), "l", None),
            ("Belfort", None, "", None),
        ] {
            assert_eq!(read(text), (number, suffix.to_owned(), postcode), "{text}");
        }
    }
}
