//! Text that does nothing but be read: without the characters that command a terminal or turn a line around.

use std::borrow::Cow;

/// Returns a text without control characters (a space stands in for each but the end of a line) and without the marks of
/// direction of Unicode, by which a name of a file or of a street could show itself as another.
#[must_use]
pub fn plain(text: &str) -> Cow<'_, str> {
    if !text.contains(|letter| is_command(letter) || is_direction_mark(letter)) {
        return Cow::Borrowed(text);
    }
    let letters = text.chars().filter(|letter| !is_direction_mark(*letter));
    letters
        .map(|letter| if is_command(letter) { ' ' } else { letter })
        .collect()
}

/// Returns whether a terminal may take a character for a command.
fn is_command(letter: char) -> bool {
    letter.is_control() && letter != '\n'
}

/// Returns whether a character sets the direction of those around it (Unicode Standard Annex 9, "Directional Formatting
/// Characters").
fn is_direction_mark(letter: char) -> bool {
    matches!(letter, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Returns a text with at most that many characters, the last one an ellipsis where it was longer.
#[must_use]
pub fn bounded(text: &str, characters: usize) -> Cow<'_, str> {
    if text.char_indices().nth(characters).is_none() {
        return Cow::Borrowed(text);
    }
    let kept: String = text.chars().take(characters.saturating_sub(1)).collect();
    Cow::Owned(kept + "…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_and_marks_of_direction_are_gone() {
        for (text, shown) in [
            ("Rue de l'Été\n2", "Rue de l'Été\n2"),
            // Red, then the title of the window.
            ("\u{1b}[31mrouge\u{1b}]0;titre\u{7}", " [31mrouge ]0;titre "),
            ("\u{9b}2Jvide\u{85}", " 2Jvide "),
            ("a\tb\rc\0d", "a b c d"),
            ("liste\u{202e}xslx.exe", "listexslx.exe"),
            ("\u{2066}un\u{2069} \u{200e}deux\u{61c}", "un deux"),
        ] {
            assert_eq!(plain(text), shown);
        }
        assert!(matches!(plain("Saint-Étienne"), Cow::Borrowed(_)));
    }

    #[test]
    fn only_what_is_too_long_is_cut() {
        assert_eq!(bounded("été", 3), "été");
        assert_eq!(bounded("étés", 3), "ét…");
        assert_eq!(bounded("", 3), "");
    }
}
