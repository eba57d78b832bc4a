//! Facts that a person states for a programme: declarations, numbers and dates, as clients write them.

use qpv_french::dates::read_day;
use qpv_programmes::{AskedFact, AskedKind, StatedFact};

/// A value that a client gives for a fact.
#[derive(Debug, Clone, PartialEq)]
pub enum StatedValue {
    /// Yes or no.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A text: `oui`, `yes`, `12,5`, `2024-01-31`, `31/01/2024`.
    Text(String),
}

impl StatedValue {
    /// Reads the value as the kind that a programme asks; `None` for one of another kind, which is no "no".
    #[must_use]
    pub fn read(&self, fact: &AskedFact) -> Option<StatedFact> {
        match (fact.kind, self) {
            (AskedKind::Declaration, Self::Bool(value)) => Some(StatedFact::Declared(*value)),
            (AskedKind::Declaration, Self::Text(text)) => yes_or_no(text).map(StatedFact::Declared),
            (AskedKind::Number, Self::Number(number)) => finite(*number),
            (AskedKind::Number, Self::Text(text)) => read_number(text),
            (AskedKind::Date, Self::Text(text)) => read_date(text),
            _ => None,
        }
    }
}

/// The form of a value of this kind, for error messages.
#[must_use]
pub fn expected_form(kind: AskedKind) -> &'static str {
    match kind {
        AskedKind::Declaration => "true or false",
        AskedKind::Number => "a number",
        AskedKind::Date => "a day such as 2024-01-31",
    }
}

/// Reads a number as people write it, with a decimal comma and spaces between thousands.
#[must_use]
pub fn read_number(text: &str) -> Option<StatedFact> {
    let plain: String = text
        .chars()
        .filter(|character| !character.is_whitespace())
        .map(|character| if character == ',' { '.' } else { character })
        .collect();
    // `inf` and `nan` are numbers to Rust, and none to people.
    let is_plain = plain
        .bytes()
        .all(|byte| byte.is_ascii_digit() || b".-+".contains(&byte));
    finite(plain.parse().ok().filter(|_| is_plain)?)
}

/// Reads a day of the calendar.
#[must_use]
pub fn read_date(text: &str) -> Option<StatedFact> {
    read_day(text).map(StatedFact::Date)
}

fn finite(number: f64) -> Option<StatedFact> {
    number.is_finite().then_some(StatedFact::Number(number))
}

fn yes_or_no(text: &str) -> Option<bool> {
    match text.trim().to_lowercase().as_str() {
        // Only plain words: lists, whose authors cannot be asked, take many more.
        "oui" | "yes" | "true" => Some(true),
        "non" | "no" | "false" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn read(kind: AskedKind, value: &StatedValue) -> Option<StatedFact> {
        let fact = AskedFact {
            id: "fact".parse().expect("a name"),
            kind,
            label: "l".into(),
            columns: vec![],
        };
        value.read(&fact)
    }

    fn text(text: &str) -> StatedValue {
        StatedValue::Text(text.into())
    }

    #[test]
    fn values_are_read_as_the_kind_asked() {
        let day = Some(StatedFact::Date(date(2024, 1, 31)));
        for written in ["2024-01-31", "31/01/2024", "31 janvier 2024"] {
            assert_eq!(read(AskedKind::Date, &text(written)), day, "{written}");
        }
        for (written, number) in [("12", 12.0), ("1 250,5", 1250.5), ("-3", -3.0)] {
            let expected = Some(StatedFact::Number(number));
            assert_eq!(
                read(AskedKind::Number, &text(written)),
                expected,
                "{written}"
            );
        }
        let yes = Some(StatedFact::Declared(true));
        assert_eq!(read(AskedKind::Declaration, &StatedValue::Bool(true)), yes);
        assert_eq!(read(AskedKind::Declaration, &text("Oui")), yes);
    }

    #[test]
    fn a_value_of_another_kind_is_none() {
        for (kind, value) in [
            (AskedKind::Declaration, StatedValue::Number(1.0)),
            (AskedKind::Declaration, text("peut-être")),
            (AskedKind::Number, StatedValue::Bool(true)),
            (AskedKind::Number, text("nan")),
            (AskedKind::Number, text("douze")),
            (AskedKind::Number, StatedValue::Number(f64::INFINITY)),
            (AskedKind::Date, StatedValue::Number(2024.0)),
            (AskedKind::Date, text("31/13/2024")),
            (AskedKind::Date, text("2024")),
        ] {
            assert_eq!(read(kind, &value), None, "{value:?}");
        }
    }
}
