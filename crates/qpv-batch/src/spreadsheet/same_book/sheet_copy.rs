//! A sheet copied as it is, with cells added behind its rows.

use std::collections::VecDeque;
use std::io::{BufRead, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesStart, Event};

use super::cell_xml::cell_xml;
use super::column_widths::{ColumnWidths, columns_xml};
use super::sheet_plan::{BLOCK_DEPTH, CELL_DEPTH, PlaceCounter, ROW_DEPTH, SheetPlan, range_of};
use crate::error::BatchError;
use crate::spreadsheet::added_columns::{CellContent, CopiedSheet};
use crate::spreadsheet::limits::PartReader;
use crate::spreadsheet::references::CellPlace;
use crate::spreadsheet::rewriting::{prefix_of, tag_xml, value_of, with_value};

/// The copy of a sheet, row by row.
pub(super) struct SheetCopy<I, W> {
    reader: PartReader<I>,
    output: Writer<W>,
    plan: SheetPlan,
    widths: ColumnWidths,
    places: PlaceCounter,
    /// The prefix of the elements of the sheet.
    prefix: String,
    /// The elements of `cols` that were read and not written yet; `None` outside of them.
    columns: Option<Vec<BytesStart<'static>>>,
    has_columns: bool,
}

/// The row that a copy has come to.
struct OpenRow {
    place: u64,
    tag: BytesStart<'static>,
    is_empty: bool,
}

impl<I: BufRead, W: Write> SheetCopy<I, W> {
    /// Copies from the beginning of a sheet.
    pub(super) fn new(
        reader: PartReader<I>,
        output: W,
        plan: SheetPlan,
        widths: ColumnWidths,
    ) -> Self {
        Self {
            reader,
            output: Writer::new(output),
            plan,
            widths,
            places: PlaceCounter::default(),
            prefix: String::new(),
            columns: None,
            has_columns: false,
        }
    }

    /// Copies the rest.
    pub(super) fn finish(mut self) -> Result<(), BatchError> {
        self.copy_to(None)?;
        self.output.get_mut().flush().map_err(BatchError::Write)
    }

    /// Copies up to the tag of the row at a place, or to the end.
    fn copy_to(&mut self, wanted: Option<u64>) -> Result<Option<OpenRow>, BatchError> {
        let last_column = self.widths.last_column();
        let filter_column = self.plan.has_filter.then_some(last_column);
        while let Some((event, place)) = self.reader.next_event()? {
            let (tag, is_empty) = match &event {
                Event::Start(tag) => (tag, false),
                Event::Empty(tag) => (tag, true),
                Event::End(end)
                    if self.columns.is_some() && end.local_name().as_ref() == "cols" =>
                {
                    let columns = self.columns.take().unwrap_or_default();
                    let xml = columns_xml(&self.prefix, &columns, &self.widths);
                    write(&mut self.output, &xml)?;
                    continue;
                }
                _ => {
                    if self.columns.is_none() {
                        self.output.write_event(event).map_err(BatchError::Write)?;
                    }
                    continue;
                }
            };
            let name = tag.local_name();
            let xml = match (place.depth, name.as_ref()) {
                (1, _) => {
                    prefix_of(tag.name().as_ref()).clone_into(&mut self.prefix);
                    None
                }
                (ROW_DEPTH, "row") => {
                    let at = self.places.row(tag);
                    if Some(at) == wanted {
                        let tag = tag.to_owned();
                        return Ok(Some(OpenRow {
                            place: at,
                            tag,
                            is_empty,
                        }));
                    }
                    None
                }
                (BLOCK_DEPTH, "cols") => {
                    self.has_columns = true;
                    if !is_empty {
                        self.columns = Some(vec![]);
                    }
                    Some(if is_empty {
                        columns_xml(&self.prefix, &[], &self.widths)
                    } else {
                        String::new()
                    })
                }
                (ROW_DEPTH, "col") if self.columns.is_some() => {
                    self.columns
                        .iter_mut()
                        .for_each(|all| all.push(tag.to_owned()));
                    Some(String::new())
                }
                // Columns stand before the rows, where there are any.
                (BLOCK_DEPTH, "sheetData") if !self.has_columns => {
                    Some(columns_xml(&self.prefix, &[], &self.widths) + &tag_xml(tag, is_empty))
                }
                (BLOCK_DEPTH, "dimension") => reaching(tag, is_empty, last_column),
                (BLOCK_DEPTH, "autoFilter") => {
                    filter_column.and_then(|column| reaching(tag, is_empty, column))
                }
                _ => None,
            };
            match xml {
                Some(xml) => write(&mut self.output, &xml)?,
                None => self.output.write_event(event).map_err(BatchError::Write)?,
            }
        }
        Ok(None)
    }

    /// Copies the cells of a row whose tag was read, and adds others to them.
    fn add_to(
        &mut self,
        row: &OpenRow,
        mut cells: VecDeque<(u64, CellContent)>,
    ) -> Result<(), BatchError> {
        let tag = with_span(&row.tag, self.widths.last_column());
        write(&mut self.output, &tag_xml(&tag, false))?;
        let mut style = None;
        // An element without an end has no cells to copy.
        let mut is_open = !row.is_empty;
        while is_open {
            let Some((event, place)) = self.reader.next_event()? else {
                break;
            };
            let (tag, is_empty) = match &event {
                Event::Start(tag) if place.depth == CELL_DEPTH => (tag, false),
                Event::Empty(tag) if place.depth == CELL_DEPTH => (tag, true),
                Event::End(_) if place.depth == ROW_DEPTH => {
                    is_open = false;
                    continue;
                }
                _ => {
                    self.output.write_event(event).map_err(BatchError::Write)?;
                    continue;
                }
            };
            if tag.local_name().as_ref() != "c" {
                self.output.write_event(event).map_err(BatchError::Write)?;
                continue;
            }
            let here = self.places.cell(tag).column;
            // A cell without a value may stand among the added ones: it gives them its style.
            while cells.front().is_some_and(|(column, _)| *column < here) {
                write_next(
                    &mut self.output,
                    &self.prefix,
                    row.place,
                    &mut cells,
                    style.as_deref(),
                )?;
            }
            if cells.front().is_some_and(|(column, _)| *column == here) {
                let own = value_of(tag, "s");
                let style = own.as_deref().or(style.as_deref());
                write_next(&mut self.output, &self.prefix, row.place, &mut cells, style)?;
                if !is_empty {
                    skip_cell(&mut self.reader)?;
                }
                continue;
            }
            // The titles of the list have the look that those of its answers get.
            if row.place == self.plan.header_row && here < self.plan.first_column {
                style = value_of(tag, "s").filter(|style| style != "0");
            }
            self.output.write_event(event).map_err(BatchError::Write)?;
        }
        while !cells.is_empty() {
            write_next(
                &mut self.output,
                &self.prefix,
                row.place,
                &mut cells,
                style.as_deref(),
            )?;
        }
        write(&mut self.output, &format!("</{}>", row.tag.name().as_ref()))
    }
}

impl<I: BufRead, W: Write> CopiedSheet for SheetCopy<I, W> {
    fn add(&mut self, row: u64, cells: VecDeque<(u64, CellContent)>) -> Result<(), BatchError> {
        match self.copy_to(Some(row))? {
            Some(open) => self.add_to(&open, cells),
            None => Err(BatchError::NotSheet(
                "XLSX",
                format!("row {} stands in another place than its cells", row + 1),
            )),
        }
    }
}

/// Returns a tag about cells as one that reaches to a column.
fn reaching(tag: &BytesStart<'_>, is_empty: bool, column: u64) -> Option<String> {
    let range = range_of(tag)?.up_to(column);
    Some(tag_xml(&with_value(tag, "ref", &range.text()), is_empty))
}

/// Returns the tag of a row with the columns that it then has, where it states them.
fn with_span(tag: &BytesStart<'static>, last_column: u64) -> BytesStart<'static> {
    let span = value_of(tag, "spans").and_then(|spans| {
        let first = spans.split(':').next()?.parse::<u64>().ok()?;
        Some(format!("{first}:{}", last_column + 1))
    });
    match span {
        Some(span) => with_value(tag, "spans", &span),
        None => tag.clone(),
    }
}

/// Writes the next of the added cells.
fn write_next(
    output: &mut Writer<impl Write>,
    prefix: &str,
    row: u64,
    cells: &mut VecDeque<(u64, CellContent)>,
    style: Option<&str>,
) -> Result<(), BatchError> {
    let Some((column, content)) = cells.pop_front() else {
        return Ok(());
    };
    // A title in the style of the others is no bolder than they are.
    let content = match (content, style) {
        (CellContent::Title(text), Some(_)) => CellContent::Text(text),
        (content, _) => content,
    };
    let place = CellPlace { row, column };
    write(output, &cell_xml(prefix, place, style, &content))
}

/// Leaves out what is in a cell whose tag was read.
fn skip_cell(reader: &mut PartReader<impl BufRead>) -> Result<(), BatchError> {
    while let Some((event, place)) = reader.next_event()? {
        if matches!(event, Event::End(_)) && place.depth == CELL_DEPTH {
            break;
        }
    }
    Ok(())
}

fn write(output: &mut Writer<impl Write>, xml: &str) -> Result<(), BatchError> {
    output
        .get_mut()
        .write_all(xml.as_bytes())
        .map_err(BatchError::Write)
}
