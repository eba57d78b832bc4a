//! Texts that a spreadsheet would run as formulas, made harmless.

use std::borrow::Cow;

/// Whether a spreadsheet that opens delimited text would take this field for a formula: it begins with `=`, `@`, a tab or a
/// line end, or with a sign and is neither a number nor a telephone number.
pub fn is_formula(text: &str) -> bool {
    let begins = text.trim_start_matches([' ', '\u{a0}', '\u{feff}']);
    match begins.chars().next() {
        Some('=' | '@' | '\t' | '\r' | '\n') => true,
        Some('+' | '-') => {
            let digits = |character: char| {
                character.is_ascii_digit() || " .,()\u{a0}\u{202f}".contains(character)
            };
            !begins[1..].chars().all(digits)
        }
        _ => false,
    }
}

/// A text with an apostrophe before it when it would be run: spreadsheets then show it as it is.
pub fn text(text: &str) -> Cow<'_, str> {
    if is_formula(text) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_told_from_numbers() {
        for formula in [
            "=1+1",
            " =A1",
            "@SUM(A1)",
            "+1+cmd|' /C calc'!A0",
            "-2+3",
            "\t=1",
            "-A1",
            "=",
            "+A",
        ] {
            assert!(is_formula(formula), "{formula:?}");
            assert!(text(formula).starts_with('\''));
        }
        for plain in [
            "",
            "12 rue = 3",
            "-0.57",
            "-3,5",
            "+33 1 02 03 04 05",
            "- 12",
            "a@b.fr",
            "(12)",
            "-",
            "'=1",
        ] {
            assert!(!is_formula(plain), "{plain:?}");
        }
    }
}
