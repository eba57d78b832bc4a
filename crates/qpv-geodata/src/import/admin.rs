//! From a file to the outlines of regions, departments or communes, to be drawn and to name what maps show.
//!
//! Codes and names are taken from columns with the names that publishers use; a code must be one of the level asked.
//! Reference system and outlines are treated as those of custom layers. Nothing is decided by these outlines: the commune
//! of a neighbourhood is one of its own attributes.
//!
//! Promises: every feature becomes an area, each code once, or the import stops with the feature and the reason.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use qpv_french::fold::fold_text;
use qpv_model::{
    AdminArea, AdminLevel, CommuneCode, Crs, QpvCode, Territory, department_and_region,
};
use serde::{Deserialize, Serialize};

use super::custom_layer::{refuse_empty, the_only};
use super::outlines::{LayerOrigin, valid};
use super::placement::{PlacedFeature, crs_of_layer, listed_faults, misplaced};
use super::sample;
use crate::crs::wgs84_of;
use crate::error::Error;
use crate::headers::first_known;
use crate::readers::{RawFeature, RawLayer, ReadLimits, ReadOptions, TextEncoding, read_layers};
use crate::report::FeatureNote;
use crate::schema::{department_code, recognise, single};
use crate::vintages;

/// The regions of today by INSEE code, with the department that is their territory overseas. Source: INSEE, *Code
/// officiel géographique*.
const REGIONS: [(&str, &str); 18] = [
    ("01", "971"),
    ("02", "972"),
    ("03", "973"),
    ("04", "974"),
    ("06", "976"),
    ("11", ""),
    ("24", ""),
    ("27", ""),
    ("28", ""),
    ("32", ""),
    ("44", ""),
    ("52", ""),
    ("53", ""),
    ("75", ""),
    ("76", ""),
    ("84", ""),
    ("93", ""),
    ("94", ""),
];

/// Options of an import of outlines.
#[derive(Debug, Clone)]
pub struct OutlinesOptions {
    /// The level of the areas.
    pub level: AdminLevel,
    /// Reference system to read the file in, instead of the declared one.
    pub crs: Option<Crs>,
    /// The limits on what the file may hold.
    pub limits: ReadLimits,
    /// The encoding of the text of a shapefile, instead of the one that the text itself shows.
    pub encoding: Option<TextEncoding>,
}

impl OutlinesOptions {
    /// Returns the default options for a level.
    #[must_use]
    pub fn new(level: AdminLevel) -> Self {
        Self {
            level,
            crs: None,
            limits: ReadLimits::default(),
            encoding: None,
        }
    }
}

/// The report of an import of outlines.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OutlinesReport {
    /// The level of the areas.
    pub level: AdminLevel,
    /// File, and entry within it when it is an archive.
    pub file: String,
    /// Layer name in the file.
    pub layer: String,
    /// Reference system its coordinates are in.
    pub crs: Crs,
    /// Features read, each of which became an area.
    pub areas: usize,
    /// The departments whose communes they are; empty for other levels.
    pub departments: BTreeSet<String>,
    /// Areas without a name: their code stands for it.
    pub unnamed: usize,
    /// Invalid outlines, with the effect of their repair.
    pub repaired: Vec<FeatureNote>,
    /// Anything else worth knowing of the way the file was read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<String>,
}

/// Reads outlines from a file of any format that perimeters are read from, in code order.
///
/// # Errors
/// Errors of [`read_layers`]; [`Error::NoAreas`] when the file holds no layer, several, an empty one, or a feature
/// without an area; [`Error::NotOutlines`] when it holds perimeters, or codes that are missing, given twice or of another
/// level; [`Error::ReferenceSystem`] or [`Error::Misplaced`] when its areas lie elsewhere than their codes say.
pub fn read_outlines(
    file: &Path,
    options: &OutlinesOptions,
) -> Result<(Vec<AdminArea>, OutlinesReport), Error> {
    let reading = ReadOptions {
        limits: options.limits,
        encoding: options.encoding,
    };
    outlines_from_layers(file, read_layers(file, &reading)?, options)
}

/// Imports the layers of a file that is already read, as [`read_outlines`] does.
///
/// # Errors
/// As [`read_outlines`].
pub fn outlines_from_layers(
    file: &Path,
    layers: Vec<RawLayer>,
    options: &OutlinesOptions,
) -> Result<(Vec<AdminArea>, OutlinesReport), Error> {
    let raw = the_only(file, layers)?;
    refuse_empty(&raw)?;
    let columns = columns(&raw, options.level)?;
    let mut faulty = Vec::new();
    let codes = codes(&raw, columns.code, options.level, &mut faulty);
    let crs = options
        .crs
        .map_or_else(|| crs_of_layer(&raw, &sample(&raw)), Ok)?;
    let origin = LayerOrigin {
        layer: raw.name.clone(),
        crs,
    };
    faulty.extend(misplaced_areas(&raw, &origin, &codes, options.level)?);
    let mut report = OutlinesReport {
        level: options.level,
        file: raw.file,
        remarks: raw
            .remarks
            .iter()
            .map(|remark| format!("{}: {remark}.", raw.name))
            .collect(),
        layer: raw.name,
        crs,
        areas: raw.features.len(),
        departments: BTreeSet::new(),
        unnamed: 0,
        repaired: Vec::new(),
    };
    let mut areas = Vec::with_capacity(raw.features.len());
    for (feature, code) in raw.features.into_iter().zip(codes) {
        let number = feature.number;
        match area(&origin, feature, code.as_deref(), columns.name, &mut report) {
            Ok(area) => areas.extend(area),
            Err(fault) => faulty.push((number, fault)),
        }
    }
    refuse_faulty_areas(&report, faulty)?;
    // The order of the file must not change the stored bytes, and so the digest.
    areas.sort_by(|one, other| one.code.cmp(&other.code));
    Ok((areas, report))
}

/// Returns the department that a code of a commune begins with.
pub(crate) fn department_of_commune(code: &str) -> Option<String> {
    code.parse::<CommuneCode>()
        .ok()
        .map(|code| code.department().to_owned())
}

/// The places of codes and names in a layer.
struct AreaColumns {
    code: usize,
    name: Option<usize>,
}

/// Returns the names of the columns of codes and of names, in order of preference, as [`fold_text`] text.
fn aliases(level: AdminLevel) -> (&'static [&'static str], &'static [&'static str]) {
    match level {
        AdminLevel::Region => (
            &[
                "insee reg",
                "code insee reg",
                "code region",
                "code reg",
                "reg",
                "code insee",
                "code",
            ],
            &[
                "lib reg",
                "nom region",
                "nom reg",
                "libelle",
                "libgeo",
                "nom officiel",
                "nom",
                "name",
            ],
        ),
        AdminLevel::Departement => (
            &[
                "insee dep",
                "code insee dep",
                "code departement",
                "code dept",
                "code dep",
                "dep",
                "code insee",
                "code",
            ],
            &[
                "lib dep",
                "nom departement",
                "nom dept",
                "nom dep",
                "libelle",
                "libgeo",
                "nom officiel",
                "nom",
                "name",
            ],
        ),
        AdminLevel::Commune => (
            &[
                "insee com",
                "code insee com",
                "code commune",
                "code com",
                "codgeo",
                "depcom",
                "code insee",
                "insee",
                "com",
                "code",
            ],
            &[
                "lib com",
                "nom commune",
                "nom com",
                "libelle",
                "libgeo",
                "nom officiel",
                "nom",
                "name",
            ],
        ),
    }
}

fn columns(raw: &RawLayer, level: AdminLevel) -> Result<AreaColumns, Error> {
    // Perimeters have columns of departments too, and would be taken for outlines of them.
    if let Some(code) = perimeter_code(raw) {
        let vintages = vintages::built_in();
        let vintage = vintages.of_code(code).next();
        let year = vintage.map_or_else(|| "and its year".to_owned(), |vintage| vintage.to_string());
        let fault = format!(
            "it is a layer of perimeters ({code}): they are imported with --vintage {year}"
        );
        return Err(not_outlines(raw, level, fault));
    }
    let known: Vec<String> = raw.columns.iter().map(|column| fold_text(column)).collect();
    let (codes, names) = aliases(level);
    let code = first_known(&known, codes.iter().copied()).ok_or_else(|| {
        let fault = format!(
            "no column of codes ({}) is among its columns, {}",
            codes.join(", "),
            raw.columns.join(", ")
        );
        not_outlines(raw, level, fault)
    })?;
    Ok(AreaColumns {
        code,
        name: first_known(&known, names.iter().copied()),
    })
}

/// Returns the first code of a perimeter, if the layer has a column of them.
fn perimeter_code(raw: &RawLayer) -> Option<QpvCode> {
    let column = recognise(&raw.name, &raw.columns, &BTreeMap::new())
        .ok()?
        .code_qp;
    raw.features
        .iter()
        .find_map(|feature| feature.attributes[column].as_deref()?.parse().ok())
}

/// Returns the code of each feature, and adds the faults of those that have none of their own.
fn codes(
    raw: &RawLayer,
    column: usize,
    level: AdminLevel,
    faulty: &mut Vec<(usize, String)>,
) -> Vec<Option<String>> {
    let name = &raw.columns[column];
    let mut seen = BTreeMap::<String, usize>::new();
    let mut codes = Vec::with_capacity(raw.features.len());
    for RawFeature {
        number, attributes, ..
    } in &raw.features
    {
        let text = single(attributes[column].as_deref());
        let code = match text {
            None => Err(format!("`{name}` is empty")),
            Some(text) => code(level, &text)
                .ok_or_else(|| format!("`{name}`: `{text}` is no code of {level}"))
                // Two outlines of one code cannot be joined here: one may be of another year.
                .and_then(|code| match seen.get(&code) {
                    Some(first) => Err(format!(
                        "`{name}`: `{text}` is also the code of feature {first}"
                    )),
                    None => Ok(code),
                }),
        };
        match code {
            Ok(code) => {
                seen.insert(code.clone(), *number);
                codes.push(Some(code));
            }
            Err(fault) => {
                faulty.push((*number, fault));
                codes.push(None);
            }
        }
    }
    codes
}

/// Returns a code as INSEE writes it, with the zero that a spreadsheet removed; `None` when it is none of this level.
fn code(level: AdminLevel, text: &str) -> Option<String> {
    match level {
        AdminLevel::Region => {
            Some(with_zero(text, 2)).filter(|code| REGIONS.iter().any(|(known, _)| known == code))
        }
        AdminLevel::Departement => {
            Some(department_code(text)).filter(|code| department_and_region(code).is_some())
        }
        AdminLevel::Commune => with_zero(text, 5)
            .parse()
            .ok()
            .map(|code: CommuneCode| code.to_string()),
    }
}

/// Returns a code of this length, with its first zero if it lacks it.
fn with_zero(text: &str, length: usize) -> String {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number && text.len() + 1 == length {
        format!("0{text}")
    } else {
        text.to_owned()
    }
}

/// Returns the territory of an area; `None` for the few that are not known here, Saint-Barthélemy among them.
fn territory(level: AdminLevel, code: &str) -> Option<Territory> {
    let department = match level {
        AdminLevel::Region => REGIONS
            .iter()
            .find(|(known, _)| *known == code)?
            .1
            .to_owned(),
        AdminLevel::Departement => code.to_owned(),
        AdminLevel::Commune => department_of_commune(code)?,
    };
    // Unknown overseas codes fall back to metropolitan France, which has codes of two characters.
    let territory = Territory::from_department(&department);
    (territory.department() == Some(&department) || department.len() < 3).then_some(territory)
}

/// Returns the faults of features that lie elsewhere than their codes say.
fn misplaced_areas(
    raw: &RawLayer,
    origin: &LayerOrigin,
    codes: &[Option<String>],
    level: AdminLevel,
) -> Result<BTreeMap<usize, String>, Error> {
    let items = raw
        .features
        .iter()
        .zip(codes)
        .filter_map(|(feature, code)| {
            let code = code.as_ref()?;
            let (expected, outline) = (territory(level, code)?, feature.geometry.as_ref().ok()?);
            Some(PlacedFeature {
                number: feature.number,
                label: code.clone(),
                code: None,
                expected: Some(expected),
                outline,
            })
        });
    misplaced(&raw.name, origin.crs, &items.collect::<Vec<_>>())
}

/// Refuses a file if any of its features has a fault; the first of them are listed in the order of the file.
fn refuse_faulty_areas(
    report: &OutlinesReport,
    mut faulty: Vec<(usize, String)>,
) -> Result<(), Error> {
    if faulty.is_empty() {
        return Ok(());
    }
    faulty.sort();
    Err(Error::NotOutlines {
        file: report.file.clone(),
        level: report.level,
        fault: listed_faults(&faulty),
    })
}

/// Returns the area of a feature, and adds it to the report; `None` for one without a code, which is a fault of its own.
fn area(
    origin: &LayerOrigin,
    feature: RawFeature,
    code: Option<&str>,
    name_column: Option<usize>,
    report: &mut OutlinesReport,
) -> Result<Option<AdminArea>, String> {
    let RawFeature {
        number,
        attributes,
        geometry,
        ..
    } = feature;
    let territory = code
        .and_then(|code| territory(report.level, code))
        .unwrap_or(Territory::Metropole);
    let valid = geometry
        .and_then(|outline| valid(origin, number, None, territory, outline))
        .and_then(|valid| {
            if valid.collapsed {
                Err("it encloses nothing".to_owned())
            } else {
                Ok(valid)
            }
        })?;
    let Some(code) = code else {
        return Ok(None);
    };
    let outline = wgs84_of(origin.crs, &valid.outline).map_err(|error| error.to_string())?;
    if report.level == AdminLevel::Commune {
        report.departments.extend(department_of_commune(code));
    }
    report.repaired.extend(valid.repaired);
    let name = name_column.and_then(|column| single(attributes[column].as_deref()));
    report.unnamed += usize::from(name.is_none());
    Ok(Some(AdminArea {
        name: name.unwrap_or_else(|| code.to_owned()),
        code: code.to_owned(),
        outline,
    }))
}

fn not_outlines(raw: &RawLayer, level: AdminLevel, fault: String) -> Error {
    Error::NotOutlines {
        file: raw.file.clone(),
        level,
        fault,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::readers::read_geojson;

    /// A square of a hundredth of a degree in the Orne, by its western end.
    fn square(lon: f64) -> String {
        let east = lon + 0.01;
        format!(
            r#"{{"type":"Polygon","coordinates":[[[{lon},48.7],[{east},48.7],[{east},48.71],[{lon},48.71],[{lon},48.7]]]}}"#
        )
    }

    fn raw(features: &[(&str, &str)]) -> Vec<RawLayer> {
        let feature = |(properties, geometry): &(&str, &str)| {
            format!(r#"{{"type":"Feature","properties":{{{properties}}},"geometry":{geometry}}}"#)
        };
        let features: Vec<String> = features.iter().map(feature).collect();
        let text = format!(
            r#"{{"type":"FeatureCollection","features":[{}]}}"#,
            features.join(",")
        );
        vec![read_geojson("areas.geojson", text.as_bytes()).unwrap()]
    }

    fn read(
        level: AdminLevel,
        features: &[(&str, &str)],
    ) -> Result<(Vec<AdminArea>, OutlinesReport), Error> {
        outlines_from_layers(
            Path::new("areas.geojson"),
            raw(features),
            &OutlinesOptions::new(level),
        )
    }

    #[test]
    fn codes_and_names_are_found_under_the_names_that_publishers_give_them() {
        use AdminLevel::{Commune, Departement, Region};
        for (level, properties, expected) in [
            (
                Region,
                r#""insee_reg":"28","lib_reg":"Normandie""#,
                ("28", "Normandie"),
            ),
            (
                Region,
                r#""NOM":"NORMANDIE","INSEE_REG":"28""#,
                ("28", "NORMANDIE"),
            ),
            (
                Departement,
                r#""insee_dep":"61","lib_dep":"Orne""#,
                ("61", "Orne"),
            ),
            (Departement, r#""code":"061","nom":"Orne""#, ("61", "Orne")),
            (
                Departement,
                r#""NOM":"ORNE","INSEE_DEP":"61","INSEE_REG":"28""#,
                ("61", "ORNE"),
            ),
            (
                Commune,
                r#""code":"61169","nom":"Flers""#,
                ("61169", "Flers"),
            ),
            (
                Commune,
                r#""INSEE_COM":"61169","NOM":"Flers","INSEE_DEP":"61""#,
                ("61169", "Flers"),
            ),
            (
                Commune,
                r#""codgeo":61169,"libgeo":"Flers""#,
                ("61169", "Flers"),
            ),
            (Commune, r#""code_insee":"61169""#, ("61169", "61169")),
        ] {
            let (areas, report) = read(level, &[(properties, &square(-0.6))]).unwrap();
            assert_eq!(
                (areas[0].code.as_str(), areas[0].name.as_str()),
                expected,
                "{properties}"
            );
            assert_eq!(report.departments.len(), usize::from(level == Commune));
        }
        let ain = r#"{"type":"Polygon","coordinates":[[[5.2,46.2],[5.21,46.2],[5.21,46.21],[5.2,46.2]]]}"#;
        let codes = |level, code| read(level, &[(code, ain)]).unwrap().0.remove(0).code;
        assert_eq!(codes(Commune, r#""code":1053"#), "01053");
        assert_eq!(codes(Departement, r#""code":1"#), "01");
    }

    #[test]
    fn wrong_files_are_told_as_what_they_are() {
        let (one, two) = (square(-0.6), square(-0.7));
        let point = r#"{"type":"Point","coordinates":[-0.6,48.7]}"#;
        let far = r#"{"type":"Polygon","coordinates":[[[55.4,-20.9],[55.5,-20.9],[55.5,-20.8],[55.4,-20.9]]]}"#;
        let commune = r#""code":"61169""#;
        for (level, features, told) in [
            (
                AdminLevel::Departement,
                vec![(r#""code_qp":"QN06103M","insee_dep":"61""#, &*one)],
                "layer of perimeters (QN06103M)",
            ),
            (
                AdminLevel::Departement,
                vec![(r#""code":"QP061003""#, &*one)],
                "--vintage 2015",
            ),
            (
                AdminLevel::Commune,
                vec![(r#""nom":"Flers""#, &*one)],
                "no column of codes",
            ),
            (
                AdminLevel::Commune,
                vec![(commune, &*one), (commune, &*two)],
                "feature 2: `code`: `61169` is also the code of feature 1",
            ),
            (
                AdminLevel::Departement,
                vec![(commune, &*one)],
                "feature 1: `code`: `61169` is no code of departements",
            ),
            (
                AdminLevel::Region,
                vec![(r#""code":"61""#, &*one)],
                "`61` is no code of regions",
            ),
            (
                AdminLevel::Commune,
                vec![(r#""code":"61""#, &*one)],
                "`61` is no code of communes",
            ),
            (
                AdminLevel::Commune,
                vec![(r#""code":null"#, &*one)],
                "feature 1: `code` is empty",
            ),
            (
                AdminLevel::Commune,
                vec![(commune, point)],
                "feature 1: a Point",
            ),
            (
                AdminLevel::Commune,
                vec![
                    (commune, &*one),
                    (r#""code":"61001""#, &*two),
                    (r#""code":"61002""#, far),
                ],
                "feature 3: 61002 (France métropolitaine) falls at longitude 55.4",
            ),
        ] {
            let message = read(level, &features).unwrap_err().to_string();
            assert!(
                message.starts_with("areas.geojson: ") && message.contains(told),
                "{message}"
            );
        }
        assert!(matches!(
            read(AdminLevel::Commune, &[(commune, far)]),
            Err(Error::Misplaced { .. })
        ));
    }

    #[test]
    fn areas_are_in_code_order_and_repaired_ones_reported() {
        let bow_tie = r#"{"type":"Polygon","coordinates":[[[-0.57,48.75],[-0.56,48.76],[-0.56,48.75],[-0.57,48.76],[-0.57,48.75]]]}"#;
        let features = [
            (r#""code":"61169""#, bow_tie),
            (r#""code":"61006""#, &*square(-0.6)),
        ];
        let (areas, report) = read(AdminLevel::Commune, &features).unwrap();
        assert_eq!(
            areas.iter().map(|area| &*area.code).collect::<Vec<_>>(),
            ["61006", "61169"]
        );
        assert_eq!(
            (
                report.repaired.len(),
                report.repaired[0].feature,
                report.unnamed
            ),
            (1, 1, 2)
        );
        assert_eq!(report.departments.into_iter().collect::<Vec<_>>(), ["61"]);
    }
}
