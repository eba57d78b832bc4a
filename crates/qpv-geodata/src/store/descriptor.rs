//! What a dataset consists of: one small JSON file per dataset, named after the dataset's digest.
//!
//! Owns the rule of the digest and the descriptor's own check. The digest covers what answers depend on (perimeters,
//! bands, precision, completeness, own layers, places, programmes, outlines, statistics, names and sums of the source files)
//! and no date, so that importing the same files twice, in any order, gives the same digest. The check covers every byte of the file, dates included.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use jiff::Timestamp;
use qpv_model::{Crs, Slug, Territory, Vintage};
use serde::{Deserialize, Serialize};

use super::addresses::AddressesEntry;
use super::admin::{OutlineEntries, StatisticsEntry};
use super::custom::{LayerEntry, PlacesEntry, ProgrammeEntry};
use super::files::{IMPORT_AGAIN, is_sha256, sha256_hex};
use crate::Error;

/// The layout this version reads and writes.
pub(super) const FORMAT: u32 = 1;

/// A dataset, without its content.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DatasetDescriptor {
    /// SHA-256 over the content, lower-case hexadecimal: the dataset's name, carried by every answer.
    pub digest: String,
    /// Whether it is the sample town, whose answers mean nothing.
    pub fictional: bool,
    /// When it was first written.
    pub published_at: Timestamp,
    /// The dataset that was current before, if any; it may have been pruned since.
    pub parent: Option<String>,
    /// What it holds, oldest vintage first.
    pub vintages: Vec<VintageEntry>,
    /// Its addresses, if any were imported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub addresses: Option<AddressesEntry>,
    /// Its layers of a town's own, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub layers: BTreeMap<Slug, LayerEntry>,
    /// Its lists of places, by kind.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub places: BTreeMap<Slug, PlacesEntry>,
    /// Its programmes of eligibility rules, by identifier.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub programmes: BTreeMap<Slug, ProgrammeEntry>,
    /// Its outlines of regions, departments and communes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub outlines: OutlineEntries,
    /// Its statistics, by vintage.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub statistics: BTreeMap<Vintage, StatisticsEntry>,
}

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

/// An immutable file of the store, found by its sum.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredFile {
    /// SHA-256, lower-case hexadecimal; also the file's name.
    pub sha256: String,
    /// Length.
    pub bytes: u64,
}

/// A stored layer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayerFile {
    /// Where.
    #[serde(flatten)]
    pub file: StoredFile,
    /// The reference system it was published in, and is stored in.
    pub crs: Crs,
    /// How many features.
    pub features: usize,
}

/// A published file that perimeters were read from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SourceFile {
    /// File name, without folders.
    pub name: String,
    /// SHA-256 of the file as received, lower-case hexadecimal.
    pub sha256: String,
    /// Its length.
    pub bytes: u64,
    /// Where it was fetched, when it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Licence, when the catalogue tells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
    /// When it was fetched, when it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retrieved_at: Option<Timestamp>,
}

impl SourceFile {
    /// A file of the user's own.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn from_file(path: &Path) -> Result<Self, Error> {
        let content = std::fs::read(path).map_err(Error::io(path))?;
        let name = path
            .file_name()
            .unwrap_or(path.as_os_str())
            .to_string_lossy();
        Ok(Self::from_content(&name, &content))
    }

    /// Content at hand, under this name.
    #[must_use]
    pub fn from_content(name: &str, content: &[u8]) -> Self {
        Self {
            name: name.to_owned(),
            sha256: sha256_hex(content),
            bytes: content.len() as u64,
            url: None,
            licence: None,
            retrieved_at: None,
        }
    }
}

/// The file as written: the check comes first, at a fixed place.
#[derive(Serialize, Deserialize)]
struct Written {
    check: String,
    format: u32,
    dataset: DatasetDescriptor,
}

const NO_CHECK: &str = "0000000000000000000000000000000000000000000000000000000000000000";

impl DatasetDescriptor {
    /// Of a dataset that holds nothing yet.
    pub(super) fn empty(fictional: bool) -> Self {
        Self {
            digest: String::new(),
            fictional,
            published_at: now(),
            parent: None,
            vintages: Vec::new(),
            addresses: None,
            layers: BTreeMap::new(),
            places: BTreeMap::new(),
            programmes: BTreeMap::new(),
            outlines: BTreeMap::new(),
            statistics: BTreeMap::new(),
        }
    }

    /// The same, published now under the digest of what it holds.
    pub(super) fn sealed(mut self, parent: Option<String>) -> Self {
        self.vintages.sort_by_key(|entry| entry.vintage);
        Self {
            digest: self.content_digest(),
            published_at: now(),
            parent,
            ..self
        }
    }

    /// The entry of one vintage.
    #[must_use]
    pub fn vintage(&self, vintage: Vintage) -> Option<&VintageEntry> {
        self.vintages.iter().find(|entry| entry.vintage == vintage)
    }

    /// The same, with the indexes that another description of the same dataset names.
    pub(super) fn with_indexes_of(&self, other: &Self) -> Self {
        let mut renewed = self.clone();
        for (entry, other) in renewed.vintages.iter_mut().zip(&other.vintages) {
            entry.point_index.clone_from(&other.point_index);
            entry.band.clone_from(&other.band);
        }
        if let (Some(entry), Some(other)) = (&mut renewed.addresses, &other.addresses) {
            entry.index.clone_from(&other.index);
        }
        renewed
    }

    /// Names of all source files, in order, each once.
    #[must_use]
    pub fn source_names(&self) -> Vec<&str> {
        let departments = self
            .addresses
            .iter()
            .flat_map(|entry| entry.departments.values());
        let sources = self
            .vintages
            .iter()
            .flat_map(|v| &v.sources)
            .chain(departments.flat_map(|d| &d.sources));
        let own = self
            .layers
            .values()
            .flat_map(|it| &it.sources)
            .chain(self.places.values().map(|it| &it.source));
        let own = own.chain(self.programmes.values().map(|it| &it.source));
        let own = own.chain(self.outline_entries().flat_map(|(_, _, it)| &it.sources));
        let own = own.chain(self.statistics.values().map(|it| &it.source));
        let names: BTreeSet<_> = sources.chain(own).map(|s| s.name.as_str()).collect();
        names.into_iter().collect()
    }

    /// The file's text: pretty JSON whose `check` is the SHA-256 of the whole text with zeros in its place.
    pub(super) fn to_text(&self) -> String {
        let written = Written {
            check: NO_CHECK.into(),
            format: FORMAT,
            dataset: self.clone(),
        };
        let mut text =
            serde_json::to_string_pretty(&written).expect("a descriptor is serialisable");
        text.push('\n');
        let check = sha256_hex(text.as_bytes());
        text.replacen(NO_CHECK, &check, 1)
    }

    /// Reads a descriptor back; `digest` is the name it was found under.
    ///
    /// # Errors
    /// [`Error::Damaged`] when a single byte differs from what was written, or the format is a later one.
    pub(super) fn from_text(path: &Path, text: &str, digest: &str) -> Result<Self, Error> {
        let damaged = |fault: String| Error::Damaged {
            path: path.into(),
            fault,
            advice: IMPORT_AGAIN,
        };
        refuse_later_format(path, text)?;
        let written: Written = serde_json::from_str(text)
            .map_err(|e| damaged(format!("not a dataset's description ({e})")))?;
        if !is_sha256(&written.check)
            || sha256_hex(text.replacen(&written.check, NO_CHECK, 1).as_bytes()) != written.check
        {
            return Err(damaged("its content was altered".into()));
        }
        let dataset = written.dataset;
        if dataset.digest != digest || dataset.content_digest() != digest {
            return Err(damaged(
                "it describes another dataset than its name says".into(),
            ));
        }
        Ok(dataset)
    }
}

/// A file written by a later version is told apart from a damaged one.
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
    /// The digest of a dataset. One line a fact, each list in a fixed order; import reports are left out, for they tell
    /// how the import went (paths, sentences), which no answer depends on. What a dataset does not hold has no line.
    fn content_digest(&self) -> String {
        let mut text = format!("qpv dataset {FORMAT}\nfictional {}\n", self.fictional);
        for entry in &self.vintages {
            tell_vintage(&mut text, entry);
        }
        // The index follows from the files, and is made anew by a later version.
        for (department, entry) in self.addresses.iter().flat_map(|entry| &entry.departments) {
            let _ = writeln!(text, "addresses {department} {}", entry.addresses);
            tell_sources(&mut text, &entry.sources);
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
            tell_sources(&mut text, sources);
        }
        for (kind, entry) in &self.places {
            let _ = writeln!(text, "places {kind} {}", entry.file.sha256);
            tell_sources(&mut text, std::slice::from_ref(&entry.source));
        }
        for (id, entry) in &self.programmes {
            let _ = writeln!(text, "programme {id} {}", entry.file.sha256);
            tell_sources(&mut text, std::slice::from_ref(&entry.source));
        }
        for (level, part, entry) in self.outline_entries() {
            let _ = writeln!(text, "outlines {level} {part} {}", entry.file.file.sha256);
            tell_sources(&mut text, &entry.sources);
        }
        for (vintage, entry) in &self.statistics {
            let _ = writeln!(text, "statistics {vintage} {}", entry.file.sha256);
            tell_sources(&mut text, std::slice::from_ref(&entry.source));
        }
        sha256_hex(text.as_bytes())
    }
}

fn tell_vintage(text: &mut String, entry: &VintageEntry) {
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
    tell_sources(text, &entry.sources);
}

fn tell_sources(text: &mut String, sources: &[SourceFile]) {
    let sources: BTreeSet<_> = sources.iter().map(|s| (&s.name, &s.sha256)).collect();
    for (name, sha256) in sources {
        let _ = writeln!(text, "source {sha256} {name:?}");
    }
}

/// The present time, to the second.
pub(super) fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_second(now.as_second()).unwrap_or(now)
}
