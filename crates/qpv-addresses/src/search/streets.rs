//! The streets that the words of a question may name, in some communes or anywhere.

use std::cmp::Reverse;

use crate::signature::NameSignature;
use crate::similarity::{AskedName, NameMatch, QueryWord, compare};
use crate::weights::{bound, name_match, score};
use crate::words::{WordClass, decode, words};

use super::{SearchRun, compare_scores};

/// A street that a reading may mean.
#[derive(Clone, Copy)]
pub(super) struct StreetMatch {
    pub(super) street: usize,
    /// As it counts for the score.
    pub(super) similarity: f32,
    pub(super) is_faithful: bool,
}

impl SearchRun<'_> {
    /// Returns the streets of some communes whose names are similar to the words.
    pub(super) fn streets_in_communes(
        &self,
        asked: &AskedName<'_>,
        communes: &[u32],
        postcode: Option<u32>,
    ) -> Vec<StreetMatch> {
        let streets = communes
            .iter()
            .flat_map(|commune| self.tables.streets_of(*commune))
            .filter(|street| {
                postcode.is_none_or(|code| self.tables.streets[*street].postcode == code)
            })
            .map(|street| (street, self.tables.signatures[street]));
        let streets = prefilter(
            NameSignature::from_query(&asked.required),
            streets,
            bound::STREETS,
        );
        let compared: Vec<(usize, NameMatch, bool)> = streets
            .into_iter()
            .map(|street| {
                let mut name = self.name_match(asked, self.tables.streets[street].name);
                let is_in_place = self.is_in_place_asked(asked, street, &mut name);
                (street, name, is_in_place)
            })
            .collect();
        let is_typing = asked.required.iter().any(|word| word.is_prefix);
        let is_ambiguous = !is_typing && self.is_ambiguous(asked, &compared);
        let found = believed(compared);
        let capped = found.into_iter().map(|street| StreetMatch {
            similarity: if is_ambiguous {
                street.similarity.min(score::UNLIKE)
            } else {
                street.similarity
            },
            ..street
        });
        capped.collect()
    }

    /// Returns true if the street asked, none by its whole name, may be one whose name has all the words and lacks a given
    /// name, or one that has them and goes on or is of another kind: `Avenue Bayard` where there are `Avenue Clément Bayard`
    /// and `Rue Bayard`.
    fn is_ambiguous(&self, asked: &AskedName<'_>, compared: &[(usize, NameMatch, bool)]) -> bool {
        let mut faithful = compared.iter().filter(|(_, name, _)| name.is_faithful());
        let Some((first, ..)) = faithful.clone().next() else {
            return false;
        };
        // Not by its similarity, which a floor behind the street lowers.
        let words_asked = asked
            .required
            .iter()
            .filter(|word| word.is_distinctive())
            .count();
        if faithful.any(|(street, ..)| self.proper_words(*street).len() <= words_asked) {
            return false;
        }
        let first = self.proper_words(*first);
        compared
            .iter()
            .filter(|(_, name, _)| name.foreign == 0 && name.is_longer == name.is_same_way)
            .any(|(street, ..)| self.proper_words(*street) != first)
    }

    /// Returns the words of a street's name that tell it from others: no kind of way, title or article.
    fn proper_words(&self, street: usize) -> Vec<&str> {
        let name = decode(self.words_of_name(self.tables.streets[street].name));
        let proper = name.filter(|(class, _)| *class == WordClass::Proper);
        proper.map(|(_, text)| text).collect()
    }

    /// Returns true if the question names the former commune or the *lieu-dit* of a street; these words then are not foreign.
    fn is_in_place_asked(
        &self,
        asked: &AskedName<'_>,
        street: usize,
        name: &mut NameMatch,
    ) -> bool {
        let row = self.tables.streets[street];
        let mut is_asked = false;
        for at in [row.old_city, row.locality] {
            if at.length == 0 || asked.extra.is_empty() && name.foreign == 0 {
                continue;
            }
            let place = words(self.tables.text(at));
            if place.is_empty() || !asked.has_all(&place) {
                continue;
            }
            is_asked = true;
            for (at, word) in asked.required.iter().enumerate() {
                if place.iter().any(|name| name.text == word.text) {
                    name.foreign &= !(1 << at.min(31));
                }
            }
        }
        is_asked
    }

    /// Returns the streets of the whole index whose names are similar to the words, those of large communes first.
    pub(super) fn streets_anywhere(&self, asked: &AskedName<'_>, limit: usize) -> Vec<StreetMatch> {
        let lookup = &self.tables.name_lookup;
        let required = asked.required.iter().copied();
        let matches = self.street_words.matches(lookup, required);
        let similar = lookup.similar_names(&matches, bound::NAMES, |name| self.words_of_name(name));
        let mut names = self.scored_names(asked, similar);
        let best = names.iter().map(|(score, _)| *score).fold(0.0, f32::max);
        let faults = faults_as_one_text(&asked.required, best);
        names.extend(self.scored_names(asked, lookup.names_as_one_text(&matches, faults)));
        // Names are numbered by importance: of equals the one of most addresses comes first.
        names.sort_by(|one, other| compare_scores(other.0, one.0).then(one.1.cmp(&other.1)));
        names.dedup();
        let mut found = Vec::new();
        for (rank, (similarity, name)) in names.into_iter().take(bound::NAMES).enumerate() {
            let count = if rank < limit {
                bound::STREETS_PER_CANDIDATE * limit
            } else {
                bound::STREETS_OF_FURTHER_NAME
            };
            let streets = self.tables.streets_named(name).iter().take(count);
            found.extend(streets.map(|street| StreetMatch {
                street: *street as usize,
                similarity,
                is_faithful: similarity >= score::FAITHFUL,
            }));
        }
        found
    }

    fn scored_names(&self, asked: &AskedName<'_>, names: Vec<u32>) -> Vec<(f32, u32)> {
        let names = names.into_iter();
        names
            .map(|name| (name_score(self.name_match(asked, name)), name))
            .collect()
    }

    fn words_of_name(&self, name: u32) -> &str {
        self.tables.text(self.tables.names[name as usize].words)
    }

    fn name_match(&self, asked: &AskedName<'_>, name: u32) -> NameMatch {
        let mut found = compare(&asked.required, &asked.extra, self.words_of_name(name));
        for (at, _) in asked
            .required
            .iter()
            .enumerate()
            .filter(|(_, word)| word.is_implied)
        {
            found.foreign &= !(1 << at.min(31));
        }
        found
    }
}

/// Returns the similarities of streets compared with a question as they count for the score; of streets of one name, the
/// one in the place asked comes first.
fn believed(compared: Vec<(usize, NameMatch, bool)>) -> Vec<StreetMatch> {
    let in_place = compared
        .iter()
        .any(|(_, name, is_in_place)| name.is_faithful() && *is_in_place);
    compared
        .into_iter()
        .map(|(street, name, is_in_place)| {
            let mut similarity = name_score(name);
            if in_place && !is_in_place {
                similarity *= score::OTHER_PLACE;
            }
            StreetMatch {
                street,
                similarity,
                is_faithful: name.is_faithful(),
            }
        })
        .collect()
}

/// Returns the similarity of a name as it counts for the score: a name that is not the one asked stays below
/// [`score::BELIEVED`], one that is does not.
fn name_score(name: NameMatch) -> f32 {
    if name.is_faithful() {
        name.similarity.max(score::FAITHFUL)
    } else {
        name.similarity * score::UNFAITHFUL
    }
}

/// Returns the faults at most that a name compared as one text may have to be more similar than the best one found.
fn faults_as_one_text(asked: &[&QueryWord], best: f32) -> usize {
    let length: usize = asked.iter().map(|word| word.text.len()).sum();
    let similarity = |faults: &usize| {
        let share = *faults as f32 / length.max(1) as f32;
        name_match::SAME_LETTERS - name_match::FAULT_LETTERS * share
    };
    // Without fault it costs one look-up: `du Mesnil` may be right where `Dumesnil` was found.
    let mut faults = (1..=name_match::MAX_FAULTS).rev();
    faults
        .find(|faults| similarity(faults) > best)
        .unwrap_or_default()
}

/// Returns the `count` items whose signatures have most in common with the one asked, best first.
fn prefilter<T: Copy>(
    asked: NameSignature,
    all: impl Iterator<Item = (T, NameSignature)>,
    count: usize,
) -> Vec<T> {
    // Sorting each time the list is twice too long costs less than keeping a heap: most items fail the second test.
    let mut kept: Vec<(u32, T)> = Vec::with_capacity(2 * count);
    let (size, mut least) = (asked.size(), 0);
    for (item, signature) in all {
        let common = asked.common(signature);
        // The bits that only the name has count a quarter: a question is rarely the whole name. 128 bits keep it positive.
        let rank = (4 * common + 128).saturating_sub(signature.size() - common);
        if 2 * common < size || rank < least {
            continue;
        }
        kept.push((rank, item));
        if kept.len() == 2 * count {
            kept.sort_by_key(|(rank, _)| Reverse(*rank));
            kept.truncate(count);
            // Equal ranks keep their order, so a later item must be better to come in.
            least = kept[count - 1].0 + 1;
        }
    }
    kept.sort_by_key(|(rank, _)| Reverse(*rank));
    kept.into_iter().take(count).map(|(_, item)| item).collect()
}
