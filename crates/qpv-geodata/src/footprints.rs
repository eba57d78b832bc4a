//! Files of parcels and of buildings, as the State, IGN and OpenStreetMap publish them.
//!
//! The State's cadastre comes as GeoJSON, plain or gzipped; BD TOPO and OpenStreetMap as a GeoPackage. These are read feature
//! by feature, so that memory does not grow with the file; all other layers are read as those of perimeters. Formats are
//! recognised by content, never by name.
//!
//! Promises: each feature read is kept, left out and counted, or refused with a note; a cut or damaged file is an error, after
//! which the caller discards what it was given. Out of scope: which address stands on which parcel.

mod columns;
mod geojson;
mod geopackage;
mod intake;
mod json_text;
#[cfg(test)]
mod tests;
mod unpacked;

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use qpv_delimited::{FileFormat, SNIFFED_BYTES, foreign_fault};
use qpv_model::{CommuneCode, Crs, Footprint, FootprintKind};
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::readers::geojson::RECORD_SEPARATOR;
use crate::readers::geopackage::OpenGeoPackage;
use crate::readers::{
    DeclaredCrs, RawLayer, ReadLimits, ReadOptions, TextEncoding, file_name, read_layers,
};
use crate::source::{self, ByteSource};
use columns::FootprintValues;
use intake::{FootprintIntake, FoundFeature};
use unpacked::{RatioLimited, ZippedLayer};

/// Features that a report names of each sort; all are counted.
const LISTED_NOTES: usize = 20;

/// Options of reading a file of parcels or of buildings.
#[derive(Debug, Clone, Default)]
pub struct FootprintOptions {
    /// Reference system to read the file in, instead of the declared one.
    pub crs: Option<Crs>,
    /// The limits on what the file may hold.
    pub limits: ReadLimits,
    /// The encoding of the text of a shapefile, instead of the one that the text itself shows.
    pub encoding: Option<TextEncoding>,
    /// Positions may lie anywhere: the features are fictional.
    pub fictional: bool,
}

/// The report of reading a file of parcels or of buildings: `features = kept + light + other + refused`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FootprintReport {
    /// Parcels or buildings.
    pub kind: FootprintKind,
    /// File, and entry within it when it is an archive.
    pub file: String,
    /// Layer name in the file.
    pub layer: String,
    /// Reference system its coordinates are in.
    pub crs: Crs,
    /// Features read.
    pub features: u64,
    /// Features that became a parcel or a building.
    pub kept: u64,
    /// Light constructions, left out.
    pub light: u64,
    /// Features that are no building, or none that stands, left out.
    pub other: u64,
    /// Features that cannot be used.
    pub refused: FootprintNotes,
    /// Invalid outlines that were repaired.
    pub repaired: FootprintNotes,
    /// The parcels kept, by commune; empty for buildings.
    pub communes: BTreeMap<CommuneCode, u64>,
    /// Plain sentences on anything else worth knowing.
    pub remarks: Vec<String>,
}

impl FootprintReport {
    fn new(kind: FootprintKind, file: String, layer: String, crs: Crs) -> Self {
        Self {
            kind,
            file,
            layer,
            crs,
            features: 0,
            kept: 0,
            light: 0,
            other: 0,
            refused: FootprintNotes::default(),
            repaired: FootprintNotes::default(),
            communes: BTreeMap::new(),
            remarks: Vec::new(),
        }
    }
}

/// Features of a sort, counted; the first of them are named.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FootprintNotes {
    /// The number of features.
    pub count: u64,
    /// The first 20 of them, in the order of the file.
    pub first: Vec<FootprintNote>,
}

impl FootprintNotes {
    fn add(&mut self, feature: usize, id: String, fault: String) {
        self.count += 1;
        // A file of another kind has a fault in each feature, and the report is kept.
        if self.first.len() < LISTED_NOTES {
            self.first.push(FootprintNote {
                feature: feature as u64,
                id,
                fault,
            });
        }
    }
}

/// A feature that was not taken as published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FootprintNote {
    /// Its number in the layer, from 1.
    pub feature: u64,
    /// Its identifier; empty when it has none.
    pub id: String,
    /// The fault, with its place if it is known.
    pub fault: String,
}

/// Reads the parcels or the buildings of a file, and gives each to `sink` in the order of the file.
///
/// # Errors
/// Errors of [`read_layers`]; [`Error::Unreadable`] for a cut or damaged file, with the feature; [`Error::NotFootprints`] when
/// the file holds something else, or nothing that can be used; [`Error::ReferenceSystem`] or [`Error::Misplaced`] when its
/// features lie outside every territory; those of `sink`. The sink may have been called before: the caller discards what it was
/// given.
pub fn read_footprints(
    path: &Path,
    kind: FootprintKind,
    options: &FootprintOptions,
    sink: &mut dyn FnMut(Footprint) -> Result<(), Error>,
) -> Result<FootprintReport, Error> {
    let file = file_name(path);
    // A folder may be a geodatabase, which is refused by its name.
    if path.is_dir() {
        return from_layers(path, &file, kind, options, sink);
    }
    let limits = &options.limits;
    let opened = source::open(path)?;
    let is_packed = matches!(opened, ByteSource::Gzip(_));
    let head = opened.head(path)?;
    match FileFormat::sniff(&head[..head.len().min(SNIFFED_BYTES)]) {
        format if format == FileFormat::Json || head.first() == Some(&RECORD_SEPARATOR) => {
            let (source, fault) = opened_again(path, &file, limits)?;
            from_geojson(file, source, fault, kind, options, sink)
        }
        FileFormat::Sqlite if is_packed => {
            let (source, fault) = opened_again(path, &file, limits)?;
            let opened = unpacked::spilled(&file, source, fault)?;
            geopackage::read(&opened, file, kind, options, sink)
        }
        FileFormat::Sqlite => {
            let opened = OpenGeoPackage::open(&file, path)?;
            geopackage::read(&opened, file, kind, options, sink)
        }
        _ if is_packed => Err(Error::UnknownFormat {
            fault: foreign_fault(file.trim_end_matches(".gz"), &head)
                .unwrap_or_else(|| "what it unpacks to is of no known kind".to_owned()),
            file,
        }),
        // Other zips, spreadsheets among them, are refused by the readers of layers.
        FileFormat::Zip => from_zip(path, &file, kind, options, sink),
        _ => from_layers(path, &file, kind, options, sink),
    }
}

/// Opens a file again from its beginning, unpacked if it is gzipped, with the conversion of a failed read.
fn opened_again(
    path: &Path,
    file: &str,
    limits: &ReadLimits,
) -> Result<
    (
        RatioLimited<ByteSource>,
        impl Fn(std::io::Error) -> Error + use<>,
    ),
    Error,
> {
    let length = std::fs::metadata(path).map_err(Error::io(path))?.len();
    let opened = source::open(path)?;
    let fault = unpacked::faults(file, limits, opened.faults(path));
    Ok((RatioLimited::new(opened, length, limits), fault))
}

/// Reads the layer of a zip as it is unpacked, or the zip whole where that cannot be done.
fn from_zip(
    path: &Path,
    file: &str,
    kind: FootprintKind,
    options: &FootprintOptions,
    sink: &mut dyn FnMut(Footprint) -> Result<(), Error>,
) -> Result<FootprintReport, Error> {
    let Some(mut zipped) = ZippedLayer::find(path, file, kind)? else {
        return from_layers(path, file, kind, options, sink);
    };
    let entry = zipped.file.clone();
    match zipped.format {
        FileFormat::Json => zipped.read(&options.limits, |source, fault| {
            from_geojson(entry, source, fault, kind, options, sink)
        }),
        FileFormat::Sqlite => {
            let opened = zipped.read(&options.limits, |source, fault| {
                unpacked::spilled(&entry, source, fault)
            })?;
            geopackage::read(&opened, entry, kind, options, sink)
        }
        _ => from_layers(path, file, kind, options, sink),
    }
}

/// Returns the name of the layer of a file that gives none.
fn stem(file: &str) -> String {
    let mut stem = file;
    while let Some((rest, extension)) = stem.rsplit_once('.')
        && ["gz", "json", "geojson", "geojsonl", "ndjson", "geojsons"]
            .contains(&extension.to_ascii_lowercase().as_str())
    {
        stem = rest;
    }
    stem.to_owned()
}

fn from_geojson(
    file: String,
    source: impl Read,
    fault: impl Fn(std::io::Error) -> Error,
    kind: FootprintKind,
    options: &FootprintOptions,
    sink: &mut dyn FnMut(Footprint) -> Result<(), Error>,
) -> Result<FootprintReport, Error> {
    let layer = stem(&file_name(Path::new(&file)));
    let declared = DeclaredCrs::Rfc7946;
    let mut intake = FootprintIntake::new(file, layer, declared, kind, options, sink);
    geojson::read(source, &mut intake, fault)?;
    intake.finish()
}

/// Reads a file of any other kind, whole.
fn from_layers(
    path: &Path,
    file: &str,
    kind: FootprintKind,
    options: &FootprintOptions,
    sink: &mut dyn FnMut(Footprint) -> Result<(), Error>,
) -> Result<FootprintReport, Error> {
    let reading = ReadOptions {
        limits: options.limits,
        encoding: options.encoding,
    };
    let mut layers = read_layers(path, &reading)?;
    let names: Vec<&str> = layers.iter().map(|layer| layer.name.as_str()).collect();
    let chosen = chosen_layer(file, kind, &names)?;
    let RawLayer {
        file,
        name,
        crs,
        columns,
        features,
        remarks,
    } = layers.swap_remove(chosen);
    let mut intake = FootprintIntake::new(file, name.clone(), crs, kind, options, sink);
    for remark in remarks {
        intake.remark(format!("{name}: {remark}."));
    }
    let known: Vec<_> = columns.iter().map(|name| columns::column(name)).collect();
    for feature in features {
        let mut values = FootprintValues::default();
        for (column, value) in known.iter().zip(feature.attributes) {
            if let Some(column) = column {
                values.set(*column, value);
            }
        }
        intake.take(FoundFeature {
            number: feature.number,
            values,
            geometry: feature.geometry,
        })?;
    }
    intake.finish()
}

/// Returns the place of the layer that holds what is asked for: the only one, or the one that is named so.
///
/// # Errors
/// [`Error::NotFootprints`] with the names, when it is not clear which is meant.
fn chosen_layer(file: &str, kind: FootprintKind, names: &[&str]) -> Result<usize, Error> {
    if names.len() == 1 {
        return Ok(0);
    }
    let (exact, parts): (&[&str], &[&str]) = match kind {
        FootprintKind::Parcels => (
            &["parcelle", "parcelles", "parcel", "parcels"],
            &["parcelle", "parcel"],
        ),
        FootprintKind::Buildings => (
            &[
                "batiment",
                "batiments",
                "building",
                "buildings",
                "multipolygons",
            ],
            &["batiment", "building", "multipolygon"],
        ),
    };
    let folded: Vec<String> = names
        .iter()
        .map(|name| qpv_french::fold::fold_text(name))
        .collect();
    let places = 0..folded.len();
    let alike: Vec<usize> = places
        .filter(|place| parts.iter().any(|part| folded[*place].contains(part)))
        .collect();
    // A land register has tables of boundary stones of parcels beside that of parcels.
    let named: Vec<usize> = alike
        .iter()
        .copied()
        .filter(|place| exact.contains(&folded[*place].as_str()))
        .collect();
    match (named.as_slice(), alike.as_slice()) {
        ([only], _) | (_, [only]) => Ok(*only),
        _ => {
            let fault = if alike.is_empty() {
                format!("none of its layers is named for {}", kind.name())
            } else {
                format!("several of its layers may hold {}", kind.name())
            };
            Err(Error::NotFootprints {
                file: file.to_owned(),
                fault: format!("{fault}: {}", names.join(", ")),
                advice: "export the one you mean to a file of its own (ogr2ogr -f GPKG new.gpkg FILE LAYER)".to_owned(),
            })
        }
    }
}
