//! Layers as `FlatGeobuf` files, in the reference system they were published in.
//!
//! Owns the columns. A layer is read bit for bit as it was written, coordinates included, and the same layer always gives
//! the same bytes. Any `FlatGeobuf` reader (QGIS, GDAL) opens the files. Features stay in code order, without a spatial
//! index: they are few, and the engine has its own.

use std::collections::BTreeMap;

use flatgeobuf::{
    ColumnType, FallibleStreamingIterator, FeatureProperties, FgbCrs, FgbFeature, FgbReader,
    FgbWriter, FgbWriterOptions, Geometry, GeometryType,
};
use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use geozero::{ColumnValue, PropertyProcessor};
use jiff::civil::Date;
use qpv_model::{
    AdminArea, AdminLevel, Crs, CustomArea, CustomLayer, Outline, Perimeter, Period, Territory,
    Vintage, VintageLayer,
};

use crate::crs;
use crate::error::Error;

/// Columns of a perimeter layer: the official ones, then ours.
const COLUMNS: [(&str, ColumnType); 11] = [
    ("code_qp", ColumnType::String),
    ("lib_qp", ColumnType::String),
    ("insee_com", ColumnType::String),
    ("lib_com", ColumnType::String),
    ("insee_dep", ColumnType::String),
    ("lib_dep", ColumnType::String),
    ("insee_reg", ColumnType::String),
    ("lib_reg", ColumnType::String),
    ("siren_epci", ColumnType::String),
    ("territory", ColumnType::String),
    ("area_ha", ColumnType::Double),
];
/// Columns of a band layer: the outline's place in the list, since one list is several files, one per reference system.
const BAND_COLUMNS: [(&str, ColumnType); 1] = [("number", ColumnType::Int)];

/// Columns of administrative outlines.
const ADMIN_COLUMNS: [(&str, ColumnType); 2] =
    [("code", ColumnType::String), ("name", ColumnType::String)];

/// Columns of a custom layer; those after the name only where an area has a value.
const AREA_COLUMNS: [(&str, ColumnType); 4] = [
    ("name", ColumnType::String),
    ("code", ColumnType::String),
    ("valid_from", ColumnType::String),
    ("valid_until", ColumnType::String),
];

/// An encoded layer: its reference system, its number of features, the bytes of its file.
pub(super) struct EncodedLayer {
    pub(super) crs: Crs,
    pub(super) features: usize,
    pub(super) content: Vec<u8>,
}

/// Encodes the perimeters of a layer, one file per reference system, in the order of the systems' numbers.
pub(super) fn encode_perimeters(layer: &VintageLayer) -> Result<Vec<EncodedLayer>, Error> {
    let mut by_crs = BTreeMap::<Crs, Vec<&Perimeter>>::new();
    for perimeter in &layer.perimeters {
        by_crs
            .entry(perimeter.outline.crs())
            .or_default()
            .push(perimeter);
    }
    let mut files = Vec::new();
    for (crs, perimeters) in by_crs {
        let name = format!("qpv{}", layer.vintage);
        let features = perimeters
            .iter()
            .map(|p| (p.outline.published(), perimeter_values(p)));
        let content =
            write_fgb(&name, crs, &COLUMNS, features).map_err(|e| unpublishable(layer, e))?;
        files.push(EncodedLayer {
            crs,
            features: perimeters.len(),
            content,
        });
    }
    Ok(files)
}

/// Encodes the official band of a layer, likewise.
pub(super) fn encode_band(layer: &VintageLayer) -> Result<Vec<EncodedLayer>, Error> {
    let mut by_crs = BTreeMap::<Crs, Vec<(usize, &Outline)>>::new();
    for (number, outline) in layer.official_band.iter().enumerate() {
        by_crs
            .entry(outline.crs())
            .or_default()
            .push((number, outline));
    }
    let mut files = Vec::new();
    for (crs, outlines) in by_crs {
        let name = format!("qpv{}_band_300m", layer.vintage);
        let features = outlines.iter().map(|(number, outline)| {
            let number =
                i32::try_from(*number).expect("a band layer has far fewer outlines than 2^31");
            (outline.published(), vec![ColumnContent::Int(number)])
        });
        let content =
            write_fgb(&name, crs, &BAND_COLUMNS, features).map_err(|e| unpublishable(layer, e))?;
        files.push(EncodedLayer {
            crs,
            features: outlines.len(),
            content,
        });
    }
    Ok(files)
}

/// Encodes the areas of a custom layer, which are all in the system of the first one.
pub(super) fn encode_areas(layer: &CustomLayer) -> Result<EncodedLayer, String> {
    let crs = layer
        .areas
        .first()
        .map_or(Crs::WGS84, |area| area.outline.crs());
    let has_more = |area: &CustomArea| area.code.is_some() || !area.period.is_open();
    // A layer of names alone keeps the bytes, and the digest, that it had before areas had codes.
    let columns = if layer.areas.iter().any(has_more) {
        &AREA_COLUMNS[..]
    } else {
        &AREA_COLUMNS[..1]
    };
    let features = layer.areas.iter().map(|area| {
        let mut values = area_values(area);
        values.truncate(columns.len());
        (area.outline.published(), values)
    });
    let content = write_fgb(layer.name.as_str(), crs, columns, features)?;
    Ok(EncodedLayer {
        crs,
        features: layer.areas.len(),
        content,
    })
}

/// Encodes administrative areas, which are all on WGS 84.
pub(super) fn encode_admin(level: AdminLevel, areas: &[AdminArea]) -> Result<EncodedLayer, String> {
    let features = areas.iter().map(|area| {
        (
            &area.outline,
            vec![
                ColumnContent::Text(area.code.clone()),
                ColumnContent::Text(area.name.clone()),
            ],
        )
    });
    let content = write_fgb(level.as_str(), Crs::WGS84, &ADMIN_COLUMNS, features)?;
    Ok(EncodedLayer {
        crs: Crs::WGS84,
        features: areas.len(),
        content,
    })
}

fn unpublishable(layer: &VintageLayer, fault: String) -> Error {
    Error::Unpublishable {
        vintage: layer.vintage,
        fault,
    }
}

/// Explains a failed write: the library keeps features in a file of the temporary folder before it writes the whole.
pub(super) fn through_temporary(fault: &dyn std::fmt::Display) -> String {
    let folder = std::env::temp_dir();
    format!(
        "{fault}; they pass through the temporary folder, {}: is there room left in it?",
        folder.display()
    )
}

/// A column's value, owned; `Absent` writes nothing, which readers show as null.
enum ColumnContent {
    Absent,
    Text(String),
    Number(f64),
    Int(i32),
}

impl From<&Option<String>> for ColumnContent {
    fn from(text: &Option<String>) -> Self {
        text.as_ref()
            .map_or(Self::Absent, |text| Self::Text(text.clone()))
    }
}

/// Returns the values of a perimeter in the order of [`COLUMNS`].
fn perimeter_values(p: &Perimeter) -> Vec<ColumnContent> {
    let communes: Vec<String> = p.insee_com.iter().map(ToString::to_string).collect();
    vec![
        ColumnContent::Text(p.code_qp.to_string()),
        ColumnContent::Text(p.lib_qp.clone()),
        join(&communes),
        join(&p.lib_com),
        ColumnContent::Text(p.insee_dep.clone()),
        (&p.lib_dep).into(),
        (&p.insee_reg).into(),
        (&p.lib_reg).into(),
        join(&p.siren_epci),
        ColumnContent::Text(p.territory.key().into()),
        ColumnContent::Number(p.area_ha),
    ]
}

/// Returns the values of an area in the order of [`AREA_COLUMNS`].
fn area_values(area: &CustomArea) -> Vec<ColumnContent> {
    let [first, last] = area.period.written_days();
    [&area.name, &area.code, &first, &last]
        .map(ColumnContent::from)
        .into()
}

/// Reads a day as [`area_values`] writes it.
fn stored_day(text: Option<String>) -> Result<Option<Date>, String> {
    text.map(|text| text.parse().map_err(|_| format!("`{text}` is no day")))
        .transpose()
}

/// Joins a list as the official files do (`02571, 02691`); as JSON when a member would make that ambiguous.
fn join(list: &[String]) -> ColumnContent {
    if list.is_empty() {
        return ColumnContent::Absent;
    }
    if list.iter().all(|member| is_plain(member)) && !list[0].starts_with('[') {
        ColumnContent::Text(list.join(", "))
    } else {
        ColumnContent::Text(serde_json::to_string(list).expect("texts are serialisable"))
    }
}

/// Returns true for a member that commas can separate.
fn is_plain(member: &str) -> bool {
    !member.is_empty() && !member.contains(',') && member.trim() == member
}

/// Splits the text of [`join`].
fn split(text: Option<String>) -> Result<Vec<String>, String> {
    match text {
        None => Ok(Vec::new()),
        Some(json) if json.starts_with('[') => {
            serde_json::from_str(&json).map_err(|e| e.to_string())
        }
        Some(plain) => Ok(plain.split(", ").map(str::to_owned).collect()),
    }
}

fn write_fgb<'a>(
    name: &str,
    crs: Crs,
    columns: &[(&str, ColumnType)],
    features: impl Iterator<Item = (&'a MultiPolygon<f64>, Vec<ColumnContent>)>,
) -> Result<Vec<u8>, String> {
    let code = i32::try_from(crs.epsg()).expect("EPSG numbers are small");
    let options = FgbWriterOptions {
        // A spatial index would reorder the features, and the stored order is that of the codes.
        write_index: false,
        crs: FgbCrs {
            org: Some("EPSG"),
            code,
            name: Some(crs.name()),
            ..FgbCrs::default()
        },
        ..FgbWriterOptions::default()
    };
    let mut writer = FgbWriter::create_with_options(name, GeometryType::MultiPolygon, options)
        .map_err(|e| {
            format!(
                "no temporary file in {} ({e})",
                std::env::temp_dir().display()
            )
        })?;
    for (column, kind) in columns {
        writer.add_column(column, *kind, |_, _| {});
    }
    for (outline, values) in features {
        let mut written = Ok(());
        writer
            .add_feature_geom(
                geo_types::Geometry::MultiPolygon(outline.clone()),
                |feature| {
                    written = write_values(feature, columns, &values);
                },
            )
            .and(written)
            .map_err(|e| through_temporary(&e))?;
    }
    let mut content = Vec::new();
    writer
        .write(&mut content)
        .map_err(|e| through_temporary(&e))?;
    Ok(content)
}

fn write_values(
    feature: &mut impl PropertyProcessor,
    columns: &[(&str, ColumnType)],
    values: &[ColumnContent],
) -> geozero::error::Result<()> {
    for (index, (value, (name, _))) in values.iter().zip(columns).enumerate() {
        match value {
            ColumnContent::Absent => continue,
            ColumnContent::Text(text) => {
                feature.property(index, name, &ColumnValue::String(text))?
            }
            ColumnContent::Number(number) => {
                feature.property(index, name, &ColumnValue::Double(*number))?
            }
            ColumnContent::Int(number) => {
                feature.property(index, name, &ColumnValue::Int(*number))?
            }
        };
    }
    Ok(())
}

/// Decodes the perimeters of one file, whose sum has been checked. The error names the fault and the feature, counted
/// from 1.
pub(super) fn decode_perimeters(
    vintage: Vintage,
    content: &[u8],
    crs: Crs,
) -> Result<Vec<Perimeter>, DecodeError> {
    read_fgb(content, crs, |feature| {
        let mut values = FeatureValues::default();
        feature
            .process_properties(&mut values)
            .map_err(|e| e.to_string())?;
        perimeter_of(vintage, values, outline_of(feature, crs)?).map_err(DecodeError::Content)
    })
}

/// Decodes the outlines of one band file, each with its place in the whole list.
pub(super) fn decode_band(content: &[u8], crs: Crs) -> Result<Vec<(i32, Outline)>, DecodeError> {
    read_fgb(content, crs, |feature| {
        let mut values = FeatureValues::default();
        feature
            .process_properties(&mut values)
            .map_err(|e| e.to_string())?;
        Ok((values.number, outline_of(feature, crs)?))
    })
}

/// Decodes the areas of a custom layer.
pub(super) fn decode_areas(content: &[u8], crs: Crs) -> Result<Vec<CustomArea>, DecodeError> {
    read_fgb(content, crs, |feature| {
        let mut values = AreaValues::default();
        feature
            .process_properties(&mut values)
            .map_err(|e| e.to_string())?;
        let [name, code, first, last] = values.0;
        let period = Period::new(stored_day(first)?, stored_day(last)?);
        Ok(CustomArea {
            name,
            code,
            period: period.map_err(|fault| fault.to_string())?,
            outline: outline_of(feature, crs)?,
        })
    })
}

/// Decodes administrative areas.
pub(super) fn decode_admin(content: &[u8], crs: Crs) -> Result<Vec<AdminArea>, DecodeError> {
    read_fgb(content, crs, |feature| {
        let mut values = AdminValues::default();
        feature
            .process_properties(&mut values)
            .map_err(|e| e.to_string())?;
        let [code, name] = values
            .0
            .map(|value| value.ok_or_else(|| "it has no code or no name".to_owned()));
        Ok(AdminArea {
            code: code?,
            name: name?,
            outline: polygons_of(feature)?,
        })
    })
}

/// The reasons for which a file cannot be decoded.
pub(super) enum DecodeError {
    /// The file is not what this version writes.
    Content(String),
    /// Its coordinates cannot be converted to WGS 84.
    Projection(Box<Error>),
}

impl From<String> for DecodeError {
    fn from(fault: String) -> Self {
        Self::Content(fault)
    }
}

fn read_fgb<T>(
    content: &[u8],
    crs: Crs,
    read: impl Fn(&FgbFeature) -> Result<T, DecodeError>,
) -> Result<Vec<T>, DecodeError> {
    let reader = FgbReader::open(content).map_err(|e| e.to_string())?;
    let stored = reader.header().crs().map(|stored| i64::from(stored.code()));
    // The sum is right, so a difference means a file written by another version.
    if stored != Some(i64::from(crs.epsg())) {
        return Err(DecodeError::Content(format!(
            "its reference system is {stored:?} instead of {crs}"
        )));
    }
    let mut features = reader.select_all_seq().map_err(|e| e.to_string())?;
    let mut list = Vec::with_capacity(features.features_count().unwrap_or(0));
    while let Some(feature) = features.next().map_err(|e| e.to_string())? {
        let number = list.len() + 1;
        list.push(read(feature).map_err(|fault| match fault {
            DecodeError::Content(fault) => {
                DecodeError::Content(format!("feature {number}: {fault}"))
            }
            projection @ DecodeError::Projection(_) => projection,
        })?);
    }
    Ok(list)
}

pub(super) fn polygons_of(feature: &FgbFeature) -> Result<MultiPolygon<f64>, String> {
    let geometry = feature
        .geometry()
        .ok_or_else(|| "it has no outline".to_owned())?;
    Ok(match geometry.parts() {
        Some(parts) => MultiPolygon(
            parts
                .iter()
                .map(|part| polygon_of(&part))
                .collect::<Result<_, _>>()?,
        ),
        None => MultiPolygon(vec![polygon_of(&geometry)?]),
    })
}

fn outline_of(feature: &FgbFeature, crs: Crs) -> Result<Outline, DecodeError> {
    let published = polygons_of(feature)?;
    if crs == Crs::WGS84 {
        // Nothing to convert: the outline is its own counterpart.
        return Ok(Outline::on_wgs84(published));
    }
    let wgs84 = crs::wgs84_of(crs, &published).map_err(|e| DecodeError::Projection(Box::new(e)))?;
    Ok(Outline::projected(crs, published, wgs84))
}

/// Decodes the rings of one polygon: a flat list of coordinates, and the end of each ring unless there is only one.
fn polygon_of(part: &Geometry<'_>) -> Result<Polygon<f64>, String> {
    let xy = part.xy().ok_or("a polygon has no coordinates")?;
    let mut flat = xy.iter();
    let mut coords = Vec::with_capacity(xy.len() / 2);
    while let (Some(x), Some(y)) = (flat.next(), flat.next()) {
        coords.push(Coord { x, y });
    }
    // A polygon without holes needs no list of ends.
    let Some(ends) = part.ends() else {
        return Ok(Polygon::new(LineString(coords), Vec::new()));
    };
    let mut start = 0;
    let mut rings = Vec::with_capacity(ends.len());
    for end in ends.iter().map(|end| end as usize) {
        let ring = coords
            .get(start..end)
            .ok_or("a ring ends beyond the coordinates")?;
        rings.push(LineString(ring.to_vec()));
        start = end;
    }
    let mut rings = rings.into_iter();
    let exterior = rings.next().ok_or("a polygon has no ring")?;
    Ok(Polygon::new(exterior, rings.collect()))
}

/// Properties of one feature as they come.
#[derive(Default)]
struct FeatureValues {
    by_column: [Option<String>; COLUMNS.len()],
    area_ha: Option<f64>,
    number: i32,
}

impl PropertyProcessor for FeatureValues {
    fn property(
        &mut self,
        index: usize,
        name: &str,
        value: &ColumnValue<'_>,
    ) -> geozero::error::Result<bool> {
        match value {
            ColumnValue::String(text)
                if COLUMNS.get(index).is_some_and(|(known, _)| *known == name) =>
            {
                self.by_column[index] = Some((*text).to_owned());
            }
            ColumnValue::Double(area_ha) if name == "area_ha" => self.area_ha = Some(*area_ha),
            ColumnValue::Int(number) if name == "number" => self.number = *number,
            _ => {
                return Err(geozero::error::GeozeroError::Property(format!(
                    "unexpected column `{name}`"
                )));
            }
        }
        Ok(false)
    }
}

/// The properties of an area, in the order of [`AREA_COLUMNS`].
#[derive(Default)]
struct AreaValues([Option<String>; AREA_COLUMNS.len()]);

impl PropertyProcessor for AreaValues {
    fn property(
        &mut self,
        index: usize,
        name: &str,
        value: &ColumnValue<'_>,
    ) -> geozero::error::Result<bool> {
        match value {
            ColumnValue::String(text)
                if AREA_COLUMNS
                    .get(index)
                    .is_some_and(|(known, _)| *known == name) =>
            {
                self.0[index] = Some((*text).to_owned());
            }
            _ => {
                return Err(geozero::error::GeozeroError::Property(format!(
                    "unexpected column `{name}`"
                )));
            }
        }
        Ok(false)
    }
}

/// Code and name of an administrative area.
#[derive(Default)]
struct AdminValues([Option<String>; ADMIN_COLUMNS.len()]);

impl PropertyProcessor for AdminValues {
    fn property(
        &mut self,
        index: usize,
        name: &str,
        value: &ColumnValue<'_>,
    ) -> geozero::error::Result<bool> {
        match value {
            ColumnValue::String(text)
                if ADMIN_COLUMNS
                    .get(index)
                    .is_some_and(|(known, _)| *known == name) =>
            {
                self.0[index] = Some((*text).to_owned());
            }
            _ => {
                return Err(geozero::error::GeozeroError::Property(format!(
                    "unexpected column `{name}`"
                )));
            }
        }
        Ok(false)
    }
}

fn missing(name: &str) -> String {
    format!("it has no {name}")
}

fn perimeter_of(
    vintage: Vintage,
    values: FeatureValues,
    outline: Outline,
) -> Result<Perimeter, String> {
    let [
        code_qp,
        lib_qp,
        insee_com,
        lib_com,
        insee_dep,
        lib_dep,
        insee_reg,
        lib_reg,
        siren_epci,
        territory,
        _,
    ] = values.by_column;
    let communes = split(insee_com)?;
    let territory = territory.ok_or_else(|| missing("territory"))?;
    Ok(Perimeter {
        vintage,
        code_qp: code_qp
            .ok_or_else(|| missing("code_qp"))?
            .parse()
            .map_err(|e| format!("{e}"))?,
        lib_qp: lib_qp.ok_or_else(|| missing("lib_qp"))?,
        insee_com: communes
            .iter()
            .map(|code| code.parse().map_err(|e| format!("{e}")))
            .collect::<Result<_, _>>()?,
        lib_com: split(lib_com)?,
        insee_dep: insee_dep.ok_or_else(|| missing("insee_dep"))?,
        lib_dep,
        insee_reg,
        lib_reg,
        siren_epci: split(siren_epci)?,
        territory: Territory::ALL
            .into_iter()
            .find(|known| known.key() == territory)
            .ok_or_else(|| format!("unknown territory `{territory}`"))?,
        area_ha: values.area_ha.ok_or_else(|| missing("area_ha"))?,
        outline,
    })
}
