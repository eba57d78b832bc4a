//! The XML of cells that are added to a sheet of an ODS book, and of the sheet with the counts of a job.

use std::fmt::Write as _;

use quick_xml::escape::escape;

use super::added_styles::AddedStyles;
use crate::spreadsheet::added_columns::CellContent;
use crate::spreadsheet::sheet_writer::added_text;
use crate::summary_table::{SummaryCell, SummaryTable};

/// Widths of the columns of counts in characters, and how many of the narrow ones there are.
const LABEL_CHARS: usize = 40;
const COUNT_CHARS: usize = 20;
const COUNT_COLUMNS: usize = 5;

/// A cell without a value.
pub(super) const EMPTY_CELL: &str = "<table:table-cell/>";

/// Writes a cell in a style of the book.
pub(super) fn cell_xml(style: Option<&str>, content: &CellContent) -> String {
    let mut xml = String::from("<table:table-cell");
    if let Some(style) = style {
        let _ = write!(xml, " table:style-name=\"{}\"", escape(style));
    }
    let _ = match content {
        // What people see of a number is made of its value and its style.
        CellContent::Number(number) => write!(
            xml,
            " office:value-type=\"float\" office:value=\"{number}\"><text:p>{number}</text:p></table:table-cell>"
        ),
        CellContent::Text(text) | CellContent::Title(text) => write!(
            xml,
            " office:value-type=\"string\">{}</table:table-cell>",
            paragraphs_xml(text)
        ),
    };
    xml
}

/// Writes a text, a paragraph for each of its lines.
fn paragraphs_xml(text: &str) -> String {
    let mut xml = String::new();
    for line in text.split('\n') {
        xml.push_str("<text:p>");
        push_line(&mut xml, line);
        xml.push_str("</text:p>");
    }
    xml
}

/// Writes a line: XML makes one blank of several, and none of those at an end.
fn push_line(xml: &mut String, line: &str) {
    let last = line.chars().count().saturating_sub(1);
    let mut after_blank = true;
    for (at, sign) in line.chars().enumerate() {
        match sign {
            ' ' if after_blank || at == last => xml.push_str("<text:s/>"),
            '\t' => xml.push_str("<text:tab/>"),
            // XML has no place for them, and a cell no other way to write them.
            _ if sign < ' ' || ('\u{fffe}'..='\u{ffff}').contains(&sign) => xml.push('\u{fffd}'),
            _ => xml.push_str(&escape(sign.encode_utf8(&mut [0; 4]) as &str)),
        }
        after_blank = sign == ' ';
    }
}

/// Writes the counts of a job as a sheet of this name.
pub(super) fn summary_xml(name: &str, counts: &SummaryTable, styles: &AddedStyles) -> String {
    let mut xml = format!("<table:table table:name=\"{}\">", escape(name));
    xml.push_str(&styles.column_xml(LABEL_CHARS));
    for _ in 0..COUNT_COLUMNS {
        xml.push_str(&styles.column_xml(COUNT_CHARS));
    }
    // Few rows: they need no stream.
    for cells in &counts.rows {
        xml.push_str("<table:table-row>");
        for cell in cells {
            xml.push_str(&match cell {
                SummaryCell::Text(text) => cell_xml(None, &CellContent::Text(added_text(text))),
                SummaryCell::Title(text) => {
                    let title = CellContent::Title(added_text(text));
                    cell_xml(Some(styles.title()), &title)
                }
                #[expect(clippy::cast_precision_loss, reason = "a sheet has fewer rows")]
                SummaryCell::Count(count) => cell_xml(None, &CellContent::Number(*count as f64)),
            });
        }
        xml.push_str("</table:table-row>");
    }
    xml + "</table:table>"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_keep_their_blanks_and_their_lines() {
        let text = CellContent::Text(" a  <b>\n\u{7}\tc ".into());
        assert_eq!(
            cell_xml(Some("ce1"), &text),
            "<table:table-cell table:style-name=\"ce1\" office:value-type=\"string\"><text:p><text:s/>a \
             <text:s/>&lt;b&gt;</text:p><text:p>\u{fffd}<text:tab/>c<text:s/></text:p></table:table-cell>"
        );
        let number = CellContent::Number(-12.5);
        assert_eq!(
            cell_xml(None, &number),
            "<table:table-cell office:value-type=\"float\" office:value=\"-12.5\"><text:p>-12.5</text:p></table:table-cell>"
        );
    }
}
