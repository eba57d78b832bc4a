//! The findings on facts that only people know.

use jiff::civil::Date;
use qpv_french::dates::day_in_digits;
use qpv_french::{Key, key, sentence};
use qpv_model::Period;
use qpv_programmes::{
    AskedKind, AssessedCondition, Condition, NumberLimit, NumberRange, StatedFact,
};

use super::settled;

/// Returns the finding on a fact that was stated.
pub(super) fn stated(found: &AssessedCondition<'_>, fact: StatedFact) -> String {
    let label = ("label", label(found));
    let (met, not_met, value, limits) = match (fact, found.condition) {
        (StatedFact::Number(number), Condition::Number { range, .. }) => (
            key::FINDING_NUMBER_MET,
            key::FINDING_NUMBER_NOT_MET,
            number_in_words(number),
            limits(range),
        ),
        (StatedFact::Date(day), Condition::Date { period, .. }) => (
            key::FINDING_DATE_MET,
            key::FINDING_DATE_NOT_MET,
            day_in_digits(day),
            days(period),
        ),
        _ => (
            key::FINDING_DECLARED_MET,
            key::FINDING_DECLARED_NOT_MET,
            String::new(),
            String::new(),
        ),
    };
    sentence(
        settled(found.holds(), met, not_met),
        &[label, ("value", &value), ("limits", &limits)],
    )
}

/// Returns what is to be stated, in the form of its kind.
pub(super) fn missing(found: &AssessedCondition<'_>) -> String {
    let key = match found.asked().map(|fact| fact.kind) {
        Some(AskedKind::Number) => key::FINDING_NUMBER_MISSING,
        Some(AskedKind::Date) => key::FINDING_DATE_MISSING,
        Some(AskedKind::Declaration) | None => key::FINDING_DECLARATION_MISSING,
    };
    sentence(key, &[("label", label(found))])
}

/// Returns the finding on a right that starts on a day and ends on another.
pub(super) fn right(found: &AssessedCondition<'_>, start: Date, last: Date) -> String {
    let Condition::Running { starts, .. } = found.condition else {
        return String::new();
    };
    // A date on which no right could start is another fault than a right that is over.
    let key = if starts.holds(start) {
        settled(
            found.holds(),
            key::FINDING_RIGHT_MET,
            key::FINDING_RIGHT_NOT_MET,
        )
    } else {
        key::FINDING_RIGHT_OUTSIDE
    };
    sentence(
        key,
        &[
            ("label", label(found)),
            ("start", &day_in_digits(start)),
            ("last", &day_in_digits(last)),
            ("limits", &days(starts)),
        ],
    )
}

fn label<'f>(found: &AssessedCondition<'f>) -> &'f str {
    found.asked().map_or("", |fact| fact.label.as_str())
}

/// Returns the days of a period, open on a side or not.
fn days(period: &Period) -> String {
    let from = period.valid_from.map(day_in_digits);
    let until = period.valid_until.map(day_in_digits);
    match (from, until) {
        (Some(from), Some(until)) => sentence(
            key::FINDING_DAYS_BETWEEN,
            &[("from", &from), ("until", &until)],
        ),
        (Some(from), None) => sentence(key::FINDING_DAYS_FROM, &[("from", &from)]),
        (None, Some(until)) => sentence(key::FINDING_DAYS_UNTIL, &[("until", &until)]),
        (None, None) => String::new(),
    }
}

fn limits(range: &NumberRange) -> String {
    let lower = range.lower.map(|limit| {
        bound(
            limit,
            key::FINDING_LIMIT_AT_LEAST,
            key::FINDING_LIMIT_MORE_THAN,
        )
    });
    let upper = range.upper.map(|limit| {
        bound(
            limit,
            key::FINDING_LIMIT_AT_MOST,
            key::FINDING_LIMIT_LESS_THAN,
        )
    });
    let bounds: Vec<String> = lower.into_iter().chain(upper).collect();
    bounds.join(", ")
}

fn bound(limit: NumberLimit, included: Key, excluded: Key) -> String {
    let key = if limit.included { included } else { excluded };
    sentence(key, &[("value", &number_in_words(limit.value))])
}

/// Returns a number with a decimal comma, as French writes it.
fn number_in_words(number: f64) -> String {
    number.to_string().replace('.', ",")
}
