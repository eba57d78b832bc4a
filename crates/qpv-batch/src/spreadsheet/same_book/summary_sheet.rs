//! The counts of a job as a sheet of their own.

use std::fmt::Write as _;

use super::cell_xml::cell_xml;
use super::parts::BookParts;
use crate::spreadsheet::added_columns::CellContent;
use crate::spreadsheet::references::CellPlace;
use crate::spreadsheet::sheet_writer::added_text;
use crate::summary_table::{SummaryCell, SummaryTable};

/// Names of the elements of a sheet, in the usual form of the format and in its strict one.
const ELEMENTS: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const STRICT_ELEMENTS: &str = "http://purl.oclc.org/ooxml/spreadsheetml/main";

/// Writes the counts as the XML of a sheet.
pub(super) fn summary_xml(counts: &SummaryTable, parts: &BookParts) -> String {
    let elements = if parts.link_types.starts_with("http://purl.oclc.org") {
        STRICT_ELEMENTS
    } else {
        ELEMENTS
    };
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<worksheet xmlns=\"{elements}\"><cols>\
         <col min=\"1\" max=\"1\" width=\"40\" customWidth=\"1\"/><col min=\"2\" max=\"6\" width=\"20\" customWidth=\"1\"/>\
         </cols><sheetData>"
    );
    // Few rows: they need no stream.
    for (row, cells) in (0..).zip(&counts.rows) {
        let _ = write!(xml, "<row r=\"{}\">", row + 1);
        for (column, cell) in (0..).zip(cells) {
            let content = match cell {
                SummaryCell::Text(text) => CellContent::Text(added_text(text)),
                SummaryCell::Title(text) => CellContent::Title(added_text(text)),
                #[expect(clippy::cast_precision_loss, reason = "a sheet has fewer rows")]
                SummaryCell::Count(count) => CellContent::Number(*count as f64),
            };
            xml += &cell_xml("", CellPlace { row, column }, None, &content);
        }
        xml += "</row>";
    }
    xml + "</sheetData></worksheet>"
}
