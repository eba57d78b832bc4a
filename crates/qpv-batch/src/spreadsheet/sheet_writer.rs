//! Sheets of the output, written row by row.

use calamine::{Data, SheetVisible};
use qpv_delimited::formula_injection::neutralised;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet};

use super::limits::MAX_CELL_CHARS;
use super::rows::{Row, text};
use crate::cell::CellWriter;
use crate::error::BatchError;

/// A cell to add to a row.
pub(super) enum AddedCell {
    Text(String),
    Number(f64),
    Empty,
}

impl CellWriter for Vec<AddedCell> {
    fn text(&mut self, text: &str) {
        self.push(if text.is_empty() {
            AddedCell::Empty
        } else {
            // A text is no formula here, but would be one in the CSV file that people save the sheet as.
            let mut text = neutralised(text).into_owned();
            // Beyond it nothing could be written; no name of a place is so long.
            if text.len() > MAX_CELL_CHARS {
                text.truncate(text.floor_char_boundary(MAX_CELL_CHARS));
            }
            AddedCell::Text(text)
        });
    }

    fn number(&mut self, value: f64, decimals: usize) {
        // A spreadsheet shows every decimal of a number, so it is rounded before.
        let unit = 10f64.powi(i32::try_from(decimals).expect("few decimals"));
        self.push(AddedCell::Number((value * unit).round() / unit));
    }

    fn empty(&mut self) {
        self.push(AddedCell::Empty);
    }
}

/// The sheet being written.
pub(super) struct SheetWriter<'a> {
    sheet: &'a mut Worksheet,
    bold: Format,
    day: Format,
    instant: Format,
    duration: Format,
}

impl<'a> SheetWriter<'a> {
    /// Adds a sheet to a book under one of [`sheet_names`], hidden or not.
    pub(super) fn new(
        book: &'a mut Workbook,
        name: &str,
        visible: SheetVisible,
    ) -> Result<Self, BatchError> {
        let sheet = book
            .add_worksheet_with_constant_memory()
            .map_err(unwritten)?;
        sheet.set_name(name).map_err(unwritten)?;
        match visible {
            SheetVisible::Visible => {}
            SheetVisible::Hidden => {
                sheet.set_hidden(true);
            }
            SheetVisible::VeryHidden => {
                sheet.set_very_hidden(true);
            }
        }
        Ok(Self {
            sheet,
            bold: Format::new().set_bold(),
            day: Format::new().set_num_format("dd/mm/yyyy"),
            instant: Format::new().set_num_format("dd/mm/yyyy hh:mm:ss"),
            duration: Format::new().set_num_format("[hh]:mm:ss"),
        })
    }

    /// Makes this the sheet that a spreadsheet opens at, its names in sight while people scroll.
    pub(super) fn show_first(&mut self, header: u32) -> Result<(), BatchError> {
        self.sheet.set_active(true);
        self.sheet
            .set_freeze_panes(header + 1, 0)
            .map(drop)
            .map_err(unwritten)
    }

    /// Writes the row that names the columns, the added ones at these places.
    pub(super) fn header<'n>(
        &mut self,
        first: &Row,
        places: &[u16],
        added: impl Iterator<Item = &'n str>,
    ) -> Result<(), BatchError> {
        for (column, value) in first.values.iter().enumerate() {
            let written = self.sheet.write_string_with_format(
                first.index,
                column_number(column),
                text(value),
                &self.bold,
            );
            written.map_err(|fault| at(first.index, column_number(column), &fault))?;
        }
        for (column, name) in places.iter().zip(added) {
            let written =
                self.sheet
                    .write_string_with_format(first.index, *column, name, &self.bold);
            written.map_err(|fault| at(first.index, *column, &fault))?;
        }
        Ok(())
    }

    /// Writes a row, the added cells at these places.
    pub(super) fn row(
        &mut self,
        row: &Row,
        places: &[u16],
        added: &[AddedCell],
    ) -> Result<(), BatchError> {
        for (column, value) in row.values.iter().enumerate() {
            let column = column_number(column);
            self.value(row.index, column, value)
                .map_err(|fault| at(row.index, column, &fault))?;
        }
        for (column, cell) in places.iter().zip(added) {
            let written = match cell {
                AddedCell::Text(text) => self.sheet.write_string(row.index, *column, text),
                AddedCell::Number(number) => self.sheet.write_number(row.index, *column, *number),
                AddedCell::Empty => continue,
            };
            written.map_err(|fault| at(row.index, *column, &fault))?;
        }
        Ok(())
    }

    fn value(
        &mut self,
        row: u32,
        column: u16,
        value: &Data,
    ) -> Result<(), rust_xlsxwriter::XlsxError> {
        match value {
            Data::Empty => {}
            Data::Int(number) => drop(self.sheet.write_number(row, column, *number as f64)?),
            Data::Float(number) => drop(self.sheet.write_number(row, column, *number)?),
            Data::Bool(value) => drop(self.sheet.write_boolean(row, column, *value)?),
            // Written as a date, a duration would be a day of 1900.
            Data::DateTime(date) if date.is_duration() => {
                self.sheet
                    .write_number_with_format(row, column, date.as_f64(), &self.duration)?;
            }
            Data::DateTime(date) => {
                let (year, month, day, hour, minute, second, milli) = date.to_ymd_hms_milli();
                let written = ExcelDateTime::from_ymd(year, month, day)
                    .and_then(|day| day.and_hms_milli(hour.into(), minute, second, milli));
                match written {
                    Ok(written) => {
                        self.date(row, column, &written, date.as_f64().fract() == 0.0)?;
                    }
                    // A date that Excel does not have stays the number that it was.
                    Err(_) => drop(self.sheet.write_number(row, column, date.as_f64())?),
                }
            }
            Data::DateTimeIso(text) => match ExcelDateTime::parse_from_str(text) {
                Ok(date) => self.date(row, column, &date, !text.contains('T'))?,
                Err(_) => drop(self.sheet.write_string(row, column, text)?),
            },
            // Written as strings, so that no text becomes a formula.
            Data::String(_) | Data::DurationIso(_) | Data::Error(_) => {
                self.sheet.write_string(row, column, value.to_string())?;
            }
        }
        Ok(())
    }

    fn date(
        &mut self,
        row: u32,
        column: u16,
        date: &ExcelDateTime,
        whole_day: bool,
    ) -> Result<(), rust_xlsxwriter::XlsxError> {
        let format = if whole_day { &self.day } else { &self.instant };
        self.sheet
            .write_datetime_with_format(row, column, date, format)
            .map(drop)
    }
}

/// Returns names as XLSX allows them, no two of them alike: Excel compares them without regard to case.
pub(super) fn sheet_names(names: &[String]) -> Vec<String> {
    let (mut allowed, mut taken) = (vec![], vec![]);
    for name in names {
        let first = sheet_name(name);
        let first = if first.is_empty() {
            "_".to_owned()
        } else {
            first
        };
        let unique = std::iter::once(first.clone())
            // Room for the number within the characters that XLSX allows.
            .chain((2..names.len() + 2).map(|number| format!("{} {number}", shortened(&first, 26))))
            .find(|name| !taken.contains(&name.to_lowercase()))
            .expect("finitely many names cannot take infinitely many");
        taken.push(unique.to_lowercase());
        allowed.push(unique);
    }
    allowed
}

/// Returns the start of a name, cut after so many units of UTF-16, in which XLSX counts.
fn shortened(name: &str, units: usize) -> String {
    let mut taken = 0;
    name.chars()
        .take_while(|character| {
            taken += character.len_utf16();
            taken <= units
        })
        .collect()
}

/// Returns a name as XLSX allows it: 31 characters, and not all of them.
pub(super) fn sheet_name(name: &str) -> String {
    let name: String = name
        .trim_matches('\'')
        .chars()
        .map(|character| match character {
            '[' | ']' | ':' | '*' | '?' | '/' | '\\' => '_',
            allowed => allowed,
        })
        .collect();
    shortened(&name, 31).trim_end_matches('\'').to_owned()
}

/// Returns the error for a value that could not be written.
pub(super) fn at(row: u32, column: u16, fault: &rust_xlsxwriter::XlsxError) -> BatchError {
    BatchError::Sheet(format!("row {}, column {}: {fault}", row + 1, column + 1))
}

/// Returns the number of a column as XLSX has it.
pub(super) fn column_number(column: usize) -> u16 {
    u16::try_from(column).unwrap_or(u16::MAX)
}

/// Returns the error for a book that could not be written.
#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
pub(super) fn unwritten(fault: rust_xlsxwriter::XlsxError) -> BatchError {
    BatchError::Sheet(fault.to_string())
}
