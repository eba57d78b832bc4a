//! Lengths, areas and counts as a French reader writes them.

/// The distances that decide a zone or an eligibility, in centimetres: 300 m of the band, 500 m of the wide band.
const DECIDING_LIMITS_CM: [u64; 2] = [30_000, 50_000];

/// Returns the absolute value of a length in metres as it is written: `0,4 m`, `41 m`, `1,3 km`.
///
/// Decimetres below 10 m, whole metres below 1 km, then kilometres with one decimal; a decimal of zero is dropped. Less than
/// 1 m from a limit that decides, decimetres are rounded away from the limit. `distances.json` has the cases.
///
/// ```
/// use qpv_french::numbers::metres;
/// assert_eq!([metres(0.42), metres(41.27), metres(1299.0)], ["0,4 m", "41 m", "1,3 km"]);
/// assert_eq!([metres(299.97), metres(300.04)], ["299,9 m", "300,1 m"]);
/// ```
#[must_use]
pub fn metres(value_m: f64) -> String {
    // Answers leave the service rounded to the centimetre: the page and the program must round the same number.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a length on Earth, without its sign, is far below the largest integer"
    )]
    let length_cm = (value_m.abs() * 100.0).round() as u64;
    // « 300 m » would contradict a zone whose limit is 300 m: 299.97 m is inside.
    if let Some(limit_cm) = DECIDING_LIMITS_CM
        .into_iter()
        .find(|limit_cm| length_cm.abs_diff(*limit_cm) < 100)
    {
        // Away from the limit, so that the words never contradict the zone.
        let tenths = if length_cm < limit_cm {
            length_cm / 10
        } else {
            length_cm.div_ceil(10)
        };
        return with_tenths(tenths, "m");
    }
    match length_cm {
        // 9.95 m would be written with a decimal of zero: « 10 m » begins there, « 1 km » at 999.5 m.
        ..995 => with_tenths((length_cm + 5) / 10, "m"),
        995..99_950 => format!("{} m", (length_cm + 50) / 100),
        _ => with_tenths((length_cm + 5_000) / 10_000, "km"),
    }
}

/// Writes an uncertainty: like a distance, but never less than it is. `web/src/french/texts.ts` has the same rule for the page.
///
/// ```
/// use qpv_french::numbers::uncertainty;
/// assert_eq!([uncertainty(6.71), uncertainty(41.2)], ["6,8 m", "42 m"]);
/// assert_eq!([uncertainty(2.3), uncertainty(30.0), uncertainty(1201.0)], ["2,3 m", "30 m", "1,3 km"]);
/// ```
#[must_use]
pub fn uncertainty(value_m: f64) -> String {
    // A little less first: 2.3 in floating point may be a little more, and would be 2.4.
    let up = |step: f64| (value_m / step - 1e-6).ceil() * step;
    let steps = [(0.1, 10.0), (1.0, 1000.0)];
    let step = steps.into_iter().find(|(step, end)| up(*step) < *end);
    metres(up(step.map_or(100.0, |(step, _)| step)))
}

/// Writes a number of tenths with its unit, without a decimal of zero.
fn with_tenths(tenths: u64, unit: &str) -> String {
    match (tenths / 10, tenths % 10) {
        (whole, 0) => format!("{whole} {unit}"),
        (whole, decimal) => format!("{whole},{decimal} {unit}"),
    }
}

/// Returns a number with all of its decimals, as it was given: `-0,57`.
///
/// ```
/// use qpv_french::numbers::decimal;
/// assert_eq!([decimal(-0.57), decimal(48.0)], ["-0,57", "48"]);
/// ```
#[must_use]
pub fn decimal(value: f64) -> String {
    value.to_string().replace('.', ",")
}

/// Returns an area in hectares as it is written, without its unit: `1 234,50`, its space unbreakable.
///
/// ```
/// use qpv_french::numbers::hectares;
/// assert_eq!([hectares(38.832), hectares(1234.5)], ["38,83", "1\u{a0}234,50"]);
/// ```
#[must_use]
pub fn hectares(value_ha: f64) -> String {
    // A difference of equal areas may be -0.0, which would print its sign.
    let text = format!("{:.2}", value_ha + 0.0);
    let (whole, cents) = text.split_once('.').unwrap_or((&text, "00"));
    format!(
        "{},{cents}",
        whole.parse().map_or_else(|_| whole.to_owned(), count)
    )
}

/// Returns a whole number as it is written, with unbreakable spaces: `1 234 567`.
///
/// ```
/// use qpv_french::numbers::count;
/// assert_eq!([count(12), count(1_234_567)], ["12", "1\u{a0}234\u{a0}567"]);
/// ```
#[must_use]
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let groups = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .map(|group| String::from_utf8_lossy(group));
    groups.collect::<Vec<_>>().join("\u{a0}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_written_as_the_table_of_the_page_and_the_program_says() {
        let table: Vec<(f64, String)> =
            serde_json::from_str(include_str!("../distances.json")).unwrap();
        for (value_m, words) in table {
            assert_eq!(metres(value_m), words, "{value_m}");
        }
    }
}
