//! The widths of added columns, among those of the sheet.

use std::fmt::Write as _;

use quick_xml::events::BytesStart;

use crate::spreadsheet::rewriting::{tag_xml, value_of, with_value};

/// Added columns, which stand side by side, and the width of each in characters.
#[derive(Debug, Clone, Default)]
pub(super) struct ColumnWidths {
    pub(super) first_column: u64,
    pub(super) widths: Vec<usize>,
}

impl ColumnWidths {
    /// Returns the last added column, from 0.
    pub(super) fn last_column(&self) -> u64 {
        (self.first_column + self.widths.len() as u64).saturating_sub(1)
    }
}

/// Writes the element `cols`: the columns of a sheet as they were, and the added ones in sight whatever was set for their
/// places: people hide all columns behind a list.
pub(super) fn columns_xml(
    prefix: &str,
    columns: &[BytesStart<'static>],
    added: &ColumnWidths,
) -> String {
    // Counted from 1 here.
    let (first, last) = (added.first_column + 1, added.last_column() + 1);
    let mut pieces: Vec<(u64, String)> = vec![];
    for column in columns {
        // What says of no columns that it is about is about none.
        let [from, to] = ["min", "max"].map(|name| value_of(column, name)?.parse::<u64>().ok());
        let (Some(from), Some(to)) = (from, to) else {
            continue;
        };
        for (from, to) in [(from, to.min(first - 1)), (from.max(last + 1), to)] {
            if from <= to {
                let piece = with_value(column, "min", &from.to_string());
                let piece = with_value(&piece, "max", &to.to_string());
                pieces.push((from, tag_xml(&piece, true)));
            }
        }
    }
    for (column, width) in (first..).zip(&added.widths) {
        let xml = format!(
            "<{prefix}col min=\"{column}\" max=\"{column}\" width=\"{width}\" customWidth=\"1\"/>"
        );
        pieces.push((column, xml));
    }
    // An element without columns is none that programs take.
    if pieces.is_empty() {
        return String::new();
    }
    pieces.sort_by_key(|(column, _)| *column);
    let mut xml = String::new();
    let _ = write!(xml, "<{prefix}cols>");
    xml.extend(pieces.into_iter().map(|(_, piece)| piece));
    let _ = write!(xml, "</{prefix}cols>");
    xml
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_behind_stay_hidden_and_added_ones_are_in_sight() {
        let columns = [
            r#"col min="1" max="3" width="9""#,
            r#"col min="4" max="16384" hidden="1""#,
        ];
        let columns = columns.map(|tag| BytesStart::from_content(tag, 3));
        let added = ColumnWidths {
            first_column: 5,
            widths: vec![12, 40],
        };
        assert_eq!(
            columns_xml("", &columns, &added),
            concat!(
                r#"<cols><col min="1" max="3" width="9"/><col min="4" max="5" hidden="1"/>"#,
                r#"<col min="6" max="6" width="12" customWidth="1"/><col min="7" max="7" width="40" customWidth="1"/>"#,
                r#"<col min="8" max="16384" hidden="1"/></cols>"#
            )
        );
    }
}
