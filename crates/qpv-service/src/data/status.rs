//! The age of each part of a dataset, what is missing, and what is published since.

use jiff::{Timestamp, Unit};
use qpv_geodata::http_client::RetryPolicy;
use qpv_geodata::store::{SourceFile, Store};
use qpv_model::{AdminLevel, Vintage};
use qpv_pull::{
    CatalogueEntry, PublishedVersion, SourceCatalogue, SourceFetcher, SourceKind, TransferProgress,
};
use serde::Serialize;

use super::Error;
use super::loaded_parts::loaded_parts;
use super::pull::{PullPlaces, descriptor, loaded_departments, loaded_source};

/// The department of examples, where none is loaded.
const EXAMPLE_DEPARTMENT: &str = "61";
/// The kind of places that rules of the State depend on.
const SCHOOLS: &str = "schools";

/// One part of a dataset, or one that it lacks.
#[derive(Debug, Clone, Serialize)]
pub struct PartStatus {
    /// Its name: `perimeters 2024`, `addresses 61`.
    pub part: String,
    /// True where it is loaded.
    pub loaded: bool,
    /// The time of its import.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub imported_at: Option<Timestamp>,
    /// The time its files were fetched, the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retrieved_at: Option<Timestamp>,
    /// The day of the last change of its files at their source, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changed_at: Option<Timestamp>,
    /// Whole days since its files were fetched, or else since its import.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age_days: Option<i64>,
    /// Its files.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
    /// The remark on a part that is not loaded: what stands for it, and what brings it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advice: Option<String>,
    /// The comparison with what is published, if it was asked for.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub published: Option<PublishedVersion>,
}

impl PartStatus {
    fn loaded(part: String, sources: &[&SourceFile], imported_at: Option<Timestamp>) -> Self {
        let retrieved_at = sources.iter().filter_map(|it| it.retrieved_at).max();
        // What was fetched is as old as its transfer.
        let since = retrieved_at.or(imported_at);
        Self {
            part,
            loaded: true,
            imported_at,
            retrieved_at,
            changed_at: sources.iter().filter_map(|it| it.modified_at).max(),
            age_days: since.and_then(days_since),
            files: sources.iter().map(|it| it.name.clone()).collect(),
            advice: None,
            published: None,
        }
    }

    fn missing(part: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            part: part.into(),
            loaded: false,
            imported_at: None,
            retrieved_at: None,
            changed_at: None,
            age_days: None,
            files: Vec::new(),
            advice: Some(advice.into()),
            published: None,
        }
    }
}

fn days_since(time: Timestamp) -> Option<i64> {
    let hours = (Timestamp::now() - time).total(Unit::Hour).ok()?;
    // A clock set back makes no negative age.
    #[expect(clippy::cast_possible_truncation, reason = "hours of a human life fit")]
    Some((hours / 24.0).floor().max(0.0) as i64)
}

/// Returns the parts of the current dataset with their age, and those that a town needs and that are not loaded; the catalogue
/// says which of these can be pulled. Nothing is asked of any server.
///
/// # Errors
/// [`Error::Catalogue`], [`Error::Damaged`], [`Error::Io`].
pub fn part_statuses(store: &Store, places: &PullPlaces) -> Result<Vec<PartStatus>, Error> {
    let catalogue = places.catalogue()?;
    let departments = loaded_departments(store)?;
    let pull = pull_command(places);
    let descriptor = descriptor(store)?;
    let mut parts = Vec::new();
    if let Some(descriptor) = &descriptor {
        let loaded = loaded_parts(descriptor).into_iter();
        parts.extend(loaded.map(|it| PartStatus::loaded(it.part, &it.files, it.imported_at)));
    }
    let lists = catalogue.of_kind(SourceKind::Correspondence);
    for (path, source) in lists.filter_map(|list| store.kept_list(&list.file)) {
        let mut part =
            PartStatus::loaded("correspondence".to_owned(), &[&source], source.retrieved_at);
        part.advice = Some(format!("qpv compare --correspondence {}", path.display()));
        parts.push(part);
    }
    // After the others: what is missing is read last, and remembered.
    let vintages = store.known_vintages()?.ids();
    for (part, advice) in needed_parts(&vintages, &catalogue, &departments, &pull) {
        if !parts
            .iter()
            .any(|it| it.part == part || it.part.starts_with(&format!("{part} ")))
        {
            parts.push(PartStatus::missing(part, advice));
        }
    }
    Ok(parts)
}

/// Returns the command that pulls from this catalogue: `qpv data pull`.
fn pull_command(places: &PullPlaces) -> String {
    let catalogue = places.catalogue.as_ref();
    let option = catalogue.map(|path| format!(" --catalogue {}", path.display()));
    format!("qpv data pull{}", option.unwrap_or_default())
}

fn departments_option(departments: &[String]) -> String {
    let codes = if departments.is_empty() {
        EXAMPLE_DEPARTMENT.to_owned()
    } else {
        departments.join(",")
    };
    format!("--departement {codes}")
}

/// Returns the parts that a town needs, each with what brings it.
fn needed_parts(
    vintages: &[Vintage],
    catalogue: &SourceCatalogue,
    departments: &[String],
    pull: &str,
) -> Vec<(String, String)> {
    let mut parts = Vec::new();
    for vintage in vintages {
        // A vintage that the dataset describes may be in no catalogue yet.
        let advice = if catalogue.has_perimeters(*vintage) {
            pull.to_owned()
        } else {
            format!("qpv data import --vintage {vintage} FILE")
        };
        parts.push((format!("perimeters {vintage}"), advice));
    }
    let pull = format!("{pull} {}", departments_option(departments));
    let pull = pull.as_str();
    let built_in = format!("the table built into the program answers; {pull}");
    parts.push(("communes".to_owned(), built_in));
    parts.push(("addresses".to_owned(), pull.to_owned()));
    for level in [AdminLevel::Region, AdminLevel::Departement] {
        parts.push((format!("outlines {level}"), pull.to_owned()));
    }
    let communes = departments
        .iter()
        .map(|code| format!("outlines communes {code}"));
    parts.extend(communes.map(|part| (part, pull.to_owned())));
    for vintage in vintages {
        let by_hand = format!("{pull}, or qpv data import --statistics FILE");
        parts.push((format!("statistics {vintage}"), by_hand));
    }
    parts.push((format!("places {SCHOOLS}"), pull.to_owned()));
    parts.push(("correspondence".to_owned(), pull.to_owned()));
    let zoning = "qpv data import --zoning NAME FILE, where one is needed".to_owned();
    parts.push(("zoning".to_owned(), zoning));
    parts
}

/// Asks the publishers and the portal which of these parts have a newer version, without fetching any.
///
/// # Errors
/// [`Error::Catalogue`], [`Error::Damaged`], [`Error::Io`]; a server that does not answer is none: the part says so.
pub fn published_versions(
    store: &Store,
    parts: &mut [PartStatus],
    places: &PullPlaces,
    progress: &mut dyn TransferProgress,
) -> Result<(), Error> {
    let catalogue = places.catalogue()?;
    let departments = loaded_departments(store)?;
    let sources = catalogue.of_departments(&departments, &[]);
    // Nothing is downloaded, so any folder will do.
    let folder = std::env::temp_dir();
    // Somebody waits for the answer, and may ask again.
    let policy = RetryPolicy {
        attempts: 2,
        ..RetryPolicy::default()
    };
    let mut fetcher = SourceFetcher::new(&catalogue, None, &folder, &policy, progress)?;
    for part in parts.iter_mut().filter(|part| part.loaded) {
        let mut published = Vec::new();
        for source in sources.iter().filter(|it| part.files.contains(&it.file)) {
            published.push(published_version(store, &mut fetcher, source, progress)?);
        }
        part.published = newest(published);
    }
    Ok(())
}

fn published_version(
    store: &Store,
    fetcher: &mut SourceFetcher<'_>,
    source: &CatalogueEntry,
    progress: &mut dyn TransferProgress,
) -> Result<PublishedVersion, Error> {
    let loaded = loaded_source(store, source)?;
    Ok(
        match loaded.filter(|loaded| loaded.retrieved_at.is_some()) {
            Some(loaded) => fetcher.compare(source, &loaded, progress),
            None => PublishedVersion::Unknown {
                fault: "it was imported by hand, and it is not known from when it is".to_owned(),
            },
        },
    )
}

/// Returns what matters most of the files of a part: a newer one, then one of which nothing is known.
fn newest(published: Vec<PublishedVersion>) -> Option<PublishedVersion> {
    published.into_iter().min_by_key(|version| match version {
        PublishedVersion::Newer { .. } => 0,
        PublishedVersion::Unknown { .. } => 1,
        PublishedVersion::Same => 2,
    })
}
