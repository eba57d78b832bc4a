//! Readers of what public bodies publish, and the dataset on disk.
//!
//! An import goes this way: files are found and unpacked, each layer is read as it is ([`readers`]), its columns are
//! recognised ([`schema`]), its reference system is checked ([`crs`]), invalid outlines are repaired ([`repair`]), and the
//! whole becomes a [`qpv_model::VintageLayer`] with an [`ImportReport`], or a custom layer ([`import`]). The [`store`] writes
//! it as an immutable dataset and opens it again; [`http_client`] is the way to any server. Files of addresses are read
//! by [`addresses`], lists of schools and other places by [`places`], parcels and
//! buildings by [`footprints`], figures on neighbourhoods by
//! [`statistics`], archives of map tiles by [`ground_archive`]. Which vintages there are is in [`vintages`].
//!
//! Promises: nothing is dropped silently, nothing half-written is ever served. Owns `proj`: no other crate projects.

pub mod addresses;
pub mod communes;
pub mod crs;
mod error;
pub mod footprints;
pub mod ground_archive;
mod headers;
pub mod http_client;
pub mod import;
pub mod indicators;
pub mod places;
pub mod readers;
pub mod repair;
pub mod report;
pub mod schema;
mod source;
pub mod statistics;
pub mod store;
pub mod territories;
pub mod vintages;
pub mod zonings;

pub use error::Error;
pub use report::ImportReport;
