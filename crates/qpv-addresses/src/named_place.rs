//! The place that a question names beside its street: a commune, a postcode, a department.
//!
//! A street is found without one too, among all that are loaded. Whether such an address may be meant depends on what is
//! not loaded, which the caller knows: a candidate says by what it was found ([`Candidate::named_place`]).

use qpv_model::CommuneCode;

use crate::candidate::{AddressKind, Candidate};
use crate::commune_names::joined;
use crate::delivery::NamedArea;
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
        let ends = [question.words.len(), question.area];
        let commune = ends
            .into_iter()
            .find_map(|end| last_commune(&question, first, end, &is_commune));
        QuestionPlace {
            postcode: question.postcode,
            department: department.filter(|_| question.has_area),
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
        let label = encode(&words(&candidate.label()));
        let is_missing: Vec<bool> = question
            .words
            .iter()
            .map(|word| word.is_distinctive() && !is_named(word, &label))
            .collect();
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
        let mut parsed = ParsedQuestion::new(question, false, |postcode| {
            !tables.communes_of(postcode).is_empty()
        });
        parsed.mark_known(|word| tables.is_known_word(word));
        parsed
    }
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
        .rposition(|word| !word.is_noise && word.text != "cedex");
    let end = first + last.map_or(0, |last| last + 1);
    let from = first.max(end.saturating_sub(bound::COMMUNE_WORDS));
    let (start, name) = (from..end).find_map(|start| {
        let texts = question.words[start..end].iter().map(|word| &*word.text);
        let name = texts.collect::<Vec<_>>().join(" ");
        is_commune(&name).then_some((start, name))
    })?;
    let before = start.checked_sub(1).filter(|at| *at >= first);
    let is_of_street = before.is_some_and(|at| {
        let class = question.words[at].class;
        // A comma parts the town from its street.
        !question.words[start].starts_part
            && matches!(class, WordClass::Link | WordClass::StreetType)
    });
    (!is_of_street).then_some(name)
}
