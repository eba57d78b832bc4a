//! The similarity of two names, from 0 to 1.

use std::ops::Range;

use qpv_french::dates::is_month;
use smallvec::SmallVec;

use crate::weights::{name_match, word, word_match};
use crate::words::{NameWord, WordClass, decode, is_distinguishing, is_rank, phonetic_key};

/// A word of the question.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a question of its own, and any may go with any"
)]
pub(crate) struct QueryWord {
    pub text: String,
    pub class: WordClass,
    pub phonetic_key: String,
    /// The letters in it, one bit each.
    letters: u32,
    /// True for words that names do not have (a floor, a building): it may be missing.
    pub is_noise: bool,
    /// True if it may be the beginning of a word still being typed.
    pub is_prefix: bool,
    /// True if it begins a part of the question: behind a comma, a line's end, a bracket.
    pub starts_part: bool,
    /// True if names of the index have this very word, so that it is hardly a fault of another.
    pub is_known: bool,
    /// True for a number in letters or Roman figures, which is no house's.
    pub is_spelled: bool,
    /// True for the year that goes without saying behind a day: a name need not have it.
    pub is_implied: bool,
}

impl QueryWord {
    pub(crate) fn new(text: &str, class: WordClass, is_noise: bool, is_prefix: bool) -> Self {
        Self {
            text: text.to_owned(),
            class,
            phonetic_key: phonetic_key(text),
            letters: letters(text),
            is_noise,
            is_prefix,
            starts_part: false,
            is_known: false,
            is_spelled: false,
            is_implied: false,
        }
    }

    /// Returns true if the word alone can distinguish one street from another.
    pub(crate) fn is_distinctive(&self) -> bool {
        !self.is_noise && self.class == WordClass::Proper
    }

    /// Returns true for a number in digits that no rule has taken yet.
    pub(crate) fn may_be_house_number(&self) -> bool {
        !self.is_noise && !self.is_spelled && is_number(&self.text)
    }

    fn weight(&self) -> f32 {
        if self.is_noise {
            word::NOISE
        } else {
            self.class.weight()
        }
    }
}

/// The letters of a word, one bit each.
pub(crate) fn letters(word: &str) -> u32 {
    word.bytes()
        .filter(u8::is_ascii_lowercase)
        .fold(0, |letters, byte| letters | 1 << (byte - b'a'))
}

/// The words of a question that bear on a street.
#[derive(Debug, Default)]
pub(crate) struct AskedName<'q> {
    /// The words of its name.
    pub required: SmallVec<[&'q QueryWord; 8]>,
    /// Words that may name a building, a person or a place in the street: a name need not have them.
    pub extra: SmallVec<[&'q QueryWord; 8]>,
}

impl AskedName<'_> {
    /// Returns true if each word of a place, articles aside, is among the words.
    pub(crate) fn has_all(&self, place: &[NameWord]) -> bool {
        place.iter().all(|name| {
            let mut words = self.extra.iter().chain(&self.required);
            name.class == WordClass::Link || words.any(|word| word.text == name.text)
        })
    }
}

/// The likeness of a name to the words asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct NameMatch {
    /// From 0 to 1.
    pub similarity: f32,
    /// One bit for each required word that no word of the name stands for.
    pub foreign: u32,
    /// True if the name has distinctive words that were not asked.
    pub is_longer: bool,
    /// True if both have the same kind of way (`rue`), or neither has one.
    pub is_same_way: bool,
}

impl NameMatch {
    /// Returns true if the name is the one asked, by each of its words. The kind of way is one of them: of the streets of
    /// a country many a rue has a chemin or an impasse of its name beside it.
    pub(crate) fn is_faithful(self) -> bool {
        self.foreign == 0 && !self.is_longer && self.is_same_way
    }
}

/// Compares the words asked with an encoded name.
///
/// Each word asked is paired with the most similar word of the name, each used once, and weighs by its class. Words glued
/// together or cut (`grandrue`, `ruev ictor`) are compared as one text.
pub(crate) fn compare(asked: &[&QueryWord], extra: &[&QueryWord], name: &str) -> NameMatch {
    let mut pairing = Pairing::new(asked, name);
    let mut total: f32 =
        asked.iter().map(|word| word.weight()).sum::<f32>() + pairing.name_weight();
    if total == 0.0 {
        return pairing.result(0.0);
    }
    // Equal words go first, so that a similar word cannot take the counterpart of an equal one.
    pairing.pair_equal_words();
    pairing.pair_similar_words();
    pairing.pair_extra_words(extra);
    let has_other_number = pairing.has_other_number();
    if asked.iter().any(|word| word.is_prefix) {
        // What is not typed yet may still come, and must not count as missing.
        total -= (1.0 - word::NOT_YET_TYPED) * pairing.unpaired_name_weight();
    }
    total += word::NOISE * extra.len() as f32;
    let factor = if has_other_number {
        name_match::OTHER_NUMBER
    } else {
        1.0
    };
    let by_word = pairing.common / total * factor;
    // As one text, `11 novembre` and `12 novembre` would be a letter apart.
    if by_word >= name_match::ENOUGH_BY_WORD || has_other_number {
        return pairing.result(by_word);
    }
    let as_one_text = similarity_as_one_text(asked, &pairing.name);
    // With a fault besides, only where spaces differ: else a word was replaced by another.
    let is_whole = as_one_text >= name_match::SAME_LETTERS
        || as_one_text >= name_match::ONE_FAULT
            && pairing.has_other_spaces()
            && pairing.has_no_known_word_unpaired();
    if is_whole {
        pairing.matched.fill(true);
        pairing.taken.fill(true);
        pairing.foreign = 0;
    }
    pairing.result(by_word.max(as_one_text))
}

/// The words of a question and of a name while each finds its counterpart.
struct Pairing<'a> {
    asked: &'a [&'a QueryWord],
    name: SmallVec<[(WordClass, &'a str); 8]>,
    /// One flag for each word asked that has its counterpart.
    matched: SmallVec<[bool; 8]>,
    /// One flag for each word of the name that is one.
    taken: SmallVec<[bool; 8]>,
    /// One bit for each word asked whose counterpart is only similar and may be another word.
    foreign: u32,
    /// The weights of all pairs, each times its similarity.
    common: f32,
    /// Words asked that stand for one of the name by their first letter only.
    initials: u32,
}

impl<'a> Pairing<'a> {
    fn new(asked: &'a [&'a QueryWord], name: &'a str) -> Self {
        let name: SmallVec<[(WordClass, &str); 8]> = decode(name).collect();
        Self {
            asked,
            matched: SmallVec::from_elem(false, asked.len()),
            taken: SmallVec::from_elem(false, name.len()),
            name,
            foreign: 0,
            common: 0.0,
            initials: 0,
        }
    }

    fn result(&self, similarity: f32) -> NameMatch {
        let asked_way = way_of(self.asked_words());
        let name_way = way_of(self.name.iter().copied());
        let mut foreign = self.foreign;
        // Initials alone name nobody: `rue É.` is no `Rue des Étangs`.
        let mut names_by_initials = self.initials != 0;
        for (at, word) in self.asked.iter().enumerate() {
            let is_way = asked_way.as_ref().is_some_and(|way| way.contains(&at));
            let is_name = word.class != WordClass::Link
                || self.is_last_letter(at)
                || is_distinguishing(&word.text);
            if is_name && !is_way {
                names_by_initials &= self.initials & 1 << at.min(31) != 0;
                if !self.matched[at] {
                    foreign |= 1 << at.min(31);
                }
            }
        }
        let text_of_asked = |way: &Range<usize>| self.asked[way.end - 1].text.as_str();
        let is_same_way = match (&asked_way, &name_way) {
            (Some(asked), Some(name)) => text_of_asked(asked) == self.name[name.end - 1].1,
            // `lieu-dit Les Prés`: the name of a place needs no kind.
            (Some(asked), None) => self.matched[asked.start] || is_place(text_of_asked(asked)),
            (None, Some(name)) => self.taken[name.start],
            (None, None) => true,
        };
        if names_by_initials {
            foreign |= self.initials;
        }
        NameMatch {
            similarity,
            foreign,
            is_longer: self.is_longer(name_way),
            is_same_way,
        }
    }

    /// Returns true for a letter at the end of the words asked (`Voie A`), which is no article there.
    fn is_last_letter(&self, at: usize) -> bool {
        at + 1 == self.asked.len() && self.asked[at].text.len() == 1
    }

    /// Returns true if both have another number of words, articles aside.
    fn has_other_spaces(&self) -> bool {
        let asked = self
            .asked
            .iter()
            .filter(|word| word.class != WordClass::Link);
        let name = self
            .name
            .iter()
            .filter(|(class, _)| *class != WordClass::Link);
        asked.count() != name.count()
    }

    /// Returns true if the name has words that distinguish it from the one asked. A rank, the given name before a
    /// surname, the year of a date and the lesser end of a long name may be left out.
    fn is_longer(&self, way: Option<Range<usize>>) -> bool {
        let start = way.map_or(0, |way| way.end);
        let names: SmallVec<[usize; 8]> = (start..self.name.len())
            .filter(|at| self.is_name_word(*at))
            .collect();
        let Some(&first_taken) = names.iter().find(|at| self.taken[**at]) else {
            // Of `Grande Rue` the kind of way is all there is.
            return !names.is_empty() || !self.taken.contains(&true);
        };
        let is_person = self.names_person(start, first_taken);
        let taken = names
            .iter()
            .filter(|at| self.taken[**at] && self.name[**at].0 == WordClass::Proper);
        let taken = taken.count();
        let behind = names
            .iter()
            .filter(|at| **at > first_taken && !self.taken[**at]);
        let may_end = taken >= 2 && taken >= behind.count();
        let mut left = names.iter().filter(|at| !self.taken[**at]);
        left.any(|&at| {
            let (class, text) = self.name[at];
            let next = self.name.get(at + 1).map_or("", |(_, next)| next);
            // `Rue RN 1` for `Rue Route Nationale 1`.
            let is_road = class == WordClass::StreetType && has_digit(next);
            if is_rank(text) || is_road {
                return false;
            }
            // Between two words asked nothing is left out: `Élie-Louis` is not `Élie`.
            let is_between = at > first_taken && self.taken[at + 1..].contains(&true);
            if is_distinguishing(text) || class == WordClass::StreetType || text.len() == 1 {
                return true;
            }
            if at < first_taken {
                return !is_person || has_digit(text);
            }
            // `Général Charles de Gaulle`: a given name behind a rank.
            if is_rank(self.name[at - 1].1) && self.taken[at + 1..].contains(&true) {
                return false;
            }
            let is_year = is_number(text) && text.len() == 4 && is_month(self.name[at - 1].1);
            let is_end = may_end && !is_between && !is_number(text);
            !is_year && !is_end
        })
    }

    /// Returns true for the words of a name that tell it from others: all but articles. A letter at its end is none.
    fn is_name_word(&self, at: usize) -> bool {
        let (class, text) = self.name[at];
        class != WordClass::Link
            || is_distinguishing(text)
            || at + 1 == self.name.len() && text.len() == 1
    }

    /// Returns true if the words from `start` to the first one asked can be a person's given names: no article stands
    /// before them, or a rank does, none stands behind them, nor in the question before the surname.
    fn names_person(&self, start: usize, surname: usize) -> bool {
        let is_link = |at: &usize| self.name[*at].0 == WordClass::Link;
        let Some(first) = (start..surname).find(|at| !is_link(at)) else {
            return true;
        };
        let begins = first == start || is_rank(self.name[first].1);
        let behind_way = way_of(self.asked_words()).map_or(0, |way| way.end);
        let is_bare = self
            .asked
            .get(behind_way)
            .is_none_or(|word| word.class != WordClass::Link);
        begins && is_bare && !(first..surname).any(|at| is_link(&at) && self.name[at].1 != "et")
    }

    /// Returns true if no word asked that lacks an equal one is a word of the index.
    fn has_no_known_word_unpaired(&self) -> bool {
        let mut words = self.asked.iter().zip(&self.matched).enumerate();
        words.all(|(at, (word, matched))| {
            (*matched && self.foreign & 1 << at.min(31) == 0) || !word.is_known
        })
    }

    fn asked_words(&self) -> impl Iterator<Item = (WordClass, &'a str)> + use<'a> {
        self.asked
            .iter()
            .map(|word| (word.class, word.text.as_str()))
    }

    fn name_weight(&self) -> f32 {
        self.name.iter().map(|(class, _)| class.weight()).sum()
    }

    fn unpaired_name_weight(&self) -> f32 {
        let unpaired = self.name.iter().zip(&self.taken);
        unpaired
            .filter(|(_, taken)| !**taken)
            .map(|((class, _), _)| class.weight())
            .sum()
    }

    fn pair_equal_words(&mut self) {
        for (at, word) in self.asked.iter().enumerate() {
            if let Some(found) = self.equal_to(word) {
                self.pair(at, found);
                self.common += word.weight() + self.name[found].0.weight();
            }
        }
    }

    /// Returns the word of the name, not taken yet, that is equal to one asked.
    fn equal_to(&self, word: &QueryWord) -> Option<usize> {
        let mut free = self.name.iter().zip(&self.taken);
        free.position(|((_, text), taken)| !taken && *text == word.text)
    }

    fn pair_similar_words(&mut self) {
        for (at, word) in self.asked.iter().enumerate() {
            if self.matched[at] {
                continue;
            }
            let free = self
                .name
                .iter()
                .enumerate()
                .filter(|(index, _)| !self.taken[*index]);
            let best = free
                .map(|(index, (_, text))| {
                    let is_elided =
                        index > 0 && has_elided(&word.text, self.name[index - 1].1, text);
                    (
                        index,
                        if is_elided {
                            ELIDED
                        } else {
                            word_similarity(word, text)
                        },
                    )
                })
                .max_by(|one, other| one.1.0.total_cmp(&other.1.0));
            if let Some((found, (similarity, is_same))) =
                best.filter(|(_, (similarity, _))| *similarity > 0.0)
            {
                self.pair(at, found);
                self.common += similarity * (word.weight() + self.name[found].0.weight());
                if !is_same {
                    self.foreign |= 1 << at.min(31);
                }
                if word.text.len() == 1 && !word.is_prefix {
                    self.initials |= 1 << at.min(31);
                }
            }
        }
    }

    /// Pairs words that a name need not have: where it has them, they count for it.
    fn pair_extra_words(&mut self, extra: &[&QueryWord]) {
        for word in extra {
            if let Some(found) = self.equal_to(word) {
                self.taken[found] = true;
                self.common += word::NOISE + self.name[found].0.weight();
            }
        }
    }

    fn pair(&mut self, asked: usize, found: usize) {
        self.matched[asked] = true;
        self.taken[found] = true;
    }

    /// True if both sides keep a number without counterpart.
    fn has_other_number(&self) -> bool {
        self.asked
            .iter()
            .zip(&self.matched)
            .any(|(word, matched)| !matched && has_digit(&word.text))
            && self
                .name
                .iter()
                .zip(&self.taken)
                .any(|((_, text), taken)| !taken && has_digit(text))
    }
}

/// The similarity of a word that lacks its apostrophe only.
const ELIDED: (f32, bool) = (name_match::SAME_LETTERS, true);

/// Returns true if a word asked is an elided article and the word behind it (`dorleans` for `d'Orléans`).
fn has_elided(asked: &str, article: &str, word: &str) -> bool {
    matches!(article, "d" | "l") && asked.strip_prefix(article) == Some(word)
}

/// Returns the words that say the kind of way: the last is its noun, adjectives may precede it (`Grande Rue`).
fn way_of<'a>(words: impl Iterator<Item = (WordClass, &'a str)>) -> Option<Range<usize>> {
    let mut previous = "";
    let mut end = None;
    for (at, (class, text)) in words.enumerate() {
        match (end, class) {
            (None, WordClass::StreetType) => end = Some(at + 1),
            (None, WordClass::Title) => {}
            // Words of two: `rond-point`, `lieu-dit`, `centre commercial`.
            (Some(_), WordClass::StreetType)
                if matches!(
                    (previous, text),
                    ("rond", "point") | ("lieu", "dit") | ("centre", "commercial")
                ) =>
            {
                return Some(at - 1..at + 1);
            }
            _ => break,
        }
        previous = text;
    }
    end.map(|end| end - 1..end)
}

/// Returns true for what one writes before the name of a place.
fn is_place(way: &str) -> bool {
    matches!(
        way,
        "dit" | "hameau" | "village" | "ferme" | "quartier" | "domaine"
    )
}

/// Returns true if a distinctive word asked is similar to none of a name's, and the whole is not the name with other
/// spaces.
pub(crate) fn has_foreign_word(asked: &[&QueryWord], name: &str) -> bool {
    let words: SmallVec<[(WordClass, &str); 8]> = decode(name).collect();
    asked
        .iter()
        .filter(|word| word.is_distinctive())
        .any(|word| !is_among(word, &words))
        && similarity_as_one_text(asked, &words) == 0.0
}

/// Returns true if a word asked is similar to one of a name's.
pub(crate) fn is_named(asked: &QueryWord, name: &str) -> bool {
    let words: SmallVec<[(WordClass, &str); 8]> = decode(name).collect();
    is_among(asked, &words)
}

fn is_among(asked: &QueryWord, words: &[(WordClass, &str)]) -> bool {
    words
        .iter()
        .any(|(_, text)| asked.text == *text || word_similarity(asked, text).0 > 0.0)
}

fn is_number(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
}

pub(crate) fn has_digit(word: &str) -> bool {
    word.bytes().any(|byte| byte.is_ascii_digit())
}

/// Returns the similarity of a word asked and a word of a name, and whether the one can stand for the other: a word that
/// is in the index itself is no fault of another.
pub(crate) fn word_similarity(asked: &QueryWord, word: &str) -> (f32, bool) {
    const NONE: (f32, bool) = (0.0, false);
    let (a, b) = (asked.text.as_str(), word);
    if asked.is_prefix && b.starts_with(a) {
        return (word_match::TYPED_PREFIX, true);
    }
    // Two numbers a digit apart are two streets, not a fault.
    if has_digit(a) || has_digit(b) {
        return NONE;
    }
    if is_short_rank(a, b) || is_short_rank(b, a) {
        return (word_match::RANK, true);
    }
    let differing = (asked.letters ^ letters(b)).count_ones();
    let (spelling, faults) = spelling_similarity(a, b, differing);
    let is_fault = !asked.is_known
        && (faults == 1
            || faults == 2
                && a.len() >= word_match::MIN_BELIEVED_TWO_FAULTS_LETTERS
                && a.as_bytes()[0] == b.as_bytes()[0]);
    if b.starts_with(a) {
        if a.len() >= word_match::MIN_PREFIX_LETTERS {
            let missing = (b.len() - a.len()) as f32 / (b.len() + 1) as f32;
            return (word_match::PREFIX.max(1.0 - missing), is_fault);
        }
        if a.len() == 1 {
            return (word_match::INITIAL, true);
        }
    }
    if spelling > 0.0 {
        return (spelling, is_fault);
    }
    // The same sound is rarely written with five other letters, and comparing sets costs less than making a key.
    if differing <= word_match::MAX_SOUND_LETTERS
        && asked.phonetic_key.len() >= word_match::MIN_SOUND_CHARACTERS
        && asked.phonetic_key == phonetic_key(b)
    {
        (word_match::SAME_SOUND, !asked.is_known)
    } else {
        NONE
    }
}

/// Returns true for the beginning of a rank: `col` is a colonel before a name, and a mountain pass where no name has one.
fn is_short_rank(short: &str, rank: &str) -> bool {
    short.len() >= word_match::MIN_PREFIX_LETTERS && is_rank(rank) && rank.starts_with(short)
}

/// Returns the similarity of two words with one or two wrong letters, and their number; 0 for more. `differing` counts the
/// letters that only one of them has.
fn spelling_similarity(a: &str, b: &str, differing: u32) -> (f32, usize) {
    let longest = a.len().max(b.len());
    let max_faults = if longest >= word_match::MIN_TWO_FAULTS_LETTERS {
        2
    } else {
        1
    };
    // A fault changes two letters of the set at most: this spares nearly all distances, which cost the most here.
    if longest < word_match::MIN_FAULT_LETTERS
        || longest - a.len().min(b.len()) > max_faults
        || differing as usize > 2 * max_faults
    {
        return (0.0, 0);
    }
    // One more than the length: a fault in a short word costs a little less than its letter.
    let scale = (longest + 1) as f32;
    let faults = strsim::osa_distance(a, b);
    let similarity = match faults {
        1 if longest >= word_match::MIN_ONE_FAULT_LETTERS => 1.0 - 1.0 / scale,
        1 => word_match::FAULT_IN_THREE_LETTERS,
        2 if longest >= word_match::MIN_TWO_FAULTS_LETTERS => {
            1.0 - word_match::TWO_FAULTS_LETTERS / scale
        }
        _ => 0.0,
    };
    (similarity, faults)
}

/// Returns the similarity of all words written without spaces.
fn similarity_as_one_text(asked: &[&QueryWord], words: &[(WordClass, &str)]) -> f32 {
    let asked = asked.iter().filter(|word| !word.is_noise);
    let (one_letters, one_length) = asked.clone().fold((0, 0), |(all, length), word| {
        (all | word.letters, length + word.text.len())
    });
    let (other_letters, other_length) = words.iter().fold((0, 0), |(all, length), (_, text)| {
        (all | letters(text), length + text.len())
    });
    let longest = one_length.max(other_length);
    // The cheap conditions come first: most names fail them, and no text is joined for those.
    if longest < name_match::MIN_LETTERS
        || one_length.abs_diff(other_length) > name_match::MAX_FAULTS
        || (one_letters ^ other_letters).count_ones() > name_match::MAX_DIFFERING_LETTERS
    {
        return 0.0;
    }
    let one: String = asked.map(|word| word.text.as_str()).collect();
    let other: String = words.iter().map(|(_, text)| *text).collect();
    match strsim::osa_distance(&one, &other) {
        0 => name_match::SAME_LETTERS,
        distance @ 1..=name_match::MAX_FAULTS => {
            name_match::SAME_LETTERS - name_match::FAULT_LETTERS * distance as f32 / longest as f32
        }
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::{encode, words};

    fn similarity_of(question: &str, name: &str) -> f32 {
        let asked: Vec<QueryWord> = words(question)
            .iter()
            .map(|word| QueryWord::new(&word.text, word.class, false, false))
            .collect();
        compare(
            &asked.iter().collect::<Vec<_>>(),
            &[],
            &encode(&words(name)),
        )
        .similarity
    }

    #[test]
    fn the_right_name_is_the_most_similar() {
        for (question, right, wrong) in [
            ("rue pasteur", "Rue Pasteur", "Avenue Pasteur"),
            ("rue pastuer", "Rue Pasteur", "Rue Pastor"),
            ("rue hugo", "Rue Victor Hugo", "Rue Hugues"),
            ("ruevictor hugo", "Rue Victor Hugo", "Rue Victor Basch"),
            (
                "rue du 11 novembre",
                "Rue du 11 Novembre 1918",
                "Rue du 12 Novembre",
            ),
            (
                "av gl de gole",
                "Avenue du Général de Gaulle",
                "Avenue du Général Leclerc",
            ),
            ("r j jaures", "Rue Jean Jaurès", "Rue Jean Moulin"),
        ] {
            let (right_is, wrong_is) = (
                similarity_of(question, right),
                similarity_of(question, wrong),
            );
            assert!(
                right_is > wrong_is + 0.05,
                "{question}: {right_is} {wrong_is}"
            );
        }
        assert!((similarity_of("RUE DE L'EGLISE", "Rue de l’Église") - 1.0).abs() < 1e-6);
    }
}
