//! Rows of one block: read, asked together, and written with their answers.

use std::io::Write;
use std::ops::Range;

use memchr::memchr_iter;
use qpv_delimited::{Codec, Surplus, formula_injection, push_field, push_quoted, scan, unquoted};
use qpv_service::Snapshot;
use smallvec::{SmallVec, smallvec};

use crate::cell::{Cell, CellWriter};
use crate::counts::AnswerCounts;
use crate::job::{Job, ROWS_PER_QUESTION};
use crate::list_rows::{RowMark, SKIPPED};
use crate::numbers::push_centimetres;
use crate::progress::RowPoint;
use crate::row_error::{BAD_ROW, RowError};

/// The settings that all rows have in common.
pub(super) struct Rows<'a, J> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) job: &'a J,
    /// The names of the columns that are read.
    pub(super) names: Vec<String>,
    /// For each column of the input, where it stands among those.
    pub(super) slots: Vec<SmallVec<[usize; 1]>>,
    /// For each column of the input, the added cell that takes its place; nothing when none does.
    pub(super) replaced: Vec<Option<usize>>,
    /// The added cells behind those of the input.
    pub(super) behind: Vec<usize>,
    /// Fields of the header.
    pub(super) columns: usize,
    /// Columns up to the last one with a name.
    pub(super) named_columns: usize,
    pub(super) delimiter: u8,
    /// The line end of a last row that has none.
    pub(super) line_end: &'static [u8],
    pub(super) codec: Codec,
    /// Fields of the input that a spreadsheet would run as formulas are neutralised too, as added ones always are.
    pub(super) neutralises_formulas: bool,
    /// The places of rows are wanted.
    pub(super) points: bool,
    /// The last added cell is that of remarks.
    pub(super) has_remarks: bool,
}

/// A block with its answers and counts.
pub(super) struct Answered {
    pub(super) text: Vec<u8>,
    pub(super) counts: Vec<AnswerCounts>,
    /// The places of rows, when they are wanted.
    pub(super) points: Vec<(u64, RowPoint)>,
    pub(super) rows: u64,
    /// Line ends read.
    pub(super) lines: u64,
    /// Bytes read.
    pub(super) bytes: u64,
    pub(super) converted_lines: u64,
}

/// A row as it was read.
struct Row<'b> {
    /// Without the line end.
    text: &'b [u8],
    line_end: &'b [u8],
    /// In the block, from 1.
    line: u64,
    shape: Shape,
    mark: Option<RowMark>,
    /// Its place among those asked.
    asked: Result<usize, RowError>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// As many fields as the header.
    Whole,
    /// Nothing on the line, or nothing but delimiters.
    Blank,
    /// Fields for all columns with a name, and none for that many behind them.
    Padded(usize),
    /// Empty fields behind those of the header: where the last one ends that has a column.
    Trimmed(usize),
    /// Too few fields, by that many.
    Short(usize),
    /// More fields than the header: where the last one begins that has a column.
    Long(usize),
    /// A quote that is not closed.
    Stray,
}

impl Shape {
    /// Returns whether every field stands under its own name.
    fn is_sound(self) -> bool {
        matches!(self, Self::Whole | Self::Padded(_) | Self::Trimmed(_))
    }
}

impl<J: Job> Rows<'_, J> {
    /// Answers a block of whole records, with the marks of those of a list.
    pub(super) fn answer(&self, block: &[u8], marks: &[Option<RowMark>]) -> Answered {
        let mut marks = marks.iter().copied();
        let (text, converted_lines) = self.codec.output(block);
        let mut answered = Answered {
            // Added columns make short rows several times longer: reserved once, not grown.
            text: Vec::with_capacity(text.len() * 3),
            counts: self.job.no_counts(),
            points: vec![],
            rows: 0,
            lines: 0,
            bytes: block.len() as u64,
            converted_lines,
        };
        let (mut rest, mut rows, mut asked) = (
            &*text,
            Vec::with_capacity(ROWS_PER_QUESTION),
            Vec::with_capacity(ROWS_PER_QUESTION),
        );
        while !rest.is_empty() {
            rows.clear();
            asked.clear();
            while rows.len() < ROWS_PER_QUESTION && !rest.is_empty() {
                let (row, len) =
                    self.read(rest, answered.lines + 1, marks.next().flatten(), &mut asked);
                answered.lines += memchr_iter(b'\n', &rest[..len]).count() as u64;
                rest = &rest[len..];
                rows.push(row);
            }
            let answers = self.job.answer(self.snapshot, &asked);
            self.write_all(&rows, &answers, &mut answered);
        }
        answered
    }

    /// The row at the beginning of some bytes, and its length. What it asks is put behind what is asked already.
    fn read<'b>(
        &self,
        bytes: &'b [u8],
        line: u64,
        mark: Option<RowMark>,
        asked: &mut Vec<J::Question>,
    ) -> (Row<'b>, usize) {
        let (mut last, mut surplus) = (0, Surplus::default());
        let mut fields: SmallVec<[Cell<'_>; 4]> = smallvec![Cell::Empty; self.names.len()];
        let record = scan(bytes, self.delimiter, true, |index, field| {
            // From here on, the surplus of a long row goes into the last column.
            if index + 1 == self.columns {
                last = field.start;
            }
            surplus.add(bytes, index, field.clone(), self.columns);
            for slot in self.slots.get(index).into_iter().flatten() {
                fields[*slot] = Cell::Text(unquoted(self.codec.decode(&bytes[field.clone()])));
            }
        });
        let record = record.expect("a block has whole records only");
        let shape = match record.fields {
            _ if record.stray_quote.is_some() => Shape::Stray,
            // In a table of one column it is a row with nothing in it.
            _ if record.text == 0 && self.columns > 1 => Shape::Blank,
            // What spreadsheets write of an empty row.
            _ if self.neutralises_formulas && self.is_blank(&bytes[..record.text]) => Shape::Blank,
            fields if fields < self.named_columns => Shape::Short(self.columns - fields),
            fields if fields < self.columns => Shape::Padded(self.columns - fields),
            fields if fields > self.columns => surplus
                .tolerated(self.delimiter)
                .map_or(Shape::Long(last), Shape::Trimmed),
            _ => Shape::Whole,
        };
        // Fields of another shape may stand under the wrong names, so nothing is asked of them.
        let question = if mark.is_some_and(RowMark::is_skipped) {
            Err(SKIPPED)
        } else if shape.is_sound() {
            self.job.read(&self.names, &fields)
        } else {
            Err(BAD_ROW)
        };
        let place = question.map(|question| {
            asked.push(question);
            asked.len() - 1
        });
        let line_end = if record.len == record.text {
            self.line_end
        } else {
            &bytes[record.text..record.len]
        };
        (
            Row {
                text: &bytes[..record.text],
                line_end,
                line,
                shape,
                mark,
                asked: place,
            },
            record.len,
        )
    }

    /// Writes rows with the answers to those that could be asked.
    fn write_all(&self, rows: &[Row<'_>], answers: &J::Answers, answered: &mut Answered) {
        for row in rows {
            // Blank lines are copied and not counted: they are no rows.
            if row.shape == Shape::Blank {
                if !self.job.leaves_rows_out() {
                    self.write_blank(&mut answered.text, row);
                }
                continue;
            }
            if row.asked == Err(SKIPPED) {
                if self.job.leaves_rows_out() {
                    continue;
                }
            } else {
                answered.rows += 1;
                self.job.count(
                    self.snapshot,
                    answers,
                    row.asked,
                    row.line,
                    &mut answered.counts,
                );
            }
            if let (true, Ok(place)) = (self.points, row.asked) {
                answered.points.extend(
                    self.job
                        .point(self.snapshot, answers, place)
                        .map(|point| (row.line, point)),
                );
            }
            if !self.job.keeps(answers, row.asked) {
                continue;
            }
            if self.replaced.is_empty() {
                self.write_kept(&mut answered.text, row);
                let mut cells = self.cells(&mut answered.text);
                self.job
                    .write(self.snapshot, answers, row.asked, &mut cells);
                self.write_remark(row.mark, &mut cells);
            } else {
                self.write_replacing(row, answers, &mut answered.text);
            }
            answered.text.extend_from_slice(row.line_end);
        }
    }

    /// Writes what is told of a row of a list.
    fn write_remark(&self, mark: Option<RowMark>, cells: &mut impl CellWriter) {
        match mark {
            _ if !self.has_remarks => {}
            Some(mark) => cells.text(&mark.remark()),
            None => cells.empty(),
        }
    }

    fn is_blank(&self, row: &[u8]) -> bool {
        row.iter()
            .all(|byte| *byte == self.delimiter || matches!(byte, b' ' | b'\t' | b'"'))
    }

    /// A row with nothing in it stays so, in as many fields as the others when it had any.
    fn write_blank(&self, out: &mut Vec<u8>, row: &Row<'_>) {
        if !row.text.is_empty() {
            out.resize(
                out.len() + self.columns - 1 + self.behind.len(),
                self.delimiter,
            );
        }
        out.extend_from_slice(row.line_end);
    }

    /// The row as it was read, without formulas where that is asked.
    fn write_kept(&self, out: &mut Vec<u8>, row: &Row<'_>) {
        if !self.neutralises_formulas {
            return self.write_row(out, row);
        }
        let mut text = Vec::with_capacity(row.text.len() + self.columns);
        self.write_row(&mut text, row);
        formula_injection::push_neutralised_record(out, &text, self.delimiter, self.codec);
    }

    /// The row as it was read, in as many fields as the header.
    fn write_row(&self, out: &mut Vec<u8>, row: &Row<'_>) {
        match row.shape {
            Shape::Whole | Shape::Blank => out.extend_from_slice(row.text),
            Shape::Trimmed(end) => out.extend_from_slice(&row.text[..end]),
            Shape::Padded(missing) | Shape::Short(missing) => {
                out.extend_from_slice(row.text);
                out.resize(out.len() + missing, self.delimiter);
            }
            Shape::Long(last) => {
                out.extend_from_slice(&row.text[..last]);
                push_quoted(out, &row.text[last..]);
            }
            // The whole line goes into the first column, so that nothing is lost.
            Shape::Stray => {
                push_quoted(out, row.text);
                out.resize(out.len() + self.columns - 1, self.delimiter);
            }
        }
    }

    /// The row with some of its fields replaced. One that is not in fields is put into the first field that stays.
    fn write_replacing(&self, row: &Row<'_>, answers: &J::Answers, out: &mut Vec<u8>) {
        let mut text = vec![];
        let mut cells = Line {
            ends: Some(vec![]),
            ..self.cells(&mut text)
        };
        self.job
            .write(self.snapshot, answers, row.asked, &mut cells);
        let ends = cells.ends.unwrap_or_default();
        let starts = std::iter::once(0).chain(ends.iter().copied());
        let cells: Vec<Range<usize>> = starts.zip(&ends).map(|(start, end)| start..*end).collect();
        let mut fields = vec![];
        if row.shape.is_sound() {
            let text_bytes = row.text.len();
            scan(row.text, self.delimiter, true, |_, field| {
                fields.push(field);
            });
            fields.resize(self.columns, text_bytes..text_bytes);
        }
        let stays = self
            .replaced
            .iter()
            .position(Option::is_none)
            .unwrap_or_default();
        for (index, replaced) in self.replaced.iter().enumerate() {
            if index > 0 {
                out.push(self.delimiter);
            }
            match (replaced, fields.get(index)) {
                (None, Some(field)) => out.extend_from_slice(&row.text[field.clone()]),
                (_, None) if index == stays => push_quoted(out, row.text),
                (None, None) => {}
                (Some(cell), _) => {
                    out.extend_from_slice(&text[cells[*cell].start + 1..cells[*cell].end]);
                }
            }
        }
        self.behind
            .iter()
            .for_each(|cell| out.extend_from_slice(&text[cells[*cell].clone()]));
    }

    fn cells<'o>(&self, out: &'o mut Vec<u8>) -> Line<'o> {
        Line::new(out, self.delimiter, self.codec)
    }
}

/// Writes cells as fields of a line, a delimiter before each.
pub(super) struct Line<'o> {
    out: &'o mut Vec<u8>,
    delimiter: u8,
    codec: Codec,
    /// The ends of the cells, when they matter.
    ends: Option<Vec<usize>>,
}

impl<'o> Line<'o> {
    /// Writes behind what is in `out`.
    pub(super) fn new(out: &'o mut Vec<u8>, delimiter: u8, codec: Codec) -> Self {
        Self {
            out,
            delimiter,
            codec,
            ends: None,
        }
    }

    fn end(&mut self) {
        if let Some(ends) = &mut self.ends {
            ends.push(self.out.len());
        }
    }
}

impl CellWriter for Line<'_> {
    fn text(&mut self, text: &str) {
        self.out.push(self.delimiter);
        // Names come from the files of others, and every table of text may be opened in a spreadsheet.
        let text = formula_injection::neutralised(text);
        push_field(self.out, &self.codec.encode(&text), self.delimiter);
        self.end();
    }

    fn number(&mut self, value: f64, decimals: usize) {
        self.out.push(self.delimiter);
        // Every row has distances, and the general formatter is slower.
        if decimals == 2 {
            push_centimetres(self.out, value);
        } else {
            write!(self.out, "{value:.decimals$}").expect("a vector takes all");
        }
        self.end();
    }

    fn empty(&mut self) {
        self.out.push(self.delimiter);
        self.end();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn added_texts_are_no_formulas_and_numbers_stay_numbers() {
        let mut out = vec![];
        let mut line = Line {
            out: &mut out,
            delimiter: b',',
            codec: Codec::detect(b"a", true, qpv_delimited::Encoding::Utf8),
            ends: None,
        };
        line.text("=HYPERLINK(1)");
        line.text("@SUM(A1)");
        line.text("+1+cmd|' /C calc'!A0");
        line.text("\t-2+3");
        line.text("Rue des Cordiers");
        line.text("+33 1 02 03 04 05");
        line.number(-3.6, 6);
        assert_eq!(
            String::from_utf8(out).unwrap(),
            ",'=HYPERLINK(1),'@SUM(A1),'+1+cmd|' /C calc'!A0,'\t-2+3,Rue des Cordiers,+33 1 02 03 04 05,-3.600000"
        );
    }
}
