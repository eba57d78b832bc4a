//! Documents made of answers: signed reports, and comparisons as files.
//!
//! [`Signer`] makes a signed page of a check ([`report`]) and verifies such pages. [`comparison`] writes what became of the
//! perimeters of an area as CSV, workbook, GeoJSON, GeoPackage, `GeoParquet` or printed sheets. [`geopackage`] and [`geoparquet`]
//! write tables of features, [`perimeters`] is the perimeters themselves as a file.
//!
//! Promises: the same answer gives the same document; a document is made whole or not at all. Refuses to answer questions
//! itself: it only shows what the service answered.

mod canvas;
pub mod comparison;
pub mod geopackage;
pub mod geoparquet;
mod palette;
pub mod perimeters;
mod plan;
pub mod report;

pub use comparison::{ExportError, ExportFormat, ExportTable, MAX_SHEETS};
pub use report::signer::Signer;
pub use report::{Report, ReportError, ReportRequest};
