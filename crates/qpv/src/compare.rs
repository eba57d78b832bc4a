//! `qpv compare`: the comparison of two vintages, for an area.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use qpv_documents::comparison::{ExportFormat, ExportTable, export};
use qpv_french::numbers::hectares;
use qpv_french::{key, sentence};
use qpv_http::wire::{CompareAnswer, CompareParts, DatasetRef};
use qpv_service::messages::comparison::{change_class, undetermined_reason, unmatched_reason};
use qpv_service::messages::perimeter;
use qpv_service::model::{Perimeter, Vintage};
use qpv_service::{
    Changed, CodedError, ComparedVintages, Comparison, FieldSelection, Scope, ScopeTexts, Totals,
    today,
};

use crate::args::{Settings, known};
use crate::correspondence::{CorrespondenceList, CorrespondenceReport};
use crate::output::{Outcome, print, print_json, remark, thousands};
use crate::output_file::OutputFile;

/// The help after the options.
pub const AFTER_HELP: &str = "\
Without -o, one line for each change. A change is told with all its perimeters when one of them lies in the area.

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 nothing but what cannot be told.

Examples:
  qpv compare --insee 61169
  qpv compare --insee 61169 -o flers.xlsx
  qpv compare --departement 61 -o orne.gpkg
  qpv compare --insee 61169,61006 -o orne.pdf
  qpv compare --json --epci 200035814
  qpv compare --insee 61169 --fields popMuniQPV,taux_pauvrete_60 -o flers.xlsx
  qpv compare --correspondence liste-correspondance-qp2024-qp2015.csv";

/// The vintages and the area; the whole country without one.
#[derive(Debug, Args)]
pub struct CompareArgs {
    /// The vintage compared from [default: the one that --to replaced]
    #[arg(long, value_name = "VINTAGE")]
    pub from: Option<Vintage>,
    /// The vintage compared to [default: the one that replaced --from, or else the newest in force]
    #[arg(long, value_name = "VINTAGE")]
    pub to: Option<Vintage>,
    /// Communes, by INSEE code, a comma between them
    #[arg(long, value_name = "CODES")]
    pub insee: Option<String>,
    /// An intercommunality, by its SIREN number
    #[arg(long, value_name = "SIREN", conflicts_with = "insee")]
    pub epci: Option<String>,
    /// A department (61, 2A, 974)
    #[arg(long, value_name = "CODE", conflicts_with_all = ["insee", "epci"])]
    pub departement: Option<String>,
    /// A region, by its INSEE code (28, 01)
    #[arg(long, value_name = "CODE", conflicts_with_all = ["insee", "epci", "departement"])]
    pub region: Option<String>,
    /// A rectangle: west,south,east,north in degrees
    #[arg(long, value_name = "BOX", allow_hyphen_values = true,
        conflicts_with_all = ["insee", "epci", "departement", "region"])]
    pub bbox: Option<String>,
    /// Write a file (.csv, .xlsx, .geojson, .gpkg, .parquet or .pdf) instead of printing
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Which table a .csv or .parquet file holds: changes, places or addresses [default: changes]
    #[arg(long, value_name = "TABLE", requires = "output")]
    pub table: Option<ExportTable>,
    /// Add the figures of these indicators on the perimeters of both vintages, a comma between them, or of `all`: to --json, a
    /// .xlsx or the changes of a .csv
    #[arg(
        long,
        value_delimiter = ',',
        value_name = "INDICATORS",
        conflicts_with = "correspondence"
    )]
    pub fields: Vec<String>,
    /// Replace a file that exists
    #[arg(long, short, requires = "output")]
    pub force: bool,
    /// Instead, hold the official list of which perimeters became which against the perimeters, and list where they differ:
    /// CSV with the columns `QP2024`, `QP2015_1`, `QP2015_2`…
    #[arg(long, value_name = "FILE", conflicts_with_all = ["output", "from", "to"])]
    pub correspondence: Option<PathBuf>,
    /// From this dataset (its digest, or the beginning of it)
    #[arg(long, value_name = "DIGEST")]
    pub dataset: Option<String>,
}

/// Compares the vintages and prints the changes, or writes them to a file.
pub fn run(settings: &Settings, args: &CompareArgs) -> anyhow::Result<Outcome> {
    let texts = ScopeTexts {
        insee: args.insee.as_deref(),
        epci: args.epci.as_deref(),
        departement: args.departement.as_deref(),
        region: args.region.as_deref(),
        bbox: args.bbox.as_deref(),
    };
    let scope = match texts.scope() {
        Ok(scope) => scope,
        Err(fault) => bail!("{} [bad_parameter]", fault.message_fr()),
    };
    let format = args
        .output
        .as_deref()
        .map(|output| format(args, output))
        .transpose()?;
    // Before a dataset is opened, so that a slip costs no wait.
    check_fields(settings, args, format)?;
    let service = settings.service(args.dataset.as_deref())?;
    let derived = service.derived();
    let snapshot = derived.snapshot();
    let fields = FieldSelection::parse(snapshot, &args.fields.join(","))?;
    known(snapshot, args.from)?;
    known(snapshot, args.to)?;
    let list = args
        .correspondence
        .as_deref()
        .map(|file| CorrespondenceList::read(snapshot, file))
        .transpose()?;
    let (from, to) = match &list {
        Some(list) => (Some(list.from), Some(list.to)),
        None => (args.from, args.to),
    };
    let vintages = ComparedVintages::usual(snapshot, from, to, today());
    let comparison = match derived.compare(vintages, &scope) {
        Ok(comparison) => comparison,
        Err(error) => bail!("{} [{}]", error.message_fr(), error.code()),
    };
    if let Some(list) = &list {
        let is_whole = scope == Scope::Country;
        CorrespondenceReport::new(snapshot, &comparison, list, is_whole).show(settings.json)?;
        return Ok(Outcome::Done);
    }
    match (&args.output, format) {
        (Some(output), Some(format)) => {
            let bytes = match export(&comparison, format, &fields) {
                Ok(bytes) => bytes,
                Err(error) => bail!("{} [{}]", error.message_fr(), error.code()),
            };
            write(output, &bytes, args.force)?;
            let (changes, kilobytes) = (
                comparison.changes.len(),
                thousands(bytes.len().div_ceil(1000) as u64),
            );
            remark(
                settings.quiet,
                &format!("{}: {changes} changes, {kilobytes} kB", output.display()),
            );
        }
        _ if settings.json => {
            let parts = CompareParts {
                // Outlines and addresses are for files: a terminal gets the counts.
                outlines: false,
                moved: true,
                addresses: false,
            };
            let asked = (!fields.is_empty()).then_some(&fields);
            let answer = CompareAnswer::new(snapshot, &comparison, parts)?;
            print_json(&answer.with_figures(snapshot, asked))?;
        }
        _ => show(&comparison, DatasetRef::new(snapshot).notice.as_deref())?,
    }
    // While something stays open, an empty list of changes is no answer.
    let is_undetermined = comparison.changes.is_empty() && comparison.leaves_open();
    Ok(if is_undetermined {
        Outcome::Undetermined
    } else {
        Outcome::Done
    })
}

/// Checks that figures are asked for where they have a place.
fn check_fields(
    settings: &Settings,
    args: &CompareArgs,
    format: Option<ExportFormat>,
) -> anyhow::Result<()> {
    let has_place = format.map_or(settings.json, ExportFormat::takes_figures);
    if !args.fields.is_empty() && !has_place {
        bail!("--fields goes with --json, a .xlsx file or the changes of a .csv file");
    }
    Ok(())
}

/// Returns the format that the name of a file asks for.
fn format(args: &CompareArgs, output: &Path) -> anyhow::Result<ExportFormat> {
    let extension = output
        .extension()
        .and_then(|extension| extension.to_str())
        .unwrap_or_default();
    let Some(format) = ExportFormat::named(extension) else {
        bail!(
            "{}: name it .csv, .xlsx, .geojson, .gpkg, .parquet or .pdf",
            output.display()
        );
    };
    // Checked now rather than after the work.
    if output.exists() && !args.force {
        bail!("{} exists; --force replaces it", output.display());
    }
    match args.table {
        None => Ok(format),
        Some(table) => format
            .with_table(table)
            .context("--table goes with a .csv or .parquet file: other formats hold all tables"),
    }
}

/// Writes a file, with the folders above it.
fn write(output: &Path, bytes: &[u8], force: bool) -> anyhow::Result<()> {
    if let Some(folder) = output
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    let target = OutputFile::new(output)?;
    target
        .file()
        .write_all(bytes)
        .with_context(|| output.display().to_string())?;
    target.keep(force)
}

/// Prints one line for each change, then their totals, in French.
fn show(comparison: &Comparison<'_>, notice: Option<&str>) -> anyhow::Result<()> {
    let years = [
        ("from", comparison.from.as_str()),
        ("to", comparison.to.as_str()),
    ];
    print(&sentence(key::COMPARE_TITLE, &years))?;
    for changed in &comparison.changes {
        print(&line(changed))?;
    }
    for group in &comparison.undetermined {
        let class = sentence(key::COMPARE_CLASS_UNDETERMINED, &[]);
        let reason = undetermined_reason(group.reason);
        // Nothing is known of a side without a perimeter, not even that it has none.
        let known = [&group.from, &group.to]
            .into_iter()
            .filter(|side| !side.is_empty());
        let sides = known
            .map(|side| named(side))
            .collect::<Vec<_>>()
            .join(" → ");
        print(&format!("{class} : {sides} ({reason})"))?;
    }
    for &of_unknown in &comparison.unmatched {
        let reason = unmatched_reason(comparison.unmatched_reason());
        print(&format!(
            "{} : {} ({reason})",
            sentence(key::COMPARE_CLASS_UNDETERMINED, &[]),
            named(&[of_unknown])
        ))?;
    }
    if !comparison.changes.is_empty() {
        print(&totals(comparison, years))?;
    } else if !comparison.leaves_open() {
        print(&sentence(key::COMPARE_NONE, &[]))?;
    }
    if !comparison.complete {
        print(&sentence(key::COMPARE_NOTE_INCOMPLETE, &[]))?;
    }
    notice.map_or(Ok(()), print)
}

fn totals(comparison: &Comparison<'_>, years: [(&str, &str); 2]) -> String {
    let Totals { from, to, all, .. } = &comparison.totals;
    let [before, after, gained, lost] =
        [from.area_ha, to.area_ha, all.gained_ha, all.lost_ha].map(hectares);
    let values = [
        years[0],
        years[1],
        ("from_ha", &before),
        ("to_ha", &after),
        ("gained_ha", &gained),
        ("lost_ha", &lost),
    ];
    sentence(key::COMPARE_SHEET_TOTALS, &values)
}

fn line(Changed { change, from, to }: &Changed<'_>) -> String {
    let class = change_class(change.class);
    let [shared, gained, lost] = [change.shared_ha, change.gained_ha, change.lost_ha].map(hectares);
    let ground = sentence(
        key::COMPARE_SHEET_GROUND,
        &[("shared", &shared), ("gained", &gained), ("lost", &lost)],
    );
    format!("{class} : {} → {}. {ground}", named(from), named(to))
}

fn named(perimeters: &[&Perimeter]) -> String {
    if perimeters.is_empty() {
        return sentence(key::COMPARE_SHEET_NOTHING, &[]);
    }
    perimeters
        .iter()
        .map(|it| perimeter(it))
        .collect::<Vec<_>>()
        .join(", ")
}
