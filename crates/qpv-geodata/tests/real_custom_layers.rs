//! Layers as other people publish them, read as a town's own: counts given by their publishers or by GEOS.
#![expect(clippy::unwrap_used, reason = "a failed test is what a panic is for")]

use qpv_geodata::Error;
use qpv_geodata::import::{CustomLayerOptions, CustomLayerReport, read_custom_layer};
use qpv_model::{Crs, CustomLayer};

#[path = "../../../tests/real_data.rs"]
mod real_data;
use real_data::real;

fn read(path: &str) -> Option<Result<(CustomLayer, CustomLayerReport), Error>> {
    Some(read_custom_layer(
        &real(path)?,
        &CustomLayerOptions::new("own".parse().unwrap()),
    ))
}

#[test]
fn a_shapefile_of_another_portal() {
    let path = "variants/reunion-2015-opendatasoft/quartiers-prioritaires-de-la-politique-de-la-ville-qpv.shp";
    let Some(read) = read(path) else { return };
    let (layer, report) = read.unwrap();
    assert_eq!((layer.areas.len(), report.crs), (49, Crs::WGS84));
}

#[test]
fn a_geojson_with_invalid_outlines() {
    let Some(read) = read("variants/qpv2024-ile-de-france-coarse.geojson") else {
        return;
    };
    let (layer, report) = read.unwrap();
    assert_eq!(
        (layer.areas.len(), report.repaired.len(), report.unnamed),
        (298, 40, 0)
    );
}

#[test]
fn a_geopackage_of_several_layers_is_refused() {
    let Some(read) = read("variants/qpv2015-lille-lambert93.gpkg") else {
        return;
    };
    let message = read.unwrap_err().to_string();
    assert!(
        message.contains("qpvs") && message.contains("layers ("),
        "{message}"
    );
}
