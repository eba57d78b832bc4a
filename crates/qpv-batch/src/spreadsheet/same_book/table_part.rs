//! Tables of a sheet: the one that is the list gets the added columns, the others stay.

use std::fmt::Write as _;
use std::io::{BufRead, Write};

use quick_xml::escape::escape;
use quick_xml::events::Event;

use super::sheet_plan::{BLOCK_DEPTH, SheetPlan, range_of};
use crate::error::BatchError;
use crate::spreadsheet::limits::PartReader;
use crate::spreadsheet::references::CellRange;
use crate::spreadsheet::rewriting::{each_tag, prefix_of, rewrite, tag_xml, value_of, with_value};

/// A table, as far as it matters to added columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SheetTable {
    pub(super) range: CellRange,
    /// False for one without titles, or whose columns are those of a query.
    takes_columns: bool,
    highest_id: u64,
}

impl SheetTable {
    /// Reads a table; `None` when it is about no cells.
    pub(super) fn read(reader: &mut PartReader<impl BufRead>) -> Result<Option<Self>, BatchError> {
        let mut table: Option<Self> = None;
        each_tag(reader, |tag, depth| match tag.local_name().as_ref() {
            "table" if depth == 1 => {
                let has_titles = value_of(tag, "headerRowCount").is_none_or(|count| count != "0");
                // Columns of a query or of a map of XML are bound to fields that answers do not have.
                let is_plain = value_of(tag, "tableType").is_none_or(|kind| kind == "worksheet");
                table = range_of(tag).map(|range| Self {
                    range,
                    takes_columns: has_titles && is_plain,
                    highest_id: 0,
                });
            }
            "tableColumn" => {
                let id = value_of(tag, "id").and_then(|id| id.parse().ok());
                if let (Some(table), Some(id)) = (&mut table, id) {
                    table.highest_id = table.highest_id.max(id);
                }
            }
            _ => {}
        })?;
        Ok(table)
    }

    /// Returns whether the list is this table, so that the added columns belong to it.
    pub(super) fn is_list(&self, plan: &SheetPlan) -> bool {
        self.takes_columns
            && self.range.first.row == plan.header_row
            && self.range.last.column + 1 == plan.first_column
    }

    /// Copies the table with columns of these names.
    pub(super) fn write_with(
        &self,
        reader: &mut PartReader<impl BufRead>,
        output: impl Write,
        names: &[String],
    ) -> Result<(), BatchError> {
        let last = self.range.last.column + names.len() as u64;
        let range = self.range.up_to(last).text();
        let mut count = 0u64;
        rewrite(reader, output, |event, place| {
            let (tag, is_empty) = match event {
                Event::Start(tag) => (tag, false),
                Event::Empty(tag) => (tag, true),
                Event::End(end) if end.local_name().as_ref() == "tableColumns" => {
                    let name = end.name();
                    let prefix = prefix_of(name.as_ref());
                    return Some(
                        self.columns_xml(prefix, names) + &format!("</{}>", name.as_ref()),
                    );
                }
                _ => return None,
            };
            let changed = match (place.depth, tag.local_name().as_ref()) {
                (1, "table") => with_value(tag, "ref", &range),
                // The buttons of the filter stand on all titles.
                (BLOCK_DEPTH, "autoFilter") => {
                    with_value(tag, "ref", &range_of(tag)?.up_to(last).text())
                }
                (BLOCK_DEPTH, "tableColumns") => {
                    let stated = value_of(tag, "count").and_then(|count| count.parse().ok());
                    count = stated.unwrap_or(count) + names.len() as u64;
                    with_value(tag, "count", &count.to_string())
                }
                _ => return None,
            };
            Some(tag_xml(&changed, is_empty))
        })
    }

    fn columns_xml(&self, prefix: &str, names: &[String]) -> String {
        let mut xml = String::new();
        for (id, name) in (self.highest_id + 1..).zip(names) {
            let name = escape(name);
            let _ = write!(xml, "<{prefix}tableColumn id=\"{id}\" name=\"{name}\"/>");
        }
        xml
    }
}
