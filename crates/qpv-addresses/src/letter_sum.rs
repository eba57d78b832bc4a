//! A number for the letters of a text, whatever their order.
//!
//! Each letter has a number, and the sum of a text is that of its letters. Spaces add nothing, so words glued or cut keep
//! their sum, and so do letters exchanged. A letter lost, added or changed takes one number away, adds one, or both: the
//! few hundred sums one fault away can all be looked up, even the ten thousand two faults away, and nothing is stored
//! for them ([`sums_within`]).

use smallvec::SmallVec;

/// The number of each byte: the mixing steps of `SplitMix64`, whose results have no relation to each other.
const NUMBERS: [u32; 256] = numbers();

const fn numbers() -> [u32; 256] {
    let mut numbers = [0; 256];
    let (mut byte, mut state) = (0, 0_u64);
    while byte < numbers.len() {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        // The upper half of the product, which depends on all bits.
        numbers[byte] = (mixed >> 32) as u32;
        byte += 1;
    }
    numbers
}

/// Returns the sum of a text's letters. The sum of several words is that of their sums.
pub(crate) fn letter_sum(text: &str) -> u32 {
    text.bytes()
        .fold(0, |sum, byte| sum.wrapping_add(NUMBERS[usize::from(byte)]))
}

/// Returns the sums of the texts that differ from one by some faults at most, two of them
/// at most. `letters` has a bit for each letter in
/// it.
pub(crate) fn sums_within(
    faults: usize,
    sum: u32,
    letters: u32,
) -> impl Iterator<Item = LetterSum> {
    let present = (b'a'..=b'z').filter(move |letter| letters & 1 << (letter - b'a') != 0);
    let removed = sums_of_letters(faults, present);
    let added = sums_of_letters(faults, b'a'..=b'z');
    removed.into_iter().flat_map(move |removed| {
        let rest = sum.wrapping_sub(removed.sum);
        let added = added.clone().into_iter();
        added.map(move |added| LetterSum {
            sum: rest.wrapping_add(added.sum),
            growth: added.growth - removed.growth,
        })
    })
}

/// The sum of a text, and the number of letters that it has more than another.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LetterSum {
    pub sum: u32,
    growth: isize,
}

impl LetterSum {
    /// Returns the length of the text, if that of the other one is this.
    pub(crate) fn length(self, other: usize) -> usize {
        other.saturating_add_signed(self.growth)
    }
}

/// Returns the sums of all choices of at most `count` letters, none among them. A letter may be chosen twice.
fn sums_of_letters(count: usize, letters: impl Iterator<Item = u8>) -> Vec<LetterSum> {
    if count == 0 {
        return vec![LetterSum { sum: 0, growth: 0 }];
    }
    let letters: SmallVec<[u32; 26]> = letters.map(|letter| NUMBERS[usize::from(letter)]).collect();
    let mut sums = vec![LetterSum { sum: 0, growth: 0 }];
    for (at, first) in letters.iter().enumerate() {
        sums.push(LetterSum {
            sum: *first,
            growth: 1,
        });
        if count > 1 {
            sums.extend(letters[at..].iter().map(|second| LetterSum {
                sum: first.wrapping_add(*second),
                growth: 2,
            }));
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::similarity::letters;

    #[test]
    fn the_sum_of_a_text_with_a_fault_is_among_those_looked_up() {
        let near = |faults: usize, asked: &str, name: &str| {
            sums_within(faults, letter_sum(asked), letters(asked))
                .any(|near| near.sum == letter_sum(name))
        };
        for asked in [
            "balastieres",
            "balstieres",
            "ballastieres",
            "balastiares",
            "balastiers",
            "labastieres",
        ] {
            assert!(near(1, asked, "balastieres"), "{asked}");
        }
        for asked in ["balastire", "ballastierres", "malasticres", "balasiers"] {
            assert!(
                !near(1, asked, "balastieres") && near(2, asked, "balastieres"),
                "{asked}"
            );
        }
        assert_eq!(
            letter_sum("ruevictorhugo"),
            letter_sum("rue").wrapping_add(letter_sum("victorhugo"))
        );
    }
}
