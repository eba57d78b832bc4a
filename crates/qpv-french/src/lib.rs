//! The French of `qpv`: sentences, numbers and days as people read and write them.
//!
//! [`sentence`] fills a sentence of the catalogue `fr.json`, which the web page reads too; its [`Key`] is a constant of
//! [`mod@key`], so a key that the catalogue does not have does not compile. [`numbers`] and [`dates`] write
//! values for a French reader, [`dates`] reads days as lists write them, and [`fold`] makes two spellings of one name equal. [`plain`] leaves out of
//! a text what would command a terminal.
//!
//! Promises: no text for end users exists outside `fr.json`. Refuses: every type of another crate of the workspace.

mod catalogue;
pub mod dates;
pub mod departments;
pub mod fold;
pub mod numbers;
mod plain;

pub use catalogue::{Key, key, sentence};
pub use plain::{bounded, plain};
