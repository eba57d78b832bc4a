//! Importing what stands around the perimeters: outlines of regions, departments and communes, statistics.

use std::collections::BTreeSet;
use std::path::Path;

use qpv_geodata::communes::{CommunesReport, read_communes};
use qpv_geodata::import::{OutlinesOptions, OutlinesReport, read_outlines};
use qpv_geodata::statistics::{StatisticsReport, read_statistics};
use qpv_geodata::store::{OutlinesComponent, SourceFile};
use qpv_geodata::vintages;
use qpv_model::{QpvCode, Vintage, VintageRecord};

use super::{Error, Store, with_companions};

/// The result of an import of outlines.
#[derive(Debug, serde::Serialize)]
pub struct ImportedOutlines {
    /// The dataset now current.
    pub digest: String,
    /// The report, area by area where something was repaired.
    pub report: OutlinesReport,
}

/// The result of an import of statistics.
#[derive(Debug, serde::Serialize)]
pub struct ImportedStatistics {
    /// The dataset now current.
    pub digest: String,
    /// The vintage they are about.
    pub vintage: Vintage,
    /// The year of the population, where known.
    pub population_year: Option<i16>,
    /// The report of the reading.
    pub report: StatisticsReport,
    /// The match with the perimeters loaded; `None` when none of the vintage are.
    pub matched: Option<Matched>,
}

/// The match of statistics with the perimeters loaded.
#[derive(Debug, serde::Serialize)]
pub struct Matched {
    /// Codes that no perimeter loaded has: kept, for perimeters may be imported later.
    pub unknown: Vec<QpvCode>,
    /// Perimeters loaded without any figure.
    pub without_figures: Vec<QpvCode>,
}

/// Imports a file as the outlines of a level, in place of those there were, communes in place of those of their
/// departments; all else stays.
///
/// # Errors
/// Any [`Error`]; the dataset that was current then still is.
pub fn import_outlines(
    store: &Store,
    file: &Path,
    options: &OutlinesOptions,
) -> Result<ImportedOutlines, Error> {
    let sources = with_companions(file)
        .iter()
        .map(|file| SourceFile::from_file(file))
        .collect::<Result<_, _>>()?;
    import_outlines_from(store, file, options, sources, None)
}

/// The same for a file that comes from these sources; one that must be `of` a department is refused when it holds none of it.
pub(super) fn import_outlines_from(
    store: &Store,
    file: &Path,
    options: &OutlinesOptions,
    sources: Vec<SourceFile>,
    of: Option<&str>,
) -> Result<ImportedOutlines, Error> {
    let (areas, report) = read_outlines(file, options)?;
    if let Some(of) = of.filter(|of| !report.departments.iter().any(|it| it == of)) {
        return Err(Error::NotOutlines {
            file: report.file,
            level: report.level,
            fault: format!("it holds none of department {of}"),
        });
    }
    let component = OutlinesComponent {
        areas,
        report,
        sources,
    };
    let digest = store.publish_outlines(&component)?;
    Ok(ImportedOutlines {
        digest,
        report: component.report,
    })
}

/// The result of an import of vintages.
#[derive(Debug, serde::Serialize)]
pub struct ImportedVintages {
    /// The dataset now current.
    pub digest: String,
    /// The vintages that the file describes.
    pub described: Vec<VintageRecord>,
}

/// Imports the vintages that a file describes, beside those built in; all else stays.
///
/// # Errors
/// Any [`Error`]; the dataset that was current then still is.
pub fn import_vintages(store: &Store, file: &Path) -> Result<ImportedVintages, Error> {
    let described = vintages::read_file(file)?;
    let digest = store.publish_vintages(&described)?;
    Ok(ImportedVintages { digest, described })
}

/// The result of an import of communes.
#[derive(Debug, serde::Serialize)]
pub struct ImportedCommunes {
    /// The dataset now current.
    pub digest: String,
    /// The report of the reading.
    pub report: CommunesReport,
}

/// Imports a file as the table of communes, in place of those of its departments; all else stays.
///
/// # Errors
/// Any [`Error`]; the dataset that was current then still is.
pub fn import_communes(store: &Store, file: &Path) -> Result<ImportedCommunes, Error> {
    import_communes_from(store, file, SourceFile::from_file(file)?)
}

/// The same for a file that comes from this source.
pub(super) fn import_communes_from(
    store: &Store,
    file: &Path,
    source: SourceFile,
) -> Result<ImportedCommunes, Error> {
    let (table, report) = read_communes(file, &store.communes()?)?;
    let digest = store.publish_communes(&table, &report, source)?;
    Ok(ImportedCommunes { digest, report })
}

/// Imports a file as statistics of the vintage of its codes, beside those there are: indicators of the same name and year
/// are replaced; all else stays. `year` is that of the columns whose names give none.
///
/// # Errors
/// Any [`Error`]; the dataset that was current then still is.
pub fn import_statistics(
    store: &Store,
    file: &Path,
    year: Option<i16>,
) -> Result<ImportedStatistics, Error> {
    import_statistics_from(store, file, year, SourceFile::from_file(file)?)
}

/// The same for a file that comes from this source.
pub(super) fn import_statistics_from(
    store: &Store,
    file: &Path,
    year: Option<i16>,
    source: SourceFile,
) -> Result<ImportedStatistics, Error> {
    let (statistics, report) = read_statistics(file, year, &store.known_vintages()?)?;
    let digest = store.publish_statistics(&statistics, source)?;
    // Opened anew, so that the match is that of the dataset as published.
    let dataset = store.open(&digest)?;
    let matched = dataset.layer(statistics.vintage).map(|layer| {
        let codes: BTreeSet<QpvCode> = layer.perimeters.iter().map(|it| it.code_qp).collect();
        let with_figures: BTreeSet<QpvCode> = statistics.table.by_code.keys().copied().collect();
        Matched {
            unknown: with_figures.difference(&codes).copied().collect(),
            without_figures: codes.difference(&with_figures).copied().collect(),
        }
    });
    let (vintage, population_year) = (statistics.vintage, statistics.population_year);
    Ok(ImportedStatistics {
        digest,
        vintage,
        population_year,
        report,
        matched,
    })
}
