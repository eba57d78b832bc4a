//! One block: its rows read, asked together, written with their answers.

use memchr::memchr_iter;

use super::dialect::{Encoding, decoded};
use super::records::{push_field, push_quoted, scan};
use crate::batch::AnswerCounts;
use crate::batch::answers::{Answer, RowFault, Standings, TOGETHER, ask, place};
use crate::batch::columns::{ADDED, Positions};
use crate::batch::numbers::{coordinate, push_centimetres};
use crate::{Choice, Place, QueryError, Snapshot, Standing};

/// What all rows have in common.
pub(super) struct Rows<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) positions: Positions,
    pub(super) choices: &'a [Choice],
    pub(super) uncertainty_m: Option<f64>,
    /// Fields of the header.
    pub(super) columns: usize,
    pub(super) delimiter: u8,
    /// Of a last row that has none.
    pub(super) line_end: &'static [u8],
    pub(super) encoding: Encoding,
}

/// A block with its answers, and what was counted in it.
pub(super) struct Answered {
    pub(super) text: Vec<u8>,
    pub(super) counts: Vec<AnswerCounts>,
    pub(super) rows: u64,
    /// Line ends read.
    pub(super) lines: u64,
    /// Bytes read.
    pub(super) bytes: u64,
    pub(super) windows_1252_lines: u64,
}

/// A row as it was read.
struct Row<'b> {
    /// Without the line end.
    text: &'b str,
    line_end: &'b [u8],
    /// In the block, from 1.
    line: u64,
    shape: Shape,
    fault: Option<RowFault>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// As many fields as the header.
    Whole,
    /// Nothing on the line.
    Blank,
    /// That many fields too few.
    Short(usize),
    /// More fields than the header: where the last one begins that has a column.
    Long(usize),
    /// A quote that is not closed.
    Stray,
}

impl Rows<'_> {
    /// Answers a block of whole records.
    pub(super) fn answer(&self, block: &[u8]) -> Answered {
        let (text, windows_1252_lines) = decoded(block, self.encoding);
        let mut answered = Answered {
            text: Vec::with_capacity(text.len() * 3),
            counts: vec![AnswerCounts::default(); self.choices.len()],
            rows: 0,
            lines: 0,
            bytes: block.len() as u64,
            windows_1252_lines,
        };
        let (mut rest, mut rows, mut places) = (&*text, Vec::with_capacity(TOGETHER), Vec::with_capacity(TOGETHER));
        while !rest.is_empty() {
            rows.clear();
            places.clear();
            while rows.len() < TOGETHER && !rest.is_empty() {
                let (row, place, len) = self.read(rest, answered.lines + 1);
                answered.lines += memchr_iter(b'\n', &rest.as_bytes()[..len]).count() as u64;
                rest = &rest[len..];
                places.extend(place);
                rows.push(row);
            }
            let standings = ask(self.snapshot, &places, self.choices, self.uncertainty_m);
            self.write_all(&rows, &standings, &mut answered);
        }
        answered
    }

    /// The row at the beginning of a text, its place if it has one, and its length.
    fn read<'b>(&self, text: &'b str, line: u64) -> (Row<'b>, Option<Place>, usize) {
        let bytes = text.as_bytes();
        let Positions { first, second, crs } = self.positions;
        let (mut x, mut y, mut last) = (0..0, 0..0, 0);
        let record = scan(bytes, self.delimiter, true, |index, field| {
            if index + 1 == self.columns {
                last = field.start;
            }
            if index == first {
                x = field.clone();
            }
            if index == second {
                y = field;
            }
        });
        let record = record.expect("a block has whole records only");
        let shape = match record.fields {
            _ if record.stray => Shape::Stray,
            _ if record.text == 0 => Shape::Blank,
            fields if fields < self.columns => Shape::Short(self.columns - fields),
            fields if fields > self.columns => Shape::Long(last),
            _ => Shape::Whole,
        };
        let place = match shape {
            Shape::Whole => place(coordinate(&bytes[x]), coordinate(&bytes[y]), crs),
            _ => Err(RowFault::BadRow),
        };
        let line_end = if record.len == record.text { self.line_end } else { &bytes[record.text..record.len] };
        let row = Row { text: &text[..record.text], line_end, line, shape, fault: place.err() };
        (row, place.ok(), record.len)
    }

    /// Writes rows with the answers to those that could be asked.
    fn write_all(&self, rows: &[Row<'_>], standings: &[Standings], answered: &mut Answered) {
        let mut asked = 0;
        for row in rows {
            self.write_row(&mut answered.text, row);
            if row.shape != Shape::Blank {
                answered.rows += 1;
                for (standings, counts) in standings.iter().zip(&mut answered.counts) {
                    let standing = match row.fault {
                        Some(fault) => Err(fault.code()),
                        None => standings[asked].as_ref().map_err(QueryError::code),
                    };
                    counts.count(standing, row.line);
                    self.write_added(&mut answered.text, standing);
                }
                asked += usize::from(row.fault.is_none());
            }
            answered.text.extend_from_slice(row.line_end);
        }
    }

    /// The row as it was read, in as many fields as the header.
    fn write_row(&self, out: &mut Vec<u8>, row: &Row<'_>) {
        match row.shape {
            Shape::Whole | Shape::Blank => out.extend_from_slice(row.text.as_bytes()),
            Shape::Short(missing) => {
                out.extend_from_slice(row.text.as_bytes());
                out.resize(out.len() + missing, self.delimiter);
            }
            Shape::Long(last) => {
                out.extend_from_slice(&row.text.as_bytes()[..last]);
                push_quoted(out, &row.text[last..]);
            }
            Shape::Stray => {
                push_quoted(out, row.text);
                out.resize(out.len() + self.columns - 1, self.delimiter);
            }
        }
    }

    fn write_added(&self, out: &mut Vec<u8>, standing: Result<&Standing, &'static str>) {
        let answer = match standing {
            Ok(standing) => Answer::new(self.snapshot, standing),
            Err(code) => {
                out.resize(out.len() + ADDED.len(), self.delimiter);
                out.extend_from_slice(code.as_bytes());
                return;
            }
        };
        out.push(self.delimiter);
        out.extend_from_slice(answer.zone.as_bytes());
        out.push(self.delimiter);
        out.extend_from_slice(answer.codes().as_bytes());
        out.push(self.delimiter);
        push_field(out, &answer.names(), self.delimiter);
        out.push(self.delimiter);
        if let Some(distance_m) = answer.distance_m {
            push_centimetres(out, distance_m);
        }
        for text in [answer.nearest_code_qp.unwrap_or_default(), answer.certainty, answer.vintage, ""] {
            out.push(self.delimiter);
            out.extend_from_slice(text.as_bytes());
        }
    }
}
