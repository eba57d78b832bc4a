//! A GeoPackage of any size, row by row: one table, of which only the columns that matter are read.

use qpv_model::{Footprint, FootprintKind};

use super::columns::{FootprintColumn, FootprintValues, column};
use super::intake::{FootprintIntake, FoundFeature};
use super::{FootprintOptions, FootprintReport, chosen_layer};
use crate::error::Error;
use crate::readers::arcs::ArcBudget;
use crate::readers::geopackage::OpenGeoPackage;

/// Reads the table that holds what is asked for.
pub(super) fn read(
    opened: &OpenGeoPackage,
    file: String,
    kind: FootprintKind,
    options: &FootprintOptions,
    sink: &mut dyn FnMut(Footprint) -> Result<(), Error>,
) -> Result<FootprintReport, Error> {
    opened.allow_whole()?;
    let mut tables = opened.tables()?;
    let names: Vec<&str> = tables.iter().map(|table| table.name.as_str()).collect();
    let table = tables.swap_remove(chosen_layer(&file, kind, &names)?);
    let known: Vec<(String, Option<FootprintColumn>)> = opened
        .columns(&table)?
        .into_iter()
        .map(|name| {
            let column = column(&name);
            (name, column)
        })
        .collect();
    let last = known.len() - 1;
    let (names, wanted): (Vec<String>, Vec<Option<FootprintColumn>>) = known
        .into_iter()
        .enumerate()
        // The last one holds the geometries.
        .filter(|(place, (_, column))| *place == last || column.is_some())
        .map(|(_, known)| known)
        .unzip();
    let (layer, crs) = (table.name.clone(), table.crs.clone());
    let mut intake = FootprintIntake::new(file, layer.clone(), crs, kind, options, sink);
    if let Some(remark) = opened.remark() {
        intake.remark(format!("{layer}: {remark}."));
    }
    opened.each_row(&table, &names, &mut |row| {
        // A feature at a time takes the memory: each may draw as many arcs as a layer.
        let feature = row.feature(&mut ArcBudget::default());
        let mut values = FootprintValues::default();
        for (column, value) in wanted.iter().zip(feature.attributes) {
            if let Some(column) = column {
                values.set(*column, value);
            }
        }
        if feature.drawn.is_some() {
            intake.count_curved();
        }
        intake.take(FoundFeature {
            number: feature.number,
            values,
            geometry: feature.geometry,
        })
    })?;
    intake.finish()
}
