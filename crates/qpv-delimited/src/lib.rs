//! Delimited text as it is met in France: read the same way by lists and by imports.
//!
//! The rule, for all that reads delimited text in this workspace:
//!
//! - **Delimiter**: `;`, tab, `|` or `,`, the one that makes most fields of the first line, in that order when several
//!   make as many ([`delimiters`]).
//! - **Quotes**: a field that begins with `"` ends at the next one that is not doubled, and may hold delimiters and line
//!   ends. A quote elsewhere is a character like any other.
//! - **Text after a closing quote** belongs to the field, read literally up to the delimiter: `"Lilas" (les)` keeps its
//!   quotes. Blanks there do not count.
//! - **A stray quote** is one that is not closed within [`MAX_QUOTED_BYTES`] or [`MAX_QUOTED_LINE_ENDS`], or that is
//!   closed on another line and followed by text. Its line is a record by itself, whose fields mean nothing; the next
//!   line starts afresh, so that one forgotten quote costs one row and not the rest of the file.
//! - **Lines** end with LF or CRLF; a DOS end mark (U+001A) at the end of the text is no part of it. A record longer than [`MAX_RECORD_BYTES`] ends the reading ([`ReadError`]).
//! - **Titles** and blank lines may stand above the header, [`MAX_ROWS_ABOVE`] rows at most: the header is the one whose columns are
//!   recognised.
//! - **Encoding**: UTF-8, with or without byte order mark, or Windows-1252, line by line where they are mixed. A list may be in Mac
//!   Roman, code page 850 or UTF-16 too, and end its lines with carriage returns alone.
//! - **Delimiters at the end** of rows but not of the header, or the reverse, put nothing out of place: empty fields there are
//!   tolerated ([`Surplus`]).
//!
//! [`RecordReader`] gives records with their lines and faults. Who must return rows byte for byte cuts a stream with
//! [`Blocks`] and splits it with [`scan`]. [`FileFormat`] recognises files of all kinds; [`foreign_fault`] names the command
//! that converts one; [`formula_injection`] keeps
//! spreadsheets from running what people wrote.
//!
//! Imports no other crate of the workspace.

mod blocks;
mod charset;
mod dialect;
mod foreign;
pub mod formula_injection;
mod french_score;
mod reader;
mod records;
mod separator_line;
mod sniff;
mod surplus;
mod text_stream;

pub use blocks::{Blocks, MAX_RECORD_BYTES, ReadError};
pub use charset::CP850;
pub use dialect::{BYTE_ORDER_MARK, Codec, Encoding, delimiters, delimiters_below};
pub use foreign::{foreign_fault, foreign_fault_in_zip, foreign_json_fault};
pub use reader::{MAX_ROWS_ABOVE, RecordFault, RecordReader, StringRecord, TextHeader};
pub use records::{
    MAX_QUOTED_BYTES, MAX_QUOTED_LINE_ENDS, RecordSpan, push_field, push_quoted, push_record, scan,
    unquoted,
};
pub use separator_line::SeparatorLine;
pub use sniff::{FileFormat, SNIFFED_BYTES};
pub use surplus::{Surplus, blank_record, common_surplus, is_empty_field, named_columns};
