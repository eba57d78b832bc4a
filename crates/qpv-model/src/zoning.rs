//! Zonings: areas or communes that the law or a town names, with the days on which they are in force.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::code::CommuneCode;
use crate::slug::Slug;

/// The days on which something is in force; without a first or a last day it is open on that side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Period {
    /// The first day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<Date>,
    /// The last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Date>,
}

/// The period ends before it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it ends on {last}, before it begins, on {first}")]
pub struct PeriodError {
    first: Date,
    last: Date,
}

impl Period {
    /// Creates a period.
    ///
    /// # Errors
    /// [`PeriodError`] when it ends before it begins.
    pub fn new(valid_from: Option<Date>, valid_until: Option<Date>) -> Result<Self, PeriodError> {
        match (valid_from, valid_until) {
            (Some(first), Some(last)) if last < first => Err(PeriodError { first, last }),
            _ => Ok(Self {
                valid_from,
                valid_until,
            }),
        }
    }

    /// Returns whether a day is one of them.
    ///
    /// ```
    /// use jiff::civil::date;
    /// use qpv_model::Period;
    /// let period = Period::new(Some(date(2024, 7, 1)), None).unwrap();
    /// assert!(period.holds(date(2030, 1, 1)) && !period.holds(date(2024, 6, 30)));
    /// ```
    #[must_use]
    pub fn holds(&self, day: Date) -> bool {
        self.valid_from.is_none_or(|first| first <= day)
            && self.valid_until.is_none_or(|last| day <= last)
    }

    /// Returns whether some day is in both.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.begins_before_the_end_of(other) && other.begins_before_the_end_of(self)
    }

    /// Returns the days that are in both; `None` when there are none.
    ///
    /// ```
    /// use jiff::civil::date;
    /// use qpv_model::Period;
    /// let zoning = Period::new(Some(date(2024, 7, 1)), None).unwrap();
    /// let area = Period::new(None, Some(date(2029, 12, 31))).unwrap();
    /// let common = zoning.intersection(&area).unwrap();
    /// assert_eq!((common.valid_from, common.valid_until), (zoning.valid_from, area.valid_until));
    /// ```
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Option<Self> {
        // An open side gives way to the other one's day.
        let valid_from = self.valid_from.max(other.valid_from);
        let lasts = [self.valid_until, other.valid_until];
        let valid_until = lasts.into_iter().flatten().min();
        Self::new(valid_from, valid_until).ok()
    }

    /// Returns its first and its last day as they are written, 2024-01-31; `None` for a side that is open.
    ///
    /// ```
    /// use jiff::civil::date;
    /// use qpv_model::Period;
    /// let period = Period::new(Some(date(2024, 7, 1)), None).unwrap();
    /// assert_eq!(period.written_days(), [Some("2024-07-01".to_owned()), None]);
    /// ```
    #[must_use]
    pub fn written_days(&self) -> [Option<String>; 2] {
        [self.valid_from, self.valid_until].map(|day| day.map(|day| day.to_string()))
    }

    /// Returns whether it has neither a first nor a last day.
    #[must_use]
    pub fn is_open(&self) -> bool {
        *self == Self::default()
    }

    fn begins_before_the_end_of(&self, other: &Self) -> bool {
        // A side that is open has no end to come too late for.
        self.valid_from
            .zip(other.valid_until)
            .is_none_or(|(first, last)| first <= last)
    }
}

/// A zoning: its names, its source and its days, without the places it is made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ZoningRecord {
    /// Its name in answers, options and rules.
    pub name: Slug,
    /// Its name for people, in French.
    pub label: String,
    /// The text or the body that made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The days on which it is in force.
    #[serde(flatten)]
    pub period: Period,
}

/// A commune of a zoning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ZonedCommune {
    /// The commune, or an arrondissement of one, as the list names it.
    pub code: CommuneCode,
    /// The days on which it is part of the zoning, within those of the zoning.
    #[serde(flatten)]
    pub period: Period,
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn period(first: Option<i16>, last: Option<i16>) -> Period {
        let day = |year| date(year, 1, 1);
        Period::new(first.map(day), last.map(day)).expect("in order")
    }

    #[test]
    fn periods_overlap_when_a_day_is_in_both() {
        for (one, other, overlap) in [
            ((Some(2015), Some(2020)), (Some(2020), None), true),
            ((Some(2015), Some(2019)), (Some(2020), None), false),
            ((None, Some(2019)), (None, Some(2010)), true),
            ((None, None), (Some(2020), Some(2021)), true),
            ((Some(2022), None), (None, Some(2021)), false),
        ] {
            let (one, other) = (period(one.0, one.1), period(other.0, other.1));
            assert_eq!(one.overlaps(&other), overlap, "{one:?} {other:?}");
            assert_eq!(other.overlaps(&one), overlap, "{other:?} {one:?}");
        }
        assert!(Period::new(Some(date(2021, 1, 1)), Some(date(2020, 12, 31))).is_err());
        assert!(Period::new(Some(date(2021, 1, 1)), Some(date(2021, 1, 1))).is_ok());
    }
}
