//! `qpv data` for what a town adds of its own: layers, lists of places, programmes.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::path::Path;

use anyhow::Context;
use qpv_service::data::import::{CustomLayerOptions, CustomLayerReport};
use qpv_service::data::{
    self, DatasetDescriptor, DatasetPart, ImportedPlaces, LayerEntry, PlacesEntry, ProgrammeEntry,
    Store,
};
use qpv_service::model::Slug;

use crate::args::{ImportArgs, RemoveArgs, Settings};
use crate::data::notes;
use crate::output::{Outcome, print, print_json, remark, thousands};

/// Imports what a town adds of its own; `None` when the arguments name nothing of it.
pub fn import(settings: &Settings, args: &ImportArgs) -> Option<anyhow::Result<Outcome>> {
    if let Some([name, file]) = args.layer.as_deref() {
        return Some(
            slug(name).and_then(|name| import_layer(settings, name, Path::new(file), args)),
        );
    }
    if let Some([kind, file]) = args.places.as_deref() {
        return Some(slug(kind).and_then(|kind| import_places(settings, kind, Path::new(file))));
    }
    args.programme
        .as_ref()
        .map(|file| import_programme(settings, file))
}

fn slug(text: &OsString) -> anyhow::Result<Slug> {
    Ok(text.to_string_lossy().parse()?)
}

fn import_layer(
    settings: &Settings,
    name: Slug,
    file: &Path,
    args: &ImportArgs,
) -> anyhow::Result<Outcome> {
    let options = CustomLayerOptions {
        crs: args.crs,
        precision_m: args.precision_m,
        ..CustomLayerOptions::new(name)
    };
    let imported = data::import_layer(&settings.store(), file, &options)?;
    if settings.json {
        print_json(&imported)?;
        return Ok(Outcome::Done);
    }
    remark(
        settings.quiet,
        &describe_layer(&imported.report, args.details),
    );
    print(&format!("dataset {}", imported.digest))?;
    Ok(Outcome::Done)
}

/// An import of a layer in words; `details` lists every outline repaired.
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
    notes(&mut text, "repaired", &report.repaired, details);
    for remark in &report.remarks {
        let _ = write!(text, "\n  {remark}");
    }
    text
}

fn import_places(settings: &Settings, kind: Slug, file: &Path) -> anyhow::Result<Outcome> {
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
    let count = |count: usize| thousands(count as u64);
    let mut text = format!(
        "places {kind}: {} of {}, {} with a position, {} with an identifier, {} in REP or REP+",
        count(report.places),
        report.file,
        count(report.with_position),
        count(report.with_id),
        count(report.in_network)
    );
    if report.blank > 0 {
        let _ = write!(text, "\n  {} rows blank", count(report.blank));
    }
    for remark in &report.remarks {
        let _ = write!(text, "\n  {remark}");
    }
    text
}

fn import_programme(settings: &Settings, file: &Path) -> anyhow::Result<Outcome> {
    let imported = data::import_programme(&settings.store(), file)?;
    if settings.json {
        print_json(&imported)?;
        return Ok(Outcome::Done);
    }
    remark(settings.quiet, &format!("programme {}", imported.id));
    print(&format!("dataset {}", imported.digest))?;
    Ok(Outcome::Done)
}

pub fn remove(settings: &Settings, args: RemoveArgs) -> anyhow::Result<Outcome> {
    let part = args
        .layer
        .map(DatasetPart::Layer)
        .or(args.places.map(DatasetPart::Places));
    let part = part
        .or(args.programme.map(DatasetPart::Programme))
        .or(args.outlines.map(DatasetPart::Outlines));
    let part = part
        .or(args.statistics.map(DatasetPart::Statistics))
        .context("nothing to remove was named")?;
    let digest = settings.store().remove(&part)?;
    if settings.json {
        print_json(&serde_json::json!({ "digest": digest }))?;
    } else {
        print(&format!("dataset {digest}"))?;
    }
    Ok(Outcome::Done)
}

/// What `data status` says of them.
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
            with_position,
            in_network,
            source,
            imported_at,
            ..
        },
    ) in &current.places
    {
        let [places, placed, network] =
            [places, with_position, in_network].map(|count| thousands(*count as u64));
        print(&format!(
            "\nplaces {kind}: {places}, {placed} with a position, {network} in REP or REP+"
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
