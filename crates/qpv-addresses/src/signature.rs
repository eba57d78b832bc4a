//! Signatures of names: sixteen bytes that show in a few instructions if two names can be similar.
//!
//! One half is for the pairs of neighbouring letters of the distinctive words, as they sound: each pair sets one of 64
//! bits. The other half is for the letters of all words, two bits a letter: there is one, there are two. A letter lost,
//! added or exchanged changes two or three pairs and at most two letters; words glued, cut or in another order change
//! nothing in the letters. The search compares signatures first, and the names that pass word by word.

use bytemuck::{Pod, Zeroable};

use crate::similarity::QueryWord;
use crate::words::{NameWord, phonetic_key};

/// The bits of a name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct NameSignature {
    pairs: u64,
    letters: u64,
}

impl NameSignature {
    /// Returns the signature of a name.
    pub(crate) fn from_name(words: &[NameWord]) -> Self {
        // Of a name such as `Grande Rue` all words count, since none is distinctive.
        let has_distinctive = words.iter().any(|word| word.class.is_distinctive());
        let mut signature = Self::default();
        for word in words {
            signature.add_letters(&word.text);
            if !has_distinctive || word.class.is_distinctive() {
                signature.add_pairs(&phonetic_key(&word.text));
            }
        }
        signature
    }

    /// Returns the signature of the words of a question.
    pub(crate) fn from_query(words: &[&QueryWord]) -> Self {
        let has_distinctive = words
            .iter()
            .any(|word| !word.is_noise && word.class.is_distinctive());
        let mut signature = Self::default();
        for word in words.iter().filter(|word| !word.is_noise) {
            signature.add_letters(&word.text);
            if !has_distinctive || word.class.is_distinctive() {
                signature.add_pairs(&word.phonetic_key);
            }
        }
        signature
    }

    fn add_pairs(&mut self, key: &str) {
        // The beginning counts as a letter, so that the first one has a pair too.
        let mut last = b'^';
        for &byte in key.as_bytes() {
            let pair = u32::from(last) << 8 | u32::from(byte);
            // Multiplying by the golden ratio spreads the pairs evenly over the six bits that are left.
            self.pairs |= 1 << (pair.wrapping_mul(0x9e37_79b1) >> 26);
            last = byte;
        }
    }

    fn add_letters(&mut self, text: &str) {
        for byte in text.bytes() {
            let first = match byte {
                b'a'..=b'z' => 1 << (2 * (byte - b'a')),
                b'0'..=b'9' => 1 << (52 + byte - b'0'),
                _ => 0,
            };
            let again = if byte.is_ascii_lowercase() && self.letters & first != 0 {
                first << 1
            } else {
                0
            };
            self.letters |= first | again;
        }
    }

    /// Returns the number of bits set.
    pub(crate) fn size(self) -> u32 {
        self.pairs.count_ones() + self.letters.count_ones()
    }

    /// Returns the number of bits that both have set.
    pub(crate) fn common(self, other: Self) -> u32 {
        Self {
            pairs: self.pairs & other.pairs,
            letters: self.letters & other.letters,
        }
        .size()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::words;

    fn signature(name: &str) -> NameSignature {
        NameSignature::from_name(&words(name))
    }

    #[test]
    fn a_fault_changes_few_bits() {
        let name = signature("Rue des Balastières");
        for alike in [
            "rue des Balstières",
            "RUE DES BALASTEIRES",
            "Balastières (rue des)",
            "Rued es Balastieres",
        ] {
            assert!(
                signature(alike).common(name) * 10 >= name.size() * 8,
                "{alike}"
            );
        }
        assert!(signature("Rue Victor Hugo").common(name) * 10 <= name.size() * 5);
    }
}
