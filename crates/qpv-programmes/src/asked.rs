//! Facts that only people know: declarations, numbers and dates, asked for by name.

use jiff::civil::Date;
use qpv_model::Slug;
use strum::IntoStaticStr;

/// A fact that a programme asks for.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AskedFact {
    /// Its name in requests.
    pub id: Slug,
    /// The kind of its value.
    pub kind: AskedKind,
    /// Its meaning, in French.
    pub label: String,
    /// Other names that its column has in lists.
    #[serde(default)]
    pub columns: Vec<String>,
}

/// The kind of value of a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum AskedKind {
    /// Yes or no.
    Declaration,
    /// A number.
    Number,
    /// A day.
    Date,
}

impl AskedKind {
    /// Returns its name in every file and answer, which never changes.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// The value that was given for a fact.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum StatedFact {
    /// An answer to a declaration.
    Declared(bool),
    /// A number.
    Number(f64),
    /// A day.
    Date(Date),
}

impl StatedFact {
    /// Returns the day, of a date.
    #[must_use]
    pub fn day(self) -> Option<Date> {
        match self {
            Self::Date(day) => Some(day),
            Self::Declared(_) | Self::Number(_) => None,
        }
    }

    /// Returns the kind of fact that it answers.
    #[must_use]
    pub fn kind(self) -> AskedKind {
        match self {
            Self::Declared(_) => AskedKind::Declaration,
            Self::Number(_) => AskedKind::Number,
            Self::Date(_) => AskedKind::Date,
        }
    }
}

/// The numbers between two limits, each of which may be missing.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct NumberRange {
    /// The lower limit.
    pub lower: Option<NumberLimit>,
    /// The upper limit.
    pub upper: Option<NumberLimit>,
}

/// A limit of a range of numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NumberLimit {
    /// The limit.
    pub value: f64,
    /// True when the limit itself counts.
    pub included: bool,
}

impl NumberRange {
    /// Returns whether a number is one of them.
    #[must_use]
    pub fn holds(&self, number: f64) -> bool {
        // A number that is none compares with nothing, and so lies in no range.
        let above = self
            .lower
            .is_none_or(|limit| number > limit.value || (limit.included && number >= limit.value));
        let below = self
            .upper
            .is_none_or(|limit| number < limit.value || (limit.included && number <= limit.value));
        above && below
    }

    /// Returns whether no number can be one of them.
    pub(crate) fn is_empty(&self) -> bool {
        match (self.lower, self.upper) {
            (Some(lower), Some(upper)) => {
                lower.value > upper.value
                    || (lower.value >= upper.value && !(lower.included && upper.included))
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_count_or_not() {
        let limit = |value, included| Some(NumberLimit { value, included });
        let under_50 = NumberRange {
            lower: limit(0.0, true),
            upper: limit(50.0, false),
        };
        assert!(under_50.holds(0.0) && under_50.holds(49.5));
        assert!(!under_50.holds(50.0) && !under_50.holds(-1.0) && !under_50.holds(f64::NAN));
        let over = NumberRange {
            lower: limit(3.0, false),
            upper: limit(3.0, true),
        };
        assert!(over.is_empty() && !under_50.is_empty() && !NumberRange::default().is_empty());
    }
}
