//! Sheets of the output, written row by row.

use calamine::{Data, SheetVisible};
use qpv_delimited::formula_injection::neutralised;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet};

use super::limits::{MAX_CELL_CHARS, MAX_COLUMNS};
use super::rows::RowsCheck;
use crate::cell::AddedColumn;
use crate::error::{BatchError, ColumnsError};
use crate::rows::{AddedCell, Row, RowWriter, text};

/// The largest whole number up to which a spreadsheet, whose numbers are floating point, has all: 2^53.
const MAX_EXACT_INTEGER: u64 = 1 << 53;

/// The first day that all programs read as the same one: the format counts a 29 February 1900, which there was not, and
/// some count the days before from another one than Excel.
const FIRST_COMMON_DAY: &str = "1900-03-01";

/// The sheet being written.
pub(crate) struct SheetWriter<'a> {
    sheet: &'a mut Worksheet,
    check: RowsCheck,
    /// The columns of the added cells.
    places: Vec<u16>,
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
            check: RowsCheck::new(name),
            places: vec![],
            bold: Format::new().set_bold(),
            day: Format::new().set_num_format("dd/mm/yyyy"),
            instant: Format::new().set_num_format("dd/mm/yyyy hh:mm:ss"),
            duration: Format::new().set_num_format("[hh]:mm:ss"),
        })
    }

    /// Makes this the sheet that a spreadsheet opens at, its names in sight while people scroll.
    fn show_first(&mut self, header: u32) -> Result<(), BatchError> {
        self.sheet.set_active(true);
        self.sheet
            .set_freeze_panes(header + 1, 0)
            .map(drop)
            .map_err(unwritten)
    }

    /// Writes the cells of a row.
    fn values(&mut self, row: &Row) -> Result<u32, BatchError> {
        // Rows of other formats come here unchecked.
        self.check.row(row)?;
        let index = row_number(row);
        for (column, value) in row.values.iter().enumerate() {
            let column = column_number(column);
            self.value(index, column, value)
                .map_err(|fault| at(index, column, &fault))?;
        }
        Ok(index)
    }

    fn bold(&mut self, row: u32, column: u16, text: &str) -> Result<(), BatchError> {
        self.sheet
            .write_string_with_format(row, column, text, &self.bold)
            .map(drop)
            .map_err(|fault| at(row, column, &fault))
    }

    fn value(
        &mut self,
        row: u32,
        column: u16,
        value: &Data,
    ) -> Result<(), rust_xlsxwriter::XlsxError> {
        match value {
            Data::Empty => {}
            // Rounded, it would be another identifier.
            Data::Int(number) if number.unsigned_abs() > MAX_EXACT_INTEGER => {
                self.sheet.write_string(row, column, number.to_string())?;
            }
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
                Ok(date) if text.as_str() >= FIRST_COMMON_DAY => {
                    self.date(row, column, &date, !text.contains('T'))?;
                }
                _ => drop(self.sheet.write_string(row, column, text)?),
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

impl RowWriter for SheetWriter<'_> {
    fn row_above(&mut self, row: &Row) -> Result<(), BatchError> {
        self.values(row).map(drop)
    }

    fn header(
        &mut self,
        header: &Row,
        names: &[String],
        added: &[AddedColumn],
    ) -> Result<(), BatchError> {
        let count = names.len() + added.len();
        if count as u64 > MAX_COLUMNS {
            return Err(ColumnsError::TooMany {
                count,
                limit: MAX_COLUMNS.try_into().unwrap_or(usize::MAX),
            }
            .into());
        }
        self.check.row(header)?;
        let index = row_number(header);
        self.show_first(index)?;
        self.places = (names.len()..count).map(column_number).collect();
        for (column, value) in header.values.iter().enumerate() {
            self.bold(index, column_number(column), &text(value))?;
        }
        for (column, added) in self.places.clone().into_iter().zip(added) {
            self.bold(index, column, &added.name)?;
        }
        Ok(())
    }

    fn row(&mut self, row: &Row, added: &[AddedCell]) -> Result<(), BatchError> {
        let index = self.values(row)?;
        for (column, cell) in self.places.iter().zip(added) {
            let written = match cell {
                AddedCell::Text(text) => self.sheet.write_string(index, *column, added_text(text)),
                // A spreadsheet shows every decimal of a number.
                AddedCell::Number(number, decimals) => {
                    self.sheet
                        .write_number(index, *column, rounded(*number, *decimals))
                }
                AddedCell::Empty => continue,
            };
            written.map_err(|fault| at(index, *column, &fault))?;
        }
        Ok(())
    }
}

/// Returns an added text as a cell takes it.
pub(super) fn added_text(text: &str) -> String {
    // A text is no formula here, but would be one in the CSV file that people save the sheet as.
    let mut text = neutralised(text).into_owned();
    // Beyond it nothing could be written; no name of a place is so long.
    if text.len() > MAX_CELL_CHARS {
        text.truncate(text.floor_char_boundary(MAX_CELL_CHARS));
    }
    text
}

/// Returns a number with so many decimals.
pub(super) fn rounded(value: f64, decimals: usize) -> f64 {
    let unit = 10f64.powi(i32::try_from(decimals).expect("few decimals"));
    (value * unit).round() / unit
}

/// Returns the number of a row that was checked.
fn row_number(row: &Row) -> u32 {
    u32::try_from(row.index).unwrap_or(u32::MAX)
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
