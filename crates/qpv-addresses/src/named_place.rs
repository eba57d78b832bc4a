//! The place that a question names beside its street: a commune, a postcode, a department.
//!
//! A street is found without one too, among all that are loaded. Whether such an address may be meant depends on what is
//! not loaded, which the caller knows: a candidate says by what it was found ([`Candidate::named_place`]).

use qpv_model::CommuneCode;

use crate::candidate::{AddressKind, Candidate};
use crate::commune_names::joined;
use crate::delivery::{NamedArea, department_of_number};
use crate::index::AddressIndex;
use crate::question::ParsedQuestion;
use crate::similarity::is_named;
use crate::weights::bound;
use crate::words::{WordClass, encode, words};

/// The place that a question names by its own words, be its addresses loaded or not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QuestionPlace {
    /// The postcode.
    pub postcode: Option<u32>,
    /// The INSEE code of the department that is named at the end.
    pub department: Option<&'static str>,
    /// The name of the commune at the end, in the form of [`commune_words`].
    pub commune: Option<String>,
}

/// Returns the words of a commune's name as the search compares them: `Saint-Denis` and `ST DENIS` have the same.
///
/// ```
/// assert_eq!(qpv_addresses::commune_words("Bourg-en-Bresse"), "bourg en bresse");
/// ```
#[must_use]
pub fn commune_words(name: &str) -> String {
    joined(&words(name))
}

impl AddressIndex {
    /// Returns true if a question has a postcode, or names a department or a region, be they loaded or not.
    #[must_use]
    pub fn has_postcode_or_area(&self, question: &str) -> bool {
        let question = self.parsed(question);
        let mut areas = question.areas.iter().map(|(_, area)| area);
        question.postcode.is_some()
            || areas.any(|area| matches!(area, NamedArea::Department(_) | NamedArea::Region))
    }

    /// Returns the place that a question names; `is_commune` is asked for words in the form of [`commune_words`]. A name after
    /// `de` or `rue` is a street's: `12 rue de Bayeux` names no commune.
    #[must_use]
    pub fn question_place(
        &self,
        question: &str,
        is_commune: impl Fn(&str) -> bool,
    ) -> QuestionPlace {
        let question = self.parsed(question);
        let mut areas = question.areas.iter();
        let department = areas.find_map(|(_, area)| match area {
            NamedArea::Department(code) => Some(*code),
            _ => None,
        });
        // Behind a postcode stands the town.
        let first = question
            .postcode
            .map_or(0, |_| question.before_postcode)
            .min(question.words.len());
        let end = question.words.len();
        let whole = last_commune(&question, first, end, &is_commune);
        let surely = department.filter(|_| question.has_area);
        let named = match whole {
            Some(commune) => Some((surely, commune)),
            None => last_commune(&question, first, question.area, &is_commune)
                .map(|commune| (department, commune))
                .or_else(|| commune_before_number(&question, first, &is_commune))
                .or_else(|| Some((department, commune_of_first_part(&question, &is_commune)?))),
        };
        let (department, commune) = named.map_or((surely, None), |(department, commune)| {
            (department, Some(commune))
        });
        QuestionPlace {
            postcode: question.postcode,
            department,
            commune,
        }
    }

    /// Returns true if words of a question that a candidate lacks are the name of a commune: `is_commune` is asked for words
    /// in the form of [`commune_words`].
    #[must_use]
    pub fn names_another_commune(
        &self,
        question: &str,
        candidate: &Candidate,
        is_commune: impl Fn(&str) -> bool,
    ) -> bool {
        let question = self.parsed(question);
        let is_missing = words_missing(&question, candidate);
        let count = is_missing.len();
        (0..count).any(|start| {
            let longest = count.min(start + bound::COMMUNE_WORDS);
            (start + 1..=longest).any(|end| {
                let texts = question.words[start..end].iter().map(|word| &*word.text);
                is_missing[start..end].contains(&true)
                    && is_commune(&texts.collect::<Vec<_>>().join(" "))
            })
        })
    }

    /// Returns true if a candidate has all words of a question that tell one street from another; its number aside.
    #[must_use]
    pub fn has_all_words(&self, question: &str, candidate: &Candidate) -> bool {
        let question = self.parsed(question);
        let is_missing = words_missing(&question, candidate);
        let mut words = question.words.iter().zip(is_missing);
        !words.any(|(word, is_missing)| is_missing && !word.may_be_house_number())
    }

    /// Returns true if addresses lie in a postcode and in a commune, where these are given.
    #[must_use]
    pub fn has_place(&self, postcode: Option<u32>, citycode: Option<CommuneCode>) -> bool {
        let tables = self.tables();
        let is_in_postcode =
            |commune: u32| postcode.is_none_or(|code| tables.communes_of(code).contains(&commune));
        (0_u32..).zip(tables.communes).any(|(commune, _)| {
            is_in_postcode(commune)
                && citycode.is_none_or(|code| tables.has_citycode(commune, code))
        })
    }

    /// Returns true if streets of the name of a candidate's lie in other communes too; false for a commune.
    #[must_use]
    pub fn is_name_of_several_communes(&self, candidate: &Candidate) -> bool {
        let tables = self.tables();
        let street = candidate.street_row.map(|street| street as usize);
        let Some(row) = street.and_then(|street| tables.streets.get(street)) else {
            return false;
        };
        // Arrondissements of one city are one commune.
        let commune = candidate.citycode.whole_commune();
        let mut namesakes = tables.streets_named(row.name).iter();
        candidate.kind != AddressKind::Municipality
            && namesakes.any(|other| {
                let other = tables.streets[*other as usize].commune;
                tables.citycode(other).whole_commune() != commune
            })
    }

    fn parsed(&self, question: &str) -> ParsedQuestion {
        let tables = self.tables();
        let mut parsed = ParsedQuestion::within(&tables, question, false);
        parsed.mark_known(|word| tables.is_known_word(word));
        parsed
    }
}

/// Returns the department and the commune of « Saint-Denis 93 »: a number behind a name, which no comma tells apart.
fn commune_before_number(
    question: &ParsedQuestion,
    first: usize,
    is_commune: impl Fn(&str) -> bool,
) -> Option<(Option<&'static str>, String)> {
    let last = question.words.iter().rposition(|word| !word.is_noise)?;
    // `2A` is two words.
    let (start, department) = [last.saturating_sub(1), last]
        .into_iter()
        .find_map(|start| {
            let texts = question.words[start..=last].iter().map(|word| &*word.text);
            let number = texts.collect::<Vec<_>>().join(" ");
            Some((start, department_of_number(&number)?))
        })?;
    let commune = last_commune(question, first, start, is_commune)?;
    Some((Some(department), commune))
}

/// Returns the commune that the first part of a question is the name of: `Lagarde-Hachan, 14 rue Foch`.
fn commune_of_first_part(
    question: &ParsedQuestion,
    is_commune: impl Fn(&str) -> bool,
) -> Option<String> {
    let mut later = question.words.iter().skip(1);
    let end = 1 + later.position(|word| word.starts_part)?;
    let texts = question.words[..end].iter().map(|word| &*word.text);
    let name = texts.collect::<Vec<_>>().join(" ");
    is_commune(&name).then_some(name)
}

/// Returns for each word of a question whether it tells one place from another and a candidate lacks it. A word given twice
/// must be there twice: `rue de Mulhouse Mulhouse` names the town beside the street.
fn words_missing(question: &ParsedQuestion, candidate: &Candidate) -> Vec<bool> {
    let label = words(&candidate.label());
    let encoded = encode(&label);
    let words = question.words.iter().enumerate();
    let is_missing = words.map(|(at, word)| {
        let times_in_label = label.iter().filter(|it| it.text == word.text).count();
        let before = &question.words[..at];
        let times_before = before.iter().filter(|it| it.text == word.text).count();
        let is_again = times_before > 0 && times_before >= times_in_label;
        word.is_distinctive() && (is_again || !is_named(word, &encoded))
    });
    is_missing.collect()
}

/// Returns the longest name of a commune that ends a part of a question; `None` where that is the name of a street.
fn last_commune(
    question: &ParsedQuestion,
    first: usize,
    end: usize,
    is_commune: impl Fn(&str) -> bool,
) -> Option<String> {
    // « CEDEX » and the like end a line and no name.
    let words = &question.words[first..end.max(first)];
    let last = words
        .iter()
        // Nor does a name end in an article: `Saint-Denis de La Réunion`.
        .rposition(|word| !word.is_noise && word.text != "cedex" && word.class != WordClass::Link);
    let end = first + last.map_or(0, |last| last + 1);
    let from = first.max(end.saturating_sub(bound::COMMUNE_WORDS));
    let (start, name) = (from..end).find_map(|start| {
        let texts = question.words[start..end].iter().map(|word| &*word.text);
        let name = texts.collect::<Vec<_>>().join(" ");
        is_commune(&name).then_some((start, name))
    })?;
    let before = start.checked_sub(1).filter(|at| *at >= first);
    let is_of_street = before.is_some_and(|at| {
        let word = &question.words[at];
        // `rue de Bayeux`, `rue Bayeux`; neither `Grande Rue Bayeux` nor `rue Foch à Bayeux`.
        let is_whole_way = word.class == WordClass::StreetType
            && at > 0
            && question.words[at - 1].class == WordClass::Title;
        let is_link = word.class == WordClass::Link && word.text != "a";
        // A comma parts the town from its street.
        !question.words[start].starts_part
            && (is_link || word.class == WordClass::StreetType && !is_whole_way)
    });
    (!is_of_street).then_some(name)
}
