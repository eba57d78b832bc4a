//! Delimited text as it is met in France, streamed.
//!
//! The delimiter is that of the first line under which the columns that are read are found. Every row is written
//! as it was read, with its own line end, and its added fields behind. A row with too few fields is completed with
//! empty ones; of a row with too many, the surplus is put into the last column, quoted; a line with a quote that is
//! never closed is put into the first column, quoted. So every row has as many fields as the header, and what was read
//! can still be read. Blank lines are copied and not counted.
//!
//! The output is in the encoding of the input, UTF-8 or Windows-1252, with a byte order mark if the input had one. In a
//! text that is UTF-8 a line that is not is read as Windows-1252 and converted.

mod preview;
mod rows;

use std::io::{Read, Write};

use memchr::memchr_iter;
use qpv_delimited::{
    BYTE_ORDER_MARK, Blocks, Codec, Encoding, FileFormat, RecordSpan, delimiters,
    formula_injection, scan, unquoted,
};
use smallvec::SmallVec;

use super::job::apart;
use super::{Added, ColumnsError, Error, Job, Summary, Watch, names_of, pipeline};
use qpv_service::Snapshot;

use rows::Rows;

pub(super) use preview::preview;

/// Columns of a table: as many as a spreadsheet has.
const MOST_COLUMNS: usize = 16_384;

/// How the text is written, where it must be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CsvOptions {
    /// An ASCII character; `None` to find it in the first line, among `;` tab `|` `,`.
    pub delimiter: Option<u8>,
    /// Of the input, which the output keeps.
    pub encoding: Encoding,
    /// Whether added columns take the places of those of their names, instead of other names.
    pub replaces: bool,
    /// Whether an output in UTF-8 begins with a byte order mark even if the input does not.
    pub with_mark: bool,
}

/// Answers every row of delimited text. `watch` is told the bytes read since it was last told.
///
/// # Errors
/// [`Error`]; what was written to `output` until then is no answer.
pub fn csv(
    snapshot: &Snapshot,
    job: &impl Job,
    options: CsvOptions,
    input: impl Read,
    mut output: impl Write,
    watch: &mut dyn Watch,
) -> Result<Summary, Error> {
    job.check(snapshot)?;
    let (mut blocks, mut header) = open(input, job, options)?;
    let added = if options.replaces {
        job.added()
    } else {
        apart(&header.names, job.added())
    };
    let replaced = header.replaced(if options.replaces { &added } else { &[] });
    if job.for_spreadsheets() {
        let mut text = vec![];
        formula_injection::push_neutralised_record(
            &mut text,
            &header.text,
            header.delimiter,
            header.codec,
        );
        header.text = text;
    }
    output
        .write_all(&header.written(&added, &replaced))
        .map_err(Error::Write)?;
    let mut summary = Summary::new(snapshot, job, names_of(&header.names, &header.read));
    summary.encoding = Some(header.codec.name());
    summary.converted_lines = header.converted_lines;
    let mut lines = header.lines;
    watch.told(header.bytes, 0, 0, &[])?;
    let rows = Rows {
        snapshot,
        job,
        names: summary.columns.clone(),
        slots: header.slots(),
        behind: (0..added.len())
            .filter(|cell| !replaced.contains(&Some(*cell)))
            .collect(),
        replaced,
        columns: header.names.len(),
        delimiter: header.delimiter,
        line_end: header.line_end,
        codec: header.codec,
        neutralises_formulas: job.for_spreadsheets(),
        points: watch.wants_points(),
    };
    pipeline::in_order(
        || Ok(blocks.next_block()?),
        |block| rows.answer(&block),
        |answered| {
            summary.add(&answered.counts, answered.rows, lines);
            summary.converted_lines += answered.converted_lines;
            watch.told(answered.bytes, answered.rows, lines, &answered.points)?;
            lines += answered.lines;
            output.write_all(&answered.text).map_err(Error::Write)
        },
    )?;
    output.flush().map_err(Error::Write)?;
    Ok(summary)
}

/// Finds the columns that are read by the names of all.
type Find<'a> = &'a dyn Fn(&[String]) -> Result<Vec<usize>, ColumnsError>;

/// The first record.
struct Header {
    /// As written, without its line end.
    text: Vec<u8>,
    names: Vec<String>,
    /// The columns that are read.
    read: Vec<usize>,
    delimiter: u8,
    line_end: &'static [u8],
    codec: Codec,
    /// Whether the output begins with a byte order mark.
    marked: bool,
    lines: u64,
    bytes: u64,
    converted_lines: u64,
}

/// Refuses a file of another format, which would give nothing but faults.
fn refuse_other_formats(start: &[u8]) -> Result<(), Error> {
    match FileFormat::sniff(start) {
        FileFormat::Empty => Err(Error::NoHeader),
        // Unlike imports, lists are read in this format too.
        FileFormat::Parquet => Err(Error::NotText(
            "Parquet: give it by its path, with a name in .parquet",
        )),
        format => format
            .refusal_as_text()
            .map_or(Ok(()), |refusal| Err(Error::NotText(refusal))),
    }
}

/// Reads the header and leaves the blocks at the first row.
fn open<R: Read>(
    input: R,
    job: &impl Job,
    options: CsvOptions,
) -> Result<(Blocks<R>, Header), Error> {
    let mut blocks = Blocks::new(input);
    let (start, whole) = blocks.peek()?;
    refuse_other_formats(start)?;
    let marked = start.starts_with(BYTE_ORDER_MARK);
    let mark = if marked { BYTE_ORDER_MARK.len() } else { 0 };
    if start.len() == mark {
        return Err(Error::NoHeader);
    }
    let codec = Codec::detect(start, whole, options.encoding);
    let mut header = Header::read(
        &start[mark..],
        &|names| job.columns(names),
        codec,
        options.delimiter,
    )?;
    header.marked = marked || options.with_mark && !codec.is_windows_1252();
    header.bytes += mark as u64;
    let skipped = usize::try_from(header.bytes).expect("a header is in memory");
    blocks.begin(skipped, header.delimiter, header.lines);
    Ok((blocks, header))
}

impl Header {
    /// Under the first delimiter with which the columns are found; else the fault of the likeliest one, unless a quote
    /// that is never closed may be what hides them.
    fn read(
        start: &[u8],
        find: Find<'_>,
        codec: Codec,
        delimiter: Option<u8>,
    ) -> Result<Self, Error> {
        let mut fault = None;
        for delimiter in delimiters(start, delimiter) {
            let record =
                scan(start, delimiter, true, |_, _| ()).expect("a record in whole bytes is whole");
            if record.stray_quote.is_some() {
                fault = Some(ColumnsError::StrayQuote);
                continue;
            }
            if fault == Some(ColumnsError::StrayQuote) && record.fields == 1 {
                continue;
            }
            let (text, converted_lines) = codec.output(&start[..record.text]);
            let text = text.into_owned();
            let names = names(&text, delimiter, codec);
            if names.len() > MOST_COLUMNS {
                return Err(ColumnsError::TooMany {
                    count: names.len(),
                    limit: MOST_COLUMNS,
                }
                .into());
            }
            match find(&names) {
                Ok(read) => {
                    return Ok(Self {
                        line_end: line_end(start, record),
                        lines: memchr_iter(b'\n', &start[..record.len]).count() as u64,
                        bytes: record.len as u64,
                        marked: false,
                        text,
                        names,
                        read,
                        delimiter,
                        codec,
                        converted_lines,
                    });
                }
                Err(first) => fault = fault.or(Some(first)),
            }
        }
        Err(fault.unwrap_or(ColumnsError::NoNames).into())
    }

    /// For each column of the input, the added one that takes its place; nothing when none does.
    fn replaced(&self, added: &[Added]) -> Vec<Option<usize>> {
        let cell = |name: &String| added.iter().position(|column| column.name == name.trim());
        let replaced: Vec<Option<usize>> = self.names.iter().map(cell).collect();
        if replaced.iter().any(Option::is_some) {
            replaced
        } else {
            vec![]
        }
    }

    /// For each column of the input, where it stands among those that are read.
    fn slots(&self) -> Vec<SmallVec<[usize; 1]>> {
        let mut slots = vec![SmallVec::new(); self.names.len()];
        for (slot, column) in self.read.iter().enumerate() {
            slots[*column].push(slot);
        }
        slots
    }

    /// The header of the output.
    fn written(&self, added: &[Added], replaced: &[Option<usize>]) -> Vec<u8> {
        let mut written = if self.marked {
            BYTE_ORDER_MARK.to_vec()
        } else {
            vec![]
        };
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

/// The fields of a header.
fn names(text: &[u8], delimiter: u8, codec: Codec) -> Vec<String> {
    let mut names = vec![];
    if !text.is_empty() {
        scan(text, delimiter, true, |_, field| {
            names.push(unquoted(codec.decode(&text[field])).into_owned())
        });
    }
    names
}

fn line_end(start: &[u8], record: RecordSpan) -> &'static [u8] {
    if start[record.text..record.len].starts_with(b"\r") {
        b"\r\n"
    } else {
        b"\n"
    }
}

#[cfg(test)]
mod tests;
