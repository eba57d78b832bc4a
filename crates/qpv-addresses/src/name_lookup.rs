//! Finding the names similar to some words among a million, without looking at each.
//!
//! ```text
//! word asked    --words of names like it: itself, begun by it, a fault away, of the same sound-->    words
//! each word     --its list of names-->    names, ranked by the words they share with the question
//! all letters   --sums a fault away-->    names written with other spaces
//! ```
//!
//! [`WordCache::matches`] finds the words and [`NameLookup::similar_names`] ranks the names. The rank is an estimate
//! of [`similarity`](crate::similarity::similarity) from lists alone: the caller compares the names returned in full.
//! Names are numbered by importance, so the head of a list that is too long to read has those most likely meant.

use std::cell::RefCell;
use std::cmp::{Ordering, Reverse};
use std::ops::Range;
use std::rc::Rc;

use bytemuck::{Pod, Zeroable};
use smallvec::SmallVec;

use crate::hash_table::HashTable;
use crate::letter_sum::{letter_sum, sums_within};
use crate::rows::{TextAt, are_below, are_offsets, text_at};
use crate::similarity::{QueryWord, has_digit, letters, word_similarity};
use crate::weights::{lookup, name_match, word, word_match};
use crate::words::{WordClass, hash_of};

/// Units of the stored weight of a name: all classes weigh a multiple of a twentieth.
pub(crate) const WEIGHT_UNITS: f32 = 20.0;

/// A word of names. In order of text.
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct WordRow {
    pub text: TextAt,
    /// The letters in it, one bit each.
    pub letters: u32,
    /// Its first name in the lists; the last one is before the next word's first.
    pub first_name: u32,
}

/// The names of streets, or of communes, by their words.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NameLookup<'a> {
    pub texts: &'a [u8],
    /// All words but articles and prepositions.
    pub words: &'a [WordRow],
    /// The names of each word, one list after the other, each in order of name.
    pub names: &'a [u32],
    /// The weight of each name's words but articles and prepositions.
    pub weights: &'a [u8],
    /// Words by the sum of their letters and by their sound.
    pub word_table: HashTable<'a>,
    /// Names by the sum of all their letters.
    pub name_table: HashTable<'a>,
}

/// A word asked, and the words of names that it may be, most similar first.
#[derive(Debug)]
pub(crate) struct WordMatches {
    asked: QueryWord,
    matches: Vec<WordMatch>,
    /// The sum of the lengths of their lists.
    name_count: usize,
    /// True if these are not all: too many begin like it.
    is_cut: bool,
}

/// The matches of the words of one question, found once for all its readings.
#[derive(Debug, Default)]
pub(crate) struct WordCache(RefCell<Vec<Rc<WordMatches>>>);

#[derive(Debug, Clone, Copy)]
struct WordMatch {
    row: u32,
    similarity: f32,
    weight: f32,
}

/// A name that shares words with a question.
#[derive(Debug, Clone, Copy)]
struct NameEstimate {
    name: u32,
    /// A bit for each word asked that has its counterpart.
    matched: u32,
    /// The first of these counterparts.
    rows: [u32; 4],
    /// The weights of the words in common on both sides, each times its similarity.
    common: f32,
    /// The weight of the name's words among them.
    paired: f32,
    similarity: f32,
}

/// The row of a counterpart that was not looked up.
const UNKNOWN_ROW: u32 = u32::MAX - 1;

/// An entry of a list that was read: the name, one bit if the word is only similar, the word asked, its match; in one number
/// so that sorting is cheap.
type ListEntry = u64;

/// Returns the hash of a phonetic key, under which words are stored.
pub(crate) fn sound_hash(phonetic_key: &str) -> u32 {
    // Half of a good hash is as good.
    (hash_of(phonetic_key) >> 32) as u32
}

impl WordMatches {
    /// Returns true if names are listed for such words.
    fn is_listed(asked: &QueryWord) -> bool {
        // `la` unfinished may become `lavoir`.
        !asked.is_noise && (asked.class != WordClass::Link || asked.is_prefix)
    }

    fn is_type(&self) -> bool {
        self.asked.class == WordClass::StreetType
    }

    fn is_of(&self, asked: &QueryWord) -> bool {
        let QueryWord {
            text,
            class,
            is_noise,
            is_prefix,
            ..
        } = &self.asked;
        (text, class, is_noise, is_prefix)
            == (&asked.text, &asked.class, &asked.is_noise, &asked.is_prefix)
    }
}

impl WordCache {
    /// Returns the words of names that some words asked may be.
    pub(crate) fn matches<'q>(
        &self,
        names: &NameLookup<'_>,
        asked: impl IntoIterator<Item = &'q QueryWord>,
    ) -> Vec<Rc<WordMatches>> {
        let asked = asked.into_iter();
        asked.map(|word| self.word_matches(names, word)).collect()
    }

    fn word_matches(&self, names: &NameLookup<'_>, asked: &QueryWord) -> Rc<WordMatches> {
        let mut known = self.0.borrow_mut();
        if let Some(matches) = known.iter().find(|known| known.is_of(asked)) {
            return Rc::clone(matches);
        }
        let matches = Rc::new(names.word_matches(asked));
        known.push(Rc::clone(&matches));
        matches
    }
}

impl<'a> NameLookup<'a> {
    /// Returns true if rows point into their arrays.
    pub(crate) fn is_coherent(&self, names: usize) -> bool {
        self.words
            .iter()
            .all(|word| word.text.is_within(self.texts))
            && are_offsets(
                self.words.iter().map(|word| word.first_name),
                self.names.len(),
            )
            && are_below(self.names, names)
            && self.word_table.is_coherent(self.words.len())
            && self.name_table.is_coherent(names)
            && self.weights.len() == names
    }

    fn text(&self, word: u32) -> &'a str {
        text_at(self.texts, self.words[word as usize].text)
    }

    /// Returns the names that have a word, in order.
    fn names_of(&self, word: u32) -> &'a [u32] {
        let next = self.words.get(word as usize + 1);
        let end = next.map_or(self.names.len(), |next| next.first_name as usize);
        &self.names[self.words[word as usize].first_name as usize..end]
    }

    /// Returns the words of names that a word asked may be.
    fn word_matches(&self, asked: &QueryWord) -> WordMatches {
        let mut matches = Vec::new();
        if WordMatches::is_listed(asked) {
            let mut rows = self.rows_begun_by(asked);
            self.add_rows_a_fault_away(asked, &mut rows);
            self.add_rows_of_same_sound(asked, &mut rows);
            matches = self.compared(asked, &mut rows);
            // Words two faults away take ten thousand look-ups: not for a word that exists.
            let is_known = matches
                .iter()
                .any(|found| found.similarity >= word_match::TYPED_PREFIX);
            // The words of the other classes are few, and names spell them out.
            if !is_known && asked.class == WordClass::Proper {
                self.add_rows_two_faults_away(asked, &mut rows);
                matches = self.compared(asked, &mut rows);
            }
        }
        matches.sort_by(|one, other| {
            let by_similarity = other.similarity.total_cmp(&one.similarity);
            by_similarity.then_with(|| self.name_count(other.row).cmp(&self.name_count(one.row)))
        });
        matches.truncate(lookup::MATCHES);
        let name_count = matches.iter().map(|found| self.name_count(found.row)).sum();
        WordMatches {
            asked: asked.clone(),
            name_count,
            is_cut: asked.is_prefix && matches.len() >= lookup::TYPED_WORDS,
            matches,
        }
    }

    fn name_count(&self, word: u32) -> usize {
        self.names_of(word).len()
    }

    /// Compares a word asked with some words of names; those that are not similar are left out.
    fn compared(&self, asked: &QueryWord, rows: &mut Vec<u32>) -> Vec<WordMatch> {
        rows.sort_unstable();
        rows.dedup();
        let compared = rows.iter().map(|&row| {
            let text = self.text(row);
            WordMatch {
                row,
                similarity: if text == asked.text {
                    1.0
                } else {
                    word_similarity(asked, text).0
                },
                weight: WordClass::from_word(text).weight(),
            }
        });
        compared.filter(|found| found.similarity > 0.0).collect()
    }

    /// Returns the range of the words that begin with a text.
    fn rows_beginning(&self, text: &str) -> Range<u32> {
        let start = self
            .words
            .partition_point(|word| text_at(self.texts, word.text) < text);
        let begun = &self.words[start..];
        let count = begun.partition_point(|word| text_at(self.texts, word.text).starts_with(text));
        row_index(start)..row_index(start + count)
    }

    /// Returns the word itself, and those that it begins, of many those in most names.
    fn rows_begun_by(&self, asked: &QueryWord) -> Vec<u32> {
        let range = self.rows_beginning(&asked.text);
        let count = if asked.is_prefix {
            lookup::TYPED_WORDS
        } else if asked.text.len() >= word_match::MIN_PREFIX_LETTERS {
            lookup::BEGUN_WORDS
        } else {
            1
        };
        let itself = range.start;
        let mut rows: Vec<u32> = range.collect();
        if rows.len() > count {
            rows.select_nth_unstable_by_key(count, |row| {
                Reverse((*row == itself, self.name_count(*row)))
            });
            rows.truncate(count);
        }
        rows
    }

    fn add_rows_a_fault_away(&self, asked: &QueryWord, rows: &mut Vec<u32>) {
        // Numbers a digit apart are two numbers, and a letter may become any other.
        if asked.text.len() < 2 || has_digit(&asked.text) {
            return;
        }
        for near in sums_within(1, letter_sum(&asked.text), letters(&asked.text)) {
            rows.extend(self.word_table.rows_with(near.sum));
        }
    }

    fn add_rows_of_same_sound(&self, asked: &QueryWord, rows: &mut Vec<u32>) {
        if asked.phonetic_key.len() >= word_match::MIN_SOUND_CHARACTERS {
            let hash = sound_hash(&asked.phonetic_key);
            rows.extend(self.word_table.rows_with(hash));
        }
    }

    fn add_rows_two_faults_away(&self, asked: &QueryWord, rows: &mut Vec<u32>) {
        let length = asked.text.len();
        if length + 2 < word_match::MIN_TWO_FAULTS_LETTERS || has_digit(&asked.text) {
            return;
        }
        let near = sums_within(2, letter_sum(&asked.text), letters(&asked.text))
            .filter(|near| near.length(length) >= word_match::MIN_TWO_FAULTS_LETTERS);
        rows.extend(near.flat_map(|near| self.word_table.rows_with(near.sum)));
    }

    /// Returns at most `count` names that may be similar to the words asked, those with most in common first.
    ///
    /// `words_of` gives the words of a name, each behind a space or the byte of its class.
    pub(crate) fn similar_names(
        &self,
        asked: &[Rc<WordMatches>],
        count: usize,
        words_of: impl Fn(u32) -> &'a str,
    ) -> Vec<u32> {
        // A bit for each word: a question has no more.
        let asked = &asked[..asked.len().min(u32::BITS as usize)];
        let (entries, complete) = self.read_lists(asked);
        let mut found = paired_names(asked, entries);
        self.estimate(asked, !complete, &mut found);
        keep_best(&mut found, lookup::PROBED_NAMES);
        self.probe_lists(asked, complete, &mut found);
        for (at, word) in asked.iter().enumerate().filter(|(_, word)| word.is_cut) {
            for found in &mut found {
                found.pair_begun(at, &word.asked, words_of(found.name));
            }
        }
        self.estimate(asked, 0, &mut found);
        keep_best(&mut found, count);
        found.sort_unstable_by(NameEstimate::order);
        found.into_iter().map(|found| found.name).collect()
    }

    /// Reads the lists of the words asked, rarest first, and returns a bit for each word asked whose lists were read to the
    /// end.
    fn read_lists(&self, asked: &[Rc<WordMatches>]) -> (Vec<ListEntry>, u32) {
        let mut order: SmallVec<[usize; 8]> = (0..asked.len())
            .filter(|at| asked[*at].name_count > 0)
            .collect();
        // Nearly all streets are a `rue`: that is read only if no whole word gives enough names.
        order.sort_by_key(|at| (asked[*at].is_type(), asked[*at].name_count));
        let (mut entries, mut complete, mut enough) = (Vec::new(), 0, false);
        for (rank, at) in order.into_iter().enumerate() {
            if asked[at].is_type() && enough {
                continue;
            }
            // The rarest word decides most; the second one stands in for it when it is wrong.
            let limit = if rank == 0 || rank == 1 && !asked[at].is_type() {
                lookup::LIST_NAMES
            } else {
                lookup::FURTHER_LIST_NAMES
            };
            if self.read_list(&asked[at], at, limit, &mut entries) {
                complete |= 1 << at;
            }
            enough |= !asked[at].is_cut && entries.len() >= lookup::ENOUGH_NAMES;
        }
        (entries, complete)
    }

    /// Reads the lists of one word asked, at most `limit` names, and returns true if these were all.
    fn read_list(
        &self,
        asked: &WordMatches,
        at: usize,
        limit: usize,
        entries: &mut Vec<ListEntry>,
    ) -> bool {
        let is_wide = asked.asked.is_prefix && asked.name_count > limit;
        let (mut left, mut is_complete) = (limit, !asked.is_cut);
        for (index, found) in (0_u64..).zip(&asked.matches) {
            let names = self.names_of(found.row);
            // Of an unfinished word that many words may become, each gets its share.
            let share = if is_wide {
                lookup::TYPED_WORD_NAMES
            } else {
                left
            };
            let read = &names[..names.len().min(share).min(left)];
            entries.extend(read.iter().map(|name| list_entry(*name, at, index, *found)));
            left -= read.len();
            is_complete &= read.len() == names.len();
        }
        is_complete
    }

    /// Looks names up in the lists that were not read to the end.
    fn probe_lists(&self, asked: &[Rc<WordMatches>], complete: u32, found: &mut [NameEstimate]) {
        found.sort_unstable_by_key(|found| found.name);
        for (at, word) in asked.iter().enumerate() {
            if complete & 1 << at != 0 {
                continue;
            }
            for word_match in word.matches.iter().take(lookup::PROBED_WORDS) {
                let mut names = self.names_of(word_match.row);
                for found in found.iter_mut() {
                    names = from_name(names, found.name);
                    if names.first() == Some(&found.name) {
                        found.pair(at, &word.asked, *word_match);
                    }
                }
            }
        }
    }

    /// Estimates the similarity of each name. `unread` has a bit for each word whose lists were not read to the end: a name
    /// may have it.
    fn estimate(&self, asked: &[Rc<WordMatches>], unread: u32, found: &mut [NameEstimate]) {
        let listed: SmallVec<[(usize, &QueryWord); 8]> = (0..)
            .zip(asked.iter().map(|word| &word.asked))
            .filter(|(_, word)| WordMatches::is_listed(word))
            .collect();
        let asked_weight: f32 = listed.iter().map(|(_, word)| word.class.weight()).sum();
        let is_typing = listed.iter().any(|(_, word)| word.is_prefix);
        for found in found {
            let open = unread & !found.matched;
            let may_have = listed.iter().filter(|(at, _)| open & 1 << at != 0);
            let more: f32 = may_have.map(|(_, word)| word.class.weight()).sum();
            let more = more * lookup::UNREAD_SHARE;
            let (common, paired) = (found.common + 2.0 * more, found.paired + more);
            let weight = f32::from(self.weights[found.name as usize]) / WEIGHT_UNITS;
            let mut total = asked_weight + weight;
            if is_typing {
                // As in the similarity: what is not typed yet may still come.
                total -= (1.0 - word::NOT_YET_TYPED) * (weight - paired).max(0.0);
            }
            found.similarity = common / total.max(f32::EPSILON);
        }
    }

    /// Returns the names with the letters of all words asked, whatever the spaces, but for some faults at most, one or two.
    pub(crate) fn names_as_one_text(&self, asked: &[Rc<WordMatches>], faults: usize) -> Vec<u32> {
        let words = asked.iter().map(|word| &word.asked);
        let (mut sum, mut present, mut length) = (0_u32, 0, 0);
        for word in words.filter(|word| !word.is_noise) {
            sum = sum.wrapping_add(letter_sum(&word.text));
            present |= letters(&word.text);
            length += word.text.len();
        }
        if length < name_match::MIN_LETTERS {
            return Vec::new();
        }
        let mut names: Vec<u32> = sums_within(faults, sum, present)
            .flat_map(|near| self.name_table.rows_with(near.sum))
            .take(lookup::NAMES_AS_ONE_TEXT)
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}

impl NameEstimate {
    fn new(name: u32) -> Self {
        Self {
            name,
            matched: 0,
            rows: [u32::MAX; 4],
            common: 0.0,
            paired: 0.0,
            similarity: 0.0,
        }
    }

    /// Adds the counterpart of a word asked, unless it has one or that is another's (`jean` and `jea`).
    fn pair(&mut self, at: usize, asked: &QueryWord, found: WordMatch) {
        if self.matched & 1 << at == 0 && !self.rows.contains(&found.row) {
            if let Some(row) = self.rows.get_mut(self.matched.count_ones() as usize) {
                *row = found.row;
            }
            self.matched |= 1 << at;
            // As in the similarity: a pair counts the weights of both its words.
            self.common += found.similarity * (asked.class.weight() + found.weight);
            self.paired += found.weight;
        }
    }

    /// Pairs an unfinished word with a word of the name that it begins.
    fn pair_begun(&mut self, at: usize, asked: &QueryWord, words: &str) {
        if self.matched & 1 << at != 0 {
            return;
        }
        let mut words = words.split(|letter: char| letter <= ' ');
        if let Some(begun) = words.find(|word| word.starts_with(&asked.text)) {
            let found = WordMatch {
                // It may be another's counterpart, which the comparison in full will show.
                row: UNKNOWN_ROW,
                similarity: word_match::TYPED_PREFIX,
                weight: WordClass::from_word(begun).weight(),
            };
            self.pair(at, asked, found);
        }
    }

    /// The order of names: most similar first, of equals the most important.
    fn order(&self, other: &Self) -> Ordering {
        let by_similarity = other.similarity.total_cmp(&self.similarity);
        by_similarity.then(self.name.cmp(&other.name))
    }
}

fn list_entry(name: u32, at: usize, index: u64, found: WordMatch) -> ListEntry {
    // Equal words go first, so that a similar one cannot take the counterpart of an equal one.
    let is_similar = u64::from(found.similarity < 1.0);
    u64::from(name) << 32 | is_similar << 31 | (at as u64) << 16 | index
}

/// Returns the names of the entries, each with all it has in common with the words asked.
fn paired_names(asked: &[Rc<WordMatches>], mut entries: Vec<ListEntry>) -> Vec<NameEstimate> {
    entries.sort_unstable();
    let mut found: Vec<NameEstimate> = Vec::new();
    for entry in entries {
        let name = (entry >> 32) as u32;
        let (at, index) = ((entry >> 16 & 0x7fff) as usize, (entry & 0xffff) as usize);
        if found.last().is_none_or(|last| last.name != name) {
            found.push(NameEstimate::new(name));
        }
        if let Some(last) = found.last_mut() {
            last.pair(at, &asked[at].asked, asked[at].matches[index]);
        }
    }
    found
}

/// Keeps the best names, in no order.
fn keep_best(found: &mut Vec<NameEstimate>, count: usize) {
    if found.len() > count {
        found.select_nth_unstable_by(count, NameEstimate::order);
        found.truncate(count);
    }
}

/// Returns the part of a list from a name on. The next name looked up is seldom far: steps double until they pass it.
fn from_name(names: &[u32], name: u32) -> &[u32] {
    let mut step = 1;
    while names.get(step).is_some_and(|other| *other < name) {
        step *= 2;
    }
    let within = &names[step / 2..names.len().min(step + 1)];
    &names[step / 2 + within.partition_point(|other| *other < name)..]
}

fn row_index(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use qpv_french::fold::fold_text;

    use super::*;
    use crate::name_lookup_builder::NameLookupBuilder;
    use crate::words::words;

    /// Returns the names found by a lookup of these that are similar to the question, or have its letters; `is_typing` if its
    /// last word may be unfinished.
    fn found<'n>(names: &'n [String], question: &str, is_typing: bool) -> Vec<&'n str> {
        let mut builder = NameLookupBuilder::default();
        for name in names {
            let words = words(name);
            builder.add(words.iter().map(|word| (word.class, word.text.as_str())));
        }
        let mut texts = String::new();
        let arrays = builder.finish(|text| {
            let start = row_index(texts.len());
            texts.push_str(text);
            TextAt {
                start,
                length: row_index(text.len()),
            }
        });
        let lookup = NameLookup {
            texts: texts.as_bytes(),
            words: &arrays.words,
            names: &arrays.names,
            weights: &arrays.weights,
            word_table: arrays.word_table.table(),
            name_table: arrays.name_table.table(),
        };
        assert!(lookup.is_coherent(names.len()));
        let asked = words(question);
        let last = asked.len() - 1;
        let asked: Vec<QueryWord> = (0..)
            .zip(&asked)
            .map(|(at, word)| {
                QueryWord::new(&word.text, word.class, false, is_typing && at == last)
            })
            .collect();
        let matches = WordCache::default().matches(&lookup, &asked);
        let plain: Vec<String> = names.iter().map(|name| fold_text(name)).collect();
        let similar = lookup.similar_names(&matches, 8, |name| &plain[name as usize]);
        let all = similar
            .into_iter()
            .chain(lookup.names_as_one_text(&matches, 1));
        all.map(|name| names[name as usize].as_str()).collect()
    }

    /// A country where every second name is of a saint, and most words begin with `ba`.
    fn names() -> Vec<String> {
        let many = (0..6_000).map(|at| {
            let word: String = (0..4)
                .map(|digit| char::from(b"aeioumnr"[at >> (3 * digit) & 7]))
                .collect();
            format!("Rue Saint Ba{word}n")
        });
        let few = [
            "Rue Victor Hugo",
            "Impasse du Petit Saint Jean",
            "Chemin des Balastières",
        ];
        many.chain(few.map(str::to_owned)).collect()
    }

    #[test]
    fn a_name_is_found_whatever_the_fault() {
        let names = names();
        for (question, name) in [
            ("rue victor hugo", "Rue Victor Hugo"),
            ("rue victr hugo", "Rue Victor Hugo"),
            ("rue victor hgo", "Rue Victor Hugo"),
            ("rue vitcor hugau", "Rue Victor Hugo"),
            ("rue viktor", "Rue Victor Hugo"),
            ("ruev ictor hugo", "Rue Victor Hugo"),
            ("ruevictor hugo", "Rue Victor Hugo"),
            ("ruevctorhugo", "Rue Victor Hugo"),
            ("chemin des balstiers", "Chemin des Balastières"),
            ("impasse du petit saint jean", "Impasse du Petit Saint Jean"),
            ("petit st jaen", "Impasse du Petit Saint Jean"),
        ] {
            let found = found(&names, question, false);
            assert!(found.contains(&name), "{question}: {found:?}");
        }
        assert_eq!(
            found(&names, "rue victor hugo", false)[0],
            "Rue Victor Hugo"
        );
    }

    #[test]
    fn a_name_is_found_before_it_is_typed_in_full() {
        let names = names();
        for (question, name) in [
            ("rue victor h", "Rue Victor Hugo"),
            ("chemin des b", "Chemin des Balastières"),
            ("chemin des bala", "Chemin des Balastières"),
            ("impasse du petit s", "Impasse du Petit Saint Jean"),
        ] {
            let found = found(&names, question, true);
            assert!(found.contains(&name), "{question}: {found:?}");
        }
    }
}
