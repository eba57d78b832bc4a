//! The added columns, being filled row by row. What is empty is null.
//!
//! Texts are few and come again and again (codes, names, reasons): a column of them is a dictionary, which is neither copied
//! nor compared row by row when it is written. Readers see plain texts.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::builder::{Float64Builder, Int32Builder};
use arrow_array::types::Int32Type;
use arrow_array::{ArrayRef, DictionaryArray, StringArray};

use crate::cell::{AddedColumn, CellWriter};

/// Texts that are found again by their address, as a power of two: as many as there are perimeters.
const RECENT_BITS: u32 = 12;
const RECENT_TEXTS: usize = 1 << RECENT_BITS;
/// Spreads addresses, which lie at equal distances: the golden ratio, as Knuth has it for multiplicative hashing.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// The added columns of a part.
pub(crate) struct AddedCells {
    columns: Vec<ColumnBuilder>,
    next: usize,
}

enum ColumnBuilder {
    Text(Box<TextDictionary>),
    Number(Float64Builder),
}

/// A column of texts.
struct TextDictionary {
    keys: Int32Builder,
    /// The texts, one behind the other, and their ends.
    texts: String,
    ends: Vec<usize>,
    known: HashMap<Box<str>, i32>,
    /// The keys of the texts that came last, by the address they came from.
    recent: Box<[i32; RECENT_TEXTS]>,
}

impl TextDictionary {
    fn new(rows: usize) -> Self {
        Self {
            keys: Int32Builder::with_capacity(rows),
            texts: String::new(),
            ends: vec![],
            known: HashMap::new(),
            recent: Box::new([0; RECENT_TEXTS]),
        }
    }

    #[inline]
    fn push(&mut self, text: &str) {
        let address = text.as_ptr().addr() as u64;
        // The upper bits are spread best.
        let slot = address.wrapping_mul(SPREAD) >> (u64::BITS - RECENT_BITS);
        let slot = usize::try_from(slot).unwrap_or_default();
        let recent = self.recent[slot];
        // The text decides and not the address, which one of another text may have had.
        if self.text(recent) == Some(text) {
            self.keys.append_value(recent);
            return;
        }
        let key = self.key(text);
        self.recent[slot] = key;
        self.keys.append_value(key);
    }

    #[inline]
    fn text(&self, key: i32) -> Option<&str> {
        let key = usize::try_from(key).ok()?;
        let end = *self.ends.get(key)?;
        let start = key.checked_sub(1).map_or(0, |before| self.ends[before]);
        Some(&self.texts[start..end])
    }

    fn key(&mut self, text: &str) -> i32 {
        if let Some(key) = self.known.get(text) {
            return *key;
        }
        let key = i32::try_from(self.ends.len()).expect("a part has fewer rows");
        self.known.insert(text.into(), key);
        self.texts.push_str(text);
        self.ends.push(self.texts.len());
        key
    }

    fn finish(mut self) -> ArrayRef {
        let keys = self.keys.finish();
        let texts = (0..).map_while(|key| self.text(key));
        let values = Arc::new(StringArray::from_iter_values(texts));
        Arc::new(DictionaryArray::<Int32Type>::new(keys, values))
    }
}

impl AddedCells {
    pub(crate) fn new(added: &[AddedColumn], rows: usize) -> Self {
        let columns = added.iter().map(|column| {
            if column.number {
                ColumnBuilder::Number(Float64Builder::with_capacity(rows))
            } else {
                ColumnBuilder::Text(Box::new(TextDictionary::new(rows)))
            }
        });
        Self {
            columns: columns.collect(),
            next: 0,
        }
    }

    /// The column whose turn it is.
    #[inline]
    fn next(&mut self) -> &mut ColumnBuilder {
        let column = self.next;
        // A comparison takes less than the remainder of a division, for every cell.
        self.next = if column + 1 == self.columns.len() {
            0
        } else {
            column + 1
        };
        &mut self.columns[column]
    }

    pub(crate) fn finish(self) -> impl Iterator<Item = ArrayRef> {
        self.columns.into_iter().map(|column| match column {
            ColumnBuilder::Text(column) => column.finish(),
            ColumnBuilder::Number(mut column) => Arc::new(column.finish()),
        })
    }
}

impl CellWriter for AddedCells {
    #[inline]
    fn text(&mut self, text: &str) {
        match self.next() {
            ColumnBuilder::Text(column) if text.is_empty() => column.keys.append_null(),
            ColumnBuilder::Text(column) => column.push(text),
            ColumnBuilder::Number(_) => unreachable!("a column of numbers gets numbers"),
        }
    }

    #[inline]
    fn number(&mut self, value: f64, _: usize) {
        match self.next() {
            ColumnBuilder::Number(column) => column.append_value(value),
            ColumnBuilder::Text(_) => unreachable!("a column of texts gets texts"),
        }
    }

    #[inline]
    fn empty(&mut self) {
        match self.next() {
            ColumnBuilder::Text(column) => column.keys.append_null(),
            ColumnBuilder::Number(column) => column.append_null(),
        }
    }
}
