//! The figures in the cells of a table.

use qpv_french::fold::fold_text;

/// Texts in place of a figure that is secret or not known, as [`fold_text`] text without blanks.
const SECRET: [&str; 11] = [
    "", "s", "ns", "nd", "c", "na", "nc", "nan", "nr", "secret", "null",
];

/// Parses a figure as spreadsheets write it: `5822`, `5 822`, `45.5`, `45,5`, `45,5 %`, `-3`. `None` for a secret one.
pub(super) fn figure(text: &str) -> Result<Option<f64>, ()> {
    if is_secret(text) {
        return Ok(None);
    }
    let compact = compact(text);
    // Some tables write the unit into the cells.
    let number = compact.strip_suffix('%').unwrap_or(&compact);
    let digits = number.strip_prefix('-').unwrap_or(number);
    let mut signs = digits.bytes();
    let is_number = signs.next().is_some_and(|first| first.is_ascii_digit())
        && digits.ends_with(|c: char| c.is_ascii_digit())
        && signs.all(|byte| byte.is_ascii_digit() || b".,eE+-".contains(&byte));
    // `01053` is a code, which spreadsheets keep as a text.
    let is_code = digits.len() > 1 && digits.starts_with('0') && !digits.starts_with(['.', ',']);
    let is_code = is_code && digits.as_bytes()[1].is_ascii_digit();
    if !is_number || is_code {
        return Err(());
    }
    // A second comma, or one beside a point, leaves a text that is no number.
    let value: f64 = number.replacen(',', ".", 1).parse().map_err(|_| ())?;
    value.is_finite().then_some(Some(value)).ok_or(())
}

/// Parses a number of inhabitants: `5822`, `5 822`, `5822.0`, `5822,0`. `None` for a secret one.
pub(super) fn population(text: &str) -> Result<Option<u32>, ()> {
    if is_secret(text) {
        return Ok(None);
    }
    let compact = compact(text);
    let (whole, rest) = compact.split_once(['.', ',']).unwrap_or((&compact, ""));
    // Half an inhabitant is a sign of a share or a rate in that column.
    if rest.bytes().any(|byte| byte != b'0') {
        return Err(());
    }
    whole.parse().map(Some).map_err(|_| ())
}

fn is_secret(text: &str) -> bool {
    let plain: String = fold_text(text).split_whitespace().collect();
    SECRET.contains(&plain.as_str())
}

fn compact(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_that_is_secret_is_not_zero() {
        for (text, expected) in [
            ("0", Some(0)),
            ("s", None),
            ("", None),
            ("n.d.", None),
            ("*", None),
            ("7\u{a0}001", Some(7001)),
            ("7\u{202f}001,0", Some(7001)),
        ] {
            assert_eq!(population(text), Ok(expected), "{text}");
            assert_eq!(figure(text), Ok(expected.map(f64::from)), "{text}");
        }
        for text in ["S", "ns", "N.D.", "NaN", "///", "…", "-", "n/a", " "] {
            assert_eq!(figure(text), Ok(None), "{text}");
        }
    }

    #[test]
    fn a_figure_is_read_as_spreadsheets_write_it_and_nothing_is_guessed() {
        for (text, expected) in [
            ("46.0", 46.0),
            ("46,5", 46.5),
            ("46,5 %", 46.5),
            ("-3,25", -3.25),
            ("0,5", 0.5),
            ("1 234,5", 1234.5),
            ("1e+05", 100_000.0),
            ("14.499999999999998", 14.499_999_999_999_998),
        ] {
            assert_eq!(figure(text), Ok(Some(expected)), "{text}");
        }
        for text in [
            "<5", "> 95", "12,3,4", "1.234,5", "1,234.5", "inf", "12 hab.", "01053", "2A004",
            "--3", "+3", ".5", "5.", "1-2", "٣", "1e999", "oui",
        ] {
            assert_eq!(figure(text), Err(()), "{text}");
        }
    }
}
