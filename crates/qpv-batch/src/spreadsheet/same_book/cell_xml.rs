//! The XML of cells that are added to a sheet.

use std::fmt::Write as _;

use quick_xml::escape::escape;

use crate::spreadsheet::added_columns::CellContent;
use crate::spreadsheet::references::CellPlace;

/// Writes a cell, its elements with the prefix that those of the sheet have (`x:` or nothing) and in a style of the book.
pub(super) fn cell_xml(
    prefix: &str,
    place: CellPlace,
    style: Option<&str>,
    content: &CellContent,
) -> String {
    let mut xml = format!("<{prefix}c r=\"{}\"", place.text());
    if let Some(style) = style {
        let _ = write!(xml, " s=\"{}\"", escape(style));
    }
    let _ = match content {
        CellContent::Number(number) => {
            write!(xml, "><{prefix}v>{number}</{prefix}v></{prefix}c>")
        }
        CellContent::Text(text) => write!(
            xml,
            " t=\"inlineStr\"><{prefix}is>{}</{prefix}is></{prefix}c>",
            text_xml(prefix, text)
        ),
        // The bold of a text of its own needs no other style in the book.
        CellContent::Title(text) => write!(
            xml,
            " t=\"inlineStr\"><{prefix}is><{prefix}r><{prefix}rPr><{prefix}b/></{prefix}rPr>{}</{prefix}r></{prefix}is></{prefix}c>",
            text_xml(prefix, text)
        ),
    };
    xml
}

fn text_xml(prefix: &str, text: &str) -> String {
    format!(
        "<{prefix}t xml:space=\"preserve\">{}</{prefix}t>",
        escape(allowed(text))
    )
}

/// Returns a text with the signs that XML has no place for as spreadsheets write them: `_x0007_`.
fn allowed(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for (at, sign) in text.char_indices() {
        let is_allowed = matches!(sign, '\t' | '\n')
            || sign >= ' ' && !('\u{fffe}'..='\u{ffff}').contains(&sign);
        if !is_allowed {
            let _ = write!(written, "_x{:04X}_", u32::from(sign));
        } else if sign == '_' && is_escape(&text[at..]) {
            // Read back, it would be another sign.
            written.push_str("_x005F_");
        } else {
            written.push(sign);
        }
    }
    written
}

/// Returns whether a text begins as such a sign is written.
fn is_escape(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 7
        && bytes[1] == b'x'
        && bytes[6] == b'_'
        && bytes[2..6].iter().all(u8::is_ascii_hexdigit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_have_the_prefix_and_the_style() {
        let place = CellPlace { row: 4, column: 6 };
        let number = CellContent::Number(12.5);
        assert_eq!(
            cell_xml("x:", place, Some("3"), &number),
            "<x:c r=\"G5\" s=\"3\"><x:v>12.5</x:v></x:c>"
        );
        let text = CellContent::Text("a<b & \u{7}_x0041_ _x".into());
        assert_eq!(
            cell_xml("", place, None, &text),
            "<c r=\"G5\" t=\"inlineStr\"><is><t xml:space=\"preserve\">a&lt;b &amp; _x0007__x005F_x0041_ _x</t></is></c>"
        );
    }
}
