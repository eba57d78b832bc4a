//! Communes: the table of all with their history ([`CommuneTable`]), its files ([`read_communes`]), and the matching of
//! names to codes for perimeters published without codes, those of 2015 ([`match_communes`]).

mod names;
mod read;
mod table;

pub use names::{match_communes, match_missing, published_names};
pub use read::{CommunesReport, read_communes};
pub use table::CommuneTable;
