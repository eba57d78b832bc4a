//! The dataset on disk: versioned, immutable, checksummed files, and one small manifest that names the current ones.
//!
//! ```text
//! DATA/manifest.json              {"format": 1, "current": "<digest>"}: the only file ever replaced
//! DATA/datasets/<digest>.json     the description of a dataset
//! DATA/objects/<sha256>.fgb|json  perimeters, bands (FlatGeobuf, published reference system), import reports
//! DATA/objects/<sha256>.index     computed from the perimeters (index for points, drawn band), mapped into memory
//! DATA/objects/<sha256>.addresses  the index of addresses, which is their only copy, likewise
//! DATA/objects/<sha256>.footprints  parcels and buildings (FlatGeobuf with its index), likewise
//! DATA/objects/<sha256>.pmtiles  archives of map tiles, likewise
//! DATA/objects/<sha256>.fgb|json|toml  custom layers, lists of places, programmes, outlines, statistics
//! DATA/lists/                     official lists that no answer depends on, each with a note on its source
//! DATA/tmp/                       files being written or downloaded
//! DATA/lock                       held by the process that writes
//! ```
//!
//! Promises: a reader sees a whole dataset, the old one or the new one, even when the writer is killed; every file is
//! checked against its SHA-256 each time it is opened (that of addresses, parcels, buildings and map tiles only by verification,
//! since summing a country's would take most of the time of a start); readers never wait; other files in the folder are not touched.
//! Damaged files are named, not repaired: importing the same files again restores them.
//!
//! No answer depends on a `.index` file: a dataset opens without it, and verification alone checks its SHA-256. Its reader
//! checks a faster sum inside, and builds it anew when it is missing, damaged, or of another version.
//!
//! The modules, lowest first: `files`, `mapping` and `stored` (files by their sums, read or mapped), `layers` (`FlatGeobuf`), `entries`
//! and `descriptor` (the description of a dataset), `folder` (paths, lock, manifest), `addresses`, `admin`, `custom`, `footprints`,
//! `grounds` and `dataset` (the
//! kinds of data), then `open`, `publish`, `prune`, `received` (a dataset of another folder) and `verify`.

mod addresses;
mod admin;
mod custom;
mod dataset;
mod descriptor;
mod entries;
mod files;
mod folder;
mod footprints;
mod grounds;
mod layers;
mod mapping;
mod open;
mod prune;
mod publish;
mod received;
mod stored;
#[cfg(test)]
mod tests;
mod verify;
mod verify_report;
mod zonings;

pub use addresses::AddressComponent;
pub use admin::{OutlinesComponent, StoredOutlines};
pub use custom::{DatasetPart, LayerComponent, PlacesComponent};
pub use dataset::{Dataset, VintageComponent};
pub use descriptor::DatasetDescriptor;
pub use entries::{
    AddressesEntry, CommunesEntry, DepartmentEntry, FootprintEntries, FootprintsEntry, GroundEntry,
    LayerEntry, OutlineEntries, OutlinesEntry, PlacesEntry, ProgrammeEntry, StatisticsEntry,
    VintageEntry, ZonedCommunesEntry, ZoningEntry, ZoningExtentEntry,
};
pub use files::is_sha256;
pub use folder::{DownloadFolder, Store};
pub use footprints::{FootprintParts, FootprintsComponent, StoredFootprints};
pub use grounds::{GroundOptions, LoadedGround};
pub use mapping::{FileStamp, MappedFile, lost_pages};
pub use open::{DatasetDescription, ListedDataset, StoreStatus};
pub use prune::PruneReport;
pub use received::{
    MAX_DESCRIPTION_BYTES, PlacedDataset, ReceivedDescription, ReceivedFile, VERIFY_THERE,
    current_of_manifest,
};
pub use stored::{LayerFile, SourceFile, StoredFile};
pub use verify_report::{VerifyFault, VerifyReport};
pub use zonings::{LoadedZoning, ZoningComponent, ZoningExtent, ZoningExtentComponent};
