//! `qpv share`: the shares of an area, or of a list, in perimeters, in their band and outside.

mod list;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use qpv_french::numbers::count;
use qpv_french::{Key, key, sentence};
use qpv_http::read_polygon;
use qpv_http::wire::{
    CountFigures, HectareFigures, InhabitantFigures, ListShareAnswer, ListVintageAnswer,
    ShareAnswer, VintageShareAnswer,
};
use qpv_service::model::{Crs, Vintage};
use qpv_service::{CodedError, Scope, ScopeTexts, ShareSubject, Snapshot, share_area};

use self::list::{ListColumns, ListContent, read_list};
use crate::args::{DefaultPlaceArgs, Settings, known};
use crate::output::{Outcome, print, print_json};

/// The help after the options.
pub const AFTER_HELP: &str = "\
A figure that is not known is printed as such, with its reason, and never as 0.

A list is read by its columns, as in qpv batch: how many of its positions or addresses are in each zone. Communes, in a \
CSV with a column of INSEE codes, count together as an area.

Examples:
  qpv share --insee 90010
  qpv share families.xlsx
  qpv share --columns adresse,cp,ville people.csv
  qpv share --departement 90 --vintage 2024
  qpv share --json --polygon project.geojson";

/// The area, and the vintage.
#[derive(Debug, Args)]
pub struct ShareArgs {
    /// A list of positions, addresses or communes: CSV, XLSX, ODS, XLS or Parquet, with a header
    #[arg(value_name = "LIST", conflicts_with_all = ["insee", "epci", "departement", "region", "bbox", "polygon"])]
    pub list: Option<PathBuf>,
    /// Columns of the list that make up an address, in order, a comma between them [default: recognised]
    #[arg(long, value_delimiter = ',', value_name = "COLUMNS", requires = "list")]
    pub columns: Vec<String>,
    #[command(flatten)]
    pub default_place: DefaultPlaceArgs,
    /// Positions of the list are in this system: eastings and northings, e.g. EPSG:2154, or degrees, EPSG:4326
    #[arg(long, requires = "list", conflicts_with = "columns")]
    pub crs: Option<Crs>,
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
    if let Some(file) = &args.list {
        return share_of_list(settings, args, file);
    }
    // Before the dataset is opened: a wrong file is told at once.
    let subject = subject(args)?;
    let service = settings.service(args.dataset.as_deref())?;
    let snapshot = service.snapshot();
    known(&snapshot, args.vintage)?;
    show_area(settings, args, &snapshot, &subject)
}

/// Counts a list and prints it; communes as the area they are together.
fn share_of_list(settings: &Settings, args: &ShareArgs, file: &Path) -> anyhow::Result<Outcome> {
    let service = settings.service(args.dataset.as_deref())?;
    let snapshot = service.snapshot();
    known(&snapshot, args.vintage)?;
    let vintages = match args.vintage {
        Some(vintage) => vec![vintage],
        None => snapshot.known_vintages().ids(),
    };
    let columns = ListColumns {
        address: &args.columns,
        default_place: args.default_place.place(),
        crs: args.crs,
    };
    let shares = match read_list(&snapshot, file, columns, &vintages)? {
        ListContent::Rows(shares) => shares,
        ListContent::Communes(codes) => {
            let area = ShareSubject::Scope(Scope::Communes(codes));
            return show_area(settings, args, &snapshot, &area);
        }
    };
    let answer = ListShareAnswer::new(&snapshot, &shares);
    if settings.json {
        print_json(&answer)?;
    } else {
        answer.vintages.iter().try_for_each(show_rows)?;
        answer.dataset.notice.iter().try_for_each(|it| print(it))?;
    }
    Ok(Outcome::Done)
}

/// Measures an area and prints its shares.
fn show_area(
    settings: &Settings,
    args: &ShareArgs,
    snapshot: &Snapshot,
    subject: &ShareSubject,
) -> anyhow::Result<Outcome> {
    let share = match share_area(snapshot, subject, args.vintage) {
        Ok(share) => share,
        Err(error) => bail!("{} [{}]", error.message_fr(), error.code()),
    };
    let answer = ShareAnswer::new(snapshot, &share);
    if settings.json {
        print_json(&answer)?;
    } else {
        answer.vintages.iter().try_for_each(show)?;
        answer.beyond.iter().try_for_each(|notice| print(notice))?;
        answer.dataset.notice.iter().try_for_each(|it| print(it))?;
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
    print(&header())?;
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

/// Prints the table of a list in a vintage, and how many of its rows are in no zone.
fn show_rows(share: &ListVintageAnswer) -> anyhow::Result<()> {
    let vintage = share.vintage.to_string();
    print(&sentence(key::SHARE_TITLE, &[("vintage", &vintage)]))?;
    print(&header())?;
    print(&row(&text(key::SHARE_ROW_ROWS), &counts(&share.rows)))?;
    for (key, rows) in [
        (key::SHARE_LIST_UNDETERMINED, share.rows.undetermined),
        (key::SHARE_LIST_UNSURE, share.rows.unsure),
    ] {
        if let Some(rows) = rows.filter(|rows| *rows > 0) {
            print(&sentence(key, &[("count", &count(rows))]))?;
        }
    }
    print("")
}

/// The names of the columns.
fn header() -> String {
    let columns = [
        key::SHARE_COLUMN_TOTAL,
        key::SHARE_COLUMN_QPV,
        key::SHARE_COLUMN_BAND_300M,
        key::SHARE_COLUMN_OUTSIDE,
    ];
    row("", &columns.map(text))
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
