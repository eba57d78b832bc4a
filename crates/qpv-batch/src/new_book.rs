//! Lists in spreadsheets that do not come back as they were.

use qpv_french::{key, sentence};
use serde::Serialize;

/// The reason why a list in a spreadsheet comes back in a new book: its values with their types, and no more of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NewBookReason {
    /// It is an XLS book, or one in another format than that of the output.
    Format,
    /// It has no line of titles, whose place would move all rows.
    NoTitles,
    /// Its parts are put together in another way than programs do, or only some rows are written.
    Structure,
}

impl NewBookReason {
    /// Returns it as the end of a sentence for the command line.
    pub(crate) fn fault(self) -> &'static str {
        match self {
            Self::Format => "it has another format",
            Self::NoTitles => "it has no line of titles",
            Self::Structure => {
                "it is put together in an unusual way, or only some rows are written"
            }
        }
    }

    /// Returns the sentence that says so, and what to do.
    #[must_use]
    pub fn message_fr(self) -> String {
        let key = match self {
            Self::Format => key::LIST_NEW_BOOK_FORMAT,
            Self::NoTitles => key::LIST_NEW_BOOK_NO_TITLES,
            Self::Structure => key::LIST_NEW_BOOK_STRUCTURE,
        };
        sentence(key, &[])
    }
}
