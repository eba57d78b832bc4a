//! Pulling official files: the perimeters, the addresses of departments, or all that the towns of departments need.

use std::path::{Path, PathBuf};

use qpv_geodata::http_client::RetryPolicy;
use qpv_geodata::import::{ImportOptions, OutlinesOptions, read_vintage};
use qpv_geodata::report::ImportReport;
use qpv_geodata::store::{DatasetDescriptor, SourceFile, Store, VintageComponent};
use qpv_model::Vintage;
use qpv_pull::{
    CatalogueEntry, FetchedFile, ObtainedSource, SourceCatalogue, SourceFetcher, SourceKind,
    SourceMirror, TransferProgress,
};
use serde::Serialize;

use super::context::{import_communes_from, import_outlines_from, import_statistics_from};
use super::places::import_places_from;
use super::{Error, Imported, ImportedAddresses, component, import_from, publish};

/// Columns that make a list one that says which perimeters became which.
const CORRESPONDENCE_COLUMNS: [&str; 2] = ["qp2024", "qp2015"];

/// The places that files are pulled from.
#[derive(Debug, Clone, Default)]
pub struct PullPlaces {
    /// Instead of the official addresses.
    pub mirror: Option<SourceMirror>,
    /// Instead of the built-in catalogue.
    pub catalogue: Option<PathBuf>,
}

impl PullPlaces {
    /// Returns the catalogue to use.
    ///
    /// # Errors
    /// [`Error::Catalogue`], [`Error::Io`].
    pub fn catalogue(&self) -> Result<SourceCatalogue, Error> {
        let path = self.catalogue.as_deref();
        path.map_or_else(|| Ok(SourceCatalogue::built_in()), SourceCatalogue::read)
    }
}

/// Fetches the official addresses of departments, by INSEE code, or `all`, and imports them, all or none.
///
/// # Errors
/// Any [`Error`]; the dataset that was current then still is.
pub fn pull_addresses(
    store: &Store,
    departments: &[String],
    places: &PullPlaces,
    progress: &mut dyn TransferProgress,
) -> Result<ImportedAddresses, Error> {
    let catalogue = places.catalogue()?;
    let sources = catalogue.addresses(departments)?;
    let folder = store.download_folder()?;
    let mut fetcher = fetcher(&catalogue, places, folder.path(), progress)?;
    let mut fetched = Vec::new();
    for source in &sources {
        let obtained = fetcher.obtain(source, None, progress, &mut |file| Ok(file.clone()))?;
        fetched.extend(accepted(obtained));
    }
    let files: Vec<PathBuf> = fetched.iter().map(|file| file.content.clone()).collect();
    let sources: Vec<SourceFile> = fetched.iter().map(FetchedFile::to_source).collect();
    let of: Vec<Option<&str>> = fetched
        .iter()
        .map(|file| file.source.department.as_deref())
        .collect();
    let imported = import_from(store, &files, &sources, &of);
    discard_unless_kept(&fetched, imported.as_ref().err());
    imported
}

/// Fetches the official perimeters, of this vintage or all, and imports them. All vintages asked for become current together,
/// or none does.
///
/// # Errors
/// Any [`Error`]; the dataset that was current then still is.
pub fn pull(
    store: &Store,
    vintage: Option<Vintage>,
    places: &PullPlaces,
    progress: &mut dyn TransferProgress,
) -> Result<Vec<Imported>, Error> {
    let catalogue = places.catalogue()?;
    let selection: Vec<String> = vintage.iter().map(ToString::to_string).collect();
    let sources = catalogue.select(&selection)?;
    let folder = store.download_folder()?;
    let mut fetcher = fetcher(&catalogue, places, folder.path(), progress)?;
    // All files are read before any is published, so that all vintages become current or none.
    let (mut components, mut fetched) = (Vec::new(), Vec::new());
    for source in sources {
        let obtained = fetcher.obtain(source, None, progress, &mut |file| {
            Ok((file.clone(), perimeters(store, file)?))
        })?;
        if let ObtainedSource::Accepted {
            value: (file, component),
            ..
        } = obtained
        {
            fetched.push(file);
            components.push(component);
        }
    }
    let imported = publish(store, &components);
    discard_unless_kept(&fetched, imported.as_ref().err());
    imported
}

fn fetcher<'a>(
    catalogue: &SourceCatalogue,
    places: &'a PullPlaces,
    folder: &'a Path,
    progress: &mut dyn TransferProgress,
) -> Result<SourceFetcher<'a>, Error> {
    let policy = RetryPolicy::default();
    SourceFetcher::new(catalogue, places.mirror.as_ref(), folder, &policy, progress)
}

fn accepted<T>(obtained: ObtainedSource<T>) -> Option<T> {
    match obtained {
        ObtainedSource::Accepted { value, .. } => Some(value),
        ObtainedSource::Unchanged => None,
    }
}

/// Removes files that were imported, or cannot be. Those that only could not be stored now stay for the next run.
fn discard_unless_kept(files: &[FetchedFile], error: Option<&Error>) {
    if error.is_none_or(Error::is_of_source) {
        files.iter().for_each(FetchedFile::discard);
    }
}

/// Reads perimeters that were fetched.
fn perimeters(store: &Store, file: &FetchedFile) -> Result<VintageComponent, Error> {
    let vintage = file
        .source
        .vintage
        .expect("the catalogue is checked: perimeters have a vintage");
    let options = ImportOptions {
        known: store.known_vintages()?,
        ..ImportOptions::new(vintage)
    };
    let (layer, mut report) = read_vintage(std::slice::from_ref(&file.content), &options)?;
    report.remarks.extend(missing_layers(&file.source, &report));
    Ok(component(layer, report, vec![file.to_source()], false))
}

/// The result of pulling all that towns need.
#[derive(Debug, Serialize)]
pub struct PulledTown {
    /// The dataset now current, if there is one.
    pub digest: Option<String>,
    /// The parts asked for, in the order of the catalogue.
    pub parts: Vec<PulledPart>,
}

/// One part of what was pulled.
#[derive(Debug, Serialize)]
pub struct PulledPart {
    /// The identifier of its source in the catalogue.
    pub source: String,
    /// Its end.
    #[serde(flatten)]
    pub outcome: PullOutcome,
}

/// The end of pulling one part.
#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case", tag = "outcome")]
pub enum PullOutcome {
    /// It was fetched and imported.
    Imported {
        /// The address it came from, or the path in the mirror.
        from: String,
        /// Length of the file.
        bytes: u64,
        /// The content, in words.
        content: String,
        /// Its title on the portal, if it was found there.
        found_as: Option<String>,
        /// The reason why it did not come from its address, if it did not.
        moved: Option<String>,
    },
    /// It is the version that is loaded already.
    Unchanged {
        /// The time of the import that loaded it, or of the transfer.
        since: Option<jiff::Timestamp>,
    },
    /// The catalogue knows a page for it, but no address.
    ByHand {
        /// The page.
        page: String,
    },
    /// It could not be fetched or imported; what was loaded before still is.
    Failed {
        /// The fault, and what to do.
        fault: String,
    },
}

impl PulledTown {
    /// Returns the number of parts that failed.
    #[must_use]
    pub fn failed(&self) -> usize {
        let failed = |part: &&PulledPart| matches!(part.outcome, PullOutcome::Failed { .. });
        self.parts.iter().filter(failed).count()
    }
}

/// Fetches and imports all that the towns of these departments need, part by part: each becomes current as it is imported,
/// and one that fails costs no other. What is loaded and unchanged is not fetched, unless `again`.
///
/// # Errors
/// [`Error::Catalogue`], [`Error::Damaged`], [`Error::AlreadyPulling`], [`Error::NoRoom`] and others that concern all parts.
pub fn pull_town(
    store: &Store,
    departments: &[String],
    again: bool,
    places: &PullPlaces,
    progress: &mut dyn TransferProgress,
) -> Result<PulledTown, Error> {
    let catalogue = places.catalogue()?;
    let sources = catalogue.of_departments(departments, &loaded_departments(store)?);
    let folder = store.download_folder()?;
    let mut fetcher = fetcher(&catalogue, places, folder.path(), progress)?;
    let mut parts = Vec::new();
    // One after the other: an import waits for the lock of the store anyway.
    for source in &sources {
        let outcome = match pull_part(store, source, again, places, &mut fetcher, progress) {
            Ok(outcome) => outcome,
            // Nothing more can be stored: further transfers would be in vain.
            Err(error @ Error::NoRoom { .. }) => return Err(error),
            Err(error) => PullOutcome::Failed {
                fault: error.to_string(),
            },
        };
        parts.push(PulledPart {
            source: source.id.clone(),
            outcome,
        });
    }
    Ok(PulledTown {
        digest: store.current_digest()?,
        parts,
    })
}

/// Returns the departments whose addresses are loaded.
pub(super) fn loaded_departments(store: &Store) -> Result<Vec<String>, Error> {
    let addresses = descriptor(store)?.and_then(|descriptor| descriptor.addresses);
    Ok(addresses.map_or_else(Vec::new, |entry| entry.departments.into_keys().collect()))
}

/// Returns the description of the current dataset; none for the fictional town, of which nothing is kept.
pub(super) fn descriptor(store: &Store) -> Result<Option<DatasetDescriptor>, Error> {
    let current = store.status()?.current;
    Ok(current.filter(|descriptor| !descriptor.fictional))
}

fn pull_part(
    store: &Store,
    source: &CatalogueEntry,
    again: bool,
    places: &PullPlaces,
    fetcher: &mut SourceFetcher<'_>,
    progress: &mut dyn TransferProgress,
) -> Result<PullOutcome, Error> {
    // A mirror may hold what no publisher offers for download.
    if let (None, None, None, Some(page)) =
        (&places.mirror, &source.url, &source.dataset, &source.page)
    {
        return Ok(PullOutcome::ByHand { page: page.clone() });
    }
    let loaded = loaded_source(store, source)?;
    // Under `--again` nothing counts as known: a later program reads more of the same file.
    let known = loaded.as_ref().filter(|_| !again);
    let obtained = fetcher.obtain(source, known, progress, &mut |file| import(store, file))?;
    Ok(match obtained {
        ObtainedSource::Unchanged => PullOutcome::Unchanged {
            since: loaded.and_then(|source| source.retrieved_at),
        },
        ObtainedSource::Accepted { file, value, moved } => {
            file.discard();
            PullOutcome::Imported {
                from: file.from,
                bytes: file.bytes,
                content: value,
                found_as: file.found_as,
                moved,
            }
        }
    })
}

/// Returns the file of a source that is loaded, if it is.
///
/// # Errors
/// [`Error::Damaged`], [`Error::Io`].
pub(super) fn loaded_source(
    store: &Store,
    source: &CatalogueEntry,
) -> Result<Option<SourceFile>, Error> {
    if source.kind == SourceKind::Correspondence {
        return Ok(store.kept_list(&source.file).map(|(_, source)| source));
    }
    let descriptor = descriptor(store)?;
    let loaded = descriptor
        .iter()
        .flat_map(DatasetDescriptor::sources)
        .find(|loaded| loaded.name == source.file);
    Ok(loaded.cloned())
}

/// Imports a file that was fetched; returns its content in words.
fn import(store: &Store, file: &FetchedFile) -> Result<String, Error> {
    let (content, source) = (file.content.as_path(), file.to_source());
    let of = file.source.department.as_deref();
    Ok(match file.source.kind {
        SourceKind::Perimeters => {
            let imported = publish(store, &[perimeters(store, file)?])?;
            let count: usize = imported.iter().map(|it| it.report.perimeters).sum();
            counted(count as u64, "perimeter")
        }
        SourceKind::Addresses => {
            let imported = import_from(store, &[content.to_owned()], &[source], &[of])?;
            let taken: u64 = imported.report.files.iter().map(|it| it.taken).sum();
            format!("{taken} addresses")
        }
        SourceKind::Communes => {
            let imported = import_communes_from(store, content, source)?;
            counted(imported.report.communes as u64, "commune")
        }
        SourceKind::Outlines => {
            let level = file
                .source
                .level
                .expect("the catalogue is checked: outlines have a level");
            let options = OutlinesOptions::new(level);
            let imported = import_outlines_from(store, content, &options, vec![source], of)?;
            counted(imported.report.areas as u64, "outline")
        }
        SourceKind::Statistics => {
            let imported = import_statistics_from(store, content, file.source.year, source)?;
            let report = imported.report;
            let indicators = counted(report.indicators.len() as u64, "indicator");
            let of = counted(report.neighbourhoods as u64, "neighbourhood");
            format!("{indicators} of {of}")
        }
        SourceKind::Places => {
            let kind = file
                .source
                .places
                .clone()
                .expect("the catalogue is checked: places have a kind");
            let imported = import_places_from(store, kind, content, source)?;
            counted(imported.report.places as u64, "place")
        }
        SourceKind::Correspondence => keep_correspondence(store, content, &source)?,
    })
}

/// Returns a number of things: `1 place`, `2 places`.
fn counted(count: u64, thing: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {thing}{plural}")
}

/// Keeps the list of which perimeters became which.
fn keep_correspondence(store: &Store, path: &Path, source: &SourceFile) -> Result<String, Error> {
    let content = std::fs::read(path).map_err(|error| Error::Io {
        path: path.to_owned(),
        source: error,
    })?;
    // The list is read for its header alone; the comparison reads the rest.
    let text = String::from_utf8_lossy(&content);
    let header = text.lines().next().unwrap_or_default().to_lowercase();
    if !CORRESPONDENCE_COLUMNS
        .iter()
        .all(|column| header.contains(column))
    {
        let start: String = header.chars().take(60).collect();
        return Err(Error::NotCorrespondence {
            file: source.name.clone(),
            fault: format!("it begins with `{start}`"),
        });
    }
    let kept = store.keep_list(source, &content)?;
    let rows = text
        .lines()
        .skip(1)
        .filter(|line| !line.trim().is_empty())
        .count();
    Ok(format!(
        "{}, for `qpv compare --correspondence {}`",
        counted(rows as u64, "row"),
        kept.display()
    ))
}

/// Layers the catalogue expects that the file no longer has.
fn missing_layers(source: &CatalogueEntry, report: &ImportReport) -> Vec<String> {
    source
        .layers
        .iter()
        .filter(|name| !has_layer(report, name))
        .map(|name| {
            format!(
                "{} has no layer {name} any more: the publisher changed its layout",
                source.file
            )
        })
        .collect()
}

/// Returns true when a file read has a layer of this name, or has it in its own name.
fn has_layer(report: &ImportReport, name: &str) -> bool {
    report
        .layers
        .iter()
        .any(|layer| layer.layer == name || layer.file.contains(name))
}
