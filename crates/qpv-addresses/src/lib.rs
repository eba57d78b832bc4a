//! A geocoder of French addresses: from a question to the addresses it may mean, and from a position to the nearest.
//!
//! [`IndexBuilder`] takes addresses in and makes an [`AddressIndex`], one immutable file; [`AddressIndex::search`] and
//! [`AddressIndex::reverse`] answer from it, and [`AddressIndex::street`] gives the numbers of a street;
//! [`AddressIndex::within`] walks those in a box. The rules of French addresses (abbreviations, sounds, what is no part of a
//! name) are in [`words`] and [`question`].
//!
//! Promises: an answer is an address of the index, never a number near the one asked as if it were that one; two
//! addresses that are as likely have close scores. Refuses: files, reference systems other than WGS 84, zones.

mod answer;
mod build;
mod index;
mod likeness;
mod question;
mod reverse;
mod search;
mod signature;
mod street;
mod within;
mod words;

pub use answer::{AddressKind, Candidate, NumberNeighbours};
pub use build::IndexBuilder;
pub use index::AddressIndex;
pub use qpv_arrays::{ArrayBytes, ArraysError};
pub use question::matches_question;
pub use search::SearchFilter;
pub use street::{HouseNumber, Street, StreetNumber};
pub use within::AddressInBox;
