//! Building the arrays of a [`NameLookup`](crate::name_lookup::NameLookup).

use std::collections::HashMap;

use crate::hash_table::{HashSlot, HashTableArrays};
use crate::letter_sum::letter_sum;
use crate::name_lookup::{WEIGHT_UNITS, WordRow, sound_hash};
use crate::rows::TextAt;
use crate::similarity::letters;
use crate::words::{WordClass, phonetic_key};

/// Collects names, in order of their rows, then builds their lookup.
#[derive(Debug, Default)]
pub(crate) struct NameLookupBuilder {
    /// Each word, and the names that have it in order.
    names_of: HashMap<String, Vec<u32>>,
    name_sums: Vec<HashSlot>,
    weights: Vec<u8>,
}

/// The arrays of a lookup.
#[derive(Debug)]
pub(crate) struct NameLookupArrays {
    pub words: Vec<WordRow>,
    pub names: Vec<u32>,
    pub weights: Vec<u8>,
    pub word_table: HashTableArrays,
    pub name_table: HashTableArrays,
}

impl NameLookupBuilder {
    /// Adds the next name.
    pub(crate) fn add<'t>(&mut self, words: impl Iterator<Item = (WordClass, &'t str)>) {
        let name = index(self.weights.len());
        let (mut sum, mut weight) = (0_u32, 0.0);
        for (class, word) in words {
            sum = sum.wrapping_add(letter_sum(word));
            // Half of all names have `de` or `la`: their lists would be long and say nothing.
            if class == WordClass::Link {
                continue;
            }
            weight += class.weight();
            match self.names_of.get_mut(word) {
                Some(names) if names.last() == Some(&name) => {}
                Some(names) => names.push(name),
                None => {
                    self.names_of.insert(word.to_owned(), vec![name]);
                }
            }
        }
        self.name_sums.push(HashSlot {
            hash: sum,
            row: name,
        });
        self.weights.push(units(weight));
    }

    /// Returns the arrays; `keep` stores a text.
    pub(crate) fn finish(self, mut keep: impl FnMut(&str) -> TextAt) -> NameLookupArrays {
        let mut by_text: Vec<(String, Vec<u32>)> = self.names_of.into_iter().collect();
        by_text.sort_unstable();
        let (mut words, mut lists) = (Vec::with_capacity(by_text.len()), Vec::new());
        let mut hashes = Vec::new();
        for (row, (word, names)) in (0..).zip(by_text) {
            for hash in [letter_sum(&word), sound_hash(&phonetic_key(&word))] {
                hashes.push(HashSlot { hash, row });
            }
            words.push(WordRow {
                text: keep(&word),
                letters: letters(&word),
                first_name: index(lists.len()),
            });
            lists.extend(names);
        }
        NameLookupArrays {
            words,
            names: lists,
            weights: self.weights,
            word_table: HashTableArrays::new(hashes),
            name_table: HashTableArrays::new(self.name_sums),
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it is kept within a byte"
)]
fn units(weight: f32) -> u8 {
    (weight * WEIGHT_UNITS).round().min(255.0) as u8
}

fn index(length: usize) -> u32 {
    u32::try_from(length).expect("France has fewer than 2^32 names")
}
