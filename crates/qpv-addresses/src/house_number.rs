//! The readings of a house number in a question, and of the words around it that name its street.

use std::ops::Range;

use qpv_french::dates::is_month;

use crate::abbreviations::{is_thoroughfare, needs_name};
use crate::delivery::{is_numeric, opens_complement, opens_delivery};
use crate::similarity::QueryWord;
use crate::weights::bound;
use crate::words::WordClass;

/// Words of repetition behind a number (AFNOR XP Z 10-011).
const REPETITIONS: [&str; 4] = ["bis", "ter", "quater", "quinquies"];

/// One way to read the number.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct NumberReading {
    pub value: Option<u32>,
    /// `bis`, `a bis`; may be empty.
    pub suffix: String,
    /// The words that it takes.
    pub span: Range<usize>,
    /// The words that may name the street. Others name what lies in it, or a person.
    pub street: Range<usize>,
    /// True if another number may be the house's as well: no address of it is believed.
    pub is_doubtful: bool,
}

/// The words of a question without its postcode.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AddressWords<'q> {
    pub words: &'q [QueryWord],
    /// The number of words before the postcode, if there is one.
    pub before_postcode: Option<usize>,
}

impl<'q> AddressWords<'q> {
    /// Returns the readings of the number, most likely first, and last that there is none.
    pub(crate) fn number_readings(self) -> Vec<NumberReading> {
        let mut readings = Vec::new();
        let mut at = 0;
        while at < self.words.len() {
            let is_number =
                self.is_house_number(at) && !self.is_in_date(at) && self.is_in_place(at);
            if !is_number {
                at += 1;
                continue;
            }
            let found = self.range_at(at).unwrap_or_else(|| self.numbers_at(at));
            let end = found.last().map_or(at + 1, |reading| reading.span.end);
            // `3, 25 rue Foch`, `2 5 rue Foch`: the number before the way is the likelier one.
            if self.is_house_number(end) && !self.is_before_way(end) && self.begins_part(at) {
                let next = self.numbers_at(end);
                let next_end = next.last().map_or(end, |reading| reading.span.end);
                if self.is_before_way(next_end) {
                    readings.extend(next.into_iter().map(|reading| NumberReading {
                        is_doubtful: true,
                        span: at..reading.span.end,
                        ..reading
                    }));
                    break;
                }
            }
            // A number where an address begins, before a kind of way, can only be the house's.
            if self.begins_part(at) && self.is_before_way(end) {
                readings = self.among_later_addresses(found, end);
                break;
            }
            readings.extend(found);
            // Behind `4 Grand Champ Allée 3` no other number is the house's.
            if self.begins_part(at) && self.class(end).is_some() && !is_month(self.text(end)) {
                break;
            }
            at = end;
        }
        let is_sure = readings.first().is_some_and(|first| {
            self.begins_part(first.span.start) && self.is_before_way(first.span.end)
        });
        readings.sort_by_key(|reading| !self.is_before_way(reading.span.end));
        readings.truncate(bound::NUMBER_READINGS);
        if !is_sure {
            readings.push(NumberReading::default());
        }
        readings
            .into_iter()
            .flat_map(|reading| self.with_streets(&reading))
            .collect()
    }

    /// Returns the readings of a number before a way where a later part has another one: that of the street, where the first
    /// is of an estate (`12 résidence du Parc, 4 rue Foch`), else both are doubtful.
    fn among_later_addresses(self, found: Vec<NumberReading>, end: usize) -> Vec<NumberReading> {
        let later = (end..self.words.len()).find_map(|at| {
            let is_number = self.words[at].starts_part && self.is_house_number(at);
            let next =
                is_number.then(|| self.range_at(at).unwrap_or_else(|| self.numbers_at(at)))?;
            let behind = next.last().map_or(at + 1, |reading| reading.span.end);
            is_thoroughfare(self.text(behind)).then_some(next)
        });
        match later {
            None => found,
            Some(next) if opens_complement(&self.texts(end)) => next,
            Some(_) => found
                .into_iter()
                .map(|reading| NumberReading {
                    is_doubtful: true,
                    ..reading
                })
                .collect(),
        }
    }

    /// Returns a reading with the words of its street; where a complement may be a part of its name, also with both.
    fn with_streets(self, reading: &NumberReading) -> impl Iterator<Item = NumberReading> + use<> {
        let whole = self.street_of(reading);
        let end = self.end_of_street(whole.start, whole.end, reading);
        let with_street = |street| NumberReading {
            street,
            ..reading.clone()
        };
        let both = (end < whole.end).then(|| with_street(whole.clone()));
        std::iter::once(with_street(whole.start..end)).chain(both)
    }

    fn text(self, at: usize) -> &'q str {
        self.words.get(at).map_or("", |word| word.text.as_str())
    }

    fn class(self, at: usize) -> Option<WordClass> {
        self.words.get(at).map(|word| word.class)
    }

    fn begins_part(self, at: usize) -> bool {
        at == 0
            || self.before_postcode == Some(at)
            || self.words.get(at).is_some_and(|word| word.starts_part)
    }

    fn is_house_number(self, at: usize) -> bool {
        self.words.get(at).is_some_and(|word| {
            !word.is_noise && !word.is_spelled && is_numeric(&word.text) && word.text.len() <= 5
        })
    }

    /// `rue du 8 mai 1945`: neither number is the house's, unless it stands at the head.
    fn is_in_date(self, at: usize) -> bool {
        // A year has four digits by now: `rue du 11 novembre 14` has a house's number.
        let is_year = self.text(at).len() == 4;
        let follows_month =
            at > 0 && is_month(self.text(at - 1)) && !self.words[at].starts_part && is_year;
        let is_day = is_month(self.text(at + 1))
            && !self.begins_part(at)
            && !(at > 0 && self.is_house_number(at - 1));
        follows_month || is_day
    }

    /// Returns true where a house number may stand: behind the postcode only in front of its street or behind it, for
    /// `Paris 12` has none.
    fn is_in_place(self, at: usize) -> bool {
        match self.before_postcode {
            Some(postcode) if at >= postcode => {
                let end = self
                    .numbers_at(at)
                    .last()
                    .map_or(at + 1, |number| number.span.end);
                self.is_before_way(end)
                    || self.words[at].starts_part && self.class(at + 1).is_some()
                    || (postcode + 1..=at).any(|way| {
                        self.class(way) == Some(WordClass::StreetType)
                            || self.words[way].starts_part
                    })
            }
            _ => true,
        }
    }

    /// Returns true if a kind of way follows at once or behind an adjective (`Grande Rue`).
    fn is_before_way(self, at: usize) -> bool {
        let is_article = matches!(self.text(at), "le" | "la" | "les" | "l");
        let at = at + usize::from(is_article);
        match self.class(at) {
            Some(WordClass::StreetType) => true,
            Some(WordClass::Title) => self.class(at + 1) == Some(WordClass::StreetType),
            _ => false,
        }
    }

    /// Returns the two numbers of a range (`12-14 rue Foch`, `1 à 3 rue Foch`): either may be the one published.
    fn range_at(self, at: usize) -> Option<Vec<NumberReading>> {
        let follows_noise = at > 0 && self.words[at - 1].is_noise;
        // `du 14 au 16 rue Foch`
        let links = (0..at).rev().take_while(|before| {
            matches!(
                self.text(*before),
                "du" | "le" | "les" | "des" | "aux" | "au"
            )
        });
        let start = at - links.count();
        let begins = self.begins_part(at)
            || follows_noise
            || start < at && (self.begins_part(start) || self.words[start - 1].is_noise);
        if !begins {
            return None;
        }
        let first: u32 = self.text(at).parse().ok()?;
        let mut numbers = vec![first];
        let mut end = at + 1;
        loop {
            let link = match (self.text(end), self.text(end + 1), self.text(end + 2)) {
                ("a" | "et" | "ou" | "au", next, _) if is_numeric(next) => 1,
                ("et" | "ou", "le", next) if is_numeric(next) => 2,
                _ => 0,
            };
            let next = end + link;
            let Some(number) = self.text(next).parse::<u32>().ok() else {
                break;
            };
            // Only upwards, and no date: `12 8 mai` is number 12 of the `8 mai`.
            let is_range = self.is_house_number(next)
                && !is_month(self.text(next + 1))
                && number > numbers[numbers.len() - 1]
                && (link > 0 || self.may_go_on(next, number - numbers[numbers.len() - 1]));
            if !is_range {
                break;
            }
            numbers.push(number);
            end = next + 1;
        }
        let last = *numbers.last()?;
        (numbers.len() > 1).then(|| {
            let reading = |value| NumberReading {
                value: Some(value),
                span: start..end,
                ..NumberReading::default()
            };
            vec![reading(first), reading(last)]
        })
    }

    /// Returns true if a number so much larger than the one before it may end a range without a word between: on the same side
    /// or the next house, and a neighbour where a comma or a dash parts them (`1 - 38 rue Foch` is line 1 of a list).
    fn may_go_on(self, at: usize, difference: u32) -> bool {
        let is_side = difference.is_multiple_of(2) || difference == 1;
        let most = if self.words[at].starts_part { 10 } else { 60 };
        is_side && difference <= most
    }

    /// Returns the readings of the number at one word, with or without the letter that follows.
    fn numbers_at(self, at: usize) -> Vec<NumberReading> {
        let value = self.text(at).parse().ok();
        let reading = |suffix: &str, end: usize| NumberReading {
            value,
            suffix: suffix.to_owned(),
            span: at..end,
            ..NumberReading::default()
        };
        let next = self.text(at + 1);
        // `bis 12 rue Foch`, as columns in another order give it.
        if at > 0
            && REPETITIONS.contains(&self.text(at - 1))
            && self.begins_part(at - 1)
            && self.is_before_way(at + 1)
        {
            return vec![NumberReading {
                span: at - 1..at + 1,
                ..reading(self.text(at - 1), at + 1)
            }];
        }
        // `42 A bis`, and what is left of `42Abis`.
        if next.len() == 1 && REPETITIONS.contains(&self.text(at + 2)) && !is_numeric(next) {
            return vec![reading(&format!("{next} {}", self.text(at + 2)), at + 3)];
        }
        if let Some(repetition) = next.get(1..).filter(|rest| REPETITIONS.contains(rest)) {
            return vec![reading(&format!("{} {repetition}", &next[..1]), at + 2)];
        }
        if REPETITIONS.contains(&next) {
            // `12 bis A` is published as `12 bis a`.
            let letter = self.text(at + 2);
            if letter.len() == 1
                && !is_numeric(letter)
                && self.is_before_way(at + 3)
                && self.class(at + 2) != Some(WordClass::StreetType)
            {
                return vec![reading(&format!("{next} {letter}"), at + 3)];
            }
            return vec![reading(next, at + 2)];
        }
        match next {
            // `12 D` has a suffix, `12 l'Orée` has an article: both are tried where a name follows.
            letter @ ("d" | "l") => {
                let mut both = vec![reading(letter, at + 2)];
                if self
                    .class(at + 2)
                    .is_some_and(|class| class != WordClass::StreetType)
                {
                    both.push(reading("", at + 1));
                }
                both
            }
            // `rue Foch 2 à Belfort` in letters without accents, or 2 A of the street.
            "a" if !self.begins_part(at) && self.class(at + 2) == Some(WordClass::Proper) => {
                vec![reading("", at + 1), reading("a", at + 2)]
            }
            // `12 B 3`: the letter goes with the number.
            letter
                if letter.len() == 1
                    && !is_numeric(letter)
                    && self.class(at + 1) != Some(WordClass::StreetType) =>
            {
                vec![reading(letter, at + 2)]
            }
            _ => vec![reading("", at + 1)],
        }
    }

    /// Returns the words that may name the street of a number, and what lies in it.
    fn street_of(self, number: &NumberReading) -> Range<usize> {
        let zone = self.zone_of(number);
        let has_number = number.value.is_some();
        let end = number.span.end;
        let has_name_behind = end < zone.end && !self.begins_part(end);
        let is_in_front = has_number
            && (self.is_before_way(end)
                || has_name_behind
                    && (self.begins_part(number.span.start)
                        || opens_complement(&self.texts(zone.start))));
        let front = if is_in_front {
            // The words before `3 rue …` name a building or a person.
            number.span.end
        } else {
            self.way_that_begins_part(&zone).unwrap_or(zone.start)
        };
        front..zone.end
    }

    /// Returns the words on the side of the postcode on which the street stands.
    fn zone_of(self, number: &NumberReading) -> Range<usize> {
        let all = self.words.len();
        let Some(postcode) = self.before_postcode else {
            return 0..all;
        };
        let has_way = |range: Range<usize>| {
            self.words[range]
                .iter()
                .any(|word| is_thoroughfare(&word.text) && !word.is_noise)
        };
        let has_name = self.words[..postcode]
            .iter()
            .any(|word| !word.is_noise && word.class != WordClass::Link);
        let is_behind = match number.value {
            Some(_) => number.span.start >= postcode,
            None => !has_name || has_way(postcode..all) && !has_way(0..postcode),
        };
        if is_behind {
            postcode..all
        } else {
            0..postcode
        }
    }

    /// Returns the first word of a later part of the question that begins with a kind of way: `Bâtiment B, rue Foch`.
    fn way_that_begins_part(self, zone: &Range<usize>) -> Option<usize> {
        let mut later = zone.clone().skip(1);
        later.find(|at| {
            let is_way = self.class(*at) == Some(WordClass::Title)
                && self.class(at + 1) == Some(WordClass::StreetType)
                || needs_name(self.text(*at));
            self.words[*at].starts_part && is_way
        })
    }

    /// Returns the end of the words that may name the street: a comma behind its name, or what opens a complement.
    fn end_of_street(self, front: usize, end: usize, number: &NumberReading) -> usize {
        let is_name = |at: usize| {
            !number.span.contains(&at)
                && !self.words[at].is_noise
                && self.class(at) != Some(WordClass::Link)
        };
        let mut names = 0;
        let mut has_way = false;
        for at in front..end {
            if names > 0 && self.words[at].starts_part {
                return at;
            }
            // `Grande Rue` is a name, `rue` is none.
            let is_whole_way = at > 1
                && self.class(at - 1) == Some(WordClass::StreetType)
                && self.class(at - 2) == Some(WordClass::Title);
            let follows_name = is_whole_way
                || at > 0
                    && names > usize::from(has_way)
                    && self.class(at - 1) == Some(WordClass::Proper);
            if follows_name && (opens_complement(&self.texts(at)) || self.opens_place(at, end)) {
                return at;
            }
            // Behind `rue du Château` and `rue Grande`, whose names are kinds themselves, only what no name has.
            if names > usize::from(has_way) && opens_delivery(&self.texts(at)) {
                return at;
            }
            if is_name(at) {
                has_way |= names == 0 && self.class(at) == Some(WordClass::StreetType);
                names += 1;
            }
        }
        end
    }

    /// Returns true for the article of a *lieu-dit* behind a name: `rue Foch Les Prés`.
    fn opens_place(self, at: usize, end: usize) -> bool {
        // `rue e la Victoire` lacks a letter.
        let follows_letter = self.text(at - 1).len() == 1;
        matches!(self.text(at), "le" | "la" | "les" | "l") && !follows_letter && at + 1 < end
    }

    fn texts(self, at: usize) -> Vec<&'q str> {
        (at..(at + 3).min(self.words.len()))
            .map(|at| self.text(at))
            .collect()
    }
}
