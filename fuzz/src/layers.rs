//! Layers of perimeters and areas, in the formats that they are published in.

use std::path::Path;

use qpv_geodata::footprints::{FootprintOptions, read_footprints};
use qpv_geodata::import::{
    CustomLayerOptions, ImportOptions, OutlinesOptions, outlines_from_layers, read_custom_layer,
    vintage_from_layers,
};
use qpv_geodata::readers::{RawLayer, ReadLimits, ReadOptions, read_layers};
use qpv_model::{AdminLevel, Crs, FootprintKind, Slug, Vintage};

use crate::assert_readable;
use crate::files::{parts, with_file, with_files};

/// Bytes that a file may unpack to: those of tests are of some kilobytes.
const MAX_UNPACKED_BYTES: u64 = 16 << 20;

/// Inputs, by their sizes, of which one has its reference system recognised.
const INPUTS_PER_RECOGNITION: u64 = 16;

/// A shapefile of up to four parts.
pub(crate) fn shapefile(input: &[u8]) {
    let known = ["shp", "dbf", "prj", "cpg"];
    let parts: Vec<(String, &[u8])> = parts(input)
        .into_iter()
        .filter(|(name, _)| known.contains(name))
        .map(|(name, content)| (format!("couche.{name}"), content))
        .collect();
    let mut files: Vec<(&str, &[u8])> = parts
        .iter()
        .map(|(name, content)| (name.as_str(), *content))
        .collect();
    // The one that is opened.
    files.sort_by_key(|(name, _)| *name != "couche.shp");
    if files.first().is_some_and(|(name, _)| *name == "couche.shp") {
        with_files(&files, import);
    }
}

/// GeoJSON.
pub(crate) fn geojson(input: &[u8]) {
    with_file("couche.geojson", input, import);
}

/// A database of layers.
pub(crate) fn geopackage(input: &[u8]) {
    with_file("couche.gpkg", input, import);
}

/// A zip of layers.
pub(crate) fn zip_archive(input: &[u8]) {
    with_file("couche.zip", input, import);
}

/// Imports a file as each kind of layer that its format may hold.
fn import(path: &Path) {
    let limits = ReadLimits {
        max_unpacked_bytes: MAX_UNPACKED_BYTES,
        ..ReadLimits::default()
    };
    let reading = ReadOptions {
        limits,
        encoding: None,
    };
    let file = path.file_name().expect("a file has a name");
    let file = file.to_string_lossy().into_owned();
    let layers = match read_layers(path, &reading) {
        Ok(layers) => layers,
        Err(error) => {
            let message = error.to_string();
            assert_readable(&message);
            assert!(
                message.contains("couche"),
                "an error without its file: {message}"
            );
            return;
        }
    };
    for layer in &layers {
        assert_whole(layer, &file);
    }
    let crs = stated_crs(path);
    let perimeters = ImportOptions {
        crs,
        accept_refused: true,
        fictional: true,
        limits,
        ..ImportOptions::new(Vintage::V2024)
    };
    let imported = vintage_from_layers(layers.clone(), &perimeters);
    if let Err(error) = imported {
        assert_readable(&error.to_string());
    }
    let communes = OutlinesOptions {
        crs,
        ..OutlinesOptions::new(AdminLevel::Commune)
    };
    let outlines = outlines_from_layers(path, layers, &communes);
    if let Err(error) = outlines {
        assert_readable(&error.to_string());
    }
    let custom = CustomLayerOptions {
        crs,
        fictional: true,
        limits,
        ..CustomLayerOptions::new("zone".parse::<Slug>().expect("a name in small letters"))
    };
    if let Err(error) = read_custom_layer(path, &custom) {
        assert_readable(&error.to_string());
    }
    let buildings = FootprintOptions {
        crs,
        fictional: true,
        limits,
        ..FootprintOptions::default()
    };
    let read = read_footprints(path, FootprintKind::Buildings, &buildings, &mut |_| Ok(()));
    if let Err(error) = read {
        assert_readable(&error.to_string());
    }
}

/// Returns the reference system that a user states for most inputs: PROJ takes a hundred times as long to recognise one as all
/// the rest of an import.
fn stated_crs(path: &Path) -> Option<Crs> {
    let bytes = std::fs::metadata(path).map_or(0, |file| file.len());
    if bytes.is_multiple_of(INPUTS_PER_RECOGNITION) {
        return None;
    }
    Some(Crs::WGS84)
}

/// Asserts that a layer keeps its promises: features in the order of their numbers, a value or none for each column.
fn assert_whole(layer: &RawLayer, file: &str) {
    assert!(layer.file.starts_with(file), "{} is not {file}", layer.file);
    let mut before = 0;
    for feature in &layer.features {
        assert!(
            feature.number > before,
            "feature {} after {before}",
            feature.number
        );
        before = feature.number;
        assert_eq!(feature.attributes.len(), layer.columns.len());
        if let Err(reason) = &feature.geometry {
            assert_readable(reason);
        }
    }
}
