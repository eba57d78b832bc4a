//! Fields that a spreadsheet would run as formulas, neutralised by an apostrophe.

use std::borrow::Cow;

use crate::dialect::Codec;
use crate::records::{push_quoted, scan, unquoted};

/// Returns whether a spreadsheet that opens delimited text would take this field for a formula: it begins with `=`, `@`,
/// a tab or a line end, or with a sign and is neither a number nor a telephone number.
#[must_use]
pub fn is_formula(text: &str) -> bool {
    // Spreadsheets skip these before a formula.
    let text = text.trim_start_matches([' ', '\u{a0}', '\u{feff}']);
    match text.chars().next() {
        Some('=' | '@' | '\t' | '\r' | '\n') => true,
        // Numbers and telephone numbers begin so too, and must stay as they are.
        Some('+' | '-') => !text[1..].chars().all(is_of_a_number),
        _ => false,
    }
}

/// Returns whether numbers and telephone numbers are written with this character.
fn is_of_a_number(character: char) -> bool {
    character.is_ascii_digit() || " .,()\u{a0}\u{202f}".contains(character)
}

/// Returns a text with an apostrophe before it when it would be run: spreadsheets then show it as it is.
#[must_use]
pub fn neutralised(text: &str) -> Cow<'_, str> {
    if is_formula(text) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// Writes a record with an apostrophe before each of its fields that would be run; the others stay as they are.
pub fn push_neutralised_record(out: &mut Vec<u8>, record: &[u8], delimiter: u8, codec: Codec) {
    scan(record, delimiter, true, |index, field| {
        if index > 0 {
            out.push(delimiter);
        }
        let field = &record[field];
        let quoted = field.first() == Some(&b'"');
        let text = unquoted(codec.decode(field));
        // Other readers drop quotes that are misplaced, which can leave a formula.
        let bare = text.replace('"', "");
        let runs = is_formula(&text) || is_formula(&bare);
        match field {
            [b'"', rest @ .., b'"'] if runs && !rest.contains(&b'"') => {
                out.extend_from_slice(b"\"'");
                out.extend_from_slice(&field[1..]);
            }
            // A carriage return that no quotes protect ends the line for other readers.
            _ if runs || !quoted && field.contains(&b'\r') => {
                let apostrophe = if runs { "'" } else { "" };
                push_quoted(out, &codec.encode(&format!("{apostrophe}{text}")));
            }
            field => out.extend_from_slice(field),
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_distinguished_from_numbers() {
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
            assert!(neutralised(formula).starts_with('\''));
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
