//! A comparison as a workbook, in French: summary, changes, places, addresses.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError};

use super::super::{Comparison, KnownSum, Moved};
use super::ExportError;
use super::notes::Notes;
use super::tables::{self, Cell, Table};
use crate::messages::say;

/// Widest column, characters.
const WIDEST: usize = 48;

pub(super) fn write(
    comparison: &Comparison<'_>,
    moved: &Moved<'_>,
) -> Result<Vec<u8>, ExportError> {
    let addresses = tables::addresses_or_number(comparison)?;
    written(comparison, moved, &addresses).map_err(|fault| ExportError::Failed(fault.to_string()))
}

struct Formats {
    header: Format,
    title: Format,
    bold: Format,
    real: Format,
    whole: Format,
}

fn written(
    comparison: &Comparison<'_>,
    moved: &Moved<'_>,
    addresses: &Table,
) -> Result<Vec<u8>, XlsxError> {
    let formats = Formats {
        header: Format::new()
            .set_bold()
            .set_text_wrap()
            .set_align(FormatAlign::VerticalCenter)
            .set_background_color(Color::RGB(0x00E4_EAF4))
            .set_border_bottom(FormatBorder::Thin),
        title: Format::new().set_bold().set_font_size(14),
        bold: Format::new().set_bold(),
        real: Format::new().set_num_format("#,##0.00"),
        whole: Format::new().set_num_format("#,##0"),
    };
    let mut book = Workbook::new();
    summary(book.add_worksheet(), comparison, moved, &formats)?;
    let sheets = [
        ("compare.sheet.changes", &tables::changes(comparison, moved)),
        ("compare.sheet.places", &tables::places(comparison, moved)),
        ("compare.sheet.addresses", addresses),
    ];
    for (name, table) in sheets {
        fill(
            book.add_worksheet(),
            &say(name, &[]),
            table,
            comparison,
            &formats,
        )?;
    }
    book.save_to_buffer()
}

/// One table, its header kept in sight, ready to be filtered.
fn fill(
    sheet: &mut Worksheet,
    name: &str,
    table: &Table,
    comparison: &Comparison<'_>,
    formats: &Formats,
) -> Result<(), XlsxError> {
    sheet.set_name(name)?;
    let years = [
        ("from", comparison.from.as_str()),
        ("to", comparison.to.as_str()),
    ];
    let mut row_at = 0;
    sheet.set_freeze_panes(1, 0)?;
    for (column, (name, _)) in (0..).zip(table.columns) {
        let title = say(&format!("compare.column.{name}"), &years);
        let cells = table
            .rows
            .iter()
            .filter_map(|row| row.get(usize::from(column)));
        let longest = cells
            .map(|cell| shown(cell).chars().count())
            .max()
            .unwrap_or(0);
        sheet.set_column_width(column, longest.clamp(11, WIDEST) as f64 + 2.0)?;
        sheet.write_string_with_format(0, column, title, &formats.header)?;
    }
    for row in &table.rows {
        row_at += 1;
        for (column, cell) in (0..).zip(row) {
            write_cell(sheet, row_at, column, cell, formats)?;
        }
    }
    let last = u16::try_from(table.columns.len().saturating_sub(1)).unwrap_or(u16::MAX);
    sheet.autofilter(0, 0, row_at, last)?;
    Ok(())
}

fn write_cell(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    cell: &Cell,
    formats: &Formats,
) -> Result<(), XlsxError> {
    match cell {
        Cell::Empty => {}
        Cell::Whole(whole) => {
            drop(sheet.write_number_with_format(row, column, *whole as f64, &formats.whole)?)
        }
        Cell::Year(year) => drop(sheet.write_number(row, column, f64::from(*year))?),
        Cell::Degrees(degrees) => drop(sheet.write_number(row, column, *degrees)?),
        Cell::Real(real) => {
            drop(sheet.write_number_with_format(row, column, *real, &formats.real)?)
        }
        Cell::Text(_) | Cell::Name(..) | Cell::Flag(_) => {
            drop(sheet.write_string(row, column, shown(cell))?)
        }
    }
    Ok(())
}

/// A cell as a French reader sees it.
pub(super) fn shown(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => text.clone(),
        Cell::Name(of, name) => say(&format!("{of}.{name}"), &[]),
        Cell::Whole(whole) => whole.to_string(),
        Cell::Year(year) => year.to_string(),
        Cell::Real(real) | Cell::Degrees(real) => real.to_string(),
        Cell::Flag(flag) => say(if *flag { "compare.yes" } else { "compare.no" }, &[]),
        Cell::Empty => String::new(),
    }
}

/// The sheet of summary: what is to be known, sums, files.
fn summary(
    sheet: &mut Worksheet,
    comparison: &Comparison<'_>,
    moved: &Moved<'_>,
    formats: &Formats,
) -> Result<(), XlsxError> {
    let years = [
        ("from", comparison.from.as_str()),
        ("to", comparison.to.as_str()),
    ];
    sheet.set_name(say("compare.sheet.summary", &[]))?;
    sheet.set_column_width(0, 46)?;
    sheet.set_column_range_width(1, 7, 16)?;
    sheet.write_string_with_format(0, 0, say("compare.title", &years), &formats.title)?;
    let mut row = 1;
    let dataset = say(
        "compare.note.dataset",
        &[("digest", comparison.snapshot.digest())],
    );
    for note in Notes::of(comparison, moved)
        .message_fr()
        .into_iter()
        .chain([dataset])
    {
        sheet.write_string(row, 0, note)?;
        row += 1;
    }
    row = classes(sheet, row + 1, comparison, formats)?;
    row = sums(sheet, row + 1, comparison, moved, formats)?;
    sheet.write_string_with_format(row + 1, 0, say("compare.sources", &[]), &formats.bold)?;
    for (row, source) in (row + 2..).zip(comparison.snapshot.sources()) {
        sheet.write_string(row, 0, source)?;
    }
    Ok(())
}

/// Titles of columns in a row, by their names.
fn heads(
    sheet: &mut Worksheet,
    row: u32,
    names: &[&str],
    comparison: &Comparison<'_>,
    formats: &Formats,
) -> Result<(), XlsxError> {
    let years = [
        ("from", comparison.from.as_str()),
        ("to", comparison.to.as_str()),
    ];
    for (column, name) in (0..).zip(names) {
        let title = say(&format!("compare.column.{name}"), &years);
        sheet.write_string_with_format(row, column, title, &formats.header)?;
    }
    Ok(())
}

/// What each class adds up to, from a row on; gives the first row left free.
fn classes(
    sheet: &mut Worksheet,
    mut row: u32,
    comparison: &Comparison<'_>,
    formats: &Formats,
) -> Result<u32, XlsxError> {
    let names = [
        "class",
        "changes",
        "perimeters_from",
        "perimeters_to",
        "shared_ha",
        "gained_ha",
        "lost_ha",
    ];
    heads(sheet, row, &names, comparison, formats)?;
    let totals = &comparison.totals;
    let found = totals.by_class.iter().filter(|(_, sum)| sum.changes > 0);
    let found =
        found.map(|(class, sum)| (say(&format!("compare.class.{}", class.as_str()), &[]), sum));
    for (name, sum) in found.chain([(say("compare.total", &[]), &totals.all)]) {
        row += 1;
        sheet.write_string(row, 0, name)?;
        for (column, count) in (1..).zip([sum.changes, sum.from, sum.to]) {
            sheet.write_number_with_format(row, column, count as f64, &formats.whole)?;
        }
        for (column, area_ha) in (4..).zip([sum.shared_ha, sum.gained_ha, sum.lost_ha]) {
            sheet.write_number_with_format(row, column, area_ha, &formats.real)?;
        }
    }
    Ok(row + 1)
}

/// What moved in all, and for how many changes that is known, from a row on; gives the first row left free.
fn sums(
    sheet: &mut Worksheet,
    mut row: u32,
    comparison: &Comparison<'_>,
    moved: &Moved<'_>,
    formats: &Formats,
) -> Result<u32, XlsxError> {
    heads(
        sheet,
        row,
        &["moved", "count", "known_changes", "of_changes"],
        comparison,
        formats,
    )?;
    let years = [
        ("from", comparison.from.as_str()),
        ("to", comparison.to.as_str()),
    ];
    let totals = &moved.totals;
    let of_addresses = |sum: u64| KnownSum {
        sum,
        changes: totals.with_addresses,
        of: moved.with.len(),
    };
    let sums = [
        ("addresses_kept", of_addresses(totals.addresses.kept)),
        ("addresses_gained", of_addresses(totals.addresses.gained)),
        (
            "addresses_gained_unsure",
            of_addresses(totals.addresses.gained_unsure),
        ),
        ("addresses_lost", of_addresses(totals.addresses.lost)),
        (
            "addresses_lost_unsure",
            of_addresses(totals.addresses.lost_unsure),
        ),
        (
            "addresses_from_other",
            of_addresses(totals.addresses.from_other),
        ),
        (
            "addresses_to_other",
            of_addresses(totals.addresses.to_other),
        ),
        ("inhabitants_from", totals.from),
        ("inhabitants_to", totals.to),
        ("inhabitants_gained_estimate", totals.gained),
        ("inhabitants_lost_estimate", totals.lost),
    ];
    for (name, sum) in sums {
        row += 1;
        sheet.write_string(row, 0, say(&format!("compare.column.{name}"), &years))?;
        match sum.changes {
            0 => drop(sheet.write_string(row, 1, say("compare.unknown", &[]))?),
            _ => drop(sheet.write_number_with_format(row, 1, sum.sum as f64, &formats.whole)?),
        }
        sheet.write_number_with_format(row, 2, sum.changes as f64, &formats.whole)?;
        sheet.write_number_with_format(row, 3, sum.of as f64, &formats.whole)?;
    }
    Ok(row + 1)
}
