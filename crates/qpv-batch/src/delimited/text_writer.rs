//! Delimited text made of rows of another format.

use std::io::Write;

use calamine::Data;
use qpv_delimited::formula_injection::neutralised;
use qpv_delimited::{BYTE_ORDER_MARK, Codec, Encoding, push_field};

use super::options::DelimitedOptions;
use crate::cell::{AddedColumn, CellWriter};
use crate::error::BatchError;
use crate::rows::{AddedCell, Row, RowWriter, written};

use super::rows::Line;

/// The delimiter of French spreadsheets, whose numbers have commas.
const DELIMITER: u8 = b';';
const LINE_END: &[u8] = b"\r\n";

/// An output of delimited text.
pub(crate) struct TextWriter<W> {
    out: W,
    line: Vec<u8>,
    columns: usize,
    delimiter: u8,
    codec: Codec,
    has_mark: bool,
    with_numbers: bool,
}

impl<W: Write> TextWriter<W> {
    /// Writes to `out`, in UTF-8 with a byte order mark unless an encoding is named.
    pub(crate) fn new(out: W, options: DelimitedOptions) -> Self {
        Self {
            out,
            line: vec![],
            columns: 0,
            delimiter: options.delimiter.unwrap_or(DELIMITER),
            codec: Codec::detect(b"", true, options.encoding),
            // Without it, Excel takes the text for Windows-1252.
            has_mark: options.encoding == Encoding::Auto,
            with_numbers: options.with_numbers,
        }
    }

    /// Ends the output.
    pub(crate) fn finish(mut self) -> Result<(), BatchError> {
        self.out.flush().map_err(BatchError::Write)
    }

    /// Returns the name of the encoding.
    pub(crate) fn encoding(&self) -> &'static str {
        self.codec.name()
    }

    fn push(&mut self, text: &str) {
        // A text of a spreadsheet is no formula there, and would be one here.
        let text = neutralised(text);
        push_field(&mut self.line, &self.codec.encode(&text), self.delimiter);
    }

    fn end_line(&mut self) -> Result<(), BatchError> {
        self.line.extend_from_slice(LINE_END);
        let written = self.out.write_all(&self.line);
        self.line.clear();
        written.map_err(BatchError::Write)
    }

    fn value(&mut self, value: &Data) {
        match (value, written(value)) {
            (_, None) => {}
            // Quotes distinguish an empty text from nothing.
            (Data::String(text), _) if text.is_empty() => self.line.extend_from_slice(b"\"\""),
            (Data::String(text), _) => self.push(text),
            // Neither numbers nor dates run as formulas.
            (_, Some(text)) => {
                push_field(&mut self.line, &self.codec.encode(&text), self.delimiter);
            }
        }
    }
}

impl<W: Write> RowWriter for TextWriter<W> {
    fn row_above(&mut self, _: &Row) -> Result<(), BatchError> {
        Ok(())
    }

    fn header(
        &mut self,
        _: &Row,
        names: &[String],
        added: &[AddedColumn],
    ) -> Result<(), BatchError> {
        if self.has_mark {
            self.line.extend_from_slice(BYTE_ORDER_MARK);
        }
        self.columns = names.len();
        if self.with_numbers {
            self.line.extend_from_slice(b"row");
            self.line.push(self.delimiter);
        }
        let added = added.iter().map(|column| &column.name);
        for (index, name) in names.iter().chain(added).enumerate() {
            if index > 0 {
                self.line.push(self.delimiter);
            }
            self.push(name);
        }
        self.end_line()
    }

    fn row(&mut self, row: &Row, added: &[AddedCell]) -> Result<(), BatchError> {
        if self.with_numbers {
            self.line
                .extend_from_slice(row.number.to_string().as_bytes());
            self.line.push(self.delimiter);
        }
        for column in 0..self.columns {
            if column > 0 {
                self.line.push(self.delimiter);
            }
            // Rows end with their last value.
            if let Some(value) = row.values.get(column) {
                self.value(value);
            }
        }
        let mut line = Line::new(&mut self.line, self.delimiter, self.codec);
        for cell in added {
            match cell {
                AddedCell::Text(text) => line.text(text),
                AddedCell::Number(number, decimals) => line.number(*number, *decimals),
                AddedCell::Empty => line.empty(),
            }
        }
        self.end_line()
    }
}
