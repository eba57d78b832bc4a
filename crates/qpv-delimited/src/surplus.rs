//! Empty fields at the end of rows beyond those that the header names, and the other way round.
//!
//! Exports write a delimiter behind every field of a row and between the names of the header only, or the reverse.
//! Nothing is out of place in such rows.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::records::{RecordSpan, scan};

/// Rows from which the surplus of a table is recognised.
const SAMPLED_ROWS: usize = 1000;

/// Returns whether nothing is in a field.
#[must_use]
pub fn is_empty_field(field: &[u8]) -> bool {
    matches!(field.trim_ascii(), b"" | b"\"\"")
}

/// Returns whether no field of the record that `text` begins with has anything in it, and the record's extent.
///
/// # Panics
/// Never: a record in whole bytes is whole.
#[must_use]
pub fn blank_record(text: &[u8], delimiter: u8) -> (bool, RecordSpan) {
    let mut is_blank = true;
    let record = scan(text, delimiter, true, |_, field| {
        is_blank &= is_empty_field(&text[field]);
    });
    let record = record.expect("a record in whole bytes is whole");
    (is_blank && record.stray_quote.is_none(), record)
}

/// Returns the number of columns up to the last one with a name.
#[must_use]
pub fn named_columns(names: &[String]) -> usize {
    names
        .iter()
        .rposition(|name| !name.trim().is_empty())
        .map_or(0, |last| last + 1)
}

/// The fields of a row behind those of the header.
#[derive(Debug, Default, Clone, Copy)]
pub struct Surplus {
    /// Their number.
    fields: usize,
    /// The end of the last field that has a column.
    end: usize,
    /// Something is in one of them.
    is_filled: bool,
}

impl Surplus {
    /// Takes a field of a row into account, in a table of so many columns.
    pub fn add(&mut self, row: &[u8], index: usize, field: Range<usize>, columns: usize) {
        if index + 1 == columns {
            self.end = field.end;
        } else if index >= columns {
            self.fields += 1;
            self.is_filled |= !is_empty_field(&row[field]);
        }
    }

    /// Returns where the row ends without its surplus, when nothing is in that.
    ///
    /// With a comma for delimiter `0,5,` may be a decimal number before an empty field: there only the surplus that
    /// most rows have is tolerated, for which the header has columns.
    #[must_use]
    pub fn tolerated(self, delimiter: u8) -> Option<usize> {
        (self.fields > 0 && !self.is_filled && delimiter != b',').then_some(self.end)
    }
}

/// Returns the number of empty fields that most rows have beyond so many columns; of those that as many rows have, the
/// least. Rows with something in their surplus, or with nothing at all, do not count.
#[must_use]
pub fn common_surplus(mut rows: &[u8], whole: bool, delimiter: u8, columns: usize) -> usize {
    let mut counts = BTreeMap::new();
    for _ in 0..SAMPLED_ROWS {
        if rows.is_empty() {
            break;
        }
        let (mut surplus, mut is_blank) = (Surplus::default(), true);
        let Some(record) = scan(rows, delimiter, whole, |index, field| {
            is_blank &= is_empty_field(&rows[field.clone()]);
            surplus.add(rows, index, field, columns);
        }) else {
            break;
        };
        if record.stray_quote.is_none() && !is_blank && !surplus.is_filled {
            *counts.entry(surplus.fields).or_insert(0_usize) += 1;
        }
        rows = &rows[record.len..];
    }
    // The order is that of the surplus, and a greater count is needed to replace an earlier one.
    let mut common = (0, 0);
    for (surplus, count) in counts {
        if count > common.1 {
            common = (surplus, count);
        }
    }
    common.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_common_surplus_is_that_of_most_rows() {
        for (rows, surplus) in [
            ("1;2;\n3;4;\n", 1),
            ("1;2;;\n3;4;;", 2),
            ("1;2;\n3;4\n", 0),
            ("1;2;\n3;4\n5;6; \"\"\n", 1),
            ("1;2;\"\"\n", 1),
            (";;;;\n1;2\n", 0),
            (";;;;\n", 0),
            ("1;2;x\n3;4;\n", 1),
            ("1\n", 0),
            ("", 0),
            ("1;\"2;\n3;4;\n", 1),
        ] {
            assert_eq!(
                common_surplus(rows.as_bytes(), true, b';', 2),
                surplus,
                "{rows}"
            );
        }
        // A row cut by the end of the sample says nothing.
        assert_eq!(common_surplus(b"1;2;;", false, b';', 2), 0);
    }

    #[test]
    fn columns_behind_the_last_name_are_not_named() {
        let count = |header: &str| {
            let names: Vec<String> = header.split(';').map(ToOwned::to_owned).collect();
            named_columns(&names)
        };
        assert_eq!(count("a;b"), 2);
        assert_eq!(count("a;;b; ;"), 3);
        assert_eq!(count(";"), 0);
    }
}
