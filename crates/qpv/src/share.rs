//! `qpv share`: the shares of an area in perimeters, in their band and outside.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use qpv_french::numbers::count;
use qpv_french::{Key, key, sentence};
use qpv_http::read_polygon;
use qpv_http::wire::{
    CountFigures, DatasetRef, HectareFigures, InhabitantFigures, ShareAnswer, VintageShareAnswer,
};
use qpv_service::model::Vintage;
use qpv_service::{CodedError, ScopeTexts, ShareSubject, share_area};

use crate::args::{Settings, known};
use crate::output::{Outcome, print, print_json};

/// The help after the options.
pub const AFTER_HELP: &str = "\
A figure that is not known is printed as such, with its reason, and never as 0.

Examples:
  qpv share --insee 90010
  qpv share --departement 90 --vintage 2024
  qpv share --json --polygon project.geojson";

/// The area, and the vintage.
#[derive(Debug, Args)]
pub struct ShareArgs {
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
    /// A file with a GeoJSON polygon, alone or in a feature, or with a collection of them
    #[arg(long, value_name = "FILE", conflicts_with_all = ["insee", "epci", "departement", "region", "bbox"])]
    pub polygon: Option<PathBuf>,
    /// In this vintage, such as 2015 [default: each that is known]
    #[arg(long)]
    pub vintage: Option<Vintage>,
    /// From this dataset (its digest, or the beginning of it)
    #[arg(long, value_name = "DIGEST")]
    pub dataset: Option<String>,
}

/// Measures the shares and prints them.
pub fn run(settings: &Settings, args: &ShareArgs) -> anyhow::Result<Outcome> {
    // Before the dataset is opened: a wrong file is told at once.
    let subject = subject(args)?;
    let service = settings.service(args.dataset.as_deref())?;
    let snapshot = service.snapshot();
    known(&snapshot, args.vintage)?;
    let share = match share_area(&snapshot, &subject, args.vintage) {
        Ok(share) => share,
        Err(error) => bail!("{} [{}]", error.message_fr(), error.code()),
    };
    let answer = ShareAnswer::new(&snapshot, &share);
    if settings.json {
        print_json(&answer)?;
    } else {
        answer.vintages.iter().try_for_each(show)?;
        answer.beyond.iter().try_for_each(|notice| print(notice))?;
        let notice = DatasetRef::new(&snapshot).notice;
        notice.iter().try_for_each(|notice| print(notice))?;
    }
    Ok(Outcome::Done)
}

fn subject(args: &ShareArgs) -> anyhow::Result<ShareSubject> {
    if let Some(file) = &args.polygon {
        return polygon_in(file);
    }
    let texts = ScopeTexts {
        insee: args.insee.as_deref(),
        epci: args.epci.as_deref(),
        departement: args.departement.as_deref(),
        region: args.region.as_deref(),
        bbox: args.bbox.as_deref(),
    };
    match texts.scope() {
        Ok(scope) => Ok(ShareSubject::Scope(scope)),
        Err(fault) => bail!("{} [bad_parameter]", fault.message_fr()),
    }
}

fn polygon_in(file: &Path) -> anyhow::Result<ShareSubject> {
    let bytes = fs::read(file).with_context(|| file.display().to_string())?;
    match read_polygon(&bytes) {
        Ok(polygon) => Ok(ShareSubject::Polygon(polygon)),
        Err(problem) => bail!("{}: {}", file.display(), problem.detail),
    }
}

/// Prints the table of a vintage: a row for each figure, a column for each zone.
fn show(share: &VintageShareAnswer<'_>) -> anyhow::Result<()> {
    let vintage = share.vintage.vintage.to_string();
    print(&sentence(key::SHARE_TITLE, &[("vintage", &vintage)]))?;
    let columns = [
        key::SHARE_COLUMN_TOTAL,
        key::SHARE_COLUMN_QPV,
        key::SHARE_COLUMN_BAND_300M,
        key::SHARE_COLUMN_OUTSIDE,
    ];
    print(&row("", &columns.map(text)))?;
    print(&row(
        &text(key::SHARE_ROW_HECTARES),
        &hectares(&share.hectares),
    ))?;
    print(&row(
        &text(key::SHARE_ROW_ADDRESSES),
        &counts(&share.addresses),
    ))?;
    print(&row(
        &text(key::SHARE_ROW_INHABITANTS),
        &inhabitants(&share.inhabitants),
    ))?;
    for (kind, figures) in &share.places {
        print(&row(kind, &counts(figures)))?;
    }
    let mut reasons: Vec<&str> = [
        share.hectares.unknown.as_ref(),
        share.addresses.unknown.as_ref(),
        Some(&share.inhabitants.unknown),
    ]
    .into_iter()
    .flatten()
    .map(|unknown| unknown.message.as_str())
    .collect();
    // One cause, such as a vintage that is not loaded, leaves several figures unknown.
    reasons.dedup();
    reasons.into_iter().try_for_each(print)?;
    if !share.complete && share.hectares.unknown.is_none() {
        print(&sentence(key::SHARE_INCOMPLETE, &[("vintage", &vintage)]))?;
    }
    print("")
}

fn text(key: Key) -> String {
    sentence(key, &[])
}

fn row(name: &str, cells: &[String; 4]) -> String {
    let [total, qpv, band, outside] = cells;
    format!("{name:<24}{total:>14}{qpv:>14}{band:>18}{outside:>14}")
}

fn hectares(figures: &HectareFigures) -> [String; 4] {
    let cells = [
        figures.total,
        figures.qpv,
        figures.band_300m,
        figures.outside,
    ];
    cells.map(|cell| match cell {
        Some(hectares) => format!("{hectares:.2}").replace('.', ","),
        None => text(key::SHARE_UNKNOWN),
    })
}

fn counts(figures: &CountFigures) -> [String; 4] {
    let cells = [
        figures.total,
        figures.qpv,
        figures.band_300m,
        figures.outside,
    ];
    cells.map(number)
}

fn inhabitants(figures: &InhabitantFigures) -> [String; 4] {
    // The inhabitants of the whole area are published nowhere here.
    [None, figures.qpv, figures.band_300m, figures.outside].map(number)
}

fn number(cell: Option<u64>) -> String {
    cell.map_or_else(|| text(key::SHARE_UNKNOWN), count)
}
