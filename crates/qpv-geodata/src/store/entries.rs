//! The entries of a dataset's description, one type for each kind of data.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use qpv_model::{AdminLevel, Territory, Vintage};
use serde::{Deserialize, Serialize};

use crate::store::stored::{ADDRESSES, INDEX, LayerFile, SourceFile, StoredFile, now};

/// One vintage of a dataset.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VintageEntry {
    /// Which.
    pub vintage: Vintage,
    /// How many perimeters.
    pub perimeters: usize,
    /// The same by territory.
    pub by_territory: BTreeMap<Territory, usize>,
    /// How far a published line may lie from the true one, metres, rounded to the millimetre.
    pub precision_m: f64,
    /// Territories whose every perimeter is here.
    pub whole: BTreeSet<Territory>,
    /// The published files it comes from, by name.
    pub sources: Vec<SourceFile>,
    /// When it was imported.
    pub imported_at: Timestamp,
    /// Its perimeters: one `FlatGeobuf` file per reference system.
    pub files: Vec<LayerFile>,
    /// The official 300 m band, likewise; empty when none was imported.
    pub official_band: Vec<LayerFile>,
    /// The import report, JSON.
    pub report: StoredFile,
    /// What was computed from the perimeters for speed. No answer depends on it, so the digest does not cover it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub point_index: Option<StoredFile>,
    /// The 300 m band drawn around the perimeters, likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub band: Option<StoredFile>,
}

impl VintageEntry {
    /// Every stored file this entry refers to, with its extension.
    pub(super) fn objects(&self) -> impl Iterator<Item = (&StoredFile, &'static str)> {
        let layers = self
            .files
            .iter()
            .chain(&self.official_band)
            .map(|layer| (&layer.file, "fgb"));
        let derived = self
            .point_index
            .iter()
            .chain(&self.band)
            .map(|file| (file, INDEX));
        layers.chain([(&self.report, "json")]).chain(derived)
    }
}

/// The addresses of a dataset.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AddressesEntry {
    /// How many.
    pub addresses: u64,
    /// What each department comes from, by its INSEE code (`61`, `2A`, `974`).
    pub departments: BTreeMap<String, DepartmentEntry>,
    /// The index.
    pub index: StoredFile,
    /// How the last import went, JSON.
    pub report: StoredFile,
}

/// The addresses of one department.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DepartmentEntry {
    /// How many.
    pub addresses: u64,
    /// The published files they come from.
    pub sources: Vec<SourceFile>,
    /// When they were imported.
    pub imported_at: Timestamp,
}

impl DepartmentEntry {
    /// Addresses imported now.
    #[must_use]
    pub fn now(addresses: u64, sources: Vec<SourceFile>) -> Self {
        Self {
            addresses,
            sources,
            imported_at: now(),
        }
    }
}

impl AddressesEntry {
    pub(super) fn objects(&self) -> [(&StoredFile, &'static str); 2] {
        [(&self.index, ADDRESSES), (&self.report, "json")]
    }
}

/// A layer of a town's own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LayerEntry {
    /// How many areas.
    pub areas: usize,
    /// How far a drawn line may lie from the true one, metres, rounded to the millimetre.
    pub precision_m: f64,
    /// The files it was read from.
    pub sources: Vec<SourceFile>,
    /// When it was imported.
    pub imported_at: Timestamp,
    /// Its areas, `FlatGeobuf`.
    pub file: LayerFile,
    /// How the import went, JSON.
    pub report: StoredFile,
}

/// A list of places.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlacesEntry {
    /// How many.
    pub places: usize,
    /// How many have a position.
    pub with_position: usize,
    /// How many are in a network of priority education.
    pub in_network: usize,
    /// The file it was read from.
    pub source: SourceFile,
    /// When it was imported.
    pub imported_at: Timestamp,
    /// The places, JSON.
    pub file: StoredFile,
}

/// A programme of eligibility rules.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProgrammeEntry {
    /// The file it was read from.
    pub source: SourceFile,
    /// When it was imported.
    pub imported_at: Timestamp,
    /// Its text, TOML.
    pub file: StoredFile,
}

/// Outlines: of a level, or of the communes of a department.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OutlinesEntry {
    /// How many areas.
    pub areas: usize,
    /// The files they were read from.
    pub sources: Vec<SourceFile>,
    /// When they were imported.
    pub imported_at: Timestamp,
    /// Their outlines, `FlatGeobuf` on WGS 84.
    pub file: LayerFile,
    /// How the import went, JSON.
    pub report: StoredFile,
}

/// Outlines by level; then communes by department, the others under `all`.
pub type OutlineEntries = BTreeMap<AdminLevel, BTreeMap<String, OutlinesEntry>>;

/// VintageStatistics of one vintage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StatisticsEntry {
    /// How many neighbourhoods they are about.
    pub neighbourhoods: usize,
    /// How many of these have a population.
    pub with_population: usize,
    /// The year the population was counted for, where told.
    pub population_year: Option<i16>,
    /// The file they were read from.
    pub source: SourceFile,
    /// When they were imported.
    pub imported_at: Timestamp,
    /// The figures, JSON.
    pub file: StoredFile,
}
