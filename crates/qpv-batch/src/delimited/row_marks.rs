//! The rows of a list in blocks of text, judged one after another before the blocks are answered on all cores.

use std::borrow::Cow;

use memchr::memchr_iter;
use qpv_delimited::{Codec, Surplus, scan, unquoted};

use super::header::Header;
use crate::list_rows::{ListColumns, ListRows, RowMark};

/// Judges the rows of blocks in order.
pub(super) struct RowMarks {
    pub(super) list: ListRows,
    columns: usize,
    named_columns: usize,
    delimiter: u8,
    codec: Codec,
    /// Line ends before the next block.
    lines: u64,
}

impl RowMarks {
    /// Judges the rows below a header.
    pub(super) fn new(header: &Header, columns: ListColumns) -> Self {
        Self {
            list: ListRows::new(&header.names, columns),
            columns: header.names.len(),
            named_columns: header.named_columns,
            delimiter: header.delimiter,
            codec: header.codec,
            lines: header.lines,
        }
    }

    /// Returns a mark or none for each record of a block.
    pub(super) fn of_block(&mut self, block: &[u8]) -> Vec<Option<RowMark>> {
        let (text, _) = self.codec.output(block);
        let (mut rest, mut marks) = (&*text, vec![]);
        while !rest.is_empty() {
            let (mut fields, mut surplus) = (Vec::with_capacity(self.columns), Surplus::default());
            let record = scan(rest, self.delimiter, true, |index, field| {
                surplus.add(rest, index, field.clone(), self.columns);
                if index < self.columns {
                    fields.push(unquoted(self.codec.decode(&rest[field])));
                }
            });
            let record = record.expect("a block has whole records only");
            let is_long =
                record.fields > self.columns && surplus.tolerated(self.delimiter).is_none();
            let is_sound = record.fields >= self.named_columns;
            fields.resize(self.columns, Cow::Borrowed(""));
            // What is not in fields tells nothing.
            let is_judged = record.stray_quote.is_none() && !is_long;
            marks.push(if is_judged {
                self.list.mark(self.lines + 1, &fields, is_sound)
            } else {
                None
            });
            self.lines += memchr_iter(b'\n', &rest[..record.len]).count() as u64;
            rest = &rest[record.len..];
        }
        marks
    }
}
