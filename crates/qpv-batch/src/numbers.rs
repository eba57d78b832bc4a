//! Coordinates as people write them, and centimetres as we do.

use qpv_service::model::WrittenCoordinate;

use crate::cell::Cell;
use crate::row_error::{BAD_NUMBER, MISSING_COORDINATES, RowError};

/// Reads a coordinate with its decimals; a number has those of its shortest form.
///
/// In a text, spaces around it, quotes, and a comma instead of the point are accepted. `NaN` and `inf` are numbers here,
/// which are then refused as coordinates.
#[inline]
pub(crate) fn coordinate(cell: &Cell<'_>) -> Result<WrittenCoordinate, RowError> {
    match cell {
        // Most numbers are plain: other forms are tried after that.
        Cell::Text(text) => text.parse().or_else(|_| written_otherwise(text)),
        Cell::Number(number) => Ok(WrittenCoordinate::from_number(*number)),
        Cell::Single(number) => Ok(WrittenCoordinate::from_single(*number)),
        Cell::Empty => Err(MISSING_COORDINATES),
    }
}

fn written_otherwise(field: &str) -> Result<WrittenCoordinate, RowError> {
    let inner = field
        .strip_prefix('"')
        .and_then(|inner| inner.strip_suffix('"'))
        .unwrap_or(field)
        .trim();
    match inner {
        // Nothing between quotes is missing, not malformed.
        "" => Err(MISSING_COORDINATES),
        // With a second comma they separate thousands, which no coordinate has.
        _ => inner.replacen(',', ".", 1).parse().map_err(|_| BAD_NUMBER),
    }
}

/// Appends metres with two decimals.
#[inline]
pub(crate) fn push_centimetres(out: &mut Vec<u8>, value_m: f64) {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "metres, of a distance or within a projection"
    )]
    let centimetres = (value_m * 100.0).round() as i64;
    // Decided on the rounded value, for -0.001 must not be written -0.00.
    if centimetres < 0 {
        out.push(b'-');
    }
    let mut digits = [0; 20];
    let (mut rest, mut first) = (centimetres.unsigned_abs(), digits.len());
    // Three digits at least, so that a zero stands before the point.
    while rest > 0 || digits.len() - first < 3 {
        first -= 1;
        digits[first] = b'0' + u8::try_from(rest % 10).expect("a digit");
        rest /= 10;
    }
    let (metres, hundredths) = digits[first..].split_at(digits.len() - first - 2);
    out.extend_from_slice(metres);
    out.push(b'.');
    out.extend_from_slice(hundredths);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<f64, RowError> {
        coordinate(&Cell::Text(text.into())).map(|written| written.value)
    }

    #[test]
    fn numbers_are_taken_as_they_are() {
        let number = coordinate(&Cell::Number(48.75));
        assert_eq!(number, Ok(WrittenCoordinate::from_number(48.75)));
        assert_eq!(coordinate(&Cell::Empty), Err(MISSING_COORDINATES));
    }

    #[test]
    fn coordinates_as_they_are_written() {
        for (text, value) in [
            ("48.75", 48.75),
            ("-0.57", -0.57),
            (" 48.75\t", 48.75),
            ("48,75", 48.75),
            ("\"48,75\"", 48.75),
            ("\" -0,57 \"", -0.57),
            ("\u{a0}48.75\u{202f}", 48.75),
            ("4.875e1", 48.75),
            ("+2", 2.0),
        ] {
            assert_eq!(read(text), Ok(value), "{text}");
        }
        for text in ["", " ", "\"\"", "\" \""] {
            assert_eq!(read(text), Err(MISSING_COORDINATES), "{text}");
        }
        for text in [
            "abc",
            "48°45'",
            "1,234,567",
            "1.234,5",
            "652 469",
            "\"48",
            "0x12",
        ] {
            assert_eq!(read(text), Err(BAD_NUMBER), "{text}");
        }
        assert!(read("NaN").unwrap().is_nan());
    }

    #[test]
    fn decimals_are_those_written() {
        for (text, decimals) in [
            ("48.740", 3),
            ("48,74", 2),
            ("\" 48,740000 \"", 6),
            (" 48 ", 0),
            ("4,87E+01", 1),
        ] {
            let written = coordinate(&Cell::Text(text.into())).unwrap();
            assert_eq!(written.decimals, decimals, "{text}");
        }
    }

    #[test]
    fn metres_have_two_decimals() {
        for (value, text) in [
            (0.0, "0.00"),
            (-0.0, "0.00"),
            (-41.27, "-41.27"),
            (0.05, "0.05"),
            (-0.3, "-0.30"),
            (4999.99, "4999.99"),
        ] {
            let mut out = vec![];
            push_centimetres(&mut out, value);
            assert_eq!(String::from_utf8(out).unwrap(), text);
        }
    }
}
