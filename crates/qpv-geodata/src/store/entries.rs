//! The entries of a dataset's description, one type for each kind of data.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use qpv_model::{AdminLevel, FootprintKind, Territory, Vintage, ZoningRecord};
use serde::{Deserialize, Serialize};

use crate::ground_archive::GroundFormat;
use crate::store::stored::{ADDRESSES, FOOTPRINTS, INDEX, LayerFile, SourceFile, StoredFile, now};

/// One vintage of a dataset.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VintageEntry {
    /// Its year.
    pub vintage: Vintage,
    /// The number of perimeters.
    pub perimeters: usize,
    /// The same by territory.
    pub by_territory: BTreeMap<Territory, usize>,
    /// The distance that a published line may lie from the true one, metres, rounded to the millimetre.
    pub precision_m: f64,
    /// Territories whose perimeters are all here.
    pub whole: BTreeSet<Territory>,
    /// The published files it comes from, by name.
    pub sources: Vec<SourceFile>,
    /// The time of the import.
    pub imported_at: Timestamp,
    /// Its perimeters: one `FlatGeobuf` file per reference system.
    pub files: Vec<LayerFile>,
    /// The official 300 m band, likewise; empty when none was imported.
    pub official_band: Vec<LayerFile>,
    /// The import report, JSON.
    pub report: StoredFile,
    /// The index for points, computed from the perimeters. No answer depends on it, so the digest does not cover it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub point_index: Option<StoredFile>,
    /// The 300 m band drawn around the perimeters, likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub band: Option<StoredFile>,
}

impl VintageEntry {
    /// Walks the stored files of this entry, with their extensions.
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
    /// The number of them.
    pub addresses: u64,
    /// The sources of each department, by its INSEE code (`61`, `2A`, `974`).
    pub departments: BTreeMap<String, DepartmentEntry>,
    /// The index.
    pub index: StoredFile,
    /// The report of the last import, JSON.
    pub report: StoredFile,
}

/// The addresses of one department.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DepartmentEntry {
    /// The number of them.
    pub addresses: u64,
    /// The published files they come from.
    pub sources: Vec<SourceFile>,
    /// The time of the import.
    pub imported_at: Timestamp,
}

impl DepartmentEntry {
    /// Returns the entry of addresses imported now.
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

/// Parcels or buildings of one published file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FootprintsEntry {
    /// The number of them.
    pub features: u64,
    /// The file they were read from.
    pub source: SourceFile,
    /// The time of the import.
    pub imported_at: Timestamp,
    /// Their outlines, `FlatGeobuf` on WGS 84 with a spatial index, a limited number a file.
    pub parts: Vec<StoredFile>,
    /// The report of the import, JSON.
    pub report: StoredFile,
}

/// Parcels and buildings by the names of their files.
pub type FootprintEntries = BTreeMap<FootprintKind, BTreeMap<String, FootprintsEntry>>;

impl FootprintsEntry {
    pub(super) fn objects(&self) -> impl Iterator<Item = (&StoredFile, &'static str)> {
        let parts = self.parts.iter().map(|file| (file, FOOTPRINTS));
        parts.chain([(&self.report, "json")])
    }
}

/// An archive of tiles that lies under the perimeters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GroundEntry {
    /// Its name for people.
    pub label: String,
    /// Its attribution, in plain words.
    pub attribution: String,
    /// The format of its tiles.
    pub format: GroundFormat,
    /// The number of its tiles.
    pub tiles: u64,
    /// The first zoom with tiles.
    pub min_zoom: u8,
    /// The last one.
    pub max_zoom: u8,
    /// The file it was read from.
    pub source: SourceFile,
    /// The time of the import.
    pub imported_at: Timestamp,
    /// The archive, `PMTiles`.
    pub file: StoredFile,
}

/// A custom layer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LayerEntry {
    /// The number of areas.
    pub areas: usize,
    /// The distance that a drawn line may lie from the true one, metres, rounded to the millimetre.
    pub precision_m: f64,
    /// The files it was read from.
    pub sources: Vec<SourceFile>,
    /// The time of the import.
    pub imported_at: Timestamp,
    /// Its areas, `FlatGeobuf`.
    pub file: LayerFile,
    /// The report of the import, JSON.
    pub report: StoredFile,
}

/// A list of places.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlacesEntry {
    /// The number of them.
    pub places: usize,
    /// The number of their sites beyond the first of each.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub further_sites: usize,
    /// The number of places with a position.
    pub with_position: usize,
    /// The number of places in a network of priority education.
    pub in_network: usize,
    /// The file it was read from.
    pub source: SourceFile,
    /// The time of the import.
    pub imported_at: Timestamp,
    /// The places, JSON.
    pub file: StoredFile,
}

/// Manifests of lists without further sites stay as they were, and so do their digests.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it")]
fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// A programme of eligibility rules.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProgrammeEntry {
    /// The file it was read from.
    pub source: SourceFile,
    /// The time of the import.
    pub imported_at: Timestamp,
    /// Its text, TOML.
    pub file: StoredFile,
}

/// The outlines of a level, or of the communes of a department.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OutlinesEntry {
    /// The number of areas.
    pub areas: usize,
    /// The files they were read from.
    pub sources: Vec<SourceFile>,
    /// The time of the import.
    pub imported_at: Timestamp,
    /// Their outlines, `FlatGeobuf` on WGS 84.
    pub file: LayerFile,
    /// The report of the import, JSON.
    pub report: StoredFile,
}

/// Outlines by level; then communes by department, the others under `all`.
pub type OutlineEntries = BTreeMap<AdminLevel, BTreeMap<String, OutlinesEntry>>;

/// A zoning.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ZoningEntry {
    /// Its names, its source and its days.
    #[serde(flatten)]
    pub record: ZoningRecord,
    /// The places it is made of.
    pub extent: ZoningExtentEntry,
    /// The index for points of its areas; none for lists of communes, and for areas too dense for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub point_index: Option<StoredFile>,
}

/// The places a zoning is made of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ZoningExtentEntry {
    /// Areas.
    Areas(LayerEntry),
    /// Communes.
    Communes(ZonedCommunesEntry),
}

/// The communes of a zoning.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ZonedCommunesEntry {
    /// The number of communes.
    pub communes: usize,
    /// The number of their periods.
    pub periods: usize,
    /// The file they were read from.
    pub source: SourceFile,
    /// The time of the import.
    pub imported_at: Timestamp,
    /// The communes with their periods, JSON.
    pub file: StoredFile,
}

impl ZoningEntry {
    /// Walks its stored files, with their extensions.
    pub(super) fn objects(&self) -> Vec<(&StoredFile, &'static str)> {
        let mut objects = match &self.extent {
            ZoningExtentEntry::Areas(entry) => {
                vec![(&entry.file.file, "fgb"), (&entry.report, "json")]
            }
            ZoningExtentEntry::Communes(entry) => vec![(&entry.file, "json")],
        };
        objects.extend(self.point_index.as_ref().map(|file| (file, INDEX)));
        objects
    }

    /// Returns the files it was read from.
    #[must_use]
    pub fn sources(&self) -> &[SourceFile] {
        match &self.extent {
            ZoningExtentEntry::Areas(entry) => &entry.sources,
            ZoningExtentEntry::Communes(entry) => std::slice::from_ref(&entry.source),
        }
    }
}

/// The table of communes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CommunesEntry {
    /// The number of communes of today.
    pub communes: usize,
    /// The file it was read from.
    pub source: SourceFile,
    /// The time of the import.
    pub imported_at: Timestamp,
    /// The whole table, CSV, with what was kept from the one before.
    pub file: StoredFile,
}

/// The statistics of one vintage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StatisticsEntry {
    /// The number of neighbourhoods in them.
    pub neighbourhoods: usize,
    /// The number of these with a population.
    pub with_population: usize,
    /// The year the population was counted for, if known.
    pub population_year: Option<i16>,
    /// The number of indicators; 0 for populations alone, of before all were kept.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub indicators: usize,
    /// The file of the last import.
    pub source: SourceFile,
    /// The files of imports before, of which indicators are kept.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other_sources: Vec<SourceFile>,
    /// The time of the last import.
    pub imported_at: Timestamp,
    /// The figures, JSON.
    pub file: StoredFile,
}

impl StatisticsEntry {
    /// Walks the files that its figures come from, that of the last import first.
    pub fn sources(&self) -> impl Iterator<Item = &SourceFile> {
        std::iter::once(&self.source).chain(&self.other_sources)
    }
}
