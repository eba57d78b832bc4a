//! Coordinates with the decimals that they are written with: the trace of how exact they are.

use std::num::ParseFloatError;
use std::str::FromStr;

/// A coordinate as it is written.
///
/// ```
/// use qpv_model::WrittenCoordinate;
/// let written: WrittenCoordinate = "48.740".parse().unwrap();
/// assert_eq!((written.value, written.decimals), (48.74, 3));
/// assert_eq!(WrittenCoordinate::from_number(48.74).decimals, 2);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WrittenCoordinate {
    /// Its value, in the unit of its reference system.
    pub value: f64,
    /// Digits behind the point; negative for a number of tens or hundreds, as `4.9E+05` is.
    pub decimals: i16,
    /// The most that its storage may have moved it, in the same unit, whatever its decimals: half the spacing of numbers of
    /// single precision, 0 for others.
    pub storage_error: f32,
}

/// The powers of ten that are exact as doubles and that a plain number may need.
const POWERS_OF_TEN: [f64; 17] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
];
/// Digits that always make an exact double when they are read as a whole number.
const MAX_EXACT_DIGITS: usize = 15;

impl WrittenCoordinate {
    /// Decimals of a number that was computed, not written.
    pub const COMPUTED: i16 = 17;

    /// Creates a coordinate that is exact, whatever its decimals.
    #[must_use]
    pub fn exact(value: f64) -> Self {
        Self {
            value,
            decimals: Self::COMPUTED,
            storage_error: 0.0,
        }
    }

    /// Creates the coordinate of a number of single precision, which is 2 × 10⁻⁶ degrees or 0.25 m from what was meant.
    ///
    /// ```
    /// use qpv_model::WrittenCoordinate;
    /// assert_eq!(WrittenCoordinate::from_single(55.451_23).storage_error, 2_f32.powi(-19));
    /// ```
    #[must_use]
    pub fn from_single(value: f32) -> Self {
        let spacing = value.abs().next_up() - value.abs();
        Self {
            // What is no number has no neighbours either.
            storage_error: if spacing.is_finite() {
                spacing / 2.0
            } else {
                0.0
            },
            ..Self::from_number(value.into())
        }
    }

    /// Creates the coordinate of a cell that holds a number, with the decimals of its shortest form: zeros at the end of
    /// what was written are lost in it. A number of single precision counts with the decimals that it had as such.
    #[must_use]
    #[inline]
    pub fn from_number(value: f64) -> Self {
        /// From this many on, a coordinate in degrees is exact to centimetres.
        const MAX_COUNTED: usize = 6;
        // One test is enough for most numbers, which have more.
        let decimals = if has_decimals(value, MAX_COUNTED - 1) {
            (0..MAX_COUNTED).find(|&decimals| has_decimals(value, decimals))
        } else {
            None
        };
        Self {
            value,
            decimals: decimals.map_or(Self::COMPUTED, to_decimals),
            storage_error: 0.0,
        }
    }
}

impl FromStr for WrittenCoordinate {
    type Err = ParseFloatError;

    /// Reads what [`f64::from_str`] reads, to the same value; and a number with one comma and no point, as `48,75`. With a
    /// second comma, or a point, they may separate thousands.
    #[inline]
    fn from_str(text: &str) -> Result<Self, ParseFloatError> {
        if let Some(plain) = plain_number(text.as_bytes()) {
            return Ok(plain);
        }
        if !text.contains('.') && text.bytes().filter(|byte| *byte == b',').count() == 1 {
            return text.replace(',', ".").parse();
        }
        Ok(Self {
            value: text.parse()?,
            decimals: decimals_of(text),
            storage_error: 0.0,
        })
    }
}

/// Reads a number of at most 15 digits, with or without a point: value and decimals in one pass.
#[inline]
fn plain_number(text: &[u8]) -> Option<WrittenCoordinate> {
    let (is_negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    // More digits may make no exact double, and overflow in the end.
    if digits.len() > MAX_EXACT_DIGITS + 1 {
        return None;
    }
    let (mut whole, mut count, mut point) = (0_u64, 0_usize, None);
    for byte in digits {
        match byte {
            b'0'..=b'9' => {
                whole = whole * 10 + u64::from(byte - b'0');
                count += 1;
            }
            b'.' if point.is_none() => point = Some(count),
            _ => return None,
        }
    }
    if count == 0 || count > MAX_EXACT_DIGITS {
        return None;
    }
    let decimals = count - point.unwrap_or(count);
    #[expect(clippy::cast_precision_loss, reason = "15 digits are exact")]
    // Both are exact, so the quotient is rounded once: to the double nearest to the number.
    let size = whole as f64 / POWERS_OF_TEN[decimals];
    Some(WrittenCoordinate {
        value: if is_negative { -size } else { size },
        decimals: to_decimals(decimals),
        storage_error: 0.0,
    })
}

/// Returns the decimals of any text of a number.
fn decimals_of(text: &str) -> i16 {
    // A narrow column of a spreadsheet is exported as it is shown: `4.87E+01`.
    let (digits, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let behind = digits
        .split_once('.')
        .map_or(0, |(_, behind)| to_decimals(behind.len()));
    // An exponent too large to be read leaves no finite coordinate either.
    behind.saturating_sub(exponent.parse().unwrap_or(0))
}

/// Returns whether a number is the double, or the single, nearest to one with that many decimals.
#[inline]
fn has_decimals(value: f64, decimals: usize) -> bool {
    let power = POWERS_OF_TEN[decimals];
    let nearest = (value * power).round() / power;
    #[expect(clippy::cast_possible_truncation, reason = "compared as singles")]
    let (single, nearest_single) = (value as f32, nearest as f32);
    // A single that was widened has digits that nobody wrote.
    nearest.to_bits() == value.to_bits()
        || (f64::from(single).to_bits() == value.to_bits()
            && nearest_single.to_bits() == single.to_bits())
}

fn to_decimals(count: usize) -> i16 {
    i16::try_from(count).unwrap_or(i16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (f64, i16) {
        let WrittenCoordinate {
            value, decimals, ..
        } = text.parse().unwrap();
        (value, decimals)
    }

    #[test]
    fn decimals_are_those_written() {
        for (text, decimals) in [
            ("48.74", 2),
            ("-0.590000", 6),
            ("48.", 0),
            (".5", 1),
            ("+2.5", 1),
            ("48", 0),
            ("0", 0),
            ("652709.25", 2),
            ("1e-3", 3),
            ("4.874e1", 1 + 1),
            ("4.9E+05", -4),
            ("1.5e2", -1),
            ("2.3522219000000000", 16),
            ("48.7400000000000001", 16),
            ("000000000000000048.5", 1),
        ] {
            assert_eq!(read(text).1, decimals, "{text}");
        }
    }

    #[test]
    fn values_are_those_of_the_standard_library() {
        let mut seed = 0x9E37_79B9_7F4A_7C15_u64;
        for _ in 0..200_000 {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            let digits = (seed % 10_u64.pow(1 + u32::try_from(seed >> 60).unwrap())).to_string();
            let point = usize::try_from(seed >> 40).unwrap() % (digits.len() + 1);
            let sign = if seed & 1 == 0 { "-" } else { "" };
            let text = format!("{sign}{}.{}", &digits[..point], &digits[point..]);
            let expected: f64 = text.parse().unwrap();
            assert_eq!(read(&text).0.to_bits(), expected.to_bits(), "{text}");
        }
        for text in ["", "-", ".", "-.", "1.2.3", "0x1", "1_0", "--1", "1 "] {
            assert!(text.parse::<WrittenCoordinate>().is_err(), "{text}");
        }
        assert!(read("NaN").0.is_nan() && read("-0").0.is_sign_negative());
    }

    #[test]
    fn numbers_have_the_decimals_of_their_shortest_form() {
        for value in [
            48.74, -0.59, 0.1, 2.0, -61.5, 48.85661, 652_709.0, 652_709.4, 0.3, -4.0,
        ] {
            let shortest = format!("{value}");
            let written = WrittenCoordinate::from_number(value);
            assert_eq!(written.decimals, read(&shortest).1, "{shortest}");
            #[expect(clippy::cast_possible_truncation, reason = "a single")]
            let single = value as f32;
            let from_single = WrittenCoordinate::from_number(f64::from(single));
            assert!(from_single.decimals <= written.decimals, "{single}");
        }
        for value in [48.856_613, 2.352_222_1, -0.570_740_1, 1.0 / 3.0] {
            let written = WrittenCoordinate::from_number(value);
            assert_eq!(written.decimals, WrittenCoordinate::COMPUTED, "{value}");
        }
    }
}
