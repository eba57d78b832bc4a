//! `qpv data` for what stands around the perimeters: outlines of regions, departments and communes, statistics.

use std::fmt::Write as _;
use std::path::Path;

use qpv_service::data::import::{OutlinesOptions, OutlinesReport};
use qpv_service::data::{
    self, DatasetDescriptor, ImportedStatistics, OutlinesEntry, StatisticsEntry, Store,
};
use qpv_service::model::{AdminLevel, QpvCode};

use crate::args::{ImportArgs, Settings};
use crate::data::notes;
use crate::output::{Outcome, print, print_json, remark, thousands};

/// Codes listed on one line, before the rest is counted.
const LISTED: usize = 10;

/// Imports outlines or statistics; `None` when the arguments name neither.
pub fn import(settings: &Settings, args: &ImportArgs) -> Option<anyhow::Result<Outcome>> {
    if let Some([level, file]) = args.outlines.as_deref() {
        let level = level.to_string_lossy().parse().map_err(anyhow::Error::from);
        return Some(
            level.and_then(|level| import_outlines(settings, level, Path::new(file), args)),
        );
    }
    args.statistics
        .as_ref()
        .map(|file| import_statistics(settings, file, args))
}

fn import_outlines(
    settings: &Settings,
    level: AdminLevel,
    file: &Path,
    args: &ImportArgs,
) -> anyhow::Result<Outcome> {
    let options = OutlinesOptions {
        crs: args.crs,
        ..OutlinesOptions::new(level)
    };
    let imported = data::import_outlines(&settings.store(), file, &options)?;
    if settings.json {
        print_json(&imported)?;
        return Ok(Outcome::Done);
    }
    remark(
        settings.quiet,
        &describe_outlines(&imported.report, args.details),
    );
    print(&format!("dataset {}", imported.digest))?;
    Ok(Outcome::Done)
}

/// An import of outlines in words; `details` lists every outline repaired.
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
    notes(&mut text, "repaired", &report.repaired, details);
    text
}

fn import_statistics(
    settings: &Settings,
    file: &Path,
    args: &ImportArgs,
) -> anyhow::Result<Outcome> {
    let imported = data::import_statistics(&settings.store(), file, args.year)?;
    if settings.json {
        print_json(&imported)?;
        return Ok(Outcome::Done);
    }
    remark(
        settings.quiet,
        &describe_statistics(&imported, args.details),
    );
    print(&format!("dataset {}", imported.digest))?;
    Ok(Outcome::Done)
}

/// An import of statistics in words; `details` lists every code.
fn describe_statistics(imported: &ImportedStatistics, details: bool) -> String {
    let ImportedStatistics {
        vintage,
        population_year,
        report,
        matched,
        ..
    } = imported;
    let count = |count: usize| thousands(count as u64);
    let year = population_year.map_or_else(
        || "unknown year (--year sets it)".to_owned(),
        |year| year.to_string(),
    );
    let mut text = format!(
        "statistics of {vintage}: {} neighbourhoods of {}, population of {year} from `{}`",
        count(report.neighbourhoods),
        report.file,
        report.population_column
    );
    if report.on_several_rows > 0 {
        let several = count(report.on_several_rows);
        let _ = write!(
            text,
            "\n  {several} on several rows that agree: each row is taken for the whole"
        );
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

fn list(text: &mut String, what: &str, codes: &[QpvCode], details: bool) {
    if codes.is_empty() {
        return;
    }
    let shown = if details { codes.len() } else { LISTED };
    let names: Vec<&str> = codes.iter().take(shown).map(QpvCode::as_str).collect();
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

/// What `data status` says of them.
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
    for (vintage, entry) in &current.statistics {
        let StatisticsEntry {
            neighbourhoods,
            with_population,
            population_year,
            source,
            imported_at,
            ..
        } = entry;
        let [neighbourhoods, populations] =
            [neighbourhoods, with_population].map(|count| thousands(*count as u64));
        let year =
            population_year.map_or_else(|| "unknown year".to_owned(), |year| year.to_string());
        print(&format!(
            "\nstatistics of {vintage}: {neighbourhoods} neighbourhoods, {populations} with a population ({year})"
        ))?;
        print(&format!("  from {}; imported {imported_at}", source.name))?;
    }
    Ok(())
}
