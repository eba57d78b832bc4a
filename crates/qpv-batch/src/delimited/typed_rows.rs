//! The rows of delimited text as values, for an output of another format.

use std::io::Read;

use calamine::Data;
use memchr::memchr_iter;
use qpv_delimited::{Blocks, Codec, Surplus, is_empty_field, scan, unquoted};

use super::header::{Header, open};
use super::options::DelimitedOptions;
use crate::error::BatchError;
use crate::job::Job;
use crate::row_error::BAD_ROW;
use crate::row_table;
use crate::rows::{Row, Rows};

/// The rows of a text, all of whose values are texts.
pub(crate) struct TextRows<R> {
    blocks: Blocks<R>,
    block: Vec<u8>,
    /// The beginning of the next record in the block.
    next: usize,
    index: u64,
    /// Line ends read.
    lines: u64,
    columns: usize,
    named_columns: usize,
    delimiter: u8,
    codec: Codec,
    /// Rows with nothing but delimiters are no rows, as in people's lists.
    skips_blank: bool,
    pub(crate) converted_lines: u64,
}

impl<R: Read> TextRows<R> {
    /// Reads the header and stops before the first row.
    ///
    /// # Errors
    /// [`BatchError`]: it is no delimited text, or the columns that the job reads are not found.
    pub(crate) fn open(
        input: R,
        job: &impl Job,
        options: DelimitedOptions,
    ) -> Result<(row_table::Header, Self), BatchError> {
        let (blocks, header) = open(input, job, options)?;
        let (above, index) = header.rows_above();
        let rows = Self {
            blocks,
            block: vec![],
            next: 0,
            index,
            lines: header.lines,
            columns: header.names.len(),
            named_columns: header.named_columns,
            delimiter: header.delimiter,
            codec: header.codec,
            skips_blank: job.for_spreadsheets(),
            converted_lines: header.converted_lines,
        };
        Ok((header.into_row(above, index).with_stated(job)?, rows))
    }

    /// Returns the name of the encoding.
    pub(crate) fn encoding(&self) -> &'static str {
        self.codec.name()
    }

    /// Reads the record at the beginning of some bytes; `None` for one with nothing in it.
    fn read(&self, bytes: &[u8]) -> (Option<Row>, usize) {
        let (mut fields, mut last, mut surplus) = (vec![], 0, Surplus::default());
        let mut is_filled = false;
        let record = scan(bytes, self.delimiter, true, |index, field| {
            // The same shapes as in `rows.rs`, which writes rows as they were read.
            surplus.add(bytes, index, field.clone(), self.columns);
            is_filled |= !is_empty_field(&bytes[field.clone()]);
            if index < self.columns {
                last = field.start;
                fields.push(field);
            }
        });
        let record = record.expect("a block has whole records only");
        let is_blank = record.text == 0 && self.columns > 1
            || self.skips_blank && record.stray_quote.is_none() && !is_filled;
        if is_blank {
            return (None, record.len);
        }
        let is_long = record.fields > self.columns && surplus.tolerated(self.delimiter).is_none();
        let is_short = record.fields < self.named_columns;
        let mut fault = (is_long || is_short).then_some(BAD_ROW);
        // What does not go into fields stays readable: a stray line in the first column, a surplus in the last one.
        let mut values: Vec<Data> = if record.stray_quote.is_some() {
            fault = Some(BAD_ROW);
            vec![Data::String(
                self.codec.decode(&bytes[..record.text]).into_owned(),
            )]
        } else {
            fields
                .iter()
                .map(|field| self.value(&bytes[field.clone()]))
                .collect()
        };
        if is_long && let Some(value) = values.last_mut() {
            *value = Data::String(self.codec.decode(&bytes[last..record.text]).into_owned());
        }
        let row = Row {
            number: self.lines + 1,
            fault,
            ..Row::new(self.index + 1, values)
        };
        (Some(row), record.len)
    }

    /// Returns the value of a field: nothing, unless quotes say that it is an empty text.
    fn value(&self, field: &[u8]) -> Data {
        // The convention of DuckDB and PostgreSQL.
        if field.is_empty() {
            return Data::Empty;
        }
        Data::String(unquoted(self.codec.decode(field)).into_owned())
    }
}

impl<R: Read> Rows for TextRows<R> {
    fn next(&mut self) -> Result<Option<Row>, BatchError> {
        loop {
            if self.next == self.block.len() {
                let Some(block) = self.blocks.next_block()? else {
                    return Ok(None);
                };
                let (text, converted) = self.codec.output(&block);
                self.converted_lines += converted;
                (self.block, self.next) = (text.into_owned(), 0);
                continue;
            }
            let (row, bytes) = self.read(&self.block[self.next..]);
            let record = &self.block[self.next..self.next + bytes];
            // A field of several lines makes rows and lines differ.
            self.lines += memchr_iter(b'\n', record).count() as u64;
            self.next += bytes;
            self.index += 1;
            if row.is_some() {
                return Ok(row);
            }
        }
    }
}

impl Header {
    /// Returns the header as a row of this number among all records, below others.
    fn into_row(self, above: Vec<Row>, index: u64) -> row_table::Header {
        let number = self.first_line();
        let values = self.names.iter().cloned().map(Data::String).collect();
        let row = Row {
            number,
            ..Row::new(index, values)
        };
        row_table::Header {
            above,
            by_content: self.by_content,
            unread: self.unread,
            ..row_table::Header::new(row, self.names, self.read)
        }
    }
}
