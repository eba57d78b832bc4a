//! Ages in completed years, and the day they change.

use jiff::ToSpan;
use jiff::civil::Date;

/// The ages that rules and cases may name.
pub(crate) const ALLOWED_AGES: std::ops::RangeInclusive<i16> = 0..=120;

/// Returns the day somebody born on that day reaches this age.
///
/// Born on 29 February: the 28th when the year has no 29th, as periods are counted in French procedure (code de procédure civile, art. 641: the last day of the month when it has no such day).
///
/// ```
/// use jiff::civil::date;
/// use qpv_programmes::birthday;
/// assert_eq!(birthday(date(2012, 2, 29), 3), Some(date(2015, 2, 28)));
/// ```
#[must_use]
pub fn birthday(born: Date, age: i16) -> Option<Date> {
    born.checked_add(i64::from(age).years()).ok()
}

/// Returns the completed years on a day; `None` before birth.
///
/// ```
/// use jiff::civil::date;
/// use qpv_programmes::age_on;
/// let born = date(2010, 11, 21);
/// assert_eq!(age_on(born, date(2026, 11, 20)), Some(15));
/// assert_eq!(age_on(born, date(2026, 11, 21)), Some(16));
/// assert_eq!(age_on(born, date(2010, 11, 20)), None);
/// ```
#[must_use]
pub fn age_on(born: Date, on: Date) -> Option<i16> {
    let years = on.year() - born.year();
    // This year's birthday may still be to come.
    let reached = birthday(born, years).is_some_and(|birthday| birthday <= on);
    let age = if reached { years } else { years - 1 };
    (age >= 0).then_some(age)
}
