//! The fields of a row that a job reads, and the cells it adds, apart from the format of the table.

use std::borrow::Cow;

/// A field of a row, as a job reads it.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'a> {
    /// Nothing.
    Empty,
    /// A text: all that delimited text has.
    Text(Cow<'a, str>),
    /// A number of a column that holds numbers.
    Number(f64),
    /// A number of single precision.
    Single(f32),
}

impl Cell<'_> {
    /// Returns the text of the field, a number in its shortest form.
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Empty => Cow::Borrowed(""),
            Self::Text(text) => Cow::Borrowed(text),
            Self::Number(number) => Cow::Owned(number.to_string()),
            Self::Single(number) => Cow::Owned(number.to_string()),
        }
    }

    /// Returns whether there is nothing in the field, or nothing but blanks.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(text) => text.trim().is_empty(),
            Self::Number(_) | Self::Single(_) => false,
        }
    }
}

/// Takes the added cells of a row, one after the other.
pub trait CellWriter {
    /// Adds a text.
    fn text(&mut self, text: &str);
    /// Adds a number, with that many decimals where numbers are written as texts.
    fn number(&mut self, value: f64, decimals: usize);
    /// Adds an empty cell.
    fn empty(&mut self);

    /// Adds a number, or an empty cell.
    fn number_or_empty(&mut self, value: Option<f64>, decimals: usize) {
        match value {
            Some(value) => self.number(value, decimals),
            None => self.empty(),
        }
    }
}

/// A column that is added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddedColumn {
    /// Its name.
    pub name: String,
    /// True if it holds numbers, else texts.
    pub number: bool,
}
