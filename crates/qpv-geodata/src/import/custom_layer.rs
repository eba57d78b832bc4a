//! From a file to a custom layer: areas that no decree names, drawn by hand or taken from another register.
//!
//! No column is required: an area's name is taken from the first column known to hold one, if any. Reference system and
//! outlines are treated as those of perimeters. A file with several layers is refused, since it does not say which one is
//! meant.
//!
//! Promises: every feature becomes an area, or the import stops with the feature and the reason.

use std::collections::BTreeMap;
use std::path::Path;

use geo_types::MultiPolygon;
use qpv_french::fold::fold_text;
use qpv_model::{Crs, CustomArea, CustomLayer, Outline, Period, Slug, Territory};
use serde::{Deserialize, Serialize};

use super::outlines::{LayerOrigin, in_both, valid};
use super::placement::{PlacedFeature, crs_of_layer, listed_faults, misplaced};
use super::{precision, sample};
use crate::crs::place;
use crate::error::Error;
use crate::headers::first_known;
use crate::readers::{RawFeature, RawLayer, ReadLimits, ReadOptions, TextEncoding, read_layers};
use crate::report::FeatureNote;
use crate::schema::single;
use crate::zonings::PeriodColumns;

/// Columns that hold an area's name, in order of preference, compared without regard to case, accents and underscores.
const NAMES: [&str; 10] = [
    "name",
    "nom",
    "lib",
    "libelle",
    "lib qp",
    "nom qp",
    "label",
    "territoire",
    "secteur",
    "quartier",
];

/// Columns that hold an area's code, likewise.
const CODES: [&str; 12] = [
    "code",
    "code zone",
    "code zonage",
    "code zfu",
    "code qp",
    "code qpv",
    "code quartier",
    "code qua",
    "code territoire",
    "code secteur",
    "num zfu",
    "identifiant",
];

/// Options of an import of a custom layer.
#[derive(Debug, Clone)]
pub struct CustomLayerOptions {
    /// The name of the layer in rules.
    pub name: Slug,
    /// Reference system to read the file in, instead of the declared one.
    pub crs: Option<Crs>,
    /// The distance that a drawn line may lie from the true one, metres; estimated from the file when not given.
    pub precision_m: Option<f64>,
    /// The limits on what the file may hold.
    pub limits: ReadLimits,
    /// The encoding of the text of a shapefile, instead of the one that the text itself shows.
    pub encoding: Option<TextEncoding>,
    /// The areas are fictional: they may lie anywhere.
    pub fictional: bool,
    /// The layer is a zoning: its areas have codes and days where the file gives any.
    pub is_zoning: bool,
}

impl CustomLayerOptions {
    /// Returns the default options for a layer of this name.
    #[must_use]
    pub fn new(name: Slug) -> Self {
        Self {
            name,
            crs: None,
            precision_m: None,
            limits: ReadLimits::default(),
            encoding: None,
            fictional: false,
            is_zoning: false,
        }
    }
}

/// The report of an import of a custom layer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CustomLayerReport {
    /// Its name in rules.
    pub name: Slug,
    /// File, and entry within it when it is an archive.
    pub file: String,
    /// Layer name in the file.
    pub layer: String,
    /// Reference system its coordinates are in.
    pub crs: Crs,
    /// Features read, each of which became an area.
    pub areas: usize,
    /// Areas without a name.
    pub unnamed: usize,
    /// Invalid outlines, with the effect of their repair.
    pub repaired: Vec<FeatureNote>,
    /// The distance that a drawn line may lie from the true one, metres.
    pub precision_m: f64,
    /// The origin of the precision, and anything else worth knowing.
    pub remarks: Vec<String>,
}

/// Reads a custom layer from a file of any format that perimeters are read from.
///
/// # Errors
/// Errors of [`read_layers`]; [`Error::NoAreas`] when the file holds no layer, several, an empty one, or a feature that
/// cannot be an area; [`Error::ReferenceSystem`] or [`Error::Misplaced`] when its areas lie outside every territory.
pub fn read_custom_layer(
    file: &Path,
    options: &CustomLayerOptions,
) -> Result<(CustomLayer, CustomLayerReport), Error> {
    let reading = ReadOptions {
        limits: options.limits,
        encoding: options.encoding,
    };
    custom_layer_from(file, read_layers(file, &reading)?, options)
}

/// Imports the layers of a file that is already read, as [`read_custom_layer`] does.
///
/// # Errors
/// As [`read_custom_layer`].
pub fn custom_layer_from(
    file: &Path,
    layers: Vec<RawLayer>,
    options: &CustomLayerOptions,
) -> Result<(CustomLayer, CustomLayerReport), Error> {
    let (raw, origin) = checked(file, layers, options)?;
    let (precision_m, because) = precision(&raw, origin.crs, options.precision_m);
    let columns = AreaColumns::find(&raw.columns, options.is_zoning);
    let mut remarks = vec![because];
    remarks.extend(
        raw.remarks
            .iter()
            .map(|remark| format!("{}: {remark}.", raw.name)),
    );
    let (mut areas, mut repaired) = (Vec::with_capacity(raw.features.len()), Vec::new());
    let mut faulty = Vec::new();
    let mut codes = KnownCodes::default();
    for feature in raw.features {
        let number = feature.number;
        let read = columns
            .area(&raw.columns, &origin, feature)
            .and_then(|(area, note)| codes.add(number, &area).map(|()| (area, note)));
        match read {
            Ok((area, note)) => {
                repaired.extend(note);
                areas.push(area);
            }
            Err(fault) => faulty.push((number, fault)),
        }
    }
    refuse_faulty(&raw.file, &faulty)?;
    remarks.extend(codes.remark());
    let report = CustomLayerReport {
        name: options.name.clone(),
        file: raw.file,
        layer: raw.name,
        crs: origin.crs,
        areas: areas.len(),
        unnamed: areas.iter().filter(|area| area.name.is_none()).count(),
        repaired,
        precision_m,
        remarks,
    };
    Ok((
        CustomLayer {
            name: options.name.clone(),
            areas,
            precision_m,
        },
        report,
    ))
}

/// Returns the one layer of a file, once its features are polygons within the territories.
fn checked(
    file: &Path,
    layers: Vec<RawLayer>,
    options: &CustomLayerOptions,
) -> Result<(RawLayer, LayerOrigin), Error> {
    if let Some(metres) = options
        .precision_m
        .filter(|metres| !metres.is_finite() || *metres < 0.0)
    {
        return Err(no_areas(
            file,
            format!("a precision of {metres} m means nothing"),
        ));
    }
    let raw = the_only(file, layers)?;
    refuse_no_areas(&raw)?;
    let crs = options
        .crs
        .map_or_else(|| crs_of_layer(&raw, &sample(&raw)), Ok)?;
    let origin = LayerOrigin {
        layer: raw.name.clone(),
        crs,
    };
    // The areas of the sample town lie in the open sea.
    if !options.fictional {
        refuse_misplaced(&raw, &origin)?;
    }
    Ok((raw, origin))
}

/// Returns the one layer of a file.
pub(super) fn the_only(file: &Path, mut layers: Vec<RawLayer>) -> Result<RawLayer, Error> {
    match layers.len() {
        1 => Ok(layers.remove(0)),
        0 => Err(no_areas(file, "it holds no layer".to_owned())),
        count => {
            let names: Vec<&str> = layers.iter().map(|layer| layer.name.as_str()).collect();
            let fault = format!(
                "it holds {count} layers ({}): export the one you mean to a file",
                names.join(", ")
            );
            Err(no_areas(file, fault))
        }
    }
}

fn no_areas(file: &Path, fault: String) -> Error {
    let file = file
        .file_name()
        .unwrap_or(file.as_os_str())
        .to_string_lossy()
        .into_owned();
    Error::NoAreas { file, fault }
}

/// Refuses a layer without features.
pub(super) fn refuse_empty(raw: &RawLayer) -> Result<(), Error> {
    if raw.features.is_empty() {
        return Err(Error::NoAreas {
            file: raw.file.clone(),
            fault: "it holds no feature".to_owned(),
        });
    }
    Ok(())
}

/// Refuses a layer without features, or with some that are no polygons.
fn refuse_no_areas(raw: &RawLayer) -> Result<(), Error> {
    refuse_empty(raw)?;
    let faulty = raw.features.iter().filter_map(|feature| {
        let fault = feature.geometry.as_ref().err()?;
        Some((feature.number, fault.clone()))
    });
    refuse_faulty(&raw.file, &faulty.collect::<Vec<_>>())
}

/// Refuses a file if any of its features has a fault; the first of them are listed, each with its number.
fn refuse_faulty(file: &str, faulty: &[(usize, String)]) -> Result<(), Error> {
    if faulty.is_empty() {
        return Ok(());
    }
    Err(Error::NoAreas {
        file: file.to_owned(),
        fault: listed_faults(faulty),
    })
}

/// Refuses a layer of which any feature lies outside every territory.
fn refuse_misplaced(raw: &RawLayer, origin: &LayerOrigin) -> Result<(), Error> {
    let items = raw.features.iter().filter_map(|feature| {
        let outline = feature.geometry.as_ref().ok()?;
        Some(PlacedFeature {
            number: feature.number,
            label: "it".to_owned(),
            code: None,
            expected: None,
            outline,
        })
    });
    let stray = misplaced(&raw.name, origin.crs, &items.collect::<Vec<_>>())?;
    refuse_faulty(&raw.file, &stray.into_iter().collect::<Vec<_>>())
}

/// Returns the precision given, or estimated; and a sentence on its origin.
fn precision(raw: &RawLayer, crs: Crs, given: Option<f64>) -> (f64, String) {
    if let Some(metres) = given {
        return (
            metres,
            format!("{}: precision given, {metres} m.", raw.name),
        );
    }
    let found = precision::estimate(
        crs,
        raw.features.iter().filter_map(RawFeature::as_drawn),
        precision::FEWEST_SPLITS_DRAWN,
    );
    let because = format!(
        "{}: precision estimated at {:.1} m ({}). That tells nothing of the care of the drawing: --precision-m sets it.",
        raw.name, found.metres, found.because
    );
    (found.metres, because)
}

/// The columns of the values that an area has.
struct AreaColumns {
    name: Option<usize>,
    code: Option<usize>,
    days: Option<PeriodColumns>,
}

impl AreaColumns {
    fn find(columns: &[String], is_zoning: bool) -> Self {
        let known: Vec<String> = columns.iter().map(|column| fold_text(column)).collect();
        Self {
            name: first_known(&known, NAMES),
            // A town's own layer is asked for what is inside, and for nothing else.
            code: first_known(&known, CODES).filter(|_| is_zoning),
            days: is_zoning.then(|| PeriodColumns::find(&known)),
        }
    }

    /// Returns the area of a feature, and the effect of its repair; or the reason why it cannot be one.
    fn area(
        &self,
        names: &[String],
        origin: &LayerOrigin,
        feature: RawFeature,
    ) -> Result<(CustomArea, Option<FeatureNote>), String> {
        let RawFeature {
            number,
            attributes,
            geometry,
            ..
        } = feature;
        let (outline, repaired) = area_from(origin, number, geometry)?;
        let period = self.days.map_or(Ok(Period::default()), |days| {
            days.period(names, |column| {
                attributes[column].as_deref().unwrap_or_default()
            })
        })?;
        let [name, code] = [self.name, self.code]
            .map(|column| column.and_then(|column| single(attributes[column].as_deref())));
        let area = CustomArea {
            name,
            code,
            period,
            outline,
        };
        Ok((area, repaired))
    }
}

/// The codes of the areas read so far, with the periods and the features that they are of.
#[derive(Default)]
struct KnownCodes {
    periods: BTreeMap<String, Vec<(usize, Period)>>,
    parts: usize,
}

impl KnownCodes {
    /// Adds an area; the error says which other one has its code on some of the same days.
    fn add(&mut self, number: usize, area: &CustomArea) -> Result<(), String> {
        let Some(code) = &area.code else {
            return Ok(());
        };
        // Outlines are not compared: those of one code are the same area at different times.
        let known = self.periods.entry(code.clone()).or_default();
        match known
            .iter()
            .find(|(_, period)| period.overlaps(&area.period))
        {
            None => known.push((number, area.period)),
            // Several features may draw one area, part by part.
            Some((_, period)) if *period == area.period => self.parts += 1,
            Some((other, _)) => {
                return Err(format!(
                    "its code `{code}` is that of feature {other}, on some of the same days but not on all: give each area of a \
                     code periods that do not overlap, or a code of its own"
                ));
            }
        }
        Ok(())
    }

    fn remark(&self) -> Option<String> {
        (self.parts > 0).then(|| {
            format!(
                "{} feature(s) have the code and the days of another: they count as parts of one area",
                self.parts
            )
        })
    }
}

/// Returns the outline of an area in both systems, and the effect of its repair; or the reason why it is none.
fn area_from(
    origin: &LayerOrigin,
    number: usize,
    geometry: Result<MultiPolygon<f64>, String>,
) -> Result<(Outline, Option<FeatureNote>), String> {
    let outline = geometry?;
    let first = outline
        .0
        .first()
        .and_then(|polygon| polygon.exterior().0.first())
        .copied();
    // Fictional areas lie in no territory; any projection measures what a repair changed.
    let territory = first
        .and_then(|c| place(origin.crs, c))
        .unwrap_or(Territory::Metropole);
    let valid = valid(origin, number, None, territory, outline)?;
    // A custom area is asked for what is inside: without an inside it would never match.
    if valid.collapsed {
        return Err("it encloses nothing".to_owned());
    }
    Ok((in_both(origin.crs, valid.outline)?, valid.repaired))
}

#[cfg(test)]
mod tests {
    use geo::Area;

    use super::*;
    use crate::readers::read_geojson;

    /// A square of a hundredth of a degree near Flers, and other shapes by the same corners.
    const SQUARE: &str = r#"{"type":"Polygon","coordinates":[[[-0.57,48.75],[-0.56,48.75],[-0.56,48.76],[-0.57,48.76],[-0.57,48.75]]]}"#;
    const BOW_TIE: &str = r#"{"type":"Polygon","coordinates":[[[-0.57,48.75],[-0.56,48.76],[-0.56,48.75],[-0.57,48.76],[-0.57,48.75]]]}"#;
    const FLAT: &str = r#"{"type":"Polygon","coordinates":[[[-0.57,48.75],[-0.56,48.75],[-0.57,48.75],[-0.57,48.75]]]}"#;
    const FAR: &str =
        r#"{"type":"Polygon","coordinates":[[[10,48.75],[10.01,48.75],[10.01,48.76],[10,48.75]]]}"#;
    const LINE: &str = r#"{"type":"LineString","coordinates":[[-0.57,48.75],[-0.56,48.75]]}"#;

    fn options() -> CustomLayerOptions {
        CustomLayerOptions::new("territoires-fragiles".parse().unwrap())
    }

    fn raw(features: &[(&str, &str)]) -> RawLayer {
        let feature = |(properties, geometry): &(&str, &str)| {
            format!(r#"{{"type":"Feature","properties":{properties},"geometry":{geometry}}}"#)
        };
        let features: Vec<String> = features.iter().map(feature).collect();
        let text = format!(
            r#"{{"type":"FeatureCollection","features":[{}]}}"#,
            features.join(",")
        );
        read_geojson("town.geojson", text.as_bytes()).unwrap()
    }

    fn read(layers: Vec<RawLayer>) -> Result<(CustomLayer, CustomLayerReport), Error> {
        custom_layer_from(Path::new("town.geojson"), layers, &options())
    }

    #[test]
    fn areas_have_the_name_their_file_gives_them() {
        let (layer, report) = read(vec![raw(&[
            (r#"{"OBJECTID":1,"Libellé":" La  Butte "}"#, SQUARE),
            (r#"{"OBJECTID":2}"#, SQUARE),
        ])])
        .unwrap();
        let names: Vec<_> = layer
            .areas
            .iter()
            .map(|area| area.name.as_deref())
            .collect();
        assert_eq!(names, [Some("La Butte"), None]);
        assert_eq!(
            (report.areas, report.unnamed, report.crs),
            (2, 1, Crs::WGS84)
        );
        assert!(
            report.repaired.is_empty() && report.remarks[0].contains("--precision-m"),
            "{report:?}"
        );
        let given = CustomLayerOptions {
            precision_m: Some(25.0),
            ..options()
        };
        let (layer, _) =
            custom_layer_from(Path::new("a"), vec![raw(&[("{}", SQUARE)])], &given).unwrap();
        assert_eq!(layer.precision_m, 25.0);
    }

    fn zoning(features: &[(&str, &str)]) -> Result<(CustomLayer, CustomLayerReport), Error> {
        let options = CustomLayerOptions {
            is_zoning: true,
            ..options()
        };
        custom_layer_from(Path::new("town.geojson"), vec![raw(features)], &options)
    }

    #[test]
    fn areas_of_a_zoning_have_codes_and_days() {
        let properties =
            r#"{"Code ZFU":"93A","nom":"Nord","date_debut":"01/01/1997","date_fin":"2014-12-31"}"#;
        let renewed =
            r#"{"Code ZFU":"93A","nom":"Nord","date_debut":"2015-01-01","date_fin":null}"#;
        let features = [(properties, SQUARE), (renewed, SQUARE)];
        let (layer, report) = zoning(&features).unwrap();
        let days = |area: &CustomArea| {
            [area.period.valid_from, area.period.valid_until]
                .map(|day| day.map(|it| it.to_string()))
        };
        assert_eq!(layer.areas[0].code.as_deref(), Some("93A"));
        assert_eq!(
            days(&layer.areas[0]).map(Option::unwrap),
            ["1997-01-01", "2014-12-31"]
        );
        assert_eq!(days(&layer.areas[1])[1], None);
        assert_eq!(report.remarks.len(), 1, "{report:?}");
        // In another layer they mean nothing.
        let (layer, _) = read(vec![raw(&features)]).unwrap();
        assert_eq!(
            (&layer.areas[0].code, layer.areas[0].period.is_open()),
            (&None, true)
        );
    }

    #[test]
    fn days_that_contradict_each_other_are_refused() {
        for (one, other, told) in [
            (
                r#"{"code":"A","fin":"2020-01-01"}"#,
                r#"{"code":"A"}"#,
                Some("feature 2: its code `A` is that of feature 1"),
            ),
            (
                r#"{"code":"A","fin":"2020-01-01"}"#,
                r#"{"code":"A","debut":"2020-01-02"}"#,
                None,
            ),
            // Areas of different codes may overlap as they like, and so may those without a code.
            (
                r#"{"code":"A","fin":"2020-01-01"}"#,
                r#"{"code":"B"}"#,
                None,
            ),
            (r#"{"fin":"2020-01-01"}"#, r#"{"debut":"2019-01-01"}"#, None),
            (r#"{"code":"A"}"#, r#"{"code":"A"}"#, None),
            (
                r#"{"debut":"2020-01-01","fin":"2019-12-31"}"#,
                "{}",
                Some("feature 1: it ends on 2019-12-31, before it begins"),
            ),
            (
                "{}",
                r#"{"valid_until":"31/02/2019"}"#,
                Some("feature 2: `valid_until`: `31/02/2019` is no day"),
            ),
        ] {
            let read = zoning(&[(one, SQUARE), (other, SQUARE)]);
            match told {
                None => assert!(read.is_ok(), "{one} {other}: {read:?}"),
                Some(told) => {
                    let fault = read.unwrap_err().to_string();
                    assert!(fault.contains(told), "{fault}");
                }
            }
        }
        let (_, report) =
            zoning(&[(r#"{"code":"A"}"#, SQUARE), (r#"{"code":"A"}"#, SQUARE)]).unwrap();
        assert!(
            report
                .remarks
                .iter()
                .any(|it| it.contains("parts of one area")),
            "{report:?}"
        );
    }

    #[test]
    fn an_invalid_outline_is_repaired_and_reported() {
        let (layer, report) = read(vec![raw(&[("{}", SQUARE), ("{}", BOW_TIE)])]).unwrap();
        assert_eq!(report.repaired.len(), 1);
        let note = &report.repaired[0];
        assert!(
            note.feature == 2 && note.fault.contains("crosses"),
            "{note:?}"
        );
        // By the even-odd rule a bow tie is two triangles: half of the square it is inscribed in.
        let area = |index: usize| layer.areas[index].outline.published().unsigned_area();
        assert!((area(1) / area(0) - 0.5).abs() < 1e-9, "{}", area(1));
    }

    #[test]
    fn what_is_no_area_stops_the_import() {
        for (features, told) in [
            (
                vec![("{}", SQUARE), ("{}", LINE), ("{}", LINE)],
                "feature 2: a LineString, where a polygon is expected; feature 3: a LineString",
            ),
            (
                vec![("{}", FLAT), ("{}", SQUARE), ("{}", FLAT)],
                "feature 1: it encloses nothing; feature 3: it encloses nothing",
            ),
            (
                vec![("{}", "null"); 7],
                "feature 5: no geometry (and 2 more)",
            ),
            (
                vec![("{}", SQUARE), ("{}", "null")],
                "feature 2: no geometry",
            ),
            (
                vec![("{}", SQUARE), ("{}", FLAT)],
                "feature 2: it encloses nothing",
            ),
            (
                vec![("{}", SQUARE), ("{}", SQUARE), ("{}", FAR)],
                "feature 3: it falls at longitude 10.0",
            ),
            (vec![], "no feature"),
        ] {
            let message = read(vec![raw(&features)]).unwrap_err().to_string();
            assert!(
                message.starts_with("town.geojson: ") && message.contains(told),
                "{message}"
            );
        }
        let several = read(vec![raw(&[("{}", SQUARE)]), raw(&[("{}", SQUARE)])])
            .unwrap_err()
            .to_string();
        assert!(several.contains("2 layers (town, town)"), "{several}");
        assert!(matches!(
            read(vec![raw(&[("{}", FAR)])]),
            Err(Error::Misplaced { .. })
        ));
        let anywhere = CustomLayerOptions {
            fictional: true,
            ..options()
        };
        assert!(custom_layer_from(Path::new("a"), vec![raw(&[("{}", FAR)])], &anywhere).is_ok());
    }
}
