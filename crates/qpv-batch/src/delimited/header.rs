//! The first record of delimited text: its delimiter, its encoding and the columns that are read.

use std::io::Read;

use memchr::memchr_iter;
use qpv_delimited::{
    BYTE_ORDER_MARK, Blocks, Codec, FileFormat, RecordSpan, SeparatorLine, common_surplus,
    delimiters, named_columns, scan, unquoted,
};
use smallvec::SmallVec;

use super::options::DelimitedOptions;
use crate::cell::AddedColumn;
use crate::error::{BatchError, ColumnsError};
use crate::job::Job;

/// Columns of a table: as many as a spreadsheet has.
const MAX_COLUMNS: usize = 16_384;

/// Finds the columns that are read by the names of all.
type Find<'a> = &'a dyn Fn(&[String]) -> Result<Vec<usize>, ColumnsError>;

/// The first record, and what stands above it.
pub(super) struct Header {
    /// A line `sep=;` for Excel, as written.
    separator_line: Vec<u8>,
    /// As written, without its line end.
    pub(super) text: Vec<u8>,
    pub(super) names: Vec<String>,
    /// The columns that are read.
    pub(super) read: Vec<usize>,
    /// Columns up to the last one with a name: rows may lack those behind.
    pub(super) named_columns: usize,
    pub(super) delimiter: u8,
    pub(super) line_end: &'static [u8],
    pub(super) codec: Codec,
    /// The output begins with a byte order mark.
    marked: bool,
    pub(super) lines: u64,
    pub(super) bytes: u64,
    pub(super) converted_lines: u64,
}

/// Reads the header and leaves the blocks at the first row.
pub(super) fn open<R: Read>(
    input: R,
    job: &impl Job,
    options: DelimitedOptions,
) -> Result<(Blocks<R>, Header), BatchError> {
    let mut blocks = Blocks::new(input);
    let (start, whole) = blocks.peek()?;
    refuse_other_formats(start)?;
    let marked = start.starts_with(BYTE_ORDER_MARK);
    let mark = if marked { BYTE_ORDER_MARK.len() } else { 0 };
    // A byte order mark alone is an empty file.
    if start.len() == mark {
        return Err(BatchError::NoHeader);
    }
    let codec = Codec::detect(start, whole, options.encoding);
    let mut header = Header::read(
        &start[mark..],
        &|names| job.columns(names),
        codec,
        options.delimiter,
    )?;
    header.widen(&start[mark..], whole);
    // In an encoding of one byte a character the mark would be three letters.
    header.marked = marked || options.with_mark && codec.is_utf8();
    header.bytes += mark as u64;
    let skipped = usize::try_from(header.bytes).expect("a header is in memory");
    blocks.begin(skipped, header.delimiter, header.lines);
    Ok((blocks, header))
}

impl Header {
    /// Reads the header under the first delimiter with which the columns are found; else the fault of the likeliest one, unless a quote
    /// that is never closed may be what hides them.
    pub(super) fn read(
        start: &[u8],
        find: Find<'_>,
        codec: Codec,
        delimiter: Option<u8>,
    ) -> Result<Self, BatchError> {
        let mut fault = None;
        let separator_len = SeparatorLine::find(start).map_or(0, |line| line.len);
        let (separator_line, start, tried) = (
            &start[..separator_len],
            &start[separator_len..],
            delimiters(start, delimiter),
        );
        if start.is_empty() {
            return Err(BatchError::NoHeader);
        }
        for delimiter in tried {
            let record =
                scan(start, delimiter, true, |_, _| ()).expect("a record in whole bytes is whole");
            // Behind an open quote no field is certain: under another delimiter the quote may
            // close.
            if record.stray_quote.is_some() {
                fault = Some(ColumnsError::StrayQuote);
                continue;
            }
            // A single field under this delimiter must not hide that a quote is left open.
            if fault == Some(ColumnsError::StrayQuote) && record.fields == 1 {
                continue;
            }
            let (text, converted_lines) = codec.output(&start[..record.text]);
            let text = text.into_owned();
            let names = names(&text, delimiter, codec);
            if names.len() > MAX_COLUMNS {
                return Err(ColumnsError::TooMany {
                    count: names.len(),
                    limit: MAX_COLUMNS,
                }
                .into());
            }
            match find(&names) {
                Ok(read) => {
                    return Ok(Self {
                        line_end: line_end(start, record),
                        lines: line_ends(separator_line) + line_ends(&start[..record.len]),
                        bytes: (separator_len + record.len) as u64,
                        separator_line: separator_line.to_vec(),
                        marked: false,
                        named_columns: named_columns(&names),
                        text,
                        names,
                        read,
                        delimiter,
                        codec,
                        converted_lines,
                    });
                }
                // The first delimiter tried is the likeliest, so its fault helps most.
                Err(first) => fault = fault.or(Some(first)),
            }
        }
        Err(fault.unwrap_or(ColumnsError::NoNames).into())
    }

    /// Returns the line that the header begins on, from 1.
    pub(super) fn first_line(&self) -> u64 {
        1 + line_ends(&self.separator_line)
    }

    /// Adds columns without a name for the empty fields that most rows have beyond the header, so that those rows stay as
    /// they are. `start` begins with the header.
    pub(super) fn widen(&mut self, start: &[u8], whole: bool) {
        let header_bytes = usize::try_from(self.bytes).expect("a header is in memory");
        let surplus = common_surplus(
            &start[header_bytes..],
            whole,
            self.delimiter,
            self.names.len(),
        );
        let columns = (self.names.len() + surplus).min(MAX_COLUMNS);
        let added = columns - self.names.len();
        self.names.resize(columns, String::new());
        self.text.resize(self.text.len() + added, self.delimiter);
    }

    /// Returns, for each column of the input, the added one that takes its place; nothing when none does.
    pub(super) fn replaced(&self, added: &[AddedColumn]) -> Vec<Option<usize>> {
        let replaced: Vec<Option<usize>> = self
            .names
            .iter()
            .map(|name| added.iter().position(|column| column.name == name.trim()))
            .collect();
        if replaced.iter().any(Option::is_some) {
            replaced
        } else {
            vec![]
        }
    }

    /// Returns, for each column of the input, its places among those that are read.
    pub(super) fn slots(&self) -> Vec<SmallVec<[usize; 1]>> {
        let mut slots = vec![SmallVec::new(); self.names.len()];
        for (slot, column) in self.read.iter().enumerate() {
            slots[*column].push(slot);
        }
        slots
    }

    /// Returns the header of the output.
    pub(super) fn written(&self, added: &[AddedColumn], replaced: &[Option<usize>]) -> Vec<u8> {
        let mut written = if self.marked {
            BYTE_ORDER_MARK.to_vec()
        } else {
            vec![]
        };
        written.extend_from_slice(&self.separator_line);
        written.extend_from_slice(&self.text);
        for (_, column) in added
            .iter()
            .enumerate()
            .filter(|(cell, _)| !replaced.contains(&Some(*cell)))
        {
            written.push(self.delimiter);
            written.extend_from_slice(column.name.as_bytes());
        }
        written.extend_from_slice(self.line_end);
        written
    }
}

/// Returns the fields of a header.
fn names(text: &[u8], delimiter: u8, codec: Codec) -> Vec<String> {
    let mut names = vec![];
    if !text.is_empty() {
        scan(text, delimiter, true, |_, field| {
            names.push(unquoted(codec.decode(&text[field])).into_owned());
        });
    }
    names
}

fn line_ends(bytes: &[u8]) -> u64 {
    memchr_iter(b'\n', bytes).count() as u64
}

fn line_end(start: &[u8], record: RecordSpan) -> &'static [u8] {
    if start[record.text..record.len].starts_with(b"\r") {
        b"\r\n"
    } else {
        b"\n"
    }
}

/// Refuses a file of another format, which would give nothing but faults.
pub(super) fn refuse_other_formats(start: &[u8]) -> Result<(), BatchError> {
    match FileFormat::sniff(start) {
        FileFormat::Empty => Err(BatchError::NoHeader),
        // Unlike imports, lists are read in this format too.
        FileFormat::Parquet => Err(BatchError::NotText(
            "Parquet: give it by its path, with a name in .parquet",
        )),
        format => format
            .refusal_as_text()
            .map_or(Ok(()), |refusal| Err(BatchError::NotText(refusal))),
    }
}
