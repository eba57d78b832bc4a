//! Addresses of ranges as ODS writes them: `Liste.A1:Liste.H600`, `'Ma feuille'.A1:.H600`.

use crate::spreadsheet::references::{CellPlace, CellRange, column_letters};

/// A range of cells of one sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RangeAddress {
    /// The sheet as it is written, with its quotes and the sign before it.
    first_sheet: String,
    last_sheet: String,
    pub(super) range: CellRange,
}

impl RangeAddress {
    /// Reads an address; `None` for anything else, such as a range of several sheets.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (first, last) = match outside_quotes(text, ':') {
            Some(at) => (&text[..at], &text[at + 1..]),
            None => (text, text),
        };
        let (first_sheet, first) = split_cell(first)?;
        let (last_sheet, last) = split_cell(last)?;
        let address = Self {
            first_sheet: first_sheet.to_owned(),
            last_sheet: last_sheet.to_owned(),
            range: CellRange { first, last },
        };
        let is_one = last_sheet.is_empty() || name(last_sheet) == name(first_sheet);
        is_one.then_some(address)
    }

    /// Returns whether it is of the sheet of this name.
    pub(super) fn is_of(&self, sheet: &str) -> bool {
        name(&self.first_sheet) == sheet
    }

    /// Returns it as it is written, up to another column.
    pub(super) fn up_to(&self, column: u64) -> String {
        let CellRange { first, last } = self.range.up_to(column);
        format!(
            "{}.{}:{}.{}{}",
            self.first_sheet,
            first.text(),
            self.last_sheet,
            column_letters(last.column),
            last.row + 1
        )
    }
}

/// Takes a cell and its sheet apart.
fn split_cell(text: &str) -> Option<(&str, CellPlace)> {
    // The names of columns and the numbers of rows have no full stop.
    let (sheet, cell) = text.rsplit_once('.')?;
    Some((sheet, CellPlace::parse(cell)?))
}

/// Returns the name of a sheet as people see it.
fn name(written: &str) -> String {
    let written = written.strip_prefix('$').unwrap_or(written);
    let quoted = written
        .strip_prefix('\'')
        .and_then(|rest| rest.strip_suffix('\''));
    quoted.map_or_else(|| written.to_owned(), |name| name.replace("''", "'"))
}

/// Returns the place of the last sign of this kind that is not in quotes.
fn outside_quotes(text: &str, wanted: char) -> Option<usize> {
    let (mut found, mut is_quoted) = (None, false);
    for (at, sign) in text.char_indices() {
        match sign {
            '\'' => is_quoted = !is_quoted,
            _ if sign == wanted && !is_quoted => found = Some(at),
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_written_as_they_were_read() {
        for (text, sheet, expected) in [
            ("Liste.A1:Liste.F600", "Liste", "Liste.A1:Liste.I600"),
            ("Liste.A1:.F600", "Liste", "Liste.A1:.I600"),
            (
                "$'L''école: 1.2'.$B$2:$'L''école: 1.2'.$C$9",
                "L'école: 1.2",
                "$'L''école: 1.2'.B2:$'L''école: 1.2'.I9",
            ),
        ] {
            let address = RangeAddress::parse(text).unwrap();
            assert!(address.is_of(sheet), "{text}");
            assert_eq!(address.up_to(8), expected);
        }
        for text in ["", "A1:B2", "Un.A1:Deux.B2", "Liste.A:Liste.B", "#REF!"] {
            assert_eq!(RangeAddress::parse(text), None, "{text}");
        }
    }
}
