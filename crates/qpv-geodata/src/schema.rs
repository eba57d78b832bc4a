//! The columns of a perimeter layer, and the conventions of their values.
//!
//! Owns the official column names and the other names they are published under, and what a field may hold: several
//! values separated by commas, `NA` for nothing, codes that a spreadsheet robbed of their leading zero.

use std::collections::BTreeMap;

use qpv_model::{CommuneCode, QpvCode};
use serde_json::Value;

use crate::error::Error;

/// The official column names, which `--map` entries refer to.
pub const OFFICIAL: [&str; 9] = [
    "code_qp",
    "lib_qp",
    "insee_reg",
    "lib_reg",
    "insee_dep",
    "lib_dep",
    "insee_com",
    "lib_com",
    "siren_epci",
];

/// Other names of each official column, in order of preference, compared without regard to case: those of the 2015
/// files, of the `OpenDataSoft` exports (cut at ten characters by the shapefile format), and of regional portals.
const ALIASES: [(&str, &[&str]); 9] = [
    (
        "code_qp",
        &[
            "code_du_qua",
            "code_du_quartier",
            "code_quartier",
            "code_qpv",
            "codeqpv",
            "code",
        ],
    ),
    (
        "lib_qp",
        &[
            "nom_qp",
            "nom_du_quar",
            "nom_du_quartier",
            "nom_quartier",
            "nom_qpv",
            "nom",
        ],
    ),
    ("insee_reg", &["code_region"]),
    ("lib_reg", &["region", "nom_region"]),
    ("insee_dep", &["code_departement", "code_dept"]),
    ("lib_dep", &["departement", "nom_departement"]),
    ("insee_com", &["code_insee", "code_commune"]),
    ("lib_com", &["nom_commune", "commune_qp", "commune"]),
    ("siren_epci", &[]),
];

/// The places of the official columns in a layer. Only the code is required.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PerimeterColumns {
    /// Column of the code.
    pub code_qp: usize,
    /// Column of the name.
    pub lib_qp: Option<usize>,
    /// Column of the region code.
    pub insee_reg: Option<usize>,
    /// Column of the region name.
    pub lib_reg: Option<usize>,
    /// Column of the department code.
    pub insee_dep: Option<usize>,
    /// Column of the department name.
    pub lib_dep: Option<usize>,
    /// Column of the commune codes.
    pub insee_com: Option<usize>,
    /// Column of the commune names.
    pub lib_com: Option<usize>,
    /// Column of the SIREN numbers of the intercommunalities.
    pub siren_epci: Option<usize>,
}

/// Finds the official columns among those of a layer: as `map` says (official name to name found), else by official
/// name, else by a known other name.
///
/// # Errors
/// [`Error::UnknownMapping`] for a `map` entry of no official column; [`Error::UnknownSchema`] when a mapped column is
/// absent, or when no column is known to hold the code.
pub fn recognise(
    layer: &str,
    columns: &[String],
    map: &BTreeMap<String, String>,
) -> Result<PerimeterColumns, Error> {
    // A mapping to an absent column must fail even if the official name exists.
    for (official, found) in map {
        if !OFFICIAL.contains(&official.as_str()) {
            return Err(Error::UnknownMapping {
                official: official.clone(),
                known: OFFICIAL.join(", "),
            });
        }
        if position(columns, found).is_none() {
            let fault = format!("--map {official}={found} names a column that is not there");
            return Err(unknown(layer, columns, fault));
        }
    }
    Ok(PerimeterColumns {
        code_qp: find(columns, map, "code_qp").ok_or_else(|| {
            let fault = "no column of codes (code_qp) is known".to_owned();
            unknown(layer, columns, fault)
        })?,
        lib_qp: find(columns, map, "lib_qp"),
        insee_reg: find(columns, map, "insee_reg"),
        lib_reg: find(columns, map, "lib_reg"),
        insee_dep: find(columns, map, "insee_dep"),
        lib_dep: find(columns, map, "lib_dep"),
        insee_com: find(columns, map, "insee_com"),
        lib_com: find(columns, map, "lib_com"),
        siren_epci: find(columns, map, "siren_epci"),
    })
}

fn unknown(layer: &str, columns: &[String], fault: String) -> Error {
    Error::UnknownSchema {
        layer: layer.to_owned(),
        fault,
        columns: columns.to_vec(),
    }
}

/// Returns the place of a column, compared without regard to case.
fn position(columns: &[String], name: &str) -> Option<usize> {
    columns
        .iter()
        .position(|column| column.eq_ignore_ascii_case(name))
}

/// Returns the place of an official column: as mapped by hand, by its own name, or by another.
fn find(columns: &[String], map: &BTreeMap<String, String>, official: &str) -> Option<usize> {
    // A mapping is the user's word, even where a column of the official name exists.
    if let Some(found) = map.get(official) {
        return position(columns, found);
    }
    let aliases = ALIASES
        .iter()
        .find(|(name, _)| *name == official)
        .map_or(&[][..], |(_, aliases)| aliases);
    position(columns, official)
        .or_else(|| aliases.iter().find_map(|alias| position(columns, alias)))
}

/// Returns a single value; `None` when blank or `NA`.
#[must_use]
pub fn single(value: Option<&str>) -> Option<String> {
    let words: Vec<&str> = value?.split_whitespace().collect();
    let joined = words.join(" ");
    // R writes `NA` for missing values, and official files have it.
    (!joined.is_empty() && joined != "NA").then_some(joined)
}

/// Splits a field that may hold several values, separated by commas or semicolons, or in a JSON array. Blank ones and `NA`
/// are left out.
///
/// ```
/// assert_eq!(qpv_geodata::schema::several(Some("02571,  02691,")), ["02571", "02691"]);
/// ```
#[must_use]
pub fn several(value: Option<&str>) -> Vec<String> {
    let value = value.unwrap_or_default();
    if let Some(items) = json_array(value) {
        return items.iter().filter_map(|item| single(Some(item))).collect();
    }
    value
        .split([',', ';'])
        .filter_map(|part| single(Some(part)))
        .collect()
}

/// Returns the strings and numbers of a JSON array; `None` when the text is none.
fn json_array(text: &str) -> Option<Vec<String>> {
    // Most fields are plain text, and are not looked at any further.
    if !text.trim_start().starts_with('[') {
        return None;
    }
    let items: Vec<Value> = serde_json::from_str(text).ok()?;
    let items = items.into_iter().map(|item| match item {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        Value::Null => Some(String::new()),
        _ => None,
    });
    items.collect()
}

/// Splits a field of commune names. The arrondissements of a list (`Marseille 3ème, 1er et 2ème arrondissements`) stay with
/// the name of their commune.
#[must_use]
pub fn commune_names(value: Option<&str>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for part in several(value) {
        match names.last_mut() {
            // The list has commas within one commune's arrondissements.
            Some(previous) if part.starts_with(|c: char| c.is_ascii_digit()) => {
                previous.push_str(", ");
                previous.push_str(&part);
            }
            _ => names.push(part),
        }
    }
    names
}

/// Parses a commune code, with the leading zero that a spreadsheet removed, where the perimeter's department agrees.
#[must_use]
pub fn commune_code(text: &str, perimeter: QpvCode) -> Option<CommuneCode> {
    let lost_zero = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    if lost_zero {
        let code: CommuneCode = format!("0{text}").parse().ok()?;
        return (code.department() == perimeter.department()).then_some(code);
    }
    text.parse().ok()
}

/// Returns a department code as INSEE writes it: `1` and `001` are `01`.
#[must_use]
pub fn department_code(text: &str) -> String {
    match text.len() {
        1 if text.bytes().all(|byte| byte.is_ascii_digit()) => format!("0{text}"),
        3 => text.strip_prefix('0').unwrap_or(text).to_owned(),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn map(entries: &[(&str, &str)]) -> BTreeMap<String, String> {
        entries
            .iter()
            .map(|(official, found)| ((*official).to_owned(), (*found).to_owned()))
            .collect()
    }

    #[test]
    fn published_schemas_are_recognised() {
        let found = |names: &[&str]| {
            let columns = recognise("l", &columns(names), &BTreeMap::new()).unwrap();
            (
                columns.code_qp,
                columns.lib_qp,
                columns.insee_com,
                columns.lib_com,
            )
        };
        let official = [
            "fid",
            "code_qp",
            "lib_qp",
            "insee_reg",
            "lib_reg",
            "insee_dep",
            "lib_dep",
            "insee_com",
            "lib_com",
        ];
        assert_eq!(found(&official), (1, Some(2), Some(7), Some(8)));
        assert_eq!(
            found(&["CODE_QP", "NOM_QP", "COMMUNE_QP"]),
            (0, Some(1), None, Some(2))
        );
        assert_eq!(
            found(&[
                "Code_du_qua",
                "Nom_du_quar",
                "Commune",
                "Code_INSEE",
                "EPCI"
            ]),
            (0, Some(1), Some(3), Some(2))
        );
        assert_eq!(
            found(&["code", "nom", "commune"]),
            (0, Some(1), None, Some(2))
        );
        let regional = [
            "code_qp",
            "nom_qp",
            "commune_qp",
            "code_commune",
            "nom_commune",
            "code_departement",
        ];
        assert_eq!(found(&regional), (0, Some(1), Some(3), Some(4)));
    }

    #[test]
    fn an_unknown_schema_lists_its_columns_and_how_to_map_them() {
        let message = recognise("zones.shp", &columns(&["ident", "zone"]), &BTreeMap::new())
            .unwrap_err()
            .to_string();
        for part in ["zones.shp", "ident, zone", "--map code_qp=ident"] {
            assert!(message.contains(part), "{message}");
        }
        let mapped = recognise(
            "l",
            &columns(&["ident", "code"]),
            &map(&[("code_qp", "IDENT")]),
        )
        .unwrap();
        assert_eq!(mapped.code_qp, 0);
        let absent = recognise("l", &columns(&["ident"]), &map(&[("code_qp", "idem")]))
            .unwrap_err()
            .to_string();
        assert!(
            absent.contains("code_qp=idem") && absent.contains("ident"),
            "{absent}"
        );
        let unknown = recognise("l", &columns(&["ident"]), &map(&[("code", "ident")]))
            .unwrap_err()
            .to_string();
        assert!(
            unknown.contains("`code`") && unknown.contains("siren_epci"),
            "{unknown}"
        );
    }

    #[test]
    fn fields_of_several_values() {
        assert_eq!(
            several(Some("Houdain,  Haillicourt, ")),
            ["Houdain", "Haillicourt"]
        );
        assert_eq!(several(Some("200054781, NA")), ["200054781"]);
        assert!(several(Some("NA")).is_empty() && several(None).is_empty());
        assert_eq!(
            several(Some(r#"["04070", 4112, null, "NA"]"#)),
            ["04070", "4112"]
        );
        assert_eq!(several(Some("[04070")), ["[04070"]);
        assert!(several(Some("[]")).is_empty());
        assert_eq!(
            single(Some("  Quartier  Sud ")).as_deref(),
            Some("Quartier Sud")
        );
        assert_eq!(
            commune_names(Some(
                "Marseille 3ème, 1er, 2ème, 14ème,  6ème et 15ème arrondissements"
            )),
            ["Marseille 3ème, 1er, 2ème, 14ème, 6ème et 15ème arrondissements"]
        );
        assert_eq!(
            commune_names(Some("Marseille 11ème, La Penne-sur-Huveaune")),
            ["Marseille 11ème", "La Penne-sur-Huveaune"]
        );
    }

    #[test]
    fn lost_zeros_come_back_only_where_the_department_agrees() {
        let ain: QpvCode = "QN00101M".parse().unwrap();
        let code = |text: &str| commune_code(text, ain).map(|code| code.to_string());
        assert_eq!(code("1053").as_deref(), Some("01053"));
        assert_eq!(code("01053").as_deref(), Some("01053"));
        assert_eq!(code("2571"), None);
        assert_eq!(code("105"), None);
        assert_eq!(
            ["1", "01", "001", "2A", "02A", "974"].map(department_code),
            ["01", "01", "01", "2A", "2A", "974"]
        );
    }
}
