//! Delimited text as it is met in France, streamed.
//!
//! The delimiter is that of the first line under which the columns of the positions are found. Every row is written
//! as it was read, with its own line end, and its added fields behind. A row with too few fields is completed with
//! empty ones; of a row with too many, the surplus is put into the last column, quoted; a line with a quote that is
//! never closed is put into the first column, quoted. So every row has as many fields as the header, and what was read
//! can still be read. Blank lines are copied and not counted.
//!
//! The output is UTF-8, with a byte order mark if the input had one. A line that is not UTF-8 is read as Windows-1252,
//! each line for itself: nothing has to be known of the rest of the file.

mod blocks;
mod dialect;
mod records;
mod rows;

use std::io::{Read, Write};

use memchr::memchr_iter;

use super::columns::{Positions, added, find};
use super::{ColumnsError, Error, Options, Summary, pipeline};
use crate::Snapshot;

use blocks::Blocks;
use dialect::{decoded, delimiters, refuse_other_formats};
use records::{Record, scan, unquoted};
use rows::Rows;

pub use dialect::{CsvOptions, Encoding};

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Answers every row of delimited text. `progress` is told the bytes read since it was last told.
///
/// # Errors
/// [`Error`]; what was written to `output` until then is no answer.
pub fn csv(
    snapshot: &Snapshot,
    options: &Options,
    dialect: CsvOptions,
    input: impl Read,
    mut output: impl Write,
    progress: &mut dyn FnMut(u64),
) -> Result<Summary, Error> {
    options.check()?;
    let (mut blocks, header) = open(input, options, dialect)?;
    let choices = options.vintages.choices();
    let rows = Rows {
        snapshot,
        positions: header.positions,
        choices: &choices,
        uncertainty_m: options.uncertainty_m,
        columns: header.names.len(),
        delimiter: header.delimiter,
        line_end: header.line_end,
        encoding: dialect.encoding,
    };
    output.write_all(&header.written(options)).map_err(Error::Write)?;
    let mut summary = Summary::new(snapshot, options, header.position_columns());
    summary.windows_1252_lines = header.windows_1252_lines;
    let mut lines = header.lines;
    progress(header.bytes);
    pipeline::in_order(
        || blocks.next(),
        |block| rows.answer(&block),
        |answered| {
            summary.add(&answered.counts, answered.rows, lines);
            summary.windows_1252_lines += answered.windows_1252_lines;
            lines += answered.lines;
            progress(answered.bytes);
            output.write_all(&answered.text).map_err(Error::Write)
        },
    )?;
    output.flush().map_err(Error::Write)?;
    Ok(summary)
}

/// The first record.
struct Header {
    /// As read, decoded, without its line end.
    text: String,
    names: Vec<String>,
    delimiter: u8,
    line_end: &'static [u8],
    positions: Positions,
    marked: bool,
    lines: u64,
    bytes: u64,
    windows_1252_lines: u64,
}

/// Reads the header and leaves the blocks at the first row.
fn open<R: Read>(input: R, options: &Options, dialect: CsvOptions) -> Result<(Blocks<R>, Header), Error> {
    let mut blocks = Blocks::new(input);
    let start = blocks.peek()?;
    refuse_other_formats(start)?;
    let marked = start.starts_with(BYTE_ORDER_MARK);
    let mark = if marked { BYTE_ORDER_MARK.len() } else { 0 };
    if start.len() == mark {
        return Err(Error::NoHeader);
    }
    let mut header = Header::read(&start[mark..], options, dialect)?;
    header.marked = marked;
    header.bytes += mark as u64;
    let skipped = usize::try_from(header.bytes).expect("a header is in memory");
    blocks.begin(skipped, header.delimiter, header.lines);
    Ok((blocks, header))
}

impl Header {
    /// Under the first delimiter with which the positions are found; else the fault of the likeliest one, unless a
    /// quote that is never closed may be what hides them.
    fn read(start: &[u8], options: &Options, dialect: CsvOptions) -> Result<Self, Error> {
        let mut fault = None;
        for delimiter in delimiters(start, dialect.delimiter) {
            let record = scan(start, delimiter, true, |_, _| ()).expect("a record in whole bytes is whole");
            if record.stray {
                fault = Some(ColumnsError::StrayQuote);
                continue;
            }
            let (text, windows_1252_lines) = decoded(&start[..record.text], dialect.encoding);
            let text = text.into_owned();
            let names = names(&text, delimiter);
            match find(&names, &options.positions) {
                Ok(positions) => {
                    return Ok(Self {
                        line_end: line_end(start, record),
                        lines: memchr_iter(b'\n', &start[..record.len]).count() as u64,
                        bytes: record.len as u64,
                        marked: false,
                        text,
                        names,
                        delimiter,
                        positions,
                        windows_1252_lines,
                    });
                }
                Err(first) => fault = fault.or(Some(first)),
            }
        }
        Err(fault.unwrap_or(ColumnsError::NoNames).into())
    }

    /// The header of the output.
    fn written(&self, options: &Options) -> Vec<u8> {
        let mut written = if self.marked { BYTE_ORDER_MARK.to_vec() } else { vec![] };
        written.extend_from_slice(self.text.as_bytes());
        for name in added(&self.names, &options.vintages.suffixes()) {
            written.push(self.delimiter);
            written.extend_from_slice(name.as_bytes());
        }
        written.extend_from_slice(self.line_end);
        written
    }

    fn position_columns(&self) -> [String; 2] {
        [self.positions.first, self.positions.second].map(|column| self.names[column].clone())
    }
}

/// The fields of a header.
fn names(text: &str, delimiter: u8) -> Vec<String> {
    let mut names = vec![];
    if !text.is_empty() {
        scan(text.as_bytes(), delimiter, true, |_, field| names.push(unquoted(&text[field])));
    }
    names
}

fn line_end(start: &[u8], record: Record) -> &'static [u8] {
    if start[record.text..record.len].starts_with(b"\r") { b"\r\n" } else { b"\n" }
}

#[cfg(test)]
mod tests;
