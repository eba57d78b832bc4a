//! The likeness of a text to French in an encoding: the way to distinguish encodings of one byte a character.
//!
//! Every byte is a character in Windows-1252, in Mac Roman and in code page 850, so that none is a fault. But of `général`, written in
//! Mac Roman, Windows-1252 makes `gŽnŽral`: capitals behind small letters, and signs within words, that French lacks.

use crate::charset::Charset;

/// Letters of French beyond ASCII, in lower case, and those of names that are met in France.
const LETTERS: &str = "àâäæçéèêëîïôöœùûüÿñ";
/// Signs that stand beside words.
const SIGNS: &str = "«»‹›“”„‘’–—…•·°€£§©®™\u{a0}²³½¼";

/// The likeness of a text to French. The balance is compared first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct FrenchScore {
    /// Characters beyond ASCII that French has where they stand, less those that it has not.
    pub(crate) balance: i64,
    /// Those that French has most often there.
    common: i64,
}

impl FrenchScore {
    /// Adds the score of bytes in an encoding.
    pub(crate) fn add(&mut self, bytes: &[u8], charset: Charset) {
        let text = charset.decode(bytes);
        let (mut before, mut characters) = (None, text.chars().peekable());
        while let Some(character) = characters.next() {
            if !character.is_ascii() {
                let after = characters.peek().copied();
                self.balance += character_score(before, character, after);
                self.common += i64::from(is_common(before, character, after));
            }
            before = Some(character);
        }
    }
}

/// Returns whether a letter is common where it stands: `à` and `ù` end words, others are within them.
fn is_common(before: Option<char>, character: char, after: Option<char>) -> bool {
    let is_end = !after.is_some_and(char::is_alphabetic);
    let is_start = !before.is_some_and(char::is_alphabetic);
    match character {
        'é' => true,
        'à' | 'ù' => is_end,
        'è' | 'ê' | 'ç' | 'ô' | 'î' | 'â' | 'û' => !is_end && !is_start,
        'É' | 'È' | 'Ê' | 'À' => is_start,
        _ => false,
    }
}

fn character_score(before: Option<char>, character: char, after: Option<char>) -> i64 {
    let is_within_word =
        before.is_some_and(char::is_alphabetic) && after.is_some_and(char::is_alphabetic);
    let is_alone =
        !before.is_some_and(char::is_alphabetic) && !after.is_some_and(char::is_alphabetic);
    match character {
        // `À` is a word, and so are the letters that another encoding makes of signs.
        _ if is_alone => 0,
        // An apostrophe is within a word, all other signs beside one.
        '’' => i64::from(is_within_word),
        sign if SIGNS.contains(sign) => -i64::from(is_within_word),
        letter if LETTERS.contains(letter) => {
            // No small letter stands within capitals.
            let is_shouted =
                before.is_some_and(char::is_uppercase) && after.is_some_and(char::is_uppercase);
            if is_shouted { -1 } else { 1 }
        }
        // Nor does a capital stand behind a small letter, or between a capital and a small letter.
        capital if capital.to_lowercase().all(|lower| LETTERS.contains(lower)) => {
            let is_amid_small_letters = before.is_some_and(char::is_lowercase)
                || before.is_some_and(char::is_uppercase) && after.is_some_and(char::is_lowercase);
            if is_amid_small_letters { -1 } else { 1 }
        }
        // Names of other countries begin with these.
        'Š' | 'Ž' if !before.is_some_and(char::is_lowercase) => 0,
        'š' | 'ž' => 0,
        _ => -1,
    }
}
