//! The errors of reading, storing and fetching data.

use std::path::PathBuf;

use qpv_model::{AdminLevel, Crs, QpvCode, Slug, Vintage};

use crate::report::{ImportReport, first_listed};

/// All errors of this crate. Messages name the place and the fault, and give advice.
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

    // The store.
    /// The disk, the quota or the allowed file size is used up. What was served before is untouched.
    #[error(
        "{path}: no room left to write it; free some space and run the command again (nothing was changed)",
        path = path.display()
    )]
    NoRoom {
        /// The file being written.
        path: PathBuf,
    },
    /// Another process is writing the same data folder.
    #[error("{path}: another import has been writing here for {waited_s} s; run the command again when it is done", path = path.display())]
    Locked {
        /// The lock file.
        path: PathBuf,
        /// The time waited, seconds.
        waited_s: u64,
    },
    /// The addresses of a dataset cannot be read back.
    #[error(
        "the addresses of this data folder cannot be used: {fault}; import the files of all departments again"
    )]
    AddressesUnusable {
        /// The fault.
        fault: String,
    },
    /// Another import has replaced the addresses that a new one was to be put beside.
    #[error(
        "another import has changed the addresses meanwhile; nothing was changed here: run the command again"
    )]
    Overtaken,
    /// A file of the store is missing a part, was altered, or is not ours.
    #[error("{path}: {fault}; {advice}", path = path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The fault.
        fault: String,
        /// The advice to the user.
        advice: &'static str,
    },
    /// No dataset has the digest asked for.
    #[error("no dataset `{asked}` here; {known}; `qpv data list` shows them")]
    NoSuchDataset {
        /// The digest, or the beginning of one, as asked.
        asked: String,
        /// The datasets there are instead.
        known: String,
    },
    /// Several datasets begin with what was asked.
    #[error("`{asked}` begins several datasets ({}): give more characters", candidates.join(", "))]
    AmbiguousDigest {
        /// The beginning as asked.
        asked: String,
        /// The digests that begin so.
        candidates: Vec<String>,
    },
    /// No component at all was given to be stored.
    #[error("nothing was given to be stored: name a file to import that holds something")]
    NothingToPublish,
    /// A layer that breaks the rules of [`qpv_model::VintageLayer`] was given to be stored.
    #[error("the perimeters of {vintage} cannot be stored: {fault}")]
    Unpublishable {
        /// The vintage.
        vintage: Vintage,
        /// The broken rule.
        fault: String,
    },
    /// Fictional perimeters were to be stored beside official ones.
    #[error(
        "fictional and official perimeters cannot share a dataset: use another data folder (--data) for the sample"
    )]
    FictionalBesideOfficial,

    // The catalogue and the download.
    /// The catalogue of sources cannot be used.
    #[error("catalogue {origin}: {fault}")]
    Catalogue {
        /// The file, or `built in`.
        origin: String,
        /// The fault, with the source's id or the line.
        fault: String,
    },
    /// A file is no archive of tiles that can be drawn.
    #[error("{file}: {fault}; nothing was imported")]
    NotGround {
        /// The file.
        file: String,
        /// The fault, with the way out where there is one.
        fault: String,
    },
    /// A list of communes is none that makes a zoning.
    #[error(
        "{file}: {} ({count} in all); expected one row a commune with its INSEE code, and where there are any the first and \
         the last day; nothing was imported",
        faults.join("; ")
    )]
    NotZoning {
        /// The file.
        file: String,
        /// The number of faults.
        count: usize,
        /// The first of them, with their lines.
        faults: Vec<String>,
    },
    /// Another part of the dataset has the name asked for.
    #[error(
        "the name `{name}` is that of a {by}: choose another, or remove it with `qpv data remove --{by} {name}`"
    )]
    NameTaken {
        /// The name.
        name: Slug,
        /// The kind of the other part.
        by: &'static str,
    },
    /// A list of vintages cannot be used.
    #[error("the vintages of {origin}: {fault}")]
    Vintages {
        /// The file, or `built in`.
        origin: String,
        /// The fault, with the line or the vintage.
        fault: String,
    },
    /// The catalogue has no such source.
    #[error("no source `{asked}` in the catalogue: it has {known}")]
    UnknownSource {
        /// As asked.
        asked: String,
        /// The sources there are.
        known: String,
    },
    /// A word names no department.
    #[error("`{asked}` is no department: {advice}")]
    UnknownDepartment {
        /// As asked.
        asked: String,
        /// The code that is rather meant, or the form of codes.
        advice: String,
    },
    /// A file is neither at its address nor on the portal.
    #[error("{}. Asked the portal: {portal}", direct.without_advice())]
    NowhereFound {
        /// The fault of the address.
        direct: Box<Error>,
        /// The fault of the portal, or of what it named.
        portal: Box<Error>,
    },
    /// Another process downloads into the same data folder.
    #[error("{path}: another `qpv data pull` or `qpv data fetch` is at work here; run the command again when it is done", path = path.display())]
    AlreadyPulling {
        /// The lock file.
        path: PathBuf,
    },
    /// The server refused, or answered what cannot be used. Trying again would not help.
    #[error("{url}: {fault}; {advice}")]
    Refused {
        /// The address asked.
        url: String,
        /// The fault of the answer.
        fault: String,
        /// The advice to the user.
        advice: &'static str,
    },
    /// The transfer failed at every attempt.
    #[error(
        "{url}: {fault} ({attempts} attempts); try again later, or give a copy with --mirror DIR|URL"
    )]
    Unreachable {
        /// The address asked.
        url: String,
        /// The fault of the last attempt.
        fault: String,
        /// The number of attempts made.
        attempts: u32,
    },
    /// More bytes came than the catalogue allows for this source.
    #[error(
        "{url}: larger than the {max_bytes} bytes expected at most; if the source really grew, raise `max_bytes` in the catalogue"
    )]
    TooLarge {
        /// The address asked, or the file of the mirror.
        url: String,
        /// The limit, bytes.
        max_bytes: u64,
    },
    /// The file is whole but is not the one expected.
    #[error(
        "{url}: its {} is {found}, expected {expected} ({origin}); the file was altered or replaced, and is not used",
        if expected.len() == 40 { "SHA-1" } else { "SHA-256" }
    )]
    WrongChecksum {
        /// The address asked, or the file of the mirror.
        url: String,
        /// The origin of the expected sum: the catalogue, the mirror's SHA256SUMS or the portal.
        origin: &'static str,
        /// Lower-case hexadecimal.
        expected: String,
        /// Lower-case hexadecimal.
        found: String,
    },

    /// A dataset of another data folder cannot be taken.
    #[error("{from}: {fault}; {advice}; nothing was published")]
    DatasetNotTaken {
        /// The address asked, or the file.
        from: String,
        /// The fault.
        fault: String,
        /// The advice to the user.
        advice: &'static str,
    },

    // The readers and the import.
    /// A file has no format that can be read.
    #[error(
        "{file}: {fault}; expected a shapefile (.shp), GeoJSON, a GeoPackage, or a zip of these"
    )]
    UnknownFormat {
        /// The file.
        file: String,
        /// The format that it seems to have.
        fault: String,
    },
    /// A file is no file of addresses.
    #[error("{file}: {fault}; {advice}")]
    NotAddresses {
        /// The file.
        file: String,
        /// The format that it has instead, or the part that it lacks.
        fault: String,
        /// The expected formats.
        advice: &'static str,
    },
    /// A file does not hold the parcels or the buildings asked for.
    #[error("{file}: {fault}; {advice}")]
    NotFootprints {
        /// The file.
        file: String,
        /// The features that it holds instead, or the part that they lack.
        fault: String,
        /// The advice to the user: what is expected, or the option that fits the file.
        advice: String,
    },
    /// A file is cut or damaged.
    #[error("{file}{}: {fault}; fetch or export the file again", at_feature(*feature))]
    Unreadable {
        /// The file, and the entry or table within it.
        file: String,
        /// The feature where reading stopped, from 1, when known.
        feature: Option<usize>,
        /// The fault.
        fault: String,
    },
    /// A file that goes with a `.shp` is missing.
    #[error(
        "{file}: no {part} file beside it; a shapefile comes as .shp, .dbf and .prj of the same name"
    )]
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
        /// The missing part.
        fault: String,
        /// Its columns.
        columns: Vec<String>,
    },
    /// A file is no layer of areas.
    #[error(
        "{file}: {fault}; expected one layer whose every feature is a polygon within the French territories"
    )]
    NoAreas {
        /// The file.
        file: String,
        /// The fault, with the number of the feature that has it.
        fault: String,
    },
    /// A file does not hold the outlines asked for.
    #[error(
        "{file}: {fault}; expected the outlines of {level}, each with its INSEE code; nothing was imported"
    )]
    NotOutlines {
        /// The file.
        file: String,
        /// The level asked for.
        level: AdminLevel,
        /// The fault, with the feature's number and the value if one feature has it.
        fault: String,
    },
    /// A file is no table of statistics, or rows of it cannot be read.
    #[error("{file}: {}{}; nothing was imported: correct the file and import it again", faults.join("; "), more(*count, faults.len()))]
    NotStatistics {
        /// The file.
        file: String,
        /// The number of faults.
        count: usize,
        /// The first of them, each with its row, its column and its value.
        faults: Vec<String>,
    },
    /// A file is no table of communes, or rows of it cannot be read.
    #[error("{file}: {}{}; nothing was imported: correct the file and import it again", faults.join("; "), more(*count, faults.len()))]
    NotCommunes {
        /// The file.
        file: String,
        /// The number of faults.
        count: usize,
        /// The first of them, each with its line, its column and its value.
        faults: Vec<String>,
    },
    /// An archive holds several tables, and it is not known which is meant.
    #[error(
        "{file}: it holds several tables ({tables}); name the one to take in `layers` of the catalogue, or import it by hand"
    )]
    NotSingleTable {
        /// The file.
        file: String,
        /// The tables.
        tables: String,
    },
    /// A file is no list that says which perimeters became which.
    #[error("{file}: {fault}; expected the columns QP2024, QP2015_1, QP2015_2…")]
    NotCorrespondence {
        /// The file.
        file: String,
        /// The fault.
        fault: String,
    },
    /// A file is no list of places, or rows of it cannot be read.
    #[error("{file}: {}{}; nothing was imported: correct the file and import it again", faults.join("; "), more(*count, faults.len()))]
    NotPlaces {
        /// The file.
        file: String,
        /// The number of faults.
        count: usize,
        /// The first of them, each with its row or feature, its column and its value.
        faults: Vec<String>,
    },
    /// A file is no programme of eligibility rules.
    #[error("{file}: {fault}; nothing was imported")]
    NotAProgramme {
        /// The file.
        file: String,
        /// The fault and its place.
        fault: String,
    },
    /// The part to be removed does not exist.
    #[error("the current dataset has no {asked}; of that sort it has: {known}")]
    NothingToRemove {
        /// As asked: `layer x`.
        asked: String,
        /// The existing parts of that sort.
        known: String,
    },
    /// A `--map` entry names no official column.
    #[error("--map {official}=…: `{official}` is no official column; they are {known}")]
    UnknownMapping {
        /// The name as given.
        official: String,
        /// The official columns.
        known: String,
    },
    /// A layer's reference system is not known, or not declared.
    #[error("{layer}: {fault}; {advice}")]
    ReferenceSystem {
        /// The layer.
        layer: String,
        /// The fault.
        fault: String,
        /// The advice to the user, with the systems that would fit if there are any.
        advice: String,
    },
    /// A layer's coordinates fall outside the territories that its codes name.
    #[error("{layer}: read in {crs}, {fault}; {advice}")]
    Misplaced {
        /// The layer.
        layer: String,
        /// The reference system it was read in.
        crs: Crs,
        /// The number of features that fall elsewhere, and the place of the first one.
        fault: String,
        /// The advice to the user, with the systems that would fit if there are any.
        advice: String,
    },
    /// A layer holds codes of the other vintage.
    #[error(
        "{layer}: feature {feature} has code {code}, of vintage {found}: import it with --vintage {found}"
    )]
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
    /// The vintage asked is not known.
    #[error(
        "the vintage {asked} is not known, only {known}: describe it in a file, as geodata/vintages.toml does, and import that \
         first, with --vintages FILE"
    )]
    UnknownVintage {
        /// As asked.
        asked: Vintage,
        /// The years there are.
        known: String,
    },
    /// No layer of the files given could be used.
    #[error("no layer of perimeters in the files given{}{}", if faults.is_empty() { "" } else { ": " }, faults.join("; "))]
    NoLayer {
        /// Why, layer by layer.
        faults: Vec<String>,
    },
    /// Some features cannot become perimeters, and the user did not accept to go on without them.
    #[error(
        "{} of the features cannot be imported: {}; correct the file, or accept to leave them out with --accept-refused",
        .0.refused.len(), refused_features(.0)
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
    feature
        .map(|number| format!(", feature {number}"))
        .unwrap_or_default()
}

/// ` (and 12 more)`, or nothing.
fn more(count: usize, shown: usize) -> String {
    if count > shown {
        format!(" (and {} more)", count - shown)
    } else {
        String::new()
    }
}

/// Returns the first features that are refused, each with its code and the reason.
fn refused_features(report: &ImportReport) -> String {
    let named = report.refused.iter().map(|note| {
        let code = note.code_qp.as_deref().unwrap_or("no readable code");
        format!(
            "feature {} of {} ({code}: {})",
            note.feature, note.layer, note.fault
        )
    });
    first_listed(named, report.refused.len())
}

impl Error {
    /// Returns true where the same file may be found elsewhere: the server or the content is at fault, not this machine and
    /// not the command.
    #[must_use]
    pub fn is_of_source(&self) -> bool {
        matches!(
            self,
            Self::Refused { .. }
                | Self::Unreachable { .. }
                | Self::TooLarge { .. }
                | Self::WrongChecksum { .. }
                | Self::UnknownFormat { .. }
                | Self::NotAddresses { .. }
                | Self::NotFootprints { .. }
                | Self::Unreadable { .. }
                | Self::MissingPart { .. }
                | Self::OverLimit { .. }
                | Self::UnknownSchema { .. }
                | Self::NoAreas { .. }
                | Self::NotOutlines { .. }
                | Self::NotStatistics { .. }
                | Self::NotCommunes { .. }
                | Self::NotPlaces { .. }
                | Self::NotCorrespondence { .. }
                | Self::NotSingleTable { .. }
                | Self::ReferenceSystem { .. }
                | Self::Misplaced { .. }
                | Self::OtherVintage { .. }
                | Self::NoLayer { .. }
        )
    }

    /// Returns the fault without what to do about it, for errors of which another one says that.
    #[must_use]
    pub fn without_advice(&self) -> String {
        match self {
            Self::Refused { url, fault, .. } => format!("{url}: {fault}"),
            Self::Unreachable {
                url,
                fault,
                attempts,
            } => format!("{url}: {fault} ({attempts} attempts)"),
            other => other.to_string(),
        }
    }

    /// Returns a conversion that attaches a path to an I/O error: `.map_err(Error::io(&path))`.
    pub fn io(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { path, source }
    }

    /// The same for a write, for which a full disk is an error of its own.
    pub fn write(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        use std::io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
        let path = path.into();
        move |source| match source.kind() {
            StorageFull | QuotaExceeded | FileTooLarge => Self::NoRoom { path },
            _ => Self::Io { path, source },
        }
    }
}
