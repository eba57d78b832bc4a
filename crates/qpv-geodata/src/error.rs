//! What can go wrong while reading, storing or fetching data.

use std::path::PathBuf;

use qpv_model::{Crs, QpvCode, Vintage};

use crate::ImportReport;

/// Every failure of this crate. Messages say what, where and what to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file could not be read or written.
    #[error("{path}: {source}", path = path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },

    // The readers and the import.
    /// A file is of no kind that can be read.
    #[error("{file}: {fault}; expected a shapefile (.shp), GeoJSON, a GeoPackage, or a zip of these")]
    UnknownFormat {
        /// The file.
        file: String,
        /// What it looks like instead.
        fault: String,
    },
    /// A file is cut or damaged.
    #[error("{file}{}: {fault}; fetch or export the file again", at_feature(*feature))]
    Unreadable {
        /// The file, and the entry or table within it.
        file: String,
        /// The feature where reading stopped, from 1, when known.
        feature: Option<usize>,
        /// What is wrong.
        fault: String,
    },
    /// A file that goes with a `.shp` is missing.
    #[error("{file}: no {part} file beside it; a shapefile comes as .shp, .dbf and .prj of the same name")]
    MissingPart {
        /// The `.shp`.
        file: String,
        /// Extension of what is missing.
        part: &'static str,
    },
    /// Unpacking an archive (or reading a file) would take too much room.
    #[error("{file}: {fault}; if the file can be trusted, raise the limit")]
    OverLimit {
        /// The archive and the entry.
        file: String,
        /// The limit passed.
        fault: String,
    },
    /// A layer's columns are not those of a perimeter layer.
    #[error(
        "{layer}: {fault}. Columns found: {}. Name them with --map OFFICIAL=FOUND, for example --map code_qp={}",
        columns.join(", "), columns.first().map_or("code", String::as_str)
    )]
    UnknownSchema {
        /// The layer.
        layer: String,
        /// What is missing.
        fault: String,
        /// Its columns.
        columns: Vec<String>,
    },
    /// A `--map` entry names no official column.
    #[error("--map {official}=…: `{official}` is no official column; they are {}", crate::schema::OFFICIAL.join(", "))]
    UnknownMapping {
        /// As given.
        official: String,
    },
    /// A layer's reference system is not known, or not declared.
    #[error("{layer}: {fault}; {advice}")]
    ReferenceSystem {
        /// The layer.
        layer: String,
        /// What is wrong.
        fault: String,
        /// What to do, with the systems that would fit when some do.
        advice: String,
    },
    /// A layer's coordinates fall outside the territories that its codes name.
    #[error("{layer}: read in {crs}, {fault}; {advice}")]
    Misplaced {
        /// The layer.
        layer: String,
        /// The reference system it was read in.
        crs: Crs,
        /// How many features fall elsewhere, and where the first one does.
        fault: String,
        /// What to do, with the systems that would fit when some do.
        advice: String,
    },
    /// A layer holds codes of the other vintage.
    #[error("{layer}: feature {feature} has code {code}, of vintage {found}: import it with --vintage {found}")]
    OtherVintage {
        /// The layer.
        layer: String,
        /// The feature, from 1.
        feature: usize,
        /// Its code.
        code: QpvCode,
        /// The vintage of that code.
        found: Vintage,
    },
    /// No layer of the files given could be used.
    #[error("no layer of perimeters in the files given: {}", faults.join("; "))]
    NoLayer {
        /// Why, layer by layer.
        faults: Vec<String>,
    },
    /// Some features cannot become perimeters, and the user did not accept to go on without them.
    #[error(
        "{} of the features cannot be imported, the first being {}; correct the file, or accept to leave them out with \
         --accept-refused",
        .0.refused.len(), first_refused(.0)
    )]
    FeaturesRefused(Box<ImportReport>),
    /// A position cannot be projected: it lies outside the projection's domain.
    #[error("({x}, {y}) cannot be converted between {crs} and longitude, latitude: {fault}")]
    Projection {
        /// The projected system.
        crs: Crs,
        /// Easting or longitude.
        x: f64,
        /// Northing or latitude.
        y: f64,
        /// The library's reason.
        fault: String,
    },
}

/// ` (feature 12)`, or nothing.
fn at_feature(feature: Option<usize>) -> String {
    feature.map(|number| format!(", feature {number}")).unwrap_or_default()
}

fn first_refused(report: &ImportReport) -> String {
    report.refused.first().map_or_else(String::new, |note| {
        let code = note.code_qp.as_deref().unwrap_or("no readable code");
        format!("feature {} of {} ({code}: {})", note.feature, note.layer, note.fault)
    })
}

impl Error {
    /// Attaches a path to an input or output error: `.map_err(Error::io(&path))`.
    pub(crate) fn io(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { path, source }
    }
}
