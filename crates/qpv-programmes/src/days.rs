//! Days as TOML has them.

use jiff::civil::Date;
use serde::{Deserialize, Deserializer};
use toml::value::Datetime;

/// Returns the day; `None` for one that the calendar lacks, and for a time.
pub(crate) fn day_of(written: &Datetime) -> Option<Date> {
    // A time of day or an offset would be silently lost.
    let Datetime {
        date: Some(date),
        time: None,
        offset: None,
    } = written
    else {
        return None;
    };
    let year = i16::try_from(date.year).ok()?;
    let month = i8::try_from(date.month).ok()?;
    Date::new(year, month, i8::try_from(date.day).ok()?).ok()
}

pub(crate) fn no_day(written: &Datetime) -> String {
    format!("`{written}` is not a day: write 2024-01-31, without quotes")
}

/// Reads a day that may be missing.
pub(crate) fn optional_day<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Date>, D::Error> {
    let written = Option::<Datetime>::deserialize(deserializer)?;
    written
        .map(|written| day_of(&written).ok_or_else(|| serde::de::Error::custom(no_day(&written))))
        .transpose()
}
