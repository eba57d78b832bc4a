//! The likeness of a text to French in an encoding: the way to distinguish encodings of one byte a character.
//!
//! Every byte is a character in Windows-1252 and in Mac Roman, so that none is a fault. But of `général`, written in
//! Mac Roman, Windows-1252 makes `gŽnŽral`: capitals behind small letters, and signs within words, that French lacks.

use encoding_rs::Encoding as Charset;

/// Letters of French beyond ASCII, in lower case, and those of names that are met in France.
const LETTERS: &str = "àâäæçéèêëîïôöœùûüÿñ";
/// Signs that stand beside words.
const SIGNS: &str = "«»‹›“”„‘’–—…•·°€£§©®™\u{a0}²³½¼";

/// Returns the balance of characters beyond ASCII that French has where they stand, and of those that it has not.
pub(crate) fn french_score(bytes: &[u8], charset: &'static Charset) -> i64 {
    let (text, _) = charset.decode_without_bom_handling(bytes);
    let (mut score, mut before, mut characters) = (0, None, text.chars().peekable());
    while let Some(character) = characters.next() {
        if !character.is_ascii() {
            score += character_score(before, character, characters.peek().copied());
        }
        before = Some(character);
    }
    score
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
