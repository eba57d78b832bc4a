//! The record of delimited text that names the columns: its delimiter, its encoding and the columns that are read.
//!
//! Titles and blank lines may stand above it, as in spreadsheets; they are copied.

use std::io::Read;

use calamine::Data;
use memchr::memchr_iter;
use qpv_delimited::{
    BYTE_ORDER_MARK, Blocks, Codec, FileFormat, MAX_ROWS_ABOVE, RecordSpan, SeparatorLine, Surplus,
    blank_record, common_surplus, delimiters_below, formula_injection, named_columns, push_field,
    push_quoted, scan, unquoted,
};
use smallvec::SmallVec;

use super::options::DelimitedOptions;
use crate::cell::AddedColumn;
use crate::content_columns::{header_rank, is_mistaken_header, titles};
use crate::error::{BatchError, ColumnsError, PARQUET_BY_PATH};
use crate::field_kinds::{has_several, is_data_row};
use crate::house_numbers::{SAMPLE_ROWS, UnreadColumn};
use crate::job::Job;
use crate::preview::shortened;
use crate::rows::Row;

/// Columns of a table: as many as a spreadsheet has.
const MAX_COLUMNS: usize = 16_384;
/// Fields of the rows that columns are judged by, at most.
const MAX_SAMPLE_FIELDS: usize = 1 << 16;

/// Finds the columns that are read by the names of all.
type Find<'a> = &'a dyn Fn(&[String]) -> Result<Vec<usize>, ColumnsError>;

/// The record that names the columns, and what stands above it.
pub(super) struct Header {
    /// A line `sep=;` for Excel, as written.
    separator_line: Vec<u8>,
    /// Titles and blank lines, as they are written out.
    above: Vec<u8>,
    /// As written, without its line end.
    pub(super) text: Vec<u8>,
    pub(super) names: Vec<String>,
    /// The columns that are read.
    pub(super) read: Vec<usize>,
    /// Columns of numbers that are not.
    pub(super) unread: Vec<UnreadColumn>,
    /// Columns up to the last one with a name: rows may lack those behind.
    pub(super) named_columns: usize,
    pub(super) delimiter: u8,
    pub(super) line_end: &'static [u8],
    pub(super) codec: Codec,
    /// True for a line of titles that the text does not have: `text` is made, and stands before the first row.
    pub(super) by_content: bool,
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
    let max_rows_above = if job.knows_headers() {
        MAX_ROWS_ABOVE
    } else {
        0
    };
    let find: Find<'_> = &|names| job.columns(names);
    let is_list = job.for_spreadsheets();
    let text = &start[mark..];
    let mut header = Header::read(
        text,
        find,
        codec,
        options.delimiter,
        max_rows_above,
        is_list,
    )
    .or_else(|fault| {
        // Other tables have their titles: a first row of theirs that is none is a fault.
        let made = is_list.then(|| Header::by_content(text, whole, codec, options.delimiter));
        let mut made = made.flatten().ok_or(fault)?;
        made.read = find(&made.names)?;
        Ok::<_, BatchError>(made)
    })
    .or_else(|fault| {
        let named = is_list.then(|| Header::by_values(text, whole, codec, options.delimiter, job));
        named.flatten().unwrap_or(Err(fault))
    })?;
    header.widen(&start[mark..], whole);
    let rows = header.first_rows(&start[mark..], whole, SAMPLE_ROWS);
    // Found anew, by the rows too: jobs keep the columns that they found last.
    let found = job.columns_by_rows(&header.names, &rows)?;
    (header.read, header.unread) = (found.read, found.unread);
    // In an encoding of one byte a character the mark would be three letters.
    header.marked = marked || options.with_mark && codec.is_utf8();
    header.bytes += mark as u64;
    let skipped = usize::try_from(header.bytes).expect("a header is in memory");
    blocks.begin(skipped, header.delimiter, header.lines);
    Ok((blocks, header))
}

/// A record read as a header.
struct HeaderRecord {
    span: RecordSpan,
    text: Vec<u8>,
    converted_lines: u64,
    names: Vec<String>,
    read: Vec<usize>,
    delimiter: u8,
}

impl HeaderRecord {
    /// Reads the record that `start` begins with under the first delimiter with which the columns are found; else the
    /// fault of the likeliest one, unless a quote that is never closed may be what hides them.
    fn read(
        start: &[u8],
        find: Find<'_>,
        codec: Codec,
        delimiters: &[u8],
    ) -> Result<Self, ColumnsError> {
        let mut fault = None;
        for &delimiter in delimiters {
            let span =
                scan(start, delimiter, true, |_, _| ()).expect("a record in whole bytes is whole");
            // Behind an open quote no field is certain: under another delimiter the quote may
            // close.
            if span.stray_quote.is_some() {
                fault = Some(ColumnsError::StrayQuote);
                continue;
            }
            // A single field under this delimiter must not hide that a quote is left open.
            if fault == Some(ColumnsError::StrayQuote) && span.fields == 1 {
                continue;
            }
            let (text, converted_lines) = codec.output(&start[..span.text]);
            let text = text.into_owned();
            let names = names(&text, delimiter, codec);
            if names.len() > MAX_COLUMNS {
                return Err(ColumnsError::TooMany {
                    count: names.len(),
                    limit: MAX_COLUMNS,
                });
            }
            match find(&names) {
                Ok(read) => {
                    return Ok(Self {
                        span,
                        text,
                        converted_lines,
                        names,
                        read,
                        delimiter,
                    });
                }
                // The first delimiter tried is the likeliest, so its fault helps most.
                Err(first) => fault = fault.or(Some(first)),
            }
        }
        Err(fault.unwrap_or(ColumnsError::NoNames))
    }

    fn rank(&self) -> (bool, usize) {
        header_rank(&self.names, &self.read)
    }

    /// Returns whether this record has titles, and the one that `below` begins with has values.
    fn is_above_people(&self, below: &[u8], codec: Codec) -> bool {
        let Some(span) = scan(below, self.delimiter, true, |_, _| ()) else {
            return false;
        };
        let (text, _) = codec.output(&below[..span.text]);
        self.rank().0 && is_data_row(&names(&text, self.delimiter, codec))
    }
}

impl Header {
    /// Reads the header: of the first records with something in them, one more than `max_rows_above`, the one under which
    /// most columns are found.
    pub(super) fn read(
        start: &[u8],
        find: Find<'_>,
        codec: Codec,
        delimiter: Option<u8>,
        max_rows_above: usize,
        is_list: bool,
    ) -> Result<Self, BatchError> {
        let separator = SeparatorLine::find(start);
        let (separator_line, text) = start.split_at(separator.map_or(0, |line| line.len));
        let (mut best, mut fault) = (None::<(usize, HeaderRecord)>, None);
        let (mut at, mut looked_at) = (0, 0);
        while looked_at <= max_rows_above && at < text.len() {
            let tried = delimiters_below(&text[at..], delimiter, separator);
            let (is_blank, record) = blank_record(&text[at..], tried[0]);
            // Delimiters alone may be too many to be a blank row.
            if !is_blank || record.fields > MAX_COLUMNS {
                looked_at += 1;
                let most = best.as_ref().map(|(_, record)| record.rank());
                // Below people stand no titles of theirs, but perhaps those of another table.
                if best
                    .as_ref()
                    .is_some_and(|(_, titles)| titles.is_above_people(&text[at..], codec))
                {
                    break;
                }
                match HeaderRecord::read(&text[at..], find, codec, &tried) {
                    Ok(record) if is_list && is_mistaken_header(&record.names, &record.read) => {}
                    Ok(record) if most.is_none_or(|most| record.rank() > most) => {
                        best = Some((at, record));
                    }
                    Ok(_) => {}
                    // This record names columns, whatever stands above it.
                    Err(found @ ColumnsError::FactNeeded { .. }) => fault = Some(found),
                    // In most lists the first record names the columns, so its fault helps most.
                    Err(found) => fault = fault.or(Some(found)),
                }
            }
            at += record.len;
        }
        let Some((at, record)) = best else {
            return Err(fault.map_or(BatchError::NoHeader, BatchError::from));
        };
        let (above, converted_above) = codec.output(&text[..at]);
        let bytes = separator_line.len() + at + record.span.len;
        Ok(Self {
            line_end: line_end(&text[at..], record.span),
            lines: line_ends(&start[..bytes]),
            bytes: bytes as u64,
            separator_line: separator_line.to_vec(),
            above: above.into_owned(),
            by_content: false,
            marked: false,
            named_columns: named_columns(&record.names),
            text: record.text,
            names: record.names,
            read: record.read,
            unread: vec![],
            delimiter: record.delimiter,
            codec,
            converted_lines: converted_above + record.converted_lines,
        })
    }

    /// Names the columns of a list without a line of titles by their values: its first record with several fields has what no
    /// title has. `None` when it has not.
    pub(super) fn by_content(
        start: &[u8],
        whole: bool,
        codec: Codec,
        delimiter: Option<u8>,
    ) -> Option<Self> {
        let separator = SeparatorLine::find(start);
        let (separator_line, text) = start.split_at(separator.map_or(0, |line| line.len));
        let (mut at, mut looked_at) = (0, 0);
        while looked_at <= MAX_ROWS_ABOVE && at < text.len() {
            let tried = delimiters_below(&text[at..], delimiter, separator);
            let (is_blank, record) = blank_record(&text[at..], tried[0]);
            if is_blank {
                at += record.len;
                continue;
            }
            looked_at += 1;
            for &delimiter in &tried {
                let (above, converted_lines) = codec.output(&text[..at]);
                let bytes = separator_line.len() + at;
                let span = scan(&text[at..], delimiter, true, |_, _| ())?;
                if span.stray_quote.is_some() || span.fields > MAX_COLUMNS {
                    continue;
                }
                let mut header = Self {
                    separator_line: separator_line.to_vec(),
                    above: above.into_owned(),
                    text: vec![],
                    names: vec![String::new(); span.fields],
                    read: vec![],
                    unread: vec![],
                    named_columns: span.fields,
                    delimiter,
                    line_end: line_end(&text[at..], span),
                    codec,
                    by_content: true,
                    marked: false,
                    lines: line_ends(&start[..bytes]),
                    bytes: bytes as u64,
                    converted_lines,
                };
                let rows = header.first_rows(start, whole, SAMPLE_ROWS);
                let first = rows.first()?;
                if !is_data_row(first) {
                    // These may be titles.
                    if has_several(first) {
                        return None;
                    }
                    continue;
                }
                header.names = titles(&rows);
                push_names(&mut header.text, &header.names, delimiter, codec);
                return Some(header);
            }
            at += record.len;
        }
        None
    }

    /// Returns the line that the header begins on, from 1.
    pub(super) fn first_line(&self) -> u64 {
        1 + line_ends(&self.separator_line) + line_ends(&self.above)
    }

    /// Returns the records above it that have something in them, with their numbers among all records, from 0; and the
    /// number of the header.
    pub(super) fn rows_above(&self) -> (Vec<Row>, u64) {
        let (mut rows, mut rest, mut index) = (vec![], self.above.as_slice(), 0);
        let mut number = 1 + line_ends(&self.separator_line);
        while !rest.is_empty() {
            let mut values = vec![];
            let record = scan(rest, self.delimiter, true, |_, field| {
                let text = unquoted(self.codec.decode(&rest[field]));
                values.push(Data::String(text.into_owned()));
            });
            let record = record.expect("a record in whole bytes is whole");
            if record.stray_quote.is_some() {
                let text = self.codec.decode(&rest[..record.text]);
                values = vec![Data::String(text.into_owned())];
            }
            if !blank_record(rest, self.delimiter).0 {
                rows.push(Row {
                    index,
                    number,
                    values,
                    fault: None,
                    geometry: None,
                });
            }
            number += line_ends(&rest[..record.len]);
            index += 1;
            rest = &rest[record.len..];
        }
        (rows, index)
    }

    /// Puts an apostrophe before all fields down to the header that a spreadsheet would run.
    pub(super) fn neutralise_formulas(&mut self) {
        let (delimiter, codec) = (self.delimiter, self.codec);
        let (mut above, mut rest) = (vec![], self.above.as_slice());
        while !rest.is_empty() {
            let record = scan(rest, delimiter, true, |_, _| ());
            let record = record.expect("a record in whole bytes is whole");
            let text = &rest[..record.text];
            if record.stray_quote.is_some() {
                let text = codec.decode(text);
                let text = formula_injection::neutralised(&text);
                push_quoted(&mut above, &codec.encode(&text));
            } else if !text.is_empty() {
                formula_injection::push_neutralised_record(&mut above, text, delimiter, codec);
            }
            above.extend_from_slice(&rest[record.text..record.len]);
            rest = &rest[record.len..];
        }
        let mut text = vec![];
        formula_injection::push_neutralised_record(&mut text, &self.text, delimiter, codec);
        (self.above, self.text) = (above, text);
    }

    /// Returns the first row of several titles of a list, when the rows below tell which of its columns are read, or that they
    /// do not tell which.
    fn by_values(
        start: &[u8],
        whole: bool,
        codec: Codec,
        delimiter: Option<u8>,
        job: &impl Job,
    ) -> Option<Result<Self, BatchError>> {
        let find: Find<'_> = &|names| Ok(vec![0; usize::from(has_several(names))]);
        let mut header = Self::read(start, find, codec, delimiter, MAX_ROWS_ABOVE, false).ok()?;
        header.widen(start, whole);
        let rows = header.first_rows(start, whole, SAMPLE_ROWS);
        match job.columns_by_rows(&header.names, &rows) {
            Ok(found) => header.read = found.read,
            Err(ColumnsError::NotFound { .. }) => return None,
            Err(fault) => return Some(Err(fault.into())),
        }
        Some(Ok(header))
    }

    /// Returns the first rows below the header with something in them, as texts, long ones cut; `start` begins where the
    /// text does.
    pub(super) fn first_rows(&self, start: &[u8], whole: bool, count: usize) -> Vec<Vec<String>> {
        let mut rest = start
            .get(usize::try_from(self.bytes).unwrap_or(start.len())..)
            .unwrap_or_default();
        let (mut rows, mut fields) = (vec![], 0);
        while rows.len() < count && fields < MAX_SAMPLE_FIELDS && !rest.is_empty() {
            let Some((row, len)) = self.first_row(rest, whole) else {
                break;
            };
            fields += self.names.len();
            rows.extend(row);
            rest = &rest[len..];
        }
        rows
    }

    /// Returns the row at the beginning of some bytes, unless nothing is in it, and its length; nothing when its end is not
    /// there. What does not go into fields is shown as the job puts it out: a surplus in the last one, a stray line in the
    /// first.
    fn first_row(&self, bytes: &[u8], whole: bool) -> Option<(Option<Vec<String>>, usize)> {
        let columns = self.names.len();
        let (mut fields, mut last, mut surplus) = (vec![], 0, Surplus::default());
        let record = scan(bytes, self.delimiter, whole, |index, field| {
            surplus.add(bytes, index, field.clone(), columns);
            if index < columns {
                last = field.start;
                fields.push(field);
            }
        })?;
        // As the job puts it out: the whole line in the first column.
        if record.stray_quote.is_some() {
            fields.clear();
            fields.push(0..record.text);
        } else if record.fields > columns && surplus.tolerated(self.delimiter).is_none() {
            fields[columns - 1] = last..record.text;
        }
        let mut cells: Vec<String> = fields
            .into_iter()
            .map(|field| {
                let (kept, _) = self.codec.output(&bytes[field]);
                shortened(&unquoted(self.codec.decode(&kept)))
            })
            .collect();
        cells.resize(columns, String::new());
        let blank = cells.iter().all(|cell| cell.trim().is_empty());
        Some(((!blank).then_some(cells), record.len))
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
        written.extend_from_slice(&self.above);
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

/// Writes the fields of a header.
fn push_names(out: &mut Vec<u8>, names: &[String], delimiter: u8, codec: Codec) {
    for (index, name) in names.iter().enumerate() {
        if index > 0 {
            out.push(delimiter);
        }
        push_field(out, &codec.encode(name), delimiter);
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
        FileFormat::Parquet => Err(BatchError::NotText(PARQUET_BY_PATH)),
        format => format
            .refusal_as_text()
            .map_or(Ok(()), |refusal| Err(BatchError::NotText(refusal))),
    }
}
