//! The value of an ODS cell, by the type that its tag names.

use calamine::{CellErrorType, Data, ExcelDateTime, ExcelDateTimeType};
use quick_xml::events::BytesStart;

use super::super::limits::{XmlFault, attribute_text, count};

/// The tag of a cell.
#[derive(Default)]
pub(super) struct CellTag {
    kind: ValueKind,
    /// The value that the tag has beside the text.
    value: Option<String>,
    is_error: bool,
    pub(super) repeats: u64,
    /// The rows that it is merged over.
    pub(super) rows: u64,
}

#[derive(Default, Clone, Copy)]
enum ValueKind {
    #[default]
    Text,
    /// Percentages and sums of money too.
    Number,
    Date,
    Duration,
    Boolean,
}

impl CellTag {
    /// Reads the attributes of a cell.
    pub(super) fn new(tag: &BytesStart<'_>) -> Result<Self, XmlFault> {
        let mut read = Self {
            repeats: 1,
            rows: 1,
            ..Self::default()
        };
        for found in tag.attributes().with_checks(false) {
            let found = found?;
            match found.key.as_ref() {
                "office:value-type" => {
                    read.kind = match found.value.as_ref() {
                        "float" | "percentage" | "currency" => ValueKind::Number,
                        "date" => ValueKind::Date,
                        "time" => ValueKind::Duration,
                        "boolean" => ValueKind::Boolean,
                        _ => ValueKind::Text,
                    };
                }
                // What is shown is rounded and in the language of the user.
                "office:value"
                | "office:string-value"
                | "office:date-value"
                | "office:time-value"
                | "office:boolean-value" => read.value = Some(attribute_text(&found)?),
                "calcext:value-type" => read.is_error = found.value.as_ref() == "error",
                "table:number-columns-repeated" => {
                    read.repeats = count(found.key.as_ref(), &attribute_text(&found)?)?;
                }
                "table:number-rows-spanned" => {
                    read.rows = count(found.key.as_ref(), &attribute_text(&found)?)?;
                }
                _ => {}
            }
        }
        Ok(read)
    }
}

/// Returns the value of a cell with this tag and this text.
///
/// # Errors
/// What it is not.
pub(super) fn value(tag: &CellTag, text: &str) -> Result<Data, &'static str> {
    if tag.is_error {
        return Ok(error_value(text));
    }
    let Some(written) = &tag.value else {
        // The text is the value, also of a cell that has no type.
        return Ok(Data::String(text.to_owned()));
    };
    match tag.kind {
        ValueKind::Text => Ok(Data::String(written.clone())),
        ValueKind::Number => match written.trim().parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Data::Float(number)),
            // XLSX has no infinite numbers.
            Ok(_) => Ok(Data::Error(CellErrorType::Num)),
            Err(_) => Err("its value is no number"),
        },
        ValueKind::Date => Ok(Data::DateTimeIso(written.clone())),
        ValueKind::Duration => Ok(duration(written)),
        ValueKind::Boolean => Ok(Data::Bool(written.trim().eq_ignore_ascii_case("true"))),
    }
}

/// Returns an error by the text that is shown for it.
fn error_value(text: &str) -> Data {
    Data::Error(match text {
        "#DIV/0!" => CellErrorType::Div0,
        "#N/A" => CellErrorType::NA,
        "#NAME?" => CellErrorType::Name,
        "#NULL!" => CellErrorType::Null,
        "#NUM!" => CellErrorType::Num,
        "#REF!" => CellErrorType::Ref,
        // Errors with a number of LibreOffice too, as it writes them to XLSX.
        _ => CellErrorType::Value,
    })
}

/// Returns a duration such as `PT26H30M00S`, or the text as it is.
fn duration(text: &str) -> Data {
    match days(text) {
        Some(days) => Data::DateTime(ExcelDateTime::new(
            days,
            ExcelDateTimeType::TimeDelta,
            false,
        )),
        None => Data::DurationIso(text.to_owned()),
    }
}

/// Returns the days of a duration of XML Schema without years and months, whose length varies.
fn days(text: &str) -> Option<f64> {
    let (sign, rest) = match text.trim().strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.trim()),
    };
    let rest = rest.strip_prefix('P')?;
    let (date, time) = rest.split_once('T').unwrap_or((rest, ""));
    let days = units(date, &[('D', 1.0)])?;
    let seconds = units(time, &[('H', 3600.0), ('M', 60.0), ('S', 1.0)])?;
    Some(sign * (days + seconds / 86_400.0))
}

/// Returns the sum of numbers that are each followed by a unit, the units in this order.
fn units(mut text: &str, units: &[(char, f64)]) -> Option<f64> {
    let mut sum = 0.0;
    for (unit, factor) in units {
        if let Some((number, rest)) = text.split_once(*unit) {
            let number = number.replace(',', ".").parse::<f64>().ok()?;
            sum += number * factor;
            text = rest;
        }
    }
    (text.is_empty() && f64::is_finite(sum)).then_some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_days() {
        for (text, expected) in [
            ("PT12H00M00S", Some(0.5)),
            ("PT36H", Some(1.5)),
            ("P1DT12H", Some(1.5)),
            ("-PT6H", Some(-0.25)),
            ("PT0M864.0S", Some(0.01)),
            ("PT0H0M864,0S", Some(0.01)),
            ("P1Y", None),
            ("12:00", None),
            ("PT1M1H", None),
        ] {
            assert_eq!(days(text), expected, "{text}");
        }
    }
}
