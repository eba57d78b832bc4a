//! Rows of typed values, apart from the format that they are read from and written in.

use std::borrow::Cow;

use calamine::{Data, ExcelDateTime};

use crate::cell::{AddedColumn, Cell, CellWriter};
use crate::error::BatchError;
use crate::geometry::RowGeometry;
use crate::row_error::RowError;

/// A row of the input.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// Its place in the table, from 0; in a spreadsheet rows without a value have one too.
    pub(crate) index: u64,
    /// The number by which people find it: its row in a spreadsheet, its line in a text, from 1.
    pub(crate) number: u64,
    pub(crate) values: Vec<Data>,
    /// The reason why its values may stand under the wrong names.
    pub(crate) fault: Option<RowError>,
    /// Its geometry, where that is asked and not its values.
    pub(crate) geometry: Option<Result<RowGeometry, RowError>>,
}

impl Row {
    /// Returns the row at a place of a sheet, from 0.
    pub(crate) fn new(index: u64, values: Vec<Data>) -> Self {
        Self {
            index,
            number: index + 1,
            values,
            fault: None,
            geometry: None,
        }
    }

    /// Returns the texts of so many columns.
    pub(crate) fn texts(&self, columns: usize) -> Vec<String> {
        let mut texts: Vec<String> = self.values.iter().map(text).collect();
        texts.resize(columns, String::new());
        texts
    }

    /// Returns the bytes of its texts.
    pub(crate) fn text_bytes(&self) -> usize {
        self.values.iter().map(text_bytes).sum()
    }
}

/// The rows of a table that are not empty, in order.
pub(crate) trait Rows {
    /// Reads the next row.
    fn next(&mut self) -> Result<Option<Row>, BatchError>;
}

/// An output of rows with their answers.
pub(crate) trait RowWriter {
    /// Writes a row above the one that names the columns.
    fn row_above(&mut self, row: &Row) -> Result<(), BatchError>;

    /// Writes the names of the columns, the added ones behind as many columns as the table has.
    fn header(
        &mut self,
        header: &Row,
        names: &[String],
        added: &[AddedColumn],
    ) -> Result<(), BatchError>;

    /// Writes a row and the cells added to it.
    fn row(&mut self, row: &Row, added: &[AddedCell]) -> Result<(), BatchError>;
}

/// A cell to add to a row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum AddedCell {
    Text(String),
    /// A number, rounded to the decimals that it is written with.
    Number(f64, usize),
    Empty,
}

impl AddedCell {
    /// Writes it to another place.
    pub(crate) fn write(&self, cells: &mut impl CellWriter) {
        match self {
            Self::Text(text) => cells.text(text),
            Self::Number(value, decimals) => cells.number(*value, *decimals),
            Self::Empty => cells.empty(),
        }
    }
}

impl CellWriter for Vec<AddedCell> {
    fn text(&mut self, text: &str) {
        self.push(if text.is_empty() {
            AddedCell::Empty
        } else {
            AddedCell::Text(text.to_owned())
        });
    }

    fn number(&mut self, value: f64, decimals: usize) {
        self.push(AddedCell::Number(value, decimals));
    }

    fn empty(&mut self) {
        self.push(AddedCell::Empty);
    }
}

/// Returns the bytes of a text, 0 of another value.
pub(crate) fn text_bytes(value: &Data) -> usize {
    match value {
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.len(),
        _ => 0,
    }
}

/// Returns whether nothing is in a cell.
pub(crate) fn is_empty(value: &Data) -> bool {
    matches!(value, Data::Empty) || matches!(value, Data::String(text) if text.is_empty())
}

/// Returns a value as a table of texts would have it; a date as `2015-03-01`.
pub(crate) fn text(value: &Data) -> String {
    match value {
        Data::DateTime(date) if date.is_datetime() => {
            let (year, month, day, ..) = date.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        // `#N/A` and the like.
        Data::Error(_) => String::new(),
        other => other.to_string(),
    }
}

/// Returns a value as a job reads it.
pub(crate) fn cell(value: &Data) -> Cell<'_> {
    match value {
        Data::String(text) => Cell::Text(Cow::Borrowed(text)),
        Data::Float(number) => Cell::Number(*number),
        other => Cell::Text(text(other).into()),
    }
}

/// Returns a value as a table of texts keeps it: numbers in full, days and instants as ISO 8601 has them, durations as
/// `26:30:00`; `None` for nothing, which an empty text is not.
pub(crate) fn written(value: &Data) -> Option<Cow<'_, str>> {
    Some(match value {
        Data::Empty => return None,
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => {
            Cow::Borrowed(text.as_str())
        }
        Data::DateTime(date) => Cow::Owned(written_date(date)),
        Data::Int(_) | Data::Float(_) | Data::Bool(_) | Data::Error(_) => {
            Cow::Owned(value.to_string())
        }
    })
}

/// Returns bytes as a text of hexadecimal digits.
pub(crate) fn hexadecimal(bytes: &[u8]) -> Data {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|digit| char::from(DIGITS[usize::from(digit)]));
    Data::String(digits.collect())
}

fn written_date(date: &ExcelDateTime) -> String {
    // A day of the calendar is at least 1; below are times of day.
    if date.is_duration() || date.as_f64() < 1.0 {
        return written_duration(date.as_f64());
    }
    let (year, month, day, hour, minute, second, milli) = date.to_ymd_hms_milli();
    let day = format!("{year:04}-{month:02}-{day:02}");
    match (hour, minute, second, milli) {
        (0, 0, 0, 0) => day,
        (_, _, _, 0) => format!("{day}T{hour:02}:{minute:02}:{second:02}"),
        _ => format!("{day}T{hour:02}:{minute:02}:{second:02}.{milli:03}"),
    }
}

/// Returns a number of days as hours, minutes and seconds.
fn written_duration(days: f64) -> String {
    let sign = if days < 0.0 { "-" } else { "" };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "positive, and beyond all numbers the greatest one"
    )]
    let millis = (days.abs() * 86_400_000.0).round() as u64;
    let (seconds, milli) = (millis / 1000, millis % 1000);
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let whole = format!("{sign}{hours:02}:{minutes:02}:{seconds:02}");
    if milli == 0 {
        whole
    } else {
        format!("{whole}.{milli:03}")
    }
}

#[cfg(test)]
mod tests {
    use calamine::ExcelDateTimeType::{DateTime, TimeDelta};

    use super::*;

    #[test]
    fn values_are_kept_in_texts() {
        for (value, expected) in [
            (Data::Float(48.75), "48.75"),
            (Data::Float(0.1 + 0.2), "0.30000000000000004"),
            (Data::Float(90000.0), "90000"),
            (Data::Float(1e21), "1000000000000000000000"),
            (Data::Bool(true), "true"),
            (Data::String("00123".into()), "00123"),
            (Data::String(String::new()), ""),
            // 1 March 2015 is day 42,064 of the calendar of Excel.
            (
                Data::DateTime(ExcelDateTime::new(42_064.0, DateTime, false)),
                "2015-03-01",
            ),
            (
                Data::DateTime(ExcelDateTime::new(42_064.5, DateTime, false)),
                "2015-03-01T12:00:00",
            ),
            (
                Data::DateTime(ExcelDateTime::new(0.4375, DateTime, false)),
                "10:30:00",
            ),
            (
                Data::DateTime(ExcelDateTime::new(1.5, TimeDelta, false)),
                "36:00:00",
            ),
            (
                Data::DateTime(ExcelDateTime::new(-0.5, TimeDelta, false)),
                "-12:00:00",
            ),
            (Data::Error(calamine::CellErrorType::NA), "#N/A"),
        ] {
            assert_eq!(written(&value).as_deref(), Some(expected), "{value:?}");
        }
        assert_eq!(written(&Data::Empty), None);
    }
}
