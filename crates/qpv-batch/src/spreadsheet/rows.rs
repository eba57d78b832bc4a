//! Reading: books, their sheets, and the rows of a sheet that are not empty.

use std::io::{BufReader, Read, Seek};

use calamine::{Data, Ods, Reader, Xlsx, XlsxCellReader, XlsxError};

use crate::Error;

/// Says so when the file is a compound one: what Excel encrypts, and what it wrote before 2007.
pub(crate) fn refuse_locked(input: &mut (impl Read + Seek)) -> Result<(), Error> {
    const COMPOUND: [u8; 8] = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    let mut start = [0; COMPOUND.len()];
    input.rewind().map_err(Error::Read)?;
    match input.read_exact(&mut start) {
        Ok(()) if start == COMPOUND => Err(Error::Locked),
        _ => Ok(()),
    }
}

pub(crate) fn chosen(names: &[String], wanted: Option<&str>) -> Result<String, Error> {
    let found = match wanted {
        Some(wanted) => names.iter().find(|name| *name == wanted),
        None => names.first(),
    };
    found.cloned().ok_or_else(|| Error::NoSuchSheet {
        name: wanted.unwrap_or_default().to_owned(),
        found: names.join(", "),
    })
}

/// A row that is not empty.
pub(crate) struct Row {
    /// Its place in the sheet, from 0.
    pub(crate) index: u32,
    pub(crate) values: Vec<Data>,
}

/// The rows of a sheet that are not empty, in order.
pub(crate) trait Rows {
    fn next(&mut self) -> Result<Option<Row>, Error>;
}

pub(crate) struct XlsxRows<'a, R: Read + Seek> {
    cells: XlsxCellReader<'a, R>,
    /// The first cell of the next row.
    ahead: Option<(u32, u32, Data)>,
    /// Whether the last cell was read: the reader must not be asked again.
    ended: bool,
}

impl<'a, R: Read + Seek> XlsxRows<'a, R> {
    pub(crate) fn new(book: &'a mut Xlsx<R>, name: &str) -> Result<Self, Error> {
        let cells = book.worksheet_cells_reader(name).map_err(broken)?;
        Ok(Self {
            cells,
            ahead: None,
            ended: false,
        })
    }

    fn cell(&mut self) -> Result<Option<(u32, u32, Data)>, Error> {
        while !self.ended {
            let Some(cell) = self.cells.next_cell().map_err(broken)? else {
                self.ended = true;
                break;
            };
            let (row, column) = cell.get_position();
            let value: Data = cell.get_value().clone().into();
            if !is_empty(&value) {
                return Ok(Some((row, column, value)));
            }
        }
        Ok(None)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn broken(fault: XlsxError) -> Error {
    Error::NotSheet("XLSX", fault.to_string())
}

impl<R: Read + Seek> Rows for XlsxRows<'_, R> {
    fn next(&mut self) -> Result<Option<Row>, Error> {
        let first = match self.ahead.take() {
            Some(first) => Some(first),
            None => self.cell()?,
        };
        let Some((index, column, value)) = first else {
            return Ok(None);
        };
        let mut values = vec![];
        put(&mut values, column, value);
        loop {
            match self.cell()? {
                Some((row, column, value)) if row == index => put(&mut values, column, value),
                next => {
                    self.ahead = next;
                    return Ok(Some(Row { index, values }));
                }
            }
        }
    }
}

fn put(values: &mut Vec<Data>, column: u32, value: Data) {
    let column = column as usize;
    if values.len() <= column {
        values.resize(column + 1, Data::Empty);
    }
    values[column] = value;
}

pub(crate) struct OdsRows<'a> {
    rows: std::iter::Enumerate<calamine::Rows<'a, Data>>,
    /// Of the range in the sheet.
    start: (u32, u32),
}

impl<'a> OdsRows<'a> {
    pub(crate) fn new(range: &'a calamine::Range<Data>) -> Self {
        Self {
            rows: range.rows().enumerate(),
            start: range.start().unwrap_or_default(),
        }
    }
}

impl Rows for OdsRows<'_> {
    fn next(&mut self) -> Result<Option<Row>, Error> {
        let (row, column) = self.start;
        let next = self.rows.find(|(_, values)| !values.iter().all(is_empty));
        Ok(next.map(|(index, values)| {
            let before = (0..column).map(|_| Data::Empty);
            let last = values
                .iter()
                .rposition(|value| !is_empty(value))
                .map_or(0, |last| last + 1);
            let index = row + u32::try_from(index).expect("a sheet has a million rows");
            Row {
                index,
                values: before.chain(values[..last].iter().cloned()).collect(),
            }
        }))
    }
}

pub(super) fn is_empty(value: &Data) -> bool {
    matches!(value, Data::Empty) || matches!(value, Data::String(text) if text.is_empty())
}

/// A value as a text of a table would have it; a date as `2015-03-01`.
pub(crate) fn text(value: &Data) -> String {
    match value {
        Data::DateTime(date) if date.is_datetime() => {
            let (year, month, day, ..) = date.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        // `#N/A` and the like.
        Data::Error(_) => String::new(),
        other => other.to_string(),
    }
}

/// What is used of a sheet.
pub(super) struct Size {
    pub(super) columns: usize,
    pub(super) rows: u64,
}

impl Size {
    pub(super) fn of(rows: &mut impl Rows) -> Result<Self, Error> {
        let mut size = Self {
            columns: 0,
            rows: 0,
        };
        let mut last = None;
        while let Some(row) = rows.next()? {
            if last.is_some_and(|last| row.index <= last) {
                return Err(Error::NotSheet(
                    "a spreadsheet",
                    format!("row {} is not in its place", row.index + 1),
                ));
            }
            last = Some(row.index);
            size.columns = size.columns.max(row.values.len());
            size.rows += 1;
        }
        Ok(size)
    }
}

/// An XLSX book, of which only the table of texts is held.
pub(crate) fn xlsx<R: Read + Seek>(input: R) -> Result<Xlsx<BufReader<R>>, Error> {
    Xlsx::new(BufReader::new(input)).map_err(|fault| Error::NotSheet("XLSX", fault.to_string()))
}

/// An ODS book.
pub(crate) fn ods<R: Read + Seek>(input: R) -> Result<Ods<BufReader<R>>, Error> {
    Ods::new(BufReader::new(input)).map_err(|fault| Error::NotSheet("ODS", fault.to_string()))
}

/// A sheet of an ODS book, which is held as a whole.
pub(crate) fn ods_sheet<R: Read + Seek>(
    book: &mut Ods<R>,
    name: &str,
) -> Result<calamine::Range<Data>, Error> {
    book.worksheet_range(name)
        .map_err(|fault| Error::NotSheet("ODS", fault.to_string()))
}
