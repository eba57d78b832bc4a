//! Lengths, areas and counts as a French reader writes them.

/// Returns a length in metres as it is written: `0,4 m`, `41 m`, `1,3 km`.
///
/// ```
/// use qpv_french::numbers::metres;
/// assert_eq!([metres(0.42), metres(41.27), metres(1299.0)], ["0,4 m", "41 m", "1,3 km"]);
/// ```
#[must_use]
pub fn metres(value_m: f64) -> String {
    match value_m.abs() {
        m if m < 9.95 => format!("{m:.1} m").replace('.', ","),
        m if m < 999.5 => format!("{m:.0} m"),
        m => format!("{:.1} km", m / 1000.0).replace('.', ","),
    }
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
