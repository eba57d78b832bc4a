//! Sixteen bytes that tell whether two names can be alike.
//!
//! Each pair of neighbouring letters of a name, as it sounds, sets one of 128 bits. A letter lost, added or exchanged
//! changes two or three of them, two words in another order none: so the share of a question's bits that a name has is
//! a likeness that takes a few instructions, and what is left is compared letter by letter.

use bytemuck::{Pod, Zeroable};

use crate::likeness::Asked;
use crate::words::{Class, Word, sound};

/// The bits of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Pod, Zeroable)]
#[repr(transparent)]
pub(crate) struct Signature([u64; 2]);

impl Signature {
    /// Of a name's words: of those that tell most when there are any.
    pub(crate) fn of<'a>(words: impl Iterator<Item = &'a Word> + Clone) -> Self {
        let telling = |word: &&Word| matches!(word.class, Class::Proper | Class::Title);
        if words.clone().any(|word| telling(&word)) { Self::of_all(words.filter(telling)) } else { Self::of_all(words) }
    }

    fn of_all<'a>(words: impl Iterator<Item = &'a Word>) -> Self {
        let mut signature = Self([0; 2]);
        words.for_each(|word| signature.add(&sound(&word.text)));
        signature
    }

    fn add(&mut self, sound: &str) {
        let mut last = b'^';
        for &byte in sound.as_bytes() {
            let pair = u32::from(last) << 8 | u32::from(byte);
            let bit = pair.wrapping_mul(0x9e37_79b1) >> 25;
            self.0[(bit >> 6) as usize] |= 1 << (bit & 63);
            last = byte;
        }
    }

    /// Of words asked: of those that tell most when there are any.
    pub(crate) fn of_asked(words: &[&Asked]) -> Self {
        let telling = |word: &&&Asked| !word.aside && matches!(word.class, Class::Proper | Class::Title);
        let some = words.iter().any(|word| telling(&word));
        let mut signature = Self([0; 2]);
        for word in words.iter().filter(|word| !some || telling(word)) {
            signature.add(&word.sound);
        }
        signature
    }

    /// How many bits.
    pub(crate) fn size(self) -> u32 {
        self.0[0].count_ones() + self.0[1].count_ones()
    }

    /// How many bits in common.
    pub(crate) fn common(self, other: Self) -> u32 {
        Self([self.0[0] & other.0[0], self.0[1] & other.0[1]]).size()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::words;

    fn of(name: &str) -> Signature {
        Signature::of(words(name).iter())
    }

    #[test]
    fn a_fault_changes_few_bits() {
        let name = of("Rue des Balastières");
        for alike in ["balastieres", "Rue des Balstières", "RUE DES BALASTEIRES", "Balastières (rue des)"] {
            assert!(of(alike).common(name) * 10 >= name.size() * 6, "{alike}");
        }
        assert!(of("Rue Victor Hugo").common(name) * 10 <= name.size() * 3);
    }
}
