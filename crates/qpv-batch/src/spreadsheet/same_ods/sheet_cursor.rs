//! The place in the document of an ODS book: where the columns, rows and cells of one sheet begin and end.

use quick_xml::events::{BytesStart, Event};

use super::super::ods::COPY_START;
use crate::spreadsheet::limits::{EventPlace, attribute};

/// Elements around the rows of a sheet.
const AROUND_ROWS: [&str; 3] = [
    "table:table-row-group",
    "table:table-header-rows",
    "table:table-rows",
];
/// Elements around its columns.
const AROUND_COLUMNS: [&str; 3] = [
    "table:table-column-group",
    "table:table-header-columns",
    "table:table-columns",
];

/// The meaning of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spot {
    /// The element of the whole document begins.
    Root,
    /// A style of the document begins.
    Style,
    /// The styles of the document end; `true` for an element without any.
    StylesEnd { is_empty: bool },
    /// The content of the document begins.
    Body,
    /// The sheet that is wanted begins.
    Sheet,
    /// Another sheet begins.
    OtherSheet,
    /// Another element beside the sheets begins: before all of them, or behind.
    BesideSheets,
    /// A range of cells that has a name, or a filter.
    Range,
    /// The element of all sheets ends.
    SheetsEnd,
    /// Columns of the sheet.
    Column,
    /// An element that holds rows begins.
    AroundRows,
    /// A row begins, or is the whole of it.
    Row,
    /// A row ends.
    RowEnd,
    /// A cell begins, or is the whole of it.
    Cell,
    /// Anything within a cell.
    InCell,
    /// A cell ends.
    CellEnd,
    /// The sheet ends.
    SheetEnd,
    /// Anything else.
    Elsewhere,
}

/// The place of the event that was read last.
#[derive(Debug)]
pub(super) struct SheetCursor {
    wanted: usize,
    sheets: usize,
    spreadsheet: Option<usize>,
    sheet: Option<usize>,
    row: Option<usize>,
    cell: Option<usize>,
    /// The depth of an element whose content is passed over.
    passed: Option<usize>,
}

impl SheetCursor {
    /// Begins before the document, for the sheet at this place.
    pub(super) fn new(wanted: usize) -> Self {
        Self {
            wanted,
            sheets: 0,
            spreadsheet: None,
            sheet: None,
            row: None,
            cell: None,
            passed: None,
        }
    }

    /// Takes the next event.
    pub(super) fn event(&mut self, event: &Event<'_>, place: EventPlace) -> Spot {
        match event {
            Event::Start(tag) => self.open(tag, place.depth, false),
            Event::Empty(tag) => self.open(tag, place.depth, true),
            Event::End(end) => self.close(end.name().as_ref(), place.depth),
            _ if self.cell.is_some() => Spot::InCell,
            _ => Spot::Elsewhere,
        }
    }

    fn open(&mut self, tag: &BytesStart<'_>, depth: usize, is_empty: bool) -> Spot {
        // Tables within drawings have rows too, which are none of the sheet.
        if self.passed.is_some() {
            return Spot::Elsewhere;
        }
        if self.cell.is_some() {
            return Spot::InCell;
        }
        let opened = (!is_empty).then_some(depth);
        let name = tag.name();
        let name = name.as_ref();
        if self.row.is_some() {
            if matches!(name, "table:table-cell" | "table:covered-table-cell") {
                self.cell = opened;
                return Spot::Cell;
            }
        } else if self.sheet.is_some() {
            match name {
                "table:table-row" => {
                    self.row = opened;
                    return Spot::Row;
                }
                "table:table-column" => {
                    self.passed = opened;
                    return Spot::Column;
                }
                _ if AROUND_ROWS.contains(&name) => return Spot::AroundRows,
                _ if AROUND_COLUMNS.contains(&name) => return Spot::Elsewhere,
                _ => {}
            }
        } else {
            return self.open_outside(tag, depth, is_empty);
        }
        // Drawings, rules and scenarios of a sheet have rows of their own.
        self.passed = opened;
        Spot::Elsewhere
    }

    fn open_outside(&mut self, tag: &BytesStart<'_>, depth: usize, is_empty: bool) -> Spot {
        let opened = (!is_empty).then_some(depth);
        let name = tag.name();
        let beside_sheets = self.spreadsheet == Some(depth - 1);
        match name.as_ref() {
            "table:table" if beside_sheets => {
                // Copies of other files are no sheets.
                let name = attribute(tag, "table:name").ok().flatten();
                let is_copy = name.is_some_and(|name| name.starts_with(COPY_START));
                // Counted as the reader of values counts them, or answers would stand in another sheet.
                let is_wanted = !is_copy && self.sheets == self.wanted;
                self.sheets += usize::from(!is_copy);
                if is_wanted {
                    self.sheet = opened;
                    return Spot::Sheet;
                }
                self.passed = opened;
                Spot::OtherSheet
            }
            // The first one: a document within a document comes later.
            "office:spreadsheet" if self.spreadsheet.is_none() => {
                self.spreadsheet = opened;
                Spot::Elsewhere
            }
            "table:database-range" if self.spreadsheet.is_some() => Spot::Range,
            "style:style" => Spot::Style,
            "office:automatic-styles" if is_empty => Spot::StylesEnd { is_empty },
            "office:body" => Spot::Body,
            _ if beside_sheets => Spot::BesideSheets,
            _ if depth == 1 => Spot::Root,
            _ => Spot::Elsewhere,
        }
    }

    fn close(&mut self, name: &str, depth: usize) -> Spot {
        let ended = Some(depth);
        if self.passed.is_some() {
            if self.passed == ended {
                self.passed = None;
            }
            return Spot::Elsewhere;
        }
        // The innermost first: all of them may be open.
        for (open, end) in [
            (&mut self.cell, Spot::CellEnd),
            (&mut self.row, Spot::RowEnd),
            (&mut self.sheet, Spot::SheetEnd),
            (&mut self.spreadsheet, Spot::SheetsEnd),
        ] {
            if *open == ended {
                *open = None;
                return end;
            }
        }
        if self.cell.is_some() {
            return Spot::InCell;
        }
        match name {
            "office:automatic-styles" => Spot::StylesEnd { is_empty: false },
            _ => Spot::Elsewhere,
        }
    }
}
