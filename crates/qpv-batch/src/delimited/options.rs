//! Options of delimited text.

use qpv_delimited::Encoding;

/// The writing of the text, where it cannot be recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DelimitedOptions {
    /// An ASCII character; `None` to find it in the first line, among `;` tab `|` `,`.
    pub delimiter: Option<u8>,
    /// The encoding of the input, which the output keeps.
    pub encoding: Encoding,
    /// Added columns take the places of those of their names, instead of getting other names.
    pub replaces: bool,
    /// Rows of an output of another format begin with their number, in a column `row`.
    pub with_numbers: bool,
    /// An output in UTF-8 begins with a byte order mark even if the input does not.
    pub with_mark: bool,
}
