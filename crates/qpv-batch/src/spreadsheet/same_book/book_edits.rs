//! The parts of a book that know of its sheets, with one more sheet and without macros.

use std::io::{BufRead, Write};

use quick_xml::escape::{escape, unescape};
use quick_xml::events::Event;

use super::parts::{BookParts, is_macro_path};
use crate::error::BatchError;
use crate::spreadsheet::limits::PartReader;
use crate::spreadsheet::references::{CellPlace, CellRange, column_letters};
use crate::spreadsheet::rewriting::{
    name_of, prefix_of, rewrite, tag_xml, value_of, with_value, without,
};

const SHEET_TYPE: &str =
    "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml";
const BOOK_TYPE: &str =
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml";
/// The ends of the types of books with macros and of templates, which no file in `.xlsx` may have.
const OTHER_BOOK_TYPES: [&str; 3] = [
    "sheet.macroEnabled.main+xml",
    "template.macroEnabled.main+xml",
    "template.main+xml",
];
/// The name under which programs keep the cells of a filter.
const FILTER_NAME: &str = "_xlnm._FilterDatabase";

/// A sheet that is added to a book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AddedSheet {
    pub(super) name: String,
    /// The path of its part.
    pub(super) path: String,
    /// The identifier of the reference to it.
    link_id: String,
}

impl AddedSheet {
    /// Creates a sheet of this name, under a path and an identifier that the book does not have.
    pub(super) fn new(name: String, parts: &BookParts) -> Self {
        let folder = parts.workbook_path.rsplit_once('/');
        let folder = folder.map_or_else(String::new, |(folder, _)| format!("{folder}/"));
        // One number more than there are parts: one of them is free.
        let path = (1..=parts.paths.len() + 1)
            .map(|number| format!("{folder}worksheets/qpv{number}.xml"))
            .find(|path| {
                !parts
                    .paths
                    .iter()
                    .any(|known| known.eq_ignore_ascii_case(path))
            });
        let link_id = (1..=parts.link_ids.len() + 1)
            .map(|number| format!("rIdQpv{number}"))
            .find(|id| !parts.link_ids.contains(id));
        Self {
            name,
            path: path.expect("a book has finitely many parts"),
            link_id: link_id.expect("a book has finitely many references"),
        }
    }
}

/// Copies the list of types.
pub(super) fn write_types(
    reader: &mut PartReader<impl BufRead>,
    output: impl Write,
    added: Option<&AddedSheet>,
) -> Result<(), BatchError> {
    rewrite(reader, output, |event, _| {
        let (tag, is_empty) = match event {
            Event::Start(tag) => (tag, false),
            Event::Empty(tag) => (tag, true),
            Event::End(end) if end.local_name().as_ref() == "Types" => {
                let added = added?;
                let (name, path) = (end.name(), escape(&*added.path));
                let prefix = prefix_of(name.as_ref());
                return Some(format!(
                    "<{prefix}Override PartName=\"/{path}\" ContentType=\"{SHEET_TYPE}\"/></{}>",
                    name.as_ref()
                ));
            }
            _ => return None,
        };
        let kind = value_of(tag, "ContentType")?;
        let is_macro = kind.ends_with("vbaProject")
            || value_of(tag, "PartName").is_some_and(|path| is_macro_path(&path));
        if is_macro && is_empty {
            return Some(String::new());
        }
        let is_book = OTHER_BOOK_TYPES.iter().any(|end| kind.ends_with(end));
        is_book.then(|| tag_xml(&with_value(tag, "ContentType", BOOK_TYPE), is_empty))
    })
}

/// Copies the references of the workbook.
pub(super) fn write_links(
    reader: &mut PartReader<impl BufRead>,
    output: impl Write,
    parts: &BookParts,
    added: Option<&AddedSheet>,
) -> Result<(), BatchError> {
    rewrite(reader, output, |event, _| match event {
        Event::Empty(tag) if value_of(tag, "Target").is_some_and(|path| is_macro_path(&path)) => {
            Some(String::new())
        }
        Event::End(end) if end.local_name().as_ref() == "Relationships" => {
            let added = added?;
            let name = end.name();
            Some(format!(
                "<{}Relationship Id=\"{}\" Type=\"{}/worksheet\" Target=\"/{}\"/></{}>",
                prefix_of(name.as_ref()),
                added.link_id,
                escape(&*parts.link_types),
                escape(&*added.path),
                name.as_ref()
            ))
        }
        _ => None,
    })
}

/// The list of sheets as it is copied.
pub(super) struct WorkbookCopy<'a> {
    pub(super) parts: &'a BookParts,
    pub(super) added: Option<&'a AddedSheet>,
    /// The last column of the filter on the list, where it has one.
    pub(super) filter_column: Option<u64>,
}

impl WorkbookCopy<'_> {
    /// Copies the workbook: the sheet that was read is in sight, for it has the answers that somebody asked for.
    pub(super) fn write(
        &self,
        reader: &mut PartReader<impl BufRead>,
        output: impl Write,
    ) -> Result<(), BatchError> {
        let (mut number, mut highest_id, mut id_name) = (0, 0u64, None);
        let mut sheet_name = String::from("sheet");
        let mut is_filter = false;
        rewrite(reader, output, |event, _| match event {
            Event::Start(tag) | Event::Empty(tag) if tag.local_name().as_ref() == "sheet" => {
                tag.name().as_ref().clone_into(&mut sheet_name);
                let id = value_of(tag, "sheetId").and_then(|id| id.parse().ok());
                highest_id = highest_id.max(id.unwrap_or(0));
                // Its prefix is that of references in this book.
                id_name = id_name.take().or_else(|| name_of(tag, "id"));
                number += 1;
                let is_hidden = number == self.parts.sheet_number + 1
                    && value_of(tag, "state").is_some_and(|state| state != "visible");
                let is_empty = matches!(event, Event::Empty(_));
                is_hidden.then(|| tag_xml(&without(tag, "state"), is_empty))
            }
            Event::End(end) if end.local_name().as_ref() == "sheets" => {
                let (added, id_name) = (self.added?, id_name.as_ref()?);
                Some(format!(
                    "<{sheet_name} name=\"{}\" sheetId=\"{}\" {id_name}=\"{}\"/></{}>",
                    escape(&*added.name),
                    highest_id + 1,
                    added.link_id,
                    end.name().as_ref()
                ))
            }
            Event::Start(tag) if tag.local_name().as_ref() == "definedName" => {
                let of_sheet = value_of(tag, "localSheetId").and_then(|id| id.parse().ok());
                is_filter = value_of(tag, "name").as_deref() == Some(FILTER_NAME)
                    && of_sheet == Some(self.parts.sheet_number);
                None
            }
            Event::End(_) => {
                // Names have no elements within.
                is_filter = false;
                None
            }
            Event::Text(text) if is_filter => {
                let cells = unescape(text).ok()?;
                let cells = with_last_column(&cells, self.filter_column?)?;
                Some(escape(&cells).into_owned())
            }
            _ => None,
        })
    }
}

/// Returns the cells of a name, `Liste!$A$1:$F$600`, up to another column; `None` when they are no such range.
fn with_last_column(cells: &str, column: u64) -> Option<String> {
    let (sheet, range) = cells.rsplit_once('!')?;
    let range = CellRange::parse(range)?.up_to(column);
    Some(format!(
        "{sheet}!{}:{}",
        absolute(range.first),
        absolute(range.last)
    ))
}

/// Returns `$B$12`.
fn absolute(place: CellPlace) -> String {
    format!("${}${}", column_letters(place.column), place.row + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cells_of_a_filter_reach_to_the_last_column() {
        assert_eq!(
            with_last_column("'Ma liste !'!$A$1:$F$600", 8).as_deref(),
            Some("'Ma liste !'!$A$1:$I$600")
        );
        assert_eq!(with_last_column("#REF!", 8), None);
        assert_eq!(with_last_column("OFFSET(A!$A$1,1,1)", 8), None);
    }
}
