//! A geocoder of French addresses: from a question to the addresses it may mean, and from a position to the nearest ones.
//!
//! [`IndexBuilder`] collects addresses and makes an [`AddressIndex`], one immutable file; [`AddressIndex::search`] and
//! [`AddressIndex::reverse`] answer from it, and [`AddressIndex::street`] gives the numbers of a street;
//! [`AddressIndex::within`] walks those in a box, [`AddressIndex::places_in`] the names of places. The rules of French addresses (abbreviations, sounds, words that are no part of
//! a name) are in `words.rs` and `question.rs`, the weights in `weights.rs`.
//!
//! The identifier of a parcel finds the addresses on it. A position too far from the other addresses of its commune
//! (`outliers.rs`) stays in the index, marked as doubtful: the caller must conclude nothing from it.
//!
//! Promises: an answer is an address of the index, and a number near the one asked is never given for it: its street is, at a
//! position between the neighbours of that number; two addresses that are equally likely have close scores. Out of scope:
//! files, reference systems other than WGS 84, zones.

mod abbreviations;
mod box_query;
mod builder;
mod candidate;
mod common_words;
mod commune_names;
mod copied_text;
mod delivery;
mod hash_table;
mod house_number;
mod index;
mod interpolation;
mod letter_sum;
mod name_lookup;
mod name_lookup_builder;
mod named_place;
mod numerals;
mod outliers;
mod parcels;
mod pieces;
mod place_names;
mod question;
mod reverse;
mod roads;
mod rows;
mod search;
mod signature;
mod similarity;
mod street;
mod street_number;
mod weights;
mod words;

pub use box_query::AddressInBox;
pub use builder::{BuiltIndex, DoubtfulPosition, IndexBuilder};
pub use candidate::{AddressKind, Candidate, NamedPlace, NumberNeighbours};
pub use commune_names::{partial_names, whole_names};
pub use index::AddressIndex;
pub use interpolation::SideNeighbours;
pub use named_place::{QuestionPlace, commune_words};
pub use place_names::PlaceAddresses;
pub use qpv_arrays::{ArrayBytes, ArraysError};
pub use question::matches_question;
pub use search::SearchFilter;
pub use street::Street;
pub use street_number::{HouseNumber, StreetNumber};
