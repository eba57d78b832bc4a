//! The description of a dataset: one small JSON file per dataset, named after the dataset's digest.
//!
//! Owns the rule of the digest and the descriptor's own check. The digest covers everything that answers depend on
//! (perimeters, bands, precision, completeness, custom layers, places, programmes, outlines, communes, statistics, names and sums of
//! the source files) and no date, so that importing the same files twice, in any order, gives the same digest. The check
//! covers every byte of the file, dates included.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use jiff::Timestamp;
use qpv_model::{AdminLevel, FootprintKind, KnownVintages, Slug, Vintage, VintageRecord};
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::store::entries::{
    AddressesEntry, CommunesEntry, FootprintEntries, FootprintsEntry, GroundEntry, LayerEntry,
    OutlineEntries, OutlinesEntry, PlacesEntry, ProgrammeEntry, StatisticsEntry, VintageEntry,
    ZoningEntry, ZoningExtentEntry,
};
use crate::store::files::{IMPORT_AGAIN, is_sha256, sha256_hex};
use crate::store::stored::{GROUND, SourceFile, StoredFile, TABLE, now};
use crate::vintages;

/// The layout this version reads and writes.
pub(super) const FORMAT: u32 = 1;

/// A dataset, without its content.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DatasetDescriptor {
    /// SHA-256 over the content, lower-case hexadecimal: the dataset's name, carried by every answer.
    pub digest: String,
    /// True for the sample town, whose answers mean nothing.
    pub fictional: bool,
    /// The time it was first written.
    pub published_at: Timestamp,
    /// The dataset that was current before, if any; it may have been pruned since.
    pub parent: Option<String>,
    /// The vintages it describes beside those built into the program, or in place of one of them, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub described_vintages: Vec<VintageRecord>,
    /// Its vintages, oldest first.
    pub vintages: Vec<VintageEntry>,
    /// Its addresses, if any were imported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub addresses: Option<AddressesEntry>,
    /// Its custom layers, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub layers: BTreeMap<Slug, LayerEntry>,
    /// Its zonings, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub zonings: BTreeMap<Slug, ZoningEntry>,
    /// Its lists of places, by kind.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub places: BTreeMap<Slug, PlacesEntry>,
    /// Its programmes of eligibility rules, by identifier.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub programmes: BTreeMap<Slug, ProgrammeEntry>,
    /// Its outlines of regions, departments and communes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub outlines: OutlineEntries,
    /// Its table of communes, in place of the one built into the program, if one was imported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub communes: Option<CommunesEntry>,
    /// Its parcels and buildings, by kind and file.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub footprints: FootprintEntries,
    /// Its statistics, by vintage.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub statistics: BTreeMap<Vintage, StatisticsEntry>,
    /// Its archives of tiles that lie under the perimeters, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub grounds: BTreeMap<Slug, GroundEntry>,
}

/// The file as written: the check comes first, at a fixed place.
#[derive(Serialize, Deserialize)]
struct Written {
    check: String,
    format: u32,
    dataset: DatasetDescriptor,
}

/// The text in place of the check while it is computed, of the same length.
const NO_CHECK: &str = "0000000000000000000000000000000000000000000000000000000000000000";

impl DatasetDescriptor {
    /// Returns the description of an empty dataset.
    pub(super) fn empty(fictional: bool) -> Self {
        Self {
            digest: String::new(),
            fictional,
            published_at: now(),
            parent: None,
            described_vintages: Vec::new(),
            vintages: Vec::new(),
            addresses: None,
            layers: BTreeMap::new(),
            zonings: BTreeMap::new(),
            places: BTreeMap::new(),
            programmes: BTreeMap::new(),
            outlines: BTreeMap::new(),
            communes: None,
            footprints: FootprintEntries::new(),
            statistics: BTreeMap::new(),
            grounds: BTreeMap::new(),
        }
    }

    /// Returns the same, published now under the digest of its content.
    pub(super) fn sealed(mut self, parent: Option<String>) -> Self {
        self.vintages.sort_by_key(|entry| entry.vintage);
        self.described_vintages.sort_by_key(|record| record.id);
        Self {
            digest: self.content_digest(),
            published_at: now(),
            parent,
            ..self
        }
    }

    /// Returns the vintages there are: those built in, and those described here.
    ///
    /// # Errors
    /// [`Error::Vintages`] when they do not follow each other, as when a later program has built in others.
    pub fn known_vintages(&self) -> Result<KnownVintages, Error> {
        vintages::built_in()
            .with(&self.described_vintages)
            .map_err(|fault| Error::Vintages {
                origin: "the dataset".to_owned(),
                fault: fault.to_string(),
            })
    }

    /// Returns the entry of one vintage.
    #[must_use]
    pub fn vintage(&self, vintage: Vintage) -> Option<&VintageEntry> {
        self.vintages.iter().find(|entry| entry.vintage == vintage)
    }

    /// Returns the same, with the indexes of another description of the same dataset.
    pub(super) fn with_indexes_of(&self, other: &Self) -> Self {
        let mut renewed = self.clone();
        for (entry, other) in renewed.vintages.iter_mut().zip(&other.vintages) {
            // Both descriptions have the same digest, so their vintages are the same and in the
            // same order.
            entry.point_index.clone_from(&other.point_index);
            entry.band.clone_from(&other.band);
        }
        for (entry, other) in renewed.zonings.values_mut().zip(other.zonings.values()) {
            entry.point_index.clone_from(&other.point_index);
        }
        if let (Some(entry), Some(other)) = (&mut renewed.addresses, &other.addresses) {
            entry.index.clone_from(&other.index);
        }
        renewed
    }

    /// Walks the files that all parts were read from; a file of several parts comes for each.
    pub fn sources(&self) -> impl Iterator<Item = &SourceFile> {
        let departments = self
            .addresses
            .iter()
            .flat_map(|entry| entry.departments.values());
        self.vintages
            .iter()
            .flat_map(|v| &v.sources)
            .chain(departments.flat_map(|d| &d.sources))
            .chain(self.layers.values().flat_map(|it| &it.sources))
            .chain(self.zonings.values().flat_map(ZoningEntry::sources))
            .chain(self.places.values().map(|it| &it.source))
            .chain(self.programmes.values().map(|it| &it.source))
            .chain(self.outline_entries().flat_map(|(_, _, it)| &it.sources))
            .chain(self.footprint_entries().map(|(_, it)| &it.source))
            .chain(self.statistics.values().flat_map(StatisticsEntry::sources))
            .chain(self.communes.iter().map(|it| &it.source))
            .chain(self.grounds.values().map(|it| &it.source))
    }

    /// Returns the names of all source files, in order, each once.
    #[must_use]
    pub fn source_names(&self) -> Vec<&str> {
        let names: BTreeSet<_> = self.sources().map(|source| source.name.as_str()).collect();
        names.into_iter().collect()
    }

    /// Returns the file's text: pretty JSON whose `check` is the SHA-256 of the whole text with zeros in its place.
    pub(super) fn to_text(&self) -> String {
        let written = Written {
            check: NO_CHECK.into(),
            format: FORMAT,
            dataset: self.clone(),
        };
        let mut text =
            serde_json::to_string_pretty(&written).expect("a descriptor is serialisable");
        // A text file ends with a line break; the check covers it too.
        text.push('\n');
        let check = sha256_hex(text.as_bytes());
        text.replacen(NO_CHECK, &check, 1)
    }

    /// Parses a description; `digest` is the name of its file.
    ///
    /// # Errors
    /// [`Error::Damaged`] when a single byte differs from what was written, or the format is a later one.
    pub(super) fn from_text(path: &Path, text: &str, digest: &str) -> Result<Self, Error> {
        refuse_later_format(path, text)?;
        let written: Written = serde_json::from_str(text)
            .map_err(|e| damaged(path, format!("not a dataset's description ({e})")))?;
        if !is_sha256(&written.check)
            || sha256_hex(text.replacen(&written.check, NO_CHECK, 1).as_bytes()) != written.check
        {
            return Err(damaged(path, "its content was altered".into()));
        }
        let dataset = written.dataset;
        // A description copied under another name would answer for a dataset it is not.
        if dataset.digest != digest || dataset.content_digest() != digest {
            return Err(damaged(
                path,
                "it describes another dataset than its name says".into(),
            ));
        }
        Ok(dataset)
    }
}

fn damaged(path: &Path, fault: String) -> Error {
    Error::Damaged {
        path: path.into(),
        fault,
        advice: IMPORT_AGAIN,
    }
}

/// Refuses a file written by a later version, which would seem damaged otherwise.
pub(super) fn refuse_later_format(path: &Path, text: &str) -> Result<(), Error> {
    #[derive(Deserialize)]
    struct Head {
        format: u32,
    }
    match serde_json::from_str::<Head>(text) {
        Ok(head) if head.format > FORMAT => Err(Error::Damaged {
            path: path.into(),
            fault: format!(
                "written in format {}, and this version reads up to {FORMAT}",
                head.format
            ),
            advice: "use the later version of qpv that wrote it, or another data folder",
        }),
        _ => Ok(()),
    }
}

impl DatasetDescriptor {
    /// Returns the digest of a dataset. Each fact is one line, each list in a fixed order. Import reports are left out: they
    /// hold paths and sentences, which no answer depends on. A kind of data that the dataset lacks has no line.
    fn content_digest(&self) -> String {
        // The lines are part of the stored format: another text gives another digest.
        let mut text = format!("qpv dataset {FORMAT}\nfictional {}\n", self.fictional);
        for record in &self.described_vintages {
            let record = serde_json::to_string(record).expect("a record is serialisable");
            let _ = writeln!(text, "described {record}");
        }
        for entry in &self.vintages {
            write_vintage(&mut text, entry);
        }
        // The index follows from the files, and another version of the program builds another.
        for (department, entry) in self.addresses.iter().flat_map(|entry| &entry.departments) {
            let _ = writeln!(text, "addresses {department} {}", entry.addresses);
            write_sources(&mut text, &entry.sources);
        }
        for (
            name,
            LayerEntry {
                precision_m,
                file,
                sources,
                ..
            },
        ) in &self.layers
        {
            let _ = writeln!(
                text,
                "layer {name}\nprecision_m {precision_m:.3}\nareas {} {}",
                file.crs, file.file.sha256
            );
            write_sources(&mut text, sources);
        }
        for entry in self.zonings.values() {
            let record = serde_json::to_string(&entry.record).expect("a record is serialisable");
            let _ = writeln!(text, "zoning {record}");
            let precision_m = match &entry.extent {
                ZoningExtentEntry::Areas(layer) => layer.precision_m,
                ZoningExtentEntry::Communes(_) => 0.0,
            };
            // Neither the report nor the index is part of the content; both come after it.
            if let Some((file, _)) = entry.objects().first() {
                let _ = writeln!(text, "precision_m {precision_m:.3}\nextent {}", file.sha256);
            }
            write_sources(&mut text, entry.sources());
        }
        for (kind, entry) in &self.places {
            let _ = writeln!(text, "places {kind} {}", entry.file.sha256);
            write_sources(&mut text, std::slice::from_ref(&entry.source));
        }
        for (id, entry) in &self.programmes {
            let _ = writeln!(text, "programme {id} {}", entry.file.sha256);
            write_sources(&mut text, std::slice::from_ref(&entry.source));
        }
        for (kind, entry) in self.footprint_entries() {
            let _ = writeln!(text, "footprints {} {}", kind.name(), entry.features);
            for part in &entry.parts {
                let _ = writeln!(text, "part {}", part.sha256);
            }
            write_sources(&mut text, std::slice::from_ref(&entry.source));
        }
        for (level, part, entry) in self.outline_entries() {
            let _ = writeln!(text, "outlines {level} {part} {}", entry.file.file.sha256);
            write_sources(&mut text, &entry.sources);
        }
        if let Some(entry) = &self.communes {
            let _ = writeln!(text, "communes {}", entry.file.sha256);
            write_sources(&mut text, std::slice::from_ref(&entry.source));
        }
        for (vintage, entry) in &self.statistics {
            let _ = writeln!(text, "statistics {vintage} {}", entry.file.sha256);
            write_sources(&mut text, std::slice::from_ref(&entry.source));
        }
        for (name, entry) in &self.grounds {
            let GroundEntry {
                label, attribution, ..
            } = entry;
            let sha256 = &entry.file.sha256;
            let _ = writeln!(text, "ground {name} {sha256}\n{label:?} {attribution:?}");
            write_sources(&mut text, std::slice::from_ref(&entry.source));
        }
        sha256_hex(text.as_bytes())
    }
}

fn write_vintage(text: &mut String, entry: &VintageEntry) {
    let whole: Vec<_> = entry.whole.iter().map(|t| t.key()).collect();
    let (vintage, precision_m, whole) = (entry.vintage, entry.precision_m, whole.join(" "));
    let _ = writeln!(
        text,
        "vintage {vintage}\nprecision_m {precision_m:.3}\nwhole {whole}"
    );
    for (kind, files) in [
        ("perimeters", &entry.files),
        ("official_band", &entry.official_band),
    ] {
        for layer in files {
            let _ = writeln!(text, "{kind} {} {}", layer.crs, layer.file.sha256);
        }
    }
    write_sources(text, &entry.sources);
}

fn write_sources(text: &mut String, sources: &[SourceFile]) {
    // Each once and sorted, so that the order of the files on the command line does not matter.
    let sources: BTreeSet<_> = sources.iter().map(|s| (&s.name, &s.sha256)).collect();
    for (name, sha256) in sources {
        let _ = writeln!(text, "source {sha256} {name:?}");
    }
}

impl DatasetDescriptor {
    /// Walks all stored files of a dataset, with their extensions.
    pub(super) fn objects(&self) -> impl Iterator<Item = (&StoredFile, &'static str)> {
        let vintages = self.vintages.iter().flat_map(VintageEntry::objects);
        let addresses = self.addresses.iter().flat_map(AddressesEntry::objects);
        vintages
            .chain(addresses)
            .chain(self.custom_objects())
            .chain(self.zoning_objects())
            .chain(self.admin_objects())
            .chain(self.footprint_objects())
            .chain(self.ground_objects())
    }

    /// Walks the parcels and buildings of each file.
    pub fn footprint_entries(&self) -> impl Iterator<Item = (FootprintKind, &FootprintsEntry)> {
        let kinds = self.footprints.iter();
        kinds.flat_map(|(kind, files)| files.values().map(|entry| (*kind, entry)))
    }

    /// Walks the stored files of parcels and buildings, with their extensions.
    pub(super) fn footprint_objects(&self) -> impl Iterator<Item = (&StoredFile, &'static str)> {
        self.footprint_entries()
            .flat_map(|(_, entry)| entry.objects())
    }

    /// Walks the archives of tiles, with their extension.
    pub(super) fn ground_objects(&self) -> impl Iterator<Item = (&StoredFile, &'static str)> {
        self.grounds.values().map(|entry| (&entry.file, GROUND))
    }

    /// Walks the stored files of the custom parts, with their extensions.
    pub(super) fn custom_objects(&self) -> impl Iterator<Item = (&StoredFile, &'static str)> {
        let layers = self
            .layers
            .values()
            .flat_map(|entry| [(&entry.file.file, "fgb"), (&entry.report, "json")]);
        let places = self.places.values().map(|entry| (&entry.file, "json"));
        layers
            .chain(places)
            .chain(self.programmes.values().map(|entry| (&entry.file, "toml")))
    }

    /// Walks the stored files of the zonings, with their extensions.
    pub(super) fn zoning_objects(&self) -> impl Iterator<Item = (&StoredFile, &'static str)> {
        self.zonings.values().flat_map(ZoningEntry::objects)
    }

    /// Walks all outlines: level, part, entry.
    pub fn outline_entries(&self) -> impl Iterator<Item = (AdminLevel, &str, &OutlinesEntry)> {
        self.outlines.iter().flat_map(|(level, parts)| {
            parts
                .iter()
                .map(|(part, entry)| (*level, part.as_str(), entry))
        })
    }

    /// Walks the stored files of outlines, statistics and communes, with their extensions.
    pub(super) fn admin_objects(&self) -> impl Iterator<Item = (&StoredFile, &'static str)> {
        let outlines = self.outlines.values().flat_map(BTreeMap::values);
        let outlines =
            outlines.flat_map(|entry| [(&entry.file.file, "fgb"), (&entry.report, "json")]);
        outlines
            .chain(self.statistics.values().map(|entry| (&entry.file, "json")))
            .chain(self.communes.iter().map(|entry| (&entry.file, TABLE)))
    }
}
