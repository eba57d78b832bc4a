//! The parts of a dataset around the perimeters: outlines of regions, departments and communes, statistics.

use std::fmt::Write as _;
use std::path::Path;

use qpv_service::data::import::{OutlinesOptions, OutlinesReport};
use qpv_service::data::{
    self, CommunesReport, DatasetDescriptor, ImportedStatistics, NAMES_OR_CODES, OutlinesEntry,
    StatisticsEntry, StatisticsReport, Store, TextEncoding,
};
use qpv_service::model::{AdminLevel, Crs, VintageRecord};

use crate::args::Settings;
use crate::data::notes::write_notes;
use crate::output::{Outcome, print, print_json, remark, thousands};

/// Codes listed on one line without `--details`.
const MAX_LISTED_CODES: usize = 10;

/// The options of an import of outlines.
pub struct OutlinesImport {
    pub level: AdminLevel,
    pub crs: Option<Crs>,
    pub encoding: Option<TextEncoding>,
    /// Every repaired outline is listed, not only their number.
    pub lists_details: bool,
}

/// Imports the outlines of regions, departments or communes.
pub fn import_outlines(
    settings: &Settings,
    file: &Path,
    import: &OutlinesImport,
) -> anyhow::Result<Outcome> {
    let options = OutlinesOptions {
        crs: import.crs,
        encoding: import.encoding,
        ..OutlinesOptions::new(import.level)
    };
    let imported = data::import_outlines(&settings.store(), file, &options)?;
    if settings.json {
        print_json(&imported)?;
        return Ok(Outcome::Done);
    }
    remark(
        settings.quiet,
        &describe_outlines(&imported.report, import.lists_details),
    );
    print(&format!("dataset {}", imported.digest))?;
    Ok(Outcome::Done)
}

/// Describes an import of outlines; `details` lists every repaired outline.
fn describe_outlines(report: &OutlinesReport, details: bool) -> String {
    let OutlinesReport {
        level,
        file,
        layer,
        crs,
        areas,
        departments,
        unnamed,
        ..
    } = report;
    let mut text = format!(
        "{level}: {} outlines of {file} / {layer}, {crs}",
        thousands(*areas as u64)
    );
    if !departments.is_empty() {
        let departments: Vec<&str> = departments.iter().map(String::as_str).collect();
        let _ = write!(text, "\n  of departments {}", departments.join(", "));
    }
    if *unnamed > 0 {
        let _ = write!(text, "\n  {unnamed} without a name: the code stands for it");
    }
    write_notes(&mut text, "repaired", &report.repaired, details);
    for remark in &report.remarks {
        let _ = write!(text, "\n  {remark}");
    }
    text
}

/// Imports the vintages that a file describes.
pub fn import_vintages(settings: &Settings, file: &Path) -> anyhow::Result<Outcome> {
    let imported = data::import_vintages(&settings.store(), file)?;
    if settings.json {
        print_json(&imported)?;
        return Ok(Outcome::Done);
    }
    for record in &imported.described {
        remark(settings.quiet, &describe_vintage(record));
    }
    print(&format!("dataset {}", imported.digest))?;
    Ok(Outcome::Done)
}

/// Imports the table of communes; `details` lists every code.
pub fn import_communes(
    settings: &Settings,
    file: &Path,
    lists_details: bool,
) -> anyhow::Result<Outcome> {
    let imported = data::import_communes(&settings.store(), file)?;
    if settings.json {
        print_json(&imported)?;
        return Ok(Outcome::Done);
    }
    remark(
        settings.quiet,
        &describe_communes(&imported.report, lists_details),
    );
    print(&format!("dataset {}", imported.digest))?;
    Ok(Outcome::Done)
}

/// Describes an import of communes; `details` lists every code.
fn describe_communes(report: &CommunesReport, details: bool) -> String {
    let mut text = format!(
        "communes: {} of {} rows of {}",
        thousands(report.communes as u64),
        thousands(report.rows as u64),
        report.file
    );
    list(
        &mut text,
        "departments kept as they were",
        &report.kept_departments,
        details,
    );
    if !report.kept_columns.is_empty() {
        let columns = report.kept_columns.join(", ");
        let _ = write!(
            text,
            "\n  kept from before, for the file has none: {columns}"
        );
    }
    list(
        &mut text,
        "communes of before of which the file says nothing",
        &report.gone,
        details,
    );
    text
}

/// Describes a vintage: its year, its codes and its days.
fn describe_vintage(record: &VintageRecord) -> String {
    let mut text = format!("vintage {}: codes {}", record.id, record.codes);
    if let Some(predecessor) = record.predecessor {
        let _ = write!(text, ", replaces {predecessor}");
    }
    for (territory, first) in &record.valid_from {
        let _ = write!(text, "\n  {} from {first}", territory.name());
    }
    text
}

/// Imports the statistics of neighbourhoods; `year` is that of the population where its column does not say.
pub fn import_statistics(
    settings: &Settings,
    file: &Path,
    year: Option<i16>,
    lists_details: bool,
) -> anyhow::Result<Outcome> {
    let imported = data::import_statistics(&settings.store(), file, year)?;
    if settings.json {
        print_json(&imported)?;
        return Ok(Outcome::Done);
    }
    remark(
        settings.quiet,
        &describe_statistics(&imported, lists_details),
    );
    print(&format!("dataset {}", imported.digest))?;
    Ok(Outcome::Done)
}

/// Describes an import of statistics; `details` lists every code.
fn describe_statistics(imported: &ImportedStatistics, details: bool) -> String {
    let ImportedStatistics {
        vintage,
        population_year,
        report,
        matched,
        ..
    } = imported;
    let mut text = format!(
        "statistics of {vintage}: {} neighbourhoods of {}",
        thousands(report.neighbourhoods as u64),
        report.file,
    );
    match &report.population_column {
        None => text.push_str(", no population"),
        Some(column) => {
            let year = population_year.map_or_else(
                || "unknown year (--year sets it)".to_owned(),
                |year| year.to_string(),
            );
            let _ = write!(text, ", population of {year} from `{column}`");
        }
    }
    describe_columns(&mut text, report, details);
    if report.on_several_rows > 0 {
        let several = thousands(report.on_several_rows as u64);
        let _ = write!(
            text,
            "\n  {several} on several rows that agree: each row is taken for the whole"
        );
    }
    for remark in &report.remarks {
        let _ = write!(text, "\n  {remark}");
    }
    list(
        &mut text,
        "without a population (secret or not given)",
        &report.without_population,
        details,
    );
    match matched {
        None => {
            let _ = write!(
                text,
                "\n  no perimeters of {vintage} are loaded to compare them with"
            );
        }
        Some(matched) => {
            list(
                &mut text,
                "with a code that no perimeter loaded has",
                &matched.unknown,
                details,
            );
            list(
                &mut text,
                "perimeters loaded without any figure",
                &matched.without_figures,
                details,
            );
        }
    }
    text
}

/// Describes the indicators kept, and the columns left out; `details` counts the figures of each.
fn describe_columns(text: &mut String, report: &StatisticsReport, details: bool) {
    let kept = thousands(report.indicators.len() as u64);
    let _ = write!(text, "\n  {kept} indicators");
    if details {
        for indicator in &report.indicators {
            let [published, missing] =
                [indicator.published, indicator.missing].map(|count| thousands(count as u64));
            let year = indicator
                .year
                .map_or_else(|| "unknown year".to_owned(), |year| year.to_string());
            let _ = write!(
                text,
                "\n    {} (column `{}`, {year}): {published} published, {missing} not",
                indicator.name, indicator.column
            );
        }
    } else {
        let names: Vec<&str> = report
            .indicators
            .iter()
            .map(|it| it.name.as_str())
            .collect();
        let _ = write!(text, ": {}", names.join(", "));
    }
    for left in &report.left_out {
        // Names and codes are in every table; any other column may be missed.
        if details || left.reason != NAMES_OR_CODES {
            let _ = write!(
                text,
                "\n  column `{}` is left out: {}",
                left.column, left.reason
            );
        }
    }
}

fn list(text: &mut String, what: &str, codes: &[impl ToString], details: bool) {
    if codes.is_empty() {
        return;
    }
    let shown = if details {
        codes.len()
    } else {
        MAX_LISTED_CODES
    };
    let names: Vec<String> = codes.iter().take(shown).map(ToString::to_string).collect();
    let more = if codes.len() > shown {
        ", … (--details lists all)"
    } else {
        ""
    };
    let _ = write!(
        text,
        "\n  {} {what}: {}{more}",
        thousands(codes.len() as u64),
        names.join(", ")
    );
}

/// Shows these parts of the dataset for `qpv data status`.
pub fn show_status(
    store: &Store,
    current: &DatasetDescriptor,
    details: bool,
) -> anyhow::Result<()> {
    for (level, part, entry) in current.outline_entries() {
        let OutlinesEntry {
            areas,
            sources,
            imported_at,
            ..
        } = entry;
        let from: Vec<&str> = sources.iter().map(|source| source.name.as_str()).collect();
        let of = if level == AdminLevel::Commune {
            format!("{level} of {part}")
        } else {
            level.to_string()
        };
        print(&format!("\noutlines, {of}: {}", thousands(*areas as u64)))?;
        print(&format!(
            "  from {}; imported {imported_at}",
            from.join(", ")
        ))?;
        if details {
            print(&describe_outlines(&store.outlines_report(entry)?, true))?;
        }
    }
    for record in &current.described_vintages {
        print(&format!("\n{}", describe_vintage(record)))?;
    }
    if let Some(entry) = &current.communes {
        let communes = thousands(entry.communes as u64);
        print(&format!("\ncommunes: {communes}"))?;
        print(&format!(
            "  from {}; imported {}",
            entry.source.name, entry.imported_at
        ))?;
    }
    for (vintage, entry) in &current.statistics {
        let StatisticsEntry {
            neighbourhoods,
            with_population,
            population_year,
            indicators,
            imported_at,
            ..
        } = entry;
        let from: Vec<&str> = entry.sources().map(|source| source.name.as_str()).collect();
        let [neighbourhoods, populations] =
            [neighbourhoods, with_population].map(|count| thousands(*count as u64));
        let year =
            population_year.map_or_else(|| "unknown year".to_owned(), |year| year.to_string());
        print(&format!(
            "\nstatistics of {vintage}: {neighbourhoods} neighbourhoods, {populations} with a population ({year}), {indicators} indicators"
        ))?;
        print(&format!(
            "  from {}; imported {imported_at}",
            from.join(", ")
        ))?;
    }
    Ok(())
}
