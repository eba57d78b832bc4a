//! The parts of a dataset that a town adds: layers, lists of places, programmes.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::Context;
use clap::Args;
use qpv_service::data::import::{CustomLayerOptions, CustomLayerReport};
use qpv_service::data::{
    self, DatasetDescriptor, DatasetPart, ImportedPlaces, LayerEntry, PlacesEntry, ProgrammeEntry,
    Store, TextEncoding,
};
use qpv_service::model::{AdminLevel, Crs, FootprintKind, Slug, Vintage};

use crate::args::Settings;
use crate::data::notes::write_notes;
use crate::output::{Outcome, print, print_json, remark, thousands};
use crate::programme::codes_of_the_past;

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct RemoveArgs {
    /// The layer of this name
    #[arg(long, value_name = "NAME")]
    pub layer: Option<Slug>,
    /// The zoning of this name
    #[arg(long, value_name = "NAME")]
    pub zoning: Option<Slug>,
    /// The places of this kind
    #[arg(long, value_name = "KIND")]
    pub places: Option<Slug>,
    /// The programme of this identifier
    #[arg(long, value_name = "ID")]
    pub programme: Option<Slug>,
    /// The outlines of regions, departements or communes
    #[arg(long, value_name = "LEVEL")]
    pub outlines: Option<AdminLevel>,
    /// The parcels of all files
    #[arg(long)]
    pub parcels: bool,
    /// The buildings of all files
    #[arg(long)]
    pub buildings: bool,
    /// The archive of map tiles of this name
    #[arg(long, value_name = "NAME")]
    pub ground: Option<Slug>,
    /// The table of communes; the one built into the program is used again
    #[arg(long)]
    pub communes: bool,
    /// The statistics of this vintage
    #[arg(long, value_name = "VINTAGE")]
    pub statistics: Option<Vintage>,
}

/// The options of an import of a layer.
pub struct LayerImport {
    pub name: Slug,
    pub crs: Option<Crs>,
    pub encoding: Option<TextEncoding>,
    pub precision_m: Option<f64>,
    /// Every repaired outline is listed, not only their number.
    pub lists_details: bool,
}

/// Imports a layer that a town adds.
pub fn import_layer(
    settings: &Settings,
    file: &Path,
    import: LayerImport,
) -> anyhow::Result<Outcome> {
    let options = CustomLayerOptions {
        crs: import.crs,
        encoding: import.encoding,
        precision_m: import.precision_m,
        ..CustomLayerOptions::new(import.name)
    };
    let imported = data::import_layer(&settings.store(), file, &options)?;
    if settings.json {
        print_json(&imported)?;
        return Ok(Outcome::Done);
    }
    remark(
        settings.quiet,
        &describe_layer(&imported.report, import.lists_details),
    );
    print(&format!("dataset {}", imported.digest))?;
    Ok(Outcome::Done)
}

/// Describes an import of a layer; `details` lists every repaired outline.
fn describe_layer(report: &CustomLayerReport, details: bool) -> String {
    let CustomLayerReport {
        name,
        file,
        layer,
        crs,
        areas,
        unnamed,
        ..
    } = report;
    let mut text = format!(
        "layer {name}: {} areas of {file} / {layer}, {crs}",
        thousands(*areas as u64)
    );
    if *unnamed > 0 {
        let _ = write!(text, "\n  {unnamed} without a name");
    }
    write_notes(&mut text, "repaired", &report.repaired, details);
    for remark in &report.remarks {
        let _ = write!(text, "\n  {remark}");
    }
    text
}

/// Sites at odds with their place that the text of an import lists.
const MAX_SHOWN_CONFLICTS: usize = 10;

/// Imports a list of places.
pub fn import_places(settings: &Settings, kind: Slug, file: &Path) -> anyhow::Result<Outcome> {
    let imported = data::import_places(&settings.store(), kind, file)?;
    if settings.json {
        print_json(&imported)?;
        return Ok(Outcome::Done);
    }
    remark(settings.quiet, &describe_places(&imported));
    print(&format!("dataset {}", imported.digest))?;
    Ok(Outcome::Done)
}

fn describe_places(ImportedPlaces { kind, report, .. }: &ImportedPlaces) -> String {
    let mut text = format!(
        "places {kind}: {} of {}, {} with a position, {} with an identifier, {} in REP or REP+",
        thousands(report.places as u64),
        report.file,
        thousands(report.with_position as u64),
        thousands(report.with_id as u64),
        thousands(report.in_network as u64)
    );
    if report.further_sites > 0 {
        let sites = thousands(report.further_sites as u64);
        let _ = write!(
            text,
            "\n  {sites} further site(s) of places with several rows"
        );
    }
    if report.blank > 0 {
        let _ = write!(text, "\n  {} rows blank", thousands(report.blank as u64));
    }
    let shown = report.conflicts.len().min(MAX_SHOWN_CONFLICTS);
    for conflict in &report.conflicts[..shown] {
        let _ = write!(text, "\n  {conflict}");
    }
    if report.conflicts.len() > shown {
        let more = thousands((report.conflicts.len() - shown) as u64);
        let _ = write!(
            text,
            "\n  {more} more sites that differ so: --json lists all"
        );
    }
    for remark in &report.remarks {
        let _ = write!(text, "\n  {remark}");
    }
    text
}

/// Imports a programme of eligibility rules.
pub fn import_programme(settings: &Settings, file: &Path) -> anyhow::Result<Outcome> {
    let imported = data::import_programme(&settings.store(), file)?;
    if settings.json {
        print_json(&imported)?;
        return Ok(Outcome::Done);
    }
    remark(settings.quiet, &format!("programme {}", imported.id));
    let snapshot = settings.service(None)?.snapshot();
    for line in codes_of_the_past(&snapshot, snapshot.programme(imported.id.as_str())?) {
        remark(settings.quiet, &line);
    }
    print(&format!("dataset {}", imported.digest))?;
    Ok(Outcome::Done)
}

/// Removes a part from the dataset.
pub fn remove(settings: &Settings, args: RemoveArgs) -> anyhow::Result<Outcome> {
    let part = args
        .layer
        .map(DatasetPart::Layer)
        .or(args.zoning.map(DatasetPart::Zoning))
        .or(args.places.map(DatasetPart::Places))
        .or(args.programme.map(DatasetPart::Programme))
        .or(args.outlines.map(DatasetPart::Outlines))
        .or(args
            .parcels
            .then_some(DatasetPart::Footprints(FootprintKind::Parcels)))
        .or(args
            .buildings
            .then_some(DatasetPart::Footprints(FootprintKind::Buildings)))
        .or(args.ground.map(DatasetPart::Ground))
        .or(args.communes.then_some(DatasetPart::Communes))
        .or(args.statistics.map(DatasetPart::Statistics))
        // The group of arguments requires one, so clap has refused anything else.
        .context("nothing to remove was named")?;
    let digest = settings.store().remove(&part)?;
    if settings.json {
        print_json(&serde_json::json!({ "digest": digest }))?;
    } else {
        print(&format!("dataset {digest}"))?;
    }
    Ok(Outcome::Done)
}

/// Shows these parts of the dataset for `qpv data status`.
pub fn show_status(
    store: &Store,
    current: &DatasetDescriptor,
    details: bool,
) -> anyhow::Result<()> {
    for (
        name,
        LayerEntry {
            areas,
            precision_m,
            sources,
            imported_at,
            ..
        },
    ) in &current.layers
    {
        let from: Vec<&str> = sources.iter().map(|source| source.name.as_str()).collect();
        let areas = thousands(*areas as u64);
        print(&format!(
            "\nlayer {name}: {areas} areas, precise to {precision_m} m"
        ))?;
        print(&format!(
            "  from {}; imported {imported_at}",
            from.join(", ")
        ))?;
        if details {
            print(&describe_layer(
                &store.layer_report(&current.layers[name])?,
                true,
            ))?;
        }
    }
    for (
        kind,
        PlacesEntry {
            places,
            further_sites,
            with_position,
            in_network,
            source,
            imported_at,
            ..
        },
    ) in &current.places
    {
        let [places, further, placed, network] = [places, further_sites, with_position, in_network]
            .map(|count| thousands(*count as u64));
        let sites = match further_sites {
            0 => String::new(),
            _ => format!(" with {further} further site(s)"),
        };
        print(&format!(
            "\nplaces {kind}: {places}{sites}, {placed} with a position, {network} in REP or REP+"
        ))?;
        print(&format!("  from {}; imported {imported_at}", source.name))?;
    }
    for (
        id,
        ProgrammeEntry {
            source,
            imported_at,
            ..
        },
    ) in &current.programmes
    {
        print(&format!(
            "\nprogramme {id}\n  from {}; imported {imported_at}",
            source.name
        ))?;
    }
    Ok(())
}
