//! A comparison as a workbook, in French: summary, changes, places, addresses.

use qpv_french::{Key, key, sentence};
use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet,
    XlsxError,
};

use super::ExportError;
use super::notes::Notes;
use super::tables::{self, Cell, Table};
use qpv_service::messages::comparison::change_class;
use qpv_service::{Comparison, FieldSelection, KnownSum, Moved};

/// Widest column, characters.
const WIDEST: usize = 48;

pub(super) fn write(
    comparison: &Comparison<'_>,
    moved: &Moved<'_>,
    fields: &FieldSelection,
) -> Result<Vec<u8>, ExportError> {
    let changes = tables::changes(comparison, moved).with_figures(comparison, fields);
    let addresses = tables::addresses_or_number(comparison)?;
    written(comparison, moved, &changes, &addresses)
        .map_err(|fault| ExportError::Failed(fault.to_string()))
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
    changes: &Table,
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
    // It says nothing of when it was made, so that two runs give the same bytes: the first day that a zip can name.
    let first_day = ExcelDateTime::from_ymd(1980, 1, 1)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&first_day));
    summary(book.add_worksheet(), comparison, moved, &formats)?;
    let sheets = [
        (key::COMPARE_SHEET_CHANGES, changes),
        (
            key::COMPARE_SHEET_PLACES,
            &tables::places(comparison, moved),
        ),
        (key::COMPARE_SHEET_ADDRESSES, addresses),
    ];
    for (name, table) in sheets {
        fill(
            book.add_worksheet(),
            &sentence(name, &[]),
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
    let titles = table
        .columns
        .iter()
        .map(|head| sentence(head.title, &years));
    let figures = table.figures.iter().map(|figure| figure.title.clone());
    let mut last = 0;
    for (column, title) in (0..).zip(titles.chain(figures)) {
        last = column;
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
            sheet.write_number_with_format(row, column, *whole as f64, &formats.whole)?;
        }
        // A year with a thousands separator would read 2 024.
        Cell::Year(year) => {
            sheet.write_number(row, column, f64::from(*year))?;
        }
        // Without a format that rounds: two decimals would move a point by a kilometre, and a figure is shown as published.
        Cell::Degrees(number) | Cell::Figure(number) => {
            sheet.write_number(row, column, *number)?;
        }
        Cell::Real(real) => {
            sheet.write_number_with_format(row, column, *real, &formats.real)?;
        }
        // As a string, so that a name that begins with `=` never becomes a formula.
        Cell::Text(_) | Cell::Name(..) | Cell::Flag(_) => {
            sheet.write_string(row, column, shown(cell))?;
        }
    }
    Ok(())
}

/// A cell as a French reader sees it.
pub(super) fn shown(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => text.clone(),
        Cell::Name(_, name) => sentence(*name, &[]),
        Cell::Whole(whole) => whole.to_string(),
        Cell::Year(year) => year.to_string(),
        Cell::Real(real) | Cell::Degrees(real) | Cell::Figure(real) => real.to_string(),
        Cell::Flag(flag) => sentence(
            if *flag {
                key::COMPARE_YES
            } else {
                key::COMPARE_NO
            },
            &[],
        ),
        Cell::Empty => String::new(),
    }
}

/// The sheet of summary: what is to be known, sums, sources.
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
    sheet.set_name(sentence(key::COMPARE_SHEET_SUMMARY, &[]))?;
    sheet.set_column_width(0, 46)?;
    sheet.set_column_range_width(1, 7, 16)?;
    sheet.write_string_with_format(0, 0, sentence(key::COMPARE_TITLE, &years), &formats.title)?;
    let mut row = 1;
    let dataset = sentence(
        key::COMPARE_NOTE_DATASET,
        &[("digest", comparison.snapshot().digest())],
    );
    for note in Notes::new(comparison, moved)
        .message_fr()
        .into_iter()
        .chain([dataset])
    {
        sheet.write_string(row, 0, note)?;
        row += 1;
    }
    row = classes(sheet, row + 1, comparison, formats)?;
    row = sums(sheet, row + 1, comparison, moved, formats)?;
    sheet.write_string_with_format(
        row + 1,
        0,
        sentence(key::COMPARE_SOURCES, &[]),
        &formats.bold,
    )?;
    for (row, source) in (row + 2..).zip(comparison.snapshot().credits()) {
        sheet.write_string(row, 0, source)?;
    }
    Ok(())
}

/// Titles of columns in a row.
fn heads(
    sheet: &mut Worksheet,
    row: u32,
    titles: &[Key],
    comparison: &Comparison<'_>,
    formats: &Formats,
) -> Result<(), XlsxError> {
    let years = [
        ("from", comparison.from.as_str()),
        ("to", comparison.to.as_str()),
    ];
    for (column, name) in (0..).zip(titles) {
        let title = sentence(*name, &years);
        sheet.write_string_with_format(row, column, title, &formats.header)?;
    }
    Ok(())
}

/// Writes the sums of each class from a row on; gives the first row left free.
fn classes(
    sheet: &mut Worksheet,
    mut row: u32,
    comparison: &Comparison<'_>,
    formats: &Formats,
) -> Result<u32, XlsxError> {
    let titles = [
        key::COMPARE_COLUMN_CLASS,
        key::COMPARE_COLUMN_CHANGES,
        key::COMPARE_COLUMN_PERIMETERS_FROM,
        key::COMPARE_COLUMN_PERIMETERS_TO,
        key::COMPARE_COLUMN_SHARED_HA,
        key::COMPARE_COLUMN_GAINED_HA,
        key::COMPARE_COLUMN_LOST_HA,
    ];
    heads(sheet, row, &titles, comparison, formats)?;
    let totals = &comparison.totals;
    // Classes without a change would fill the sheet with zeros.
    let found = totals.by_class.iter().filter(|(_, sum)| sum.changes > 0);
    let found = found.map(|(class, sum)| (change_class(*class), sum));
    for (name, sum) in found.chain([(sentence(key::COMPARE_TOTAL, &[]), &totals.all)]) {
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

/// Writes what moved in all from a row on, and for how many changes that is known; gives the first
/// row left free.
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
        &[
            key::COMPARE_COLUMN_MOVED,
            key::COMPARE_COLUMN_COUNT,
            key::COMPARE_COLUMN_KNOWN_CHANGES,
            key::COMPARE_COLUMN_OF_CHANGES,
        ],
        comparison,
        formats,
    )?;
    let years = [
        ("from", comparison.from.as_str()),
        ("to", comparison.to.as_str()),
    ];
    for (title, sum) in moved_sums(moved) {
        row += 1;
        sheet.write_string(row, 0, sentence(title, &years))?;
        match sum.changes {
            // Nothing is known: a sum of 0 would say that nobody moved.
            0 => {
                sheet.write_string(row, 1, sentence(key::COMPARE_UNKNOWN, &[]))?;
            }
            _ => {
                sheet.write_number_with_format(row, 1, sum.sum as f64, &formats.whole)?;
            }
        }
        sheet.write_number_with_format(row, 2, sum.changes as f64, &formats.whole)?;
        sheet.write_number_with_format(row, 3, sum.of as f64, &formats.whole)?;
    }
    Ok(row + 1)
}

/// The sums of what moved, with their titles.
fn moved_sums(moved: &Moved<'_>) -> impl Iterator<Item = (Key, KnownSum)> {
    let totals = &moved.totals;
    let counts = &totals.addresses;
    let (changes, of) = (totals.with_addresses, moved.with.len());
    let addresses = [
        (key::COMPARE_COLUMN_ADDRESSES_KEPT, counts.kept),
        (key::COMPARE_COLUMN_ADDRESSES_GAINED, counts.gained),
        (
            key::COMPARE_COLUMN_ADDRESSES_GAINED_UNSURE,
            counts.gained_unsure,
        ),
        (key::COMPARE_COLUMN_ADDRESSES_LOST, counts.lost),
        (
            key::COMPARE_COLUMN_ADDRESSES_LOST_UNSURE,
            counts.lost_unsure,
        ),
        (key::COMPARE_COLUMN_ADDRESSES_FROM_OTHER, counts.from_other),
        (key::COMPARE_COLUMN_ADDRESSES_TO_OTHER, counts.to_other),
    ]
    .map(|(title, sum)| (title, KnownSum { sum, changes, of }));
    let inhabitants = [
        (key::COMPARE_COLUMN_INHABITANTS_FROM, totals.from),
        (key::COMPARE_COLUMN_INHABITANTS_TO, totals.to),
        (
            key::COMPARE_COLUMN_INHABITANTS_GAINED_ESTIMATE,
            totals.gained,
        ),
        (key::COMPARE_COLUMN_INHABITANTS_LOST_ESTIMATE, totals.lost),
    ];
    addresses.into_iter().chain(inhabitants)
}
