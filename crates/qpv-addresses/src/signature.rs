//! Sixteen bytes that tell whether two names can be alike.
//!
//! Half of them for the pairs of neighbouring letters of the words that tell most, as they sound: each pair sets one of 64
//! bits. Half for the letters of all words, two bits a letter: there is one, there are two. A letter lost, added or
//! exchanged changes two or three pairs and at most two letters; words glued, cut or in another order change nothing in
//! the letters. So what two names have in common is a likeness that takes a few instructions, and what is left after it
//! is compared word by word.

use bytemuck::{Pod, Zeroable};

use crate::similarity::Asked;
use crate::words::{Class, Word, sound};

/// The bits of a name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct Signature {
    pairs: u64,
    letters: u64,
}

impl Signature {
    /// Of a name's words.
    pub(crate) fn of(words: &[Word]) -> Self {
        let some = words.iter().any(|word| tells(word.class));
        let mut signature = Self::default();
        for word in words {
            signature.add_letters(&word.text);
            if !some || tells(word.class) {
                signature.add_pairs(&sound(&word.text));
            }
        }
        signature
    }

    /// Of words asked.
    pub(crate) fn of_asked(words: &[&Asked]) -> Self {
        let some = words.iter().any(|word| !word.aside && tells(word.class));
        let mut signature = Self::default();
        for word in words.iter().filter(|word| !word.aside) {
            signature.add_letters(&word.text);
            if !some || tells(word.class) {
                signature.add_pairs(&word.sound);
            }
        }
        signature
    }

    fn add_pairs(&mut self, sound: &str) {
        let mut last = b'^';
        for &byte in sound.as_bytes() {
            let pair = u32::from(last) << 8 | u32::from(byte);
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

    /// How many bits.
    pub(crate) fn size(self) -> u32 {
        self.pairs.count_ones() + self.letters.count_ones()
    }

    /// How many bits in common.
    pub(crate) fn common(self, other: Self) -> u32 {
        Self {
            pairs: self.pairs & other.pairs,
            letters: self.letters & other.letters,
        }
        .size()
    }
}

fn tells(class: Class) -> bool {
    matches!(class, Class::Proper | Class::Title)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::words;

    fn of(name: &str) -> Signature {
        Signature::of(&words(name))
    }

    #[test]
    fn a_fault_changes_few_bits() {
        let name = of("Rue des Balastières");
        for alike in [
            "rue des Balstières",
            "RUE DES BALASTEIRES",
            "Balastières (rue des)",
            "Rued es Balastieres",
        ] {
            assert!(of(alike).common(name) * 10 >= name.size() * 8, "{alike}");
        }
        assert!(of("Rue Victor Hugo").common(name) * 10 <= name.size() * 5);
    }
}
