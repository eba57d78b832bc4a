//! The start of a list, as it is shown before it is answered: its header, what each column is taken for, its first rows.
//!
//! Promises: what the job would refuse as unreadable is refused alike; of a text only its start is read, of an XLSX sheet
//! its first rows and the table of texts. A header that is not recognised is no fault here: people can then say which
//! column is which.

use std::io::{Read, Seek};

use calamine::Reader;

use super::spreadsheet::rows::{
    OdsRows, Row, Rows, XlsxRows, chosen, ods, ods_sheet, refuse_locked, text, xlsx,
};
use super::{ColumnRole, CsvOptions, Error, PeopleColumns, SheetKind, delimited};

/// Rows shown.
pub(super) const ROWS: usize = 8;
/// Characters of a cell that are shown.
const CHARACTERS: usize = 200;
/// Rows above the one that names the columns, at most.
pub(super) const ABOVE: usize = 10;

/// The start of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// `csv`, `xlsx` or `ods`.
    pub format: &'static str,
    /// Where the columns are named: number of the line or row, from 1.
    pub header_row: u64,
    /// The columns by name, with what each is taken for.
    pub columns: Vec<(String, Option<ColumnRole>)>,
    /// The first rows with something in them, as texts: a field for each column, long ones cut.
    pub rows: Vec<Vec<String>>,
    /// Of a text.
    pub encoding: Option<&'static str>,
    /// Of a text.
    pub delimiter: Option<char>,
    /// Of a spreadsheet: the names of all its sheets.
    pub sheets: Vec<String>,
    /// The one that was read.
    pub sheet: Option<String>,
}

/// The start of a delimited text. Columns named by hand are taken as named.
///
/// # Errors
/// [`Error`]: it cannot be read, or a column named is not there.
pub fn preview_csv(
    columns: &PeopleColumns,
    options: CsvOptions,
    input: impl Read,
) -> Result<Preview, Error> {
    delimited::preview(columns, options, input)
}

/// The start of a sheet, the first one unless another is named.
///
/// # Errors
/// [`Error`]: it cannot be read, or a column named is not there.
pub fn preview_sheet<R: Read + Seek>(
    columns: &PeopleColumns,
    kind: SheetKind,
    name: Option<&str>,
    mut input: R,
) -> Result<Preview, Error> {
    refuse_locked(&mut input)?;
    input.rewind().map_err(Error::Read)?;
    let (sheets, sheet, preview) = match kind {
        SheetKind::Xlsx => {
            let mut book = xlsx(input)?;
            let (sheets, sheet) = (book.sheet_names(), chosen(&book.sheet_names(), name)?);
            let preview = of_rows("xlsx", columns, &mut XlsxRows::new(&mut book, &sheet)?)?;
            (sheets, sheet, preview)
        }
        SheetKind::Ods => {
            let mut book = ods(input)?;
            let (sheets, sheet) = (book.sheet_names(), chosen(&book.sheet_names(), name)?);
            let preview = of_rows(
                "ods",
                columns,
                &mut OdsRows::new(&ods_sheet(&mut book, &sheet)?),
            )?;
            (sheets, sheet, preview)
        }
    };
    Ok(Preview {
        sheets,
        sheet: Some(sheet),
        ..preview
    })
}

/// Of the first rows, the one under which most columns are recognised names them, else the first one.
fn of_rows(
    format: &'static str,
    columns: &PeopleColumns,
    rows: &mut impl Rows,
) -> Result<Preview, Error> {
    let mut first: Vec<Row> = vec![];
    while first.len() <= ABOVE + ROWS
        && let Some(row) = rows.next()?
    {
        first.push(row);
    }
    let width = first
        .iter()
        .map(|row| row.values.len())
        .max()
        .ok_or(Error::NoHeader)?;
    let texts = |row: &Row| {
        let mut texts: Vec<String> = row.values.iter().map(text).collect();
        texts.resize(width, String::new());
        texts
    };
    let (mut best, mut fault) = (None, None);
    for (index, row) in first.iter().enumerate().take(ABOVE + 1) {
        match columns.roles(&texts(row)) {
            Ok(roles) => {
                let count = roles.iter().flatten().count();
                if best.as_ref().is_none_or(|(_, most, _)| count > *most) {
                    best = Some((index, count, roles));
                }
            }
            Err(found) => fault = fault.or(Some(found)),
        }
    }
    let Some((at, _, roles)) = best else {
        return Err(fault.map_or(Error::NoHeader, Error::from));
    };
    let below = first[at + 1..]
        .iter()
        .take(ROWS)
        .map(|row| texts(row).iter().map(|text| shown(text)).collect());
    let columns = texts(&first[at]).into_iter().zip(roles).collect();
    Ok(Preview::new(
        format,
        u64::from(first[at].index) + 1,
        columns,
        below.collect(),
    ))
}

/// A text, not too much of it.
pub(super) fn shown(text: &str) -> String {
    match text.char_indices().nth(CHARACTERS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

impl Preview {
    pub(super) fn new(
        format: &'static str,
        header_row: u64,
        columns: Vec<(String, Option<ColumnRole>)>,
        rows: Vec<Vec<String>>,
    ) -> Self {
        Self {
            format,
            header_row,
            columns,
            rows,
            encoding: None,
            delimiter: None,
            sheets: vec![],
            sheet: None,
        }
    }
}
